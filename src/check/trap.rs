//! Values that look like another: why they are not what was wanted, as they are written.
//!
//! In: the files and the findings that say what a value should have been. Out: the same, in
//! which the label says what YAML 1.2 made of the characters and the help what to write. Knows
//! what is written only through the files; what a value is was decided before.

use crate::finding::{Finding, Wanted};
use crate::source::Snapshot;

pub(super) mod alike;

/// Explains each finding about a value that looks like what was wanted, and about a name that
/// looks like another.
pub fn explain(snapshot: &Snapshot, findings: &mut [Finding]) {
    // What is written as a secret is repeated in no help.
    for finding in findings.iter_mut().filter(|finding| !finding.hides) {
        let written = snapshot.slice(finding.span);
        // An entity whose name is made may stand at the very name that is not found.
        let bare = written.trim_matches(['"', '\'']);
        if finding.made.as_deref() == Some(bare) {
            "not found".clone_into(&mut finding.label);
        }
        if let Some(label) = alike::label(written, finding, snapshot) {
            finding.label = label;
            finding.see = None;
        }
        let Some(wanted) = finding.wanted else {
            if let Some(value) = other_number(finding.code.id, written) {
                let gap = if finding.label.is_empty() { "" } else { ", " };
                finding.label = format!("read as the number {value}{gap}{}", finding.label);
            }
            continue;
        };
        let told = match wanted {
            Wanted::Text if is_element(snapshot, finding) && is_null(written) => {
                let label = format!("`{written}` is no value");
                let help = "take it out of the list, or write a text in its place";
                Some((Some(label), help.to_owned()))
            }
            Wanted::Text => text(written),
            Wanted::Boolean => boolean(written),
            Wanted::Number => number(written),
            Wanted::Whole => whole(written),
            Wanted::Date => date(written),
            Wanted::DateTime => date_time(written),
        };
        if let Some((label, help)) = told {
            if let Some(label) = label {
                finding.label = label;
            }
            finding.help = Some(help);
            finding.near = None;
        }
    }
}

/// A label in place of the one that is there, and a help.
type Told = (Option<String>, String);

fn is_quoted(written: &str) -> bool {
    written.starts_with(['"', '\''])
}

/// Where a string is wanted.
fn text(written: &str) -> Option<Told> {
    if is_quoted(written) || written.contains(['\n', ':', ',', '[', '{', ' ']) {
        return None;
    }
    let quote = format!("put it in quotes: `\"{written}\"`");
    if is_null(written) {
        let label = format!("`{written}` is no value");
        return Some((
            Some(label),
            format!("{quote}; or write a text, or delete the key"),
        ));
    }
    if matches!(
        written,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE"
    ) {
        return Some((None, quote));
    }
    let value = number_of(written)?;
    if value == written {
        return Some((None, quote));
    }
    let is_mode = written.len() > 1 && written.starts_with('0') && value.len() < written.len();
    let help = if is_mode && written.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{quote}; YAML 1.2 drops the zeros before it")
    } else {
        quote
    };
    Some((
        Some(format!("`{written}` is read as the number {value}")),
        help,
    ))
}

fn is_null(written: &str) -> bool {
    matches!(written, "~" | "null" | "Null" | "NULL")
}

/// Whether a value is an element of a list.
fn is_element(snapshot: &Snapshot, finding: &Finding) -> bool {
    let text = snapshot.text(finding.span.file);
    let before = text.get(..finding.span.start as usize);
    before.is_some_and(|before| before.trim_end().ends_with(['[', ',', '-']))
}

/// The findings about a number that may be read otherwise than it looks.
const NUMBERS: [&str; 3] = ["E0204", "E0207", "E0211"];

/// The number that a plain scalar is, where it looks like another: `0777`, `0o17`, `0x1F`.
fn other_number(code: &str, written: &str) -> Option<String> {
    let digits = written.trim_start_matches(['+', '-']);
    let looks_other = digits.len() > 1
        && digits.starts_with('0')
        && !digits.contains('.')
        && NUMBERS.contains(&code);
    number_of(written).filter(|_| looks_other)
}

/// The number that a plain scalar is, as JSON writes it.
fn number_of(written: &str) -> Option<String> {
    let digits = written.strip_prefix('+').unwrap_or(written);
    let radix = |prefix: &str, radix| {
        let digits = written.strip_prefix(prefix)?;
        i64::from_str_radix(digits, radix).ok()
    };
    if let Some(value) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(value.to_string());
    }
    if let Ok(value) = digits.parse::<i64>() {
        return Some(value.to_string());
    }
    let begins = digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'));
    let value = digits
        .parse::<f64>()
        .ok()
        .filter(|value| begins && value.is_finite())?;
    Some(value.to_string())
}

/// Where a boolean is wanted.
fn boolean(written: &str) -> Option<Told> {
    let bare = written.trim_matches(['"', '\'']);
    let value = match bare.to_ascii_lowercase().as_str() {
        "yes" | "y" | "on" | "true" | "1" => "true",
        "no" | "n" | "off" | "false" | "0" => "false",
        _ => return None,
    };
    if is_quoted(written) {
        let label = "text, because of its quotes".to_owned();
        return Some((Some(label), format!("write `{value}` without quotes")));
    }
    if matches!(bare, "0" | "1") {
        return Some((None, format!("write `{value}`; `{bare}` is a number")));
    }
    Some((
        None,
        format!("write `{value}`; YAML 1.2 reads `{bare}` as text"),
    ))
}

/// Where a whole number is wanted: quotes are not all that is wrong with a fraction.
fn whole(written: &str) -> Option<Told> {
    let bare = written.trim_matches(['"', '\'']);
    let value = number_of(bare).and_then(|value| value.parse::<f64>().ok());
    if is_quoted(written) && value.is_some_and(|value| value.fract() != 0.0) {
        return Some((None, "write a whole number, without quotes".to_owned()));
    }
    number(written)
}

/// Where a number is wanted.
fn number(written: &str) -> Option<Told> {
    let bare = written.trim_matches(['"', '\'']);
    if is_quoted(written) {
        number_of(bare)?;
        return Some((None, format!("write `{bare}` without quotes")));
    }
    let is_grouped = |sign: char| {
        bare.contains(sign)
            && bare.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && bare
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-') || c == sign)
    };
    let reads = format!("YAML 1.2 reads `{bare}` as text");
    if is_grouped('_') || is_grouped(',') {
        return Some((
            None,
            format!("write `{}`; {reads}", bare.replace(['_', ','], "")),
        ));
    }
    if let Some(value) = bare
        .strip_prefix("0b")
        .and_then(|b| i64::from_str_radix(b, 2).ok())
    {
        return Some((None, format!("write `{value}`; {reads}")));
    }
    if let Some(seconds) = sexagesimal(bare) {
        return Some((
            None,
            format!("write `{seconds}` if seconds are meant; {reads}"),
        ));
    }
    // A number with a part, where a whole one is wanted.
    let value = bare
        .parse::<f64>()
        .ok()
        .filter(|value| value.fract() == 0.0)?;
    (value.abs() < 9e15 && bare != value.to_string()).then(|| (None, format!("write `{value}`")))
}

/// `12:30:00` in seconds, as YAML 1.1 read it.
fn sexagesimal(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    parts.iter().try_fold(0_u64, |all, part| {
        let is_part = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let value = part
            .parse::<u64>()
            .ok()
            .filter(|value| is_part && *value < 60)?;
        Some(all * 60 + value)
    })
}

/// A day as people write it: year, month and day.
fn day(text: &str) -> Option<String> {
    let parts: Vec<u32> = text
        .split(['-', '/', '.'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let &[year, month, day] = parts.as_slice() else {
        return None;
    };
    let fits =
        (1000..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Where a day is wanted.
fn date(written: &str) -> Option<Told> {
    let bare = written.trim_matches(['"', '\'']);
    let first = bare.split(['T', 't', ' ']).next()?;
    let day = day(first).filter(|day| day != bare)?;
    Some((None, format!("write `{day}`")))
}

/// Where a moment is wanted.
fn date_time(written: &str) -> Option<Told> {
    let bare = written.trim_matches(['"', '\'']);
    let (first, rest) = bare.split_once(['T', 't', ' ']).unwrap_or((bare, ""));
    let day = day(first)?;
    if rest.is_empty() {
        return Some((None, format!("write the time too: `{day}T00:00:00Z`")));
    }
    let (time, zone) = match rest.find(['Z', 'z', '+', '-', ' ']) {
        Some(at) => rest.split_at_checked(at)?,
        None => (rest, ""),
    };
    let mut parts: Vec<&str> = time.split(':').collect();
    parts.resize(3, "00");
    let zone = zone.trim();
    let zone = if zone.is_empty() { "Z" } else { zone };
    let whole = format!("{day}T{}{zone}", parts.join(":"));
    (whole != bare).then(|| {
        (
            None,
            format!("write `{whole}`, with `T`, seconds and the zone"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{boolean, date, date_time, number, text, whole};

    #[test]
    fn a_number_where_text_is_wanted_is_shown_as_written_and_as_read() {
        for (written, label, help) in [
            (
                "1.20",
                "`1.20` is read as the number 1.2",
                "put it in quotes: `\"1.20\"`",
            ),
            (
                "0777",
                "`0777` is read as the number 777",
                "put it in quotes: `\"0777\"`; YAML 1.2 drops the zeros before it",
            ),
            (
                "0o777",
                "`0o777` is read as the number 511",
                "put it in quotes: `\"0o777\"`",
            ),
            (
                "0x1F",
                "`0x1F` is read as the number 31",
                "put it in quotes: `\"0x1F\"`",
            ),
            (
                "1e3",
                "`1e3` is read as the number 1000",
                "put it in quotes: `\"1e3\"`",
            ),
            (
                "+49",
                "`+49` is read as the number 49",
                "put it in quotes: `\"+49\"`",
            ),
            (
                "1.",
                "`1.` is read as the number 1",
                "put it in quotes: `\"1.\"`",
            ),
            (
                "~",
                "`~` is no value",
                "put it in quotes: `\"~\"`; or write a text, or delete the key",
            ),
        ] {
            assert_eq!(
                text(written),
                Some((Some(label.to_owned()), help.to_owned()))
            );
        }
        assert_eq!(
            text("3"),
            Some((None, "put it in quotes: `\"3\"`".to_owned()))
        );
        assert_eq!(text("[1]"), None);
    }

    #[test]
    fn what_to_write_is_told_for_each_look_alike() {
        let help = |told: Option<super::Told>| told.unwrap().1;
        assert_eq!(
            help(boolean("no")),
            "write `false`; YAML 1.2 reads `no` as text"
        );
        assert_eq!(
            help(boolean("On")),
            "write `true`; YAML 1.2 reads `On` as text"
        );
        assert_eq!(help(boolean("\"true\"")), "write `true` without quotes");
        assert_eq!(help(boolean("0")), "write `false`; `0` is a number");
        assert_eq!(
            help(number("1_000")),
            "write `1000`; YAML 1.2 reads `1_000` as text"
        );
        assert_eq!(
            help(number("1,000")),
            "write `1000`; YAML 1.2 reads `1,000` as text"
        );
        assert_eq!(
            help(number("0b101")),
            "write `5`; YAML 1.2 reads `0b101` as text"
        );
        assert_eq!(
            help(number("12:30:00")),
            "write `45000` if seconds are meant; YAML 1.2 reads `12:30:00` as text"
        );
        assert_eq!(help(number("1e3")), "write `1000`");
        assert_eq!(
            help(whole("\"2.5\"")),
            "write a whole number, without quotes"
        );
        assert_eq!(help(whole("\"2.0\"")), "write `2.0` without quotes");
        assert_eq!(help(number("\"20\"")), "write `20` without quotes");
        assert_eq!(help(date("2026-1-2")), "write `2026-01-02`");
        assert_eq!(help(date("2026/01/02")), "write `2026-01-02`");
        assert_eq!(
            help(date_time("2026-01-02")),
            "write the time too: `2026-01-02T00:00:00Z`"
        );
        assert_eq!(
            help(date_time("2026-01-02 10:00")),
            "write `2026-01-02T10:00:00Z`, with `T`, seconds and the zone"
        );
        for none in [
            boolean("maybe"),
            number("many"),
            date("soon"),
            date_time("soon"),
        ] {
            assert_eq!(none, None);
        }
    }
}
