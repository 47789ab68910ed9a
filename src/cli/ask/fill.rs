//! Inputs that an entity fills, and what is missing of them and of what is new.

use serde_json::{Map, Value as Json};

use crate::cli::Failure;
use crate::cli::ask::claim::Claim;
use crate::cli::ask::matter::Wish;
use crate::cli::ask::value::known;
use crate::model::{Action, Blueprint, Catalog, Entity};
use crate::plan::asked::{self, Change};
use crate::text::visible;

/// The inputs that an edited entity fills by a value of its own, each with that value's path.
pub(in crate::cli) fn filled(action: &Action) -> impl Iterator<Item = (&str, &str)> {
    action.inputs.from.iter().filter_map(|(input, source)| {
        let path = source.value.trim().strip_prefix(".after.")?;
        let (group, name) = path.split_once('.')?;
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_own = matches!(group, "properties" | "relations");
        (is_plain && is_own).then_some((input.value.as_str(), path))
    })
}

/// That the entities are there which the value of an input names: by its schema, or as it fills a
/// relation.
pub(super) fn are_there(
    catalog: &Catalog,
    (action, blueprint): (&Action, Option<&Blueprint>),
    (input, written): (&str, &str),
    value: &Json,
) -> Result<(), Failure> {
    if let Some(schema) = action.inputs.schema(input) {
        known(catalog, schema, value)?;
    }
    let is_it = |(name, path): &(&str, &str)| *name == input && path.starts_with("relations.");
    if let (Some((_, path)), Some(blueprint)) = (filled(action).find(is_it), blueprint) {
        Claim::read(catalog, blueprint, path, written)?;
    }
    Ok(())
}

/// The names of the inputs of an action.
pub(in crate::cli) fn input_names(action: &Action) -> Vec<&str> {
    let inputs = action.inputs.properties.iter();
    inputs.map(|entry| entry.key.value.as_str()).collect()
}

/// That an input is missing which the action needs.
pub(super) fn missing_input(
    action: &Action,
    inputs: &Map<String, Json>,
    is_asked: bool,
) -> Result<(), Failure> {
    let mut required = action.inputs.required.iter();
    let Some(missing) = required.find(|name| !inputs.contains_key(name.value.as_str())) else {
        return Ok(());
    };
    let name = visible(&missing.value);
    let identifier = visible(&action.identifier.value);
    if !is_asked {
        let message = format!("this change is `{identifier}`, which needs the input `{name}`");
        let help = format!("ask for `{identifier}` in its place, with `--set {name}=...`");
        return Err(Failure::new(message).help(help));
    }
    let message = format!("`{identifier}` needs the input `{name}`");
    let words = action.inputs.schema(&missing.value).and_then(|schema| {
        let words = schema.get("enum")?.as_sequence()?.iter();
        let words: Option<Vec<&str>> = words.map(crate::syntax::Node::as_str).collect();
        Some(words?.join(" or "))
    });
    let words = words.map_or_else(String::new, |words| format!(": {}", visible(&words)));
    Err(Failure::new(message).help(format!("add `--set {name}=...`{words}")))
}

/// That something is missing which an entity must say.
pub(super) fn missing_claim(blueprint: &Blueprint, entity: &Entity) -> Result<(), Failure> {
    let properties = blueprint.required.iter().map(|name| &name.value);
    let properties = properties
        .filter(|name| entity.property(name).is_none())
        .map(|name| format!("properties.{name}"));
    let relations = blueprint.relations.iter().filter(|it| it.required);
    let relations = relations
        .map(|relation| &relation.name.value)
        .filter(|name| entity.relation(name).is_none())
        .map(|name| format!("relations.{name}"));
    let Some(missing) = properties.chain(relations).next() else {
        return Ok(());
    };
    let kind = visible(&blueprint.identifier.value);
    let missing = visible(&missing);
    Err(Failure::new(format!("a new {kind} needs `{missing}`"))
        .help(format!("add `--set {missing}=...`")))
}

impl Wish<'_> {
    /// The inputs of an action: those that were given, and those that the change fills.
    pub(super) fn filled(
        &self,
        action: &Action,
        change: &Change<'_>,
    ) -> Result<Map<String, Json>, Failure> {
        let mut asked = self.what.action().into_iter();
        let is_asked = asked.any(|asked| std::ptr::eq(asked, action));
        let given = if is_asked {
            self.inputs.clone()
        } else {
            Map::new()
        };
        let unknown: Vec<&str> = self.unknown().collect();
        let inputs = asked::filled(action, given, &unknown, change).map_err(Failure::new)?;
        missing_input(action, &inputs, is_asked)?;
        Ok(inputs)
    }
}
