//! Cedar's errors in the words and at the characters of the catalog.
//!
//! In: an error of Cedar's parser or validator, and the rule that it is about. Out: a
//! finding. Cedar speaks of types and marks whole expressions; here the narrowest word is
//! marked, and a comparison is described by what stands on its two sides.

use std::ops::Range;

use cedar_policy::ValidationError;
use miette::Diagnostic;

use crate::finding::Finding;
use crate::finding::codes::{E0401, E0402, E0403, E0404};
use crate::model::Catalog;
use crate::policy::absent;
use crate::policy::compare;
use crate::policy::foreign;
use crate::policy::hint::{self, input};
use crate::policy::lint;
use crate::policy::rule::{Map, Rule};
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::type_named;
use crate::policy::vocabulary::Vocabulary;
use crate::policy::wording;
use crate::text::nearest;
use crate::text::{Advice, did_you_mean};

/// The findings of a text that cannot be parsed; `base` is where the parsed part begins in it.
pub(super) fn syntax(
    error: &dyn Diagnostic,
    base: usize,
    (text, map, catalog): (&str, &Map, &Catalog),
    findings: &mut Vec<Finding>,
) {
    let range = label(error).unwrap_or(0..0);
    let range = range.start + base..range.end + base;
    let message = clean(&error.to_string());
    let what = error
        .labels()
        .and_then(|mut labels| labels.next())
        .and_then(|label| label.label().map(str::to_owned));
    let help = error.help().map(|help| help.to_string()).or(what);
    if let Some(said) = foreign::said(text, &range, &message, catalog) {
        let finding = Finding::new(&E0401, map.span(&said.range), said.message);
        findings.push(finding.label("not Cedar").help(said.help));
        // What else the parser says of the text comes of it.
        return;
    }
    let (message, help) = if let Some((message, help)) = wording::foreign(text, &range, &message) {
        (message, Some(help))
    } else if message.starts_with("invalid variable") {
        match wording::dashed(text, range.start) {
            Some((message, help)) => (message, Some(help)),
            None => (message, help),
        }
    } else if message.ends_with("is not a valid function") {
        let help = match text.get(range.clone()) {
            Some(source) if source.starts_with("now") => "write `context.now`",
            _ => {
                "there are `contains`, `containsAll`, `containsAny`, `isEmpty`, `datetime`, `duration` and `decimal`"
            }
        };
        (message, Some(help.to_owned()))
    } else {
        // A list of all that could stand here helps nobody.
        (message, help.filter(|help| help.matches('`').count() <= 12))
    };
    let finding = Finding::new(&E0401, map.span(&range), message)
        .label("cannot be read")
        .maybe_help(help.as_deref().map(way_on));
    findings.push(finding);
    for other in error.related().into_iter().flatten() {
        syntax(other, base, (text, map, catalog), findings);
    }
}

/// What the parser expected, as what to do.
fn way_on(expected: &str) -> String {
    match expected.strip_prefix("expected ") {
        Some("`;` or identifier") => "end the rule with `;`".to_owned(),
        Some(expected) => format!("write {expected}"),
        None => in_backticks(expected),
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
    let help = help(error);
    let message = clean(&error.to_string());
    match error {
        ValidationError::UnsafeAttributeAccess(_) => {
            no_attribute(rule, &range, &message, (catalog, vocabulary), help)
        }
        ValidationError::UnrecognizedActionId(_) => {
            no_action((text, &range), help.as_deref(), catalog, map)
        }
        ValidationError::UnrecognizedEntityType(_) => {
            let name = text.get(range.clone()).unwrap_or_default();
            let message = format!("no kind is called `{name}` in rules");
            Finding::new(&E0402, map.span(&range), message)
                .label("not found")
                .help("`catalogc policy show --schema` lists what rules can read")
                .maybe_help(type_named::meant(vocabulary, name))
        }
        ValidationError::InvalidEnumEntity(_) => unlisted(text, &range, help.as_deref(), map),
        ValidationError::UndefinedFunction(_) => Finding::new(&E0402, map.span(&range), message)
            .label("not found")
            .maybe_help(help),
        ValidationError::InvalidActionApplication(_) => {
            Finding::new(&E0404, map.span(&head(text)), message)
                .label("never applies")
                .help("`catalogc policy show --schema` says for whom and on what each action is")
                .maybe_help(hint::in_a_group(text, vocabulary).or(help))
        }
        ValidationError::UnsafeOptionalAttributeAccess(_) => {
            absent::optional(rule, &named(text, &range, &message), &range)
        }
        ValidationError::UnexpectedType(_) | ValidationError::IncompatibleTypes(_) => {
            compare::finding(rule, &range, &message, catalog)
                .unwrap_or_else(|| mismatch(rule, &range, &message, catalog))
        }
        ValidationError::EntityDerefLevelViolation(_) => Finding::new(
            &E0403,
            map.span(&range),
            "the rule looks too far, or into an entity that it names itself",
        )
        .label("cannot be followed")
        .help("begin at `principal`, `resource` or `context`, and follow at most 8 relations"),
        ValidationError::FunctionArgumentValidation(_) => {
            let source = text.get(range.clone()).unwrap_or_default();
            let (message, help) = match wording::argument(source) {
                Some((message, help)) => (message, Some(help)),
                None => (message, help),
            };
            Finding::new(&E0403, map.span(&range), message)
                .label("cannot be read")
                .maybe_help(help)
        }
        _ => Finding::new(&E0403, map.span(&range), message)
            .label("cannot be checked")
            .maybe_help(help),
    }
}

/// The finding of a value of another type than is expected, in `range` of a rule.
fn mismatch(rule: &Rule, range: &Range<usize>, message: &str, catalog: &Catalog) -> Finding {
    let text = rule.text.as_str();
    let source = text.get(range.clone()).unwrap_or_default();
    if let Some((words, help)) = wording::without_parts(text, range, message) {
        let finding = Finding::new(&E0403, rule.map.span(range), words);
        return finding.label("has no parts").maybe_help(help);
    }
    let words = wording::mismatch(message).unwrap_or_else(|| message.to_owned());
    let help = hint::listed(text, range, source)
        .or_else(|| hint::liked(text, range, source, message))
        .or_else(|| foreign::remedy(text, range, message))
        .or_else(|| wording::remedy(message, source, catalog));
    Finding::new(&E0403, rule.map.span(range), words)
        .label("of another type")
        .maybe_help(help)
}

/// The finding of an attribute that nothing has.
fn no_attribute(
    rule: &Rule,
    range: &Range<usize>,
    message: &str,
    (catalog, vocabulary): (&Catalog, &Vocabulary),
    help: Option<String>,
) -> Finding {
    let (text, map) = (rule.text.as_str(), &rule.map);
    let place = named(text, range, message);
    let name = text.get(place.clone()).unwrap_or_default();
    let name = name.trim_matches('"');
    let is_of_kind = message.contains(" on entity type ");
    let of_others = wording::kinds_with(vocabulary, name).filter(|_| is_of_kind);
    let computed =
        lint::computed(vocabulary, name).filter(|_| !is_of_kind && !message.contains("inputs."));
    let untyped = lint::untyped(rule, vocabulary, name, message.contains("inputs."));
    let flat = hint::flat(text, &place, name);
    let input = input(catalog, name, (message, text)).filter(|_| !is_of_kind);
    let of_context = hint::of_context(name).filter(|_| is_of_kind && of_others.is_none());
    let own_input = hint::own_input(rule, vocabulary, name);
    let of_context = of_context.or(own_input.filter(|_| is_of_kind && of_others.is_none()));
    // Cedar proposes what is not near at all.
    let help = help.filter(|help| {
        let proposed = help.split('`').nth(1);
        proposed.is_none_or(|proposed| hint::is_near(name, proposed))
    });
    let help = if is_of_kind && hint::is_of_who_asks(text, &place) {
        hint::of_person(vocabulary, name, help.map(proposal))
    } else {
        let untyped = untyped.filter(|_| computed.is_none());
        let found = flat.or(untyped).or(input).or(of_context);
        found.or(computed).or(of_others).or(help).map(proposal)
    };
    Finding::new(&E0402, map.span(&place), attribute(message))
        .label("not found")
        .help("`catalogc policy show --schema` lists what rules can read")
        .maybe_help(help)
}

/// Words that propose one name, with it.
fn proposal(help: String) -> Advice {
    let rest = help.strip_prefix("did you mean `");
    let name = rest.and_then(|rest| rest.strip_suffix("`?"));
    match name.filter(|name| !name.contains('`')) {
        Some(name) => did_you_mean(name),
        None => help.into(),
    }
}

/// The finding of an action that does not exist; `help` may name the nearest.
fn no_action(
    (text, range): (&str, &Range<usize>),
    help: Option<&str>,
    catalog: &Catalog,
    map: &Map,
) -> Finding {
    let place = last_word(text, range);
    let name = text.get(place.clone()).unwrap_or_default();
    let name = name.trim_matches('"');
    // Cedar proposes what is not near at all.
    let near = help.and_then(|help| help.split('"').nth(1));
    let near = near.filter(|near| hint::is_near(name, near));
    let near = hint::action(catalog, name).or(near);
    let message = format!("no action is called `{name}`");
    Finding::new(&E0402, map.span(&place), message)
        .label("not found")
        .maybe_help(near.map(did_you_mean))
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
    let below = format!(".{written}");
    // `tier` of `properties.tier`.
    let whole = known.iter().filter(|word| word.ends_with(&below));
    let whole: Vec<String> = whole.map(|word| format!("`{kind}::\"{word}\"`")).collect();
    Finding::new(
        &E0402,
        map.span(&place),
        format!("`{written}` is not among the words that `{kind}` lists"),
    )
    .label("not listed")
    .help(match near {
        _ if !whole.is_empty() => format!("write {}", whole.join(" or ")).into(),
        Some(near) => did_you_mean(near),
        None => format!("write one of {}, as {kind}::\"...\"", shown.join(", ")).into(),
    })
}

/// The word with which a policy begins behind its annotations.
pub(super) fn head(text: &str) -> Range<usize> {
    tokens(text)
        .into_iter()
        .find(|token| token.is("permit") || token.is("forbid"))
        .map_or(0..text.len(), |token| token.range)
}

/// What Cedar advises.
pub(super) fn help(error: &dyn Diagnostic) -> Option<String> {
    error.help().map(|help| help.to_string())
}

/// The bytes that Cedar marks.
pub(super) fn label(error: &dyn Diagnostic) -> Option<Range<usize>> {
    let label = error.labels()?.next()?;
    Some(label.offset()..label.offset() + label.len())
}

/// Cedar's words without the name that the rule has inside.
pub(super) fn clean(message: &str) -> String {
    let said = message
        .strip_prefix("for policy `")
        .and_then(|rest| rest.split_once('`'))
        .map_or(message, |(_, said)| {
            said.trim_start_matches([',', ':', ' '])
        });
    let line = said.lines().next().unwrap_or_default();
    in_backticks(line.trim_end_matches('.'))
}

/// What Cedar puts in straight quotes, as all that is the user's.
fn in_backticks(words: &str) -> String {
    let mut parts: Vec<String> = words.split(' ').map(str::to_owned).collect();
    for part in &mut parts {
        let inner = part
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            *part = format!("`{inner}`");
        }
    }
    parts.join(" ")
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

/// The word that a message is about, by the name that it quotes first; else the last of a range.
fn named(text: &str, range: &Range<usize>, message: &str) -> Range<usize> {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let name = quoted.rsplit('.').next().unwrap_or_default();
    let source = text.get(range.clone()).unwrap_or_default();
    let is_meant = |word: &&Token<'_>| word.text == name || word.plain() == Some(name);
    tokens(source).iter().rev().find(is_meant).map_or_else(
        || last_word(text, range),
        |word| range.start + word.range.start..range.start + word.range.end,
    )
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
