//! `catalogc demo`: the whole loop on a throw-away repository, with a backend on loopback.
//!
//! Nothing is played: the commands that are shown are run, by this very program, and what
//! stands between them is what they print.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "makes a repository, starts commands and shows them as they are started"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::{Exit, Failure, Output};

mod backend;
mod repository;

use backend::Backend;

/// The whole loop, in a temp folder
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc demo")]
pub(super) struct Arguments {
    /// Where to make the repository; a new folder in the temp folder otherwise
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Secrets of the demo, as a CI would give them: the backend on loopback takes any.
const SECRETS: [(&str, &str); 3] = [
    ("DEPLOY_TOKEN", "demo-deploy"),
    ("GITHUB_TOKEN", "demo-github"),
    ("ONCALL_TOKEN", "demo-oncall"),
];

pub(super) fn run(arguments: &Arguments) -> Result<Output, Failure> {
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => free_folder(),
    };
    if folder.exists() {
        return Err(
            Failure::new(format!("`{}` is there already", folder.display()))
                .help("name another folder, or remove it"),
        );
    }
    let backend = Backend::start(&folder)
        .map_err(|error| Failure::new(format!("no backend on 127.0.0.1: {error}")))?;
    repository::make(&folder, backend.port())?;
    let stage = Stage {
        folder: &folder,
        program: program()?,
    };
    println!(
        "# a throw-away copy of the shipped catalog and a backend on 127.0.0.1; nothing else is touched"
    );
    println!("$ cd {}", folder.display());
    let plan = play(&stage)?;
    backend.stop();
    let text = format!(
        "done: the whole loop; the repository and what its backend received are kept\n\
         next: cd {} and repeat any line; `catalogc show plan.json` renders plan {plan} again\n",
        folder.display()
    );
    Ok(Output::new(text, Exit::Fine))
}

/// The loop, command by command. Gives the plan's short id.
fn play(stage: &Stage<'_>) -> Result<String, Failure> {
    let gate = [
        "gate", "--base", "main", "--head", "pr-412", "--actor", "lin",
    ];
    let agreed = ["--approval", "ada@pr-412", "--approval", "sam@pr-412"];
    let landed = ["--base", "main~1", "--head", "main", "--actor", "lin"];
    stage.catalogc(&["check"], 0)?;
    stage.catalogc(
        &[
            "plan", "--base", "main", "--head", "pr-412", "--actor", "lin",
        ],
        0,
    )?;
    stage.git(&["switch", "-q", "pr-412"])?;
    stage.git(&["rm", "-q", repository::DEPLOYMENT])?;
    stage.git(&["commit", "-qm", "no deploy"])?;
    stage.catalogc(&gate, 1)?;
    stage.catalogc(&[&gate[..], &agreed].concat(), 0)?;
    let plan = [
        "plan",
        "--base",
        "main",
        "--head",
        "pr-412",
        "--actor",
        "lin",
        "--short",
        "--out",
        "plan.json",
    ];
    stage.catalogc(&[&plan[..], &agreed].concat(), 0)?;
    let plan = crate::cli::show::read(&stage.folder.join("plan.json"))?;
    let id = crate::plan::file::short(&plan.id).to_owned();
    stage.git(&["switch", "-q", "main"])?;
    stage.git(&["merge", "-q", "--no-ff", "pr-412", "-m", "pr-412"])?;
    stage.catalogc(&[&["apply", "plan.json"], &landed[..], &agreed].concat(), 4)?;
    println!("# exit 4: the backend refused one call; the next line goes on and repeats nothing");
    stage.catalogc(&["retry", &format!("{id}.2")], 0)?;
    stage.catalogc(&["audit"], 0)?;
    stage.catalogc(&["audit", &format!("{id}.3")], 0)?;
    stage.catalogc(&["audit", "verify"], 0)?;
    Ok(id)
}

fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe()
        .map_err(|error| Failure::new(format!("this program does not know where it is: {error}")))
}

fn free_folder() -> PathBuf {
    let temp = std::env::temp_dir();
    let names = std::iter::once("catalogc-demo".to_owned())
        .chain((2..).map(|n| format!("catalogc-demo-{n}")));
    names
        .map(|name| temp.join(name))
        .find(|folder| !folder.exists())
        .unwrap_or(temp)
}

/// Where commands are run.
struct Stage<'f> {
    folder: &'f Path,
    program: PathBuf,
}

impl Stage<'_> {
    /// Runs this program, which must end with `expected`.
    fn catalogc(&self, arguments: &[&str], expected: i32) -> Result<(), Failure> {
        println!("\n$ catalogc {}", arguments.join(" "));
        let mut command = Command::new(&self.program);
        command.args(arguments).envs(SECRETS);
        self.run(command, expected)
    }

    fn git(&self, arguments: &[&str]) -> Result<(), Failure> {
        println!("$ git {}", arguments.join(" "));
        let mut command = Command::new("git");
        command.args(arguments);
        self.run(command, 0)
    }

    fn run(&self, mut command: Command, expected: i32) -> Result<(), Failure> {
        // What was printed so far must stand before what the command prints.
        let _ = std::io::stdout().flush();
        let status = command
            .current_dir(self.folder)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .status()
            .map_err(|error| Failure::new(format!("the command cannot be started: {error}")))?;
        match status.code() {
            Some(code) if code == expected => Ok(()),
            Some(code) => Err(Failure::new(format!(
                "the command ended with {code}, not with {expected}"
            ))
            .help("this is a fault of the demo: please report what stands above")),
            None => Err(Failure::new("the command was killed")),
        }
    }
}
