//! `catalogc init`, by running the program: what it writes works, and nothing is lost by it.
#![expect(clippy::disallowed_methods, reason = "what the program wrote is read")]

use crate::program::run;
use crate::repository::Git;

#[test]
fn the_catalog_it_writes_has_no_findings_and_makes_a_first_plan() {
    let git = Git::new();
    let output = run(git.root(), &["init", "--admin", "kim", "--admin", "Theo"]);
    output.exits(0);
    assert!(
        output
            .stdout
            .starts_with("ok: 11 entities of 10 blueprints, ")
    );
    assert!(output.stdout.lines().all(|line| line.len() <= 100));
    assert!(
        output
            .stderr
            .contains("wrote catalog/entities/people/theo.user.yaml\n")
    );
    assert!(git.read("catalogc.yaml").contains("permissions: enforced"));

    let checked = run(git.root(), &["check"]);
    checked.exits(0);
    assert!(checked.stdout.ends_with("nothing found\n"));

    git.commit("a catalog");
    let before = git.read("catalog/entities/orders/cart.yaml");
    let after = before.replace("replicas: 2", "replicas: 3");
    git.commit_file("catalog/entities/orders/cart.yaml", &after);
    let plan = ["plan", "--base", "HEAD~1", "--actor", "kim", "--short"];
    let planned = run(git.root(), &plan);
    let text = planned.stdout;
    assert!(text.starts_with("allowed: 1 step"), "{text}");
    assert!(text.contains("change_replicas"), "{text}");
}

#[test]
fn a_repository_without_a_catalog_adopts_what_it_writes() {
    let git = Git::new();
    git.commit_file("README.md", "ours\n");
    run(git.root(), &["init"]);
    git.commit("a catalog");
    let planned = run(git.root(), &["plan", "--base", "HEAD~1", "--actor", "kim"]);
    planned.exits(0);
    assert!(
        !planned.stdout.contains("spin_up_environment"),
        "{}",
        planned.stdout
    );
}

#[test]
fn what_exists_stays_and_is_all_named() {
    let folder = tempfile::tempdir().unwrap();
    let git = Git::new();
    git.write("catalogc.yaml", "mine\n")
        .write(".github/workflows/catalogc-plan.yml", "mine\n");
    let output = run(folder.path(), &["init", &git.root().to_string_lossy()]);
    output.exits(2);
    assert_eq!(
        output.stderr,
        "error: nothing is written: `.github/workflows/catalogc-plan.yml`, `catalogc.yaml` are in \
         the way\n  help: move them, or name an empty folder: `catalogc init DIR`\n"
    );
    assert_eq!(git.read("catalogc.yaml"), "mine\n");
    assert!(!git.has("catalog") && !git.has(".github/workflows/catalogc-gate.yml"));
}

#[cfg(unix)]
#[test]
fn a_link_is_not_written_through() {
    let elsewhere = tempfile::tempdir().unwrap();
    let git = Git::new();
    std::os::unix::fs::symlink(elsewhere.path(), git.root().join(".github")).unwrap();
    let output = run(git.root(), &["init"]);
    output.exits(2);
    assert!(output.stderr.contains("`.github` is in the way"));
    assert_eq!(elsewhere.path().read_dir().unwrap().count(), 0);
}

#[test]
fn below_the_top_of_a_repository_it_says_where_workflows_are_read() {
    let git = Git::new();
    let at_top = run(git.root(), &["init"]);
    let below = run(git.root(), &["init", "ours"]);
    below.exits(0);
    assert!(git.has("ours/catalog/policies/admins.cedar"));
    assert!(below.stdout.contains("at the top of the repository alone"));
    assert!(!at_top.stdout.contains("at the top of the repository alone"));
}

#[test]
fn the_workflows_answer_for_the_branch_that_is_checked_out() {
    let git = Git::new();
    git.run(&["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    let output = run(git.root(), &["init"]);
    output.exits(0);
    output
        .says("! branch rule for `trunk`")
        .says("commit to `trunk`");
    let gate = git.read(".github/workflows/catalogc-gate.yml");
    assert!(gate.contains("pull_request.base.ref == 'trunk'"), "{gate}");
    assert!(gate.contains("gh-readonly-queue/trunk/pr-"), "{gate}");
    for name in ["apply", "expire", "gate", "plan"] {
        let text = git.read(&format!(".github/workflows/catalogc-{name}.yml"));
        let left = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| word == "main");
        assert!(!left, "{name}: {text}");
    }
    // A name that means something in a script or an expression is not written into one.
    let odd = Git::new();
    odd.run(&["symbolic-ref", "HEAD", "refs/heads/a'b"]);
    run(odd.root(), &["init"]).says("! branch rule for `main`");
}

#[test]
fn a_pipeline_that_exists_is_left_and_takes_ours_in() {
    let git = Git::new();
    git.write(".gitlab-ci.yml", "mine: {script: [true]}\n");
    let output = run(git.root(), &["init", "--ci", "gitlab"]);
    output.exits(0);
    output.says("! .gitlab-ci.yml: it takes `.gitlab/catalogc.yml` in");
    assert!(git.has(".gitlab/catalogc.yml") && !git.has(".github"));
    assert_eq!(git.read(".gitlab-ci.yml"), "mine: {script: [true]}\n");
    let none = Git::new();
    run(none.root(), &["init", "--ci", "none"]).exits(0);
    assert!(!none.has(".gitlab") && !none.has(".github") && none.has("catalogc.yaml"));
}
