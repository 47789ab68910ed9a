//! The oracle: what a plan must say, by the design alone.
//!
//! In: the target, the result of the merge, who asks and who approved what. Out: every step with
//! its decisions, every other change with its own, and the verdict. It is slow, plain and knows
//! nothing of the product.

use std::collections::{BTreeMap, BTreeSet};

use super::along::moving;
use super::decide::{self, Question, Resource};
use super::difference::{Change, Draft, Oracle};
use super::world::{Action, Blueprint, Entity, Id, Side, TEAM, USER, Value};
use super::write;

/// How something is decided; the worst is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Denied,
    NeedsApproval,
    Allowed,
}

/// What a step is: an action, an entity by its blueprint and name, and perhaps a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) action: String,
    pub(crate) is_built_in: bool,
    pub(crate) entity: Id,
    pub(crate) requests: Vec<String>,
}

/// Whose agreement is needed, by login.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Need {
    pub(crate) count: usize,
    pub(crate) candidates: BTreeSet<String>,
    pub(crate) excluded: BTreeSet<String>,
    pub(crate) given: BTreeSet<String>,
}

/// Needs have no order.
pub(crate) fn sorted(mut needs: Vec<Need>) -> Vec<Need> {
    needs.sort();
    needs
}

/// What each actor may, and who could where one may not.
pub(crate) type Decisions = Vec<(String, bool, BTreeSet<String>)>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) outcome: Outcome,
    pub(crate) decisions: Decisions,
    pub(crate) needs: Vec<Need>,
}

/// What stops all of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refusal {
    /// A guard against mass deletion.
    Guard,
    /// The guard of who is what.
    Authority,
    /// An action is used and changed, or used while a policy changes.
    UsedAndChanged,
    /// One action is asked for with inputs that differ.
    Differing,
    /// The target has no such action for a request.
    Unanswered,
}

/// What a plan must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) steps: BTreeMap<Key, Judged>,
    /// By action and file.
    pub(crate) covered: BTreeMap<(String, String), Judged>,
    pub(crate) refusals: BTreeSet<Refusal>,
    pub(crate) outcome: Outcome,
}

/// What an approval is of: all that the approver can have read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    key: Key,
    action: Option<Action>,
    changes: Vec<Change>,
    inputs: BTreeMap<String, i64>,
    needs: Vec<(BTreeSet<String>, usize)>,
}

/// Somebody's agreement: all that they saw where the head forked and see at the tip.
#[derive(Debug, Clone)]
pub(crate) struct Agreed {
    pub(crate) login: String,
    pub(crate) seen: Vec<Content>,
}

/// Who asks, and who agreed.
pub(crate) struct Asked<'a> {
    pub(crate) actors: &'a [String],
    /// Who wrote the commits.
    pub(crate) author: Option<&'a str>,
    pub(crate) agreed: &'a [Agreed],
}

impl<'w> Oracle<'w> {
    fn inputs(draft: &Draft<'_>) -> BTreeMap<String, i64> {
        if let Some(request) = draft.requests.first() {
            return request.inputs.clone();
        }
        let inputs = draft.own.iter().flat_map(|action| &action.inputs);
        inputs
            .filter_map(|input| {
                let from = input.from.as_ref()?;
                match draft.after?.properties.get(from)? {
                    Value::Number(n) => Some((input.name.clone(), *n)),
                    Value::Text(_) => None,
                }
            })
            .collect()
    }

    fn decisions(&self, question: &Question<'_>, actors: &[String]) -> Decisions {
        let decide = |login: &String| {
            let person = decide::person(self.target, login);
            let allowed = decide::may(self.target, person, question);
            let could = if allowed {
                BTreeSet::new()
            } else {
                decide::who_may(self.target, question)
            };
            (login.clone(), allowed, could)
        };
        actors.iter().map(decide).collect()
    }

    /// The owners of the result, as the target knows them.
    pub(crate) fn owners_after(&self, entity: &Entity) -> BTreeSet<Id> {
        let owners = decide::owners(self.target, self.result, entity);
        owners
            .into_iter()
            .map(|(kind, name)| {
                let old = self.old_name(&kind, &name).to_owned();
                (kind, old)
            })
            .collect()
    }

    /// By whom a step needs to be agreed to, and by how many.
    fn wanted(
        &self,
        draft: &Draft<'_>,
        question: &Question<'_>,
        actors: &[String],
    ) -> Vec<(BTreeSet<Id>, usize)> {
        let entity = draft.before.or(draft.after);
        let blueprint = entity.and_then(|entity| self.target.blueprint(&entity.blueprint));
        let path = blueprint.and_then(Blueprint::owner_path);
        // What appears or disappears changes no hands.
        let is_there = draft.before.is_some() && draft.after.is_some();
        let mut changed = draft.changes.iter().map(|(changed, ..)| changed);
        let is_handed_over = is_there && changed.any(|changed| Some(changed) == path.as_ref());
        let owners = |side: Side| -> BTreeSet<Id> {
            let before = draft
                .before
                .map(|it| decide::owners(self.target, self.target, it));
            let after = draft.after.map(|it| self.owners_after(it));
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            match side {
                Side::Before if is_handed_over => moving(&before, &after),
                Side::After if is_handed_over => moving(&after, &before),
                Side::Before => before,
                Side::After => after,
            }
        };
        if let Some(approval) = draft.own.and_then(|action| action.approval.as_ref()) {
            let requester = decide::person(self.target, &actors[0]);
            let entries = approval.iter().filter(|entry| {
                decide::is_asked_for(self.target, requester, question, entry.when.as_ref())
            });
            let by = entries.map(|entry| {
                let of = |kind: &str, names: &BTreeSet<String>| -> Vec<Id> {
                    let names = names.iter();
                    names.map(|it| (kind.to_owned(), it.clone())).collect()
                };
                let mut by: BTreeSet<Id> = of(USER, &entry.users).into_iter().collect();
                by.extend(of(TEAM, &entry.teams));
                by.extend(entry.owners.into_iter().flat_map(owners));
                (by, entry.count)
            });
            return by.collect();
        }
        let mut both = self.along(draft);
        let (before, after) = (owners(Side::Before), owners(Side::After));
        if is_handed_over && before != after {
            // From nobody nothing is taken, and who is new has nobody yet who could agree.
            let is_known = |owner: &Id| self.target.entities.iter().any(|it| it.id() == *owner);
            let is_found = before.is_empty() && !after.iter().any(is_known);
            let sides = [(Side::Before, before), (Side::After, after)];
            let asked = sides.into_iter().filter(|(_, owners)| !owners.is_empty());
            both.extend(asked.filter(|_| !is_found));
        }
        both.into_iter().map(|(_, owners)| (owners, 1)).collect()
    }

    /// People who are meant by a need: those who count, and those who asked themselves.
    fn need(&self, by: &BTreeSet<Id>, count: usize, asked: &Asked<'_>) -> Need {
        let is_meant = |person: &&Entity| {
            let groups = decide::memberships(self.target, &person.id());
            groups.intersection(by).next().is_some()
        };
        let meant = self.target.of(USER).filter(is_meant);
        let logins = meant.filter_map(|person| self.target.login(person).map(str::to_owned));
        let is_same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let (excluded, candidates) = logins.partition(|login| {
            let mut actors = asked.actors.iter().map(String::as_str).chain(asked.author);
            actors.any(|actor| is_same(actor, login))
        });
        Need {
            count,
            candidates,
            excluded,
            given: BTreeSet::new(),
        }
    }

    fn judge_step(&self, draft: &Draft<'w>, asked: &Asked<'_>) -> Option<(Content, Judged)> {
        let entity = draft.after.or(draft.before)?;
        let key = Key {
            action: draft.action.clone(),
            is_built_in: draft.own.is_none(),
            entity: entity.id(),
            requests: draft.requests.iter().map(|it| it.id.clone()).collect(),
        };
        let path = write::blueprint_file(&entity.blueprint);
        let is_new_kind = self.target.blueprint(&entity.blueprint).is_none();
        let resource = match draft.before {
            _ if is_new_kind => Resource::Root {
                kind: "blueprint",
                path: &path,
            },
            Some(before) => Resource::There(before),
            None => Resource::Proposed(entity),
        };
        let changed = draft.changes.iter().map(|(path, ..)| path.clone());
        let question = Question {
            action: if is_new_kind {
                "define".to_owned()
            } else {
                draft.action.clone()
            },
            is_built_in: draft.own.is_none(),
            resource,
            inputs: Self::inputs(draft),
            changed: changed.collect(),
            before: draft.before,
            after: draft.after,
        };
        let decisions = self.decisions(&question, asked.actors);
        let wanted = self.wanted(draft, &question, asked.actors);
        let content = Content {
            key,
            action: draft.own.cloned(),
            changes: Self::content(draft),
            inputs: question.inputs.clone(),
            needs: wanted
                .iter()
                .map(|(by, count)| (by.iter().map(|(_, name)| name.clone()).collect(), *count))
                .collect(),
        };
        let needs = wanted.iter().map(|(by, count)| {
            let mut need = self.need(by, *count, asked);
            for agreed in asked.agreed {
                let is_it = |login: &&String| login.eq_ignore_ascii_case(&agreed.login);
                if let Some(login) = need.candidates.iter().find(is_it)
                    && agreed.seen.contains(&content)
                {
                    need.given.insert(login.clone());
                }
            }
            need
        });
        let needs: Vec<Need> = needs.collect();
        let outcome = if decisions.iter().any(|(_, allowed, _)| !allowed) {
            Outcome::Denied
        } else if needs.iter().any(|need| need.given.len() < need.count) {
            Outcome::NeedsApproval
        } else {
            Outcome::Allowed
        };
        let judged = Judged {
            outcome,
            decisions,
            needs: sorted(needs),
        };
        Some((content, judged))
    }

    /// What changes, with all that appears or disappears.
    fn content(draft: &Draft<'_>) -> Vec<Change> {
        match (draft.before, draft.after) {
            (None, Some(after)) => {
                let fields = Self::fields(after).into_iter();
                fields.map(|(path, is)| (path, None, Some(is))).collect()
            }
            (Some(before), None) => {
                let fields = Self::fields(before).into_iter();
                fields.map(|(path, was)| (path, Some(was), None)).collect()
            }
            _ => draft.changes.clone(),
        }
    }

    /// The steps as people read them: what an approval is compared with.
    pub(crate) fn contents(&self, actors: &[String]) -> Vec<Content> {
        let asked = Asked {
            actors,
            author: None,
            agreed: &[],
        };
        let drafts = self.drafts(&self.differences());
        let steps = drafts.iter().filter_map(|it| self.judge_step(it, &asked));
        steps.map(|(content, _)| content).collect()
    }

    /// What the plan must say.
    pub(crate) fn judge(&self, asked: &Asked<'_>) -> Verdict {
        let differences = self.differences();
        let drafts = self.drafts(&differences);
        let steps = drafts.iter().filter_map(|it| self.judge_step(it, asked));
        let steps: BTreeMap<Key, Judged> = steps
            .map(|(content, judged)| (content.key, judged))
            .collect();
        let covered = self.covered(&differences).into_iter();
        let covered = covered.map(|(action, kind, path)| {
            let question = Question {
                action: action.to_owned(),
                is_built_in: true,
                resource: Resource::Root { kind, path: &path },
                inputs: BTreeMap::new(),
                changed: BTreeSet::new(),
                before: None,
                after: None,
            };
            let decisions = self.decisions(&question, asked.actors);
            let is_denied = decisions.iter().any(|(_, allowed, _)| !allowed);
            let judged = Judged {
                outcome: if is_denied {
                    Outcome::Denied
                } else {
                    Outcome::Allowed
                },
                decisions,
                needs: Vec::new(),
            };
            ((action.to_owned(), path), judged)
        });
        let covered: BTreeMap<(String, String), Judged> = covered.collect();
        let refusals = self.refusals(&differences, &drafts, &covered);
        let outcomes = steps.values().chain(covered.values());
        let worst = outcomes.map(|judged| judged.outcome).min();
        Verdict {
            outcome: if refusals.is_empty() {
                worst.unwrap_or(Outcome::Allowed)
            } else {
                Outcome::Denied
            },
            steps,
            covered,
            refusals,
        }
    }
}
