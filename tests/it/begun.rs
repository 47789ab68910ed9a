//! What a run began that was cut off is followed to its end, also where nothing of it could be
//! begun any more.

use crate::apply::{AHEAD, Asks, KILL_AT, SECRETS, killed};
use crate::backend::{Backend, Fault};
use crate::program::{Ran, catalogc, end};
use crate::shop::{self, CART, Shop};

/// The second of the clock, so far from now.
fn in_seconds(seconds: i64) -> String {
    let now = jiff::Timestamp::now().as_second();
    jiff::Timestamp::from_second(now + seconds)
        .unwrap()
        .to_string()
}

/// Merged access that ends in an hour, given by a workflow.
struct Given {
    shop: Shop,
    before: String,
    after: String,
}

impl Given {
    fn new(backend: &Backend) -> Self {
        let shop = Shop::with(backend);
        shop.git
            .write(
                "catalog/blueprints/access.yaml",
                "identifier: Access\nschema: {properties: {ends_at: {type: string, format: timer}}}\nrelations: {person: {target: User, required: true}}\nexpiry: {property: ends_at}\n",
            )
            .write(
                "catalog/actions/give.yaml",
                "identifier: give\noperation: create\nblueprint: Access\ntrigger: {created: true}\npermissions: {execute: {when: resource.person == principal}}\ncall: {id: give, connector: github-workflow, with: {repository: acme/ops, workflow: give.yml, ref: main}}\n",
            )
            .commit("access for a time");
        let access = format!(
            "identifier: mine\nblueprint: Access\nproperties: {{ends_at: \"{}\"}}\nrelations: {{person: lin}}\n",
            in_seconds(3_600)
        );
        shop.pull_request()
            .commit_file("catalog/entities/access.yaml", &access);
        let before = shop.git.switch("main").id("main");
        let after = shop.git.merge("pr");
        Self {
            shop,
            before,
            after,
        }
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = catalogc(self.shop.git.root(), arguments);
        command.envs(SECRETS).envs(variables.iter().copied());
        end(command)
    }

    fn apply(&self, variables: &[(&str, &str)]) -> Ran {
        let sides = ["--base", &self.before, "--head", &self.after];
        self.run(
            &[&["apply", "--actor", "lin"], &sides[..]].concat(),
            variables,
        )
    }

    /// The name of its step.
    fn step(&self) -> String {
        let sides = ["--base", &self.before, "--head", &self.after];
        let plan = self.run(
            &[&["plan", "--actor", "lin", "--format", "json"], &sides[..]].concat(),
            &[],
        );
        let plan: serde_json::Value = serde_json::from_str(plan.exits(0)).unwrap();
        let id = plan["id"].as_str().unwrap();
        format!("{}.1", &id[..7])
    }
}

/// How often something was asked for with effect.
fn dispatched(backend: &Backend) -> usize {
    let received = backend.received();
    received.iter().filter(|it| it.method == "POST").count()
}

#[test]
fn access_whose_giving_was_begun_before_it_ended_is_followed_to_its_end() {
    for again in ["apply", "retry", "retry by another"] {
        let backend = Backend::start();
        let given = Given::new(&backend);
        let first = given.apply(&[(AHEAD, "0"), (KILL_AT, "before-poll:1")]);
        assert_eq!(first.code, None, "{first}");
        let late = [(AHEAD, "7200")];
        let step = given.step();
        let last = match again {
            "apply" => given.apply(&late),
            "retry" => given.run(&["retry", &step], &late),
            _ => given.run(&["retry", &step, "--actor", "sam"], &late),
        };
        last.says("done: 1 of 1 steps").exits(0);
        assert_eq!(dispatched(&backend), 1);
        let audit = given.run(&["audit", &step], &[]);
        audit.says("done: give on mine").exits(0);
    }
}

#[test]
fn access_whose_giving_was_not_sent_before_it_ended_is_not_given() {
    let backend = Backend::start();
    let given = Given::new(&backend);
    let first = given.apply(&[(AHEAD, "0"), (KILL_AT, "after-intent:1")]);
    assert_eq!(first.code, None, "{first}");
    given
        .apply(&[(AHEAD, "7200")])
        .says("it was not sent, and may not be sent any more")
        .says("denied: mine ended")
        .exits(4);
    assert_eq!(dispatched(&backend), 0);
    let step = given.step();
    given
        .run(&["retry", &step], &[(AHEAD, "7200")])
        .says(&format!("denied: lin may not run {step} again"))
        .exits(1);
    assert_eq!(dispatched(&backend), 0);
}

#[test]
fn what_a_killed_run_began_is_unknown_in_the_audit() {
    let backend = Backend::start();
    let given = Given::new(&backend);
    let first = given.apply(&[(AHEAD, "0"), (KILL_AT, "before-poll:1")]);
    assert_eq!(first.code, None, "{first}");
    let step = given.step();
    let next = format!("`catalogc retry {step}` finds out what became of it");
    let table = given.run(&["audit"], &[]);
    table.says(" give ").says(" unknown ").says(&next).exits(0);
    given
        .run(&["audit", "--entity", "mine"], &[])
        .says(" unknown ")
        .says(&next)
        .exits(0);
    given
        .run(&["audit", "--entity", "cart"], &[])
        .does_not_say("unknown");
    given
        .run(&["audit", &step], &[])
        .says("unknown: give on mine, created")
        .says("called    give  unknown, it went on outside when the ledger last heard of it, POST https://api.github.com/repos/acme/ops/actions/workflows/give.yml/dispatches")
        .says("/actions/runs/0, begun ")
        .says(&next)
        .exits(0);
    // What the line says can be done, and then nothing is unknown.
    given
        .run(&["retry", &step], &[(AHEAD, "600")])
        .says("done: 1 of 1 steps")
        .exits(0);
    let table = given.run(&["audit"], &[]);
    table.says(" done ").does_not_say("unknown").exits(0);
    given.run(&["audit", &step], &[]).does_not_say("unknown");
}

#[test]
fn what_nobody_can_tell_is_for_a_person_to_look_at() {
    let (world, last) = killed(Asks::Announce, "after-intent", 1).unwrap();
    last.exits(5);
    let job = world.job();
    let table = crate::program::run(job.root(), &["audit"]);
    table
        .says("unknown")
        .says("next: look at its runs, then catalogc resolve ")
        .exits(0);
    let step = table.stdout.split("catalogc resolve ").nth(1);
    let step = step.and_then(|rest| rest.split(' ').next()).unwrap();
    let audit = crate::program::run(job.root(), &["audit", step]);
    audit.says("unknown: announce on cart").exits(0);
    assert_eq!(audit.stdout.matches("called ").count(), 1, "{audit}");
}

#[test]
fn a_step_that_landed_twice_is_named_with_its_landing() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let scale = |name: &str, replicas: u32| {
        let before = shop.git.id("main");
        let cart = shop::service("cart", "checkout", replicas);
        shop.git.branch(name, "main").commit_file(CART, &cart);
        let after = shop.git.switch("main").merge(name);
        let sides = ["apply", "--base", &before, "--head", &after];
        let mut command = catalogc(shop.git.root(), &[&sides[..], &["--actor", "lin"]].concat());
        command.envs(SECRETS).env(AHEAD, "60");
        (after, end(command))
    };
    let (first, ran) = scale("up", 5);
    ran.exits(0);
    scale("down", 3).1.exits(0);
    backend.fail("/verify", Fault::Status(422), 1);
    let (second, ran) = scale("again", 5);
    let step = ran.exits(4).split("`catalogc retry ").nth(1).unwrap();
    let step = step.split('`').next().unwrap().to_owned();
    let (short, landing) = step.split_once('@').unwrap_or_else(|| panic!("{ran}"));
    assert!(second.starts_with(landing), "{step}");
    let first = format!("{short}@{}", &first[..7]);
    for command in ["retry", "audit"] {
        shop.run(&[command, short])
            .says(&format!("`{short}` is a step of 2 landings"))
            .says(&format!(
                "write `{first}`, which lin asked for, or `{step}`"
            ))
            .exits(2);
    }
    shop.run(&["audit"]).says(&first).says(&step).exits(0);
    shop.run(&["audit", &first]).says("done: scale").exits(0);
    let mut retry = catalogc(shop.git.root(), &["retry", &step]);
    retry.envs(SECRETS).env(AHEAD, "60");
    end(retry).says("verify succeeded").exits(0);
}
