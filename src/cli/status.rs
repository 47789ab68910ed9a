//! `catalogc status`: what is unsettled, held, failed, running or unknown, what was merged and never
//! run, and what to do about it.

use crate::cli::records::Records;
use crate::cli::retry::place;
use crate::cli::unheard::{self, Found, PLANNED, Reach, Tip, Unheard, asked, is_asked};
use crate::cli::unsettled::{Standing, Stands, unsettled};
use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open};
use crate::compile::Compiled;
use crate::plan::file::short;
use crate::render::status::{Held, Missed, Open, Status, status_json, status_text};
use crate::source::git::Repository;
use crate::text::visible;

/// What is open, failed, held
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc status\n    catalogc status --format json")]
pub(super) struct Arguments {
    /// The present tip of the target branch. Exits 0 when nothing is open, 5 when a step is unknown
    /// or was cut off, 4 when one failed, was refused or skipped, 1 when a commit is held or was
    /// merged and never run
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    target: String,
    #[command(flatten)]
    directory: Directory,
    /// How to print it
    #[arg(long, value_enum, default_value_t = crate::cli::ask::Format::Table)]
    format: crate::cli::ask::Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let repository = Repository::discover(&arguments.directory.path).map_err(failure)?;
    let commit = repository.resolve(&arguments.target).map_err(failure)?;
    let tip = open::commit(&repository, &commit, &arguments.target)?;
    let records = Records::open(&repository, &place(&tip))?;
    let standings = wanted(unsettled(&records), &records, &tip);
    let held_back = unheard::held(&repository, &commit, &records)?;
    let at = Tip {
        commit: &commit,
        catalog: &tip,
    };
    let missed = missed(&repository, &at, &records, terminal);
    let status = Status {
        version: 1,
        landings: records.state.landings().len(),
        steps: standings
            .iter()
            .map(|one| told(&tip, one, &standings))
            .collect(),
        held: held_back.into_iter().map(held).collect(),
        missed,
    };
    let text = match arguments.format {
        crate::cli::ask::Format::Table => status_text(&status, terminal.color),
        crate::cli::ask::Format::Json => status_json(&status),
    };
    Ok(Output::new(text, exit(&standings, &status)))
}

/// The steps that somebody wants still: what was asked for by requests that were taken out since,
/// and of which nothing was ever sent, is over.
fn wanted(standings: Vec<Standing>, records: &Records, tip: &Compiled) -> Vec<Standing> {
    let asked = asked(tip);
    let is_wanted = |one: &Standing| {
        let landing = records.state.landing(&one.landing).into_iter();
        let mut steps = landing.flat_map(|landing| &landing.steps);
        let Some(step) = steps.find(|step| step.number == one.number) else {
            return true;
        };
        let state = records.state.step(&one.landing, &step.digest);
        state.is_some_and(|state| !state.calls.is_empty())
            || is_asked(step.requests.iter().map(String::as_str), &asked)
    };
    standings.into_iter().filter(is_wanted).collect()
}

/// The worst of what is open.
fn exit(standings: &[Standing], status: &Status) -> Exit {
    let is_any = |states: &[Stands]| standings.iter().any(|it| states.contains(&it.state));
    if is_any(&[Stands::Unknown, Stands::Running, Stands::Waiting]) {
        Exit::Unknown
    } else if is_any(&[
        Stands::Failed,
        Stands::Refused,
        Stands::Superseded,
        Stands::Skipped,
    ]) {
        Exit::StepFailed
    } else if status.held.is_empty() && status.missed.is_empty() {
        Exit::Fine
    } else {
        Exit::Found
    }
}

fn held((commit, why): (&str, &str)) -> Held {
    let short = short(commit);
    Held {
        commit: commit.to_owned(),
        why: why.to_owned(),
        next: format!(
            "say who it is from: `catalogc apply --base {short}~1 --head {short} --actor LOGIN`"
        ),
    }
}

/// What was merged and never run, but for what is held.
fn missed(
    repository: &Repository,
    tip: &Tip<'_>,
    records: &Records,
    terminal: Terminal,
) -> Vec<Missed> {
    let reach = Reach {
        since: None,
        most: PLANNED,
    };
    let found = unheard::unheard(repository, tip, records, reach).unwrap_or_else(|failure| {
        terminal.say(&format!(
            "what was merged and never run is not known: {}",
            visible(&failure.message)
        ));
        Found::default()
    });
    if found.more > 0 {
        terminal.say(&format!(
            "{} more commits were not looked at: whether they were run is not known",
            found.more
        ));
    }
    let is_held = |it: &Unheard| {
        records
            .state
            .held()
            .any(|(commit, _)| commit == it.after.as_str())
    };
    let merges = found.merges.into_iter().filter(|it| !is_held(it));
    merges
        .map(|it| Missed {
            commit: it.after.to_string(),
            before: it.before.to_string(),
            steps: it.steps,
            next: format!(
                "`catalogc apply --base {} --head {} --actor LOGIN`, with who asked for it",
                it.before.short(),
                it.after.short()
            ),
        })
        .collect()
}

fn told(tip: &Compiled, one: &Standing, all: &[Standing]) -> Open {
    let kind = tip.catalog.find_blueprint(&one.blueprint);
    let entity = kind.and_then(|(kind, _)| tip.catalog.find_entity(kind, &one.entity));
    Open {
        step: one.step.clone(),
        landing: one.landing.clone(),
        action: one.action.clone(),
        blueprint: one.blueprint.clone(),
        entity: one.entity.clone(),
        in_catalog: entity.is_some(),
        summary: one.summary.clone(),
        state: one.state.word(),
        since: one.since.clone(),
        why: one.why.clone(),
        runs: one.runs.clone(),
        next: next(one, all),
    }
}

/// What to do about a step.
fn next(one: &Standing, all: &[Standing]) -> String {
    let step = &one.step;
    match one.state {
        Stands::Failed => format!("repair the cause, then `catalogc retry {step}`"),
        Stands::Refused if one.why.starts_with(crate::cli::apply::REFUSED) => {
            "open a new change for what is wanted, without what refuses this one".to_owned()
        }
        Stands::Refused => {
            format!("whoever may do it now runs it: `catalogc retry {step} --actor LOGIN`")
        }
        Stands::Superseded => format!(
            "open a new change for what is wanted now; `catalogc audit --entity {}` shows what was done since",
            visible(&one.entity)
        ),
        Stands::Unknown => {
            format!("look at its runs, then `catalogc resolve {step} --done` or `--failed`")
        }
        Stands::Running => format!(
            "where no run is at work any more, `catalogc retry {step}` finds out what became of it"
        ),
        Stands::Waiting => format!(
            "where no run is at work any more, start the same `catalogc apply` again, or `catalogc retry {step}`"
        ),
        Stands::Skipped => match needed(one, all) {
            Some(other) => format!("`catalogc retry {other}` runs it too"),
            None => format!("once what it needs is done, `catalogc retry {step}`"),
        },
    }
}

/// The step that a skipped one waits for, where that one failed or was refused.
fn needed<'s>(one: &Standing, all: &'s [Standing]) -> Option<&'s str> {
    let number: u32 = one.why.strip_prefix("needs ")?.parse().ok()?;
    let mut others = all.iter().filter(|it| it.landing == one.landing);
    let other = others.find(|it| it.number == number)?;
    matches!(other.state, Stands::Failed | Stands::Refused).then_some(other.step.as_str())
}
