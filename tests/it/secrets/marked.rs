//! Values that are marked as secrets stand in no output, whatever their type is.

use super::{FORMATS, cart, plans};
use crate::program::run;
use crate::shop::{CART, PAY, Shop};

/// A shop whose services have a number, a truth value and a part of a mapping that are marked as
/// secrets, and values that are computed of them.
pub(super) fn marked() -> Shop {
    let shop = Shop::new();
    let kinds = "catalog/blueprints/kinds.yaml";
    let all = shop.git.read(kinds).replacen(
        "    note: {type: string}\n",
        "    note: {type: string}
    pin: {type: integer, maximum: 999999999, secret: true}
    armed: {type: boolean, secret: true}
    door: {type: object, properties: {code: {type: integer, secret: true}, floor: {type: integer}}}
",
        1,
    );
    let derived = "ownership: {path: owner}
calculationProperties: {twice: {calculation: '.properties.pin * 2', type: number}}
mirrorProperties: {pins: {path: uses.pin}}
aggregationProperties: {most: {target: Service, calculationSpec: {func: max, property: pin, calculationBy: property}}}
";
    let all = all.replacen("ownership: {path: owner}\n", derived, 1);
    shop.git.commit_file(kinds, &all);
    shop.git.commit_file(
        "catalog/scorecards/safe.yaml",
        "identifier: safe
blueprint: Service
levels: [{title: Open}, {title: Safe}]
rules:
  - identifier: pin
    level: Safe
    query: {combinator: and, conditions: [{property: pin, operator: \">\", value: 313370429}, {property: twice, operator: \">\", value: 1}, {property: armed, operator: \"=\", value: true}]}
",
    );
    let values = "  pin: 483920175\n  armed: true\n  door: {code: 739152046, floor: 4}";
    shop.git.commit_file(CART, &cart(&shop, values));
    shop
}

/// What no output may say: the values, what is computed of them, and what they are compared with.
pub(super) const NUMBERS: [&str; 5] = [
    "483920175",
    "739152046",
    "967840350",
    "313370429",
    "592604817",
];

#[test]
fn a_marked_number_or_truth_value_is_shown_by_no_command() {
    let shop = marked();
    let root = shop.git.root();
    for words in [
        &["score", "cart"][..],
        &["why", "cart", "pin"],
        &["why", "cart", "armed"],
        &["why", "cart", "twice"],
        &["why", "cart", "most"],
        &["why", "cart", "door"],
        &["can", "kim", "update", "cart", "--set", "pin=483920175"],
        &["can", "kim", "update", "cart", "--set", "pin=592604817"],
        &["who-can", "update", "cart", "--set", "pin=592604817"],
    ] {
        for format in ["table", "json"] {
            let ran = run(root, &[words, &["--format", format]].concat());
            for number in NUMBERS {
                ran.does_not_say(number);
            }
        }
    }
    let why = |name: &str| run(root, &["why", "cart", name, "--format", "json"]);
    why("armed").says("\"***\"").does_not_say("true");
    why("door").says("\"floor\": 4").says("\"code\": \"***\"");
    run(root, &["score", "cart"])
        .says("pin > ***")
        .says("armed = ***");
}

#[test]
fn a_plan_shows_that_a_marked_value_changes_and_not_what_it_is() {
    let shop = marked();
    let clean = shop.git.read(CART);
    let edited = clean
        .replace("483920175", "592604817")
        .replace("armed: true", "armed: false")
        .replace("floor: 4", "floor: 5");
    shop.pull_request().commit_file(CART, &edited);
    plans(&shop, |ran| {
        for number in NUMBERS {
            ran.does_not_say(number);
        }
        ran.does_not_say("1185209634");
    });
    let plan = [
        "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--format", "json",
    ];
    let ran = run(shop.git.root(), &plan);
    ran.says("properties.pin")
        .says("properties.armed")
        .says("properties.door")
        .says("\"twice\"")
        .says("*** (")
        .does_not_say("\"before\": true")
        .does_not_say("\"after\": false");
}

#[test]
fn a_marked_number_that_does_not_fit_is_not_repeated() {
    let shop = marked();
    let clean = shop.git.read(CART);
    shop.git
        .commit_file(CART, &clean.replace("483920175", "1483920175"));
    for format in FORMATS {
        run(shop.git.root(), &["check", "--format", format])
            .says("E0")
            .does_not_say("1483920175");
    }
}

#[test]
fn a_short_secret_of_another_type_is_not_written_into_the_help() {
    let shop = marked();
    let kinds = "catalog/blueprints/kinds.yaml";
    let text = shop.git.read(kinds).replacen(
        "    note: {type: string}\n",
        "    note: {type: string}\n    code: {type: string, secret: true}\n",
        1,
    );
    shop.git.write(kinds, text);
    let clean = shop.git.read(CART);
    for value in ["7", "99", "471", "true"] {
        let code = format!("properties:\n  code: {value}\n");
        shop.git
            .commit_file(CART, &clean.replacen("properties:\n", &code, 1));
        for format in FORMATS {
            run(shop.git.root(), &["check", "--format", format])
                .says("is a secret")
                .does_not_say("quotes")
                .does_not_say(&format!("\"{value}"));
        }
    }
}

#[test]
fn a_call_that_would_send_a_marked_number_is_refused() {
    for call in [
        "given: \"{{ .inputs.given }}\"",
        "given: \"{{ .entity.properties.pin }}\"",
        "given: \"{{ .after.properties.twice }}\"",
        "given: \"{{ .entity.properties }}\"",
    ] {
        let shop = marked();
        shop.git.commit_file(
            "catalog/actions/rotate.yaml",
            &format!(
                "identifier: rotate
operation: day-2
blueprint: Service
trigger: {{changed: [properties.pin]}}
inputs:
  properties: {{given: {{type: integer}}}}
  from: {{given: .after.properties.pin}}
permissions:
  execute: {{teams: [admins]}}
call:
  id: send
  connector: webhook
  with: {{url: https://deploy.example/rotate, body: {{{call}}}}}
undo: rotate
"
            ),
        );
        let clean = shop.git.read(CART);
        shop.pull_request()
            .commit_file(CART, &clean.replace("483920175", "592604817"));
        plans(&shop, |ran| {
            for number in NUMBERS {
                ran.does_not_say(number);
            }
        });
        shop.plan("kim").says(
            "the call send of rotate on cart would send a value that is marked as a secret in plain text",
        );
    }
}

/// An action that changes the number, and that somebody of platform must agree to.
const TURN: &str = "identifier: turn
operation: day-2
blueprint: Service
trigger: {changed: [properties.pin]}
permissions: {execute: {teams: [checkout]}}
approval:
  - by: {teams: [platform]}
";

#[test]
fn an_approval_is_bound_to_a_marked_value_and_to_no_other_byte() {
    let shop = marked();
    shop.git.commit_file("catalog/actions/turn.yaml", TURN);
    let clean = shop.git.read(CART);
    let turned = clean.replace("483920175", "592604817");
    shop.pull_request().commit_file(CART, &turned);
    let seen = shop.git.id("pr");
    let approval = format!("sam@{seen}");
    let agreed = ["--approval", approval.as_str()];
    let step = |shop: &Shop| {
        let steps = shop.planned("lin").steps;
        steps.into_iter().find(|it| it.action == "turn").unwrap()
    };
    let first = step(&shop);
    assert!(first.hidden.is_some());
    shop.gate("lin", &agreed).says("allowed").exits(0);
    // Whoever tries a guess has to have every file: no digest stays when another one changes.
    let git = shop.git.switch("main");
    git.commit_file(PAY, &(git.read(PAY) + "# as it was\n"));
    let second = step(&shop);
    assert_ne!(first.hidden, second.hidden);
    assert_ne!(first.changes[0].after, second.changes[0].after);
    shop.gate("lin", &agreed).says("allowed").exits(0);
    // Another number is another step.
    let other = clean.replace("483920175", "739152046");
    shop.git.switch("pr").commit_file(CART, &other);
    shop.gate("lin", &agreed).says("needs approval").exits(1);
}

#[test]
fn an_expression_keeps_its_form_and_loses_what_it_compares_with() {
    let shop = marked();
    let turn = |number: &str| {
        let condition = format!("condition: .after.properties.pin == {number}");
        let trigger = format!("trigger: {{changed: [properties.pin], {condition}}}");
        TURN.replace("trigger: {changed: [properties.pin]}", &trigger)
    };
    let path = "catalog/actions/turn.yaml";
    shop.git.commit_file(path, &turn("483920175"));
    shop.pull_request().commit_file(path, &turn("592604817"));
    plans(&shop, |ran| {
        for number in NUMBERS {
            ran.does_not_say(number);
        }
    });
    let plan = shop.planned("kim");
    let changes = &plan.coverage[0].changes;
    let shown = changes[0].after.as_ref().unwrap().as_str().unwrap();
    assert!(
        shown.starts_with(".after.properties.pin == *** ("),
        "{shown}"
    );
    assert_ne!(changes[0].after, changes[0].before);
}

#[test]
fn a_policy_keeps_its_form_and_loses_what_it_compares_a_marked_value_with() {
    let shop = marked();
    let path = "catalog/policies/pin.cedar";
    let policy = |number: &str| {
        format!(
            "// once {number}\npermit (principal, action in Action::\"update\", resource is Service)\nwhen {{ resource has pin && resource.pin == {number} }};\n\npermit (principal, action in Action::\"rename\", resource is Service)\nwhen {{ resource has pin && resource.pin\n  == {number} }};\n"
        )
    };
    shop.git.commit_file(path, &policy("592604817"));
    let clean = shop.git.read(CART);
    let git = shop.pull_request();
    git.commit_file(path, &policy("739152046"));
    git.commit_file(CART, &clean.replace("floor: 4", "floor: 5"));
    plans(&shop, |ran| {
        for number in NUMBERS {
            ran.does_not_say(number);
        }
    });
    let plan = shop.planned("sam");
    let reasons = plan.steps.iter().flat_map(|it| &it.decisions);
    let reasons = reasons.flat_map(|it| &it.reasons);
    let mut words = reasons.map(|it| it.text.as_str());
    assert!(words.any(|it| it.starts_with("needs resource.pin == *** (")));
    let covered = &plan.coverage[0];
    let after = covered.changes.iter().filter_map(|it| it.after.as_ref());
    let after: Vec<&str> = after.filter_map(|it| it.as_str()).collect();
    assert!(after[0].starts_with("*** ("), "{after:?}");
    let form = "when { resource has pin && resource.pin == *** (";
    assert!(after[1].starts_with(form), "{after:?}");
    assert!(after[2].starts_with("  == *** ("), "{after:?}");
    // Whoever tries a guess has to have every file: no digest stays when another one changes.
    let digest = covered.digest.clone();
    git.switch("main")
        .commit_file(PAY, &(git.read(PAY) + "# as it was\n"));
    assert_ne!(shop.planned("sam").coverage[0].digest, digest);
}
