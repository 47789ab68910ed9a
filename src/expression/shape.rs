//! Whether what an expression reads can be there.
//!
//! In goes the shape that its input is known to have; out comes a problem for each key that the
//! shape does not have, at the key's own bytes. Knows nothing of blueprints.

use std::collections::BTreeMap;

use super::Expression;
use super::Problem;
use super::reads::Segment;
use super::reads::Step;
use super::tree::Place;
use crate::text;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Nothing: everything may be read below.
    Any,
    /// An object with these keys and no others.
    Object(BTreeMap<String, Shape>),
    /// An array of such elements.
    Array(Box<Shape>),
    /// A value with nothing below it, and the words for its type: `a string`.
    Scalar(&'static str),
}

/// The paths of `expression` that an input of this shape cannot have.
pub fn unknown_reads(expression: &Expression, shape: &Shape) -> Vec<Problem> {
    let mut problems: Vec<Problem> = expression
        .reads()
        .iter()
        .filter_map(|read| unknown(&read.path, shape))
        .collect();
    problems.sort_by(|a, b| (a.start, a.end, &a.message).cmp(&(b.start, b.end, &b.message)));
    problems.dedup();
    problems
}

/// The first step of `path` that leads nowhere.
fn unknown(path: &[Step], shape: &Shape) -> Option<Problem> {
    let mut shape = shape;
    let mut above = "the input".to_owned();
    for step in path {
        let place = Place {
            start: step.start,
            end: step.end,
        };
        shape = match (shape, &step.segment) {
            (Shape::Any, _) | (Shape::Object(_), Segment::Each | Segment::Any) => return None,
            (Shape::Object(keys), Segment::Key(key)) => match keys.get(key) {
                Some(below) => below,
                None => return Some(unknown_key(key, keys, &above, place)),
            },
            (Shape::Array(element), Segment::Each | Segment::Any) => element,
            (Shape::Array(_), Segment::Key(key)) => {
                let message = format!("{above} is an array and has no key `{key}`");
                let help = format!("read it from each element: `[]` before `.{key}`");
                return Some(Problem::new(place, message).with_help(help));
            }
            (Shape::Scalar(word), Segment::Key(key)) => {
                let message = format!("{above} is {} and has no key `{key}`", one(word));
                return Some(Problem::new(place, message).with_help(end_at(&above)));
            }
            (Shape::Scalar(word), Segment::Each | Segment::Any) => {
                let message = format!("{above} is {} and has no elements", one(word));
                return Some(Problem::new(place, message).with_help(end_at(&above)));
            }
        };
        above = match &step.segment {
            Segment::Key(key) => format!("`{key}`"),
            Segment::Each | Segment::Any => format!("an element of {above}"),
        };
    }
    None
}

fn unknown_key(key: &str, keys: &BTreeMap<String, Shape>, above: &str, place: Place) -> Problem {
    // What stands one level deeper is what was meant with its last name alone.
    let deeper = keys.iter().filter_map(|(above, shape)| match shape {
        Shape::Object(keys) if keys.contains_key(key) => Some(format!("{above}.{key}")),
        _ => None,
    });
    let deeper: Vec<String> = deeper.collect();
    let known: Vec<&str> = keys.keys().chain(&deeper).map(String::as_str).collect();
    let problem = Problem::new(place, format!("{above} has no key `{key}`"));
    if known.is_empty() {
        return problem;
    }
    problem.with_help(text::choose(key, &known))
}

/// `string` and `a string` alike.
fn one(word: &str) -> String {
    if word.starts_with("a ") || word.starts_with("an ") {
        word.to_owned()
    } else {
        format!("a {word}")
    }
}

fn end_at(above: &str) -> String {
    format!("end the path at {above}, or name another key before it")
}
