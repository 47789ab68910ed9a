//! `catalogc init`, by running the program: what it writes works, and nothing is lost by it.
#![expect(clippy::disallowed_methods, reason = "what the program wrote is read")]

use std::path::Path;

use serde_yaml::Value;

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

/// The workflows that it writes, by their names.
fn workflows() -> Vec<(String, String, Value)> {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init"]);
    let mut found = Vec::new();
    for entry in folder.path().join(".github/workflows").read_dir().unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let value = serde_yaml::from_str(&text).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        found.push((name, text, value));
    }
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows/ci.yml");
    let text = std::fs::read_to_string(ours).unwrap();
    let value = serde_yaml::from_str(&text).unwrap();
    found.push(("ci".to_owned(), text, value));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Every value of this key, at any depth.
fn values<'v>(value: &'v Value, wanted: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                if key.as_str() == Some(wanted) {
                    found.push(value);
                }
                values(value, wanted, found);
            }
        }
        Value::Sequence(list) => list.iter().for_each(|value| values(value, wanted, found)),
        _ => {}
    }
}

fn all<'v>(value: &'v Value, wanted: &str) -> Vec<&'v str> {
    let mut found = Vec::new();
    values(value, wanted, &mut found);
    found.into_iter().filter_map(Value::as_str).collect()
}

#[test]
fn nothing_of_an_event_is_written_into_a_script() {
    for (name, _, workflow) in workflows() {
        let scripts = all(&workflow, "run");
        assert!(!scripts.is_empty(), "{name}");
        for script in scripts {
            assert!(!script.contains("${{"), "{name}: {script}");
        }
    }
}

#[test]
fn actions_are_pinned_to_whole_commits() {
    for (name, _, workflow) in workflows() {
        for action in all(&workflow, "uses") {
            let (_, commit) = action.split_once('@').unwrap();
            let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_commit, "{name}: {action}");
        }
    }
}

#[test]
fn events_with_the_rights_of_the_target_start_nothing() {
    for (name, text, workflow) in workflows() {
        let events = workflow.get("on").unwrap();
        for event in ["pull_request_target", "workflow_run", "issue_comment"] {
            assert!(events.get(event).is_none(), "{name}");
            assert!(!text.contains(&format!("{event}:")), "{name}");
        }
    }
}

/// `workflow/job permission: access`, for everything that is granted.
fn granted() -> Vec<String> {
    let mut granted = Vec::new();
    for (name, _, workflow) in workflows() {
        let top = workflow.get("permissions").and_then(Value::as_mapping);
        assert_eq!(top.map(serde_yaml::Mapping::len), Some(0), "{name}");
        for (job, of) in workflow.get("jobs").and_then(Value::as_mapping).unwrap() {
            for (right, access) in of.get("permissions").and_then(Value::as_mapping).unwrap() {
                let words = [job, right, access].map(|word| word.as_str().unwrap());
                granted.push(format!("{name}/{} {}: {}", words[0], words[1], words[2]));
            }
        }
    }
    granted
}

#[test]
fn each_job_has_the_rights_that_it_needs_and_no_others() {
    assert_eq!(
        granted(),
        [
            "catalogc-apply/apply contents: write",
            "catalogc-apply/apply pull-requests: read",
            "catalogc-apply/apply actions: write",
            "catalogc-apply/comment pull-requests: write",
            "catalogc-expire/expire contents: write",
            "catalogc-expire/expire actions: write",
            "catalogc-expire/propose pull-requests: write",
            "catalogc-gate/asked statuses: write",
            "catalogc-gate/gate contents: read",
            "catalogc-gate/gate pull-requests: read",
            "catalogc-gate/status statuses: write",
            "catalogc-plan/plan contents: read",
            "catalogc-plan/comment pull-requests: write",
            "ci/ci contents: read",
        ]
    );
}

#[test]
fn a_job_that_may_write_to_a_pull_request_checks_nothing_out() {
    for (name, _, workflow) in workflows() {
        for (job, of) in workflow.get("jobs").and_then(Value::as_mapping).unwrap() {
            let uses = all(of, "uses");
            let checkouts = uses.iter().filter(|u| u.starts_with("actions/checkout@"));
            let writes = all(of.get("permissions").unwrap(), "pull-requests");
            let tells = all(of.get("permissions").unwrap(), "statuses");
            if writes.contains(&"write") || tells.contains(&"write") {
                assert_eq!(checkouts.count(), 0, "{name} {job:?}");
            }
        }
    }
}

/// A status is of a commit, and the rules are of the branch that a pull request is for.
#[test]
fn the_gate_answers_for_the_branch_that_is_applied_and_for_no_other() {
    let workflows = workflows();
    let find = |name: &str| workflows.iter().find(|(n, ..)| n == name).unwrap();
    let (_, _, gate) = find("catalogc-gate");
    let jobs = gate.get("jobs").and_then(Value::as_mapping).unwrap();
    for (job, of) in jobs {
        let when = of.get("if").and_then(Value::as_str).unwrap_or_default();
        let is_ours = when.contains("github.event.pull_request.base.ref == 'main'");
        assert!(is_ours && !when.contains("||"), "{job:?}: {when}");
    }
    let (_, _, apply) = find("catalogc-apply");
    let branches = apply.get("on").unwrap().get("push").unwrap();
    let main = Value::Sequence(vec![Value::from("main")]);
    assert_eq!(branches.get("branches"), Some(&main));
}

#[test]
fn only_what_writes_the_ledger_keeps_the_token_in_its_checkout() {
    for (name, _, workflow) in workflows() {
        let mut kept = Vec::new();
        values(&workflow, "persist-credentials", &mut kept);
        let checkouts = all(&workflow, "uses")
            .iter()
            .filter(|action| action.starts_with("actions/checkout@"))
            .count();
        assert_eq!(kept.len(), checkouts, "{name}");
        let wanted = ["catalogc-apply", "catalogc-expire"].contains(&name.as_str());
        let wanted = Value::Bool(wanted);
        assert!(kept.iter().all(|value| **value == wanted), "{name}");
    }
}

#[test]
fn a_run_of_apply_is_never_cancelled_and_needs_the_environment() {
    let workflows = workflows();
    let (_, _, apply) = workflows
        .iter()
        .find(|(n, ..)| n == "catalogc-apply")
        .unwrap();
    let concurrency = apply.get("concurrency").unwrap();
    assert_eq!(
        concurrency.get("cancel-in-progress"),
        Some(&Value::Bool(false))
    );
    assert_eq!(concurrency.get("queue"), Some(&Value::from("max")));
    assert_eq!(all(apply, "environment"), ["production"]);
}

#[test]
fn what_expired_replaces_no_commits_that_were_not_seen() {
    let mut workflows = workflows();
    workflows.retain(|(name, ..)| name == "catalogc-expire");
    let scripts = all(&workflows[0].2, "run");
    let run = scripts.iter().find(|it| it.contains("--expired")).unwrap();
    let lease = "--force-with-lease=\"$branch:$seen\"";
    let order = ["git fetch", "catalogc apply", lease];
    assert!(order.map(|it| run.find(it).unwrap()).is_sorted(), "{run}");
    assert!(!run.contains("--force "), "{run}");
    assert!(!scripts.concat().contains("base=main"), "of any branch");
}

#[test]
fn every_workflow_installs_the_version_that_wrote_it() {
    for (name, _, workflow) in workflows() {
        let wanted = usize::from(name != "ci");
        let versions = all(&workflow, "CATALOGC_VERSION");
        assert_eq!(versions, vec![env!("CARGO_PKG_VERSION"); wanted], "{name}");
    }
}

/// The lines of each script that ask the forge for facts, without their indentation.
fn asking(text: &str) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("gh api --method GET --paginate --slurp \"repos/$HEAD") {
        let script = text.get(start..).unwrap();
        let end = script.find(">> \"$RUNNER_TEMP/actors\"").unwrap();
        found.push(script.get(..end).unwrap().lines().map(str::trim).collect());
    }
    found
}

#[test]
fn plan_gate_and_apply_ask_who_pushed_in_the_same_words() {
    let asked: Vec<_> = workflows()
        .iter()
        .flat_map(|(_, text, _)| {
            asking(text)
                .into_iter()
                .map(|lines| lines.join("\n"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|lines| *lines == asked[0]));
}

/// What a workflow's step of this name runs.
fn script<'v>(workflow: &'v Value, name: &str) -> &'v str {
    let mut steps = Vec::new();
    values(workflow, "steps", &mut steps);
    let mut steps = steps.into_iter().filter_map(Value::as_sequence).flatten();
    let step = steps.find(|step| step.get("name").and_then(Value::as_str) == Some(name));
    step.unwrap_or_else(|| panic!("no step `{name}`"))
        .get("run")
        .and_then(Value::as_str)
        .unwrap()
}

/// Runs a script that comments; gives what it asked the forge to write.
fn commented(script: &str, comment: &str, comments: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("applied")).unwrap();
    std::fs::write(at("applied/comment.md"), comment).unwrap();
    std::fs::write(at("there.json"), comments).unwrap();
    // A forge that lists comments and notes what is written.
    let gh = "#!/bin/sh\ncase \"$*\" in *--method*) echo \"$*\" >> \"$RUNNER_TEMP/written\" ;; *) cat \"$RUNNER_TEMP/there.json\" ;; esac\n";
    std::fs::write(at("gh"), gh).unwrap();
    std::fs::set_permissions(at("gh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.path().display());
    let output = std::process::Command::new("bash")
        .args(["-c", script])
        .env("PATH", path)
        .env("RUNNER_TEMP", folder.path())
        .env("REPOSITORY", "acme/shop")
        .env("NUMBER", "412")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    std::fs::read_to_string(at("written")).unwrap_or_default()
}

#[cfg(unix)]
#[test]
fn after_the_merge_the_comment_with_the_plan_is_edited() {
    let workflows = workflows();
    let (_, _, apply) = workflows
        .iter()
        .find(|(n, ..)| n == "catalogc-apply")
        .unwrap();
    let script = script(apply, "Edit the comment that has the plan, or write one");
    let marker = "<!-- catalogc:plan catalog=catalog -->";
    let comment = format!("{marker}\n### done: 1 of 1 steps\n");
    let one = |id: u32, login: &str, kind: &str, marker: &str| {
        format!(
            "{{\"id\": {id}, \"user\": {{\"login\": \"{login}\", \"type\": \"{kind}\"}}, \"body\": \"{marker}\\n### x\"}}"
        )
    };
    let bot = "github-actions[bot]";
    let there = [
        one(1, "mallory", "User", marker),
        one(2, bot, "Bot", "<!-- catalogc:plan catalog=other -->"),
        one(3, bot, "Bot", marker),
    ];
    let written = commented(script, &comment, &format!("[[{}]]", there.join(",")));
    assert!(
        written.contains("--method PATCH repos/acme/shop/issues/comments/3 "),
        "{written}"
    );
    let written = commented(script, &comment, &format!("[[{}]]", there[0]));
    assert!(
        written.contains("--method POST repos/acme/shop/issues/412/comments "),
        "{written}"
    );
    // What is no comment of ours is never posted.
    assert_eq!(commented(script, "error[E0301]: x\n", "[[]]"), "");
}
