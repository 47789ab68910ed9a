//! References of a descriptor to others: `[kind:][namespace/]name`.
//!
//! In: a key of `spec`, what stands there, and the namespace of the entity that says it. Out:
//! relations, whose names are identifiers of the catalog. Whether an entity has the name is for
//! `graph`; case is put right when all names are known.

use super::kind::{KINDS, Kind, Reference};
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::{E0232, E0233, E0307};
use crate::model::fields::text_of;
use crate::model::reader::tree;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::did_you_mean;
use crate::text::nearest;
use crate::text::slip;

/// The namespace that is not written.
const DEFAULT: &str = "default";

/// The identifier of an entity: its name, and before it the namespace unless that is the default.
pub(super) fn identifier(namespace: &str, name: &str) -> String {
    if namespace.is_empty() || namespace.eq_ignore_ascii_case(DEFAULT) {
        name.to_owned()
    } else {
        format!("{namespace}/{name}")
    }
}

/// The relations that one key of `spec` is.
pub(super) fn relations(
    reference: &Reference,
    written: &Entry,
    namespace: &str,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let place = written.key.span;
    let Some(nodes) = written.node.as_sequence() else {
        let held = held(reference, &written.node, namespace, findings);
        return held
            .into_iter()
            .map(|(relation, node)| tree::entry(relation, place, node))
            .collect();
    };
    let held: Vec<(&str, Node)> = nodes
        .iter()
        .filter_map(|node| held(reference, node, namespace, findings))
        .collect();
    let only = (reference.relations.len() == 1).then_some(());
    reference
        .relations
        .iter()
        .filter_map(|(_, relation)| {
            let of_it = held.iter().filter(|(name, _)| name == relation);
            let nodes: Vec<Node> = of_it.map(|(_, node)| node.clone()).collect();
            // An empty list is a list all the same, where it is clear of what.
            (!nodes.is_empty())
                .then_some(())
                .or(only)
                .map(|()| tree::entry(relation, place, tree::sequence(written.node.span, nodes)))
        })
        .collect()
}

/// The relation that holds a reference, and the identifier in its place.
fn held(
    reference: &Reference,
    node: &Node,
    namespace: &str,
    findings: &mut Vec<Finding>,
) -> Option<(&'static str, Node)> {
    let written = text_of(node, reference.key, findings)?.value;
    let parts = Parts::of(&written);
    if parts.is_broken() {
        findings.push(
            Finding::new(
                &E0232,
                node.span,
                format!("`{written}` is no reference to an entity"),
            )
            .label("a part is empty")
            .help("write `name`, `kind:name` or `kind:namespace/name`"),
        );
        return None;
    }
    let Some(kind) = parts.kind.or(reference.default) else {
        findings.push(kind_missing(reference, node, &written));
        return None;
    };
    let relation = reference
        .relations
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(kind));
    let Some((_, relation)) = relation else {
        findings.push(kind_wrong(reference, node, &written, kind));
        return None;
    };
    let identifier = identifier(parts.namespace.unwrap_or(namespace), parts.name);
    Some((relation, tree::text(&identifier, node.span)))
}

/// A reference in its parts.
struct Parts<'t> {
    kind: Option<&'t str>,
    namespace: Option<&'t str>,
    name: &'t str,
}

impl<'t> Parts<'t> {
    /// The first colon ends the kind unless a slash stands before it; the first slash ends the
    /// namespace.
    fn of(written: &'t str) -> Self {
        let colon = written.find(':');
        let slash = written.find('/');
        let colon = colon.filter(|colon| slash.is_none_or(|slash| *colon < slash));
        let after = colon.map_or(0, |colon| colon + 1);
        let part = |from: usize, to: usize| written.get(from..to).unwrap_or_default();
        Self {
            kind: colon.map(|colon| part(0, colon)),
            namespace: slash.map(|slash| part(after, slash)),
            name: part(slash.map_or(after, |slash| slash + 1), written.len()),
        }
    }

    fn is_broken(&self) -> bool {
        let is_empty = |part: Option<&str>| part.is_some_and(|part| part.trim().is_empty());
        self.name.trim().is_empty() || is_empty(self.kind) || is_empty(self.namespace)
    }
}

fn kind_missing(reference: &Reference, node: &Node, written: &str) -> Finding {
    let names: Vec<String> = reference
        .relations
        .iter()
        .take(2)
        .map(|(kind, _)| format!("`{}:{written}`", kind.to_lowercase()))
        .collect();
    Finding::new(
        &E0232,
        node.span,
        format!(
            "`{written}` does not say its kind, and `{}` has none of its own",
            reference.key
        ),
    )
    .label("the kind is missing")
    .help(format!("write {}", names.join(" or ")))
}

/// A kind that the relation does not lead to: one that is known, or one that nothing tells.
fn kind_wrong(reference: &Reference, node: &Node, written: &str, kind: &str) -> Finding {
    let wanted: Vec<&str> = reference.relations.iter().map(|(kind, _)| *kind).collect();
    let words: Vec<String> = wanted
        .iter()
        .map(|kind| format!("`{}:NAME`", kind.to_lowercase()))
        .collect();
    let advice = format!("write {}", words.join(" or "));
    let key = reference.key;
    if let Some(known) = Kind::in_any_case(kind) {
        let message = format!(
            "`{written}` is of the kind {}, and `{key}` leads to {}",
            known.name,
            wanted.join(" or ")
        );
        return Finding::new(&E0307, node.span, message)
            .label("of another kind")
            .help(advice);
    }
    let names = KINDS.map(|kind| kind.name.to_lowercase());
    if let Some(meant) = slip(kind, names.iter().map(String::as_str)) {
        let message = format!("`{written}` is of no kind: there is none called `{kind}`");
        let written_right = format!("{meant}{}", written.get(kind.len()..).unwrap_or_default());
        return Finding::new(&E0232, node.span, message)
            .label("read by nothing")
            .help(did_you_mean(&written_right))
            .fix(Fix::name(node.span, written, &written_right));
    }
    let near = nearest(kind, KINDS.iter().map(|kind| kind.name));
    Finding::new(
        &E0233,
        node.span,
        format!(
            "`{written}` is left out: `{key}` is kept for {} alone",
            wanted.join(", ")
        ),
    )
    .label(format!("`{kind}` is no kind of these"))
    .help(advice)
    .maybe_help(near.map(|near| did_you_mean(&format!("{}:", near.to_lowercase()))))
}

#[cfg(test)]
mod tests {
    use super::{Parts, identifier};

    #[test]
    fn a_reference_has_one_to_three_parts() {
        let parts = |text: &'static str| {
            let parts = Parts::of(text);
            (parts.kind, parts.namespace, parts.name)
        };
        assert_eq!(parts("a"), (None, None, "a"));
        assert_eq!(parts("user:a"), (Some("user"), None, "a"));
        assert_eq!(parts("ops/a"), (None, Some("ops"), "a"));
        assert_eq!(parts("user:ops/a"), (Some("user"), Some("ops"), "a"));
        assert_eq!(parts("ops/a:b"), (None, Some("ops"), "a:b"));
        for broken in ["", ":a", "user:", "/a", "user:/a", "user:ops/", " "] {
            assert!(Parts::of(broken).is_broken(), "{broken}");
        }
    }

    #[test]
    fn the_default_namespace_is_not_written() {
        assert_eq!(identifier("Default", "a"), "a");
        assert_eq!(identifier("ops", "a"), "ops/a");
    }
}
