//! What a run began that was cut off is followed to its end, also where nothing of it could be
//! begun any more.

use crate::apply::{AHEAD, KILL_AT, SECRETS};
use crate::backend::Backend;
use crate::program::{Ran, catalogc, end};
use crate::shop::Shop;

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
