//! What each step of a plan reads and what it writes, as facts with digests.
//!
//! In: both sides, the drafts and their steps, what may be derived from what changes, the rules.
//! Out: `reads` and `writes` of each step, and the footprint of what is no step. What is read may
//! be more than was needed, and is never less: a merge that writes nothing that a plan reads
//! leaves its steps, its verdicts and its calls what they are. `commute` builds on it.
//!
//! `fact` names facts, `reads` and `decided` say what a step rests on, `writes` and `defined`
//! what changes. The footprint is in no digest.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{Value as Json, json};

use crate::model::EntityId;
use crate::plan::Asked;
use crate::plan::decide::Judge;
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::Draft;
use crate::plan::effect::{Reached, twin};
use crate::plan::file::{Covered, Fact, Footprint, Step, digest};
use crate::plan::guard;
use crate::plan::handed::Handed;
use crate::plan::hide::Secrets;
use crate::plan::order::Slot;
use crate::plan::value::States;
use crate::policy::{ActionName, Form, Rules};

mod decided;
mod defined;
pub(super) mod ended;
pub(super) mod fact;
mod group;
mod reads;
mod writes;

use fact::Facts;
use group::Groups;

/// An entity by its numbers on both sides.
type Pair = (Option<EntityId>, Option<EntityId>);

/// What a footprint is made of.
pub(super) struct Ground<'f, 's, 'c> {
    states: &'f States<'s>,
    judge: &'f Judge<'f, 'c>,
    /// What no digest may be made of: few unknown digits could be tried until they are known.
    secrets: &'f Secrets<'s>,
    /// All differences, whatever made them; the authored ones first.
    differences: Vec<&'f Difference>,
    reached: &'f Reached,
    /// Entities that are deleted, by kind.
    deletes: BTreeMap<&'f str, usize>,
    /// What may be derived from each difference.
    caused: BTreeMap<usize, Vec<(EntityId, &'f str)>>,
    /// The groups of the target, and those of the result.
    groups: [OnceCell<Groups<'s>>; 2],
    digests: RefCell<BTreeMap<String, String>>,
    forms: RefCell<BTreeMap<String, Rc<(Form, String)>>>,
}

impl<'f, 's, 'c> Ground<'f, 's, 'c> {
    pub(super) fn new(
        states: &'f States<'s>,
        (judge, secrets): (&'f Judge<'f, 'c>, &'f Secrets<'s>),
        (authored, defined): (&'f [Difference], &'f [Difference]),
        reached: &'f Reached,
    ) -> Self {
        let differences: Vec<&Difference> = authored.iter().chain(defined).collect();
        let mut deletes = BTreeMap::new();
        for gone in differences.iter().filter(|it| it.after.is_none()) {
            *deletes.entry(gone.blueprint.as_str()).or_default() += 1;
        }
        let mut caused: BTreeMap<usize, Vec<(EntityId, &str)>> = BTreeMap::new();
        for ((after, property), causes) in reached {
            let numbers: BTreeSet<usize> = causes.iter().map(|it| it.difference).collect();
            for number in numbers {
                caused.entry(number).or_default().push((*after, property));
            }
        }
        Self {
            caused,
            states,
            judge,
            secrets,
            differences,
            reached,
            deletes,
            groups: [OnceCell::new(), OnceCell::new()],
            digests: RefCell::default(),
            forms: RefCell::default(),
        }
    }

    /// Gives each step its footprint; the rest is that of the plan.
    pub(super) fn fill(
        &self,
        (drafts, slots, handed): (&[Draft<'s>], &[Slot], &Handed),
        coverage: &[Covered],
        asked: &Asked<'_>,
        steps: &mut [Step],
    ) -> Footprint {
        let mut files = writes::files(self, asked.outside);
        let by_pair: BTreeMap<Pair, usize> = (self.differences.iter().enumerate())
            .map(|(n, it)| ((it.before, it.after), n))
            .collect();
        let mut told = BTreeSet::new();
        for (step, slot) in steps.iter_mut().zip(slots) {
            let Some(draft) = drafts.get(slot.draft) else {
                continue;
            };
            let number = by_pair.get(&(draft.before, draft.after)).copied();
            let mut reads = reads::of_step(self, draft, number);
            decided::of_step(self, draft, step, &mut reads);
            for (before, after) in handed.by(slot.draft) {
                reads::owners(self, Side::Before, before, &mut reads);
                reads::owners(self, Side::After, after, &mut reads);
            }
            let mut writes = Facts::default();
            if let Some(difference) = number.and_then(|n| self.differences.get(n)) {
                writes::of_difference(self, difference, &mut writes);
                files.of_difference(self, difference, &mut writes);
                told.extend(number);
            }
            for request in &draft.requests {
                files.of_request(self, request, &mut writes);
            }
            step.reads = shown(reads, self.secrets);
            step.writes = shown(writes, self.secrets);
        }
        let (mut reads, mut writes) = (Facts::default(), Facts::default());
        for (n, difference) in self.differences.iter().enumerate() {
            if !told.contains(&n) {
                writes::of_difference(self, difference, &mut writes);
            }
        }
        for request in crate::plan::draft::new_requests(self.states) {
            files.of_request(self, request, &mut writes);
            reads::of_request(self, request, &mut reads);
        }
        files.rest(&mut writes);
        decided::of_coverage(self, coverage, &mut reads);
        defined::definitions(self, &mut reads, &mut writes);
        if !asked.has_target || defined::is_unknown(self) {
            reads.add(fact::EVERYTHING, self.nothing());
        }
        Footprint {
            reads: shown(reads, self.secrets),
            writes: shown(writes, self.secrets),
            guards: guard::sums(self.states, drafts),
        }
    }

    /// Gives each step of what has expired its footprint; the rest is that of the plan.
    pub(super) fn fill_expired(
        &self,
        (drafts, slots): (&[Draft<'s>], &[Slot]),
        steps: &mut [Step],
    ) -> Footprint {
        let gone = self.differences.iter().map(|it| (it.before, *it));
        let gone: BTreeMap<Option<EntityId>, &Difference> = gone.collect();
        for (step, slot) in steps.iter_mut().zip(slots) {
            let Some(draft) = drafts.get(slot.draft) else {
                continue;
            };
            let mut reads = reads::of_step(self, draft, None);
            decided::of_step(self, draft, step, &mut reads);
            step.reads = shown(reads, self.secrets);
            let gone = gone.get(&draft.before).filter(|_| draft.after.is_none());
            if let Some(difference) = gone {
                let mut writes = Facts::default();
                writes::of_difference(self, difference, &mut writes);
                step.writes = shown(writes, self.secrets);
            }
        }
        self.of_ended()
    }

    /// The derived values that a difference may change, by their entities in the result.
    fn caused(&self, number: usize) -> &[(EntityId, &'f str)] {
        self.caused.get(&number).map_or(&[], Vec::as_slice)
    }

    fn rules(&self) -> &'f Rules<'c> {
        self.judge.rules
    }

    /// What an entity of a side is called on the target; none where it is new.
    fn on_target(&self, side: Side, id: EntityId) -> Option<EntityId> {
        match side {
            Side::Before => Some(id),
            Side::After => twin(self.states, Side::After, id),
        }
    }

    /// The kind and the name of an entity of a side.
    fn called(&self, side: Side, id: EntityId) -> Option<(&'s str, &'s str)> {
        let catalog = &self.states.of(side).catalog;
        let entity = catalog.entity(id)?;
        let kind = catalog.blueprint(entity.blueprint)?;
        Some((&kind.identifier.value, &entity.identifier.value))
    }

    /// The groups of a side.
    fn groups(&self, side: Side) -> &Groups<'s> {
        let [before, after] = &self.groups;
        let groups = if side == Side::Before { before } else { after };
        groups.get_or_init(|| Groups::of(&self.states.of(side).catalog))
    }

    /// The digest of something, made once.
    fn digest(&self, what: &str, make: impl FnOnce() -> Json) -> String {
        if let Some(known) = self.digests.borrow().get(what) {
            return known.clone();
        }
        let fresh = digest(&make());
        let mut digests = self.digests.borrow_mut();
        digests.insert(what.to_owned(), fresh.clone());
        fresh
    }

    /// The digest of what is not there.
    fn nothing(&self) -> String {
        self.digest("", || Json::Null)
    }

    /// All that an entity says openly.
    fn said(&self, side: Side, id: EntityId) -> Json {
        let mut said = self.states.derived(side).entity(id);
        if let Some((kind, _)) = self.called(side, id) {
            self.secrets.blank(kind, &mut said);
        }
        said
    }

    /// What may be said of the value of an entity at a path.
    fn open(&self, kind: &str, path: &str, mut value: Json) -> Json {
        self.secrets.blank_at(kind, path, &mut value);
        value
    }

    /// All of an entity of the target.
    fn whole(&self, id: EntityId, facts: &mut Facts) {
        if let Some((kind, name)) = self.called(Side::Before, id) {
            let what = fact::entity(kind, name);
            let digest = self.digest(&what, || self.said(Side::Before, id));
            facts.add_of(kind, what, digest);
        }
    }

    /// A part of an entity of the target.
    fn part(&self, id: EntityId, path: &str, facts: &mut Facts) {
        if path.is_empty() {
            return self.whole(id, facts);
        }
        if let Some((kind, name)) = self.called(Side::Before, id) {
            let what = fact::part(kind, name, path);
            let digest = self.digest(&what, || {
                let value = json!(self.states.derived(Side::Before).read(id, path));
                json!([what, self.open(kind, path, value)])
            });
            facts.add_of(kind, what, digest);
        }
    }

    /// Who points at an entity of the target by a relation.
    fn pointed(&self, id: EntityId, by: &str, facts: &mut Facts) {
        if let Some((kind, name)) = self.called(Side::Before, id) {
            let what = fact::to(kind, name, Some(by));
            let digest = self.digest(&what, || self.pointing(id, by));
            facts.add_of(kind, what, digest);
        }
    }

    fn pointing(&self, id: EntityId, by: &str) -> Json {
        let before = self.states.before;
        let edges = before.graph.incoming(id).filter_map(|edge| {
            let relation = before.catalog.relation_of(edge.from, edge.relation)?;
            let (kind, name) = self.called(Side::Before, edge.from)?;
            (format!("{kind}.{}", relation.name.value) == by).then_some(name)
        });
        let mut names: Vec<&str> = edges.collect();
        names.sort_unstable();
        json!(names)
    }

    /// That the target has an entity of a name, or that it has none.
    fn named(&self, kind: &str, name: &str, facts: &mut Facts) {
        let catalog = &self.states.before.catalog;
        let found = catalog.find_blueprint(kind);
        let found = found.and_then(|(id, _)| catalog.find_entity(id, name));
        let what = fact::name(kind, name);
        let digest = self.digest(&what, || json!(found.is_some()));
        facts.add(what, digest);
    }

    /// What the rules about an action say.
    fn form(&self, action: ActionName<'_>, kind: Option<&str>) -> (String, Rc<(Form, String)>) {
        let name = match (action, kind) {
            (ActionName::Catalog(name), _) => name.to_owned(),
            (ActionName::BuiltIn(built_in), Some(kind)) => built_in.name_for(kind),
            (ActionName::BuiltIn(built_in), None) => built_in.word().to_owned(),
        };
        if let Some(known) = self.forms.borrow().get(&name) {
            return (name, Rc::clone(known));
        }
        let catalog = &self.states.before.catalog;
        let id = kind.and_then(|kind| Some(catalog.find_blueprint(kind)?.0));
        let form = self.rules().form(action, id);
        let digest = digest(&json!(form.said()));
        let made = Rc::new((form, digest));
        let mut forms = self.forms.borrow_mut();
        forms.insert(name.clone(), Rc::clone(&made));
        (name, made)
    }
}

/// Facts, with nothing in their names that is a secret. Two plans call one fact the same, so its
/// name has no mask of their own; its digest has, for else it could be tried until it is known.
fn shown(facts: Facts, secrets: &Secrets<'_>) -> Vec<Fact> {
    let mut facts = facts.told();
    for fact in &mut facts {
        if secrets.blank_in(&mut fact.what) {
            fact.digest = secrets.masks().digest(&json!(fact.digest));
        }
    }
    facts.sort();
    facts.dedup_by(|later, earlier| later.what == earlier.what);
    facts
}
