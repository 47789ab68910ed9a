//! What a rule names, against the blueprints.
//!
//! A blueprint, property or relation that is not there is said once, at its name in the mapping,
//! and taken out of the rule: it would else be said of every entity that the rule makes.

use super::formula::{Form, Formula};
use super::rule::Rule;
use crate::finding::Finding;
use crate::finding::codes::{E0206, E0303};
use crate::model::Blueprint;
use crate::model::Catalog;
use crate::text::{Located, Text, choose};

/// Checks the names of a rule.
pub(super) fn check(
    rule: &mut Rule,
    catalog: &Catalog,
    is_half_read: bool,
    findings: &mut Vec<Finding>,
) {
    let Form::Constant(name) = &rule.blueprint.form else {
        return;
    };
    let Some((_, blueprint)) = catalog.find_blueprint(name) else {
        rule.is_void = true;
        if !is_half_read {
            let span = rule.blueprint.written.span;
            findings.push(catalog.unknown_blueprint(&Located::new(name.clone(), span)));
        }
        return;
    };
    if blueprint.broken {
        return;
    }
    rule.properties.retain(|(name, formula)| {
        let property = blueprint.property(&name.value);
        match property {
            None => findings.push(unknown_property(name, blueprint)),
            // What has a default is foreseen to be absent.
            Some(property) if property.schema.get("default").is_some() => formula.met.found(),
            Some(_) => {}
        }
        property.is_some()
    });
    rule.relations
        .retain(|(name, _): &(Located<Text>, Formula)| {
            let is_known = blueprint.relation(&name.value).is_some();
            if !is_known {
                findings.push(unknown_relation(name, blueprint));
            }
            is_known
        });
}

fn unknown_property(name: &Located<Text>, blueprint: &Blueprint) -> Finding {
    let kind = blueprint.identifier.value.as_str();
    let finding = Finding::new(
        &E0206,
        name.span,
        format!("{kind} has no property `{}`", name.value),
    )
    .label("not known")
    .related(blueprint.identifier.span, "the blueprint");
    if blueprint
        .derived()
        .any(|derived| derived.value == name.value)
    {
        return finding.help("delete it: its value is computed");
    }
    if blueprint.relation(&name.value).is_some() {
        return finding.help("move it to `relations`");
    }
    let names: Vec<&str> = blueprint
        .properties
        .iter()
        .map(|property| property.name.value.as_str())
        .collect();
    finding.help(choose(&name.value, &names))
}

fn unknown_relation(name: &Located<Text>, blueprint: &Blueprint) -> Finding {
    let kind = blueprint.identifier.value.as_str();
    let finding = Finding::new(
        &E0303,
        name.span,
        format!("{kind} has no relation `{}`", name.value),
    )
    .label("not known")
    .related(blueprint.identifier.span, "the blueprint");
    if blueprint.property(&name.value).is_some() {
        return finding.help("move it to `properties`");
    }
    let names: Vec<&str> = blueprint
        .relations
        .iter()
        .map(|relation| relation.name.value.as_str())
        .collect();
    finding.help(choose(&name.value, &names))
}
