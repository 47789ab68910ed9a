//! Lists whose elements a key tells apart: whether they have it, and whether it can be shown. And
//! lists of values that have one twice.

use rustc_hash::FxHashMap;

use crate::check::property::shown;
use crate::finding::Finding;
use crate::finding::codes::{E0209, E0213};
use crate::finding::fix::{Change, Fix};
use crate::model::is_secret;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::entry;
use crate::text::Span;

/// A key that no element of the list has: its elements cannot be told apart by it.
pub(super) fn key(entries: &[Entry], findings: &mut Vec<Finding>) {
    let named = entry(entries, "listKey").map(|entry| &entry.node);
    let known = entry(entries, "items").and_then(|items| items.node.get("properties"));
    let (Some(named), Some(known)) = (named, known.and_then(Node::as_mapping)) else {
        return;
    };
    let key = known
        .iter()
        .find(|it| named.as_str() == Some(it.key.value.as_str()));
    if let Some(key) = key.filter(|key| is_secret(&key.node)) {
        // Paths have it in them, and paths are shown.
        findings.push(
            Finding::new(
                &E0209,
                named.span,
                format!(
                    "`{}` is secret, and would stand in every path",
                    key.key.value
                ),
            )
            .label("a secret name")
            .help("tell the elements apart by a key that is none"),
        );
        return;
    }
    let known: Vec<&str> = known.iter().map(|it| it.key.value.as_str()).collect();
    let Some(written) = named.as_str().filter(|name| !known.contains(name)) else {
        return;
    };
    findings.push(
        Finding::new(
            &E0209,
            named.span,
            format!("the elements have no `{written}` that tells them apart"),
        )
        .label("not in `properties` of `items`")
        .help(crate::text::choose(written, &known)),
    );
}

/// Values that an `enum` lists twice.
pub(super) fn doubled(values: &[Node], findings: &mut Vec<Finding>) {
    let mut first: FxHashMap<String, Span> = FxHashMap::default();
    for value in values {
        let at = *first
            .entry(value.to_json().to_string())
            .or_insert(value.span);
        if at != value.span {
            let message = format!("{} stands twice in `enum`", shown(value));
            findings.push(
                Finding::new(&E0213, value.span, message)
                    .label("second")
                    .related(at, "first")
                    .help("delete one of the two")
                    .fix(Fix::new(value.span, Change::Deleted(value.span))),
            );
        }
    }
}
