//! What makes a finding the same one after lines have moved.
//!
//! In: findings, and how their paths and characters are looked up. Out: short digests in which
//! no line and no column has a part. Knows no files.

use std::collections::HashMap;

use sha2::Digest as _;
use sha2::Sha256;

use crate::finding::Finding;
use crate::text::Span;

/// The digest of the characters `text` that a finding marks: twelve hexadecimal digits. Those of
/// a secret have no part in it: a short one could be guessed.
pub fn of_marked(finding: &Finding, text: &str) -> String {
    digest(&[shown(finding, text)], 6)
}

fn shown<'t>(finding: &Finding, text: &'t str) -> &'t str {
    if finding.hides { "" } else { text }
}

/// A digest for each finding, no two alike: of its code, file, message and marked characters,
/// and its number among those that are alike in all of these.
pub fn fingerprints<'a>(
    findings: &[Finding],
    path: impl Fn(Span) -> String,
    marked: impl Fn(Span) -> &'a str,
) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let parts = [
                finding.code.id,
                &path(finding.span),
                finding.message.as_str(),
                shown(finding, marked(finding.span)),
            ];
            let alike = digest(&parts, 16);
            let number = seen.entry(alike.clone()).or_default();
            *number += 1;
            if *number == 1 {
                alike
            } else {
                digest(&[&alike, &number.to_string()], 16)
            }
        })
        .collect()
}

/// The first bytes of the digest of these parts, in hexadecimal digits. Each part begins with
/// its length, so that no two lists of parts read alike.
fn digest(parts: &[&str], bytes: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digits = hash.finalize();
    digits
        .iter()
        .take(bytes)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{fingerprints, of_marked};
    use crate::finding::Finding;
    use crate::finding::codes::{E0301, E0303};
    use crate::text::{FileId, Span};

    fn of(findings: &[Finding]) -> Vec<String> {
        fingerprints(findings, |_| "a.yaml".to_owned(), |_| "CartApi")
    }

    fn at(start: u32) -> Finding {
        Finding::new(&E0301, Span::new(FileId(0), start, start + 7), "m")
    }

    #[test]
    fn a_moved_line_keeps_its_fingerprint() {
        assert_eq!(of(&[at(3)]), of(&[at(90)]));
    }

    #[test]
    fn equal_findings_differ_by_their_number() {
        let three = of(&[at(3), at(20), at(40)]);
        assert_eq!(of(&[at(3)])[0], three[0]);
        assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2]);
    }

    #[test]
    fn the_characters_of_a_secret_have_no_part_in_a_digest() {
        let secret = at(3).hides();
        assert_eq!(of_marked(&secret, "hunter2"), of_marked(&secret, "hunter3"));
        assert_ne!(of_marked(&at(3), "hunter2"), of_marked(&at(3), "hunter3"));
        let of = |text| fingerprints(&[at(3).hides()], |_| "a.yaml".to_owned(), |_| text);
        assert_eq!(of("hunter2"), of("hunter3"));
    }

    #[test]
    fn the_code_the_words_and_the_file_tell_findings_apart() {
        let other = Finding::new(&E0303, at(3).span, "m");
        let worded = Finding::new(&E0301, at(3).span, "n");
        let moved = fingerprints(&[at(3)], |_| "b.yaml".to_owned(), |_| "CartApi");
        let all = [of(&[at(3)]), of(&[other]), of(&[worded]), moved];
        for (n, one) in all.iter().enumerate() {
            assert!(!all[..n].contains(one));
        }
    }
}
