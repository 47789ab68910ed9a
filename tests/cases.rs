//! Every folder of `fixtures/check` is a test: a tiny catalog and `case.yaml`, which says what
//! it is about, the codes that it expects, and where each finding is.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its case has failed"
)]

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

#[expect(
    clippy::needless_pass_by_value,
    reason = "the harness gives the text away"
)]
fn case(path: &Path, text: String) -> datatest_stable::Result<()> {
    let case: Case = serde_yaml::from_str(&text)?;
    let folder = path.parent().ok_or("a case stands in a folder")?;
    let found = places(&compile_folder(folder));
    let codes: BTreeSet<String> = found
        .iter()
        .filter_map(|place| place.rsplit_once(' '))
        .map(|(_, code)| code.to_owned())
        .collect();
    // Of what is built in there is no file: a finding is always about what somebody wrote.
    if let Some(nowhere) = found.iter().find(|place| place.starts_with(':')) {
        return Err(format!("{nowhere} is in no file").into());
    }
    if codes == case.expects && found == case.places {
        return Ok(());
    }
    Err(format!(
        "{}\nexpected {:?}\n{}\nfound {codes:?}\n{}",
        case.about,
        case.expects,
        list(&case.places),
        list(&found)
    )
    .into())
}

/// As `case.yaml` has them.
fn list(places: &[String]) -> String {
    let lines: Vec<String> = places.iter().map(|place| format!("  - {place}")).collect();
    lines.join("\n")
}

datatest_stable::harness! {
    { test = case, root = "fixtures/check", pattern = r"^[a-z0-9-]+/case\.yaml$" },
}
