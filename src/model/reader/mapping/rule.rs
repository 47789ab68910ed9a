//! The rules of a mapping, in the shape in which Port's integrations write them.
//!
//! In: a document of a mapping file. Out: its rules with their expressions compiled, and what is
//! wrong with them. Knows no blueprint.

use super::Maker;
use super::formula::{Form, Formula};
use super::input::{CONTENT, FILE, ITEM, OF_FILE};
use crate::expression::Read;
use crate::expression::Segment;
use crate::expression::Turn;
use crate::finding::Finding;
use crate::finding::codes::{E0204, E0212, E0505};
use crate::model::fields::{Fields, wrong_type};
use crate::source::Snapshot;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Located, Span, Text, choose};

/// Lists within lists that a rule may go down by `itemsToParse`.
const LEVELS: usize = 8;

/// Keys of Port's files that say what a portal does with the result: nothing of it is done here.
const OF_A_PORTAL: [&str; 4] = [
    "createMissingRelatedEntities",
    "deleteDependentEntities",
    "enableMergeEntity",
    "entityDeletionThreshold",
];

/// Whether several elements may be one entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Union {
    /// Two elements with one identity are a mistake.
    Refused,
    /// They are one entity, of which each says a part.
    Exact,
    /// The same, and identifiers that differ in case alone are the same.
    IgnoreCase,
}

/// How elements of a file become entities.
#[derive(Debug)]
pub(super) struct Rule {
    /// Which elements; absent: all.
    pub(super) selector: Option<Formula>,
    /// From the file to the elements, list by list; empty: the file is the one element.
    pub(super) items: Vec<Formula>,
    /// The elements below an element that are elements as well.
    pub(super) recurse: Option<Formula>,
    pub(super) union: Union,
    pub(super) identifier: Formula,
    pub(super) blueprint: Formula,
    /// `title`, `icon`, `team`.
    pub(super) meta: Vec<(Text, Formula)>,
    pub(super) properties: Vec<(Located<Text>, Formula)>,
    pub(super) relations: Vec<(Located<Text>, Formula)>,
    /// Whether its blueprint is not there, which was said: it makes nothing.
    pub(super) is_void: bool,
}

impl Rule {
    /// The expressions whose values may be absent.
    pub(super) fn values(&self) -> impl Iterator<Item = &Formula> {
        let meta = self.meta.iter().map(|(_, formula)| formula);
        let below = self.properties.iter().chain(&self.relations);
        meta.chain(below.map(|(_, formula)| formula))
    }

    /// Whether an expression may read where the file stands.
    pub(super) fn reads_the_path(&self) -> bool {
        let own = [&self.identifier, &self.blueprint].into_iter();
        let more = self.selector.iter().chain(&self.items).chain(&self.recurse);
        let mut all = own.chain(more).chain(self.values());
        all.any(|formula| formula.expression.reads().iter().any(is_of_path))
    }

    /// How many elements stand one within the other.
    pub(super) fn levels(&self) -> usize {
        self.items.len() + usize::from(self.recurse.is_some())
    }

    /// What it makes of the values of a file. The path of the file and the keys of a mapping
    /// stand behind no key.
    pub(super) fn maker(&self) -> Maker<'_> {
        let of_entries = self
            .items
            .iter()
            .any(|it| it.written.value.contains("_entries"));
        let identifier = match &self.identifier.form {
            Form::Way(way) if way.first() != Some(&Turn::Key(FILE.to_owned())) => way.last(),
            _ => None,
        };
        Maker {
            blueprint: match &self.blueprint.form {
                Form::Constant(name) => Some(name),
                _ => None,
            },
            identifier: identifier.and_then(|turn| match turn {
                Turn::Key(key) if !of_entries || key != "key" => Some(key.as_str()),
                _ => None,
            }),
        }
    }
}

/// Whether what is read may be, or hold, the path of the file.
fn is_of_path(read: &Read) -> bool {
    let mut steps = read.path.iter().map(|step| &step.segment);
    let is_file = steps.next().is_none_or(|first| match first {
        Segment::Key(name) => name == FILE,
        Segment::Each | Segment::Any => true,
    });
    let content = Segment::Key(CONTENT.to_owned());
    is_file && steps.next().is_none_or(|second| *second != content)
}

/// Reads the rules of a document.
pub(super) fn read(root: &Node, snapshot: &Snapshot, findings: &mut Vec<Finding>) -> Vec<Rule> {
    let mut reading = Reading { snapshot, findings };
    let Some(mut fields) = Fields::of("a mapping", root, root.span, reading.findings) else {
        return Vec::new();
    };
    for key in OF_A_PORTAL {
        fields.entry(key);
    }
    if fields.entry("resources").is_none() {
        fields.missing("resources");
    }
    let resources = fields.list("resources");
    fields.done();
    resources
        .iter()
        .flat_map(|resource| reading.resource(resource))
        .collect()
}

struct Reading<'s, 'f> {
    snapshot: &'s Snapshot,
    findings: &'f mut Vec<Finding>,
}

impl Reading<'_, '_> {
    /// The rules of a resource: one for each of its mappings.
    fn resource(&mut self, node: &Node) -> Vec<Rule> {
        let what = "a resource of a mapping";
        let Some(mut fields) = Fields::of(what, node, node.first_key(), self.findings) else {
            return Vec::new();
        };
        fields.entry("kind");
        let selector = fields.entry("selector");
        let port = fields.entry("port");
        if port.is_none() {
            fields.missing("port");
        }
        fields.done();
        let Some(port) = port else { return Vec::new() };
        let Some(mut fields) = Fields::of("`port`", &port.node, port.key.span, self.findings)
        else {
            return Vec::new();
        };
        let (items, recurse) = (fields.node("itemsToParse"), fields.node("recurse"));
        let union = fields.node("merge");
        let entity = fields.entry("entity");
        if entity.is_none() {
            fields.missing("entity");
        }
        fields.done();
        let mappings = entity.and_then(|entity| self.mappings(entity));
        let Some(mappings) = mappings else {
            return Vec::new();
        };
        let all: &[Node] = match &mappings.node.value {
            Value::Sequence(nodes) => nodes,
            _ => std::slice::from_ref(&mappings.node),
        };
        let place = mappings.key.span;
        all.iter()
            .filter_map(|mapping| {
                let levels = Levels {
                    selector,
                    items,
                    recurse,
                    union,
                };
                self.rule(&levels, mapping, place)
            })
            .collect()
    }

    fn mappings<'n>(&mut self, entity: &'n Entry) -> Option<&'n Entry> {
        let mut fields = Fields::of("`entity`", &entity.node, entity.key.span, self.findings)?;
        let mappings = fields.entry("mappings");
        if mappings.is_none() {
            fields.missing("mappings");
        }
        fields.done();
        mappings
    }

    fn rule(&mut self, levels: &Levels<'_>, mapping: &Node, place: Span) -> Option<Rule> {
        let place = mapping.as_sequence().map_or(place, |_| mapping.span);
        let mut fields = Fields::of("`mappings`", mapping, place, self.findings)?;
        let (identifier, blueprint) = (fields.node("identifier"), fields.node("blueprint"));
        for (key, node) in [("identifier", identifier), ("blueprint", blueprint)] {
            if node.is_none() {
                fields.missing(key);
            }
        }
        let meta = ["title", "icon", "team"].map(|key| (key, fields.node(key)));
        let (properties, relations) = (fields.mapping("properties"), fields.mapping("relations"));
        fields.done();
        let identifier = identifier.and_then(|node| self.formula(node, "identifier"));
        let blueprint = blueprint.and_then(|node| self.formula(node, "blueprint"));
        let meta = meta
            .into_iter()
            .filter_map(|(key, node)| Some((Text::from(key), self.formula(node?, key)?)))
            .collect();
        let properties = self.formulas(properties);
        let relations = self.formulas(relations);
        let selector = levels.selector.map(|entry| self.selector(entry));
        Some(Rule {
            selector: selector.flatten(),
            items: self.items(levels.items),
            recurse: levels.recurse.and_then(|node| self.recurse(node)),
            union: levels.union.map_or(Union::Refused, |node| self.union(node)),
            identifier: identifier?,
            blueprint: blueprint?,
            meta,
            properties,
            relations,
            is_void: false,
        })
    }

    fn selector(&mut self, entry: &Entry) -> Option<Formula> {
        let mut fields = Fields::of("`selector`", &entry.node, entry.key.span, self.findings)?;
        let query = fields.node("query");
        fields.done();
        self.formula(query?, "query")
    }

    /// `itemsToParse` is one expression, or a list of them: each within the elements before.
    fn items(&mut self, node: Option<&Node>) -> Vec<Formula> {
        let Some(node) = node else { return Vec::new() };
        let all: &[Node] = match &node.value {
            Value::Sequence(nodes) => nodes,
            _ => std::slice::from_ref(node),
        };
        if all.len() > LEVELS {
            self.findings.push(
                Finding::new(
                    &E0505,
                    node.span,
                    format!("`itemsToParse` goes down more than {LEVELS} lists"),
                )
                .label("too deep")
                .help("start further down, or write `recurse`"),
            );
            return Vec::new();
        }
        all.iter()
            .filter_map(|node| self.formula(node, "itemsToParse"))
            .collect()
    }

    /// Only what goes down by a path comes to an end.
    fn recurse(&mut self, node: &Node) -> Option<Formula> {
        let formula = self.formula(node, "recurse")?;
        let is_below = match &formula.form {
            Form::Way(way) | Form::Entries(way) => {
                way.len() > 1 && way.first() == Some(&Turn::Key(ITEM.to_owned()))
            }
            Form::Constant(_) | Form::Computed => false,
        };
        if is_below {
            return Some(formula);
        }
        self.findings.push(
            Finding::new(&E0505, node.span, "`recurse` is a path below `.item`")
                .label("may never end")
                .help("write the path from an element to those below it, as `.item.children`"),
        );
        None
    }

    fn union(&mut self, node: &Node) -> Union {
        match &node.value {
            Value::Bool(true) => Union::Exact,
            Value::Bool(false) => Union::Refused,
            Value::String(word) if word == "ignoreCase" => Union::IgnoreCase,
            Value::String(word) => {
                self.findings.push(
                    Finding::new(&E0204, node.span, format!("`{word}` is no `merge`"))
                        .label("not one of the words")
                        .help(choose(word, &["ignoreCase", "true"])),
                );
                Union::Refused
            }
            _ => {
                let finding = wrong_type(node, "true or false", "`merge` must be");
                self.findings.push(finding);
                Union::Refused
            }
        }
    }

    fn formulas(&mut self, entries: &[Entry]) -> Vec<(Located<Text>, Formula)> {
        entries
            .iter()
            .filter_map(|entry| {
                let formula = self.formula(&entry.node, &entry.key.value)?;
                Some((entry.key.clone(), formula))
            })
            .collect()
    }

    /// An expression; what it reads of `.file` must be there.
    fn formula(&mut self, node: &Node, what: &str) -> Option<Formula> {
        let formula = Formula::read(node, what, self.snapshot, self.findings)?;
        for read in formula.expression.reads() {
            let [first, second, ..] = read.path.as_slice() else {
                continue;
            };
            let Segment::Key(key) = &second.segment else {
                continue;
            };
            if first.segment != Segment::Key(FILE.to_owned()) || OF_FILE.contains(&key.as_str()) {
                continue;
            }
            let (value, span) = (&formula.written.value, formula.written.span);
            let place = self.snapshot.within(span, value, second.start, second.end);
            self.findings.push(
                Finding::new(&E0212, place, format!("`.file` has no key `{key}`"))
                    .label("leads nowhere")
                    .help(format!(
                        "{} a key `file` of the file itself is `.file.content.file`",
                        choose(key, &OF_FILE)
                    )),
            );
        }
        Some(formula)
    }
}

/// What a resource says of its elements.
struct Levels<'n> {
    selector: Option<&'n Entry>,
    items: Option<&'n Node>,
    recurse: Option<&'n Node>,
    union: Option<&'n Node>,
}
