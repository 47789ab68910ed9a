//! Decides the steps of a plan: the rules of the target, each actor, and who agreed.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::model::{Catalog, EntityId};
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{ApprovalNeed, Decision, Given, Notice, Outcome};
use crate::plan::value::States;
use crate::policy::{ActionName, BuiltIn, Principal, Question, Reason, Resource, Rules};
use crate::text::Text;

/// Somebody's agreement, and the steps that they saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub login: String,
    /// The commit, as it is shown.
    pub commit: String,
    /// The digests of the steps of the approved commit, planned where it forked and planned at
    /// the present tip: only what is in both was seen and is still meant.
    pub digests: BTreeSet<String>,
}

/// Who asks the rules, and who else agreed.
pub(super) struct Judge<'a, 'c> {
    pub(super) rules: &'a Rules<'c>,
    /// The requester first, then everyone who pushed.
    pub(super) actors: Vec<(String, Principal)>,
    pub(super) approvals: &'a [Approval],
    /// Logins that never count as approvers: the requester, pushers, commit authors.
    pub(super) excluded: BTreeSet<String>,
}

/// What a decision is about, without who asks.
pub(super) struct Matter<'q> {
    action: ActionName<'q>,
    resource: Resource<'q>,
    inputs: &'q Map<String, Json>,
    changed: &'q [String],
    after: Option<(&'q Catalog, EntityId)>,
    cause: Option<&'q str>,
}

impl<'q> Matter<'q> {
    /// A step; `None` where its entity is on neither side, which nobody may touch.
    pub(super) fn step(
        states: &States<'q>,
        draft: &'q Draft<'q>,
        inputs: &'q Map<String, Json>,
        changed: &'q [String],
    ) -> Option<Self> {
        let action = match draft.doer {
            Doer::Action(action) => ActionName::Catalog(&action.identifier.value),
            Doer::BuiltIn(built_in) => ActionName::BuiltIn(built_in),
        };
        let catalog = &states.after.catalog;
        let resource = match (draft.before, draft.after) {
            (Some(before), _) => Resource::Entity(before),
            (None, Some(after)) => Resource::Proposed(catalog, catalog.entity(after)?),
            (None, None) => return None,
        };
        let after = draft.after.map(|id| (catalog, id));
        Some(Self {
            action,
            resource,
            inputs,
            changed,
            after,
            cause: draft.cause.as_deref(),
        })
    }

    /// A change of the catalog itself.
    pub(super) fn root(
        built_in: BuiltIn,
        kind: &'q str,
        path: &'q str,
        inputs: &'q Map<String, Json>,
    ) -> Self {
        Self {
            action: ActionName::BuiltIn(built_in),
            resource: Resource::Root { kind, path },
            inputs,
            changed: &[],
            after: None,
            cause: None,
        }
    }

    fn asked_by(&self, actor: &'q Principal) -> Question<'q> {
        Question {
            actor,
            action: self.action,
            resource: self.resource,
            inputs: self.inputs,
            changed: self.changed,
            after: self.after,
            cause: self.cause,
        }
    }
}

/// Nobody in particular: who may is asked for in their place.
static NOBODY: Principal = Principal::Unknown(Text::const_new(""));

impl Judge<'_, '_> {
    /// What the rules say to each actor; without actors, who may.
    pub(super) fn decisions<'q>(
        &'q self,
        states: &States<'_>,
        matter: &Matter<'q>,
    ) -> Vec<Decision> {
        if self.actors.is_empty() {
            let could = self.rules.who_may(&matter.asked_by(&NOBODY));
            let could: Vec<String> = could.iter().map(Text::to_string).collect();
            return vec![Decision {
                actor: None,
                allowed: true,
                reasons: Vec::new(),
                could,
            }];
        }
        let decide = |(login, actor): &'q (String, Principal)| {
            let decision = self.rules.decide(&matter.asked_by(actor));
            Decision {
                actor: Some(login.clone()),
                allowed: decision.is_allowed(),
                reasons: decision
                    .reasons
                    .iter()
                    .map(|reason| notice(states, reason))
                    .collect(),
                could: decision.could.iter().map(Text::to_string).collect(),
            }
        };
        self.actors.iter().map(decide).collect()
    }

    /// The people who ask, as far as the target knows them.
    pub(super) fn people(&self) -> impl Iterator<Item = EntityId> + '_ {
        self.actors.iter().filter_map(|(_, actor)| match actor {
            Principal::Person(id) => Some(*id),
            Principal::System(_) | Principal::Unknown(_) => None,
        })
    }

    /// The requester as templates read it.
    pub(super) fn actor(&self, catalog: &Catalog) -> Json {
        let Some((login, actor)) = self.actors.first() else {
            return serde_json::json!({"login": "nobody", "identifier": "nobody", "title": "nobody"});
        };
        let entity = match actor {
            Principal::Person(id) => catalog.entity(*id),
            Principal::System(_) | Principal::Unknown(_) => None,
        };
        let identifier = entity.map_or(login.as_str(), |entity| &entity.identifier.value);
        let title = entity.map_or(login.as_str(), |entity| entity.title());
        serde_json::json!({"login": login, "identifier": identifier, "title": title})
    }

    /// Whose agreement a step needs; who gave it is filled in when the step has its digest.
    pub(super) fn needs<'q>(
        &'q self,
        states: &States<'_>,
        matter: &Matter<'q>,
    ) -> Vec<ApprovalNeed> {
        let actor = self.actors.first().map_or(&NOBODY, |(_, actor)| actor);
        let needs = self.rules.approvals(&matter.asked_by(actor));
        needs
            .into_iter()
            .map(|need| {
                let logins = need.candidates.iter().map(|(login, _)| login.to_string());
                let (excluded, candidates) = logins.partition(|login| self.is_excluded(login));
                let by = need
                    .words
                    .split_once(" from ")
                    .map_or(need.words.as_str(), |(_, by)| by);
                ApprovalNeed {
                    by: by.to_owned(),
                    count: need.count,
                    candidates,
                    excluded,
                    given: Vec::new(),
                    place: states.place(Side::Before, need.place),
                }
            })
            .collect()
    }

    /// Who agreed to the step of this digest, for one need: distinct people who count.
    pub(super) fn given(&self, need: &ApprovalNeed, digest: &str) -> Vec<Given> {
        let mut given: Vec<Given> = Vec::new();
        for approval in self
            .approvals
            .iter()
            .filter(|approval| approval.digests.contains(digest))
        {
            let counts = need
                .candidates
                .iter()
                .find(|login| login.eq_ignore_ascii_case(&approval.login));
            if let Some(login) = counts
                && !given.iter().any(|given| given.login == *login)
            {
                given.push(Given {
                    login: login.clone(),
                    commit: approval.commit.clone(),
                });
            }
        }
        given.sort();
        given
    }

    fn is_excluded(&self, login: &str) -> bool {
        self.excluded
            .iter()
            .any(|excluded| excluded.eq_ignore_ascii_case(login))
    }
}

/// Nobody may, for a reason that lies in the entity and not in who asks.
pub(super) fn refuse(decisions: &mut [Decision], why: &Notice) {
    for decision in decisions {
        decision.allowed = false;
        decision.reasons = vec![why.clone()];
        decision.could.clear();
    }
}

/// The worst that follows from the decisions and from what is missing.
pub(super) fn outcome(decisions: &[Decision], needs: &[ApprovalNeed]) -> Outcome {
    if decisions.is_empty() || decisions.iter().any(|decision| !decision.allowed) {
        Outcome::Denied
    } else if needs.iter().any(|need| need.missing() > 0) {
        Outcome::NeedsApproval
    } else {
        Outcome::Allowed
    }
}

fn notice(states: &States<'_>, reason: &Reason) -> Notice {
    let place = reason.place.map(|span| states.line(Side::Before, span));
    Notice {
        text: reason.text.clone(),
        place: place.or_else(|| reason.rule.clone()),
    }
}
