//! Where the files of a catalog name an entity.
//!
//! In: the catalog as it is, and what is wrong in it once the entity has another name. Out: the
//! places of the name in the texts as they are, each with what stands there then.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::mv::made::Made;
use crate::cli::mv::{Rename, trials};
use crate::edit::{Outcome, Refused, of_entity};
use crate::model::Request;
use crate::text::{FileId, Span, origin, visible};

/// What stands in the places of names, by their files.
pub(super) type Places = BTreeMap<FileId, BTreeMap<Span, String>>;

impl Rename<'_> {
    /// Its own identifier, the relations that lead to it and the requests that are about it.
    pub(super) fn known_places(&self) -> Result<Places, Refused> {
        // It is written as catalogs write entities.
        of_entity(&self.desk.before, self.id)?;
        let catalog = self.catalog();
        let mut places = Places::new();
        let mut add = |span: Span, name: String| {
            places.entry(span.file).or_default().insert(span, name);
        };
        add(self.entity.identifier.span, self.new.clone());
        for edge in self.desk.before.graph.incoming(self.id) {
            let user = catalog.entity(edge.from);
            let mut targets = user
                .into_iter()
                .flat_map(|it| &it.relations)
                .flat_map(|it| &it.targets);
            let name = targets.find(|it| it.span == edge.span);
            if name.is_none_or(|name| name.value != self.old.as_str()) {
                return Err(Refused {
                    why: format!(
                        "`{}` is meant here, and is not written so",
                        visible(&self.old)
                    ),
                    at: edge.span,
                    help: "rename it here by hand, in the same change".to_owned(),
                });
            }
            add(edge.span, self.new.clone());
        }
        let held = self.held();
        for request in &catalog.requests {
            let kind = match (
                catalog.find_action(&request.action.value),
                &request.blueprint,
            ) {
                (_, Some(kind)) => Some(kind.value.as_str()),
                (Some(action), None) => Some(action.blueprint.value.as_str()),
                (None, None) => None,
            };
            if let Some(name) = &request.entity
                && name.value == self.old.as_str()
                && kind == Some(self.kind.as_str())
                && !held.contains(&request.span)
            {
                add(name.span, self.new.clone());
            }
        }
        Ok(places)
    }

    /// The requests that are merged and never change: they keep the name that they were approved
    /// with.
    fn held(&self) -> BTreeSet<Span> {
        let target = self.target.iter().flat_map(|it| &it.catalog.requests);
        let theirs: BTreeMap<&str, &Request> =
            target.map(|it| (it.id.value.as_str(), it)).collect();
        let own = self.catalog().requests.iter();
        let held = own.filter(|own| {
            let merged = theirs.get(own.id.value.as_str());
            merged.is_some_and(|merged| merged.form() == own.form())
        });
        held.map(|it| it.span).collect()
    }

    /// Where the old name stands that is found wrong once the entity has the new one.
    pub(super) fn more(&self, outcome: &Outcome, made: &Made) -> Places {
        let snapshot = &outcome.compiled.snapshot;
        let held = self.held();
        let found = outcome.new.iter().map(|finding| finding.span);
        let names = (self.kind.as_str(), self.old.as_str());
        let tests = trials::sure(&outcome.compiled, names);
        let mut places = Places::new();
        for span in found.chain(tests.into_values().flatten()) {
            let Some(file) = self.desk.before.snapshot.find(snapshot.path(span.file)) else {
                continue;
            };
            let Some(before) = made.origin(file, span) else {
                continue;
            };
            let is_held =
                |it: &Span| it.file == file && it.start <= before.start && before.end <= it.end;
            let written = self.desk.before.snapshot.slice(before);
            if let Some(name) = self.named(written).filter(|_| !held.iter().any(is_held)) {
                places.entry(file).or_default().insert(before, name);
            }
        }
        places
    }

    /// What is written in the place of the old name; nothing where it does not stand there alone.
    pub(super) fn named(&self, written: &str) -> Option<String> {
        let bare = written.trim_matches(['"', '\'']);
        if bare == self.old {
            return Some(self.new.clone());
        }
        if bare == format!("{}/{}", self.kind, self.old) {
            return Some(format!("{}/{}", self.kind, self.new));
        }
        let literal = format!("{}::{:?}", self.kind, self.old);
        (written == literal).then(|| format!("{}::{:?}", self.kind, self.new))
    }
}

impl Made {
    /// Where the bytes of a new text were in the one before.
    fn origin(&self, file: FileId, span: Span) -> Option<Span> {
        let mut bytes = span.start as usize..span.end as usize;
        for splices in self.splices.get(&file).into_iter().flatten().rev() {
            bytes = origin(splices, &bytes)?;
        }
        let (start, end) = (u32::try_from(bytes.start), u32::try_from(bytes.end));
        Some(Span::new(file, start.ok()?, end.ok()?))
    }
}
