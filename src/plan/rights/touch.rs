//! What a pull request can move: the entities that differ, and what sees them.
//!
//! In: the differences of two catalogs. Out: [`Touch`], which says for the rules of an action
//! which entities and people they could now decide otherwise. It may name too many and never too
//! few, as long as the rules themselves say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::blueprint::Ownership;
use crate::model::{BlueprintId, Catalog, EntityId};
use crate::plan::diff::{Difference, Side};
use crate::plan::rights::found::found;
use crate::plan::rights::pair::{Both, Pairs};
use crate::plan::rights::says::{attributes, memberships, memberships_by_kind, owner_paths};
use crate::plan::value::States;
use crate::policy::{Authority, Happens};
use crate::policy::{Form, OWNERS, Rules};

const SIDES: [Side; 2] = [Side::Before, Side::After];

/// What of an entity differs.
#[derive(Debug, Clone)]
enum Differs {
    /// Who it is, whose it is, or what it is in.
    Wholly,
    /// These of its attributes.
    In(BTreeSet<String>),
}

impl Differs {
    fn add(&mut self, name: Option<&str>) {
        match (name, &mut *self) {
            (None, _) => *self = Self::Wholly,
            (Some(name), Self::In(names)) => {
                names.insert(name.to_owned());
            }
            (Some(_), Self::Wholly) => {}
        }
    }

    fn is_read(&self, forms: &Both<Form>) -> bool {
        match self {
            Self::Wholly => true,
            Self::In(names) => names.iter().any(|name| is_named(forms, name)),
        }
    }
}

fn is_named(forms: &Both<Form>, name: &str) -> bool {
    forms.before.may_read(name) || forms.after.may_read(name)
}

/// Who owns what, where a longer way leads there than one relation.
type Owned = FxHashMap<EntityId, Vec<EntityId>>;

/// What a pull request can move.
pub(super) struct Touch<'r, 'c> {
    rules: Both<&'r Rules<'c>>,
    /// Whether every decision can move.
    pub(super) all: bool,
    /// Whether people, groups, or what a blueprint says are others, and not only entities.
    pub(super) is_authority: bool,
    /// Whether a blueprint finds owners in another way, so that other changes are hand-overs.
    pub(super) is_owned_otherwise: bool,
    entities: Both<FxHashMap<EntityId, Differs>>,
    /// Attributes whose type differs for all entities of a kind.
    kinds: Both<BTreeMap<BlueprintId, BTreeSet<String>>>,
    owned: Both<OnceLock<Owned>>,
}

/// The entities of a side.
pub(super) type Reached = Both<FxHashSet<EntityId>>;

impl<'r, 'c> Touch<'r, 'c> {
    /// Finds it.
    pub(super) fn new(
        rules: Both<&'r Rules<'c>>,
        states: &States<'_>,
        pairs: &Pairs,
        differences: &[Difference],
    ) -> Self {
        let all = is_all(&rules, states);
        let mut touch = Self {
            rules,
            all,
            is_authority: all,
            is_owned_otherwise: false,
            entities: Both {
                before: FxHashMap::default(),
                after: FxHashMap::default(),
            },
            kinds: Both {
                before: BTreeMap::new(),
                after: BTreeMap::new(),
            },
            owned: Both {
                before: OnceLock::new(),
                after: OnceLock::new(),
            },
        };
        if touch.all {
            return touch;
        }
        let people = pairs.people.iter();
        let people = people.flat_map(|one| SIDES.map(|side| Some((side, one.on(side)?))));
        let people = people.flatten().collect();
        for difference in differences {
            touch.difference(difference, &people);
        }
        touch.types(pairs);
        let found = found(&touch.rules, pairs, differences);
        for (pair, path) in &found {
            touch.mark_both(*pair, attribute(path));
        }
        touch.memberships(pairs, (differences, !found.is_empty()));
        touch.ownership(pairs, (differences, !found.is_empty()));
        touch.computed(states, pairs);
        touch
    }

    fn mark(&mut self, side: Side, id: EntityId, name: Option<&str>) {
        let marks = self.entities.on_mut(side);
        let none = || Differs::In(BTreeSet::new());
        marks.entry(id).or_insert_with(none).add(name);
    }

    fn mark_both(&mut self, pair: Both<EntityId>, name: Option<&str>) {
        for side in SIDES {
            self.mark(side, *pair.on(side), name);
        }
    }

    fn difference(&mut self, difference: &Difference, people: &BTreeSet<(Side, EntityId)>) {
        // Who takes the login of somebody is another person.
        let [target, result] = SIDES.map(|side| self.rules.on(side).catalog());
        let authority = Authority::of(target, result, &difference.blueprint, Happens::Changes);
        let mut changes = difference.changes.iter();
        let is_handed_over = changes.any(|change| authority.has(&change.path));
        for (side, id) in [
            (Side::Before, difference.before),
            (Side::After, difference.after),
        ] {
            let Some(id) = id else { continue };
            // What sees an entity that comes or goes differs itself; a person acts besides.
            let is_other = difference.changes.is_empty() || is_handed_over;
            if is_other && people.contains(&(side, id)) {
                self.mark(side, id, None);
                self.is_authority = true;
            }
            // No rule reads an icon.
            for change in difference.changes.iter().filter(|it| it.path != "icon") {
                self.mark(side, id, attribute(&change.path));
            }
        }
    }

    /// Attributes of which the blueprint says something else.
    fn types(&mut self, pairs: &Pairs) {
        for kind in &pairs.kinds {
            let blueprints = SIDES.map(|side| {
                let catalog = self.rules.on(side).catalog();
                catalog.blueprint(*kind.id.on(side))
            });
            let [Some(before), Some(after)] = blueprints else {
                continue;
            };
            let (before, after) = (attributes(before), attributes(after));
            let names = before.keys().chain(after.keys());
            let names: BTreeSet<String> = names
                .filter(|name| before.get(*name) != after.get(*name))
                .map(|name| (*name).to_owned())
                .collect();
            if !names.is_empty() {
                self.is_authority = true;
                self.kinds.before.insert(kind.id.before, names.clone());
                self.kinds.after.insert(kind.id.after, names);
            }
        }
    }

    /// Who is in other groups.
    fn memberships(&mut self, pairs: &Pairs, (differences, is_found): (&[Difference], bool)) {
        let names = SIDES.map(|side| memberships(self.rules.on(side).catalog()));
        let is_of = |path: &str| {
            let name = path.strip_prefix("relations.");
            name.is_some_and(|name| names.iter().any(|names| names.contains(name)))
        };
        let is_membership = |difference: &Difference| {
            SIDES.iter().any(|side| {
                let catalog = self.rules.on(*side).catalog();
                let kind = catalog.find_blueprint(&difference.blueprint);
                kind.is_some_and(|(_, kind)| kind.membership.is_some())
            })
        };
        if !is_found && !moves(differences, is_of) && !differences.iter().any(is_membership) {
            return;
        }
        for pair in pairs.kinds.iter().flat_map(|kind| &kind.entities) {
            let groups = |side: Side| {
                let rules = self.rules.on(side);
                rules.groups_of(*pair.on(side))
            };
            let before: BTreeSet<Result<EntityId, EntityId>> =
                groups(Side::Before).into_iter().map(Ok).collect();
            let after = groups(Side::After).into_iter().map(|id| pairs.twin(id));
            if before != after.collect() {
                self.is_authority = true;
                self.mark_both(*pair, None);
            }
        }
    }

    /// What has another owner.
    fn ownership(&mut self, pairs: &Pairs, (differences, is_found): (&[Difference], bool)) {
        let paths = SIDES.map(|side| owner_paths(self.rules.on(side).catalog()));
        let [before, after] = &paths;
        let is_of = |path: &str| {
            let name = path.strip_prefix("relations.");
            path == "team"
                || name.is_some_and(|name| {
                    let mut paths = before.values().chain(after.values());
                    paths.any(|path| path.split('.').any(|one| one == name))
                })
        };
        self.is_owned_otherwise = before != after;
        self.is_authority |= self.is_owned_otherwise;
        if before == after && !is_found && !moves(differences, is_of) {
            return;
        }
        for kind in &pairs.kinds {
            // An owner may be the same, and be a claim now of what is new.
            let is_found_otherwise = before.get(&*kind.name) != after.get(&*kind.name);
            for pair in &kind.entities {
                let before = self.rules.before.owners_of(pair.before);
                let before: BTreeSet<Result<EntityId, EntityId>> =
                    before.into_iter().map(Ok).collect();
                let after = self.rules.after.owners_of(pair.after).into_iter();
                if is_found_otherwise || before != after.map(|id| pairs.twin(id)).collect() {
                    self.mark_both(*pair, Some(OWNERS));
                    self.mark_both(*pair, Some("owner"));
                }
            }
        }
    }

    /// Computed values that rules may read.
    fn computed(&mut self, states: &States<'_>, pairs: &Pairs) {
        let names: BTreeSet<&str> = self.rules.before.computed_reads();
        if names.is_empty() {
            return;
        }
        let mut is_moved = false;
        for pair in pairs.kinds.iter().flat_map(|kind| &kind.entities) {
            for name in &names {
                let value = |side: Side| states.derived(side).outcome(*pair.on(side), name);
                if value(Side::Before) != value(Side::After) {
                    self.mark_both(*pair, Some(name));
                    is_moved = true;
                }
            }
        }
        self.is_authority |= is_moved && self.derives_otherwise(pairs);
    }

    /// Whether a blueprint computes what it derives in another way.
    fn derives_otherwise(&self, pairs: &Pairs) -> bool {
        pairs.kinds.iter().any(|kind| {
            let of = |side: Side| self.rules.on(side).catalog().blueprint(*kind.id.on(side));
            let both = of(Side::Before).zip(of(Side::After));
            both.is_some_and(|(before, after)| !before.derives_as(after))
        })
    }

    /// Whether no rule of these reads anything that differs.
    pub(super) fn is_unread(&self, forms: &Both<Form>) -> bool {
        let is_read = |side: Side| {
            let mut own = self.entities.on(side).values();
            let mut kinds = self.kinds.on(side).values().flatten();
            own.any(|differs| differs.is_read(forms)) || kinds.any(|name| is_named(forms, name))
        };
        !self.all && !SIDES.into_iter().any(is_read)
    }

    /// What the rules of an action see that differs, and the entities that lead there.
    pub(super) fn reached(&self, forms: &Both<Form>) -> Reached {
        let level = forms.before.level().max(forms.after.level()).max(2);
        let of = |side: Side| {
            let starts = self.starts(side, forms);
            self.lead_to(side, starts, level - 1)
        };
        Both {
            before: of(Side::Before),
            after: of(Side::After),
        }
    }

    /// The entities of a side that differ in what the rules of an action read.
    pub(super) fn starts(&self, side: Side, forms: &Both<Form>) -> FxHashSet<EntityId> {
        let own = self.entities.on(side).iter();
        let own = own.filter(|(_, differs)| differs.is_read(forms));
        let mut starts: FxHashSet<EntityId> = own.map(|(id, _)| *id).collect();
        let catalog = self.rules.on(side).catalog();
        for (kind, names) in self.kinds.on(side) {
            if names.iter().any(|name| is_named(forms, name)) {
                starts.extend(catalog.numbered(*kind).map(|(id, _)| id));
            }
        }
        starts
    }

    fn lead_to(&self, side: Side, starts: FxHashSet<EntityId>, steps: u32) -> FxHashSet<EntityId> {
        let rules = self.rules.on(side);
        let mut found = starts.clone();
        let mut next: Vec<EntityId> = starts.into_iter().collect();
        for _ in 0..steps {
            let mut further = Vec::new();
            for id in next {
                let edges = rules.graph().incoming(id).map(|edge| edge.from);
                let owned = self.owned(side).get(&id).into_iter().flatten().copied();
                further.extend(edges.chain(owned).filter(|from| found.insert(*from)));
            }
            next = further;
        }
        found
    }

    fn owned(&self, side: Side) -> &Owned {
        self.owned.on(side).get_or_init(|| {
            let rules = self.rules.on(side);
            let catalog = rules.catalog();
            let mut owned = Owned::default();
            for (id, entity) in catalog.entities() {
                let kind = catalog.blueprint(entity.blueprint);
                let is_far = match kind.and_then(|kind| kind.ownership.as_ref()) {
                    None => false,
                    Some(Ownership::Path(path)) => path.value.contains('.'),
                    Some(Ownership::Direct | Ownership::Inherited(_)) => true,
                };
                if is_far {
                    for owner in rules.owners_of(id) {
                        owned.entry(owner).or_default().push(id);
                    }
                }
            }
            owned
        })
    }
}

/// Whether every decision can move: the mode, who people are, or what groups are.
fn is_all(rules: &Both<&Rules<'_>>, states: &States<'_>) -> bool {
    let (before, after) = (rules.before.catalog(), rules.after.catalog());
    let people = |catalog: &Catalog| {
        let people = catalog.settings.people.as_ref();
        people.map(|people| {
            let name = |of: &Option<crate::text::Located<crate::text::Text>>| {
                of.as_ref().map(|it| it.value.to_string())
            };
            (
                people.blueprint.value.to_string(),
                name(&people.login),
                name(&people.id),
            )
        })
    };
    crate::check::has_errors(&states.before.findings)
        || before.settings.permissions != after.settings.permissions
        || people(before) != people(after)
        || memberships_by_kind(before) != memberships_by_kind(after)
        || rules.before.computed_reads() != rules.after.computed_reads()
}

/// The attribute that a path is of; none where it says who or whose an entity is.
fn attribute(path: &str) -> Option<&str> {
    if matches!(path, "title" | "team") {
        return Some(path);
    }
    let name = path.strip_prefix("properties.");
    let name = name.or_else(|| path.strip_prefix("relations."))?;
    name.split(['.', '[']).next()
}

/// Whether a pull request touches who is related so: a path of it is, or something comes, goes or
/// has another name.
fn moves(differences: &[Difference], is_of: impl Fn(&str) -> bool) -> bool {
    differences.iter().any(|difference| {
        let mut paths = difference.changes.iter().map(|change| change.path.as_str());
        difference.is_rename() || paths.any(&is_of)
    })
}
