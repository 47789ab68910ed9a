//! `request`, and what makes a commit and a pull request of a change: to the byte, and what stops it.

use std::path::Path;

use crate::bless;
use crate::drawings::shipped;
use crate::program::{Ran, catalogc, end, run};
use crate::repository::Git;

const CART: &str = "catalog/entities/orders/cart-service.yaml";
const REASON: &str = "reason=memory leak, see incident 4711";

/// Runs it where git knows who commits.
fn as_lin(git: &Git, arguments: &[&str]) -> Ran {
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
fn is_untouched(git: &Git) {
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
    run(git.root(), &more).says("needs approval").exits(0);
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
fn a_commit_holds_what_was_written_and_nothing_else() {
    let git = shipped();
    git.run(&[
        "remote",
        "add",
        "origin",
        "https://user:token@github.com/acme/shop.git",
    ]);
    git.write("README.md", "somebody writes\n")
        .write("staged.txt", "staged\n");
    git.run(&["add", "staged.txt"]);
    let hook = ".git/hooks/pre-commit";
    git.write(hook, "#!/bin/sh\nexit 1\n");
    let ask = [
        "request",
        "change_replicas",
        "CartService",
        "--set",
        "replicas=5",
    ];
    let ran = as_lin(
        &git,
        &[
            &ask[..],
            &["--branch", "more/carts", "--reason", "the sale"],
        ]
        .concat(),
    );
    ran.says("next: `git push -u origin more/carts`, then open")
        .says("https://github.com/acme/shop/compare/main...more%2Fcarts?expand=1&title=change_replicas%20CartService%3A%20replicas%203%20-%3E%205&body=the%20sale")
        .does_not_say("token")
        .exits(0);
    assert_eq!(git.run(&["branch", "--show-current"]), "more/carts");
    let said = git.run(&["show", "--format=%an|%B", "--name-only", "HEAD"]);
    let expected =
        format!("Lin Okafor|change_replicas CartService: replicas 3 -> 5\n\nthe sale\n\n\n{CART}");
    assert_eq!(said, expected);
    assert_eq!(git.id("HEAD~1"), git.id("main"));
    assert_eq!(
        git.run(&["status", "--porcelain"]),
        "A  staged.txt\n?? README.md"
    );
    // A new file, on the branch that is there.
    let ask = [
        "request",
        "restart_service",
        "CartService",
        "--set",
        REASON,
        "--commit",
    ];
    as_lin(&git, &ask).says("committed").exits(0);
    let said = git.run(&["show", "--format=%s", "--name-status", "HEAD"]);
    assert!(
        said.starts_with("restart_service CartService: reason"),
        "{said}"
    );
    assert!(
        said.contains("\nA\tcatalog/requests/restart_service-CartService-"),
        "{said}"
    );
    assert_eq!(
        git.run(&["status", "--porcelain"]),
        "A  staged.txt\n?? README.md"
    );
}

#[test]
fn set_mv_rm_and_new_commit_too() {
    let git = shipped();
    as_lin(
        &git,
        &["set", "CartService", "tier=standard", "--branch", "one"],
    )
    .exits(0);
    as_lin(&git, &["rm", "env-lin-7", "--commit"]).exits(0);
    as_lin(&git, &["mv", "env-lin-9", "env-lin-10", "--commit"]).exits(0);
    is_untouched(&git);
    let said = git.run(&["log", "--format=%s", "main.."]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[1].contains("env-lin-7"), "{said}");
}

/// What stops a commit is told before a file is written.
#[test]
fn what_stops_a_commit_is_told_before_anything_is_written() {
    fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
        let ask = ["request", "change_replicas", "CartService", "--set"];
        [&ask[..], &["replicas=5"], more].concat()
    }
    let git = shipped();
    run(git.root(), &with(&["--branch", "mine"]))
        .says("git does not know who you are")
        .exits(2);
    as_lin(&git, &with(&["--branch", "main"]))
        .says("the branch `main` is there already")
        .exits(2);
    as_lin(&git, &with(&["--branch", "main/x"]))
        .says("cannot be a branch beside the branch `main`")
        .exits(2);
    for name in ["a b", "-x", "a..b", "@{-1}", "x.lock"] {
        as_lin(&git, &with(&[&format!("--branch={name}")]))
            .says("is no name of a branch")
            .exits(2);
    }
    is_untouched(&git);
    git.run(&["checkout", "--quiet", "--detach"]);
    as_lin(&git, &with(&["--commit"]))
        .says("HEAD is a commit")
        .says("--branch NAME")
        .exits(2);
    git.switch("main");
    is_untouched(&git);
    let text = git.read(CART).replace("title: Cart Service", "title: Cart");
    git.write(CART, &text);
    as_lin(&git, &with(&["--branch", "mine"]))
        .says(&format!("`{CART}` has changes that are not committed"))
        .exits(2);
    assert_eq!(git.read(CART), text);
    assert_eq!(git.run(&["branch", "--list"]), "* main");
}

#[test]
fn a_detached_head_gets_a_branch() {
    let git = shipped();
    git.run(&["checkout", "--quiet", "--detach"]);
    let ask = ["set", "CartService", "replicas=5", "--branch", "mine"];
    as_lin(&git, &ask).says("next: add a remote").exits(0);
    assert_eq!(git.run(&["branch", "--show-current"]), "mine");
    is_untouched(&git);
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

#[test]
#[expect(clippy::disallowed_methods, reason = "a terminal is made by `script`")]
fn on_a_terminal_it_asks_for_what_is_missing() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let git = shipped();
    let has_script = Command::new("script").arg("--version").output().is_ok();
    if !has_script || !cfg!(target_os = "linux") {
        return;
    }
    let talk = |lines: &str| {
        let program = format!("{} request restart_service", env!("CARGO_BIN_EXE_catalogc"));
        let mut child = Command::new("script")
            .args([
                "--quiet",
                "--return",
                "--echo",
                "never",
                "--command",
                &program,
                "/dev/null",
            ])
            .current_dir(git.root())
            .env("NO_COLOR", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(lines.as_bytes()).unwrap();
        // The end of a line's input, as the key of a terminal gives it.
        stdin.write_all(b"\x04").unwrap();
        let ended = child.wait_with_output().unwrap();
        drop(stdin);
        Ran::of(ended)
    };
    let ran = talk("car\n1\nshort\nmemory leak, see incident 4711\n");
    ran.says("restart_service: Restart running service, on a Component")
        .says("entity, type to search: ")
        .says("1 CartService")
        .says("Cart Service, owner platform")
        .says("entity [")
        .says("reason, text, at least 10 characters, required: ")
        .says("wrote catalog/requests/restart_service-CartService-")
        .exits(0);
    git.run(&["clean", "-qfd"]);
    talk("car\n").says("nothing is written").exits(2);
    is_untouched(&git);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the script is for a shell")]
fn bash_completes_commands_options_and_the_catalogs_names() {
    use std::process::Command;
    let git = shipped();
    let program = Path::new(env!("CARGO_BIN_EXE_catalogc"));
    let folder = program.parent().unwrap().display();
    let complete = |line: &str| -> Vec<String> {
        let script = "source <(catalogc completions bash); COMP_LINE=$1 COMP_POINT=${#1}; _catalogc; printf '%s\\n' \"${COMPREPLY[@]}\"";
        let output = Command::new("bash")
            .args(["--norc", "-c", script, "bash", line])
            .current_dir(git.root())
            .env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
        let said = String::from_utf8(output.stdout).unwrap();
        said.lines()
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(complete("catalogc req"), ["request"]);
    assert_eq!(complete("catalogc request rest"), ["restart_service"]);
    assert_eq!(
        complete("catalogc request restart_service CartS"),
        ["CartService"]
    );
    assert_eq!(complete("catalogc get CartS"), ["CartService"]);
    assert_eq!(complete("catalogc rm env-lin-"), ["env-lin-7", "env-lin-9"]);
    assert_eq!(
        complete("catalogc request deploy CartService --set env"),
        ["environment="]
    );
    assert_eq!(
        complete("catalogc request deploy CartService --set environment="),
        ["production", "staging"]
    );
    assert_eq!(complete("catalogc set CartService repl"), ["replicas="]);
    assert_eq!(
        complete("catalogc set CartService owner=check"),
        ["checkout"]
    );
    assert_eq!(complete("catalogc request deploy --actor li"), ["lin"]);
    assert_eq!(complete("catalogc plan --ba"), ["--base"]);
    assert_eq!(complete("catalogc plan --base ma"), ["main"]);
    assert_eq!(complete("catalogc plan --format js"), ["json"]);
    assert_eq!(complete("catalogc plan --format=js"), ["json"]);
    assert_eq!(complete("catalogc new Envir"), ["Environment"]);
    assert_eq!(complete("catalogc explain E0301"), ["E0301"]);
    for odd in [
        "catalogc zzz ",
        "catalogc set Nothing x",
        "catalogc get 'a b",
        "catalogc --",
    ] {
        complete(odd);
    }
    // What a shell would run is quoted.
    git.write(
        "catalog/entities/orders/odd.yaml",
        "identifier: zz$(touch${IFS}x)\nblueprint: Domain\n",
    );
    let found = complete("catalogc get zz");
    assert!(found.iter().all(|it| !it.contains("z$(")), "{found:?}");
}

#[test]
fn names_are_completed_where_there_is_no_catalog_or_a_broken_one() {
    let git = Git::new();
    let ask = ["complete", "--", "get", ""];
    assert_eq!(run(git.root(), &ask).exits(0), "");
    git.write("catalogc.yaml", "version: [\n");
    git.write("catalog/entities/a.yaml", "identifier: a\nblueprint: X\n");
    let ran = run(git.root(), &ask);
    assert_eq!(ran.stderr, "");
    ran.exits(0);
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
