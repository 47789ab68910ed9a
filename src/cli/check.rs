//! `catalogc check`: all that can be wrong with a catalog, at once.

use clap::ValueEnum;

use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open};
use crate::compile::Compiled;
use crate::render;
use crate::render::Summary;
use crate::source::git::Repository;

/// All that can be wrong, at once
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc check --rev main")]
pub(super) struct Arguments {
    #[command(flatten)]
    directory: Directory,
    /// Check a commit of the repository instead of the files on disk
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
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
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let path = &arguments.directory.path;
    let compiled = match &arguments.rev {
        None => open::directory(path)?,
        Some(rev) => {
            let repository = Repository::discover(path).map_err(failure)?;
            let commit = repository.resolve(rev).map_err(failure)?;
            open::commit(&repository, &commit, rev)?
        }
    };
    let exit = if crate::check::has_errors(&compiled.findings) {
        Exit::Found
    } else {
        Exit::Fine
    };
    let summary = summary(&compiled);
    let text = match arguments.format {
        Format::Human => render::findings(
            &compiled.snapshot,
            &compiled.findings,
            terminal.color,
            &summary,
        ),
        Format::Json => render::findings_json(&compiled.snapshot, &compiled.findings, &summary),
    };
    Ok(Output::new(text, exit))
}

/// What was looked at, in numbers.
pub(super) fn summary(compiled: &Compiled) -> Summary {
    let count = |n: usize| n as u64;
    Summary {
        files: count(compiled.snapshot.as_slice().len()),
        entities: count(compiled.catalog.entities.len()),
        blueprints: count(compiled.catalog.blueprints.len()),
        relations: count(compiled.graph.len()),
        actions: count(compiled.catalog.actions.len()),
        policies: count(compiled.catalog.policies.len()),
    }
}
