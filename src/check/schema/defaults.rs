//! `default`s that do not fit the schema they stand in.
//!
//! In: a schema and its validator. Out: a finding at the exact place in the default. An expression
//! or a null is no default that could be held against anything.

use super::Schema;
use super::build;
use super::keywords::each;
use crate::finding::Finding;
use crate::finding::codes::E0209;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::entry;

/// Looks at the defaults of the schema `name` and of those in it.
pub(super) fn defaults(name: &str, schema: &Node, compiled: &Schema, findings: &mut Vec<Finding>) {
    each(schema, &mut |inner, entries| {
        let Some(default) = entry(entries, "default").filter(|it| is_value(it)) else {
            return;
        };
        let is_outer = std::ptr::eq(inner, schema);
        let own = if is_outer || refers(inner) {
            None
        } else {
            build(&inner.to_json())
                .ok()
                .map(|validator| Schema { validator })
        };
        let compiled = match (&own, is_outer) {
            (Some(own), _) => own,
            (None, true) => compiled,
            // What it refers to may stand outside of it.
            (None, false) => return,
        };
        if compiled.fits(&default.node.to_json()) {
            return;
        }
        let name = if is_outer { name } else { "default" };
        let mut wrong = Vec::new();
        compiled.findings(name, "this blueprint", default, inner, &mut wrong);
        findings.extend(wrong.into_iter().map(|finding| Finding {
            code: &E0209,
            message: format!("a default that does not fit: {}", finding.message),
            ..finding
        }));
    });
}

fn is_value(default: &Entry) -> bool {
    !default.node.is_null() && default.node.get("jqQuery").is_none()
}

fn refers(schema: &Node) -> bool {
    let mut refers = false;
    each(schema, &mut |_, entries| {
        refers |= entries
            .iter()
            .any(|entry| ["$ref", "$dynamicRef"].contains(&entry.key.value.as_str()));
    });
    refers
}
