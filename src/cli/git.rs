//! The `git` program, in the working tree of whoever starts the command.
//!
//! In: arguments. Out: what git says, or its words in one line. It is git itself that switches and
//! commits, so that the index, line ends and identities are as its user knows them; hooks and
//! monitors are not started.
#![expect(
    clippy::disallowed_methods,
    reason = "commits of a working tree are made by git itself"
)]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::text::visible;

/// Switches before every command.
const SWITCHES: [&str; 9] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "--literal-pathspecs",
];

/// The working tree around a folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Git<'p> {
    folder: &'p Path,
}

impl<'p> Git<'p> {
    pub(super) const fn at(folder: &'p Path) -> Self {
        Self { folder }
    }

    /// What a command says, without the line end; or why it failed, in one line.
    pub(super) fn run<A: AsRef<OsStr>>(self, arguments: &[A]) -> Result<String, String> {
        let mut command = Command::new("git");
        command.args(SWITCHES).args(arguments);
        self.end(command, "git")
    }

    /// Whether a command ends well.
    pub(super) fn holds(self, arguments: &[&str]) -> bool {
        self.run(arguments).is_ok()
    }

    /// The same with the paths of files behind it.
    pub(super) fn run_on(self, arguments: &[&str], paths: &[&str]) -> Result<String, String> {
        let paths = std::iter::once("--").chain(paths.iter().copied());
        let all: Vec<&str> = arguments.iter().copied().chain(paths).collect();
        self.run(&all)
    }

    /// Runs another program there; `None` where it is not installed.
    pub(super) fn other(self, program: &str, arguments: &[&str]) -> Option<Result<String, String>> {
        let is_there = Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok();
        let mut command = Command::new(program);
        command.args(arguments);
        is_there.then(|| self.end(command, program))
    }

    fn end(self, mut command: Command, program: &str) -> Result<String, String> {
        let ended = command
            .current_dir(self.folder)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("`{program}` cannot be started: {error}"))?;
        if ended.status.success() {
            let said = String::from_utf8_lossy(&ended.stdout);
            return Ok(said.trim_end_matches(['\n', '\r']).to_owned());
        }
        let said = String::from_utf8_lossy(&ended.stderr);
        let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
        // Advice comes behind the reason.
        let first = lines.clone().find(|line| !line.starts_with("hint:"));
        let first = first.unwrap_or("it said nothing");
        let first = first
            .trim_start_matches("fatal: ")
            .trim_start_matches("error: ");
        Err(visible(first).into_owned())
    }
}
