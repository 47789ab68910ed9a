//! What people and programs see: one file a format.
//!
//! In: findings with their snapshot, or a plan file. Out: text. A renderer takes plain data
//! and returns a string; it never decides, filters or counts towards an exit code. Text that
//! comes from a catalog goes through [`words`] or [`markdown`] before it is written.

pub mod explain;
pub mod findings;
pub mod findings_json;
pub mod paint;
pub mod place;
pub mod plan_text;

mod excerpt;
mod plan_calls;
mod plan_effects;
mod plan_full;
mod plan_people;
mod plan_steps;
mod plan_words;
mod report;
mod words;

pub use explain::explain;
pub use findings::Summary;
pub use findings::findings;
pub use findings_json::findings_json;
pub use paint::Color;
pub use plan_text::plan_text;
pub use plan_text::{Detail, View};
