//! Lengths of time as people write them: `30s`, `15m`, `2h`, `5d`.

use crate::finding::Finding;
use crate::finding::codes::E0207;
use crate::text::{Located, Text};

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub u64);

/// Reads a length of time of at most `max`.
pub(super) fn read(
    written: &Located<Text>,
    max: Seconds,
    findings: &mut Vec<Finding>,
) -> Option<Seconds> {
    let text = written.value.as_str();
    let parsed = parse(text);
    if parsed.is_some_and(|seconds| seconds > Seconds(0) && seconds <= max) {
        return parsed;
    }
    findings.push(
        Finding::new(
            &E0207,
            written.span,
            format!(
                "`{text}` is no length of time from 1s to {}d",
                max.0 / 86_400
            ),
        )
        .label("not a length of time")
        .help(match text.parse::<u16>() {
            Ok(number) => {
                format!("add a unit: `{number}s`, `{number}m`, `{number}h` or `{number}d`")
            }
            Err(_) => "write a whole number and one of s, m, h, d: `15m`".to_owned(),
        }),
    );
    None
}

fn parse(text: &str) -> Option<Seconds> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(seconds)
        .map(Seconds)
}

#[cfg(test)]
mod tests {
    use super::{Seconds, parse};

    #[test]
    fn only_a_whole_number_and_a_unit_is_a_length_of_time() {
        assert_eq!(parse("90s"), Some(Seconds(90)));
        assert_eq!(parse("5d"), Some(Seconds(432_000)));
        for text in [
            "",
            "s",
            "15",
            "1.5h",
            "-1s",
            "+1s",
            "99999999999999999999d",
            "1\u{e4}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
