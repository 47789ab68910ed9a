//! `catalogc apply`: does what was approved, once. Derives the plan again, compares it with the
//! file that it is given, writes the landing to the ledger and hands over to the executor.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::apply::{ApplyError, Outside, Run, apply};
use crate::cli::merge::{Sides, moment};
use crate::cli::plan::{Question, findings};
use crate::cli::progress::Progress;
use crate::cli::records::{Appended, Records, failed, name};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::{Exit, Failure, Output, Terminal, show};
use crate::ledger::LedgerError;
use crate::model::Moment;
use crate::plan::Spent;
use crate::plan::file::{PlanFile, short};
use crate::plan::stale::turns;
use crate::render::{self, Detail, View};

pub(super) mod again;
mod comments;
mod conflicting;
mod ended;
mod ending;
mod expired;
pub(super) mod facts;
mod guarded;
mod land;
mod merged;
mod moments;
mod newer;
mod several;
mod stop;
mod tip;

use ended::ends;
pub(super) use ending::Ending;
pub(super) use land::REFUSED;
pub(super) use newer::Stopped;

/// How often a landing is written again where somebody else wrote to the ledger first.
const LANDINGS_MAX: u32 = 16;

/// Do what was approved, once
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc apply plan.json --base 4be1f02 --head 9c0d7e1 --actor lin --approval sam@77ab3c0\n\
        catalogc apply --catch-up --facts landings.json --target main\n\
        catalogc apply --expired --now 2026-11-22T14:00:00Z --commit expired"
)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct Arguments {
    /// The plan that was approved; it is derived again and must be the same
    #[arg(value_name = "PLAN")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    question: Question,
    /// The present tip of the target branch, whose rules and people must allow it too
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    target: String,
    /// Run what has expired in --base (HEAD) at --now; what is over comes back as a patch
    #[arg(long, requires = "now", conflicts_with_all = ["head", "actor", "approval", "actor_id"])]
    expired: bool,
    /// The moment at which what is expired ended, or before
    #[arg(long, value_name = "RFC3339", value_parser = moment, requires = "expired")]
    now: Option<Moment>,
    /// Where to write the patch that takes what has expired out of the catalog
    #[arg(long, value_name = "FILE", requires = "expired")]
    patch: Option<PathBuf>,
    /// The branch on which to commit the same; what is checked out stays as it is
    #[arg(long, value_name = "BRANCH", requires = "expired")]
    commit: Option<String>,
    /// Several landings, as JSON that the workflow wrote from what the forge knows
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "base", "head", "actor", "approval", "actor_id", "expired"])]
    facts: Option<PathBuf>,
    /// Where to write how each landing of --facts ended, for the pull request of its `number`:
    /// 412.md
    #[arg(
        long,
        value_name = "FOLDER",
        requires = "facts",
        conflicts_with = "dry_run"
    )]
    comments: Option<PathBuf>,
    /// Run what was merged into --target and never run; what has no facts is held
    #[arg(long, conflicts_with_all = ["plan", "base", "head", "actor", "approval", "actor_id", "expired"])]
    catch_up: bool,
    /// Where --catch-up begins, left out itself: a tip of the target branch after which all is to
    /// be run; without it the first landing of the ledger, or the oldest one of --facts
    #[arg(long, value_name = "REV", requires = "catch_up")]
    since: Option<String>,
    /// Say what would be run, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print how it ended: markdown takes the place of the plan's comment
    #[arg(long, value_enum, default_value_t = Format::Text, default_value_if("comments", clap::builder::ArgPredicate::IsPresent, "markdown"))]
    format: Format,
    /// Remove the lock that a killed run left on the ledger; make sure that none is at work
    #[arg(long)]
    break_lock: bool,
}

/// How the end of a run is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For the pull request
    Markdown,
}

/// A merged pull request: what `apply` runs, and `retry` runs again.
pub(super) struct Landing {
    pub(super) sides: Sides,
    /// The requester first, then everyone who pushed.
    pub(super) actors: Vec<String>,
    /// Who approved, and the revision that they saw.
    pub(super) approvals: Vec<(String, String)>,
    /// The present tip of the target branch.
    pub(super) target: String,
    /// What expired, where nothing was merged.
    pub(super) ending: Option<Ending>,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    if let Some(now) = arguments.now.filter(|_| arguments.expired) {
        return expired::run(arguments, now, terminal);
    }
    if arguments.comments.is_some() && arguments.format != Format::Markdown {
        return Err(Failure::new("a comment is markdown, and --format is text")
            .help("leave `--format` out: with `--comments` it is markdown"));
    }
    if arguments.catch_up || arguments.facts.is_some() {
        return several::run(arguments, terminal);
    }
    let question = &arguments.question;
    if question.actor.is_empty() {
        return Err(
            Failure::new("`apply` needs --actor: who asked for the merge")
                .help("name the requester, then everyone who pushed; CI knows them"),
        );
    }
    let landing = Landing {
        sides: question.sides()?.at(Some(Rehearsal::moment())),
        actors: question.actors(),
        approvals: question.approval.clone(),
        target: arguments.target.clone(),
        ending: None,
    };
    let given = arguments.plan.as_deref().map(show::read).transpose()?;
    landing.once(arguments, given.as_ref(), terminal)
}

/// A plan as the result of a run, which ends well.
fn shown(plan: &PlanFile, detail: Detail, terminal: Terminal) -> Output {
    let view = View {
        detail,
        color: terminal.color,
        stale: None,
    };
    Output::new(render::plan_text(plan, &view), Exit::Fine)
}

fn break_lock(sides: &Sides, terminal: Terminal) -> Result<(), Failure> {
    let Some((repository, ..)) = sides.commits() else {
        return Ok(());
    };
    // The branch is the default one or the one of the settings; both are looked at.
    let settings = crate::ledger::Settings {
        branch: "catalogc-ledger".to_owned(),
        remote: None,
    };
    let lock = crate::ledger::Ledger::break_lock(repository.folder(), &settings)
        .map_err(|error| failed(&error))?;
    let removed = lock.map(|lock| format!("removed {}", lock.file.display()));
    terminal.say(&removed.unwrap_or_else(|| "no lock was there".to_owned()));
    Ok(())
}

/// A plan that was made when something else was true.
fn stale(given: &PlanFile, derived: &PlanFile, terminal: Terminal) -> Output {
    let turns = turns(given, derived);
    let reason = turns.first().map_or_else(
        || format!("git gives plan {} now", short(&derived.id)),
        |turn| render::stale(turn, &given.target.name),
    );
    let view = View {
        detail: Detail::Normal,
        color: terminal.color,
        stale: Some(&reason),
    };
    Output::new(render::plan_text(given, &view), Exit::Stale)
}

/// A derived plan with the ledger that it belongs to.
pub(super) struct Derivation {
    pub(super) plan: PlanFile,
    pub(super) records: Records,
    /// The landing's name: the commit that it made the tip.
    pub(super) id: String,
}

/// What deriving a plan again gives.
pub(super) enum Derived {
    /// The plan.
    Plan(Box<Derivation>),
    /// The findings that stop it from being made.
    Findings(Output),
}

impl Landing {
    /// Derives the plan, writes the landing down and runs it; nothing where the plan that was
    /// given is another.
    fn once(
        &self,
        arguments: &Arguments,
        given: Option<&PlanFile>,
        terminal: Terminal,
    ) -> Result<Output, Failure> {
        if arguments.break_lock {
            break_lock(&self.sides, terminal)?;
        }
        let compared = match given {
            Some(_) => "derived again from git, the same",
            None => "derived from git",
        };
        for _ in 0..LANDINGS_MAX {
            let mut made = match self.derive(terminal)? {
                Derived::Plan(made) => made,
                Derived::Findings(output) => return Ok(output),
            };
            if let Some(given) = given.filter(|given| given.id != made.plan.id) {
                return Ok(stale(given, &made.plan, terminal));
            }
            if arguments.dry_run {
                let stopped = newer::superseded(self, &made.plan, &made.records)?;
                for (number, why) in &stopped.why {
                    terminal.say(&format!(
                        "step {number} is superseded, it is not run: {why}"
                    ));
                }
                for (number, why) in &tip::refused(self, &made.plan)? {
                    terminal.say(&format!("step {number} is refused, it is not run: {why}"));
                }
                return Ok(shown(&made.plan, Detail::Full, terminal));
            }
            // Where somebody else wrote first, what they wrote may say something of this landing.
            if self.land(&mut made, terminal)? == Appended::Written {
                let first = render::applying(&made.plan, compared);
                let told = (first.as_str(), arguments.format);
                let stopped = newer::superseded(self, &made.plan, &made.records)?;
                return self.run(&mut made, told, stopped, terminal);
            }
        }
        Err(failed(&LedgerError::Moved))
    }

    /// Derives the plan from git, and opens the ledger.
    pub(super) fn derive(&self, terminal: Terminal) -> Result<Derived, Failure> {
        let Some((repository, _, after)) = self.sides.commits() else {
            return Err(
                Failure::new("what is applied is a merge: --base and --head are commits")
                    .help("name the tip of the target branch before the merge, and after it"),
            );
        };
        merged::is_merged(self)?;
        if let Some(ending) = &self.ending {
            return ending.derive(self, terminal);
        }
        let id = after.to_string();
        let plan = |spent: &Spent| self.sides.plan(&self.actors, &self.approvals, spent);
        let first = match plan(&Spent::default())? {
            Ok(plan) => plan,
            Err(broken) => return Ok(Derived::Findings(findings(&broken, terminal))),
        };
        let records = Records::open(repository, &first.ledger)?;
        merged::is_new(self, &records)?;
        self.is_told_alike(&records, &id)?;
        // What was begun was decided then.
        let is_begun = records.is_begun(&id);
        let spent = Spent {
            ran: records.spent(Some(&id)),
            lost: if is_begun {
                BTreeMap::new()
            } else {
                self.sides.lost(&first)?
            },
        };
        let is_spent = first.may_be_spent() && !spent.is_empty();
        let plan = match is_spent.then(|| plan(&spent)).transpose()? {
            None => first,
            Some(Ok(plan)) => plan,
            Some(Err(broken)) => return Ok(Derived::Findings(findings(&broken, terminal))),
        };
        Ok(Derived::Plan(Box::new(Derivation { plan, records, id })))
    }

    /// Runs what is left of the plan, and tells how it ended. Of the steps that are `stopped`
    /// nothing is begun.
    pub(super) fn run(
        &self,
        made: &mut Derivation,
        (first, format): (&str, Format),
        stopped: Stopped,
        terminal: Terminal,
    ) -> Result<Output, Failure> {
        let unrun = |plan: &PlanFile| match format {
            Format::Text => shown(plan, Detail::Normal, terminal),
            Format::Markdown => Output::new(render::plan_markdown(plan), Exit::Fine),
        };
        if made.plan.steps.is_empty() && made.plan.refusals.is_empty() {
            return Ok(unrun(&made.plan));
        }
        terminal.say_all(first);
        let mut refused = tip::refused(self, &made.plan)?;
        refused.extend(stopped.why);
        let rehearsal = Rehearsal::read();
        let progress = Progress::new(terminal, &rehearsal);
        let outside = Outside {
            clock: &rehearsal,
            variables: &crate::apply::environment::variable,
            observer: &progress,
            stop: stop::asked()?,
        };
        let (plan, done) = ending::done_before(self, made);
        refused.retain(|number, _| !done.contains(number));
        let run = Run {
            plan: &plan,
            landing: &made.id,
            refused: &refused,
            superseded: &stopped.by,
            runs: &ending::runs(self, &made.plan),
        };
        let report = match apply(run, &mut made.records.ledger, outside) {
            Ok(report) => report,
            Err(ApplyError::Refused(_)) => {
                return Ok(Output {
                    exit: Exit::Found,
                    ..unrun(&made.plan)
                });
            }
            Err(error) => return Err(Failure::new(error.to_string())),
        };
        let ends = ends(made, &report.steps);
        // What the next line names must be found again.
        let at = made.records.state.landing(&made.id);
        let name = |number: u32| {
            at.map_or_else(
                || name(&made.plan.id, number),
                |landing| made.records.names().of(landing, number),
            )
        };
        let (headline, interrupted) = (report.headline(), report.interrupted.as_deref());
        let plan = (&made.plan, &name as &dyn Fn(u32) -> String);
        let text = match format {
            Format::Text => render::applied(plan, &ends, &headline, interrupted, terminal.color),
            Format::Markdown => render::applied_markdown(plan, &ends, &headline, interrupted),
        };
        Ok(Output::new(text, Exit::of_run(report.exit_code())))
    }
}
