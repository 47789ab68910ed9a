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
            if let Err(told) = create(&output.created) {
                say(&told);
                return ExitCode::from(Exit::Failed as u8);
            }
            for file in &output.files {
                let folders = file.path.parent().map_or(Ok(()), std::fs::create_dir_all);
                let written = folders.and_then(|()| std::fs::write(&file.path, &file.bytes));
                if let Err(error) = written {
                    say(&format!(
                        "error: `{}` cannot be written: {error}",
                        file.path.display()
                    ));
                    return ExitCode::from(Exit::Failed as u8);
                }
                say(&format!("wrote {}", file.path.display()));
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

/// A line of talk. That nobody listens any more changes nothing of how a run ends.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes files that are new; what somebody else made in the meantime stays as it is.
fn create(files: &[Written]) -> Result<(), String> {
    for file in files {
        let folders = file.path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let created = folders.and_then(|()| {
            std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&file.path)
        });
        created
            .and_then(|mut created| created.write_all(&file.bytes))
            .map_err(|error| {
                format!(
                    "error: `{}` cannot be written: {error}",
                    file.path.display()
                )
            })?;
        say(&format!("wrote {}", file.path.display()));
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
