//! `catalogc rm`: entities are taken out, with what goes with them, or it is said who still
//! points at them.

use std::collections::BTreeSet;

use crate::cli::desk::{Bar, Desk, Ends};
use crate::cli::left::{Fate, Name, left, missed};
use crate::cli::{Failure, Output, Terminal};
use crate::edit::tried::Texts;
use crate::edit::{Change, Form, Outcome, change, of_entity};
use crate::finding::codes::E0415;
use crate::finding::{Finding, Severity};
use crate::model::EntityId;
use crate::plan::gone;
use crate::source::Snapshot;

/// Take an entity out
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc rm env-lin-7\n    catalogc rm System/Cart --cascade --dry-run")]
pub(super) struct Arguments {
    /// The entities: their identifiers, or BLUEPRINT/IDENTIFIER
    #[arg(value_name = "ENTITY", required = true)]
    entities: Vec<String>,
    /// Take out what goes with it too, as `onDelete` of its blueprint says
    #[arg(long)]
    cascade: bool,
    /// Take it out although texts name it of which nobody can tell whether they mean it
    #[arg(long)]
    leave_texts: bool,
    #[command(flatten)]
    ends: Ends,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let desk = Desk::open(&arguments.ends, terminal)?.for_actor()?;
    let ids = arguments.entities.iter().map(|it| desk.entity(it));
    let ids = ids.collect::<Result<BTreeSet<EntityId>, _>>()?;
    let with = With {
        cascade: arguments.cascade,
        leave_texts: arguments.leave_texts,
    };
    match taken(&desk, &ids, with)? {
        Ok((texts, Some(outcome))) => desk.end_with(&texts, outcome, Bar::Warnings),
        Ok((texts, None)) => desk.end(&texts, Bar::Warnings),
        Err(stopped) => Ok(stopped),
    }
}

/// What is done about whatever else is meant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct With {
    /// What goes with it goes too.
    cascade: bool,
    /// Texts that may mean it are left as they are.
    leave_texts: bool,
}

/// The files without some entities, and what they give where that is known; or what keeps the
/// entities there.
pub(super) fn taken(
    desk: &Desk<'_>,
    ids: &BTreeSet<EntityId>,
    with: With,
) -> Result<Result<(Texts, Option<Outcome>), Output>, Failure> {
    let alone = match gone::alone(&desk.before, ids) {
        Some(snapshot) => texts(&desk.before.snapshot, &snapshot),
        None => match elements(desk, ids) {
            Ok(texts) => texts,
            Err(refused) => return Ok(Err(desk.refused(&refused))),
        },
    };
    let mut outcome = desk.tried(&alone)?;
    name_tests(desk, ids, &mut outcome);
    let left = if with.leave_texts {
        Vec::new()
    } else {
        named(desk, ids, &outcome)
    };
    if !outcome.has_errors() && !left.is_empty() {
        return Ok(Err(desk.stopped(&outcome.compiled, left)));
    }
    if !outcome.has_errors() {
        return Ok(Ok((alone, Some(outcome))));
    }
    let mut after = outcome.compiled;
    let completion = gone::completion(&desk.before, &after, None);
    if let (true, Some(snapshot)) = (with.cascade, &completion.snapshot) {
        let whole = desk.compiled(snapshot.clone());
        if completion.fits(&after, &whole) {
            if !left.is_empty() {
                return Ok(Err(desk.stopped(&after, left)));
            }
            return Ok(Ok((texts(&desk.before.snapshot, snapshot), None)));
        }
    }
    let how = "`catalogc rm` with `--cascade` takes them along as `onDelete` says";
    after.findings = outcome.new;
    gone::grouped(&desk.before, &mut after, &completion, how);
    let mut findings = std::mem::take(&mut after.findings);
    // What only may be wrong can wait until it is taken out.
    findings.retain(|finding| finding.severity == Severity::Error);
    Ok(Err(desk.stopped(&after, findings)))
}

/// The texts that name what goes, of which nobody can tell whether they mean it. Where a rule test
/// misses the entity itself, it is sure, whatever else is wrong with the catalog.
fn named(desk: &Desk<'_>, ids: &BTreeSet<EntityId>, after: &Outcome) -> Vec<Finding> {
    let catalog = &desk.before.catalog;
    let entities = ids.iter().filter_map(|id| catalog.entity(*id));
    let left = entities.flat_map(|entity| {
        let kind = catalog.blueprint(entity.blueprint);
        let name = Name {
            kind: kind.map_or("", |it| it.identifier.value.as_str()),
            old: &entity.identifier.value,
            fate: Fate::Gone,
        };
        left(&after.compiled, &name)
    });
    let missed = missed(&after.compiled);
    let is_missed = |text: &Finding| missed.iter().any(|place| place.covers(text.span));
    left.filter(|text| !is_missed(text)).collect()
}

/// Says of the rule tests about what goes that they may go, too; a name near it is no help there.
fn name_tests(desk: &Desk<'_>, ids: &BTreeSet<EntityId>, outcome: &mut Outcome) {
    let catalog = &desk.before.catalog;
    let names: BTreeSet<&str> = ids
        .iter()
        .filter_map(|id| Some(catalog.entity(*id)?.identifier.value.as_str()))
        .collect();
    let snapshot = &outcome.compiled.snapshot;
    for finding in outcome.new.iter_mut().filter(|it| *it.code == E0415) {
        let written = snapshot.slice(finding.span).trim_matches(['"', '\'']);
        let name = written.rsplit('/').next().unwrap_or(written);
        if names.contains(name) {
            let help = "the test is about what goes: take it out, or ask about another entity";
            finding.help = Some(help.to_owned());
            finding.near = None;
            finding.fix = None;
        }
    }
}

/// Entities that stand in lists with others.
fn elements(desk: &Desk<'_>, ids: &BTreeSet<EntityId>) -> Result<Texts, crate::edit::Refused> {
    let mut texts = Texts::new();
    let mut places = Vec::new();
    for id in ids {
        let place = of_entity(&desk.before, *id)?;
        let entity = desk.before.catalog.entity(*id);
        places.extend(entity.map(|entity| (entity.span, place)));
    }
    // From the end, so that the others keep their numbers.
    places.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
    for (span, place) in places {
        let (path, before) = desk.file(span.file);
        let now = texts.get(&path).cloned().flatten();
        let text: String = now.unwrap_or_else(|| before.to_owned());
        let form = Form::of(&path);
        let text = change(form, span.file, &text, &place, &Change::Unset)?;
        texts.insert(path, Some(text));
    }
    Ok(texts)
}

/// What differs between two snapshots.
fn texts(before: &Snapshot, after: &Snapshot) -> Texts {
    let mut texts = Texts::new();
    for old in before.as_slice() {
        let now = after.find(&old.path).and_then(|id| after.file(id));
        match now.map(|now| (&now.text, now.text == old.text)) {
            None => {
                texts.insert(old.path.clone(), None);
            }
            Some((Ok(text), false)) => {
                texts.insert(old.path.clone(), Some(text.to_string()));
            }
            Some(_) => {}
        }
    }
    texts
}
