//! What the first digits of a code say: the subject of its finding.

use super::Code;
use super::codes;

/// The first three characters of codes, and what they are about.
static SUBJECTS: [(&str, &str); 8] = [
    ("E00", "files and repository"),
    ("E01", "YAML"),
    ("E02", "blueprints and properties"),
    ("E03", "relations and graph"),
    ("E04", "permissions and policies"),
    ("E05", "actions, requests and plans"),
    ("E06", "apply and ledger"),
    ("E07", "scorecards"),
];

/// The subject of a code; empty where its number has none.
pub fn of(code: &Code) -> &'static str {
    let subject = SUBJECTS
        .iter()
        .find(|(start, _)| code.id.starts_with(start));
    subject.map_or("", |(_, subject)| subject)
}

/// All codes in order, those of a subject together.
pub fn groups() -> impl Iterator<Item = &'static [&'static Code]> {
    codes::ALL.chunk_by(|a, b| of(a) == of(b))
}

#[cfg(test)]
mod tests {
    use super::{groups, of};
    use crate::finding::codes;

    #[test]
    fn every_code_has_a_subject_and_stands_in_one_group() {
        assert!(codes::ALL.iter().all(|code| !of(code).is_empty()));
        let subjects: Vec<&str> = groups().map(|group| of(group[0])).collect();
        let mut once = subjects.clone();
        once.dedup();
        assert_eq!(subjects, once);
        assert_eq!(groups().map(<[_]>::len).sum::<usize>(), codes::ALL.len());
    }
}
