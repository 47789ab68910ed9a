//! What the workflow for GitHub, and the pipeline for GitLab, make of a push: their scripts, run on
//! a real repository with a forge that answers from files.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "scripts are started, and what they wrote is read"
)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::pipelines::Project;
use crate::program::Ran;
use crate::repository::Git;
use crate::workflows::{script, workflows};

/// Answers from the file of the address.
const GH: &str = r#"#!/bin/bash
for word in "$@"; do case "$word" in repos/*) path=${word%%\?*} ;; esac; done
cat "$RUNNER_TEMP/${path//\//_}.json"
"#;

const CATALOGC: &str = "#!/bin/bash\nprintf '%s\\n' \"$*\" > \"$RUNNER_TEMP/asked\"\n";

/// A branch with a merged pull request, number 1, a commit that was pushed, and the two commits of
/// a pull request that was rebased, number 2.
struct Pushed {
    checkout: Git,
    temp: TempDir,
    base: String,
    seen: String,
    merged: String,
    direct: String,
    tip: String,
    _origin: Git,
}

impl Pushed {
    fn new() -> Self {
        let origin = Git::new();
        let base = origin.commit_file("a", "1\n");
        let seen = origin.branch("one", "main").commit_file("a", "2\n");
        let merged = origin.switch("main").merge("one");
        let pushed = origin.commit_file("a", "3\n");
        let first = origin.commit_file("b", "1\n");
        let tip = origin.commit_file("b", "2\n");
        for (number, head) in [("1", &seen), ("2", &tip)] {
            origin.run(&["update-ref", &format!("refs/pull/{number}/head"), head]);
        }
        let this = Self {
            checkout: origin.clone_with(&[]),
            temp: tempfile::tempdir().unwrap(),
            base,
            seen,
            merged,
            direct: pushed,
            tip,
            _origin: origin,
        };
        for (name, text) in [("gh", GH), ("catalogc", CATALOGC)] {
            std::fs::write(this.at(name), text).unwrap();
            let may_run = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(this.at(name), may_run).unwrap();
        }
        let pull = |number: u32| json!([[{"number": number, "merged_at": "now", "base": {"ref": "main"}}]]);
        this.brought(&this.merged, &pull(1));
        this.brought(&this.direct, &json!([[]]));
        this.brought(&first, &pull(2));
        this.brought(&this.tip, &pull(2));
        let kim = json!({"login": "kim", "id": 9});
        let activity = json!([[
            {"activity_type": "push", "actor": {"login": "eve", "id": 8}},
            {"activity_type": "branch_creation", "actor": kim},
            {"activity_type": "push", "actor": {"login": "who_had_a_branch_of_that_name", "id": 1}},
        ]]);
        this.tells("activity", &activity);
        for (number, commit) in [
            (1, this.seen.as_str()),
            (2, "0123456789012345678901234567890123456789"),
        ] {
            let head = json!({"repo": {"full_name": "acme/shop"}, "ref": "one"});
            this.tells(
                &format!("pulls_{number}"),
                &json!({"user": kim, "head": head}),
            );
            let review = json!([[{"id": 1, "user": {"login": "theo", "id": 7}, "commit_id": commit, "state": "APPROVED", "submitted_at": "now"}]]);
            this.tells(&format!("pulls_{number}_reviews"), &review);
        }
        this
    }

    fn at(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn tells(&self, address: &str, answer: &Json) {
        let file = self.at(&format!("repos_acme_shop_{address}.json"));
        std::fs::write(file, answer.to_string()).unwrap();
    }

    /// Which pull requests a commit is of.
    fn brought(&self, commit: &str, pulls: &Json) {
        self.tells(&format!("commits_{commit}_pulls"), pulls);
    }

    /// The facts of a push of one landing.
    fn facts(&self) -> Json {
        let facts: Json = serde_json::from_str(&self.noted("facts.json")).unwrap();
        let [landing] = facts["landings"].as_array().unwrap().as_slice() else {
            panic!("{facts}")
        };
        landing.clone()
    }

    fn noted(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap_or_default()
    }

    /// Runs a step of the workflow on the push of what lies between two commits.
    fn step(&self, name: &str, before: &str, after: &str) -> Ran {
        let workflows = workflows();
        let (_, _, apply) = workflows
            .iter()
            .find(|(n, ..)| n == "catalogc-apply")
            .unwrap();
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            self.temp.path().display()
        );
        let output = Command::new("bash")
            .args(["-c", script(apply, name)])
            .current_dir(self.checkout.root())
            .env_clear()
            .envs([
                ("PATH", path.as_str()),
                ("HOME", &self.temp.path().to_string_lossy()),
                ("RUNNER_TEMP", &self.temp.path().to_string_lossy()),
                ("GITHUB_OUTPUT", &self.at("output").to_string_lossy()),
                ("REPOSITORY", "acme/shop"),
                ("BRANCH", "main"),
                ("BEFORE", before),
                ("AFTER", after),
                ("PUSHER", "lin"),
                ("PUSHER_ID", "5"),
            ])
            .output()
            .unwrap();
        Ran::of(output)
    }
}

const ASK: &str = "Ask the forge whose this is";

#[test]
fn a_push_of_several_landings_is_told_landing_by_landing() {
    let push = Pushed::new();
    push.step(ASK, &push.base, &push.tip)
        .says("not counted: theo@0123456789")
        .exits(0);
    let facts: Json = serde_json::from_str(&push.noted("facts.json")).unwrap();
    let ids = json!({"kim": "9", "eve": "8"});
    let mut all = ids.clone();
    all["theo"] = json!("7");
    let wanted = json!({"version": 1, "landings": [
        {"before": push.base, "after": push.merged, "actors": ["kim", "eve"], "approvals": [format!("theo@{}", push.seen)], "ids": all, "number": 1},
        {"before": push.merged, "after": push.direct, "actors": [], "approvals": [], "ids": {}},
        {"before": push.direct, "after": push.tip, "actors": ["kim", "eve"], "approvals": [], "ids": ids, "number": 2},
    ]});
    assert_eq!(facts, wanted);
    push.step("Apply", &push.base, &push.tip).exits(0);
    assert_eq!(
        push.noted("asked"),
        format!(
            "apply --facts {} --target origin/main --comments {}\n",
            push.at("facts.json").display(),
            push.at("applied").display()
        )
    );
    assert_eq!(push.noted("output"), "landed=true\n");
}

#[test]
fn a_push_of_one_landing_is_of_its_pull_request_or_of_who_pushed() {
    let push = Pushed::new();
    push.step(ASK, &push.base, &push.merged).exits(0);
    let landing = push.facts();
    assert_eq!(landing["after"], json!(push.merged));
    assert_eq!(landing["actors"], json!(["kim", "eve"]));
    assert_eq!(landing["number"], json!(1));
    // What no pull request brought is of who pushed it.
    let push = Pushed::new();
    push.step(ASK, &push.merged, &push.direct).exits(0);
    let landing = push.facts();
    assert_eq!(landing["actors"], json!(["lin"]));
    assert_eq!(landing["ids"], json!({"lin": "5"}));
    assert_eq!(landing.get("number"), None);
}

#[test]
fn a_fork_that_is_gone_holds_its_own_landing_and_no_other() {
    let push = Pushed::new();
    let gone = json!({"user": {"login": "kim", "id": 9}, "head": {"repo": null, "ref": "one"}});
    push.tells("pulls_1", &gone);
    push.step(ASK, &push.base, &push.tip)
        .says("#1 is held: its fork is gone")
        .exits(0);
    let facts: Json = serde_json::from_str(&push.noted("facts.json")).unwrap();
    let landing = &facts["landings"][0];
    assert_eq!(landing["actors"], json!([]));
    assert_eq!(landing["approvals"], json!([]));
    assert_eq!(landing["number"], json!(1));
    assert_eq!(facts["landings"][2]["actors"], json!(["kim", "eve"]));
}

#[test]
fn a_push_that_nobody_can_tell_whose_it_is_is_not_guessed() {
    let push = Pushed::new();
    let pull = |number: u32| json!({"number": number, "merged_at": "now", "base": {"ref": "main"}});
    push.brought(&push.merged, &json!([[pull(1), pull(2)]]));
    push.step(ASK, &push.base, &push.merged).exits(0);
    assert_eq!(push.facts()["actors"], json!([]));
    // A forge that does not answer is no forge that names nobody.
    let push = Pushed::new();
    let silent = format!("repos_acme_shop_commits_{}_pulls.json", push.merged);
    std::fs::remove_file(push.at(&silent)).unwrap();
    let ran = push.step(ASK, &push.base, &push.merged);
    assert_ne!(ran.code, Some(0), "{ran}");
    // A push that takes commits back has nothing to run.
    let ran = Pushed::new();
    ran.step(ASK, &ran.merged, &ran.base)
        .says("took commits back")
        .exits(1);
}

#[test]
fn the_pipeline_for_gitlab_cuts_a_push_in_the_same_way() {
    let project = Project::new();
    let origin = &project.origin;
    let one = origin.merge("more");
    let pushed = origin.commit_file("catalog/notes.txt", "pushed\n");
    origin.branch("other", "main");
    origin.commit_file("catalog/notes.txt", "other\n");
    let two = origin.switch("main").merge("other");
    origin.run(&["update-ref", "refs/merge-requests/8/head", "other"]);
    project.checkout.run(&["fetch", "--quiet", "origin"]);
    project
        .checkout
        .run(&["switch", "--quiet", "--detach", &two]);
    for (commit, of) in [
        (
            &one,
            r#"[{"state": "merged", "target_branch": "main", "iid": 7}]"#,
        ),
        (&pushed, "[]"),
        (
            &two,
            r#"[{"state": "merged", "target_branch": "main", "iid": 8}]"#,
        ),
    ] {
        let address = format!("projects_1_repository_commits_{commit}_merge_requests");
        project.tells(&address, of);
    }
    project
        .tells("projects_1_merge_requests_8", r#"{"source_project_id": 1, "target_project_id": 1, "source_branch": "other", "author": {"username": "theo", "id": 9000000002}}"#)
        .tells("projects_1_merge_requests_8_approvals", r#"{"approved_by": []}"#)
        .tells("projects_1_merge_requests_8_versions", "[]")
        .tells("projects_1_merge_requests_7_approvals", r#"{"approved_by": [{"user": {"username": "theo", "id": 9000000002}, "approved_at": "2026-11-22T10:00:00Z"}]}"#);
    let settings = [
        ("CI_COMMIT_BEFORE_SHA", project.base.as_str()),
        ("CI_COMMIT_SHA", two.as_str()),
        ("CI_COMMIT_BRANCH", "main"),
        ("CI_SERVER_URL", "https://gitlab.example"),
        ("CI_PROJECT_PATH", "acme/shop"),
        ("CATALOGC_PUSH_TOKEN", "three"),
    ];
    let ran = project.job("catalogc apply", &settings);
    let asked = project.noted("asked");
    assert!(
        asked.contains("/facts.json --target origin/main --comments catalogc-applied"),
        "{asked}\n{ran}"
    );
    let facts: Json = serde_json::from_str(&project.noted("facts.json")).unwrap();
    let wanted = json!({"version": 1, "landings": [
        {"before": project.base, "after": one, "actors": ["kim"], "approvals": [format!("theo@{}", project.second)],
         "ids": {"kim": "9000000001", "theo": "9000000002"}, "number": 7},
        {"before": one, "after": pushed, "actors": [], "approvals": [], "ids": {}},
        {"before": pushed, "after": two, "actors": ["theo"], "approvals": [], "ids": {"theo": "9000000002"}, "number": 8},
    ]});
    assert_eq!(facts, wanted);
}
