//! The tree of an allowed expression.
//!
//! Made by `lower` and read by `bound` and `evaluate`. It owns its text, has no recursion of
//! its own (no definitions), and every node knows its place. Knows nothing of jaq.

use serde_json::Value;

use super::builtin::OnInput;
use super::builtin::OnPair;
use super::format::Format;

/// Bytes of the expression's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Place {
    pub(super) fn new(range: &std::ops::Range<usize>) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: clamp(range.start),
            end: clamp(range.end),
        }
    }

    /// `source` without the blanks around it.
    pub(super) fn trimmed(source: &str) -> Self {
        let start = source.len() - source.trim_start().len();
        Self::new(&(start..start + source.trim().len()))
    }

    /// The smallest place that holds both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// One step of an expression and where it is written.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) place: Place,
}

/// What a node does with its input.
#[derive(Debug)]
pub(super) enum Kind {
    /// `.`
    Input,
    /// A value that does not depend on the input.
    Literal(Value),
    /// A string with interpolations.
    Text(Format, Vec<TextPart>),
    /// `[..]`
    Array(Option<Box<Node>>),
    /// `{key: value}`
    Object(Vec<(Node, Node)>),
    /// `-x`
    Negate(Box<Node>),
    /// `a | b | c`
    Pipe(Vec<Node>),
    /// `a, b, c`; with nothing in it, `empty`.
    Comma(Vec<Node>),
    /// `source as $x | body`
    Bind(Box<Node>, Box<Node>),
    /// A bound value, by the number of bindings between it and here.
    Variable(usize),
    /// `a // b`
    Alternative(Box<Node>, Box<Node>),
    /// `a and b`, `a or b`
    Logic(Logic, Box<Node>, Box<Node>),
    /// `a + b` and the like
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// `a < b` and the like
    Compare(Comparison, Box<Node>, Box<Node>),
    /// `try a catch b`, `a?`
    Try(Box<Node>, Option<Box<Node>>),
    /// Conditions with what follows from each, and the rest.
    If(Vec<(Node, Node)>, Option<Box<Node>>),
    /// A value and the way down from it.
    Path(Box<Node>, Vec<Link>),
    /// A function of the input alone.
    OnInput(OnInput),
    /// A function of the input and an argument.
    OnPair(OnPair, Box<Node>),
    /// A function that asks its argument for the key of each element.
    Keyed(Keyed, Box<Node>),
    /// Whether a string matches a regular expression.
    Test(Box<Pattern>),
}

/// A part of a string.
#[derive(Debug)]
pub(super) enum TextPart {
    Fixed(String),
    Hole(Node),
}

/// One link of a path.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) part: Part,
    /// With `?`: what cannot be read is left out.
    pub(super) optional: bool,
    pub(super) place: Place,
}

/// How a link goes down.
#[derive(Debug)]
pub(super) enum Part {
    Key(String),
    Index(Node),
    Each,
    Slice(Option<Node>, Option<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logic {
    And,
    Or,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Comparison {
    /// Whether it holds for a left side of this order to the right one.
    pub(super) const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyed {
    Sort,
    Group,
    Unique,
    Least,
    Greatest,
    MapValues,
}

/// A regular expression, compiled when the expression is parsed.
///
/// The engine is the one that property schemas use for `pattern`: linear in the text.
#[derive(Debug)]
pub(super) struct Pattern(jsonschema::Validator);

impl Pattern {
    /// The pattern that `source` says, unless it is wrong or would be too large.
    pub(super) fn compile(source: &str) -> Option<Self> {
        let engine = jsonschema::PatternOptions::regex()
            .size_limit(1 << 18)
            .dfa_size_limit(1 << 20);
        jsonschema::options()
            .with_pattern_options(engine)
            .build(&serde_json::json!({ "pattern": source }))
            .ok()
            .map(Self)
    }

    /// Whether it is found in `text`, a JSON string.
    pub(super) fn is_in(&self, text: &Value) -> bool {
        self.0.is_valid(text)
    }
}

impl Node {
    /// A node of this kind written at `place`.
    pub(super) fn new(kind: Kind, place: Place) -> Self {
        Self { kind, place }
    }

    /// The nodes directly below, in the order they are written.
    pub(super) fn children(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Input
            | Kind::Literal(_)
            | Kind::Variable(_)
            | Kind::Array(None)
            | Kind::OnInput(_)
            | Kind::Test(_) => Vec::new(),
            Kind::Text(_, parts) => parts.iter().filter_map(TextPart::hole).collect(),
            Kind::Array(Some(one))
            | Kind::Negate(one)
            | Kind::Try(one, None)
            | Kind::OnPair(_, one)
            | Kind::Keyed(_, one) => vec![one],
            Kind::Object(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).collect(),
            Kind::Pipe(all) | Kind::Comma(all) => all.iter().collect(),
            Kind::Bind(left, right)
            | Kind::Alternative(left, right)
            | Kind::Try(left, Some(right))
            | Kind::Logic(_, left, right)
            | Kind::Arithmetic(_, left, right)
            | Kind::Compare(_, left, right) => vec![left, right],
            Kind::If(branches, rest) => {
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                branches.chain(rest.as_deref()).collect()
            }
            Kind::Path(head, links) => {
                let inside = links.iter().flat_map(|link| link.part.children());
                std::iter::once(&**head).chain(inside).collect()
            }
        }
    }

    /// The number of nodes from here down to the deepest.
    pub(super) fn depth(&self) -> usize {
        let below = self.children().into_iter().map(Self::depth).max();
        1 + below.unwrap_or(0)
    }
}

impl TextPart {
    fn hole(&self) -> Option<&Node> {
        match self {
            Self::Fixed(_) => None,
            Self::Hole(node) => Some(node),
        }
    }
}

impl Part {
    fn children(&self) -> Vec<&Node> {
        match self {
            Self::Key(_) | Self::Each => Vec::new(),
            Self::Index(index) => vec![index],
            Self::Slice(from, upto) => from.iter().chain(upto).collect(),
        }
    }
}
