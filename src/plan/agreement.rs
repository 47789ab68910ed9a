//! Whose agreement a step needs, who gave it, and why what somebody said counts for nothing.
//!
//! In: the rules of the target and the approvals that a command names. Out: the needs of each step
//! with who agreed, and the approvals that are not counted.

use std::collections::BTreeSet;

use crate::plan::decide::{Judge, Matter, NOBODY};
use crate::plan::diff::Side;
use crate::plan::file::{ApprovalNeed, Excluded, Given, Part, Step, Uncounted};
use crate::plan::value::States;
use crate::policy::{Need, Principal};

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
    /// Names, addresses and accounts of those who wrote the commits up to the approved one: nobody
    /// agrees to what they wrote themselves, whoever rewrites the commits later.
    pub writers: Vec<String>,
}

impl Approval {
    /// Whether a step was seen and is still meant.
    fn saw(&self, digest: &str) -> bool {
        self.digests.as_ref().is_some_and(|it| it.contains(digest))
    }
}

impl Judge<'_, '_> {
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
                && !self.wrote(login, &approval.writers)
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
            self.wrote(login, self.authors).then_some(Part::Wrote)
        }
    }

    /// Whether somebody is among those who wrote commits.
    fn wrote(&self, login: &str, writers: &[String]) -> bool {
        let (known, id) = (self.rules.known_as(login), self.accounts.id_of(login));
        writers.iter().any(|writer| {
            self.accounts.are_same(writer, login)
                || id == Some(writer.as_str())
                || known.iter().any(|it| it.eq_ignore_ascii_case(writer))
        })
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
            } else if self.wrote(&approval.login, &approval.writers) {
                say(format!(
                    "{} wrote a part of what was seen there",
                    approval.login
                ));
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
