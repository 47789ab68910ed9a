//! `request`: what it writes, to the byte, what it says of it, and what it does not write.

use std::path::Path;
use std::process::Command;

use crate::bless;
use crate::drawings::shipped;
use crate::program::{Ran, catalogc, end, run};
use crate::repository::Git;

pub(crate) const CART: &str = "catalog/entities/orders/cart-service.yaml";
pub(crate) const REASON: &str = "reason=memory leak, see incident 4711";

/// Two more replicas, by the change that asks for them.
pub(crate) const MORE: [&str; 5] = [
    "request",
    "change_replicas",
    "CartService",
    "--set",
    "replicas=5",
];

/// Runs it where git knows who commits.
pub(crate) fn as_lin(git: &Git, arguments: &[&str]) -> Ran {
    let mut command = catalogc(git.root(), arguments);
    is_lin(&mut command);
    end(command)
}

/// Who commits, as git is told.
pub(crate) fn is_lin(command: &mut Command) {
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "Lin Okafor")
            .env(format!("GIT_{who}_EMAIL"), "lin@acme.example");
    }
}

/// The repository at a forge.
pub(crate) fn remote(git: &Git, url: &str) {
    git.run(&["remote", "add", "origin", url]);
}

/// That nothing differs from the last commit.
#[track_caller]
pub(crate) fn is_untouched(git: &Git) {
    assert_eq!(git.run(&["status", "--porcelain"]), "");
}

/// The only file that git does not know.
#[track_caller]
pub(crate) fn new_file(git: &Git) -> String {
    let said = git.run(&["ls-files", "--others", "--exclude-standard"]);
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn an_action_that_is_requested_gets_a_file_of_its_own() {
    let git = shipped();
    let ask = ["request", "restart_service", "CartService", "--set", REASON];
    let ran = run(git.root(), &ask);
    ran.says("restart_service")
        .says("may ada, lin, sam")
        .exits(0);
    let path = new_file(&git);
    ran.says(&format!("wrote {path}, nothing found"));
    let mark = path.strip_prefix("catalog/requests/restart_service-CartService-");
    let mark = mark.and_then(|it| it.strip_suffix(".yaml")).unwrap();
    assert_eq!(mark.len(), 7, "{path}");
    let text = "action: restart_service\nentity: CartService\ninputs:\n  reason: memory leak, see incident 4711\n";
    assert_eq!(git.read(&path), text);
    // Asked once more it is the same request.
    run(git.root(), &ask)
        .says(&format!("ok: `{path}` asks for this already"))
        .exits(0);
    assert_eq!(new_file(&git), path);
    // Once it is merged it is another one.
    git.commit("merged");
    run(git.root(), &ask).exits(0);
    assert_ne!(new_file(&git), path);
}

/// Two who ask at the same tip, or one who asks for two things, do not meet in one file.
#[test]
fn whoever_asks_for_whatever_has_a_file_of_their_own() {
    let git = shipped();
    let file = |who: &str, reason: &str| {
        let ask = [
            "request",
            "restart_service",
            "CartService",
            "--actor",
            who,
            "--set",
            reason,
        ];
        run(git.root(), &ask).exits(0);
        let path = new_file(&git);
        git.run(&["clean", "-qfd"]);
        path
    };
    let lin = file("lin", REASON);
    assert_eq!(file("lin", REASON), lin);
    assert_ne!(file("ada", REASON), lin);
    assert_ne!(file("lin", "reason=another memory leak"), lin);
}

#[test]
fn an_action_of_a_change_is_that_change() {
    let git = shipped();
    let ask = MORE;
    run(git.root(), &ask)
        .says(&format!("changed {CART}:6, comments kept, nothing found"))
        .says("replicas 3 -> 5")
        .exits(0);
    let difference = git.run(&["diff", "-U0", "--no-color"]);
    let lines: Vec<&str> = difference.lines().skip(5).collect();
    assert_eq!(
        lines,
        [
            "-  replicas: 3    # sized with platform in March",
            "+  replicas: 5    # sized with platform in March"
        ]
    );
    run(git.root(), &ask).says("nothing to change").exits(0);
}

/// The catalog around the folder that somebody is in, with the settings beside it.
#[test]
fn the_nearest_catalog_is_found() {
    let git = shipped();
    let below = git.root().join("catalog/entities/orders");
    let ask = MORE;
    run(&below, &ask)
        .says(&format!("changed {CART}:6"))
        .says("may ada, lin, sam")
        .exits(0);
    git.run(&["checkout", "--quiet", CART]);
    // The settings say who people are.
    let within = [&ask[..], &["--dir", "catalog", "--actor", "lin"]].concat();
    run(git.root(), &within).says("allowed: 1 step").exits(0);
    git.run(&["checkout", "--quiet", CART]);
    let at = [&ask[..], &["--dir", "catalog/entities"]].concat();
    run(git.root(), &at).says("may ada, lin, sam").exits(0);
    // Not beyond the repository.
    run(&git.within("catalog/inner"), &ask)
        .says("there is no catalog")
        .exits(2);
}

#[test]
fn an_action_of_another_kind_names_its_command() {
    let git = shipped();
    run(git.root(), &["request", "update", "CartService"])
        .says("catalogc set ENTITY")
        .exits(2);
    let extend = ["request", "extend_environment_ttl", "env-lin-7", "--set"];
    run(
        git.root(),
        &[
            &extend[..],
            &["namespace=x", "--set", "expires_at=2026-12-01T00:00:00Z"],
        ]
        .concat(),
    )
    .says("`namespace` of `extend_environment_ttl` is not set: it is made of the entity")
    .exits(2);
    // Shortening is an update.
    run(
        git.root(),
        &[&extend[..], &["expires_at=2026-11-01T00:00:00Z"]].concat(),
    )
    .says("this change is `update`, not `extend_environment_ttl`")
    .exits(2);
    is_untouched(&git);
}

#[test]
fn an_action_that_deletes_takes_the_entity_out() {
    let git = shipped();
    let ask = ["request", "delete_environment", "env-lin-7"];
    let as_who = |who: &str, more: &[&str]| {
        let all = [&ask[..], &["--actor", who], more].concat();
        run(git.root(), &all)
    };
    as_who("mia", &[])
        .says("denied: mia may not delete_environment env-lin-7")
        .exits(1);
    as_who("lin", &["--set", "reason=old"])
        .says("`delete_environment` has no input `reason`")
        .exits(2);
    is_untouched(&git);
    as_who("lin", &["--dry-run"])
        .says("- 1 delete_environment  env-lin-7  deleted  allowed")
        .exits(0);
    is_untouched(&git);
    as_lin(&git, &[&ask[..], &["--branch", "gone"]].concat())
        .says("committed")
        .exits(0);
    let said = git.run(&["show", "--format=%s", "--name-status", "HEAD"]);
    assert_eq!(
        said,
        "delete_environment env-lin-7: deleted\n\nD\tcatalog/entities/environments/env-lin-7.yaml"
    );
}

#[test]
fn what_is_proposed_is_still_what_was_asked_for() {
    let git = shipped();
    let ask = [
        "request",
        "scaffold_service",
        "foo",
        "--set",
        "owner=payments",
        "--set",
        "system=Cart",
        "--set",
        "language=rust",
        "--actor",
        "jonas",
    ];
    // A library would be made by everyone, and by no scaffolding.
    run(git.root(), &ask)
        .says("denied: jonas may not scaffold_service")
        .does_not_say("library")
        .exits(1);
    is_untouched(&git);
}

#[test]
fn a_command_that_is_proposed_asks_at_the_same_moment() {
    let git = shipped();
    let line = "request deploy CartService --set environment=production --actor lin --now 2026-11-23T10:00:00Z";
    let ran = as_lin(&git, &line.split(' ').collect::<Vec<_>>());
    let proposed = "`catalogc can lin deploy CartService --set environment=staging --rev main \
        --now 2026-11-23T10:00:00Z`";
    ran.says(proposed).exits(1);
}

#[test]
fn who_asks_is_known_by_the_address_that_git_commits_with() {
    let git = shipped();
    git.run(&["config", "user.email", "Lin@acme.example"]);
    let ask = [
        "request",
        "deploy",
        "CartService",
        "--set",
        "environment=production",
    ];
    run(git.root(), &ask)
        .says("asked as lin, by git's e-mail")
        .says("denied: lin may not deploy")
        .exits(1);
    git.run(&["config", "user.email", "1234+sam@users.noreply.github.com"]);
    run(git.root(), &ask).says("asked as sam").exits(0);
}

#[test]
fn a_dry_run_shows_the_plan_and_the_patch() {
    let git = shipped();
    let ask = MORE;
    let ran = run(git.root(), &[&ask[..], &["--dry-run"]].concat());
    let shown = ran.exits(0);
    assert!(shown.contains("~ 1 change_replicas"), "{shown}");
    assert!(shown.contains("+  replicas: 5    # sized"), "{shown}");
    is_untouched(&git);
    // As a patch it is what it was.
    git.write("a.patch", shown);
    git.run(&["apply", "a.patch"]);
    assert!(git.read(CART).contains("replicas: 5    # sized"));
}

#[test]
fn a_folder_without_git_is_asked_in_as_well() {
    let git = shipped();
    git.remove(".git");
    let ask = ["request", "restart_service", "CartService", "--set", REASON];
    run(git.root(), &ask).exits(0);
    let named = crate::corpora::files(&git.root().join("catalog/requests"));
    assert_eq!(named.len(), 1);
    let other = ["--set", "reason=another leak", "--anyway", "--commit"];
    run(git.root(), &[&ask[..3], &other].concat())
        .says("is in no working tree of git")
        .exits(2);
}

/// What the page shows is what the program prints for the shipped catalog.
#[test]
#[expect(clippy::disallowed_methods, reason = "the page is read as a file")]
fn the_page_about_requests_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/requesting.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut blocks = page.split("```text\n");
    let mut printed = blocks.next().unwrap().to_owned();
    let mut count = 0;
    for block in blocks {
        let git = shipped();
        let mut mark = "4be1f02".to_owned();
        remote(&git, "git@github.com:acme/shop.git");
        let (block, rest) = block.split_once("```").unwrap();
        let commands = block.lines().filter(|line| line.starts_with("$ "));
        printed.push_str("```text\n");
        for line in commands {
            printed.push_str(&format!("{line}\n"));
            if let Some(command) = line.strip_prefix("$ catalogc ") {
                count += 1;
                let words = words(command);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let said = as_lin(&git, &words);
                let said = format!("{}{}", said.stderr, said.stdout);
                if let Some((_, file)) = said.split_once("wrote catalog/requests/") {
                    let (stem, _) = file.split_once(".yaml").unwrap();
                    mark = stem[stem.len() - 7..].to_owned();
                }
                printed.push_str(&with_one_commit(&said));
            } else if let Some(command) = line.strip_prefix("$ git ") {
                let words = words(command);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                printed.push_str(&format!("{}\n", git.run(&words)));
            } else if let Some(file) = line.strip_prefix("$ cat ") {
                printed.push_str(&git.read(&file.replace("4be1f02", &mark)));
            }
        }
        printed = printed.replace(&mark, "4be1f02");
        printed = printed.replace(&git.id("main")[..7], "4be1f02");
        printed.push_str(&format!("```{rest}"));
    }
    assert!(count >= 6, "{count} examples");
    let differs = bless::differs("../docs/requesting.md", &printed);
    bless::none_differ(&differs.into_iter().collect::<Vec<_>>(), "requesting");
}

/// The words of a line, of which some stand in double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

/// The ids of commits say nothing in a page.
fn with_one_commit(text: &str) -> String {
    let Some((before, rest)) = text.split_once("committed ") else {
        return text.to_owned();
    };
    let (_, behind) = rest.split_once(" on ").unwrap();
    format!("{before}committed 9d0c1e2 on {behind}")
}
