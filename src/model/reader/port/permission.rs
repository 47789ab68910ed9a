//! Who may do an action, and who must agree.
//!
//! In: `{execute, approve}` of Port. Out: `permissions` and `approval`. A rule that has no
//! counterpart is never left out: then nobody may do the action.

use super::Reading;
use super::key;
use super::shape::is_empty;
use super::sibling;
use crate::finding::Finding;
use crate::finding::codes::E0204;
use crate::model::reader::tree;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Span;
use crate::text::did_you_mean;
use crate::text::nearest;

/// What is said to whoever reads that a rule is not carried over.
const WRITE_CEDAR: &str = "write the rule in Cedar, as `when` of a permission or in `policies/`";

/// The keys of permissions, and those of an object that has them in a list of its own.
const KEYS: [&str; 5] = ["action", "approve", "execute", "identifier", "permissions"];

/// The keys of those who may do it, or who must agree.
const PEOPLE: [&str; 5] = ["ownedByTeam", "policy", "roles", "teams", "users"];

/// Whether everything that narrows who may has a counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Narrowing {
    /// It has.
    CarriedOver,
    /// It has not: nobody may.
    Lost,
}

/// The permissions of each action, by its name: of a mapping, or of a list of objects.
pub(super) fn by_action(node: &Node) -> Vec<Entry> {
    match &node.value {
        Value::Mapping(entries) => entries.to_vec(),
        Value::Sequence(nodes) => nodes
            .iter()
            .filter_map(|node| {
                let name = node.get("identifier").or_else(|| node.get("action"))?;
                let inner = node.get("permissions").unwrap_or(node);
                Some(tree::entry(name.as_str()?, name.span, inner.clone()))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Permissions in a file of their own belong to the actions in the file beside.
pub(super) fn standing_alone(node: &Node, reading: &mut Reading<'_>) {
    let is_one = node
        .get("execute")
        .or_else(|| node.get("approve"))
        .is_some();
    if is_one {
        reading.closed(
            node.first_key(),
            "permissions that do not say of which action they are",
            "put them into the action, as its `permissions`",
        );
        return;
    }
    let beside = reading.foreign.exports.beside(reading.foreign);
    for entry in by_action(node) {
        if !beside.has_action(&entry.key.value) {
            reading.lost(
                entry.key.span,
                format!(
                    "the permissions of `{}`, for no file beside has this action",
                    entry.key.value
                ),
                "export the actions too, as `actions.json` beside this file",
            );
        }
    }
}

/// Says which keys of permissions are not Port's. Nothing is read in their place: who may is never
/// guessed.
pub(super) fn check_keys(permissions: &Node, reading: &mut Reading<'_>) {
    let keys = key::of_object(permissions.clone()).collect();
    let _: Vec<Entry> = key::settled(keys, &KEYS, "`permissions`", reading);
    if let Some(approve) = permissions.entry("approve") {
        let _: Entry = key::settled_below(approve, &PEOPLE, reading);
    }
}

/// The native `permissions`: `execute` with one block, or with none for nobody.
pub(super) fn execute(
    permissions: Option<&Node>,
    place: Span,
    narrowing: Narrowing,
    reading: &mut Reading<'_>,
) -> Option<Entry> {
    let execute = permissions
        .and_then(|node| node.entry("execute"))
        .filter(|entry| !entry.node.is_null());
    let mut narrowing = narrowing;
    let mut block = Vec::new();
    for entry in execute
        .and_then(|it| it.node.as_mapping())
        .unwrap_or_default()
    {
        match entry.key.value.as_str() {
            _ if is_empty(&entry.node) => {}
            "users" | "teams" | "roles" => block.push(entry.clone()),
            "ownedByTeam" => {
                if entry.node.value != Value::Bool(false) {
                    block.push(entry.clone());
                }
            }
            "policy" => {
                let what = "the policy that says who may";
                reading.closed(entry.key.span, what, WRITE_CEDAR);
                narrowing = Narrowing::Lost;
            }
            other => {
                let what = format!("`{other}` of those who may");
                match nearest(other, PEOPLE) {
                    Some(near) => {
                        let help = String::from(did_you_mean(near));
                        reading.closed(entry.key.span, what, &help);
                    }
                    None => reading.closed(entry.key.span, what, WRITE_CEDAR),
                }
                narrowing = Narrowing::Lost;
            }
        }
    }
    if let Some(span) = execute.and_then(|entry| everyone(entry.node.get("roles")?)) {
        block = vec![tree::entry("when", span, tree::text("true", span))];
    }
    let place = execute.map_or(place, |entry| entry.key.span);
    if narrowing == Narrowing::CarriedOver && execute.is_none() {
        return None;
    }
    let blocks = match narrowing {
        Narrowing::CarriedOver if !block.is_empty() => vec![tree::mapping(place, block)],
        _ => Vec::new(),
    };
    let execute = tree::entry("execute", place, tree::sequence(place, blocks));
    Some(tree::entry(
        "permissions",
        place,
        tree::mapping(place, vec![execute]),
    ))
}

/// The native `permissions` of an action of which nothing says who may do it: it is for nobody.
pub(super) fn unsaid(action: &Node, reading: &mut Reading<'_>) -> Entry {
    let place = action.span;
    let message = format!(
        "nobody is permitted to do `{}`: who may is neither in the action nor in `{}`",
        action.as_str().unwrap_or_default(),
        sibling::permissions_file(reading.foreign)
    );
    let help = "export the permissions too, or write them into the action: `permissions: {execute: {roles: [Member]}}` is for everyone";
    reading.unsaid(place, message, help.to_owned());
    let execute = tree::entry("execute", place, tree::sequence(place, Vec::new()));
    tree::entry("permissions", place, tree::mapping(place, vec![execute]))
}

/// Where the role is named that every person has.
fn everyone(roles: &Node) -> Option<Span> {
    let roles = roles.as_sequence()?;
    let member = roles.iter().find(|role| role.as_str() == Some("Member"));
    member.map(|role| role.span)
}

/// Whether all must agree; an error where the word for it is none of Port's, which is said.
fn must_all(required: &Node, reading: &mut Reading<'_>) -> Result<bool, ()> {
    let kind = required.get("type");
    let Some((kind, word)) = kind.and_then(|kind| Some((kind, kind.as_str()?))) else {
        return Ok(false);
    };
    if ["ANY", "ALL"].contains(&word) {
        return Ok(word == "ALL");
    }
    let message = format!("`{word}` says not how many agree");
    reading.findings.push(
        Finding::new(&E0204, kind.span, message)
            .label("not one of the words")
            .choose(word, &["ANY", "ALL"]),
    );
    Err(())
}

/// The native `approval` of an action that says `requiredApproval`.
pub(super) fn approval(
    required: Option<&Entry>,
    permissions: Option<&Node>,
    reading: &mut Reading<'_>,
) -> (Option<Entry>, Narrowing) {
    let none = (None, Narrowing::CarriedOver);
    let Some(required) = required.filter(|entry| entry.node.value != Value::Bool(false)) else {
        return none;
    };
    let place = required.key.span;
    let Ok(is_all) = must_all(&required.node, reading) else {
        return (None, Narrowing::Lost);
    };
    let approve = permissions.and_then(|node| node.get("approve"));
    let given = |key| {
        approve
            .and_then(|node| node.entry(key))
            .filter(|entry| !is_empty(&entry.node))
    };
    let closed = |span: Span, what: &str, help: &str, reading: &mut Reading<'_>| {
        reading.closed(span, what, help);
        (None, Narrowing::Lost)
    };
    if let Some(policy) = given("policy") {
        return closed(
            policy.key.span,
            "the policy that says who must agree",
            WRITE_CEDAR,
            reading,
        );
    }
    if let Some(roles) = given("roles") {
        let help = "name users or teams who agree";
        return closed(
            roles.key.span,
            "roles whose members must agree",
            help,
            reading,
        );
    }
    let (users, teams) = (given("users"), given("teams"));
    if is_all && let Some(teams) = teams {
        let help = "write `approval` with a `count`";
        return closed(
            teams.key.span,
            "that all of a team must agree",
            help,
            reading,
        );
    }
    if users.is_none() && teams.is_none() {
        let help = "export the permissions too, as `action_permissions.json` beside the actions";
        return closed(place, "an approval that nobody is named for", help, reading);
    }
    let by = by(users, teams, is_all, place);
    let entries = by.into_iter().map(|by| {
        let span = by.span;
        tree::mapping(span, vec![tree::entry("by", span, by)])
    });
    let entries = tree::sequence(place, entries.collect());
    (
        Some(tree::entry("approval", place, entries)),
        Narrowing::CarriedOver,
    )
}

/// By whom: one entry for all, or one for each where each must agree.
fn by(users: Option<&Entry>, teams: Option<&Entry>, is_all: bool, place: Span) -> Vec<Node> {
    let Some(users) = users.filter(|_| is_all) else {
        let names = users.into_iter().chain(teams).cloned().collect();
        return vec![tree::mapping(place, names)];
    };
    let names = users.node.as_sequence();
    let names = names.unwrap_or(std::slice::from_ref(&users.node));
    let one = |name: &Node| {
        let list = tree::sequence(name.span, vec![name.clone()]);
        let entries = vec![tree::entry("users", name.span, list)];
        tree::mapping(name.span, entries)
    };
    names.iter().map(one).collect()
}
