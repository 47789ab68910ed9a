//! Who else must agree.
//!
//! In: a question about an action. Out: what its `approval` asks for in this case. A condition
//! that cannot be decided asks. A change of ownership asks both sides, unless the action says
//! for itself who approves. Who is in a team is judged on the target alone.

use std::collections::BTreeSet;

use cedar_policy::{AuthorizationError, Authorizer, Decision as Answer, PolicyId, PolicySet};

use crate::model::action::{Approval, Side};
use crate::model::{Action, BlueprintId, EntityId};
use crate::policy::case::Case;
use crate::policy::people;
use crate::policy::reason::join_or;
use crate::policy::rule::{Origin, Rule};
use crate::policy::slice::first_line;
use crate::policy::{ActionName, Need, Question, Rules};
use crate::syntax::Node;
use crate::text::{Span, Text};

/// A group of people: what it is called, and who of the target it is.
pub(super) struct Group {
    pub(super) words: String,
    pub(super) by: BTreeSet<EntityId>,
}

impl Rules<'_> {
    /// The approvals that a step needs. The same people may meet several.
    pub fn approvals(&self, question: &Question<'_>) -> Vec<Need> {
        if let Some((action, entries)) = self.asking(question.action) {
            let mut needs = self.written(action, question);
            if entries.as_sequence().map(<[_]>::len) != Some(action.approvals.len()) {
                // An entry that cannot be read asks for someone whom nobody knows.
                needs.push(self.need(Vec::new(), None, 1, action.identifier.span));
            }
            return needs;
        }
        let place = self.hand_over(question);
        let sides = place
            .map(|_| self.sides_asked(question))
            .unwrap_or_default();
        let needs = sides.into_iter().zip(place.into_iter().cycle());
        needs
            .map(|(side, place)| self.need(vec![self.owners(side, question)], Some(side), 1, place))
            .collect()
    }

    /// The same where several ask: whatever any of them needs, each once, by their places.
    pub fn approvals_of<'q>(&self, questions: impl Iterator<Item = Question<'q>>) -> Vec<Need> {
        let mut all: Vec<Need> = questions.flat_map(|it| self.approvals(&it)).collect();
        all.sort_by_key(|need| (need.place, need.side));
        all.dedup_by(|one, other| {
            (one.place, one.side, &one.by) == (other.place, other.side, &other.by)
        });
        all
    }

    /// An action that says for itself who approves, and what it says.
    pub(super) fn asking(&self, name: ActionName<'_>) -> Option<(&Action, &Node)> {
        let ActionName::Catalog(name) = name else {
            return None;
        };
        let action = self.catalog.find_action(name)?;
        let entries = action.root.get("approval")?;
        (!entries.is_null()).then_some((action, entries))
    }

    fn written(&self, action: &Action, question: &Question<'_>) -> Vec<Need> {
        let case = self.case(question);
        #[cfg(test)]
        if let Ok(case) = &case {
            let all = |case: &Case| -> Vec<Asks> {
                let numbers = 0..action.approvals.len();
                let rules = numbers.filter_map(|number| self.rule_of(action, number));
                rules.map(|rule| asks(rule, case)).collect()
            };
            crate::policy::tests::as_whole(&all(case), all);
        }
        let kind = self.kind_of_new(question);
        let unknown = |rule: &Rule| kind.and_then(|kind| self.computed(rule, kind));
        let mut needs = Vec::new();
        for (number, approval) in action.approvals.iter().enumerate() {
            let rule = self.rule_of(action, number);
            let asks = match (&case, rule) {
                _ if approval.when.is_none() => Asks::Yes,
                (Err(why), _) => Asks::Undecided(why.clone()),
                (Ok(case), Some(rule)) if !rule.broken => match unknown(rule) {
                    Some(name) => Asks::Undecided(format!(
                        "`{name}` is computed and not known of what is new"
                    )),
                    None => match asks(rule, case) {
                        Asks::Undecided(why) => Asks::Undecided(self.untold(rule, &why)),
                        other => other,
                    },
                },
                _ => Asks::Undecided("it has an error".to_owned()),
            };
            let undecided = match asks {
                Asks::No => continue,
                Asks::Yes => None,
                Asks::Undecided(why) => Some(why),
            };
            let entry = self.entry(approval, question);
            needs.extend(entry.into_iter().map(|need| Need {
                undecided: undecided.clone(),
                ..need
            }));
        }
        needs
    }

    /// The condition of an entry.
    pub(super) fn rule_of(&self, action: &Action, number: usize) -> Option<&Rule> {
        let name = action.identifier.value.as_str();
        let actions = &self.catalog.actions;
        let of = actions.binary_search_by(|one| one.identifier.value.as_str().cmp(name));
        let wanted = (of.ok()?, number);
        // They are in the order of the actions and their entries.
        let rules = &self.book.approvals;
        let at = rules.binary_search_by_key(&Some(wanted), |rule| match rule.origin {
            Origin::Approval { action, entry } => Some((action, entry)),
            Origin::Policy { .. } | Origin::Block { .. } => None,
        });
        rules.get(at.ok()?)
    }

    /// The needs of one entry: one, or one for each side.
    fn entry(&self, approval: &Approval, question: &Question<'_>) -> Vec<Need> {
        // Names that are not certain are nobody's; `read` has said so.
        let teams = self.catalog.groups().teams;
        let named = || self.named(approval, &teams);
        let mut sides: Vec<Side> = approval.owners.iter().map(|side| side.value).collect();
        sides.sort_unstable();
        sides.dedup();
        if sides.is_empty() {
            return vec![self.need(named(), None, approval.count, approval.span)];
        }
        sides
            .into_iter()
            .map(|side| {
                let mut groups = named();
                groups.push(self.owners(side, question));
                self.need(groups, Some(side), approval.count, approval.span)
            })
            .collect()
    }

    /// The users and teams of an entry.
    pub(super) fn named(&self, approval: &Approval, teams: &[BlueprintId]) -> Vec<Group> {
        let users = approval.users.iter().map(|name| Group {
            words: name.value.to_string(),
            by: people::user(self.catalog, self.people.as_ref(), &name.value)
                .into_iter()
                .collect(),
        });
        let teams = approval.teams.iter().map(|name| {
            let found = people::group(self.catalog, teams, &name.value);
            Group {
                words: name.value.to_string(),
                by: if found.len() == 1 { found } else { Vec::new() }
                    .into_iter()
                    .collect(),
            }
        });
        users.chain(teams).collect()
    }

    pub(super) fn need(
        &self,
        groups: Vec<Group>,
        side: Option<Side>,
        count: u32,
        place: Span,
    ) -> Need {
        let words: Vec<String> = groups.iter().map(|group| group.words.clone()).collect();
        let by: BTreeSet<EntityId> = groups.into_iter().flat_map(|group| group.by).collect();
        let people = self.people.iter().flat_map(|people| &people.logins);
        let mut candidates: Vec<(Text, EntityId)> = people
            .filter(|(person, _)| {
                by.contains(person) || {
                    let ancestors = self.ancestors(**person);
                    ancestors.iter().any(|id| by.contains(id))
                }
            })
            .map(|(person, login)| (login.clone(), *person))
            .collect();
        candidates.sort();
        Need {
            words: format!("{count} from {}", join_or(&words)),
            side,
            count,
            by: by.into_iter().collect(),
            candidates,
            place,
            undecided: None,
        }
    }
}

/// Whether an entry asks in a case.
#[derive(Debug, PartialEq)]
enum Asks {
    Yes,
    No,
    /// Its condition cannot be decided, and why; it asks then too.
    Undecided(String),
}

fn asks(rule: &Rule, case: &Case) -> Asks {
    let undecided = || Asks::Undecided("it cannot be read".to_owned());
    let Some(policy) = &rule.policy else {
        return undecided();
    };
    let mut set = PolicySet::new();
    if set.add(policy.new_id(PolicyId::new("0"))).is_err() {
        return undecided();
    }
    let response = Authorizer::new().is_authorized(&case.request, &set, &case.entities);
    if let Some(error) = response.diagnostics().errors().next() {
        let AuthorizationError::PolicyEvaluationError(error) = error;
        return Asks::Undecided(first_line(&error.inner().to_string()).to_owned());
    }
    match response.decision() {
        Answer::Allow => Asks::Yes,
        Answer::Deny => Asks::No,
    }
}
