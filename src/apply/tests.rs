//! Whole runs of plans against a backend on the loopback, a ledger in memory and a clock whose
//! hours pass at once.

pub(crate) mod backend;
