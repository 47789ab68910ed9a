//! Conditions of one rule that exclude each other, so that it never applies.
//!
//! In: a rule's text, and what schemas say of numbers. Out: the first condition that cannot hold
//! with one before it, or with the least and the most that its number may be. Only what is certain
//! is said: a name and a value, compared by one sign.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::finding::Finding;
use crate::finding::codes::E0404;
use crate::model::Catalog;
use crate::policy::cover::spelled;
use crate::policy::quantity::{Unit, is_call, quantity};
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Sort, Token, bracketed, parts, tokens};
use crate::syntax::Node;
use crate::text::Span;

/// The milliseconds of a day.
const DAY: i128 = 86_400_000;

/// What is known of a number: the least that it can be and the most, each with what says so.
#[derive(Default)]
struct Bounds {
    least: Option<(i128, Says)>,
    most: Option<(i128, Says)>,
}

/// What says something of a number.
#[derive(Clone, Copy)]
enum Says {
    /// A condition of the same rule.
    Condition(Span),
    /// The schema of an input or a property.
    Schema(Span),
    /// A day has so many hours.
    Clock,
}

/// `x == 1 && x == 2`, `x > 5 && x < 3`: one thing that would have to be two; `x > 100` of what is
/// 50 at most.
pub(super) fn never(rule: &Rule, catalog: &Catalog) -> Option<Finding> {
    let mut known: BTreeMap<String, (String, Range<usize>)> = BTreeMap::new();
    let mut numbers: BTreeMap<String, Bounds> = BTreeMap::new();
    for part in parts(&rule.text).into_iter().filter(|part| !part.unless) {
        let source = rule.text.get(part.range.clone()).unwrap_or_default();
        let words = tokens(source);
        let Some((path, sign, value)) = comparison(&words) else {
            continue;
        };
        let bounds = numbers
            .entry(path.clone())
            .or_insert_with(|| said(rule, (&path, Unit::of(value)), catalog));
        let limit = outside(bounds, sign, value, rule.map.span(&part.range));
        if let Some(limit) = limit {
            return Some(excluded(rule, (&path, value), &part.range, limit));
        }
        if sign != "==" {
            continue;
        }
        // `01` is `1`.
        let value = match quantity(value) {
            Some(number) => number.to_string(),
            // What is written in two ways may be one.
            None if is_call(value) || value.iter().any(|it| it.text.contains('\\')) => continue,
            None => spelled(value),
        };
        let Some((other, first)) = known.get(&path) else {
            known.insert(path, (value, part.range));
            continue;
        };
        if *other != value {
            let message = format!("`{path}` cannot be two values at once");
            return Some(told(rule, message, (&part.range, rule.map.span(first))));
        }
    }
    None
}

/// The finding of a condition that a limit leaves nothing for.
fn excluded(
    rule: &Rule,
    (path, value): (&str, &[Token<'_>]),
    at: &Range<usize>,
    (end, (number, says)): (&str, (i128, Says)),
) -> Finding {
    let found =
        |message: String| Finding::new(&E0404, rule.map.span(at), message).label("never holds");
    match says {
        Says::Condition(first) => {
            let what = if let [_] = value { "number" } else { "value" };
            let message = format!("`{path}` has no {what} that is both");
            told(rule, message, (at, first))
        }
        Says::Clock => found(format!("`{path}` is a time of day, and less than 24h"))
            .help("a time of day is from `duration(\"0h\")` to before `duration(\"24h\")`"),
        Says::Schema(schema) => found(format!(
            "`{path}` is {} {end}",
            Unit::of(value).shown(number)
        ))
        .related(schema, "what it may be")
        .help("compare it with a number that it can be"),
    }
}

fn told(rule: &Rule, message: String, (at, first): (&Range<usize>, Span)) -> Finding {
    Finding::new(&E0404, rule.map.span(at), message)
        .label("never holds with the other")
        .related(first, "the other")
        .help("write `||` between the two, in brackets, or remove one")
}

/// What schemas say of the number at a path: of all actions that the rule is about.
fn said(rule: &Rule, (path, unit): (&str, Unit), catalog: &Catalog) -> Bounds {
    if path.ends_with(".toTime()") {
        return Bounds {
            least: Some((0, Says::Clock)),
            most: Some((DAY - 1, Says::Clock)),
        };
    }
    let Scope::In(named) = &rule.scope else {
        return Bounds::default();
    };
    let mut all: Option<Bounds> = None;
    for uid in named {
        let action = catalog.find_action(uid.id().unescaped());
        let schema = action.and_then(|action| match path.rsplit_once('.')? {
            ("context.inputs", name) => action.inputs.schema(name),
            ("resource", name) => {
                let (_, blueprint) = catalog.find_blueprint(&action.blueprint.value)?;
                Some(&blueprint.property(name)?.schema)
            }
            _ => None,
        });
        // Of what nothing is said it may be any number.
        let Some(schema) = schema else {
            return Bounds::default();
        };
        let own = Bounds {
            least: limit(schema, unit, ("minimum", "exclusiveMinimum"), 1),
            most: limit(schema, unit, ("maximum", "exclusiveMaximum"), -1),
        };
        all = Some(match all {
            None => own,
            Some(all) => Bounds {
                least: all
                    .least
                    .zip(own.least)
                    .map(|(one, other)| if one.0 <= other.0 { one } else { other }),
                most: all
                    .most
                    .zip(own.most)
                    .map(|(one, other)| if one.0 >= other.0 { one } else { other }),
            },
        });
    }
    all.unwrap_or_default()
}

/// What a schema names as the least or the most.
fn limit(
    schema: &Node,
    unit: Unit,
    (name, exclusive): (&str, &str),
    step: i128,
) -> Option<(i128, Says)> {
    let read = |name: &str| {
        let node = schema.get(name)?;
        let number = unit.read(&node.to_json().to_string())?;
        Some((number, Says::Schema(node.span)))
    };
    let beyond = read(exclusive).map(|(number, says)| (number + step, says));
    read(name).or(beyond)
}

/// What leaves no number for this condition, which is one from now on: `at most` 50.
fn outside(
    bounds: &mut Bounds,
    sign: &str,
    value: &[Token<'_>],
    span: Span,
) -> Option<(&'static str, (i128, Says))> {
    let number = quantity(value)?;
    let (least, most) = match sign {
        "==" => (Some(number), Some(number)),
        "<" => (None, Some(number - 1)),
        "<=" => (None, Some(number)),
        ">" => (Some(number + 1), None),
        _ => (Some(number), None),
    };
    let above = least.and_then(|least| bounds.most.filter(|known| least > known.0));
    let below = most.and_then(|most| bounds.least.filter(|known| most < known.0));
    if let Some(known) = above {
        return Some(("at most", known));
    }
    if let Some(known) = below {
        return Some(("at least", known));
    }
    let says = Says::Condition(span);
    if let Some(least) = least.filter(|least| bounds.least.is_none_or(|it| it.0 < *least)) {
        bounds.least = Some((least, says));
    }
    if let Some(most) = most.filter(|most| bounds.most.is_none_or(|it| *most < it.0)) {
        bounds.most = Some((most, says));
    }
    None
}

/// The path, the sign and the value of `resource.type == Component__type::"service"`, of
/// `5 < resource.beds` and of `resource.price.lessThan(decimal("5.0"))`.
fn comparison<'t>(words: &'t [Token<'t>]) -> Option<(String, &'static str, &'t [Token<'t>])> {
    const SIGNS: [(&str, &str); 5] = [
        ("==", "=="),
        ("<", ">"),
        ("<=", ">="),
        (">", "<"),
        (">=", "<="),
    ];
    const METHODS: [(&str, &str); 4] = [
        ("lessThan", "<"),
        ("lessThanOrEqual", "<="),
        ("greaterThan", ">"),
        ("greaterThanOrEqual", ">="),
    ];
    if let Some(inner) = bracketed(words) {
        return comparison(inner);
    }
    if let Some((inner, close)) = words.split_last().map(|(last, inner)| (inner, last))
        && close.is(")")
        && let Some(open) = inner.iter().position(|word| word.is("("))
        && let [path @ .., dot, method] = inner.get(..open)?
        && let Some((_, sign)) = METHODS.iter().find(|(name, _)| method.is(name))
    {
        let value = inner.get(open + 1..)?;
        let is_meant = dot.is(".") && is_path(path) && is_value(value);
        return is_meant.then(|| (spelled_path(path), *sign, value));
    }
    let sign_of = |word: &Token<'_>| SIGNS.iter().find(|(sign, _)| word.is(sign));
    let at = words.iter().position(|word| sign_of(word).is_some())?;
    let (sign, turned) = sign_of(words.get(at)?)?;
    let (left, right) = (words.get(..at)?, words.get(at + 1..)?);
    if is_path(left) && is_value(right) {
        return Some((spelled_path(left), sign, right));
    }
    (is_value(left) && is_path(right)).then(|| (spelled_path(right), *turned, left))
}

/// Whether words are names and dots alone, and calls without an argument: any other sign may make
/// something else of it.
fn is_path(words: &[Token<'_>]) -> bool {
    let is_it = |(n, token): (usize, &Token<'_>)| match token.text {
        "(" => words.get(n + 1).is_some_and(|next| next.is(")")),
        ")" => n > 0 && words.get(n - 1).is_some_and(|last| last.is("(")),
        "true" | "false" => false,
        _ => token.sort == Sort::Name || token.is("."),
    };
    !words.is_empty() && words.iter().enumerate().all(is_it)
}

fn spelled_path(words: &[Token<'_>]) -> String {
    words.iter().map(|token| token.text).collect()
}

fn is_value(words: &[Token<'_>]) -> bool {
    match words {
        [one] => one.sort != Sort::Name || one.is("true") || one.is("false"),
        [_, sign, last] => sign.is("::") && last.sort == Sort::String,
        _ => is_call(words) || quantity(words).is_some(),
    }
}
