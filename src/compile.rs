//! The stages from files to findings, in their order.
//!
//! In: a snapshot and what it was read with. Out: everything that later stages build on, and
//! all that is wrong. Touches nothing outside.

use std::collections::BTreeSet;

use crate::check::Excused;
use crate::check::Kind;
use crate::check::Subject;
use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::Catalog;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::syntax;
use crate::syntax::MergeKeys;
use crate::text::Span;

mod known;
mod merged;

/// A catalog and everything that is known of it.
pub struct Compiled {
    /// The files.
    pub snapshot: Snapshot,
    /// What they say.
    pub catalog: Catalog,
    /// How entities are related.
    pub graph: Graph,
    /// The compiled schemas of the blueprints.
    pub kinds: Vec<Kind>,
    /// All that is wrong, sorted, but for what follows.
    pub findings: Vec<Finding>,
    /// What is wrong and passes by the baseline.
    pub excused: Vec<Excused>,
    /// What is wrong and switched off by the settings.
    pub off: Vec<Finding>,
    /// What definitions tell of values that are marked as secrets: no line that is shown has it.
    pub told: Vec<Span>,
    /// What stands before every path of the settings, with a slash at its end, or nothing.
    pub prefix: String,
    /// The folder compiled.
    pub root: String,
}

impl Compiled {
    /// The secrets that stand in plain text, also those that are not told of: no output shows
    /// them. Shorter texts than six characters are none, for they are parts of many others.
    pub fn secrets(&self) -> BTreeSet<String> {
        let mut secrets = self.secrets_told();
        secrets.extend(self.hidden(&self.off));
        secrets
    }

    /// The same, but for those that the settings say to be none: their finding is off.
    pub fn secrets_told(&self) -> BTreeSet<String> {
        let excused = self.excused.iter().map(|excused| &excused.finding);
        self.hidden(self.findings.iter().chain(excused))
    }

    /// What findings hide, as it is written and as it is meant: a text may be written in several
    /// lines, between quotes and with escapes. Of a finding that covers several it is each.
    fn hidden<'f>(&self, findings: impl IntoIterator<Item = &'f Finding>) -> BTreeSet<String> {
        let mut secrets = BTreeSet::new();
        for finding in findings.into_iter().filter(|finding| finding.hides) {
            for place in crate::check::secrets_within(&self.snapshot, finding.span) {
                let written = self.snapshot.slice(place);
                let (documents, _) = syntax::parse(place.file, written, MergeKeys::Refused);
                let meant = documents.first().and_then(|it| it.root.as_str());
                for text in meant.into_iter().chain([written]) {
                    let lines = text
                        .lines()
                        .map(|line| line.trim().trim_matches(['"', '\'']));
                    secrets.extend(lines.map(str::to_owned));
                }
            }
        }
        secrets.retain(|secret| secret.len() >= 6);
        secrets
    }
}

/// Compiles a snapshot.
pub fn compile(snapshot: Snapshot, selection: &Selection) -> Compiled {
    let (catalog, mut findings) = crate::model::lower(&snapshot, selection);
    let (graph, found) = crate::graph::build(&catalog);
    findings.extend(found);
    let (kinds, found) = crate::check::kinds(&catalog);
    findings.extend(found);
    findings.extend(crate::derive::check(&catalog));
    let (rules, found) = crate::policy::compile(&catalog, &graph, &snapshot);
    findings.extend(found);
    let rules = rules.listed();
    let subject = Subject {
        snapshot: &snapshot,
        catalog: &catalog,
        graph: &graph,
        kinds: &kinds,
        prefix: selection.prefix(),
        rules: &rules,
    };
    findings.extend(crate::check::check(&subject));
    crate::finding::bound(&mut findings);
    // What is written is repeated there: before secrets are masked.
    crate::check::explain_traps(&snapshot, &mut findings);
    let told = crate::check::Told::of(&catalog, &snapshot, selection.prefix());
    crate::check::mask(&catalog, &snapshot, &told, &mut findings);
    let prefix = selection.prefix().to_owned();
    let mut settled = crate::check::settle(&catalog, &snapshot, &prefix, findings);
    crate::check::certain(&snapshot, &catalog.guessed, &mut settled.findings);
    Compiled {
        snapshot,
        catalog,
        graph,
        kinds,
        findings: settled.findings,
        excused: settled.excused,
        off: settled.off,
        told: told.places,
        prefix,
        root: selection.root().to_owned(),
    }
}
