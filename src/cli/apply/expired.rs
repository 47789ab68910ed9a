//! `catalogc apply --expired`: runs what has expired, each entity as a landing of its own, and
//! gives back the catalog without what is over and done, as a patch and a commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::apply::{
    Arguments, Derived, Ending, Format, LANDINGS_MAX, Landing, Stopped, break_lock, shown, stale,
};
use crate::cli::fix;
use crate::cli::merge::Sides;
use crate::cli::open;
use crate::cli::plan::findings;
use crate::cli::records::{Appended, Records, failed};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::retry;
use crate::cli::{Exit, Failure, Output, Terminal, Written, failure, show};
use crate::compile::{Compiled, compile};
use crate::ledger::LedgerError;
use crate::ledger::record::{self, StepResult};
use crate::model::{EntityId, Moment};
use crate::plan::account::Accounts;
use crate::plan::expired::Wanted;
use crate::plan::file::{self, CLOCK, Effectuation, Ended, PlanFile, Step};
use crate::plan::gone;
use crate::render::{self, Detail};
use crate::source::Snapshot;
use crate::source::git::{CommitId, Repository};
use crate::text::visible;

/// How often a catalog is compiled at most to find out which of several entities cannot go.
const TRIALS: usize = 100;

/// What is said of the entities of a run.
#[derive(Default)]
struct Told {
    text: String,
    exit: Option<Exit>,
    /// The entities of which all is done.
    done: Vec<Ended>,
    /// How many of them were done before.
    before: usize,
    /// How many stand as the ledger has them: they were told when they came to be so.
    same: usize,
    /// The steps of entities of which not all is done.
    undone: BTreeSet<u32>,
}

/// Runs what ended at a moment or before.
pub(super) fn run(
    arguments: &Arguments,
    now: Moment,
    terminal: Terminal,
) -> Result<Output, Failure> {
    let clock = Rehearsal::moment();
    if now > clock {
        return Err(
            Failure::new("`--now` is later than it is: nothing is over before its time")
                .help("say when it is: `--now \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"`"),
        );
    }
    let base = arguments.question.base.as_deref().unwrap_or("HEAD");
    let sides = Sides::open(base, base)?.at(Some(clock));
    let Some((repository, commit, _)) = sides.commits() else {
        return Err(Failure::new("what has expired is run from a commit")
            .help("name one as --base, in a repository"));
    };
    let given = arguments.plan.as_deref().map(show::read).transpose()?;
    let wanted = Wanted { now, only: None };
    let plan = match sides.expired(&wanted, &[CLOCK.to_owned()])? {
        Ok(plan) => plan,
        Err(broken) => return Ok(findings(&broken, terminal)),
    };
    if let Some(given) = given.filter(|given| given.id != plan.id) {
        return Ok(stale(&given, &plan, terminal));
    }
    if arguments.dry_run {
        return Ok(shown(&plan, Detail::Full, terminal));
    }
    if let Some(branch) = &arguments.commit {
        // Nothing is run whose end could not be written down.
        repository.may_commit(branch).map_err(failure)?;
    }
    if arguments.break_lock {
        break_lock(&sides, terminal)?;
    }
    for notice in &plan.notices {
        terminal.say(&visible(&notice.text));
    }
    let told = each(arguments, (base, commit), &plan, terminal)?;
    let deletes = |ended: &&Ended| own(&plan, ended).any(|it| it.does == Effectuation::Delete);
    let gone: Vec<&Ended> = told.done.iter().filter(deletes).collect();
    let mut output = Output::new(told.text.clone(), told.exit.unwrap_or(Exit::Fine));
    if told.same > 0 {
        let (n, are) = (told.same, if told.same == 1 { "y is" } else { "ies are" });
        output.text.push_str(&format!(
            "refused as before: {n} expired entit{are} told by `catalogc status`\n"
        ));
    } else if told.text.is_empty() {
        output.text = match told.before {
            0 => format!("ok: nothing to run, nothing expired until {now}\n"),
            1 => "ok: nothing to run, 1 expired entity was run before\n".to_owned(),
            n => format!("ok: nothing to run, {n} expired entities were run before\n"),
        };
    }
    let made = removed(arguments, (repository, commit), (&gone, now), &mut output);
    if let Err(failure) = made {
        // What was run is told all the same.
        let line = format!("not removed: {}\n", visible(&failure.message));
        output.text.push_str(&line);
        if (output.exit as u8) < Exit::Failed as u8 {
            output.exit = Exit::Failed;
        }
    }
    Ok(output)
}

/// Runs each entity, what others wait for first.
fn each(
    arguments: &Arguments,
    (base, commit): (&str, &CommitId),
    plan: &PlanFile,
    terminal: Terminal,
) -> Result<Told, Failure> {
    let mut told = Told::default();
    let expired = plan.expired.iter().flat_map(|expired| &expired.entities);
    let mut entities: Vec<&Ended> = expired.filter(|it| !it.steps.is_empty()).collect();
    entities.sort_by_key(|ended| ended.steps.iter().min().copied());
    if entities.is_empty() {
        return Ok(told);
    }
    let records = Records::open(&repository()?, &plan.ledger)?;
    let spent = records.spent(None);
    for ended in entities {
        let own: Vec<&Step> = own(plan, ended).collect();
        let is_done = |step: &&Step| {
            let key = file::spent(&ended.at, &step.lasting_digest());
            spent.contains_key(&key)
        };
        if own.iter().all(is_done) {
            told.before += 1;
            told.done.push(ended.clone());
            continue;
        }
        let mut waits = own.iter().flat_map(|step| &step.after);
        let output = if waits.any(|first| told.undone.contains(first)) {
            let text = format!(
                "skipped: {} {} waits for another that is not done\n",
                visible(&ended.blueprint),
                visible(&ended.entity)
            );
            Output::new(text, Exit::StepFailed)
        } else {
            let ending = Ending::named(ended, &own, &records);
            let landed = records.state.landing(&ending.run);
            let landing = landing(arguments, (base, commit), ending, landed);
            let run = landing.and_then(|landing| one(&landing, arguments.format, terminal));
            match run {
                // Nobody reads every ten minutes what stands as it stood: `status` has it.
                Ok((_, News::None)) => {
                    told.same += 1;
                    told.undone.extend(&ended.steps);
                    continue;
                }
                Ok((output, News::Some)) => output,
                // What cannot be run of one is no reason to leave the others as they are.
                Err(failure) => not_run(ended, &failure),
            }
        };
        if output.exit == Exit::Fine {
            told.done.push(ended.clone());
        } else {
            told.undone.extend(&ended.steps);
            let worst = told.exit.map_or(output.exit as u8, |exit| exit as u8);
            if output.exit as u8 >= worst {
                told.exit = Some(output.exit);
            }
        }
        told.text.push_str(&output.text);
    }
    Ok(told)
}

fn repository() -> Result<Repository, Failure> {
    Repository::discover(std::path::Path::new(".")).map_err(failure)
}

/// The steps of an entity.
fn own<'p>(plan: &'p PlanFile, ended: &Ended) -> impl Iterator<Item = &'p Step> {
    let steps = plan.steps.iter();
    steps.filter(|step| ended.steps.contains(&step.number))
}

/// That an entity is not run, and why.
fn not_run(ended: &Ended, failure: &Failure) -> Output {
    let text = format!(
        "failed: {} {} is not run: {}\n",
        visible(&ended.blueprint),
        visible(&ended.entity),
        visible(&failure.message)
    );
    Output::new(text, Exit::StepFailed)
}

/// The landing of an entity: as the ledger has it, or a new one.
fn landing(
    arguments: &Arguments,
    (base, commit): (&str, &CommitId),
    ending: Ending,
    landed: Option<&record::Landing>,
) -> Result<Landing, Failure> {
    if let Some(landed) = landed {
        return retry::landing(
            repository()?,
            landed,
            &arguments.target,
            Accounts::default(),
        );
    }
    let side = (base.to_owned(), commit.clone());
    let sides = Sides::of_commits(repository()?, side.clone(), side);
    Ok(Landing {
        sides: sides.at(Some(Rehearsal::moment())),
        actors: vec![CLOCK.to_owned()],
        approvals: Vec::new(),
        target: arguments.target.clone(),
        ending: Some(ending),
    })
}

/// Whether a run found something else than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    None,
    Some,
}

/// Runs an entity's landing, or what is left of it.
fn one(landing: &Landing, format: Format, terminal: Terminal) -> Result<(Output, News), Failure> {
    for _ in 0..LANDINGS_MAX {
        let mut made = match landing.derive(terminal)? {
            Derived::Plan(made) => made,
            Derived::Findings(output) => return Ok((output, News::Some)),
        };
        let landed = made.records.state.landing(&made.id);
        if landed.is_some_and(|landed| landed.plan != made.plan.id) {
            return Err(Failure::new("git does not give the plan any more that was run: the ledger or the history was changed")
                .help("`catalogc audit verify` shows which plans are not what they were"));
        }
        if landing.land(&mut made, terminal)? == Appended::Written {
            let is_refused = is_refused(&made.records, &made.id);
            let known = made.records.entries.len();
            let first = render::applying(&made.plan, "derived from git");
            let told = (first.as_str(), format);
            let output = landing.run(&mut made, told, Stopped::default(), terminal)?;
            let entries = made.records.ledger.read().map_err(|error| failed(&error))?;
            let is_same = is_refused && entries.len() == known;
            let news = if is_same { News::None } else { News::Some };
            return Ok((output, news));
        }
    }
    Err(failed(&LedgerError::Moved))
}

/// Whether the ledger has of a landing that something of it is refused, and nothing of it open.
fn is_refused(records: &Records, landing: &str) -> bool {
    let landing = records.state.landing(landing).into_iter();
    let ends = landing.flat_map(|landing| {
        let ends = landing.steps.iter().map(|step| {
            let state = records.state.step(&landing.id, &step.digest);
            state
                .and_then(|state| state.end.as_ref())
                .map(|it| it.result)
        });
        ends.collect::<Vec<_>>()
    });
    let ends: Vec<Option<StepResult>> = ends.collect();
    let is_quiet = |end: &Option<StepResult>| {
        matches!(
            end,
            Some(StepResult::Done | StepResult::Refused | StepResult::Skipped)
        )
    };
    ends.contains(&Some(StepResult::Refused)) && ends.iter().all(is_quiet)
}

/// Gives back the catalog without the entities of which all is done.
fn removed(
    arguments: &Arguments,
    (repository, commit): (&Repository, &CommitId),
    (done, now): (&[&Ended], Moment),
    output: &mut Output,
) -> Result<(), Failure> {
    let Some(opened) = open::at_commit(repository, commit)? else {
        return Ok(());
    };
    let selection = opened.selection;
    let before = compile(opened.snapshot, &selection);
    let entities = over(&before, done);
    if entities.is_empty() {
        return Ok(());
    }
    let (after, left) = without(&before, &entities, &|snapshot| {
        compile(snapshot, &selection)
    });
    for why in left {
        output
            .text
            .push_str(&format!("not removed: {}\n", visible(&why)));
        if output.exit == Exit::Fine {
            output.exit = Exit::Found;
        }
    }
    let Some(after) = after else { return Ok(()) };
    if let Some(branch) = &arguments.commit {
        let names = done.iter();
        let names = names.map(|it| format!("{} {}, ended {}\n", it.blueprint, it.entity, it.at));
        let message = format!("remove what has expired\n\n{}", names.collect::<String>());
        let texts = texts(&before, &after);
        let id = repository
            .commit(commit, &texts, branch, &message, now.unix_seconds())
            .map_err(failure)?;
        let line = format!("committed: {} on {}\n", id.short(), visible(branch));
        output.text.push_str(&line);
    }
    let patch = fix::shown(&before, &after)?;
    if let Some(path) = &arguments.patch {
        let shown = path.display().to_string();
        output
            .text
            .push_str(&format!("patch: {}\n", visible(&shown)));
        output.files.push(Written {
            path: path.clone(),
            bytes: patch.into_bytes(),
        });
    } else if arguments.commit.is_none() {
        output.text.push('\n');
        output.text.push_str(&patch);
    }
    Ok(())
}

/// The entities that go, because a step that deletes them was run when they expired.
fn over(before: &Compiled, done: &[&Ended]) -> BTreeSet<EntityId> {
    let mut entities = BTreeSet::new();
    for ended in done {
        let kind = before.catalog.find_blueprint(&ended.blueprint);
        entities.extend(kind.and_then(|(kind, _)| before.catalog.find_entity(kind, &ended.entity)));
    }
    entities
}

/// A catalog without these entities, or without those of them that can go, and why others stay.
fn without(
    before: &Compiled,
    entities: &BTreeSet<EntityId>,
    compiled: &dyn Fn(Snapshot) -> Compiled,
) -> (Option<Compiled>, Vec<String>) {
    if let Ok(after) = gone::without(before, entities, compiled) {
        return (Some(after), Vec::new());
    }
    let (mut going, mut after, mut left) = (BTreeSet::new(), None, Vec::new());
    for (n, id) in entities.iter().enumerate() {
        let mut tried = going.clone();
        tried.insert(*id);
        let whole = if n < TRIALS {
            gone::without(before, &tried, compiled)
        } else {
            Err("too many of them cannot go at once".to_owned())
        };
        match whole {
            Ok(whole) => (going, after) = (tried, Some(whole)),
            Err(why) => {
                let entity = before.catalog.entity(*id);
                let name = entity.map_or("", |entity| entity.identifier.value.as_str());
                left.push(format!("{name}: {why}"));
            }
        }
    }
    (after, left)
}

/// The texts that differ; none where a file goes.
fn texts(before: &Compiled, after: &Compiled) -> BTreeMap<String, Option<String>> {
    let mut texts = BTreeMap::new();
    for file in before.snapshot.as_slice() {
        let new = after.snapshot.find(&file.path);
        let new = new.and_then(|id| after.snapshot.file(id));
        if new.is_none_or(|new| new.text != file.text) {
            let text = new.and_then(|new| new.text.as_deref().ok());
            texts.insert(file.path.clone(), text.map(str::to_owned));
        }
    }
    texts
}
