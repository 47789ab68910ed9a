//! Puts findings right in the texts of a catalog, where the change is certain.
//!
//! In: a compiled catalog, and how a changed snapshot is compiled. Out: the catalog as it is
//! then, with what is left to say about it. A change counts only when the catalog was compiled
//! with it: what it is for must be gone, and there are no more errors than before. Touches no
//! file.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::fix::{Change, Edit};
use crate::source::Snapshot;
use crate::text::{FileId, Splice, spliced};

/// How often a change may uncover what another one puts right.
const ROUNDS: usize = 8;
/// How often a catalog is compiled at most, to find the change that makes it worse.
const TRIALS: usize = 120;

/// A catalog after what could be put right was.
pub struct Fixed {
    /// The catalog with the new texts; findings that could not be put right propose no change.
    pub compiled: Compiled,
    /// How many findings were put right.
    pub fixed: usize,
}

/// A finding without its place, which other changes move: code, path and message.
type Told = (&'static str, String, String);

/// Puts right what can be. `compile` gives nothing where the files of the catalog would no
/// longer be the ones that were read.
pub fn fix(compiled: Compiled, compile: &dyn Fn(Snapshot) -> Option<Compiled>) -> Fixed {
    let mut run = Run {
        compile,
        compiled,
        refused: BTreeSet::new(),
        trials: TRIALS,
        fixed: 0,
    };
    loop {
        let before = run.fixed;
        // Each turn changes the texts or refuses a change, so that this ends.
        loop {
            let proposed = run.proposed();
            if proposed.is_empty() {
                break;
            }
            run.attempt(&proposed);
        }
        // What was refused may do now that others are made: nothing is left for a second run.
        if run.fixed == before || run.refused.is_empty() {
            break;
        }
        run.refused.clear();
    }
    for finding in &mut run.compiled.findings {
        finding.fix = None;
    }
    Fixed {
        compiled: run.compiled,
        fixed: run.fixed,
    }
}

struct Run<'r> {
    compile: &'r dyn Fn(Snapshot) -> Option<Compiled>,
    compiled: Compiled,
    /// What was tried and made something worse.
    refused: BTreeSet<Told>,
    /// How often the catalog may still be compiled.
    trials: usize,
    fixed: usize,
}

impl Run<'_> {
    /// The findings with a change that was not refused, those left aside whose change meets
    /// another one: their turn comes in the next round.
    fn proposed(&self) -> Vec<Finding> {
        let snapshot = &self.compiled.snapshot;
        let mut taken: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
        let mut proposed = Vec::new();
        for finding in &self.compiled.findings {
            let Some(edits) = edits_of(finding, snapshot) else {
                continue;
            };
            if self.refused.contains(&told(finding, snapshot)) {
                continue;
            }
            let taken = taken.entry(finding.span.file).or_default();
            let meets = |edit: &Edit| {
                taken.iter().any(|other| {
                    edit.span.start <= other.span.end && other.span.start <= edit.span.end
                })
            };
            if edits.iter().any(meets) {
                continue;
            }
            taken.extend(edits);
            proposed.push(finding.clone());
        }
        proposed
    }

    /// Makes these changes; where something gets worse, each half of them for itself. Says
    /// whether any was made.
    fn attempt(&mut self, findings: &[Finding]) -> bool {
        if self.tried(findings) {
            return true;
        }
        if let [only] = findings {
            let told = told(only, &self.compiled.snapshot);
            self.refused.insert(told);
            return false;
        }
        let (first, second) = findings.split_at(findings.len() / 2);
        // Where the first half was made, places have moved: the next round takes the others.
        self.attempt(first) || self.attempt(second)
    }

    /// Whether the catalog is better with these changes, which then are made.
    fn tried(&mut self, findings: &[Finding]) -> bool {
        let before = errors(&self.compiled);
        let mut wanted: BTreeMap<Told, usize> = BTreeMap::new();
        for finding in findings {
            *wanted
                .entry(told(finding, &self.compiled.snapshot))
                .or_default() += 1;
        }
        let all = counted(&self.compiled);
        let Some(mut tried) = self.compiled_with(None, findings) else {
            return false;
        };
        let mut made = findings.len();
        // What a change uncovers may itself be put right.
        for _ in 0..ROUNDS {
            let now = errors(&tried);
            let new: BTreeSet<&Told> = now
                .iter()
                .filter(|(told, n)| before.get(*told).copied().unwrap_or(0) < **n)
                .map(|(told, _)| told)
                .collect();
            if new.is_empty() {
                break;
            }
            let mut uncovered: Vec<Finding> = tried
                .findings
                .iter()
                .filter(|finding| new.contains(&told(finding, &tried.snapshot)))
                .cloned()
                .collect();
            // A text that cannot be read any more was not uncovered but spoilt: two keys now have
            // one name.
            if uncovered.iter().any(|it| it.code.id.starts_with("E01")) {
                return false;
            }
            // What cannot be put right was there before, behind what was: of a change by itself
            // it is told from now on, of several nobody knows which one brought it.
            let uncovers = uncovered.iter().any(|finding| finding.fix.is_none());
            if uncovers && findings.len() > 1 {
                return false;
            }
            if let [only] = findings
                && uncovered.iter().any(|it| is_still_wrong(only, it))
            {
                return false;
            }
            uncovered.retain(|finding| finding.fix.is_some());
            if uncovered.is_empty() {
                break;
            }
            let Some(next) = self.compiled_with(Some(&tried.snapshot), &uncovered) else {
                return false;
            };
            made += uncovered.len();
            tried = next;
        }
        let now = errors(&tried);
        let is_worse = now.values().sum::<usize>() > before.values().sum::<usize>();
        let left = counted(&tried);
        let is_gone = wanted.iter().all(|(told, n)| {
            let was = all.get(told).copied().unwrap_or(0);
            left.get(told).copied().unwrap_or(0) + n <= was
        });
        if is_worse || !is_gone {
            return false;
        }
        self.compiled = tried;
        self.fixed += made;
        true
    }

    /// The catalog with the changes of these findings of `snapshot`, or of what stands now.
    fn compiled_with(
        &mut self,
        snapshot: Option<&Snapshot>,
        findings: &[Finding],
    ) -> Option<Compiled> {
        self.trials = self.trials.checked_sub(1)?;
        let snapshot = snapshot.unwrap_or(&self.compiled.snapshot);
        (self.compile)(changed(snapshot, findings)?)
    }
}

/// Whether a value that got quotes or brackets is wrong all the same, and nobody knows what would be
/// right: then it was not meant as what it was made.
fn is_still_wrong(finding: &Finding, uncovered: &Finding) -> bool {
    let fix = finding.fix.as_ref();
    let reshaped = fix.filter(|fix| matches!(fix.change, Change::Quoted | Change::Listed));
    reshaped.is_some_and(|fix| {
        let (was, is) = (fix.span, uncovered.span);
        uncovered.fix.is_none() && is.file == was.file && (was.start..=was.end).contains(&is.start)
    })
}

fn edits_of(finding: &Finding, snapshot: &Snapshot) -> Option<Vec<Edit>> {
    let fix = finding.fix.as_ref()?;
    fix.edits(snapshot.text(fix.span.file))
}

fn told(finding: &Finding, snapshot: &Snapshot) -> Told {
    let path = snapshot.path(finding.span.file).to_owned();
    (finding.code.id, path, finding.message.clone())
}

fn counted(compiled: &Compiled) -> BTreeMap<Told, usize> {
    count(compiled, |_| true)
}

fn errors(compiled: &Compiled) -> BTreeMap<Told, usize> {
    count(compiled, |finding| finding.severity == Severity::Error)
}

fn count(compiled: &Compiled, counts: impl Fn(&Finding) -> bool) -> BTreeMap<Told, usize> {
    let mut all = BTreeMap::new();
    for finding in compiled.findings.iter().filter(|finding| counts(finding)) {
        *all.entry(told(finding, &compiled.snapshot)).or_default() += 1;
    }
    all
}

/// The snapshot with the changes of these findings; nothing where two of them meet.
fn changed(snapshot: &Snapshot, findings: &[Finding]) -> Option<Snapshot> {
    let mut edits: BTreeSet<Edit> = BTreeSet::new();
    for finding in findings {
        edits.extend(edits_of(finding, snapshot)?);
    }
    let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    // All but the texts of these files are shared with the snapshot.
    let mut new = snapshot.clone();
    for (id, edits) in by_file {
        let text = snapshot.file(id)?.text.as_deref().ok()?;
        let splices = edits.into_iter().map(|edit| {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            Splice::new(start, end, edit.text)
        });
        new = new.with_text(id, spliced(text, &splices.collect::<Vec<_>>())?);
    }
    Some(new)
}
