//! The workflows and the action for GitHub: their rights, their scripts, whom they ask.
#![expect(clippy::disallowed_methods, reason = "what the program wrote is read")]

use std::path::Path;

use serde_yaml::Value;

use crate::program::run;

/// The workflows that it writes, by their names.
pub(crate) fn workflows() -> Vec<(String, String, Value)> {
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
            "catalogc-plan/plan pull-requests: read",
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

/// Whether a condition of a job may hold, where all else in it does: for the branch that is ours,
/// or for another one.
fn holds(when: &str, is_ours: bool) -> bool {
    let plain = when.trim().trim_start_matches("${{").trim_end_matches("}}");
    let (mut depth, mut at) = (0_i32, None);
    for operator in ["||", "&&"] {
        for (place, _) in plain.char_indices() {
            let rest = plain.get(place..).unwrap();
            match rest.chars().next() {
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                _ if depth == 0 && at.is_none() && rest.starts_with(operator) => at = Some(place),
                _ => {}
            }
        }
        if let Some(place) = at {
            let left = holds(plain.get(..place).unwrap(), is_ours);
            let right = holds(plain.get(place + 2..).unwrap(), is_ours);
            return if operator == "||" {
                left || right
            } else {
                left && right
            };
        }
    }
    let plain = plain.trim();
    if let Some(inner) = plain.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        return holds(inner, is_ours);
    }
    let of_branch = [
        "github.event.pull_request.base.ref == 'main'",
        "github.event.merge_group.base_ref == 'refs/heads/main'",
    ];
    is_ours || !of_branch.contains(&plain)
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
        assert!(holds(when, true), "{job:?}: {when}");
        assert!(!holds(when, false), "{job:?}: {when}");
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

/// The lines from one to another of each script that asks the forge, without their indentation.
fn asking(text: &str, first: &str, last: &str) -> Vec<String> {
    text.match_indices(first)
        .map(|(start, _)| {
            let script = text.get(start..).unwrap();
            let end = script.find(last).unwrap();
            let lines: Vec<_> = script.get(..end).unwrap().lines().map(str::trim).collect();
            lines.join("\n")
        })
        .collect()
}

#[test]
fn plan_gate_and_apply_ask_the_forge_in_the_same_words() {
    let pushed = (
        "gh api --method GET --paginate --slurp \"repos/$HEAD",
        ">> \"$RUNNER_TEMP/actors\"",
    );
    let approved = (
        "| select(.state == \"APPROVED\" or",
        "> \"$RUNNER_TEMP/approvals\"",
    );
    for (first, last) in [pushed, approved] {
        let asked: Vec<_> = workflows()
            .into_iter()
            .map(|(_, text, _)| text)
            .chain([action()])
            .flat_map(|text| asking(&text, first, last))
            .collect();
        assert_eq!(asked.len(), 4);
        assert!(asked.iter().all(|lines| *lines == asked[0]), "{asked:#?}");
    }
}

/// The action for workflows of one's own.
fn action() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_action_installs_this_version_and_writes_nothing_of_an_event_into_a_script() {
    let action: Value = serde_yaml::from_str(&action()).unwrap();
    let version = action.get("inputs").unwrap().get("version").unwrap();
    let wanted = Value::from(env!("CARGO_PKG_VERSION"));
    assert_eq!(version.get("default"), Some(&wanted));
    let scripts = all(&action, "run");
    assert_eq!(scripts.len(), all(&action, "shell").len());
    assert!(scripts.iter().all(|script| !script.contains("${{")));
    // A misspelt command is no run that went well.
    for (command, code) in [("gate", 0), ("gat", 2), ("", 2)] {
        let install = scripts[0].replace("cargo install", "true");
        let ran = std::process::Command::new("bash")
            .args(["-c", &install])
            .envs([("COMMAND", command), ("CATALOGC_VERSION", "0.1.0")])
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(code), "{command}");
    }
}

/// What a workflow's step of this name runs.
pub(crate) fn script<'v>(workflow: &'v Value, name: &str) -> &'v str {
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
    std::fs::write(at("applied/412.md"), comment).unwrap();
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
    let script = script(
        apply,
        "Edit the comments that have the plans, or write them",
    );
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
    // What was not run says so in the place of the plan, whichever catalog it was of.
    let written = commented(
        script,
        "<!-- catalogc:plan -->\n### not run\n",
        &format!("[[{}]]", there[2]),
    );
    assert!(written.contains("issues/comments/3 "), "{written}");
    // What is no comment of ours is never posted.
    assert_eq!(commented(script, "error[E0301]: x\n", "[[]]"), "");
}
