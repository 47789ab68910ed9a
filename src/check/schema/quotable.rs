//! Numbers and words in the place of texts, which quotes may or may not mend.
//!
//! In: what is wrong with a value. Out: the same, without quotes where the text would not fit
//! either; what is wanted is said instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonschema::{ValidationError, Validator};
use rustc_hash::FxHashMap;

use super::words;
use crate::finding::Finding;
use crate::finding::fix::Change;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Span, Text};

/// Takes back the quotes that would not help. All of them are tried in one value: it may have
/// thousands.
pub(super) fn quotable(
    validator: &Validator,
    findings: &mut [Finding],
    entry: &Entry,
    schema: &Node,
) {
    let mut places: FxHashMap<Span, Option<String>> = FxHashMap::default();
    places.extend(findings.iter().filter_map(place).map(|span| (span, None)));
    if places.is_empty() {
        return;
    }
    let mut quoted = entry.clone();
    quote(&mut quoted.node, &mut String::new(), &mut places);
    let value = quoted.node.to_json();
    let mut errors: BTreeMap<String, Vec<ValidationError<'_>>> = BTreeMap::new();
    for error in validator.iter_errors(&value) {
        let pointer = error.instance_path().as_str().to_owned();
        errors.entry(pointer).or_default().push(error);
    }
    for finding in findings {
        let pointer = place(finding).and_then(|span| places.get(&span)?.as_ref());
        let Some(errors) = pointer.and_then(|pointer| errors.get(pointer)) else {
            continue;
        };
        let told = words::findings(entry.key.value.as_str(), "", &quoted, schema, errors);
        if let Some(wrong) = told.into_iter().next() {
            finding.fix = None;
            finding.wanted = None;
            finding.help = wrong.help;
            finding.near = wrong.near;
        }
    }
}

/// Where quotes are proposed.
fn place(finding: &Finding) -> Option<Span> {
    let fix = finding.fix.as_ref();
    let fix = fix.filter(|fix| fix.change == Change::Quoted)?;
    Some(fix.span)
}

/// Makes texts of the numbers and words at `places`, and notes the way to the first at each of
/// them, as a pointer has it. `way` leads to `node`.
fn quote(node: &mut Node, way: &mut String, places: &mut FxHashMap<Span, Option<String>>) {
    let length = way.len();
    match &mut node.value {
        Value::Sequence(nodes) => {
            for (at, node) in Arc::make_mut(nodes).iter_mut().enumerate() {
                way.push('/');
                way.push_str(&at.to_string());
                quote(node, way, places);
                way.truncate(length);
            }
        }
        Value::Mapping(entries) => {
            for entry in Arc::make_mut(entries) {
                way.push('/');
                way.push_str(&entry.key.value.replace('~', "~0").replace('/', "~1"));
                quote(&mut entry.node, way, places);
                way.truncate(length);
            }
        }
        _ => {
            if let Some(known) = places.get_mut(&node.span) {
                known.get_or_insert_with(|| way.clone());
                node.value = Value::String(Text::from(node.to_json().to_string()));
            }
        }
    }
}
