//! What must be true of an entity for an action to be done to it, whoever asks.
//!
//! In: the key `precondition` of an action, one or a list. Out: expressions, each with the words
//! that its author wrote for those whom it stops.

use crate::finding::Finding;
use crate::finding::codes::E0207;
use crate::model::fields::Fields;
use crate::syntax::Node;
use crate::text::{Located, Text};

/// One thing that must be true.
#[derive(Debug, Clone)]
pub struct Precondition {
    /// jq over `{entity}`: asked of the entity on the target and in the result.
    pub when: Located<Text>,
    /// What to say where it is false, in one line.
    pub message: Located<Text>,
}

/// Reads one or a list of them.
pub(super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Vec<Precondition> {
    let all = node.as_sequence().unwrap_or(std::slice::from_ref(node));
    all.iter().filter_map(|node| one(node, findings)).collect()
}

fn one(node: &Node, findings: &mut Vec<Finding>) -> Option<Precondition> {
    let place = node.first_key();
    let mut fields = Fields::of("a precondition", node, place, findings)?;
    let (when, message) = (
        fields.required_text("when"),
        fields.required_text("message"),
    );
    fields.done();
    let (when, message) = (when?, message?);
    let words: Vec<&str> = message.value.split_whitespace().collect();
    if words.is_empty() {
        findings.push(
            Finding::new(&E0207, message.span, "`message` says nothing")
                .label("empty")
                .help("say what is missing, and what to do about it"),
        );
    }
    let message = Located::new(Text::from(words.join(" ")), message.span);
    Some(Precondition { when, message })
}
