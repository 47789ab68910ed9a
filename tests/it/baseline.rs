//! A baseline lets old findings pass and nothing else, and only the target decides it.
#![expect(
    clippy::disallowed_methods,
    reason = "a schema is not needed to see what was written"
)]

use crate::program::{Ran, run};
use crate::repository::Git;

const CART: &str = "catalog/entities/cart.yaml";
const BASELINE: &str = "catalogc-baseline.yaml";
const REASON: [&str; 4] = [
    "check",
    "--write-baseline",
    "--reason",
    "from before the checks",
];

/// An entity with these properties, of a blueprint that has none.
fn cart(properties: &str) -> String {
    format!("identifier: Cart\nblueprint: Component\nproperties: {properties}\n")
}

/// A catalog with two findings.
fn old() -> Git {
    let git = Git::new();
    git.write(
        "catalog/blueprints/component.yaml",
        "identifier: Component\nschema: {properties: {}}\n",
    )
    .write(CART, cart("{tier: 1, size: 2}"));
    git
}

fn check(git: &Git, arguments: &[&str]) -> Ran {
    run(git.root(), &[&["check"], arguments].concat())
}

#[test]
fn an_old_catalog_starts_green_and_only_new_findings_fail() {
    let git = old();
    check(&git, &[]).exits(1);
    let wrote = run(git.root(), &REASON);
    wrote.says("wrote ").says(BASELINE).exits(0);
    check(&git, &[])
        .says("nothing new found\n2 findings are in the baseline (catalogc-baseline.yaml)\n")
        .exits(0);
    // A moved line is no new finding.
    git.write(
        CART,
        format!("# the cart\n\n{}", cart("{size: 2, tier: 1}")),
    );
    check(&git, &[]).exits(0);
    git.write(CART, cart("{tier: 1, size: 2, colour: 3}"));
    let new = check(&git, &[]);
    new.says("`colour`")
        .says("found 1 new error in 1 of 3 files")
        .exits(1);
    new.does_not_say("`tier`");
}

#[test]
fn an_entry_lets_one_finding_pass() {
    let git = old();
    run(git.root(), &REASON).exits(0);
    let again = cart("{tier: 1}").replace("Cart", "Cart2");
    git.write("catalog/entities/other.yaml", &again);
    check(&git, &[])
        .says("catalog/entities/other.yaml:3:14")
        .exits(1);
    git.remove("catalog/entities/other.yaml");
    // The same mistake once more in the same file is one too many.
    git.write(CART, format!("{}---\n{again}", cart("{tier: 1, size: 2}")));
    check(&git, &[]).says("found 1 new error").exits(1);
}

#[test]
fn a_reason_is_needed_and_entries_keep_theirs() {
    let git = old();
    let without = check(&git, &["--write-baseline"]);
    without.says("a baseline needs a reason").exits(2);
    assert!(!git.has(BASELINE));
    check(&git, &["--write-baseline", "--reason", " "]).exits(2);
    run(git.root(), &REASON).exits(0);
    let first = git.read(BASELINE);
    assert_eq!(
        first.matches("reason: \"from before the checks\"").count(),
        2
    );
    git.write(CART, cart("{tier: 1, colour: 3}"));
    check(
        &git,
        &[
            "--write-baseline",
            "--reason",
            "INC-7",
            "--expires",
            "2027-01-01",
        ],
    )
    .exits(0);
    let second = git.read(BASELINE);
    assert_eq!(second.matches("from before the checks").count(), 1);
    assert_eq!(
        second
            .matches("reason: \"INC-7\", expires: 2027-01-01")
            .count(),
        1
    );
    assert!(!second.contains("`size`"), "{second}");
    // Only what fits nothing any more is taken out: that needs no reason.
    git.write(CART, cart("{tier: 1}"));
    check(&git, &[]).says("warning[E0006]").exits(0);
    check(&git, &["--write-baseline"]).exits(0);
    assert_eq!(git.read(BASELINE).matches("- {code").count(), 1);
    check(&git, &[]).does_not_say("E0006").exits(0);
}

#[test]
fn the_same_catalog_gives_the_same_baseline() {
    let git = old();
    run(git.root(), &REASON).exits(0);
    let first = git.read(BASELINE);
    run(git.root(), &REASON).exits(0);
    assert_eq!(git.read(BASELINE), first);
    git.remove(BASELINE);
    run(git.root(), &REASON).exits(0);
    assert_eq!(git.read(BASELINE), first);
}

#[test]
fn an_entry_that_has_expired_lets_nothing_pass() {
    let git = old();
    run(
        git.root(),
        &[&REASON[..], &["--expires", "2027-01-01"]].concat(),
    )
    .exits(0);
    check(&git, &[])
        .says("2 baseline entries expire, the first on 2027-01-01; judged with --now\n")
        .exits(0);
    let before = check(&git, &["--now", "2026-12-31"]);
    before.does_not_say("judged with").exits(0);
    let after = check(&git, &["--now", "2027-01-01"]);
    after
        .says("its entry in the baseline expired on 2027-01-01")
        .says("catalogc-baseline.yaml:5:6")
        .exits(1);
    check(&git, &["--now", "tomorrow"])
        .says("write a day like")
        .exits(2);
}

#[test]
fn what_cannot_be_read_cannot_pass() {
    let git = old();
    git.write("catalog/entities/broken.yaml", "a: [\n");
    let wrote = run(git.root(), &REASON);
    wrote
        .says("error[E0101]")
        .says("3 findings are in the baseline")
        .exits(1);
    assert!(!git.read(BASELINE).contains("E0101"));
    // While a file hides what is in it, no entry is said to be unneeded.
    git.write(CART, "identifier: [\n");
    check(&git, &[]).does_not_say("E0006").exits(1);
}

#[test]
fn a_baseline_that_cannot_be_read_is_not_written_over() {
    let git = old();
    git.write(BASELINE, "version: 1\nfindings: [\n");
    run(git.root(), &REASON)
        .says("repair `catalogc-baseline.yaml` first")
        .exits(2);
    assert_eq!(git.read(BASELINE), "version: 1\nfindings: [\n");
}

#[test]
fn hostile_names_come_back_as_they_were() {
    let git = old();
    let name = "\\u202e\\\"`]]>#{x}: - &a \\U0001F600 \\U000E0041";
    git.write(CART, cart(&format!("{{a: 1, \"{name}\": 2}}")));
    git.write(
        "catalog/entities/other.yaml",
        format!("identifier: Other\nblueprint: \"{name}\"\n"),
    );
    let found = check(&git, &[]).stdout;
    assert!(found.contains("E0208"), "{found}");
    run(git.root(), &REASON);
    let text = git.read(BASELINE);
    assert!(
        !text.contains('\u{202e}') && !text.contains('\u{e0041}'),
        "{text}"
    );
    check(&git, &[]).does_not_say("E0208").does_not_say("E0006");
}

#[test]
fn what_passes_is_told_in_every_format_that_has_a_word_for_it() {
    let git = old();
    run(git.root(), &REASON).exits(0);
    let said = |format: &str| check(&git, &["--format", format]);
    said("json")
        .says("\"findings\": [],")
        .says("\"baselined\": 2");
    said("gitlab").says("[]");
    said("github")
        .says("2 findings are in the baseline")
        .does_not_say("::");
    said("sarif")
        .says("\"suppressions\": [")
        .says("\"justification\": \"from before the checks\"");
    said("junit")
        .says("<skipped message=\"2 findings are in the baseline: from before the checks\"/>")
        .says("failures=\"0\"");
}

#[test]
fn what_the_settings_switch_off_is_counted() {
    let git = old();
    git.write(
        "catalogc.yaml",
        "version: 1\nseverity:\n  property-unknown: off\n",
    );
    check(&git, &[])
        .says("nothing found\n2 findings are switched off by catalogc.yaml:3:3\n")
        .exits(0);
    git.write("catalogc.yaml", "severity: {property-unkown: off}\n");
    check(&git, &[])
        .says("did you mean `property-unknown`?")
        .exits(1);
    git.write("catalogc.yaml", "severity: {yaml-syntax: warning}\n");
    check(&git, &[])
        .says("`yaml-syntax` is always an error")
        .exits(1);
}

#[test]
fn a_pull_request_cannot_let_its_own_findings_pass() {
    let git = old();
    git.write(CART, cart("{}")).commit("a whole catalog");
    git.branch("pr", "main").write(CART, cart("{tier: 1}"));
    run(git.root(), &REASON).exits(0);
    git.commit("a mistake and its excuse");
    check(&git, &[]).exits(0);
    for command in ["plan", "gate"] {
        let arguments = [command, "--base", "main", "--head", "pr", "--actor", "lin"];
        run(git.root(), &arguments).says("error[E0206]").exits(1);
    }
}

#[test]
fn a_baseline_for_what_is_there_already_is_a_definition() {
    let git = old();
    git.commit("an old catalog");
    git.branch("pr", "main");
    run(git.root(), &REASON).exits(0);
    git.commit("a baseline");
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
    let plan = run(git.root(), &[&plan[..], &["--format", "json"]].concat());
    let read: serde_json::Value = serde_json::from_str(plan.exits(0)).unwrap();
    let covered = &read["coverage"][0];
    assert_eq!(covered["action"], "define", "{read}");
    assert_eq!(covered["path"], BASELINE, "{read}");
    assert!(
        covered["text"].as_str().unwrap().starts_with("baseline "),
        "{read}"
    );
}

#[test]
fn the_targets_baseline_counts_for_a_pull_request_that_takes_it_away() {
    let git = old();
    run(git.root(), &REASON).exits(0);
    git.commit("an old catalog with its baseline");
    git.branch("pr", "main")
        .remove(BASELINE)
        .commit("no baseline");
    check(&git, &[]).exits(1);
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
    run(git.root(), &plan).exits(0);
}

#[test]
fn since_a_revision_only_what_is_new_is_shown() {
    let git = old();
    git.commit("an old catalog");
    let since = |arguments: &[&str]| check(&git, &[&["--since", "main"], arguments].concat());
    since(&[])
        .says("nothing new found\n2 older findings are not shown: main has them too\n")
        .exits(0);
    git.branch("pr", "main");
    git.write(
        CART,
        format!("# moved\n{}", cart("{tier: 1, size: 2, colour: 3}")),
    );
    since(&[])
        .says("`colour`")
        .says("found 1 new error")
        .does_not_say("`tier`")
        .exits(1);
    // A file with another name has no new findings; a copy of it has.
    git.write(CART, cart("{tier: 1, size: 2}"));
    git.run(&["mv", CART, "catalog/entities/basket.yaml"]);
    since(&[]).says("2 older findings are not shown").exits(0);
    git.commit("renamed");
    since(&["--rev", "pr"]).exits(0);
    git.write(
        "catalog/entities/more.yaml",
        cart("{tier: 1}").replace("Cart", "More"),
    );
    since(&[])
        .says("catalog/entities/more.yaml:3:14")
        .says("found 1 new error")
        .exits(1);
    since(&["--format", "json"]).says("\"older\": 2").exits(1);
}

#[test]
fn since_works_below_the_top_of_a_repository() {
    let (git, inner) = (Git::new(), old());
    for path in ["catalog/blueprints/component.yaml", CART] {
        git.write(&format!("shop/{path}"), inner.read(path));
    }
    git.commit("a catalog below");
    run(git.root(), &["check", "shop", "--since", "HEAD"]).exits(0);
    run(
        &git.root().join("shop"),
        &["check", "--since", "HEAD", "--rev", "HEAD"],
    )
    .exits(0);
}

#[test]
fn since_needs_a_repository_and_a_revision() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = folder.path().join("catalog/blueprints");
    std::fs::create_dir_all(catalog).unwrap();
    run(folder.path(), &["check", "--since", "main"])
        .says("is in no git repository")
        .exits(2);
    let git = old();
    git.commit("one");
    check(&git, &["--since", "nowhere"])
        .says("there is no revision `nowhere`")
        .exits(2);
    git.branch("empty", "main");
    git.run(&["rm", "-r", "--quiet", "catalog"]);
    let empty = git.commit("no catalog");
    git.switch("main");
    check(&git, &["--since", &empty])
        .says("found 2 new errors")
        .exits(1);
}

#[test]
fn a_secret_whose_finding_is_not_shown_is_shown_nowhere_either() {
    const SECRET: &str = "Zk7QvM2xPw9LtR4b";
    let git = old();
    let text = |more: &str| cart(&format!("{{password: {SECRET}{more}}}"));
    git.write(CART, text("")).commit("a secret");
    check(&git, &[]).says("E0515").does_not_say(SECRET);
    let never = |arguments: &[&str]| {
        for format in ["human", "json", "sarif", "github", "gitlab", "junit"] {
            let ran = check(&git, &[arguments, &["--format", format]].concat());
            ran.says("`tier`").does_not_say(SECRET);
        }
    };
    git.write(CART, text(", tier: 1"));
    never(&["--since", "main"]);
    git.write(CART, text(""));
    run(git.root(), &REASON).exits(0);
    assert!(!git.read(BASELINE).contains(SECRET));
    git.write(CART, text(", tier: 1"));
    never(&[]);
}
