//! What a test may ask of a run of the real program: to die at a point of it, and to live in a
//! later hour in which waiting takes no time.
//!
//! Read from the environment by debug builds alone; a release build has none of it:
//!
//! ```text
//! CATALOGC_TEST_KILL_AT=POINT:N    abort when POINT of `apply::POINTS` is passed for the nth time
//! CATALOGC_TEST_AHEAD=SECONDS      the clock is so many seconds ahead, and sleeping sets it on
//! ```
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of the commands that asks the environment what a test wants"
)]

use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use crate::apply::Clock;
use crate::apply::SystemClock;
use crate::model::Moment;

/// The clock of a run, and where it dies.
#[derive(Debug)]
pub(super) struct Rehearsal {
    kill_at: Option<(String, u32)>,
    passed: AtomicU32,
    clock: SystemClock,
    /// The seconds that are only pretended to have gone by; without them time is true.
    ahead: Option<AtomicU64>,
}

impl Rehearsal {
    /// What the environment asks for; in a release build nothing.
    pub(super) fn read() -> Self {
        let asked = |name: &str| {
            cfg!(debug_assertions)
                .then(|| std::env::var(name).ok())
                .flatten()
        };
        let kill_at = asked("CATALOGC_TEST_KILL_AT").and_then(|written| {
            let (point, n) = written.rsplit_once(':')?;
            Some((point.to_owned(), n.parse().ok()?))
        });
        let ahead = asked("CATALOGC_TEST_AHEAD").and_then(|seconds| seconds.parse().ok());
        Self {
            kill_at,
            passed: AtomicU32::new(0),
            clock: SystemClock::new(),
            ahead: ahead.map(AtomicU64::new),
        }
    }

    /// The moment at which rules are asked by what is run.
    pub(super) fn moment() -> Moment {
        Moment::of_unix_seconds(Self::read().now_unix_seconds())
    }

    /// The run is at a point. Dies there without another word, as when its machine is lost,
    /// where that was asked for.
    pub(super) fn pass(&self, point: &str) {
        let Some((fatal, n)) = &self.kill_at else {
            return;
        };
        if point == fatal && self.passed.fetch_add(1, Ordering::SeqCst) + 1 == *n {
            std::process::abort();
        }
    }
}

impl Clock for Rehearsal {
    fn now_unix_seconds(&self) -> i64 {
        let ahead = self.ahead.as_ref().map(|it| it.load(Ordering::SeqCst));
        let ahead = i64::try_from(ahead.unwrap_or_default()).unwrap_or(i64::MAX);
        self.clock.now_unix_seconds().saturating_add(ahead)
    }

    fn sleep(&self, seconds: u64) {
        match &self.ahead {
            Some(ahead) => {
                ahead.fetch_add(seconds, Ordering::SeqCst);
            }
            None => self.clock.sleep(seconds),
        }
    }
}
