//! What is said while a run goes on: one line an event, on stderr.
#![expect(
    clippy::print_stderr,
    reason = "progress is talk, and a run must be heard while it goes on"
)]

use crate::apply::{Event, Observer};
use crate::cli::Terminal;
use crate::text::visible;

/// Says each event as it happens.
pub(super) struct Progress {
    terminal: Terminal,
}

impl Progress {
    pub(super) const fn new(terminal: Terminal) -> Self {
        Self { terminal }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event<'_>) {
        self.terminal.say(&event.line());
    }

    fn at(&self, point: &'static str) {
        self.terminal.pass(point);
    }
}

impl Terminal {
    /// One line of talk; control characters are shown.
    #[expect(clippy::unused_self, reason = "what is said is said on the terminal")]
    pub(super) fn say(self, line: &str) {
        eprintln!("{}", visible(line));
    }

    fn pass(self, point: &'static str) {
        let _ = (self, point);
    }
}
