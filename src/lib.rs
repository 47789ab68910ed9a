//! catalogc: a typed catalog in git becomes reviewed day-2 actions.
//!
//! This page is the map. Data flows one way; each stage is a pure function from the former
//! stage's value to its own plus findings; only the two ends touch the world.
//!
//! ```text
//! source ─▶ syntax ─▶ model ─▶ graph ─▶ derive ─▶ policy ─▶ check ─▶ plan ─▶ render
//! (reads)   spanned   Catalog  edges    jq       Cedar     findings  │
//!           trees                                                    └─▶ plan file ─▶ ledger ─▶ apply
//!                                                                       (records)    (acts)
//! ```
//!
//! # The stages, in their order
//!
//! - [`text`]: where a value stands in a file; what may be shown of it
//! - [`finding`]: one shape of a finding; its codes and their pages
//! - [`source`]: a snapshot of (path, text) from a directory, a commit, a merge, or memory
//! - [`syntax`]: YAML and JSON as trees in which every key and value knows its bytes
//! - [`expression`]: restricted jq and templates; always ends, reads only what it is given
//! - [`model`]: blueprints, entities, actions, connectors, requests, settings
//! - [`graph`]: relations resolved to edges; cycles, reachability, order
//! - [`mod@derive`]: mirror, calculation and aggregation properties
//! - [`score`]: scorecards held against entities; levels, and the rules that are not met
//! - [`policy`]: blueprints to a Cedar schema, short forms to policies, decisions with reasons
//! - [`mod@check`]: everything else that can be wrong; `CHECKS` is the list
//! - [`mod@compile`]: the stages up to here, in one call
//! - [`mod@fix`]: the changes of files that put findings right, each compiled before it counts
//! - [`mod@edit`]: one value of a file changed, only the bytes that must; the catalog it gives
//! - [`schema`]: JSON Schemas of every document kind, and those of a catalog's own blueprints
//! - [`mod@plan`]: two catalogs to named, decided, ordered steps; [`plan::file`] is `plan.json`
//! - [`mod@trial`]: the catalog's own tests of its rules, asked and compared
//! - [`render`]: findings, plans and runs in words; one file a format
//! - [`ledger`]: records of what was done, on a git branch of its own
//! - [`mod@apply`]: runs the steps of a plan file, each call once
//! - [`cli`]: one file a command: arguments to values, values through the stages, exit codes
//!
//! # Invariants, most of them absences
//!
//! - A stage names itself and what stands before it in the list, never what stands behind.
//! - Nothing between `source` and `apply` reads a file, the clock or the environment.
//! - Findings are values, never errors; `Result` is for a run that could not do its work.
//! - A file that cannot be read is in the snapshot with the reason. It is never absent, so it is
//!   never planned as a deletion.
//! - Authority (rules, people, actions, connectors, guards, hosts) comes from the target's tip.
//!   The pull request and the merge base give none.
//! - What cannot be decided is denied. An error in a rule is a denial that names the rule.
//! - A renderer decides nothing. `apply` sees the plan file and no catalog: if it needs a fact,
//!   the plan file lacks it.
//! - Types of other crates stay in the module that wraps them.
//! - Output depends on the bytes read and the arguments alone: no hash order, no clock, no
//!   number of threads.
//!
//! # To add
//!
//! - *a check*: one function in `check/`, one line in `CHECKS`, one line in `finding/codes.rs`,
//!   one page in `finding/explain/`, one folder in `fixtures/check/`
//! - *a format*: one file in `render/`, one variant of the command's `--format`
//! - *a connector*: one file in `model/connector/`, in the language of the catalog
//! - *a command*: one file in `cli/`, one variant of its `Command`

pub mod apply;
pub mod check;
pub mod cli;
pub mod compile;
pub mod derive;
pub mod edit;
pub mod expression;
pub mod finding;
pub mod fix;
pub mod graph;
pub mod ledger;
pub mod model;
pub mod plan;
pub mod policy;
pub mod render;
pub mod schema;
pub mod score;
pub mod source;
pub mod syntax;
pub mod text;
pub mod trial;
