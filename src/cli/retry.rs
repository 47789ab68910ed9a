//! `catalogc retry`: runs a failed step again, and what was skipped because of it. A run that
//! was cut off goes on by the same command.

use crate::cli::apply::{Derivation, Derived, Landing};
use crate::cli::merge::Sides;
use crate::cli::records::{Records, step_name};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open};
use crate::ledger::record::{self, Body, StepResult};
use crate::ledger::state::CallState;
use crate::plan::file::{LedgerPlace, PlanFile};
use crate::render;
use crate::source::git::Repository;

/// Run a failed step again
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc retry 7c41e09.2")]
pub(super) struct Arguments {
    /// The step, as `apply` and `audit` name it
    #[arg(value_name = "STEP")]
    step: String,
    /// Who runs it again; the requester unless it is said
    #[arg(long, value_name = "LOGIN")]
    actor: Option<String>,
    /// The present tip of the target branch, whose rules and people must allow it too
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    target: String,
    #[command(flatten)]
    directory: Directory,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let repository = Repository::discover(&arguments.directory.path).map_err(failure)?;
    let records = Records::open(&repository, &place(&repository, &arguments.target)?)?;
    let (landed, step) = records.find(&arguments.step)?;
    let (landed, number) = (landed.clone(), step.number);
    let landing = landing(repository, &landed, &arguments.target)?;
    let mut made = match landing.derive(terminal)? {
        Derived::Plan(made) => made,
        Derived::Findings(output) => return Ok(output),
    };
    if made.plan.id != landed.plan {
        return Err(Failure::new("git does not give the plan any more that was run: the ledger or the history was changed")
            .help("`catalogc audit verify` shows which plans are not what they were"));
    }
    let by = arguments
        .actor
        .clone()
        .unwrap_or_else(|| landed.requester.clone());
    let again = open_again(&mut made, &landed, number, &by)?;
    let done = done(&made, &landed);
    let first = render::going_on(&made.plan, done, &again);
    landing.run(&mut made, &first, terminal)
}

/// Where the ledger is, as the settings at the present tip say.
pub(super) fn place(repository: &Repository, target: &str) -> Result<LedgerPlace, Failure> {
    let tip = repository.resolve(target).map_err(failure)?;
    let settings = open::commit(repository, &tip, target)?
        .catalog
        .settings
        .ledger;
    Ok(LedgerPlace {
        branch: settings.branch.to_string(),
        remote: settings.remote.to_string(),
    })
}

/// A landing of the ledger, to be planned again.
pub(super) fn landing(
    repository: Repository,
    landed: &record::Landing,
    target: &str,
) -> Result<Landing, Failure> {
    let before = repository.resolve(&landed.before).map_err(failure)?;
    let after = repository.resolve(&landed.after).map_err(failure)?;
    let actors = std::iter::once(&landed.requester)
        .chain(&landed.pushers)
        .cloned()
        .collect();
    let approvals = landed
        .approvals
        .iter()
        .map(|approval| (approval.login.clone(), approval.commit.clone()));
    Ok(Landing {
        sides: Sides::of_commits(
            repository,
            (landed.before.clone(), before),
            (landed.after.clone(), after),
        )
        .at(Some(Rehearsal::moment())),
        actors,
        approvals: approvals.collect(),
        target: target.to_owned(),
    })
}

/// Opens the step again, and all that was skipped because it did not end well; gives the
/// numbers of what is now to be run.
fn open_again(
    made: &mut Derivation,
    landed: &record::Landing,
    number: u32,
    by: &str,
) -> Result<Vec<u32>, Failure> {
    let mut bodies = Vec::new();
    for step in &landed.steps {
        let state = made.records.state.step(&landed.id, &step.digest);
        let result = state
            .and_then(|state| state.end.as_ref())
            .map(|end| end.result);
        let is_meant = step.number == number || waits_for(&made.plan, step.number, number);
        // A person who settled a call as failed left its step without an end.
        let has_failed = || {
            let mut calls = state.iter().flat_map(|state| state.calls.values());
            calls.any(|call| matches!(call.state, CallState::Failed(_)))
        };
        let is_open = match result {
            Some(StepResult::Failed | StepResult::Skipped | StepResult::Refused) => true,
            None => has_failed(),
            Some(StepResult::Done | StepResult::Unknown) => false,
        };
        if step.number == number && result == Some(StepResult::Done) {
            return Err(Failure::new(format!(
                "step {number} is done, it is not run again"
            )));
        }
        if is_meant && is_open {
            bodies.push(Body::Retry(record::Retry {
                landing: landed.id.clone(),
                step: step_name(step),
                generation: state.map_or(0, |state| state.generation) + 1,
                by: by.to_owned(),
            }));
        }
    }
    if !bodies.is_empty() {
        made.records.append(bodies)?;
    }
    let is_open = |step: &&record::LandedStep| {
        made.records
            .state
            .step(&landed.id, &step.digest)
            .is_none_or(|state| state.end.is_none())
    };
    Ok(landed
        .steps
        .iter()
        .filter(is_open)
        .map(|step| step.number)
        .collect())
}

/// Whether a step waits for another, directly or through others.
fn waits_for(plan: &PlanFile, step: u32, first: u32) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut next = vec![step];
    while let Some(number) = next.pop() {
        let after = plan
            .steps
            .iter()
            .filter(|other| other.number == number)
            .flat_map(|other| &other.after);
        for before in after {
            if *before == first {
                return true;
            }
            if seen.insert(*before) {
                next.push(*before);
            }
        }
    }
    false
}

fn done(made: &Derivation, landed: &record::Landing) -> usize {
    let is_done = |step: &&record::LandedStep| {
        let end = made
            .records
            .state
            .step(&landed.id, &step.digest)
            .and_then(|state| state.end.as_ref());
        end.is_some_and(|end| end.result == StepResult::Done)
    };
    landed.steps.iter().filter(is_done).count()
}

/// What a command that only writes a record says.
pub(super) fn said(text: String) -> Output {
    Output::new(text, Exit::Fine)
}
