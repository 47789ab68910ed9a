//! What a forge knows of merges, as a workflow writes it down: a file with several landings.
//!
//! In: JSON of version 1. Out: the landings in its order. Unknown keys are refused: a name that is
//! spelt wrong would be an approval that does not count.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::cli::merge::{approval, login};
use crate::cli::{Failure, show};
use crate::text::visible;

/// A merged pull request, or a direct push.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Fact {
    /// The tip of the target branch before it.
    pub(in crate::cli) before: String,
    /// The tip after it.
    pub(in crate::cli) after: String,
    /// The requester first, then everyone who pushed; without one nobody said who asked for it,
    /// and it is held.
    pub(in crate::cli) actors: Vec<String>,
    /// Who approved, and the commit that they saw: `login@commit`.
    #[serde(default)]
    pub(in crate::cli) approvals: Vec<String>,
    /// The forge's numbers of these people, by login.
    #[serde(default)]
    pub(in crate::cli) ids: BTreeMap<String, String>,
    /// The forge's number of the pull request, where there is one: how it ended is told there.
    #[serde(default)]
    pub(in crate::cli) number: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    landings: Vec<Fact>,
}

/// Reads the facts.
pub(in crate::cli) fn read(path: &Path) -> Result<Vec<Fact>, Failure> {
    let shown = visible(&path.to_string_lossy()).into_owned();
    let wrong = |why: String| {
        Failure::new(format!("{shown} has no facts of landings: {}", visible(&why))).help(
            "it is `{\"version\": 1, \"landings\": [{\"before\": …, \"after\": …, \"actors\": [\"lin\"], \"approvals\": [\"sam@COMMIT\"], \"ids\": {\"lin\": \"4711\"}, \"number\": 412}]}`",
        )
    };
    let bytes = show::bytes(path)?;
    let file: File = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if file.version != 1 {
        return Err(wrong(format!("its version is {}", file.version)));
    }
    for fact in &file.landings {
        for name in &fact.actors {
            login(name).map_err(wrong)?;
        }
    }
    Ok(file.landings)
}

impl Fact {
    /// Who approved, and what they saw.
    pub(in crate::cli) fn approvals(&self) -> Result<Vec<(String, String)>, Failure> {
        let approvals = self.approvals.iter();
        approvals
            .map(|written| approval(written).map_err(Failure::new))
            .collect()
    }
}
