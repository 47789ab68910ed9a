//! Paths that an action claims and that never change.
//!
//! In: a path of `changed` and the blueprint. Out: a finding where nothing stands below what it
//! names, or where it names an element of a list that has no key, or another one.

use serde_json::Value as Json;

use crate::finding::Finding;
use crate::finding::codes::E0501;
use crate::model::Blueprint;
use crate::model::blueprint::Property;
use crate::model::shape::{Shape, element, read_element};
use crate::text::{Located, Text};

/// Why a claim never fires, where it does not.
pub(super) fn never_changes(blueprint: &Blueprint, path: &Located<Text>) -> Option<Finding> {
    let found = |above: &str, what: &str| {
        Finding::new(
            &E0501,
            path.span,
            format!("`{}` never changes: `{above}` is {what}", path.value),
        )
        .label("nothing is below it")
    };
    if let Some(below) = path.value.strip_prefix("relations.") {
        let (name, _) = below.split_once(['.', '['])?;
        let (_, relation) = blueprint.relation(name)?;
        return Some(
            found(name, "a relation, which changes as a whole")
                .related(relation.name.span, "defined here")
                .help(format!("write `relations.{name}`")),
        );
    }
    let below = path.value.strip_prefix("properties.")?;
    let (name, _) = below.split_once(['.', '['])?;
    let is_derived = blueprint.derived().any(|derived| derived.value == name);
    if is_derived && blueprint.property(below).is_none() {
        let help = format!("write `properties.{name}`");
        return Some(found(name, "a derived value, which changes as a whole").help(help));
    }
    let property = blueprint.property(name)?;
    let claim = Claim { property, path };
    claim.follow(name, below.get(name.len()..)?)
}

/// A claim below a property.
struct Claim<'a> {
    property: &'a Property,
    path: &'a Located<Text>,
}

impl Claim<'_> {
    /// Looks at what the claim says after the name of the property.
    fn follow(&self, name: &str, mut rest: &str) -> Option<Finding> {
        let mut above = name.to_owned();
        let mut shape = Some(Shape::of(&self.property.schema));
        while !rest.is_empty() {
            let what = match shape.and_then(Shape::type_word) {
                Some("string") => "a string",
                Some("integer" | "number") => "a number",
                Some("boolean") => "a boolean",
                _ => "",
            };
            if !what.is_empty() {
                let below = "nothing is below it";
                let finding = self.finding(&format!("`{above}` is {what}"), below);
                return Some(finding.help(format!("write `properties.{name}`")));
            }
            if let Some((key, value, after)) = read_element(rest) {
                let written = rest.get(..rest.len() - after.len()).unwrap_or_default();
                let list = shape.and_then(Shape::list_key);
                let wrong = self.element(&above, list, (key, &value, written));
                if wrong.is_some() {
                    return wrong;
                }
                shape = shape.and_then(Shape::element);
                above.push_str(written);
                rest = after;
                continue;
            }
            if rest.starts_with("[\"") {
                // A quoted key may be any key of a mapping.
                return None;
            }
            let list = shape.and_then(Shape::list_key);
            if rest.starts_with('[') {
                let why = format!("elements of `{above}` have no numbers");
                let finding = self.finding(&why, "no element");
                let help = match list {
                    Some(key) => format!("name the element: `[{key}=VALUE]`"),
                    None => format!("write `properties.{above}`"),
                };
                return Some(finding.help(help));
            }
            let part = rest.strip_prefix('.')?;
            let end = part.find(['.', '[']).unwrap_or(part.len());
            let (part, after) = part.split_at(end);
            if let Some(key) = list {
                let finding = self.finding(&format!("`{above}` is a list"), "no element is named");
                return Some(finding.help(format!(
                    "write `properties.{above}[{key}=VALUE].{part}`, or claim all of it with `properties.{above}`"
                )));
            }
            shape = shape.and_then(|shape| shape.key(part));
            above.push('.');
            above.push_str(part);
            rest = after;
        }
        None
    }

    /// An element that the list does not have, whatever is in it.
    fn element(
        &self,
        above: &str,
        list: Option<&str>,
        (key, value, written): (&str, &Json, &str),
    ) -> Option<Finding> {
        let Some(list) = list else {
            let why = format!("`{above}` has no `listKey`, so it changes as a whole");
            let finding = self.finding(&why, "no element is called that");
            return Some(finding.help(format!(
                "add `listKey: {key}` to the list in the blueprint, or write `properties.{above}`"
            )));
        };
        let right = element(list, value);
        if right == written {
            return None;
        }
        let why = if list == key {
            format!("`{written}` is written `{right}`")
        } else {
            format!("the elements of `{above}` are told apart by `{list}`")
        };
        let finding = self.finding(&why, "no element is called that");
        Some(finding.help(format!("write `{right}`")))
    }

    fn finding(&self, why: &str, label: &str) -> Finding {
        let message = format!("`{}` never changes: {why}", self.path.value);
        Finding::new(&E0501, self.path.span, message)
            .label(label)
            .related(self.property.name.span, "defined here")
    }
}
