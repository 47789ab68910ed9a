//! How bad a finding of a pull request is: the target's settings decide it.

use catalogc::compile::Compiled;
use catalogc::finding::Severity;

use crate::narrowed::left::compiled;
use crate::program::{Ran, run};
use crate::repository::Git;

const CART: &str = "catalog/entities/cart.yaml";
const SETTINGS: &str = "catalogc.yaml";

/// A catalog without a finding, and a branch `pr`.
fn catalog(settings: &str) -> Git {
    let git = Git::new();
    git.write(SETTINGS, settings)
        .write(
            "catalog/blueprints/component.yaml",
            "identifier: Component\nschema: {properties: {}}\n",
        )
        .write(CART, "identifier: Cart\nblueprint: Component\n")
        .commit("a catalog");
    git.branch("pr", "main");
    git
}

/// The same entity with properties that its blueprint does not know.
fn wrong(properties: &str) -> String {
    format!("identifier: Cart\nblueprint: Component\nproperties: {properties}\n")
}

fn plan(git: &Git) -> Ran {
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
    run(git.root(), &plan)
}

#[test]
fn who_switches_a_finding_off_does_not_switch_it_off_for_themselves() {
    for word in ["off", "warning"] {
        let git = catalog("version: 1\n");
        git.write(
            SETTINGS,
            format!("severity: {{property-unknown: {word}}}\n"),
        )
        .commit_file(CART, &wrong("{tier: 1}"));
        plan(&git).says("error[E0206]").says("`tier`").exits(1);
        // Alone it passes, and from then on it holds.
        git.commit_file(CART, &wrong("{}"));
        plan(&git).says("define  catalogc.yaml").exits(0);
        git.run(&["branch", "--quiet", "--force", "main", "pr"]);
        git.commit_file(CART, &wrong("{tier: 1}"));
        plan(&git).says("update").exits(0);
    }
}

#[test]
fn who_takes_a_severity_out_is_held_to_it() {
    let git = catalog("severity: {blueprint-unused: error}\n");
    let unused = "identifier: Other\nschema: {properties: {}}\n";
    git.write(SETTINGS, "version: 1\n")
        .commit_file("catalog/blueprints/other.yaml", unused);
    plan(&git)
        .says("error[")
        .says("no entity is of Other")
        .exits(1);
}

#[test]
fn what_the_target_has_already_may_become_less_bad() {
    let git = catalog("version: 1\n");
    git.switch("main");
    git.commit_file(CART, &wrong("{tier: 1}"));
    git.switch("pr").merge("main");
    git.commit_file(SETTINGS, "severity: {property-unknown: off}\n");
    plan(&git).says("define  catalogc.yaml").exits(0);
    // One of the same kind beside it may not.
    git.commit_file(CART, &wrong("{tier: 1, size: 2}"));
    let ran = plan(&git);
    ran.says("`size`").does_not_say("`tier`").exits(1);
}

#[test]
fn who_makes_a_finding_worse_is_judged_by_it() {
    let git = catalog("severity: {property-unknown: off}\n");
    git.write(SETTINGS, "version: 1\n")
        .commit_file(CART, &wrong("{tier: 1}"));
    plan(&git).says("error[E0206]").exits(1);
}

#[test]
fn a_baseline_lets_no_secret_pass() {
    const SECRET: &str = "Zk7QvM2xPw9LtR4b";
    const TOKEN: &str = "glpat-x7Kq2mWz9Rt4vBn8Yc3L";
    let git = catalog("severity: {property-unknown: off}\n");
    git.write(
        CART,
        wrong(&format!("{{password: {SECRET}, note: {TOKEN}}}")),
    );
    let reason = ["check", "--write-baseline", "--reason", "from before"];
    run(git.root(), &reason).says("E0510").says("E0515");
    run(git.root(), &["check"])
        .says("E0510")
        .says("E0515")
        .exits(1);
    assert!(!git.has("catalogc-baseline.yaml"));
    git.write(
        "catalogc-baseline.yaml",
        "version: 1\nfindings:\n  - {code: E0510, path: catalog/entities/cart.yaml, message: \"a token of GitLab stands here in plain text\", reason: x}\n",
    );
    run(git.root(), &["check"])
        .says("`secret-in-plain-text` cannot be in a baseline")
        .says("E0510")
        .exits(1);
}

/// A catalog in memory whose entity has a wrong property, with these settings.
fn with_a_wrong_property(settings: &str) -> Compiled {
    compiled(&[
        (SETTINGS, settings),
        (
            "catalog/blueprints/component.yaml",
            "identifier: Component\nschema: {properties: {}}\n",
        ),
        (CART, &wrong("{tier: 1}")),
    ])
}

#[test]
fn one_finding_that_stands_for_more_than_the_target_has_is_not_old() {
    for (known, untold, is_shown) in [(0, 0, false), (0, 7, true), (7, 7, false), (7, 8, true)] {
        let mut target = with_a_wrong_property("version: 1\n");
        target.findings[0].untold = known;
        let off = "severity: {property-unknown: off}\n";
        let mut after = with_a_wrong_property(off);
        after.off[0].untold = untold;
        after.hold_to(&target);
        assert_eq!(!after.findings.is_empty(), is_shown, "{known} {untold}");
    }
    for (known, untold, left) in [(0, 0, None), (0, 7, Some(7)), (7, 7, None), (5, 8, Some(3))] {
        let mut old = with_a_wrong_property("version: 1\n");
        old.findings[0].untold = known;
        let mut now = with_a_wrong_property("version: 1\n");
        now.findings[0].untold = untold;
        let dropped = now.drop_known(&old);
        assert_eq!(now.findings.first().map(|it| it.untold), left);
        assert_eq!(dropped, usize::from(left.is_none()));
    }
}

/// The codes of what is told of files, each with how bad it is.
fn codes(files: &[(&str, &str)]) -> Vec<(&'static str, Severity)> {
    let findings = compiled(files).findings;
    let codes = findings.iter().map(|it| (it.code.id, it.severity));
    codes.collect()
}

#[test]
fn what_is_a_warning_silences_no_error_of_the_rules() {
    let found = codes(&[
        (
            SETTINGS,
            "version: 1\npeople: {blueprint: User}\nseverity: {E0208: warning}\n",
        ),
        (
            "catalog/blueprints/user.yaml",
            "identifier: User\nschema: {properties: {}}\n",
        ),
        (
            "catalog/entities/all.yaml",
            "{identifier: lin, blueprint: User}\n---\n{identifier: cart, blueprint: Ghostly}\n",
        ),
        (
            "catalog/policies/open.cedar",
            "permit (principal, action, resource) when { context.changed < \"x\" };\n",
        ),
    ]);
    assert!(found.contains(&("E0208", Severity::Warning)), "{found:?}");
    assert!(found.contains(&("E0403", Severity::Error)), "{found:?}");
}

#[test]
fn warnings_are_no_error_of_a_misspelt_definition() {
    let files = |severity| {
        [
            (SETTINGS, severity),
            (
                "catalog/blueprints/component.yaml",
                "identifier: Component\nschema: {properties: {repliacs: {type: integer}}}\n",
            ),
            (
                CART,
                "identifier: Cart\nblueprint: Component\nproperties: {replicas: 1}\n",
            ),
            (
                "catalog/entities/pay.yaml",
                "identifier: Pay\nblueprint: Component\nproperties: {replicas: 1}\n",
            ),
        ]
    };
    assert_eq!(codes(&files("version: 1\n")), [("E0229", Severity::Error)]);
    let files = files("severity: {E0206: warning}\n");
    let both = [("E0206", Severity::Warning); 2];
    assert_eq!(codes(&files), both);
    // Which of the names is meant is still open.
    let findings = compiled(&files).findings;
    assert!(findings.iter().all(|it| it.fix.is_none()), "{findings:?}");
}
