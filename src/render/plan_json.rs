//! A plan for programs: the plan file itself.

use crate::plan::file::PlanFile;

/// The bytes of the plan file as text.
pub fn plan_json(plan: &PlanFile) -> String {
    // Canonical JSON is UTF-8 always.
    String::from_utf8(plan.to_bytes()).unwrap_or_default()
}
