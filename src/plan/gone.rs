//! Entities that a pull request deletes while others still point at them.
//!
//! In: the target, and the result with its findings. Out: the same findings, in which all that
//! is said at those who point at one deleted entity is one finding, about the deletion. Whoever
//! deleted it looks for what they did, and not for a name that is spelt wrong.

use std::collections::BTreeMap;

use crate::compile::Compiled;
use crate::finding::codes::{E0301, E0517};
use crate::finding::{Finding, Severity};
use crate::model::{Catalog, Entity};
use crate::text::{Span, Text, position, visible};

/// How many of those who point at it are named.
const NAMED: usize = 20;

/// An entity by the names of its blueprint and its own.
type Name<'a> = (&'a Text, &'a Text);

/// Puts together what is said of each deleted entity.
pub fn grouped(before: &Compiled, after: &mut Compiled) {
    let is_meant =
        |finding: &Finding| *finding.code == E0301 && finding.severity == Severity::Error;
    let mut lost: Vec<Span> = after
        .findings
        .iter()
        .filter(|it| is_meant(it))
        .map(|it| it.span)
        .collect();
    lost.sort_unstable();
    let users = users(before, &after.catalog, &lost);
    if users.is_empty() {
        return;
    }
    let mut told: Vec<Span> = users.values().flatten().map(|(span, _)| *span).collect();
    told.sort_unstable();
    let made: Vec<Finding> = users
        .iter()
        .filter_map(|(name, users)| finding(before, *name, users))
        .collect();
    after
        .findings
        .retain(|it| !is_meant(it) || told.binary_search(&it.span).is_err());
    after.findings.extend(made);
    crate::finding::sort(&mut after.findings);
}

/// Who points at each deleted entity, and where; by the names of the target.
fn users<'a>(
    before: &'a Compiled,
    after: &Catalog,
    lost: &[Span],
) -> BTreeMap<Name<'a>, Vec<(Span, String)>> {
    let mut users: BTreeMap<Name<'a>, Vec<(Span, String)>> = BTreeMap::new();
    for user in &after.entities {
        let Some(kind) = after.blueprint(user.blueprint) else {
            continue;
        };
        for related in &user.relations {
            let Some((_, relation)) = kind.relation(&related.name.value) else {
                continue;
            };
            let targets = related.targets.iter();
            for target in targets.filter(|it| lost.binary_search(&it.span).is_ok()) {
                let Some(gone) = deleted(before, after, &relation.target.value, &target.value)
                else {
                    continue;
                };
                let who = format!("{} of {}", relation.name.value, user.identifier.value);
                users.entry(gone).or_default().push((target.span, who));
            }
        }
    }
    users
}

/// The entity of the target that a name of the result means and that is not there any more; one
/// that was only renamed is.
fn deleted<'a>(before: &'a Compiled, after: &Catalog, kind: &str, name: &str) -> Option<Name<'a>> {
    let (id, blueprint) = before.catalog.find_blueprint(kind)?;
    let gone = before.catalog.find_entity(id, name)?;
    let gone = before.catalog.entity(gone)?;
    let (now, _) = after.find_blueprint(kind)?;
    let is_renamed = |entity: &Entity| {
        let from = entity.moved_from.as_ref();
        from.is_some_and(|from| from.value == gone.identifier.value)
    };
    let is_there = after.find_entity(now, name).is_some();
    let is_gone = !is_there && !after.entities_of(now).iter().any(is_renamed);
    is_gone.then_some((&blueprint.identifier.value, &gone.identifier.value))
}

fn finding(before: &Compiled, (kind, name): Name<'_>, users: &[(Span, String)]) -> Option<Finding> {
    let (first, rest) = users.split_first()?;
    let (id, _) = before.catalog.find_blueprint(kind)?;
    let gone = before.catalog.find_entity(id, name)?;
    let span = before.catalog.entity(gone)?.identifier.span;
    let snapshot = &before.snapshot;
    let at = position(snapshot.readable(span.file).unwrap_or_default(), span.start);
    let point = match users.len() {
        1 => "1 place still points at it".to_owned(),
        n => format!("{n} places still point at it"),
    };
    let text = format!(
        "{kind} `{name}` of {}:{} is deleted here, and {point}",
        visible(snapshot.path(span.file)),
        at.line
    );
    let mut finding = Finding::new(&E0517, first.0, text).label(first.1.clone());
    for (span, who) in rest.iter().take(NAMED) {
        finding = finding.related(*span, who.clone());
    }
    let more = rest.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("; {more} more are not shown"));
    Some(finding.help(format!(
        "keep `{name}`, or let what uses it use another {kind} in the same pull request{}",
        more.unwrap_or_default()
    )))
}
