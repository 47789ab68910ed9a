//! `catalogc conflicts`: may two plans be merged and run in any order?

use std::path::Path;

use clap::ValueEnum;

use crate::cli::merge::{Made, Sides, account, accounts, login};
use crate::cli::plan::{Time, findings};
use crate::cli::{Exit, Failure, Output, Terminal, show};
use crate::plan::Spent;
use crate::plan::commute::clashes;
use crate::plan::file::PlanFile;
use crate::render;

/// May two plans be merged and run in any order?
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc conflicts one.json other.json\n    catalogc conflicts pr-412 pr-413 --base main --actor lin"
)]
pub(super) struct Arguments {
    /// A plan that `catalogc plan --out` wrote; with --base a pull request
    #[arg(value_name = "A")]
    first: String,
    /// The other one
    #[arg(value_name = "B")]
    second: String,
    /// The target that both pull requests are planned against
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Who asks for both, with --base; repeat
    #[arg(long, value_name = "LOGIN", value_parser = login, requires = "base")]
    actor: Vec<String>,
    /// The forge's number of a login above; repeat
    #[arg(long, value_name = "LOGIN=ID", value_parser = account, requires = "base")]
    actor_id: Vec<(String, String)>,
    #[command(flatten)]
    time: Time,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let mut plans = Vec::new();
    for name in [&arguments.first, &arguments.second] {
        match plan(arguments, name)? {
            Ok(plan) => plans.push(plan),
            Err(broken) => return Ok(findings(&broken, terminal)),
        }
    }
    let [first, second] = plans.as_slice() else {
        return Err(Failure::new("two plans are compared"));
    };
    let clashes = clashes(first, second);
    let text = match arguments.format {
        Format::Text => render::commuting_text([first, second], &clashes, terminal.color),
        Format::Json => render::commuting_json([first, second], &clashes),
    };
    let exit = if clashes.is_empty() {
        Exit::Fine
    } else {
        Exit::Found
    };
    Ok(Output::new(text, exit))
}

/// A plan as it was saved, or made of a pull request.
fn plan(arguments: &Arguments, name: &str) -> Result<Made, Failure> {
    let Some(base) = &arguments.base else {
        return saved(name).map(Ok);
    };
    let logins = arguments.actor.iter().map(String::as_str);
    let accounts = accounts(&arguments.actor_id, &logins)?;
    Sides::open(base, name)?
        .at(arguments.time.now)
        .knowing(accounts)
        .plan(&arguments.actor, &[], &Spent::default())
}

fn saved(name: &str) -> Result<PlanFile, Failure> {
    show::read(Path::new(name)).map_err(|failure| match failure.help {
        Some(_) => failure,
        None => failure.help("name a file that `catalogc plan --out` wrote, or give --base to plan two pull requests"),
    })
}
