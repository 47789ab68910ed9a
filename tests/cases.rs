//! Every folder of `fixtures/check` is a test: a tiny catalog and `case.yaml`, which says what
//! it is about, the codes that it expects, and where each finding is.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use support::{compile_folder, places};

#[path = "it/support.rs"]
mod support;

/// What a case is about and what it expects.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The behaviour, in one line.
    about: String,
    /// All codes that are found, and no others.
    expects: BTreeSet<String>,
    /// All findings in order: `catalog/entities/x.yaml:3:9 E0301`.
    places: Vec<String>,
}

fn case(path: &Path, text: String) -> datatest_stable::Result<()> {
    let case: Case = serde_yaml::from_str(&text)?;
    let folder = path.parent().ok_or("a case stands in a folder")?;
    let found = places(&compile_folder(folder));
    let codes: BTreeSet<String> = found
        .iter()
        .filter_map(|place| place.rsplit_once(' '))
        .map(|(_, code)| code.to_owned())
        .collect();
    if codes == case.expects && found == case.places {
        return Ok(());
    }
    let found: String = found.iter().map(|place| format!("  - {place}\n")).collect();
    let expected: String = case
        .places
        .iter()
        .map(|place| format!("  - {place}\n"))
        .collect();
    Err(format!(
        "{}\nexpected {:?}\n{expected}found {codes:?}\n{found}",
        case.about, case.expects
    )
    .into())
}

datatest_stable::harness! {
    { test = case, root = "fixtures/check", pattern = r"^[a-z0-9-]+/case\.yaml$" },
}
