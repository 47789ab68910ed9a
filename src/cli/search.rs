//! `catalogc search`: entities by a part of their names, titles and values.
//!
//! The best stand first: a name before a title before a value, and of each what is equal before
//! what begins with the text before what holds it. Of equals the catalog's order counts.

use serde_json::Value as Json;

use crate::cli::ask::Place;
use crate::cli::get::Format;
use crate::cli::look::Look;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::model::{Entity, EntityId};
use crate::render::found::{Found, Search, search_json, search_text, search_yaml};
use crate::text::nearest;

/// Entities by a part of their names, titles and values
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc search cart\n    catalogc search runbooks.acme.example --full")]
pub(super) struct Arguments {
    /// What to look for, in any case
    #[arg(value_name = "TEXT")]
    text: String,
    /// All that is found, not only the best
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    place: Place,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let wanted = arguments.text.trim().to_lowercase();
    if wanted.is_empty() {
        return Err(Failure::new("there is nothing to look for")
            .help("name a part of what is looked for: `catalogc search cart`"));
    }
    let compiled = arguments.place.compiled()?;
    let search = search(&Look::of(&compiled), arguments.text.trim(), &wanted);
    let text = match arguments.format {
        Format::Table => search_text(&search, arguments.full, terminal.color),
        Format::Json => search_json(&search),
        Format::Yaml => search_yaml(&search),
    };
    Ok(Output::new(text, Exit::Fine))
}

/// Where a text stands, how well that fits, and what stands there.
type Hit = (u8, String, String);

fn search(look: &Look<'_>, written: &str, wanted: &str) -> Search {
    let catalog = &look.compiled.catalog;
    let mut hits: Vec<(u8, EntityId, Found)> = Vec::new();
    for (id, entity) in catalog.entities() {
        if let Some((rank, path, value)) = best(look, id, entity, wanted) {
            let found = Found {
                blueprint: look.kind(id),
                identifier: look.name(id),
                title: look.title(id),
                path,
                value,
            };
            hits.push((rank, id, found));
        }
    }
    hits.sort_by_key(|(rank, id, _)| (*rank, *id));
    let names = || {
        catalog
            .entities
            .iter()
            .map(|it| it.identifier.value.as_str())
    };
    let near = if hits.is_empty() {
        nearest(written, names()).map(|name| format!("did you mean `{name}`?"))
    } else {
        None
    };
    Search {
        version: 1,
        text: written.to_owned(),
        of: catalog.entities.len(),
        errors: look.errors(),
        found: hits.into_iter().map(|(_, _, found)| found).collect(),
        near: near.map(|near| look.hider.text(&near)),
    }
}

/// The place of an entity that fits best. What is hidden is not looked at.
fn best(look: &Look<'_>, id: EntityId, entity: &Entity, wanted: &str) -> Option<Hit> {
    let mut best: Option<Hit> = None;
    let mut offer = |group: u8, path: &str, value: &str| {
        let rank = fits(value, wanted).map(|rank| group + rank);
        if let Some(rank) = rank
            && best.as_ref().is_none_or(|(known, ..)| rank < *known)
        {
            best = Some((rank, path.to_owned(), value.to_owned()));
        }
    };
    offer(0, "identifier", &look.name(id));
    if let Some(title) = look.title(id) {
        offer(10, "title", &title);
    }
    let kind = look.blueprint(id).map_or("", |it| &it.identifier.value);
    for entry in &*entity.properties {
        let name = entry.key.value.as_str();
        let value = entry.node.to_json();
        let value = if look.hider.hides_nothing() {
            value
        } else {
            look.hider.property(kind, name, &value)
        };
        texts(&value, &mut |text| {
            offer(20, &format!("properties.{name}"), text);
        });
    }
    best
}

/// How well a value fits: it is the text, it begins with it, a word of it does, it holds it.
fn fits(value: &str, wanted: &str) -> Option<u8> {
    let value = value.to_lowercase();
    let at = value.find(wanted)?;
    let is_word = |at: usize| {
        let before = value.get(..at).and_then(|it| it.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric())
    };
    Some(match at {
        0 if value.len() == wanted.len() => 0,
        0 => 1,
        _ if value.match_indices(wanted).any(|(at, _)| is_word(at)) => 2,
        _ => 3,
    })
}

/// The texts of a value, and its numbers and truth values as they are written.
fn texts(value: &Json, each: &mut dyn FnMut(&str)) {
    match value {
        Json::String(text) => each(text),
        Json::Number(number) => each(&number.to_string()),
        Json::Bool(value) => each(if *value { "true" } else { "false" }),
        Json::Array(items) => items.iter().for_each(|item| texts(item, each)),
        Json::Object(items) => items.values().for_each(|item| texts(item, each)),
        Json::Null => {}
    }
}
