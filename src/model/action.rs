//! An action: what can be done to entities, what triggers it, who may, and what it calls.

use crate::finding::codes::{E0202, E0203, E0501};
use crate::finding::{Finding, Wanted};
use crate::model::duration::Seconds;
use crate::model::fields::{Fields, text_of, texts_of, wrong_type};
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Located, Span, Text};

mod precondition;

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

/// One way to be permitted: the names are alternatives, `when` narrows them all.
#[derive(Debug, Clone)]
pub struct PermissionBlock {
    /// People.
    pub users: Vec<Located<Text>>,
    /// Teams of the person.
    pub teams: Vec<Located<Text>>,
    /// Roles of the person.
    pub roles: Vec<Located<Text>>,
    /// Whether membership in the owner is enough.
    pub owned_by_team: Option<Located<bool>>,
    /// A Cedar condition.
    pub when: Option<Located<Text>>,
    /// What it is for, where it counts only when the glass is broken.
    pub break_glass: Option<Located<Text>>,
    /// Where the block stands: its first key.
    pub span: Span,
    /// Whether a part of it could not be read, or it says of nobody whom it is for: it permits
    /// nobody.
    pub broken: bool,
}

/// Whose agreement is needed besides permission.
#[derive(Debug, Clone)]
pub struct Approval {
    /// A Cedar condition; absent: always.
    pub when: Option<Located<Text>>,
    /// People.
    pub users: Vec<Located<Text>>,
    /// Teams.
    pub teams: Vec<Located<Text>>,
    /// The owner before the change, after it, or both.
    pub owners: Vec<Located<Side>>,
    /// How many distinct people.
    pub count: u32,
    /// Where the entry stands: its first key.
    pub span: Span,
}

/// The owner before or after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// As the target branch has it.
    Before,
    /// As the result of the merge has it.
    After,
}

/// One thing that an action does outside.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name in the action.
    pub id: Located<Text>,
    /// The connector.
    pub connector: Located<Text>,
    /// The arguments, with templates.
    pub with: Node,
    /// How long it may take.
    pub timeout: Seconds,
    /// How often it is tried again.
    pub retries: u32,
    /// Calls of this action that must have succeeded.
    pub needs: Vec<Located<Text>>,
    /// The whole call.
    pub span: Span,
}

/// How long a call may take unless it says otherwise.
const TIMEOUT: Seconds = Seconds(30);
/// The longest time that a call may ask for.
const TIMEOUT_MAX: Seconds = Seconds(30 * 24 * 3600);

/// Reads an action; `None` when it cannot be known by name, kind and blueprint.
pub(super) fn read(document: &Document, findings: &mut Vec<Finding>) -> Option<Action> {
    let root = &document.root;
    let place = root
        .as_mapping()
        .and_then(<[Entry]>::first)
        .map_or(root.span, |entry| entry.key.span);
    let mut fields = Fields::of("an action", root, place, findings)?;
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
        permissions: permissions.map(|entry| read_permissions(entry, findings)),
        approvals: approvals
            .iter()
            .filter_map(|node| read_approval(node, findings))
            .collect(),
        calls: read_calls(calls, call, findings),
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

fn read_permissions(entry: &Entry, findings: &mut Vec<Finding>) -> Vec<PermissionBlock> {
    let Some(mut fields) = Fields::of("`permissions`", &entry.node, entry.key.span, findings)
    else {
        return Vec::new();
    };
    let execute = fields.node("execute");
    if execute.is_none() {
        fields.missing("execute");
    }
    fields.done();
    let Some(execute) = execute else {
        return Vec::new();
    };
    let blocks = execute
        .as_sequence()
        .unwrap_or(std::slice::from_ref(execute));
    if let Some(key) = written_key(&entry.node, "execute").filter(|_| blocks.is_empty()) {
        findings.push(
            Finding::new(&E0202, key, "a permission says for whom it is")
                .label("permits nobody")
                .help("add a block that says who may, or take `permissions` out: policies may permit it"),
        );
    }
    blocks
        .iter()
        .filter_map(|node| read_block(node, findings))
        .collect()
}

/// Where a key stands that somebody wrote: one that the reader of another format makes stands where
/// its value does.
fn written_key(node: &Node, key: &str) -> Option<Span> {
    let entry = node.entry(key)?;
    (entry.key.span != entry.node.span).then_some(entry.key.span)
}

/// What to do about a `breakGlass` that is no text: in quotes, `false` would be what it is for.
const NO_PURPOSE: &str = "leave it out where the permission is for every day; else say when it may be \
    used: `breakGlass: when production is down`";

fn read_block(node: &Node, findings: &mut Vec<Finding>) -> Option<PermissionBlock> {
    let before = findings.len();
    let span = node.first_key();
    let mut fields = Fields::of("a permission", node, span, findings)?;
    fields.filled(&[
        "users",
        "teams",
        "roles",
        "ownedByTeam",
        "when",
        "breakGlass",
    ]);
    let mut block = PermissionBlock {
        users: fields.texts("users"),
        teams: fields.texts("teams"),
        roles: fields.texts("roles"),
        owned_by_team: fields.bool("ownedByTeam"),
        when: fields.text("when"),
        break_glass: fields.text("breakGlass"),
        span,
        broken: false,
    };
    fields.done();
    if let Some(glass) = node.get("breakGlass") {
        let own = findings.iter_mut().skip(before);
        for finding in own.filter(|it| it.span == glass.span && it.wanted == Some(Wanted::Text)) {
            finding.help = Some(NO_PURPOSE.to_owned());
            finding.wanted = None;
        }
    }
    if findings.len() == before {
        findings.extend(for_nobody(node, &block));
    }
    block.broken = findings.len() > before;
    Some(block)
}

/// A block that names nobody: an empty list is no leave for everyone, whatever else it says.
fn for_nobody(node: &Node, block: &PermissionBlock) -> Option<Finding> {
    let is_named = !block.users.is_empty()
        || !block.teams.is_empty()
        || !block.roles.is_empty()
        || block.owned_by_team.as_ref().is_some_and(|it| it.value);
    let mut written = ["users", "teams", "roles", "ownedByTeam"]
        .into_iter()
        .filter_map(|key| node.entry(key));
    let is_empty = |entry: &&Entry| entry.node.as_sequence().is_some_and(<[Node]>::is_empty);
    let mut lists = written.clone();
    let (place, help) = match lists.find(is_empty).or_else(|| written.next()) {
        Some(list) if is_named && is_empty(&list) => {
            (list.key.span, "name somebody, or take the key out")
        }
        _ if is_named => return None,
        None if block.when.is_some() => return None,
        None => (
            block.span,
            "add `users`, `teams`, `roles`, `ownedByTeam` or `when`",
        ),
        Some(entry) if block.when.is_some() => (
            entry.key.span,
            "name somebody, or take the key out: `when` alone means every person of the catalog",
        ),
        Some(entry) => (entry.key.span, "name somebody, or take the block out"),
    };
    let finding = Finding::new(&E0202, place, "a permission says for whom it is");
    Some(finding.label("permits nobody").help(help))
}

fn read_approval(node: &Node, findings: &mut Vec<Finding>) -> Option<Approval> {
    let span = node.first_key();
    let mut fields = Fields::of("an approval", node, span, findings)?;
    fields.filled(&["when", "count"]);
    let when = fields.text("when");
    let count = fields.integer("count", 1, 20);
    let by = fields.entry("by");
    if by.is_none() {
        fields.missing("by");
    }
    fields.done();
    let by = by?;
    let before = findings.len();
    let mut fields = Fields::of("`by`", &by.node, by.key.span, findings)?;
    fields.filled(&["users", "teams", "owners"]);
    let (users, teams) = (fields.texts("users"), fields.texts("teams"));
    let owners = fields.node("owners");
    fields.done();
    let mut sides = Vec::new();
    for side in owners
        .map(|node| texts_of(node, "owners", findings))
        .unwrap_or_default()
    {
        match side.value.as_str() {
            "before" => sides.push(Located::new(Side::Before, side.span)),
            "after" => sides.push(Located::new(Side::After, side.span)),
            other => findings.push(
                Finding::new(
                    &E0203,
                    side.span,
                    format!("`{other}` is no side of a change"),
                )
                .label("not a side")
                .help("write `before` or `after`"),
            ),
        }
    }
    let is_by_nobody = users.is_empty() && teams.is_empty() && sides.is_empty();
    if is_by_nobody && findings.len() == before {
        findings.push(
            Finding::new(&E0202, by.key.span, "an approval says by whom")
                .label("nobody could give it")
                .help("add `users`, `teams` or `owners`"),
        );
    }
    let count = count.map_or(1, |count| u32::try_from(count.value).unwrap_or(1));
    Some(Approval {
        when,
        users,
        teams,
        owners: sides,
        count,
        span,
    })
}

fn read_calls(calls: &[Node], call: Option<&Entry>, findings: &mut Vec<Finding>) -> Vec<Call> {
    let mut read: Vec<Call> = calls
        .iter()
        .filter_map(|node| read_call(node, None, findings))
        .collect();
    if let Some(call) = call {
        read.extend(read_call(&call.node, Some(call.key.span), findings));
    }
    read
}

/// Reads a call; the short form `call:` needs no id and stands at `short`.
fn read_call(node: &Node, short: Option<Span>, findings: &mut Vec<Finding>) -> Option<Call> {
    let place = short.unwrap_or_else(|| node.first_key());
    let mut fields = Fields::of("a call", node, place, findings)?;
    let id = match short {
        Some(span) => fields
            .text("id")
            .or_else(|| Some(Located::new(Text::from("call"), span))),
        None => fields.required_text("id"),
    };
    let connector = fields.required_text("connector");
    let with = fields.node("with").cloned();
    let timeout = fields.duration("timeout", TIMEOUT_MAX);
    let retries = fields.integer("retries", 0, 10);
    let needs = fields.texts("needs");
    fields.done();
    let timeout = timeout.unwrap_or(TIMEOUT);
    if let Some(with) = &with
        && with.as_mapping().is_none()
    {
        findings.push(wrong_type(with, "a mapping", "`with` must be"));
    }
    Some(Call {
        id: id?,
        connector: connector?,
        with: with.unwrap_or(Node {
            span: place,
            value: crate::syntax::Value::Mapping([].into()),
        }),
        timeout,
        retries: retries.map_or(0, |retries| u32::try_from(retries.value).unwrap_or(0)),
        needs,
        span: node.span,
    })
}
