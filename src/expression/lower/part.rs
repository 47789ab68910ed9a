//! Numbers, strings, objects and paths.
//!
//! The parts of an expression whose text is data: what they say is unescaped here, and keys that
//! are written out become links with a place of their own.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::Term;
use jaq_core::path;
use serde_json::Value;

use super::Cursor;
use super::Kind;
use super::Link;
use super::Lowered;
use super::Lowering;
use super::Node;
use super::Part;
use super::Segment;
use crate::expression::format::Format;
use crate::expression::tree::TextPart;
use crate::expression::value;

impl<'s> Lowering<'s> {
    pub(super) fn number(&mut self, digits: &'s str) -> Lowered {
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

    pub(super) fn text(
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

    pub(super) fn object(
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

    pub(super) fn path(
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
            path::Part::Range(None, None) => {
                self.empty_brackets();
                (Part::Each, Some(Segment::Each))
            }
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
