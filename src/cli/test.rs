//! `catalogc test`: the catalog's own tests of its rules.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::ask::hide::Hider;
use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open};
use crate::compile::compile;
use crate::render::{tested_json, tested_junit, tested_text};
use crate::source::git::Repository;
use crate::trial::report::Report;

/// The catalog's tests of its rules, and which rules no test decides
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc test --min-coverage 100\n\
    catalogc test --filter deploy\n\
    catalogc test --rev main --format junit\n\
    # catalog/tests/deploy.yaml: `by` may be left out, or name a file, FILE:LINE or a @title\n\
    - {name: a leader deploys, actor: sam, action: deploy, entity: CartService,\n\
       inputs: {environment: production}, expect: allowed, by: who leads the owner}\n\
    - {name: an owner is changed, actor: lin, patch: {CartService: {relations.owner: checkout}},\n\
       expect: needs approval, steps: [{action: change_owner, entity: CartService}]}")]
pub(super) struct Arguments {
    #[command(flatten)]
    directory: Directory,
    /// Test the rules of a commit instead of the files on disk
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Run only the tests that have this in their names
    #[arg(long, value_name = "NAME", conflicts_with = "min_coverage")]
    filter: Option<String>,
    /// Fail if fewer percent of the rules are decided by tests that pass
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs, versioned
    Json,
    /// For whatever reads tests
    Junit,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let path = &arguments.directory.path;
    let opened = match &arguments.rev {
        None => open::at_directory(path)?,
        Some(rev) => at(path, rev)?,
    };
    let named = match &arguments.rev {
        None => path.display().to_string(),
        Some(rev) => rev.clone(),
    };
    let opened = opened.ok_or_else(|| open::no_catalog(&named))?;
    let compiled = compile(opened.snapshot, &opened.selection);
    let mut report = crate::trial::run(&compiled, &opened.selection, arguments.filter.as_deref());
    hide(&mut report, &Hider::of(&compiled));
    if let Some(filter) = arguments
        .filter
        .as_deref()
        .filter(|_| report.cases.is_empty())
    {
        return Err(no_such(&compiled.catalog.trials, filter));
    }
    let text = match arguments.format {
        Format::Human => tested_text(&report, arguments.min_coverage, terminal.color),
        Format::Json => tested_json(&report),
        Format::Junit => tested_junit(&report),
    };
    Ok(Output::new(text, exit(&report, arguments.min_coverage)))
}

/// Takes out of a report what no output shows, and what rules compare it with.
fn hide(report: &mut Report, hider: &Hider<'_>) {
    if hider.hides_nothing() {
        return;
    }
    for case in &mut report.cases {
        for fault in &mut case.faults {
            *fault = hider.text(fault);
        }
        for reason in &mut case.reasons {
            reason.text = hider.expression(&reason.text);
        }
    }
}

fn at(path: &Path, rev: &str) -> Result<Option<open::Opened>, Failure> {
    let repository = Repository::discover(path).map_err(failure)?;
    let commit = repository.resolve(rev).map_err(failure)?;
    open::at_commit(&repository, &commit)
}

/// That no test is called so: nothing that was asked for was run.
fn no_such(trials: &[crate::model::Trial], filter: &str) -> Failure {
    let names: Vec<&str> = trials.iter().map(|it| it.name.value.as_str()).collect();
    let message = format!("no test has `{}` in its name", crate::text::visible(filter));
    Failure::new(message).help(crate::text::choose(filter, &names))
}

fn exit(report: &Report, wanted: Option<u8>) -> Exit {
    let is_short = wanted.is_some_and(|wanted| report.percent() < usize::from(wanted));
    if report.failed() > 0 || is_short {
        Exit::Found
    } else {
        Exit::Fine
    }
}
