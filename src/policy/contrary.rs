//! Conditions of one rule that exclude each other, so that it never applies.
//!
//! In: a rule's text. Out: the first condition that cannot hold with one before it. Only what is
//! certain is said: a name and a value, compared by one sign.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::finding::Finding;
use crate::finding::codes::E0404;
use crate::policy::cover::spelled;
use crate::policy::rule::Rule;
use crate::policy::tokens::{Sort, Token, parts, tokens};

/// What is known of a number: the least that it can be and the most, each with its condition.
#[derive(Default)]
struct Bounds {
    least: Option<(i128, Range<usize>)>,
    most: Option<(i128, Range<usize>)>,
}

/// `x == 1 && x == 2`, `x > 5 && x < 3`: one thing that would have to be two.
pub(super) fn never(rule: &Rule) -> Option<Finding> {
    let mut known: BTreeMap<String, (String, Range<usize>)> = BTreeMap::new();
    let mut numbers: BTreeMap<String, Bounds> = BTreeMap::new();
    for part in parts(&rule.text).into_iter().filter(|part| !part.unless) {
        let source = rule.text.get(part.range.clone()).unwrap_or_default();
        let words = tokens(source);
        let Some((path, sign, value)) = comparison(&words) else {
            continue;
        };
        if let Some(first) = outside(&mut numbers, (&path, sign), value, &part.range) {
            let message = format!("`{path}` has no number that is both");
            return Some(told(rule, message, (&part.range, &first)));
        }
        if sign != "==" {
            continue;
        }
        // `01` is `1`.
        let value = number(value).map_or_else(|| spelled(value), |number| number.to_string());
        let Some((other, first)) = known.get(&path) else {
            known.insert(path, (value, part.range));
            continue;
        };
        if *other != value {
            let message = format!("`{path}` cannot be two values at once");
            return Some(told(rule, message, (&part.range, first)));
        }
    }
    None
}

fn told(rule: &Rule, message: String, (at, first): (&Range<usize>, &Range<usize>)) -> Finding {
    Finding::new(&E0404, rule.map.span(at), message)
        .label("never holds with the other")
        .related(rule.map.span(first), "the other")
        .help("write `||` between the two, in brackets, or remove one")
}

/// The condition before that leaves no number for this one, which is one from now on.
fn outside(
    numbers: &mut BTreeMap<String, Bounds>,
    (path, sign): (&str, &str),
    value: &[Token<'_>],
    range: &Range<usize>,
) -> Option<Range<usize>> {
    let number = number(value)?;
    let (least, most) = match sign {
        "==" => (Some(number), Some(number)),
        "<" => (None, Some(number - 1)),
        "<=" => (None, Some(number)),
        ">" => (Some(number + 1), None),
        _ => (Some(number), None),
    };
    let bounds = numbers.entry(path.to_owned()).or_default();
    if let (Some(least), Some((known, first))) = (least, &bounds.most)
        && least > *known
    {
        return Some(first.clone());
    }
    if let (Some(most), Some((known, first))) = (most, &bounds.least)
        && most < *known
    {
        return Some(first.clone());
    }
    if let Some(least) = least.filter(|least| bounds.least.as_ref().is_none_or(|it| it.0 < *least))
    {
        bounds.least = Some((least, range.clone()));
    }
    if let Some(most) = most.filter(|most| bounds.most.as_ref().is_none_or(|it| *most < it.0)) {
        bounds.most = Some((most, range.clone()));
    }
    None
}

fn number(value: &[Token<'_>]) -> Option<i128> {
    let [one] = value else { return None };
    one.text.parse().ok().filter(|_| one.sort == Sort::Number)
}

/// The path, the sign and the value of `resource.type == Component__type::"service"`.
fn comparison<'t>(words: &'t [Token<'t>]) -> Option<(String, &'t str, &'t [Token<'t>])> {
    const SIGNS: [&str; 5] = ["==", "<", "<=", ">", ">="];
    let at = words
        .iter()
        .position(|word| SIGNS.iter().any(|sign| word.is(sign)))?;
    let (path, value) = (words.get(..at)?, words.get(at + 1..)?);
    let is_value = match value {
        [one] => one.sort != Sort::Name || one.is("true") || one.is("false"),
        [_, sign, last] => sign.is("::") && last.sort == Sort::String,
        _ => false,
    };
    // Names and dots alone: any other sign may make something else of it.
    let is_path = |token: &Token<'_>| token.sort == Sort::Name || token.is(".");
    let is_meant = is_value && !path.is_empty() && path.iter().all(is_path);
    let path = || path.iter().map(|token| token.text).collect();
    is_meant.then(|| Some((path(), words.get(at)?.text, value)))?
}
