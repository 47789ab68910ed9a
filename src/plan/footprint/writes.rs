//! What a difference of two catalogs writes, as facts; and the files that it is written in.
//!
//! In: differences, whatever made them, and the bytes that differ. Out: facts with the digest of
//! what stands there afterwards. All that names an entity which gets another name is written too,
//! though the plan does not call it a change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::derive::has_secret;
use crate::model::{Blueprint, Catalog, EntityId, Request};
use crate::plan::cover::changed_files;
use crate::plan::diff::{Difference, Side};
use crate::plan::file;
use crate::plan::file::{canonical, digest};
use crate::plan::footprint::Ground;
use crate::plan::footprint::fact::{self, Facts};
use crate::plan::origin::paths_on;
use crate::policy::{Authority, Happens};

const SIDES: [Side; 2] = [Side::Before, Side::After];

/// The files that differ, and those of them that a step has.
pub(super) struct Files {
    changed: BTreeMap<String, String>,
    folders: BTreeSet<String>,
    told: BTreeSet<String>,
}

/// The files that differ, those beyond the catalog too.
pub(super) fn files(ground: &Ground<'_, '_, '_>, outside: &[String]) -> Files {
    let states = ground.states;
    let text = |path: &String| {
        let file = states.file(Side::After, path);
        file.map_or(Json::Null, |file| json!(file.text.as_deref().ok()))
    };
    let inside = changed_files(states);
    let gone = inside.iter().filter(|path| text(path).is_null());
    let folders = gone.flat_map(|path| {
        let ends = path.match_indices('/');
        ends.filter_map(|(at, _)| path.get(..at))
    });
    let folders: BTreeSet<String> = folders.map(str::to_owned).collect();
    let is_gone = |folder: &String| {
        let start = format!("{folder}/");
        let files = states.after.snapshot.as_slice();
        let first = files.get(files.partition_point(|file| file.path < start));
        !first.is_some_and(|file| file.path.starts_with(&start))
    };
    let outside = outside.iter().map(|path| (path.clone(), ground.nothing()));
    // What stands in them is git's: of a file in which all but a secret is known, a digest would
    // tell the secret.
    let inside = inside.iter().map(|path| (path.clone(), ground.nothing()));
    Files {
        changed: outside.chain(inside).collect(),
        folders: folders.into_iter().filter(is_gone).collect(),
        told: BTreeSet::new(),
    }
}

impl Files {
    /// The files that a difference is written in.
    pub(super) fn of_difference(
        &mut self,
        ground: &Ground<'_, '_, '_>,
        difference: &Difference,
        facts: &mut Facts,
    ) {
        for side in SIDES {
            for path in paths_on(ground.states, side, difference) {
                self.tell(path, facts);
            }
        }
    }

    /// A request and its file.
    pub(super) fn of_request(
        &mut self,
        ground: &Ground<'_, '_, '_>,
        request: &Request,
        facts: &mut Facts,
    ) {
        let id = request.id.value.as_str();
        let form = digest(&crate::plan::draft::form(request));
        facts.add(fact::request(id), form);
        let path = ground.states.after.snapshot.path(request.span.file);
        self.tell(path, facts);
    }

    fn tell(&mut self, path: &str, facts: &mut Facts) {
        if let Some(digest) = self.changed.get(path) {
            facts.add(fact::file(path), digest.clone());
            self.told.insert(path.to_owned());
        }
    }

    /// The files that no step has, and the folders that are there no more.
    pub(super) fn rest(&self, facts: &mut Facts) {
        let rest = self.changed.iter();
        for (path, digest) in rest.filter(|(path, _)| !self.told.contains(*path)) {
            facts.add(fact::file(path), digest.clone());
        }
        for folder in &self.folders {
            facts.add(fact::folder(folder), digest(&Json::Null));
        }
    }
}

/// What a difference writes.
pub(super) fn of_difference(
    ground: &Ground<'_, '_, '_>,
    difference: &Difference,
    facts: &mut Facts,
) {
    let kind = difference.blueprint.as_str();
    let after = difference.after;
    let whole = || match after {
        Some(id) => digest(&ground.said(Side::After, id)),
        None => ground.nothing(),
    };
    let is_whole = difference.before.is_none() || after.is_none() || difference.is_rename();
    for (side, id) in ends(difference) {
        let Some((_, name)) = ground.called(side, id).filter(|_| is_whole) else {
            continue;
        };
        let is_there = side == Side::After;
        let digest = if is_there { whole() } else { ground.nothing() };
        facts.add_of(kind, fact::entity(kind, name), digest.clone());
        facts.add_of(kind, fact::to(kind, name, None), digest);
        facts.add(fact::name(kind, name), file::digest(&json!(is_there)));
        facts.add(fact::NAMES, ground.nothing());
    }
    if difference.before.is_none() || after.is_none() {
        let catalog = &ground.states.after.catalog;
        let found = catalog.find_blueprint(kind);
        let count = found.map_or(0, |(id, _)| catalog.entities_of(id).len());
        facts.add(fact::count(kind), digest(&json!(count)));
    }
    if let Some((_, name)) = after.and_then(|id| ground.called(Side::After, id)) {
        for change in &difference.changes {
            let what = fact::part(kind, name, &change.path);
            let after = ground.open(kind, &change.path, json!(change.after));
            let digest = digest(&json!([what, after]));
            facts.add_of(kind, what, digest);
        }
    }
    related(ground, difference, facts);
    claimed(ground, difference, facts);
    authority(ground, difference, facts);
    if difference.is_rename() {
        renamed(ground, difference, facts);
    }
}

/// The sides that a difference is on.
fn ends(difference: &Difference) -> impl Iterator<Item = (Side, EntityId)> {
    let before = difference.before.map(|id| (Side::Before, id));
    let after = difference.after.map(|id| (Side::After, id));
    before.into_iter().chain(after)
}

/// Who points where: the relations that come and go.
fn related(ground: &Ground<'_, '_, '_>, difference: &Difference, facts: &mut Facts) {
    let kind = difference.blueprint.as_str();
    let mut edges: [BTreeSet<(&str, bool, &str, &str)>; 2] = Default::default();
    for (side, id) in ends(difference) {
        let compiled = ground.states.of(side);
        let [before, after] = &mut edges;
        let own = if side == Side::Before { before } else { after };
        for edge in compiled.graph.outgoing(id) {
            let relation = compiled.catalog.relation_of(edge.from, edge.relation);
            if let (Some(relation), Some((to, name))) = (relation, ground.called(side, edge.to)) {
                let is_acyclic = relation.acyclic || relation.member_of;
                own.insert((&relation.name.value, is_acyclic, to, name));
            }
        }
    }
    let [before, after] = edges;
    for (relation, is_acyclic, to, name) in before.symmetric_difference(&after) {
        let by = format!("{kind}.{relation}");
        facts.add_of(to, fact::to(to, name, Some(&by)), ground.nothing());
        if *is_acyclic {
            for (side, id) in ends(difference) {
                if let Some((_, own)) = ground.called(side, id) {
                    facts.add(fact::acyclic(kind, relation, own), ground.nothing());
                }
            }
        }
    }
}

/// Values that no other entity may have.
fn claimed(ground: &Ground<'_, '_, '_>, difference: &Difference, facts: &mut Facts) {
    let catalog = &ground.states.after.catalog;
    let kind = difference.blueprint.as_str();
    let Some((_, blueprint)) = catalog.find_blueprint(kind) else {
        return;
    };
    let Some(entity) = difference.after.and_then(|id| catalog.entity(id)) else {
        return;
    };
    for path in &blueprint.unique {
        let Some(name) = path.value.strip_prefix("properties.") else {
            continue;
        };
        let Some(entry) = entity.property(name) else {
            continue;
        };
        let value = canonical(&entry.node.to_json());
        let property = blueprint.property(name);
        let is_secret = property.is_some_and(|property| has_secret(&property.schema));
        if is_secret {
            // Whether two plans claim the same one is not told: they meet.
            facts.add(fact::unique(kind, name, "***"), ground.nothing());
            continue;
        }
        let own = digest(&json!([kind, name, value]));
        facts.add(fact::unique(kind, name, &value), own);
    }
}

/// Who is who, and who is a member of what.
fn authority(ground: &Ground<'_, '_, '_>, difference: &Difference, facts: &mut Facts) {
    let kind = difference.blueprint.as_str();
    let (before, after) = (&ground.states.before.catalog, &ground.states.after.catalog);
    let authority = Authority::of(before, after, kind, Happens::Changes);
    let stays = difference.before.is_some() && difference.after.is_some();
    let mut changes = difference.changes.iter();
    let is_moved = changes.any(|change| authority.has(&change.path));
    let is_group = |side| ground.groups(side).has(kind);
    if authority.is_empty() && !SIDES.into_iter().any(is_group) {
        return;
    }
    if stays && !is_moved && !difference.is_rename() {
        return;
    }
    facts.add(fact::MEMBERSHIPS, ground.nothing());
    for (side, id) in ends(difference) {
        let catalog = &ground.states.of(side).catalog;
        if let Some((_, blueprint)) = catalog.find_blueprint(kind) {
            for (kind, name) in members(ground, side, blueprint, id) {
                facts.add(fact::groups(kind, name), ground.nothing());
            }
        }
    }
    let is_known = [before, after].iter().any(|it| is_people(it, kind));
    let mut is_other = !stays || difference.is_rename();
    if is_known {
        is_other |= logins(ground, difference, facts);
    }
    if is_other {
        facts.add(fact::PEOPLE, ground.nothing());
    }
}

fn is_people(catalog: &Catalog, kind: &str) -> bool {
    let people = catalog.settings.people.as_ref();
    people.is_some_and(|people| people.blueprint.value == kind)
}

/// The logins and ids that somebody has on either side; whether they differ.
fn logins(ground: &Ground<'_, '_, '_>, difference: &Difference, facts: &mut Facts) -> bool {
    let mut known = Vec::new();
    for (side, id) in ends(difference) {
        let catalog = &ground.states.of(side).catalog;
        let people = catalog.settings.people.iter();
        let names = people.flat_map(|people| people.login.iter().chain(&people.id));
        let entity = catalog.entity(id);
        let values = names.filter_map(|name| entity?.property(&name.value));
        let values = values.map(|entry| {
            let value = entry.node.to_json();
            let text = value.as_str().map(str::to_owned);
            text.unwrap_or_else(|| value.to_string())
        });
        let own = ground.called(side, id).map(|(_, name)| name.to_owned());
        known.push(own.into_iter().chain(values).collect::<Vec<String>>());
    }
    let is_other = match known.as_slice() {
        [before, after] => before != after,
        _ => true,
    };
    if is_other {
        for login in known.iter().flatten() {
            facts.add(fact::login(login), ground.nothing());
        }
    }
    is_other
}

/// Whose groups an entity says: its own, or those of whom it makes a member.
fn members<'s>(
    ground: &Ground<'_, 's, '_>,
    side: Side,
    blueprint: &Blueprint,
    id: EntityId,
) -> Vec<(&'s str, &'s str)> {
    let compiled = ground.states.of(side);
    let member = blueprint.membership.as_ref().map(|it| &it.member.value);
    let ids = match member {
        Some(member) => compiled.graph.targets(&compiled.catalog, id, member),
        None => Vec::new(),
    };
    let ids = ids.into_iter().chain([id]);
    ids.filter_map(|id| ground.called(side, id)).collect()
}

/// What names an entity that has another name now.
fn renamed(ground: &Ground<'_, '_, '_>, difference: &Difference, facts: &mut Facts) {
    for (side, id) in ends(difference) {
        let compiled = ground.states.of(side);
        for edge in compiled.graph.incoming(id) {
            let relation = compiled.catalog.relation_of(edge.from, edge.relation);
            let from = ground.called(side, edge.from);
            if let (Some(relation), Some((kind, name))) = (relation, from) {
                let path = format!("relations.{}", relation.name.value);
                facts.add_of(kind, fact::part(kind, name, &path), ground.nothing());
            }
        }
        let Some((kind, name)) = ground.called(side, id) else {
            continue;
        };
        let groups = ground.groups(side);
        if !groups.has(kind) {
            continue;
        }
        let owned = groups.owned(name).iter();
        for (kind, name) in owned.filter_map(|id| ground.called(side, *id)) {
            facts.add_of(kind, fact::part(kind, name, "team"), ground.nothing());
        }
    }
}
