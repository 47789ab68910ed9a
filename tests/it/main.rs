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
mod baseline;
mod bless;
mod commits;
mod corpora;
mod drawings;
mod files;
mod formats;
mod histories;
mod init;
mod mapped;
mod merge;
mod origin;
mod pages;
mod people;
mod program;
mod readme;
mod recovery;
mod remapped;
mod replayed;
mod repository;
mod requests;
mod revisions;
mod saved;
mod schemas;
mod security;
mod shop;
mod situations;
mod story;
mod support;
mod tidy;
