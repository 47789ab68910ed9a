//! Arguments in, bytes and exit code out.
#![expect(
    clippy::disallowed_methods,
    reason = "this is one of the two ends: it asks what the terminal is and prints"
)]

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use catalogc::cli::{self, Exit, Terminal, Written};
use catalogc::render::Color;

fn main() -> ExitCode {
    let arguments = match cli::Arguments::read() {
        Ok(arguments) => arguments,
        Err(told) => {
            let is_help = !told.use_stderr();
            // A closed pipe is no reason to fail.
            let _ = told.print();
            return ExitCode::from(if is_help { Exit::Fine } else { Exit::Failed } as u8);
        }
    };
    let is_plain = ["NO_COLOR", "CI"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let color = if is_plain || !std::io::stdout().is_terminal() {
        Color::Off
    } else {
        Color::On
    };
    let job_summary = std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|path| !path.is_empty());
    match cli::run(arguments, Terminal { color, job_summary }) {
        Ok(output) => {
            for (variable, text) in &output.appended {
                append(variable, text);
            }
            // All is written before anything is said: who reads it may have left already.
            let mut wrote = Vec::new();
            let written = write(&output.created, New::Only, &mut wrote)
                .and_then(|()| write(&output.files, New::OrOver, &mut wrote));
            for line in &wrote {
                say(line);
            }
            if let Err(told) = written {
                say(&told);
                return ExitCode::from(Exit::Failed as u8);
            }
            let _ = std::io::stdout().lock().write_all(output.text.as_bytes());
            ExitCode::from(output.exit as u8)
        }
        Err(failure) => {
            let instead = failure.instead.unwrap_or_default();
            let _ = std::io::stdout().lock().write_all(instead.as_bytes());
            say(&format!("error: {}", failure.message));
            if let Some(help) = failure.help {
                say(&format!("  help: {help}"));
            }
            ExitCode::from(Exit::Failed as u8)
        }
    }
}

/// Says a line; a closed pipe is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Whether files may be there already.
#[derive(Clone, Copy)]
enum New {
    /// What somebody else made in the meantime stays as it is.
    Only,
    /// They are written over.
    OrOver,
}

/// Writes files, and adds what is to be said of them.
fn write(files: &[Written], new: New, wrote: &mut Vec<String>) -> Result<(), String> {
    for file in files {
        let folders = file.path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let mut options = std::fs::OpenOptions::new();
        let options = options.write(true);
        let options = match new {
            New::Only => options.create_new(true),
            New::OrOver => options.create(true).truncate(true),
        };
        let opened = folders.and_then(|()| options.open(&file.path));
        let written = opened.and_then(|mut opened| opened.write_all(&file.bytes));
        let path = file.path.display();
        written.map_err(|error| format!("error: `{path}` cannot be written: {error}"))?;
        wrote.push(format!("wrote {path}"));
    }
    Ok(())
}

/// Adds a text to the file that a variable of the runner names; without it, nothing is said.
fn append(variable: &str, text: &str) {
    let Some(path) = std::env::var_os(variable) else {
        return;
    };
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path);
    if let Err(error) = file.and_then(|mut file| file.write_all(text.as_bytes())) {
        say(&format!("warning: `{variable}` cannot be written: {error}"));
    }
}
