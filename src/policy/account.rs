//! The account of a person: the login and the number that a forge has for it.
//!
//! In: an entity of a person. Out: both as they are written, and findings about those that no
//! forge gives or that two people have.

use crate::finding::Finding;
use crate::finding::codes::{E0211, E0411};
use crate::model::Entity;
use crate::syntax::Value;
use crate::text::{Located, Span, Text};

/// The login of a person: a property, or the identifier.
pub(super) fn login_of(entity: &Entity, property: Option<&str>) -> Option<Located<Text>> {
    let Some(property) = property else {
        return Some(entity.identifier.clone());
    };
    let node = &entity.property(property)?.node;
    Some(Located::new(Text::from(node.as_str()?), node.span))
}

/// The forge's number of a person.
pub(super) enum Number {
    /// The catalog does not say it.
    Absent,
    /// As the forge writes it.
    Known(Located<String>),
    /// What stands there is no number of a forge.
    Unreadable,
}

/// The number of a person. A whole number may be written with a fraction of nothing.
pub(super) fn number_of(
    entity: &Entity,
    property: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Number {
    /// Up to here a float is one whole number alone.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let known = |number, place| Number::Known(Located::new(number, place));
    let node = property.and_then(|name| Some(&entity.property(name)?.node));
    match node.map(|node| (&node.value, node.span)) {
        None | Some((Value::Null, _)) => Number::Absent,
        Some((Value::Integer(number @ ..=0), place)) => {
            no_number(&number.to_string(), place, findings)
        }
        Some((Value::Integer(number), place)) => known(number.to_string(), place),
        Some((Value::String(text), place)) if is_number(text) => known(text.to_string(), place),
        Some((Value::String(text), place)) => no_number(text, place, findings),
        Some((Value::Float(number), place)) if number.fract() == 0.0 && number.abs() < EXACT => {
            let written = format!("{number:.0}");
            if is_number(&written) {
                known(written, place)
            } else {
                no_number(&written, place, findings)
            }
        }
        Some(_) => Number::Unreadable,
    }
}

/// Whether a text can be what a forge calls an account by: a number is as it counts, from 1.
fn is_number(text: &str) -> bool {
    let number = text.parse::<i64>().ok();
    number.is_none_or(|number| number > 0 && number.to_string() == text)
}

fn no_number(written: &str, place: Span, findings: &mut Vec<Finding>) -> Number {
    let written = crate::text::visible(written);
    findings.push(
        Finding::new(
            &E0411,
            place,
            format!("`{written}` is no number of an account"),
        )
        .label("forges count from 1")
        .help("write the number that the forge has; until then this person may do nothing"),
    );
    Number::Unreadable
}

/// The longest login that a forge gives, that of GitLab.
const LOGIN_MAX: usize = 255;

/// Whether a forge can give a login: letters, digits, `-`, `_` and `.`, none of them `-` at the
/// beginning, and `[bot]` at the end.
pub(super) fn is_of_a_forge(login: &str) -> bool {
    let name = login.strip_suffix("[bot]").unwrap_or(login);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_long = name.len() > LOGIN_MAX || name.is_empty();
    !is_long && !name.starts_with('-') && name.chars().all(is_plain)
}

/// A login of plain signs that no forge gives, as an address or one with `@` before it.
pub(super) fn never_given(login: &Located<Text>) -> Finding {
    let written = crate::text::visible(&login.value);
    let why = match &login.value {
        long if long.len() > LOGIN_MAX => "longer than any",
        dashed if dashed.starts_with('-') => "begins with `-`",
        _ => "letters, digits and `-`, `_`, `.` alone",
    };
    Finding::new(&E0411, login.span, format!("`{written}` is no login of a forge"))
        .label(why)
        .help("write the login that the forge has; this person does not count among the two who must be able to `define`")
}

pub(super) fn never_matches(login: &Located<Text>) -> Finding {
    let mut letters = login.value.chars().zip(1..);
    let other = letters.find(|(letter, _)| !letter.is_ascii());
    // Whoever reads the plan sees the letter that it looks like.
    let other = other.map_or_else(String::new, |(letter, number): (char, u32)| {
        format!(": its character {number} is U+{:04X}", u32::from(letter))
    });
    let written = crate::text::visible(&login.value);
    let message = format!("`{written}` is no login of a forge{other}");
    Finding::new(&E0411, login.span, message)
        .label("not of plain letters")
        .help("write the login that the forge has; until then this person may do nothing")
}

pub(super) fn twice(login: &Located<Text>, first: Span) -> Finding {
    Finding::new(
        &E0211,
        login.span,
        format!("two people have the login `{}`", login.value),
    )
    .label("second, in any case of letters")
    .related(first, "first")
    .help("correct one of the two; until then neither is known")
}

pub(super) fn numbered_twice(number: &Located<String>, first: Span) -> Finding {
    let written = crate::text::visible(&number.value);
    Finding::new(
        &E0211,
        number.span,
        format!("two people have the account `{written}`"),
    )
    .label("second")
    .related(first, "first")
    .help("an account is one person: correct one of the two numbers, or delete one of the people")
}
