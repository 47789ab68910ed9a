//! `catalogc check`: all that can be wrong with a catalog, at once.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::fix::{self, Ends};
use crate::cli::merge::working::let_merged_be;
use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open};
use crate::compile::Compiled;
use crate::model::Moment;
use crate::model::day::Day;
use crate::render;
use crate::render::{Baselined, Checked, Summary};
use crate::source::git::Repository;

mod baseline;
mod count;
mod since;

use baseline::Baseline;
use since::Since;

pub(super) use count::{secrets_of, summary};
pub(super) use since::Since as Earlier;

/// All that can be wrong, at once
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc check --rev main\n\
    catalogc check --fix --dry-run\n\
    catalogc check --since origin/main --format github\n\
    catalogc check --since main --fix\n\
    catalogc check --write-baseline --reason \"from before the checks\" --expires 2027-01-01")]
pub(super) struct Arguments {
    #[command(flatten)]
    directory: Directory,
    /// Check a commit of the repository instead of the files on disk
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Show only what was not there at this revision
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// The day or moment by which baseline entries that expire are judged, like 2026-11-22
    #[arg(long, value_name = "DAY", value_parser = day_of)]
    now: Option<Day>,
    /// Let all that is found now pass from here on, as a file that says why
    #[arg(long, conflicts_with_all = ["rev", "since"])]
    write_baseline: bool,
    /// Why it may pass; goes into the new entries of the baseline
    #[arg(long, value_name = "TEXT", requires = "write_baseline")]
    reason: Option<String>,
    /// The day from which the new entries let nothing pass any more
    #[arg(long, value_name = "DAY", value_parser = day, requires = "write_baseline")]
    expires: Option<Day>,
    /// Write what is certain into the files, comments kept, and say what is left; with --since
    /// also what goes with entities that are deleted since then (`onDelete`)
    #[arg(long, conflicts_with_all = ["rev", "write_baseline"])]
    fix: bool,
    /// Print the changes of --fix as a patch, and leave the files as they are
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs, versioned
    Json,
    /// For code scanning, version 2.1.0
    Sarif,
    /// For GitHub: annotations, then the job summary
    Github,
    /// For GitLab: a code quality report
    Gitlab,
    /// For whatever reads tests
    Junit,
}

/// A day, or the day in UTC of a moment.
fn day_of(text: &str) -> Result<Day, String> {
    let moment = || {
        let moment = Moment::parse(text)?.to_string();
        Day::parse(moment.split('T').next()?)
    };
    Day::parse(text).or_else(moment).ok_or_else(|| {
        "write a day like 2026-11-22, or a moment like 2026-11-22T14:00:00Z".to_owned()
    })
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "write a day like 2026-11-22".to_owned())
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let path = &arguments.directory.path;
    let (mut created, mut files) = (Vec::new(), Vec::new());
    let since = arguments.since.as_deref();
    let since = since.map(|rev| Since::open(path, rev)).transpose()?;
    let mut compiled = match &arguments.rev {
        None if arguments.write_baseline => {
            let Baseline {
                after,
                file,
                is_new,
            } = baseline::write(arguments)?;
            if is_new { &mut created } else { &mut files }.extend(file);
            after
        }
        None if arguments.fix => {
            let ends = if arguments.dry_run {
                Ends::Shown
            } else {
                Ends::Written
            };
            let done = fix::run(path, ends, since.as_ref(), terminal)?;
            if arguments.dry_run {
                let exit = exit(&done.compiled);
                return Ok(Output::new(done.patch, exit));
            }
            done.compiled
        }
        None => open::directory(path)?,
        Some(rev) => at(path, rev)?,
    };
    let_merged_be(path, &mut compiled);
    if let Some(today) = &arguments.now {
        compiled.expire(today);
    }
    let mut summary = summary(&compiled);
    if arguments.now.is_some() {
        summary.unshown.expiring = 0;
    }
    if let (Some(rev), Some(since)) = (&arguments.since, &since) {
        let untold = compiled
            .findings
            .iter()
            .map(|finding| finding.untold as u64);
        summary.unshown.counted = untold.sum();
        summary.unshown.older = since.take_out(&mut compiled);
        summary.unshown.since.clone_from(rev);
    }
    let output = print(arguments, &compiled, &summary, terminal);
    Ok(Output {
        files,
        created,
        ..output
    })
}

/// The catalog of a commit.
fn at(path: &Path, rev: &str) -> Result<Compiled, Failure> {
    let repository = Repository::discover(path).map_err(failure)?;
    let commit = repository.resolve(rev).map_err(failure)?;
    open::commit(&repository, &commit, rev)
}

/// What is found, in the form that was asked for.
fn print(
    arguments: &Arguments,
    compiled: &Compiled,
    summary: &Summary,
    terminal: Terminal,
) -> Output {
    let exit = exit(compiled);
    let baselined: Vec<Baselined<'_>> = compiled
        .excused
        .iter()
        .map(|excused| Baselined {
            finding: &excused.finding,
            reason: &excused.entry.reason,
        })
        .collect();
    let root = root(arguments);
    let checked = Checked {
        snapshot: &compiled.snapshot,
        findings: &compiled.findings,
        baselined: &baselined,
        summary,
        root: &root,
    };
    let (files, found) = (checked.snapshot, checked.findings);
    let text = match arguments.format {
        Format::Human => render::findings(files, found, terminal.color, summary),
        Format::Json => render::findings_json(files, found, summary),
        Format::Sarif => render::findings_sarif(&checked),
        Format::Gitlab => render::findings_gitlab(&checked),
        Format::Junit => render::findings_junit(&checked),
        Format::Github => {
            let told = render::findings_github(&checked);
            let place = terminal.job_summary.then_some("in the summary of the job");
            let output = Output::new(told.log(&checked, place), exit);
            return Output {
                appended: vec![("GITHUB_STEP_SUMMARY", told.summary)],
                ..output
            };
        }
    };
    Output::new(text, exit)
}

/// Whether an error is left.
fn exit(compiled: &Compiled) -> Exit {
    if crate::check::has_errors(&compiled.findings) {
        Exit::Found
    } else {
        Exit::Fine
    }
}

/// What stands before the paths of a directory, so that they begin at the repository's folder;
/// without a repository, at the folder in which the command is run.
fn root(arguments: &Arguments) -> String {
    if arguments.rev.is_some() {
        return String::new();
    }
    let path = &arguments.directory.path;
    if let Ok(repository) = Repository::discover(path) {
        return open::prefix(&repository);
    }
    fix::below(path)
}
