//! `catalogc verify`: is a saved plan still true? Plans again against a revision, and compares.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cli::merge::{Sides, account, accounts};
use crate::cli::plan::{Time, findings};
use crate::cli::{Exit, Failure, Output, Terminal, show};
use crate::model::Moment;
use crate::plan::Spent;
use crate::plan::expired::Wanted;
use crate::plan::file::{PlanFile, Revision};
use crate::plan::stale::turns;
use crate::render;

/// Is a saved plan still true?
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc verify plan.json --against main")]
pub(super) struct Arguments {
    /// The file that `catalogc plan --out` wrote
    #[arg(value_name = "PLAN")]
    file: PathBuf,
    /// The target to plan against: the tip that the plan would be merged into now
    #[arg(long, value_name = "REV")]
    against: String,
    /// The forge's number of a login that the plan names; repeat
    #[arg(long, value_name = "LOGIN=ID", value_parser = account)]
    actor_id: Vec<(String, String)>,
    #[command(flatten)]
    time: Time,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let saved = show::read(&arguments.file)?;
    let approvals = approvals(&saved);
    let named = saved
        .actors
        .iter()
        .chain(approvals.iter().map(|(login, _)| login));
    let accounts = accounts(&arguments.actor_id, &named.map(String::as_str))?;
    let expired = saved.expired.as_ref();
    let expired = expired.and_then(|expired| Moment::parse(&expired.now));
    let today = if let Some(now) = expired {
        let sides = Sides::open(&arguments.against, &arguments.against)?;
        let sides = sides.at(arguments.time.now.or(Some(now)));
        sides.expired(&Wanted { now, only: None }, &saved.actors)?
    } else {
        let sides = Sides::open(&arguments.against, revision(&saved.head))?;
        let sides = sides
            .at(arguments.time.now)
            .knowing(accounts)
            .masked_as(&saved);
        let sides = match saved.rights {
            Some(_) => sides.telling_rights(),
            None => sides,
        };
        sides.plan(&saved.actors, &approvals, &Spent::default())?
    };
    let today = match today {
        Ok(plan) => plan,
        Err(broken) => return Ok(findings(&broken, terminal)),
    };
    let turns = turns(&saved, &today);
    let exit = if turns.is_empty() {
        Exit::Fine
    } else {
        Exit::Stale
    };
    let text = render::verified(&saved, &today, &turns, terminal.color);
    Ok(Output::new(text, exit))
}

/// A side as it was, whatever its name means by now.
fn revision(side: &Revision) -> &str {
    side.commit.as_deref().unwrap_or(&side.name)
}

/// Who agreed to what, as the plan has it.
fn approvals(saved: &PlanFile) -> Vec<(String, String)> {
    let needs = saved.steps.iter().flat_map(|step| &step.approvals);
    let given = needs.flat_map(|need| &need.given);
    let given = given.map(|one| (one.login.clone(), one.commit.clone()));
    let uncounted = saved.uncounted.iter();
    let uncounted = uncounted.map(|one| (one.login.clone(), one.commit.clone()));
    let all: BTreeSet<(String, String)> = given.chain(uncounted).collect();
    all.into_iter().collect()
}
