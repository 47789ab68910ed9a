//! What users see, character by character: the story of pr-412 as the commands print it.
//!
//! The files are in `fixtures/drawings`, one a drawing: the command, then stdout, then stderr and
//! the exit code where there are any. People and dates of the commits never change, so ids do
//! not either. `BLESS=1 cargo test --test it drawings` writes them again.
#![expect(
    clippy::disallowed_methods,
    reason = "the program is run as users run it"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use catalogc::cli::Arguments;
use catalogc::source::disk;
use clap::CommandFactory as _;

use crate::bless;
use crate::repository::Git;
use crate::support::{Folder, selection};

const SERVICE: &str = "catalog/entities/orders/cart-service.yaml";
const PRODUCTS: &str = "catalog/entities/orders/products-service.yaml";
const MERGE: &str = "--base main --head pr-412 --actor lin";
const AGREED: &str = "--approval ada@c1 --approval sam@pr-412";

/// The shipped catalog on `main`.
pub(crate) fn shipped() -> Git {
    let git = Git::new().by("lin", "lin@acme.example");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = disk::read(root, &selection(&Folder(root))).unwrap();
    for file in files.as_slice() {
        git.write(&file.path, file.text.as_deref().unwrap());
    }
    git.commit("the catalog");
    git
}

/// What lin asks for, with the deployment.
pub(crate) fn asked(git: &Git) {
    git.branch("pr-412", "main");
    change(git, SERVICE, "replicas: 3 ", "replicas: 5 ");
    change(git, SERVICE, "owner: platform", "owner: checkout");
    git.write(
        "catalog/requests/restart-cart.yaml",
        "action: restart_service\nentity: CartService\ninputs: {reason: \"memory leak, see incident 4711\"}\n",
    );
    git.write(
        "catalog/requests/deploy-cart.yaml",
        "action: deploy\nentity: CartService\ninputs: {environment: production}\n",
    );
    git.remove("catalog/entities/environments/env-lin-7.yaml");
    git.commit("Scale CartService, hand it over, restart and deploy it; drop env-lin-7");
    git.run(&["tag", "c1"]);
}

/// lin takes the deployment out.
fn without_deployment(git: &Git) {
    git.remove("catalog/requests/deploy-cart.yaml");
    git.commit("no deploy");
}

fn change(git: &Git, path: &str, old: &str, new: &str) {
    let text = git.read(path);
    assert_eq!(text.matches(old).count(), 1, "`{old}` in {path}");
    git.write(path, text.replace(old, new));
}

/// Runs the program in a repository; gives the drawing.
fn drawing(folder: &Path, arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_catalogc"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("GITHUB_OUTPUT")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .unwrap();
    let mut drawing = format!("$ catalogc {arguments}\n");
    drawing.push_str(&String::from_utf8(output.stdout).unwrap());
    let said = String::from_utf8(output.stderr).unwrap();
    if !said.is_empty() {
        drawing.push_str(&format!("# stderr\n{said}"));
    }
    match output.status.code() {
        Some(0) => {}
        code => drawing.push_str(&format!("# exit {}\n", code.unwrap())),
    }
    drawing
}

/// Compares drawings, each a name and its arguments.
fn compare(folder: &Path, drawings: &[(&str, String)]) {
    let differences: Vec<String> = drawings
        .iter()
        .filter_map(|(name, arguments)| {
            let file = format!("drawings/{name}.txt");
            bless::differs(&file, &drawing(folder, arguments))
        })
        .collect();
    bless::none_differ(&differences, "drawings");
}

#[test]
fn check_draws_each_error_at_its_characters() {
    let git = shipped();
    let clean = drawing(git.root(), "check");
    // What the platform team, the support and a new colleague got wrong on one day.
    change(
        &git,
        "catalog/actions/change_replicas.yaml",
        "when: context.inputs.replicas > 20",
        "when: context.inputs.replicas <= \"20\"",
    );
    change(&git, SERVICE, "type: service", "type: microservice");
    change(&git, PRODUCTS, "[CartAPI]", "[CartApi]");
    git.write(
        "catalog/entities/payments/core-payment.yaml",
        "identifier: CorePaymentLibrary\nblueprint: Component\nproperties: {type: library}\nrelations: {system: Checkout, owner: payments}\n",
    );
    change(
        &git,
        "catalog/entities/payments/core-payment.yaml",
        "system: Checkout",
        "system: Cart",
    );
    let broken = drawing(git.root(), "check");
    let differences: Vec<String> = [("check-clean", clean), ("check", broken)]
        .into_iter()
        .filter_map(|(name, text)| bless::differs(&format!("drawings/{name}.txt"), &text))
        .collect();
    bless::none_differ(&differences, "drawings");
}

#[test]
fn a_plan_is_drawn_in_every_form() {
    let git = shipped();
    asked(&git);
    compare(
        git.root(),
        &[
            ("plan", format!("plan {MERGE}")),
            ("plan-short", format!("plan {MERGE} --short")),
            ("plan-full", format!("plan {MERGE} --full")),
            ("plan-markdown", format!("plan {MERGE} --format markdown")),
            ("plan-nobody", "plan --base main --head pr-412".to_owned()),
            (
                "plan-nothing",
                "plan --base main --head main --actor lin".to_owned(),
            ),
            ("gate-denied", format!("gate {MERGE}")),
        ],
    );
}

#[test]
fn a_gate_says_what_is_given_and_what_is_missing() {
    let git = shipped();
    asked(&git);
    without_deployment(&git);
    compare(
        git.root(),
        &[
            ("gate-nobody-approved", format!("gate {MERGE}")),
            (
                "gate-one-missing",
                format!("gate {MERGE} --approval ada@c1"),
            ),
            ("gate-allowed", format!("gate {MERGE} {AGREED}")),
            (
                "plan-approved",
                format!("plan {MERGE} {AGREED} --out plan.json"),
            ),
            ("show", "show plan.json".to_owned()),
            (
                "apply-dry-run",
                format!("apply plan.json {MERGE} {AGREED} --dry-run"),
            ),
        ],
    );
}

#[test]
fn what_was_done_is_listed_by_step() {
    let git = shipped().by("sam", "sam@acme.example");
    change(&git, PRODUCTS, "tier: critical", "tier: standard");
    git.commit("ProductsService is not critical");
    let landed = "--base main~1 --head main --actor sam";
    let differences: Vec<String> = [
        ("apply-update", format!("apply {landed}")),
        ("apply-again", format!("apply {landed}")),
        ("audit", "audit".to_owned()),
        ("audit-nothing", "audit --entity CartService".to_owned()),
        ("audit-verify", "audit verify".to_owned()),
    ]
    .into_iter()
    .filter_map(|(name, arguments)| {
        let text = without_times(&drawing(git.root(), &arguments));
        bless::differs(&format!("drawings/{name}.txt"), &text)
    })
    .collect();
    bless::none_differ(&differences, "drawings");
}

#[test]
fn why_draws_the_way_back_from_a_value() {
    let git = shipped();
    compare(
        git.root(),
        &[
            ("why", "why CartService cost".to_owned()),
            ("why-aggregation", "why Domain/Orders cost".to_owned()),
            ("why-mirror", "why CartService domain".to_owned()),
            ("why-count", "why lin environments".to_owned()),
            ("why-written", "why CartService replicas".to_owned()),
            ("why-absent", "why CartService on_call".to_owned()),
            ("why-unknown", "why CartService cots".to_owned()),
        ],
    );
}

#[test]
fn looking_at_entities_is_drawn() {
    let git = shipped();
    compare(
        git.root(),
        &[
            ("get", "get".to_owned()),
            ("get-kind", "get Component".to_owned()),
            (
                "get-where",
                "get Component --where .properties.replicas>3".to_owned(),
            ),
            (
                "get-where-wrong",
                "get Component --where .properties.replcas>3".to_owned(),
            ),
            ("get-entity", "get CartService --actor lin".to_owned()),
            ("get-unknown", "get Compnent".to_owned()),
            ("search", "search cart".to_owned()),
            ("graph", "graph Cart".to_owned()),
            ("graph-dot", "graph Cart --format dot".to_owned()),
            ("graph-mermaid", "graph Cart --format mermaid".to_owned()),
            ("impact", "impact CartService".to_owned()),
            ("impact-team", "impact checkout".to_owned()),
            ("status-nothing", "status".to_owned()),
        ],
    );
}

#[test]
fn scorecards_are_tables() {
    let git = shipped();
    compare(
        git.root(),
        &[
            ("score", "score".to_owned()),
            ("score-entity", "score Component/ChargeService".to_owned()),
            ("score-none", "score lin".to_owned()),
            ("score-unknown", "score --scorecard readyness".to_owned()),
        ],
    );
}

#[test]
fn asking_the_rules_is_drawn() {
    let git = shipped();
    let deploy = "deploy CartService --set environment=production";
    compare(
        git.root(),
        &[
            ("can", format!("can lin {deploy}")),
            ("can-full", format!("can lin {deploy} --full")),
            ("who-can", format!("who-can {deploy}")),
            (
                "can-approval",
                "can lin change_owner CartService --set owner=checkout".to_owned(),
            ),
            (
                "can-allowed",
                "can sam deploy CartService --set environment=production".to_owned(),
            ),
            (
                "can-forbidden",
                "can sam deploy VoucherService --set environment=staging".to_owned(),
            ),
            ("can-actor", "can lin".to_owned()),
            ("can-admin", "can kim".to_owned()),
            ("can-action", "can lin restart_service".to_owned()),
            ("can-unknown", "can lim deploy CartService".to_owned()),
            (
                "who-can-approval",
                "who-can change_replicas CartService --set replicas=25".to_owned(),
            ),
        ],
    );
}

/// A drawing with one moment for all that was done.
fn without_times(drawing: &str) -> String {
    let is_moment = |line: &str| {
        let shape = line
            .chars()
            .take(17)
            .map(|c| if c.is_ascii_digit() { '0' } else { c });
        shape.collect::<String>() == "0000-00-00 00:00 "
    };
    drawing
        .lines()
        .map(|line| {
            if is_moment(line) {
                format!("2026-11-21 14:03{}\n", &line[16..])
            } else {
                format!("{line}\n")
            }
        })
        .collect()
}

#[test]
fn every_page_of_help_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut drawings = vec![
        ("help".to_owned(), "--help".to_owned()),
        ("explain".to_owned(), "explain E0301".to_owned()),
    ];
    for command in Arguments::command().get_subcommands() {
        let name = command.get_name();
        drawings.push((format!("help-{name}"), format!("{name} --help")));
    }
    let drawings: Vec<(&str, String)> = drawings
        .iter()
        .map(|(name, arguments)| (name.as_str(), arguments.clone()))
        .collect();
    compare(folder.path(), &drawings);
}

#[test]
fn no_line_of_a_drawing_is_too_long() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drawings");
    for entry in std::fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // A comment is read in a browser, which wraps; what was asked is a user's own line.
        if name == "plan-markdown" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| !line.starts_with("$ ")) {
            assert!(line.chars().count() <= 100, "{name}: {line}");
        }
    }
}

#[test]
fn the_first_page_of_help_has_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let page = drawing(folder.path(), "--help");
    let words: BTreeSet<&str> = page.split_whitespace().collect();
    // What a shell asks is for no person.
    let all = Arguments::command();
    for command in all.get_subcommands().filter(|it| !it.is_hide_set()) {
        assert!(words.contains(command.get_name()), "{}", command.get_name());
    }
}
