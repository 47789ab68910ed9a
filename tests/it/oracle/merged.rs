//! The same histories as commits of a repository, planned by the program itself.

use std::collections::BTreeSet;

use catalogc::plan::file::PlanFile;

use super::change::{Ask, Change, Commit, History, after};
use super::history::history;
use super::run::{self, Answers};
use super::world::World;
use super::write;
use crate::program;
use crate::repository::Git;

/// How a history ended that was merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Compared,
    /// Two sides changed the same lines, or the result has errors.
    Refused,
    /// What git merges is not what the oracle was told: a change of the pull request that leaves
    /// everything as it is where it forked does nothing to what the target changed since.
    Another,
}

fn commit(git: &Git, world: &World, author: &str) -> String {
    if git.has("catalog") {
        git.remove("catalog");
    }
    for (path, text) in write::files(world) {
        git.write(&path, text);
    }
    git.run(&["add", "--all"]);
    let author = format!("{author} <{author}@acme.example>");
    let message = ["commit", "--quiet", "--allow-empty", "-m", "changed"];
    git.run(&[&message[..], &["--author", &author]].concat());
    git.id("HEAD")
}

/// Makes the fork, the target `main` and the head `pr`; gives the two commits of the head.
fn repository(history: &History, author: &str) -> (Git, String, String) {
    let (first, second): (&[Change], &[Change]) = (&history.first, &history.second);
    let git = Git::new();
    commit(&git, &history.fork, "nobody");
    git.branch("pr", "main");
    let earlier = commit(&git, &after(&history.fork, &[first]), author);
    let head = commit(&git, &after(&history.fork, &[first, second]), author);
    git.switch("main");
    commit(&git, &after(&history.fork, &[&history.gains]), "nobody");
    (git, earlier, head)
}

/// Whether git's own merge of the two branches is this catalog.
fn is_merged(git: &Git, world: &World) -> bool {
    let merged = git.run(&["merge-tree", "--write-tree", "main", "pr"]);
    git.branch("told", "main");
    commit(git, world, "nobody");
    git.id("told^{tree}") == merged
}

/// Plans one question of a history with the program and compares it with the oracle's answer.
///
/// Errors: what the two do not agree on.
pub(crate) fn ended(seed: u64) -> Result<Ended, String> {
    let mut history = history(seed);
    let asks = history.asks.iter();
    let mut ask = asks.max_by_key(|ask| ask.approvals.len()).unwrap().clone();
    // Each approval is planned twice more.
    ask.approvals.truncate(2);
    // The program is told of somebody once, however often they are named.
    let mut named = BTreeSet::new();
    ask.actors.retain(|actor| named.insert(actor.clone()));
    history.asks = vec![ask.clone()];
    let Some(mut answers) = run::answers(&history) else {
        return Ok(Ended::Refused);
    };
    let oracle = answers.remove(0).oracle;
    let author = ask.author.as_deref().unwrap_or("nobody");
    let (git, earlier, head) = repository(&history, author);
    let Some(plan) = planned(&git, &ask, &earlier, &head) else {
        return Ok(Ended::Refused);
    };
    let all: [&[Change]; 3] = [&history.gains, &history.first, &history.second];
    if !is_merged(&git, &after(&history.fork, &all)) {
        return Ok(Ended::Another);
    }
    let product = run::said(&plan);
    let differences = run::differences(&Answers { product, oracle });
    if differences.is_empty() {
        return Ok(Ended::Compared);
    }
    Err(format!(
        "seed {seed} in a repository: repeat with CATALOGC_ORACLE_SEED={seed}\n{ask:?}\n{}",
        differences.join("\n")
    ))
}

fn planned(git: &Git, ask: &Ask, earlier: &str, head: &str) -> Option<PlanFile> {
    let mut command = program::catalogc(
        git.root(),
        &["plan", "--base", "main", "--head", "pr", "--format", "json"],
    );
    for actor in &ask.actors {
        command.args(["--actor", actor]);
    }
    for (login, commit) in &ask.approvals {
        let commit = match commit {
            Commit::First => earlier,
            Commit::Second => head,
        };
        command.args(["--approval", &format!("{login}@{commit}")]);
    }
    let output = command.output().expect("the program can be started");
    match output.status.code() {
        Some(0) => Some(serde_json::from_slice(&output.stdout).expect("a plan")),
        _ => None,
    }
}
