//! Definitions of derived properties: what their expressions, formulas and paths read, and
//! whether the type they declare is the one they give.
//!
//! In: the blueprints. Out: findings. That none is computed from itself, and what is wrong with
//! aggregations, is said by the stage `derive`; what goes wrong with an entity's value elsewhere.

use crate::check::Subject;
use crate::check::place::within;
use crate::check::schema::colours;
use crate::check::shape;
use crate::derive;
use crate::expression::{Expression, Shape, result_types};
use crate::finding::Finding;
use crate::finding::codes::{E0204, E0209, E0212};
use crate::model::Blueprint;
use crate::model::blueprint::{Calculation, Formula};
use crate::text::choose;

/// Types that a calculation may declare.
const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

/// Calculations and formulas.
pub(super) fn definitions(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for blueprint in &subject.catalog.blueprints {
        let shape = shape::entity(subject.catalog, blueprint);
        for it in &blueprint.calculations {
            calculation(subject, it, &shape, findings);
        }
        for it in &blueprint.formulas {
            formula(subject, blueprint, it, findings);
        }
    }
}

fn calculation(
    subject: &Subject<'_>,
    calculation: &Calculation,
    shape: &Shape,
    findings: &mut Vec<Finding>,
) {
    let declared = &calculation.type_word;
    let is_known = TYPES.contains(&declared.value.as_str());
    if !is_known {
        findings.push(
            Finding::new(
                &E0204,
                declared.span,
                format!("`{}` is no type of a value", declared.value),
            )
            .label("not a type")
            .help(choose(&declared.value, TYPES)),
        );
    }
    if let Some(node) = calculation
        .definition
        .get("colors")
        .filter(|it| !it.is_null())
    {
        colours("colors", node, findings);
    }
    let expression = shape::expression(subject, &calculation.expression, shape, findings);
    if let (Some(expression), true) = (expression, is_known) {
        type_given(&expression, calculation, shape, findings);
    }
}

/// That an expression can never give what is declared.
fn type_given(
    expression: &Expression,
    calculation: &Calculation,
    shape: &Shape,
    findings: &mut Vec<Finding>,
) {
    let declared = &calculation.type_word;
    let given = result_types(expression, shape);
    if given.may_be(&declared.value) {
        return;
    }
    let name = &calculation.name.value;
    findings.push(
        Finding::new(
            &E0209,
            calculation.expression.span,
            format!(
                "`{name}` is declared as `{}` and gives {}",
                declared.value,
                given.words()
            ),
        )
        .label(format!("gives {}", given.words()))
        .related(declared.span, "declared here")
        .help("correct `type`, or let the expression give it"),
    );
}

fn formula(
    subject: &Subject<'_>,
    blueprint: &Blueprint,
    formula: &Formula,
    findings: &mut Vec<Finding>,
) {
    let text = &formula.text;
    for hole in derive::holes(&text.value) {
        let place = within(
            subject.snapshot,
            text.span,
            &text.value,
            hole.start,
            hole.end,
        );
        let Some(name) = hole.name else {
            findings.push(
                Finding::new(&E0209, place, "a formula opens `{{` and does not close it")
                    .label("not closed")
                    .help("write `}}` behind the name"),
            );
            return;
        };
        if derive::is_unwritten(name) {
            findings.push(derive::unwritten(name, place));
            continue;
        }
        let meta = ["$identifier", "$title", "$icon", "$team", "$blueprint"];
        if meta.contains(&name) || blueprint.derived().any(|derived| derived.value == name) {
            continue;
        }
        if let Some(property) = blueprint.property(name) {
            if property.type_word() == Some("object") {
                findings.push(
                    Finding::new(
                        &E0209,
                        place,
                        format!("`{name}` is an object, and a formula writes text"),
                    )
                    .label("not a text")
                    .related(property.name.span, "defined here")
                    .help("compute the text with a calculation"),
                );
            }
            continue;
        }
        let properties = blueprint.properties.iter().map(|it| it.name.value.as_str());
        let derived = blueprint.derived().map(|name| name.value.as_str());
        let names: Vec<&str> = properties.chain(derived).chain(meta).collect();
        findings.push(
            Finding::new(
                &E0212,
                place,
                format!("{} has no `{name}`", blueprint.identifier.value),
            )
            .label("leads nowhere")
            .help(choose(name, &names)),
        );
    }
}
