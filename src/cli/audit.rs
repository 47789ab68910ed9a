//! `catalogc audit`: what was done, by whom, with what result; `audit verify` proves it.

use std::collections::BTreeSet;

use crate::cli::apply::Derived;
use crate::cli::records::{Names, Records};
use crate::cli::retry::{landing, place};
use crate::cli::unsettled::minute;
use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open as opened};
use crate::finding::Code;
use crate::finding::codes::E0601;
use crate::ledger::record::{self, Body, LandedStep, StepResult};
use crate::plan::account::Accounts;
use crate::plan::file::short;
use crate::policy::BuiltIn;
use crate::render::{AuditRow, audit_markdown, audit_table};
use crate::source::git::Repository;
use crate::text::visible;

mod open;
mod step;

pub(super) use open::{Next, next, open};

/// What stands in the place of approvals where a break-glass rule was used.
const BREAK_GLASS: &str = "BREAK GLASS";

/// What was done, by whom
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc audit --entity CartService\n    catalogc audit 7c41e09.3\n    catalogc audit verify"
)]
pub(super) struct Arguments {
    /// A step to see all of, or `verify` to prove the ledger
    #[arg(value_name = "STEP|verify")]
    what: Option<String>,
    /// Only what was done to this entity
    #[arg(long, value_name = "ENTITY")]
    entity: Option<String>,
    /// The present tip of the target branch
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    target: String,
    /// How to print what was done
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    directory: Directory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For a page or a comment
    Markdown,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let path = &arguments.directory.path;
    let repository = Repository::discover(path).map_err(failure)?;
    let tip = repository.resolve(&arguments.target).map_err(failure)?;
    let tip = opened::commit(&repository, &tip, &arguments.target)?;
    let records = Records::open(&repository, &place(&tip))?;
    match arguments.what.as_deref() {
        Some("verify") => verify(arguments, &records, terminal),
        Some(written) => {
            let (landing, landed) = records.find(written)?;
            Ok(Output::new(
                step::text(&records, landing, landed),
                Exit::Fine,
            ))
        }
        None => Ok(Output::new(table(&records, arguments), Exit::Fine)),
    }
}

/// All ends of steps, newest first, and the steps that were begun and whose end is not known.
fn table(records: &Records, arguments: &Arguments) -> String {
    let entity = arguments.entity.as_deref();
    let names = records.names();
    let is_asked = |step: &LandedStep| entity.is_none_or(|entity| entity == step.entity);
    let (mut rows, mut next) = (Vec::new(), None);
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for entry in records.entries.iter().rev() {
        if let Body::Landing(landing) = &entry.record.body {
            rows.extend(glass_rows(landing, &entry.record.at, entity));
            rows.extend(lifted_rows(landing, &entry.record.at, entity));
        }
        if let Some((landing, step)) = open::begun(records, entry)
            && is_asked(step)
            && seen.insert((&landing.id, &step.digest))
        {
            let unknown = (StepResult::Unknown, None);
            rows.push(row(&names, (landing, step), unknown, &entry.record.at));
        }
        let Body::Step(end) = &entry.record.body else {
            continue;
        };
        let Some(landing) = records.state.landing(&end.landing) else {
            continue;
        };
        let Some(step) = landing
            .steps
            .iter()
            .find(|step| step.digest == end.step.digest)
        else {
            continue;
        };
        if !is_asked(step) {
            continue;
        }
        let is_timed = matches!(end.result, StepResult::Done | StepResult::Failed);
        let ended = (end.result, is_timed.then_some(end.took_seconds));
        rows.push(row(&names, (landing, step), ended, &entry.record.at));
    }
    for (landing, step) in landed(records).filter(|(_, step)| is_asked(step)) {
        let open = open::open(records, landing, step);
        let line = open::next(&open).map(|next| next.line(&names.of(landing, step.number)));
        next = line.or(next);
    }
    match arguments.format {
        Format::Table => audit_table(&rows, entity) + &next.unwrap_or_default(),
        Format::Markdown => audit_markdown(&rows, entity),
    }
}

/// All steps of the ledger, in the order of its landings.
fn landed(records: &Records) -> impl Iterator<Item = (&record::Landing, &LandedStep)> {
    let landings = records.state.landings().iter();
    landings.flat_map(|landing| landing.steps.iter().map(move |step| (landing, step)))
}

/// Changes that are no steps and were allowed by breaking the glass: nothing else of them is in
/// the ledger, but this is.
fn glass_rows(landing: &record::Landing, at: &str, entity: Option<&str>) -> Vec<AuditRow> {
    let glass = landing.break_glass.iter();
    let changes = glass.flat_map(|glass| &glass.changes);
    let is_asked = |change: &&record::GlassChange| entity.is_none_or(|name| name == change.path);
    changes
        .filter(is_asked)
        .map(|change| AuditRow {
            time: minute(at),
            step: short(&landing.plan).to_owned(),
            action: change.action.clone(),
            entity: change.path.clone(),
            asked: landing.requester.clone(),
            approved: vec![BREAK_GLASS.to_owned()],
            result: "merged".to_owned(),
            took_seconds: None,
        })
        .collect()
}

/// What requests lifted: no step says it, for it let all of them pass.
fn lifted_rows(landing: &record::Landing, at: &str, entity: Option<&str>) -> Vec<AuditRow> {
    let row = |what: &str, result: &str| AuditRow {
        time: minute(at),
        step: short(&landing.plan).to_owned(),
        action: BuiltIn::Override.word().to_owned(),
        entity: what.to_owned(),
        asked: landing.requester.clone(),
        approved: Vec::new(),
        result: result.to_owned(),
        took_seconds: None,
    };
    let requests = landing.overrides.iter();
    let rows = requests.flat_map(|request| {
        let lifted = request.lifted.iter();
        let lifted = lifted.map(|lifted| row(&lifted.what, "lifted"));
        let nothing = match (&request.allowed, request.lifted.is_empty()) {
            (None, _) => Some("refused"),
            (_, true) => Some("idle"),
            _ => None,
        };
        lifted.chain(nothing.map(|result| row(&request.request, result)))
    });
    rows.filter(|row| entity.is_none_or(|name| name == row.entity))
        .collect()
}

/// A step as a row: how it ended, and in how many seconds.
fn row(
    names: &Names<'_>,
    (landing, step): (&record::Landing, &LandedStep),
    (result, took_seconds): (StepResult, Option<u64>),
    at: &str,
) -> AuditRow {
    let mut approved = step.approved.clone();
    approved.extend(step.break_glass.iter().map(|_| BREAK_GLASS.to_owned()));
    AuditRow {
        time: minute(at),
        step: names.of(landing, step.number),
        action: step.action.clone(),
        entity: step.entity.clone(),
        asked: landing.requester.clone(),
        approved,
        result: word(result).to_owned(),
        took_seconds,
    }
}

/// The word for how a step ended.
fn word(result: StepResult) -> &'static str {
    match result {
        StepResult::Done => "done",
        StepResult::Failed => "failed",
        StepResult::Skipped => "skipped",
        StepResult::Refused => "refused",
        StepResult::Superseded => "superseded",
        StepResult::Unknown => "unknown",
    }
}

/// Derives every plan again. The chain itself was proven when it was read.
fn verify(arguments: &Arguments, records: &Records, terminal: Terminal) -> Result<Output, Failure> {
    let mut wrong = Vec::new();
    let landings = records.state.landings();
    for landed in landings {
        let repository = Repository::discover(&arguments.directory.path).map_err(failure)?;
        let plan = short(&landed.plan);
        let derived = landing(
            repository,
            landed,
            &arguments.target,
            Accounts::of(&landed.ids),
        )
        .and_then(|landing| landing.derive(terminal));
        match derived {
            Ok(Derived::Plan(made)) if made.plan.id == landed.plan => {}
            Ok(Derived::Plan(made)) => wrong.push(format!(
                "plan {plan}: git gives {} today",
                short(&made.plan.id)
            )),
            Ok(Derived::Findings(_)) => {
                wrong.push(format!("plan {plan}: its result has errors today"));
            }
            Err(failure) => wrong.push(format!("plan {plan}: {}", visible(&failure.message))),
        }
    }
    let all = format!("{} records, chain whole", records.entries.len());
    if wrong.is_empty() {
        let plans = match landings.len() {
            1 => "1 plan".to_owned(),
            n => format!("{n} plans"),
        };
        return Ok(Output::new(
            format!("ok: {all}, {plans} derived again and equal\n"),
            Exit::Fine,
        ));
    }
    let code: &Code = &E0601;
    let mut text = format!(
        "error[{}]: {} of {} plans are not what git gives today; {all}\n",
        code.id,
        wrong.len(),
        landings.len()
    );
    for line in wrong {
        text.push_str(&format!("    {line}\n"));
    }
    text.push_str(&format!("next: `catalogc explain {}`\n", code.id));
    Ok(Output::new(text, Exit::Found))
}
