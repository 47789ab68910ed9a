//! What is said while a run goes on: one line an event, on stderr.

use std::io::Write as _;

use crate::apply::{Event, Observer};
use crate::cli::Terminal;
use crate::cli::rehearsal::Rehearsal;
use crate::text::visible;

/// Says each event as it happens.
pub(super) struct Progress<'r> {
    terminal: Terminal,
    rehearsal: &'r Rehearsal,
}

impl<'r> Progress<'r> {
    pub(super) const fn new(terminal: Terminal, rehearsal: &'r Rehearsal) -> Self {
        Self {
            terminal,
            rehearsal,
        }
    }
}

impl Observer for Progress<'_> {
    fn event(&self, event: &Event<'_>) {
        self.terminal.say(&event.line());
    }

    fn at(&self, point: &'static str) {
        self.rehearsal.pass(point);
    }
}

impl Terminal {
    /// One line of talk; control characters are shown. That nobody listens any more stops nothing.
    #[expect(clippy::unused_self, reason = "what is said is said on the terminal")]
    pub(super) fn say(self, line: &str) {
        let _ = writeln!(std::io::stderr(), "{}", visible(line));
    }

    /// Several lines of talk.
    pub(super) fn say_all(self, lines: &str) {
        lines.lines().for_each(|line| self.say(line));
    }
}
