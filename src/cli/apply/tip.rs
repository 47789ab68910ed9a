//! The second decision: what was allowed before the merge must be allowed by the rules and the
//! people of the present tip too, over the entities as they were before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::apply::Landing;
use crate::cli::open::{self, Opened};
use crate::cli::{Failure, failure};
use crate::compile::{Compiled, compile};
use crate::model::settings::DocumentKind;
use crate::plan::file::{Outcome, PlanFile, Step};
use crate::source::{Snapshot, SourceFile};

/// The steps that the present tip does not allow, and why.
pub(super) fn refused(
    landing: &Landing,
    plan: &PlanFile,
) -> Result<BTreeMap<u32, String>, Failure> {
    let Some((repository, before, _)) = landing.sides.commits() else {
        return Ok(BTreeMap::new());
    };
    let tip = repository.resolve(&landing.target).map_err(failure)?;
    let gone = || all(plan, &format!("{} has no catalog any more", landing.target));
    let Some(now) = open::at_commit(repository, &tip)? else {
        return Ok(gone());
    };
    let Some(then) = open::at_commit(repository, before)? else {
        return Ok(BTreeMap::new());
    };
    let (mixed, is_same) = mix(&then, &now);
    if is_same {
        return Ok(BTreeMap::new());
    }
    let compiled = compile(mixed, &now.selection);
    let Ok(decided) = landing.sides.plan_with(compiled, &landing.actors)? else {
        return Ok(all(plan, "the present rules cannot be asked about it"));
    };
    let refused = plan.steps.iter().filter_map(|step| {
        let now = decided.steps.iter().find(|now| is_same_step(now, step));
        let why = match now {
            None => "the present rules know no such step".to_owned(),
            Some(now) if now.outcome != Outcome::Denied && is_agreed(now, step) => return None,
            Some(now) => why(now),
        };
        Some((step.number, why))
    });
    Ok(refused.collect())
}

fn all(plan: &PlanFile, why: &str) -> BTreeMap<u32, String> {
    plan.steps
        .iter()
        .map(|step| (step.number, why.to_owned()))
        .collect()
}

fn is_same_step(now: &Step, step: &Step) -> bool {
    now.action == step.action
        && now.blueprint == step.blueprint
        && now.entity == step.entity
        && now.request == step.request
        && now
            .changes
            .iter()
            .map(|change| &change.path)
            .eq(step.changes.iter().map(|change| &change.path))
}

/// Whether those who agreed are, today, those whose agreement is needed.
fn is_agreed(now: &Step, step: &Step) -> bool {
    let agreed: BTreeSet<&str> = step
        .approvals
        .iter()
        .flat_map(|need| &need.given)
        .map(|given| given.login.as_str())
        .collect();
    now.approvals.iter().all(|need| {
        let count = need
            .candidates
            .iter()
            .filter(|login| agreed.contains(login.as_str()))
            .count();
        count >= need.count as usize
    })
}

fn why(now: &Step) -> String {
    let denied = now.decisions.iter().find(|decision| !decision.allowed);
    match denied.and_then(|decision| decision.reasons.first()) {
        Some(reason) => format!("not allowed any more: {}", reason.text),
        None => "an approval does not count any more".to_owned(),
    }
}

/// The files of `now` that say who may do what, with the entities of `then`; and whether that
/// is what `then` was.
fn mix(then: &Opened, now: &Opened) -> (Snapshot, bool) {
    let people = people(now);
    let is_entity = |path: &str| is_entity_file(path, now) && !people.contains(path);
    let mut files: Vec<SourceFile> = Vec::new();
    files.extend(
        then.snapshot
            .as_slice()
            .iter()
            .filter(|file| is_entity(&file.path))
            .cloned(),
    );
    files.extend(
        now.snapshot
            .as_slice()
            .iter()
            .filter(|file| !is_entity(&file.path))
            .cloned(),
    );
    let mixed = Snapshot::new(files);
    let is_definition = |file: &&SourceFile| !is_entity(&file.path) && !is_request(&file.path, now);
    let old: Vec<&SourceFile> = then
        .snapshot
        .as_slice()
        .iter()
        .filter(is_definition)
        .collect();
    let new: Vec<&SourceFile> = now
        .snapshot
        .as_slice()
        .iter()
        .filter(is_definition)
        .collect();
    let is_same = old == new;
    (mixed, is_same)
}

fn folder<'p>(path: &'p str, opened: &Opened) -> Option<&'p str> {
    let below = path
        .strip_prefix(opened.selection.root())?
        .trim_start_matches('/');
    below.split_once('/').map(|(folder, _)| folder)
}

fn is_request(path: &str, opened: &Opened) -> bool {
    folder(path, opened) == Some("requests")
}

/// Whether a file holds entities; what the settings map elsewhere counts as a definition, so
/// that the present state of it is asked.
fn is_entity_file(path: &str, opened: &Opened) -> bool {
    folder(path, opened)
        == DocumentKind::WORDS
            .iter()
            .find(|(_, kind)| *kind == DocumentKind::Entities)
            .map(|(word, _)| *word)
}

/// The files of people and of what they are members of: who is who is asked at the present tip.
fn people(opened: &Opened) -> BTreeSet<String> {
    let compiled: Compiled = compile(opened.snapshot.clone(), &opened.selection);
    let catalog = &compiled.catalog;
    let mut kinds: BTreeSet<&str> = catalog
        .settings
        .people
        .iter()
        .map(|people| people.blueprint.value.as_str())
        .collect();
    for blueprint in &catalog.blueprints {
        let groups = blueprint
            .relations
            .iter()
            .filter(|relation| relation.member_of);
        kinds.extend(groups.map(|relation| relation.target.value.as_str()));
    }
    let is_person = |entity: &&crate::model::Entity| {
        catalog
            .blueprint(entity.blueprint)
            .is_some_and(|blueprint| kinds.contains(blueprint.identifier.value.as_str()))
    };
    let files = catalog
        .entities
        .iter()
        .filter(is_person)
        .map(|entity| entity.span.file);
    files
        .map(|file| compiled.snapshot.path(file).to_owned())
        .collect()
}
