//! Values of arguments: text becomes what a schema says, as the same text in a file would.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::name::{entity, entity_of};
use crate::cli::ask::words;
use crate::model::{BlueprintId, Catalog, is_secret};
use crate::plan::rights::candidate::fits;
use crate::syntax::MergeKeys;
use crate::syntax::Node;
use crate::text::{FileId, Located, Span, Text, choose, visible};

/// Where a value of an argument stands: in no file.
pub(super) const NOWHERE: Span = Span::whole_file(FileId::BUILT_IN);

/// A name that an argument gives.
pub(super) fn located(text: &str) -> Located<Text> {
    Located::new(Text::from(text), NOWHERE)
}

/// The value that `written` is for the schema of `name`, which `owner` has.
pub(in crate::cli) fn typed(
    owner: &str,
    name: &str,
    schema: &Node,
    written: &str,
) -> Result<Json, Failure> {
    let value = read(schema, written);
    if is_secret(schema) {
        // What it is stays with whoever typed it.
        return Ok(value.unwrap_or_else(|| Json::from(written)));
    }
    if let Some(value) = value.filter(|value| fits(name, schema, value)) {
        return Ok(value);
    }
    let message = format!(
        "`{}` does not take `{}` as `{}`",
        visible(owner),
        visible(written),
        visible(name)
    );
    Err(Failure::new(message).help(takes(schema, written)))
}

/// That the entities which a value names by its schema are there.
pub(in crate::cli) fn known(catalog: &Catalog, schema: &Node, value: &Json) -> Result<(), Failure> {
    let is_entity = schema.get("format").and_then(Node::as_str) == Some("entity");
    let kind = schema.get("blueprint").and_then(Node::as_str);
    match value {
        Json::Array(items) => {
            // The kind may stand beside the list.
            let schema = schema.get("items").filter(|_| !is_entity).unwrap_or(schema);
            items.iter().try_for_each(|it| known(catalog, schema, it))
        }
        Json::String(written) if is_entity && !is_secret(schema) => {
            match kind.and_then(|kind| catalog.find_blueprint(kind)) {
                Some((kind, _)) if catalog.find_entity(kind, written).is_some() => Ok(()),
                Some((kind, _)) => missing(catalog, kind, written),
                None if kind.is_some() => Ok(()),
                None => entity(catalog, written).map(|_| ()),
            }
        }
        _ => Ok(()),
    }
}

/// A request would not know the name with its kind before it either.
fn missing(catalog: &Catalog, kind: BlueprintId, written: &str) -> Result<(), Failure> {
    let found = entity_of(catalog, kind, written)?;
    let name = catalog.entity(found).map_or("", |it| &it.identifier.value);
    let message = format!("no entity is called `{}`", visible(written));
    Err(Failure::new(message).help(format!("write `{}`", visible(name))))
}

/// What a schema takes: the nearest of its words, or what it is.
fn takes(schema: &Node, written: &str) -> String {
    let words: Option<Vec<&str>> = schema
        .get("enum")
        .and_then(Node::as_sequence)
        .and_then(|words| words.iter().map(Node::as_str).collect());
    if let Some(words) = words {
        return choose(written, &words).words;
    }
    if let Some(items) = schema.get("items").filter(|_| !written.starts_with('['))
        && let Some(wrong) = elements(written).find(|it| !is_of(items, it))
    {
        return format!("`{}` of the list: {}", visible(wrong), takes(items, wrong));
    }
    format!("it is {}", visible(&words::words(schema)))
}

/// Whether a text is what a schema takes.
fn is_of(schema: &Node, written: &str) -> bool {
    read(schema, written).is_some_and(|value| fits("items", schema, &value))
}

/// The elements of `a,b`.
fn elements(written: &str) -> impl Iterator<Item = &str> {
    written
        .split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty())
}

fn read(schema: &Node, written: &str) -> Option<Json> {
    match schema.get("type").and_then(Node::as_str) {
        Some("string") => Some(Json::from(written)),
        Some("integer") => written.parse::<i64>().ok().map(Json::from),
        Some("boolean") => written.parse::<bool>().ok().map(Json::from),
        Some("array") if !written.starts_with('[') => {
            let items = schema.get("items");
            elements(written)
                .map(|part| match items {
                    Some(items) => read(items, part),
                    None => yaml(part),
                })
                .collect()
        }
        _ => yaml(written),
    }
}

/// A value as YAML has it.
pub(in crate::cli) fn yaml(written: &str) -> Option<Json> {
    let (documents, findings) = crate::syntax::parse(FileId::BUILT_IN, written, MergeKeys::Refused);
    match documents.as_slice() {
        [document] if findings.is_empty() => Some(document.root.to_json()),
        _ => None,
    }
}
