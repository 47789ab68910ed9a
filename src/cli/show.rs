//! `catalogc show`: a saved plan, rendered from the file alone.
#![expect(
    clippy::disallowed_methods,
    reason = "reads the plan file that it is given"
)]

use std::path::{Path, PathBuf};

use crate::cli::plan::Form;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::plan::file::PlanFile;

/// A saved plan
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc show plan.json --full")]
pub(super) struct Arguments {
    /// The file that `catalogc plan --out` wrote
    #[arg(value_name = "PLAN")]
    file: PathBuf,
    #[command(flatten)]
    form: Form,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let plan = read(&arguments.file)?;
    Ok(Output::new(
        arguments.form.render(&plan, terminal),
        Exit::Fine,
    ))
}

/// The largest plan file, in bytes.
const BYTES: u64 = 64 << 20;

/// Reads a plan file.
pub(super) fn read(path: &Path) -> Result<PlanFile, Failure> {
    let shown = path.display();
    PlanFile::from_bytes(&bytes(path)?).map_err(|why| {
        Failure::new(format!("`{shown}` is no plan: {why}"))
            .help("make it again with `catalogc plan --out`")
    })
}

/// The bytes of a file that is no larger than a plan may be.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let size = path
        .metadata()
        .map_err(|error| Failure::new(format!("`{shown}` cannot be read: {error}")))?
        .len();
    if size > BYTES {
        return Err(Failure::new(format!(
            "`{shown}` has {size} bytes, a plan has at most {BYTES}"
        )));
    }
    std::fs::read(path).map_err(|error| Failure::new(format!("`{shown}` cannot be read: {error}")))
}
