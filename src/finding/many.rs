//! Very many findings: the first are told, the rest are counted.
//!
//! In: findings as they are raised. Out: a hundred of them about one thing, and of a run that has
//! very many the first of each kind, of which the last says how many more there are. What is
//! wrong a million times over would else cost a run its memory, and nobody reads it.

use rustc_hash::FxHashMap;

use super::Finding;
use crate::text::FileId;

/// Findings about one thing that are told one by one.
const TOLD: usize = 100;

/// Findings of a run that are told one by one.
const RUN: usize = 60_000;
/// Of a run that has more: those of one code in one file.
const IN_A_FILE: usize = 5;
/// Of a run that has still more: those of one code.
const OF_A_CODE: usize = 300;

/// Counts what is found about one thing.
pub struct Many {
    before: usize,
    untold: usize,
}

impl Many {
    /// From here on, what is raised is about one thing.
    pub fn new(findings: &[Finding]) -> Self {
        Self {
            before: findings.len(),
            untold: 0,
        }
    }

    /// Whether one more is told; else it is counted.
    pub fn tells(&mut self, findings: &[Finding]) -> bool {
        let tells = findings.len() < self.before + TOLD;
        self.untold += usize::from(!tells);
        tells
    }

    /// Takes back what is beyond the number.
    pub fn cut(&mut self, findings: &mut Vec<Finding>) {
        let most = self.before + TOLD;
        self.untold += findings.len().saturating_sub(most);
        findings.truncate(most);
    }

    /// Says at the last one how many more there are `in this entity`.
    pub fn end(mut self, findings: &mut Vec<Finding>, place: &str) {
        self.cut(findings);
        if let (Some(last), 1..) = (findings.last_mut(), self.untold) {
            say(last, self.untold, place);
        }
    }
}

fn say(last: &mut Finding, untold: usize, place: &str) {
    let gap = if last.label.is_empty() { "" } else { "; and " };
    last.label = format!("{}{gap}{untold} more {place}", last.label);
}

/// Keeps as many findings as a run can hold: of more, some of each code in each file, and of
/// still more, some of each code. Those that are left out are counted at the last one kept of
/// their code. Whoever raises findings in a loop calls this in it, for it costs nothing while
/// there are few.
pub fn bound(findings: &mut Vec<Finding>) {
    if findings.len() <= RUN {
        return;
    }
    thin(findings, IN_A_FILE, |finding| Some(finding.span.file));
    if findings.len() > RUN / 2 {
        thin(findings, OF_A_CODE, |_| None);
    }
}

/// Puts into words how many findings were left out, once no more are.
pub fn say_untold<'f>(findings: impl IntoIterator<Item = &'f mut Finding>) {
    for finding in findings {
        if finding.untold > 0 {
            say(finding, finding.untold, "of this kind");
        }
    }
}

/// Keeps `most` findings of each code and `group`, and all that hide what they mark: whoever
/// shows the files must know of them.
fn thin(findings: &mut Vec<Finding>, most: usize, group: impl Fn(&Finding) -> Option<FileId>) {
    struct Group {
        kept: usize,
        last: usize,
        untold: usize,
    }
    let mut groups: FxHashMap<(&'static str, Option<FileId>), usize> = FxHashMap::default();
    let mut counts: Vec<Group> = Vec::new();
    let mut kept = 0;
    findings.retain(|finding| {
        if finding.hides {
            kept += 1;
            return true;
        }
        let fresh = counts.len();
        let at = *groups
            .entry((finding.code.id, group(finding)))
            .or_insert(fresh);
        if at == fresh {
            counts.push(Group {
                kept: 0,
                last: 0,
                untold: 0,
            });
        }
        let Some(group) = counts.get_mut(at) else {
            return true;
        };
        let is_kept = group.kept < most;
        if is_kept {
            (group.kept, group.last) = (group.kept + 1, kept);
            kept += 1;
        } else {
            group.untold += 1 + finding.untold;
        }
        is_kept
    });
    for group in counts {
        if let Some(last) = findings.get_mut(group.last) {
            last.untold += group.untold;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IN_A_FILE, OF_A_CODE, RUN, bound, say_untold};
    use crate::finding::Finding;
    use crate::finding::codes::{E0301, E0302, E0510};
    use crate::text::{FileId, Span};

    fn finding(file: usize, at: usize) -> Finding {
        let number = |n: usize| u32::try_from(n).unwrap();
        let place = Span::new(FileId(number(file)), number(at), number(at));
        Finding::new(&E0301, place, "m").label("wrong")
    }

    #[test]
    fn a_run_that_can_hold_its_findings_tells_them_all() {
        let mut findings: Vec<Finding> = (0..RUN).map(|n| finding(n % 7, n)).collect();
        bound(&mut findings);
        assert_eq!(findings.len(), RUN);
    }

    #[test]
    fn of_very_many_some_of_each_file_are_told_and_none_is_lost() {
        let mut findings: Vec<Finding> = (0..RUN).map(|n| finding(n % 100, n)).collect();
        findings.push(Finding::new(&E0302, Span::whole_file(FileId(3)), "m"));
        bound(&mut findings);
        assert_eq!(findings.len(), 100 * IN_A_FILE + 1);
        let all: usize = findings.iter().map(|finding| 1 + finding.untold).sum();
        assert_eq!(all, RUN + 1);
        say_untold(&mut findings);
        let last = &findings[100 * IN_A_FILE - 1];
        let left = RUN / 100 - IN_A_FILE;
        assert_eq!(last.label, format!("wrong; and {left} more of this kind"));
    }

    #[test]
    fn of_very_many_files_some_of_each_code_are_told() {
        let mut findings: Vec<Finding> = (0..=RUN).map(|n| finding(n, 0)).collect();
        bound(&mut findings);
        assert_eq!(findings.len(), OF_A_CODE);
        findings.extend((0..=RUN).map(|n| finding(n, 0)));
        bound(&mut findings);
        let all: usize = findings.iter().map(|finding| 1 + finding.untold).sum();
        assert_eq!(all, 2 * (RUN + 1));
    }

    #[test]
    fn what_hides_a_secret_is_kept() {
        let secret = |n| Finding {
            code: &E0510,
            ..finding(0, n).hides()
        };
        let mut findings: Vec<Finding> = (0..=RUN).map(secret).collect();
        bound(&mut findings);
        assert_eq!(findings.len(), RUN + 1);
    }
}
