//! The words for what the parser cannot read, at the exact character.
//!
//! In: the parser's error. Out: a finding that a new user understands, with a help that can be
//! followed; for rare mistakes the parser's own words. One mistake ends the document that it
//! stands in.

use std::borrow::Cow;

use granit_parser::{ErrorKind, ScanError};

use super::scene::Scene;
use super::{Builder, Stop, begin, flow, indentation, misquoted, offset, separator};
use crate::finding::codes::{E0101, E0104};
use crate::finding::fix::Change;
use crate::finding::{Finding, Fix};
use crate::text::Span;

/// What is told of a mistake.
pub(super) struct Told {
    /// Where, in bytes of the file.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: String,
    /// What puts it right, where that is certain.
    pub(super) change: Option<Change>,
    /// Whether what was said of a bracket in it is the same mistake.
    pub(super) is_whole: bool,
}

impl Told {
    pub(super) fn new(
        start: usize,
        len: usize,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            start,
            end: start + len,
            message: message.into(),
            label: label.into(),
            help: help.into(),
            change: None,
            is_whole: false,
        }
    }

    /// The same with what puts it right for certain.
    pub(super) fn fixed_by(self, change: Change) -> Self {
        Self {
            change: Some(change),
            ..self
        }
    }
}

impl Builder<'_> {
    /// Refuses the tag before the value at `span`, at its own characters.
    pub(super) fn refuse_tag(&mut self, span: Span) {
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
        self.tell(tag(place));
    }

    /// Says what the parser cannot read.
    pub(super) fn syntax_error(&mut self, error: &ScanError) -> Stop {
        let at = error.marker().byte_offset().unwrap_or(self.piece_end);
        let scene = Scene::new(self.text, self.base, self.base + at);
        let at = scene.at;
        let len = scene
            .char()
            .filter(|c| *c != '\n' && *c != '\r')
            .map_or(0, char::len_utf8);
        let span = self.span(at, at + len);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => return self.too_deep(span),
            ErrorKind::DirectiveDisallowed => {
                self.tell(directive(span));
                return Stop::Document;
            }
            ErrorKind::UndeclaredTagHandle => {
                let word = scene.from(at).split_whitespace().next().unwrap_or("");
                self.tell(tag(self.span(at, at + word.len())));
                return Stop::Document;
            }
            ErrorKind::ExpectedDocumentStart if matches!(scene.char(), Some('{' | '[')) => {
                let before = self.documents.last().map(|document| document.root.span);
                if let Some(before) = before.filter(|span| span.start as usize >= self.base) {
                    let first = Span::new(self.file, before.start, before.start + 1);
                    let what = "a `---` is missing before this document".to_owned();
                    self.tell(separator::missing(span, what, first));
                    return Stop::At(at);
                }
            }
            _ => {}
        }
        let told = template(&scene)
            .or_else(|| long_key(&scene))
            .or_else(|| misquoted::expression(&scene))
            .or_else(|| by_kind(error.kind(), &scene))
            .unwrap_or_else(|| fallback(error, at, len));
        if told.is_whole {
            self.findings.retain(|found| {
                found.span.end as usize <= told.start || found.span.start as usize >= told.end
            });
        }
        let span = self.span(told.start, told.end);
        self.tell(
            Finding::new(&E0101, span, told.message)
                .label(told.label)
                .help(told.help)
                .maybe_fix(told.change.map(|change| Fix::new(span, change))),
        );
        Stop::Document
    }
}

fn tag(place: Span) -> Finding {
    Finding::new(&E0104, place, "tags (`!...`) are not read")
        .label("a tag")
        .help("delete the tag, or put the value in quotes if the `!` belongs to it")
}

fn directive(span: Span) -> Finding {
    Finding::new(&E0104, span, "directives (`%...`) are not read")
        .label("directive")
        .help("delete the line; YAML 1.2 is what is read")
}

/// What is said of a template.
pub(super) const TEMPLATE: &str = "a template stands here without quotes";

/// A template that was not rendered, or is not in quotes.
fn template(scene: &Scene<'_>) -> Option<Told> {
    let line = scene.line();
    let at = ["{{", "{%"]
        .iter()
        .filter_map(|sign| line.text.find(sign))
        .min()?;
    let rest = line.text.get(at..)?;
    let end = rest
        .rfind("}}")
        .or_else(|| rest.rfind("%}"))
        .map_or(rest.len(), |end| end + 2);
    if rest.starts_with("{%") || line.content().starts_with("{{") {
        return Some(Told::new(
            line.start + at,
            end,
            "a template stands here that YAML cannot read",
            "not rendered",
            "render the template first, and give the catalog what comes out of it",
        ));
    }
    let told = Told::new(
        line.start + at,
        end,
        TEMPLATE,
        "begins a mapping for YAML",
        format!("put the whole value in quotes: `{}`", quoted(rest)),
    );
    Some(Told {
        is_whole: true,
        ..told
    })
}

/// The longest text that a message repeats, in characters.
const SHOWN: usize = 60;

/// A text as a message repeats it: cut where it is long.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        None => Cow::Borrowed(text),
        Some((at, _)) => Cow::Owned(format!("{}...", text.get(..at).unwrap_or(""))),
    }
}

/// A text in quotes that keep it as it is.
pub(super) fn quoted(text: &str) -> String {
    let text = text.split(" #").next().unwrap_or(text).trim();
    let text = &*cut(text);
    if text.contains(['"', '\\']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

fn fallback(error: &ScanError, at: usize, len: usize) -> Told {
    let told = error.info();
    let told = told
        .split_once(", ")
        .filter(|(start, _)| start.starts_with("while "))
        .map_or(told.as_str(), |(_, fact)| fact);
    Told::new(
        at,
        len,
        format!("this is not YAML: {}", told.to_lowercase()),
        "cannot be read from here",
        "correct the line, or the one before it",
    )
}

/// The longest key of YAML, in characters.
const LONGEST_KEY: usize = 1_024;

/// A key that is longer than YAML allows is read as a text, and its colon then stands nowhere.
fn long_key(scene: &Scene<'_>) -> Option<Told> {
    let line = scene.line();
    let key = line.key()?;
    let at = line.text.find(key)?;
    (key.chars().count() > LONGEST_KEY).then(|| {
        Told::new(
            line.start + at,
            key.len(),
            "a key is longer than 1,024 characters",
            "longer than YAML allows",
            "write a shorter name, and the long text as a value",
        )
    })
}

fn by_kind(kind: &ErrorKind, scene: &Scene<'_>) -> Option<Told> {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::InvalidBlockEntryWhitespace
        | ErrorKind::InvalidMappingValueWhitespace => indentation::tab(scene),
        ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::UnclosedQuotedScalar
        | ErrorKind::DocumentIndicatorInQuotedScalar => flow::quote_open(scene),
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => flow::behind_quote(scene),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => flow::escape(scene),
        ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence => flow::bracket(scene),
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::BlockEntryInFlowCollection
        | ErrorKind::InvalidIndentation
        | ErrorKind::FlowMappingValueAdjacentCollection
        | ErrorKind::InvalidFlowScalarIndent => flow::within(scene),
        ErrorKind::UnexpectedCharacter { character } => begin::unexpected(scene, *character),
        ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::MissingAnchorOrAliasName
        | ErrorKind::PlainScalarStartsWithDashFlowIndicator => begin::begins_wrong(scene),
        ErrorKind::UnknownAnchor => begin::unknown_anchor(scene),
        ErrorKind::CommentNotSeparated => Some(Told::new(
            scene.at,
            1,
            "a blank is missing before this comment",
            "would be a comment",
            "put a blank before `#`, or put all of the text in quotes",
        )),
        ErrorKind::InvalidBlockScalarHeader => Some(Told::new(
            scene.at,
            1,
            format!("text stands behind `{}` on its line", scene.char()?),
            "begins a text of several lines",
            "write the text on the lines below, indented; or put it in quotes",
        )),
        ErrorKind::InvalidDocumentEnd => Some(Told::new(
            scene.at,
            scene.line().content().len().saturating_sub(4).max(1),
            "something stands behind `...`, which ends a document",
            "behind the end",
            "put it on a line of its own, below a `---`",
        )),
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::ExpectedDocumentStart
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidBlockScalarIndent => indentation::line(scene, kind_of(kind)),
        _ => None,
    }
}

/// What the parser looked for where a line does not fit.
fn kind_of(kind: &ErrorKind) -> indentation::Wanted {
    match kind {
        ErrorKind::MappingValueNotAllowed => indentation::Wanted::NoColon,
        ErrorKind::BlockSequenceEntryNotAllowed => indentation::Wanted::NoDash,
        ErrorKind::ExpectedBlockSequenceEntry => indentation::Wanted::Element,
        ErrorKind::ExpectedDocumentStart => indentation::Wanted::End,
        _ => indentation::Wanted::Key,
    }
}
