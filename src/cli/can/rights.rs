//! What a person may do: every action on every entity, in groups.
//!
//! In: a person, and an action or none. Out: [`Rights`], a row for each way in which entities of
//! a blueprint differ. Each entity is asked for with every value that rules tell apart, so the
//! work grows with the entities alone.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::cli::ask::Asking;
use crate::model::action::Operation;
use crate::model::{Action, BlueprintId, Entity, EntityId};
use crate::plan::asked::is_removal;
use crate::plan::claim;
use crate::plan::rights::sample::{Narrowed, Sample, Sampled, Samples, narrowed};
use crate::policy::What;
use crate::policy::{Authority, Happens};
use crate::policy::{BuiltIn, Falls, Principal, Question, Resource};
use crate::render::asked::{At, Verdict};
use crate::render::asked_text::named;
use crate::render::rights::{NotNow, Right, Rights};

mod granted;
mod held;
mod new;
mod one;
mod sort;

use held::Held;
pub(in crate::cli) use one::on_entity;
use sort::Sorting;

/// Builds the answer.
pub(in crate::cli) fn rights(
    asking: &Asking<'_>,
    actor: &Principal,
    what: Option<What<'_>>,
    at: Option<At>,
) -> Rights {
    let catalog = &asking.compiled.catalog;
    let (mut rights, mut not_now) = (Vec::new(), Vec::new());
    let mut as_they_are = Vec::new();
    let own = catalog.actions.iter().map(What::Catalog);
    let built_in = BuiltIn::ALL.into_iter().map(What::BuiltIn);
    let all: Vec<What<'_>> = match what {
        Some(what) => vec![what],
        None => own.chain(built_in).collect(),
    };
    for what in &all {
        let asker = Asker {
            asking,
            actor,
            what: *what,
            nothing: Map::new(),
            one: None,
        };
        let rows = asker.rows(&mut not_now);
        if asker.reads_after(&rows) {
            as_they_are.push(what.word().to_owned());
        }
        rights.extend(rows);
    }
    let freezes = catalog.settings.freezes.iter();
    let freezes = freezes.filter(|_| asking.rules.now().is_none());
    let may = |is_built_in: bool| {
        let mut names: Vec<&str> = rights
            .iter()
            .filter(|right: &&Right| right.built_in == is_built_in)
            .map(|right| right.action.as_str())
            .collect();
        names.dedup();
        names.len()
    };
    Rights {
        version: 1,
        actor: asking.rules.login(actor).to_owned(),
        action: what.map(|what| what.word().to_owned()),
        at,
        actions: (may(false), catalog.actions.len()),
        built_in: (may(true), BuiltIn::ALL.len()),
        errors: asking.errors(),
        rights,
        not_now,
        unasked_freezes: freezes
            .map(|freeze| freeze.name.value.to_string())
            .collect(),
        as_they_are,
    }
}

/// One person and one action.
struct Asker<'a, 'c> {
    asking: &'a Asking<'c>,
    actor: &'a Principal,
    what: What<'a>,
    /// The inputs of what takes none.
    nothing: Map<String, Json>,
    /// The only entity that is asked for, where it is one.
    one: Option<EntityId>,
}

/// A row: what is the same for all entities of it.
type Key = (Verdict, Narrowed);

impl Asker<'_, '_> {
    fn rows(&self, not_now: &mut Vec<NotNow>) -> Vec<Right> {
        let catalog = &self.asking.compiled.catalog;
        match self.what {
            What::BuiltIn(built_in) if built_in.is_on_root() => self.on_root(),
            What::Catalog(action) => catalog
                .find_blueprint(&action.blueprint.value)
                .map_or_else(Vec::new, |(kind, _)| self.on(kind, not_now)),
            What::BuiltIn(_) => catalog
                .kinds()
                .flat_map(|(kind, _)| self.on(kind, not_now))
                .collect(),
        }
    }

    /// Whether a rule reads what an entity becomes that stays, of what there are rows for.
    fn reads_after(&self, rows: &[Right]) -> bool {
        let catalog = &self.asking.compiled.catalog;
        let kinds = rows.iter().filter_map(|row| row.blueprint.as_deref());
        let mut kinds = kinds.filter_map(|kind| catalog.find_blueprint(kind));
        let stays = !self.is_creation() && !is_removal(self.what);
        stays && kinds.any(|(id, _)| self.asking.rules.reads_after(self.what.name(), id))
    }

    fn is_creation(&self) -> bool {
        match self.what {
            What::Catalog(action) => action.operation.value == Operation::Create,
            What::BuiltIn(built_in) => built_in == BuiltIn::Create,
        }
    }

    fn on(&self, kind: BlueprintId, not_now: &mut Vec<NotNow>) -> Vec<Right> {
        let (catalog, rules) = (&self.asking.compiled.catalog, &self.asking.rules);
        let Some(blueprint) = catalog.blueprint(kind) else {
            return Vec::new();
        };
        if !rules.may_permit(self.what.name(), kind) {
            return Vec::new();
        }
        if self.is_creation() && !self.may_follow(kind, None) {
            return Vec::new();
        }
        let grants = self.grants(blueprint);
        let looks = rules.looks(self.what.name(), kind);
        let falls = Falls::of(catalog, &blueprint.identifier.value);
        let samples = Samples::new(&[Sampled {
            falls: match self.what {
                What::BuiltIn(built_in) => Some((built_in, &falls)),
                What::Catalog(_) => None,
            },
            action: self.what.action(),
            blueprint: Some(blueprint),
            looks: &looks,
        }]);
        let held = Held::new(self.asking, self.what, blueprint);
        let held = held.is_possible().then_some(held);
        let asked = Sorting {
            kind,
            looks: &looks,
            samples: &samples,
            grants: &grants,
        };
        let sorted = if self.is_creation() {
            self.sort_new(&asked)
        } else {
            self.sort_present(&asked, held.as_ref())
        };
        let blueprint = blueprint.identifier.value.as_str();
        not_now.extend(sorted.stopped.into_iter().map(|(why, entities)| NotNow {
            action: self.what.word().to_owned(),
            blueprint: blueprint.to_owned(),
            why,
            entities,
        }));
        self.named(sorted.rows, Some(blueprint), sorted.of)
    }

    /// Whether a plan would make this action of some change of an entity: what an action of the
    /// catalog claims is no built-in one, and one with a condition is for what meets it.
    fn may_follow(&self, kind: BlueprintId, id: Option<EntityId>) -> bool {
        let catalog = &self.asking.compiled.catalog;
        let holds = |action: &Action| {
            let condition = action.trigger.condition.as_ref();
            // What a condition says of the change itself is not known.
            if condition.is_none_or(|it| it.value.contains(".after")) {
                return condition.is_none().then_some(true);
            }
            let entity = || id.map_or(Json::Null, |id| self.asking.derived.entity(id));
            let context = || json!({"before": entity(), "after": entity()});
            Some(claim::condition(action, context) == Ok(Some(true)))
        };
        let blueprint = catalog.blueprint(kind);
        let name = blueprint.map(|it| &it.identifier.value);
        // A plan asks for `grant` where the change says who is who: also for another name.
        let authority = || {
            let name = name.map_or("", |name| name.as_str());
            Authority::of(catalog, catalog, name, Happens::Changes)
        };
        let happens = match self.what {
            What::Catalog(action) => return holds(action) != Some(false),
            What::BuiltIn(BuiltIn::Rename) => return !authority().has("identifier"),
            What::BuiltIn(BuiltIn::Update) => return !authority().is_whole(),
            What::BuiltIn(BuiltIn::Grant) => return !authority().is_empty(),
            What::BuiltIn(BuiltIn::Create) => Happens::Appears,
            What::BuiltIn(BuiltIn::Delete) => Happens::Disappears,
            What::BuiltIn(_) => return true,
        };
        let mut actions = catalog.actions.iter();
        !actions.any(|action| {
            Some(&action.blueprint.value) == name
                && claim::trigger(action, happens, &[]).is_some()
                && holds(action) == Some(true)
        })
    }

    fn verdict_new(&self, entity: &Entity, sample: &Sample) -> Verdict {
        let catalog = &self.asking.compiled.catalog;
        let mut inputs = own_inputs(sample).cloned().unwrap_or_default();
        new::fill(self.what, catalog, entity, &mut inputs);
        let question = self.question(Resource::Proposed(catalog, entity), sample);
        self.asking.verdict(&Question {
            inputs: &inputs,
            changed: &[],
            ..question
        })
    }

    fn verdict_on(&self, id: EntityId, sample: &Sample) -> Verdict {
        let question = self.question(Resource::Entity(id), sample);
        self.asking.verdict(&question)
    }

    /// A question about what stays as it is, or goes.
    fn question<'q>(&'q self, resource: Resource<'q>, sample: &'q Sample) -> Question<'q> {
        let catalog = &self.asking.compiled.catalog;
        let stays = match resource {
            Resource::Entity(id) if !is_removal(self.what) => catalog.entity(id),
            _ => None,
        };
        Question {
            actor: self.actor,
            action: self.what.name(),
            resource,
            inputs: own_inputs(sample).unwrap_or(&self.nothing),
            changed: &sample.changed,
            after: stays.map(|entity| (catalog, entity)),
            cause: None,
        }
    }

    /// The ways in which something may be done, each with what narrows it.
    fn ways(samples: &Samples, verdict: impl Fn(&Sample) -> Verdict) -> Vec<Key> {
        let verdicts: Vec<Verdict> = samples.all.iter().map(verdict).collect();
        [Verdict::Allowed, Verdict::NeedsApproval]
            .into_iter()
            .filter_map(|wanted| {
                let is_hit: Vec<bool> = verdicts.iter().map(|it| *it == wanted).collect();
                is_hit
                    .contains(&true)
                    .then(|| (wanted, narrowed(samples, &is_hit, named)))
            })
            .collect()
    }

    /// Definitions and what else is of the catalog itself.
    fn on_root(&self) -> Vec<Right> {
        let kinds = match self.what {
            What::BuiltIn(built_in) => built_in.roots(),
            What::Catalog(_) => &[],
        };
        let mut rows: BTreeMap<Key, Vec<String>> = BTreeMap::new();
        let sample = Sample::default();
        for kind in kinds {
            let resource = Resource::Root { kind, path: "" };
            let verdict = self.asking.verdict(&self.question(resource, &sample));
            if verdict != Verdict::Denied {
                let row = rows.entry((verdict, Narrowed::default())).or_default();
                row.push((*kind).to_owned());
            }
        }
        self.named(rows, None, kinds.len())
    }

    fn named(
        &self,
        rows: BTreeMap<Key, Vec<String>>,
        blueprint: Option<&str>,
        of: usize,
    ) -> Vec<Right> {
        let named = rows
            .into_iter()
            .map(|((verdict, narrowed), entities)| Right {
                action: self.what.word().to_owned(),
                built_in: self.what.action().is_none(),
                new: self.is_creation(),
                blueprint: blueprint.map(ToOwned::to_owned),
                verdict,
                only: narrowed.only,
                but: narrowed.but,
                of,
                entities,
            });
        named.collect()
    }
}

/// `owner checkout or platform`.
fn either(claims: &[String]) -> String {
    let mut words: Vec<&str> = claims.iter().map(String::as_str).collect();
    let name = words.first().and_then(|first| first.split_once(' '));
    let name = name.map_or("", |(name, _)| name);
    for word in words.iter_mut().skip(1) {
        let short = word.strip_prefix(name).map(str::trim_start);
        *word = short.unwrap_or(word);
    }
    words.join(" or ")
}

/// The inputs of a sample, as the one catalog takes them.
fn own_inputs(sample: &Sample) -> Option<&Map<String, Json>> {
    sample.inputs.first().and_then(Option::as_ref)
}
