//! Cedar's types and complaints in the words of a catalog.
//!
//! In: what Cedar says of an expression, and the words of the rule. Out: a message and a help
//! without names that Cedar or this folder has inside.

use std::ops::Range;

use cedar_policy::EntityTypeName;

use crate::model::Catalog;
use crate::model::path::segment;
use crate::policy::foreign::{OF_LENGTH, OF_MOMENT};
use crate::policy::hint;
use crate::policy::person_named::{in_a_list, of_people};
use crate::policy::tokens::{Token, tokens};
use crate::policy::vocabulary::Vocabulary;

/// How a value is another than the principal whom a condition compares with it; nothing where it
/// compares with something else: `, not lin`, `, and lin is not in it`.
pub(super) fn beside_principal(text: &str, login: &str) -> Option<String> {
    let all = tokens(text);
    let has = |sign: &str| all.iter().any(|token| token.is(sign));
    let at = all.iter().position(|token| token.is("principal"))?;
    // What stands behind a dot is of the principal, and no person.
    let is_path = all.get(at + 1).is_some_and(|token| token.is("."));
    let is_turned = has("!") || has("!=") || has("unless");
    if is_path || is_turned {
        return None;
    }
    if has("in") {
        return Some(format!(", and {login} is not in it"));
    }
    has("==").then(|| format!(", not {login}"))
}

/// A type in words: `Set<String>` is a set.
pub(super) fn type_words(name: &str) -> String {
    let name = name.trim().trim_matches('`');
    if name.contains("AnyEntity") && name.contains(" or ") {
        return "an entity".to_owned();
    }
    if let Some((first, second)) = name.split_once(", or ").or(name.split_once(" or ")) {
        let words: Vec<String> = first.split(", ").chain([second]).map(type_words).collect();
        return words.join(" or ");
    }
    match name {
        "Long" => "an integer".to_owned(),
        "String" => "a string".to_owned(),
        "Bool" | "Boolean" => "a boolean".to_owned(),
        "decimal" | "datetime" | "duration" => format!("a {name}"),
        _ if name.ends_with("::True") || name.ends_with("::False") => "a boolean".to_owned(),
        _ if name.starts_with("Set") => "a set".to_owned(),
        _ if name.starts_with('{') => "an object".to_owned(),
        _ if name.contains("AnyEntity") => "an entity".to_owned(),
        _ if name.contains("__") => format!("a listed word (`{name}`)"),
        _ => format!("a `{name}`"),
    }
}

/// The two types of `expected A but saw B`, or of `the types A and B are not compatible`.
pub(super) fn types(message: &str) -> Option<(String, String)> {
    if let Some((_, tail)) = message.split_once(": expected ") {
        let (wanted, saw) = tail.split_once(" but saw ")?;
        return Some((wanted.to_owned(), saw.to_owned()));
    }
    let (_, tail) = message.split_once("the types ")?;
    let tail = tail.split(" are not compatible").next()?;
    // A record's own type may hold the word too: what is the same on both sides does not matter.
    let (first, second) = tail.split_once(" and ")?;
    Some((first.to_owned(), second.to_owned()))
}

/// A complaint about a type that is no comparison with a literal.
pub(super) fn mismatch(message: &str) -> Option<String> {
    let (first, second) = types(message)?;
    let (first, second) = (type_words(&first), type_words(&second));
    if message.contains(": expected ") {
        return Some(format!("{first} is expected, this is {second}"));
    }
    Some(if first == second {
        format!("{first} and {second} of another form do not go together")
    } else {
        format!("{first} and {second} do not go together")
    })
}

/// What to say of `context.now.hour`: a moment has no parts, nor has a number or a text.
pub(super) fn without_parts(
    text: &str,
    range: &Range<usize>,
    message: &str,
) -> Option<(String, Option<String>)> {
    let (wanted, saw) = types(message)?;
    // A part is read of an entity or a record; what `in` asks for is no record.
    let is_part = wanted.contains('{');
    let (here, behind) = (
        tokens(text.get(range.clone())?),
        tokens(text.get(range.end..)?),
    );
    let name = match (here.as_slice(), behind.as_slice()) {
        (_, [has, name, ..]) if is_part && has.is("has") => name.text,
        ([.., dot, name], _) if is_part && dot.is(".") => name.text,
        _ => return None,
    };
    let help = match (saw.as_str(), name) {
        ("datetime", _) => Some(OF_MOMENT.to_owned()),
        ("duration", _) => Some(OF_LENGTH.to_owned()),
        ("Long" | "String" | "Bool" | "decimal", "new" | "old" | "after" | "before") => {
            let help = "`context.after` has what is set, and `context.before` what was there";
            Some(help.to_owned())
        }
        ("Long" | "String" | "Bool" | "decimal", _) => None,
        _ => return None,
    };
    let words = format!("{} has no `{name}`", type_words(&saw));
    Some((words, help))
}

/// What to write where a type is not the one that is expected there.
pub(super) fn remedy(message: &str, source: &str, catalog: &Catalog) -> Option<String> {
    let (wanted, saw) = types(message)?;
    let all = tokens(source);
    if wanted.contains("AnyEntity")
        && let [one] = all.as_slice()
        && let Some(name) = one.plain()
    {
        let (kind, _) = hint::kind_of(catalog, name)?;
        return Some(format!("write {kind}::\"{name}\""));
    }
    if wanted.contains("AnyEntity") && saw.starts_with("Set<") {
        return in_a_list(&all, catalog);
    }
    if let Some(named) = entity_named(&all, (&wanted, &saw), catalog) {
        return Some(format!("write {named}"));
    }
    if let Some(help) = of_people(source, (&wanted, &saw), catalog).or(of_a_set(
        source,
        &all,
        (&wanted, &saw),
        catalog,
    )) {
        return Some(help);
    }
    if let Some(words) = saw.strip_prefix("Set<").and_then(|it| it.strip_suffix('>'))
        && words.contains("__")
    {
        return Some(format!("write `{source}.contains({words}::\"...\")`"));
    }
    if let Some(list) = list_in_object(&wanted).or_else(|| list_in_object(&saw)) {
        return Some(format!("write its listed word as `{list}::\"...\"`"));
    }
    let is_list = |it: &str| it.contains("__") && !it.contains("__cedar");
    if is_list(&saw) && is_list(&wanted) {
        let written = all
            .windows(2)
            .find(|it| it.last().is_some_and(|sign| sign.is("::")));
        let written = written.and_then(<[_]>::first)?;
        let meant = if written.is(&wanted) { &saw } else { &wanted };
        return Some(format!("write `{meant}::\"...\"`"));
    }
    if is_list(&saw) {
        return Some(format!("compare it with `==`: {saw}::\"...\""));
    }
    match (wanted.as_str(), saw.as_str()) {
        (wanted, "decimal") if wanted.contains("Long") => {
            Some("write `x.lessThan(decimal(\"1.50\"))`; there are also `lessThanOrEqual`, `greaterThan` and `greaterThanOrEqual`".to_owned())
        }
        ("Bool", _) => Some("a condition is a comparison, a test or a property of `type: boolean`".to_owned()),
        _ => None,
    }
}

/// The first enumerated type among the properties of an object: `{name: String, stage: S__stage}`.
fn list_in_object(of: &str) -> Option<&str> {
    let inside = of.strip_prefix('{')?;
    let mut words = inside.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    words.find(|word| word.contains("__") && !word.contains("__cedar"))
}

/// Whether people can be in what is of a type.
fn is_group(kind: &str, catalog: &Catalog) -> bool {
    let people = catalog.settings.people.as_ref();
    let people = people.and_then(|it| catalog.find_blueprint(&it.blueprint.value));
    let groups = people.map(|(_, it)| catalog.groups_above(it));
    let mut groups = groups.into_iter().flatten();
    groups.any(|id| {
        let blueprint = catalog.blueprint(id);
        blueprint.is_some_and(|it| super::names::identifier(&it.identifier.value) == kind)
    })
}

/// What to write where a set is compared with one thing, or has none of its kind: `contains`, and
/// `in` for who asks.
fn of_a_set(
    source: &str,
    all: &[Token<'_>],
    (one, other): (&str, &str),
    catalog: &Catalog,
) -> Option<String> {
    let is_set = |it: &str| it.starts_with("Set");
    let listed = [one, other]
        .into_iter()
        .find(|it| it.contains("__") && !it.contains('<'));
    if let [.., name, open, value, close] = all
        && (name.is("contains") && open.is("(") && close.is(")"))
    {
        let of = source.get(..name.range.start)?.trim_end_matches('.');
        if value.is("principal") {
            let kind = if is_set(one) { other } else { one }.trim_matches('`');
            return Some(if is_group(kind, catalog) {
                format!("write `principal in {of}`")
            } else {
                format!(
                    "who asks is no {kind} and in none: name a relation to people or to what they are in"
                )
            });
        }
        // What is no set itself contains nothing.
        let word = value.plain().filter(|_| !is_set(one))?;
        let word = path_of(listed?, word, catalog).unwrap_or_else(|| word.to_owned());
        return Some(format!("write `{of}.contains({}::\"{word}\")`", listed?));
    }
    let (left, right) = source.split_once("==")?;
    let (set, word) = match (left.trim(), right.trim()) {
        (word, set) if word.contains("::") => (set, word),
        (set, word) => (set, word),
    };
    let is_word = word.contains("::") && !set.contains("::");
    ((is_set(one) || is_set(other)) && is_word).then(|| format!("write `{set}.contains({word})`"))
}

/// The path that ends in a name: `properties.seats` for `seats` of `Service__path`.
fn path_of(list: &str, name: &str, catalog: &Catalog) -> Option<String> {
    let kind = list.strip_suffix("__path")?;
    let mut blueprints = catalog.blueprints.iter();
    let blueprint = blueprints.find(|it| super::names::identifier(&it.identifier.value) == kind)?;
    let is_property = blueprint.property(name).is_some();
    let is_relation = blueprint.relation(name).is_some();
    let whole = || format!("properties{}", segment(name));
    is_property
        .then(whole)
        .or_else(|| is_relation.then(|| format!("relations{}", segment(name))))
}

/// The entity that a text names where one of its kind is meant: `Team::"platform"`.
fn entity_named(
    all: &[Token<'_>],
    (one, other): (&str, &str),
    catalog: &Catalog,
) -> Option<String> {
    let kind = match (one, other) {
        ("String", kind) | (kind, "String") => kind.trim_matches('`'),
        _ => return None,
    };
    let mut blueprints = catalog.blueprints.iter();
    let blueprint =
        blueprints.find(|it| super::names::identifier(&it.identifier.value) == *kind)?;
    let (id, _) = catalog.find_blueprint(&blueprint.identifier.value)?;
    let mut names = all.iter().filter_map(Token::plain);
    let name = names.find(|name| catalog.find_entity(id, name).is_some())?;
    Some(format!("{kind}::\"{name}\""))
}

/// What is wrong with an argument of a function: `"soon"` is no datetime.
pub(super) fn argument(source: &str) -> Option<(String, String)> {
    let all = tokens(source);
    let [name, _, value, _] = all.as_slice() else {
        return None;
    };
    if !["datetime", "decimal", "duration"].contains(&name.text) {
        return None;
    }
    let message = format!("{} is no {}", value.text, name.text);
    let form = value.plain().and_then(|text| repaired(name.text, text));
    let form = form.unwrap_or(match name.text {
        "datetime" => "2026-11-22T14:00:00Z".to_owned(),
        "decimal" => "12.50".to_owned(),
        _ => "2h30m".to_owned(),
    });
    Some((message, format!("write it as `{}(\"{form}\")`", name.text)))
}

/// A text as Cedar reads it as a type, where it is nearly so.
pub(super) fn repaired(of: &str, text: &str) -> Option<String> {
    match of {
        "decimal" => text.parse::<i64>().ok().map(|number| format!("{number}.0")),
        "duration" => length(text).or_else(|| time_of_day(text)),
        _ => None,
    }
}

/// A time of day as the duration since midnight: `08:30` is `8h30m`.
fn time_of_day(text: &str) -> Option<String> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    match (hours, minutes) {
        (0..=24, 0) => Some(format!("{hours}h")),
        (0..=23, 1..=59) => Some(format!("{hours}h{minutes}m")),
        _ => None,
    }
}

/// A length of time as Cedar writes it: `7days` is `7d`.
fn length(text: &str) -> Option<String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text
        .strip_suffix(unit)
        .filter(|number| !number.is_empty())?;
    let unit = unit.trim().to_ascii_lowercase();
    let known = ["day", "hour", "minute", "second"];
    let known = known.iter().find(|it| unit.trim_end_matches('s') == **it)?;
    Some(format!("{number}{}", known.get(..1)?))
}

/// What to say of signs that other languages have, and of a list where the scope takes one.
pub(super) fn foreign(text: &str, range: &Range<usize>, told: &str) -> Option<(String, String)> {
    let here = text.get(range.start..)?;
    let first = here.chars().next()?;
    if told.contains("found set of entity uids") {
        let before = text.get(..range.start)?.trim_end();
        let is_action = before.ends_with("==") && before.contains("action");
        let all = text.get(range.clone())?;
        return Some(if is_action {
            let message = "`==` takes one action, not a list".to_owned();
            (message, format!("write `action in {all}`"))
        } else {
            let variable = ["principal", "resource", "action"];
            let found = variable.iter().max_by_key(|it| before.rfind(**it));
            let variable = found.copied().unwrap_or("principal");
            let message = format!("`{variable}` takes one entity here, not a list");
            let help = format!("write `{variable}` alone, and `when {{ {variable} in {all} }}`");
            (message, help)
        });
    }
    if here.starts_with("--") || first == '#' {
        let sign = if first == '#' { "#" } else { "--" };
        let message = format!("`{sign}` begins no comment in Cedar");
        return Some((message, "write `//` in its place".to_owned()));
    }
    let is_quote = matches!(first, '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}');
    is_quote.then(|| {
        let message = format!("`{first}` is a typographic quote");
        (message, "write `\"` around the text".to_owned())
    })
}

/// What to say of a name that stands behind a dot and is no identifier: `resource.my-prop`.
pub(super) fn dashed(text: &str, at: usize) -> Option<(String, String)> {
    let all = tokens(text);
    let here = all.iter().position(|token| token.range.start == at)?;
    let mut from = here;
    let touches = |left: &Token<'_>, right: &Token<'_>| left.range.end == right.range.start;
    while let (Some(minus), Some(word)) = (
        from.checked_sub(1).and_then(|n| all.get(n)),
        from.checked_sub(2).and_then(|n| all.get(n)),
    ) && minus.is("-")
        && touches(word, minus)
    {
        from -= 2;
    }
    let dot = from.checked_sub(1).and_then(|n| all.get(n))?;
    let base = from.checked_sub(2).and_then(|n| all.get(n))?;
    if from == here || !dot.is(".") {
        return None;
    }
    let name = text.get(all.get(from)?.range.start..all.get(here)?.range.end)?;
    let message = format!("`{name}` cannot stand behind a dot: `-` is a minus there");
    Some((message, format!("write `{}[\"{name}\"]`", base.text)))
}

/// The kinds that have an attribute of a name, as a help where some kinds of a rule have none.
pub(super) fn kinds_with(vocabulary: &Vocabulary, name: &str) -> Option<String> {
    let kinds = vocabulary.kinds.iter().flatten();
    let mut with = kinds.filter(|kind| kind.attributes.get(name).is_some());
    let kind: &EntityTypeName = &with.next()?.name;
    Some(format!(
        "test which kind it is first: `resource is {kind} && ...`"
    ))
}

/// The characters of a value or a condition that a line shows.
const SHOWN: usize = 120;

/// A text that may be long; what is left out is counted.
pub(super) fn shortened(text: &str) -> String {
    let all = text.chars().count();
    if all <= SHOWN {
        return text.to_owned();
    }
    let kept: String = text.chars().take(SHOWN - 20).collect();
    format!("{kept}... (+{})", all - (SHOWN - 20))
}
