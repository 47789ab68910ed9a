//! Whole numbers with zeros before them, which look like another number.
//!
//! In: the properties of entities and the files. Out: a warning at each `010`, which YAML 1.2
//! reads as 10 and YAML 1.1, as many tools still do, as 8. Where a text must stand, that it is
//! a number is told elsewhere.

use rayon::prelude::*;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::Many;
use crate::finding::Severity;
use crate::finding::codes::E0104;
use crate::model::Entity;
use crate::source::Snapshot;
use crate::syntax::{Node, Value};

/// Numbers that are read otherwise by others.
pub(super) fn zeros(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let entities = subject.catalog.entities.par_iter();
    let found: Vec<Vec<Finding>> = entities
        .map(|entity| of_entity(subject.snapshot, entity))
        .filter(|found| !found.is_empty())
        .collect();
    let told: std::collections::HashSet<_> = findings.iter().map(|it| it.span).collect();
    let found = found.into_iter().flatten();
    findings.extend(found.filter(|finding| !told.contains(&finding.span)));
}

fn of_entity(snapshot: &Snapshot, entity: &Entity) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut many = Many::new(&found);
    for entry in entity.properties.iter() {
        walk(snapshot, &entry.node, &mut many, &mut found);
    }
    many.end(&mut found, "in this entity");
    found
}

fn walk(snapshot: &Snapshot, node: &Node, many: &mut Many, found: &mut Vec<Finding>) {
    match &node.value {
        Value::Integer(value) => {
            let written = snapshot.slice(node.span);
            if is_octal(written) && many.tells(found) {
                found.push(warning(node, written, *value));
            }
        }
        Value::Sequence(nodes) => {
            for node in nodes.iter() {
                walk(snapshot, node, many, found);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries.iter() {
                walk(snapshot, &entry.node, many, found);
            }
        }
        _ => {}
    }
}

/// Whether YAML 1.1 reads another number: digits of eight behind a zero.
fn is_octal(written: &str) -> bool {
    let digits = written.trim_start_matches(['+', '-']);
    digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit))
        && digits.bytes().any(|digit| digit != b'0')
}

fn warning(node: &Node, written: &str, value: i64) -> Finding {
    let other = i64::from_str_radix(written, 8).map_or_else(|_| String::new(), |it| it.to_string());
    let finding = Finding::new(
        &E0104,
        node.span,
        format!("`{written}` is read as the number {value}"),
    )
    .label(format!("{other} for tools that read YAML 1.1"))
    .help(format!(
        "write `{value}`, or `{other}`, without a zero before it"
    ));
    Finding {
        severity: Severity::Warning,
        ..finding
    }
}

#[cfg(test)]
mod tests {
    use super::is_octal;

    #[test]
    fn digits_of_eight_behind_a_zero_are_another_number_elsewhere() {
        for written in ["010", "-0777", "+01", "00010"] {
            assert!(is_octal(written), "{written}");
        }
        for written in ["10", "0", "00", "089", "0x10", "0o10", "0.5", ""] {
            assert!(!is_octal(written), "{written}");
        }
    }
}
