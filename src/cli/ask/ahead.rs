//! Times of other zones, and times that are written as what is between: `3d`, `3 days`,
//! `in 2 hours` from now; `+3d`, `3 more days` from the time that stands there.
//!
//! In: what was typed, and from when it counts. Out: the time as files have it. Files never have the
//! other form: what it means would change with each day.

use crate::model::Moment;
use crate::syntax::Node;
use crate::text::visible;

/// The longest that is taken: a hundred years.
const MOST: i64 = 100 * 366 * 86_400;

/// From when it counts.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Start {
    /// The present moment.
    pub(in crate::cli) now: Moment,
    /// The time that stands there, of which `+3d` is later.
    pub(in crate::cli) standing: Option<Moment>,
}

/// A time that was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Ahead {
    /// As files have it.
    pub(in crate::cli) time: String,
    /// What it is later than, where that is not now.
    after: Option<Moment>,
}

impl Ahead {
    /// What is said of it: `3d` is so and so.
    pub(in crate::cli) fn told(&self, written: &str, name: &str) -> String {
        let told = format!(
            "`{}` is {}, as `{}`",
            visible(written),
            self.time,
            visible(name)
        );
        match self.after {
            Some(after) => format!("{told}, which was {after}"),
            None => told,
        }
    }
}

/// Whether a schema wants a time.
pub(in crate::cli) fn is_time(schema: &Node) -> bool {
    let format = schema.get("format").and_then(Node::as_str);
    matches!(format, Some("date-time" | "timer"))
}

/// The time that is so much later, where the schema wants one and this is no time by itself.
/// What is to be later than what stands there is none where nothing does.
pub(in crate::cli) fn ahead(schema: &Node, written: &str, from: Start) -> Option<Ahead> {
    if !is_time(schema) {
        return None;
    }
    // A time of another zone is written as that of UTC, so that two can be compared.
    if let Some(time) = Moment::parse(written.trim())
        && !written.trim().ends_with(['Z', 'z'])
    {
        let time = time.to_string();
        return Some(Ahead { time, after: None });
    }
    let (written, after) = match more(written) {
        Some(written) => (written, Some(from.standing?)),
        None => (written.to_owned(), None),
    };
    let from = after.unwrap_or(from.now);
    let seconds = from.unix_seconds().checked_add(seconds(&written)?)?;
    let time = Moment::of_unix_seconds(seconds).to_string();
    Some(Ahead { time, after })
}

/// What is to be added to what stands there: of `+3d` and `3 more days`, `3d` and `3 days`.
fn more(written: &str) -> Option<String> {
    let written = written.trim().to_ascii_lowercase();
    if let Some(rest) = written.strip_prefix('+') {
        return Some(rest.to_owned());
    }
    let words: Vec<&str> = written.split_whitespace().collect();
    let others = words.iter().filter(|word| **word != "more").copied();
    let others: Vec<&str> = others.collect();
    (others.len() + 1 == words.len()).then(|| others.join(" "))
}

/// How many seconds are meant.
fn seconds(written: &str) -> Option<i64> {
    let written = written.trim().to_ascii_lowercase();
    let written = written.strip_prefix("in ").unwrap_or(&written).trim();
    let end = written.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = (written.get(..end)?, written.get(end..)?.trim());
    let unit: i64 = match unit {
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 7 * 86_400,
        _ => return None,
    };
    let seconds = count.parse::<i64>().ok()?.checked_mul(unit)?;
    (1..=MOST).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::{Ahead, Start, ahead, seconds};
    use crate::cli::ask::value::yaml;
    use crate::model::Moment;
    use crate::plan::rights::made::node;

    #[test]
    fn what_is_between_is_read_in_words_and_letters() {
        for written in ["3d", "3 days", "in 3 days", " 3 d ", "In 3 Days", "72h"] {
            assert_eq!(seconds(written), Some(3 * 86_400), "{written}");
        }
        assert_eq!(seconds("2 weeks"), Some(14 * 86_400));
        for written in [
            "",
            "d",
            "3",
            "-3d",
            "0d",
            "3 months",
            "3d 2h",
            "99999999w",
            "1.5d",
        ] {
            assert_eq!(seconds(written), None, "{written}");
        }
    }

    #[test]
    fn only_what_wants_a_time_gets_one() {
        let moment = |text| Moment::parse(text).unwrap();
        let from = Start {
            now: moment("2026-11-22T21:00:00Z"),
            standing: None,
        };
        let time_of = |it: Option<Ahead>| it.map(|it| it.time);
        let schema = |text: &str| node(&yaml(text).unwrap());
        let time = schema("{type: string, format: date-time}");
        let later = time_of(ahead(&time, "3 days", from));
        assert_eq!(later.as_deref(), Some("2026-11-25T21:00:00Z"));
        let timer = schema("{type: string, format: timer}");
        assert_eq!(time_of(ahead(&timer, "3d", from)), later);
        assert_eq!(ahead(&schema("{type: string}"), "3 days", from), None);
        // What is to be later than what stands there needs something to stand there.
        assert_eq!(ahead(&time, "+3d", from), None);
        let standing = Start {
            standing: Some(moment("2026-11-30T10:00:00+02:00")),
            ..from
        };
        for written in ["+3d", "+ 3 days", "3 more days", "3d more", "72h more"] {
            let made = ahead(&time, written, standing).unwrap();
            assert_eq!(made.time, "2026-12-03T08:00:00Z", "{written}");
            assert_eq!(
                made.told("+3d", "expires_at"),
                "`+3d` is 2026-12-03T08:00:00Z, as `expires_at`, which was 2026-11-30T08:00:00Z"
            );
        }
        assert_eq!(time_of(ahead(&time, "3d", standing)), later);
        for written in ["+", "++3d", "+in 3", "more", "more more 3d", "+0d"] {
            assert_eq!(ahead(&time, written, standing), None, "{written}");
        }
    }
}
