//! What merging would do: the semantic difference of two catalogs as named, permitted,
//! ordered steps.
//!
//! In: the target's catalog, the result's, the rules of the target, who asks and who approved.
//! Out: a [`file::PlanFile`], which is all that renderers and `apply` ever see.

pub mod call;
pub mod diff;
mod draft;
pub mod file;
pub mod rendered;
mod value;
