//! Comparisons of two kinds of things that Cedar lets pass: it warns where a rule can never hold,
//! and below `unless`, by `!=` or beside `||` the rule holds more often than its author meant.
//!
//! In: a rule and the types of the catalog. Out: a finding at each such comparison.

use std::cell::OnceCell;

use cedar_policy::EntityTypeName;

use crate::finding::Finding;
use crate::finding::codes::E0403;
use crate::policy::lint;
use crate::policy::rule::Rule;
use crate::policy::shape::Shape;
use crate::policy::tokens::{Part, Sort, Token, parts, tokens};
use crate::policy::vocabulary::{Kind, Vocabulary};

/// The findings of one rule.
pub(super) fn check(rule: &Rule, vocabulary: &Vocabulary) -> Vec<Finding> {
    let of = Of {
        rule,
        vocabulary,
        kinds: OnceCell::new(),
    };
    let all = parts(&rule.text).into_iter();
    all.flat_map(|part| of.part(&part)).collect()
}

/// A rule and the types that it may name.
struct Of<'a> {
    rule: &'a Rule,
    vocabulary: &'a Vocabulary,
    /// The kinds that the rule is about, once they are asked for.
    kinds: OnceCell<Vec<&'a Kind>>,
}

/// What is compared with what, and how.
struct Compared<'w, 't> {
    /// `resource` and `owner`.
    path: (&'t str, &'t str),
    sign: &'t str,
    /// The type of the other side: that of who asks, or the one that is written.
    other: &'w str,
}

impl Of<'_> {
    fn part(&self, part: &Part) -> Vec<Finding> {
        let source = self.rule.text.get(part.range.clone()).unwrap_or_default();
        let words = tokens(source);
        let mut findings = Vec::new();
        for start in 0..words.len() {
            let rest = words.get(start..).unwrap_or_default();
            let is_of_more = start > 0 && words.get(start - 1).is_some_and(|word| word.is("."));
            let inner = words.get(start.wrapping_sub(2)).map(|word| word.text);
            let Some((compared, len)) = self.compared(rest) else {
                continue;
            };
            let is_inputs = compared.path.0 == "inputs" && inner == Some("context");
            // Alone below `when` it is what Cedar warns of.
            let is_warned = len == words.len() && !part.unless && compared.sign != "!=";
            if is_warned || (is_of_more && !is_inputs) || !self.is_never(&compared) {
                continue;
            }
            if let (Some(first), Some(last)) = (rest.first(), rest.get(len - 1)) {
                let at = part.range.start;
                let range = at + first.range.start..at + last.range.end;
                findings.push(self.found(&compared, &range));
            }
        }
        findings
    }

    /// The comparison that words begin with, and how many they are.
    fn compared<'w, 't>(&'w self, words: &'w [Token<'t>]) -> Option<(Compared<'w, 't>, usize)> {
        let (path, sign, other, len) = if let Some(path) = path(words) {
            let (sign, rest) = words.get(3..)?.split_first()?;
            let (other, len) = self.other(rest)?;
            (path, sign, other, 4 + len)
        } else {
            let (other, len) = self.other(words)?;
            let (sign, rest) = words.get(len..)?.split_first()?;
            (path(rest)?, sign, other, len + 4)
        };
        let is_equality = sign.is("==") || sign.is("!=");
        // Who asks may be in what a path leads to.
        let is_within =
            sign.is("in") && matches!(words, [who, it, ..] if who.is("principal") && it == sign);
        // What is below one of them is another thing.
        let is_below = words.get(len).is_some_and(|next| next.is("."));
        let compared = Compared {
            path,
            sign: sign.text,
            other,
        };
        ((is_equality || is_within) && !is_below).then_some((compared, len))
    }

    /// The type of who asks or of `Team::"sre"`, and how many words that is.
    fn other<'w>(&'w self, words: &'w [Token<'_>]) -> Option<(&'w str, usize)> {
        match words {
            [who, ..] if who.is("principal") => {
                let person = self.vocabulary.person.as_ref()?;
                Some((person.basename(), 1))
            }
            [list, colons, word, ..] if colons.is("::") && word.sort == Sort::String => {
                Some((list.text, 3))
            }
            _ => None,
        }
    }

    /// Whether both sides are never one, whatever the rule is about.
    fn is_never(&self, compared: &Compared<'_, '_>) -> bool {
        let types: Vec<Option<&EntityTypeName>> = self
            .shapes(compared.path)
            .into_iter()
            .map(|shape| named(shape, compared.sign))
            .collect();
        let is_other = |one: Option<&EntityTypeName>| {
            one.is_some_and(|one| match compared.sign {
                "in" => !self.vocabulary.people_can_be_in(one),
                _ => one.basename() != compared.other,
            })
        };
        !types.is_empty() && types.into_iter().all(is_other)
    }

    /// What a path may lead to.
    fn shapes(&self, (of, name): (&str, &str)) -> Vec<&Shape> {
        let attribute = |kind| {
            let kind: &Kind = kind;
            kind.attributes.get(name).map(|it| &it.field.shape)
        };
        let mut all = self.vocabulary.kinds.iter().flatten();
        match of {
            "resource" => {
                let kinds = self.kinds.get_or_init(|| {
                    let (rule, vocabulary) = (self.rule, self.vocabulary);
                    all.filter(|kind| {
                        rule.is_about(&kind.name) && lint::is_about(rule, kind, vocabulary)
                    })
                    .collect()
                });
                kinds.iter().copied().filter_map(attribute).collect()
            }
            "principal" => all
                .find(|kind| Some(&kind.name) == self.vocabulary.person.as_ref())
                .and_then(attribute)
                .into_iter()
                .collect(),
            _ => {
                let actions = lint::actions(self.rule, self.vocabulary).into_iter();
                let inputs = actions.flat_map(|action| &action.inputs);
                let named = inputs.filter(|field| field.name == name);
                named.map(|field| &field.shape).collect()
            }
        }
    }

    fn found(&self, compared: &Compared<'_, '_>, range: &std::ops::Range<usize>) -> Finding {
        let (of, name) = compared.path;
        let path = match of {
            "inputs" => format!("context.inputs.{name}"),
            _ => format!("{of}.{name}"),
        };
        let shapes = self.shapes(compared.path).into_iter();
        let types = shapes.filter_map(|shape| named(shape, compared.sign));
        let first = types
            .map(EntityTypeName::basename)
            .next()
            .unwrap_or_default();
        let is_list = compared.other.contains("__") || first.contains("__");
        let words = match compared.sign {
            "in" => format!("who asks is no {first} and in none"),
            _ if is_list => format!("`{path}` has no word of the list `{}`", compared.other),
            _ => format!("`{path}` is no {}, but a {first}", compared.other),
        };
        let help = match compared.sign {
            "in" => "name a relation that leads to people, or to what they are in".to_owned(),
            _ if self.is_person(compared.other) && !is_list => {
                format!("write `principal in {path}`")
            }
            sign => format!("write `{path} {sign} {first}::\"...\"`"),
        };
        let label = match compared.sign {
            "!=" => "always true",
            _ => "never true",
        };
        Finding::new(&E0403, self.rule.map.span(range), words)
            .label(label)
            .help(help)
    }

    fn is_person(&self, other: &str) -> bool {
        let person = self.vocabulary.person.as_ref();
        person.is_some_and(|person| person.basename() == other)
    }
}

/// `resource.owner`, `principal.manager`, and what follows `context.` of `context.inputs.team`.
fn path<'t>(words: &[Token<'t>]) -> Option<(&'t str, &'t str)> {
    let [of, dot, name, ..] = words else {
        return None;
    };
    let is_known = ["resource", "principal", "inputs"];
    let is_known = is_known.iter().any(|it| of.is(it));
    (is_known && dot.is(".") && name.sort == Sort::Name).then_some((of.text, name.text))
}

/// The type of entities that a value is, or for `in` that of several; `None` for others.
fn named<'s>(shape: &'s Shape, sign: &str) -> Option<&'s EntityTypeName> {
    match shape {
        Shape::Set(of) if sign == "in" => named(of, sign),
        Shape::Entity(name) => Some(name),
        Shape::Choice(choice) => Some(&choice.name),
        _ => None,
    }
}
