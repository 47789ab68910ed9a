//! Entities that may stand in files which could not be read to their end.
//!
//! In: what was recovered of such files. Out: whether a name that no entity has may stand in
//! one of them, and in which: whoever names it may be right, and is not blamed.

use rustc_hash::FxHashMap;

use crate::text::{FileId, Text};

/// An entity that may stand in what could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LostEntity {
    /// Its blueprint; absent: any.
    pub(super) blueprint: Option<Text>,
    /// Its name; absent: any.
    pub(super) name: Option<LostName>,
}

impl LostEntity {
    /// Any entity, of this blueprint where one is known.
    pub(super) fn any(blueprint: Option<&str>) -> Self {
        Self {
            blueprint: blueprint.map(Text::from),
            name: None,
        }
    }
}

/// The name of an entity that may be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum LostName {
    /// To the letter.
    Exact(Text),
    /// Backstage's: known without its namespace, in lower case.
    Folded(Text),
}

/// The entities that may stand in what could not be read of a catalog.
#[derive(Debug, Clone, Default)]
pub struct Lost {
    files: FxHashMap<LostKey, FileId>,
}

/// A blueprint and a name, each where it is known.
type LostKey = (Option<Text>, Option<LostName>);

impl Lost {
    /// Notes what may stand in a file; of several files that may hold it the first is told.
    pub(super) fn note(&mut self, file: FileId, entity: LostEntity) {
        let first = self
            .files
            .entry((entity.blueprint, entity.name))
            .or_insert(file);
        *first = file.min(*first);
    }

    /// Whether every file was read.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The first file whose unread part may hold an entity of this blueprint.
    pub fn may_hold_any(&self, blueprint: &str) -> Option<FileId> {
        let is_of = |kind: &Option<Text>| kind.as_ref().is_none_or(|kind| kind == blueprint);
        let files = self.files.iter().filter(|((kind, _), _)| is_of(kind));
        files.map(|(_, file)| *file).min()
    }

    /// The file whose unread part may hold the entity of this blueprint and name.
    pub fn may_hold(&self, blueprint: &str, name: &str) -> Option<FileId> {
        if self.files.is_empty() {
            return None;
        }
        let alone = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let names = [
            Some(LostName::Exact(Text::from(name))),
            Some(LostName::Folded(Text::from(alone))),
            None,
        ];
        let blueprint = Text::from(blueprint);
        names.into_iter().find_map(|name| {
            let of_kind = (Some(blueprint.clone()), name);
            let found = self.files.get(&of_kind);
            found
                .or_else(|| self.files.get(&(None, of_kind.1)))
                .copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Lost, LostEntity, LostName};
    use crate::text::{FileId, Text};

    #[test]
    fn a_file_is_asked_for_its_names_before_one_that_may_hold_any() {
        let mut lost = Lost::default();
        let mut note = |file, blueprint: Option<&str>, name| {
            let blueprint = blueprint.map(Text::from);
            lost.note(FileId(file), LostEntity { blueprint, name });
        };
        note(3, Some("Team"), Some(LostName::Exact("sre".into())));
        note(4, None, Some(LostName::Exact("cart".into())));
        note(2, Some("Team"), None);
        note(1, Some("Group"), Some(LostName::Folded("ops".into())));
        for (blueprint, name, file) in [
            ("Team", "sre", Some(3)),
            ("Team", "cart", Some(4)),
            ("Team", "Sre", Some(2)),
            ("Service", "cart", Some(4)),
            ("Service", "sre", None),
            ("Group", "infra/Ops", Some(1)),
            ("Group", "dev", None),
        ] {
            assert_eq!(
                lost.may_hold(blueprint, name),
                file.map(FileId),
                "{blueprint} {name}"
            );
        }
        assert_eq!(lost.may_hold_any("Group"), Some(FileId(1)));
        assert_eq!(lost.may_hold_any("Service"), Some(FileId(4)));
        assert_eq!(Lost::default().may_hold("Team", "sre"), None);
    }
}
