//! `catalogc gate`: may this be merged now? Makes the plan and exits by its verdict.

use crate::cli::plan::{Form, Question, findings};
use crate::cli::{Exit, Failure, Output, Terminal};
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
    form: Form,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    if arguments.question.actor.is_empty() {
        return Err(Failure::new("`gate` needs --actor: who asks for the merge")
            .help("name the requester, then everyone who pushed; CI knows them"));
    }
    let plan = match arguments.question.plan()? {
        Ok(plan) => plan,
        Err(broken) => return Ok(findings(&broken, terminal)),
    };
    let exit = if plan.verdict() == Outcome::Allowed {
        Exit::Fine
    } else {
        Exit::Found
    };
    let text = if arguments.form.is_text() {
        render::gate_text(&plan, terminal.color)
    } else {
        arguments.form.render(&plan, terminal)
    };
    Ok(Output {
        appended: arguments.form.appended(&plan),
        ..Output::new(text, exit)
    })
}
