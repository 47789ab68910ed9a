//! Entities that a pull request deletes while others still point at them.
//!
//! In: the target, and the result with its findings. Out: the result without what goes too, as
//! `onDelete` of the target's blueprints says; and the same findings, in which all that is said
//! at those who point at one deleted entity is one finding, about the deletion. Whoever deleted
//! it looks for what they did, and not for a name that is spelt wrong.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiled;
use crate::finding::codes::{E0301, E0307, E0517, E0521, E0522};
use crate::finding::{Code, Finding, Severity};
use crate::model::{Catalog, EntityId};
use crate::plan::diff::{Renames, diff};
use crate::source::Snapshot;
use crate::text::{Span, position, visible};

mod closure;
mod edit;
mod pointing;
mod reference;
#[cfg(test)]
mod tests;

use closure::{Closure, Deleted, Node, Reference};
use edit::Going;
pub use pointing::pointing;

/// How many of those who point at it are named.
const NAMED: usize = 20;

/// What deletions leave to be done in a result.
#[derive(Debug, Default)]
pub struct Completion {
    /// The files of the result without what goes too; none where nothing does.
    pub snapshot: Option<Snapshot>,
    /// The entities that go too, of the result.
    entities: BTreeSet<EntityId>,
    /// The entities of the result that lose a name.
    losers: BTreeSet<EntityId>,
    /// The deletions that are followed, of the target.
    roots: BTreeSet<EntityId>,
    /// Who points at what is deleted, and where.
    users: BTreeMap<EntityId, Vec<(Span, String)>>,
    /// Why others are not followed, where it is not said at those who point at them.
    findings: Vec<Finding>,
}

/// Follows the deletions of a result to their end. Where a `fork` is named, what it has not was
/// not deleted: the target gained it since.
pub fn completion(before: &Compiled, after: &Compiled, fork: Option<&Catalog>) -> Completion {
    let deleted = Deleted::of(before, after, fork);
    let mut completion = Completion::default();
    if deleted.users.is_empty() {
        return completion;
    }
    let mut left: BTreeSet<EntityId> = BTreeSet::new();
    // Each turn leaves out a deletion more, and does not depend on how many follow from it.
    loop {
        let closure = deleted.closure(&left);
        let mut more = closure.roots_of(closure.stuck.keys().copied());
        completion.findings.extend(stuck(before, after, &closure));
        if more.is_empty() {
            let going = Going {
                entities: closure.gone.keys().copied().collect(),
                names: names(&closure),
                within: after,
            };
            match going.taken_out() {
                Err(unwritable) => {
                    let with = unwritable.iter().flat_map(|id| withs(&closure, *id));
                    more = closure.roots_of(with.map(|(_, node)| node));
                    let told = unwritable.iter().take(NAMED);
                    let told = told.filter_map(|id| unwritten(before, after, &closure, *id));
                    let mut told: Vec<Finding> = told.collect();
                    let hidden = unwritable.len().saturating_sub(told.len());
                    if let (Some(last), true) = (told.last_mut(), hidden > 0) {
                        let help = last.help.take().unwrap_or_default();
                        last.help = Some(format!("{help}; {hidden} more are not shown"));
                    }
                    completion.findings.extend(told);
                }
                Ok(snapshot) => {
                    completion.losers = going.names.keys().copied().collect();
                    completion.entities = going.entities;
                    let is_any = !completion.entities.is_empty() || !completion.losers.is_empty();
                    completion.snapshot = is_any.then_some(snapshot);
                }
            }
        }
        if more.is_empty() || more.is_subset(&left) {
            break;
        }
        left.extend(more);
    }
    let roots = deleted.users.keys().filter(|root| !left.contains(root));
    completion.roots = roots.copied().collect();
    let users = deleted.users.iter();
    completion.users = users.map(|(id, all)| (*id, told(after, all))).collect();
    completion
}

impl Completion {
    /// Whether `completed` is `after` without exactly what goes.
    pub fn fits(&self, after: &Compiled, completed: &Compiled) -> bool {
        let all = diff(&after.catalog, &completed.catalog, &Renames::default());
        let is_meant = |before: Option<EntityId>, now: Option<EntityId>, of: &[_]| {
            let is_relation =
                |change: &crate::plan::diff::PathChange| change.path.starts_with("relations.");
            match (before, now) {
                (Some(id), None) => self.entities.contains(&id),
                (Some(id), Some(_)) => self.losers.contains(&id) && of.iter().all(is_relation),
                (None, _) => false,
            }
        };
        all.len() == self.entities.len() + self.losers.len()
            && all
                .iter()
                .all(|it| is_meant(it.before, it.after, &it.changes))
    }

    /// How many go and how many lose a name, in words.
    pub fn words(&self) -> String {
        let go = match self.entities.len() {
            0 => None,
            1 => Some("1 entity goes".to_owned()),
            n => Some(format!("{n} entities go")),
        };
        let lose = match self.losers.len() {
            0 => None,
            1 => Some("1 entity loses a reference".to_owned()),
            n => Some(format!("{n} entities lose references")),
        };
        let all: Vec<String> = go.into_iter().chain(lose).collect();
        format!("{} with what is deleted", all.join(" and "))
    }
}

/// The files of a catalog without these entities, whoever points at them; nothing where they are
/// not written in documents of their own.
pub fn alone(of: &Compiled, entities: &BTreeSet<EntityId>) -> Option<Snapshot> {
    let going = Going {
        entities: entities.clone(),
        names: BTreeMap::new(),
        within: of,
    };
    going.taken_out().ok()
}

/// A catalog without these entities and what goes with them.
///
/// Errors: why it cannot be, in words.
pub fn without(
    of: &Compiled,
    entities: &BTreeSet<EntityId>,
    compile: &dyn Fn(Snapshot) -> Compiled,
) -> Result<Compiled, String> {
    let going = Going {
        entities: entities.clone(),
        names: BTreeMap::new(),
        within: of,
    };
    let snapshot = going.taken_out().map_err(|unwritable| {
        let first = unwritable.first().and_then(|id| said(of, *id));
        let name = first.map(|(kind, name, _)| format!("{kind} `{name}`"));
        format!(
            "{} is not written so that it can be changed here",
            name.unwrap_or_default()
        )
    })?;
    let alone = compile(snapshot);
    let done = completion(of, &alone, None);
    let whole = match &done.snapshot {
        None => alone,
        Some(snapshot) => {
            let whole = compile(snapshot.clone());
            if !done.fits(&alone, &whole) {
                return Err("the texts are not as plain as they look".to_owned());
            }
            whole
        }
    };
    let mut errors = done.findings.iter().chain(&whole.findings);
    let error = errors.find(|it| it.severity == Severity::Error);
    // Who stays and points at it says more than that nothing has the name.
    let user = done.users.values().flatten().next();
    match (error, user) {
        (None, _) => Ok(whole),
        (Some(error), Some((_, who))) if *error.code == E0301 || *error.code == E0307 => {
            Err(format!("{who} still points at it"))
        }
        (Some(error), _) => Err(error.message.clone()),
    }
}

/// The names that go, by who writes them.
fn names(closure: &Closure) -> BTreeMap<EntityId, BTreeSet<Span>> {
    let loose = closure.loose.iter();
    loose
        .map(|(user, names)| (*user, names.keys().copied().collect()))
        .collect()
}

/// With whom an entity goes, or whose name it loses, and where it says so.
fn withs(closure: &Closure, id: EntityId) -> Vec<(Option<Span>, Node)> {
    let gone = closure.gone.get(&id).into_iter().flatten();
    let loose = closure.loose.get(&id).into_iter().flatten();
    let gone = gone.map(|node| (None, *node));
    gone.chain(loose.map(|(span, node)| (Some(*span), *node)))
        .collect()
}

/// Puts together what is said of each deleted entity.
pub fn grouped(before: &Compiled, after: &mut Compiled, completion: &Completion, how: &str) {
    // Where something of another kind has the name, it is that which is told.
    let is_lost = |finding: &Finding| *finding.code == E0301 || *finding.code == E0307;
    let is_meant = |finding: &Finding| is_lost(finding) && finding.severity == Severity::Error;
    let lost = after.findings.iter().filter(|it| is_meant(it));
    let lost: BTreeSet<Span> = lost.map(|it| it.span).collect();
    let is_told = |users: &[(Span, String)]| users.iter().any(|(span, _)| lost.contains(span));
    let users: Vec<_> = completion
        .users
        .iter()
        .filter(|(_, it)| is_told(it))
        .collect();
    if users.is_empty() {
        return;
    }
    let told: BTreeSet<Span> = users
        .iter()
        .flat_map(|(_, it)| it.iter().map(|it| it.0))
        .collect();
    let made: Vec<Finding> = users
        .iter()
        .filter_map(|(id, users)| {
            let ends = completion.roots.contains(id).then_some(how);
            finding(before, **id, users, ends)
        })
        .collect();
    after
        .findings
        .retain(|it| !is_meant(it) || !told.contains(&it.span));
    after.findings.extend(made);
    after.findings.extend(completion.findings.iter().cloned());
    crate::finding::sort(&mut after.findings);
}

/// Who points at an entity: where, and in words.
fn told(after: &Compiled, users: &[Reference]) -> Vec<(Span, String)> {
    let told = |reference: &Reference| {
        let user = after.catalog.entity(reference.user)?;
        let has = |span: Span| move |it: &&_| is_at(it, span);
        let related = user.relations.iter().find(has(reference.span))?;
        let who = format!("{} of {}", related.name.value, user.identifier.value);
        Some((reference.span, who))
    };
    users.iter().filter_map(told).collect()
}

fn is_at(related: &crate::model::entity::Related, span: Span) -> bool {
    related.targets.iter().any(|target| target.span == span)
}

/// An entity as it is said: its kind, its name and where that stands.
fn said(of: &Compiled, id: EntityId) -> Option<(String, String, Span)> {
    let entity = of.catalog.entity(id)?;
    let kind = &of.catalog.blueprint(entity.blueprint)?.identifier.value;
    let name = &entity.identifier;
    Some((kind.to_string(), name.value.to_string(), name.span))
}

/// `Component `cart` of FILE:LINE is deleted here`.
fn is_deleted(before: &Compiled, id: EntityId) -> Option<String> {
    let (kind, name, span) = said(before, id)?;
    let snapshot = &before.snapshot;
    let at = position(snapshot.readable(span.file).unwrap_or_default(), span.start);
    let path = visible(snapshot.path(span.file));
    Some(format!(
        "{kind} `{name}` of {path}:{} is deleted here",
        at.line
    ))
}

fn points(count: usize) -> String {
    match count {
        1 => "1 place still points at it".to_owned(),
        n => format!("{n} places still point at it"),
    }
}

/// The finding about a deletion; `how` it is brought to its end, where that is certain.
fn finding(
    before: &Compiled,
    id: EntityId,
    users: &[(Span, String)],
    how: Option<&str>,
) -> Option<Finding> {
    let (kind, name, _) = said(before, id)?;
    let text = format!("{}, and {}", is_deleted(before, id)?, points(users.len()));
    let code = if how.is_some() { &E0521 } else { &E0517 };
    let (finding, more) = at(code, users, text)?;
    Some(finding.help(match how {
        Some(how) => format!("{how}{more}"),
        None => format!(
            "keep `{name}`, or let what uses it use another {kind} in the same pull request{more}"
        ),
    }))
}

/// A finding at the first of several places, and how many are not shown.
fn at(code: &'static Code, users: &[(Span, String)], text: String) -> Option<(Finding, String)> {
    let (first, rest) = users.split_first()?;
    let mut finding = Finding::new(code, first.0, text).label(first.1.clone());
    for (span, who) in rest.iter().take(NAMED) {
        finding = finding.related(*span, who.clone());
    }
    let more = match rest.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; {more} more are not shown"),
    };
    Some((finding, more))
}

/// The first deletion that an entity of the result goes with, in words.
fn cause(before: &Compiled, closure: &Closure, node: Node) -> Option<String> {
    let root = closure.roots_of([node]).into_iter().next()?;
    is_deleted(before, root)
}

/// Where deletions end at somebody who stays: said of what would go, for of what the pull request
/// itself deletes it is said anyway.
fn stuck(before: &Compiled, after: &Compiled, closure: &Closure) -> Vec<Finding> {
    let stuck = closure.stuck.iter();
    let finding = |(node, users): (&Node, &Vec<Reference>)| {
        let Node::Goes(id) = node else { return None };
        let (kind, name, _) = said(after, *id)?;
        let users = told(after, users);
        let cause = cause(before, closure, *node)?;
        let text = format!(
            "{kind} `{name}` would go, and {}: {cause}",
            points(users.len())
        );
        let (finding, more) = at(&E0517, &users, text)?;
        Some(finding.help(format!(
            "let what uses `{name}` use another {kind} in the same pull request, or keep what is deleted{more}"
        )))
    };
    stuck.filter_map(finding).collect()
}

/// That an entity of the result is not written where it goes, or loses a name.
fn unwritten(
    before: &Compiled,
    after: &Compiled,
    closure: &Closure,
    id: EntityId,
) -> Option<Finding> {
    let (kind, name, span) = said(after, id)?;
    let (place, node) = withs(closure, id).into_iter().next()?;
    let cause = cause(before, closure, node)?;
    let (what, help) = match place {
        None => ("goes too", "delete it where it is written"),
        Some(_) => (
            "loses a reference",
            "take the reference out where it is written",
        ),
    };
    let text = format!(
        "{kind} `{name}` {what}, and is not written so that it can be changed here: {cause}"
    );
    let finding = Finding::new(&E0522, place.unwrap_or(span), text);
    Some(finding.label(what).help(help))
}
