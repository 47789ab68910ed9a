//! Cedar's errors in the words and at the characters of the catalog.
//!
//! In: an error of Cedar's parser or validator, and the rule that it is about. Out: a
//! finding. Cedar speaks of types and marks whole expressions; here the narrowest word is
//! marked, and a comparison is described by what stands on its two sides.

use std::ops::Range;

use cedar_policy::{ValidationError, ValidationWarning};
use miette::Diagnostic;

use crate::finding::Finding;
use crate::finding::codes::{E0105, E0401, E0402, E0403, E0404};
use crate::policy::rule::Map;
use crate::policy::tokens::{Sort, Token, tokens};

/// The findings of a text that cannot be parsed; `base` is where the parsed part begins in it.
pub(super) fn syntax(error: &dyn Diagnostic, base: usize, map: &Map, findings: &mut Vec<Finding>) {
    let range = label(error).unwrap_or(0..0);
    let range = range.start + base..range.end + base;
    let message = error.to_string();
    let what = error
        .labels()
        .and_then(|mut labels| labels.next())
        .and_then(|label| label.label().map(str::to_owned));
    let finding = Finding::new(&E0401, map.span(&range), clean(&message))
        .label("cannot be read")
        .maybe_help(error.help().map(|help| help.to_string()).or(what));
    findings.push(finding);
    for other in error.related().into_iter().flatten() {
        syntax(other, base, map, findings);
    }
}

/// The finding of an error of the validator in a rule's `text`.
pub(super) fn error(error: &ValidationError, text: &str, map: &Map) -> Finding {
    let range = label(error).unwrap_or(0..text.len());
    let help = error.help().map(|help| help.to_string());
    let message = clean(&error.to_string());
    match error {
        ValidationError::UnsafeAttributeAccess(_) => {
            let place = map.span(&last_word(text, &range));
            Finding::new(&E0402, place, attribute(&message))
                .label("not found")
                .maybe_help(help)
        }
        ValidationError::UnrecognizedEntityType(_)
        | ValidationError::UnrecognizedActionId(_)
        | ValidationError::InvalidEnumEntity(_)
        | ValidationError::UndefinedFunction(_) => Finding::new(&E0402, map.span(&range), message)
            .label("not found")
            .maybe_help(help),
        ValidationError::InvalidActionApplication(_) => {
            Finding::new(&E0404, map.span(&range), message)
                .label("never applies")
                .maybe_help(help)
        }
        ValidationError::UnsafeOptionalAttributeAccess(_) => {
            let place = last_word(text, &range);
            let name = text.get(place.clone()).unwrap_or_default();
            Finding::new(
                &E0403,
                map.span(&place),
                format!("`{name}` may be absent where the rule reads it"),
            )
            .label("not always there")
            .maybe_help(help)
        }
        ValidationError::UnexpectedType(_) | ValidationError::IncompatibleTypes(_) => {
            comparison(text, &range, &message, map).unwrap_or_else(|| {
                Finding::new(&E0403, map.span(&range), message)
                    .label("of another type")
                    .maybe_help(help)
            })
        }
        ValidationError::EntityDerefLevelViolation(_) => Finding::new(
            &E0403,
            map.span(&range),
            "the rule looks too far, or into an entity that it names itself",
        )
        .label("cannot be followed")
        .help("begin at `principal`, `resource` or `context`, and follow at most 8 relations"),
        _ => Finding::new(&E0403, map.span(&range), message)
            .label("cannot be checked")
            .maybe_help(help),
    }
}

/// The finding of a warning of the validator.
pub(super) fn warning(warning: &ValidationWarning, text: &str, map: &Map) -> Finding {
    let range = label(warning).unwrap_or(0..text.len());
    let (code, said) = match warning {
        ValidationWarning::ImpossiblePolicy(_) | ValidationWarning::InvalidActionApplication(_) => {
            (&E0404, "never applies")
        }
        _ => (&E0105, "looks like something else"),
    };
    let message = match warning {
        ValidationWarning::ImpossiblePolicy(_) => {
            "the conditions of this rule can never hold".to_owned()
        }
        _ => clean(&warning.to_string()),
    };
    Finding::new(code, map.span(&range), message)
        .label(said)
        .maybe_help(warning.help().map(|help| help.to_string()))
}

/// The bytes that Cedar marks.
fn label(error: &dyn Diagnostic) -> Option<Range<usize>> {
    let label = error.labels()?.next()?;
    Some(label.offset()..label.offset() + label.len())
}

/// Cedar's words without the name that the rule has inside.
fn clean(message: &str) -> String {
    let said = message
        .strip_prefix("for policy `")
        .and_then(|rest| rest.split_once('`'))
        .map_or(message, |(_, said)| {
            said.trim_start_matches([',', ':', ' '])
        });
    said.lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_owned()
}

/// `attribute `x` on entity type `T` not found` with the kind first.
fn attribute(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [name, kind] if message.contains(" on entity type ") => {
            format!("{kind} has no attribute `{name}`")
        }
        [name] if message.contains(" in context for ") => {
            let action = message.split('"').nth(1).unwrap_or_default();
            format!("the context of `{action}` has no `{name}`")
        }
        [name] => format!("there is no `{name}`"),
        _ => message.to_owned(),
    }
}

/// The last word of a range, past the bracket of `["..."]`.
fn last_word(text: &str, range: &Range<usize>) -> Range<usize> {
    tokens(text.get(range.clone()).unwrap_or_default())
        .iter()
        .rev()
        .find(|token| matches!(token.sort, Sort::Name | Sort::String))
        .map_or_else(
            || range.clone(),
            |token| range.start + token.range.start..range.start + token.range.end,
        )
}

const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

/// A comparison of two types, marked at the side that is written out.
fn comparison(text: &str, range: &Range<usize>, message: &str, map: &Map) -> Option<Finding> {
    let all = tokens(text);
    let inside: Vec<&Token<'_>> = all
        .iter()
        .filter(|token| token.range.start >= range.start && token.range.end <= range.end)
        .collect();
    let types = types(message);
    let [first, second] = types.as_slice() else {
        return None;
    };
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
    let other = if type_words(first) == own {
        second
    } else {
        first
    };
    let finding = Finding::new(
        &E0403,
        map.span(&literal.range),
        format!("{} is compared with {own}", type_words(other)),
    )
    .label(own);
    Some(finding.maybe_help(repair(literal, other)))
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

/// What to write in place of a literal so that it is of a type.
fn repair(literal: &Token<'_>, wanted: &str) -> Option<String> {
    if wanted == "String" && literal.sort == Sort::Number {
        return Some(format!("write \"{}\", with quotes", literal.text));
    }
    let text = literal.plain()?;
    match wanted {
        "Long" if text.parse::<i64>().is_ok() => Some(format!("write {text} without quotes")),
        "Bool" | "Boolean" if matches!(text, "true" | "false") => {
            Some(format!("write {text} without quotes"))
        }
        _ if wanted.contains("__") => Some(format!("write {wanted}::\"{text}\"")),
        _ => None,
    }
}

/// The two types that a message names: `expected Long but saw String`, `the types A and B`.
fn types(message: &str) -> Vec<String> {
    let tail = message
        .rsplit_once("expected ")
        .map(|(_, tail)| tail.replace(" but saw ", "\u{0}"))
        .or_else(|| {
            let (_, tail) = message.split_once("types ")?;
            let tail = tail.split(" are not compatible").next()?;
            Some(tail.replace(" and ", "\u{0}"))
        });
    tail.unwrap_or_default()
        .split('\u{0}')
        .map(|name| name.trim_matches(['`', ' ']).to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn type_words(name: &str) -> String {
    match name {
        "Long" => "an integer".to_owned(),
        "String" => "a string".to_owned(),
        "Bool" | "Boolean" | "True" | "False" => "a boolean".to_owned(),
        _ if name.starts_with("Set") => "a set".to_owned(),
        _ if name.starts_with('{') => "an object".to_owned(),
        _ => format!("`{name}`"),
    }
}
