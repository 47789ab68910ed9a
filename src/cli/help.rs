//! The page of `catalogc COMMAND --help`.
//!
//! In: a command as clap knows it. Out: its title, examples to repeat, and a line an argument
//! with what it is for. Neighbours with one `help_heading` share a line, which is the heading:
//! `--short, --full`.

use clap::{Arg, ArgAction, Command};

/// The longest line.
const WIDTH: usize = 100;

/// Gives every command its page.
pub(super) fn with_pages(command: Command) -> Command {
    command.mut_subcommands(|command| {
        let page = page(&command);
        command.override_help(page)
    })
}

fn page(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    let title = lower(&about.unwrap_or_default());
    let mut page = vec![format!("{}: {title}", command.get_name())];
    let examples = command.get_after_help().map(ToString::to_string);
    for example in examples.unwrap_or_default().lines() {
        page.push(format!("    {}", example.trim()));
    }
    let lines = lines(command);
    let wide = lines
        .iter()
        .map(|(label, _)| label.len())
        .max()
        .unwrap_or(0);
    for (label, words) in lines {
        let rows = wrapped(&words, WIDTH.saturating_sub(wide + 2));
        for (n, row) in rows.iter().enumerate() {
            let label = if n == 0 { label.as_str() } else { "" };
            page.push(format!("{label:wide$}  {row}"));
        }
    }
    page.join("\n") + "\n"
}

/// A line for each argument, or for those that share one.
fn lines(command: &Command) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let (places, options): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .partition(|argument| argument.is_positional());
    for argument in places.into_iter().chain(options) {
        if argument.is_hide_set() || matches!(argument.get_action(), ArgAction::Help) {
            continue;
        }
        let heading = argument.get_help_heading();
        let is_shared =
            heading.is_some_and(|heading| lines.last().is_some_and(|(label, _)| label == heading));
        if !is_shared {
            let label = heading.map_or_else(|| label(argument), str::to_owned);
            lines.push((label, words(argument)));
        }
    }
    lines
}

/// `--actor LOGIN`, `--dry-run`, `DIR`.
fn label(argument: &Arg) -> String {
    let values = argument.get_value_names().unwrap_or_default();
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    let takes_value = argument.get_action().takes_values();
    match argument.get_long() {
        Some(long) if takes_value => format!("--{long} {}", values.join(" ")),
        Some(long) => format!("--{long}"),
        None => values.join(" "),
    }
}

/// What it is for, or what it may be, and what it is without a word.
fn words(argument: &Arg) -> String {
    let values = argument.get_possible_values();
    let names: Vec<&str> = values
        .iter()
        .map(clap::builder::PossibleValue::get_name)
        .collect();
    let words = if names.is_empty() || !argument.get_action().takes_values() {
        let help = argument.get_help().map(ToString::to_string);
        lower(&help.unwrap_or_default())
    } else {
        names.join(", ")
    };
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if defaults.is_empty()
        || argument.get_help_heading().is_some()
        || !argument.get_action().takes_values()
    {
        words
    } else {
        format!("{words} [{}]", defaults.join(", "))
    }
}

/// A sentence of the code as the rest of the surface has it: without a capital at its start.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn wrapped(words: &str, wide: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in words.split_whitespace() {
        let Some(row) = rows.last_mut() else { continue };
        if !row.is_empty() && row.len() + 1 + word.len() > wide {
            rows.push(word.to_owned());
        } else {
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
    }
    rows
}
