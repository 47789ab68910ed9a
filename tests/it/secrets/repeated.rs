//! Marked values are not repeated by what speaks of them: preconditions, old landings, and
//! changed definitions.

use super::marked::{NUMBERS, marked};
use super::{cart, plans};
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

/// A shop whose services have a token that is marked as a secret, with one in `cart`.
fn tokened() -> Shop {
    let shop = Shop::new();
    let kinds = shop.git.read(KINDS).replacen(
        "    note: {type: string}\n",
        "    note: {type: string}\n    token: {type: string, secret: true}\n",
        1,
    );
    shop.git
        .write(KINDS, kinds)
        .write(
            CART,
            cart(&shop, "  note: mine\n  token: &a xyzzy-plugh-77"),
        )
        .commit("a token");
    shop
}

#[test]
fn a_plan_does_not_show_a_secret_by_its_alias_or_another_name() {
    let shop = tokened();
    let text = shop.git.read(CART).replace("note: mine", "note: *a");
    // The anchor stands before the alias.
    let text = text.replace(
        "  note: *a\n  token: &a xyzzy-plugh-77",
        "  token: &a xyzzy-plugh-77\n  note: *a",
    );
    shop.pull_request().commit_file(CART, &text);
    plans(&shop, |ran| {
        ran.says("note").does_not_say("plugh");
    });
    let shop = tokened();
    let kinds = shop.git.read(KINDS);
    let cart = shop.git.read(CART).replace("token:", "word:");
    shop.pull_request()
        .write(
            KINDS,
            kinds.replace(
                "token: {type: string, secret: true}",
                "word: {type: string}",
            ),
        )
        .commit_file(CART, &cart);
    plans(&shop, |ran| {
        ran.says("word").does_not_say("plugh");
    });
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
