//! What goes with deleted entities, and what loses their names: `onDelete` followed to its end.
//!
//! In: the target and the result, and which deletions are not followed. Out: the entities of the
//! result that go too, the references that are taken out, and where it ends at somebody who stays.
//! Knows no text. Each entity is looked at once, so that circles end and much stays cheap.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::compile::Compiled;
use crate::model::blueprint::OnDelete;
use crate::model::{Catalog, EntityId};
use crate::plan::diff::Renames;
use crate::text::Span;

/// An entity that is not there in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// The pull request deletes it; numbered as on the target.
    Root(EntityId),
    /// It goes with another; numbered as in the result.
    Goes(EntityId),
}

/// A name of an entity that is not there in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    /// Who writes it.
    pub(super) user: EntityId,
    /// Where.
    pub(super) span: Span,
    /// Whether they pointed there on the target already: whoever wrote it just now meant it.
    is_old: bool,
}

/// Deleted entities, and who points at them.
pub(super) struct Deleted<'c> {
    before: &'c Compiled,
    after: &'c Compiled,
    renames: Renames,
    /// Who points at each deleted entity that somebody still points at.
    pub(super) users: BTreeMap<EntityId, Vec<Reference>>,
    /// Who pointed at whom on the target; empty where nobody points at what is deleted.
    pointed: FxHashSet<(EntityId, EntityId)>,
}

/// What `onDelete` comes to.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// The entities that go too, and with whom.
    pub(super) gone: BTreeMap<EntityId, Vec<Node>>,
    /// The references that are taken out of those who stay, and whose they are.
    pub(super) loose: BTreeMap<EntityId, BTreeMap<Span, Node>>,
    /// The references that nothing takes out of those who stay.
    pub(super) stuck: BTreeMap<Node, Vec<Reference>>,
}

impl<'c> Deleted<'c> {
    /// The entities that the result has not; where a `fork` is named, only what it had, too.
    pub(super) fn of(
        before: &'c Compiled,
        after: &'c Compiled,
        fork: Option<&Catalog>,
    ) -> Deleted<'c> {
        let mut deleted = Self {
            before,
            after,
            renames: Renames::of(&before.catalog, &after.catalog),
            users: BTreeMap::new(),
            pointed: FxHashSet::default(),
        };
        let all = before.catalog.entities().map(|(id, _)| id);
        let gone =
            all.filter(|id| deleted.is_deleted(*id) && fork.is_none_or(|it| had(before, *id, it)));
        let gone: BTreeSet<EntityId> = gone.collect();
        if gone.is_empty() {
            return deleted;
        }
        let mut users: BTreeMap<EntityId, Vec<Reference>> = BTreeMap::new();
        for (user, lost, span) in deleted.lost() {
            if gone.contains(&lost) {
                let is_old = false;
                users
                    .entry(lost)
                    .or_default()
                    .push(Reference { user, span, is_old });
            }
        }
        if users.is_empty() {
            return deleted;
        }
        let edges = before.graph.edges().iter();
        deleted.pointed = edges.map(|edge| (edge.from, edge.to)).collect();
        for (lost, references) in &mut users {
            for reference in references {
                reference.is_old = deleted.pointed_at(reference.user, *lost);
            }
        }
        deleted.users = users;
        deleted
    }

    /// Whether an entity of the target is not in the result, all of which could be read.
    fn is_deleted(&self, id: EntityId) -> bool {
        let Some(entity) = self.before.catalog.entity(id) else {
            return false;
        };
        let Some(kind) = self.before.catalog.blueprint(entity.blueprint) else {
            return false;
        };
        let (kind, name) = (&kind.identifier.value, &entity.identifier.value);
        let after = &self.after.catalog;
        let is_known = after.find_blueprint(kind).is_some();
        is_known && self.now(id).is_none() && after.lost.may_hold(kind, name).is_none()
    }

    /// The names of the result that lead nowhere and led somewhere on the target.
    fn lost(&self) -> Vec<(EntityId, EntityId, Span)> {
        let (before, after) = (&self.before.catalog, &self.after.catalog);
        let mut lost = Vec::new();
        for (user, entity) in after.entities() {
            let Some(kind) = after.blueprint(entity.blueprint) else {
                continue;
            };
            for related in &entity.relations {
                let Some((_, relation)) = kind.relation(&related.name.value) else {
                    continue;
                };
                let name = &relation.target.value;
                let (Some((old, _)), Some((now, _))) =
                    (before.find_blueprint(name), after.find_blueprint(name))
                else {
                    continue;
                };
                for target in &related.targets {
                    if after.find_entity(now, &target.value).is_none()
                        && let Some(gone) = before.find_entity(old, &target.value)
                    {
                        lost.push((user, gone, target.span));
                    }
                }
            }
        }
        lost
    }

    /// An entity of the target in the result.
    fn now(&self, before: EntityId) -> Option<EntityId> {
        counterpart(&self.before.catalog, before, &self.after.catalog)
            .or_else(|| self.renames.after(before))
    }

    /// An entity of the result on the target.
    fn was(&self, after: EntityId) -> Option<EntityId> {
        counterpart(&self.after.catalog, after, &self.before.catalog)
            .or_else(|| self.renames.before(after))
    }

    /// Whether an entity of the result pointed at one of the target there.
    fn pointed_at(&self, user: EntityId, to: EntityId) -> bool {
        let was = self.was(user);
        was.is_some_and(|user| self.pointed.contains(&(user, to)))
    }

    /// What becomes of those who point at `node`: the target says it.
    fn policy(&self, node: Node) -> OnDelete {
        let (before, after) = (&self.before.catalog, &self.after.catalog);
        let blueprint = match node {
            Node::Root(id) => {
                let entity = before.entity(id);
                entity.and_then(|entity| before.blueprint(entity.blueprint))
            }
            Node::Goes(id) => {
                let entity = after.entity(id);
                let own = entity.and_then(|entity| after.blueprint(entity.blueprint));
                let old = own.and_then(|own| before.find_blueprint(&own.identifier.value));
                old.map(|(_, old)| old).or(own)
            }
        };
        blueprint.map_or(OnDelete::Restrict, |blueprint| blueprint.on_delete)
    }

    /// Who points at `node`.
    fn references(&self, node: Node) -> Vec<Reference> {
        match node {
            Node::Root(id) => self.users.get(&id).cloned().unwrap_or_default(),
            Node::Goes(id) => {
                let was = self.was(id);
                let edges = self.after.graph.incoming(id);
                let reference = |edge: &crate::graph::Edge| Reference {
                    user: edge.from,
                    span: edge.span,
                    is_old: was.is_some_and(|was| self.pointed_at(edge.from, was)),
                };
                edges.map(reference).collect()
            }
        }
    }

    /// What follows from the deletions but for those in `left`, which are not followed.
    pub(super) fn closure(&self, left: &BTreeSet<EntityId>) -> Closure {
        let mut closure = Closure::default();
        let roots = self.users.keys().filter(|root| !left.contains(root));
        let mut next: Vec<Node> = roots.map(|root| Node::Root(*root)).collect();
        let mut loose: Vec<(Node, Reference)> = Vec::new();
        let mut stuck: Vec<(Node, Reference)> = Vec::new();
        let mut lists = Lists::default();
        while let Some(node) = next.pop() {
            let policy = self.policy(node);
            for reference in self.references(node) {
                match policy {
                    OnDelete::Cascade if reference.is_old => {
                        let Some(lost) = lists.lose(self.after, reference, node) else {
                            loose.push((node, reference));
                            continue;
                        };
                        let with = closure.gone.entry(reference.user).or_default();
                        if with.is_empty() {
                            next.push(Node::Goes(reference.user));
                        }
                        with.extend(lost);
                    }
                    OnDelete::Nullify if reference.is_old => loose.push((node, reference)),
                    _ => stuck.push((node, reference)),
                }
            }
        }
        let stays = |(_, it): &(Node, Reference)| !closure.gone.contains_key(&it.user);
        let taken: Vec<_> = loose.into_iter().filter(stays).collect();
        let left: Vec<_> = stuck.into_iter().filter(stays).collect();
        for (node, reference) in taken {
            let loose = closure.loose.entry(reference.user).or_default();
            loose.insert(reference.span, node);
        }
        for (node, reference) in left {
            closure.stuck.entry(node).or_default().push(reference);
        }
        closure
    }
}

/// The lists that lose names, and to whom.
#[derive(Default)]
struct Lists {
    lost: FxHashMap<(EntityId, u32), Vec<(Span, Node)>>,
}

impl Lists {
    /// What a relation has lost when it loses a name, where nothing is left of it: who exists for
    /// several and loses one of them stays, and who has none any more goes with all of them.
    fn lose(&mut self, of: &Compiled, lost: Reference, to: Node) -> Option<Vec<Node>> {
        let user = of.catalog.entity(lost.user)?;
        let is_in = |span: Span| span.start <= lost.span.start && lost.span.end <= span.end;
        let mut relations = user.relations.iter();
        // A list of one name, or one that an alias brings, is lost as a whole.
        let Some(relation) = relations.find(|it| it.is_list && is_in(it.span)) else {
            return Some(vec![to]);
        };
        let key = (lost.user, relation.name.span.start);
        let all = self.lost.entry(key).or_default();
        all.push((lost.span, to));
        if all.len() < relation.targets.len() {
            return None;
        }
        Some(all.iter().map(|(_, node)| *node).collect())
    }
}

impl Closure {
    /// The deletions from which any of `nodes` follows.
    pub(super) fn roots_of(&self, nodes: impl IntoIterator<Item = Node>) -> BTreeSet<EntityId> {
        let mut next: Vec<Node> = nodes.into_iter().collect();
        let mut seen: BTreeSet<Node> = next.iter().copied().collect();
        let mut roots = BTreeSet::new();
        while let Some(node) = next.pop() {
            match node {
                Node::Root(id) => {
                    roots.insert(id);
                }
                Node::Goes(id) => {
                    let with = self.gone.get(&id).into_iter().flatten();
                    next.extend(with.filter(|node| seen.insert(**node)));
                }
            }
        }
        roots
    }
}

/// Whether a catalog has an entity of `from`.
fn had(from: &Compiled, id: EntityId, fork: &Catalog) -> bool {
    counterpart(&from.catalog, id, fork).is_some()
}

/// The entity of the same blueprint and name in another catalog.
pub(super) fn counterpart(from: &Catalog, id: EntityId, to: &Catalog) -> Option<EntityId> {
    let entity = from.entity(id)?;
    let kind = from.blueprint(entity.blueprint)?;
    let (kind, _) = to.find_blueprint(&kind.identifier.value)?;
    to.find_entity(kind, &entity.identifier.value)
}
