//! Texts that name an entity which is renamed or taken out, and of which nobody can tell whether
//! they mean it.
//!
//! In: the catalog afterwards. Out: a finding for each place in a definition where the old name
//! still stands between quotes or is all that a value says, and for each place in a file that
//! cannot be read. Comments are passed over.

use crate::cli::left::words::{Word, is_comment};
use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::codes::E0617;
use crate::model::{DocumentKind, settings};
use crate::source::{Refusal, SourceFile};
use crate::syntax::{self, MergeKeys, Node, Value};
use crate::text::{FileId, Span, visible};

mod missed;
mod words;

pub(super) use missed::missed;
pub(super) use words::words_in;

/// An entity whose name goes.
pub(super) struct Name<'n> {
    pub(super) kind: &'n str,
    pub(super) old: &'n str,
    pub(super) fate: Fate<'n>,
}

/// What becomes of the entity.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate<'n> {
    /// It has another name.
    Renamed(&'n str),
    /// It is taken out.
    Gone,
}

/// The places where the old name is left.
pub(super) fn left(compiled: &Compiled, name: &Name<'_>) -> Vec<Finding> {
    let mut all = Vec::new();
    for (file, source) in compiled.snapshot.files() {
        let kind = compiled.catalog.files.kind(&source.path);
        let is_settings = source.path.rsplit('/').next() == Some(settings::FILE);
        if kind.is_none() && !is_settings {
            continue;
        }
        let is_unread = compiled.catalog.unread.binary_search(&file).is_ok();
        let Ok(text) = &source.text else {
            all.extend(unread(file, source, name));
            continue;
        };
        if !text.contains(name.old) {
            continue;
        }
        let is_cedar = kind == Some(DocumentKind::Policies);
        let documents = if is_cedar {
            Vec::new()
        } else {
            syntax::parse_large(file, text, MergeKeys::Resolved).0
        };
        if is_unread || documents.iter().any(|it| !it.complete) {
            all.extend(unread(file, source, name));
            continue;
        }
        if matches!(kind, Some(DocumentKind::Entities | DocumentKind::Requests)) {
            continue;
        }
        let mut spans = words::quoted(file, text, name);
        let mut reader = Reader {
            name,
            text,
            spans: &mut spans,
        };
        for document in &documents {
            reader.document(&document.root);
        }
        spans.sort();
        spans.dedup();
        all.extend(spans.into_iter().map(|span| told(span, name)));
    }
    all
}

fn told(span: Span, name: &Name<'_>) -> Finding {
    let (kind, old) = (visible(name.kind), visible(name.old));
    let message = format!("`{old}` stands here, and nobody can tell whether it is the {kind}");
    let finding = Finding::new(&E0617, span, message);
    match name.fate {
        Fate::Renamed(new) => finding.label("not rewritten").help(format!(
            "write `{}` where the {kind} is meant, then run it with `--leave-texts`",
            visible(new)
        )),
        Fate::Gone => finding.label("stays").help(format!(
            "change what means the {kind}, then run it with `--leave-texts`"
        )),
    }
}

/// The places of the name in a file that cannot be read; all of one that is no text.
fn unread(file: FileId, source: &SourceFile, name: &Name<'_>) -> Vec<Finding> {
    let (kind, old) = (visible(name.kind), visible(name.old));
    let help = "`catalogc check` says why it cannot be read: put that right, or look at it and run this with `--leave-texts`";
    let finding = |span: Span, message: String| {
        Finding::new(&E0617, span, message)
            .label("not read")
            .help(help)
    };
    let text = match &source.text {
        Ok(text) => text,
        Err(refusal) => {
            return match Refusal::guess(refusal) {
                Some(guess) if !guess.contains(name.old) => Vec::new(),
                _ => vec![finding(
                    Span::whole_file(file),
                    format!("this file cannot be read, and may name the {kind} `{old}`"),
                )],
            };
        }
    };
    let words = Word::all(text, name.old).filter(|word| !is_comment(text, word.at));
    let spans = words.filter_map(|word| word.span(file));
    spans
        .map(|span| {
            finding(
                span,
                format!("`{old}` stands in a file that cannot be read, and may be the {kind}"),
            )
        })
        .collect()
}

/// What reads the values of a definition.
struct Reader<'r> {
    name: &'r Name<'r>,
    text: &'r str,
    spans: &'r mut Vec<Span>,
}

impl Reader<'_> {
    /// A definition, or a list of some; what they are called themselves is no name of an entity.
    fn document(&mut self, root: &Node) {
        if let Some(nodes) = root.as_sequence() {
            for node in nodes {
                self.document(node);
            }
            return;
        }
        for entry in root.as_mapping().unwrap_or_default() {
            let is_own = matches!(entry.key.value.as_str(), "identifier" | "name");
            if !is_own || entry.node.as_str().is_none() {
                self.entry(&entry.key.value, &entry.node);
            }
        }
    }

    fn entry(&mut self, key: &str, node: &Node) {
        // What people read, and what a test expects, asks for nothing.
        let is_read = matches!(key, "title" | "description" | "expect");
        if !is_read || node.as_str().is_none() {
            self.value(node);
        }
    }

    /// Where a value is the name and nothing else.
    fn value(&mut self, node: &Node) {
        match &node.value {
            Value::String(text) if self.is_it(text) => self.at(node),
            Value::String(text) if text.contains('\n') && text.contains(self.name.old) => {
                self.document_in(node, text);
            }
            Value::Sequence(nodes) => nodes.iter().for_each(|it| self.value(it)),
            Value::Mapping(entries) => {
                for entry in entries.iter() {
                    self.entry(&entry.key.value, &entry.node);
                }
            }
            _ => {}
        }
    }

    fn is_it(&self, text: &str) -> bool {
        let name = text
            .strip_prefix(self.name.kind)
            .and_then(|it| it.strip_prefix('/'));
        name.unwrap_or(text) == self.name.old
    }

    /// The name in what is written of a value.
    fn at(&mut self, node: &Node) {
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        let written = self.text.get(start..end).unwrap_or_default();
        let words = Word::all(written, self.name.old);
        let mut spans = words.filter_map(|word| word.after(start).span(node.span.file));
        self.spans.push(spans.next().unwrap_or(node.span));
    }

    /// A whole document as a text, as tests have it.
    fn document_in(&mut self, node: &Node, text: &str) {
        let (documents, _) = syntax::parse(FileId::BUILT_IN, text, MergeKeys::Resolved);
        let mut inside = Vec::new();
        for document in &documents {
            let mut reader = Reader {
                name: self.name,
                text,
                spans: &mut inside,
            };
            reader.value(&document.root);
        }
        if inside.is_empty() {
            return;
        }
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        let written = self.text.get(start..end).unwrap_or_default();
        for word in words_in(self.text, (start, written), self.name.old) {
            self.spans.extend(word.span(node.span.file));
        }
    }
}
