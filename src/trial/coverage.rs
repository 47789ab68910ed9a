//! Which rules were decided by tests that pass.

use std::collections::BTreeMap;

use crate::policy::{Listed, Sort};
use crate::source::Snapshot;
use crate::text::{Span, position, visible};
use crate::trial::report::{Reach, RuleSeen};

/// What a test has seen of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    /// It was about what was asked and did not apply.
    NotApplied,
    /// It permitted, forbade, or asked for agreement.
    Decided,
}

/// Every rule with the most that was seen of it.
pub(super) fn rules(
    listed: &[Listed],
    snapshot: &Snapshot,
    seen: impl Iterator<Item = (Span, Seen)>,
) -> Vec<RuleSeen> {
    let mut most: BTreeMap<Span, Seen> = BTreeMap::new();
    for (place, seen) in seen {
        let there = most.entry(place).or_insert(seen);
        *there = seen.max(*there);
    }
    let rule = |rule: &Listed| {
        let at = position(snapshot.text(rule.place.file), rule.place.start);
        let line = format!("{}:{}", visible(snapshot.path(rule.place.file)), at.line);
        let same = listed.iter().filter(|other| other.name == rule.name);
        RuleSeen {
            // Where several stand on a line, it names none of them.
            place: if same.count() > 1 {
                format!("{line}:{}", at.column)
            } else {
                line
            },
            sort: match rule.sort {
                Sort::Permit => "permit",
                Sort::Forbid => "forbid",
                Sort::Block => "block",
                Sort::Approval => "approval",
            },
            title: rule
                .title
                .clone()
                .or_else(|| rule.action.as_ref().map(ToString::to_string)),
            reach: match most.get(&rule.place) {
                None => Reach::Never,
                Some(Seen::NotApplied) => Reach::NotApplied,
                Some(Seen::Decided) => Reach::Decided,
            },
        }
    };
    listed.iter().map(rule).collect()
}
