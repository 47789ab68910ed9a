//! Steps into a value, and names that lead nowhere.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::unknown;
use crate::cli::set::path::Part;
use crate::edit::Step;
use crate::model::Blueprint;
use crate::text::{Text, choose, visible};

/// That a blueprint has no such name; of one without `properties.` before it, all are looked at.
pub(super) fn unknown_name(
    blueprint: &Blueprint,
    section: Option<&str>,
    name: &str,
    path: &str,
) -> Failure {
    if section.is_some() {
        return unknown(blueprint, path);
    }
    if blueprint.derived().any(|it| it.value == name) {
        return unknown(blueprint, &format!("properties.{name}"));
    }
    let properties = blueprint.properties.iter().map(|it| it.name.value.as_str());
    let relations = blueprint.relations.iter().map(|it| it.name.value.as_str());
    let own = ["title", "icon", "team"].into_iter();
    let names: Vec<&str> = properties.chain(relations).chain(own).collect();
    let kind = visible(&blueprint.identifier.value).into_owned();
    Failure::new(format!("{kind} has no `{}` to set", visible(name))).help(choose(name, &names))
}

/// A step into a value.
pub(super) fn step(part: &Part, current: Option<&Json>) -> Option<Step> {
    match part {
        Part::Name(name) => match current {
            None | Some(Json::Object(_)) => Some(Step::Key(Text::from(name.as_str()))),
            _ => None,
        },
        Part::Number(at) => {
            let list = current?.as_array()?;
            (*at < list.len()).then_some(Step::Element(*at))
        }
        Part::Where(key, value) => {
            let list = current?.as_array()?;
            let has = |item: &Json| match item.get(key) {
                Some(Json::String(text)) => text == value,
                Some(other) => format!("{other}").as_str() == value,
                None => false,
            };
            Some(Step::Element(list.iter().position(has)?))
        }
    }
}
