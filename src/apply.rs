//! Apply: executes the steps of a plan, each call once.
//!
//! In: a [`Run`] (a plan file, the landing that it is of), the ledger, and the [`Outside`]. Out:
//! a [`Report`]. Everything that is done is in the plan file; of the catalog nothing is known.
//!
//! ```text
//! executor     stages, steps and calls in order; what is written to the ledger, and when
//! stage        the calls of one stage, side by side
//! decide       from the ledger's word on a call to what is to be done about it
//! call         one call from its first sending to its end: call/send, call/watch
//! http         one request; address, which addresses may be connected to
//! process      one program
//! attempt      how one request or program ended, whichever engine it was
//! patience     how long to wait before the next try
//! resolve      from a plan's values to concrete ones, secrets from the environment
//! refuse       which steps may not be run, and which not without another
//! redact       keeps those secrets out of everything that leaves
//! journal      the ledger, behind a trait
//! clock        the time, behind a trait; environment, the process's variables
//! report       events and the report, in words
//! ```
//!
//! What holds at every moment, so that a run may be killed at any: nothing is sent before its
//! intent is in the ledger; a call that the ledger has as ended is not made again; one that may
//! have been sent is sent again only where its contract says that this does no harm; and a
//! secret is in no record, no event and no error.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use crate::apply::executor::Executor;
use crate::ledger::LedgerError;
use crate::plan::file::PlanFile;

mod address;
mod attempt;
mod call;
pub mod clock;
mod decide;
pub mod environment;
mod executor;
mod http;
mod journal;
mod patience;
mod process;
mod redact;
mod refuse;
mod report;
mod resolve;
mod stage;

pub use clock::Clock;
pub use clock::SystemClock;
pub use journal::Journal;
pub use report::Event;
pub use report::Happening;
pub use report::Observer;
pub use report::POINTS;
pub use report::Report;
pub use report::StepReport;
pub use report::Word;
pub use report::duration;
pub use resolve::Variables;
pub use resolve::resolve;

/// What is to be run.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The plan. The caller has derived it again from git and found it the same.
    pub plan: &'a PlanFile,
    /// The id of its landing, which the caller has written to the ledger.
    pub landing: &'a str,
    /// Steps that may not be run now, by number, and why. Those that the plan itself does not
    /// have as allowed need not be named.
    pub refused: &'a BTreeMap<u32, String>,
    /// Those of them, by number, whose paths a newer landing set that was run before: its id.
    pub superseded: &'a BTreeMap<u32, String>,
    /// What makes a step's run one and no other, by number, where it is neither the landing nor
    /// a request: the entity and the instant of an expiry.
    pub runs: &'a BTreeMap<u32, String>,
}

/// What the world gives to a run.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// The time.
    pub clock: &'a dyn Clock,
    /// The environment, for secrets: [`environment::variable`].
    pub variables: Variables<'a>,
    /// Who is told what happens.
    pub observer: &'a dyn Observer,
    /// Set from outside to stop the run: nothing new is begun, and what goes on outside is left
    /// to the next run.
    pub stop: &'a AtomicBool,
}

/// Why nothing was run.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger does not have the landing, or has another plan for it.
    #[error("the ledger has no landing `{landing}` with plan {plan}")]
    Landing {
        /// The landing's id.
        landing: String,
        /// The plan's id.
        plan: String,
    },
    /// Something stops all of the plan.
    #[error("the plan may not be run: {0}")]
    Refused(String),
}

/// Runs what is left of a plan.
///
/// Errors: nothing was run and nothing written. What goes wrong later is in the report.
pub fn apply(
    run: Run<'_>,
    journal: &mut dyn Journal,
    outside: Outside<'_>,
) -> Result<Report, ApplyError> {
    if let Some(refusal) = run.plan.refusals.first() {
        return Err(ApplyError::Refused(refusal.text.clone()));
    }
    let shared = executor::shared(run, outside);
    Ok(Executor::open(run, &shared, journal)?.run())
}

#[cfg(test)]
pub(crate) mod tests;
