//! An entry of `approval` of an action: who else must agree.

use crate::finding::Finding;
use crate::finding::codes::{E0202, E0203};
use crate::model::action::permission::no_name;
use crate::model::fields::{Fields, texts_of};
use crate::syntax::Node;
use crate::text::{Located, Span, Text};

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

/// Keys of `by`, where they are written one level too high.
const BELOW_BY: [(&str, &str); 3] = [("users", "by"), ("teams", "by"), ("owners", "by")];

/// Reads an approval; `None` where it does not say by whom.
pub(super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<Approval> {
    let span = node.first_key();
    let mut fields = Fields::of("an approval", node, span, findings)?;
    fields.elsewhere(&BELOW_BY);
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
    if let Some(name) = by.node.as_str() {
        findings.push(no_name("`by`", &by.node, name));
        return None;
    }
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
                .help(match other {
                    "both" | "all" => "write `[before, after]`",
                    _ => "write `before`, `after` or `[before, after]`",
                }),
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
