//! Expected texts in files: compared character by character, and written again on demand.
//!
//! In: a file below `fixtures` and the text that it should have. `BLESS=1` writes the files; the
//! difference is then read in the diff of the commit.
#![expect(
    clippy::disallowed_methods,
    reason = "the expected texts are files, and a variable says that they are written"
)]

use std::fs;
use std::path::Path;

/// Compares a text with the file that has it; the difference, where there is one.
pub(crate) fn differs(file: &str, text: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(file);
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        return None;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected == text {
        return None;
    }
    Some(format!(
        "fixtures/{file} is not what is printed:\n{}",
        difference(&expected, text)
    ))
}

/// Fails with all differences, and with how they are accepted.
pub(crate) fn none_differ(differences: &[String], test: &str) {
    assert!(
        differences.is_empty(),
        "{}\nif this is what is wanted: BLESS=1 cargo test --test it {test}",
        differences.join("\n")
    );
}

/// The lines around the first that differs.
fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let same = expected
        .iter()
        .zip(&found)
        .take_while(|(expected, found)| expected == found)
        .count();
    let shown = |sign: char, lines: &[&str]| -> String {
        let lines = lines.iter().skip(same).take(8);
        lines.map(|line| format!("{sign} {line}\n")).collect()
    };
    format!(
        "line {}\n{}{}",
        same + 1,
        shown('-', &expected),
        shown('+', &found)
    )
}
