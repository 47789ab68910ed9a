//! Builds, pipelines, workflows and messages: Jenkins, `CircleCI`, Azure, Argo and Slack.

#![expect(
    clippy::disallowed_methods,
    reason = "the page and the connectors are read as files"
)]

use serde_json::{Value as Json, json};

use super::{KEY, answer, call, request};
use crate::actions::{ask, example, sent, valid};

/// What is asked of an answer in each of some states: whether it ended well, or badly.
fn watched(
    call: &catalogc::plan::file::Call,
    answers: impl IntoIterator<Item = (Json, bool, bool)>,
) {
    let poll = call.poll.as_ref().unwrap();
    for (body, succeeded, failed) in answers {
        let seen = answer(200, &body);
        assert_eq!(ask(&poll.succeeded, &seen), json!(succeeded), "{body}");
        assert_eq!(ask(&poll.failed, &seen), json!(failed), "{body}");
    }
}

#[test]
fn a_build_of_jenkins_has_the_run_key_as_a_parameter_and_is_found_by_it() {
    let call = call(
        "jenkins-job",
        "jenkins.example",
        r#"{url: "https://jenkins.example/job/ops/job/scale", parameters: {REPLICAS: 3, WHY: "a & b=c"}, authorization: {fromEnv: JENKINS_AUTH, prefix: "Basic "}}"#,
    );
    let send = request(&call);
    valid("jenkins/build-with-parameters.request.json", &send);
    let form = format!("REPLICAS=3&WHY=a%20%26%20b%3Dc&CATALOGC_KEY={KEY}");
    assert_eq!(send["body"], json!(form));
    assert_eq!(send["headers"]["Authorization"], "Basic $JENKINS_AUTH");
    let taken = answer(201, &json!(null));
    assert_eq!(ask(&call.accepted.clone().unwrap(), &taken), json!(true));

    let lookup = call.lookup.clone().unwrap();
    let asked = sent(&lookup.request, KEY, &|_| json!(8));
    valid("jenkins/job.request.json", &asked);
    let mut job = example("jenkins/job.response.json");
    assert_eq!(ask(&lookup.found, &answer(200, &job)), json!(false));
    // Something waits that may be ours: it cannot be told.
    job["inQueue"] = json!(true);
    assert_eq!(ask(&lookup.found, &answer(200, &job)), json!(null));
    job["builds"][0]["actions"][0]["parameters"][1]["value"] = json!(KEY);
    let found = answer(200, &job);
    assert_eq!(ask(&lookup.found, &found), json!(true));
    assert_eq!(ask(&lookup.outputs["id"], &found), json!(8));
    assert_eq!(ask(&lookup.outputs["url"], &found), job["builds"][0]["url"]);

    let asked = sent(&call.poll.as_ref().unwrap().request, KEY, &|_| json!(8));
    valid("jenkins/build.request.json", &asked);
    let mut build = example("jenkins/build.response.json");
    let mut state = |building: bool, result: Json| {
        build["building"] = json!(building);
        build["result"] = result;
        build.clone()
    };
    let states = [
        (state(true, json!(null)), false, false),
        (state(true, json!("FAILURE")), false, false),
        (state(false, json!("SUCCESS")), true, false),
        (state(false, json!("UNSTABLE")), false, true),
        (state(false, json!("ABORTED")), false, true),
    ];
    watched(&call, states);
}

#[test]
fn a_pipeline_of_circleci_ends_with_the_last_of_its_workflows() {
    let call = call(
        "circleci-pipeline",
        "circleci.com",
        "{project: gh/acme/ops, branch: main, parameters: {replicas: 3, dry: false}}",
    );
    let send = request(&call);
    valid("circleci/trigger-a-pipeline.request.json", &send);
    assert_eq!(
        send["url"],
        "https://circleci.com/api/v2/project/gh/acme/ops/pipeline"
    );
    assert_eq!(send["headers"]["Circle-Token"], "$CIRCLECI_TOKEN");
    let created = example("circleci/trigger-a-pipeline.response.json");
    let taken = answer(201, &created);
    assert_eq!(ask(&call.accepted.clone().unwrap(), &taken), json!(true));
    assert_eq!(ask(&call.outputs["id"], &taken), created["id"]);
    assert!(call.lookup.is_none());
    let asked = sent(&call.poll.as_ref().unwrap().request, KEY, &|_| {
        json!("5034")
    });
    valid("circleci/get-a-pipelines-workflows.request.json", &asked);
    let list = example("circleci/get-a-pipelines-workflows.response.json");
    let of = |states: &[&str]| {
        let mut list = list.clone();
        let items = states
            .iter()
            .map(|it| json!({"id": "1", "name": "a", "status": it}));
        list["items"] = items.collect();
        valid("circleci/get-a-pipelines-workflows.response.json", &list);
        list
    };
    let states = [
        (of(&[]), false, false),
        (of(&["running"]), false, false),
        (of(&["success", "on_hold"]), false, false),
        (of(&["success", "failing"]), false, false),
        (of(&["success", "not_run"]), true, false),
        (of(&["success", "success"]), true, false),
        (of(&["success", "failed"]), false, true),
        (of(&["running", "canceled"]), false, true),
        (of(&["error"]), false, true),
        (of(&["unauthorized"]), false, true),
    ];
    watched(&call, states);
}

#[test]
fn a_run_of_an_azure_pipeline_is_watched_to_its_result() {
    let with = |more: &str| {
        format!(
            r#"{{organization: acme, project: My ops, pipeline: 12, parameters: {{replicas: 3, dry: true}}, authorization: {{fromEnv: AZURE_TOKEN, prefix: "Bearer "}}{more}}}"#
        )
    };
    let plain = call("azure-pipeline", "dev.azure.com", &with(""));
    let send = request(&plain);
    valid("azure/run-pipeline.request.json", &send);
    assert_eq!(
        send["url"],
        "https://dev.azure.com/acme/My%20ops/_apis/pipelines/12/runs?api-version=7.1"
    );
    assert_eq!(
        send["body"],
        json!({"templateParameters": {"replicas": "3", "dry": "true"}})
    );
    let call = call(
        "azure-pipeline",
        "dev.azure.com",
        &with(", ref: refs/heads/main"),
    );
    let send = request(&call);
    valid("azure/run-pipeline.request.json", &send);
    assert_eq!(
        send["body"]["resources"]["repositories"]["self"]["refName"],
        "refs/heads/main"
    );
    let mut run = example("azure/run.response.json");
    let taken = answer(200, &run);
    assert_eq!(ask(&call.accepted.clone().unwrap(), &taken), json!(true));
    assert_eq!(ask(&call.outputs["id"], &taken), json!(46));
    assert_eq!(
        ask(&call.outputs["url"], &taken),
        run["_links"]["web"]["href"]
    );
    let asked = sent(&call.poll.as_ref().unwrap().request, KEY, &|_| json!(46));
    valid("azure/get-run.request.json", &asked);
    let mut state = |state: &str, result: Json| {
        run["state"] = json!(state);
        run["result"] = result;
        valid("azure/run.response.json", &run);
        run.clone()
    };
    let states = [
        (state("inProgress", json!(null)), false, false),
        (state("canceling", json!(null)), false, false),
        (state("completed", json!("succeeded")), true, false),
        (state("completed", json!("failed")), false, true),
        (state("completed", json!("canceled")), false, true),
        (state("completed", json!("unknown")), false, true),
    ];
    watched(&call, states);
}

#[test]
fn a_workflow_of_argo_is_named_by_the_run_key_and_found_by_its_name() {
    let call = call(
        "argo-workflow",
        "argo.example",
        r#"{url: "https://argo.example", namespace: ops, template: scale, parameters: {replicas: 3, why: "a=b"}, authorization: {fromEnv: ARGO_TOKEN, prefix: "Bearer "}}"#,
    );
    let send = request(&call);
    valid("argo-workflows/submit-workflow.request.json", &send);
    let name = format!("catalogc-{}", &KEY[..40]);
    assert_eq!(send["body"]["submitOptions"]["name"], json!(name));
    assert_eq!(
        send["body"]["submitOptions"]["parameters"],
        json!(["replicas=3", "why=a=b"])
    );
    let mut made = example("argo-workflows/workflow.response.json");
    let taken = answer(200, &made);
    assert_eq!(ask(&call.accepted.clone().unwrap(), &taken), json!(true));
    assert_eq!(ask(&call.outputs["id"], &taken), json!("scale-x7k2p"));
    let lookup = call.lookup.clone().unwrap();
    let asked = sent(&lookup.request, KEY, &|_| json!("x"));
    valid("argo-workflows/get-workflow.request.json", &asked);
    assert!(asked["url"].as_str().unwrap().contains(&name), "{asked}");
    for (status, found) in [(200, json!(true)), (404, json!(false)), (503, json!(null))] {
        assert_eq!(
            ask(&lookup.found, &answer(status, &made)),
            found,
            "{status}"
        );
    }
    let asked = sent(&call.poll.as_ref().unwrap().request, KEY, &|_| json!(name));
    valid("argo-workflows/get-workflow.request.json", &asked);
    let mut phase = |phase: &str| {
        made["status"]["phase"] = json!(phase);
        valid("argo-workflows/workflow.response.json", &made);
        made.clone()
    };
    let states = [
        (phase(""), false, false),
        (phase("Pending"), false, false),
        (phase("Running"), false, false),
        (phase("Succeeded"), true, false),
        (phase("Failed"), false, true),
        (phase("Error"), false, true),
    ];
    watched(&call, states);
}

#[test]
fn a_message_is_taken_where_slack_says_ok() {
    let call = call(
        "slack-message",
        "slack.com",
        r##"{channel: "#ops", text: "{{ .entity.identifier }} restarts"}"##,
    );
    let send = request(&call);
    valid("slack/chat-post-message.request.json", &send);
    assert_eq!(
        send["body"],
        json!({"channel": "#ops", "text": "cart restarts"})
    );
    assert_eq!(send["headers"]["Authorization"], "Bearer $SLACK_TOKEN");
    let said = example("slack/chat-post-message.response.json");
    let accepted = call.accepted.clone().unwrap();
    assert_eq!(ask(&accepted, &answer(200, &said)), json!(true));
    assert_eq!(ask(&call.outputs["ts"], &answer(200, &said)), said["ts"]);
    let refused = json!({"ok": false, "error": "channel_not_found"});
    valid("slack/chat-post-message.response.json", &refused);
    assert_eq!(ask(&accepted, &answer(200, &refused)), json!(false));
    assert!(call.lookup.is_none() && call.poll.is_none());
}

#[test]
fn a_null_that_is_written_is_sent_and_one_that_a_template_gives_is_not() {
    let dag = call(
        "airflow-dag-run",
        "airflow.example",
        r#"{url: "https://airflow.example", dag: nightly, authorization: {fromEnv: AIRFLOW_TOKEN}}"#,
    );
    let body = request(&dag)["body"].clone();
    assert_eq!(body["logical_date"], json!(null));
    assert!(body.as_object().unwrap().contains_key("logical_date"));
    let hook = |with: &str| request(&call("webhook", "a.example", with));
    let sent = hook(r#"{url: "https://a.example/x", body: {expires: null, in: {it: null}}}"#);
    assert_eq!(sent["body"], json!({"expires": null, "in": {"it": null}}));
    let sent = hook(r#"{url: "https://a.example/x"}"#);
    assert!(!sent.as_object().unwrap().contains_key("body"), "{sent}");
}

#[test]
fn the_page_has_every_built_in_connector_with_its_contract() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/connectors.md")).unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root.join("src/model/connector")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let connector: Json = serde_yaml::from_str(&text).unwrap();
        let needed = connector["with"]["required"].as_array().unwrap();
        let needed: Vec<String> = needed
            .iter()
            .map(|it| format!("`{}`", it.as_str().unwrap()))
            .collect();
        let name = connector["identifier"].as_str().unwrap();
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("no row of {name}"));
        let contract = connector["contract"].as_str().unwrap();
        let cells = format!("| `{contract}` | {} |", needed.join(", "));
        assert!(row.contains(&cells), "{name}: {cells}");
        names.push(name.to_owned());
    }
    assert_eq!(names.len(), 12);
}
