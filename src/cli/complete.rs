//! `catalogc complete -- WORDS`: what the last word may become, a line each, with what it is behind
//! a tab. Asked by the scripts of `catalogc completions`.
//!
//! Says nothing where it knows nothing, and never why: a shell would print it into the line.

use std::ffi::OsString;

use clap::CommandFactory as _;

use crate::cli::{Exit, Output};
use crate::text::is_hidden;

mod line;
mod names;
mod plain;

use line::{Line, Wanted};
use names::Names;

/// The words that a line may go on with
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc complete -- request res")]
pub(super) struct Arguments {
    /// The words behind the program's name; the last one is completed
    #[arg(last = true, value_name = "WORDS")]
    words: Vec<OsString>,
}

/// A word and what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    word: String,
    about: String,
}

impl Candidate {
    fn new(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            about: about.into(),
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Output {
    let words: Vec<String> = arguments
        .words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let command = crate::cli::Arguments::command();
    let line = Line::read(&command, &words);
    let mut found = match &line.wanted {
        Wanted::Commands(command) => line::commands(command),
        Wanted::Options(command) => line::options(command),
        Wanted::Value(argument) => {
            let fixed = line::fixed(argument);
            if fixed.is_empty() {
                Names::of(&line).values(argument)
            } else {
                fixed
            }
        }
        Wanted::Nothing => Vec::new(),
    };
    // What cannot be seen has no place in a line.
    found.retain(|it| it.word.starts_with(&line.typed) && !it.word.contains(is_hidden));
    found.sort();
    found.dedup_by(|a, b| a.word == b.word);
    let mut text = String::new();
    for it in found {
        let about = it.about.replace(is_hidden, " ");
        text.push_str(&format!("{}{}\t{about}\n", line.begin, it.word));
    }
    Output::new(text, Exit::Fine)
}
