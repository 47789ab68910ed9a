//! Times that are written as what is between: `3d`, `3 days`, `in 2 hours`.
//!
//! In: what was typed, and from when it counts. Out: the time as files have it. Files never have the
//! other form: what it means would change with each day.

use crate::model::Moment;
use crate::syntax::Node;

/// The longest that is taken: a hundred years.
const MOST: i64 = 100 * 366 * 86_400;

/// The time that is so much later, where the schema wants one and this is no time by itself.
pub(in crate::cli) fn ahead(schema: &Node, written: &str, from: Moment) -> Option<String> {
    let format = schema.get("format").and_then(Node::as_str);
    if !matches!(format, Some("date-time" | "timer")) {
        return None;
    }
    let seconds = from.unix_seconds().checked_add(seconds(written)?)?;
    Some(Moment::of_unix_seconds(seconds).to_string())
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
    use super::{ahead, seconds};
    use crate::cli::ask::value::{node, yaml};
    use crate::model::Moment;

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
        let from = Moment::parse("2026-11-22T21:00:00Z").unwrap();
        let schema = |text: &str| node(&yaml(text).unwrap());
        let time = schema("{type: string, format: date-time}");
        let later = ahead(&time, "3 days", from);
        assert_eq!(later.as_deref(), Some("2026-11-25T21:00:00Z"));
        let timer = schema("{type: string, format: timer}");
        assert_eq!(ahead(&timer, "3d", from), later);
        assert_eq!(ahead(&schema("{type: string}"), "3 days", from), None);
    }
}
