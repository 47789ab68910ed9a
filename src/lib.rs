//! catalogc: a typed catalog in git becomes reviewed day-2 actions.

pub mod apply;
pub mod check;
pub mod cli;
pub mod compile;
pub mod derive;
pub mod expression;
pub mod finding;
pub mod graph;
pub mod ledger;
pub mod model;
pub mod plan;
pub mod policy;
pub mod render;
pub mod source;
pub mod syntax;
pub mod text;
