//! The smallest change of a question that gives a better answer.
//!
//! In: a question that is denied or needs approval. Out: values of inputs, one changed or two, or
//! another person. Only values that rules compare with or that a list has are tried, so the
//! search ends; every one that is told was asked.

use serde_json::{Map, Value as Json};

use crate::cli::ask::fill::filled;
use crate::cli::ask::{Asking, Matter, Wish};
use crate::cli::can::verdict::permitting;
use crate::derive::has_secret;
use crate::model::{Blueprint, is_secret};
use crate::plan::rights::candidate::{candidates, fits};
use crate::policy::Principal;
use crate::policy::What;
use crate::render::asked::{Suggestion, Verdict};

/// How many questions are asked at most.
const TRIES: usize = 2_000;

/// A value that may be changed, and to what; `None` leaves it out.
struct Choice {
    name: String,
    is_claim: bool,
    values: Vec<Option<Json>>,
}

/// Looks for it; `could` are those who may as it is.
pub(super) fn smallest<'c>(
    asking: &Asking<'c>,
    wish: &Wish<'c>,
    actor: &Principal,
    could: &[String],
) -> Option<Suggestion> {
    let now = asking.verdict_of(&wish.matters(asking).ok()?, actor);
    let mut search = Search {
        asking,
        wish,
        actor,
        now,
        left: TRIES,
        second: None,
    };
    let choices = choices(asking, wish, actor);
    if let Some(found) = search.one(&choices) {
        return Some(found);
    }
    let by_another = could.first().and_then(|login| search.by(login));
    if let Some(found) = by_another
        .as_ref()
        .filter(|it| it.verdict == Verdict::Allowed)
    {
        // Two values that change together are more than another person who asks.
        return search.second.take().or_else(|| Some(found.clone()));
    }
    let two = search.two(&choices);
    two.or(search.second).or(by_another)
}

struct Search<'s, 'c> {
    asking: &'s Asking<'c>,
    wish: &'s Wish<'c>,
    actor: &'s Principal,
    now: Verdict,
    left: usize,
    /// The first that is not denied, and needs approval.
    second: Option<Suggestion>,
}

impl Search<'_, '_> {
    fn one(&mut self, choices: &[Choice]) -> Option<Suggestion> {
        choices.iter().find_map(|choice| {
            choice
                .values
                .iter()
                .find_map(|value| self.ask(&[(choice, value.as_ref())]))
        })
    }

    fn two(&mut self, choices: &[Choice]) -> Option<Suggestion> {
        for (n, first) in choices.iter().enumerate() {
            for second in choices.iter().skip(n + 1) {
                for a in &first.values {
                    for b in &second.values {
                        let found = self.ask(&[(first, a.as_ref()), (second, b.as_ref())]);
                        if found.is_some() || self.left == 0 {
                            return found;
                        }
                    }
                }
            }
        }
        None
    }

    /// Asks with some values changed; an answer that is allowed is told.
    fn ask(&mut self, changes: &[(&Choice, Option<&Json>)]) -> Option<Suggestion> {
        self.left = self.left.checked_sub(1)?;
        let wish = changed(self.wish, changes);
        let matters = wish.matters(self.asking).ok()?;
        // Another action is no smaller change of what was asked.
        if let What::Catalog(action) = self.wish.what {
            let mut words = matters.iter().map(|it| it.what.word());
            words.find(|word| action.identifier.value == **word)?;
        }
        let verdict = self.asking.verdict_of(&matters, self.actor);
        if verdict >= self.now {
            return None;
        }
        let set = changes.iter().map(|(choice, value)| {
            let value = value.cloned().unwrap_or(Json::Null);
            (choice.name.clone(), value)
        });
        let found = Suggestion {
            set: set.collect(),
            actor: None,
            verdict,
            rule: self.rule(&matters, self.actor),
        };
        if verdict == Verdict::Allowed {
            return Some(found);
        }
        self.second.get_or_insert(found);
        None
    }

    /// Asks for somebody else.
    fn by(&self, login: &str) -> Option<Suggestion> {
        let actor = self.asking.rules.person(login, None);
        let matters = self.wish.matters(self.asking).ok()?;
        let verdict = self.asking.verdict_of(&matters, &actor);
        (verdict < self.now).then(|| Suggestion {
            set: Map::new(),
            actor: Some(login.to_owned()),
            verdict,
            rule: self.rule(&matters, &actor),
        })
    }

    /// The rule that permits it, where it is one action.
    fn rule(&self, matters: &[Matter<'_>], actor: &Principal) -> Option<String> {
        let [matter] = matters else {
            return None;
        };
        let question = matter.question(&self.asking.compiled.catalog, actor);
        permitting(&self.asking.rules.explain(&question))
    }
}

/// The question with some values changed.
fn changed<'c>(wish: &Wish<'c>, changes: &[(&Choice, Option<&Json>)]) -> Wish<'c> {
    let mut wish = wish.clone();
    for (choice, value) in changes {
        match value {
            Some(value) if choice.is_claim => {
                let claims = wish.claims.iter_mut();
                let mut own = claims.filter(|claim| claim.path == choice.name);
                if let Some(claim) = own.next() {
                    claim.value = (*value).clone();
                }
            }
            Some(value) => {
                wish.inputs.insert(choice.name.clone(), (*value).clone());
            }
            None => {
                wish.inputs.remove(&choice.name);
            }
        }
    }
    wish
}

/// What may be changed: the inputs that rules look at, and what was set of the entity.
fn choices(asking: &Asking<'_>, wish: &Wish<'_>, actor: &Principal) -> Vec<Choice> {
    let catalog = &asking.compiled.catalog;
    let (Some(blueprint), Some(kind)) = (wish.blueprint(catalog), wish.kind(catalog)) else {
        return Vec::new();
    };
    let looks = asking.rules.looks(wish.what.name(), kind);
    let mut choices = Vec::new();
    if let Some(action) = wish.what.action() {
        let paths: Vec<(&str, &str)> = filled(action).collect();
        for entry in &action.inputs.properties {
            let name = entry.key.value.as_str();
            if is_secret(&entry.node) {
                continue;
            }
            let constants = looks.inputs.get(name);
            let path = paths.iter().find(|(input, _)| *input == name);
            let claim = path.and_then(|(_, path)| wish.claims.iter().find(|it| it.path == *path));
            let now = claim.map(|claim| &claim.value).or(wish.inputs.get(name));
            let mut values = Vec::new();
            if let Some(constants) = constants {
                values = candidates(&entry.node, constants, now);
            }
            if let Some((_, path)) = path {
                values.extend(own_names(asking, blueprint, path, actor));
            }
            values.retain(|value| fits(name, &entry.node, value));
            let mut values: Vec<Option<Json>> = values.into_iter().map(Some).collect();
            let is_required = action.inputs.required.iter().any(|it| it.value == name);
            if constants.is_some() && !is_required && wish.inputs.contains_key(name) {
                values.push(None);
            }
            // What was said of the entity is what is said otherwise, and not both.
            choices.push(Choice {
                name: claim.map_or(name, |claim| claim.path.as_str()).to_owned(),
                is_claim: claim.is_some(),
                values,
            });
        }
    }
    for claim in &wish.claims {
        let name = claim.path.strip_prefix("properties.");
        let property = name.and_then(|name| blueprint.property(name));
        let values = match property {
            Some(property) if has_secret(&property.schema) => continue,
            Some(property) => {
                let mut values = candidates(&property.schema, &[], Some(&claim.value));
                values.retain(|value| fits(&property.name.value, &property.schema, value));
                values
            }
            None => own_names(asking, blueprint, &claim.path, actor),
        };
        choices.push(Choice {
            name: claim.path.clone(),
            is_claim: true,
            values: values.into_iter().map(Some).collect(),
        });
    }
    choices.retain(|choice| !choice.values.is_empty());
    choices
}

/// Who asks and their groups, where a path is a relation to such.
pub(in crate::cli) fn own_names(
    asking: &Asking<'_>,
    blueprint: &Blueprint,
    path: &str,
    actor: &Principal,
) -> Vec<Json> {
    let catalog = &asking.compiled.catalog;
    let Principal::Person(person) = actor else {
        return Vec::new();
    };
    let name = path.strip_prefix("relations.");
    let relation = name.and_then(|name| blueprint.relation(name));
    let target =
        relation.and_then(|(_, it)| Some((it.many, catalog.find_blueprint(&it.target.value)?)));
    let Some((many, (target, _))) = target else {
        return Vec::new();
    };
    let groups = asking.rules.groups_of(*person);
    let own = std::iter::once(*person).chain(groups);
    own.filter_map(|id| catalog.entity(id))
        .filter(|entity| entity.blueprint == target)
        .map(|entity| {
            let name = Json::from(entity.identifier.value.as_str());
            if many { Json::Array(vec![name]) } else { name }
        })
        .collect()
}
