//! Tests that see the package from outside, in one binary; those that need git repositories
//! make them themselves.
#![cfg(test)]
#![expect(
    clippy::panic,
    reason = "a test that meets what it cannot read has failed"
)]

mod commits;
mod histories;
mod merge;
mod origin;
mod pages;
mod repository;
mod revisions;
mod security;
mod story;
mod support;
mod tidy;
