//! Approvals that nobody can ever give.
//!
//! In: the approvals of all actions and who may ask for them. Out: E0412 for each that asks for more
//! people than there are besides the one who asks, whatever it is asked for.

use std::collections::BTreeSet;

use cedar_policy::Effect;

use crate::finding::Finding;
use crate::finding::codes::E0412;
use crate::model::action::Approval;
use crate::model::{Action, EntityId};
use crate::policy::rule::{Origin, Rule};
use crate::policy::{Rules, people};
use crate::text::Span;

impl Rules<'_> {
    /// Entries that ask for more people than there are, whatever they are asked for.
    pub(super) fn never_met(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for action in &self.catalog.actions {
            for (number, approval) in action.approvals.iter().enumerate() {
                let Some(message) = self.why_never(action, (number, approval)) else {
                    continue;
                };
                findings.push(
                    Finding::new(&E0412, count_place(action, number, approval), message.0)
                        .label("can never be met")
                        .help(message.1),
                );
            }
        }
        findings
    }

    /// Why an entry is never met, and what to do about it.
    fn why_never(
        &self,
        action: &Action,
        (number, approval): (usize, &Approval),
    ) -> Option<(String, &'static str)> {
        let rule = self.rule_of(action, number);
        if self.people.is_none()
            || !approval.owners.is_empty()
            || (approval.users.is_empty() && approval.teams.is_empty())
            || rule.is_none_or(|rule| rule.broken)
        {
            return None;
        }
        let teams = self.catalog.groups().teams;
        let groups = self.named(approval, &teams);
        let by: BTreeSet<EntityId> = groups.into_iter().flat_map(|it| it.by).collect();
        let count = approval.count as usize;
        // Others may be members at another time.
        let there = self.persons().filter(|it| self.is_ever_in(*it, &by));
        let there: BTreeSet<EntityId> = there.take(count.saturating_add(1)).collect();
        if there.len() > count {
            return None;
        }
        if there.len() == count {
            let asking = self.asked_by(action)?;
            let mut askers = self.persons().filter(|it| self.is_ever_in(*it, &asking));
            let is_met = askers.clone().next().is_none() || !askers.all(|it| there.contains(&it));
            let message = match count {
                1 => "1 person must agree, and the only one who can is the one who asks".to_owned(),
                _ => {
                    format!("{count} people must agree, and of the {count} who can one always asks")
                }
            };
            return (!is_met).then_some((message, "name more users or teams, or let others ask"));
        }
        let people = match there.len() {
            1 => "is 1 person".to_owned(),
            there => format!("are {there} people"),
        };
        let message = format!("{count} people must agree and there {people} who can");
        Some((message, "lower `count`, or name more users or teams"))
    }

    /// The people of the catalog.
    fn persons(&self) -> impl Iterator<Item = EntityId> + Clone {
        let people = self.people.iter();
        people.flat_map(|people| people.logins.keys().copied())
    }

    /// Whom all permissions of an action name, people and groups; `None` where it may be others.
    fn asked_by(&self, action: &Action) -> Option<BTreeSet<EntityId>> {
        if action.trigger.expired.is_some() {
            // The clock asks, and is nobody.
            return None;
        }
        let uid = self.vocabulary.as_ref()?;
        let uid = uid.action_uid(&action.identifier.value);
        let by_policy = |rule: &Rule| {
            matches!(rule.origin, Origin::Policy { .. })
                && rule.effect == Effect::Permit
                && rule.scope.covers(std::slice::from_ref(&uid))
        };
        if self.book.permissions.iter().any(by_policy) {
            return None;
        }
        let groups = self.catalog.groups();
        let kinds = [groups.teams, groups.roles].concat();
        let mut named = BTreeSet::new();
        for block in action.permissions.iter().flatten() {
            let is_named =
                !(block.users.is_empty() && block.teams.is_empty() && block.roles.is_empty());
            if block.broken || block.owned_by_team.is_some() || !is_named {
                return None;
            }
            for user in &block.users {
                named.insert(people::user(
                    self.catalog,
                    self.people.as_ref(),
                    &user.value,
                )?);
            }
            for group in block.teams.iter().chain(&block.roles) {
                named.extend(people::group(self.catalog, &kinds, &group.value));
            }
        }
        Some(named)
    }
}

/// Where an entry says how many people.
fn count_place(action: &Action, number: usize, approval: &Approval) -> Span {
    let entries = action.root.get("approval");
    let entries = entries.map(|node| node.as_sequence().unwrap_or(std::slice::from_ref(node)));
    let entries = entries.filter(|entries| entries.len() == action.approvals.len());
    let entry = entries.and_then(|entries| entries.get(number));
    entry
        .and_then(|entry| entry.get("count"))
        .map_or(approval.span, |count| count.span)
}
