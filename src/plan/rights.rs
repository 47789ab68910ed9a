//! Which decisions a pull request moves: who may do what after the merge and could not before,
//! and the other way round.
//!
//! In: the target and the result with the rules of both. Out: [`Rights`]. The same questions are
//! asked of both sides: each person, each action, each entity that is on both, and each input
//! that rules tell apart. Only what can have moved is asked, and of what looks alike to the rules
//! of both sides one; beyond a number of questions a part of the entities stands for all.
//!
//! Nothing is decided here for the pull request itself: that is the target's alone.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::compile::Compiled;
use crate::model::Action;
use crate::plan::Apart;
use crate::plan::definition;
use crate::plan::diff::{Side, diff};
use crate::plan::file::rights::{Because, Cause, Rights};
use crate::plan::file::{Effectuation, PlanFile, Step};
use crate::plan::obscure::Obscure;
use crate::plan::value::States;
use crate::policy::{BuiltIn, Form, Rules};

mod ask;
pub mod candidate;
mod changing;
mod crowd;
mod first;
mod found;
mod group;
mod job;
mod later;
pub mod made;
mod pair;
pub mod sample;
mod says;
mod subject;
mod touch;
mod words;

use ask::{Asker, Target};
use crowd::Crowd;
use group::{About, Moved, grouped};
use job::{Job, Jobs};
use pair::{Both, Pairs};
use subject::Subject;
use touch::Touch;

/// How much is asked and told.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many questions are asked at most, each of both sides.
    pub questions: u64,
    /// How many entities of a kind are named as examples.
    pub examples: usize,
    /// How many people and groups are named for one move.
    pub named: usize,
}

impl Limits {
    /// What a reviewer waits for and reads.
    pub const USUAL: Self = Self {
        questions: 100_000,
        examples: 3,
        named: 12,
    };
}

/// The most lines that are told.
const LINES: usize = 500;

/// Tells a plan which decisions move. `rules` are those of the target; those of the result are
/// asked at the same moment. What the plan does is not touched.
pub fn tell<'c>(
    before: &'c Compiled,
    after: &'c Compiled,
    rules: &Rules<'c>,
    limits: Limits,
    plan: &mut PlanFile,
) {
    let theirs = rules.beside(&after.catalog, &after.graph, &after.snapshot);
    if rules.is_open_without_rules() && theirs.is_open_without_rules() {
        // Everyone may do everything before and after, also to what is new.
        plan.rights = Some(Rights::default());
        return;
    }
    let apart = Apart::default();
    let states = States::new(before, after, &apart, rules.now());
    let both = Both {
        before: rules,
        after: &theirs,
    };
    let said = Said::of(&both, &states);
    let (mut rights, starts) = compared(both, &states, &said, &plan.actors, limits);
    if !said.is_alike {
        let sides = Both { before, after };
        let later = later::told(sides, both, &said, &plan.actors, limits, &rights.moves);
        rights.untold.extend(later);
    }
    rights.untold.extend(first::unstopped(&states));
    rights.untold.extend(Obscure::of(&states).untold());
    rights.by = cause(plan, &starts).filter(|_| !rights.moves.is_empty());
    plan.rights = Some(rights);
}

/// The one change that can be the cause: a step about one of these entities, by kind and name, or
/// a definition that says who may do what.
fn cause(plan: &PlanFile, starts: &BTreeSet<(String, String)>) -> Option<Cause> {
    const SAYS_WHO: [&str; 4] = ["action ", "blueprint ", "policy ", "settings "];
    let named = |step: &Step| starts.contains(&(step.blueprint.clone(), step.entity.clone()));
    let steps = plan.steps.iter();
    let steps: Vec<&Step> = steps
        .filter(|step| step.does != Effectuation::Run && named(step))
        .collect();
    let grants = steps
        .iter()
        .filter(|step| step.action == BuiltIn::Grant.word());
    let is_new = |step: &&&Step| {
        let mut all = steps.iter();
        all.all(|it| (&it.blueprint, &it.entity) == (&step.blueprint, &step.entity))
    };
    // Who is new is created and granted what they are in: that is one change.
    let steps: Vec<&Step> = match grants.clone().next().filter(is_new) {
        Some(_) => grants.copied().collect(),
        None => steps.clone(),
    };
    let steps = steps.into_iter().map(|step| Cause::Step(step.number));
    let files = plan.coverage.iter().filter(|one| {
        one.action == BuiltIn::Define.word()
            && SAYS_WHO.iter().any(|kind| one.text.starts_with(kind))
    });
    let files = files.map(|one| Cause::File(one.path.clone()));
    let mut all: BTreeSet<Cause> = steps.chain(files).collect();
    let first = all.pop_first();
    first.filter(|_| all.is_empty())
}

/// What moves, and the entities whose change can have moved it: kind and name in the result or,
/// where they are gone, on the target.
fn compared(
    rules: Both<&Rules<'_>>,
    states: &States<'_>,
    said: &Said,
    actors: &[String],
    limits: Limits,
) -> (Rights, BTreeSet<(String, String)>) {
    let differences = diff(
        &states.before.catalog,
        &states.after.catalog,
        &states.renames,
    );
    let pairs = Pairs::new(&rules, &differences, actors);
    let touch = Touch::new(rules, states, &pairs, &differences);
    if said.is_alike && touch.is_unread(&said.whole) && !touch.is_owned_otherwise {
        return (Rights::default(), BTreeSet::new());
    }
    let (mut untold, subjects) = untimed(&rules, Subject::all(&rules, &pairs));
    untold.extend(first::untold(&rules, &pairs, &subjects));
    untold.extend(first::unfolded(&pairs, &subjects));
    let files = definition::files(states);
    let jobs = Jobs::new(&rules, &pairs, &touch, &subjects, &files);
    let everyone: BTreeSet<usize> = (0..pairs.people.len()).collect();
    let all = Crowd::new(rules, &pairs, actors, everyone);
    let is_sound = !crate::check::has_errors(&states.before.findings);
    let fitted = jobs.fitted(&|person| all.is_actor(person), is_sound, limits.questions);
    let asker = Asker {
        rules,
        pairs: &pairs,
    };
    let moved = ask_all(&asker, &fitted.jobs);
    let mut lines = grouped(moved, &all.among(fitted.people), &counts(&pairs), limits);
    let left_out = lines.len().saturating_sub(LINES) as u64;
    lines.truncate(LINES);
    let starts = starts(&touch, &subjects, states);
    let rights = Rights {
        asked: fitted.questions,
        sampled: fitted.sampled,
        untold,
        because: if said.is_alike && !touch.is_authority {
            Because::Entities
        } else {
            Because::Authority
        },
        by: None,
        moves: lines,
        left_out,
    };
    (rights, starts)
}

/// Asks all, side by side; the order of the answers is that of the jobs.
fn ask_all(asker: &Asker<'_, '_>, jobs: &[Job<'_, '_>]) -> Vec<Moved> {
    let classes: Vec<(&Job<'_, '_>, &Vec<usize>)> = jobs
        .iter()
        .flat_map(|job| job.classes.iter().map(move |class| (job, class)))
        .collect();
    let ask = |(job, class): &(&Job<'_, '_>, &Vec<usize>)| {
        let mut moved = Vec::new();
        let Some(target) = class.first().and_then(|first| job.targets.get(*first)) else {
            return moved;
        };
        for person in &job.people {
            let Some(pair) = asker.pairs.people.get(*person) else {
                continue;
            };
            for what in asker.moves(job.subject, job.samples, target, pair) {
                let names = class.iter().filter_map(|n| job.targets.get(*n));
                moved.push(Moved {
                    person: *person,
                    about: about(asker, job),
                    what,
                    entities: names.map(|target| name(asker, target)).collect(),
                });
            }
        }
        moved
    };
    classes.par_iter().flat_map_iter(ask).collect()
}

fn about(asker: &Asker<'_, '_>, job: &Job<'_, '_>) -> About {
    let kind = job.subject.kind.and_then(|n| asker.pairs.kinds.get(n));
    About {
        kind: kind.map(|kind| kind.name.clone()),
        action: job.subject.what.word().to_owned(),
        new: job.subject.creates(),
    }
}

/// What a target is called: an entity by its name in the result.
fn name(asker: &Asker<'_, '_>, target: &Target) -> String {
    match target {
        Target::Entity(pair) => {
            let entity = asker.rules.after.catalog().entity(pair.after);
            entity.map_or_else(String::new, |entity| entity.identifier.value.to_string())
        }
        Target::First(_) => "new-0".to_owned(),
        Target::Root(kind, path) if path.is_empty() => kind.clone(),
        Target::Root(kind, path) => format!("{kind} {path}"),
    }
}

/// How many entities there are of each kind.
fn counts(pairs: &Pairs) -> BTreeMap<Option<String>, u64> {
    let count = |kind: &pair::KindPair| (Some(kind.name.clone()), kind.entities.len() as u64);
    let all = [(None, BuiltIn::Define.roots().len() as u64)];
    pairs.kinds.iter().map(count).chain(all).collect()
}

/// What the rules of both sides say.
struct Said {
    /// All rules of each.
    whole: Both<Form>,
    /// Whether rules and actions say the same on both.
    is_alike: bool,
}

impl Said {
    fn of(rules: &Both<&Rules<'_>>, states: &States<'_>) -> Self {
        let whole = Both::of(rules, |rules| rules.whole());
        let is_alike = whole.before.says_the_same(&whole.after)
            && actions(states.before) == actions(states.after);
        Self { whole, is_alike }
    }
}

/// What actions say of who may do them.
fn actions(compiled: &Compiled) -> Vec<(&str, Option<Vec<serde_json::Value>>)> {
    let action = |action: &'_ Action| subject::written(Some(action));
    let all = compiled.catalog.actions.iter();
    all.map(|it| (it.identifier.value.as_str(), action(it)))
        .collect()
}

/// Without a moment nobody knows what a rule says that reads it: such actions are left out, in
/// words.
fn untimed<'a>(
    rules: &Both<&Rules<'_>>,
    subjects: Vec<Subject<'a>>,
) -> (Vec<String>, Vec<Subject<'a>>) {
    if !rules.before.is_timeless() {
        return (Vec::new(), subjects);
    }
    let mut untold = BTreeSet::new();
    let mut rest = Vec::new();
    for subject in subjects {
        match subject.forms.after.reads_now() {
            Some(rule) => {
                untold.insert(format!(
                    "the rule at {rule} of the result reads `context.now`: without --now nobody can tell what it permits"
                ));
            }
            None => rest.push(subject),
        }
    }
    (untold.into_iter().collect(), rest)
}

/// The entities that differ in what the rules of some action read.
fn starts(
    touch: &Touch<'_, '_>,
    subjects: &[Subject<'_>],
    states: &States<'_>,
) -> BTreeSet<(String, String)> {
    let mut causes = BTreeSet::new();
    for subject in subjects {
        for side in [Side::Before, Side::After] {
            let catalog = &states.of(side).catalog;
            let starts = touch.starts(side, &subject.forms);
            let named = starts.into_iter().filter_map(|id| {
                let entity = catalog.entity(id)?;
                let kind = &catalog.blueprint(entity.blueprint)?.identifier.value;
                Some((kind.to_string(), entity.identifier.value.to_string()))
            });
            causes.extend(named);
        }
    }
    causes
}
