//! `catalogc resolve`: a person settles a call of which nobody could tell what it did.

use crate::cli::apply::again::may_settle;
use crate::cli::merge::{account, accounts, login};
use crate::cli::records::{Records, step_name};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::retry::{place, said, stood};
use crate::cli::{Directory, Failure, Output, failure, open};
use crate::ledger::record::{self, Body, Settlement};
use crate::ledger::state::CallState;
use crate::source::git::Repository;

/// Settle an unknown call
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc resolve 7c41e09.4 --done --actor kim --reason \"its pods are new\""
)]
#[command(group(clap::ArgGroup::new("outcome").required(true).args(["done", "failed"])))]
pub(super) struct Arguments {
    /// The step, as `apply` and `audit` name it
    #[arg(value_name = "STEP")]
    step: String,
    /// It happened
    #[arg(long)]
    done: bool,
    /// It did not happen, and may be run again
    #[arg(long)]
    failed: bool,
    /// Who looked, and may `override`
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    actor: String,
    /// The forge's number of that login, which nobody else ever gets
    #[arg(long, value_name = "LOGIN=ID", value_parser = account)]
    actor_id: Vec<(String, String)>,
    /// How they know
    #[arg(long, value_name = "TEXT", default_value = "looked at its runs")]
    reason: String,
    /// The present tip of the target branch
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    target: String,
    #[command(flatten)]
    directory: Directory,
}

pub(super) fn run(arguments: &Arguments) -> Result<Output, Failure> {
    let repository = Repository::discover(&arguments.directory.path).map_err(failure)?;
    let by = arguments.actor.as_str();
    let accounts = accounts(&arguments.actor_id, &std::iter::once(by))?;
    let commit = repository.resolve(&arguments.target).map_err(failure)?;
    let tip = open::commit(&repository, &commit, &arguments.target)?;
    let mut records = Records::open(&repository, &place(&tip))?;
    let (landing, step) = records.find(&arguments.step)?;
    let (landing, step) = (landing.clone(), step.clone());
    let calls = records
        .state
        .step(&landing.id, &step.digest)
        .map(|state| &state.calls);
    let is_open =
        |state: &CallState| !matches!(state, CallState::Done { .. } | CallState::Failed(_));
    let open: Vec<String> = calls
        .into_iter()
        .flatten()
        .filter(|(_, call)| is_open(&call.state))
        .map(|(id, _)| id.clone())
        .collect();
    if open.is_empty() {
        return Err(Failure::new(format!(
            "no call of `{}` is open: there is nothing to settle",
            crate::text::visible(&arguments.step)
        ))
        .help("`catalogc audit STEP` shows how its calls ended"));
    }
    let entity = format!("{}/{}", step.blueprint, step.entity);
    let now = Rehearsal::moment();
    let allowed = match may_settle(&tip, now, (by, &accounts), (&entity, stood(&step))) {
        Ok(allowed) => allowed,
        Err(denial) => {
            let what = format!("settle {}, {} on {entity}", arguments.step, step.action);
            return Ok(denial.output(by, &what));
        }
    };
    let (outcome, word) = if arguments.done {
        (Settlement::Done, "done")
    } else {
        (Settlement::Failed, "failed")
    };
    let resolve = |call: &String| {
        Body::Resolve(record::Resolve {
            landing: landing.id.clone(),
            step: step_name(&step),
            call: call.clone(),
            outcome,
            by: arguments.actor.clone(),
            reason: arguments.reason.clone(),
            allowed: Some(allowed.clone()),
        })
    };
    records.append(open.iter().map(resolve).collect())?;
    Ok(said(format!(
        "{word}: {} of {} {}, as {} says\nnext: `catalogc retry {}` goes on with the rest\n",
        open.join(", "),
        step.action,
        crate::text::visible(&step.entity),
        crate::text::visible(&arguments.actor),
        crate::text::visible(&arguments.step),
    )))
}
