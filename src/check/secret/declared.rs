//! Secrets that an action itself gives: the `default` of an input that it marks as a secret.
//!
//! In: actions. Out: findings that hide what they mark. An envelope of age is none.

use crate::check::Subject;
use crate::check::request::is_age_envelope;
use crate::finding::Finding;
use crate::finding::codes::E0510;
use crate::model::is_secret;
use crate::syntax::{Node, Value};

/// Values of secrets that stand beside the word that makes them secrets.
pub(in crate::check) fn declared(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let actions = subject.catalog.actions.iter();
    for input in actions.flat_map(|it| &it.inputs.properties) {
        below(&input.node, findings);
    }
}

/// Looks at all schemas below a value; YAML is at most 64 levels deep.
fn below(node: &Node, findings: &mut Vec<Finding>) {
    match &node.value {
        Value::Mapping(entries) => {
            let is_marked = is_secret(node);
            for entry in entries.iter() {
                if is_marked && entry.key.value == "default" {
                    given(&entry.node, findings);
                } else {
                    below(&entry.node, findings);
                }
            }
        }
        Value::Sequence(nodes) => nodes.iter().for_each(|node| below(node, findings)),
        _ => {}
    }
}

/// A value that is given, or each of a list of them.
fn given(node: &Node, findings: &mut Vec<Finding>) {
    if let Some(nodes) = node.as_sequence() {
        return nodes.iter().for_each(|node| given(node, findings));
    }
    let Some(text) = node.as_str() else {
        return;
    };
    // A template is filled when it is asked for.
    if text.is_empty() || text.contains("{{") || is_age_envelope(text) {
        return;
    }
    let message = "the `default` of a secret stands here in plain text";
    findings.push(
        Finding::new(&E0510, node.span, message)
            .label("not shown")
            .help(
                "take it out: who asks gives the secret as an envelope, `age --armor -r RECIPIENT`",
            )
            .hides(),
    );
}
