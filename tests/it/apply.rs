//! `apply` as CI runs it: in a fresh clone of a server, against services that count what
//! happens, killed at every point where a machine may be lost.

use std::path::Path;

use crate::backend::{Backend, Fault};
use crate::program::{Ran, catalogc, end};
use crate::repository::Git;
use crate::shop::{self, CART, Shop, lines};

/// What the environment of CI has.
const SECRETS: [(&str, &str); 2] = [
    ("DEPLOY_TOKEN", "canary-deploy-5b1f"),
    ("GITHUB_TOKEN", "canary-github-77c0"),
];

/// What is asked for by the pull request that is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Two keyed calls.
    Scale,
    /// One that is looked up by its key.
    Restart,
    /// One that is blind.
    Announce,
    /// All of them, one after another.
    All,
}

/// A server with a merged pull request, and the services that it is about.
struct World {
    shop: Shop,
    backend: Backend,
    server: Git,
    before: String,
    after: String,
}

impl World {
    fn new(asks: Asks) -> Self {
        let backend = Backend::start();
        let shop = Shop::with(&backend);
        let before = shop.git.id("main");
        let git = shop.pull_request();
        if matches!(asks, Asks::Scale | Asks::All) {
            git.write(CART, shop::service("cart", "checkout", 5));
        }
        if matches!(asks, Asks::Restart | Asks::All) {
            git.write(
                "catalog/requests/restart-1.yaml",
                "action: restart\nentity: cart\n",
            );
        }
        if matches!(asks, Asks::Announce | Asks::All) {
            git.write(
                "catalog/requests/announce-1.yaml",
                "action: announce\nentity: cart\n",
            );
        }
        git.commit("a pull request");
        git.switch("main");
        let after = git.merge("pr");
        let server = shop.server();
        Self {
            shop,
            backend,
            server,
            before,
            after,
        }
    }

    /// A clone, as a job of CI begins with one.
    fn job(&self) -> Git {
        self.server.clone_with(&[])
    }

    /// Applies what was merged in a clone that nobody used before.
    fn apply(&self, variables: &[(&str, &str)]) -> Ran {
        self.apply_in(self.job().root(), variables)
    }

    fn apply_in(&self, folder: &Path, variables: &[(&str, &str)]) -> Ran {
        let mut command = catalogc(
            folder,
            &[
                "apply",
                "--base",
                &self.before,
                "--head",
                &self.after,
                "--actor",
                "lin",
            ],
        );
        command.envs(SECRETS).envs(variables.iter().copied());
        end(command)
    }

    /// What `catalogc` says in a fresh clone.
    fn ask(&self, arguments: &[&str]) -> Ran {
        crate::program::run(self.job().root(), arguments)
    }

    /// How often each thing happened.
    fn effects(&self) -> Vec<(String, usize)> {
        let effects = self.backend.effects().into_iter();
        let mut effects: Vec<(String, usize)> = effects
            .map(|(what, counts)| (what, counts.iter().sum()))
            .collect();
        let told = lines(&self.shop.announced);
        if told > 0 {
            effects.push(("announce".to_owned(), told));
        }
        effects
    }
}

/// The variable that lets a run die.
const KILL_AT: &str = "CATALOGC_TEST_KILL_AT";
/// The variable that lets a run begin later and wait for nothing.
const AHEAD: &str = "CATALOGC_TEST_AHEAD";
/// Long enough for services to list what they took.
const LATER: (&str, &str) = (AHEAD, "600");

/// Kills a run at the nth passing of a point, and runs the same again from fresh clones until
/// it ends. `None`: the run ended before it came to that point.
fn killed(asks: Asks, point: &str, n: u32) -> Option<(World, Ran)> {
    let world = World::new(asks);
    let at = format!("{point}:{n}");
    let first = world.apply(&[(AHEAD, "0"), (KILL_AT, &at)]);
    if first.code.is_some() {
        first.exits(0);
        return None;
    }
    let last = world.apply(&[LATER]);
    Some((world, last))
}

/// What must hold after the last run, however often it was killed.
fn is_whole(world: &World, last: &Ran, all: &[&str]) {
    let effects = world.effects();
    let once = |what: &str| effects.contains(&(what.to_owned(), 1));
    assert!(
        effects.iter().all(|(_, n)| *n == 1),
        "{effects:?}, then {last}"
    );
    let wanted = all.iter().filter(|what| **what != "announce");
    for what in wanted {
        assert!(once(what), "{what} is not in {effects:?}, then {last}");
    }
    match last.code {
        Some(0) => assert_eq!(effects.len(), all.len(), "{effects:?}, then {last}"),
        Some(5) => {
            assert!(all.contains(&"announce"), "{last}");
            last.says("unknown").says("catalogc resolve");
        }
        _ => panic!("{last}"),
    }
    // Whoever runs it once more changes nothing and asks nobody.
    let received = world.backend.received().len();
    let tip = world.server.id("catalogc-ledger");
    let again = world.apply(&[LATER]);
    assert_eq!(again.code, last.code, "{again}");
    assert_eq!(world.backend.received().len(), received, "{again}");
    assert_eq!(world.server.id("catalogc-ledger"), tip, "{again}");
    assert_eq!(world.effects(), effects, "{again}");
    world
        .ask(&["audit", "verify"])
        .says("chain whole, 1 plans derived again and equal")
        .exits(0);
}

const SCALE: &[&str] = &["POST /scale", "POST /verify"];
const RESTART: &[&str] = &["POST /repos/acme/ops/actions/workflows/restart.yml/dispatches"];
const ANNOUNCE: &[&str] = &["announce"];

/// Kills at each of some points until none is passed any more; gives how many runs were killed
/// and how many of them ended unknown.
fn killed_everywhere(asks: Asks, all: &[&str], points: &[&str]) -> (u32, u32) {
    let (mut deaths, mut unknown) = (0, 0);
    for point in points {
        for n in 1.. {
            let Some((world, last)) = killed(asks, point, n) else {
                assert!(n > 1, "{point} is never passed");
                break;
            };
            is_whole(&world, &last, all);
            deaths += 1;
            unknown += u32::from(last.code == Some(5));
        }
    }
    (deaths, unknown)
}

/// The points that a call passes which is not watched.
const UNWATCHED: &[&str] = &[
    "before-intent",
    "after-intent",
    "before-send",
    "after-send",
    "before-result",
    "after-result",
];

#[test]
fn a_keyed_call_happens_once_wherever_the_run_is_killed() {
    let (deaths, unknown) = killed_everywhere(Asks::Scale, SCALE, UNWATCHED);
    assert!(deaths >= 10, "{deaths}");
    assert_eq!(unknown, 0);
}

#[test]
fn a_looked_up_call_happens_once_wherever_the_run_is_killed() {
    let (deaths, unknown) = killed_everywhere(Asks::Restart, RESTART, catalogc::apply::POINTS);
    assert!(deaths >= 10, "{deaths}");
    assert_eq!(unknown, 0);
}

#[test]
fn a_blind_call_is_never_made_twice_wherever_the_run_is_killed() {
    let (deaths, unknown) = killed_everywhere(Asks::Announce, ANNOUNCE, UNWATCHED);
    assert!(deaths >= 6, "{deaths}");
    // From its intent on, until its result is there, nobody can tell.
    assert_eq!(unknown, 4);
}

#[test]
fn a_plan_of_all_contracts_survives_one_kill_after_another() {
    let world = World::new(Asks::All);
    for at in ["after-send:2", "before-progress:1"] {
        assert_eq!(world.apply(&[LATER, (KILL_AT, at)]).code, None, "{at}");
    }
    let last = world.apply(&[LATER]);
    last.exits(0);
    is_whole(&world, &last, &[SCALE, RESTART, ANNOUNCE].concat());
}
