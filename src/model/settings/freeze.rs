//! `freezes` of the settings: times in which some of what a plan does is not done.
//!
//! In: an element of the list. Out: a [`Freeze`]. Whether it is such a time is asked elsewhere.

use crate::finding::Finding;
use crate::finding::codes::{E0202, E0207};
use crate::model::Moment;
use crate::model::fields::Fields;
use crate::syntax::{Entry, Node};
use crate::text::{Located, Text};

/// What is not done, and when.
#[derive(Debug, Clone)]
pub struct Freeze {
    /// What people call it, and requests that lift it.
    pub name: Located<Text>,
    /// When it is.
    pub windows: Vec<Window>,
    /// Why, in one line.
    pub reason: Option<Text>,
    /// The kinds of entities that it is for; none: all.
    pub blueprints: Vec<Located<Text>>,
    /// The actions that it is for, those that every catalog has among them; none: all.
    pub actions: Vec<Located<Text>>,
    /// The teams for whose entities it is; none: all.
    pub teams: Vec<Located<Text>>,
}

/// A time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its first moment.
    pub from: Moment,
    /// The first moment behind it.
    pub until: Moment,
}

impl Freeze {
    /// The end of the window that a moment is in; of several, the last.
    pub fn end(&self, now: Moment) -> Option<Moment> {
        let windows = self.windows.iter();
        let now_in = windows.filter(|window| window.from <= now && now < window.until);
        now_in.map(|window| window.until).max()
    }
}

pub(super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<Freeze> {
    let mut fields = Fields::of("a freeze", node, node.first_key(), findings)?;
    let name = fields.required_text("name");
    let windows = fields.entry("windows");
    if windows.is_none() {
        fields.missing("windows");
    }
    let reason = fields.text("reason");
    let blueprints = fields.texts("blueprints");
    let (actions, teams) = (fields.texts("actions"), fields.texts("teams"));
    fields.done();
    let windows = read_windows(windows?, findings);
    let words = |text: &Located<Text>| {
        let words: Vec<&str> = text.value.split_whitespace().collect();
        Text::from(words.join(" "))
    };
    Some(Freeze {
        name: name?,
        windows,
        reason: reason.as_ref().map(words),
        blueprints,
        actions,
        teams,
    })
}

fn read_windows(entry: &Entry, findings: &mut Vec<Finding>) -> Vec<Window> {
    let node = &entry.node;
    let all = node.as_sequence().unwrap_or(std::slice::from_ref(node));
    if all.is_empty() {
        findings.push(
            Finding::new(&E0202, entry.key.span, "a freeze says when it is")
                .label("never")
                .help("add `{from: 2026-12-20T00:00:00Z, until: 2027-01-04T08:00:00Z}`"),
        );
    }
    let windows = all.iter().filter_map(|node| read_window(node, findings));
    windows.collect()
}

fn read_window(node: &Node, findings: &mut Vec<Finding>) -> Option<Window> {
    let mut fields = Fields::of("a window", node, node.first_key(), findings)?;
    let (from, until) = (fields.required_text("from"), fields.required_text("until"));
    fields.done();
    let from = from.and_then(|text| moment(&text, findings));
    let end = until.as_ref().and_then(|text| moment(text, findings));
    let window = Window {
        from: from?,
        until: end?,
    };
    if window.until <= window.from {
        findings.push(
            Finding::new(
                &E0207,
                until.map_or(node.span, |until| until.span),
                "the window ends before it begins",
            )
            .label("not after `from`")
            .help("write a later moment"),
        );
    }
    Some(window)
}

fn moment(text: &Located<Text>, findings: &mut Vec<Finding>) -> Option<Moment> {
    let moment = Moment::parse(&text.value);
    if moment.is_none() {
        findings.push(
            Finding::new(&E0207, text.span, format!("`{}` is no moment", text.value))
                .label("no day, time and offset")
                .help("write it as `2026-12-20T00:00:00Z`, or with an offset: `2026-12-20T00:00:00+01:00`"),
        );
    }
    moment
}
