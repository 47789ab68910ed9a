//! How long to wait before trying again. Pure, and the same every time: there is no chance in it.

use crate::apply::attempt::RetryAfter;

/// The longest pause of our own, in seconds.
const PAUSE_MAX: u64 = 60;
/// The longest pause that a backend may ask for.
const ASKED_MAX: u64 = 15 * 60;

/// The seconds to wait after so many tries, the last of which ended at `now`: 1, 2, 4 and so on
/// to a minute, or longer where the backend asks for it.
pub(super) fn pause(tries: u32, asked: Option<RetryAfter>, now: i64) -> u64 {
    let ours = 1_u64
        .checked_shl(tries.saturating_sub(1))
        .map_or(PAUSE_MAX, |pause| pause.clamp(1, PAUSE_MAX));
    let theirs = match asked {
        None => 0,
        Some(RetryAfter::Seconds(seconds)) => seconds,
        Some(RetryAfter::At(moment)) => {
            u64::try_from(moment.saturating_sub(now)).unwrap_or_default()
        }
    };
    ours.max(theirs.min(ASKED_MAX))
}

#[cfg(test)]
mod tests {
    use super::pause;
    use crate::apply::attempt::RetryAfter;

    #[test]
    fn pauses_double_to_a_minute() {
        let pauses: Vec<u64> = (1..=9).map(|tries| pause(tries, None, 0)).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pause(0, None, 0), 1);
        assert_eq!(pause(u32::MAX, None, 0), 60);
    }

    #[test]
    fn a_backend_may_ask_for_a_quarter_of_an_hour() {
        let asked = |asked| pause(1, Some(asked), 1_000);
        assert_eq!(asked(RetryAfter::Seconds(120)), 120);
        assert_eq!(asked(RetryAfter::Seconds(u64::MAX)), 900);
        assert_eq!(asked(RetryAfter::Seconds(0)), 1);
        assert_eq!(asked(RetryAfter::At(1_090)), 90);
        assert_eq!(asked(RetryAfter::At(10)), 1);
        assert_eq!(asked(RetryAfter::At(i64::MAX)), 900);
    }
}
