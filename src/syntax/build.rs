//! Builds the trees from the events of the YAML parser, which is named here and below only.
//!
//! In: the text of a file. Out: its documents and findings. Duplicate keys, aliases, merge keys
//! and all budgets are ours, because the parser leaves them to its caller. A line that begins
//! with `---` begins a document whatever stands before it, so that the text is cut there and
//! each piece is read by itself: a mistake in one document hides nothing in the next.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StrInput};

use super::{Alias, Document, Entry, MergeKeys, Node, Value, hidden, limit, plain, scalar};
use crate::finding::Finding;
use crate::finding::codes::E0104;
use crate::text::{FileId, Span, Text};

use alias::Anchor;
use budget::{Budget, ORDINARY};
pub use comments::{comments, comments_at};
use key::Key;
use open::{Inside, Open};

mod alias;
mod begin;
mod bracketed;
mod budget;
mod comments;
mod conflict;
mod document;
mod flow;
mod indentation;
mod key;
mod misquoted;
mod open;
mod rough;
mod scene;
mod separator;
#[cfg(test)]
mod tests;
mod words;

/// Reads the documents of a file and what is wrong with them.
pub fn parse(file: FileId, text: &str, merge_keys: MergeKeys) -> (Vec<Document>, Vec<Finding>) {
    match plain::parse(file, text) {
        Some(document) => (vec![document], Vec::new()),
        None => parse_fully(file, text, merge_keys, ORDINARY),
    }
}

/// The same for a file in another language, which may have more in it.
pub fn parse_large(
    file: FileId,
    text: &str,
    merge_keys: MergeKeys,
) -> (Vec<Document>, Vec<Finding>) {
    match plain::parse(file, text) {
        Some(document) => (vec![document], Vec::new()),
        None => parse_fully(file, text, merge_keys, Budget::large(text)),
    }
}

/// The same by the parser alone.
fn parse_fully(
    file: FileId,
    text: &str,
    merge_keys: MergeKeys,
    budget: Budget,
) -> (Vec<Document>, Vec<Finding>) {
    let mut builder = Builder {
        file,
        text,
        merge_keys,
        budget,
        documents: Vec::new(),
        findings: Vec::new(),
        open: Vec::new(),
        root: None,
        next_roots: Vec::new(),
        anchors: HashMap::default(),
        aliases: Vec::new(),
        nodes: 0,
        kept: 0,
        errors: 0,
        warnings: 0,
        typographic: false,
        is_cut: false,
        started: false,
        base: 0,
        piece_end: 0,
    };
    hidden::find(file, text, &mut builder.findings);
    builder.run();
    builder.count_untold();
    (builder.documents, builder.findings)
}

/// The reading cannot go on: what is read so far is kept.
enum Stop {
    /// Of this document; the next one is read.
    Document,
    /// Of this document, and another begins at this byte without a `---` before it.
    At(usize),
    /// Of the file, whose budget is used up.
    File,
}

struct Builder<'t> {
    file: FileId,
    text: &'t str,
    merge_keys: MergeKeys,
    budget: Budget,
    documents: Vec<Document>,
    findings: Vec<Finding>,
    open: Vec<Open>,
    root: Option<Node>,
    /// Documents that follow the open one without a `---` between them.
    next_roots: Vec<Node>,
    anchors: HashMap<usize, Anchor>,
    /// The aliases of the open document.
    aliases: Vec<Alias>,
    /// Values read in this file, aliases counted with what they stand for.
    nodes: usize,
    /// Values kept for aliases.
    kept: usize,
    /// Errors found, told or not.
    errors: usize,
    /// Warnings found, told or not.
    warnings: usize,
    /// Whether keys in typographic quotes were already found in this document.
    typographic: bool,
    /// Whether a part of the open document is left out.
    is_cut: bool,
    /// Whether a document is open that has content.
    started: bool,
    /// Where the piece of the text begins that the parser reads.
    base: usize,
    /// Where it ends.
    piece_end: usize,
}

impl<'t> Builder<'t> {
    fn run(&mut self) {
        let mut from = 0;
        while from < self.text.len() {
            self.base = from;
            let next = separator::next(self.text, from);
            let marker = conflict::find(self.text, from, next);
            self.piece_end = marker.map_or(next, |(start, _)| start);
            let told = self.findings.len();
            let mut stopped = self.piece();
            if let Some((start, end)) = marker {
                stopped = self.conflict(self.span(start, end), stopped, told);
            }
            from = next;
            if let Err(stop) = stopped {
                self.salvage(!matches!(stop, Stop::At(_)));
                match stop {
                    Stop::Document => {}
                    Stop::At(at) => from = at.max(self.base + 1),
                    Stop::File => return,
                }
            }
        }
    }

    /// Reads the piece of the text between two lines that begin with `---`.
    fn piece(&mut self) -> Result<(), Stop> {
        let options = granit_parser::options! {
            strict_indentation: true,
            disallow_directives: true,
            emit_comments: false,
            flow_nesting_limit: limit::DEPTH,
            block_nesting_limit: limit::DEPTH,
        };
        let piece = self.text.get(self.base..self.piece_end).unwrap_or("");
        let mut parser: Parser<'t, StrInput<'t>> =
            Parser::new_from_str_with_options(piece, options);
        while let Some(event) = parser.next_event() {
            match event {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or_default();
                    let span = self.span(self.base + range.start, self.base + range.end);
                    self.event(event, span)?;
                }
                Err(error) => return Err(self.syntax_error(&error)),
            }
        }
        Ok(())
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    /// The characters of a span.
    fn slice(&self, span: Span) -> &'t str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    fn event(&mut self, event: Event<'t>, span: Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(..) => {
                if self.documents.len() >= self.budget.documents {
                    return Err(self.too_large(
                        span,
                        format!("there are more than {} documents", self.budget.documents),
                    ));
                }
                self.started = true;
                (self.typographic, self.is_cut) = (false, false);
                self.anchors.clear();
                self.aliases.clear();
            }
            Event::DocumentEnd => self.end_document(true),
            Event::Scalar(text, style, anchor, tag) => {
                if tag.is_some() {
                    self.refuse_tag(span);
                }
                let node = self.scalar(&text, style, span);
                let size = alias::size_of_text(&text);
                self.finish(node, anchor, size, 1, matches!(style, ScalarStyle::Plain))?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(span, anchor, tag.is_some(), Inside::Sequence(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.begin(span, anchor, tag.is_some(), Inside::mapping())?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(id) => self.alias(id, span)?,
            _ => {}
        }
        Ok(())
    }

    fn begin(
        &mut self,
        span: Span,
        anchor: usize,
        tagged: bool,
        inside: Inside,
    ) -> Result<(), Stop> {
        if tagged {
            self.refuse_tag(span);
        }
        if self.open.len() >= limit::DEPTH {
            return Err(self.too_deep(span));
        }
        self.open.push(Open {
            start: span.start,
            anchor,
            inside,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let end = self.trimmed_end(open.start, span.end);
        let node = self.close(open.inside, Span::new(self.file, open.start, end));
        let (size, depth) = match open.anchor {
            0 => (0, 0),
            _ => alias::size_and_depth(&node),
        };
        self.finish(node, open.anchor, size, depth, false)
    }

    /// The list or mapping that ends.
    fn close(&mut self, inside: Inside, span: Span) -> Node {
        let value = match inside {
            Inside::Sequence(nodes) => Value::Sequence(nodes.into()),
            Inside::Mapping {
                mut entries,
                merged,
                again,
                ..
            } => {
                if !again.is_empty() {
                    return self.close_repeating(entries, merged, &again, span);
                }
                self.merge(&mut entries, merged);
                Value::Mapping(entries.into())
            }
        };
        Node { span, value }
    }

    /// Puts a whole value where it belongs: into the list or mapping around it, or as the root.
    fn finish(
        &mut self,
        node: Node,
        anchor: usize,
        size: usize,
        depth: usize,
        plain: bool,
    ) -> Result<(), Stop> {
        self.count(1, node.span)?;
        if anchor != 0 {
            self.keep(anchor, &node, size, depth)?;
        }
        self.place(node, plain);
        Ok(())
    }

    fn place(&mut self, mut node: Node, plain: bool) {
        if let Some(Open {
            inside: Inside::Mapping { key: None, .. },
            ..
        }) = self.open.last()
        {
            let read = self.key(node, plain);
            if let Some(Open {
                inside: Inside::Mapping { key, .. },
                ..
            }) = self.open.last_mut()
            {
                *key = Some(read);
            }
            return;
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(node),
            Some(Inside::Sequence(nodes)) => nodes.push(node),
            Some(Inside::Mapping {
                entries,
                key,
                merged,
                names,
                again,
            }) => {
                let Some(Some(Key {
                    name,
                    is_merge,
                    first,
                })) = key.take()
                else {
                    return;
                };
                if node.is_null() && node.span.start == node.span.end {
                    node.span = name.span;
                }
                if is_merge {
                    *merged = Some(Box::new((name, node)));
                    return;
                }
                again.extend(first.map(|first| (entries.len(), first)));
                let (key_at, value_at) = (name.span, node.span);
                entries.push(Entry { key: name, node });
                key::index(entries, names);
                self.misquoted(key_at, value_at);
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Node {
        if !matches!(style, ScalarStyle::Plain) {
            return Node {
                span,
                value: Value::String(Text::from(text)),
            };
        }
        if text.len() > 2 && self.slice(span).contains('\n') {
            self.text_goes_on(span);
        }
        // The parser gives an absent value as `~` of no length.
        let read = if span.start == span.end {
            Ok(Value::Null)
        } else {
            scalar::plain(text)
        };
        let value = read.unwrap_or_else(|why| {
            self.tell(
                Finding::new(&E0104, span, format!("`{}` {why}", words::cut(text)))
                    .label("this number")
                    .help(format!(
                        "put it in quotes if it is meant as text: `{}`",
                        words::quoted(text)
                    )),
            );
            Value::String(Text::from(text))
        });
        Node { span, value }
    }
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
