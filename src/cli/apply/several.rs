//! Several landings, one after another: those that a workflow wrote down, and with `--catch-up` all
//! that were merged and never run.
//!
//! In: the facts, and where asked the history of the target branch. Out: what became of each, in
//! the order of the branch. What an interrupted run left goes on first, with what the ledger has of
//! it. A commit that nobody has facts of is held: it is written down as that, and not guessed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use crate::cli::apply::comments::Comments;
use crate::cli::apply::facts::{Fact, read};
use crate::cli::apply::{Arguments, LANDINGS_MAX, Landing, stop};
use crate::cli::merge::{Sides, accounts};
use crate::cli::records::{Appended, Records, failed};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::retry;
use crate::cli::unheard::{PLANNED, Reach, Tip, merge, newest, unheard};
use crate::cli::{Exit, Failure, Output, Terminal, failure, open};
use crate::ledger::LedgerError;
use crate::ledger::record::{self, Body, Held};
use crate::plan::account::Accounts;
use crate::plan::file::LedgerPlace;
use crate::source::git::{CommitId, Repository};
use crate::text::visible;

/// Why a commit is held.
const UNSAID: &str = "nobody said who asked for it";

/// What is done with a merge.
enum Turn<'f> {
    Run(&'f Fact),
    /// It was begun, and did not come to its end.
    GoOn(Box<record::Landing>),
    Hold(CommitId),
}

impl Turn<'_> {
    /// The commit that it made the tip.
    fn after(&self, repository: &Repository) -> Result<String, Failure> {
        let after = match self {
            Turn::Run(fact) => repository.resolve(&fact.after).map_err(failure)?,
            Turn::GoOn(landed) => return Ok(landed.after.clone()),
            Turn::Hold(commit) => commit.clone(),
        };
        Ok(after.to_string())
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let facts = arguments.facts.as_deref().map(read).transpose()?;
    let facts = facts.unwrap_or_default();
    let repository = repository()?;
    let tip = repository.resolve(&arguments.target).map_err(failure)?;
    let catalog = open::commit(&repository, &tip, &arguments.target)?;
    let place = retry::place(&catalog);
    let records = Records::open(&repository, &place)?;
    let at = Tip {
        commit: &tip,
        catalog: &catalog,
    };
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for fact in &facts {
        turns.extend(turn(&repository, &at, fact)?);
    }
    if arguments.catch_up {
        let since = since(arguments, &repository, &at, (&records, &facts))?;
        if since.is_none() && records.state.landings().is_empty() {
            return nowhere(arguments, &repository, &at);
        }
        turns = caught_up(&repository, &at, (&records, since.as_ref()), &facts)?;
    }
    let mut told = Output::new(String::new(), Exit::Fine);
    let folder = arguments.comments.as_deref();
    let comments = folder.map(|folder| Comments::of(folder, &repository, &facts));
    let mut comments = comments.transpose()?;
    let terminal = match comments {
        Some(_) => terminal.plain(),
        None => terminal,
    };
    let mut turns = turns.into_iter();
    while let Some(turn) = turns.next() {
        let after = turn.after(&repository)?;
        let output = match turn {
            Turn::Run(fact) => one(arguments, fact, terminal),
            Turn::GoOn(landed) => go_on(arguments, &landed, terminal),
            Turn::Hold(commit) => hold(arguments, &commit, (&repository, &place)),
        };
        let output = output?;
        if let Some(comments) = &mut comments {
            comments.add(&after, &output);
        }
        told.text.push_str(&output.text);
        if output.exit as u8 > told.exit as u8 {
            told.exit = output.exit;
        }
        let left = turns.len();
        if left > 0 && stop::asked()?.load(Ordering::SeqCst) {
            told.exit = Exit::Unknown;
            told.text.push_str(&format!(
                "interrupted: {left} more not begun; run the same command again\n"
            ));
            break;
        }
    }
    if told.text.is_empty() {
        "ok: nothing to catch up with\n".clone_into(&mut told.text);
    }
    told.files = comments.map(Comments::files).unwrap_or_default();
    Ok(told)
}

/// What is done with what the facts tell of; nothing where nobody asked for it and it has no steps.
fn turn<'f>(
    repository: &Repository,
    tip: &Tip<'_>,
    fact: &'f Fact,
) -> Result<Option<Turn<'f>>, Failure> {
    if !fact.actors.is_empty() {
        return Ok(Some(Turn::Run(fact)));
    }
    let ends = [&fact.before, &fact.after].map(|rev| repository.resolve(rev).map_err(failure));
    let [before, after] = ends;
    let merge = merge(repository, tip, before?, after?)?;
    Ok(merge.map(|merge| Turn::Hold(merge.after)))
}

/// The commit behind which it begins, where that is not the first landing of the ledger: the one
/// that was named, or, in a ledger without a landing, where the oldest of the facts begins.
fn since(
    arguments: &Arguments,
    repository: &Repository,
    tip: &Tip<'_>,
    (records, facts): (&Records, &[Fact]),
) -> Result<Option<CommitId>, Failure> {
    if let Some(since) = &arguments.since {
        return repository.resolve(since).map(Some).map_err(failure);
    }
    if !records.state.landings().is_empty() {
        return Ok(None);
    }
    let mut oldest: Option<(usize, CommitId)> = None;
    for fact in facts {
        let before = repository.resolve(&fact.before).map_err(failure)?;
        let line = repository.first_parents(tip.commit, &before);
        let length = line.map_err(failure)?.len();
        if oldest.as_ref().is_none_or(|(longest, _)| length > *longest) {
            oldest = Some((length, before));
        }
    }
    Ok(oldest.map(|(_, before)| before))
}

/// That the ledger does not say where to begin, and what there would be to run.
fn nowhere(
    arguments: &Arguments,
    repository: &Repository,
    tip: &Tip<'_>,
) -> Result<Output, Failure> {
    let merges = newest(repository, tip)?;
    let target = visible(&arguments.target);
    let (Some(first), Some(last)) = (merges.first(), merges.last()) else {
        let text = format!(
            "ok: nothing to catch up with: nothing was run yet, and none of the last {PLANNED} commits of {target} has steps\n"
        );
        return Ok(Output::new(text, Exit::Fine));
    };
    let text = format!(
        "open: nothing was run yet, so the ledger does not say where to begin; of the last {PLANNED} commits of {target} {} have steps, the oldest is {}, the newest {}\nnext: say what was there before: `--since {}` runs all of them, `--since {}` none\n",
        merges.len(),
        first.after.short(),
        last.after.short(),
        first.before.short(),
        last.after.short()
    );
    Ok(Output::new(text, Exit::Found))
}

fn repository() -> Result<Repository, Failure> {
    Repository::discover(std::path::Path::new(".")).map_err(failure)
}

/// All that was never run, the oldest first, with the facts of each.
fn caught_up<'f>(
    repository: &Repository,
    tip: &Tip<'_>,
    (records, since): (&Records, Option<&CommitId>),
    facts: &'f [Fact],
) -> Result<Vec<Turn<'f>>, Failure> {
    let most = usize::MAX;
    let found = unheard(repository, tip, records, Reach { since, most })?;
    let mut of: BTreeMap<String, &Fact> = BTreeMap::new();
    for fact in facts {
        let ends = [&fact.before, &fact.after].map(|rev| repository.resolve(rev).map_err(failure));
        let [before, after] = ends;
        let line = repository
            .first_parents(&after?, &before?)
            .map_err(failure)?;
        of.extend(line.iter().map(|commit| (commit.to_string(), fact)));
    }
    let mut turns: Vec<Turn<'f>> = interrupted(records).collect();
    for merge in found.merges {
        match of.get(merge.after.as_str()) {
            None => turns.push(Turn::Hold(merge.after)),
            Some(fact) if fact.actors.is_empty() => turns.push(Turn::Hold(merge.after)),
            Some(fact) => {
                let is_same =
                    |turn: &Turn<'_>| matches!(turn, Turn::Run(it) if std::ptr::eq(*it, *fact));
                if !turns.iter().any(is_same) {
                    turns.push(Turn::Run(fact));
                }
            }
        }
    }
    Ok(turns)
}

/// The landings that were begun and have steps that are to be run still, in the order of the
/// ledger.
fn interrupted<'f>(records: &Records) -> impl Iterator<Item = Turn<'f>> {
    let unsettled = records.state.unsettled().into_iter();
    let open = unsettled.filter(|one| one.result.is_none() && one.landing.ended().is_none());
    let mut seen = BTreeSet::new();
    let landings: Vec<record::Landing> = open
        .filter(|one| seen.insert(one.landing.id.as_str()))
        .map(|one| one.landing.clone())
        .collect();
    landings.into_iter().map(|it| Turn::GoOn(Box::new(it)))
}

/// Goes on with a landing of the ledger, with what is known of it there.
fn go_on(
    arguments: &Arguments,
    landed: &record::Landing,
    terminal: Terminal,
) -> Result<Output, Failure> {
    let accounts = Accounts::of(&landed.ids);
    let landing = retry::landing(repository()?, landed, &arguments.target, accounts)?;
    Ok(run_one(arguments, (&landing, &landed.after), terminal))
}

/// Runs a landing. What cannot be run of one is no reason to leave the others as they are: each
/// is decided by itself.
fn one(arguments: &Arguments, fact: &Fact, terminal: Terminal) -> Result<Output, Failure> {
    let landing = landing(arguments, fact)?;
    Ok(run_one(arguments, (&landing, &fact.after), terminal))
}

fn run_one(
    arguments: &Arguments,
    (landing, after): (&Landing, &str),
    terminal: Terminal,
) -> Output {
    landing
        .once(arguments, None, terminal)
        .unwrap_or_else(|failure| {
            let (after, why) = (visible(after), visible(&failure.message));
            let text = format!("failed: {after} is not run: {why}\n");
            Output::new(text, Exit::Failed)
        })
}

fn landing(arguments: &Arguments, fact: &Fact) -> Result<Landing, Failure> {
    let approvals = fact.approvals()?;
    let logins = fact.actors.iter().chain(approvals.iter().map(|it| &it.0));
    let ids = fact.ids.iter();
    let ids: Vec<(String, String)> = ids.map(|(login, id)| (login.clone(), id.clone())).collect();
    let accounts = accounts(&ids, &logins.map(String::as_str))?;
    Ok(Landing {
        sides: Sides::open(&fact.before, &fact.after)?
            .at(Some(Rehearsal::moment()))
            .knowing(accounts),
        actors: fact.actors.clone(),
        approvals,
        target: arguments.target.clone(),
        ending: None,
    })
}

/// Writes down that a commit is held.
fn hold(
    arguments: &Arguments,
    commit: &CommitId,
    (repository, place): (&Repository, &LedgerPlace),
) -> Result<Output, Failure> {
    let mut written = Appended::Moved;
    for _ in 0..LANDINGS_MAX {
        // What was run before this one was written to the ledger since it was read.
        let mut records = Records::open(repository, place)?;
        let mut held = records.state.held();
        if arguments.dry_run || held.any(|(held, _)| held == commit.as_str()) {
            written = Appended::Written;
            break;
        }
        drop(held);
        written = records.try_append(vec![Body::Held(Held {
            commit: commit.to_string(),
            why: UNSAID.to_owned(),
        })])?;
        if written == Appended::Written {
            break;
        }
    }
    if written == Appended::Moved {
        return Err(failed(&LedgerError::Moved));
    }
    let text = format!(
        "held: {}: {UNSAID}; `catalogc status` says what to do\n",
        commit.short()
    );
    Ok(Output::new(text, Exit::Found))
}
