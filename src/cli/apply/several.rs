//! Several landings, one after another: those that a workflow wrote down, and with `--catch-up` all
//! that were merged and never run.
//!
//! In: the facts, and where asked the history of the target branch. Out: what became of each, in
//! the order of the branch. A commit that nobody has facts of is held: it is written down as that,
//! and not guessed.

use std::collections::BTreeMap;

use crate::cli::apply::facts::{Fact, read};
use crate::cli::apply::{Arguments, Landing};
use crate::cli::merge::{Sides, accounts};
use crate::cli::records::Records;
use crate::cli::rehearsal::Rehearsal;
use crate::cli::retry::place;
use crate::cli::unheard::unheard;
use crate::cli::{Exit, Failure, Output, Terminal, failure, open};
use crate::ledger::record::{Body, Held};
use crate::source::git::{CommitId, Repository};
use crate::text::visible;

/// Why a commit is held.
const UNSAID: &str = "nobody said who asked for it";

/// What is done with a merge.
enum Turn<'f> {
    Run(&'f Fact),
    Hold(CommitId),
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let facts = arguments.facts.as_deref().map(read).transpose()?;
    let facts = facts.unwrap_or_default();
    let repository = repository()?;
    let tip = repository.resolve(&arguments.target).map_err(failure)?;
    let catalog = open::commit(&repository, &tip, &arguments.target)?;
    let mut records = Records::open(&repository, &place(&catalog))?;
    let mut turns: Vec<Turn<'_>> = facts.iter().map(Turn::Run).collect();
    if arguments.catch_up {
        turns = caught_up(&repository, &tip, &records, &facts)?;
    }
    let mut told = Output::new(String::new(), Exit::Fine);
    for turn in turns {
        let output = match turn {
            Turn::Run(fact) => one(arguments, fact, terminal),
            Turn::Hold(commit) => hold(arguments, &commit, &mut records),
        };
        let output = output?;
        told.text.push_str(&output.text);
        if output.exit as u8 > told.exit as u8 {
            told.exit = output.exit;
        }
    }
    if told.text.is_empty() {
        "ok: nothing to catch up with\n".clone_into(&mut told.text);
    }
    Ok(told)
}

fn repository() -> Result<Repository, Failure> {
    Repository::discover(std::path::Path::new(".")).map_err(failure)
}

/// All that was never run, the oldest first, with the facts of each.
fn caught_up<'f>(
    repository: &Repository,
    tip: &CommitId,
    records: &Records,
    facts: &'f [Fact],
) -> Result<Vec<Turn<'f>>, Failure> {
    let found = unheard(repository, tip, records)?;
    let mut of: BTreeMap<String, &Fact> = BTreeMap::new();
    for fact in facts {
        let ends = [&fact.before, &fact.after].map(|rev| repository.resolve(rev).map_err(failure));
        let [before, after] = ends;
        let line = repository
            .first_parents(&after?, &before?)
            .map_err(failure)?;
        of.extend(line.iter().map(|commit| (commit.to_string(), fact)));
    }
    let mut turns: Vec<Turn<'f>> = Vec::new();
    for merge in found.merges {
        match of.get(merge.after.as_str()) {
            None => turns.push(Turn::Hold(merge.after)),
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

/// Runs a landing. What cannot be run of one is no reason to leave the others as they are: each
/// is decided by itself.
fn one(arguments: &Arguments, fact: &Fact, terminal: Terminal) -> Result<Output, Failure> {
    let landing = landing(arguments, fact)?;
    Ok(match landing.once(arguments, None, terminal) {
        Ok(output) => output,
        Err(failure) => {
            let after = visible(&fact.after);
            let why = visible(&failure.message);
            let text = format!("failed: {after} is not run: {why}\n");
            Output::new(text, Exit::Failed)
        }
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
    records: &mut Records,
) -> Result<Output, Failure> {
    let is_held = records
        .state
        .held()
        .any(|(held, _)| held == commit.as_str());
    if !is_held && !arguments.dry_run {
        records.append(vec![Body::Held(Held {
            commit: commit.to_string(),
            why: UNSAID.to_owned(),
        })])?;
    }
    let text = format!(
        "held: {}: {UNSAID}; `catalogc status` says what to do\n",
        commit.short()
    );
    Ok(Output::new(text, Exit::Found))
}
