//! Scorecards against their blueprints: what the conditions ask about, how, and with what.

use std::collections::BTreeMap;

use crate::check::Subject;
use crate::check::blueprint::META;
use crate::check::schema::Kind;
use crate::finding::Finding;
use crate::finding::codes::{E0203, E0302, E0701, E0702, E0703};
use crate::model::Blueprint;
use crate::model::Catalog;
use crate::model::DocumentKind;
use crate::model::Scorecard;
use crate::model::scorecard::{Condition, Operator};
use crate::syntax::{Entry, Node, Value};
use crate::text::{Located, Text, choose};

mod asked;
mod period;

use asked::Asked;

/// All scorecards.
pub(super) fn scorecards(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for scorecard in &subject.catalog.scorecards {
        names(scorecard, findings);
        levels(scorecard, findings);
        let found = subject.catalog.find_blueprint(&scorecard.blueprint.value);
        let Some((id, blueprint)) = found else {
            if !subject.is_half_read(DocumentKind::Blueprints) {
                findings.push(subject.catalog.unknown_blueprint(&scorecard.blueprint));
            }
            continue;
        };
        let Some(kind) = subject.kinds.get(id.0 as usize) else {
            continue;
        };
        for condition in scorecard.queries().flat_map(|query| &query.conditions) {
            look(subject.catalog, (blueprint, kind), condition, findings);
        }
    }
}

/// Levels and rules that stand twice.
fn names(scorecard: &Scorecard, findings: &mut Vec<Finding>) {
    fn twice<'s>(
        what: &str,
        names: impl Iterator<Item = &'s Located<Text>>,
        findings: &mut Vec<Finding>,
    ) {
        let mut first: BTreeMap<&str, &Located<Text>> = BTreeMap::new();
        for name in names {
            if let Some(first) = first.get(name.value.as_str()) {
                findings.push(
                    Finding::new(
                        &E0302,
                        name.span,
                        format!("{what} `{}` is defined twice", name.value),
                    )
                    .label("second")
                    .related(first.span, "first")
                    .help("delete one of the two, or give one another name"),
                );
                continue;
            }
            first.insert(&name.value, name);
        }
    }
    let levels = scorecard.levels.iter().map(|level| &level.title);
    twice("level", levels, findings);
    let rules = scorecard.rules.iter();
    let rules = rules.filter_map(|rule| rule.identifier.as_ref());
    twice("rule", rules, findings);
}

/// The levels that rules name.
fn levels(scorecard: &Scorecard, findings: &mut Vec<Finding>) {
    let names = scorecard.level_names();
    // Of levels that could not all be read, the missing one may be meant.
    if scorecard.levels_broken {
        return;
    }
    let Some((base, others)) = names.split_first() else {
        return;
    };
    for level in scorecard.rules.iter().filter_map(|it| it.level.as_ref()) {
        let name = level.value.as_str();
        if others.contains(&name) {
            continue;
        }
        let finding = if name == *base {
            Finding::new(
                &E0702,
                level.span,
                format!("`{name}` is where everyone begins, a rule cannot belong to it"),
            )
            .label("the lowest level")
        } else {
            Finding::new(
                &E0702,
                level.span,
                format!("`{}` has no level `{name}`", scorecard.identifier.value),
            )
            .label("not found")
        };
        let first = scorecard.levels.first();
        let finding = match first {
            Some(first) if name == *base => finding.related(first.title.span, "the first level"),
            _ => finding,
        };
        let mut distinct: Vec<&str> = Vec::new();
        for other in others {
            if !distinct.contains(other) {
                distinct.push(other);
            }
        }
        findings.push(finding.help(choose(name, &distinct)));
    }
}

/// One condition.
fn look(
    catalog: &Catalog,
    (blueprint, kind): (&Blueprint, &Kind),
    condition: &Condition,
    findings: &mut Vec<Finding>,
) {
    let asked = asked::of(catalog, blueprint, condition).unwrap_or_else(|| {
        // Of a blueprint that is broken it is not known which names it has.
        findings.extend((!kind.broken).then(|| unknown(blueprint, condition)));
        Asked::Unknown
    });
    let operator = condition.operator.value;
    if !asked.takes(operator) {
        let words: Vec<String> = Operator::WORDS
            .iter()
            .filter(|(_, operator)| asked.takes(*operator))
            .map(|(word, _)| format!("`{word}`"))
            .collect();
        findings.push(
            Finding::new(
                &E0703,
                condition.operator.span,
                format!(
                    "`{}` does not fit `{}`, which is {}",
                    operator.word(),
                    condition.name.value,
                    asked.words()
                ),
            )
            .label("never true")
            .related(condition.name.span, asked.words())
            .help(format!("write one of {}", words.join(", "))),
        );
        return;
    }
    let Some(value) = &condition.value else {
        return;
    };
    if !fits(asked, operator, condition, value, findings) {
        return;
    }
    // A constant that the property itself may not have: the words are those of a property.
    let at = blueprint
        .properties
        .iter()
        .position(|property| !condition.is_relation && property.name.value == condition.name.value);
    let compiled = at.and_then(|at| {
        Some((
            kind.properties.get(at)?.as_ref()?,
            blueprint.properties.get(at)?,
        ))
    });
    let constants: &[Node] = match (operator, &value.value) {
        (Operator::Equal | Operator::NotEqual, Value::Mapping(_)) => &[],
        (Operator::Equal | Operator::NotEqual, _) => std::slice::from_ref(value),
        (Operator::In, Value::Sequence(values)) => values,
        _ => &[],
    };
    for constant in constants {
        if let Some((schema, property)) = compiled
            && !schema.fits(&constant.to_json())
        {
            let entry = Entry {
                key: condition.name.clone(),
                node: constant.clone(),
            };
            let owner = blueprint.identifier.value.as_str();
            schema.findings(
                &condition.name.value,
                owner,
                &entry,
                &property.schema,
                findings,
            );
        }
    }
}

/// Whether the value of a condition has a type that its operator can compare with what is asked.
fn fits(
    asked: Asked,
    operator: Operator,
    condition: &Condition,
    value: &Node,
    findings: &mut Vec<Finding>,
) -> bool {
    let Some(wanted) = asked.wanted(operator, value) else {
        let is_period = matches!(operator, Operator::Between | Operator::NotBetween)
            || asked == Asked::Time && matches!(value.value, Value::Mapping(_));
        return !is_period || period::is_period(value, findings);
    };
    findings.push(
        Finding::new(
            &E0203,
            value.span,
            format!(
                "`{}` of `{}` takes {wanted}, not {}",
                operator.word(),
                condition.name.value,
                value.type_words()
            ),
        )
        .label(value.type_words())
        .related(condition.operator.span, "the operator")
        .help(format!("write {wanted}")),
    );
    false
}

/// The finding that a blueprint has nothing of a condition's name.
fn unknown(blueprint: &Blueprint, condition: &Condition) -> Finding {
    let name = condition.name.value.as_str();
    let kind = &blueprint.identifier.value;
    let what = if condition.is_relation {
        "relation"
    } else {
        "property"
    };
    let finding = Finding::new(
        &E0701,
        condition.name.span,
        format!("{kind} has no {what} `{name}`"),
    )
    .label("not known");
    let relations = || blueprint.relations.iter().map(|relation| &relation.name);
    let properties = || {
        let own = blueprint.properties.iter().map(|property| &property.name);
        own.chain(blueprint.derived())
    };
    if condition.is_relation {
        if let Some(property) = properties().find(|property| property.value == name) {
            return finding
                .related(property.span, "it is a property")
                .help(format!("write `property: {name}`"));
        }
        let names: Vec<&str> = relations().map(|name| name.value.as_str()).collect();
        return finding.help(choose(name, &names));
    }
    if let Some(relation) = relations().find(|relation| relation.value == name) {
        return finding
            .related(relation.span, "it is a relation")
            .help(format!("write `relation: {name}`"));
    }
    let mut names: Vec<&str> = properties().map(|name| name.value.as_str()).collect();
    names.extend(META);
    finding.help(choose(name, &names))
}
