//! Secrets that were found stand in no output.

use std::path::Path;

use crate::program::run;
use crate::shop::{CART, Shop};
use crate::support::compile_folder;

mod marked;
mod planted;
mod repeated;
mod tested;
mod unread;

/// Every format of findings.
const FORMATS: [&str; 6] = ["human", "json", "sarif", "github", "gitlab", "junit"];

#[test]
fn no_format_shows_a_secret_that_was_found() {
    for case in ["secrets-by-form", "secrets-by-key"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check");
        let folder = folder.join(case);
        let compiled = compile_folder(&folder);
        let hidden = compiled.findings.iter().filter(|finding| finding.hides);
        let secrets: Vec<&str> = hidden
            .map(|finding| compiled.snapshot.slice(finding.span))
            .flat_map(str::lines)
            .map(|line| line.trim().trim_matches(['"', '\'', '-']))
            .filter(|line| line.len() > 8)
            .collect();
        assert!(!secrets.is_empty(), "{case}");
        for format in FORMATS {
            let ran = run(&folder, &["check", "--format", format]);
            for secret in &secrets {
                // What was cut is still a part of it.
                ran.does_not_say(secret.get(..9).unwrap_or(secret));
            }
        }
    }
}

/// No token of anybody: it was typed with eyes closed.
const TOKEN: &str = "glpat-x7Kq2mWz9Rt4vBn8Yc3L";

/// What looks like a secret under a key that says so, and is a warning.
const PASSWORD: &str = "Zk7QvM2xPw9LtR4b";

/// `cart` with more lines in its properties.
fn cart(shop: &Shop, lines: &str) -> String {
    let clean = shop.git.read(CART);
    clean.replacen("properties:", &format!("properties:\n{lines}"), 1)
}

/// A shop whose services may have a password, and a computed value of it.
fn with_password() -> Shop {
    let shop = Shop::new();
    let kinds = "catalog/blueprints/kinds.yaml";
    let all = shop.git.read(kinds).replacen(
        "    note: {type: string}\n",
        "    note: {type: string}\n    password: {type: string}\n    login: {type: object}\n    keys: {type: array}\n",
        1,
    );
    let derived = "ownership: {path: owner}\ncalculationProperties: {shown: {calculation: '\"pw \" + (.properties.password // \"none\")', type: string}}\n";
    let all = all.replacen("ownership: {path: owner}\n", derived, 1);
    shop.git.commit_file(kinds, &all);
    shop
}

/// Every form of a plan.
fn plans(shop: &Shop, check: impl Fn(&crate::program::Ran)) {
    for form in [
        &["--format", "text", "--full"][..],
        &["--format", "text", "--short"],
        &["--format", "text"],
        &["--format", "markdown"],
        &["--format", "json"],
        &["--format", "github"],
    ] {
        let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "kim"];
        let ran = run(shop.git.root(), &[&plan[..], form].concat());
        ran.does_not_say(PASSWORD).does_not_say(TOKEN);
        check(&ran);
    }
}

#[test]
fn a_plan_shows_that_a_secret_goes_and_not_what_it_was() {
    let shop = Shop::new();
    let clean = shop.git.read(CART);
    shop.git
        .commit_file(CART, &cart(&shop, &format!("  note: {TOKEN}")));
    shop.pull_request().commit_file(CART, &clean);
    let plan = shop.plan("kim");
    plan.says("***").does_not_say(TOKEN);
    plans(&shop, |_| {});
}

#[test]
fn a_plan_shows_that_a_secret_comes_or_becomes_another_and_not_what_it_is() {
    let shop = with_password();
    let leaked = cart(&shop, &format!("  password: {PASSWORD}"));
    shop.pull_request().commit_file(CART, &leaked);
    shop.plan("kim").says("password").says("*** (");
    plans(&shop, |_| {});
    let shop = with_password();
    let other = PASSWORD.replace("Zk7Q", "Yk8P");
    shop.git
        .commit_file(CART, &cart(&shop, &format!("  password: {other}")));
    shop.pull_request().commit_file(CART, &leaked);
    plans(&shop, |ran| {
        ran.does_not_say(&other);
    });
    let ran = shop.plan("kim");
    // Two digests, for it changed.
    ran.says(")\" -> \"*** (");
}

#[test]
fn a_plan_shows_no_secret_of_what_is_created_or_within_lists_and_mappings() {
    let shop = with_password();
    let text = crate::shop::service("shop", "checkout", 1).replacen(
        "properties:",
        &format!("properties:\n  password: {PASSWORD}\n  login: {{password: {PASSWORD}}}\n  keys: [x, {{password: \"{PASSWORD}\"}}]"),
        1,
    );
    shop.pull_request()
        .commit_file("catalog/entities/services/shop.yaml", &text);
    let plan = [
        "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--full",
    ];
    run(shop.git.root(), &plan)
        .says("*** (")
        .does_not_say(PASSWORD);
    plans(&shop, |_| {});
}

#[test]
fn a_plan_shows_no_secret_that_is_written_in_another_way() {
    for written in [
        // In single quotes, in double quotes with an escape, folded, and over lines.
        "'Zk7QvM2xPw9LtR4b'".to_owned(),
        "\"Zk7QvM2x\\x50w9LtR4b\"".to_owned(),
        ">-\n    Zk7QvM2xPw9LtR4b".to_owned(),
    ] {
        let shop = with_password();
        let leaked = cart(&shop, &format!("  password: {written}"));
        shop.pull_request().commit_file(CART, &leaked);
        plans(&shop, |_| {});
        let ran = shop.plan("kim");
        ran.says("*** (");
    }
}

#[test]
fn no_line_of_a_key_is_shown_when_it_goes() {
    let shop = Shop::new();
    let clean = shop.git.read(CART);
    let line = "MIIEowIBAAKCAQEAx7Kq2mWz9Rt4vBn8Yc3LpQ5sDf6gHj1kZxCv";
    let key = format!(
        "  note: |\n    -----BEGIN RSA PRIVATE KEY-----\n    {line}\n    {line}\n    -----END RSA PRIVATE KEY-----\n"
    );
    shop.git.commit_file(CART, &cart(&shop, key.trim_end()));
    run(shop.git.root(), &["check"]).says("E0510").exits(1);
    shop.pull_request().commit_file(CART, &clean);
    plans(&shop, |ran| {
        ran.does_not_say(line);
    });
    shop.plan("kim").says("***");
}

#[test]
fn a_derived_value_of_a_secret_is_not_shown() {
    let shop = with_password();
    let leaked = cart(&shop, &format!("  password: {PASSWORD}"));
    shop.pull_request().commit_file(CART, &leaked);
    let plan = [
        "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--format", "json",
    ];
    run(shop.git.root(), &plan)
        .says("properties.password")
        .says("\"shown\"")
        .does_not_say(PASSWORD);
}

/// An action that takes the password into its inputs, its call and why it is fired.
fn rotating(call: &str) -> Shop {
    let shop = with_password();
    shop.git.commit_file(
        "catalog/actions/rotate.yaml",
        &format!(
            "identifier: rotate
operation: day-2
blueprint: Service
trigger: {{changed: [properties.password]}}
inputs:
  properties: {{given: {{type: string}}}}
  from: {{given: .after.properties.password}}
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
    let leaked = cart(&shop, &format!("  password: {PASSWORD}"));
    shop.pull_request().commit_file(CART, &leaked);
    shop
}

#[test]
fn a_secret_in_an_input_is_not_shown_and_stops_nothing() {
    let shop = rotating("service: \"{{ .entity.identifier }}\"");
    plans(&shop, |ran| {
        ran.does_not_say("would send");
    });
    let plan = [
        "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--full",
    ];
    run(shop.git.root(), &plan)
        .says("given")
        .says("*** (")
        .says("rotate");
}

#[test]
fn a_call_that_would_send_a_secret_is_refused() {
    for call in [
        "given: \"{{ .inputs.given }}\"",
        "given: \"is {{ .entity.properties.password }} now\"",
        "given: \"{{ .run.key + .entity.properties.password }}\"",
    ] {
        let shop = rotating(call);
        plans(&shop, |_| {});
        shop.plan("kim").says(
            "the call send of rotate on cart would send what looks like a secret in plain text",
        );
        let gate = ["gate", "--base", "main", "--head", "pr", "--actor", "kim"];
        run(shop.git.root(), &gate)
            .says("denied")
            .does_not_say(PASSWORD)
            .exits(1);
    }
}

#[test]
fn no_setting_lets_what_looks_like_a_secret_be_sent() {
    let shop = rotating("given: \"{{ .inputs.given }}\"");
    shop.git.switch("main");
    let settings = shop.git.read("catalogc.yaml");
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "kim"];
    for (severity, words) in [
        ("warning", "would send what looks like a secret"),
        ("off", "`secret-suspected` is never off"),
    ] {
        let severity = format!("severity: {{secret-suspected: {severity}}}\n");
        shop.git
            .commit_file("catalogc.yaml", &format!("{settings}{severity}"));
        run(shop.git.root(), &plan).says(words);
    }
}

#[test]
fn a_failing_condition_repeats_no_secret() {
    let shop = with_password();
    shop.git.commit_file(
        "catalog/actions/rotate.yaml",
        "identifier: rotate\noperation: day-2\nblueprint: Service\ntrigger: {changed: [properties.password]}\ninputs:\n  properties: {given: {type: string, maxLength: 3}}\n  from: {given: .after.properties.password}\n",
    );
    let leaked = cart(&shop, &format!("  password: {PASSWORD}"));
    shop.pull_request().commit_file(CART, &leaked);
    shop.plan("kim")
        .says("does not take")
        .does_not_say(PASSWORD);
}

#[test]
fn why_shows_no_secret() {
    let shop = Shop::new();
    let text = shop.git.read(CART);
    let leaked = text.replacen("properties:", &format!("properties:\n  note: {TOKEN}"), 1);
    shop.git.commit_file(CART, &leaked);
    for format in ["table", "json"] {
        let ran = run(
            shop.git.root(),
            &["why", "cart", "note", "--format", format],
        );
        ran.says("***").does_not_say(TOKEN).exits(0);
    }
}
