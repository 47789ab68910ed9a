//! `freezes` of the settings: times in which some of what a plan does is not done.
//!
//! In: an element of the list. Out: a [`Freeze`]. Whether it is such a time is asked elsewhere.

use crate::finding::Finding;
use crate::finding::codes::{E0202, E0207};
use crate::model::Moment;
use crate::model::fields::Fields;
use crate::model::zone::{Hours, Zone};
use crate::syntax::{Entry, Node};
use crate::text::{Located, Text, nearest, visible};

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
#[derive(Debug, Clone)]
pub enum Window {
    /// It is once.
    Once {
        /// Its first moment.
        from: Moment,
        /// The first moment behind it.
        until: Moment,
    },
    /// It comes again each week.
    Weekly(Zone, Hours),
}

/// How many windows that follow each other without a gap are looked at: those of a week and more.
const MOST: usize = 16;

impl Window {
    /// Its end, where a moment is in it.
    fn end(&self, now: Moment) -> Option<Moment> {
        match self {
            Self::Once { from, until } => (*from <= now && now < *until).then_some(*until),
            Self::Weekly(zone, hours) => zone.end(hours, now),
        }
    }
}

impl Freeze {
    /// The end of the window that a moment is in; of several, and of some that follow each other
    /// without a gap, the last.
    pub fn end(&self, now: Moment) -> Option<Moment> {
        let last = |now| self.windows.iter().filter_map(|it| it.end(now)).max();
        let ends = std::iter::successors(last(now), |end| last(*end));
        ends.take(MOST).last()
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
    if node.get("days").is_some() || node.get("zone").is_some() {
        return weekly(node, findings);
    }
    let mut fields = Fields::of("a window", node, node.first_key(), findings)?;
    let (from, until) = (fields.required_text("from"), fields.required_text("until"));
    fields.done();
    let from = from.and_then(|text| moment(&text, findings));
    let end = until.as_ref().and_then(|text| moment(text, findings));
    let (from, end) = (from?, end?);
    if end <= from {
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
    Some(Window::Once { from, until: end })
}

/// A window that comes again each week.
fn weekly(node: &Node, findings: &mut Vec<Finding>) -> Option<Window> {
    let mut fields = Fields::of("a weekly window", node, node.first_key(), findings)?;
    let days = fields.entry("days");
    let named = fields.texts("days");
    if days.is_none() {
        fields.missing("days");
    }
    let (from, until) = (fields.required_text("from"), fields.required_text("until"));
    let zone = fields.required_text("zone");
    fields.done();
    let mut on = [false; 7];
    for name in &named {
        match DAYS.iter().position(|day| *day == name.value) {
            Some(number) => on
                .iter_mut()
                .skip(number)
                .take(1)
                .for_each(|day| *day = true),
            None => findings.push(
                Finding::new(
                    &E0207,
                    name.span,
                    format!("`{}` is no day of the week", visible(&name.value)),
                )
                .label("not known")
                .choose(&name.value, &DAYS),
            ),
        }
    }
    if let (Some(days), true) = (days, named.is_empty()) {
        findings.push(
            Finding::new(
                &E0202,
                days.key.span,
                "a weekly window says on which days it is",
            )
            .label("never")
            .help("write some of them, as `[fri, sat]`"),
        );
    }
    let from = from.and_then(|text| minute(&text, findings));
    let end = until.as_ref().and_then(|text| minute(text, findings));
    let zone = zone.and_then(|name| zone_of(&name, findings));
    let (from, end) = (from?, end?);
    if end <= from {
        findings.push(
            Finding::new(
                &E0207,
                until.map_or(node.span, |until| until.span),
                "the window ends before it begins",
            )
            .label("not after `from`")
            .help("end it with the day, `until: \"24:00\"`, and add a window for the next"),
        );
        return None;
    }
    Some(Window::Weekly(
        zone?,
        Hours {
            days: on,
            from,
            until: end,
        },
    ))
}

/// The days of a week.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The minute of a day that a text names: `16:00`, or `24:00` for the end of the day.
fn minute(text: &Located<Text>, findings: &mut Vec<Finding>) -> Option<i16> {
    let is_digit = |c: char| c.is_ascii_digit();
    let parts = text.value.split_once(':').filter(|(hours, minutes)| {
        let is_two = |part: &str| part.len() == 2 && part.chars().all(is_digit);
        is_two(hours) && is_two(minutes)
    });
    let minute = parts.and_then(|(hours, minutes)| {
        let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
        Some(hours * 60 + minutes).filter(|minute| minutes < 60 && *minute <= 24 * 60)
    });
    if minute.is_none() {
        let message = format!("`{}` is no time of a day", visible(&text.value));
        findings.push(
            Finding::new(&E0207, text.span, message)
                .label("no hours and minutes")
                .help("write it as `\"16:00\"`, the end of a day as `\"24:00\"`"),
        );
    }
    minute
}

fn zone_of(name: &Located<Text>, findings: &mut Vec<Finding>) -> Option<Zone> {
    let zone = Zone::named(&name.value);
    if zone.is_none() {
        let message = format!("no time zone is called `{}`", visible(&name.value));
        let finding = Finding::new(&E0207, name.span, message).label("not known");
        let near = nearest(&name.value, Zone::names());
        findings.push(match near {
            Some(_) => finding.choose(&name.value, &Zone::names()),
            None => {
                finding.help("write one of the time zone database, as `Europe/Berlin`, or `UTC`")
            }
        });
    }
    zone
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
