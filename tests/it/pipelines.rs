//! The pipeline for GitLab that `catalogc init` writes, its scripts run on real repositories with
//! a forge that answers from files.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "scripts are started, and what they wrote is read"
)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde_yaml::Value;
use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::repository::Git;

/// Answers a GET from the file of the address, and notes what is written.
const CURL: &str = r#"#!/bin/bash
method=GET
while [ $# -gt 0 ]; do
  case "$1" in
    --request) method=$2; shift ;;
    --header | --output) shift ;;
    --data-urlencode) body=${2#body@}; shift ;;
    --*) ;;
    *) url=$1 ;;
  esac
  shift
done
path=${url#https://gitlab.example/api/v4/}
path=${path%%\?*}
if [ "$method" = GET ]; then cat "$FORGE/${path//\//_}.json"; exit; fi
printf '%s %s %s\n' "$method" "$path" "$(head -n 1 "$body")" >> "$FORGE/written"
"#;

/// The program itself, after its arguments and the facts that it is given are noted.
const CATALOGC: &str = r#"#!/bin/bash
printf '%s\n' "$*" >> "$FORGE/asked"
for word in "$@"; do case "$word" in */facts.json) cp "$word" "$FORGE/facts.json" ;; esac; done
exec "$REAL" "$@"
"#;

/// A project with a merge request, number 7, that is checked out as a runner does it.
pub(crate) struct Project {
    pub(crate) origin: Git,
    pub(crate) checkout: Git,
    forge: TempDir,
    /// The target before the merge request, and its two pushes.
    pub(crate) base: String,
    first: String,
    pub(crate) second: String,
}

const CART: &str = "catalog/entities/orders/cart.yaml";

impl Project {
    pub(crate) fn new() -> Self {
        let origin = Git::new();
        let init = [
            "init", "--admin", "kim", "--admin", "theo", "--ci", "gitlab",
        ];
        run(origin.root(), &init).exits(0);
        let base = origin.commit("a catalog");
        origin.branch("more", "main");
        let before = origin.read(CART);
        let raise = |to: &str| before.replace("replicas: 2", &format!("replicas: {to}"));
        let first = origin.commit_file(CART, &raise("3"));
        let second = origin.commit_file(CART, &raise("4"));
        origin.run(&["update-ref", "refs/merge-requests/7/head", "more"]);
        origin.switch("main");
        let checkout = origin.clone_with(&["--branch", "more"]);
        checkout.run(&["update-ref", "-d", "refs/remotes/origin/main"]);
        let forge = tempfile::tempdir().unwrap();
        let project = Self {
            origin,
            checkout,
            forge,
            base,
            first,
            second,
        };
        project
            .program("curl", CURL)
            .program("catalogc", CATALOGC)
            .program("cargo", "#!/bin/sh\n");
        project
            .tells("projects_1_merge_requests_7", r#"{"source_project_id": 1, "target_project_id": 1, "source_branch": "more", "author": {"username": "kim", "id": 9000000001}}"#)
            .tells("projects_1_events", &pushes(&["kim"]))
            .tells("projects_1_merge_requests_7_approvals", r#"{"approved_by": []}"#)
            .tells("projects_1_merge_requests_7_versions", &project.versions())
            .tells("projects_1_merge_requests_7_notes", "[]")
            .tells("user", r#"{"id": 42}"#);
        project
    }

    fn versions(&self) -> String {
        format!(
            r#"[{{"head_commit_sha": "{}", "created_at": "2026-11-22T12:00:00.000+02:00"}},
                {{"head_commit_sha": "{}", "created_at": "2026-11-22T09:00:00.000Z"}}]"#,
            self.second, self.first
        )
    }

    fn at(&self, name: &str) -> PathBuf {
        self.forge.path().join(name)
    }

    fn program(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.at(name), text).unwrap();
        let may_run = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.at(name), may_run).unwrap();
        self
    }

    pub(crate) fn tells(&self, address: &str, answer: &str) -> &Self {
        std::fs::write(self.at(&format!("{address}.json")), answer).unwrap();
        self
    }

    /// What was written to the forge, or asked of the program.
    pub(crate) fn noted(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap_or_default()
    }

    /// Runs a job as a runner does: what stands before it and its script, in one shell.
    pub(crate) fn job(&self, name: &str, settings: &[(&str, &str)]) -> Ran {
        let pipeline = self.origin.read(".gitlab/catalogc.yml");
        let pipeline: Value = serde_yaml::from_str(&pipeline).unwrap();
        let script = |job: &str, key: &str| {
            let lines = pipeline.get(job).unwrap().get(key).unwrap();
            lines.get(0).and_then(Value::as_str).unwrap().to_owned()
        };
        let all = script(".catalogc", "before_script") + &script(name, "script");
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            self.forge.path().display()
        );
        let output = Command::new("bash")
            .args(["-c", &all])
            .current_dir(self.checkout.root())
            .env_clear()
            .envs([
                ("PATH", path.as_str()),
                ("HOME", &self.forge.path().to_string_lossy()),
                ("FORGE", &self.forge.path().to_string_lossy()),
                ("REAL", env!("CARGO_BIN_EXE_catalogc")),
                ("CATALOGC_VERSION", "0.1.0"),
                ("CATALOGC_READ_TOKEN", "one"),
                ("CATALOGC_NOTES_TOKEN", "two"),
                ("CI_API_V4_URL", "https://gitlab.example/api/v4"),
                ("CI_PROJECT_ID", "1"),
                ("CI_DEFAULT_BRANCH", "main"),
                ("CI_MERGE_REQUEST_IID", "7"),
                ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
                ("CI_COMMIT_SHA", &self.second),
            ])
            .envs(settings.iter().copied())
            .output()
            .unwrap();
        Ran::of(output)
    }
}

/// The pushes to the branch since it was made, newest first, and one that is older.
fn pushes(people: &[&str]) -> String {
    let push = |login: &str, action: &str| {
        format!(
            r#"{{"author": {{"username": "{login}", "id": {}}}, "push_data": {{"ref_type": "branch", "ref": "more", "action": "{action}"}}}}"#,
            if login == "kim" { 9_000_000_001_u64 } else { 8 }
        )
    };
    let mut events: Vec<_> = people.iter().map(|login| push(login, "pushed")).collect();
    events.push(push("kim", "created"));
    events.push(push("who_had_a_branch_of_that_name", "pushed"));
    format!("[{}]", events.join(","))
}

#[test]
fn the_gate_fetches_the_target_that_a_runner_lacks_and_asks_for_whom_the_forge_names() {
    let project = Project::new();
    let ran = project.job("catalogc gate", &[]);
    ran.exits(0);
    ran.says("allowed: 1 step");
    let asked = project.noted("asked");
    assert!(
        asked.contains("--actor kim --actor-id kim=9000000001"),
        "{asked}"
    );
    assert!(!asked.contains("who_had"), "{asked}");
}

#[test]
fn who_pushed_to_the_branch_must_be_permitted_too() {
    let project = Project::new();
    project.tells("projects_1_events", &pushes(&["eve", "kim"]));
    let ran = project.job("catalogc gate", &[]);
    ran.exits(1);
    assert!(
        project
            .noted("asked")
            .contains("--actor eve --actor-id eve=8")
    );
}

#[test]
fn a_push_of_many_branches_at_once_may_have_been_to_this_one() {
    let project = Project::new();
    let bulk = r#"{"author": {"username": "eve", "id": 8}, "push_data": {"ref_type": "branch", "ref": null, "ref_count": 9, "action": "pushed"}}, "#;
    project.tells(
        "projects_1_events",
        &pushes(&["kim"]).replacen('[', &format!("[{bulk}"), 1),
    );
    project.job("catalogc gate", &[]).exits(1);
}

#[test]
fn an_approval_is_of_what_the_merge_request_held_when_it_was_given() {
    let project = Project::new();
    let approved = |at: &str| {
        format!(
            r#"{{"approved_by": [{{"user": {{"username": "theo", "id": 9000000002}}, "approved_at": "{at}"}}]}}"#
        )
    };
    // 12:00 at +02:00 is 10:00: the first push is what theo saw before it, the second after it.
    for (at, seen) in [
        ("2026-11-22T09:59:59Z", &project.first),
        ("2026-11-22T10:00:00Z", &project.second),
    ] {
        project.tells("projects_1_merge_requests_7_approvals", &approved(at));
        project.job("catalogc gate", &[]).exits(0);
        let asked = project.noted("asked");
        let wanted = format!("--approval theo@{seen} --actor-id theo=9000000002");
        assert!(asked.lines().last().unwrap().contains(&wanted), "{asked}");
    }
}

#[test]
fn an_approval_without_its_time_is_told_and_not_counted() {
    let project = Project::new();
    let approved = r#"{"approved_by": [{"user": {"username": "theo", "id": 9000000002}}]}"#;
    project.tells("projects_1_merge_requests_7_approvals", approved);
    let ran = project.job("catalogc gate", &[]);
    ran.says("not counted: the approval of theo");
    assert!(!project.noted("asked").contains("--approval"));
}

#[test]
fn who_pushed_to_a_fork_is_not_known_so_there_is_no_answer() {
    let project = Project::new();
    let fork = r#"{"source_project_id": 2, "target_project_id": 1, "source_branch": "more", "author": {"username": "kim", "id": 9000000001}}"#;
    project.tells("projects_1_merge_requests_7", fork);
    let ran = project.job("catalogc gate", &[]);
    ran.exits(1);
    ran.says("bring the branch into this project");
    assert_eq!(project.noted("asked"), "");
    project.job("catalogc plan", &[]).exits(1);
    assert_eq!(project.noted("asked"), "");
}

#[test]
fn a_forge_that_does_not_answer_is_no_forge_that_names_nobody() {
    for silent in [
        "merge_requests_7",
        "events",
        "merge_requests_7_approvals",
        "merge_requests_7_versions",
    ] {
        let project = Project::new();
        std::fs::remove_file(project.at(&format!("projects_1_{silent}.json"))).unwrap();
        let ran = project.job("catalogc gate", &[]);
        assert_ne!(ran.code, Some(0), "{silent}: {ran}");
        assert_eq!(project.noted("asked"), "", "{silent}");
    }
}

#[test]
fn in_a_merge_train_the_target_is_what_goes_before() {
    let project = Project::new();
    project
        .checkout
        .run(&["switch", "--quiet", "--detach", &project.base]);
    let ahead = project
        .checkout
        .commit_file("catalog/notes.txt", "goes before\n");
    let train = project.checkout.merge(&project.second);
    let settings = [
        ("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train"),
        (
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
            project.second.as_str(),
        ),
        ("CI_COMMIT_SHA", train.as_str()),
    ];
    project.job("catalogc gate", &settings).exits(0);
    let asked = project.noted("asked");
    let wanted = format!("gate --base {ahead} ");
    assert!(asked.contains(&wanted), "{asked}");
    let head = format!("--head {}", project.second);
    assert!(asked.trim_end().ends_with(&head), "{asked}");
}

#[test]
fn the_note_says_what_is_new_since_somebody_last_approved() {
    let project = Project::new();
    let approved = r#"{"approved_by": [{"user": {"username": "theo", "id": 9000000002}, "approved_at": "2026-11-22T09:30:00Z"}]}"#;
    project.tells("projects_1_merge_requests_7_approvals", approved);
    project.job("catalogc plan", &[]).exits(0);
    let asked = project.noted("asked");
    let seen = format!("--head {} --out ", project.first);
    assert!(asked.lines().next().unwrap().contains(&seen), "{asked}");
    let note = project.checkout.read("catalogc-plan/comment.md");
    assert!(note.contains("\nsince plan "), "{note}");
    // The author pushed too, and is told once.
    assert!(note.contains("Asked for by `kim`, plan "), "{note}");
}

#[test]
fn the_plan_is_one_note_that_is_kept_up_to_date() {
    let project = Project::new();
    project.job("catalogc plan", &[]).exits(0);
    let marker = "<!-- catalogc:plan catalog=catalog -->";
    assert_eq!(
        project.noted("written"),
        format!("POST projects/1/merge_requests/7/notes {marker}\n")
    );
    let note = |id: u32, author: u32| {
        format!(r#"{{"id": {id}, "author": {{"id": {author}}}, "body": "{marker}\n### x"}}"#)
    };
    let notes = format!("[{}, {}]", note(1, 8), note(2, 42));
    project.tells("projects_1_merge_requests_7_notes", &notes);
    project.job("catalogc plan", &[]).exits(0);
    let written = project.noted("written");
    let last = written.lines().last().unwrap();
    assert_eq!(
        last,
        format!("PUT projects/1/merge_requests/7/notes/2 {marker}")
    );
    assert!(project.checkout.has("catalogc-plan/plan.html"));
}

#[test]
fn after_the_merge_the_landing_is_applied_for_those_who_asked_for_it() {
    let project = Project::new();
    let merged = project.origin.merge("more");
    project.checkout.run(&["fetch", "--quiet", "origin"]);
    project
        .checkout
        .run(&["switch", "--quiet", "--detach", &merged]);
    let told = r#"[{"state": "merged", "target_branch": "main", "iid": 7}]"#;
    project.tells(
        &format!("projects_1_repository_commits_{merged}_merge_requests"),
        told,
    );
    let settings = [
        ("CI_COMMIT_BEFORE_SHA", project.base.as_str()),
        ("CI_COMMIT_SHA", merged.as_str()),
        ("CI_COMMIT_BRANCH", "main"),
        ("CI_SERVER_URL", "https://gitlab.example"),
        ("CI_PROJECT_PATH", "acme/shop"),
        ("CATALOGC_PUSH_TOKEN", "three"),
    ];
    let ran = project.job("catalogc apply", &settings);
    let facts: Value = serde_yaml::from_str(&project.noted("facts.json")).unwrap();
    let landing = &facts["landings"][0];
    assert_eq!(landing["before"].as_str(), Some(project.base.as_str()));
    assert_eq!(landing["after"].as_str(), Some(merged.as_str()), "{ran}");
    assert_eq!(landing["actors"][0].as_str(), Some("kim"), "{ran}");
    // There is no such forge to keep the ledger on, so nothing is called, and the token is gone.
    assert_ne!(ran.code, Some(0), "{ran}");
    assert!(!project.checkout.read(".git/config").contains("extraheader"));
    ran.does_not_say("three");
}
