//! One expression of a mapping: compiled once, evaluated on each element.
//!
//! In: the text of an expression. Out: the foreign value that it leads to, or a value that it
//! makes. `PATH | to_entries` is known too: the entries of a mapping keep their places.

use serde_json::Value as Json;

use super::input::Input;
use super::nowhere::Met;
use crate::expression::Expression;
use crate::expression::Origin;
use crate::expression::Problem;
use crate::expression::Turn;
use crate::finding::Finding;
use crate::finding::codes::E0505;
use crate::model::fields::wrong_type;
use crate::source::Snapshot;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Located, Span, Text};

/// What makes the entries of a mapping its elements.
const ENTRIES: &str = "to_entries";

/// Steps for looking where a value stands, beside those for each step that made it.
const TRACED: u64 = 200;
/// Steps for looking where a value stands, for each step that made it.
const TRACED_EACH: u64 = 4;

/// An expression of a mapping.
#[derive(Debug)]
pub(super) struct Formula {
    /// As it is written, and where.
    pub(super) written: Located<Text>,
    pub(super) expression: Expression,
    pub(super) form: Form,
    /// What it met in the elements that were read, where it is a path.
    pub(super) met: Met,
}

/// How an expression comes to its value.
#[derive(Debug)]
pub(super) enum Form {
    /// It is one path: the value is the foreign one.
    Way(Vec<Turn>),
    /// One path, then the entries of the mapping there.
    Entries(Vec<Turn>),
    /// A text that does not depend on the input.
    Constant(Text),
    /// Anything else: the value is made.
    Computed,
}

/// What an expression gives.
pub(super) enum Found {
    /// A foreign value as it stands in the file, or a list of some.
    Written(Node),
    /// The entries of a foreign mapping, as they stand in the file.
    Entries(Vec<Entry>),
    /// A value that stands nowhere.
    Made(Json),
    /// No value.
    Nothing,
}

impl Formula {
    /// Reads an expression; one that cannot be used is a finding at its own characters.
    pub(super) fn read(
        node: &Node,
        what: &str,
        snapshot: &Snapshot,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let text = match &node.value {
            Value::String(text) => text.clone(),
            // Port's own files quote these; YAML does not ask for it.
            Value::Bool(flag) => Text::from(if *flag { "true" } else { "false" }),
            _ => {
                findings.push(wrong_type(
                    node,
                    "an expression",
                    &format!("`{what}` must be"),
                ));
                return None;
            }
        };
        let written = Located::new(text, node.span);
        match Expression::parse(&written.value) {
            Ok(expression) => Some(Self {
                form: form_of(&written.value, &expression),
                written,
                expression,
                met: Met::default(),
            }),
            Err(problems) => {
                let refused = |problem: &Problem| refused(&written, problem, snapshot);
                findings.extend(problems.iter().map(refused));
                None
            }
        }
    }

    /// Whether it reads the key `name` of its input, or all of it.
    pub(super) fn reads(&self, name: &str) -> bool {
        use crate::expression::Segment;
        self.expression.reads().iter().any(|read| {
            let first = read.path.first().map(|step| &step.segment);
            first.is_none_or(|first| *first == Segment::Key(name.to_owned()))
        })
    }

    /// Its value; a path that leads through a value that has no keys is a problem, as in jq.
    /// `place` is where a list stands that is put together.
    pub(super) fn value(&self, input: &mut Input<'_>, place: Span) -> Result<Found, Problem> {
        let (way, is_entries) = match &self.form {
            Form::Constant(text) => return Ok(Found::Made(Json::from(text.as_str()))),
            Form::Way(way) => (way, false),
            Form::Entries(way) => (way, true),
            Form::Computed => return self.made(input, place),
        };
        let followed = input.follow(way);
        if !matches!(followed, Ok(None)) {
            self.met.found();
        }
        match followed {
            Ok(None) => {
                let (turns, last) = input.reach(way);
                self.met.missed(turns, last);
                return Ok(Found::Nothing);
            }
            Ok(Some(node)) => match node.value {
                Value::Null => return Ok(Found::Nothing),
                Value::Mapping(entries) if is_entries => {
                    return Ok(Found::Entries(entries.to_vec()));
                }
                _ if !is_entries => return Ok(Found::Written(node)),
                _ => {}
            },
            Err(()) => {}
        }
        self.made(input, place)
    }

    /// What it makes; what of that stands in the file has its place there.
    fn made(&self, input: &mut Input<'_>, place: Span) -> Result<Found, Problem> {
        input.budget.step();
        let (json, steps) = input.json();
        let before = *steps;
        let value = self.expression.evaluate_within(json, steps)?;
        let has_places = match &value {
            Json::Null => return Ok(Found::Nothing),
            Json::Bool(_) => false,
            _ => true,
        };
        if !has_places {
            return Ok(Found::Made(value));
        }
        // Looking for places takes no more than a multiple of what the value took.
        let mut allowance = TRACED + TRACED_EACH * (before - *steps);
        let origin = self.expression.origin(json, &value, &mut allowance);
        Ok(match origin {
            Origin::Made if !value.is_array() => Found::Made(value),
            origin => Found::Written(input.placed(&value, &origin, place)),
        })
    }
}

fn form_of(source: &str, expression: &Expression) -> Form {
    if let Ok(text) = serde_json::from_str::<String>(source.trim()) {
        return Form::Constant(Text::from(text));
    }
    if let Some(way) = expression.way() {
        return Form::Way(way.to_vec());
    }
    let head = source.trim_end().strip_suffix(ENTRIES);
    let head = head.and_then(|head| head.trim_end().strip_suffix('|'));
    let head = head.and_then(|head| Expression::parse(head).ok());
    match head.as_ref().and_then(Expression::way) {
        Some(way) => Form::Entries(way.to_vec()),
        None => Form::Computed,
    }
}

/// The finding that an expression cannot be read.
fn refused(written: &Located<Text>, problem: &Problem, snapshot: &Snapshot) -> Finding {
    let text = written.value.as_str();
    let is_word = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let span = snapshot.within(written.span, text, problem.start, problem.end);
    let help = is_word.then(|| {
        format!("a text has quotes of its own: `'\"{text}\"'`; a path begins with a dot: `.{text}`")
    });
    Finding::new(&E0505, span, problem.message.clone())
        .label("refused")
        .maybe_help(problem.help.clone())
        .maybe_help(help)
}
