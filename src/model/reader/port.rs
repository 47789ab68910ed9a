//! Reads what Port's API and command line export, and `port.yml`.
//!
//! In: the trees of a file. Out: native documents. What Port keeps for itself (who changed what
//! when) is left out silently; what means something and has no counterpart is a finding at its
//! place. What narrows who may do something and has no counterpart leaves it to nobody.

use std::fmt::Display;

use super::{Foreign, Native, tree};
use crate::finding::Finding;
use crate::finding::bound;
use crate::finding::codes::{E0220, E0221, E0224};
use crate::model::settings::DocumentKind;
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Span;

use shape::Shape;
use sibling::Siblings;

mod action;
mod blueprint;
mod entity;
mod file_text;
mod input;
mod invocation;
mod key;
mod permission;
mod scorecard;
mod search;
mod shape;
pub(in crate::model) mod sibling;
mod template;
mod trigger;

/// What is shared while a file is read.
struct Reading<'a> {
    foreign: &'a Foreign<'a>,
    /// Whether the document was read to its end.
    complete: bool,
    /// What is said of actions elsewhere.
    siblings: Siblings,
    natives: Vec<Native>,
    findings: &'a mut Vec<Finding>,
}

impl Reading<'_> {
    /// Says that something with a meaning has no counterpart.
    fn lost(&mut self, span: Span, what: impl Display, help: &str) {
        self.findings.push(
            Finding::new(&E0220, span, format!("not carried over: {what}"))
                .label("has no counterpart here")
                .help(help),
        );
        bound(self.findings);
    }

    /// Says that nobody may do what only some might.
    fn closed(&mut self, span: Span, what: impl Display, help: &str) {
        self.findings.push(
            Finding::new(
                &E0224,
                span,
                format!("not carried over, so that nobody is permitted: {what}"),
            )
            .label("narrows who may")
            .help(help),
        );
        bound(self.findings);
    }

    /// Says that nobody may do what nothing says who may do.
    fn unsaid(&mut self, span: Span, message: String, help: String) {
        self.findings.push(
            Finding::new(&E0224, span, message)
                .label("nobody is permitted")
                .help(help),
        );
    }

    /// A document that was made.
    fn give(&mut self, kind: DocumentKind, root: Node) {
        self.natives.push(Native {
            kind,
            document: tree::document(root, self.complete),
        });
    }
}

/// Whether a file of this text may take in others.
pub(super) fn may_take_in(text: &str) -> bool {
    text.contains(file_text::SCHEME)
}

/// Reads the documents of a file.
pub(super) fn read(
    foreign: &Foreign<'_>,
    documents: Vec<Document>,
    findings: &mut Vec<Finding>,
) -> Vec<Native> {
    let mut reading = Reading {
        foreign,
        complete: true,
        siblings: Siblings::default(),
        natives: Vec::new(),
        findings,
    };
    let said = foreign.kind.and_then(Shape::of_kind);
    for document in documents {
        reading.complete = document.complete;
        if document.root.is_null() {
            continue;
        }
        let left_out = || {
            let by_keys = shape::left_out_by_keys(&document.root);
            shape::left_out(stem(foreign)).or(by_keys)
        };
        if said.is_none()
            && let Some(name) = left_out()
        {
            let place = document.root.span.part(0, 0);
            reading.lost(place, name, "take the file out of the glob of `sources`");
        } else if shape::permissions_file(stem(foreign)) && said.is_none() {
            permission::standing_alone(&document.root, &mut reading);
        } else {
            whole(document.root, said, &mut reading);
        }
    }
    reading.natives
}

/// The name of the file without its ending.
fn stem<'a>(foreign: &Foreign<'a>) -> &'a str {
    let path = foreign.snapshot.path(foreign.file);
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A document: a list of objects, an answer of the API, or an object by itself.
fn whole(root: Node, said: Option<Shape>, reading: &mut Reading<'_>) {
    match root.value {
        Value::Sequence(nodes) => list(&nodes, said, reading),
        Value::Mapping(entries) if shape::is_answer(&entries) => answer(&entries, reading),
        _ => list(&[root], said, reading),
    }
}

/// The collections of an answer.
fn answer(entries: &[Entry], reading: &mut Reading<'_>) {
    if let Some(ok) = crate::syntax::entry(entries, "ok")
        && ok.node.value == Value::Bool(false)
    {
        reading.findings.push(
            Finding::new(
                &E0221,
                ok.node.span,
                "this is an answer that tells of an error",
            )
            .label("the export failed")
            .help("export again"),
        );
        return;
    }
    reading.siblings = Siblings::of_answer(entries);
    for entry in entries.iter().cloned() {
        let key = entry.key.value.as_str();
        if let Some(shape) = shape::collection(key) {
            match entry.node.value {
                Value::Sequence(nodes) => list(&nodes, Some(shape), reading),
                Value::Null => {}
                _ => list(&[entry.node], Some(shape), reading),
            }
        } else if shape::permissions_file(key) {
            // The actions took theirs.
        } else if key == "permissions" {
            reading.closed(
                entry.key.span,
                "permissions that do not say of which action they are",
                "put them into the action, as its `permissions`",
            );
        } else if matches!(key, "next" | "nextCursor") && !entry.node.is_null() {
            let help = "export the other pages too, each to a file of its own";
            reading.lost(entry.key.span, "the pages after this one", help);
        } else if !shape::is_empty(&entry.node) && !key::is_of_answer(key) {
            let what = shape::left_out(key).map_or_else(|| format!("`{key}`"), str::to_owned);
            reading.lost(entry.key.span, what, "delete it, or leave it as a reminder");
        }
    }
}

/// Objects of one shape, or each of the one that it looks like.
fn list(nodes: &[Node], said: Option<Shape>, reading: &mut Reading<'_>) {
    let mut unknown: Option<(Span, usize)> = None;
    for node in nodes.iter().cloned().flat_map(shape::unwrapped) {
        let shape = match node.value {
            Value::Mapping(_) => said.or_else(|| shape::of(&node)),
            _ => None,
        };
        if let Some(shape) = shape {
            object(node, shape, reading);
            bound(reading.findings);
        } else {
            let (_, more) = unknown.get_or_insert((node.first_key(), 0));
            *more += 1;
        }
    }
    let Some((span, count)) = unknown else { return };
    let others = match count {
        1 => String::new(),
        2 => ", nor of another in this list".to_owned(),
        n => format!(", nor of {} others in this list", n - 1),
    };
    reading.findings.push(
        Finding::new(
            &E0221,
            span,
            format!("nothing says what this object of Port is{others}"),
        )
        .label("no blueprint, entity, action or scorecard")
        .help("say it in `sources` of catalogc.yaml, as `documents: entities`; is it none of Port's, leave its file out with `exclude`"),
    );
}

fn object(node: Node, shape: Shape, reading: &mut Reading<'_>) {
    match shape {
        Shape::Blueprint => blueprint::read(node, reading),
        Shape::Entity => entity::read(node, reading),
        Shape::Action => action::read(node, reading),
        Shape::Scorecard => scorecard::read(node, reading),
        Shape::Permissions => permission::standing_alone(&node, reading),
    }
}
