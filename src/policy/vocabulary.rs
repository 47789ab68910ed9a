//! What rules can speak of: the schema of Cedar, made from blueprints and actions.
//!
//! In: a catalog. Out: the [`Vocabulary`], the types of every blueprint and action, and the
//! schema of the same; the two cannot differ, for one is written from the other.

use std::collections::BTreeSet;
use std::str::FromStr;

use cedar_policy::{EntityTypeName, EntityUid};
use serde_json::Value as Json;

use crate::finding::Finding;
use crate::finding::codes::E0210;
use crate::model::action::Operation;
use crate::model::path::covers;
use crate::model::request::BREAK_GLASS;
use crate::model::{Action, Blueprint, BlueprintId, Catalog, EntityId};
use crate::policy::BuiltIn;
use crate::policy::attribute::{self, Attribute, Attributes, Of, Typed};
use crate::policy::gap::Gap;
use crate::policy::names;
use crate::policy::owner;
use crate::policy::schema::{self, Schemas};
use crate::policy::shape::{self, Choice, Field, Shape};
use crate::text::Text;

/// The path of `context.changed` that stands for every path which has no name of its own.
pub(super) const OTHER_PATH: &str = "other";

/// The types of a blueprint.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// The name of the blueprint.
    pub(super) blueprint: Text,
    /// The entity type.
    pub(super) name: EntityTypeName,
    /// The attributes of its entities.
    pub(super) attributes: Attributes,
    /// The enumerated type of its paths.
    path_type: Choice,
    /// The paths that have a name.
    pub(super) paths: BTreeSet<String>,
    /// The type of its owners and whether there may be several.
    pub(super) owner: Option<(EntityTypeName, bool)>,
    /// The types that its entities are members of.
    pub(super) groups: Vec<EntityTypeName>,
}

impl Kind {
    /// The name that a changed path has in rules: its own, or that of what it is a part of.
    pub(super) fn path(&self, changed: &str) -> &str {
        let is_below = |path: &str| covers(path, changed);
        // A name that reads like several keys is quoted in what changed.
        let is_quoted = changed.starts_with("properties[");
        let covers = |path: &&String| {
            let name = path.strip_prefix("properties.").filter(|_| is_quoted);
            is_below(path)
                || name.is_some_and(|name| is_below(&format!("properties[{}]", Json::from(name))))
        };
        let longest = self
            .paths
            .iter()
            .filter(covers)
            .max_by_key(|path| path.len());
        longest.map_or(OTHER_PATH, String::as_str)
    }

    /// The name of the enumerated type of its paths: `Component__path`.
    pub(super) fn path_type_name(&self) -> String {
        self.path_type.name.to_string()
    }

    /// The shape of `context.changed`.
    pub(super) fn changed_shape(&self) -> Shape {
        Shape::Set(Box::new(Shape::Choice(self.path_type.clone())))
    }
}

/// The types of a catalog's action.
#[derive(Debug, Clone)]
pub(super) struct ActionKind {
    /// The action's name.
    pub(super) name: Text,
    /// The blueprint of its entities.
    pub(super) blueprint: BlueprintId,
    /// Its inputs, those that have a shape.
    pub(super) inputs: Vec<Field>,
    /// Its other inputs, and why they have none.
    pub(super) gaps: Vec<(Text, Gap)>,
    /// When it happens.
    pub(super) operation: Operation,
}

/// What rules can speak of.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// By the number of the blueprint.
    pub(super) kinds: Vec<Option<Kind>>,
    /// By name.
    pub(super) actions: Vec<ActionKind>,
    /// The type of people.
    pub(super) person: Option<EntityTypeName>,
    /// The type of `System::"expiry"` and of those whom nobody knows.
    pub(super) system: EntityTypeName,
    /// The type of `Catalog::"root"`.
    pub(super) catalog: EntityTypeName,
    /// The type of actions.
    action: EntityTypeName,
    /// All of it, as Cedar reads it; without one every decision fails.
    pub(super) schemas: Result<Schemas, String>,
}

impl Vocabulary {
    /// The types of a blueprint.
    pub(super) fn kind(&self, id: BlueprintId) -> Option<&Kind> {
        self.kinds.get(id.0 as usize)?.as_ref()
    }

    /// The types of an action.
    pub(super) fn action(&self, name: &str) -> Option<&ActionKind> {
        let at = self
            .actions
            .binary_search_by(|action| action.name.as_str().cmp(name))
            .ok()?;
        self.actions.get(at)
    }

    /// Whether who asks can be one of a type, or in one of it.
    pub(super) fn people_can_be_in(&self, wanted: &EntityTypeName) -> bool {
        let mut seen: BTreeSet<&EntityTypeName> = self.person.iter().collect();
        let mut open: Vec<&EntityTypeName> = seen.iter().copied().collect();
        while let Some(name) = open.pop() {
            if name == wanted {
                return true;
            }
            let mut kinds = self.kinds.iter().flatten();
            let groups = kinds.find(|kind| kind.name == *name).map(|it| &it.groups);
            open.extend(
                groups
                    .into_iter()
                    .flatten()
                    .filter(|group| seen.insert(group)),
            );
        }
        false
    }

    /// An entity of a catalog in Cedar's words.
    pub(super) fn uid(&self, catalog: &Catalog, id: EntityId) -> Option<EntityUid> {
        let entity = catalog.entity(id)?;
        let kind = self.kind(entity.blueprint)?;
        Some(shape::uid(&kind.name, &entity.identifier.value))
    }

    /// The entity of an action's name.
    pub(super) fn action_uid(&self, name: &str) -> EntityUid {
        shape::uid(&self.action, name)
    }
}

/// Types that no blueprint has to have; parsing a constant name does not fail.
fn constant(name: &str) -> Option<EntityTypeName> {
    EntityTypeName::from_str(name).ok()
}

/// Makes the vocabulary of a catalog.
pub(super) fn build(
    catalog: &Catalog,
    people: Option<BlueprintId>,
    findings: &mut Vec<Finding>,
) -> Option<Vocabulary> {
    let types = names::types(catalog, findings);
    let mut taken: BTreeSet<String> = types.iter().flatten().map(ToString::to_string).collect();
    taken.extend(types.iter().flatten().map(schema::record_name));
    let mut enumerated = Vec::new();
    let mut kinds: Vec<Option<Kind>> = catalog
        .blueprints
        .iter()
        .zip(&types)
        .map(|(blueprint, name)| {
            let mut words = Words {
                taken: &mut taken,
                enumerated: &mut enumerated,
            };
            kind(catalog, blueprint, name.as_ref()?, &types, &mut words)
        })
        .collect();
    add_derived(catalog, &mut kinds);
    let mut actions = Vec::new();
    for action in &catalog.actions {
        let name = action.identifier.value.as_str();
        let built_in = name.split(':').next().unwrap_or(name);
        // A request by that name declares an emergency.
        let is_declared = name == BREAK_GLASS;
        if is_declared || BuiltIn::ALL.iter().any(|kind| kind.word() == built_in) {
            findings.push(
                Finding::new(
                    &E0210,
                    action.identifier.span,
                    format!("`{name}` is the name of a built-in action"),
                )
                .label("taken")
                .help("give the action another identifier"),
            );
            continue;
        }
        let mut words = Words {
            taken: &mut taken,
            enumerated: &mut enumerated,
        };
        actions.extend(action_kind(catalog, action, &kinds, &mut words));
    }
    let person = people.and_then(|id| types.get(id.0 as usize)?.clone());
    let mut vocabulary = Vocabulary {
        kinds,
        actions,
        person,
        system: constant("System")?,
        catalog: constant("Catalog")?,
        action: constant("Action")?,
        schemas: Err(String::new()),
    };
    vocabulary.schemas = schema::build(&vocabulary, enumerated);
    Some(vocabulary)
}

/// Adds the attributes whose values are computed.
fn add_derived(catalog: &Catalog, kinds: &mut [Option<Kind>]) {
    let all = kinds.iter();
    let written: Vec<Option<Attributes>> = all
        .map(|kind| kind.as_ref().map(|kind| kind.attributes.clone()))
        .collect();
    for (number, kind) in (0..).zip(kinds) {
        let Some(kind) = kind else { continue };
        for (name, shape) in attribute::derived(catalog, BlueprintId(number), &written) {
            match shape {
                Ok(shape) => kind.attributes.all.push(Attribute {
                    field: attribute::field(&name, shape, false),
                    of: Of::Derived,
                }),
                Err(gap) => kind.attributes.gaps.push((name, gap)),
            }
        }
    }
}

/// Enumerated types while they are made.
pub(super) struct Words<'w> {
    taken: &'w mut BTreeSet<String>,
    enumerated: &'w mut Vec<Choice>,
}

impl Words<'_> {
    /// A type of these words. A name that is taken gets a number.
    pub(super) fn add(&mut self, owner: &str, name: &str, words: &[&str]) -> Option<Choice> {
        let (owner, name) = (names::identifier(owner), names::continued(name));
        let full = format!("{owner}__{name}");
        let numbered = (2..).map(|n: u32| format!("{full}_{n}"));
        let full = std::iter::once(full.clone())
            .chain(numbered)
            .find(|name| !self.taken.contains(name))?;
        let choice = Choice {
            name: EntityTypeName::from_str(&full).ok()?,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        self.taken.insert(full);
        self.enumerated.push(choice.clone());
        Some(choice)
    }
}

fn kind(
    catalog: &Catalog,
    blueprint: &Blueprint,
    name: &EntityTypeName,
    types: &[Option<EntityTypeName>],
    words: &mut Words<'_>,
) -> Option<Kind> {
    let type_of = |target: &str| {
        let (id, _) = catalog.find_blueprint(target)?;
        types.get(id.0 as usize)?.clone()
    };
    let mut paths: BTreeSet<String> = ["identifier", "title", "icon", "team"]
        .map(str::to_owned)
        .into();
    let properties = blueprint.properties.iter().map(|p| &p.name.value);
    let derived = blueprint.derived().map(|name| &name.value);
    paths.extend(
        properties
            .chain(derived)
            .map(|name| format!("properties.{name}")),
    );
    let relations = blueprint.relations.iter().map(|r| &r.name.value);
    paths.extend(relations.map(|name| format!("relations.{name}")));
    let mut listed: Vec<&str> = paths.iter().map(String::as_str).collect();
    listed.push(OTHER_PATH);
    let path_type = words.add(&name.to_string(), "path", &listed)?;
    let owner = owner::kind(catalog, blueprint)
        .and_then(|(id, many)| Some((types.get(id.0 as usize)?.clone()?, many)));
    let members = blueprint.relations.iter().filter(|r| r.member_of);
    Some(Kind {
        blueprint: blueprint.identifier.value.clone(),
        name: name.clone(),
        attributes: attribute::written(catalog, blueprint, name, types, words),
        path_type,
        paths,
        owner,
        groups: members.filter_map(|r| type_of(&r.target.value)).collect(),
    })
}

fn action_kind(
    catalog: &Catalog,
    action: &Action,
    kinds: &[Option<Kind>],
    words: &mut Words<'_>,
) -> Option<ActionKind> {
    let (blueprint, _) = catalog.find_blueprint(&action.blueprint.value)?;
    kinds.get(blueprint.0 as usize)?.as_ref()?;
    let name = &action.identifier.value;
    let (mut inputs, mut gaps) = (Vec::new(), Vec::new());
    for entry in &action.inputs.properties {
        let own = &entry.key.value;
        let mut typed = Typed {
            owner: name,
            words,
            gaps: &mut gaps,
        };
        match shape::of_schema(&entry.node, own, &mut typed) {
            Ok(shape) => {
                let required = action.inputs.required.iter().any(|r| r.value == *own);
                inputs.push(attribute::field(own, shape, required));
            }
            Err(gap) => gaps.push((own.clone(), gap)),
        }
    }
    Some(ActionKind {
        name: name.clone(),
        blueprint,
        inputs,
        gaps,
        operation: action.operation.value,
    })
}
