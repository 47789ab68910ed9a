//! What can be asked of rules: who the people are, and which values rules compare inputs with.
//!
//! In: rules and the name of an action. Out: names and constants, from which whoever asks makes
//! questions. Nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Effect, EntityUid, Policy, ResourceConstraint};
use serde_json::Value as Json;

use crate::model::settings::Permissions;
use crate::model::{BlueprintId, Entity, EntityId};
use crate::policy::Becomes;
use crate::policy::owner::{self, Claims};
use crate::policy::rule::Rule;
use crate::policy::tokens::{Part, Sort, Token, parts, tokens};
use crate::policy::{ActionName, Rules};
use crate::text::Text;

/// What the rules about an action look at, besides who asks and for which entity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looks {
    /// The inputs, each with the constants of the conditions that it stands in.
    pub inputs: BTreeMap<String, Vec<Json>>,
    /// Whether one of them looks at the paths that change.
    pub changed: bool,
    /// The attributes of the entity.
    pub attributes: BTreeSet<String>,
    /// Whether one of them asks which entity it is: no two are alike then.
    pub identity: bool,
    /// What they compare the entity with that a change makes, where that is to be asked.
    pub becomes: Becomes,
}

impl Rules<'_> {
    /// The people of the catalog by their logins, sorted.
    pub fn people(&self) -> Vec<(Text, EntityId)> {
        let people = self.people.iter().flat_map(|people| &people.logins);
        let mut people: Vec<(Text, EntityId)> = people
            .map(|(person, login)| (login.clone(), *person))
            .collect();
        people.sort();
        people
    }

    /// What the groups are that a person is in, directly or not.
    pub fn groups_of(&self, person: EntityId) -> Vec<EntityId> {
        self.ancestors(person)
    }

    /// Whether a rule may read what an entity was before or becomes.
    pub fn reads_sides(&self) -> bool {
        self.reads.sides()
    }

    /// Whether a rule about an action of a blueprint may read what an entity of it becomes.
    pub fn reads_after(&self, action: ActionName<'_>, blueprint: BlueprintId) -> bool {
        let uids = self.uids(action, Some(blueprint));
        let kind = self.vocabulary.as_ref().and_then(|it| it.kind(blueprint));
        let mut rules = self.book.permissions.iter().chain(&self.book.approvals);
        rules.any(|rule| {
            let is_about = kind.is_none_or(|kind| rule.is_about(&kind.name));
            is_about && rule.scope.covers(&uids) && rule.reads.is_named("after")
        })
    }

    /// What the rules about an action of a blueprint look at, and those about its approvals.
    pub fn looks(&self, action: ActionName<'_>, blueprint: BlueprintId) -> Looks {
        let mut looks = Looks::default();
        let uids = self.uids(action, Some(blueprint));
        let rules = self.book.permissions.iter().chain(&self.book.approvals);
        for rule in rules.filter(|rule| rule.scope.covers(&uids)) {
            look(rule, &mut looks);
            let head = rule.policy.as_ref().map(Policy::resource_constraint);
            let is_of_kind = matches!(
                head,
                Some(ResourceConstraint::Any | ResourceConstraint::Is(_))
            );
            looks.identity |= !is_of_kind || rule.broken;
        }
        looks
    }

    /// The entities of the catalog that own what is not in it yet, by what it says.
    pub fn would_own(&self, entity: &Entity) -> BTreeSet<EntityId> {
        let blueprint = self.catalog.blueprint(entity.blueprint);
        let owners = |blueprint| owner::owners(self.catalog, blueprint, entity, Claims::Count);
        blueprint.map(owners).unwrap_or_default()
    }

    /// What rules that look so can tell of an entity: two with the same are decided alike. `None`
    /// where every entity is one of its own.
    pub fn likeness(&self, looks: &Looks, id: EntityId) -> Option<(BTreeSet<EntityId>, String)> {
        let entity = self.catalog.entity(id)?;
        let blueprint = self.catalog.blueprint(entity.blueprint)?;
        // What is computed may follow from anything.
        let mut derived = blueprint.derived();
        let is_computed = derived.any(|name| looks.attributes.contains(name.value.as_str()));
        if looks.identity || entity.broken || is_computed {
            return None;
        }
        let owners = owner::owners(self.catalog, blueprint, entity, Claims::Count);
        let mut seen = String::new();
        for name in &looks.attributes {
            let property = entity.property(name).map(|entry| entry.node.to_json());
            let related = entity.relation(name).map(|related| {
                let names = related.targets.iter();
                names
                    .map(|name| Json::from(name.value.as_str()))
                    .collect::<Json>()
            });
            let own = match name.as_str() {
                "identifier" => Some(Json::from(entity.identifier.value.as_str())),
                "title" => entity
                    .title
                    .as_ref()
                    .map(|it| Json::from(it.value.as_str())),
                _ => None,
            };
            // Each value is JSON, so that a line end separates them for sure.
            seen.push_str(&serde_json::json!([property, related, own]).to_string());
            seen.push('\n');
        }
        Some((owners, seen))
    }

    /// Whether a rule could permit an action on some entity of a blueprint.
    pub fn may_permit(&self, action: ActionName<'_>, blueprint: BlueprintId) -> bool {
        let uids = self.uids(action, Some(blueprint));
        let mut rules = self.book.permissions.iter();
        self.catalog.settings.permissions == Permissions::Open
            || rules.any(|rule| rule.effect == Effect::Permit && rule.scope.covers(&uids))
    }

    /// An action of a blueprint and the group that it is in, as rules call them; without a
    /// blueprint one on the catalog itself.
    pub(super) fn uids(
        &self,
        action: ActionName<'_>,
        blueprint: Option<BlueprintId>,
    ) -> Vec<EntityUid> {
        let Some(vocabulary) = &self.vocabulary else {
            return Vec::new();
        };
        match action {
            ActionName::Catalog(name) => vec![vocabulary.action_uid(name)],
            ActionName::BuiltIn(built_in) => {
                let kind = blueprint.and_then(|id| vocabulary.kind(id));
                let own =
                    kind.map(|kind| vocabulary.action_uid(&built_in.name_for(&kind.blueprint)));
                own.into_iter()
                    .chain([vocabulary.action_uid(built_in.word())])
                    .collect()
            }
        }
    }
}

fn look(rule: &Rule, looks: &mut Looks) {
    for Part { range, .. } in parts(&rule.text) {
        let all = tokens(rule.text.get(range).unwrap_or_default());
        let constants = constants(&all);
        for (at, token) in all.iter().enumerate() {
            if token.is("resource") {
                look_at(&all, at, looks);
            }
            let sign = all.get(at + 1).filter(|_| token.is("context"));
            let Some(sign) = sign else { continue };
            let named = |n: usize| all.get(n).map(|name| name.plain().unwrap_or(name.text));
            let is_read = [".", "[", "has"].iter().any(|one| sign.is(one));
            let Some(of) = named(at + 2).filter(|_| is_read) else {
                // Whatever is done with the whole context may look at what changes.
                looks.changed = true;
                continue;
            };
            // Where what is read of it goes on: `context.inputs.x`, `context["inputs"]["x"]`.
            let next = if sign.is("[") { at + 4 } else { at + 3 };
            if matches!(of, "before" | "after") {
                look_at(&all, next - 1, looks);
            }
            looks.changed |= of == "changed";
            let goes_on = all
                .get(next)
                .filter(|sign| of == "inputs" && [".", "[", "has"].iter().any(|one| sign.is(one)));
            if let Some(name) = goes_on.and_then(|_| named(next + 1)) {
                let known = looks.inputs.entry(name.to_owned()).or_default();
                known.extend(constants.iter().cloned());
                known.sort_by_key(ToString::to_string);
                known.dedup();
            }
        }
    }
}

/// Which attribute of the entity at `at` is looked at; its kind alone is the same for all.
fn look_at(all: &[Token<'_>], at: usize, looks: &mut Looks) {
    let (sign, name) = (all.get(at + 1), all.get(at + 2));
    let is = |text: &str| sign.is_some_and(|sign| sign.is(text));
    let name = name.and_then(|name| match name.sort {
        Sort::Name => Some(name.text),
        _ => name.plain(),
    });
    match name {
        Some(name) if is(".") || is("has") || is("[") => {
            looks.attributes.insert(name.to_owned());
        }
        _ if is("is") && !all.iter().skip(at).take(4).any(|token| token.is("in")) => {}
        _ => looks.identity = true,
    }
}

/// The constants of a condition; names of entities other than words of a list are none.
pub(super) fn constants(all: &[Token<'_>]) -> Vec<Json> {
    let before = |at: usize, n: usize| at.checked_sub(n).and_then(|n| all.get(n));
    all.iter()
        .enumerate()
        .filter_map(|(at, token)| match token.sort {
            Sort::Number => {
                let number: i64 = token.text.parse().ok()?;
                let is_negative = before(at, 1).is_some_and(|sign| sign.is("-"));
                Some(Json::from(if is_negative { -number } else { number }))
            }
            Sort::String => {
                let is_of_kind = before(at, 1).is_some_and(|sign| sign.is("::"));
                let is_word = before(at, 2).is_some_and(|kind| kind.text.contains("__"));
                (!is_of_kind || is_word).then(|| token.plain().map(Json::from))?
            }
            _ => None,
        })
        .collect()
}
