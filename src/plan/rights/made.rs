//! An entity as a change would make it.
//!
//! In: an entity and values by their paths. Out: the same with these values; nothing is checked.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::model::Entity;
use crate::model::entity::Related;
use crate::syntax::{Entry, MergeKeys, parse};
use crate::text::{FileId, Located, Text};

/// An entity with other values.
pub(super) fn made(entity: &Entity, values: &[(String, Json)]) -> Entity {
    let mut made = entity.clone();
    for (path, value) in values {
        if let Some(name) = path.strip_prefix("properties.") {
            set_property(&mut made, name, value);
        } else if let Some(name) = path.strip_prefix("relations.") {
            set_relation(&mut made, name, value);
        } else if let Some(text) = value.as_str() {
            match path.as_str() {
                "identifier" => made.identifier.value = Text::from(text),
                _ => made.title = Some(Located::new(Text::from(text), made.span)),
            }
        }
    }
    made
}

fn set_property(made: &mut Entity, name: &str, value: &Json) {
    let text = json!({ name: value }).to_string();
    let (documents, _) = parse(FileId::BUILT_IN, &text, MergeKeys::Refused);
    let new = documents.first().and_then(|it| it.root.entry(name));
    let others = made.properties.iter().filter(|it| it.key.value != name);
    let all: Vec<Entry> = others.chain(new).cloned().collect();
    made.properties = Arc::from(all);
}

fn set_relation(made: &mut Entity, name: &str, value: &Json) {
    let place = made.relations_place;
    let located = |name: &str| Located::new(Text::from(name), place);
    let names = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    let new = Related {
        name: located(name),
        is_list: value.is_array(),
        broken: false,
        span: place,
        targets: names.iter().filter_map(Json::as_str).map(located).collect(),
    };
    let all = std::mem::take(&mut made.relations).into_vec().into_iter();
    let others = all.filter(|it| it.name.value != name);
    made.relations = others.chain([new]).collect();
}
