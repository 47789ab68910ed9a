//! The ledger, as far as `apply` needs it.
//!
//! Behind a trait, so that whole runs are tested with a ledger in memory that fails when and
//! as a test says.

use crate::ledger::Entry;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::ledger::Record;

/// Where intents and results are written. An append is a compare-and-swap: it fails with
/// [`LedgerError::Moved`] where somebody wrote what was not read here.
pub trait Journal {
    /// All entries, oldest first.
    fn read(&mut self) -> Result<Vec<Entry>, LedgerError>;

    /// Writes all of `records` durably, or none.
    fn append(&mut self, records: &[Record]) -> Result<Vec<Entry>, LedgerError>;
}

impl Journal for Ledger {
    fn read(&mut self) -> Result<Vec<Entry>, LedgerError> {
        Self::read(self)
    }

    fn append(&mut self, records: &[Record]) -> Result<Vec<Entry>, LedgerError> {
        Self::append(self, records)
    }
}
