//! `permissions` of an action: who may.
//!
//! In: the entry as it is written. Out: each block, and what is wrong with it. A block of which a
//! part cannot be read permits nobody.

use crate::finding::codes::E0202;
use crate::finding::{Finding, Wanted};
use crate::model::fields::{Fields, wrong_type};
use crate::syntax::{Entry, Node};
use crate::text::{Located, Span, Text};

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

/// Keys of a permission, where they are written one level too high.
const BELOW_EXECUTE: [(&str, &str); 6] = [
    ("users", "execute"),
    ("teams", "execute"),
    ("roles", "execute"),
    ("ownedByTeam", "execute"),
    ("when", "execute"),
    ("breakGlass", "execute"),
];

/// Reads `permissions`.
pub(super) fn read(entry: &Entry, findings: &mut Vec<Finding>) -> Vec<PermissionBlock> {
    let Some(mut fields) = Fields::of("`permissions`", &entry.node, entry.key.span, findings)
    else {
        return Vec::new();
    };
    fields.elsewhere(&BELOW_EXECUTE);
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

/// The finding of a name where it is to be said what it is the name of.
pub(super) fn no_name(what: &str, node: &Node, name: &str) -> Finding {
    let help = format!("write `{{teams: [{name}]}}` or `{{users: [{name}]}}`");
    wrong_type(node, "a mapping", &format!("{what} must be")).help(help)
}

fn read_block(node: &Node, findings: &mut Vec<Finding>) -> Option<PermissionBlock> {
    let before = findings.len();
    let span = node.first_key();
    if let Some(name) = node.as_str() {
        findings.push(no_name("a permission", node, name));
        return None;
    }
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
