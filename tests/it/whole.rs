//! Deletions with all that follows from them: `onDelete: cascade` and `nullify`, written by
//! `check --since REV --fix` and foreseen by plans.

use catalogc::plan::file::{Effectuation, PlanFile, Step};

use crate::shop::{PAY, Shop};

/// A service is deleted with its environments, and with these their tests; its notes lose it.
const KINDS: &str = "identifier: App
schema: {properties: {}}
relations: {team: {target: Team}, near: {target: App, many: true}}
onDelete: cascade
---
identifier: Env
schema: {properties: {}}
relations: {app: {target: App}}
onDelete: cascade
---
identifier: Run
schema: {properties: {}}
relations: {env: {target: Env}}
---
identifier: Topic
schema: {properties: {}}
onDelete: nullify
---
identifier: Note
schema: {properties: {words: {type: string}}}
relations: {about: {target: Topic, many: true}, first: {target: Topic}}
";

const DROP: &str = "identifier: drop_env
operation: delete
blueprint: Env
trigger: {deleted: true}
permissions:
  execute: {teams: [platform]}
call:
  id: drop
  connector: webhook
  with: {url: \"https://deploy.example/drop\", body: {env: \"{{ .entity.identifier }}\"}}
";

const RULES: &str = "permit (principal, action in [Action::\"create\", Action::\"update\", Action::\"delete\"], resource)
when { principal in Team::\"checkout\" || principal in Team::\"platform\" };
";

/// The comment of the first document is about the file.
const ENVS: &str = "# all environments
identifier: env-1
blueprint: Env
relations: {app: cart}
---
# of pay
identifier: env-2
blueprint: Env
relations: {app: pay}
---
identifier: env-3
blueprint: Env
relations: {app: cart}
";

const NOTE: &str = "# about much
identifier: note
blueprint: Note
properties: {words: \"a # b\"}
relations:
  # most of all
  about:
    - news # why
    - talk
  first: news # the first
";

fn shop() -> Shop {
    let shop = Shop::new();
    let main = shop.git.switch("main");
    main.write("catalog/blueprints/more.yaml", KINDS);
    main.write("catalog/actions/drop_env.yaml", DROP);
    let settings = main.read("catalogc.yaml");
    let settings = format!("{settings}guards: {{deletes: 50, deletes_percent: 100}}\n");
    main.write("catalogc.yaml", settings);
    main.write("catalog/policies/more.cedar", RULES);
    for name in ["cart", "pay"] {
        let text = format!("identifier: {name}\nblueprint: App\nrelations: {{team: checkout}}\n");
        main.write(&app(name), text);
    }
    for name in ["news", "talk"] {
        let text = format!("identifier: {name}\nblueprint: Topic\n");
        main.write(&format!("catalog/entities/topics/{name}.yaml"), text);
    }
    main.write("catalog/entities/envs.yaml", ENVS);
    main.write("catalog/entities/note.yaml", NOTE);
    main.commit("apps");
    shop
}

fn app(name: &str) -> String {
    format!("catalog/entities/apps/{name}.yaml")
}

fn fix(shop: &Shop) -> crate::program::Ran {
    shop.run(&["check", "--since", "main", "--fix"])
}

/// What a plan deletes and changes, by action and entity, with what it goes with.
fn done(plan: &PlanFile) -> Vec<String> {
    let with = |step: &Step| {
        step.with
            .iter()
            .map(|it| format!(" with {}", it.entity))
            .collect::<String>()
    };
    let line = |step: &Step| format!("{} {}{}", step.action, step.entity, with(step));
    plan.steps.iter().map(line).collect()
}

#[test]
fn a_deletion_alone_is_planned_with_all_that_goes_and_refused_until_it_is_written() {
    let shop = shop();
    shop.pull_request().remove(&app("cart")).commit("no cart");
    let before = shop.planned("lin");
    let all = [
        "drop_env env-1 with cart",
        "drop_env env-3 with cart",
        "delete cart",
    ];
    assert_eq!(done(&before), all);
    // Whoever may delete the parent may not drop its environments.
    assert!(
        before
            .steps
            .iter()
            .take(2)
            .all(|it| it.outcome.words() == "denied")
    );
    let alone = shop.planned("sam");
    assert!(alone.steps.iter().all(|it| it.outcome.words() == "allowed"));
    assert!(alone.steps[0].calls.len() == 1 && alone.steps[0].does == Effectuation::Delete);
    shop.gate("sam", &[])
        .says("the pull request is not complete: 2 entities go with what is deleted; run `catalogc check --since")
        .says("main --fix`")
        .exits(1);
    shop.plan("sam")
        .says("deleted, with App cart, deleted")
        .exits(0);
    fix(&shop).exits(0);
    assert_eq!(
        shop.git.read("catalog/entities/envs.yaml"),
        "# all environments\n---\n# of pay\nidentifier: env-2\nblueprint: Env\nrelations: {app: pay}\n"
    );
    shop.git.commit("what goes with cart");
    let after = shop.planned("sam");
    assert_eq!(after.id, alone.id, "an approval of the one is of the other");
    assert_eq!(done(&after), all);
    assert!(after.refusals.is_empty());
    shop.gate("sam", &[]).exits(0);
    fix(&shop).exits(0);
    assert_eq!(shop.git.run(&["status", "--porcelain"]), "");
}

#[test]
fn a_reference_is_taken_out_and_comments_stay() {
    let shop = shop();
    shop.pull_request()
        .remove("catalog/entities/topics/news.yaml")
        .commit("no news");
    let plan = shop.planned("sam");
    assert_eq!(done(&plan), ["update note with news", "delete news"]);
    shop.plan("sam").says("without Topic news, deleted");
    let patch = shop.run(&["check", "--since", "main", "--fix", "--dry-run"]);
    assert_eq!(shop.git.run(&["status", "--porcelain"]), "");
    fix(&shop).exits(0);
    let text = NOTE
        .replace("- news # why", "# why")
        .replace("first: news # the", "# the");
    assert_eq!(shop.git.read("catalog/entities/note.yaml"), text);
    assert_eq!(shop.planned("sam").id, plan.id);
    shop.git.run(&["checkout", "--", "."]);
    shop.git.feed(&["apply"], patch.stdout);
    assert_eq!(shop.git.read("catalog/entities/note.yaml"), text);
}

#[test]
fn who_names_several_in_a_list_loses_the_one_and_goes_with_the_last() {
    let shop = shop();
    let main = shop.git.switch("main");
    main.write(
        "catalog/entities/far.yaml",
        "identifier: far\nblueprint: App\nrelations: {near: [cart, pay]}\n",
    );
    main.write("catalog/entities/envs.yaml", "");
    main.commit("an app near others");
    shop.pull_request().remove(&app("cart")).commit("no cart");
    let plan = shop.planned("sam");
    assert_eq!(done(&plan), ["update far with cart", "delete cart"]);
    shop.plan("sam").says("without App cart, deleted");
    fix(&shop).exits(0);
    assert!(
        shop.git
            .read("catalog/entities/far.yaml")
            .ends_with("{near: [pay]}\n")
    );
    shop.git.run(&["checkout", "--", "."]);
    shop.git.remove(&app("pay")).commit("and no pay");
    let all = ["delete far with cart with pay", "delete cart", "delete pay"];
    assert_eq!(done(&shop.planned("sam")), all);
    fix(&shop).exits(0);
    let left = shop.git.run(&["status", "--porcelain"]);
    assert!(left.contains(" D catalog/entities/far.yaml"), "{left}");
}

#[test]
fn a_cascade_ends_at_who_may_not_be_left_behind_and_nothing_is_written() {
    let shop = shop();
    let main = shop.git.switch("main");
    main.write(
        "catalog/entities/run.yaml",
        "identifier: run\nblueprint: Run\nrelations: {env: env-1}\n",
    );
    main.write(
        "catalog/blueprints/more.yaml",
        KINDS.replace(
            "cascade\n---\nidentifier: Run",
            "restrict\n---\nidentifier: Run",
        ),
    );
    main.commit("a run");
    shop.pull_request().remove(&app("cart")).commit("no cart");
    let words = [
        "error[E0517]",
        "Env `env-1` would go, and 1 place still points at it",
        "env of run",
    ];
    for word in words {
        shop.plan("sam").says(word).exits(1);
        fix(&shop).says(word).exits(1);
    }
    assert_eq!(shop.git.run(&["status", "--porcelain"]), "");
    // With the run it all goes.
    shop.git
        .remove("catalog/entities/run.yaml")
        .commit("no run");
    fix(&shop).exits(0);
}

#[test]
fn circles_end_and_much_is_done_at_once() {
    let shop = shop();
    let main = shop.git.switch("main");
    let near = |name: &str, to: &str| {
        format!("identifier: {name}\nblueprint: App\nrelations: {{near: [{to}]}}\n")
    };
    main.write(&app("a"), near("a", "b"));
    main.write(&app("b"), near("b", "c"));
    main.write(&app("c"), near("c", "a"));
    let many: Vec<String> = (0..90)
        .map(|n| format!("identifier: e{n}\nblueprint: Env\nrelations: {{app: a}}\n"))
        .collect();
    main.write("catalog/entities/many.yaml", many.join("---\n"));
    main.commit("a circle");
    shop.pull_request().remove(&app("a")).commit("no a");
    assert_eq!(shop.planned("sam").steps.len(), 93);
    shop.plan("sam")
        .says("the guard is 50")
        .says("stage 2 is a cycle: a -> b -> c -> a");
    for form in ["markdown", "html"] {
        let arguments = ["plan", "--base", "main", "--head", "pr", "--format", form];
        shop.run(&arguments).says("is a cycle").exits(0);
    }
    fix(&shop).exits(0);
    assert!(["a", "b", "c"].iter().all(|name| !shop.git.has(&app(name))));
    assert!(!shop.git.has("catalog/entities/many.yaml"));
}

#[test]
fn what_somebody_wrote_just_now_is_meant_and_stays() {
    let shop = shop();
    let pr = shop.pull_request().remove(&app("cart"));
    pr.write(
        "catalog/entities/new.yaml",
        "identifier: env-4\nblueprint: Env\nrelations: {app: cart}\n",
    );
    pr.commit("an environment of nothing");
    shop.plan("sam").says("error[E0517]").exits(1);
    fix(&shop).says("E0517").exits(1);
    assert_eq!(shop.git.run(&["status", "--porcelain"]), "");
}

#[test]
fn what_is_only_on_the_target_or_cannot_be_read_was_not_deleted() {
    let shop = shop();
    shop.pull_request()
        .write(PAY, shop.git.read(PAY))
        .commit_file("README", "x");
    // The name of the kind is spelt wrong: the app drops out, and is not deleted.
    shop.git
        .write(&app("cart"), "identifier: cart\nblueprint: Appp\n");
    fix(&shop);
    shop.git.write(&app("cart"), "identifier: [\n");
    fix(&shop).exits(1);
    assert_eq!(shop.git.read("catalog/entities/envs.yaml"), ENVS);
    shop.git.run(&["checkout", "--", "."]);
    let main = shop.git.switch("main");
    main.write(&app("new"), "identifier: new\nblueprint: App\n");
    main.write(
        "catalog/entities/env-9.yaml",
        "identifier: env-9\nblueprint: Env\nrelations: {app: new}\n",
    );
    main.commit("an app");
    shop.git.switch("pr");
    shop.git.write(
        "catalog/entities/env-9.yaml",
        "identifier: env-9\nblueprint: Env\nrelations: {app: new}\n",
    );
    fix(&shop).says("E0301").exits(1);
    assert!(shop.git.has("catalog/entities/env-9.yaml"));
}

#[test]
fn what_a_mapping_reads_is_not_written_and_that_is_said() {
    let shop = shop();
    let main = shop.git.switch("main");
    main.write("catalogc.yaml", format!("{}sources:\n  - {{glob: \"envs/*.json\", reader: mapping, mapping: catalog/mappings/envs.yaml}}\n", main.read("catalogc.yaml")));
    main.write("catalog/mappings/envs.yaml", "resources:\n  - kind: file\n    selector: {query: \"true\"}\n    port:\n      entity:\n        mappings:\n          identifier: .name\n          blueprint: '\"Env\"'\n          relations: {app: .app}\n");
    main.write("envs/x.json", "{\"name\": \"x\", \"app\": \"pay\"}\n");
    main.commit("an export");
    shop.run(&["check"]).exits(0);
    shop.pull_request().remove(&app("pay")).commit("no pay");
    for ran in [shop.plan("sam"), fix(&shop)] {
        ran.says("error[E0522]")
            .says("Env `x` goes too, and is not written")
            .exits(1);
    }
    assert_eq!(shop.git.run(&["status", "--porcelain"]), "");
}
