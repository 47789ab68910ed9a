//! Decides the steps of a plan: the rules of the target, each actor, and who agreed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::model::{Catalog, Entity};
use crate::plan::account::Accounts;
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::{ApprovalNeed, Decision, Excluded, Given, Glass, GlassUse};
use crate::plan::file::{Notice, Part, Step, Uncounted};
use crate::plan::value::States;
use crate::policy::{ActionName, BuiltIn, Need, Principal, Question, Reason, Resource, Rules};
use crate::text::Text;

/// Somebody's agreement, and the steps that they saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub login: String,
    /// The commit, as it is shown.
    pub commit: String,
    /// The digests of the steps of the approved commit, planned where it forked and planned at
    /// the present tip: only what is in both was seen and is still meant. `None` where the commit
    /// is not there to be looked at.
    pub digests: Option<BTreeSet<String>>,
}

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

    /// Whose agreement a step needs; who gave it is filled in when the step has its digest.
    pub(super) fn needs<'q>(
        &'q self,
        states: &States<'_>,
        matter: &Matter<'q>,
    ) -> Vec<ApprovalNeed> {
        let nobody = self.actors.is_empty().then_some(&NOBODY);
        let all = self.actors.iter().map(|(_, actor)| actor).chain(nobody);
        let all = all.map(|actor| matter.asked_by(actor));
        let needs = self.rules.approvals_of(all).into_iter();
        needs.map(|need| self.need(states, need)).collect()
    }

    /// Who may agree, without those who have a part in what is asked for.
    pub(super) fn need(&self, states: &States<'_>, need: Need) -> ApprovalNeed {
        let (mut excluded, mut candidates) = (Vec::new(), Vec::new());
        for (login, _) in &need.candidates {
            let login = login.to_string();
            match self.part(&login) {
                Some(part) => excluded.push(Excluded { login, part }),
                None => candidates.push(login),
            }
        }
        let by = need.words.split_once(" from ");
        ApprovalNeed {
            by: by.map_or(need.words.as_str(), |(_, by)| by).to_owned(),
            count: need.count,
            candidates,
            excluded,
            given: Vec::new(),
            waived: 0,
            undecided: need.undecided,
            place: states.place(Side::Before, need.place),
        }
    }

    /// Who agreed to the step of this digest, for one need: distinct people who count.
    pub(super) fn given(&self, need: &ApprovalNeed, digest: &str) -> Vec<Given> {
        let mut given: Vec<Given> = Vec::new();
        for approval in self
            .approvals
            .iter()
            .filter(|approval| approval.saw(digest))
        {
            let counts = need
                .candidates
                .iter()
                .find(|login| login.eq_ignore_ascii_case(&approval.login));
            if let Some(login) = counts
                && matches!(self.who(approval), Principal::Person(_))
                && !given
                    .iter()
                    .any(|it| self.accounts.are_same(&it.login, login))
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

    /// The part that somebody has in what is asked for, who then does not count.
    fn part(&self, login: &str) -> Option<Part> {
        let mut actors = self.actors.iter().map(|(actor, _)| actor.as_str());
        let is_meant = |other: &str| self.accounts.are_same(other, login);
        if actors.next().is_some_and(is_meant) {
            Some(Part::Asked)
        } else if actors.any(is_meant) {
            Some(Part::Pushed)
        } else {
            let (known, id) = (self.rules.known_as(login), self.accounts.id_of(login));
            let is_known = |author: &str| {
                id == Some(author) || known.iter().any(|it| it.eq_ignore_ascii_case(author))
            };
            let wrote = |author: &String| is_meant(author) || is_known(author);
            self.authors.iter().any(wrote).then_some(Part::Wrote)
        }
    }

    /// Who agreed.
    fn who(&self, approval: &Approval) -> Principal {
        let id = self.accounts.id_of(&approval.login);
        self.rules.person(&approval.login, id)
    }

    /// The approvals that count for nothing, and why.
    pub(super) fn uncounted(&self, steps: &[Step], head: Option<&str>) -> Vec<Uncounted> {
        let mut uncounted = Vec::new();
        let mut counted: Vec<(&str, &BTreeSet<String>)> = Vec::new();
        for approval in self.approvals {
            let mut say = |why: String| {
                uncounted.push(Uncounted {
                    login: approval.login.clone(),
                    commit: approval.commit.clone(),
                    why,
                });
            };
            let Some(digests) = &approval.digests else {
                say("that commit is not in this clone".to_owned());
                continue;
            };
            match self.who(approval) {
                Principal::Person(_) => {}
                Principal::Stranger { why, .. } => {
                    say(why.to_string());
                    continue;
                }
                _ => {
                    say(format!("{} is nobody in the catalog", approval.login));
                    continue;
                }
            }
            let is_candidate = |login: &String| login.eq_ignore_ascii_case(&approval.login);
            let mut needs = steps
                .iter()
                .flat_map(|step| step.approvals.iter().map(move |need| (step, need)));
            let is_asked = needs
                .clone()
                .any(|(_, need)| need.candidates.iter().any(is_candidate));
            let counts = needs.any(|(step, need)| {
                digests.contains(&step.digest) && need.candidates.iter().any(is_candidate)
            });
            if let Some(part) = self.part(&approval.login) {
                say(format!("{} {}", approval.login, part.words()));
            } else if !is_asked {
                say(format!(
                    "nothing here needs the agreement of {}",
                    approval.login
                ));
            } else if !counts {
                let why = "what was seen there is none of what needs it here";
                // Nothing was pushed since: it is the target that went on.
                let is_head = head.is_some_and(|head| head.starts_with(&approval.commit));
                say(if is_head {
                    format!(
                        "{why}: the target has changed since it was forked, merge it and agree again"
                    )
                } else {
                    why.to_owned()
                });
            } else if counted.iter().any(|(login, seen)| {
                *seen == digests && self.accounts.are_same(login, &approval.login)
            }) {
                say("who agrees twice is one person".to_owned());
            } else {
                counted.push((approval.login.as_str(), digests));
            }
        }
        uncounted
    }
}

impl Approval {
    /// Whether a step was seen and is still meant.
    fn saw(&self, digest: &str) -> bool {
        self.digests.as_ref().is_some_and(|it| it.contains(digest))
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
