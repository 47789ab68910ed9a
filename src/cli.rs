//! The commands: arguments to values, values through the stages, the outcome to an exit code.
//!
//! One file a command. A command reads what it needs, calls the stages and a renderer, and
//! returns what is to be printed; it decides nothing that a stage could.

use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

mod apply;
mod ask;
mod audit;
mod can;
mod check;
mod complete;
mod completions;
mod conflicts;
mod demo;
mod desk;
mod explain;
mod fix;
mod gate;
mod get;
mod git;
mod graph;
mod help;
mod impact;
mod init;
mod left;
mod look;
mod ls;
mod merge;
mod mv;
mod new;
mod offer;
mod open;
mod plan;
mod policy;
mod progress;
mod records;
mod rehearsal;
mod request;
mod resolve;
mod retry;
mod rm;
mod schema;
mod score;
mod search;
mod set;
pub mod shipped;
mod show;
mod status;
mod talk;
mod test;
mod unheard;
mod unsettled;
mod verify;
mod who_can;
mod why;

use crate::render::Color;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Fine = 0,
    /// Findings, denied, or not yet approved.
    Found = 1,
    /// The command could not do its work.
    Failed = 2,
    /// The plan is not what git gives today.
    Stale = 3,
    /// A step failed.
    StepFailed = 4,
    /// A step's outcome is unknown, or the run was cut off.
    Unknown = 5,
}

impl Exit {
    /// The end of a run that says it by number.
    const fn of_run(code: u8) -> Self {
        match code {
            0 => Self::Fine,
            4 => Self::StepFailed,
            _ => Self::Unknown,
        }
    }
}

/// What a command has to say.
#[derive(Debug)]
pub struct Output {
    /// The result, for stdout.
    pub text: String,
    /// How the run ends.
    pub exit: Exit,
    /// What is to be written.
    pub files: Vec<Written>,
    /// What is new, with the folders above it; where something is already, it stays.
    pub created: Vec<Written>,
    /// What is added to the files that these variables name, where they are set.
    pub appended: Vec<(&'static str, String)>,
}

/// A file that a command writes.
#[derive(Debug)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub bytes: Vec<u8>,
}

impl Output {
    fn new(text: String, exit: Exit) -> Self {
        Self {
            text,
            exit,
            files: Vec::new(),
            created: Vec::new(),
            appended: Vec::new(),
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// In one line; where it is about characters of an argument, they are shown below it.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What stdout has in the place of the result, where somebody waits for one.
    pub instead: Option<String>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            instead: None,
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// What is wrong, and what to do about it.
    fn in_one_line(self) -> String {
        match self.help {
            Some(help) => format!("{}: {help}", self.message),
            None => self.message,
        }
    }
}

/// Errors of the reading ends already say what to do, in one line.
fn failure(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// What a run knows of the terminal it is started from.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Whether the result may be coloured.
    pub color: Color,
    /// Whether the runner of a workflow takes a summary of the job.
    pub job_summary: bool,
}

impl Terminal {
    /// The same without colours.
    fn plain(self) -> Self {
        Self {
            color: Color::Off,
            ..self
        }
    }
}

/// The arguments of a run.
#[derive(Debug, Parser)]
#[command(
    name = "catalogc",
    version,
    about = "a typed catalog in git becomes reviewed day-2 actions"
)]
#[command(override_help = HELP, disable_help_subcommand = true, max_term_width = 100)]
#[command(arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

impl Arguments {
    /// The arguments that the program was started with.
    ///
    /// Errors: what clap says of them, a page of help included.
    pub fn read() -> Result<Self, clap::Error> {
        let mut command = help::with_pages(Self::command());
        let matches = command.try_get_matches_from_mut(std::env::args_os())?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

const HELP: &str = "\
catalogc: a typed catalog in git becomes reviewed day-2 actions

Start   init       a working catalog with CI         demo       the whole loop, in a temp folder
Write   request    ask for an action                 set        change a value, comments kept
        new        add an entity or a definition     mv         rename an entity everywhere
        rm         take an entity out
Check   check      all that can be wrong, at once    test       the catalog's tests of its rules
        explain    a finding: why, and repaired      schema     for editors: names and types
Look    get        entities and their values         graph      relations, as a picture
        search     entities by a part of a value     impact     what depends on this
        ls         the kinds, and how many of each   score      scorecards as a table
        why        where a derived value comes from  policy     the rules as Cedar
Review  plan       what merging would do             show       a saved plan
        gate       may this be merged now?           verify     is a saved plan still true?
        can        may this person do that?          who-can    who may do that?
        conflicts  may two plans run in any order?
Run     apply      do what was approved, once        retry      run a failed step again
        status     what is open, failed, held        resolve    settle an unknown call
        audit      what was done, by whom
Exit    0 fine  1 found or denied  2 could not work  3 stale  4 a step failed  5 unknown or cut off
next: `catalogc demo`, or `catalogc COMMAND --help`; names by Tab: `catalogc completions bash`
";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Request(request::Arguments),
    Set(set::Arguments),
    New(new::Arguments),
    Mv(mv::Arguments),
    Rm(rm::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Test(test::Arguments),
    Get(get::Arguments),
    Ls(ls::Arguments),
    Search(search::Arguments),
    Graph(graph::Arguments),
    Impact(impact::Arguments),
    Why(why::Arguments),
    Score(score::Arguments),
    Policy(policy::Arguments),
    Plan(plan::Arguments),
    Show(show::Arguments),
    Gate(gate::Arguments),
    Verify(verify::Arguments),
    Can(can::Arguments),
    Conflicts(conflicts::Arguments),
    WhoCan(who_can::Arguments),
    Apply(apply::Arguments),
    Retry(retry::Arguments),
    Status(status::Arguments),
    Resolve(resolve::Arguments),
    Audit(audit::Arguments),
    Schema(schema::Arguments),
    Demo(demo::Arguments),
    Completions(completions::Arguments),
    #[command(hide = true)]
    Complete(complete::Arguments),
}

/// Runs a command.
///
/// Errors: why it could not do its work; the exit code is then [`Exit::Failed`].
pub fn run(arguments: Arguments, terminal: Terminal) -> Result<Output, Failure> {
    match arguments.command {
        Command::Init(arguments) => init::run(&arguments, terminal),
        Command::Request(arguments) => request::run(&arguments, terminal),
        Command::Set(arguments) => set::run(&arguments, terminal),
        Command::New(arguments) => new::run(&arguments, terminal),
        Command::Mv(arguments) => mv::run(&arguments, terminal),
        Command::Rm(arguments) => rm::run(&arguments, terminal),
        Command::Check(arguments) => check::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        Command::Test(arguments) => test::run(&arguments, terminal),
        Command::Get(arguments) => get::run(&arguments, terminal),
        Command::Ls(arguments) => ls::run(&arguments, terminal),
        Command::Search(arguments) => search::run(&arguments, terminal),
        Command::Graph(arguments) => graph::run(&arguments, terminal),
        Command::Impact(arguments) => impact::run(&arguments, terminal),
        Command::Why(arguments) => why::run(&arguments, terminal),
        Command::Score(arguments) => score::run(&arguments, terminal),
        Command::Policy(arguments) => policy::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments, terminal),
        Command::Show(arguments) => show::run(&arguments, terminal),
        Command::Gate(arguments) => gate::run(&arguments, terminal),
        Command::Verify(arguments) => verify::run(&arguments, terminal),
        Command::Can(arguments) => can::run(&arguments, terminal),
        Command::Conflicts(arguments) => conflicts::run(&arguments, terminal),
        Command::WhoCan(arguments) => who_can::run(&arguments, terminal),
        Command::Apply(arguments) => apply::run(&arguments, terminal),
        Command::Retry(arguments) => retry::run(&arguments, terminal),
        Command::Status(arguments) => status::run(&arguments, terminal),
        Command::Resolve(arguments) => resolve::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments, terminal),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Completions(arguments) => Ok(completions::run(&arguments)),
        Command::Complete(arguments) => Ok(complete::run(&arguments)),
    }
}

/// The folder of a repository or catalog, as an argument.
#[derive(Debug, clap::Args)]
struct Directory {
    /// A repository (with catalogc.yaml or catalog/) or a catalog folder (with blueprints/)
    #[arg(value_name = "DIR", default_value = ".", value_parser = open::folder)]
    path: PathBuf,
}
