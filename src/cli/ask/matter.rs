//! What is asked about: an action, an entity and its inputs, made whole from what was written.
//!
//! In: a [`Wish`], as somebody typed it. Out: a [`Matter`], from which questions are made. Inputs
//! that an edited entity would fill are filled, and an input that an entity fills edits a copy
//! of it, so that rules see what they would see in a pull request.

use serde_json::{Map, Value as Json};

use crate::cli::Failure;
use crate::cli::ask::Asking;
use crate::cli::ask::claim::{Claim, NEW_NAME, blank, unknown};
use crate::cli::ask::fill::{are_there, filled, input_names, missing_claim};
use crate::cli::ask::frozen::{self, Refusal};
use crate::cli::ask::subject::{Subject, Written};
use crate::cli::ask::value::typed;
use crate::derive::{Secrecy, has_secret};
use crate::model::path::covers;
use crate::model::{Blueprint, BlueprintId, Catalog, Entity, EntityId};
use crate::plan::asked::{self, Change, Part, is_removal, parts};
use crate::plan::diff::{self, PathChange};
use crate::plan::file::show;
use crate::plan::rights::candidate::paths;
use crate::plan::would_be_over;
use crate::policy::What;
use crate::policy::{BuiltIn, Need, Principal, Question, Resource};
use crate::text::{choose, visible};

/// What somebody wants to know, with values of the right types.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Wish<'c> {
    pub(in crate::cli) what: What<'c>,
    pub(in crate::cli) subject: Subject,
    pub(in crate::cli) inputs: Map<String, Json>,
    pub(in crate::cli) claims: Vec<Claim>,
    pub(in crate::cli) changed: Vec<String>,
}

/// A question without who asks.
#[derive(Debug)]
pub(in crate::cli) struct Matter<'c> {
    pub(in crate::cli) what: What<'c>,
    pub(in crate::cli) inputs: Map<String, Json>,
    pub(in crate::cli) changed: Vec<String>,
    pub(in crate::cli) unmet: Option<Refusal>,
    resource: Owned,
    /// The entity with an owner whom nobody knows, where nobody says who it is.
    whoever: Option<Box<Entity>>,
}

#[derive(Debug)]
enum Owned {
    /// An entity, and what it becomes; nothing where it is deleted.
    Entity(EntityId, Option<Box<Entity>>),
    New(Box<Entity>),
    Root(&'static str, String),
}

impl<'c> Wish<'c> {
    /// Reads what is wished.
    pub(in crate::cli) fn read(
        asking: &Asking<'c>,
        what: What<'c>,
        written: Written<'_>,
    ) -> Result<Self, Failure> {
        let catalog = &asking.compiled.catalog;
        let subject = Subject::read(catalog, what, written)?;
        let mut wish = Self {
            what,
            subject,
            inputs: Map::new(),
            claims: Vec::new(),
            changed: Vec::new(),
        };
        let blueprint = wish.blueprint(catalog);
        for (key, value) in written.set {
            wish.set(catalog, blueprint, key, value)?;
        }
        for path in written.changed {
            let Some(blueprint) = blueprint else {
                return Err(Failure::new("only entities have paths that change"));
            };
            let derived = blueprint
                .derived()
                .map(|it| format!("properties.{}", it.value));
            let is_known = paths(blueprint)
                .into_iter()
                .chain(derived)
                .any(|known| covers(&known, path));
            if !is_known {
                return Err(unknown(blueprint, path));
            }
            wish.changed.push(path.clone());
        }
        Ok(wish)
    }

    fn set(
        &mut self,
        catalog: &Catalog,
        blueprint: Option<&Blueprint>,
        key: &str,
        value: &str,
    ) -> Result<(), Failure> {
        if let Some(action) = self.what.action()
            && let Some(schema) = action.inputs.schema(key)
        {
            let read = typed(&action.identifier.value, key, schema, value)?;
            are_there(catalog, (action, blueprint), (key, value), &read)?;
            self.inputs.insert(key.to_owned(), read);
            return Ok(());
        }
        let Some(blueprint) = blueprint else {
            return Err(Failure::new(format!(
                "`{}` takes no inputs",
                self.what.word()
            )));
        };
        if key == NEW_NAME && matches!(self.what, What::BuiltIn(BuiltIn::Rename)) {
            self.claims.push(Claim::name(value));
            return Ok(());
        }
        if key.contains('.') || matches!(key, "title" | "team") || self.what.action().is_none() {
            self.claims
                .push(Claim::read(catalog, blueprint, key, value)?);
            return Ok(());
        }
        let names: Vec<&str> = self
            .what
            .action()
            .map(|action| input_names(action))
            .unwrap_or_default();
        let message = format!("`{}` has no input `{}`", self.what.word(), visible(key));
        let help = if names.is_empty() {
            "it has none".into()
        } else {
            choose(key, &names)
        };
        Err(Failure::new(message).help(help))
    }

    /// The number of the blueprint of what it is about.
    pub(in crate::cli) fn kind(&self, catalog: &Catalog) -> Option<BlueprintId> {
        match &self.subject {
            Subject::Entity(id) => Some(catalog.entity(*id)?.blueprint),
            Subject::New(id, _) => Some(*id),
            Subject::Root(..) => None,
        }
    }

    /// The blueprint of what it is about.
    pub(in crate::cli) fn blueprint<'k>(&self, catalog: &'k Catalog) -> Option<&'k Blueprint> {
        catalog.blueprint(self.kind(catalog)?)
    }

    /// Makes it whole: every action that a plan would make of it.
    pub(in crate::cli) fn matters(&self, asking: &Asking<'c>) -> Result<Vec<Matter<'c>>, Failure> {
        let catalog = &asking.compiled.catalog;
        let (Some(blueprint), Some(base)) = (self.blueprint(catalog), self.base(catalog)) else {
            let Subject::Root(kind, path) = &self.subject else {
                return Err(Failure::new("the entity has no blueprint"));
            };
            return Ok(vec![Matter::root(
                asked::on_root(self.what, kind),
                kind,
                path,
            )]);
        };
        let claims = self.claimed();
        self.agree()?;
        let mut edited = base.clone();
        for claim in &claims {
            claim.write(&mut edited);
        }
        let seen = self.seen(blueprint, (&base, &edited));
        // A name is no path of what an entity says.
        let values: Vec<Claim> = claims
            .into_iter()
            .filter(|it| it.path != NEW_NAME)
            .collect();
        let paths = self.changed(blueprint, &values, &seen)?;
        let is_new = matches!(self.subject, Subject::New(..));
        if is_new {
            missing_claim(blueprint, &edited)?;
        }
        let there = match &self.subject {
            Subject::Entity(id) => Some(*id),
            Subject::New(..) | Subject::Root(..) => None,
        };
        let after = (is_new || !is_removal(self.what)).then_some(&edited);
        let change = Change {
            blueprint,
            before: (!is_new).then_some(&base),
            after,
            paths,
            seen,
            context: asked::context(&asking.derived, there, (blueprint, after)),
            secrecy: Secrecy::of(catalog),
        };
        let parts = parts(catalog, self.what, &change).map_err(unplanned)?;
        parts
            .into_iter()
            .map(|part| self.matter(asking, part, &change))
            .collect()
    }

    fn matter(
        &self,
        asking: &Asking<'c>,
        part: Part<'c>,
        change: &Change<'_>,
    ) -> Result<Matter<'c>, Failure> {
        let inputs = match part.what {
            What::Catalog(action) => self.filled(action, change)?,
            What::BuiltIn(_) => Map::new(),
        };
        let resource = match (&self.subject, change.after) {
            (Subject::New(..), Some(new)) => Owned::New(Box::new(new.clone())),
            (Subject::Entity(id), after) => Owned::Entity(*id, after.cloned().map(Box::new)),
            _ => return Err(Failure::new("the entity has no blueprint")),
        };
        let over = || would_be_over(part.what, change, asking.rules.now());
        Ok(Matter {
            what: part.what,
            inputs,
            changed: part.changed,
            unmet: match part.unmet.or_else(over) {
                Some(why) => Some(Refusal::Unmet(why)),
                None => frozen::refusal(asking, part.what, (&self.subject, change))?,
            },
            resource,
            whoever: self.whoever(asking, change),
        })
    }

    fn whoever(&self, asking: &Asking<'_>, change: &Change<'_>) -> Option<Box<Entity>> {
        let unknown: Vec<&str> = self.unknown().collect();
        asked::owned_by_whoever(&asking.rules, change.after?, &unknown).map(Box::new)
    }

    /// What the entity would say: what was set, and what an input that it fills says of it.
    pub(super) fn claimed(&self) -> Vec<Claim> {
        let mut claims = self.claims.clone();
        for (input, path) in self.what.action().into_iter().flat_map(filled) {
            let is_claimed = claims.iter().any(|claim| claim.path == path);
            if let Some(value) = self.inputs.get(input)
                && !is_claimed
            {
                let (path, value) = (path.to_owned(), value.clone());
                claims.push(Claim { path, value });
            }
        }
        claims
    }

    /// That an input and the path that fills it are not said to be two things.
    fn agree(&self) -> Result<(), Failure> {
        for (input, path) in self.what.action().into_iter().flat_map(filled) {
            let claim = self.claims.iter().find(|claim| claim.path == path);
            let (Some(given), Some(claim)) = (self.inputs.get(input), claim) else {
                continue;
            };
            if *given != claim.value {
                let (input, path) = (visible(input), visible(path));
                let message = format!("`{input}` is what `{path}` becomes, and they are two here");
                return Err(Failure::new(message).help("say one of the two"));
            }
        }
        Ok(())
    }

    /// The paths of which nobody said what they become.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &str> {
        let is_told = |path: &str| self.claims.iter().any(|claim| claim.path == path);
        let paths = self.changed.iter().map(String::as_str);
        paths.filter(move |path| !is_told(path))
    }

    pub(super) fn base(&self, catalog: &Catalog) -> Option<Entity> {
        match &self.subject {
            Subject::Entity(id) => catalog.entity(*id).cloned(),
            Subject::New(kind, name) => Some(blank(*kind, name)),
            Subject::Root(..) => None,
        }
    }

    /// What is set to another value than it has.
    fn seen(&self, blueprint: &Blueprint, (base, edited): (&Entity, &Entity)) -> Vec<PathChange> {
        if !matches!(self.subject, Subject::Entity(_)) || is_removal(self.what) {
            return Vec::new();
        }
        diff::changes([Some(blueprint); 2], base, edited)
    }

    /// The paths that change: those that were named, those that are set to another value, or what
    /// the action is started by.
    fn changed(
        &self,
        blueprint: &Blueprint,
        claims: &[Claim],
        set: &[PathChange],
    ) -> Result<Vec<String>, Failure> {
        if !matches!(self.subject, Subject::Entity(_)) || is_removal(self.what) {
            return Ok(Vec::new());
        }
        if let (Some(claim), true, true) = (claims.first(), set.is_empty(), self.changed.is_empty())
        {
            let property = claim.path.strip_prefix("properties.");
            let property = property.and_then(|name| blueprint.property(name));
            let value = match property {
                Some(property) if has_secret(&property.schema) => "what it is".to_owned(),
                _ => show(Some(&claim.value)),
            };
            let path = visible(&claim.path);
            let message = format!(
                "this changes nothing: `{path}` is {} already",
                visible(&value)
            );
            return Err(Failure::new(message).help("write another value"));
        }
        let set = set.iter().map(|change| change.path.clone());
        let told = self.changed.iter().cloned().chain(set);
        Ok(asked::paths(self.what, told))
    }
}

/// That no plan can be made of a change.
fn unplanned(why: String) -> Failure {
    Failure::new(why).help("no plan can be made of this change; see `catalogc check`")
}

impl<'c> Matter<'c> {
    pub(super) fn root(what: What<'c>, kind: &'static str, path: &str) -> Self {
        Self {
            what,
            inputs: Map::new(),
            changed: Vec::new(),
            unmet: None,
            resource: Owned::Root(kind, path.to_owned()),
            whoever: None,
        }
    }

    /// The question of one person.
    pub(in crate::cli) fn question<'q>(
        &'q self,
        catalog: &'q Catalog,
        actor: &'q Principal,
    ) -> Question<'q> {
        let (resource, after) = match &self.resource {
            Owned::Entity(id, after) => (Resource::Entity(*id), after.as_deref()),
            Owned::New(entity) => (Resource::Proposed(catalog, entity), None),
            Owned::Root(kind, path) => (Resource::Root { kind, path }, None),
        };
        Question {
            actor,
            action: self.what.name(),
            resource,
            inputs: &self.inputs,
            changed: &self.changed,
            after: after.map(|entity| (catalog, entity)),
            cause: None,
        }
    }

    /// Whose agreement it needs.
    pub(in crate::cli) fn needs(&self, asking: &Asking<'_>, actor: &Principal) -> Vec<Need> {
        let catalog = &asking.compiled.catalog;
        let question = self.question(catalog, actor);
        let whoever = self.whoever.as_deref().map(|entity| (catalog, entity));
        asking.rules.approvals(&Question {
            after: whoever.or(question.after),
            ..question
        })
    }
}
