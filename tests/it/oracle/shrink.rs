//! Makes a history that shows a difference smaller, and writes it down.
#![expect(
    clippy::disallowed_methods,
    reason = "the catalogs of a difference are left for people to look at"
)]

use std::fmt::Write as _;
use std::path::Path;

use super::change::{Ask, History, after};
use super::history::history;
use super::number;
use super::run;
use super::world::World;
use super::write;

/// The first difference of a history: the question, and what is said to it.
fn difference(history: &History) -> Option<(Ask, Vec<String>)> {
    let answers = run::answers(history)?;
    let mut asked = history.asks.iter().zip(&answers);
    asked.find_map(|(ask, answers)| {
        let differences = run::differences(answers);
        (!differences.is_empty()).then(|| (ask.clone(), differences))
    })
}

/// The world with one of its parts less, for each part.
fn smaller_worlds(world: &World) -> Vec<World> {
    let mut all = Vec::new();
    let mut less = |cut: &dyn Fn(&mut World)| {
        let mut smaller = world.clone();
        cut(&mut smaller);
        all.push(smaller);
    };
    for name in world.policies.keys() {
        less(&|world| drop(world.policies.remove(name)));
    }
    for (name, rules) in &world.policies {
        for n in 0..rules.len() {
            less(&|world| drop(world.policies.get_mut(name).unwrap().remove(n)));
        }
    }
    for n in 0..world.actions.len() {
        less(&|world| drop(world.actions.remove(n)));
    }
    for n in 0..world.entities.len() {
        less(&|world| drop(world.entities.remove(n)));
    }
    all
}

fn smaller(history: &History) -> Vec<History> {
    let mut all = Vec::new();
    for part in 0..3 {
        let mut n = 0;
        loop {
            let mut smaller = history.clone();
            let changes = match part {
                0 => &mut smaller.gains,
                1 => &mut smaller.first,
                _ => &mut smaller.second,
            };
            if n >= changes.len() {
                break;
            }
            changes.remove(n);
            all.push(smaller);
            n += 1;
        }
    }
    for ask in &history.asks {
        for n in 0..ask.approvals.len() {
            let mut smaller = ask.clone();
            smaller.approvals.remove(n);
            let asks = vec![smaller];
            all.push(History {
                asks,
                ..history.clone()
            });
        }
    }
    let worlds = smaller_worlds(&history.fork).into_iter();
    all.extend(worlds.map(|fork| History {
        fork,
        ..history.clone()
    }));
    all
}

/// A smaller history that still shows a difference, as far as so many tries lead.
fn shrunk(mut history: History, mut tries: u64) -> History {
    if let Some((ask, _)) = difference(&history) {
        history.asks = vec![ask];
    }
    loop {
        let mut candidates = smaller(&history).into_iter();
        let next = candidates.find(|smaller| {
            tries = tries.saturating_sub(1);
            tries > 0 && difference(smaller).is_some()
        });
        match next {
            Some(next) => history = next,
            None => return history,
        }
    }
}

fn save(at: &Path, world: &World) {
    for (path, text) in write::files(world) {
        let path = at.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// What somebody needs to look at a difference: the seed, the folders, and both answers.
pub(crate) fn report(seed: u64) -> String {
    let history = shrunk(history(seed), number("CATALOGC_ORACLE_CUTS", 400));
    let folder = tempfile::tempdir().unwrap().keep();
    let target = after(&history.fork, &[&history.gains]);
    save(&folder.join("fork"), &history.fork);
    save(&folder.join("target"), &target);
    save(
        &folder.join("result"),
        &after(&target, &[&history.first, &history.second]),
    );
    let mut text = format!(
        "seed {seed}: repeat with CATALOGC_ORACLE_SEED={seed}\nsee {}\n",
        folder.display()
    );
    let History {
        gains,
        first,
        second,
        ..
    } = &history;
    let _ = writeln!(
        text,
        "gains  {gains:?}\nfirst  {first:?}\nsecond {second:?}"
    );
    if let Some((ask, differences)) = difference(&history) {
        let _ = writeln!(text, "asked  {ask:?}\n{}", differences.join("\n"));
    }
    text
}
