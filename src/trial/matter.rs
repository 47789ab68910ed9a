//! The actions that a question of a test is, as a plan would make them of it.
//!
//! In: a question as it is written. Out: [`Matter`]s, all of which must be allowed: who belongs to a
//! team is `grant` whatever the test calls it, and what an action claims is that action.

use serde_json::{Map, Value as Json};

use crate::check::trial::{Asked, On};
use crate::derive::{Derived, Secrecy};
use crate::model::path::covers;
use crate::model::{Blueprint, Catalog, Entity, EntityId};
use crate::plan::asked::{self, Change, Part, is_removal};
use crate::plan::diff::{self, PathChange};
use crate::plan::would_be_over;
use crate::policy::{Decision, Need, Outcome, Principal, Question, Reason, Resource, What};
use crate::trial::Bench;

/// One of the actions, without who asks.
pub(super) struct Matter<'q> {
    pub(super) what: What<'q>,
    inputs: Map<String, Json>,
    changed: Vec<String>,
    /// Why nobody may, whoever asks.
    unmet: Option<String>,
    on: &'q On,
    after: Option<&'q Entity>,
    /// The same with an owner whom nobody knows, where nobody says who it is.
    whoever: Option<Entity>,
}

impl<'q> Matter<'q> {
    /// All that a question is.
    ///
    /// Errors: why no plan could be made of it.
    pub(super) fn all(bench: &'q Bench<'_>, asked: &'q Asked<'_>) -> Result<Vec<Self>, String> {
        let catalog = &bench.compiled.catalog;
        let (id, entity) = match &asked.on {
            On::Entity(id) => (Some(*id), catalog.entity(*id)),
            On::New(entity) => (None, Some(&**entity)),
            On::Root { kind, .. } => return Ok(vec![Self::root(asked, kind)]),
        };
        let blueprint = entity.and_then(|entity| catalog.blueprint(entity.blueprint));
        let (Some(entity), Some(blueprint)) = (entity, blueprint) else {
            return Err("the entity has no blueprint".to_owned());
        };
        let derived = Derived::new(catalog, &bench.compiled.graph).at(bench.rules.now());
        let after = asked.after.as_deref().unwrap_or(entity);
        let after = (!is_removal(asked.what)).then_some(after);
        let seen = seen(blueprint, id.and(Some(entity)), after);
        let change = Change {
            blueprint,
            before: id.and(Some(entity)),
            after,
            paths: paths(asked, id, &seen),
            seen,
            context: asked::context(&derived, id, (blueprint, after)),
            secrecy: Secrecy::of(catalog),
        };
        let owners = id.map_or_else(Vec::new, |id| derived.owner(id));
        let parts = asked::parts(catalog, asked.what, &change)?.into_iter();
        parts
            .map(|part| Self::of(bench, asked, part, (owners.clone(), &change)))
            .collect()
    }

    fn root(asked: &'q Asked<'_>, kind: &str) -> Self {
        Self {
            what: asked::on_root(asked.what, kind),
            inputs: Map::new(),
            changed: Vec::new(),
            unmet: None,
            on: &asked.on,
            after: None,
            whoever: None,
        }
    }

    fn of(
        bench: &'q Bench<'_>,
        asked: &'q Asked<'_>,
        part: Part<'q>,
        (owners, change): (Vec<EntityId>, &Change<'_>),
    ) -> Result<Self, String> {
        let known = |path: &&str| change.seen.iter().any(|it| covers(path, &it.path));
        let named = asked.changed.iter().map(String::as_str);
        // A name is no path of what an entity says.
        let named = named.filter(|path| *path != "identifier");
        let unknown: Vec<&str> = named.filter(|path| !known(path)).collect();
        let inputs = match part.what {
            What::BuiltIn(_) => Map::new(),
            What::Catalog(action) => {
                let is_asked = asked.what.word() == part.what.word();
                let given = if is_asked {
                    asked.inputs.clone()
                } else {
                    Map::new()
                };
                let inputs = asked::filled(action, given, &unknown, change)?;
                let mut required = action.inputs.required.iter();
                let is_there = |name: &str| is_asked || inputs.contains_key(name);
                if let Some(name) = required.find(|it| !is_there(&it.value)) {
                    let (word, name) = (part.what.word(), &name.value);
                    return Err(format!(
                        "this change is `{word}`, which needs the input `{name}`: ask for `{word}`"
                    ));
                }
                inputs
            }
        };
        let catalog = &bench.compiled.catalog;
        let over = || would_be_over(part.what, change, bench.rules.now());
        // Where nobody says when it is, no freeze is on: a test is about the rules.
        let frozen = asked::frozen(catalog, &bench.rules, part.what, (owners, change));
        Ok(Self {
            what: part.what,
            inputs,
            changed: part.changed,
            unmet: part.unmet.or_else(over).or(frozen.unwrap_or_default()),
            on: &asked.on,
            after: asked.after.as_deref(),
            whoever: change
                .after
                .and_then(|after| asked::owned_by_whoever(&bench.rules, after, &unknown)),
        })
    }

    /// The question of one person.
    pub(super) fn question<'r>(
        &'r self,
        catalog: &'r Catalog,
        actor: &'r Principal,
    ) -> Question<'r> {
        Question {
            actor,
            action: self.what.name(),
            resource: match self.on {
                On::Entity(id) => Resource::Entity(*id),
                On::New(entity) => Resource::Proposed(catalog, entity),
                On::Root { kind, path } => Resource::Root { kind, path },
            },
            inputs: &self.inputs,
            changed: &self.changed,
            after: self.after.map(|entity| (catalog, entity)),
            cause: None,
        }
    }

    /// The answer to one person.
    pub(super) fn decision(&self, bench: &Bench<'_>, actor: &Principal) -> Decision {
        let catalog = &bench.compiled.catalog;
        match &self.unmet {
            None => bench.rules.judge(&self.question(catalog, actor)),
            Some(why) => Decision {
                outcome: Outcome::Denied,
                reasons: vec![Reason {
                    text: why.clone(),
                    place: None,
                    rule: None,
                }],
                could: Vec::new(),
                is_unfit: false,
            },
        }
    }

    /// Whose agreement it needs.
    pub(super) fn needs<'a>(
        &'a self,
        bench: &'a Bench<'_>,
        actors: impl Iterator<Item = &'a Principal>,
    ) -> Vec<Need> {
        let catalog = &bench.compiled.catalog;
        let whoever = self.whoever.as_ref().map(|entity| (catalog, entity));
        bench.rules.approvals_of(actors.map(|actor| {
            let question = self.question(catalog, actor);
            Question {
                after: whoever.or(question.after),
                ..question
            }
        }))
    }

    /// The logins of those who may, sorted.
    pub(super) fn who_may(&self, bench: &Bench<'_>, actor: &Principal) -> Vec<String> {
        if self.unmet.is_some() {
            return Vec::new();
        }
        let catalog = &bench.compiled.catalog;
        let may = bench.rules.who_may(&self.question(catalog, actor));
        may.iter().map(ToString::to_string).collect()
    }
}

/// What changes to another value than it has.
fn seen(blueprint: &Blueprint, before: Option<&Entity>, after: Option<&Entity>) -> Vec<PathChange> {
    let both = before.zip(after);
    both.map_or_else(Vec::new, |(before, after)| {
        diff::changes([Some(blueprint); 2], before, after)
    })
}

/// The paths that change: those that are told, as they change, or what the action is started by.
fn paths(asked: &Asked<'_>, id: Option<EntityId>, seen: &[PathChange]) -> Vec<String> {
    if id.is_none() || is_removal(asked.what) {
        return Vec::new();
    }
    let is_seen = |path: &&String| seen.iter().any(|it| covers(path, &it.path));
    let told = asked.changed.iter().filter(|path| !is_seen(path)).cloned();
    let told = seen.iter().map(|it| it.path.clone()).chain(told);
    asked::paths(asked.what, told)
}
