//! Secrets that were found stand in no output.

use std::path::Path;

use crate::program::run;
use crate::support::compile_folder;

/// Every format of findings.
const FORMATS: [&str; 6] = ["human", "json", "sarif", "github", "gitlab", "junit"];

#[test]
fn no_format_shows_a_secret_that_was_found() {
    for case in ["secrets-by-form", "secrets-by-key"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check");
        let folder = folder.join(case);
        let compiled = compile_folder(&folder);
        let hidden = compiled.findings.iter().filter(|finding| finding.hides);
        let secrets: Vec<&str> = hidden
            .map(|finding| compiled.snapshot.slice(finding.span))
            .flat_map(str::lines)
            .map(|line| line.trim().trim_matches(['"', '\'', '-']))
            .filter(|line| line.len() > 8)
            .collect();
        assert!(!secrets.is_empty(), "{case}");
        for format in FORMATS {
            let ran = run(&folder, &["check", "--format", format]);
            for secret in &secrets {
                // What was cut is still a part of it.
                ran.does_not_say(secret.get(..9).unwrap_or(secret));
            }
        }
    }
}
