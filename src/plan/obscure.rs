//! Files of which nobody knows what the target says in them: what could not be read there, and what
//! is written twice.
//!
//! In: both sides. Out: that rights may move which nobody can tell; and for a file that changes, why
//! whoever changes it must be one who may `define`: what disappears with it may be a rule, or an
//! entity of somebody else, and then there is no step to be asked about.

use std::collections::BTreeSet;

use crate::check::trial::kind;
use crate::finding::codes::E0302;
use crate::model::DocumentKind;
use crate::plan::diff::Side;
use crate::plan::value::States;
use crate::policy::BuiltIn;

/// The files of the target of which something is not known.
pub(super) struct Obscure<'s> {
    states: &'s States<'s>,
    unread: BTreeSet<&'s str>,
    doubled: BTreeSet<&'s str>,
}

impl<'s> Obscure<'s> {
    pub(super) fn of(states: &'s States<'s>) -> Self {
        let target = states.before;
        let files = target.snapshot.files();
        let refused = files.filter(|(_, file)| file.text.is_err());
        let refused = refused.map(|(_, file)| file.path.as_str());
        let unread = target.catalog.unread.iter();
        let unread = unread.map(|file| target.snapshot.path(*file));
        // Whatever the settings say of the finding.
        let excused = target.excused.iter().map(|it| &it.finding);
        let findings = target.findings.iter().chain(&target.off).chain(excused);
        let doubled = findings.filter(|it| *it.code == E0302);
        Self {
            states,
            unread: unread.chain(refused).collect(),
            doubled: doubled
                .map(|it| target.snapshot.path(it.span.file))
                .collect(),
        }
    }

    /// The kind of a file that the target could not read, and what becomes of it.
    pub(super) fn unread(&self, path: &str) -> Option<(&'static str, String)> {
        // A request that was not read asked for nothing.
        let files = &self.states.before.catalog.files;
        let is_request = files.kind(path) == Some(DocumentKind::Requests);
        let is_obscure = self.unread.contains(path) && !is_request;
        is_obscure.then(|| self.told(path, "that the target could not read"))
    }

    /// The same of a file in which something stands that stands elsewhere too.
    pub(super) fn doubled(&self, path: &str) -> Option<(&'static str, String)> {
        let is_obscure = self.doubled.contains(path);
        is_obscure.then(|| self.told(path, "with what the target has twice"))
    }

    /// That nobody knows which rights went with what could not be read.
    pub(super) fn untold(&self) -> Option<String> {
        let files = &self.states.before.catalog.files;
        let mut paths = self
            .unread
            .iter()
            .filter(|path| files.kind(path) != Some(DocumentKind::Requests));
        let first = paths.next()?;
        let more = match paths.count() {
            0 => String::new(),
            1 => " and 1 more file".to_owned(),
            left => format!(" and {left} more files"),
        };
        Some(format!(
            "{first}{more} could not be read on the target: rights that it gave or took are not told"
        ))
    }

    fn told(&self, path: &str, which: &str) -> (&'static str, String) {
        let is_there = self.states.file(Side::After, path).is_some();
        let becomes = if is_there { "changes" } else { "disappears" };
        let kind = kind(&self.states.before.catalog, BuiltIn::Define, path);
        (kind, format!("file {which} {becomes}"))
    }
}
