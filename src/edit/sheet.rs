//! A text with the trees that it is, and its lines.
//!
//! In: a text. Out: answers about its lines and its way of writing; texts with some bytes
//! replaced; whether such a text says what was wanted.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::edit::own::first_dash;
use crate::edit::{Form, Place, Refused, documents, node_at};
use crate::finding::Finding;
use crate::finding::codes::E0102;
use crate::syntax::{self, Document, Node};
use crate::text::{FileId, Span};

/// A text and what it says.
pub(super) struct Sheet<'t> {
    pub(super) form: Form,
    pub(super) file: FileId,
    pub(super) text: &'t str,
    pub(super) documents: Vec<Document>,
    /// Where each line begins.
    starts: Vec<usize>,
    /// How new lines end.
    pub(super) newline: &'static str,
    /// What one level of indentation is.
    pub(super) unit: String,
    /// Whether the dashes of a list stand below the first letter of its key.
    pub(super) is_flush: bool,
    findings: usize,
    first_finding: Option<Span>,
    /// The keys that stand once more in their mapping.
    pub(super) twice: BTreeSet<Span>,
}

impl<'t> Sheet<'t> {
    pub(super) fn read(form: Form, file: FileId, text: &'t str) -> Self {
        let (documents, findings) = documents(file, text);
        let newline = match text.find('\n') {
            Some(at) if text.get(..at).is_some_and(|it| it.ends_with('\r')) => "\r\n",
            _ => "\n",
        };
        let mut sheet = Self {
            form,
            file,
            text,
            documents,
            starts: starts(text),
            newline,
            unit: "  ".to_owned(),
            is_flush: false,
            findings: findings.len(),
            first_finding: findings.first().map(|finding| finding.span),
            twice: twice(&findings),
        };
        let mut habits = (None, None);
        for document in &sheet.documents {
            sheet.habits(&document.root, &mut habits);
        }
        let (unit, is_flush) = habits;
        if let Some(unit) = unit {
            sheet.unit = unit;
        }
        sheet.is_flush = is_flush.unwrap_or_default();
        sheet
    }

    /// How the first mapping in another, and the first list in one, are indented.
    fn habits(&self, node: &Node, habits: &mut (Option<String>, Option<bool>)) {
        for entry in node.as_mapping().unwrap_or_default() {
            let key = entry.key.span.start as usize;
            let dash = first_dash(self, &entry.node).filter(|_| !self.is_flow(&entry.node));
            let value = dash.unwrap_or(entry.node.span.start as usize);
            let is_below = key < value && self.line_start(key) < self.line_start(value);
            if is_below && !self.is_flow(&entry.node) {
                let own = self.indent(key);
                let inner = self.indent(value);
                let deeper = inner.strip_prefix(own.as_str()).unwrap_or_default();
                if entry.node.as_mapping().is_some_and(|it| !it.is_empty()) && !deeper.is_empty() {
                    habits.0.get_or_insert_with(|| deeper.to_owned());
                }
                if entry.node.as_sequence().is_some() {
                    habits.1.get_or_insert(deeper.is_empty());
                }
            }
            if self.is_flow(&entry.node)
                && let Some(first) = entry.node.as_mapping().and_then(|it| it.first())
            {
                let first = first.key.span.start as usize;
                if self.is_first(first) && self.line_start(first) > self.line_start(key) {
                    let (own, inner) = (self.indent_of_line(key), self.indent(first));
                    let deeper = inner.strip_prefix(own.as_str()).unwrap_or_default();
                    if !deeper.is_empty() {
                        habits.0.get_or_insert_with(|| deeper.to_owned());
                    }
                }
            }
            self.habits(&entry.node, habits);
        }
        for item in node.as_sequence().unwrap_or_default() {
            self.habits(item, habits);
        }
        if let (Form::Json, Some(first)) = (self.form, first_inside(node)) {
            if !self.is_first(first) {
                return;
            }
            let (own, inner) = (
                self.indent_of_line(node.span.start as usize),
                self.indent(first),
            );
            let deeper = inner.strip_prefix(own.as_str()).unwrap_or_default();
            if !deeper.is_empty() {
                habits.0.get_or_insert_with(|| deeper.to_owned());
            }
        }
    }

    /// What the documents say.
    pub(super) fn said(&self) -> Vec<Json> {
        self.documents.iter().map(|it| it.root.to_json()).collect()
    }

    /// Whether a text says this, and can be read as well as this one.
    pub(super) fn gives(&self, new: &str, wanted: &[Json]) -> bool {
        let (documents, findings) = documents(self.file, new);
        let is_json = self.form == Form::Yaml
            || syntax::json_fault(self.file, new).is_none()
            || syntax::json_fault(self.file, self.text).is_some();
        findings.len() <= self.findings
            && is_json
            && documents.len() == wanted.len()
            && documents
                .iter()
                .zip(wanted)
                .all(|(document, wanted)| document.complete && document.root.to_json() == *wanted)
    }

    /// The text between two bytes.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The line of a byte, counted from 0.
    fn line(&self, at: usize) -> usize {
        let before = self.starts.partition_point(|start| *start <= at);
        before.saturating_sub(1)
    }

    /// Where the line of a byte begins; a byte order mark is before the first.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let mark = if self.text.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        match self.line(at) {
            0 => mark.min(at),
            line => self.starts.get(line).copied().unwrap_or_default(),
        }
    }

    /// Where the line of a byte ends, before its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let next = self.starts.get(self.line(at) + 1);
        let end = next.map_or(self.text.len(), |next| next - 1);
        let is_crlf = self.slice(at, end).ends_with('\r');
        end - usize::from(is_crlf && end < self.text.len())
    }

    /// Where the next line begins.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let next = self.starts.get(self.line(at) + 1);
        next.copied().unwrap_or(self.text.len())
    }

    /// How the line of a byte ends, or the one before it where it is the last.
    fn newline_at(&self, at: usize) -> &'static str {
        let next = self.starts.get(self.line(at) + 1);
        let end = next.copied().unwrap_or_else(|| self.line_start(at));
        match self.slice(0, end) {
            before if before.ends_with("\r\n") => "\r\n",
            before if before.ends_with('\n') => "\n",
            _ => self.newline,
        }
    }

    /// The same sheet, in which new lines end as those beside a place do.
    pub(super) fn beside(mut self, place: &Place) -> Self {
        let end = self.span(place).end as usize;
        let written = self.slice(0, end).trim_end();
        self.newline = self.newline_at(written.len().saturating_sub(1));
        self
    }

    /// Whether nothing but blanks stands before a byte in its line.
    pub(super) fn is_first(&self, at: usize) -> bool {
        self.slice(self.line_start(at), at).chars().all(is_blank)
    }

    /// The blanks before a byte, or as many as there are characters before it.
    pub(super) fn indent(&self, at: usize) -> String {
        let before = self.slice(self.line_start(at), at);
        before
            .chars()
            .map(|c| if is_blank(c) { c } else { ' ' })
            .collect()
    }

    /// The blanks at the begin of the line of a byte.
    pub(super) fn indent_of_line(&self, at: usize) -> String {
        let line = self.slice(self.line_start(at), at);
        line.chars().take_while(|c| is_blank(*c)).collect()
    }

    /// Whether a list or mapping stands in brackets.
    pub(super) fn is_flow(&self, node: &Node) -> bool {
        let rest = self.text.get(node.span.start as usize..);
        let is_collection = node.as_mapping().is_some() || node.as_sequence().is_some();
        is_collection && rest.is_some_and(|rest| rest.starts_with(['{', '[']))
    }

    /// Whether the document of a place can be read whole.
    pub(super) fn is_whole(&self, place: &Place) -> Result<(), Refused> {
        let document = self.documents.get(place.document);
        if document.is_some_and(|it| it.complete) {
            return Ok(());
        }
        Err(Refused {
            why: "a part of the file cannot be read".to_owned(),
            at: self.first_finding.unwrap_or(Span::whole_file(self.file)),
            help: "put that right first; `catalogc check` says what it is".to_owned(),
        })
    }

    /// Where a place is, or what is nearest to it.
    fn span(&self, place: &Place) -> Span {
        let root = self.documents.get(place.document).map(|it| &it.root);
        let mut steps = place.steps.as_slice();
        loop {
            if let Some(node) = root.and_then(|root| node_at(root, steps)) {
                return node.span;
            }
            match steps.split_last() {
                Some((_, rest)) => steps = rest,
                None => return Span::whole_file(self.file),
            }
        }
    }

    /// That a value cannot be written so that all else stays.
    pub(super) fn unwritable(&self, place: &Place) -> Refused {
        let at = self.span(place);
        let aliases = self.documents.get(place.document).map(|it| &it.aliases);
        let alias = aliases.and_then(|aliases| {
            let mut aliases = aliases.iter();
            aliases.find(|it| it.node.start <= at.start && at.start < it.node.end)
        });
        match alias {
            Some(alias) => Refused {
                why: "the value stands for others too, which an alias names".to_owned(),
                at: alias.span,
                help: "write the value out where the alias stands, or change the file by hand"
                    .to_owned(),
            },
            None => Refused {
                why: "it is not written so that this can be changed and all else stays".to_owned(),
                at,
                help: "change the file by hand, then run `catalogc check`".to_owned(),
            },
        }
    }

    /// That a path leads through a value that has no parts.
    pub(super) fn no_way(&self, place: &Place) -> Refused {
        let mut steps = place.steps.as_slice();
        let root = self.documents.get(place.document).map(|it| &it.root);
        while root.is_some_and(|root| node_at(root, steps).is_none()) {
            let Some((_, rest)) = steps.split_last() else {
                break;
            };
            steps = rest;
        }
        let node = root.and_then(|root| node_at(root, steps));
        let what = node.map_or("nothing", Node::type_words);
        Refused {
            why: format!("{what} stands here, and has no such part"),
            at: self.span(place),
            help: "name a path that the file has; `catalogc get` shows the values".to_owned(),
        }
    }

    /// That a value is written elsewhere.
    pub(super) fn merged(&self, at: Span) -> Refused {
        Refused {
            why: "it is written here, and comes to where it was asked for by `<<` or an alias"
                .to_owned(),
            at: Span {
                file: self.file,
                ..at
            },
            help: "change it here for all, or write it out where it was asked for".to_owned(),
        }
    }
}

pub(super) const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// Where each line of a text begins.
fn starts(text: &str) -> Vec<usize> {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).collect()
}

/// The first ones of keys that stand twice.
fn twice(findings: &[Finding]) -> BTreeSet<Span> {
    let all = findings.iter().filter(|it| *it.code == E0102);
    all.flat_map(|it| &it.related).map(|it| it.span).collect()
}

/// Where the first thing inside a list or mapping begins.
fn first_inside(node: &Node) -> Option<usize> {
    let key = node.as_mapping().and_then(|it| it.first());
    let item = node.as_sequence().and_then(<[Node]>::first);
    let span = key.map(|it| it.key.span).or(item.map(|it| it.span));
    span.map(|span| span.start as usize)
}
