//! `request`: what it writes, to the byte, what it says of it, and what it does not write.

use std::path::Path;

use crate::bless;
use crate::drawings::shipped;
use crate::program::{Ran, catalogc, end, run};
use crate::repository::Git;

pub(crate) const CART: &str = "catalog/entities/orders/cart-service.yaml";
pub(crate) const REASON: &str = "reason=memory leak, see incident 4711";

/// Runs it where git knows who commits.
pub(crate) fn as_lin(git: &Git, arguments: &[&str]) -> Ran {
    let mut command = catalogc(git.root(), arguments);
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "Lin Okafor")
            .env(format!("GIT_{who}_EMAIL"), "lin@acme.example");
    }
    end(command)
}

/// That nothing differs from the last commit.
#[track_caller]
pub(crate) fn is_untouched(git: &Git) {
    assert_eq!(git.run(&["status", "--porcelain"]), "");
}

#[test]
fn an_action_that_is_requested_gets_a_file_named_after_the_target() {
    let git = shipped();
    let tip = git.id("main");
    let short = &tip[..7];
    let ask = ["request", "restart_service", "CartService", "--set", REASON];
    let path = format!("catalog/requests/restart_service-CartService-{short}.yaml");
    run(git.root(), &ask)
        .says(&format!("wrote {path}, nothing found"))
        .says("restart_service")
        .says("may ada, lin, sam")
        .exits(0);
    let text = "action: restart_service\nentity: CartService\ninputs:\n  reason: memory leak, see incident 4711\n";
    assert_eq!(git.read(&path), text);
    // Asked once more it is another request.
    run(git.root(), &ask).exits(0);
    assert!(git.has(&path.replace(".yaml", "-2.yaml")));
}

#[test]
fn an_action_of_a_change_is_that_change() {
    let git = shipped();
    let ask = [
        "request",
        "change_replicas",
        "CartService",
        "--set",
        "replicas=5",
    ];
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

#[test]
fn what_is_missing_is_told_all_at_once() {
    let git = shipped();
    for (arguments, words) in [
        (&[][..], "there is no action to ask for"),
        (
            &["create_jira_issue"][..],
            "`create_jira_issue` needs a Component, `summary` and `issuetype`",
        ),
        (
            &["create_jira_issue"][..],
            "issuetype is Bug, Task or Story",
        ),
        (
            &["rollback_service", "CartService"][..],
            "`revision` and `reason`",
        ),
        (
            &["toggle_feature_flag", "saved-cart"][..],
            "needs one of `enabled`, `rollout`",
        ),
    ] {
        let ran = run(git.root(), &[&["request"], arguments].concat());
        ran.says(words).exits(2);
    }
    is_untouched(&git);
}

#[test]
fn wrong_names_and_values_are_answered_with_the_nearest() {
    let git = shipped();
    for (arguments, words) in [
        (&["restart_servce", "CartService"][..], "`restart_service`"),
        (
            &["restart_service", "CartServic", "--set", REASON][..],
            "`CartService`",
        ),
        (
            &["restart_service", "CartService", "--set", "raeson=x"][..],
            "did you mean `reason`",
        ),
        (
            &["restart_service", "CartService", "--set", "reason=short"][..],
            "minLength 10",
        ),
        (
            &["change_replicas", "CartService", "--set", "replicas=51"][..],
            "maximum 50",
        ),
        (
            &["deploy", "CartService", "--set", "environment=prod"][..],
            "`production`",
        ),
        (
            &["change_owner", "CartService", "--set", "owner=chekout"][..],
            "`checkout`",
        ),
        (
            &["restart_service", "Cart", "--set", REASON][..],
            "`System/Cart` is no Component",
        ),
    ] {
        run(git.root(), &[&["request"], arguments].concat())
            .says(words)
            .exits(2);
    }
    is_untouched(&git);
}

#[test]
fn an_action_of_another_kind_names_its_command() {
    let git = shipped();
    for (arguments, words) in [
        (
            ["spin_up_environment", "env-new"],
            "catalogc new Environment env-new",
        ),
        (["delete_environment", "env-lin-7"], "catalogc rm env-lin-7"),
        (["update", "CartService"], "catalogc set ENTITY"),
    ] {
        run(git.root(), &[&["request"][..], &arguments].concat())
            .says(words)
            .exits(2);
    }
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
fn what_is_denied_is_not_written_unless_that_is_wanted() {
    let git = shipped();
    let ask = [
        "request",
        "deploy",
        "CartService",
        "--set",
        "environment=production",
        "--actor",
        "lin",
    ];
    run(git.root(), &ask)
        .says("denied: lin may not deploy CartService")
        .says("ask sam")
        .says("nothing is written")
        .exits(1);
    is_untouched(&git);
    run(git.root(), &[&ask[..], &["--anyway"]].concat())
        .says("wrote ")
        .exits(0);
    git.run(&["clean", "-qfd"]);
    // Who may, and what is missing, is told as it is written.
    let more = [
        "request",
        "change_replicas",
        "CartService",
        "--set",
        "replicas=25",
        "--actor",
        "lin",
    ];
    run(git.root(), &more)
        .says("needs approval")
        .says("missing  1 from platform or admins: kim, sam or theo")
        .exits(0);
}

#[test]
fn a_plan_that_is_refused_with_it_stops_a_request_and_steps_of_others_do_not() {
    let git = shipped();
    let ask = |reason| ["request", "restart_service", "CartService", "--set", reason];
    run(git.root(), &ask(REASON)).exits(0);
    let written = git.run(&["status", "--porcelain", "--untracked-files=all"]);
    let again = ask("reason=another memory leak");
    run(git.root(), &again)
        .says("nothing is written; with `--anyway` it is")
        .says("denied: the plan as a whole is refused")
        .says("asked for twice of CartService")
        .exits(1);
    let status = || git.run(&["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(status(), written);
    run(git.root(), &[&again[..], &["--anyway"]].concat()).exits(0);
    assert_ne!(status(), written);
    git.run(&["clean", "-qfd"]);
    // Somebody else's change, that lin may not make.
    run(git.root(), &["set", "CartService", "tier=standard"]).exits(0);
    run(git.root(), &[&again[..], &["--actor", "lin"]].concat())
        .says("denied")
        .says("wrote catalog/requests/restart_service-CartService-")
        .exits(0);
}

#[test]
fn the_target_judges_and_not_the_branch() {
    let git = shipped();
    git.branch("mine", "main");
    let policy = "catalog/policies/deploy.cedar";
    git.write(
        policy,
        "permit(principal, action == Action::\"deploy\", resource);\n",
    );
    git.commit("mine");
    let ask = [
        "request",
        "deploy",
        "CartService",
        "--set",
        "environment=production",
        "--actor",
        "lin",
    ];
    run(git.root(), &ask)
        .says("denied: lin may not deploy")
        .exits(1);
    run(git.root(), &[&ask[..], &["--base", "mine"]].concat()).exits(0);
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
fn errors_elsewhere_are_named_and_stand_in_nobodys_way() {
    let git = shipped();
    git.write(
        "catalog/entities/orders/odd.yaml",
        "identifier: Odd\nblueprint: Nothing\n",
    );
    let ask = [
        "request",
        "change_replicas",
        "CartService",
        "--set",
        "replicas=5",
    ];
    run(git.root(), &ask)
        .says("nothing new found; 1 error elsewhere as before")
        .says("catalog/entities/orders/odd.yaml:2")
        .exits(0);
}

#[test]
fn a_folder_without_git_is_asked_in_as_well() {
    let git = shipped();
    git.remove(".git");
    let ask = ["request", "restart_service", "CartService", "--set", REASON];
    run(git.root(), &ask).exits(0);
    assert!(git.has("catalog/requests/restart_service-CartService.yaml"));
    run(git.root(), &[&ask[..], &["--commit"]].concat())
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
        let tip = git.id("main");
        git.run(&["remote", "add", "origin", "git@github.com:acme/shop.git"]);
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
                printed.push_str(&with_one_commit(&said));
            } else if let Some(command) = line.strip_prefix("$ git ") {
                let words = words(command);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                printed.push_str(&format!("{}\n", git.run(&words)));
            } else if let Some(file) = line.strip_prefix("$ cat ") {
                printed.push_str(&git.read(&file.replace("4be1f02", &tip[..7])));
            }
        }
        printed = printed.replace(&tip[..7], "4be1f02");
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
