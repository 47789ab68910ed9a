//! What each function name means.
//!
//! Names that only abbreviate something else become that; the others stay as functions of
//! values. Anything that is not in the list is refused with advice.

use jaq_core::load::parse::Term;
use serde_json::Value;

use super::Comparison;
use super::Cursor;
use super::Kind;
use super::Link;
use super::Lowered;
use super::Lowering;
use super::Node;
use super::Part;
use super::Place;
use super::Problem;
use super::Segment;
use crate::expression::builtin;
use crate::expression::tree::Keyed;
use crate::expression::tree::Pattern;
use crate::text;
use crate::text::did_you_mean;

impl<'s> Lowering<'s> {
    pub(super) fn call(
        &mut self,
        name: &'s str,
        arguments: &[Term<&'s str>],
        input: &Cursor,
    ) -> Lowered {
        let place = self.leaf(name);
        if !builtin::NAMES.contains(&(name, arguments.len())) {
            self.problems.push(refused(name, arguments.len(), place));
            return (self.node(Kind::Input), Cursor::computed());
        }
        match arguments {
            [] => self.call_alone(name, place, input),
            [argument, ..] => self.call_with(name, place, argument, input),
        }
    }

    fn call_alone(&mut self, name: &'s str, place: Place, input: &Cursor) -> Lowered {
        let literal = |value| Kind::Literal(value);
        let kind = match name {
            "null" => literal(Value::Null),
            "true" => literal(Value::Bool(true)),
            "false" => literal(Value::Bool(false)),
            "empty" => Kind::Comma(Vec::new()),
            "first" => return element(0, place, input),
            "last" => return element(-1, place, input),
            "values" => {
                self.note(input);
                let null = Node::new(Kind::Literal(Value::Null), place);
                let itself = Node::new(Kind::Input, place);
                let there = Kind::Compare(Comparison::NotEqual, itself.into(), null.into());
                return (only_if(Node::new(there, place), place), input.clone());
            }
            _ => {
                self.note(input);
                match builtin::on_input(name) {
                    Some(function) => Kind::OnInput(function),
                    None => return self.refuse(place, format!("`{name}` is not a function here")),
                }
            }
        };
        (Node::new(kind, place), Cursor::computed())
    }

    fn call_with(
        &mut self,
        name: &'s str,
        place: Place,
        argument: &Term<&'s str>,
        input: &Cursor,
    ) -> Lowered {
        let kind = match name {
            "select" => {
                let (when, _) = self.read(argument, input);
                return (only_if(when, place), input.clone());
            }
            "map" => mapped(self.for_each(place, argument, input), place),
            "any" | "all" => {
                let mapped = Node::new(mapped(self.for_each(place, argument, input), place), place);
                return self.then(mapped, name, place);
            }
            "add" => {
                let all = Kind::Array(Some(self.read_boxed(argument, input)));
                return self.then(Node::new(all, place), name, place);
            }
            "with_entries" => return self.with_entries(place, argument, input),
            "map_values" => self.keyed(Keyed::MapValues, place, argument, input),
            "sort_by" => self.keyed(Keyed::Sort, place, argument, input),
            "group_by" => self.keyed(Keyed::Group, place, argument, input),
            "unique_by" => self.keyed(Keyed::Unique, place, argument, input),
            "min_by" => self.keyed(Keyed::Least, place, argument, input),
            "max_by" => self.keyed(Keyed::Greatest, place, argument, input),
            "test" => return self.test(place, argument, input),
            _ => {
                self.note(input);
                let argument = self.read_boxed(argument, input);
                match builtin::on_pair(name) {
                    Some(function) => Kind::OnPair(function, argument),
                    None => return self.refuse(place, format!("`{name}` is not a function here")),
                }
            }
        };
        (Node::new(kind, self.here()), Cursor::computed())
    }

    /// An argument that is evaluated on each element of the input.
    fn for_each(&mut self, place: Place, argument: &Term<&'s str>, input: &Cursor) -> Node {
        self.read(argument, &input.step(&Segment::Each, place)).0
    }

    fn keyed(
        &mut self,
        keyed: Keyed,
        place: Place,
        argument: &Term<&'s str>,
        input: &Cursor,
    ) -> Kind {
        self.note(&input.step(&Segment::Each, place));
        Kind::Keyed(keyed, Box::new(self.for_each(place, argument, input)))
    }

    /// `all | name`
    fn then(&mut self, all: Node, name: &str, place: Place) -> Lowered {
        match builtin::on_input(name) {
            Some(function) => {
                let last = Node::new(Kind::OnInput(function), place);
                (self.node(Kind::Pipe(vec![all, last])), Cursor::computed())
            }
            None => self.refuse(place, format!("`{name}` is not a function here")),
        }
    }

    fn with_entries(&mut self, place: Place, argument: &Term<&'s str>, input: &Cursor) -> Lowered {
        self.note(&input.step(&Segment::Each, place));
        let (change, _) = self.read(argument, &Cursor::computed());
        let mut stages = vec![Node::new(mapped(change, place), place)];
        for (at, name) in [(0, "to_entries"), (2, "from_entries")] {
            match builtin::on_input(name) {
                Some(function) => stages.insert(at, Node::new(Kind::OnInput(function), place)),
                None => return self.refuse(place, "`with_entries` is not a function here"),
            }
        }
        (self.node(Kind::Pipe(stages)), Cursor::computed())
    }

    fn test(&mut self, place: Place, argument: &Term<&'s str>, input: &Cursor) -> Lowered {
        self.note(input);
        let (pattern, _) = self.term(argument, input);
        let Kind::Literal(Value::String(source)) = &pattern.kind else {
            let message = "the pattern of `test` must be a plain string";
            self.problems.push(
                Problem::new(pattern.place, message)
                    .with_help("for a computed text use `contains`, `startswith` or `endswith`"),
            );
            return (self.node(Kind::Input), Cursor::computed());
        };
        let problem = match Pattern::compile(source) {
            Some(compiled) => {
                let node = Node::new(Kind::Test(Box::new(compiled)), place);
                return (node, Cursor::computed());
            }
            None => Problem::new(
                pattern.place,
                "not a regular expression that can be used here",
            )
            .with_help("look-around and back-references are not available, and size is limited"),
        };
        self.problems.push(problem);
        (self.node(Kind::Input), Cursor::computed())
    }
}

/// `.[index]`
fn element(index: i64, place: Place, input: &Cursor) -> Lowered {
    let index = Node::new(Kind::Literal(index.into()), place);
    let link = Link {
        part: Part::Index(index),
        optional: false,
        place,
    };
    let head = Box::new(Node::new(Kind::Input, place));
    let node = Node::new(Kind::Path(head, vec![link]), place);
    (node, input.step(&Segment::Any, place))
}

/// `[.[] | change]`
fn mapped(change: Node, place: Place) -> Kind {
    let each = Link {
        part: Part::Each,
        optional: false,
        place,
    };
    let head = Box::new(Node::new(Kind::Input, place));
    let stages = vec![Node::new(Kind::Path(head, vec![each]), place), change];
    Kind::Array(Some(Box::new(Node::new(Kind::Pipe(stages), place))))
}

/// `if when then . else empty end`
fn only_if(when: Node, place: Place) -> Node {
    let itself = Node::new(Kind::Input, place);
    let nothing = Node::new(Kind::Comma(Vec::new()), place);
    Node::new(Kind::If(vec![(when, itself)], Some(nothing.into())), place)
}

/// Why this name cannot be called, and what to write in its place.
fn refused(name: &str, arguments: usize, place: Place) -> Problem {
    let arities: Vec<usize> = builtin::NAMES
        .iter()
        .filter(|known| known.0 == name)
        .map(|known| known.1)
        .collect();
    if !arities.is_empty() {
        let takes = match arities.as_slice() {
            [0] => "no argument",
            [1] => "one argument",
            _ => "at most one argument",
        };
        return Problem::new(place, format!("`{name}` takes {takes}, not {arguments}"));
    }
    let problem = |why: &str| Problem::new(place, format!("`{name}` is not allowed: {why}"));
    match name {
        "env" | "input" | "inputs" | "now" | "localtime" | "mktime" | "strflocaltime" | "debug"
        | "stderr" | "input_filename" | "input_line_number" | "halt" | "halt_error" | "error"
        | "get_search_list" | "import" | "include" => problem(
            "an expression knows nothing but its input and only gives a value",
        )
        .with_help(match name {
            "now" | "localtime" | "mktime" | "strflocaltime" => {
                "write the time as a property or an input, and read that"
            }
            _ => "read a key of what is given, as `.properties.NAME` or `.inputs.NAME`",
        }),
        "recurse" | "range" | "repeat" | "while" | "until" | "limit" | "walk" | "paths"
        | "combinations" => problem("an expression has no loops but `.[]` and `map`")
            .with_help("write `map(...)`, `any(...)`, `all(...)` or `add`"),
        "sub" | "gsub" => problem("texts are replaced without regular expressions")
            .with_help("write `split(\"old\") | join(\"new\")`"),
        _ => {
            let known = builtin::NAMES.iter().map(|known| known.0);
            let unknown = Problem::new(place, format!("there is no function `{name}` here"));
            match text::nearest(name, known) {
                Some(near) => unknown.with_help(did_you_mean(near)),
                None => unknown.with_help(format!("to read a key, write `.{name}`")),
            }
        }
    }
}
