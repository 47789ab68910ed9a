//! Tests that need git repositories, which they make themselves.
#![cfg(test)]
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod commits;
mod histories;
mod merge;
mod repository;
mod revisions;
