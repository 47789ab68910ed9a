//! Tests that see the package from outside, in one binary; those that need git repositories
//! make them themselves.
#![cfg(test)]
#![expect(
    clippy::panic,
    reason = "a test that meets what it cannot read has failed"
)]

mod actions;
mod apply;
mod backend;
mod bless;
mod bombs;
mod commits;
mod drawings;
mod files;
mod fuzzed;
mod histories;
mod init;
mod merge;
mod origin;
mod pages;
mod people;
mod program;
mod readme;
mod recovery;
mod repository;
mod requests;
mod revisions;
mod saved;
mod schemas;
mod security;
mod shop;
mod story;
mod support;
mod tidy;
