//! The JSON Schema of plan files, for the programs that read them.
//!
//! In: the types of [`super::file`]. Out: their schema, which refuses every key that they do not
//! have.

use serde_json::Value;

use crate::plan::file::PlanFile;

/// The schema of what `catalogc plan --out` writes, draft 2020-12.
pub fn plan_schema() -> Value {
    crate::schema::written::<PlanFile>("plan.json, version 1")
}
