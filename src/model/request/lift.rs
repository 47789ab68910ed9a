//! What a request `override` lifts: guards, each to an exact number, and freezes by name.
//!
//! In: the request's inputs. Out: the numbers and names; and what in them says nothing, for those
//! who check it.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::finding::codes::E0502;
use crate::model::Request;
use crate::model::fields::{text_of, texts_of, wrong_type};
use crate::model::settings::{Mass, Numbers, guards_by_name};
use crate::syntax::{Entry, Value};
use crate::text::Text;

/// What is lifted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifts {
    /// The guards of all of the catalog.
    pub all: Numbers,
    /// Those of single blueprints.
    pub per_blueprint: BTreeMap<Text, Numbers>,
    /// Those of single teams.
    pub per_team: BTreeMap<Text, Numbers>,
    /// The freezes.
    pub freezes: BTreeSet<Text>,
}

/// The inputs that there are.
const INPUTS: [&str; 8] = [
    "deletes",
    "creates",
    "updates",
    "authority",
    "per_blueprint",
    "per_team",
    "freezes",
    "reason",
];

impl Lifts {
    /// What a request lifts; what is wrong in it lifts nothing.
    pub fn of(request: &Request, findings: &mut Vec<Finding>) -> Self {
        let mut lifts = Self::default();
        for entry in &request.inputs {
            lifts.add(entry, findings);
        }
        lifts
    }

    fn add(&mut self, entry: &Entry, findings: &mut Vec<Finding>) {
        let (name, node) = (entry.key.value.as_str(), &entry.node);
        if let Some(mass) = Mass::ALL.into_iter().find(|mass| mass.word() == name) {
            match node.value {
                Value::Integer(n) if n >= 0 => {
                    self.all.insert(mass, n.unsigned_abs());
                }
                _ => {
                    let what = format!("`{name}` must be");
                    findings.push(wrong_type(node, "a whole number", &what));
                }
            }
            return;
        }
        let inner = |findings: &mut Vec<Finding>| {
            let entries = node.as_mapping();
            if entries.is_none() {
                findings.push(wrong_type(node, "a mapping", &format!("`{name}` must be")));
            }
            guards_by_name(entries.unwrap_or_default(), findings)
        };
        match name {
            "per_blueprint" => self.per_blueprint = inner(findings),
            "per_team" => self.per_team = inner(findings),
            "freezes" => {
                let names = texts_of(node, name, findings).into_iter();
                self.freezes = names.map(|name| name.value).collect();
            }
            "reason" => {
                text_of(node, name, findings);
            }
            _ => findings.push(
                Finding::new(
                    &E0502,
                    entry.key.span,
                    format!("`override` has no input `{name}`"),
                )
                .label("not known")
                .choose(name, &INPUTS),
            ),
        }
    }
}
