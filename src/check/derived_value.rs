//! Calculations that give an entity nothing they may: the expression fails, or its result is of
//! another type. Where something that is read is absent, there is no value and nothing wrong.
//!
//! In: blueprints and entities. Out: a finding at the value where it alone is at fault, otherwise
//! one at the expression, with an entity named.

use rayon::prelude::*;

use crate::check::Subject;
use crate::check::place::within;
use crate::check::shape;
use crate::derive::{Definitions, Derived, Outcome, Secrecy};
use crate::expression::{Expression, Problem, Segment, Shape, result_types};
use crate::finding::Finding;
use crate::finding::bound;
use crate::finding::codes::E0214;
use crate::model::Blueprint;
use crate::model::Entity;
use crate::model::EntityId;
use crate::model::blueprint::Calculation;
use crate::syntax::Entry;
use crate::text::Advice;
use crate::text::Span;

/// Steps that the calculations of a catalog may take together.
const STEPS: u64 = 100_000_000;
/// More of them for each entity.
const STEPS_PER_ENTITY: u64 = 1_000;
/// Entities that are looked at together.
const TOGETHER: usize = 256;
/// What fails for more of them is told of so many.
const TOLD: usize = 50;

/// Calculations and some entities that have them.
struct Part<'c> {
    blueprint: &'c Blueprint,
    calculations: &'c [&'c Calculation],
    entities: &'c [(EntityId, &'c Entity)],
}

/// What became of one calculation for some entities.
#[derive(Default)]
struct Found<'c> {
    /// An entity for which there is a value.
    fits: Option<&'c Entity>,
    failed: Vec<(&'c Entity, Problem)>,
    /// How many more failed.
    untold: usize,
}

/// A blueprint, those of its calculations that can fit, and its entities.
type Calculated<'c> = (
    &'c Blueprint,
    Vec<&'c Calculation>,
    Vec<(EntityId, &'c Entity)>,
);

/// The values of all calculations of all entities.
pub(super) fn values(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let kinds = kinds(subject);
    let parts: Vec<Part<'_>> = kinds
        .iter()
        .flat_map(|(blueprint, calculations, entities)| {
            entities.chunks(TOGETHER).map(move |entities| Part {
                blueprint,
                calculations,
                entities,
            })
        })
        .collect();
    let size = |part: &Part<'_>| part.entities.len() as u64;
    let all: u64 = parts.iter().map(size).sum();
    let definitions = Definitions::new(subject.catalog, subject.graph);
    // Each part has its share, so that how it ends depends on no other one and on no thread.
    let mut found: Vec<(Vec<Found<'_>>, u64)> = parts
        .par_iter()
        .map(|part| {
            let share = size(part) * (STEPS_PER_ENTITY + STEPS / all.max(1));
            look(subject, &definitions.derived(share), part)
        })
        .collect();
    // What some did not need is for those that need more.
    let mut left: u64 = found.iter().map(|(_, left)| left).sum();
    for (part, (found, _)) in parts
        .iter()
        .zip(&mut found)
        .filter(|(_, (_, left))| *left == 0)
    {
        (*found, left) = look(subject, &definitions.derived(left), part);
        if left == 0 {
            findings.push(spent(part));
            break;
        }
    }
    let mut found = found.into_iter().map(|(found, _)| found).peekable();
    let mut parts = parts.iter().peekable();
    for (blueprint, calculations, _) in &kinds {
        let mut together: Vec<Found<'_>> = Vec::new();
        together.resize_with(calculations.len(), Found::default);
        while parts
            .next_if(|part| std::ptr::eq(part.blueprint, *blueprint))
            .is_some()
        {
            for (all, some) in together.iter_mut().zip(found.next().into_iter().flatten()) {
                all.fits = all.fits.or(some.fits);
                all.failed.extend(some.failed);
                all.untold += some.untold;
            }
        }
        for (calculation, found) in calculations.iter().zip(together) {
            tell(subject, calculation, found, findings);
        }
        bound(findings);
    }
}

fn kinds<'c>(subject: &Subject<'c>) -> Vec<Calculated<'c>> {
    let mut all = Vec::new();
    for (id, blueprint) in subject.catalog.kinds() {
        let is_whole = subject
            .kinds
            .get(id.0 as usize)
            .is_some_and(|kind| !kind.broken);
        if !is_whole || blueprint.calculations.is_empty() {
            continue;
        }
        let shape = shape::entity(subject.catalog, blueprint);
        // What cannot fit is wrong for all entities, which was said at the expression.
        let calculations = blueprint.calculations.iter();
        let fitting: Vec<&Calculation> = calculations.filter(|it| can_fit(it, &shape)).collect();
        all.push((blueprint, fitting, subject.catalog.numbered(id).collect()));
    }
    all
}

fn can_fit(calculation: &Calculation, shape: &Shape) -> bool {
    Expression::parse(&calculation.expression.value).is_ok_and(|expression| {
        result_types(&expression, shape).may_be(&calculation.type_word.value)
    })
}

/// What becomes of the calculations of a part, and how many steps are left.
fn look<'c>(
    subject: &Subject<'c>,
    derived: &Derived<'_>,
    part: &Part<'c>,
) -> (Vec<Found<'c>>, u64) {
    let of = |calculation: &&Calculation| {
        let mut found = Found::default();
        for (id, entity) in part.entities {
            match derived.outcome(*id, &calculation.name.value) {
                Some(Outcome::Value(_)) => found.fits = found.fits.or(Some(*entity)),
                Some(Outcome::Failed(problem)) if !has_told(subject, part.blueprint, entity) => {
                    if found.failed.len() < TOLD {
                        found.failed.push((entity, problem));
                    } else {
                        found.untold += 1;
                    }
                }
                _ => {}
            }
        }
        found
    };
    let found = part.calculations.iter().map(of).collect();
    (found, derived.steps())
}

/// The finding that calculations have no end.
fn spent(part: &Part<'_>) -> Finding {
    let name = part.blueprint.identifier.value.as_str();
    let first = part.calculations.first();
    let place = first.map_or(part.blueprint.identifier.span, |first| first.name.span);
    let message = format!(
        "the calculations of `{name}` take more steps than a catalog of this size may take"
    );
    Finding::new(&E0214, place, message)
        .label("not computed for all entities")
        .help("let them look at less: select first, then combine")
}

fn tell(
    subject: &Subject<'_>,
    calculation: &Calculation,
    found: Found<'_>,
    findings: &mut Vec<Finding>,
) {
    let name = calculation.name.value.as_str();
    let Found {
        fits,
        mut failed,
        untold,
    } = found;
    if !failed.is_empty() && Secrecy::of(subject.catalog).marks_anywhere(name) {
        // What an expression fails at is told with the values.
        for (_, problem) in &mut failed {
            "it reads a secret, so why is not shown".clone_into(&mut problem.message);
            problem.help = None;
        }
    }
    if let Some(fits) = fits {
        // The expression is right for others: what this one makes of it lies in the entity.
        let before = findings.len();
        failed.retain(|(entity, problem)| {
            let read = read_entry(calculation, entity, fits);
            findings
                .extend(read.map(|entry| at_value(subject, calculation, entity, entry, problem)));
            read.is_none()
        });
        if let Some(last) = findings.get_mut(before..).and_then(<[Finding]>::last_mut) {
            last.untold += untold;
        }
    }
    if let Some((entity, problem)) = failed.first() {
        let others = failed.len() - 1 + if fits.is_none() { untold } else { 0 };
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

fn help(problem: &Problem) -> Advice {
    problem.help.clone().unwrap_or_else(|| {
        "correct the expression, or say what to give instead with `// ...` or `if`".into()
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
