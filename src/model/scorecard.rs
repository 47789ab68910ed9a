//! A scorecard: a standard that the entities of a blueprint are held against, as Port has it.
//!
//! In: a document. Out: the [`Scorecard`], and what is wrong with its form. Whether the blueprint
//! has what the rules ask about is for `check`; who reaches which level is for whoever scores.

use crate::finding::Finding;
use crate::finding::codes::E0202;
use crate::model::fields::Fields;
use crate::syntax::Document;
use crate::syntax::Node;
use crate::text::{Located, Span, Text};

mod condition;
mod period;

pub use condition::{Combinator, Condition, Operator, Preset, Query};
pub use period::Period;

/// A standard for the entities of a blueprint.
#[derive(Debug, Clone)]
pub struct Scorecard {
    /// Its name; unique among those of its blueprint.
    pub identifier: Located<Text>,
    /// What people call it.
    pub title: Option<Located<Text>>,
    /// The blueprint of the entities.
    pub blueprint: Located<Text>,
    /// The levels from the lowest on, which everyone has; empty where the file names none.
    pub levels: Vec<Level>,
    /// Which entities it is for; absent: all.
    pub filter: Option<Query>,
    /// What must be so, in the order of the file.
    pub rules: Vec<Rule>,
    /// All of the document, for digests and diffs.
    pub root: Node,
    /// Whether a part of it could not be read: nobody has a level of it, for a rule that is left
    /// out would give one away.
    pub broken: bool,
    /// Whether one of its levels could not be read: which names they have is not known.
    pub levels_broken: bool,
}

/// A level that an entity can reach.
#[derive(Debug, Clone)]
pub struct Level {
    /// Its name.
    pub title: Located<Text>,
    /// Its colour, one of [`COLORS`].
    pub color: Option<Located<&'static str>>,
}

/// What must be so for a level.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name in the scorecard; absent where the scorecard is broken.
    pub identifier: Option<Located<Text>>,
    /// What people call it.
    pub title: Option<Located<Text>>,
    /// What it is good for.
    pub description: Option<Located<Text>>,
    /// The level that an entity cannot reach without it; absent where the scorecard is broken.
    pub level: Option<Located<Text>>,
    /// The question that an entity must answer with yes; absent where the scorecard is broken.
    pub query: Option<Query>,
}

/// The levels of a scorecard that names none, from the lowest on.
pub const LEVELS: [&str; 4] = ["Basic", "Bronze", "Silver", "Gold"];

/// The colours that Port knows.
pub const COLORS: [&str; 17] = [
    "blue",
    "bronze",
    "brown",
    "darkGray",
    "gold",
    "green",
    "lightGray",
    "lime",
    "olive",
    "orange",
    "paleBlue",
    "pink",
    "purple",
    "red",
    "silver",
    "turquoise",
    "yellow",
];

impl Scorecard {
    /// Its name among all scorecards: that of its blueprint, quoted where it has a dot itself, and
    /// its own.
    pub fn full_name(&self) -> String {
        let (kind, name) = (&self.blueprint.value, &self.identifier.value);
        if kind.contains('.') {
            format!("\"{kind}\".{name}")
        } else {
            format!("{kind}.{name}")
        }
    }

    /// The names of the levels from the lowest on.
    pub fn level_names(&self) -> Vec<&str> {
        if self.levels.is_empty() {
            return LEVELS.to_vec();
        }
        self.levels
            .iter()
            .map(|level| level.title.value.as_str())
            .collect()
    }

    /// Every question that it asks: the filter's, then those of the rules.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        let rules = self.rules.iter().filter_map(|rule| rule.query.as_ref());
        self.filter.iter().chain(rules)
    }
}

/// Reads a scorecard; `None` when it cannot be known by name and blueprint.
pub(super) fn read(document: &Document, findings: &mut Vec<Finding>) -> Option<Scorecard> {
    let root = &document.root;
    let mut fields = Fields::of("a scorecard", root, root.first_key(), findings)?;
    let identifier = fields.required_text("identifier");
    let title = fields.text("title");
    for key in ["icon", "description"] {
        fields.text(key);
    }
    let blueprint = fields.required_text("blueprint");
    let levels_key = fields.entry("levels").map(|entry| entry.key.span);
    let levels = fields.list("levels");
    let filter = fields.entry("filter");
    if fields.entry("rules").is_none() {
        fields.missing("rules");
    }
    let rules = fields.list("rules");
    fields.done();
    let levels_read = read_levels(levels, levels_key, findings);
    let filter_read =
        filter.and_then(|entry| condition::read(&entry.node, "`filter`", entry.key.span, findings));
    let rules_read: Vec<Rule> = rules
        .iter()
        .filter_map(|node| read_rule(node, findings))
        .collect();
    let levels_broken = levels_read.len() < levels.len();
    let is_whole = |rule: &Rule| {
        let query = rule.query.as_ref();
        rule.identifier.is_some() && rule.level.is_some() && query.is_some_and(|it| !it.broken)
    };
    let scorecard = Scorecard {
        broken: levels_broken
            || filter.is_some() && filter_read.as_ref().is_none_or(|it| it.broken)
            || rules_read.len() < rules.len()
            || !rules_read.iter().all(is_whole),
        levels_broken,
        levels: levels_read,
        filter: filter_read,
        rules: rules_read,
        root: root.clone(),
        title,
        identifier: identifier?,
        blueprint: blueprint?,
    };
    document.complete.then_some(scorecard)
}

fn read_levels(nodes: &[Node], key: Option<Span>, findings: &mut Vec<Finding>) -> Vec<Level> {
    let colors = COLORS.map(|color| (color, color));
    let levels: Vec<Level> = nodes
        .iter()
        .filter_map(|node| {
            let mut fields = Fields::of("a level", node, node.first_key(), findings)?;
            let title = fields.required_text("title");
            let color = fields.one_of("color", &colors);
            fields.done();
            Some(Level {
                title: title?,
                color,
            })
        })
        .collect();
    if let Some(key) = key
        && nodes.len() == 1
    {
        findings.push(
            Finding::new(
                &E0202,
                key,
                "a scorecard has at least two levels, the first is where everyone begins",
            )
            .label("nothing to reach")
            .help("add a level, or delete `levels` for Basic, Bronze, Silver and Gold"),
        );
    }
    levels
}

fn read_rule(node: &Node, findings: &mut Vec<Finding>) -> Option<Rule> {
    let place = node.first_key();
    let mut fields = Fields::of("a rule", node, place, findings)?;
    let identifier = fields.required_text("identifier");
    let title = fields.text("title");
    let description = fields.text("description");
    let level = fields.required_text("level");
    let query = fields.entry("query");
    if query.is_none() {
        fields.missing("query");
    }
    fields.done();
    let query =
        query.and_then(|query| condition::read(&query.node, "`query`", query.key.span, findings));
    Some(Rule {
        identifier,
        title,
        description,
        level,
        query,
    })
}
