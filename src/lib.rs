//! catalogc: a typed catalog in git becomes reviewed day-2 actions.

pub mod expression;
pub mod finding;
pub mod source;
pub mod text;
