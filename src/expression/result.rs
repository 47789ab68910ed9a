//! What type the result of an expression can be.
//!
//! In goes the shape that its input is known to have; out come the types that a result may have.
//! Where little is known, all of them: a type that is left out is impossible.

use serde_json::Value;

use super::Expression;
use super::shape::Shape;
use super::tree::Arithmetic;
use super::tree::Kind;
use super::tree::Link;
use super::tree::Node;
use super::tree::Part;

/// A set of the types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(u8);

/// The types and their words, each with its bit.
const WORDS: &[(Types, &str)] = &[
    (Types::BOOLEAN, "boolean"),
    (Types::NUMBER, "number"),
    (Types::STRING, "string"),
    (Types::ARRAY, "array"),
    (Types::OBJECT, "object"),
];

impl Types {
    const NOTHING: Self = Self(0);
    const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const NUMBER: Self = Self(4);
    const STRING: Self = Self(8);
    const ARRAY: Self = Self(16);
    const OBJECT: Self = Self(32);
    const ALL: Self = Self(63);

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a result may be of a JSON Schema type; of a word that is none, it may.
    pub fn may_be(self, word: &str) -> bool {
        let word = if word == "integer" { "number" } else { word };
        let found = WORDS.iter().find(|(_, name)| *name == word);
        found.is_none_or(|(types, _)| self.has(*types))
    }

    /// The types but null, as `a number or a string`.
    pub fn words(self) -> String {
        let article = |word: &str| match word {
            "array" => "a list".to_owned(),
            "object" => "a mapping".to_owned(),
            _ => format!("a {word}"),
        };
        let words: Vec<String> = WORDS
            .iter()
            .filter(|(types, _)| self.has(*types))
            .map(|(_, word)| article(word))
            .collect();
        if words.is_empty() {
            return "nothing".to_owned();
        }
        words.join(" or ")
    }
}

/// The types that a result of `expression` may have on an input of this shape.
pub fn result_types(expression: &Expression, shape: &Shape) -> Types {
    types(&expression.0.tree, shape)
}

fn types(node: &Node, input: &Shape) -> Types {
    match &node.kind {
        Kind::Input => of_shape(input),
        Kind::Literal(value) => of_value(value),
        Kind::Text(..) => Types::STRING,
        Kind::Array(_) => Types::ARRAY,
        Kind::Object(_) => Types::OBJECT,
        Kind::Negate(_) => Types::NUMBER,
        Kind::Logic(..) | Kind::Compare(..) | Kind::Test(_) => Types::BOOLEAN,
        Kind::Variable(_) | Kind::OnInput(_) | Kind::OnPair(..) | Kind::Keyed(..) => Types::ALL,
        Kind::Path(head, links) => match &head.kind {
            Kind::Input => down(links, input).map_or(Types::ALL, |shape| of_shape(&shape)),
            _ => Types::ALL,
        },
        Kind::Pipe(stages) => {
            let Some((last, before)) = stages.split_last() else {
                return Types::ALL;
            };
            types(last, &after(before, input))
        }
        Kind::Comma(all) => all
            .iter()
            .fold(Types::NOTHING, |found, one| found.or(types(one, input))),
        Kind::Bind(_, body) => types(body, input),
        Kind::Alternative(first, second) => {
            let first = types(first, input).without(Types::NULL);
            first.or(types(second, input))
        }
        Kind::Try(tried, caught) => {
            let caught = caught.as_ref().map(|caught| types(caught, &Shape::Any));
            types(tried, input).or(caught.unwrap_or(Types::NOTHING))
        }
        Kind::If(branches, rest) => {
            let rest = rest.as_ref().map_or(of_shape(input), |it| types(it, input));
            branches
                .iter()
                .fold(rest, |found, (_, then)| found.or(types(then, input)))
        }
        Kind::Arithmetic(sign, left, right) => {
            arithmetic(*sign, types(left, input), types(right, input))
        }
    }
}

/// The shape of what stages give, where they are paths.
fn after(stages: &[Node], input: &Shape) -> Shape {
    let mut shape = input.clone();
    for stage in stages {
        shape = match &stage.kind {
            Kind::Input => shape,
            Kind::Path(head, links) if matches!(head.kind, Kind::Input) => {
                down(links, &shape).unwrap_or(Shape::Any)
            }
            _ => Shape::Any,
        };
    }
    shape
}

/// The shape at the end of a path; `None` where nothing is known of it.
fn down(links: &[Link], shape: &Shape) -> Option<Shape> {
    let mut shape = shape;
    for link in links {
        shape = match (&link.part, shape) {
            (Part::Key(key), Shape::Object(keys)) => keys.get(key)?,
            (Part::Each | Part::Index(_), Shape::Array(element)) => element,
            (Part::Slice(..), Shape::Array(_)) => shape,
            _ => return None,
        };
    }
    Some(shape.clone())
}

/// What may be absent may be null.
fn of_shape(shape: &Shape) -> Types {
    let there = match shape {
        Shape::Any => Types::ALL,
        Shape::Object(_) => Types::OBJECT,
        Shape::Array(_) => Types::ARRAY,
        Shape::Scalar(word) => match *word {
            "boolean" => Types::BOOLEAN,
            "number" => Types::NUMBER,
            "string" => Types::STRING,
            _ => Types::ALL,
        },
    };
    there.or(Types::NULL)
}

const fn of_value(value: &Value) -> Types {
    match value {
        Value::Null => Types::NULL,
        Value::Bool(_) => Types::BOOLEAN,
        Value::Number(_) => Types::NUMBER,
        Value::String(_) => Types::STRING,
        Value::Array(_) => Types::ARRAY,
        Value::Object(_) => Types::OBJECT,
    }
}

fn arithmetic(sign: Arithmetic, left: Types, right: Types) -> Types {
    let both = left.and(right).without(Types::NULL);
    let only_numbers =
        |types: Types| types.without(Types::NUMBER.or(Types::NULL)) == Types::NOTHING;
    match sign {
        Arithmetic::Add => {
            // Null and something is that.
            let with_null = |one: Types, other: Types| {
                if one.has(Types::NULL) {
                    other
                } else {
                    Types::NOTHING
                }
            };
            both.or(with_null(left, right)).or(with_null(right, left))
        }
        Arithmetic::Subtract => both.and(Types::NUMBER.or(Types::ARRAY)),
        Arithmetic::Remainder => Types::NUMBER,
        Arithmetic::Multiply if only_numbers(left) && only_numbers(right) => Types::NUMBER,
        Arithmetic::Divide if only_numbers(left) || only_numbers(right) => Types::NUMBER,
        Arithmetic::Multiply | Arithmetic::Divide => Types::ALL,
    }
}
