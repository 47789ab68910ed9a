//! Both states of the catalog as the plan reads them: entities as values, places as words.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::check::is_sealed;
use crate::compile::Compiled;
use crate::derive::{Derived, Secrecy};
use crate::model::Moment;
use crate::model::{Action, Entity, EntityId};
use crate::plan::Apart;
use crate::plan::diff::{Renames, Side};
use crate::plan::file::Notice;
use crate::policy::{Reason, Rules};
use crate::source::{Snapshot, SourceFile};
use crate::text::{Span, position, visible};

/// The two states.
pub(super) struct States<'a> {
    /// The target.
    pub(super) before: &'a Compiled,
    /// The result of the merge.
    pub(super) after: &'a Compiled,
    /// The entities that have another name in the result.
    pub(super) renames: Renames,
    apart: &'a Apart,
    derived_before: Derived<'a>,
    derived_after: Derived<'a>,
    secrecy: [Secrecy<'a>; 2],
}

impl<'a> States<'a> {
    pub(super) fn new(
        before: &'a Compiled,
        after: &'a Compiled,
        apart: &'a Apart,
        now: Option<Moment>,
    ) -> Self {
        Self {
            before,
            after,
            renames: Renames::of(&before.catalog, &after.catalog),
            apart,
            derived_before: Derived::new(&before.catalog, &before.graph).at(now),
            derived_after: Derived::new(&after.catalog, &after.graph).at(now),
            secrecy: [Secrecy::of(&before.catalog), Secrecy::of(&after.catalog)],
        }
    }

    /// One of the two.
    pub(super) const fn of(&self, side: Side) -> &'a Compiled {
        match side {
            Side::Before => self.before,
            Side::After => self.after,
        }
    }

    /// The names of an entity's owners on both sides; sorted.
    pub(super) fn owners(&self, before: Option<EntityId>, after: Option<EntityId>) -> Vec<String> {
        let sides = [(Side::Before, before), (Side::After, after)];
        let names = sides.into_iter().flat_map(|(side, id)| {
            let owners = id
                .map(|id| self.derived(side).owner(id))
                .unwrap_or_default();
            let entities = owners
                .into_iter()
                .filter_map(move |id| self.of(side).catalog.entity(id));
            entities.map(|owner| owner.identifier.value.to_string())
        });
        let names: BTreeSet<String> = names.collect();
        names.into_iter().collect()
    }

    /// The file at `path` on one side, also where only the other side's settings read it.
    pub(super) fn file(&self, side: Side, path: &str) -> Option<&'a SourceFile> {
        let mut snapshots = [&self.of(side).snapshot, self.apart(side)].into_iter();
        snapshots.find_map(|snapshot| snapshot.file(snapshot.find(path)?))
    }

    /// The files of one side, also those that only the other side's settings read.
    pub(super) fn files(&self, side: Side) -> impl Iterator<Item = &'a SourceFile> {
        let own = &self.of(side).snapshot;
        let apart = self.apart(side).as_slice().iter();
        let apart = apart.filter(|file| own.find(&file.path).is_none());
        own.as_slice().iter().chain(apart)
    }

    const fn apart(&self, side: Side) -> &'a Snapshot {
        match side {
            Side::Before => &self.apart.before,
            Side::After => &self.apart.after,
        }
    }

    /// The derived values of one of the two.
    pub(super) const fn derived(&self, side: Side) -> &Derived<'a> {
        match side {
            Side::Before => &self.derived_before,
            Side::After => &self.derived_after,
        }
    }

    /// Which values are secret: what either side says to be so is.
    pub(super) const fn secrecy(&self) -> &[Secrecy<'a>; 2] {
        &self.secrecy
    }

    /// Whether a secret of the entity fills an input that is not said to be one.
    pub(super) fn is_filled_by_secret(&self, action: &Action, input: &str) -> bool {
        let mut sides = self.secrecy.iter();
        sides.any(|secrecy| secrecy.fills(action, input))
    }

    /// The properties of an entity that are encrypted on every side that has them.
    pub(super) fn sealed(&self, blueprint: &str, entity: &str) -> BTreeSet<&'a str> {
        let mut sealed = BTreeSet::new();
        let mut open = BTreeSet::new();
        for side in [self.before, self.after] {
            let kind = side.catalog.find_blueprint(blueprint);
            let found = kind.and_then(|(kind, _)| side.catalog.find_entity(kind, entity));
            let found = found.and_then(|id| side.catalog.entity(id));
            for entry in found.iter().flat_map(|it| it.properties.iter()) {
                if is_sealed(&entry.node.to_json()) {
                    sealed.insert(entry.key.value.as_str());
                } else {
                    open.insert(entry.key.value.as_str());
                }
            }
        }
        sealed.retain(|name| !open.contains(name));
        sealed
    }

    /// The entity that a step is about: in the result, or on the target if it is gone.
    pub(super) fn entity(
        &self,
        before: Option<EntityId>,
        after: Option<EntityId>,
    ) -> Option<&'a Entity> {
        let now = after.and_then(|id| self.after.catalog.entity(id));
        now.or_else(|| before.and_then(|id| self.before.catalog.entity(id)))
    }

    /// What conditions and `from` read: `{before, after}`, null where there is nothing.
    pub(super) fn context(&self, before: Option<EntityId>, after: Option<EntityId>) -> Json {
        let before = before.map(|id| self.derived_before.entity(id));
        let after = after.map(|id| self.derived_after.entity(id));
        serde_json::json!({"before": before, "after": after})
    }

    /// `FILE:LINE:COLUMN`.
    pub(super) fn place(&self, side: Side, span: Span) -> String {
        let snapshot = &self.of(side).snapshot;
        let at = position(snapshot.readable(span.file).unwrap_or_default(), span.start);
        format!(
            "{}:{}:{}",
            visible(snapshot.path(span.file)),
            at.line,
            at.column
        )
    }

    /// `FILE:LINE`, as rules are named.
    pub(super) fn line(&self, side: Side, span: Span) -> String {
        let snapshot = &self.of(side).snapshot;
        let at = position(snapshot.readable(span.file).unwrap_or_default(), span.start);
        format!("{}:{}", visible(snapshot.path(span.file)), at.line)
    }

    /// A reason with its place: `FILE:LINE`, and the column where the line has several rules.
    pub(super) fn notice(&self, rules: &Rules<'_>, reason: &Reason) -> Notice {
        let place = reason.place.map(|span| {
            if rules.shares_line(span) {
                self.place(Side::Before, span)
            } else {
                self.line(Side::Before, span)
            }
        });
        Notice {
            text: reason.text.clone(),
            place: place.or_else(|| reason.rule.clone()),
        }
    }
}
