//! A rule test: a question to the rules, or a pull request, and the answer that is expected.
//!
//! In: one document of `tests/`. Out: a [`Trial`] as it is written, and what is wrong with its
//! keys. Names are looked up later: `check` says which of them nothing has.

use crate::finding::Finding;
use crate::model::fields::{Fields, text_of, wrong_type};
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Located, Span, Text};

/// How a test is expected to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It may be done.
    Allowed,
    /// It may be done once others agree.
    NeedsApproval,
    /// It may not be done.
    Denied,
}

impl Expected {
    /// The words, as users write and read them.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("allowed", Self::Allowed),
        ("needs approval", Self::NeedsApproval),
        ("denied", Self::Denied),
    ];

    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::NeedsApproval => "needs approval",
            Self::Denied => "denied",
        }
    }
}

/// A value that a test changes: of an entity, or of a document in a file.
#[derive(Debug, Clone)]
pub struct Edit {
    /// `relations.owner`.
    pub path: Located<Text>,
    /// What stands there then; null takes it out. Absent: only that it changes is known.
    pub to: Option<Node>,
    /// Which of the entities of the file is meant, where there are several.
    pub entity: Option<Located<Text>>,
}

/// What a pull request does to one file or one entity.
#[derive(Debug, Clone)]
pub struct Patch {
    /// A path, or an entity: `CartService`, `Component/CartService`.
    pub target: Located<Text>,
    /// What.
    pub change: Change,
}

/// What is done to a file.
#[derive(Debug, Clone)]
pub enum Change {
    /// Single values; all others and all comments stay.
    Edits(Vec<Edit>),
    /// It has this text.
    Text(Located<Text>),
    /// It disappears.
    Remove,
}

/// An approval that is expected.
#[derive(Debug, Clone)]
pub struct ExpectedApproval {
    /// The groups or persons of whom some must agree.
    pub from: Vec<Located<Text>>,
    /// How many.
    pub count: u32,
    /// All of it.
    pub span: Span,
}

/// A step that is expected in the plan of a patch.
#[derive(Debug, Clone)]
pub struct ExpectedStep {
    /// The action.
    pub action: Located<Text>,
    /// The entity; for `define` and `meta` the file.
    pub entity: Option<Located<Text>>,
    /// How it is decided.
    pub outcome: Option<Located<Expected>>,
    /// The rule that decides.
    pub by: Option<Located<Text>>,
}

/// A rule test.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What it is called.
    pub name: Located<Text>,
    /// Who asks: all must be permitted.
    pub actors: Vec<Located<Text>>,
    /// Whether the actors are nobody in the catalog, and that is meant.
    pub outsider: Option<Located<bool>>,
    /// What for.
    pub action: Option<Located<Text>>,
    /// On what.
    pub entity: Option<Located<Text>>,
    /// What is new, where it is to be created.
    pub given: Option<Node>,
    /// The file, where the catalog itself is changed.
    pub file: Option<Located<Text>>,
    /// The inputs of the action.
    pub inputs: Box<[Entry]>,
    /// Where a missing input is reported.
    pub inputs_place: Span,
    /// What changes of the entity.
    pub changed: Vec<Edit>,
    /// Where that begins.
    pub changed_place: Option<Span>,
    /// What a pull request changes, in the place of all of these.
    pub patch: Vec<Patch>,
    /// Where that begins.
    pub patch_place: Option<Span>,
    /// The moment at which rules are asked.
    pub now: Option<Located<Text>>,
    /// The answer.
    pub expect: Located<Expected>,
    /// The rule that gives it: a file, a line of one, or a title.
    pub by: Option<Located<Text>>,
    /// Whose agreement is asked for, where that is told.
    pub approvals: Option<Located<Vec<ExpectedApproval>>>,
    /// Who has approved what the patch is, and where that begins.
    pub approved: Option<Located<Vec<Located<Text>>>>,
    /// Whose agreement is still missing, where that is told.
    pub missing: Option<Located<Vec<ExpectedApproval>>>,
    /// Steps of the plan, where they are told.
    pub steps: Option<Located<Vec<ExpectedStep>>>,
    /// Whether a part of it could not be read: nobody says then that something is missing.
    pub broken: bool,
    /// All of it.
    pub span: Span,
}

/// Reads a rule test.
pub(super) fn read(document: &Document, findings: &mut Vec<Finding>) -> Option<Trial> {
    let root = &document.root;
    let place = root.first_key();
    let before = findings.len();
    let mut fields = Fields::of("a rule test", root, place, findings)?;
    let name = fields.required_text("name");
    if fields.entry("actor").is_none() {
        fields.missing("actor");
    }
    let actors = fields.texts("actor");
    let outsider = fields.bool("outsider");
    let action = fields.text("action");
    let entity = fields.text("entity");
    let given = fields.node("given").cloned();
    let file = fields.text("file");
    let inputs_place = fields.entry("inputs").map_or(place, |entry| entry.key.span);
    let inputs = fields.mapping("inputs").into();
    let changed = fields.entry("changed");
    let patch = fields.entry("patch");
    let now = fields.text("now");
    if fields.entry("expect").is_none() {
        fields.missing("expect");
    }
    let expect = fields.one_of("expect", &Expected::WORDS);
    let by = fields.text("by");
    let asked = fields.entry("approvals");
    let approved = fields.entry("approved").map(|entry| entry.key.span);
    let approved = approved.map(|span| Located::new(fields.texts("approved"), span));
    let missing = fields.entry("missing");
    let steps = fields.entry("steps");
    fields.done();
    let changed_edits = changed.map_or_else(Vec::new, |entry| changes(&entry.node, findings));
    let patches = patch.map_or_else(Vec::new, |entry| patches(&entry.node, findings));
    let mut approvals = |entry: Option<&Entry>| {
        let entry = entry?;
        let items = each(&entry.node, findings, read_approval);
        Some(Located::new(items, entry.key.span))
    };
    let (approvals, missing) = (approvals(asked), approvals(missing));
    let steps = steps.map(|entry| {
        let items = each(&entry.node, findings, read_step);
        Located::new(items, entry.key.span)
    });
    if !document.complete {
        return None;
    }
    Some(Trial {
        name: name?,
        actors,
        outsider,
        action,
        entity,
        given,
        file,
        inputs,
        inputs_place,
        changed: changed_edits,
        changed_place: changed.map(|entry| entry.key.span),
        patch: patches,
        patch_place: patch.map(|entry| entry.key.span),
        now,
        expect: expect?,
        by,
        approvals,
        approved,
        missing,
        steps,
        broken: findings.len() > before,
        span: root.span,
    })
}

/// The elements of a list, or the one that stands for it.
fn each<T>(
    node: &Node,
    findings: &mut Vec<Finding>,
    read: fn(&Node, &mut Vec<Finding>) -> Option<T>,
) -> Vec<T> {
    let one = std::slice::from_ref(node);
    let nodes = node.as_sequence().unwrap_or(one);
    nodes.iter().filter_map(|it| read(it, findings)).collect()
}

/// `[properties.replicas]`, or what the values are then: `{properties.replicas: 5}`.
fn changes(node: &Node, findings: &mut Vec<Finding>) -> Vec<Edit> {
    if let Some(entries) = node.as_mapping() {
        return entries.iter().map(assigned).collect();
    }
    let named = |node: &Node, findings: &mut Vec<Finding>| {
        let path = text_of(node, "changed", findings)?;
        Some(Edit {
            path,
            to: None,
            entity: None,
        })
    };
    each(node, findings, named)
}

/// `relations.owner: platform`.
fn assigned(entry: &Entry) -> Edit {
    Edit {
        path: entry.key.clone(),
        to: Some(entry.node.clone()),
        entity: None,
    }
}

fn patches(node: &Node, findings: &mut Vec<Finding>) -> Vec<Patch> {
    let Some(entries) = node.as_mapping() else {
        let wanted = "a mapping of files or entities";
        findings.push(
            wrong_type(node, wanted, "`patch` is")
                .help("write what changes: `{CartService: {relations.owner: platform}}`"),
        );
        return Vec::new();
    };
    let read = |entry: &Entry| {
        let change = patched(entry, findings)?;
        Some(Patch {
            target: entry.key.clone(),
            change,
        })
    };
    entries.iter().filter_map(read).collect()
}

/// The keys of what is done to a whole file.
const WHOLE: [&str; 2] = ["remove", "text"];

fn patched(entry: &Entry, findings: &mut Vec<Finding>) -> Option<Change> {
    let node = &entry.node;
    if let Value::Sequence(_) = node.value {
        return Some(Change::Edits(each(node, findings, edit)));
    }
    let entries = node.as_mapping().unwrap_or_default();
    let has = |keys: &[&str]| {
        let mut all = entries.iter();
        all.any(|entry| keys.contains(&entry.key.value.as_str()))
    };
    if has(&["path"]) {
        return Some(Change::Edits(edit(node, findings).into_iter().collect()));
    }
    if !entries.is_empty() && !has(&WHOLE) {
        return Some(Change::Edits(entries.iter().map(assigned).collect()));
    }
    let mut fields = Fields::of("a patched file", node, entry.key.span, findings)?;
    let text = fields.text("text");
    let removed = fields.bool("remove").is_some_and(|remove| remove.value);
    if text.is_none() && !removed && entries.is_empty() {
        fields.missing("text");
    }
    fields.done();
    match text {
        Some(text) => Some(Change::Text(text)),
        None => removed.then_some(Change::Remove),
    }
}

fn edit(node: &Node, findings: &mut Vec<Finding>) -> Option<Edit> {
    let mut fields = Fields::of("an edit", node, node.span, findings)?;
    let path = fields.required_text("path");
    let removed = fields.bool("remove").is_some_and(|remove| remove.value);
    // A value may be null, which takes out what is there.
    let to = fields.node("to").cloned();
    let entity = fields.text("entity");
    let is_null = node.get("to").is_some_and(Node::is_null);
    if to.is_none() && !removed && !is_null {
        fields.missing("to");
    }
    fields.done();
    let nothing = || Node {
        span: node.span,
        value: Value::Null,
    };
    let to = match (to, removed || is_null) {
        (Some(to), false) => to,
        (_, true) => nothing(),
        (None, false) => return None,
    };
    Some(Edit {
        path: path?,
        to: Some(to),
        entity,
    })
}

fn read_approval(node: &Node, findings: &mut Vec<Finding>) -> Option<ExpectedApproval> {
    let mut fields = Fields::of("an expected approval", node, node.span, findings)?;
    if fields.entry("from").is_none() {
        fields.missing("from");
    }
    let from = fields.texts("from");
    let count = fields.integer("count", 1, 100).map_or(1, |it| it.value);
    fields.done();
    Some(ExpectedApproval {
        from,
        count: u32::try_from(count).unwrap_or(1),
        span: node.span,
    })
}

fn read_step(node: &Node, findings: &mut Vec<Finding>) -> Option<ExpectedStep> {
    let mut fields = Fields::of("an expected step", node, node.span, findings)?;
    let action = fields.required_text("action");
    let entity = fields.text("entity");
    let outcome = fields.one_of("outcome", &Expected::WORDS);
    let by = fields.text("by");
    fields.done();
    Some(ExpectedStep {
        action: action?,
        entity,
        outcome,
        by,
    })
}
