//! Builds the trees from the events of the YAML parser, which is named in this file only.
//!
//! Duplicate keys, aliases, merge keys and all budgets are ours, because the parser leaves
//! them to its caller.

use std::collections::HashMap;
use std::collections::HashSet;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput};

use super::{Document, Entry, MergeKeys, Node, Value, is_misquoted, limit, plain, scalar};
use crate::finding::Finding;
use crate::finding::codes::{E0101, E0102, E0103, E0104, E0105};
use crate::text::{FileId, Located, Span, Text, has_hidden};

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
        None => parse_fully(file, text, merge_keys, LARGE),
    }
}

/// How much a file may have in it.
#[derive(Clone, Copy)]
struct Budget {
    nodes: usize,
    documents: usize,
}

/// Of a file in the catalog's own language.
const ORDINARY: Budget = Budget {
    nodes: limit::NODES,
    documents: limit::DOCUMENTS,
};

/// Of a file in another.
const LARGE: Budget = Budget {
    nodes: limit::LARGE_NODES,
    documents: limit::LARGE_DOCUMENTS,
};

/// The same by the parser alone.
fn parse_fully(
    file: FileId,
    text: &str,
    merge_keys: MergeKeys,
    budget: Budget,
) -> (Vec<Document>, Vec<Finding>) {
    let options = granit_parser::options! {
        strict_indentation: true,
        disallow_directives: true,
        emit_comments: false,
        flow_nesting_limit: limit::DEPTH,
        block_nesting_limit: limit::DEPTH,
    };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder {
        file,
        text,
        merge_keys,
        budget,
        documents: Vec::new(),
        findings: Vec::new(),
        open: Vec::new(),
        root: None,
        anchors: HashMap::default(),
        nodes: 0,
        kept: 0,
        typographic: false,
        started: false,
    };
    builder.run(parser);
    (builder.documents, builder.findings)
}

/// A mapping or list that is not closed yet.
struct Open {
    start: u32,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        /// `Some(None)`: a key was refused, its value is read and dropped.
        #[expect(clippy::option_option, reason = "no key yet, a refused one, a key")]
        key: Option<Option<Key>>,
        /// What `<<` named; laid under the other entries when the mapping ends.
        merged: Option<(Located<Text>, Node)>,
        /// Where each key stands, once there are so many that looking through them is slow.
        names: HashMap<Text, Span>,
    },
}

/// From this many keys on a mapping keeps an index of them.
const INDEXED_KEYS: usize = 32;

impl Inside {
    fn mapping() -> Self {
        Self::Mapping {
            entries: Vec::new(),
            key: None,
            merged: None,
            names: HashMap::default(),
        }
    }
}

struct Key {
    name: Located<Text>,
    is_merge: bool,
}

struct Anchor {
    node: Node,
    depth: usize,
    size: usize,
}

/// The reading cannot go on: what is read so far is kept.
struct Stop;

struct Builder<'t> {
    file: FileId,
    text: &'t str,
    merge_keys: MergeKeys,
    budget: Budget,
    documents: Vec<Document>,
    findings: Vec<Finding>,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Anchor>,
    /// Values read in this file, aliases counted with what they stand for.
    nodes: usize,
    /// Values kept for aliases.
    kept: usize,
    /// Whether keys in typographic quotes were already found in this document.
    typographic: bool,
    /// Whether a document is open that has content.
    started: bool,
}

impl<'t> Builder<'t> {
    fn run(&mut self, mut parser: Parser<'t, StrInput<'t>>) {
        while let Some(event) = parser.next_event() {
            let stopped = match event {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or_default();
                    let span = Span::new(self.file, offset(range.start), offset(range.end));
                    self.event(event, span)
                }
                Err(error) => {
                    self.syntax_error(&error);
                    Err(Stop)
                }
            };
            if stopped.is_err() {
                self.salvage();
                return;
            }
        }
    }

    fn event(&mut self, event: Event<'t>, span: Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(..) => {
                if self.documents.len() >= self.budget.documents {
                    self.too_large(
                        span,
                        format!("there are more than {} documents", self.budget.documents),
                    );
                    return Err(Stop);
                }
                self.started = true;
                self.typographic = false;
                self.anchors.clear();
            }
            Event::DocumentEnd => self.end_document(true),
            Event::Scalar(text, style, anchor, tag) => {
                if tag.is_some() {
                    self.refuse_tag(span);
                }
                let node = self.scalar(&text, style, span);
                self.finish(node, anchor, 1, 1, matches!(style, ScalarStyle::Plain))?;
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
            self.too_large(
                span,
                format!("this is nested deeper than {} levels", limit::DEPTH),
            );
            return Err(Stop);
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
        let here = Span::new(self.file, open.start, end);
        let value = self.close(open.inside);
        let node = Node { span: here, value };
        let (size, depth) = match open.anchor {
            0 => (0, 0),
            _ => (size_of(&node), depth_of(&node)),
        };
        self.finish(node, open.anchor, size, depth, false)
    }

    /// The value of a list or mapping that ends.
    fn close(&mut self, inside: Inside) -> Value {
        match inside {
            Inside::Sequence(nodes) => Value::Sequence(nodes.into_boxed_slice()),
            Inside::Mapping {
                mut entries,
                merged,
                ..
            } => {
                if let Some((key, node)) = merged
                    && let Err(finding) = merge(&mut entries, &key, node)
                {
                    self.findings.push(*finding);
                }
                Value::Mapping(entries.into_boxed_slice())
            }
        }
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
            self.kept += size;
            if self.kept > self.budget.nodes {
                self.too_large(
                    node.span,
                    format!("anchors keep more than {} values", self.budget.nodes),
                );
                return Err(Stop);
            }
            self.anchors.insert(
                anchor,
                Anchor {
                    node: node.clone(),
                    depth,
                    size,
                },
            );
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
            }) => {
                let Some(Some(Key { name, is_merge })) = key.take() else {
                    return;
                };
                if node.is_null() && node.span.start == node.span.end {
                    node.span = name.span;
                }
                if is_merge {
                    *merged = Some((name, node));
                    return;
                }
                entries.push(Entry { key: name, node });
                index_keys(entries, names);
            }
        }
    }

    /// The key that a value in a key's place is; `None` where it is refused.
    fn key(&mut self, node: Node, plain: bool) -> Option<Key> {
        let Value::String(name) = node.value else {
            let what = node.type_words();
            self.findings.push(
                Finding::new(
                    &E0104,
                    node.span,
                    format!("a key must be a string, this is {what}"),
                )
                .label("not a string")
                .help(if self.is_template(node.span) {
                    "put the template in quotes: \"{{ ... }}\""
                } else {
                    "put it in quotes"
                }),
            );
            return None;
        };
        let is_merge = plain && name == "<<";
        if is_merge && self.merge_keys == MergeKeys::Refused {
            self.findings.push(
                Finding::new(
                    &E0104,
                    node.span,
                    "a definition is not merged together with `<<`",
                )
                .label("merge key")
                .help("write the keys out, so that a reviewer sees all of them here"),
            );
            return None;
        }
        if has_hidden(&name) {
            self.findings.push(
                Finding::new(
                    &E0105,
                    node.span,
                    format!("the key `{name}` has characters that cannot be seen"),
                )
                .label("invisible or control characters")
                .help("type the key again"),
            );
        } else if is_misquoted(&name) && !self.typographic {
            self.typographic = true;
            self.findings.push(
                Finding::new(
                    &E0104,
                    node.span,
                    format!("`{name}` is in typographic quotes, which belong to the name"),
                )
                .label("not the quotes of YAML or JSON")
                .help("replace the typographic quotes of the document by straight ones: \""),
            );
        }
        if let Some(first) = self.first_of(&name) {
            self.findings.push(
                Finding::new(
                    &E0102,
                    node.span,
                    format!("the key `{name}` stands twice in one mapping"),
                )
                .label("second")
                .related(first, "first")
                .help("delete one of the two; is a `---` missing between two documents?"),
            );
            return None;
        }
        Some(Key {
            name: Located::new(name, node.span),
            is_merge,
        })
    }

    /// Whether what stands at `span` is the inner half of a `{{ ... }}` without quotes.
    fn is_template(&self, span: Span) -> bool {
        let (start, end) = (span.start as usize, span.end as usize);
        let before = self.text.get(..start).unwrap_or("");
        let after = self.text.get(end..).unwrap_or("");
        before.ends_with('{') && after.starts_with('}')
    }

    /// Where the open mapping has `name` already.
    fn first_of(&self, name: &Text) -> Option<Span> {
        let Some(Inside::Mapping {
            entries,
            merged,
            names,
            ..
        }) = self.open.last().map(|open| &open.inside)
        else {
            return None;
        };
        if let Some((key, _)) = merged
            && key.value == *name
        {
            return Some(key.span);
        }
        if entries.len() >= INDEXED_KEYS {
            return names.get(name).copied();
        }
        super::entry(entries, name).map(|entry| entry.key.span)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Stop> {
        let Some(anchor) = self.anchors.get(&id) else {
            // The parser knows the anchor, so it is one that is still open: a cycle.
            self.findings.push(
                Finding::new(&E0104, span, "an alias stands inside what it names")
                    .label("would never end")
                    .help("write the value out"),
            );
            return Err(Stop);
        };
        let (size, depth, node) = (anchor.size, anchor.depth, anchor.node.clone());
        self.count(size, span)?;
        if self.open.len() + depth > limit::DEPTH {
            self.too_large(
                span,
                format!(
                    "with its aliases this is nested deeper than {} levels",
                    limit::DEPTH
                ),
            );
            return Err(Stop);
        }
        self.place(node, false);
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Node {
        if !matches!(style, ScalarStyle::Plain) {
            return Node {
                span,
                value: Value::String(Text::from(text)),
            };
        }
        // The parser gives an absent value as `~` of no length.
        let read = if span.start == span.end {
            Ok(Value::Null)
        } else {
            scalar::plain(text)
        };
        let value = read.unwrap_or_else(|why| {
            self.findings.push(
                Finding::new(&E0104, span, format!("`{text}` {why}"))
                    .label("this number")
                    .help("put it in quotes if it is meant as text"),
            );
            Value::String(Text::from(text))
        });
        Node { span, value }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= self.budget.nodes {
            return Ok(());
        }
        self.too_large(
            span,
            format!(
                "the file has more than {} values, aliases counted",
                self.budget.nodes
            ),
        );
        Err(Stop)
    }

    fn too_large(&mut self, span: Span, message: String) {
        self.findings.push(
            Finding::new(&E0103, span, message)
                .label("the limit is reached here")
                .help("split the file"),
        );
    }

    /// Refuses the tag before the value at `span`, at its own characters.
    fn refuse_tag(&mut self, span: Span) {
        let before = self.text.get(..span.start as usize).unwrap_or("");
        let is_gap = |c: char| c.is_whitespace();
        // Between a tag and its value may stand an anchor.
        let found = before
            .split_inclusive(is_gap)
            .rev()
            .take(8)
            .find(|word| word.contains('!'))
            .and_then(|word| Some((word, word.find('!')?)));
        let place = found.map_or(span, |(word, at)| {
            let start = word.as_ptr() as usize - before.as_ptr() as usize + at;
            let len = word.get(at..).unwrap_or("").trim_end().len();
            Span::new(self.file, offset(start), offset(start + len))
        });
        self.findings.push(
            Finding::new(&E0104, place, "a tag (`!...`) says what the value is")
                .label("a tag")
                .help("delete the tag; write the value as it is meant"),
        );
    }

    fn syntax_error(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(self.text.len());
        let rest = self.text.get(at..).unwrap_or("");
        let len = rest
            .chars()
            .next()
            .filter(|c| *c != '\n' && *c != '\r')
            .map_or(0, char::len_utf8);
        let span = Span::new(self.file, offset(at), offset(at + len));
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            self.too_large(
                span,
                format!("this is nested deeper than {} levels", limit::DEPTH),
            );
            return;
        }
        if matches!(error.kind(), ErrorKind::DirectiveDisallowed) {
            self.findings.push(
                Finding::new(
                    &E0104,
                    span,
                    "a directive (`%...`) changes how the file is read",
                )
                .label("directive")
                .help("delete the line; YAML 1.2 is what is read"),
            );
            return;
        }
        let help = match error.kind() {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInBlockIndentation => "indent with spaces",
            ErrorKind::UnclosedQuotedScalar => "close the quote",
            ErrorKind::InvalidQuotedScalarIndent => {
                "close the quote, or indent the lines of the text"
            }
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofFlowSequence => "close the bracket",
            ErrorKind::UnknownAnchor => {
                "define the anchor before it is used, or put the text in quotes"
            }
            ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
                "put the text before the colon in quotes, or correct the indentation"
            }
            ErrorKind::UnexpectedCharacter { .. }
            | ErrorKind::PlainScalarStartsWithDashFlowIndicator => "put the text in quotes",
            _ => "correct the line, or the one before it",
        };
        let told = error.info();
        let told = told
            .split_once(", ")
            .filter(|(start, _)| start.starts_with("while "))
            .map_or(told.as_str(), |(_, fact)| fact);
        self.findings.push(
            Finding::new(
                &E0101,
                span,
                format!("this is not YAML: {}", told.to_lowercase()),
            )
            .label("cannot be read from here")
            .help(help),
        );
    }

    /// Ends every open list and mapping where the reading stopped.
    fn salvage(&mut self) {
        let end = offset(self.text.len());
        while let Some(open) = self.open.pop() {
            let value = self.close(open.inside);
            let span = Span::new(self.file, open.start, self.trimmed_end(open.start, end));
            self.place(Node { span, value }, false);
        }
        if self.started || self.root.is_some() {
            self.end_document(false);
        }
    }

    fn end_document(&mut self, complete: bool) {
        self.started = false;
        let root = self.root.take();
        if root.is_none() && complete {
            return;
        }
        let root = root.unwrap_or(Node {
            span: Span::whole_file(self.file),
            value: Value::Null,
        });
        self.documents.push(Document {
            file: self.file,
            root,
            complete: complete && !self.typographic,
        });
    }

    /// The end of a block without the blanks and line ends behind it.
    fn trimmed_end(&self, start: u32, end: u32) -> u32 {
        let text = self.text.get(start as usize..end as usize).unwrap_or("");
        start + offset(text.trim_end().len())
    }
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Keeps the index of keys up to date, from the number on where there is one.
fn index_keys(entries: &[Entry], names: &mut HashMap<Text, Span>) {
    let new = match entries.len() {
        INDEXED_KEYS => entries,
        n if n > INDEXED_KEYS => entries.get(n - 1..).unwrap_or_default(),
        _ => return,
    };
    names.extend(
        new.iter()
            .map(|entry| (entry.key.value.clone(), entry.key.span)),
    );
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.value {
        Value::Sequence(nodes) => Box::new(nodes.iter()),
        Value::Mapping(entries) => Box::new(entries.iter().map(|entry| &entry.node)),
        _ => Box::new(std::iter::empty()),
    }
}

/// Values in a tree; trees are at most `limit::DEPTH` deep.
fn size_of(node: &Node) -> usize {
    1 + children(node).map(size_of).sum::<usize>()
}

fn depth_of(node: &Node) -> usize {
    1 + children(node).map(depth_of).max().unwrap_or(0)
}

/// Lays the mappings that `<<` names under the entries of a mapping: own keys win, then the
/// first mapping that has a key.
fn merge(entries: &mut Vec<Entry>, key: &Located<Text>, node: Node) -> Result<(), Box<Finding>> {
    let sources = match node.value {
        Value::Sequence(nodes) => nodes.into_vec(),
        _ => vec![node],
    };
    let mut names: HashSet<Text> = entries
        .iter()
        .map(|entry| entry.key.value.clone())
        .collect();
    for source in sources {
        let span = source.span;
        let Value::Mapping(merged) = source.value else {
            return Err(Box::new(
                Finding::new(&E0104, key.span, "`<<` merges mappings only")
                    .label("merge key")
                    .related(span, "not a mapping")
                    .help("name mappings behind it: `<<: *anchor`"),
            ));
        };
        entries.extend(
            merged
                .into_vec()
                .into_iter()
                .filter(|entry| names.insert(entry.key.value.clone())),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{parse, plain};
    use crate::syntax::Document;
    use crate::syntax::MergeKeys;
    use crate::text::FileId;
    use serde_json::json;

    fn read(text: &str) -> (Vec<Document>, Vec<String>) {
        let (documents, findings) = parse(FileId(0), text, MergeKeys::Resolved);
        let told = |f: &crate::finding::Finding| {
            let marked = &text[f.span.start as usize..f.span.end as usize];
            format!("{} {marked:?} {}", f.code.id, f.message)
        };
        (documents, findings.iter().map(told).collect())
    }

    #[test]
    fn every_key_and_value_knows_its_bytes() {
        let text = "\u{feff}a: \"\u{fc}\"\r\nlist:\r\n  - one\r\n  - {b: 2}\r\n";
        let (documents, findings) = read(text);
        assert!(findings.is_empty(), "{findings:?}");
        let root = &documents[0].root;
        assert_eq!(
            root.to_json(),
            json!({"a": "\u{fc}", "list": ["one", {"b": 2}]})
        );
        let (node, key) = root.follow(["list", "1", "b"]).unwrap();
        assert_eq!(&text[node.span.start as usize..node.span.end as usize], "2");
        assert_eq!(&text[key.start as usize..key.end as usize], "b");
        let list = root.get("list").unwrap().span;
        assert_eq!(
            &text[list.start as usize..list.end as usize],
            "- one\r\n  - {b: 2}"
        );
    }

    #[test]
    fn own_keys_win_over_merged_ones_wherever_they_stand() {
        let (documents, findings) = read("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n");
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(
            documents[0].root.get("y").unwrap().to_json(),
            json!({"b": 3, "a": 1})
        );
    }

    #[test]
    fn duplicate_keys_are_found_after_resolution() {
        for text in [
            "a: 1\n\"\\x61\": 2\n",
            "{a: 1, 'a': 2}",
            "x: &x a\ny: {*x : 1, a: 2}",
        ] {
            let (_, findings) = read(text);
            assert_eq!(findings.len(), 1, "{text} {findings:?}");
            assert!(findings[0].starts_with("E0102"), "{findings:?}");
        }
        let many: String = (0..40).map(|n| format!("k{n}: 1\n")).collect();
        assert!(read(&many).1.is_empty());
        assert_eq!(read(&format!("{many}k3: 2\nk39: 2\n")).1.len(), 2);
    }

    #[test]
    fn what_stands_before_a_mistake_is_kept() {
        let (documents, findings) = read("identifier: A\nproperties:\n  a: [1, 2\nb: 3\n");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(!documents[0].complete);
        assert_eq!(
            documents[0].root.get("identifier").unwrap().as_str(),
            Some("A")
        );
    }

    #[test]
    fn constructs_that_hide_a_value_are_refused_at_their_place() {
        for (text, code) in [
            ("a: !!binary aGk=", "E0104"),
            ("1: a", "E0104"),
            ("%YAML 1.1\n---\na: 1", "E0104"),
            ("a: .inf", "E0104"),
            ("own\u{200b}er: a", "E0105"),
            (
                "\u{201c}identifier\u{201d}: a\n\u{201c}b\u{201d}: c",
                "E0104",
            ),
            ("a: &x [*x]", "E0104"),
        ] {
            let (_, findings) = read(text);
            assert_eq!(findings.len(), 1, "{text} {findings:?}");
            assert!(findings[0].starts_with(code), "{text} {findings:?}");
        }
    }

    #[test]
    fn bombs_end_at_the_limits() {
        let mut laughs = String::from("a0: &a0 [lol, lol]\n");
        for n in 1..30 {
            laughs += &format!("a{n}: &a{n} [*a{}, *a{}, *a{}]\n", n - 1, n - 1, n - 1);
        }
        let mut tower = String::from("a0: &a0 [1]\n");
        for n in 1..5000 {
            tower += &format!("a{n}: &a{n} [*a{}]\n", n - 1);
        }
        let documents = "---\na: 1\n".repeat(101);
        for text in [
            laughs,
            tower,
            documents,
            "[".repeat(20_000),
            "- ".repeat(20_000),
        ] {
            let (_, findings) = read(&text);
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert!(findings[0].starts_with("E0103"), "{findings:?}");
        }
    }

    /// Both ways through a text, where the quick one takes it.
    fn is_read_alike(text: &str) -> bool {
        let Some(quick) = plain::parse(FileId(0), text) else {
            return false;
        };
        let (documents, findings) =
            super::parse_fully(FileId(0), text, MergeKeys::Resolved, super::ORDINARY);
        assert!(findings.is_empty(), "{findings:?} in\n{text}");
        assert_eq!(documents.len(), 1, "{text}");
        assert_eq!(quick.root, documents[0].root, "{text}");
        true
    }

    /// A file as most are, with what the quick way takes.
    const PLAIN: &str = "# Component Cart\n\nblueprint: Component\nidentifier: svc-cart-000012\n\
        title: Cart service 12\nteam: team-1  # owner\nempty:\nproperties:\n  replicas: 3 # sized\n  \
        url: https://cart.example/x#y\n  tags: [a, b-c, 1.5]\n  none: []\n  text: \"a: b\"\n  \
        other: 'x # y' # z\n  limits:\n    cpu: 100m\n    memory: 1Gi\n# between\n  on: true\n  \
        low: -3\nrelations:\n  system: sys\n  resources:\n    - one\n    # two\n    - \"three\"\n\n  last: x\n";

    #[test]
    fn the_quick_way_gives_the_same_tree() {
        let with_url = PLAIN.replace("x#y", "xy");
        assert!(is_read_alike(&with_url), "{with_url}");
        let shipped: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));
        let taken = shipped
            .iter()
            .filter(|(_, text)| is_read_alike(text))
            .count();
        assert!(taken > 10, "{taken}");
    }

    /// What is put into texts to mangle them.
    const BITS: &[&str] = &[
        " ", "  ", "\n", "#", " #", ":", ": ", "-", "- ", "[", "]", "{", "}", ",", "\"", "'", "a",
        "1", "~", "\t", "|", ">", "&a ", "*a", "!t ", "%", "...", "---", "?", "? ", "@", "`", "\\",
        ".", "null", "\r",
    ];

    #[test]
    fn the_quick_way_gives_the_same_tree_when_a_text_is_mangled() {
        let mut state = 412_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        let mut taken = 0;
        for _ in 0..20_000 {
            let mut text = PLAIN.to_owned();
            for _ in 0..=random(3) {
                let at = random(text.len());
                match random(3) {
                    0 => text.insert_str(at, BITS[random(BITS.len())]),
                    1 => drop(text.remove(at)),
                    _ => {
                        let end = (at + random(12)).min(text.len());
                        text.replace_range(at..end, BITS[random(BITS.len())]);
                    }
                }
            }
            taken += usize::from(is_read_alike(&text));
        }
        assert!(taken > 4_000, "{taken}");
    }
}
