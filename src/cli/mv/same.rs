//! Whether a catalog says after a rename what it said before, but for the name.
//!
//! In: both catalogs as they were compiled, and the places of the name in the texts before. Out:
//! the first place that says something else. Knows nothing of how the texts were made.

use crate::cli::mv::Rename;
use crate::cli::mv::made::has_trees;
use crate::cli::mv::places::Places;
use crate::compile::Compiled;
use crate::edit::Refused;
use crate::model::{Entity, EntityId};
use crate::syntax::{self, Entry, MergeKeys, Node};
use crate::text::{Located, Span, Text};

/// Two values, of which the later one has the new name in places of the old.
struct Names<'n> {
    rename: &'n Rename<'n>,
    places: &'n Places,
}

impl Rename<'_> {
    /// Why the rename is none.
    pub(super) fn odd(&self, after: &Compiled, places: &Places) -> Option<Refused> {
        let names = Names {
            rename: self,
            places,
        };
        let odd = names
            .of_entities(after)
            .or_else(|| names.of_requests(after))
            .or_else(|| names.of_definitions(after));
        odd.map(|at| Refused {
            why: "with the new name the catalog would say something else here".to_owned(),
            at,
            help: "rename it by hand, then run `catalogc check`".to_owned(),
        })
    }
}

impl Names<'_> {
    fn of_entities(&self, after: &Compiled) -> Option<Span> {
        let before = &self.rename.desk.before;
        let (old, new) = (before.catalog.entities(), after.catalog.entities());
        if old.len() != new.len() {
            return Some(self.rename.entity.span);
        }
        old.into_iter().find_map(|(id, entity)| {
            let now = self.now(after, id);
            match now.and_then(|now| after.catalog.entity(now).map(|it| (now, it))) {
                Some((now, it)) => self
                    .of_entity(entity, it)
                    .or_else(|| self.of_edges(after, id, now)),
                None => Some(entity.span),
            }
        })
    }

    /// What an entity is afterwards.
    fn now(&self, after: &Compiled, id: EntityId) -> Option<EntityId> {
        let catalog = &self.rename.desk.before.catalog;
        let entity = catalog.entity(id)?;
        let kind = &catalog.blueprint(entity.blueprint)?.identifier.value;
        let (kind, _) = after.catalog.find_blueprint(kind)?;
        let name = if id == self.rename.id {
            self.rename.new.as_str()
        } else {
            entity.identifier.value.as_str()
        };
        after.catalog.find_entity(kind, name)
    }

    fn of_edges(&self, after: &Compiled, id: EntityId, now: EntityId) -> Option<Span> {
        let before = &self.rename.desk.before;
        let (old, new) = (before.graph.outgoing(id), after.graph.outgoing(now));
        let mut wanted: Vec<(u16, Option<EntityId>)> = old
            .iter()
            .map(|it| (it.relation, self.now(after, it.to)))
            .collect();
        let mut found: Vec<(u16, Option<EntityId>)> =
            new.iter().map(|it| (it.relation, Some(it.to))).collect();
        wanted.sort_unstable();
        found.sort_unstable();
        let span = || before.catalog.entity(id).map(|it| it.relations_place);
        (wanted != found).then(span).flatten()
    }

    fn of_entity(&self, old: &Entity, new: &Entity) -> Option<Span> {
        let text = |text: &Option<Located<Text>>| text.as_ref().map(|it| it.value.clone());
        if text(&old.title) != text(&new.title) {
            return Some(old.title.as_ref().map_or(old.span, |it| it.span));
        }
        if text(&old.icon) != text(&new.icon)
            || old.team.len() != new.team.len()
            || old.relations.len() != new.relations.len()
        {
            return Some(old.span);
        }
        let mut teams = old.team.iter().zip(&new.team);
        if let Some((old, _)) = teams.find(|(old, new)| !self.is_text(old, new)) {
            return Some(old.span);
        }
        for (old, new) in old.relations.iter().zip(&new.relations) {
            let (targets, now) = (&old.targets, &new.targets);
            if old.name.value != new.name.value || targets.len() != now.len() {
                return Some(old.name.span);
            }
            let mut both = targets.iter().zip(now);
            if let Some((old, _)) = both.find(|(old, new)| !self.is_text(old, new)) {
                return Some(old.span);
            }
        }
        self.of_values(old.properties_place, &old.properties, &new.properties)
    }

    fn of_requests(&self, after: &Compiled) -> Option<Span> {
        let old = &self.rename.desk.before.catalog.requests;
        let new = &after.catalog.requests;
        if old.len() != new.len() {
            return Some(self.rename.entity.span);
        }
        old.iter().zip(new).find_map(|(old, new)| {
            let is_entity = match (&old.entity, &new.entity) {
                (Some(old), Some(new)) => self.is_text(old, new),
                (None, None) => true,
                _ => false,
            };
            let is_same = old.id.value == new.id.value && old.action.value == new.action.value;
            if !is_same || !is_entity {
                return Some(old.span);
            }
            self.of_values(old.inputs_place, &old.inputs, &new.inputs)
        })
    }

    /// Definitions that were written.
    fn of_definitions(&self, after: &Compiled) -> Option<Span> {
        let (before, now) = (&self.rename.desk.before.snapshot, &after.snapshot);
        self.places.keys().find_map(|file| {
            let path = before.path(*file);
            if *file == self.rename.entity.span.file || !has_trees(path) {
                return None;
            }
            let texts = (before.text(*file), now.text(now.find(path)?));
            let (old, _) = syntax::parse_large(*file, texts.0, MergeKeys::Resolved);
            let (new, _) = syntax::parse_large(*file, texts.1, MergeKeys::Resolved);
            if old.len() != new.len() {
                return Some(Span::whole_file(*file));
            }
            let mut both = old.iter().zip(&new);
            both.find_map(|(old, new)| self.of_nodes(&old.root, &new.root))
        })
    }

    /// Where parts of two mappings differ; all of it where they have other keys.
    fn of_values(&self, whole: Span, old: &[Entry], new: &[Entry]) -> Option<Span> {
        if old.len() != new.len() {
            return Some(whole);
        }
        old.iter().zip(new).find_map(|(old, new)| {
            let is_key = old.key.value == new.key.value || self.is_place(old.key.span);
            if !is_key {
                return Some(old.key.span);
            }
            self.of_nodes(&old.node, &new.node)
        })
    }

    /// Where two values differ in more than a name that was to be replaced.
    fn of_nodes(&self, old: &Node, new: &Node) -> Option<Span> {
        if let (Some(one), Some(other)) = (old.as_mapping(), new.as_mapping()) {
            return self.of_values(old.span, one, other);
        }
        if let (Some(one), Some(other)) = (old.as_sequence(), new.as_sequence()) {
            if one.len() != other.len() {
                return Some(old.span);
            }
            let mut both = one.iter().zip(other);
            return both.find_map(|(old, new)| self.of_nodes(old, new));
        }
        let is_same = match (old.as_str(), new.as_str()) {
            (Some(old_text), Some(new_text)) if self.is_place(old.span) => {
                self.rename.named(old_text).as_deref() == Some(new_text)
            }
            (Some(old_text), Some(new_text)) if self.has_place(old.span) => {
                self.is_renamed(old_text, new_text)
            }
            _ => old.to_json() == new.to_json(),
        };
        (!is_same).then_some(old.span)
    }

    fn is_text(&self, old: &Located<Text>, new: &Located<Text>) -> bool {
        if self.is_place(old.span) {
            self.rename.named(&old.value).as_deref() == Some(new.value.as_str())
        } else {
            old.value == new.value
        }
    }

    /// Whether the lines of two texts differ in nothing but the name.
    fn is_renamed(&self, old: &str, new: &str) -> bool {
        let (name, now) = (self.rename.old.as_str(), self.rename.new.as_str());
        let is_same = |(old, new): (&str, &str)| old == new || old.replace(name, now) == new;
        old.lines().count() == new.lines().count() && old.lines().zip(new.lines()).all(is_same)
    }

    /// Whether a name was to be replaced within this.
    fn has_place(&self, span: Span) -> bool {
        let names = self.places.get(&span.file);
        names.is_some_and(|names| names.keys().any(|it| span.covers(*it)))
    }

    /// Whether a name was to be replaced here.
    fn is_place(&self, span: Span) -> bool {
        let names = self.places.get(&span.file);
        names.is_some_and(|names| names.contains_key(&span))
    }
}
