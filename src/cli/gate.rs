//! `catalogc gate`: may this be merged now? Makes the plan and exits by its verdict.
//!
//! Other than `plan`, which compares two trees, it asks the ledger whether what the pull request
//! asks for ran before: after the merge it would be refused. Several merges that are to be made
//! one after another, as a merge queue makes them, are given as facts.

use std::path::PathBuf;

use crate::cli::apply::facts::{Fact, read};
use crate::cli::merge::Made;
use crate::cli::plan::{Form, Question, Time, findings, unplanned};
use crate::cli::records::Records;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::model::Moment;
use crate::plan::Spent;
use crate::plan::file::Outcome;
use crate::render;
use crate::render::View;
use crate::text::visible;

/// May this be merged now? makes the plan and exits by its verdict
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc gate --base main --head pr-412 --actor lin --approval sam@77ab3c0\n    catalogc gate --facts landings.json"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    question: Question,
    /// Several merges, each with its sides and people, as JSON that the workflow wrote from what the
    /// forge knows: all of them must be allowed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["base", "head", "actor", "approval", "actor_id"])]
    facts: Option<PathBuf>,
    #[command(flatten)]
    time: Time,
    #[command(flatten)]
    form: Form,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let Some(path) = &arguments.facts else {
        return one(arguments, &arguments.question, terminal);
    };
    let facts = read(path)?;
    if facts.is_empty() {
        // A list that came out empty is no answer for what is merged.
        let message = format!("{} names no merge", visible(&path.to_string_lossy()));
        return Err(Failure::new(message).help("list each merge in `landings`"));
    }
    if facts.len() > 1 && !arguments.form.is_text() {
        return Err(Failure::new(format!(
            "the facts are of {} merges, and each has a plan of its own",
            facts.len()
        ))
        .help("ask for one in this form, with --base and --head; as text all of them are told"));
    }
    let mut told = Output::new(String::new(), Exit::Fine);
    for fact in &facts {
        let output = one(arguments, &question(fact)?, terminal)?;
        if !told.text.is_empty() {
            told.text.push('\n');
        }
        told.text.push_str(&output.text);
        told.appended.extend(output.appended);
        if output.exit as u8 > told.exit as u8 {
            told.exit = output.exit;
        }
    }
    Ok(told)
}

/// What one of several merges asks.
fn question(fact: &Fact) -> Result<Question, Failure> {
    if fact.actors.is_empty() {
        return Err(
            Failure::new(format!("nobody asked for {}", visible(&fact.after)))
                .help("name the requester in its `actors`, then everyone who pushed"),
        );
    }
    let ids = fact.ids.iter();
    Ok(Question {
        base: Some(fact.before.clone()),
        head: fact.after.clone(),
        actor: fact.actors.clone(),
        approval: fact.approvals()?,
        actor_id: ids.map(|(login, id)| (login.clone(), id.clone())).collect(),
    })
}

/// Whether one merge may be made.
fn one(arguments: &Arguments, question: &Question, terminal: Terminal) -> Result<Output, Failure> {
    if question.actor.is_empty() {
        return Err(Failure::new("`gate` needs --actor: who asks for the merge")
            .help("name the requester, then everyone who pushed; CI knows them"));
    }
    let plan = match plan(question, arguments.time.now)? {
        Ok(plan) => plan,
        Err(broken) => {
            let told = unplanned(&broken, question, &arguments.form);
            return Ok(told.unwrap_or_else(|| findings(&broken, terminal)));
        }
    };
    let shown = question.told(&plan, terminal)?;
    let exit = if plan.verdict() == Outcome::Allowed {
        Exit::Fine
    } else {
        Exit::Found
    };
    let text = if arguments.form.is_text() {
        let view = View {
            detail: arguments.form.detail(),
            color: terminal.color,
            stale: None,
        };
        render::gate_text(&shown, &view)
    } else {
        arguments.form.told(&plan, &shown, terminal)
    };
    Ok(Output {
        appended: arguments.form.appended(&shown),
        ..Output::new(text, exit)
    })
}

/// The plan; where it has requests, with what the ledger and the history of the target know of
/// them: the target's tree does not show those that were tidied up or taken back.
fn plan(question: &Question, now: Option<Moment>) -> Result<Made, Failure> {
    let sides = question.sides()?.at(now).telling_rights();
    let plan = |spent: &Spent| sides.plan(&question.actors(), &question.approval, spent);
    let first = plan(&Spent::default())?;
    let (Ok(made), Some((repository, ..))) = (&first, sides.commits()) else {
        return Ok(first);
    };
    if !made.may_be_spent() {
        return Ok(first);
    }
    let spent = Spent {
        ran: Records::open(repository, &made.ledger)?.spent(None),
        lost: sides.lost(made)?,
    };
    if spent.is_empty() {
        return Ok(first);
    }
    plan(&spent)
}
