//! An instant, as files and arguments write it: `2026-11-22T14:00:00Z`.

use crate::model::day::Day;

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;

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

    /// The beginning of the day of this instant in UTC, or of one so many days later.
    pub fn day(self, later: i64) -> Option<Self> {
        let day = self.0.div_euclid(DAY).checked_add(later)?;
        day.checked_mul(DAY).map(Self)
    }

    /// The last instant that is earlier than this one.
    #[must_use]
    pub const fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The instant so many days earlier.
    pub const fn days_ago(self, days: i64) -> Option<Self> {
        match self.0.checked_sub(days.saturating_mul(DAY)) {
            Some(instant) => Some(Self(instant)),
            None => None,
        }
    }

    /// The same time of day so many months earlier, in UTC; on the last day of a month that has
    /// no such day.
    pub fn months_ago(self, months: i32) -> Option<Self> {
        let utc = jiff::tz::TimeZone::UTC;
        let instant = jiff::Timestamp::from_millisecond(self.0).ok()?;
        let span = jiff::Span::new().try_months(months).ok()?;
        let earlier = instant.to_zoned(utc).checked_sub(span).ok()?;
        Some(Self(earlier.timestamp().as_millisecond()))
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
    fn days_and_months_are_counted_in_utc() {
        let now = Moment::parse("2026-03-31T01:30:00+02:00").unwrap();
        assert_eq!(now.day(0).unwrap().to_string(), "2026-03-30T00:00:00Z");
        assert_eq!(now.day(-30).unwrap().to_string(), "2026-02-28T00:00:00Z");
        assert_eq!(now.days_ago(7).unwrap().to_string(), "2026-03-23T23:30:00Z");
        assert_eq!(
            now.months_ago(1).unwrap().to_string(),
            "2026-02-28T23:30:00Z"
        );
        assert_eq!(now.before().to_string(), "2026-03-30T23:29:59.999Z");
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
