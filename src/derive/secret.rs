//! Which values of entities are secret: properties that are marked `secret: true`, at any depth of
//! their schema, and derived values that are made of one.
//!
//! In: the blueprints. Out: an answer for a path, and values without what is secret in them,
//! whatever their type is: a number or a truth value is no text that could be looked for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::derive::scheme::{DefinitionId, Scheme};
use crate::expression::{Expression, Read, Segment, Template};
use crate::model::{Action, BlueprintId, Catalog, is_secret};
use crate::syntax::{Node, Value};

/// What a schema says of the very values that it describes.
pub const SAYS: [&str; 13] = [
    "const",
    "default",
    "enum",
    "enumColors",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
];

/// The secret values of a catalog, by blueprint and name.
#[derive(Debug)]
pub struct Secrecy<'c> {
    of: BTreeMap<&'c str, BTreeMap<&'c str, Marked<'c>>>,
}

/// How much of a value is secret.
#[derive(Debug, Clone, Copy)]
enum Marked<'c> {
    /// All of it: it is derived of one.
    Whole,
    /// What the schema says.
    By(&'c Node),
}

impl<'c> Secrecy<'c> {
    /// What is secret by these blueprints.
    pub fn of(catalog: &'c Catalog) -> Self {
        let mut of: BTreeMap<&str, BTreeMap<&str, Marked<'_>>> = BTreeMap::new();
        for blueprint in &catalog.blueprints {
            for property in &blueprint.properties {
                if has_secret(&property.schema) {
                    of.entry(blueprint.identifier.value.as_str())
                        .or_default()
                        .insert(&property.name.value, Marked::By(&property.schema));
                }
            }
        }
        if !of.is_empty() {
            for (blueprint, name) in made_of_secrets(catalog, &of) {
                of.entry(blueprint)
                    .or_default()
                    .entry(name)
                    .or_insert(Marked::Whole);
            }
        }
        Self { of }
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether a value of this name is secret or has something secret in it, of any blueprint.
    pub fn marks_anywhere(&self, name: &str) -> bool {
        self.of.values().any(|names| names.contains_key(name))
    }

    /// Whether a text names a value that is secret or has something secret in it.
    pub fn is_named_in(&self, text: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let is_word = |at: usize, name: &str| {
            let before = text.get(..at).and_then(|it| it.chars().next_back());
            let after = text.get(at + name.len()..).and_then(|it| it.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        };
        let mut names = self.of.values().flat_map(BTreeMap::keys);
        names.any(|name| {
            let mut found = text.match_indices(name);
            found.any(|(at, _)| is_word(at, name))
        })
    }

    /// Whether an expression that is not read yet, or one in a template, reads a secret of an
    /// entity of any blueprint.
    pub fn is_read_anywhere(&self, text: &str) -> bool {
        let is_read = |expression: &Expression| {
            let mut all = self.of.keys();
            all.any(|blueprint| self.is_read(blueprint, expression, &|_| false))
        };
        if self.of.is_empty() {
            return false;
        }
        match Expression::parse(text) {
            Ok(expression) => is_read(&expression),
            Err(_) => Template::parse(text)
                .is_ok_and(|it| it.holes().any(|hole| is_read(&hole.expression))),
        }
    }

    /// Whether an expression, or a text that has some, may tell of a secret: it names one or reads it.
    pub fn is_told_by(&self, text: &str) -> bool {
        self.is_named_in(text) || self.is_read_anywhere(text)
    }

    /// The same of a piece of a policy. A text with an escape in it may be any name.
    pub fn is_told_by_policy(&self, text: &str) -> bool {
        !self.is_empty() && (self.is_named_in(text) || text.contains('\\'))
    }

    /// Whether a property is secret or has something secret in it.
    pub fn marks(&self, blueprint: &str, name: &str) -> bool {
        let names = self.of.get(blueprint);
        names.is_some_and(|names| names.contains_key(name))
    }

    /// Whether all that stands at a path is secret: `properties.pin`, `properties.env[0].value`.
    pub fn hides(&self, blueprint: &str, path: &str) -> bool {
        matches!(self.at(blueprint, path), Some(At::Secret))
    }

    /// Puts something in the place of what is secret in the value at a path.
    pub fn hide(
        &self,
        blueprint: &str,
        path: &str,
        value: &mut Json,
        instead: &dyn Fn(&Json) -> Json,
    ) {
        match self.at(blueprint, path) {
            Some(At::Secret) => *value = instead(value),
            Some(At::Schema(schema)) => hide(schema, value, instead),
            None if path == "properties" => {
                for (name, value) in value.as_object_mut().into_iter().flatten() {
                    self.hide_property(blueprint, name, value, instead);
                }
            }
            None => {}
        }
    }

    /// The same for the value of a property of this name.
    pub fn hide_property(
        &self,
        blueprint: &str,
        name: &str,
        value: &mut Json,
        instead: &dyn Fn(&Json) -> Json,
    ) {
        match self.of.get(blueprint).and_then(|names| names.get(name)) {
            Some(Marked::Whole) => *value = instead(value),
            Some(Marked::By(schema)) => hide(schema, value, instead),
            None => {}
        }
    }

    /// Whether an expression over an entity, or over `{before, after}` of one, reads a secret of it.
    /// A property that is `sealed` is an envelope that nobody else can open.
    pub fn is_read(
        &self,
        blueprint: &str,
        expression: &Expression,
        sealed: &dyn Fn(&str) -> bool,
    ) -> bool {
        let is_open = |names: &BTreeMap<&str, Marked<'_>>, name: &str| match names.get(name) {
            Some(Marked::By(_)) => !sealed(name),
            Some(Marked::Whole) => true,
            None => false,
        };
        self.of.get(blueprint).is_some_and(|names| {
            let mut reads = expression.reads().iter();
            reads.any(|read| match property_read(read) {
                Group::All => names.keys().any(|name| is_open(names, name)),
                Group::One(name) => is_open(names, name),
                Group::None => false,
            })
        })
    }

    /// The same of an expression that is not read yet.
    pub fn is_read_by(&self, blueprint: &str, source: &str) -> bool {
        let expression = Expression::parse(source);
        expression.is_ok_and(|it| self.is_read(blueprint, &it, &|_| false))
    }

    /// Whether a secret of an entity may fill an input of an action.
    pub fn fills(&self, action: &Action, input: &str) -> bool {
        let mut from = action.inputs.from.iter();
        let source = from.find(|(filled, _)| filled.value == input);
        source.is_some_and(|(_, it)| self.is_read_by(&action.blueprint.value, &it.value))
    }

    fn at(&self, blueprint: &str, path: &str) -> Option<At<'c>> {
        let names = self.of.get(blueprint)?;
        let rest = path.strip_prefix("properties")?;
        let rest = rest
            .strip_prefix('.')
            .or(rest.starts_with('[').then_some(rest))?;
        // A name that is written in quotes may have any sign in it.
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, below) = rest.split_at(end);
        let name = if name.is_empty() {
            quoted(below)?
        } else {
            name
        };
        let schema = match names.get(name)? {
            Marked::Whole => return Some(At::Secret),
            Marked::By(schema) => *schema,
        };
        Some(below_schema(
            schema,
            if rest.starts_with('[') { "" } else { below },
        ))
    }
}

/// Which properties of an entity a path may lead to.
enum Group<'r> {
    All,
    One(&'r str),
    None,
}

fn property_read(read: &Read) -> Group<'_> {
    let mut keys = read.path.iter().map(|step| match &step.segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Each | Segment::Any => None,
    });
    let mut first = keys.next();
    if matches!(first, Some(Some("before" | "after" | "entity"))) {
        first = keys.next();
    }
    match first {
        None | Some(None) => Group::All,
        Some(Some("properties")) => match keys.next() {
            Some(Some(name)) => Group::One(name),
            _ => Group::All,
        },
        Some(Some(_)) => Group::None,
    }
}

/// What stands at a path.
enum At<'c> {
    /// Secret, or nothing that its schema tells of.
    Secret,
    /// A value of which this is the schema.
    Schema(&'c Node),
}

/// `pin` of `["pin"].x`.
fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("[\"")?;
    inner.split_once("\"]").map(|(name, _)| name)
}

/// Follows the names of a path. What is written otherwise is not followed: it is secret where
/// anything there is.
fn below_schema<'c>(schema: &'c Node, below: &str) -> At<'c> {
    if is_secret(schema) {
        return At::Secret;
    }
    let Some(rest) = below.strip_prefix('.') else {
        return if below.is_empty() {
            At::Schema(schema)
        } else {
            At::Secret
        };
    };
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (name, deeper) = rest.split_at(end);
    if has_secret_beside(schema, &["properties"]) {
        return At::Secret;
    }
    match schema.get("properties").and_then(|all| all.get(name)) {
        Some(schema) => below_schema(schema, deeper),
        None => At::Schema(schema),
    }
}

fn hide(schema: &Node, value: &mut Json, instead: &dyn Fn(&Json) -> Json) {
    if is_secret(schema) || has_secret_beside(schema, &["properties", "items"]) {
        *value = instead(value);
        return;
    }
    // What is not of the form that its schema gives is hidden as a whole.
    let is_of = |keyword: &str| schema.get(keyword).is_some_and(has_secret);
    match value {
        Json::Object(_) if is_of("items") => *value = instead(value),
        Json::Array(_) if is_of("properties") => *value = instead(value),
        Json::Object(items) => {
            let schemas = schema.get("properties");
            for (name, value) in items {
                if let Some(schema) = schemas.and_then(|all| all.get(name)) {
                    hide(schema, value, instead);
                }
            }
        }
        Json::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for item in items {
                    hide(schema, item, instead);
                }
            }
        }
        Json::Null => {}
        _ if has_secret(schema) => *value = instead(value),
        _ => {}
    }
}

/// Whether a schema or anything in it is marked.
pub fn has_secret(schema: &Node) -> bool {
    is_secret(schema) || has_secret_beside(schema, &[])
}

/// The same of what does not stand under these keywords.
fn has_secret_beside(schema: &Node, keywords: &[&str]) -> bool {
    match &schema.value {
        Value::Mapping(entries) => entries
            .iter()
            .filter(|entry| !keywords.contains(&entry.key.value.as_str()))
            .any(|entry| has_secret(&entry.node)),
        Value::Sequence(items) => items.iter().any(has_secret),
        _ => false,
    }
}

/// The derived values that are made of secrets, or of values that are.
fn made_of_secrets<'c>(
    catalog: &'c Catalog,
    of: &BTreeMap<&str, BTreeMap<&str, Marked<'c>>>,
) -> BTreeSet<(&'c str, &'c str)> {
    let scheme = Scheme::of(catalog);
    let blueprints = (0..).map(BlueprintId).take(catalog.blueprints.len());
    let all: Vec<DefinitionId> = blueprints.flat_map(|it| scheme.of_blueprint(it)).collect();
    let name = |id: BlueprintId| catalog.blueprint(id).map(|it| it.identifier.value.as_str());
    let mut made: BTreeSet<(&str, &str)> = BTreeSet::new();
    loop {
        let before = made.len();
        for definition in all.iter().filter_map(|id| scheme.get(*id)) {
            let (Some(here), Some(there)) =
                (name(definition.blueprint), name(definition.route.there))
            else {
                continue;
            };
            let mut parts = definition.parts.iter();
            let is_made = parts.any(|part| {
                let part = part.strip_prefix("properties.").unwrap_or_default();
                of.get(there).is_some_and(|names| names.contains_key(part))
                    || made.contains(&(there, part))
            });
            if is_made {
                made.insert((here, definition.name.value.as_str()));
            }
        }
        if made.len() == before {
            return made;
        }
    }
}
