//! `catalogc explain`: a finding's page, with the finding of its example made live.

use clap::ValueEnum;

use crate::cli::{Exit, Failure, Output, Terminal, open};
use crate::finding::Code;
use crate::finding::codes;
use crate::finding::explain::page;
use crate::render::{codes_json, codes_table, explain};
use crate::source::memory;

/// A finding: why, and repaired
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc explain E0301\ncatalogc explain relation-target-missing --format json\ncatalogc explain"
)]
pub(super) struct Arguments {
    /// The code or the name of a finding: E0301, relation-target-missing; without it, all codes
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How pages and lists are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs, each code with its page
    Json,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let code = arguments.code.as_deref().map(find).transpose()?;
    let code = match (code, arguments.format) {
        (code, Format::Json) => return Ok(Output::new(codes_json(code), Exit::Fine)),
        (None, Format::Text) => return Ok(Output::new(codes_table(terminal.color), Exit::Fine)),
        (Some(code), Format::Text) => code,
    };
    let page = page(code.page);
    let files = page
        .fails
        .iter()
        .map(|example| (example.path, example.text));
    let compiled = open::memory(memory::snapshot(files));
    let example = compiled.as_ref().and_then(|compiled| {
        let finding = compiled
            .findings
            .iter()
            .find(|finding| finding.code == code)?;
        Some((&compiled.snapshot, finding))
    });
    Ok(Output::new(
        explain(code, &page, example, terminal.color),
        Exit::Fine,
    ))
}

fn find(wanted: &str) -> Result<&'static Code, Failure> {
    let matches =
        |code: &&&'static Code| code.id.eq_ignore_ascii_case(wanted) || code.name == wanted;
    if let Some(code) = codes::ALL.iter().find(matches) {
        return Ok(code);
    }
    let wrong = crate::text::visible(wanted);
    Err(Failure::new(format!("no finding is called `{wrong}`")).help(Code::instead_of(wanted)))
}
