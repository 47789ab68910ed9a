//! Texts with `{{ expressions }}` in them.
//!
//! In goes the text and later the values of the roots that are known; out comes a value, or
//! what remains to be filled in at apply together with all the values that this needs. Places
//! are bytes of the template's text.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;

use super::Expression;
use super::Problem;
use super::reads::Segment;
use super::tree::Place;
use super::value;

/// The most holes in one text.
const MOST_HOLES: usize = 200;

/// A text with holes.
#[derive(Debug, Clone)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A piece of a template's text.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Stands as it is.
    Text(String),
    /// Is filled in.
    Hole(Hole),
}

/// An expression between `{{` and `}}`.
#[derive(Debug, Clone)]
pub struct Hole {
    /// What is between.
    pub expression: Expression,
    /// The first byte of the `{{`, in the text.
    pub start: u32,
    /// One past the last byte of the `}}`.
    pub end: u32,
    /// Where the expression's source begins: added to its places they are places of the text.
    pub offset: u32,
    /// The first keys of all paths that it reads, sorted.
    roots: BTreeSet<String>,
}

impl Hole {
    /// The first keys of all paths that it reads, sorted.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().map(String::as_str)
    }
}

/// A template as far as it can be filled in.
#[derive(Debug, Clone, PartialEq)]
pub enum Partial {
    /// Wholly.
    Known(Value),
    /// Not before apply; [`complete`] does the rest.
    AtApply(Vec<Part>),
}

/// A piece of a template that is filled in at apply.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// What is known of the text.
    Text(String),
    /// What is not.
    Expression {
        /// The expression.
        source: String,
        /// The values of those roots it reads that were known.
        context: Value,
    },
}

impl Template {
    /// The template that `text` is, or everything that is wrong with its holes.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let mut pieces = Vec::new();
        let mut problems = Vec::new();
        let mut holes = 0;
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
            let open = at + found;
            push_text(&mut pieces, text.get(at..open).unwrap_or_default());
            let inside = open + 2;
            let Some(close) = end_of_hole(text.as_bytes(), inside) else {
                let problem = Problem::new(Place::new(&(open..inside)), "`{{` is never closed");
                let help =
                    "end the expression with `}}`; for the braces themselves write `{{ \"{{\" }}`";
                problems.push(problem.with_help(help));
                return Err(problems);
            };
            holes += 1;
            if holes > MOST_HOLES {
                let message = format!("more than the {MOST_HOLES} expressions a text may have");
                problems.push(Problem::new(Place::new(&(open..close + 2)), message));
                return Err(problems);
            }
            match hole(text, open, close) {
                Ok(hole) => pieces.push(Piece::Hole(hole)),
                Err(found) => problems.extend(found),
            }
            at = close + 2;
        }
        push_text(&mut pieces, text.get(at..).unwrap_or_default());
        if problems.is_empty() {
            Ok(Self { pieces })
        } else {
            Err(problems)
        }
    }

    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Its holes, in order.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Text(_) => None,
        })
    }

    /// Fills in what reads only roots that are `known`, from `context`.
    pub fn render(
        &self,
        context: &Value,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<Partial, Problem> {
        if let [Piece::Hole(hole)] = self.pieces.as_slice() {
            if let Some(later) = later(hole, context, known) {
                return Ok(Partial::AtApply(vec![later]));
            }
            let found = alone(&hole.expression, context);
            return found
                .map(Partial::Known)
                .map_err(|problem| problem.moved_by(hole.offset));
        }
        let mut parts = vec![Part::Text(String::new())];
        for piece in &self.pieces {
            let more = match piece {
                Piece::Text(text) => text.clone(),
                Piece::Hole(hole) => match later(hole, context, known) {
                    Some(later) => {
                        parts.push(later);
                        continue;
                    }
                    None => within(&hole.expression, context)
                        .map_err(|problem| problem.moved_by(hole.offset))?,
                },
            };
            match parts.last_mut() {
                Some(Part::Text(text)) => text.push_str(&more),
                _ => parts.push(Part::Text(more)),
            }
        }
        match parts.as_slice() {
            [Part::Text(text)] => Ok(Partial::Known(text.clone().into())),
            _ => Ok(Partial::AtApply(parts)),
        }
    }
}

/// Fills in the rest: each expression sees its own context and the roots of `later`.
///
/// The parts are those that [`Template::render`] gave. Places in the problem are bytes of the
/// expression that it is about.
pub fn complete(parts: &[Part], later: &Value) -> Result<Value, Problem> {
    if let [Part::Expression { source, context }] = parts {
        return alone(&parsed(source)?, &joined(context, later));
    }
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(fixed) => text.push_str(fixed),
            Part::Expression { source, context } => {
                text.push_str(&within(&parsed(source)?, &joined(context, later))?);
            }
        }
    }
    Ok(text.into())
}

fn parsed(source: &str) -> Result<Expression, Problem> {
    Expression::parse(source).map_err(|problems| {
        let first = problems.into_iter().next();
        first.unwrap_or_else(|| Problem::new(Place::trimmed(source), "not an expression"))
    })
}

/// The roots of both; what was known first is not replaced.
fn joined(context: &Value, later: &Value) -> Value {
    let mut map = later.as_object().cloned().unwrap_or_default();
    if let Value::Object(known) = context {
        map.extend(
            known
                .iter()
                .map(|(root, item)| (root.clone(), item.clone())),
        );
    }
    Value::Object(map)
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// The hole from the `{{` at `open` to the `}}` at `close`.
fn hole(text: &str, open: usize, close: usize) -> Result<Hole, Vec<Problem>> {
    let whole = Place::new(&(open..close + 2));
    let between = text.get(open + 2..close).unwrap_or_default();
    let source = between.trim();
    if source.is_empty() {
        let problem = Problem::new(whole, "there is no expression between these braces");
        return Err(vec![
            problem.with_help("write a path, as `{{ .entity.identifier }}`"),
        ]);
    }
    let blanks = between.len() - between.trim_start().len();
    let offset = Place::new(&(open + 2 + blanks..close)).start;
    let expression = Expression::parse(source).map_err(|problems| {
        let moved = problems.into_iter().map(|problem| problem.moved_by(offset));
        moved.collect::<Vec<_>>()
    })?;
    let mut roots = BTreeSet::new();
    for read in expression.reads() {
        let Some(Segment::Key(root)) = read.path.first().map(|step| &step.segment) else {
            let message = "a template must name what it reads, and this reads everything";
            let problem = Problem::new(whole, message);
            return Err(vec![
                problem.with_help("begin with a key, as `.inputs` or `.entity`"),
            ]);
        };
        roots.insert(root.clone());
    }
    Ok(Hole {
        expression,
        start: whole.start,
        end: whole.end,
        offset,
        roots,
    })
}

/// Where jq code stands: at the top, or in an interpolation of a string.
#[derive(Default)]
struct Level {
    parentheses: usize,
    braces: usize,
}

/// Where the `}}` is that ends the hole whose expression begins at `at`: not one within a
/// string, a comment or an object.
fn end_of_hole(text: &[u8], mut at: usize) -> Option<usize> {
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut in_string = false;
    while let Some(byte) = text.get(at).copied() {
        at += 1;
        match (in_string, byte) {
            (true, b'"') => in_string = false,
            (true, b'\\') => {
                if text.get(at) == Some(&b'(') {
                    outer.push(std::mem::take(&mut level));
                    in_string = false;
                }
                at += 1;
            }
            (false, b'"') => in_string = true,
            (false, b'#') => {
                let rest = text.get(at..).unwrap_or_default();
                at += rest
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .unwrap_or(rest.len());
            }
            (false, b'(') => level.parentheses += 1,
            (false, b')') if level.parentheses > 0 => level.parentheses -= 1,
            (false, b')') => {
                if let Some(around) = outer.pop() {
                    level = around;
                    in_string = true;
                }
            }
            (false, b'{') => level.braces += 1,
            (false, b'}') if level.braces > 0 => level.braces -= 1,
            (false, b'}') if outer.is_empty() && text.get(at) == Some(&b'}') => {
                return Some(at - 1);
            }
            _ => {}
        }
    }
    None
}

/// The hole as a part for later, if it reads a root that is not known; with it go the values
/// of the roots that are.
fn later(hole: &Hole, context: &Value, known: &dyn Fn(&str) -> bool) -> Option<Part> {
    if hole.roots().all(known) {
        return None;
    }
    let now = hole.roots().filter(|root| known(root)).filter_map(|root| {
        let item = context.get(root)?;
        Some((root.to_owned(), item.clone()))
    });
    Some(Part::Expression {
        source: hole.expression.source().to_owned(),
        context: Value::Object(now.collect::<Map<_, _>>()),
    })
}

/// The value of an expression that is the whole text. Null is let through only where it was
/// computed on purpose: a path that leads to nothing is a mistake.
fn alone(expression: &Expression, context: &Value) -> Result<Value, Problem> {
    match expression.evaluate(context)? {
        Value::Null if expression.is_single_path().is_some() => Err(is_null(expression)),
        found => Ok(found),
    }
}

/// The value of an expression as a part of a text.
fn within(expression: &Expression, context: &Value) -> Result<String, Problem> {
    match expression.evaluate(context)? {
        Value::Null => Err(is_null(expression)),
        found @ (Value::Array(_) | Value::Object(_)) => {
            let (source, kind) = (expression.source(), value::described(&found));
            let message = format!("`{source}` is {kind} here and cannot stand within a text");
            let help = "let it be the whole text, or write it out with `join(\", \")` or `tojson`";
            Err(Problem::new(expression.whole(), message).with_help(help))
        }
        found => Ok(value::text(&found).into_owned()),
    }
}

fn is_null(expression: &Expression) -> Problem {
    let source = expression.source();
    Problem::new(expression.whole(), format!("`{source}` is null here"))
        .with_help(format!("say what to write instead: `{source} // \"..\"`"))
}
