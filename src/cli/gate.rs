//! `catalogc gate`: may this be merged now? Makes the plan and exits by its verdict.
//!
//! Other than `plan`, which compares two trees, it asks the ledger whether what the pull request
//! asks for ran before: after the merge it would be refused.

use crate::cli::merge::Made;
use crate::cli::plan::{Form, Question, Time, findings, unplanned};
use crate::cli::records::Records;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::model::Moment;
use crate::plan::Spent;
use crate::plan::file::Outcome;
use crate::render;

/// May this be merged now? makes the plan and exits by its verdict
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc gate --base main --head pr-412 --actor lin --approval sam@77ab3c0"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    question: Question,
    #[command(flatten)]
    time: Time,
    #[command(flatten)]
    form: Form,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    if arguments.question.actor.is_empty() {
        return Err(Failure::new("`gate` needs --actor: who asks for the merge")
            .help("name the requester, then everyone who pushed; CI knows them"));
    }
    let plan = match plan(&arguments.question, arguments.time.now)? {
        Ok(plan) => plan,
        Err(broken) => {
            let told = unplanned(&broken, &arguments.question, &arguments.form);
            return Ok(told.unwrap_or_else(|| findings(&broken, terminal)));
        }
    };
    let shown = arguments.question.told(&plan, terminal)?;
    let exit = if plan.verdict() == Outcome::Allowed {
        Exit::Fine
    } else {
        Exit::Found
    };
    let text = if arguments.form.is_text() {
        render::gate_text(&shown, terminal.color)
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
