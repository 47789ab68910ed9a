//! What people and programs see: one file a format.
//!
//! In: findings with their snapshot, or a plan file. Out: text. A renderer takes plain data
//! and returns a string; it never decides, filters or counts towards an exit code. Text that
//! comes from a catalog goes through `words` or `markdown` before it is written.

mod alike;
pub mod applied;
pub mod applied_markdown;
pub mod asked;
pub mod asked_text;
pub mod audit;
pub mod checked;
pub mod codes;
pub mod commuting;
pub mod covered;
pub mod entity;
pub mod explain;
pub mod findings;
pub mod findings_github;
pub mod findings_gitlab;
pub mod findings_json;
pub mod findings_junit;
pub mod findings_markdown;
pub mod findings_sarif;
pub mod found;
pub mod gate_text;
pub mod impact;
pub mod listing;
pub mod paint;
pub mod patch;
pub mod picture;
pub mod place;
pub mod plan_github;
pub mod plan_html;
pub mod plan_json;
mod plan_levels;
pub mod plan_markdown;
pub mod plan_text;
pub mod rights;
pub mod score;
pub mod status;
pub mod table;
pub mod tested;
pub mod tested_junit;
pub mod unshown;
pub mod why;

#[cfg(test)]
mod cast;
mod excerpt;
#[cfg(test)]
mod finding_cases;
#[cfg(test)]
mod hostile;
mod html;
mod json;
mod layers;
#[cfg(test)]
mod making;
pub(crate) mod markdown;
mod plan_blocks;
mod plan_bullets;
mod plan_calls;
#[cfg(test)]
mod plan_cases;
mod plan_causes;
mod plan_change;
mod plan_definitions;
mod plan_effects;
mod plan_fence;
mod plan_fold;
mod plan_full;
mod plan_inside;
mod plan_lines;
mod plan_names;
mod plan_people;
mod plan_repeat;
mod plan_rights;
mod plan_since;
#[cfg(test)]
mod plan_size;
mod plan_steps;
mod plan_stuck;
#[cfg(test)]
mod plan_told;
mod plan_words;
pub mod policy;
mod report;
#[cfg(test)]
mod story;
mod verified;
mod words;
mod yaml;

pub use applied::{Ended, applied, applying, going_on};
pub use applied_markdown::{applied_markdown, landed_markdown};
pub use audit::{AuditRow, audit_markdown, audit_table};
pub use checked::{Baselined, Checked};
pub use codes::{codes_json, codes_schema, codes_table};
pub use commuting::{commuting_json, commuting_text};
pub use explain::explain;
pub use findings::Summary;
pub use findings::findings;
pub use findings_github::findings_github;
pub use findings_gitlab::findings_gitlab;
pub use findings_json::{findings_json, findings_schema};
pub use findings_junit::findings_junit;
pub use findings_markdown::{findings_markdown, unmade_markdown};
pub use findings_sarif::findings_sarif;
pub use gate_text::gate_text;
pub use paint::Color;
pub use patch::{patch, removal};
pub use plan_github::{PlanGithub, plan_github};
pub use plan_html::plan_html;
pub use plan_json::plan_json;
pub use plan_markdown::plan_markdown;
pub use plan_text::plan_text;
pub use plan_text::{Detail, View};
pub use policy::{Rule as PolicyRule, policies_json, policies_text};
pub use score::{score_json, score_text};
pub use tested::{tested_json, tested_text};
pub use tested_junit::tested_junit;
pub use unshown::Unshown;
pub use verified::{stale, verified};
pub use why::{why_json, why_text};
pub use words::duration;
