//! A landing that is no merge: an entity whose time is over.
//!
//! In: the entity and the instant. Out: its plan, derived from git as that of a merge is, and what
//! the present tip says of it. Such a landing has a name of its own, the entity and the instant
//! with all that is run, so that it is run once, whatever else is merged in the meantime.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::apply::tip::{self, Decided};
use crate::cli::apply::{Derivation, Derived, Landing, merged};
use crate::cli::plan::findings;
use crate::cli::records::Records;
use crate::cli::{Failure, Terminal, failure};
use crate::ledger::record;
use crate::model::Moment;
use crate::plan::expired::Wanted;
use crate::plan::file::{self, Ended, Outcome, PlanFile, Step};

/// The end of an entity.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Ending {
    pub(super) blueprint: String,
    pub(super) entity: String,
    /// RFC 3339 in UTC.
    pub(super) at: String,
    /// The name of the landing.
    pub(super) run: String,
}

/// That the entity is no longer what it was, or is not over any more.
const NOT_OVER: &str = "the present tip does not say any more that it is over";

impl Ending {
    /// What a landing of the ledger is of, where it is no merge.
    pub(in crate::cli) fn of(landed: &record::Landing) -> Option<Self> {
        let at = landed.ended()?;
        let step = landed.steps.first()?;
        Some(Self {
            blueprint: step.blueprint.clone(),
            entity: step.entity.clone(),
            at: at.to_owned(),
            run: landed.id.clone(),
        })
    }

    /// The end that a plan names. What is run for it is one with what was, where the steps are
    /// the same and nothing was granted in between.
    pub(super) fn named(ended: &Ended, own: &[&Step], records: &Records) -> Self {
        let (blueprint, entity) = (&ended.blueprint, &ended.entity);
        let steps: Vec<String> = own.iter().map(|step| step.lasting_digest()).collect();
        let what = file::digest(&serde_json::json!([
            steps,
            records.granted(blueprint, entity)
        ]));
        Self {
            blueprint: blueprint.clone(),
            entity: entity.clone(),
            at: ended.at.clone(),
            run: file::run(blueprint, entity, &ended.at, &what),
        }
    }

    fn wanted(&self) -> Result<Wanted<'_>, Failure> {
        let now = Moment::parse(&self.at);
        let now = now.ok_or_else(|| Failure::new(format!("`{}` is no moment", self.at)))?;
        Ok(Wanted {
            now,
            only: Some((&self.blueprint, &self.entity, &self.at)),
        })
    }

    /// The plan, derived again from git.
    pub(super) fn derive(&self, landing: &Landing, terminal: Terminal) -> Result<Derived, Failure> {
        merged::is_merged(landing)?;
        let plan = match landing.sides.expired(&self.wanted()?, &landing.actors)? {
            Ok(plan) => plan,
            Err(broken) => return Ok(Derived::Findings(findings(&broken, terminal))),
        };
        let Some((repository, ..)) = landing.sides.commits() else {
            return Err(Failure::new("what has expired is run from a commit"));
        };
        let records = Records::open(repository, &plan.ledger)?;
        let id = self.run.clone();
        Ok(Derived::Plan(Box::new(Derivation { plan, records, id })))
    }

    /// What the present tip decides for somebody.
    pub(super) fn decided(&self, landing: &Landing, actors: &[String]) -> Result<Decided, Failure> {
        let Some((repository, ..)) = landing.sides.commits() else {
            return Ok(Decided::Not(NOT_OVER.to_owned()));
        };
        let tip = repository.resolve(&landing.target).map_err(failure)?;
        let at = (landing.target.as_str(), &tip);
        let made = landing.sides.expired_at(at, &self.wanted()?, actors)?;
        Ok(match made {
            Ok(plan) => Decided::Plan(Box::new(plan)),
            Err(_) => Decided::Not("the present rules cannot be asked about it".to_owned()),
        })
    }

    /// The steps that the present tip does not allow, and why.
    pub(super) fn refused(
        &self,
        landing: &Landing,
        plan: &PlanFile,
    ) -> Result<BTreeMap<u32, String>, Failure> {
        let decided = self.decided(landing, &landing.actors)?;
        let refused = |step: &Step| match &decided {
            Decided::Not(why) => Some(why.clone()),
            Decided::Plan(now) => {
                let same = now.steps.iter().find(|now| tip::is_same_step(now, step));
                match same {
                    None => Some(NOT_OVER.to_owned()),
                    Some(now) => why(now),
                }
            }
        };
        let steps = plan.steps.iter();
        Ok(steps
            .filter_map(|step| Some((step.number, refused(step)?)))
            .collect())
    }
}

/// Why the clock may not do a step, and where somebody must agree what is done instead: nobody
/// approves what the clock asks for.
fn why(step: &Step) -> Option<String> {
    match step.outcome {
        Outcome::Allowed => None,
        Outcome::Denied => {
            let denied = step.decisions.iter().find(|decision| !decision.allowed);
            let reason = denied.and_then(|decision| decision.reasons.first());
            Some(match reason {
                Some(reason) => format!("not allowed: {}", reason.text),
                None => "not allowed any more".to_owned(),
            })
        }
        Outcome::NeedsApproval => {
            let by: Vec<&str> = step.approvals.iter().map(|need| need.by.as_str()).collect();
            Some(format!(
                "{} needs an approval of {}, which the clock cannot have: end {} in a pull request that they approve, or let {} need none where its entity expired",
                step.action,
                by.join(" and of "),
                step.entity,
                step.action
            ))
        }
    }
}

/// What makes the runs of an expiry one and no others, by step.
pub(super) fn runs(landing: &Landing, plan: &PlanFile) -> BTreeMap<u32, String> {
    let run = landing.ending.as_ref().map(|ending| ending.run.clone());
    let steps = plan.steps.iter();
    steps
        .filter_map(|step| Some((step.number, run.clone()?)))
        .collect()
}

/// The plan without the calls that were made when their entity expired, and these steps: those of
/// a removal that was merged, and, where a further action is for the same end by now, those that
/// were run for it before.
pub(super) fn done_before(landing: &Landing, made: &Derivation) -> (PlanFile, BTreeSet<u32>) {
    let mut plan = made.plan.clone();
    let mut done = BTreeSet::new();
    let ending = landing.ending.as_ref();
    let spent = ending.map(|_| made.records.spent(Some(&made.id)));
    let spent = spent.unwrap_or_default();
    for step in &mut plan.steps {
        let was_run = ending.is_some_and(|ending| {
            spent.contains_key(&file::spent(&ending.at, &step.lasting_digest()))
        });
        if was_run || step.expiry.as_ref().is_some_and(|it| it.ran.is_some()) {
            step.calls.clear();
            done.insert(step.number);
        }
    }
    (plan, done)
}
