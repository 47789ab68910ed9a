//! Marked values are not repeated by what speaks of them: preconditions, old landings, and
//! changed definitions.

use super::marked::{NUMBERS, marked};
use super::plans;
use crate::backend::{Backend, Fault};
use crate::outdated::{landed, run as run_with_secrets, step};
use crate::program::run;
use crate::shop::{CART, Shop};

const SCALE: &str = "catalog/actions/scale.yaml";
const KINDS: &str = "catalog/blueprints/kinds.yaml";

/// `scale` with a precondition.
fn guarded(shop: &Shop, when: &str) {
    let written = format!("precondition: {{message: not now, when: '{when}'}}\ninputs:\n");
    let scale = shop.git.read(SCALE).replacen("inputs:\n", &written, 1);
    shop.git.commit_file(SCALE, &scale);
}

#[test]
fn a_precondition_that_is_not_true_does_not_say_what_was_secret() {
    for (when, words) in [
        (".entity.properties.pin == 1", "not true"),
        (".entity.properties.door.code == 1", "not true"),
        ("[.entity.properties.pin] == []", "not true"),
        (".entity.properties.codes == []", "not true"),
        (".entity.properties.twice == 1", "not true"),
        (
            ".entity.properties.pin | startswith(\"a\")",
            "it cannot be decided",
        ),
        (".entity.properties.codes + 1 == 2", "it cannot be decided"),
    ] {
        let shop = marked();
        let kinds = shop.git.read(KINDS).replacen(
            "    armed:",
            "    codes: {type: array, items: {type: integer, secret: true}}\n    armed:",
            1,
        );
        shop.git.commit_file(KINDS, &kinds);
        let cart = shop.git.read(CART);
        let cart = cart.replacen("  armed:", "  codes: [592604817]\n  armed:", 1);
        shop.git.commit_file(CART, &cart);
        guarded(&shop, when);
        let words = format!("not now (on the target: {words})");
        shop.pull_request()
            .commit_file(CART, &cart.replace("replicas: 3", "replicas: 4"));
        let planned = shop.plan("kim");
        planned.says(&words);
        for number in NUMBERS {
            planned.does_not_say(number);
        }
        for format in ["table", "json"] {
            let can = ["can", "lin", "scale", "cart", "--set", "replicas=5"];
            let ran = run(shop.git.root(), &[&can[..], &["--format", format]].concat());
            ran.says(&words);
            for number in NUMBERS {
                ran.does_not_say(number);
            }
        }
    }
}

#[test]
fn a_precondition_on_what_is_no_secret_still_says_what_was_seen() {
    let shop = marked();
    guarded(&shop, ".entity.properties.replicas > 40");
    let can = ["can", "lin", "scale", "cart", "--set", "replicas=4"];
    run(shop.git.root(), &can).says("not now (on the target: replicas 3)");
}

#[test]
fn a_retry_does_not_say_what_a_marked_value_was_or_is() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let kinds = shop.git.read(KINDS).replacen(
        "    note: {type: string}\n",
        "    note: {type: string}\n    pin: {type: integer, secret: true}\n",
        1,
    );
    shop.git.commit_file(KINDS, &kinds);
    let scale = shop.git.read(SCALE);
    let changed = "changed: [properties.replicas, properties.pin]";
    let scale = scale.replacen("changed: [properties.replicas]", changed, 1);
    shop.git.commit_file(SCALE, &scale);
    let with = |replicas: u32, pin: u32| {
        let cart = crate::shop::service("cart", "checkout", replicas);
        cart.replace("properties:\n", &format!("properties:\n  pin: {pin}\n"))
    };
    backend.fail("/verify", Fault::Status(422), 1);
    let step = step(&landed(&shop, "first", "lin", |git| {
        git.write(CART, with(5, 483_920_175));
    }));
    shop.git.commit_file(CART, &with(5, 592_604_817));
    run_with_secrets(&shop, &["retry", &step])
        .says("properties.pin is \"*** (")
        .says("the step would make it \"*** (")
        .does_not_say("483920175")
        .does_not_say("592604817")
        .exits(3);
}

#[test]
fn a_changed_definition_does_not_say_what_marked_values_are_or_are_compared_with() {
    let shop = marked();
    let kinds = shop.git.read(KINDS);
    let edit = shop.pull_request();
    let safe = "catalog/scorecards/safe.yaml";
    let scorecard = shop.git.read(safe);
    edit.commit_file(safe, &scorecard.replace("313370429", "592604817"));
    let kinds = kinds
        .replace(
            "pin: {type: integer, maximum: 999999999, secret: true}",
            "pin: {type: integer, maximum: 888888888, secret: true, default: 483920175, enum: [483920175, 739152046]}",
        )
        .replace(
            "door: {type: object,",
            "door: {type: object, default: {code: 967840350},",
        )
        .replace(
            "note: {type: string}",
            "note: {type: string, default: plain}",
        );
    edit.commit_file(KINDS, &kinds);
    plans(&shop, |ran| {
        for number in NUMBERS {
            ran.does_not_say(number);
        }
    });
    let plan = [
        "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--format", "json",
    ];
    run(shop.git.root(), &plan)
        .says("schema.properties.pin.default")
        .says("schema.properties.pin.enum")
        .says("schema.properties.door.default")
        .says("schema.properties.pin.maximum")
        .does_not_say("888888888")
        .says("plain")
        .says("query.conditions");
}

#[test]
fn what_was_marked_is_hidden_also_where_the_mark_goes() {
    let shop = marked();
    let kinds = shop.git.read(KINDS);
    let marked = "pin: {type: integer, maximum: 999999999, secret: true";
    let secret = kinds.replace(marked, &format!("{marked}, default: 592604817"));
    shop.git.commit_file(KINDS, &secret);
    let open = secret.replace(", secret: true, default: 592604817", ", default: 739152046");
    shop.pull_request().commit_file(KINDS, &open);
    plans(&shop, |ran| {
        ran.does_not_say("592604817").does_not_say("739152046");
    });
    shop.plan("kim").says("schema.properties.pin.secret");
}

#[test]
fn a_line_that_is_shown_does_not_show_the_secrets_on_it() {
    let shop = marked();
    let cart = "identifier: cart\nblueprint: Service\n\
        properties: {replicas: x, pin: 483920175, note: n}\nrelations: {owner: checkout}\n";
    shop.pull_request().commit_file(CART, cart);
    for format in ["text", "markdown"] {
        let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
        let ran = shop.run(&[&plan[..], &["--format", format]].concat());
        ran.says("replicas: x, pin: *********, note")
            .does_not_say("483920175")
            .exits(1);
    }
    for format in ["human", "json", "junit", "sarif", "github", "gitlab"] {
        let ran = shop.run(&["check", "--rev", "pr", "--format", format]);
        ran.does_not_say("483920175").exits(1);
    }
}

#[test]
fn a_secret_tells_no_elements_apart() {
    let shop = marked();
    let kinds = shop.git.read(KINDS).replacen(
        "    armed:",
        "    doors: {type: array, listKey: code, items: {type: object, properties: {code: {type: string, secret: true}}}}\n    armed:",
        1,
    );
    shop.git.write(KINDS, kinds);
    shop.run(&["check"])
        .says("`code` is secret, and would stand in every path")
        .exits(1);
}
