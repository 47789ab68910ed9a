//! An instant, as files and arguments write it: `2026-11-22T14:00:00Z`.

use crate::model::day::Day;

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;
/// From where the milliseconds are counted, in UTC.
const EPOCH: jiff::civil::DateTime = jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0);

/// An instant to the millisecond; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// The instant that a text names, in the form of RFC 3339: a day, a time and an offset. What
    /// is finer than a millisecond is left off.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = (text.get(..10)?, text.get(10..)?);
        Day::parse(day)?;
        let (clock, rest) = (time.get(..9)?, time.get(9..)?);
        if !has_shape(clock, "T00:00:00") {
            return None;
        }
        let (fraction, zone) = match rest.strip_prefix('.') {
            None => ("", rest),
            Some(fraction) => {
                let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                let digits = fraction.strip_suffix(zone).unwrap_or_default();
                (!digits.is_empty()).then_some((digits, zone))?
            }
        };
        let is_leap = clock.ends_with(":60");
        let clock = clock.get(1..6).filter(|_| is_leap).map_or_else(
            || clock.get(1..).unwrap_or_default().to_owned(),
            |minute| format!("{minute}:59"),
        );
        let civil: jiff::civil::DateTime = format!("{day}T{clock}").parse().ok()?;
        let local = civil.duration_since(EPOCH).as_secs();
        let seconds = local.checked_sub(offset(zone)?)?;
        // It is between two months: an instant of its own in no calendar but that of the clocks.
        if is_leap && !is_end_of_month(seconds) {
            return None;
        }
        let digits = fraction.bytes().chain(*b"000").take(3);
        let milliseconds = digits.fold(0, |all, digit| all * 10 + i64::from(digit - b'0'));
        let instant = seconds.checked_mul(1_000)?.checked_add(milliseconds)?;
        // What no calendar has could be compared and not be shown.
        let moment = Self(instant);
        moment.civil().map(|_| moment)
    }

    /// As the calendar has it in UTC.
    fn civil(self) -> Option<jiff::civil::DateTime> {
        EPOCH
            .checked_add(jiff::SignedDuration::from_millis(self.0))
            .ok()
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

    /// Seconds since 1970, UTC.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The instant so many milliseconds after 1970 began in UTC.
    pub(super) const fn of_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// The same for a calendar; `None` where that does not have it.
    pub(super) fn timestamp(self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(self.0).ok()
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
}

/// Whether a text is of a form in which `0` is any digit; letters are so in both cases.
fn has_shape(text: &str, shape: &str) -> bool {
    let form = text.bytes().map(|byte| match byte {
        b'0'..=b'9' => b'0',
        other => other.to_ascii_uppercase(),
    });
    form.eq(shape.bytes())
}

/// The seconds that a place is ahead of UTC, where a text says them: `Z`, `+01:00`. An offset is
/// less than a day, as a time of day is.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, zone) = match zone.split_at_checked(1)? {
        ("+", zone) => (1, zone),
        ("-", zone) => (-1, zone),
        _ => return None,
    };
    if !has_shape(zone, "00:00") {
        return None;
    }
    let (hours, minutes) = zone.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
}

/// Whether a second is the last of a month in UTC, behind which a leap second may be.
fn is_end_of_month(seconds: i64) -> bool {
    let next = seconds.checked_add(1);
    let next = next.and_then(|next| Moment::of_unix_seconds(next).civil());
    next.is_some_and(|next| next.day() == 1 && next.time() == jiff::civil::Time::midnight())
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.civil() {
            Some(civil) => {
                civil.fmt(f)?;
                f.write_str("Z")
            }
            // No calendar has it; what reads it then refuses it.
            None => write!(f, "{} ms since 1970", self.0),
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
        assert_eq!(format!("{precise:.3}"), "2026-11-22T14:00:00.250Z");
        assert_eq!(
            Moment::of_day("2026-11-22").unwrap().to_string(),
            "2026-11-22T00:00:00Z"
        );
    }

    #[test]
    fn days_are_counted_in_utc() {
        let now = Moment::parse("2026-03-31T01:30:00+02:00").unwrap();
        assert_eq!(now.day(0).unwrap().to_string(), "2026-03-30T00:00:00Z");
        assert_eq!(now.day(-30).unwrap().to_string(), "2026-02-28T00:00:00Z");
        assert_eq!(now.days_ago(7).unwrap().to_string(), "2026-03-23T23:30:00Z");
        assert_eq!(now.before().to_string(), "2026-03-30T23:29:59.999Z");
    }

    /// What RFC 3339 takes and what it does not, by each of its parts.
    #[test]
    fn an_instant_is_what_rfc_3339_says() {
        for (text, instant) in [
            // The offset is a time of day, in either direction.
            ("2026-11-22T10:00:00+23:59", "2026-11-21T10:01:00Z"),
            ("2026-11-22T10:00:00-23:59", "2026-11-23T09:59:00Z"),
            ("2026-11-22T10:00:00+00:00", "2026-11-22T10:00:00Z"),
            ("2026-11-22T10:00:00-00:00", "2026-11-22T10:00:00Z"),
            // The first and the last year that four digits write.
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00Z"),
            ("0000-01-01T00:00:00+01:00", "-000001-12-31T23:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            // A fraction has one digit or more.
            ("2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.5Z"),
            ("2026-11-22T10:00:00.123456Z", "2026-11-22T10:00:00.123Z"),
            (
                "2026-11-22T10:00:00.99999999999999999999+01:00",
                "2026-11-22T09:00:00.999Z",
            ),
            ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.25Z"),
            // A leap second is at the end of a month in UTC, whatever the clock on the wall says.
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.5Z"),
            ("2017-01-01T05:29:60+05:30", "2016-12-31T23:59:59Z"),
            ("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59Z"),
        ] {
            let moment = Moment::parse(text).map(|moment| moment.to_string());
            assert_eq!(moment.as_deref(), Some(instant), "{text}");
        }
        for bad in [
            "2026-11-22T10:00:00-24:00",
            "2026-11-22T10:00:00+24:00",
            "2026-11-22T10:00:00+25:00",
            "2026-11-22T10:00:00+01:60",
            "2026-11-22T10:00:00+1:00",
            "2026-11-22T10:00:00+01:00:00",
            "2026-11-22T10:00:00+01",
            "2026-11-22T10:00:00\u{2212}01:00",
            "2026-11-22T10:00:00++1:00",
            "2026-11-22T10:00:00+0\u{661}:00",
            "2026-11-22T10:00:00Zz",
            "2026-11-22T10:00:00 Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T10:60:00Z",
            "2026-11-22T10:00:61Z",
            "2026-11-22T10:00:60Z",
            "2016-12-30T23:59:60Z",
            "2016-12-31T23:59:60+01:00",
            "2026-11-22T10:00:00,5Z",
            "2026-11-22T10:00:00..5Z",
            "2026-11-22T10:00:00.5",
            "2026-11-22T10:00:00.5\u{661}Z",
            "2026-11-31T10:00:00Z",
            "2026-00-22T10:00:00Z",
            "+2026-11-22T10:00:00Z",
            "-0001-11-22T10:00:00Z",
            "12026-11-22T10:00:00Z",
            // It is in the year 10000.
            "9999-12-31T23:59:59-01:00",
            "2026-11-22Z10:00:00T",
            "2026-326T10:00:00Z",
        ] {
            assert_eq!(Moment::parse(bad), None, "{bad}");
        }
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
