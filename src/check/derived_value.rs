//! Calculations that give an entity nothing they may: the expression fails, or its result is of
//! another type. Where something that is read is absent, there is no value and nothing wrong.
//!
//! In: blueprints and entities. Out: a finding at the value where it alone is at fault, otherwise
//! one at the expression, with an entity named.

use crate::check::Subject;
use crate::check::place::within;
use crate::check::shape;
use crate::derive::{Derived, Outcome};
use crate::expression::{Expression, Problem, Segment, Shape, result_types};
use crate::finding::Finding;
use crate::finding::codes::E0214;
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::model::Entity;
use crate::model::EntityId;
use crate::model::blueprint::Calculation;
use crate::syntax::Entry;
use crate::text::Span;

/// The values of all calculations of all entities.
pub(super) fn values(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let derived = Derived::new(subject.catalog, subject.graph);
    for (n, blueprint) in subject.catalog.blueprints.iter().enumerate() {
        let is_whole = subject.kinds.get(n).is_some_and(|kind| !kind.broken);
        if !is_whole || blueprint.calculations.is_empty() {
            continue;
        }
        let id = BlueprintId(u32::try_from(n).unwrap_or(u32::MAX));
        let entities: Vec<(EntityId, &Entity)> = subject.catalog.numbered(id).collect();
        let shape = shape::entity(subject.catalog, blueprint);
        for calculation in &blueprint.calculations {
            if !can_fit(calculation, &shape) {
                // It is wrong for all entities, which was said at the expression.
                continue;
            }
            of_calculation(
                subject,
                &derived,
                blueprint,
                calculation,
                &entities,
                findings,
            );
        }
    }
}

fn can_fit(calculation: &Calculation, shape: &Shape) -> bool {
    Expression::parse(&calculation.expression.value).is_ok_and(|expression| {
        result_types(&expression, shape).may_be(&calculation.type_word.value)
    })
}

fn of_calculation(
    subject: &Subject<'_>,
    derived: &Derived<'_>,
    blueprint: &Blueprint,
    calculation: &Calculation,
    entities: &[(EntityId, &Entity)],
    findings: &mut Vec<Finding>,
) {
    let name = calculation.name.value.as_str();
    let mut fits: Option<&Entity> = None;
    let mut failed: Vec<(&Entity, Problem)> = Vec::new();
    for (id, entity) in entities {
        match derived.outcome(*id, name) {
            Some(Outcome::Value(_)) => fits = fits.or(Some(*entity)),
            Some(Outcome::Failed(problem)) if !has_told(subject, blueprint, entity) => {
                failed.push((entity, problem));
            }
            _ => {}
        }
    }
    if let Some(fits) = fits {
        // The expression is right for others: what this one makes of it lies in the entity.
        failed.retain(|(entity, problem)| {
            let read = read_entry(calculation, entity, fits);
            findings
                .extend(read.map(|entry| at_value(subject, calculation, entity, entry, problem)));
            read.is_none()
        });
    }
    if let Some((entity, problem)) = failed.first() {
        let others = failed.len() - 1;
        let place = place(subject, calculation, problem);
        findings.push(
            Finding::new(
                &E0214,
                place,
                format!(
                    "`{name}` of `{}` cannot be computed: {}",
                    entity.identifier.value, problem.message
                ),
            )
            .label(match others {
                0 => "fails here".to_owned(),
                1 => "fails here, and for 1 other".to_owned(),
                n => format!("fails here, and for {n} others"),
            })
            .related(entity.identifier.span, "this entity")
            .help(help(problem)),
        );
    }
}

fn at_value(
    subject: &Subject<'_>,
    calculation: &Calculation,
    entity: &Entity,
    entry: &Entry,
    problem: &Problem,
) -> Finding {
    Finding::new(
        &E0214,
        entry.node.span,
        format!(
            "`{}` of `{}` cannot be computed from this: {}",
            calculation.name.value, entity.identifier.value, problem.message
        ),
    )
    .label(format!("`{}` of others can be", calculation.name.value))
    .related(place(subject, calculation, problem), "fails here")
    .help("write a value that the expression takes, or let the expression take this one")
}

fn help(problem: &Problem) -> String {
    problem.help.clone().unwrap_or_else(|| {
        "correct the expression, or say what to give instead with `// ...` or `if`".to_owned()
    })
}

fn place(subject: &Subject<'_>, calculation: &Calculation, problem: &Problem) -> Span {
    let source = &calculation.expression;
    let snapshot = subject.snapshot;
    within(
        snapshot,
        source.span,
        &source.value,
        problem.start,
        problem.end,
    )
}

/// Whether a property of the entity breaks its schema, or the schema is broken itself: that was
/// said at the property.
fn has_told(subject: &Subject<'_>, blueprint: &Blueprint, entity: &Entity) -> bool {
    let kind = subject.kinds.get(entity.blueprint.0 as usize);
    entity.broken
        || entity.properties.iter().any(|entry| {
            let at = blueprint
                .properties
                .iter()
                .position(|property| property.name.value == entry.key.value);
            let schema = at.and_then(|at| kind?.properties.get(at));
            schema.is_some_and(|schema| {
                let schema = schema.as_ref();
                schema.is_none_or(|schema| !schema.fits(&entry.node.to_json()))
            })
        })
}

/// The property that the expression reads and that the entity itself has; of several the one
/// that is of another type than that of an entity whose value can be computed.
fn read_entry<'e>(
    calculation: &Calculation,
    entity: &'e Entity,
    fits: &Entity,
) -> Option<&'e Entry> {
    let expression = Expression::parse(&calculation.expression.value).ok()?;
    let names = expression.reads().iter().filter_map(|read| {
        let [group, name, ..] = read.path.as_slice() else {
            return None;
        };
        match (&group.segment, &name.segment) {
            (Segment::Key(group), Segment::Key(name)) if group == "properties" => {
                Some(name.clone())
            }
            _ => None,
        }
    });
    let entries: Vec<&Entry> = names.filter_map(|name| entity.property(&name)).collect();
    let differs = |entry: &&&Entry| {
        let other = fits.property(&entry.key.value);
        other.is_none_or(|other| other.node.type_words() != entry.node.type_words())
    };
    entries.iter().find(differs).or(entries.first()).copied()
}
