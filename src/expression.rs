//! Restricted jq: expressions and the templates that hold them.
//!
//! In goes the text of an expression; out comes what may be evaluated, which paths it reads
//! and what is wrong with it, in bytes of that text. Knows nothing of catalogs, files or time.
//!
//! `jaq` reads the syntax, and only `parse` and `lower` name it. Evaluation is our own: jaq
//! has no way to stop a filter that takes too long, its recursion and its regular expressions
//! can end the process, and its errors have no place. An [`Expression`] is therefore a small
//! tree without definitions, folds or recursion, evaluated with a budget of steps that counts
//! every value built: it always ends, and how it ends depends on the expression and the input
//! alone.

use std::sync::Arc;

use crate::text::Advice;
use serde_json::Value;

mod bound;
mod builtin;
mod evaluate;
mod fact;
mod format;
mod lower;
mod parse;
mod reads;
mod result;
mod shape;
mod template;
mod tree;
mod value;

#[cfg(test)]
mod tests;

pub use evaluate::Origin;
pub use fact::Fact;
pub use reads::Read;
pub use reads::Segment;
pub use reads::Step;
pub use reads::Turn;
pub use result::Types;
pub use result::result_types;
pub use shape::Shape;
pub use shape::unknown_reads;
pub use template::Hole;
pub use template::Part;
pub use template::Partial;
pub use template::Piece;
pub use template::Template;
pub use template::complete;
pub(crate) use value::size;

/// Something wrong with an expression or a template, or with evaluating it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The first byte it is about, within the text that was given.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What is wrong: one line.
    pub message: String,
    /// What to do about it, where that is known.
    pub help: Option<Advice>,
}

impl Problem {
    /// A problem of these bytes, without advice.
    fn new(place: tree::Place, message: impl Into<String>) -> Self {
        Self {
            start: place.start,
            end: place.end,
            message: message.into(),
            help: None,
        }
    }

    /// The same with advice.
    fn with_help(self, help: impl Into<Advice>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// The same in a text where the expression begins at byte `offset`.
    fn moved_by(self, offset: u32) -> Self {
        Self {
            start: self.start.saturating_add(offset),
            end: self.end.saturating_add(offset),
            ..self
        }
    }
}

/// An expression that was read and found allowed. Cheap to clone and to share.
#[derive(Debug, Clone)]
pub struct Expression(Arc<Parsed>);

/// What parsing leaves behind.
#[derive(Debug)]
struct Parsed {
    source: String,
    tree: tree::Node,
    reads: Vec<Read>,
    single_path: Option<Vec<Step>>,
    way: Option<Vec<Turn>>,
}

impl Expression {
    /// The expression that `source` says, or everything that is wrong with it.
    pub fn parse(source: &str) -> Result<Self, Vec<Problem>> {
        parse::parse(source).map(|parsed| Self(Arc::new(parsed)))
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// All paths that it may read from its input. A path stands for everything below it, and
    /// an empty path for the whole input.
    pub fn reads(&self) -> &[Read] {
        &self.0.reads
    }

    /// The keys of an expression that is one path and nothing else: `.a.b["c"]`, or none for `.`.
    pub fn is_single_path(&self) -> Option<&[Step]> {
        self.0.single_path.as_deref()
    }

    /// The comparisons of a path of its input with a value that is written out.
    pub fn facts(&self) -> Vec<Fact> {
        fact::of(&self.0.tree)
    }

    /// The way to the one value of its input that it gives as it is: `.a["b"][0]`.
    pub fn way(&self) -> Option<&[Turn]> {
        self.0.way.as_deref()
    }

    /// Whether it is a path with a `?`: what it names may be absent.
    pub fn is_optional(&self) -> bool {
        match &self.0.tree.kind {
            tree::Kind::Path(_, links) => links.iter().any(|link| link.optional),
            _ => false,
        }
    }

    /// Its one result on `input`; none or several are a problem, as is what went wrong.
    pub fn evaluate(&self, input: &Value) -> Result<Value, Problem> {
        self.evaluate_within(input, &mut { u64::MAX })
    }

    /// The same, where many evaluations share a budget of steps: what it takes is taken off.
    pub fn evaluate_within(&self, input: &Value, budget: &mut u64) -> Result<Value, Problem> {
        evaluate::one(&self.0.tree, input, self.whole(), budget)
    }

    /// Where `result`, its result on `input`, stands there; within a budget of steps.
    pub fn origin(&self, input: &Value, result: &Value, budget: &mut u64) -> Origin {
        evaluate::origin_of(&self.0.tree, input, result, budget)
    }

    /// Its one result on `input`, which must be true or false.
    pub fn evaluate_bool(&self, input: &Value) -> Result<bool, Problem> {
        match self.evaluate(input)? {
            Value::Bool(answer) => Ok(answer),
            other => Err(Problem::new(
                self.whole(),
                format!("this is {}, not true or false", value::described(&other)),
            )),
        }
    }

    /// All bytes of the expression, without the blanks around them.
    fn whole(&self) -> tree::Place {
        tree::Place::trimmed(&self.0.source)
    }
}
