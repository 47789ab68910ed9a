//! Decides the steps of a plan: the rules of the target, and each actor.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::model::{Catalog, Entity};
use crate::plan::account::Accounts;
use crate::plan::agreement::Approval;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{Decision, Glass, GlassUse, Notice};
use crate::plan::value::States;
use crate::policy::{ActionName, BuiltIn, Principal, Question, Reason, Resource, Rules};
use crate::text::Text;

/// Who asks the rules, and who else agreed.
pub(super) struct Judge<'a, 'c> {
    pub(super) rules: &'a Rules<'c>,
    /// The requester first, then everyone who pushed.
    pub(super) actors: Vec<(String, Principal)>,
    pub(super) approvals: &'a [Approval],
    /// The accounts of all of them.
    pub(super) accounts: &'a Accounts,
    /// Names and addresses of commit authors, who do not count as approvers either.
    pub(super) authors: &'a [String],
    /// What was run before: `Spent::ran`.
    pub(super) spent: &'a BTreeMap<String, String>,
    /// Whether the pull request breaks the glass.
    pub(super) glass: Emergency,
}

/// Whether an emergency is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Emergency {
    /// The break-glass rules count.
    Declared,
    /// They do not.
    No,
}

/// What a decision is about, without who asks.
pub(super) struct Matter<'q> {
    action: ActionName<'q>,
    resource: Resource<'q>,
    inputs: &'q Map<String, Json>,
    changed: &'q [String],
    after: Option<(&'q Catalog, &'q Entity)>,
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
        let after = draft.after.and_then(|id| catalog.entity(id));
        let after = after.map(|entity| (catalog, entity));
        Some(Self {
            action,
            resource,
            inputs,
            changed,
            after,
            cause: draft.cause.as_deref(),
        })
    }

    /// A change of the catalog itself, in a file of it. Rules of the target name that from the
    /// folder of the settings.
    pub(super) fn root(
        states: &States<'_>,
        built_in: BuiltIn,
        (kind, path): (&'q str, &'q str),
        inputs: &'q Map<String, Json>,
    ) -> Self {
        let path = states.before.catalog.files.below(path);
        Self {
            action: ActionName::BuiltIn(built_in),
            resource: Resource::Root { kind, path },
            inputs,
            changed: &[],
            after: None,
            cause: None,
        }
    }

    pub(super) fn asked_by(&self, actor: &'q Principal) -> Question<'q> {
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
pub(super) static NOBODY: Principal = Principal::Unknown(Text::const_new(""));

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
                whoever: false,
                could,
                break_glass: None,
            }];
        }
        let actors = self.actors.iter();
        actors
            .map(|(login, actor)| self.decided(states, login, &matter.asked_by(actor)))
            .collect()
    }

    /// What the rules say to one actor: the ordinary ones, then those that break the glass.
    fn decided(&self, states: &States<'_>, login: &str, question: &Question<'_>) -> Decision {
        let told = |reasons: &[Reason]| -> Vec<Notice> {
            reasons
                .iter()
                .map(|it| states.notice(self.rules, it))
                .collect()
        };
        let decision = self.rules.decide(question);
        let ordinary = Decision {
            actor: Some(login.to_owned()),
            allowed: decision.is_allowed(),
            reasons: told(&decision.reasons),
            // It lies in the entity, and the reason says what can be done.
            whoever: decision.is_unfit && decision.could.is_empty(),
            could: decision.could.iter().map(Text::to_string).collect(),
            break_glass: None,
        };
        if ordinary.allowed {
            return ordinary;
        }
        let glass = self.rules.break_glass(question);
        let Some(rule) = glass.first().and_then(|reason| reason.rule.clone()) else {
            return ordinary;
        };
        match self.glass {
            Emergency::No => Decision {
                break_glass: Some(Glass {
                    rule,
                    is_for: GlassUse::Offered,
                }),
                ..ordinary
            },
            Emergency::Declared => Decision {
                allowed: true,
                reasons: told(&glass),
                could: Vec::new(),
                break_glass: Some(Glass {
                    rule,
                    is_for: GlassUse::Permits,
                }),
                ..ordinary
            },
        }
    }

    /// The break-glass rules, one for each actor, that waive what is missing of the approvals:
    /// none unless every actor has one, for one who has not would be helped by the others'.
    pub(super) fn waivers<'q>(&'q self, matter: &Matter<'q>) -> Vec<String> {
        if self.glass == Emergency::No {
            return Vec::new();
        }
        let rule = |(_, actor): &'q (String, Principal)| {
            let reasons = self.rules.break_glass(&matter.asked_by(actor));
            reasons.into_iter().next().and_then(|reason| reason.rule)
        };
        let all: Option<Vec<String>> = self.actors.iter().map(rule).collect();
        all.unwrap_or_default()
    }

    /// The requester as templates read it.
    pub(super) fn actor(&self, catalog: &Catalog) -> Json {
        let Some((login, actor)) = self.actors.first() else {
            return serde_json::json!({"login": "nobody", "identifier": "nobody", "title": "nobody"});
        };
        let entity = match actor {
            Principal::Person(id) => catalog.entity(*id),
            _ => None,
        };
        let identifier = entity.map_or(login.as_str(), |entity| &entity.identifier.value);
        let title = entity.map_or(login.as_str(), |entity| entity.title());
        serde_json::json!({"login": login, "identifier": identifier, "title": title})
    }
}

/// Nobody may, for a reason that lies in the entity and not in who asks.
pub(super) fn refuse(decisions: &mut [Decision], why: &Notice) {
    for decision in decisions {
        decision.allowed = false;
        decision.reasons = vec![why.clone()];
        decision.whoever = true;
        decision.could.clear();
        decision.break_glass = None;
    }
}
