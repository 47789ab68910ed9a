//! Tests that need git repositories, which they make themselves.
#![cfg(test)]
#![expect(
    clippy::panic,
    reason = "a test that meets what it cannot read has failed"
)]

mod commits;
mod histories;
mod merge;
mod repository;
mod revisions;
