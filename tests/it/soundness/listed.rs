//! The list of the properties in the documentation names the tests that there are.

use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../docs/security.md");
const TESTS: [&str; 9] = [
    include_str!("../soundness.rs"),
    include_str!("actors.rs"),
    include_str!("bytes.rs"),
    include_str!("names.rs"),
    include_str!("obscure.rs"),
    include_str!("target.rs"),
    include_str!("../memberships.rs"),
    include_str!("../requests.rs"),
    include_str!("../sides.rs"),
];

#[test]
fn every_property_has_its_tests_or_a_reason() {
    let rows: Vec<&str> = PAGE
        .lines()
        .filter(|line| line.starts_with("| PS-"))
        .collect();
    let numbers: Vec<u32> = rows
        .iter()
        .map(|row| {
            let (number, _) = row["| PS-".len()..].split_once(' ').unwrap();
            number.parse().unwrap()
        })
        .collect();
    assert_eq!(numbers, (1..=22).collect::<Vec<u32>>());
    let names = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let is_test = |word: &&str| {
            let digit = word.strip_prefix("ps").and_then(|rest| rest.chars().next());
            word.contains('_') && digit.is_some_and(|c| c.is_ascii_digit())
        };
        words.filter(is_test).map(str::to_owned).collect()
    };
    let written: BTreeSet<String> = rows.iter().flat_map(|row| names(row)).collect();
    let there: BTreeSet<String> = TESTS
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| line.strip_prefix("fn "))
        .flat_map(names)
        .collect();
    assert_eq!(written, there);
    for row in rows {
        assert!(!names(row).is_empty() || row.contains("because"), "{row}");
    }
}
