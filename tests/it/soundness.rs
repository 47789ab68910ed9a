//! The properties that make permissions sound, one test for each, named after it: `psN_...`.
//! `docs/security.md` has the list, with those that a reason stands for in place of a test; that
//! the two agree is a test as well.

use crate::backend::Backend;
use crate::program::Ran;
use crate::shop::{self, CART, PAY, Shop, person, person_text};

mod actors;
mod bytes;
mod listed;
mod locked;
mod moves;
mod names;
mod obscure;
mod target;

/// A pull request of lin's that scales `cart`.
fn scaled(replicas: u32) -> Shop {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", replicas))
        .commit("more replicas");
    shop
}

/// A pull request that writes one file.
fn writing(path: &str, text: &str) -> Shop {
    let shop = Shop::new();
    shop.pull_request().commit_file(path, text);
    shop
}

/// Commits files to main, behind the back of an open pull request.
fn on_main(shop: &Shop, files: &[(&str, &str)]) {
    shop.git.switch("main");
    for (path, text) in files {
        shop.git.write(path, text);
    }
    shop.git.commit("main goes on");
    shop.git.switch("pr");
}

#[test]
fn ps3_definitions_and_memberships_need_their_own_permission() {
    let garbage = "]: no file of any kind [\n";
    for (path, text) in [
        (
            "catalog/policies/all.cedar",
            "permit (principal, action, resource);\n",
        ),
        ("catalog/policies/rules.cedar", ""),
        (
            "catalog/actions/scale.yaml",
            "identifier: scale\noperation: day-2\nblueprint: Service\ntrigger: {changed: [properties.replicas]}\n",
        ),
        (
            "catalog/blueprints/new.yaml",
            "identifier: New\nschema: {properties: {}}\n",
        ),
        (
            "catalog/connectors/new.yaml",
            "identifier: new\nrequest: {method: POST, url: \"https://deploy.example\"}\n",
        ),
        (
            "catalog/scorecards/new.yaml",
            "identifier: new\nblueprint: Service\nlevels: [{title: A, color: green}, {title: B, color: red}]\nrules: []\n",
        ),
        ("catalog/tests/new.yaml", "x: 1\n"),
        (
            "catalogc.yaml",
            "version: 1\npermissions: open\npeople: {blueprint: User}\n",
        ),
        (&person("lin"), &person_text("lin", "checkout, admins")),
    ] {
        for text in [text, garbage] {
            let shop = scaled(5);
            shop.gate("lin", &[]).exits(0);
            shop.git.commit_file(path, text);
            // Denied for what the target says, whatever stands in the file.
            let ran = shop.gate("lin", &[]);
            assert_eq!(ran.code, Some(1), "{path}: {ran}");
        }
    }
}

#[test]
fn ps4_calls_go_where_the_target_says() {
    let shop = scaled(5);
    let settings = shop.git.read("catalogc.yaml");
    let other = settings.replace("127.0.0.1:9", "127.0.0.1:10");
    assert_ne!(settings, other);
    shop.git.commit_file("catalogc.yaml", &other);
    // Who may scale may not say where the call goes.
    shop.gate("lin", &[]).says("define").exits(1);
    let plan = [
        "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", "json",
    ];
    let plan = shop.run(&plan);
    let to =
        r#""hosts":{"api.github.com":"http://127.0.0.1:9","deploy.example":"http://127.0.0.1:9"}"#;
    plan.says(to).exits(0);
}

#[test]
fn ps4_what_is_used_is_not_changed_in_the_same_breath() {
    for (path, from, to) in [
        (
            "catalog/actions/scale.yaml",
            "deploy.example/scale",
            "deploy.example/other",
        ),
        (
            "catalog/actions/scale.yaml",
            "replicas > 20",
            "replicas > 40",
        ),
        ("catalog/policies/rules.cedar", "the administrators", "them"),
    ] {
        let shop = scaled(5);
        let text = shop.git.read(path).replace(from, to);
        shop.git.commit_file(path, &text);
        // kim may define, but nobody uses what they define in one pull request.
        shop.git
            .write(&person("kim"), person_text("kim", "admins, checkout"));
        on_main(
            &shop,
            &[(&person("kim"), &person_text("kim", "admins, checkout"))],
        );
        shop.gate("kim", &[])
            .says("make two pull requests")
            .exits(1);
    }
}

#[test]
fn ps6_what_no_rule_permits_is_denied() {
    // Without policies and without blocks nothing passes, not even for administrators.
    let shop = scaled(5);
    let without = shop.git.read("catalog/actions/scale.yaml");
    let (head, tail) = without.split_once("permissions:").unwrap();
    let (_, tail) = tail.split_once("approval:").unwrap();
    let action = format!("{head}approval:{tail}");
    on_main(
        &shop,
        &[
            ("catalog/actions/scale.yaml", &action),
            (
                "catalog/policies/rules.cedar",
                "@title(\"the administrators\")\npermit (principal in Team::\"admins\", action == Action::\"define\", resource);\n",
            ),
        ],
    );
    for actor in ["lin", "kim"] {
        shop.gate(actor, &[]).says("denied").exits(1);
    }
    // `forbid` beats `permit`.
    let shop = scaled(5);
    on_main(
        &shop,
        &[(
            "catalog/policies/stop.cedar",
            "forbid (principal, action == Action::\"scale\", resource);\n",
        )],
    );
    shop.gate("lin", &[]).says("forbidden").exits(1);
}

#[test]
fn ps7_an_error_in_a_rule_denies_and_names_the_rule() {
    for (rule, said) in [
        (
            "forbid (principal, action == Action::\"scale\", resource) when { resource has replicas && resource.replicas + 9223372036854775807 > 0 };",
            "cannot be decided",
        ),
        (
            "forbid (principal, action == Action::\"scale\", resource) when { resource.replica > 3 };",
            "error[E0",
        ),
        (
            "forbid (principal, action == Action::\"scale\", resource) when { resource.replicas == \"3\" };",
            "error[E0",
        ),
        (
            "forbid (principal, action == Action::\"scale\", resource) when { ( };",
            "error[E0",
        ),
        (
            "forbid (principal in Team::\"nobody\", action == Action::\"scale\", resource);",
            "error[E0",
        ),
    ] {
        let shop = scaled(5);
        let others = (0..50).map(|n| format!("forbid (principal == User::\"kim\", action == Action::\"scale\", resource) when {{ context.inputs.replicas == {n} }};\n"));
        let text: String = others.chain([format!("{rule}\n")]).collect();
        on_main(&shop, &[("catalog/policies/many.cedar", &text)]);
        shop.gate("lin", &[])
            .says("many.cedar:51")
            .says(said)
            .exits(1);
    }
}

#[test]
fn ps10_an_approval_is_of_what_was_seen() {
    let shop = scaled(30);
    let seen = format!("sam@{}", shop.git.id("pr"));
    shop.gate("lin", &["--approval", &seen]).exits(0);
    shop.git
        .commit_file(CART, &shop::service("cart", "checkout", 31));
    shop.gate("lin", &["--approval", &seen])
        .says("1 approval is missing")
        .exits(1);
    // The right to approve is that of the target's tip, not that of the day of the approval.
    let again = format!("sam@{}", shop.git.id("pr"));
    on_main(&shop, &[(&person("sam"), &person_text("sam", ""))]);
    shop.gate("lin", &["--approval", &again])
        .says("missing")
        .exits(1);
}

#[test]
fn ps12_the_owner_of_something_new_is_a_claim() {
    let shop = writing(
        "catalog/entities/services/new.yaml",
        &shop::service("new", "checkout", 1),
    );
    // `principal in resource.owner` believes the claim because its author wrote it so.
    shop.gate("lin", &[]).exits(0);
    let rules = shop.git.read("catalog/policies/rules.cedar");
    let owned = rules.replace("principal in resource.owner", "principal in context.owners");
    on_main(&shop, &[("catalog/policies/rules.cedar", &owned)]);
    let ran = shop.gate("lin", &[]);
    assert_ne!(ran.code, Some(0), "{ran}");
}

#[test]
fn ps13_a_change_of_owner_needs_both_sides() {
    // lin gives cart away, or takes pay: neither alone is enough.
    let shop = writing(CART, &shop::service("cart", "platform", 3));
    shop.gate("lin", &[]).says("missing").exits(1);
    let seen = format!("sam@{}", shop.git.id("pr"));
    shop.gate("lin", &["--approval", &seen]).exits(0);
    let shop = writing(PAY, &shop::service("pay", "checkout", 2));
    let seen = format!("mia@{}", shop.git.id("pr"));
    shop.gate("lin", &["--approval", &seen])
        .says("denied")
        .exits(1);
    // Nor does a rename, a move or a new file in the place of the old one get round it.
    let renamed = "identifier: pay2\nblueprint: Service\nmovedFrom: pay\nproperties: {replicas: 2}\nrelations: {owner: checkout}\n";
    for path in [PAY, "catalog/entities/services/mine.yaml"] {
        let shop = Shop::new();
        shop.pull_request().remove(PAY).commit_file(path, renamed);
        let seen = format!("mia@{}", shop.git.id("pr"));
        shop.gate("lin", &["--approval", &seen])
            .says("denied")
            .exits(1);
    }
    let shop = Shop::new();
    shop.pull_request().remove(PAY).commit_file(
        "catalog/entities/services/mine.yaml",
        &shop::service("mine", "checkout", 2),
    );
    shop.gate("lin", &[]).says("denied").exits(1);
}

#[test]
fn ps17_two_people_at_least_may_define() {
    for (path, text) in [
        (person("vera"), person_text("vera", "")),
        (
            "catalog/policies/rules.cedar".to_owned(),
            "permit (principal == User::\"kim\", action, resource);\n".to_owned(),
        ),
    ] {
        let shop = writing(&path, &text);
        shop.gate("kim", &[])
            .says("only kim may change definitions")
            .exits(1);
    }
}

#[test]
fn ps18_a_mass_deletion_needs_an_exact_override() {
    let shop = Shop::new();
    shop.pull_request().remove(CART).remove(PAY).commit("all");
    let denied = shop.gate("kim", &[]);
    denied.says("denied").exits(1);
    let request = |count: u32| {
        format!(
            "action: override\ninputs: {{per_blueprint: {{Service: {count}}}, reason: the shop closes}}\n"
        )
    };
    for (count, code) in [(3, 1), (1, 1), (2, 0)] {
        let path = "catalog/requests/lift.yaml";
        shop.git.commit_file(path, &request(count));
        let ran = shop.gate("kim", &[]);
        assert_eq!(ran.code, Some(code), "{count}: {ran}");
    }
    // Lifting a guard has a permission of its own.
    shop.gate("lin", &[]).says("denied").exits(1);
}

#[test]
fn ps19_neither_order_nor_threads_change_a_decision() {
    let shop = scaled(30);
    let plan = |threads: &str| {
        let arguments = [
            "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", "json",
        ];
        let mut command = crate::program::catalogc(shop.git.root(), &arguments);
        command.env("RAYON_NUM_THREADS", threads);
        crate::program::end(command).exits(0).to_owned()
    };
    let one = plan("1");
    for threads in ["2", "8"] {
        assert_eq!(plan(threads), one);
    }
    // The same rules in files of other names, in another order.
    let rules = shop.git.read("catalog/policies/rules.cedar");
    let said = shop.gate("lin", &[]).said();
    let (first, rest) = rules.split_once("@title(\"everyone\")").unwrap();
    shop.git.switch("main");
    shop.git.remove("catalog/policies/rules.cedar");
    shop.git
        .write("catalog/policies/z.cedar", first)
        .write(
            "catalog/policies/a.cedar",
            format!("@title(\"everyone\"){rest}"),
        )
        .commit("the same rules");
    assert_eq!(decided(&shop.gate("lin", &[]).said()), decided(&said));
}

/// What is said about each step, without places.
fn decided(said: &str) -> Vec<&str> {
    let lines = said
        .lines()
        .filter(|line| !line.starts_with("plan ") && !line.contains(".cedar"));
    lines.collect()
}

#[test]
fn ps20_a_denial_names_the_rule_and_its_line() {
    let shop = writing(PAY, &shop::service("pay", "platform", 5));
    shop.gate("kim", &[])
        .says("catalog/actions/scale.yaml:11")
        .exits(1);
}

#[test]
fn ps2_a_landing_is_decided_again_when_it_runs() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 5));
    shop.gate("lin", &[]).exits(0);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    shop.git
        .commit_file(&person("lin"), &person_text("lin", ""));
    let ran: Ran = shop.run(&[
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ]);
    ran.says("refused").exits(4);
    assert!(backend.effects().is_empty());
}
