//! Rules and conditions in Cedar's words.

use super::rule::{Effect, Expression, Of, On, Rule, What, Who};
use super::world::{Id, Side, USER};

fn uid(id: &Id) -> String {
    format!("{}::\"{}\"", id.0, id.1)
}

pub(crate) fn of_rule(rule: &Rule) -> String {
    let effect = match rule.effect {
        Effect::Permit => "permit",
        Effect::Forbid => "forbid",
    };
    let who = match &rule.who {
        Who::Anyone => "principal".to_owned(),
        Who::Person(name) => format!("principal == {USER}::\"{name}\""),
        Who::In(id) => format!("principal in {}", uid(id)),
    };
    let what = match &rule.what {
        What::Anything => "action".to_owned(),
        What::One(name) => format!("action == Action::\"{name}\""),
        What::Groups(names) => {
            let names = names.iter().map(|name| format!("Action::\"{name}\""));
            format!("action in [{}]", names.collect::<Vec<_>>().join(", "))
        }
    };
    let on = match &rule.on {
        On::Anything => "resource".to_owned(),
        On::Kind(kind) => format!("resource is {kind}"),
        On::Entity(id) => format!("resource == {}", uid(id)),
    };
    let when = rule.when.as_ref().map(|when| {
        let when = condition(when);
        format!("\nwhen {{ {when} }}")
    });
    format!(
        "{effect} ({who}, {what}, {on}){};\n",
        when.unwrap_or_default()
    )
}

/// A condition in Cedar's words.
pub(crate) fn condition(expression: &Expression) -> String {
    let side = |of: Of| match of {
        Of::Resource => "resource",
        Of::Context(Side::Before) => "context.before",
        Of::Context(Side::After) => "context.after",
    };
    // What is always there needs no question, but the sides of a context do.
    let has = |of: Of, path: &str| match of {
        Of::Resource => format!("resource has {path}"),
        Of::Context(Side::Before) => format!("context has before.{path}"),
        Of::Context(Side::After) => format!("context has after.{path}"),
    };
    match expression {
        Expression::PrincipalIs(name) => format!("principal == {USER}::\"{name}\""),
        Expression::PrincipalIn(id) => format!("principal in {}", uid(id)),
        Expression::PrincipalInRelated(name) => {
            format!("(resource has {name} && principal in resource.{name})")
        }
        Expression::AtMost(of, path, most) => {
            format!("({} && {}.{path} <= {most})", has(*of, path), side(*of))
        }
        Expression::Is(of, path, text) => {
            format!("({} && {}.{path} == \"{text}\")", has(*of, path), side(*of))
        }
        Expression::Has(of, path) => has(*of, path),
        Expression::InputAtMost(name, most) => {
            format!("(context.inputs has {name} && context.inputs.{name} <= {most})")
        }
        Expression::Changed(kind, path) => {
            format!("context.changed.contains({kind}__path::\"{path}\")")
        }
        Expression::KindIs(word) => format!("context.kind == \"{word}\""),
        Expression::PathIs(path) => format!("context.path == \"{path}\""),
        Expression::Overflows(of, path) => format!(
            "({} && {}.{path} * {} > 0)",
            has(*of, path),
            side(*of),
            i64::MAX
        ),
        Expression::And(left, right) => format!("({} && {})", condition(left), condition(right)),
        Expression::Or(left, right) => format!("({} || {})", condition(left), condition(right)),
        Expression::Not(inner) => format!("!({})", condition(inner)),
    }
}
