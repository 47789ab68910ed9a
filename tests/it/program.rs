//! The program itself, run as a user or a CI job runs it.
#![expect(clippy::disallowed_methods, reason = "starts the program under test")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// How a run of the program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; none where it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// What a run left when it ended.
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code; gives what was printed to stdout.
    pub(crate) fn exits(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self}");
        &self.stdout
    }

    /// All that was printed.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Asserts that something was printed.
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.said().contains(words), "no `{words}` in: {self}");
        self
    }

    /// Asserts that something was not printed.
    pub(crate) fn does_not_say(&self, words: &str) -> &Self {
        assert!(!self.said().contains(words), "`{words}` in: {self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code;
        write!(f, "exit {code:?}\n{}\n--\n{}", self.stdout, self.stderr)
    }
}

/// The program with its arguments, in a folder, in an environment that says nothing of whoever
/// runs the tests.
pub(crate) fn catalogc(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_catalogc"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command of the program to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    end(catalogc(folder, arguments))
}

/// Runs it to its end.
pub(crate) fn end(mut command: Command) -> Ran {
    Ran::of(command.output().unwrap())
}
