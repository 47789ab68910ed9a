//! The steps of a ledger whose effect is not known to be in the world, in the words of people.
//!
//! In: records. Out: a [`Standing`] for each such step, with since when and what to do. The state
//! of the ledger decides which these are.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::Terminal;
use crate::cli::audit::{Next, next, open};
use crate::cli::records::Records;
use crate::ledger::record::{Body, LandedStep, Landing, StepResult};
use crate::ledger::state::{CallState, Unsettled};
use crate::plan::file::{Notice, PlanFile};
use crate::source::git::Repository;

/// How an unsettled step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// A call of it goes on outside, or its run was cut off.
    Running,
    /// It is to be run, and no call of it is open.
    Waiting,
    Failed,
    Skipped,
    Refused,
    /// A newer landing set what it would set, and did not do what it would do.
    Superseded,
    /// Nobody can tell what a call of it did.
    Unknown,
}

impl Stands {
    /// As people read it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
            Self::Superseded => "superseded",
            Self::Unknown => "unknown",
        }
    }
}

/// An unsettled step.
pub(super) struct Standing {
    /// Its name: `7c41e09.2`.
    pub(super) step: String,
    /// Its number in its plan.
    pub(super) number: u32,
    pub(super) landing: String,
    pub(super) action: String,
    pub(super) blueprint: String,
    pub(super) entity: String,
    /// What it does, in one line.
    pub(super) summary: String,
    pub(super) state: Stands,
    /// Since when, to the minute, in UTC.
    pub(super) since: String,
    /// Why, in one line; may be empty.
    pub(super) why: String,
    /// Where backends show the runs of its open calls.
    pub(super) runs: Vec<String>,
}

/// The unsettled steps, in the order of the ledger.
pub(super) fn unsettled(records: &Records) -> Vec<Standing> {
    let names = records.names();
    let all = records.state.unsettled().into_iter();
    let heard = Heard::of(records);
    all.map(|one| {
        let name = names.of(one.landing, one.step.number);
        standing((records, &heard), &one, name)
    })
    .collect()
}

fn standing(
    (records, heard): (&Records, &Heard<'_>),
    one: &Unsettled<'_>,
    step: String,
) -> Standing {
    let Unsettled {
        landing,
        step: landed,
        result,
    } = one;
    let open = open(records, landing, landed);
    let state = match (result, next(&open)) {
        (Some(StepResult::Failed), _) => Stands::Failed,
        (Some(StepResult::Skipped), _) => Stands::Skipped,
        (Some(StepResult::Refused), _) => Stands::Refused,
        (Some(StepResult::Superseded), _) => Stands::Superseded,
        (Some(StepResult::Unknown), _) | (_, Some(Next::Look)) => Stands::Unknown,
        (_, Some(Next::Follow)) => Stands::Running,
        (_, None) => Stands::Waiting,
    };
    let end = records.state.step(&landing.id, &landed.digest);
    let why = end
        .and_then(|it| it.end.as_ref())
        .map(|it| it.detail.clone());
    let runs = open.iter().filter_map(|(_, call)| match &call.state {
        CallState::Progress(handle) => {
            let url = handle.get("url")?.as_str()?;
            Some(url.to_owned())
        }
        _ => None,
    });
    Standing {
        step,
        number: landed.number,
        landing: landing.id.clone(),
        action: landed.action.clone(),
        blueprint: landed.blueprint.clone(),
        entity: landed.entity.clone(),
        summary: landed.summary.clone(),
        state,
        since: heard.since(landing, landed),
        why: why.unwrap_or_default(),
        runs: runs.collect(),
    }
}

/// Where and when the ledger last heard of each step, by its landing and digest, and of each
/// landing.
struct Heard<'r> {
    steps: BTreeMap<(&'r str, &'r str), (usize, &'r str)>,
    landings: BTreeMap<&'r str, (usize, &'r str)>,
}

impl<'r> Heard<'r> {
    /// Reads the ledger once; what stands later in it is the last.
    fn of(records: &'r Records) -> Self {
        let mut heard = Self {
            steps: BTreeMap::new(),
            landings: BTreeMap::new(),
        };
        for (n, entry) in records.entries.iter().enumerate() {
            let at = entry.record.at.as_str();
            let (landing, step) = match &entry.record.body {
                Body::Landing(it) => {
                    heard.landings.insert(&it.id, (n, at));
                    continue;
                }
                Body::Intent(it) => (&it.landing, &it.step.digest),
                Body::Step(it) => (&it.landing, &it.step.digest),
                Body::Resolve(it) => (&it.landing, &it.step.digest),
                Body::Retry(it) => (&it.landing, &it.step.digest),
                Body::Genesis(_) | Body::Progress(_) | Body::Result(_) | Body::Held(_) => continue,
            };
            heard.steps.insert((landing, step), (n, at));
        }
        heard
    }

    /// Since when a step stands as it does: its end, what a person did, or its landing.
    fn since(&self, landing: &Landing, step: &LandedStep) -> String {
        let own = self.steps.get(&(landing.id.as_str(), step.digest.as_str()));
        let last = own.max(self.landings.get(landing.id.as_str()));
        last.map_or_else(String::new, |(_, at)| minute(at))
    }
}

/// Which entities of a plan are unsettled, as this clone knows it: it is no part of the plan,
/// which is of two commits alone, and is told to people beside it.
pub(super) fn told(repository: &Repository, plan: &PlanFile, terminal: Terminal) -> Vec<Notice> {
    let records = match Records::here(repository, &plan.ledger) {
        Ok(records) => records,
        Err(failure) => {
            terminal.say(&format!(
                "what is unsettled is not known: {}",
                failure.message
            ));
            return Vec::new();
        }
    };
    let touched: BTreeSet<(&str, &str)> = plan
        .steps
        .iter()
        .map(|step| (step.blueprint.as_str(), step.entity.as_str()))
        .collect();
    let all = unsettled(&records).into_iter();
    let own = all.filter(|it| touched.contains(&(it.blueprint.as_str(), it.entity.as_str())));
    own.map(|one| Notice {
        text: format!(
            "{} is unsettled: {} {} is {} since {}, see `catalogc status`",
            one.entity,
            one.step,
            one.action,
            one.state.word(),
            one.since
        ),
        place: None,
    })
    .collect()
}

/// `2026-11-21 14:05`.
pub(super) fn minute(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}
