//! What a merge changes besides entities, and what stops all of it, by the design alone.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Difference, Draft, Oracle};
use super::judge::{Judged, Outcome, Refusal};
use super::world::{Entity, Trigger, World};
use super::write::{self, SETTINGS};

impl<'w> Oracle<'w> {
    /// The definitions that change: their kind and file.
    fn defined(&self) -> BTreeMap<String, &'static str> {
        fn changed<T: PartialEq>(
            was: &BTreeMap<String, T>,
            is: &BTreeMap<String, T>,
            kind: &'static str,
            all: &mut BTreeMap<String, &'static str>,
        ) {
            let gone = was.keys().filter(|path| !is.contains_key(*path));
            let other = is.iter().filter(|(path, it)| was.get(*path) != Some(it));
            let paths = gone.chain(other.map(|(path, _)| path));
            all.extend(paths.map(|path| (path.clone(), kind)));
        }
        let mut all = BTreeMap::new();
        let blueprints = |world: &'w World| -> BTreeMap<_, _> {
            let all = world.blueprints.iter();
            all.map(|it| (write::blueprint_file(&it.name), it))
                .collect()
        };
        changed(
            &blueprints(self.target),
            &blueprints(self.result),
            "blueprint",
            &mut all,
        );
        let actions = |world: &'w World| -> BTreeMap<_, _> {
            let all = world.actions.iter();
            all.map(|it| (write::action_file(&it.name), it)).collect()
        };
        changed(
            &actions(self.target),
            &actions(self.result),
            "action",
            &mut all,
        );
        // A policy is the text that people wrote: a comment may be what they went by.
        let policies = |world: &'w World| -> BTreeMap<_, _> {
            let all = world.policies.iter();
            all.map(|(name, rules)| {
                let path = write::policy_file(name);
                let comments = world.comments.get(&path).copied();
                (path, (rules, comments))
            })
            .collect()
        };
        changed(
            &policies(self.target),
            &policies(self.result),
            "policy",
            &mut all,
        );
        if self.target.settings != self.result.settings {
            all.insert(SETTINGS.to_owned(), "settings");
        }
        all
    }

    /// Every change of a file that is no step: what is asked, of which kind, about which path.
    pub(crate) fn covered(
        &self,
        differences: &[Difference<'w>],
    ) -> Vec<(&'static str, &'static str, String)> {
        let defined = self.defined();
        let mut explained: BTreeSet<String> = defined.keys().cloned().collect();
        let (was, is) = (write::files(self.target), write::files(self.result));
        // A comment is no part of a step: what a file that stays says beside it is asked for.
        let is_beside = |path: &String| {
            let comments = |world: &World| world.comments.get(path).copied();
            let stays = was.contains_key(path) && is.contains_key(path);
            stays && comments(self.target) != comments(self.result)
        };
        let mut moved = BTreeSet::new();
        for difference in differences {
            let sides = [difference.before, difference.after];
            let files = sides.into_iter().flatten().map(write::entity_file);
            let files: BTreeSet<String> = files.collect();
            // The step of what stays says nothing of files.
            if files.len() > 1 {
                moved.extend(files);
                continue;
            }
            explained.extend(files.into_iter().filter(|path| !is_beside(path)));
        }
        explained.retain(|path| !moved.contains(path) || defined.contains_key(path));
        let mut all: Vec<_> = defined
            .into_iter()
            .map(|(path, kind)| ("define", kind, path))
            .collect();
        for request in self.new_requests() {
            let path = write::request_file(&request.id);
            let is_about = |difference: &Difference<'_>| {
                let sides = [difference.before, difference.after].into_iter().flatten();
                sides.map(Entity::id).any(|id| request.of == Some(id))
            };
            // What takes nothing as already true is a file like any other.
            if request.action == "record" && !differences.iter().any(is_about) {
                continue;
            }
            explained.insert(path.clone());
            if request.action == "override" {
                all.push(("override", "guard", path));
            }
        }
        let paths: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        let changed = paths
            .into_iter()
            .filter(|path| was.get(*path) != is.get(*path));
        all.extend(
            changed
                .filter(|path| !explained.contains(*path))
                .map(|path| ("meta", "file", path.clone())),
        );
        all
    }

    pub(crate) fn refusals(
        &self,
        differences: &[Difference<'_>],
        drafts: &[Draft<'_>],
        covered: &BTreeMap<(String, String), Judged>,
    ) -> BTreeSet<Refusal> {
        let mut refusals = BTreeSet::new();
        let guards = &self.target.settings;
        let mut deleted: BTreeMap<&str, usize> = BTreeMap::new();
        for gone in differences.iter().filter(|it| it.after.is_none()) {
            let kind = gone.before.map_or("", |before| &before.blueprint);
            *deleted.entry(kind).or_default() += 1;
        }
        let all: usize = deleted.values().sum();
        let is_lifted = self.new_requests().iter().any(|request| {
            let lifts = request.inputs.get("deletes").copied();
            // Whom nobody permits to lift it lifts nothing.
            let key = ("override".to_owned(), write::request_file(&request.id));
            let is_permitted = covered
                .get(&key)
                .is_some_and(|judged| judged.outcome == Outcome::Allowed);
            request.action == "override" && is_permitted && lifts == i64::try_from(all).ok()
        });
        // One deletion is never a mass.
        let is_mass = |(kind, count): (&&str, &usize)| {
            *count > 1 && count * 100 > self.target.of(kind).count() * guards.percent
        };
        // Each guard is lifted by its own number; no request here lifts that of a kind.
        if (!is_lifted && all > guards.deletes) || deleted.iter().any(is_mass) {
            refusals.insert(Refusal::Guard);
        }
        let moved = differences.iter().filter(|it| self.moves_authority(it));
        if guards.authority.is_some_and(|most| moved.count() > most) {
            refusals.insert(Refusal::Authority);
        }
        let mut pairs = drafts.iter().enumerate();
        if pairs.any(|(n, draft)| drafts[..n].iter().any(|other| draft.is_of(other))) {
            refusals.insert(Refusal::Differing);
        }
        let defined = self.defined();
        let changes_policy = defined.values().any(|kind| *kind == "policy");
        for action in drafts.iter().filter_map(|draft| draft.own) {
            if changes_policy || defined.contains_key(&write::action_file(&action.name)) {
                refusals.insert(Refusal::UsedAndChanged);
            }
        }
        for request in self.new_requests() {
            let action = self.target.action(&request.action);
            let is_answered = action.is_some_and(|it| it.trigger == Trigger::Request);
            let is_known = ["record", "override"].contains(&request.action.as_str());
            if !is_known && !is_answered {
                refusals.insert(Refusal::Unanswered);
            }
        }
        refusals
    }
}
