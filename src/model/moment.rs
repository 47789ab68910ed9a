//! An instant, as files and arguments write it: `2026-11-22T14:00:00Z`.

use crate::model::day::Day;

/// An instant to the millisecond; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// The instant that a text names, in the form of RFC 3339: a day, a time and an offset.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = (text.get(..10)?, text.get(10..)?);
        Day::parse(day)?;
        let clock = time.get(..9)?;
        let mut shape = clock.bytes().map(|byte| match byte {
            b'0'..=b'9' => '0',
            b't' => 'T',
            other => char::from(other),
        });
        if !shape.by_ref().eq("T00:00:00".chars()) {
            return None;
        }
        let rest = time.get(9..)?;
        let zone = match rest.strip_prefix('.') {
            None => rest,
            Some(fraction) => {
                let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                (zone.len() < fraction.len()).then_some(zone)?
            }
        };
        let is_offset = |zone: &str| {
            let shape = zone.bytes().map(|byte| match byte {
                b'0'..=b'9' => '0',
                b'-' => '+',
                other => char::from(other),
            });
            shape.eq("+00:00".chars())
        };
        if !matches!(zone, "Z" | "z") && !is_offset(zone) {
            return None;
        }
        let instant: jiff::Timestamp = text.parse().ok()?;
        Some(Self(instant.as_millisecond()))
    }

    /// The beginning of a day that a text names, in UTC.
    pub fn of_day(text: &str) -> Option<Self> {
        let day = Day::parse(text)?;
        Self::parse(&format!("{day}T00:00:00Z"))
    }

    /// As people read it: `2026-11-23 08:00 UTC`, with seconds only where there are some.
    pub fn words(self) -> String {
        let written = self.to_string();
        let (Some(day), Some(minutes), Some(rest)) =
            (written.get(..10), written.get(11..16), written.get(16..))
        else {
            return written;
        };
        match rest.trim_end_matches('Z') {
            ":00" => format!("{day} {minutes} UTC"),
            seconds => format!("{day} {minutes}{seconds} UTC"),
        }
    }

    /// The instant of a clock: seconds since 1970, UTC.
    pub const fn of_unix_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => instant.fmt(f),
            // No calendar has it; what reads it then refuses it.
            Err(_) => write!(f, "{} ms since 1970", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn an_instant_is_the_same_in_every_offset() {
        for text in [
            "2026-11-22T14:00:00Z",
            "2026-11-22t14:00:00z",
            "2026-11-22T15:00:00+01:00",
            "2026-11-22T14:00:00.0004Z",
            "2026-11-22T09:30:00-04:30",
        ] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.to_string(), "2026-11-22T14:00:00Z", "{text}");
        }
        let words = |text: &str| Moment::parse(text).unwrap().words();
        assert_eq!(words("2026-11-22T15:00:00+01:00"), "2026-11-22 14:00 UTC");
        assert_eq!(words("2026-11-22T14:00:30.5Z"), "2026-11-22 14:00:30.5 UTC");
        let precise = Moment::parse("2026-11-22T14:00:00.25Z").unwrap();
        assert_eq!(precise.to_string(), "2026-11-22T14:00:00.25Z");
        assert_eq!(
            Moment::of_day("2026-11-22").unwrap().to_string(),
            "2026-11-22T00:00:00Z"
        );
    }

    #[test]
    fn what_does_not_say_its_offset_is_no_instant() {
        for bad in [
            "",
            "2026-11-22",
            "2026-11-22T14:00:00",
            "2026-11-22 14:00:00Z",
            "2026-11-22T14:00Z",
            "2026-11-22T14:00:00.Z",
            "2026-11-22T14:00:00+0100",
            "2026-11-22T14:00:00Z[Europe/Berlin]",
            "2026-02-29T14:00:00Z",
            "2026-11-22T25:00:00Z",
            "now",
        ] {
            assert_eq!(Moment::parse(bad), None, "{bad}");
        }
    }
}
