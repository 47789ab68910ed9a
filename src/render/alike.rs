//! Findings that say the same of many places.
//!
//! In: findings in their order. Out: how much room each has: of very many that are alike the first
//! are drawn, the next have a line each, and the others are counted. Formats for programs have all.

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Severity};

/// So many that are alike are all drawn.
const ALL: usize = 20;
/// Of more than that, those that are drawn.
const DRAWN: usize = 3;
/// Of more than that, those that are drawn or have a line.
const LISTED: usize = 20;

/// How a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// With its source.
    Drawn,
    /// On one line.
    Line,
    /// On one line, and so many more like it follow that are not shown.
    Last(usize),
    /// Not by itself.
    Counted,
}

/// How each of the findings is shown. They stay in their order, so that what is said of one file
/// stands together.
pub(super) fn rooms(findings: &[Finding]) -> Vec<Room> {
    let alike: Vec<Alike<'_>> = findings.iter().map(Alike::of).collect();
    let mut all: FxHashMap<&Alike<'_>, usize> = FxHashMap::default();
    for one in &alike {
        *all.entry(one).or_default() += 1;
    }
    let mut seen: FxHashMap<&Alike<'_>, usize> = FxHashMap::default();
    let room = |one| {
        let all = all.get(one).copied().unwrap_or_default();
        let seen = seen.entry(one).or_default();
        *seen += 1;
        match *seen {
            _ if all <= ALL => Room::Drawn,
            n if n <= DRAWN => Room::Drawn,
            n if n == LISTED && all > LISTED => Room::Last(all - LISTED),
            n if n <= LISTED => Room::Line,
            _ => Room::Counted,
        }
    };
    alike.iter().map(room).collect()
}

/// What makes findings alike: their code, how bad they are, and their words but for names.
#[derive(PartialEq, Eq, Hash)]
struct Alike<'f> {
    code: &'static str,
    is_error: bool,
    words: Vec<&'f str>,
}

impl<'f> Alike<'f> {
    fn of(finding: &'f Finding) -> Self {
        // What the user wrote stands between backticks, and numbers are his too.
        let outside = finding.message.split('`').step_by(2);
        let words = outside.flat_map(|part| part.split(|c: char| c.is_ascii_digit()));
        Self {
            code: finding.code.id,
            is_error: finding.severity == Severity::Error,
            words: words.filter(|part| !part.is_empty()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Room, rooms};
    use crate::finding::Finding;
    use crate::finding::codes::{E0221, E0301};
    use crate::text::{FileId, Span};

    fn finding(n: u32) -> Finding {
        let message = format!("no Team is called `t{n}`");
        Finding::new(&E0301, Span::new(FileId(0), n, n + 1), message)
    }

    #[test]
    fn of_very_many_that_are_alike_the_last_are_counted() {
        let mut findings: Vec<Finding> = (0..50).map(finding).collect();
        let other = Finding::new(&E0221, Span::new(FileId(0), 9, 9), "no Team is called `x`");
        findings.insert(10, other);
        let rooms = rooms(&findings);
        assert_eq!(rooms[..3], [Room::Drawn; 3]);
        assert_eq!((rooms[3], rooms[10]), (Room::Line, Room::Drawn));
        assert_eq!((rooms[20], rooms[21]), (Room::Last(30), Room::Counted));
        assert!(rooms[22..].iter().all(|room| *room == Room::Counted));
    }

    #[test]
    fn a_screenful_is_drawn_in_full() {
        let findings: Vec<Finding> = (0..20).map(finding).collect();
        assert_eq!(rooms(&findings), [Room::Drawn; 20]);
    }
}
