//! `calls` of an action, and the short form `call`: what it does outside.

use crate::finding::Finding;
use crate::model::duration::Seconds;
use crate::model::fields::{Fields, wrong_type};
use crate::syntax::{Entry, Node, Value};
use crate::text::{Located, Span, Text};

/// One thing that an action does outside.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name in the action.
    pub id: Located<Text>,
    /// The connector.
    pub connector: Located<Text>,
    /// The arguments, with templates.
    pub with: Node,
    /// How long it may take.
    pub timeout: Seconds,
    /// How often it is tried again.
    pub retries: u32,
    /// Calls of this action that must have succeeded.
    pub needs: Vec<Located<Text>>,
    /// The whole call.
    pub span: Span,
}

/// How long a call may take unless it says otherwise.
const TIMEOUT: Seconds = Seconds(30);
/// The longest time that a call may ask for.
const TIMEOUT_MAX: Seconds = Seconds(30 * 24 * 3600);

/// Reads the calls, those of the list first.
pub(super) fn read(calls: &[Node], call: Option<&Entry>, findings: &mut Vec<Finding>) -> Vec<Call> {
    let mut read: Vec<Call> = calls
        .iter()
        .filter_map(|node| read_call(node, None, findings))
        .collect();
    if let Some(call) = call {
        read.extend(read_call(&call.node, Some(call.key.span), findings));
    }
    read
}

/// Reads a call; the short form `call:` needs no id and stands at `short`.
fn read_call(node: &Node, short: Option<Span>, findings: &mut Vec<Finding>) -> Option<Call> {
    let place = short.unwrap_or_else(|| node.first_key());
    let mut fields = Fields::of("a call", node, place, findings)?;
    let id = match short {
        Some(span) => fields
            .text("id")
            .or_else(|| Some(Located::new(Text::from("call"), span))),
        None => fields.required_text("id"),
    };
    let connector = fields.required_text("connector");
    let with = fields.node("with").cloned();
    let timeout = fields.duration("timeout", TIMEOUT_MAX);
    let retries = fields.integer("retries", 0, 10);
    let needs = fields.texts("needs");
    fields.done();
    let timeout = timeout.unwrap_or(TIMEOUT);
    if let Some(with) = &with
        && with.as_mapping().is_none()
    {
        findings.push(wrong_type(with, "a mapping", "`with` must be"));
    }
    Some(Call {
        id: id?,
        connector: connector?,
        with: with.unwrap_or(Node {
            span: place,
            value: Value::Mapping([].into()),
        }),
        timeout,
        retries: retries.map_or(0, |retries| u32::try_from(retries.value).unwrap_or(0)),
        needs,
        span: node.span,
    })
}
