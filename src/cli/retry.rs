//! `catalogc retry`: runs a failed step again, and what was skipped because of it. A run that
//! was cut off goes on by the same command.

use std::collections::BTreeMap;

use crate::cli::apply::again::{Denial, Present, Stood, may_run};
use crate::cli::apply::{Derivation, Derived, Ending, Format, Landing, Stopped};
use crate::cli::merge::{Sides, account, accounts, login};
use crate::cli::records::{Records, step_name};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open};
use crate::compile::Compiled;
use crate::ledger::record::{self, Body, LandedStep, StepResult};
use crate::ledger::state::CallState;
use crate::plan::account::Accounts;
use crate::plan::file::{LedgerPlace, PlanFile};
use crate::render;
use crate::source::git::Repository;

mod outdated;

use outdated::Since;

/// Run a failed step again
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc retry 7c41e09.2")]
pub(super) struct Arguments {
    /// The step, as `apply` and `audit` name it
    #[arg(value_name = "STEP")]
    step: String,
    /// Who runs it again and may do it now; the requester unless it is said
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    actor: Option<String>,
    /// The forge's number of that login, which nobody else ever gets
    #[arg(long, value_name = "LOGIN=ID", value_parser = account)]
    actor_id: Vec<(String, String)>,
    /// The present tip of the target branch, whose rules and people must allow it too
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    target: String,
    /// How to print how it ended: markdown takes the place of the plan's comment
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    directory: Directory,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let repository = Repository::discover(&arguments.directory.path).map_err(failure)?;
    let commit = repository.resolve(&arguments.target).map_err(failure)?;
    let tip = open::commit(&repository, &commit, &arguments.target)?;
    let records = Records::open(&repository, &place(&tip))?;
    let (landed, step) = records.find(&arguments.step)?;
    let (landed, number) = (landed.clone(), step.number);
    let by = arguments.actor.clone();
    let by = by.unwrap_or_else(|| landed.requester.clone());
    let mut accounts = accounts(&arguments.actor_id, &std::iter::once(by.as_str()))?;
    for (login, id) in &landed.ids {
        accounts.add(login, id).map_err(|other| {
            Failure::new(format!(
                "{login} has the id {other} here and had {id} when it was merged"
            ))
            .help("a login that was given away is another person: name who runs it as --actor")
        })?;
    }
    let landing = landing(repository, &landed, &arguments.target, accounts)?;
    let mut made = match landing.derive(terminal)? {
        Derived::Plan(made) => made,
        Derived::Findings(output) => return Ok(output),
    };
    if made.plan.id != landed.plan {
        return Err(Failure::new("git does not give the plan any more that was run: the ledger or the history was changed")
            .help("`catalogc audit verify` shows which plans are not what they were"));
    }
    let steps = to_open(&made, &landed, number)?;
    let mut denied = match outdated(&made, &landed, (number, &steps, &tip), &landing)? {
        Outdated::Steps(steps) => steps,
        Outdated::Asked(output) => return Ok(output),
    };
    let present = Present::of(&landing, &by)?;
    let mut bodies = Vec::new();
    for step in &steps {
        if denied.contains_key(&step.number) {
            continue;
        }
        match permitted(&present, &made.plan, step)? {
            Ok(allowed) => bodies.extend(again(&made, &landed, step, (&by, allowed))),
            // What goes on outside is followed to its end, whoever asks; nothing of it is begun.
            Err(denial) if goes_on(&made, &landed, step) => {
                denied.insert(step.number, denial.why().to_owned());
            }
            Err(denial) => {
                let name = made.records.names().of(&landed, step.number);
                let what = format!("run {name} again, {} on {}", step.action, step.entity);
                return Ok(denial.output(&by, &what));
            }
        }
    }
    if !bodies.is_empty() {
        made.records.append(bodies)?;
    }
    let again = left(&made, &landed);
    let done = done(&made, &landed);
    let first = render::going_on(&made.plan, done, &again);
    let stopped = Stopped {
        why: denied,
        ..Stopped::default()
    };
    landing.run(&mut made, (&first, arguments.format), stopped, terminal)
}

/// Where the ledger is, as the settings at the present tip say.
pub(super) fn place(tip: &Compiled) -> LedgerPlace {
    let settings = &tip.catalog.settings.ledger;
    LedgerPlace {
        branch: settings.branch.to_string(),
        remote: settings.remote.to_string(),
    }
}

/// A landing of the ledger, to be planned again.
pub(super) fn landing(
    repository: Repository,
    landed: &record::Landing,
    target: &str,
    accounts: Accounts,
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
        .at(Some(Rehearsal::moment()))
        .knowing(accounts),
        actors,
        approvals: approvals.collect(),
        target: target.to_owned(),
        ending: Ending::of(landed),
    })
}

/// The step, and all that is opened again with it because it did not end well.
fn to_open(
    made: &Derivation,
    landed: &record::Landing,
    number: u32,
) -> Result<Vec<LandedStep>, Failure> {
    let mut steps = Vec::new();
    for step in &landed.steps {
        let is_named = step.number == number;
        if is_named && result(made, landed, step) == Some(StepResult::Done) {
            return Err(Failure::new(format!(
                "step {number} is done, it is not run again"
            )));
        }
        let is_meant = waits_for(&made.plan, step.number, number) && is_ended(made, landed, step);
        if is_named || is_meant {
            steps.push(step.clone());
        }
    }
    Ok(steps)
}

/// How a step ended.
fn result(made: &Derivation, landed: &record::Landing, step: &LandedStep) -> Option<StepResult> {
    let state = made.records.state.step(&landed.id, &step.digest);
    state
        .and_then(|state| state.end.as_ref())
        .map(|end| end.result)
}

/// Whether a step ended, and not well, so that it is run again only when a person asks.
fn is_ended(made: &Derivation, landed: &record::Landing, step: &LandedStep) -> bool {
    let state = made.records.state.step(&landed.id, &step.digest);
    match result(made, landed, step) {
        Some(
            StepResult::Failed | StepResult::Skipped | StepResult::Refused | StepResult::Superseded,
        ) => true,
        // A person who settled a call as failed left its step without an end.
        None => {
            let mut calls = state.iter().flat_map(|state| state.calls.values());
            calls.any(|call| matches!(call.state, CallState::Failed(_)))
        }
        Some(StepResult::Done | StepResult::Unknown) => false,
    }
}

/// Whether somebody may run a step again, and the words that allow it.
fn permitted(
    present: &Present,
    plan: &PlanFile,
    step: &LandedStep,
) -> Result<Result<String, Denial>, Failure> {
    let planned = plan.steps.iter().find(|it| it.digest == step.digest);
    let Some(planned) = planned else {
        return Err(Failure::new(format!(
            "git does not give step {} any more",
            step.number
        )));
    };
    Ok(may_run(present, planned, stood(step)))
}

/// What of a landing is not what the catalog says any more.
enum Outdated {
    /// Steps of which nothing is begun, by number, and why.
    Steps(BTreeMap<u32, String>),
    /// The step that was asked for.
    Asked(Output),
}

/// The steps that would send what the catalog does not say any more.
fn outdated(
    made: &Derivation,
    landed: &record::Landing,
    (number, asked, tip): (u32, &[LandedStep], &Compiled),
    landing: &Landing,
) -> Result<Outdated, Failure> {
    let mut outdated = BTreeMap::new();
    let Some(since) = Since::of(landing, landed, tip)? else {
        return Ok(Outdated::Steps(outdated));
    };
    let compared = since.compared();
    let left = landed.steps.iter();
    let left = left.filter(|step| result(made, landed, step) != Some(StepResult::Done));
    for step in left {
        let planned = made.plan.steps.iter().find(|it| it.digest == step.digest);
        let is_asked = asked.iter().any(|it| it.number == step.number);
        let why = planned.and_then(|it| {
            if is_asked {
                compared.why_and_who(it, &made.records)
            } else {
                compared.why(it)
            }
        });
        let Some(why) = why else {
            continue;
        };
        let state = made.records.state.step(&landed.id, &step.digest);
        let is_begun = state.is_some_and(|state| !state.calls.is_empty());
        let is_followed = goes_on(made, landed, step)
            || (is_begun && !is_ended(made, landed, step) && result(made, landed, step).is_none());
        if step.number == number && !is_followed {
            let name = made.records.names().of(landed, number);
            return Ok(Outdated::Asked(outdated::refused(&name, step, &why)));
        }
        outdated.insert(step.number, why);
    }
    Ok(Outdated::Steps(outdated))
}

/// Whether a call of a step was begun and its end is not known.
fn goes_on(made: &Derivation, landed: &record::Landing, step: &LandedStep) -> bool {
    let state = made.records.state.step(&landed.id, &step.digest);
    let mut calls = state.iter().flat_map(|state| state.calls.values());
    calls.any(|call| matches!(call.state, CallState::Started | CallState::Progress(_)))
}

/// What a step stood on when it was landed.
pub(super) fn stood(step: &LandedStep) -> Stood {
    if step.break_glass.is_some() {
        Stood::OnBrokenGlass
    } else {
        Stood::OnOrdinaryRules
    }
}

/// The record that opens a step again; none where it is open.
fn again(
    made: &Derivation,
    landed: &record::Landing,
    step: &LandedStep,
    (by, allowed): (&str, String),
) -> Option<Body> {
    let state = made.records.state.step(&landed.id, &step.digest);
    is_ended(made, landed, step).then(|| {
        Body::Retry(record::Retry {
            landing: landed.id.clone(),
            step: step_name(step),
            generation: state.map_or(0, |state| state.generation) + 1,
            by: by.to_owned(),
            allowed: Some(allowed),
        })
    })
}

/// The numbers of what is now to be run.
fn left(made: &Derivation, landed: &record::Landing) -> Vec<u32> {
    let is_open = |step: &&LandedStep| result(made, landed, step).is_none();
    let open = landed.steps.iter().filter(is_open);
    open.map(|step| step.number).collect()
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
    let is_done = |step: &&LandedStep| result(made, landed, step) == Some(StepResult::Done);
    landed.steps.iter().filter(is_done).count()
}

/// What a command that only writes a record says.
pub(super) fn said(text: String) -> Output {
    Output::new(text, Exit::Fine)
}
