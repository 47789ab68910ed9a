//! The vocabulary in Cedar's JSON form of a schema.
//!
//! In: a [`Vocabulary`] and its enumerated types. Out: JSON. One Cedar action stands for each
//! action of the catalog; a built-in action is a group with one member for each blueprint,
//! because a Cedar action has one context.

use std::collections::BTreeSet;

use cedar_policy::{EntityTypeName, Schema};
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::derive::{Secrecy, has_secret};
use crate::model::Catalog;
use crate::model::action::Operation;
use crate::policy::BuiltIn;
use crate::policy::attribute::{entity_shape, field};
use crate::policy::shape::{self, Choice, Field, Shape};
use crate::policy::slice::first_line;
use crate::policy::vocabulary::{ActionKind, Kind, Vocabulary};

/// The types and actions that rules can name. Time to check rules grows with the actions of a
/// schema: there are smaller ones for short forms.
#[derive(Debug)]
pub(super) struct Schemas {
    /// All actions: for policies.
    pub(super) all: Schema,
    /// All actions, to be printed.
    pub(super) json: Json,
    /// The enumerated types.
    pub(super) enumerated: Vec<Choice>,
}

/// Makes the schemas; an error is Cedar's, in one line.
pub(super) fn build(vocabulary: &Vocabulary, enumerated: Vec<Choice>) -> Result<Schemas, String> {
    let mut all = built_in_actions(vocabulary);
    all.extend(own_actions(vocabulary, vocabulary.actions.iter()));
    let json = json(vocabulary, &enumerated, &Json::Object(all));
    let schema = Schema::from_json_value(json.clone());
    Ok(Schemas {
        all: schema.map_err(|error| first_line(&error.to_string()).to_owned())?,
        json,
        enumerated,
    })
}

impl Vocabulary {
    /// The catalog's own actions: for their short forms.
    pub(super) fn schema_of_all(&self, schemas: &Schemas) -> Option<Schema> {
        let own = own_actions(self, self.actions.iter());
        let json = json(self, &schemas.enumerated, &Json::Object(own));
        Schema::from_json_value(json).ok()
    }

    /// Those of the catalog's own actions, and of the enumerated types, that are named.
    pub(super) fn schema_of(&self, schemas: &Schemas, names: &BTreeSet<String>) -> Option<Schema> {
        let actions: Vec<&ActionKind> = names.iter().filter_map(|name| self.action(name)).collect();
        let mut used: BTreeSet<String> = BTreeSet::new();
        for kind in self.kinds.iter().flatten() {
            let changed = kind.changed_shape();
            let fields = kind.attributes.fields().map(|field| &field.shape);
            for shape in fields.chain([&changed]) {
                choices(shape, &mut used);
            }
        }
        let inputs = actions.iter().flat_map(|action| &action.inputs);
        for field in inputs {
            choices(&field.shape, &mut used);
        }
        let is_named = |choice: &&Choice| {
            let name = choice.name.to_string();
            names.contains(&name) || used.contains(&name)
        };
        let enumerated = schemas.enumerated.iter().filter(is_named);
        let enumerated: Vec<Choice> = enumerated.cloned().collect();
        let own = own_actions(self, actions.into_iter());
        Schema::from_json_value(json(self, &enumerated, &Json::Object(own))).ok()
    }
}

impl Vocabulary {
    /// The enumerated types whose words are those of secrets.
    pub(super) fn hidden_choices(
        &self,
        catalog: &Catalog,
        secrecy: &Secrecy<'_>,
    ) -> BTreeSet<String> {
        let mut hidden = BTreeSet::new();
        for kind in self.kinds.iter().flatten() {
            let fields = kind.attributes.fields();
            for field in fields.filter(|it| secrecy.marks(&kind.blueprint, &it.name)) {
                choices(&field.shape, &mut hidden);
            }
        }
        for kind in &self.actions {
            let action = catalog.find_action(&kind.name);
            let schema = |name: &str| action?.inputs.schema(name);
            for field in &kind.inputs {
                if schema(&field.name).is_some_and(has_secret) {
                    choices(&field.shape, &mut hidden);
                }
            }
        }
        hidden
    }
}

/// The enumerated types in a shape.
fn choices(shape: &Shape, used: &mut BTreeSet<String>) {
    match shape {
        Shape::Choice(choice) => {
            used.insert(choice.name.to_string());
        }
        Shape::Set(of) => choices(of, used),
        Shape::Record(fields) => fields.iter().for_each(|field| choices(&field.shape, used)),
        _ => {}
    }
}

/// All types and some actions in Cedar's JSON form.
fn json(vocabulary: &Vocabulary, enumerated: &[Choice], actions: &Json) -> Json {
    let mut types = Map::new();
    let mut records = Map::new();
    types.insert(vocabulary.system.to_string(), json!({}));
    types.insert(vocabulary.catalog.to_string(), json!({}));
    for Choice { name, words } in enumerated {
        let words: Vec<&String> = words.iter().collect();
        types.insert(name.to_string(), json!({"enum": words}));
    }
    for kind in vocabulary.kinds.iter().flatten() {
        let own = kind.attributes.own().map(|one| &one.field);
        records.insert(record_name(&kind.name), shape::record_schema(own));
        let groups: BTreeSet<String> = kind.groups.iter().map(ToString::to_string).collect();
        // What an entity was or becomes has no computed values, so it is a type of its own.
        let shape = shape::record_schema(kind.attributes.fields());
        types.insert(
            kind.name.to_string(),
            json!({"memberOfTypes": groups, "shape": shape}),
        );
    }
    json!({"": {
        "commonTypes": records,
        "entityTypes": types,
        "actions": actions,
    }})
}

/// The common type of what is written of the entities of a kind.
pub(super) fn record_name(kind: &EntityTypeName) -> String {
    format!("{kind}__record")
}

/// For whom, on what and in which context an action is.
fn applies(vocabulary: &Vocabulary, resource: &EntityTypeName, context: &Json) -> Json {
    let person = vocabulary.person.as_ref().unwrap_or(&vocabulary.system);
    json!({
        "principalTypes": [person.to_string()],
        "resourceTypes": [resource.to_string()],
        "context": context,
    })
}

fn built_in_actions(vocabulary: &Vocabulary) -> Map<String, Json> {
    let mut actions = Map::new();
    for built_in in BuiltIn::ALL {
        if built_in.is_on_root() {
            let context = shape::record_schema(&[
                field("kind", Shape::Text, true),
                field("path", Shape::Text, true),
                field("now", Shape::Instant, true),
            ]);
            let applies = applies(vocabulary, &vocabulary.catalog, &context);
            actions.insert(built_in.word().to_owned(), json!({"appliesTo": applies}));
            continue;
        }
        actions.insert(built_in.word().to_owned(), json!({}));
        for kind in vocabulary.kinds.iter().flatten() {
            let sides = match built_in {
                BuiltIn::Create => Operation::Create,
                BuiltIn::Delete => Operation::Delete,
                _ => Operation::Day2,
            };
            let context = context(kind, None, sides);
            actions.insert(
                built_in.name_for(&kind.blueprint),
                json!({
                    "memberOf": [{"id": built_in.word()}],
                    "appliesTo": applies(vocabulary, &kind.name, &context),
                }),
            );
        }
    }
    actions
}

fn own_actions<'a>(
    vocabulary: &Vocabulary,
    own: impl Iterator<Item = &'a ActionKind>,
) -> Map<String, Json> {
    let mut actions = Map::new();
    for action in own {
        let Some(kind) = vocabulary.kind(action.blueprint) else {
            continue;
        };
        let context = context(kind, Some(&action.inputs), action.operation);
        actions.insert(
            action.name.to_string(),
            json!({"appliesTo": applies(vocabulary, &kind.name, &context)}),
        );
    }
    actions
}

/// The context of an action on entities of a blueprint.
fn context(kind: &Kind, inputs: Option<&[Field]>, operation: Operation) -> Json {
    let mut attributes = Map::new();
    if let Some(inputs) = inputs {
        attributes.insert("inputs".to_owned(), shape::record_schema(inputs));
    }
    attributes.insert("changed".to_owned(), kind.changed_shape().to_schema());
    attributes.insert("now".to_owned(), Shape::Instant.to_schema());
    if inputs.is_some() && operation == Operation::Day2 {
        let cause = json!({"type": "String", "required": false});
        attributes.insert("cause".to_owned(), cause);
    }
    if let Some((owner, _)) = &kind.owner {
        let owners = entity_shape(owner.clone(), true);
        attributes.insert("owners".to_owned(), owners.to_schema());
    }
    let side = json!({"type": record_name(&kind.name), "required": false});
    if operation != Operation::Create {
        attributes.insert("before".to_owned(), side.clone());
    }
    if operation != Operation::Delete {
        attributes.insert("after".to_owned(), side);
    }
    json!({"type": "Record", "attributes": attributes})
}
