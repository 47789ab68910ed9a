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
use crate::model::Catalog;
use crate::policy::compare;
use crate::policy::lint;
use crate::policy::rule::{Map, Rule};
use crate::policy::tokens::{Sort, tokens};
use crate::policy::vocabulary::Vocabulary;
use crate::text::nearest;

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

/// The finding of a text that Cedar is not given.
pub(super) fn too_complex(range: &Range<usize>, map: &Map) -> Finding {
    Finding::new(&E0401, map.span(range), "the rule is too deep or too long")
        .label("the limit is reached here")
        .help("split it into several rules")
}

/// The finding of an error of the validator in a rule's `text`.
pub(super) fn error(
    error: &ValidationError,
    rule: &Rule,
    (catalog, vocabulary): (&Catalog, &Vocabulary),
) -> Finding {
    let (text, map) = (rule.text.as_str(), &rule.map);
    let range = label(error).unwrap_or(0..text.len());
    let help = error.help().map(|help| help.to_string());
    let message = clean(&error.to_string());
    match error {
        ValidationError::UnsafeAttributeAccess(_) => {
            let place = last_word(text, &range);
            let name = text
                .get(place.clone())
                .unwrap_or_default()
                .trim_matches('"');
            Finding::new(&E0402, map.span(&place), attribute(&message))
                .label("not found")
                .help("test which kind it is first: `resource is KIND && ...`")
                .maybe_help(lint::untyped(vocabulary, name).or(help))
        }
        ValidationError::UnrecognizedActionId(_) => no_action(text, &range, help.as_deref(), map),
        ValidationError::UnrecognizedEntityType(_) => {
            let name = text.get(range.clone()).unwrap_or_default();
            let message = format!("no kind is called `{name}` in rules");
            Finding::new(&E0402, map.span(&range), message)
                .label("not found")
                .maybe_help(help)
        }
        ValidationError::InvalidEnumEntity(_) => unlisted(text, &range, help.as_deref(), map),
        ValidationError::UndefinedFunction(_) => Finding::new(&E0402, map.span(&range), message)
            .label("not found")
            .maybe_help(help),
        ValidationError::InvalidActionApplication(_) => {
            Finding::new(&E0404, map.span(&head(text)), message)
                .label("never applies")
                .maybe_help(help)
        }
        ValidationError::UnsafeOptionalAttributeAccess(_) => optional(text, &range, map),
        ValidationError::UnexpectedType(_) | ValidationError::IncompatibleTypes(_) => {
            compare::finding(rule, &range, &message, catalog).unwrap_or_else(|| {
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

/// The finding of an action that does not exist; `help` may name the nearest.
fn no_action(text: &str, range: &Range<usize>, help: Option<&str>, map: &Map) -> Finding {
    let place = last_word(text, range);
    let name = text.get(place.clone()).unwrap_or_default();
    let near = help.and_then(|help| help.split('"').nth(1));
    let message = format!("no action is called `{}`", name.trim_matches('"'));
    Finding::new(&E0402, map.span(&place), message)
        .label("not found")
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
}

/// The finding of an attribute that is read without looking whether it is there.
fn optional(text: &str, range: &Range<usize>, map: &Map) -> Finding {
    let place = last_word(text, range);
    let name = text.get(place.clone()).unwrap_or_default();
    let message = format!("`{name}` may be absent where the rule reads it");
    let base = text.get(range.start..place.start).unwrap_or_default();
    let base = base.trim_end_matches(['.', '[']);
    Finding::new(&E0403, map.span(&place), message)
        .label("not always there")
        .help(format!("test it first: `{base} has {name} && ...`"))
}

/// The finding of a word that an enumerated type does not list; `help` lists those that it does.
fn unlisted(text: &str, range: &Range<usize>, help: Option<&str>, map: &Map) -> Finding {
    let place = last_word(text, range);
    let written = text
        .get(place.clone())
        .unwrap_or_default()
        .trim_matches('"');
    let kind = text
        .get(range.clone())
        .and_then(|all| all.split("::").next());
    let kind = kind.unwrap_or_default().trim();
    let known: Vec<&str> = help
        .unwrap_or_default()
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    let shown: Vec<String> = known
        .iter()
        .take(5)
        .map(|word| format!("`{word}`"))
        .collect();
    let near = nearest(written, known.iter().copied());
    Finding::new(
        &E0402,
        map.span(&place),
        format!("`{written}` is none of {kind}"),
    )
    .label("not listed")
    .help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", shown.join(", ")),
    })
}

/// The finding of a warning of the validator.
pub(super) fn warning(warning: &ValidationWarning, rule: &Rule) -> Finding {
    let (text, map) = (rule.text.as_str(), &rule.map);
    let never = match warning {
        ValidationWarning::ImpossiblePolicy(_) => "the conditions of this rule can never hold",
        ValidationWarning::InvalidActionApplication(_) => {
            "no action is for the principal and the resource of this rule"
        }
        _ => {
            let range = label(warning).unwrap_or(0..text.len());
            return Finding::new(&E0105, map.span(&range), clean(&warning.to_string()))
                .label("looks like something else")
                .maybe_help(warning.help().map(|help| help.to_string()));
        }
    };
    Finding::new(&E0404, map.span(&head(text)), never)
        .label("never applies")
        .maybe_help(warning.help().map(|help| help.to_string()))
}

/// The word with which a policy begins behind its annotations.
pub(super) fn head(text: &str) -> Range<usize> {
    tokens(text)
        .into_iter()
        .find(|token| token.is("permit") || token.is("forbid"))
        .map_or(0..text.len(), |token| token.range)
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
