//! A change as a branch and a commit: what it holds, what it says, and what stops it.

use std::os::unix::fs::PermissionsExt as _;

use crate::drawings::shipped;
use crate::program::{catalogc, end, run};
use crate::repository::Git;
use crate::requesting::{CART, MORE, REASON, as_lin, is_lin, is_untouched, remote};

#[test]
fn a_commit_holds_what_was_written_and_nothing_else() {
    let git = shipped();
    remote(&git, "https://user:token@github.com/acme/shop.git");
    git.write("README.md", "somebody writes\n")
        .write("staged.txt", "staged\n");
    git.run(&["add", "staged.txt"]);
    let hook = ".git/hooks/pre-commit";
    git.write(hook, "#!/bin/sh\nexit 1\n");
    let ask = MORE;
    let ran = as_lin(
        &git,
        &[
            &ask[..],
            &["--branch", "more/carts", "--reason", "the sale"],
        ]
        .concat(),
    );
    ran.says("next: `git push -u origin more/carts`, then open")
        .says("https://github.com/acme/shop/compare/main...more%2Fcarts?expand=1&title=change_replicas%20CartService%3A%20replicas%203%20-%3E%205&body=the%20sale%0A%0A%60%60%60text%0A1%20step%2C%20each%20says%20who%20may")
        .says("up%20to%2015m")
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
    let open = [&ask[..], &["--open"]].concat();
    as_lin(&git, &open)
        .says("no pull request is opened: the repository has no remote")
        .says("next: add a remote")
        .exits(0);
    assert_eq!(git.run(&["branch", "--show-current"]), "mine");
    is_untouched(&git);
}

#[test]
fn the_branch_that_changes_are_merged_into_is_not_committed_to() {
    let git = shipped();
    let tip = git.id("main");
    let ask = ["request", "restart_service", "CartService", "--set", REASON];
    for more in [&["--commit"][..], &["--open"], &["--base=main", "--open"]] {
        as_lin(&git, &[&ask[..], more].concat())
            .says("`main` is the branch that changes are merged into")
            .says("`--branch NAME`")
            .exits(2);
    }
    as_lin(&git, &["set", "CartService", "tier=standard", "--commit"]).exits(2);
    is_untouched(&git);
    // Where somebody names another target, that one is meant.
    git.run(&["branch", "release"]);
    git.switch("release");
    let toward = ["--base", "release", "--commit"];
    as_lin(&git, &[&ask[..], &toward].concat())
        .says("`release` is the branch that changes are merged into")
        .exits(2);
    is_untouched(&git);
    assert_eq!(git.id("main"), tip);
    as_lin(&git, &[&ask[..], &["--commit"]].concat()).exits(0);
    assert_eq!(git.id("release~1"), tip);
}

#[test]
fn commands_that_are_printed_are_safe_to_paste() {
    let git = shipped();
    remote(&git, "git@github.com:acme/shop.git");
    let ask = ["request", "create_jira_issue", "d$(touch pwned)"];
    as_lin(&git, &ask)
        .says("`catalogc request create_jira_issue 'd$(touch pwned)' --set summary=... --set issuetype=...`")
        .exits(2);
    let ask = ["set", "CartService", "tier=standard", "--branch", "x;rm"];
    as_lin(&git, &ask)
        .says("next: `git push -u origin 'x;rm'`, then open")
        .exits(0);
}

/// What a commit holds is what was judged: what else stands in the working tree has no say.
#[test]
fn a_commit_is_judged_as_it_will_be() {
    let git = shipped();
    let team = "catalog/entities/people/new-team.yaml";
    git.write(team, "identifier: fresh\nblueprint: Team\n");
    // The team is not in the commit.
    let ask = ["set", "CartService", "owner=fresh"];
    as_lin(&git, &[&ask[..], &["--branch", "one"]].concat())
        .says("judged as it would be committed, without what is changed in 1 other file")
        .says("`fresh`")
        .exits(2);
    assert_eq!(git.run(&["branch", "--list"]), "* main");
    git.run(&["checkout", "--quiet", CART]);
    // An entity that is not committed.
    let ask = ["set", "Team/fresh", "title=Fresh", "--branch", "one"];
    as_lin(&git, &ask)
        .says("`Team/fresh` is not committed yet")
        .says(&format!("commit `{team}` first"))
        .exits(2);
    // An error in the working tree is none of the commit's.
    git.write(team, "identifier: fresh\nblueprint: Nothing\n");
    let ask = MORE;
    as_lin(&git, &[&ask[..], &["--branch", "one"]].concat())
        .says("nothing found")
        .says("committed")
        .exits(0);
    assert_eq!(git.run(&["status", "--porcelain"]), format!("?? {team}"));
}

#[test]
fn a_catalog_that_is_not_committed_is_not_added_to() {
    let git = shipped();
    git.run(&[
        "rm",
        "-r",
        "--quiet",
        "--cached",
        "catalog",
        "catalogc.yaml",
    ]);
    git.run(&["commit", "--quiet", "--allow-empty", "-m", "without"]);
    let ask = ["set", "CartService", "replicas=5", "--branch", "one"];
    as_lin(&git, &ask)
        .says("the commit that is checked out has no catalog")
        .exits(2);
}

#[test]
fn a_forge_that_is_not_known_is_told() {
    let git = shipped();
    remote(&git, "https://git.acme.example/acme/shop");
    let ask = [
        "set",
        "CartService",
        "replicas=5",
        "--branch",
        "one",
        "--open",
    ];
    as_lin(&git, &ask)
        .says("no pull request is opened: GitHub and GitLab are known by the host")
        .says("next: `git push -u origin one`, then open a pull request to `main` there")
        .exits(0);
}

/// The programs of the forges get what their manuals name, and open what was pushed.
#[test]
fn the_program_of_a_forge_opens_it() {
    let forges = [
        (
            "gh",
            "github.com",
            "pr create --repo github.com/acme/shop --base main --head one --title",
            "--body",
        ),
        (
            "glab",
            "gitlab.com",
            "mr create --yes --repo https://gitlab.com/acme/shop --head https://gitlab.com/acme/shop --target-branch main --source-branch one --title",
            "--description",
        ),
    ];
    for (name, host, begin, body) in forges {
        let git = shipped();
        let there = Git::init(&["--bare"]);
        let url = format!("git@{host}:acme/shop.git");
        remote(&git, &url);
        // Another remote is not what is pushed to.
        let other = format!("git@{host}:other/shop.git");
        git.run(&["remote", "add", "another", &other]);
        let programs = Git::init(&[]);
        let make = |name: &str, text: &str| {
            programs.write(name, format!("#!/bin/sh\n{text}\n"));
            let path = programs.root().join(name);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path.display().to_string()
        };
        // What would go to the forge goes to a folder.
        let receive = format!("exec git receive-pack {}", there.root().display());
        git.run(&["config", "core.sshCommand", &make("ssh", &receive)]);
        make(
            name,
            "printf '%s\\n' \"$@\" > \"$HOME/said\"; echo https://forge/7",
        );
        let ask = [
            "set",
            "CartService",
            "replicas=5",
            "--branch",
            "one",
            "--open",
        ];
        let mut command = catalogc(git.root(), &ask);
        let path = format!("{}:/usr/bin:/bin", programs.root().display());
        command.env("PATH", path).env("HOME", programs.root());
        is_lin(&mut command);
        end(command).says("https://forge/7").exits(0);
        let said = programs.read("said").replace('\n', " ");
        assert!(said.starts_with(begin), "{said}");
        let title = format!("change_replicas CartService: replicas 3 -> 5 {body} ```text");
        assert!(said.contains(&title), "{said}");
        assert_eq!(there.id("one"), git.id("HEAD"));
    }
}
