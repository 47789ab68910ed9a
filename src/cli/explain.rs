//! `catalogc explain`: a finding's page, with the finding of its example made live.

use crate::cli::{Exit, Failure, Output, Terminal, open};
use crate::finding::Code;
use crate::finding::codes;
use crate::finding::explain::page;
use crate::render::explain;
use crate::source::memory;
use crate::text::nearest;

/// A finding: why, and repaired
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc explain E0301")]
pub(super) struct Arguments {
    /// The code or the name of a finding: E0301, relation-target-missing
    #[arg(value_name = "CODE")]
    code: String,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let code = find(&arguments.code)?;
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
    let names = codes::ALL.iter().flat_map(|code| [code.id, code.name]);
    let failure = Failure::new(format!(
        "no finding is called `{}`",
        crate::text::visible(wanted)
    ));
    Err(match nearest(wanted, names) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => {
            failure.help("a code looks like E0301; `catalogc check` prints those that it finds")
        }
    })
}
