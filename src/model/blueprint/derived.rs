//! The definitions of derived properties: mirrors, calculations, formulas, aggregations.
//!
//! In: the entries of their mappings in a blueprint. Out: typed definitions, and findings for what
//! single keys have wrong. Whether names and paths lead anywhere is for `check`.

use crate::finding::Finding;
use crate::finding::codes::E0209;
use crate::model::blueprint::Blueprint;
use crate::model::fields::Fields;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Located, Text};

/// A property of a related entity, shown here.
#[derive(Debug, Clone)]
pub struct Mirror {
    /// Its name.
    pub name: Located<Text>,
    /// Relations, then a property or a meta-property: `system.domain.$title`.
    pub path: Located<Text>,
}

/// A property computed by jq from the entity's own.
#[derive(Debug, Clone)]
pub struct Calculation {
    /// Its name.
    pub name: Located<Text>,
    /// The jq expression over the entity.
    pub expression: Located<Text>,
    /// The JSON Schema type of the result.
    pub type_word: Located<Text>,
    /// The whole definition.
    pub definition: Node,
}

/// A text with the entity's own values in it, as blueprints had before calculations.
#[derive(Debug, Clone)]
pub struct Formula {
    /// Its name.
    pub name: Located<Text>,
    /// The text: `https://x/{{$identifier}}`.
    pub text: Located<Text>,
}

/// A property computed from the entities that are related to this one.
#[derive(Debug, Clone)]
pub struct Aggregation {
    /// Its name.
    pub name: Located<Text>,
    /// The blueprint of the entities that are counted or summed.
    pub target: Located<Text>,
    /// `entities` or `property`.
    pub by: Option<Located<Text>>,
    /// `count`, `sum`, `min`, `max`, `median` or `average`.
    pub func: Located<Text>,
    /// The property that is summed; absent when entities are counted.
    pub property: Option<Located<Text>>,
    /// What an average is by: `hour`, `day`, `week`, `month` or `total`.
    pub average_of: Option<Located<Text>>,
    /// Which of the entities count.
    pub query: Option<Node>,
    /// The one way on which entities are looked for.
    pub path_filter: Option<Node>,
}

/// Reads `mirrorProperties`.
pub(super) fn mirrors(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Mirror> {
    let read = |entry: &Entry| {
        let mut fields = Fields::of("a mirror property", &entry.node, entry.key.span, findings)?;
        let path = fields.required_text("path");
        fields.text("title");
        fields.done();
        Some(Mirror {
            name: entry.key.clone(),
            path: path?,
        })
    };
    entries.iter().filter_map(read).collect()
}

/// Reads `calculationProperties`.
pub(super) fn calculations(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Calculation> {
    let read = |entry: &Entry| {
        let what = "a calculation property";
        let mut fields = Fields::of(what, &entry.node, entry.key.span, findings)?;
        let expression = fields.required_text("calculation");
        let type_word = fields.required_text("type");
        for key in ["title", "description", "icon", "format", "spec"] {
            fields.text(key);
        }
        fields.bool("colorized");
        for key in ["colors", "items", "specAuthentication"] {
            fields.node(key);
        }
        fields.done();
        Some(Calculation {
            name: entry.key.clone(),
            expression: expression?,
            type_word: type_word?,
            definition: entry.node.clone(),
        })
    };
    entries.iter().filter_map(read).collect()
}

/// Reads `formulaProperties`.
pub(super) fn formulas(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Formula> {
    let read = |entry: &Entry| {
        let what = "a formula property";
        let mut fields = Fields::of(what, &entry.node, entry.key.span, findings)?;
        let text = fields.required_text("formula");
        for key in ["title", "description", "icon", "format"] {
            fields.text(key);
        }
        fields.done();
        Some(Formula {
            name: entry.key.clone(),
            text: text?,
        })
    };
    entries.iter().filter_map(read).collect()
}

/// Reads `aggregationProperties`.
pub(super) fn aggregations(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Aggregation> {
    let read = |entry: &Entry| aggregation(entry, findings);
    entries.iter().filter_map(read).collect()
}

fn aggregation(entry: &Entry, findings: &mut Vec<Finding>) -> Option<Aggregation> {
    let what = "an aggregation property";
    let mut fields = Fields::of(what, &entry.node, entry.key.span, findings)?;
    let target = fields.required_text("target");
    for key in ["title", "description", "icon"] {
        fields.text(key);
    }
    let type_word = fields.text("type");
    let query = fields.node("query").cloned();
    let path_filter = fields.node("pathFilter").cloned();
    let spec = fields.entry("calculationSpec");
    if spec.is_none() {
        fields.missing("calculationSpec");
    }
    fields.done();
    if let Some(word) = type_word.filter(|word| word.value != "number") {
        findings.push(
            Finding::new(
                &E0209,
                word.span,
                format!("an aggregation gives a number, not `{}`", word.value),
            )
            .label("not what it gives")
            .help("delete it, or write `number`"),
        );
    }
    let spec = spec?;
    let mut fields = Fields::of("`calculationSpec`", &spec.node, spec.key.span, findings)?;
    let func = fields.required_text("func");
    if fields.entry("calculationBy").is_none() {
        fields.missing("calculationBy");
    }
    let by = fields.one_of(
        "calculationBy",
        &[("entities", "entities"), ("property", "property")],
    );
    let property = fields.text("property");
    let average_of = fields.text("averageOf");
    // From when on time is counted says nothing where no average is by time.
    fields.text("measureTimeBy");
    fields.done();
    Some(Aggregation {
        name: entry.key.clone(),
        target: target?,
        by: by.map(|by| Located::new(Text::from(by.value), by.span)),
        func: func?,
        property,
        average_of,
        query,
        path_filter,
    })
}

/// Where derived properties are defined.
const DERIVED: [&str; 4] = [
    "mirrorProperties",
    "calculationProperties",
    "formulaProperties",
    "aggregationProperties",
];

impl Blueprint {
    /// Whether derived properties are computed in the same way as those of another.
    pub fn derives_as(&self, other: &Self) -> bool {
        let said = |blueprint: &Self| {
            DERIVED.map(|key| {
                blueprint
                    .root
                    .get(key)
                    .map_or(serde_json::Value::Null, Node::to_json)
            })
        };
        said(self) == said(other)
    }
}
