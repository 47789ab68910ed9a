//! An action: what can be done to entities, what triggers it, who may, and what it calls.

use crate::finding::Finding;
use crate::finding::codes::E0501;
use crate::model::fields::{Fields, text_of};
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Located, Span, Text};

mod approval;
mod call;
mod permission;
mod precondition;

pub use approval::{Approval, Side};
pub use call::Call;
pub use permission::PermissionBlock;
pub use precondition::Precondition;

/// When an action happens in the life of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The entity appears.
    Create,
    /// The entity is there before and after.
    Day2,
    /// The entity disappears.
    Delete,
}

impl Operation {
    /// The word in a catalog.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Day2 => "day-2",
            Self::Delete => "delete",
        }
    }
}

/// What can be done to the entities of a blueprint.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its name.
    pub identifier: Located<Text>,
    /// What people call it.
    pub title: Option<Located<Text>>,
    /// When it happens.
    pub operation: Located<Operation>,
    /// The blueprint of the entities.
    pub blueprint: Located<Text>,
    /// What makes it happen.
    pub trigger: Trigger,
    /// What it needs to know.
    pub inputs: Inputs,
    /// What must be true of the entity, whoever asks.
    pub preconditions: Vec<Precondition>,
    /// Who may do it; `None` where the action says nothing.
    pub permissions: Option<Vec<PermissionBlock>>,
    /// Who else must agree.
    pub approvals: Vec<Approval>,
    /// What it does outside, in the order of the file.
    pub calls: Vec<Call>,
    /// The action that takes it back.
    pub undo: Option<Located<Text>>,
    /// Actions on the same entity that run before it.
    pub after: Vec<Located<Text>>,
    /// Actions that may not be in the same plan on the same entity.
    pub conflicts: Vec<Located<Text>>,
    /// Whether the decision about what caused it covers it.
    pub cause_permits: bool,
    /// All of the document, for digests and diffs.
    pub root: Node,
}

/// What makes an action happen; any of these.
#[derive(Debug, Clone, Default)]
pub struct Trigger {
    /// The key `changed`, where there is one.
    pub changed_key: Option<Span>,
    /// Paths of which one changed.
    pub changed: Vec<Located<Text>>,
    /// An entity appears: where that is said.
    pub created: Option<Span>,
    /// An entity disappears.
    pub deleted: Option<Span>,
    /// A request file asks for it.
    pub request: Option<Span>,
    /// The entity's expiry has passed.
    pub expired: Option<Span>,
    /// jq over `{before, after}`: where it is false a change is not claimed, and a request is denied.
    pub condition: Option<Located<Text>>,
}

impl Trigger {
    /// The operation that it is of, where nothing else says it.
    fn operation(&self) -> Operation {
        match (self.created, self.deleted) {
            (Some(_), _) => Operation::Create,
            (None, Some(_)) => Operation::Delete,
            (None, None) => Operation::Day2,
        }
    }
}

/// The typed inputs of an action.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Names and JSON Schemas in the order of the file.
    pub properties: Vec<Entry>,
    /// Names of which each must be given.
    pub required: Vec<Located<Text>>,
    /// How an edited entity fills them: name and jq over `{before, after}`.
    pub from: Vec<(Located<Text>, Located<Text>)>,
}

impl Inputs {
    /// The schema of an input.
    pub fn schema(&self, name: &str) -> Option<&Node> {
        crate::syntax::entry(&self.properties, name).map(|entry| &entry.node)
    }

    /// Whether an input is made of the entity.
    pub fn is_made(&self, name: &str) -> bool {
        let mut made = self.from.iter();
        made.any(|(input, _)| input.value == name)
    }
}

/// Keys that are often written one level too high or too low, each with the key that it is below.
const KEYS_BELOW: [(&str, &str); 10] = [
    ("from", "inputs"),
    ("properties", "inputs"),
    ("required", "inputs"),
    ("changed", "trigger"),
    ("created", "trigger"),
    ("deleted", "trigger"),
    ("expired", "trigger"),
    ("request", "trigger"),
    ("condition", "trigger"),
    ("execute", "permissions"),
];

/// Reads an action; `None` when it cannot be known by name, kind and blueprint.
pub(super) fn read(document: &Document, findings: &mut Vec<Finding>) -> Option<Action> {
    let root = &document.root;
    let place = root
        .as_mapping()
        .and_then(<[Entry]>::first)
        .map_or(root.span, |entry| entry.key.span);
    let mut fields = Fields::of("an action", root, place, findings)?;
    fields.elsewhere(&KEYS_BELOW);
    fields.filled(&["precondition", "permissions", "approval"]);
    let identifier = fields.required_text("identifier");
    let title = fields.text("title");
    for key in ["icon", "description"] {
        fields.text(key);
    }
    if fields.entry("operation").is_none() {
        fields.missing("operation");
    }
    let words = [Operation::Create, Operation::Day2, Operation::Delete]
        .map(|operation| (operation.word(), operation));
    let written = fields.one_of("operation", &words);
    let operation_place = fields.entry("operation").map(|entry| entry.node.span);
    let blueprint = fields.required_text("blueprint");
    let trigger = fields.entry("trigger");
    if trigger.is_none() {
        fields.missing("trigger");
    }
    let inputs = fields.entry("inputs");
    let precondition = fields.node("precondition");
    let permissions = fields.entry("permissions");
    let approvals = fields.list("approval");
    let (calls, call) = (fields.list("calls"), fields.entry("call"));
    let undo = fields.text("undo");
    let (after, conflicts) = (fields.texts("after"), fields.texts("conflicts"));
    let cause_permits = fields.one_of("causedBy", &[("permitted", ())]).is_some();
    fields.done();
    let trigger = trigger
        .map(|entry| read_trigger(entry, findings))
        .unwrap_or_default();
    // A wrong one hides nothing else of the action: it is then what the trigger says.
    let operation = written.unwrap_or_else(|| {
        let place = operation_place.unwrap_or(place);
        Located::new(trigger.operation(), place)
    });
    let action = Action {
        trigger,
        inputs: inputs
            .map(|entry| read_inputs(entry, findings))
            .unwrap_or_default(),
        preconditions: precondition
            .map(|node| precondition::read(node, findings))
            .unwrap_or_default(),
        permissions: permissions.map(|entry| permission::read(entry, findings)),
        approvals: approvals
            .iter()
            .filter_map(|node| approval::read(node, findings))
            .collect(),
        calls: call::read(calls, call, findings),
        undo,
        after,
        conflicts,
        cause_permits,
        root: root.clone(),
        title,
        identifier: identifier?,
        operation,
        blueprint: blueprint?,
    };
    document.complete.then_some(action)
}

fn read_trigger(entry: &Entry, findings: &mut Vec<Finding>) -> Trigger {
    let before = findings.len();
    let Some(mut fields) = Fields::of("a trigger", &entry.node, entry.key.span, findings) else {
        return Trigger::default();
    };
    fields.elsewhere(&KEYS_BELOW);
    let changed_key = fields.entry("changed").map(|entry| entry.key.span);
    let changed = fields.texts("changed");
    let mut flag = |key| {
        fields
            .bool(key)
            .filter(|flag| flag.value)
            .map(|flag| flag.span)
    };
    let (created, deleted) = (flag("created"), flag("deleted"));
    let (request, expired) = (flag("request"), flag("expired"));
    let condition = fields.text("condition");
    fields.done();
    let fires = !changed.is_empty() || created.or(deleted).or(request).or(expired).is_some();
    // What is misspelt was meant to make it fire.
    if !fires && findings.len() == before {
        findings.push(
            Finding::new(&E0501, entry.key.span, "the trigger never fires")
                .label("nothing makes it happen")
                .help("add `changed`, `created`, `deleted`, `request` or `expired`"),
        );
    }
    Trigger {
        changed_key,
        changed,
        created,
        deleted,
        request,
        expired,
        condition,
    }
}

fn read_inputs(entry: &Entry, findings: &mut Vec<Finding>) -> Inputs {
    let Some(mut fields) = Fields::of("`inputs`", &entry.node, entry.key.span, findings) else {
        return Inputs::default();
    };
    fields.elsewhere(&KEYS_BELOW);
    let properties = fields.mapping("properties").to_vec();
    let required = fields.texts("required");
    let from = fields.mapping("from");
    fields.done();
    let from = from
        .iter()
        .filter_map(|entry| {
            Some((
                entry.key.clone(),
                text_of(&entry.node, &entry.key.value, findings)?,
            ))
        })
        .collect();
    Inputs {
        properties,
        required,
        from,
    }
}
