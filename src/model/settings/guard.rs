//! `guards` and `limits` of the settings: how much one plan may do at once.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::model::fields::{Fields, wrong_type};
use crate::syntax::{Entry, Node, Value};
use crate::text::Text;

/// What may be many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mass {
    /// Entities that disappear.
    Deletes,
    /// Entities that appear.
    Creates,
    /// Entities that change, or for which something is run because another one changes.
    Updates,
    /// Entities of which it changes who is what: members, logins.
    Authority,
}

impl Mass {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Deletes, Self::Creates, Self::Updates, Self::Authority];

    /// The word in settings and in requests.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deletes => "deletes",
            Self::Creates => "creates",
            Self::Updates => "updates",
            Self::Authority => "authority",
        }
    }
}

/// Numbers by what they are of; what is not there has none.
pub type Numbers = BTreeMap<Mass, u64>;

/// How much of each one plan may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guards {
    /// In all of the catalog.
    pub all: Numbers,
    /// Percent of a blueprint's entities deleted, where the blueprint has no number.
    pub deletes_percent: u64,
    /// To the entities of single blueprints.
    pub per_blueprint: BTreeMap<Text, Numbers>,
    /// To the entities that single teams own.
    pub per_team: BTreeMap<Text, Numbers>,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            all: Numbers::from([(Mass::Deletes, 10)]),
            deletes_percent: 25,
            per_blueprint: BTreeMap::new(),
            per_team: BTreeMap::new(),
        }
    }
}

/// How large a plan may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Its steps.
    pub steps: u64,
    /// The bytes of its file.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 5_000,
            bytes: 64 << 20,
        }
    }
}

const MOST: i64 = 1_000_000;

pub(super) fn read(entry: &Entry, guards: &mut Guards, findings: &mut Vec<Finding>) {
    let Some(mut fields) = Fields::of("`guards`", &entry.node, entry.key.span, findings) else {
        return;
    };
    guards.all.extend(numbers(&mut fields));
    let percent = fields.integer("deletes_percent", 0, 100);
    let per_blueprint = fields.mapping("per_blueprint");
    let per_team = fields.mapping("per_team");
    fields.done();
    if let Some(percent) = percent {
        guards.deletes_percent = percent.value.unsigned_abs();
    }
    guards.per_blueprint = by_name(per_blueprint, findings);
    guards.per_team = by_name(per_team, findings);
}

/// The numbers of a mapping, whose other keys somebody else reads.
pub(crate) fn numbers(fields: &mut Fields<'_, '_>) -> Numbers {
    let mut numbers = Numbers::new();
    for mass in Mass::ALL {
        if let Some(number) = fields.integer(mass.word(), 0, MOST) {
            numbers.insert(mass, number.value.unsigned_abs());
        }
    }
    numbers
}

/// Numbers by the name of what they are for: a mapping, or a number alone, which is of deletions.
pub(crate) fn by_name(entries: &[Entry], findings: &mut Vec<Finding>) -> BTreeMap<Text, Numbers> {
    let mut all = BTreeMap::new();
    for entry in entries {
        all.insert(entry.key.value.clone(), one(&entry.node, entry, findings));
    }
    all
}

fn one(node: &Node, entry: &Entry, findings: &mut Vec<Finding>) -> Numbers {
    match node.value {
        Value::Integer(n) if (0..=MOST).contains(&n) => {
            Numbers::from([(Mass::Deletes, n.unsigned_abs())])
        }
        Value::Mapping(_) => {
            let Some(mut fields) = Fields::of("a guard", node, entry.key.span, findings) else {
                return Numbers::new();
            };
            let numbers = numbers(&mut fields);
            fields.done();
            numbers
        }
        _ => {
            let what = format!("`{}` must be", entry.key.value);
            findings.push(wrong_type(node, "a whole number or a mapping", &what));
            Numbers::new()
        }
    }
}

pub(super) fn read_limits(entry: &Entry, limits: &mut Limits, findings: &mut Vec<Finding>) {
    let Some(mut fields) = Fields::of("`limits`", &entry.node, entry.key.span, findings) else {
        return;
    };
    if let Some(steps) = fields.integer("plan_steps", 1, MOST) {
        limits.steps = steps.value.unsigned_abs();
    }
    if let Some(bytes) = fields.integer("plan_bytes", 1, 1 << 30) {
        limits.bytes = bytes.value.unsigned_abs();
    }
    fields.done();
}
