//! catalogc: a typed catalog in git becomes reviewed day-2 actions.

pub mod finding;
pub mod ledger;
pub mod source;
pub mod text;
