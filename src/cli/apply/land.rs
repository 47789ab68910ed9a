//! A landing as the ledger keeps it: written before anything of it is run.
//!
//! In: a derived plan. Out: a record, and where all of the plan is refused the end of each step,
//! so that it is known of the merge that nothing of it was run, and why.

use std::collections::BTreeSet;

use crate::cli::apply::{Derivation, Landing};
use crate::cli::merge::is_full_id;
use crate::cli::records::{Appended, Records, broken_glass, landed, overrides, step_name};
use crate::cli::{Failure, Terminal, failure};
use crate::ledger::record::{self, Body};
use crate::plan::file::short;
use crate::text::visible;

/// What the reason of a step begins with where all of its plan is refused.
pub(in crate::cli) const REFUSED: &str = "the plan is refused: ";

impl Landing {
    /// Writes the landing to the ledger, unless it is there.
    pub(super) fn land(
        &self,
        made: &mut Derivation,
        terminal: Terminal,
    ) -> Result<Appended, Failure> {
        let Some((repository, before, after)) = self.sides.commits() else {
            return Ok(Appended::Written);
        };
        let is_nothing = made.plan.steps.is_empty()
            && (made.plan.requests().next().is_none() || !made.plan.refusals.is_empty());
        if made.records.state.landing(&made.id).is_some()
            || (is_nothing && !self.brings_held(&made.records)?)
        {
            return Ok(Appended::Written);
        }
        if repository.remotes().is_empty() {
            terminal.say("there is no remote: the ledger is in this clone alone");
        }
        let landing = record::Landing {
            id: made.id.clone(),
            plan: made.plan.id.clone(),
            before: before.to_string(),
            after: after.to_string(),
            target: self.target.clone(),
            requester: self.actors.first().cloned().unwrap_or_default(),
            pushers: self.actors.iter().skip(1).cloned().collect(),
            approvals: self.approved()?,
            ids: self.sides.accounts().all().clone(),
            steps: made
                .plan
                .steps
                .iter()
                .map(|step| landed(&made.plan, step))
                .collect(),
            break_glass: broken_glass(&made.plan),
            overrides: overrides(&made.plan),
        };
        let refused = made.plan.refusals.first();
        let refused = refused.map(|refusal| format!("{REFUSED}{}", refusal.text));
        let ends = landing.steps.iter().zip(refused.iter().cycle());
        let ends: Vec<Body> = ends
            .map(|(step, why)| Body::Step(refusal(&landing.id, step, why)))
            .collect();
        let bodies = std::iter::once(Body::Landing(landing)).chain(ends);
        made.records.try_append(bodies.collect())
    }

    /// Who approved, and the commits that they saw.
    fn approved(&self) -> Result<Vec<record::Approval>, Failure> {
        let Some((repository, ..)) = self.sides.commits() else {
            return Ok(Vec::new());
        };
        let mut approvals = Vec::new();
        for (login, rev) in &self.approvals {
            let commit = match repository.resolve(rev) {
                Ok(commit) => commit.to_string(),
                // What is not there counted for nothing.
                Err(_) if is_full_id(rev) => rev.clone(),
                Err(error) => return Err(failure(error)),
            };
            approvals.push(record::Approval {
                login: login.clone(),
                commit,
            });
        }
        Ok(approvals)
    }

    /// That the ledger has no other account of the same landing: who asked, who pushed and who
    /// approved is said once, for it is what was decided by.
    pub(super) fn is_told_alike(&self, records: &Records, id: &str) -> Result<(), Failure> {
        let Some(known) = records.state.landing(id) else {
            return Ok(());
        };
        let was = Account {
            requester: &known.requester,
            pushers: known.pushers.iter().collect(),
            approvals: &known.approvals,
        };
        let approvals = self.approved()?;
        let is = Account {
            requester: self.actors.first().map_or("", String::as_str),
            pushers: self.actors.iter().skip(1).collect(),
            approvals: &approvals,
        };
        let ids = self.sides.accounts().all();
        let other = known
            .ids
            .iter()
            .find(|(login, id)| ids.get(*login).is_some_and(|now| now != *id));
        if was.form() == is.form() && other.is_none() {
            return Ok(());
        }
        let id = other.map_or_else(String::new, |(login, id)| {
            format!(", and {} was account {}", visible(login), visible(id))
        });
        Err(Failure::new(format!(
            "{} is in the ledger as {}{id}; here it is {}",
            short(&known.after),
            was.words(),
            is.words()
        ))
        .help("a landing is told once: give the facts that the ledger has; somebody else runs what is left of it by `catalogc retry STEP --actor LOGIN`"))
    }

    /// Whether a commit is held that the landing brought: it is settled by it, also where nothing
    /// is to be run.
    fn brings_held(&self, records: &Records) -> Result<bool, Failure> {
        let Some((repository, before, after)) = self.sides.commits() else {
            return Ok(false);
        };
        for (commit, _) in records.state.held() {
            let Ok(commit) = repository.resolve(commit) else {
                continue;
            };
            if repository.is_ancestor(&commit, after).map_err(failure)?
                && !repository.is_ancestor(&commit, before).map_err(failure)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Who is behind a landing.
struct Account<'a> {
    requester: &'a str,
    pushers: Vec<&'a String>,
    approvals: &'a [record::Approval],
}

impl Account<'_> {
    /// The same however it is written: forges read logins in any case, and say things in any order.
    fn form(&self) -> (String, BTreeSet<String>, BTreeSet<(String, &str)>) {
        let approvals = self.approvals.iter();
        (
            self.requester.to_lowercase(),
            self.pushers.iter().map(|it| it.to_lowercase()).collect(),
            approvals
                .map(|it| (it.login.to_lowercase(), it.commit.as_str()))
                .collect(),
        )
    }

    /// `asked for by lin, pushed by sam, approved by ada at 77ab3c0`.
    fn words(&self) -> String {
        let mut words = format!("asked for by {}", visible(self.requester));
        let pushers: Vec<_> = self.pushers.iter().map(|it| visible(it)).collect();
        if !pushers.is_empty() {
            words.push_str(&format!(", pushed by {}", pushers.join(" and ")));
        }
        let approvals = self.approvals.iter();
        let approvals: Vec<String> = approvals
            .map(|it| format!("{} at {}", visible(&it.login), short(&it.commit)))
            .collect();
        if approvals.is_empty() {
            return words + ", approved by nobody";
        }
        format!("{words}, approved by {}", approvals.join(" and "))
    }
}

/// The end of a step of a plan that is refused.
fn refusal(landing: &str, step: &record::LandedStep, why: &str) -> record::StepEnd {
    record::StepEnd {
        landing: landing.to_owned(),
        step: step_name(step),
        result: record::StepResult::Refused,
        detail: why.to_owned(),
        took_seconds: 0,
        superseded_by: None,
    }
}
