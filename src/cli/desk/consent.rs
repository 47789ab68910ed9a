//! The question before something is written, where somebody is there to answer it.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::cli::{Failure, failure};

/// Whether it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Consent {
    /// Whoever started the command wants it written.
    Given,
    /// It is asked for once all is shown.
    Asked,
}

impl Consent {
    /// Asked of who sits at a terminal.
    pub(in crate::cli) fn at_terminal() -> Self {
        if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
            Self::Asked
        } else {
            Self::Given
        }
    }
}

/// Shows what would be done, and asks whether it is.
///
/// Errors: the input ends before an answer.
pub(super) fn is_given(shown: &str) -> Result<bool, Failure> {
    let mut out = std::io::stdout().lock();
    let mut print = |text: &str| {
        let printed = out.write_all(text.as_bytes());
        printed.and_then(|()| out.flush()).map_err(failure)
    };
    print(shown)?;
    let mut lines = std::io::stdin().lock().lines();
    loop {
        print("write it? [Y/n]: ")?;
        let Some(Ok(line)) = lines.next() else {
            print("\n")?;
            return Err(Failure::new("the input ended before an answer").help("nothing is written"));
        };
        match answer(&line) {
            Some(answer) => return Ok(answer),
            None => print("  yes or no\n")?,
        }
    }
}

fn answer(line: &str) -> Option<bool> {
    match line.trim().to_lowercase().as_str() {
        "" | "y" | "yes" => Some(true),
        "n" | "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn enter_is_yes_and_anything_else_is_asked_again() {
        for yes in ["", "y", " YES "] {
            assert_eq!(answer(yes), Some(true), "{yes}");
        }
        for no in ["n", "No"] {
            assert_eq!(answer(no), Some(false), "{no}");
        }
        assert_eq!(answer("5"), None);
    }
}
