//! `apply` as CI runs it: in a fresh clone of a server, against services that count what
//! happens, killed at every point where a machine may be lost.

use std::path::Path;
use std::process::Command;

use crate::backend::{Backend, Fault};
use crate::program::{Ran, catalogc, end};
use crate::repository::Git;
use crate::shop::{self, CART, Shop, lines};

/// What the environment of CI has.
pub(crate) const SECRETS: [(&str, &str); 2] = [
    ("DEPLOY_TOKEN", "canary-deploy-5b1f"),
    ("GITHUB_TOKEN", "canary-github-77c0"),
];

/// What is asked for by the pull request that is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
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
pub(crate) struct World {
    pub(crate) shop: Shop,
    pub(crate) backend: Backend,
    pub(crate) server: Git,
    before: String,
    after: String,
}

impl World {
    pub(crate) fn new(asks: Asks) -> Self {
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
    pub(crate) fn job(&self) -> Git {
        self.server.clone_with(&[])
    }

    /// Applies what was merged in a clone that nobody used before.
    pub(crate) fn apply(&self, variables: &[(&str, &str)]) -> Ran {
        self.apply_in(self.job().root(), variables)
    }

    pub(crate) fn apply_in(&self, folder: &Path, variables: &[(&str, &str)]) -> Ran {
        end(self.command(folder, variables))
    }

    pub(crate) fn command(&self, folder: &Path, variables: &[(&str, &str)]) -> Command {
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
        command
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
pub(crate) const KILL_AT: &str = "CATALOGC_TEST_KILL_AT";
/// The variable that lets a run begin later and wait for nothing.
pub(crate) const AHEAD: &str = "CATALOGC_TEST_AHEAD";
/// Long enough for services to list what they took.
pub(crate) const LATER: (&str, &str) = (AHEAD, "600");

/// Kills a run at the nth passing of a point, and runs the same again from fresh clones until
/// it ends. `None`: the run ended before it came to that point.
pub(crate) fn killed(asks: Asks, point: &str, n: u32) -> Option<(World, Ran)> {
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
pub(crate) fn is_whole(world: &World, last: &Ran, all: &[&str]) {
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
}

/// The ledger is a whole chain, and git still gives the plans that are in it.
pub(crate) fn is_proven(world: &World) {
    world
        .ask(&["audit", "verify"])
        .says("chain whole, 1 plan derived again and equal")
        .exits(0);
}

/// What happens by each request.
pub(crate) const SCALE: &[&str] = &["POST /scale", "POST /verify"];
pub(crate) const RESTART: &[&str] =
    &["POST /repos/acme/ops/actions/workflows/restart.yml/dispatches"];
pub(crate) const ANNOUNCE: &[&str] = &["announce"];

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
            if n == 1 {
                is_proven(&world);
            }
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
    is_proven(&world);
}

#[test]
fn a_process_that_is_killed_from_outside_loses_nothing() {
    let world = World::new(Asks::All);
    let mut received = 0;
    // Whenever the services have heard something new, the run that said it is killed.
    for _ in 0..3 {
        let job = world.job();
        let mut run = world.command(job.root(), &[LATER]).spawn().unwrap();
        while world.backend.received().len() == received && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        run.kill().unwrap();
        assert_eq!(run.wait().unwrap().code(), None);
        received = world.backend.received().len();
    }
    let last = world.apply(&[LATER]);
    let all = [SCALE, RESTART, ANNOUNCE].concat();
    is_whole(&world, &last, &all);
    is_proven(&world);
    assert!(received >= 3, "{received}");
}

#[test]
fn a_clone_that_a_killed_run_left_behind_can_be_used_again() {
    let world = World::new(Asks::Scale);
    let job = world.job();
    for at in ["after-intent:1", "after-send:1", "before-result:1"] {
        let run = world.apply_in(job.root(), &[LATER, (KILL_AT, at)]);
        assert_eq!(run.code, None, "{run}");
    }
    let last = world.apply_in(job.root(), &[LATER]);
    last.exits(0);
    is_whole(&world, &last, SCALE);
}

#[test]
fn runners_at_the_same_time_make_each_call_once() {
    let world = World::new(Asks::All);
    let jobs: Vec<Git> = (0..3).map(|_| world.job()).collect();
    let runs: Vec<_> = jobs
        .iter()
        .map(|job| world.command(job.root(), &[]).spawn().unwrap())
        .collect();
    for run in runs {
        let ran = Ran::of(run.wait_with_output().unwrap());
        assert!(matches!(ran.code, Some(0 | 5)), "{ran}");
    }
    let last = world.apply(&[LATER]);
    is_whole(&world, &last, &[SCALE, RESTART, ANNOUNCE].concat());
    is_proven(&world);
}

#[test]
fn a_call_whose_answer_is_lost_happens_once() {
    let world = World::new(Asks::Scale);
    world.backend.fail("/scale", Fault::Mute, 1);
    let last = world.apply(&[LATER]);
    // Without tries of its own the call is left to the next run.
    assert_eq!(last.code, Some(5), "{last}");
    let last = world.apply(&[LATER]);
    last.exits(0);
    is_whole(&world, &last, SCALE);
    assert_eq!(world.backend.received().len(), 3);
}

#[test]
fn a_step_that_failed_is_run_again_only_when_a_person_asks() {
    let world = World::new(Asks::All);
    world.backend.fail("/verify", Fault::Status(422), 1);
    let failed = world.apply(&[LATER]);
    failed.says("verify: 422").says("skipped").exits(4);
    let received = world.backend.received().len();
    world.apply(&[LATER]).exits(4);
    assert_eq!(world.backend.received().len(), received);
    let step = failed.stdout.split("`catalogc retry ").nth(1);
    let step = step.and_then(|rest| rest.split('`').next()).unwrap();
    let job = world.job();
    let mut retry = catalogc(job.root(), &["retry", step]);
    retry.envs(SECRETS).env(AHEAD, "600");
    let last = end(retry);
    last.says("scale already done, verify succeeded").exits(0);
    let all = [SCALE, RESTART, ANNOUNCE].concat();
    is_whole(&world, &world.apply(&[LATER]), &all);
    is_proven(&world);
}

#[test]
fn a_person_settles_what_nobody_can_tell() {
    for (word, effects) in [("--done", 0), ("--failed", 1)] {
        let (world, last) = killed(Asks::Announce, "after-intent", 1).unwrap();
        last.says("tell may have been sent").exits(5);
        assert_eq!(lines(&world.shop.announced), 0);
        let step = last.stdout.split("catalogc resolve ").nth(1);
        let step = step.and_then(|rest| rest.split(' ').next()).unwrap();
        world
            .ask(&["resolve", step, word, "--actor", "sam"])
            .says("sam may not settle")
            .says("ask kim or vera, who may")
            .exits(1);
        let settled = world.ask(&["resolve", step, word, "--actor", "kim"]);
        settled.exits(0);
        let audit = world.ask(&["audit", step]);
        audit
            .says("settled   tell ")
            .says("by kim: looked at its runs; permitted for the administrators");
        let retried = world.ask(&["retry", step]);
        retried.exits(0);
        assert_eq!(lines(&world.shop.announced), effects, "{word}: {retried}");
        is_proven(&world);
    }
}

#[test]
fn a_secret_is_in_no_output_no_record_and_no_plan() {
    let world = World::new(Asks::All);
    world.backend.fail("/scale", Fault::Echo, 1);
    let failed = world.apply(&[LATER]);
    failed.exits(4);
    let job = world.job();
    let mut plan = catalogc(job.root(), &["plan", "--base", &world.before]);
    plan.args(["--head", &world.after, "--actor", "lin", "--full"]);
    plan.args(["--out", "plan.json"]).envs(SECRETS);
    let planned = end(plan);
    planned.says("DEPLOY_TOKEN").exits(0);
    job.run(&["fetch", "--quiet", "origin", "catalogc-ledger"]);
    let ledger = job.run(&["log", "--patch", "--root", "FETCH_HEAD"]);
    assert!(ledger.contains("/scale"), "{ledger}");
    let sent = world.backend.received();
    for (_, secret) in SECRETS {
        failed.does_not_say(secret);
        planned.does_not_say(secret);
        assert!(!job.read("plan.json").contains(secret));
        assert!(!ledger.contains(secret));
        assert!(!failed.said().contains("canary"), "{failed}");
    }
    assert!(
        sent.iter()
            .any(|it| it.headers["authorization"] == "Bearer canary-deploy-5b1f")
    );
}
