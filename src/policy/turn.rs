//! The moments at which rules begin to say something else.
//!
//! In: rules. Out: the instants that their texts name, and those that they compute of them with
//! spans of time: `context.now.durationSince(datetime("...")).toDays() > 30`. A span is added and
//! taken away, for a text says by its sense which of the two is meant. What entities say is not
//! known here.

use std::collections::BTreeSet;

use crate::model::Moment;
use crate::policy::Rules;
use crate::policy::tokens::{Sort, Token, tokens};

const DAY: i64 = 86_400;

/// The most moments of one rule.
const MOST: usize = 64;

impl Rules<'_> {
    /// The instants that rules name or compute, without those that are over at the moment of these
    /// rules.
    pub fn turns(&self) -> BTreeSet<Moment> {
        let rules = self.book.permissions.iter().chain(&self.book.approvals);
        let turns = rules.flat_map(|rule| turns_of(&rule.text, self.now));
        turns.filter(|at| Some(*at) >= self.now).collect()
    }

    /// The rules that read the time and of which nobody can tell when they say something else, by
    /// their texts; each with its place.
    pub fn timed_by_others(&self) -> impl Iterator<Item = (&str, &str)> {
        let rules = self.book.permissions.iter().chain(&self.book.approvals);
        let timed = rules.filter(|rule| rule.reads_now() && !is_followed(&rule.text));
        timed.map(|rule| (rule.text.as_str(), rule.name.as_str()))
    }
}

/// Whether a text names an instant, or a time of the day.
fn is_followed(text: &str) -> bool {
    let all = tokens(text);
    let is_named = |name: &str| all.iter().any(|token| token.is(name));
    !named(&all).is_empty() || is_named("toTime")
}

/// The instants at which a text may say something else.
fn turns_of(text: &str, now: Option<Moment>) -> BTreeSet<Moment> {
    let all = tokens(text);
    let is_named = |name: &str| all.iter().any(|token| token.is(name));
    let named = named(&all);
    let mut turns: Vec<i64> = named.clone();
    let spans = spans(&all);
    if is_named("offset") || is_named("durationSince") {
        for at in &named {
            let added = spans.iter().map(|span| at.saturating_add(*span));
            let taken = spans.iter().map(|span| at.saturating_sub(*span));
            turns.extend(added.chain(taken));
        }
    }
    if is_named("toDate") {
        turns.extend(named.iter().map(|at| at.saturating_add(DAY)));
    }
    if let Some(now) = now.filter(|_| is_named("toDate") || is_named("toTime")) {
        let today = now.unix_seconds().div_euclid(DAY) * DAY;
        for day in [today, today.saturating_add(DAY)] {
            let times = spans.iter().filter(|span| (0..DAY).contains(*span));
            turns.extend(times.map(|time| day.saturating_add(*time)));
        }
        turns.push(today.saturating_add(DAY));
    }
    turns
        .into_iter()
        .take(MOST)
        .map(Moment::of_unix_seconds)
        .collect()
}

/// A second later: whatever the sign of a comparison with an instant is, it has turned by then.
pub fn turned(at: Moment) -> Moment {
    Moment::of_unix_seconds(at.unix_seconds().saturating_add(1))
}

/// The text within `name("...")`, and how many words that has, where a call begins.
fn call<'t>(words: &[Token<'t>], name: &str) -> Option<&'t str> {
    match words {
        [called, open, text, close, ..] if called.is(name) && open.is("(") && close.is(")") => {
            text.plain()
        }
        _ => None,
    }
}

/// The words of `datetime("...")`.
const CALL: usize = 4;

/// The instants of `datetime("...")` in a text, in seconds, with what is added to them there:
/// `datetime("...").offset(duration("1d"))`.
fn named(all: &[Token<'_>]) -> Vec<i64> {
    let mut found = Vec::new();
    for start in 0..all.len() {
        let words = all.get(start..).unwrap_or_default();
        let Some(instant) = call(words, "datetime").and_then(instant) else {
            continue;
        };
        let mut at = instant.unix_seconds();
        let mut rest = words.get(CALL..).unwrap_or_default();
        while let [dot, offset, open, behind @ ..] = rest
            && dot.is(".")
            && offset.is("offset")
            && open.is("(")
            && let Some(span) = call(behind, "duration").and_then(span)
        {
            at = at.saturating_add(span);
            rest = behind.get(CALL + 1..).unwrap_or_default();
        }
        found.push(at);
    }
    found
}

/// The spans of time that a text names, in seconds: those of `duration("...")`, and whole numbers
/// of the units that it counts in.
fn spans(all: &[Token<'_>]) -> BTreeSet<i64> {
    let starts = (0..all.len()).filter_map(|start| all.get(start..));
    let mut spans: BTreeSet<i64> = starts
        .filter_map(|words| call(words, "duration").and_then(span))
        .collect();
    let units = [
        ("toDays", DAY),
        ("toHours", 3_600),
        ("toMinutes", 60),
        ("toSeconds", 1),
    ];
    let is_named = |name: &str| all.iter().any(|token| token.is(name));
    let numbers = all.iter().filter(|token| token.sort == Sort::Number);
    for number in numbers.filter_map(|token| token.text.parse::<i64>().ok()) {
        for (_, unit) in units.iter().filter(|(name, _)| is_named(name)) {
            // More than that number is one more of them.
            let one_more = number.saturating_add(1);
            spans.extend([number, one_more].map(|number| number.saturating_mul(*unit)));
        }
        if is_named("toMilliseconds") {
            spans.insert(number / 1_000);
        }
    }
    spans
}

/// A span of time as Cedar writes it, `-1d2h3m4s5ms`, in whole seconds.
pub(super) fn span(text: &str) -> Option<i64> {
    let (sign, mut rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut seconds = 0_i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, behind) = rest.split_at_checked(digits)?;
        let letters = behind.find(|c: char| c.is_ascii_digit());
        let (unit, behind) = behind.split_at_checked(letters.unwrap_or(behind.len()))?;
        let unit = match unit {
            "d" => DAY,
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            "ms" => 0,
            _ => return None,
        };
        seconds = seconds.saturating_add(number.parse::<i64>().ok()?.saturating_mul(unit));
        rest = behind;
    }
    Some(sign * seconds)
}

/// An instant as Cedar writes it: a day, or a time of it with an offset without a colon.
pub(super) fn instant(text: &str) -> Option<Moment> {
    let with_colon = |text: &str| {
        let (time, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
        Moment::parse(&format!("{time}:{minutes}"))
    };
    let moment = Moment::of_day(text).or_else(|| Moment::parse(text));
    moment.or_else(|| with_colon(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_known_in_all_forms_that_cedar_has() {
        let text = "context.now > datetime(\"2026-11-24\") && context.now < \
                    datetime( \"2026-11-24T02:00:00+0200\" ) || \"datetime(\" == datetime(\"2026-11-24T00:00:00.000Z\")";
        let words = |text: &str, now: Option<&str>| -> Vec<String> {
            let now = now.and_then(Moment::parse);
            turns_of(text, now).into_iter().map(Moment::words).collect()
        };
        assert_eq!(named(&tokens(text)).len(), 3);
        assert_eq!(words(text, None), ["2026-11-24 00:00 UTC"]);
        assert!(named(&tokens("datetime(resource.at) || datetime(\"soon\")")).is_empty());
    }

    #[test]
    fn what_is_computed_of_an_instant_is_a_moment_too() {
        let noon = Moment::parse("2026-11-22T12:00:00Z");
        for (text, moment) in [
            (
                "context.now > datetime(\"2026-11-22\").offset(duration(\"1d2h\"))",
                "2026-11-23 02:00 UTC",
            ),
            (
                "context.now > datetime(\"2026-11-22\").offset(duration(\"1d\")).offset(duration(\"-1h\"))",
                "2026-11-22 23:00 UTC",
            ),
            (
                "context.now.offset(duration(\"1d\")) > datetime(\"2026-11-25\")",
                "2026-11-24 00:00 UTC",
            ),
            (
                "context.now.durationSince(datetime(\"2026-11-22\")) > duration(\"2d\")",
                "2026-11-24 00:00 UTC",
            ),
            (
                "context.now.durationSince(datetime(\"2026-11-22\")).toDays() > 3",
                "2026-11-26 00:00 UTC",
            ),
            (
                "datetime(\"2026-11-22\").durationSince(context.now) < duration(\"-2h\")",
                "2026-11-22 02:00 UTC",
            ),
            (
                "context.now.toDate() != datetime(\"2026-11-22\")",
                "2026-11-23 00:00 UTC",
            ),
            (
                "context.now.toTime() > duration(\"13h\")",
                "2026-11-22 13:00 UTC",
            ),
            (
                "context.now.toTime().toMinutes() == 815",
                "2026-11-22 13:35 UTC",
            ),
        ] {
            let turns = turns_of(text, noon);
            let words: Vec<String> = turns.into_iter().map(Moment::words).collect();
            assert!(words.iter().any(|it| it == moment), "{text}: {words:?}");
        }
    }

    #[test]
    fn a_span_is_what_cedar_takes_for_one() {
        for (text, seconds) in [
            ("1d2h3m4s5ms", Some(93_784)),
            ("-90m", Some(-5_400)),
            ("12", None),
            ("1y", None),
            ("x", None),
        ] {
            assert_eq!(span(text), seconds, "{text}");
        }
    }
}
