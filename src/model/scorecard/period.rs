//! Periods of time that conditions and queries name: `{from, to}`, or `{preset: lastMonth}`.
//!
//! In: the `value` of a condition and the present moment. Out: the period, its ends included.
//! A preset of days is whole days in UTC, every other one reaches from that long ago until now.

use serde_json::Value as Json;

use super::Preset;
use crate::model::Moment;
use crate::syntax::Node;

/// A period, its ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Moment,
    to: Moment,
}

impl Period {
    /// The period that a value names; `None` where it names none, or one that is counted from a
    /// moment which is not known.
    pub fn read(value: &Node, now: Option<Moment>) -> Option<Self> {
        if let Some(preset) = Preset::of(value) {
            return Self::preset(preset, now?);
        }
        let end = |key: &str| instant(value.get(key)?.as_str()?);
        Some(Self {
            from: end("from")?,
            to: end("to")?,
        })
    }

    /// The period of a preset, counted from a moment; `None` at the ends of the calendar.
    pub fn preset(preset: Preset, now: Moment) -> Option<Self> {
        let day = |days: i64| {
            Some(Self {
                from: now.day(days)?,
                to: now.day(days + 1)?.before(),
            })
        };
        let since = |from: Option<Moment>| {
            Some(Self {
                from: from?,
                to: now,
            })
        };
        match preset {
            Preset::Today => day(0),
            Preset::Tomorrow => day(1),
            Preset::Yesterday => day(-1),
            Preset::LastDay => since(now.days_ago(1)),
            Preset::LastWeek => since(now.days_ago(7)),
            Preset::Last2Weeks => since(now.days_ago(14)),
            Preset::LastMonth => since(now.days_ago(30)),
            Preset::Last3Months => since(now.days_ago(90)),
            Preset::Last6Months => since(now.days_ago(180)),
            Preset::Last12Months => since(now.days_ago(365)),
        }
    }

    /// Whether a value is a time within it.
    pub fn has(self, value: &Json) -> bool {
        let moment = value.as_str().and_then(instant);
        moment.is_some_and(|moment| self.from <= moment && moment <= self.to)
    }
}

/// A time, or the beginning of a day.
fn instant(text: &str) -> Option<Moment> {
    Moment::parse(text).or_else(|| Moment::of_day(text))
}
