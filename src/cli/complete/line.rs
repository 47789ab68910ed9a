//! A line that is being typed: which command it is, and what its last word is to be.
//!
//! In: the commands as clap knows them, and the words. Out: a [`Line`]. Knows no catalog.

use clap::{Arg, ArgAction, Command};

use crate::cli::complete::Candidate;

/// A line that is being typed.
pub(super) struct Line<'c> {
    /// The command's name.
    pub(super) command: &'c str,
    /// The words without a `--` before the last one, without the command.
    pub(super) places: Vec<String>,
    /// The folder of the catalog.
    pub(super) dir: String,
    /// What is expected.
    pub(super) wanted: Wanted<'c>,
    /// What stands before the word that is completed: `--actor=`.
    pub(super) begin: String,
    /// What is typed of it.
    pub(super) typed: String,
}

/// What the last word is to be.
pub(super) enum Wanted<'c> {
    Commands(&'c Command),
    Options(&'c Command),
    Value(&'c Arg),
    Nothing,
}

impl<'c> Line<'c> {
    pub(super) fn read(root: &'c Command, words: &[String]) -> Self {
        let mut line = Self {
            command: "",
            places: Vec::new(),
            dir: ".".to_owned(),
            wanted: Wanted::Nothing,
            begin: String::new(),
            typed: words.last().cloned().unwrap_or_default(),
        };
        let before = words.split_last().map_or(&[][..], |(_, before)| before);
        let mut command = root;
        let mut pending: Option<&Arg> = None;
        for word in before {
            if let Some(option) = pending.take() {
                line.took(option, word);
                continue;
            }
            if let Some(name) = word.strip_prefix("--") {
                let (name, value) = match name.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (name, None),
                };
                match (option(command, name), value) {
                    (Some(option), Some(value)) => line.took(option, value),
                    (Some(option), None) if takes(option) => pending = Some(option),
                    _ => {}
                }
                continue;
            }
            match command.find_subcommand(word) {
                Some(sub) if line.places.is_empty() => {
                    if line.command.is_empty() {
                        line.command = sub.get_name();
                    }
                    command = sub;
                }
                _ => line.places.push(word.clone()),
            }
        }
        let typed = line.typed.clone();
        line.wanted = match (pending, typed.strip_prefix("--")) {
            (Some(option), _) => Wanted::Value(option),
            (None, Some(rest)) => match rest.split_once('=') {
                Some((name, value)) => {
                    line.begin = format!("--{name}=");
                    value.clone_into(&mut line.typed);
                    option(command, name).map_or(Wanted::Nothing, Wanted::Value)
                }
                None => Wanted::Options(command),
            },
            (None, None) if typed == "-" => Wanted::Options(command),
            (None, None) => match place(command, line.places.len()) {
                Some(argument) => Wanted::Value(argument),
                None if line.places.is_empty() => Wanted::Commands(command),
                None => Wanted::Nothing,
            },
        };
        line
    }

    /// An option has its value.
    fn took(&mut self, option: &Arg, value: &str) {
        if option.get_long() == Some("dir") {
            value.clone_into(&mut self.dir);
        }
    }
}

fn option<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    let mut all = command.get_arguments();
    all.find(|it| it.get_long() == Some(name) && !it.is_hide_set())
}

fn takes(option: &Arg) -> bool {
    option.get_action().takes_values()
}

/// The argument at a place; the last one may be repeated.
fn place(command: &Command, number: usize) -> Option<&Arg> {
    let all: Vec<&Arg> = command.get_positionals().collect();
    let repeats = |it: &&&Arg| matches!(it.get_action(), ArgAction::Append);
    all.get(number)
        .or_else(|| all.last().filter(repeats))
        .copied()
}

/// The commands of a command.
pub(super) fn commands(command: &Command) -> Vec<Candidate> {
    let all = command.get_subcommands().filter(|it| !it.is_hide_set());
    all.map(|it| Candidate::new(it.get_name(), about(it.get_about())))
        .collect()
}

/// The options of a command, with what is typed before them.
pub(super) fn options(command: &Command) -> Vec<Candidate> {
    let all = command.get_arguments().filter(|it| !it.is_hide_set());
    let longs = all.filter_map(|it| {
        let long = it.get_long()?;
        Some(Candidate::new(format!("--{long}"), about(it.get_help())))
    });
    longs.chain([Candidate::new("--help", "")]).collect()
}

/// The values of an argument that the program itself knows.
pub(super) fn fixed(argument: &Arg) -> Vec<Candidate> {
    if !takes(argument) {
        return Vec::new();
    }
    let values = argument.get_possible_values();
    let values = values.iter().filter(|it| !it.is_hide_set());
    values
        .map(|it| Candidate::new(it.get_name(), about(it.get_help())))
        .collect()
}

/// A description in one line.
fn about(text: Option<&clap::builder::StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}
