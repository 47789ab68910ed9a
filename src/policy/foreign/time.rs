//! Functions of moments and lengths of time that other languages have, and Cedar has not.

use crate::model::Catalog;
use crate::policy::tokens::{Sort, Token};
use crate::syntax::Node;

/// What a moment can be asked.
pub(in crate::policy) const OF_MOMENT: &str = "a datetime has `toDate`, `toTime`, `offset` and `durationSince`; the time of day is `toTime() >= duration(\"8h\")`";

/// What a length of time can be asked.
pub(in crate::policy) const OF_LENGTH: &str =
    "a duration has `toDays`, `toHours`, `toMinutes`, `toSeconds` and `toMilliseconds`";

/// What stands before the dot of a function.
enum Time {
    Moment,
    Length,
}

/// What to write for a function of that name behind `before`, where that is a time.
pub(super) fn instead(before: &[Token<'_>], name: &str, catalog: &Catalog) -> Option<&'static str> {
    let (dot, before) = before.split_last()?;
    let is_of_days = name.to_ascii_lowercase().contains("day");
    match of(before, catalog).filter(|_| dot.is("."))? {
        Time::Moment if is_of_days => Some(
            "Cedar knows no weekdays: a freeze of the settings has them (docs/refusals.md); a datetime has `toDate`, `toTime`, `offset` and `durationSince`",
        ),
        Time::Moment => Some(OF_MOMENT),
        Time::Length => Some(OF_LENGTH),
    }
}

/// What the last words of a text are, where that is a time.
fn of(words: &[Token<'_>], catalog: &Catalog) -> Option<Time> {
    let (last, rest) = words.split_last()?;
    if !last.is(")") {
        let is_written = rest.last().is_some_and(|token| token.is("."));
        let is_moment = last.is("now") || is_moment(catalog, last.text);
        return (is_written && last.sort == Sort::Name && is_moment).then_some(Time::Moment);
    }
    let mut depth = 0_usize;
    let open = words.iter().rposition(|token| {
        depth += usize::from(token.is(")"));
        depth -= usize::from(token.is("("));
        depth == 0
    })?;
    match words.get(open.checked_sub(1)?)?.text {
        "datetime" | "toDate" | "offset" => Some(Time::Moment),
        "duration" | "toTime" | "durationSince" => Some(Time::Length),
        _ => None,
    }
}

/// Whether a property or an input of a name is a moment.
fn is_moment(catalog: &Catalog, name: &str) -> bool {
    let properties = catalog.blueprints.iter().filter_map(|it| it.property(name));
    let inputs = catalog.actions.iter();
    let inputs = inputs.filter_map(|action| action.inputs.schema(name));
    let schemas = properties.map(|it| &it.schema).chain(inputs);
    let mut formats = schemas.filter_map(|it: &Node| it.get("format")?.as_str());
    formats.any(|format| matches!(format, "date-time" | "date" | "timer"))
}
