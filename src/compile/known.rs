//! Two compiled catalogs, one after the other: which findings of the later one are new.
//!
//! In: both. Out: the later one with fewer findings shown, or more. Findings are told apart by
//! code, file, words and marked characters, each as often as it stands there; lines do not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Excused;
use crate::check::excuse;
use crate::compile::Compiled;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0405, E0518};
use crate::finding::fingerprint::of_marked;
use crate::model::Settings;
use crate::model::baseline::Excuse;
use crate::model::day::Day;
use crate::model::settings;
use crate::text::FileId;

/// What is the same in two findings that are one; no path where the file has a new one.
type Key = (&'static str, Option<String>, String, String);

type Counts = BTreeMap<Key, usize>;

/// What is known of findings: those that are told, and how many of each code are not.
struct Known {
    told: Counts,
    untold: BTreeMap<&'static str, usize>,
}

impl Known {
    /// Takes one of those that are left, with all that it stands for.
    fn take(&mut self, key: &Key, untold: usize) -> bool {
        self.take_untold(key.0, untold) == 0 && take(&mut self.told, key)
    }

    /// Takes what is not told of a code; gives how many more there are than were known.
    fn take_untold(&mut self, code: &'static str, untold: usize) -> usize {
        let Some(left) = self.untold.get_mut(code) else {
            return untold;
        };
        let taken = untold.min(*left);
        *left -= taken;
        untold - taken
    }
}

impl Compiled {
    /// The path of a file as its settings would name it.
    pub fn path(&self, file: FileId) -> &str {
        let path = self.snapshot.path(file);
        path.strip_prefix(self.prefix.as_str()).unwrap_or(path)
    }

    /// Shows again what passes by an entry of the baseline that has expired on `today`.
    pub fn expire(&mut self, today: &Day) {
        let is_over = |excused: &mut Excused| {
            let expires = excused.entry.expires.as_ref();
            expires.is_some_and(|expires| expires <= today)
        };
        for Excused { mut finding, entry } in self.excused.extract_if(.., is_over) {
            let day = entry.expires.map(|day| day.to_string());
            let day = format!("expired on {}", day.unwrap_or_default());
            let help = finding.help.take().unwrap_or_default();
            let join = if help.ends_with('?') { "" } else { ";" };
            finding.help = Some(format!(
                "{help}{join} its entry in the baseline {day}: repair it, or give a later day"
            ));
            self.findings.push(finding.related(entry.span, day));
        }
        crate::finding::sort(&mut self.findings);
    }

    /// Lets pass, of the result of a merge, only what the target decides: what the target's
    /// baseline and severities let pass, and what the result's own do and the target has
    /// already. Nobody lets their own findings pass.
    pub fn hold_to(&mut self, target: &Self) {
        self.let_merged_be(target);
        self.hold_severities(target);
        self.hold_baseline(target);
        self.blame_settings(target);
    }

    /// Where the settings of the target are not in the result, what follows from it is one error
    /// that says so: with them go who people are, what is read and where calls may connect.
    /// What hides a secret stays, and what makes a file unreadable.
    fn blame_settings(&mut self, target: &Self) {
        let has = |side: &Self| {
            let path = format!("{}{}", side.prefix, settings::FILE);
            side.snapshot.find(&path).is_some()
        };
        if !has(target) || has(self) {
            return;
        }
        let mut there = target.known();
        let (mut kept, mut new) = (Vec::new(), Vec::new());
        for finding in std::mem::take(&mut self.findings) {
            let is_old = there.take(&self.key(&finding), finding.untold);
            let stays = finding.hides || (finding.code.fixed && *finding.code != E0405);
            let list = if is_old || stays { &mut kept } else { &mut new };
            list.push(finding);
        }
        let errors = new.iter().filter(|it| it.severity == Severity::Error);
        match errors.clone().next() {
            None => kept.extend(new),
            Some(first) => {
                let all: usize = errors.map(|it| 1 + it.untold).sum();
                let errors = if all == 1 { "error" } else { "errors" };
                let name = settings::FILE;
                kept.push(
                    Finding::new(
                        &E0518,
                        first.span,
                        format!("{name} of the target is removed, and {all} {errors} follow from it"),
                    )
                    .label("the first of them")
                    .help(format!(
                        "bring {name} back, or change in it what is meant: without it nobody is known and no call may connect"
                    )),
                );
            }
        }
        crate::finding::sort(&mut kept);
        self.findings = kept;
    }

    /// Of the target's severities and the result's own the stricter one holds. What the target
    /// has already may become less bad: else nobody could say so of an old catalog.
    fn hold_severities(&mut self, target: &Self) {
        let (theirs, own) = (&target.catalog.settings, &self.catalog.settings);
        let mut ids = theirs.severity.keys().chain(own.severity.keys());
        if ids.all(|id| Code::named(id).is_none_or(|code| !is_looser(own, theirs, code))) {
            return;
        }
        let stricter = |finding: &Finding| {
            let least = theirs.severity_of(finding.code)?;
            is_looser(own, theirs, finding.code).then_some(least)
        };
        for excused in &mut self.excused {
            let finding = &mut excused.finding;
            finding.severity = stricter(finding).unwrap_or(finding.severity);
        }
        let mut there = target.known();
        let mut shown = Vec::new();
        let mut off = Vec::new();
        for mut finding in self.findings.iter().cloned() {
            let is_old = there.take(&self.key(&finding), finding.untold);
            let least = stricter(&finding).filter(|_| !is_old);
            finding.severity = least.unwrap_or(finding.severity);
            shown.push(finding);
        }
        for mut finding in self.off.iter().cloned() {
            let is_old = there.take(&self.key(&finding), finding.untold);
            match stricter(&finding).filter(|_| !is_old) {
                Some(least) => {
                    finding.severity = least;
                    shown.push(finding);
                }
                None => off.push(finding),
            }
        }
        crate::finding::sort(&mut shown);
        self.findings = shown;
        self.off = off;
    }

    fn hold_baseline(&mut self, target: &Self) {
        let own = std::mem::take(&mut self.excused);
        if own.is_empty() && target.catalog.baseline.is_none() {
            return;
        }
        let mut claimed: BTreeMap<Key, Vec<Excuse>> = BTreeMap::new();
        let mut findings = std::mem::take(&mut self.findings);
        for Excused { finding, entry } in own {
            claimed.entry(self.key(&finding)).or_default().push(entry);
            findings.push(finding);
        }
        crate::finding::sort(&mut findings);
        let mut there = target.known().told;
        // Who switches a check on may do it together with a baseline.
        for (key, count) in target.counts(&target.off) {
            *there.entry(key).or_default() += count;
        }
        if let Some(baseline) = &target.catalog.baseline {
            let (passed, _) = excuse(baseline, &self.snapshot, &self.prefix, &mut findings);
            for passed in &passed {
                let key = self.key(&passed.finding);
                claimed.get_mut(&key).and_then(Vec::pop);
                take(&mut there, &key);
            }
            self.excused = passed;
        }
        for finding in findings {
            let key = self.key(&finding);
            let entry = claimed.get_mut(&key).filter(|_| has(&there, &key));
            match entry.and_then(Vec::pop) {
                Some(entry) => {
                    take(&mut there, &key);
                    self.excused.push(Excused { finding, entry });
                }
                None => self.findings.push(finding),
            }
        }
    }

    /// Takes out what `before` has too, shown or let pass; gives how many these are. A file
    /// that `before` has not may be one of those that it has no more.
    pub fn drop_known(&mut self, before: &Self) -> usize {
        self.drop_known_as(before, &str::to_owned)
    }

    /// The same, where words of both are compared as `said` gives them: an entity may have
    /// another name since.
    pub fn drop_known_as(&mut self, before: &Self, said: &dyn Fn(&str) -> String) -> usize {
        let as_said = |(code, path, message, marked): Key| -> Key {
            (code, path, said(&message), said(&marked))
        };
        let mut known = before.known();
        let mut told = Counts::new();
        for (key, count) in std::mem::take(&mut known.told) {
            *told.entry(as_said(key)).or_default() += count;
        }
        known.told = told;
        let mut kept = std::mem::take(&mut self.findings);
        let all = kept.len();
        let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.paths(), self.paths());
        // One that stands for more than were known stays, and says how many these are.
        for finding in &mut kept {
            finding.untold = known.take_untold(finding.code.id, finding.untold);
        }
        kept.retain(|finding| {
            finding.untold > 0 || !take(&mut known.told, &as_said(self.key(finding)))
        });
        let mut renamed = Counts::new();
        for ((code, path, message, marked), count) in known.told {
            if path.is_some_and(|path| !new.contains(path.as_str())) {
                *renamed.entry((code, None, message, marked)).or_default() += count;
            }
        }
        kept.retain(|finding| {
            let (code, _, message, marked) = as_said(self.key(finding));
            finding.untold > 0
                || old.contains(self.path(finding.span.file))
                || !take(&mut renamed, &(code, None, message, marked))
        });
        let dropped = all - kept.len();
        self.findings = kept;
        dropped
    }

    fn paths(&self) -> BTreeSet<&str> {
        self.snapshot
            .files()
            .map(|(file, _)| self.path(file))
            .collect()
    }

    fn key(&self, finding: &Finding) -> Key {
        (
            finding.code.id,
            Some(self.path(finding.span.file).to_owned()),
            finding.message.clone(),
            of_marked(finding, self.snapshot.slice(finding.span)),
        )
    }

    /// How often each finding is there, shown or let pass.
    fn known(&self) -> Known {
        let excused = self.excused.iter().map(|excused| &excused.finding);
        let all = self.findings.iter().chain(excused);
        let mut untold = BTreeMap::new();
        for finding in all.clone() {
            *untold.entry(finding.code.id).or_default() += finding.untold;
        }
        Known {
            told: self.counts(all),
            untold,
        }
    }

    fn counts<'f>(&self, findings: impl IntoIterator<Item = &'f Finding>) -> Counts {
        let mut counts = Counts::new();
        for finding in findings {
            *counts.entry(self.key(finding)).or_default() += 1;
        }
        counts
    }
}

/// Whether findings of a code are less bad by `own` settings than by `theirs`.
fn is_looser(own: &Settings, theirs: &Settings, code: &Code) -> bool {
    match (own.severity_of(code), theirs.severity_of(code)) {
        (_, None) => false,
        (None, Some(_)) => true,
        // An error is less than a warning.
        (Some(own), Some(theirs)) => own > theirs,
    }
}

fn has(left: &Counts, key: &Key) -> bool {
    left.get(key).is_some_and(|count| *count > 0)
}

/// Takes one of those that are left.
fn take(left: &mut Counts, key: &Key) -> bool {
    match left.get_mut(key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}
