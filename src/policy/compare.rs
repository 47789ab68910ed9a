//! Comparisons of values of different types, at the side that is written out.
//!
//! In: what Cedar says of two types and where. Out: a finding at the literal, with the place
//! where the type of the other side is defined.

use std::ops::Range;

use crate::finding::Finding;
use crate::finding::codes::E0403;
use crate::model::Catalog;
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::wording::{repaired, type_words, types};
use crate::text::Span;

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

/// The finding of an error about two types in `range` of a rule, where it is a comparison with a
/// value that is written out.
pub(super) fn finding(
    rule: &Rule,
    range: &Range<usize>,
    message: &str,
    catalog: &Catalog,
) -> Option<Finding> {
    let all = tokens(&rule.text);
    let inside: Vec<&Token<'_>> = all
        .iter()
        .filter(|token| token.range.start >= range.start && token.range.end <= range.end)
        .collect();
    let (first, second) = &types(message)?;
    let is_sign = |token: &Token<'_>| COMPARISONS.iter().any(|sign| token.is(sign));
    let literal = match inside.as_slice() {
        // The validator marked one side alone.
        [one] => {
            let at = all.iter().position(|token| token == *one)?;
            let before = at.checked_sub(1).and_then(|n| all.get(n));
            let near = before.is_some_and(is_sign) || all.get(at + 1).is_some_and(is_sign);
            near.then_some(*one)?
        }
        [.., sign, last] if is_sign(sign) && is_literal(last) => *last,
        [first, sign, ..] if is_sign(sign) && is_literal(first) => *first,
        _ => return None,
    };
    let own = literal_type(literal)?;
    let other = if type_words(first) == own || first.contains("::") {
        second
    } else {
        first
    };
    let finding = Finding::new(
        &E0403,
        rule.map.span(&literal.range),
        format!("{} is compared with {own}", type_words(other)),
    )
    .label(own);
    let path = other_side(&all, literal);
    let within = held((&path, is_unlike(&all, literal)), literal, other);
    let finding = finding.maybe_help(within.or_else(|| repair(literal, other)));
    Some(match definition(&path, rule, catalog) {
        Some(place) => {
            let name = path.last().copied().unwrap_or_default();
            finding.related(place, format!("`{name}` is {}", type_words(other)))
        }
        None => finding,
    })
}

/// The names of `a.b.c` on the other side of a comparison.
fn other_side<'t>(all: &[Token<'t>], literal: &Token<'_>) -> Vec<&'t str> {
    let Some(at) = all.iter().position(|token| token == literal) else {
        return Vec::new();
    };
    let is_path = |token: &&Token<'t>| token.sort == Sort::Name || token.is(".");
    let name = |token: &Token<'t>| (token.sort == Sort::Name).then_some(token.text);
    let before = at
        .checked_sub(1)
        .and_then(|n| all.get(..n))
        .unwrap_or_default();
    let mut path: Vec<&str> = before
        .iter()
        .rev()
        .take_while(is_path)
        .filter_map(name)
        .collect();
    path.reverse();
    if path.is_empty() {
        let after = all.get(at + 2..).unwrap_or_default();
        path = after.iter().take_while(is_path).filter_map(name).collect();
    }
    path
}

/// Where the type of an input, or of a property of the resource, is written.
fn definition(path: &[&str], rule: &Rule, catalog: &Catalog) -> Option<Span> {
    let action = match &rule.scope {
        Scope::In(actions) => match actions.as_slice() {
            [one] => catalog.find_action(one.id().unescaped())?,
            _ => return None,
        },
        Scope::All => return None,
    };
    let schema = match path {
        ["context", "inputs", name] => action.inputs.schema(name)?,
        ["resource", name] => {
            let (_, blueprint) = catalog.find_blueprint(&action.blueprint.value)?;
            &blueprint.property(name)?.schema
        }
        _ => return None,
    };
    Some(schema.get("type")?.span)
}

fn is_literal(token: &Token<'_>) -> bool {
    literal_type(token).is_some()
}

fn literal_type(token: &Token<'_>) -> Option<&'static str> {
    match token.sort {
        Sort::String => Some("a string"),
        Sort::Number => Some("an integer"),
        Sort::Name if matches!(token.text, "true" | "false") => Some("a boolean"),
        _ => None,
    }
}

/// What to write where a set is compared with one thing that it may hold.
fn held((path, is_unlike): (&[&str], bool), literal: &Token<'_>, other: &str) -> Option<String> {
    let of = other.strip_prefix("Set<")?.strip_suffix('>')?;
    let element = match (of, literal.sort) {
        ("String", Sort::String) | ("Long", Sort::Number) => literal.text.to_owned(),
        (list, Sort::String) if is_kind(list) => format!("{list}::{}", literal.text),
        _ => return None,
    };
    let is_whole = path
        .first()
        .is_some_and(|it| ["principal", "resource", "context"].contains(it));
    let not = if is_unlike { "!" } else { "" };
    is_whole.then(|| format!("write `{not}{}.contains({element})`", path.join(".")))
}

/// Whether a literal is compared by `!=`.
fn is_unlike(all: &[Token<'_>], literal: &Token<'_>) -> bool {
    let at = all.iter().position(|token| token == literal);
    let sides = at.map(|at| [at.checked_sub(1), at.checked_add(1)]);
    let mut signs = sides.into_iter().flatten().flatten();
    signs.any(|at| all.get(at).is_some_and(|sign| sign.is("!=")))
}

/// What to write in place of a literal so that it is of a type.
fn repair(literal: &Token<'_>, wanted: &str) -> Option<String> {
    if wanted == "String" && literal.sort == Sort::Number {
        return Some(format!("write \"{}\", with quotes", literal.text));
    }
    if wanted == "decimal" && literal.sort == Sort::Number {
        return Some(format!("write decimal(\"{}.0\")", literal.text));
    }
    let text = literal.plain()?;
    match wanted {
        "datetime" | "decimal" | "duration" => {
            let text = repaired(wanted, text).unwrap_or_else(|| text.to_owned());
            Some(format!("write {wanted}(\"{text}\")"))
        }
        "Long" if text.parse::<i64>().is_ok() => Some(format!("write {text} without quotes")),
        "Bool" | "Boolean" if matches!(text, "true" | "false") => {
            Some(format!("write {text} without quotes"))
        }
        _ if wanted.contains("__") || is_kind(wanted) => {
            Some(format!("write {wanted}::\"{text}\""))
        }
        _ => None,
    }
}

/// Whether a type is one of entities or of listed words.
pub(super) fn is_kind(wanted: &str) -> bool {
    let is_sign = |c: char| c == '_' || c == ':' || c.is_alphanumeric();
    !matches!(wanted, "Long" | "String" | "Bool" | "Boolean")
        && !wanted.contains("AnyEntity")
        && wanted.chars().all(is_sign)
        && wanted.starts_with(char::is_uppercase)
}
