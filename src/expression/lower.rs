//! From jaq's tree to ours: what is allowed, and which paths are read.
//!
//! Whatever is not named here is refused, at its own bytes. Functions that are only other
//! words for something (`map(f)` is `[.[] | f]`) end here, so that evaluation never sees them.

use jaq_core::load;
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::BinaryOp;
use jaq_core::load::parse::Pattern as Binding;
use jaq_core::load::parse::Term;
use jaq_core::ops;
use jaq_core::path;
use serde_json::Value;

use super::Problem;
use super::format::Format;
use super::reads::Cursor;
use super::reads::Read;
use super::reads::Segment;
use super::tree::Arithmetic;
use super::tree::Comparison;
use super::tree::Kind;
use super::tree::Link;
use super::tree::Logic;
use super::tree::Node;
use super::tree::Part;
use super::tree::Place;
use super::tree::TextPart;
use super::value;

mod call;

/// The most paths one expression may read.
const MOST_READS: usize = 1000;

/// The tree of `term` and the paths it reads, or what about it is not allowed.
pub(super) fn lower<'s>(
    source: &'s str,
    term: &Term<&'s str>,
) -> Result<(Node, Vec<Read>), Vec<Problem>> {
    let mut lowering = Lowering {
        source,
        problems: Vec::new(),
        reads: Vec::new(),
        variables: Vec::new(),
        extent: None,
        last: Place::trimmed(source),
        is_wide: false,
    };
    let (tree, _) = lowering.read(term, &Cursor::input());
    if lowering.is_wide {
        let message = "this reads more paths than can be checked";
        let problem = Problem::new(Place::trimmed(source), message);
        lowering.problems.push(problem);
    }
    if lowering.problems.is_empty() {
        Ok((tree, lowering.reads))
    } else {
        Err(lowering.problems)
    }
}

/// A node, and what its results may be.
type Lowered = (Node, Cursor);

struct Lowering<'s> {
    source: &'s str,
    problems: Vec<Problem>,
    reads: Vec<Read>,
    /// The names bound by `as`, outermost first, with what they may be.
    variables: Vec<(&'s str, Cursor)>,
    /// All text met in the node at hand.
    extent: Option<Place>,
    /// The last text met anywhere: operators have none of their own.
    last: Place,
    is_wide: bool,
}

impl<'s> Lowering<'s> {
    /// Takes note of a piece of the source.
    fn leaf(&mut self, text: &'s str) -> Place {
        let place = Place::new(&load::span(self.source, text));
        self.extent = Some(self.extent.map_or(place, |extent| extent.and(place)));
        self.last = place;
        place
    }

    /// The place of the node at hand, as far as it has been read.
    fn here(&self) -> Place {
        self.extent.unwrap_or(self.last)
    }

    fn node(&self, kind: Kind) -> Node {
        Node::new(kind, self.here())
    }

    fn refuse(&mut self, place: Place, message: impl Into<String>) -> Lowered {
        self.problems.push(Problem::new(place, message));
        (self.node(Kind::Input), Cursor::computed())
    }

    /// Takes note that these paths are looked at.
    fn note(&mut self, cursor: &Cursor) {
        for read in cursor.paths() {
            if self.reads.len() >= MOST_READS {
                self.is_wide = true;
                return;
            }
            if !self.reads.contains(read) {
                self.reads.push(read.clone());
            }
        }
    }

    fn either(&mut self, one: Cursor, other: Cursor) -> Cursor {
        let both = one.or(other);
        if both.is_too_wide() {
            self.is_wide = true;
            return Cursor::computed();
        }
        both
    }

    /// Lowers what is used up where it stands: its paths are read.
    fn read(&mut self, term: &Term<&'s str>, input: &Cursor) -> Lowered {
        let (node, cursor) = self.term(term, input);
        self.note(&cursor);
        (node, cursor)
    }

    fn read_boxed(&mut self, term: &Term<&'s str>, input: &Cursor) -> Box<Node> {
        Box::new(self.read(term, input).0)
    }

    fn term(&mut self, term: &Term<&'s str>, input: &Cursor) -> Lowered {
        let around = self.extent.take();
        let lowered = self.inside(term, input);
        self.extent = match (around, self.extent) {
            (Some(around), Some(here)) => Some(around.and(here)),
            (around, here) => around.or(here),
        };
        lowered
    }

    fn inside(&mut self, term: &Term<&'s str>, input: &Cursor) -> Lowered {
        let kind = match term {
            Term::Id => return (self.node(Kind::Input), input.clone()),
            Term::Recurse => return self.refuse(self.last, "`..` is not allowed"),
            Term::Num(digits) => return self.number(digits),
            Term::Str(format, parts) => return self.text(*format, parts, input),
            Term::Arr(None) => Kind::Array(None),
            Term::Arr(Some(inner)) => Kind::Array(Some(self.read_boxed(inner, input))),
            Term::Obj(entries) => self.object(entries, input),
            Term::Neg(inner) => Kind::Negate(self.read_boxed(inner, input)),
            Term::BinOp(left, operator, right) => return self.binary(left, operator, right, input),
            Term::Label(name, _) | Term::Break(name) => {
                let place = self.leaf(name);
                return self.refuse(place, "labels are not allowed");
            }
            Term::Fold(word, ..) => {
                let place = self.leaf(word);
                let message = format!("`{word}` is not allowed: use `map`, `add`, `any` or `all`");
                return self.refuse(place, message);
            }
            Term::Def(definitions, _) => {
                let name = definitions.first().map_or("", |definition| definition.name);
                let place = self.leaf(name);
                return self.refuse(place, "an expression cannot define functions");
            }
            Term::TryCatch(body, handler) => return self.attempt(body, handler.as_deref(), input),
            Term::IfThenElse(branches, rest) => {
                return self.conditional(branches, rest.as_deref(), input);
            }
            Term::Var(name) => return self.variable(name),
            Term::Call(name, arguments) => return self.call(name, arguments, input),
            Term::Path(head, path) => return self.path(head, path, input),
        };
        (self.node(kind), Cursor::computed())
    }

    fn number(&mut self, digits: &'s str) -> Lowered {
        let place = self.leaf(digits);
        let number = match digits.parse::<u64>() {
            Ok(whole) => Ok(whole.into()),
            Err(_) => value::from_float(digits.parse().unwrap_or(f64::INFINITY)),
        };
        match number {
            Ok(number) => (self.node(Kind::Literal(number)), Cursor::computed()),
            Err(_) => self.refuse(place, "this number is too large"),
        }
    }

    /// The text of a string without interpolations.
    fn constant(&mut self, parts: &[StrPart<&'s str, Term<&'s str>>]) -> Option<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                StrPart::Str(fixed) => {
                    self.leaf(fixed);
                    text.push_str(fixed);
                }
                StrPart::Char(c) => text.push(*c),
                StrPart::Term(_) => return None,
            }
        }
        Some(text)
    }

    fn text(
        &mut self,
        format: Option<&'s str>,
        parts: &[StrPart<&'s str, Term<&'s str>>],
        input: &Cursor,
    ) -> Lowered {
        let name = format.unwrap_or("@text");
        let Some(format) = Format::of(name) else {
            let place = self.leaf(name);
            return self.refuse(place, format!("`{name}` cannot be put before a string"));
        };
        if let Some(text) = self.constant(parts) {
            return (self.node(Kind::Literal(text.into())), Cursor::computed());
        }
        let mut lowered = Vec::with_capacity(parts.len());
        for part in parts {
            lowered.push(match part {
                StrPart::Str(fixed) => {
                    self.leaf(fixed);
                    TextPart::Fixed((*fixed).to_owned())
                }
                StrPart::Char(c) => TextPart::Fixed(c.to_string()),
                StrPart::Term(hole) => TextPart::Hole(self.read(hole, input).0),
            });
        }
        (self.node(Kind::Text(format, lowered)), Cursor::computed())
    }

    fn object(
        &mut self,
        entries: &[(Term<&'s str>, Option<Term<&'s str>>)],
        input: &Cursor,
    ) -> Kind {
        let mut lowered = Vec::with_capacity(entries.len());
        for (key, item) in entries {
            let pair = match (key, item) {
                (_, Some(item)) => (self.read(key, input).0, self.read(item, input).0),
                (Term::Var(name), None) => {
                    let (item, cursor) = self.term(key, input);
                    self.note(&cursor);
                    let name = name.trim_start_matches('$').to_owned();
                    (self.node(Kind::Literal(name.into())), item)
                }
                (_, None) => self.shorthand(key, input),
            };
            lowered.push(pair);
        }
        Kind::Object(lowered)
    }

    /// `{key}` is `{key: .key}`.
    fn shorthand(&mut self, key: &Term<&'s str>, input: &Cursor) -> (Node, Node) {
        let (name, _) = self.term(key, input);
        let place = name.place;
        let Kind::Literal(Value::String(text)) = &name.kind else {
            let (nothing, _) = self.refuse(place, "this key needs a value");
            return (name, nothing);
        };
        let segment = Segment::Key(text.clone());
        self.note(&input.step(&segment, place));
        let link = Link {
            part: Part::Key(text.clone()),
            optional: false,
            place,
        };
        let head = Box::new(Node::new(Kind::Input, place));
        let item = Node::new(Kind::Path(head, vec![link]), place);
        (name, item)
    }

    fn binary(
        &mut self,
        left: &Term<&'s str>,
        operator: &BinaryOp<&'s str>,
        right: &Term<&'s str>,
        input: &Cursor,
    ) -> Lowered {
        let kind = match operator {
            BinaryOp::Pipe(None) => {
                let (first, between) = self.term(left, input);
                let (then, out) = self.term(right, &between);
                return (self.node(Kind::Pipe(flat_pipe(first, then))), out);
            }
            BinaryOp::Pipe(Some(Binding::Var(name))) => {
                let (source, bound) = self.term(left, input);
                self.leaf(name);
                self.variables.push((name, bound));
                let (body, out) = self.term(right, input);
                self.variables.pop();
                return (self.node(Kind::Bind(source.into(), body.into())), out);
            }
            BinaryOp::Pipe(Some(pattern)) => {
                let place = first_name(pattern).map_or(self.last, |name| self.leaf(name));
                return self.refuse(place, "only `as $name` is allowed");
            }
            BinaryOp::Comma => {
                let (one, left) = self.term(left, input);
                let (other, right) = self.term(right, input);
                let out = self.either(left, right);
                return (self.node(Kind::Comma(flat_comma(one, other))), out);
            }
            BinaryOp::Alt => {
                let (one, left) = self.read(left, input);
                let (other, right) = self.term(right, input);
                let out = self.either(left, right);
                return (self.node(Kind::Alternative(one.into(), other.into())), out);
            }
            BinaryOp::And | BinaryOp::Or => {
                let logic = if matches!(operator, BinaryOp::And) {
                    Logic::And
                } else {
                    Logic::Or
                };
                Kind::Logic(
                    logic,
                    self.read_boxed(left, input),
                    self.read_boxed(right, input),
                )
            }
            BinaryOp::Math(operator) => {
                let sides = (self.read_boxed(left, input), self.read_boxed(right, input));
                Kind::Arithmetic(arithmetic(*operator), sides.0, sides.1)
            }
            BinaryOp::Cmp(operator) => {
                let sides = (self.read_boxed(left, input), self.read_boxed(right, input));
                Kind::Compare(comparison(*operator), sides.0, sides.1)
            }
            _ => return self.refuse(self.last, "assignment is not allowed"),
        };
        (self.node(kind), Cursor::computed())
    }

    fn attempt(
        &mut self,
        body: &Term<&'s str>,
        handler: Option<&Term<&'s str>>,
        input: &Cursor,
    ) -> Lowered {
        let (body, mut out) = self.term(body, input);
        let handler = handler.map(|handler| {
            let (handler, caught) = self.term(handler, &Cursor::computed());
            out = self.either(std::mem::take(&mut out), caught);
            Box::new(handler)
        });
        (self.node(Kind::Try(body.into(), handler)), out)
    }

    fn conditional(
        &mut self,
        branches: &[(Term<&'s str>, Term<&'s str>)],
        rest: Option<&Term<&'s str>>,
        input: &Cursor,
    ) -> Lowered {
        let mut out = Cursor::computed();
        let mut lowered = Vec::with_capacity(branches.len());
        for (when, then) in branches {
            let (when, _) = self.read(when, input);
            let (then, cursor) = self.term(then, input);
            out = self.either(out, cursor);
            lowered.push((when, then));
        }
        let rest = match rest {
            Some(rest) => {
                let (rest, cursor) = self.term(rest, input);
                out = self.either(out, cursor);
                Some(Box::new(rest))
            }
            None => {
                out = self.either(out, input.clone());
                None
            }
        };
        (self.node(Kind::If(lowered, rest)), out)
    }

    fn variable(&mut self, name: &'s str) -> Lowered {
        let place = self.leaf(name);
        let mut inside_out = self.variables.iter().rev().enumerate();
        match inside_out.find(|(_, (bound, _))| *bound == name) {
            Some((distance, (_, cursor))) => {
                let cursor = cursor.clone();
                (self.node(Kind::Variable(distance)), cursor)
            }
            None => self.refuse(place, format!("there is no `{name}` here")),
        }
    }

    fn path(
        &mut self,
        head: &Term<&'s str>,
        path::Path(parts): &path::Path<Term<&'s str>>,
        input: &Cursor,
    ) -> Lowered {
        let (head, mut cursor) = self.term(head, input);
        let mut links = Vec::with_capacity(parts.len());
        for (part, optional) in parts {
            let before = self.extent.take();
            let (part, segment) = self.link(part, input);
            let place = self.here();
            self.extent = Some(before.map_or(place, |before| before.and(place)));
            if let Some(segment) = segment {
                cursor = cursor.step(&segment, place);
            }
            let optional = matches!(optional, path::Opt::Optional);
            links.push(Link {
                part,
                optional,
                place,
            });
        }
        (self.node(Kind::Path(head.into(), links)), cursor)
    }

    /// A link, and what it adds to the path; a slice stays where it is.
    fn link(
        &mut self,
        part: &path::Part<Term<&'s str>>,
        input: &Cursor,
    ) -> (Part, Option<Segment>) {
        match part {
            path::Part::Index(Term::Str(None, parts)) if is_constant(parts) => {
                let key = self.constant(parts).unwrap_or_default();
                (Part::Key(key.clone()), Some(Segment::Key(key)))
            }
            path::Part::Index(index) => {
                (Part::Index(self.read(index, input).0), Some(Segment::Any))
            }
            path::Part::Range(None, None) => (Part::Each, Some(Segment::Each)),
            path::Part::Range(from, upto) => {
                let from = from.as_ref().map(|from| self.read(from, input).0);
                let upto = upto.as_ref().map(|upto| self.read(upto, input).0);
                (Part::Slice(from, upto), None)
            }
        }
    }
}

fn is_constant(parts: &[StrPart<&str, Term<&str>>]) -> bool {
    !parts.iter().any(|part| matches!(part, StrPart::Term(_)))
}

/// `a | (b | c)` as one pipe of three.
fn flat_pipe(first: Node, then: Node) -> Vec<Node> {
    let mut all = Vec::new();
    for node in [first, then] {
        match node.kind {
            Kind::Pipe(inner) => all.extend(inner),
            _ => all.push(node),
        }
    }
    all
}

/// `(a, b), c` as one list of three; `empty` is nothing in it.
fn flat_comma(one: Node, other: Node) -> Vec<Node> {
    let mut all = Vec::new();
    for node in [one, other] {
        match node.kind {
            Kind::Comma(inner) => all.extend(inner),
            _ => all.push(node),
        }
    }
    all
}

fn arithmetic(operator: ops::Math) -> Arithmetic {
    match operator {
        ops::Math::Add => Arithmetic::Add,
        ops::Math::Sub => Arithmetic::Subtract,
        ops::Math::Mul => Arithmetic::Multiply,
        ops::Math::Div => Arithmetic::Divide,
        ops::Math::Rem => Arithmetic::Remainder,
    }
}

fn comparison(operator: ops::Cmp) -> Comparison {
    match operator {
        ops::Cmp::Lt => Comparison::Less,
        ops::Cmp::Le => Comparison::LessOrEqual,
        ops::Cmp::Gt => Comparison::Greater,
        ops::Cmp::Ge => Comparison::GreaterOrEqual,
        ops::Cmp::Eq => Comparison::Equal,
        ops::Cmp::Ne => Comparison::NotEqual,
    }
}

fn first_name<'s>(pattern: &Binding<&'s str>) -> Option<&'s str> {
    match pattern {
        Binding::Var(name) => Some(name),
        Binding::Arr(all) => all.iter().find_map(first_name),
        Binding::Obj(all) => all.iter().find_map(|(_, pattern)| first_name(pattern)),
    }
}
