//! Which decisions a pull request moves.
pub mod candidate;
pub mod sample;
