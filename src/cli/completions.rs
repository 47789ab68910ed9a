//! `catalogc completions`: what makes a shell complete commands, options and the catalog's names.
//!
//! Each script asks `catalogc complete -- WORDS` and shows what it says.

use crate::cli::{Exit, Output};

/// Names by the Tab key, for your shell
#[derive(Debug, clap::Args)]
#[command(after_help = "source <(catalogc completions bash)\n\
    catalogc completions zsh > ~/.zfunc/_catalogc\n\
    catalogc completions fish > ~/.config/fish/completions/catalogc.fish")]
pub(super) struct Arguments {
    /// Which one
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// A shell that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Shell {
    /// bash, 3.2 and later
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
}

pub(super) fn run(arguments: &Arguments) -> Output {
    let script = match arguments.shell {
        Shell::Bash => include_str!("completions/catalogc.bash"),
        Shell::Zsh => include_str!("completions/catalogc.zsh"),
        Shell::Fish => include_str!("completions/catalogc.fish"),
    };
    Output::new(script.to_owned(), Exit::Fine)
}
