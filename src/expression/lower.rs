//! From jaq's tree to ours: what is allowed, and which paths are read.
//!
//! Whatever is not named here is refused, at its own bytes. Functions that are only other
//! words for something (`map(f)` is `[.[] | f]`) end here, so that evaluation never sees them.

use jaq_core::load;
use jaq_core::load::parse::BinaryOp;
use jaq_core::load::parse::Pattern as Binding;
use jaq_core::load::parse::Term;
use jaq_core::ops;

use super::Problem;
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

mod call;
mod part;

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
        written: 0,
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
    /// All text before this byte has been met.
    written: u32,
    is_wide: bool,
}

impl<'s> Lowering<'s> {
    /// Takes note of a piece of the source.
    fn leaf(&mut self, text: &'s str) -> Place {
        let place = Place::new(&load::span(self.source, text));
        self.met(place);
        place
    }

    fn met(&mut self, place: Place) {
        self.extent = Some(self.extent.map_or(place, |extent| extent.and(place)));
        self.last = place;
        self.written = place.end;
    }

    /// Takes note of the next `[]`: brackets have no text of their own in jaq's tree, but come
    /// in the order in which they are written.
    fn empty_brackets(&mut self) -> Place {
        let from = self.written as usize;
        let rest = self.source.get(from..).unwrap_or_default();
        let found = rest.match_indices('[').find_map(|(at, _)| {
            let inside = rest.get(at + 1..)?;
            let end = inside.trim_start().strip_prefix(']')?;
            Some(from + at..self.source.len() - end.len())
        });
        let place = found.map_or(self.last, |range| Place::new(&range));
        self.met(place);
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
            Term::Arr(None) => {
                self.empty_brackets();
                Kind::Array(None)
            }
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
                let problem = Problem::new(place, "an expression cannot define functions");
                self.problems
                    .push(problem.with_help("write it out, without `def`"));
                return (self.node(Kind::Input), Cursor::computed());
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
        // Without `else` the input itself goes on.
        let rest = rest.map(|rest| self.term(rest, input));
        let (rest, cursor) = rest.map_or((None, input.clone()), |(rest, cursor)| {
            (Some(rest.into()), cursor)
        });
        out = self.either(out, cursor);
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
