//! Time, as `apply` knows it.
//!
//! In: nothing. Out: the second it is, and waiting. Behind a trait, so that a test's hours pass
//! at once. The real clock is read once and then goes on by the machine's monotonic one: a
//! clock that somebody sets during a run moves no time-out.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place of apply that reads the clock"
)]

use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

/// Tells the time and waits.
pub trait Clock: Sync {
    /// Whole seconds since 1970, UTC.
    fn now_unix_seconds(&self) -> i64;

    /// Comes back after so many seconds.
    fn sleep(&self, seconds: u64);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
    started_unix: Duration,
}

impl SystemClock {
    /// The clock, as it stands now.
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            started: Instant::now(),
            started_unix: now.unwrap_or_default(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now_unix_seconds(&self) -> i64 {
        let now = self.started_unix.saturating_add(self.started.elapsed());
        i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, seconds: u64) {
        std::thread::sleep(Duration::from_secs(seconds));
    }
}

/// A second as records write it: `2026-11-21T14:31:00Z`.
pub(super) fn moment(unix_seconds: i64) -> String {
    jiff::Timestamp::from_second(unix_seconds)
        .unwrap_or_default()
        .to_string()
}

/// The second that [`moment`] wrote.
pub(super) fn seconds_of(moment: &str) -> Option<i64> {
    let moment: jiff::Timestamp = moment.parse().ok()?;
    Some(moment.as_second())
}

#[cfg(test)]
mod tests {
    use super::{moment, seconds_of};

    #[test]
    fn moments_are_read_as_they_are_written() {
        assert_eq!(moment(1_795_271_460), "2026-11-21T14:31:00Z");
        assert_eq!(seconds_of("2026-11-21T14:31:00Z"), Some(1_795_271_460));
        assert_eq!(seconds_of("yesterday"), None);
    }
}
