//! catalogc: a typed catalog in git becomes reviewed day-2 actions.

pub mod expression;
pub mod finding;
pub mod graph;
pub mod model;
pub mod plan;
pub mod ledger;
pub mod source;
pub mod syntax;
pub mod text;
