//! Built-in connectors that no action of the shipped catalog calls: what each sends is held
//! against the excerpts in `fixtures/vendors`, as are the questions about its answers.

use catalogc::compile::compile;
use catalogc::plan::file::{Call, Send};
use catalogc::source::{Snapshot, SourceFile};
use serde_json::{Value as Json, json};

use crate::actions::{ask, example, planned, sent, valid};
use crate::support::{Folder, selection};

mod five;

/// A run key as apply makes them.
const KEY: &str = "9f2c4e6a8b0d1f3e5a7c9b1d3f5e7a9c0b2d4f6e8a1c3e5f7b9d0a2c4e6f8b1d";

/// What a plan makes of a call of one connector.
fn call(connector: &str, host: &str, with: &str) -> Call {
    let file = |path: &str, text: String| SourceFile {
        path: path.to_owned(),
        text: Ok(text.as_str().into()),
        merged: false,
    };
    let folder = tempfile::tempdir().unwrap();
    let mut files = vec![
        file("catalogc.yaml", format!("hosts: [{host}]\n")),
        file(
            "catalog/blueprints/s.yaml",
            "identifier: S\nschema: {properties: {}}\n".to_owned(),
        ),
        file(
            "catalog/entities/cart.yaml",
            "identifier: cart\nblueprint: S\n".to_owned(),
        ),
        file(
            "catalog/actions/a.yaml",
            format!(
                "identifier: a\noperation: day-2\nblueprint: S\ntrigger: {{request: true}}\ncall: {{connector: {connector}, with: {with}}}\n"
            ),
        ),
    ];
    std::fs::create_dir(folder.path().join("catalog")).unwrap();
    let selection = selection(&Folder(folder.path()));
    let before = compile(Snapshot::new(files.clone()), &selection);
    assert!(before.findings.is_empty(), "{:?}", before.findings);
    files.push(file(
        "catalog/requests/r.yaml",
        "action: a\nentity: cart\n".to_owned(),
    ));
    let after = compile(Snapshot::new(files), &selection);
    let plan = planned(&before, &after, "kim");
    let mut calls = plan.steps.into_iter().flat_map(|step| step.calls);
    calls.next().unwrap()
}

/// What a call sends first.
fn request(call: &Call) -> Json {
    let (Send::Request(send) | Send::Process(send)) = &call.send;
    sent(send, KEY, &|_| json!(46))
}

/// An answer as the expressions of a connector see it.
fn answer(status: u16, body: &Json) -> Json {
    json!({"status": status, "headers": {}, "body": body, "key": KEY})
}

#[test]
fn a_pipeline_is_started_found_and_watched_as_gitlab_says() {
    let call = call(
        "gitlab-pipeline",
        "gitlab.com",
        r#"{project: acme/shop/ops, ref: main, variables: {REPLICAS: 3, SERVICE: "{{ .entity.identifier }}"}}"#,
    );
    let send = request(&call);
    valid("gitlab/create-a-pipeline.request.json", &send);
    assert_eq!(
        send["url"],
        "https://gitlab.com/api/v4/projects/acme%2Fshop%2Fops/pipeline"
    );
    assert_eq!(
        send["body"]["variables"],
        json!([{"key": "REPLICAS", "value": "3"}, {"key": "SERVICE", "value": "cart"}, {"key": "CATALOGC_KEY", "value": KEY}])
    );
    let created = example("gitlab/create-a-pipeline.response.json");
    let taken = answer(201, &created);
    assert_eq!(ask(&call.accepted.unwrap(), &taken), json!(true));
    assert_eq!(ask(&call.outputs["id"], &taken), created["id"]);
    assert_eq!(ask(&call.outputs["url"], &taken), created["web_url"]);

    let lookup = call.lookup.unwrap();
    let asked = sent(&lookup.request, KEY, &|_| json!(46));
    valid("gitlab/list-project-pipelines.request.json", &asked);
    let mut list = example("gitlab/list-project-pipelines.response.json");
    assert_eq!(ask(&lookup.found, &answer(200, &list)), json!(false));
    list[1]["name"] = json!(format!("scale cart {KEY}"));
    assert_eq!(ask(&lookup.found, &answer(200, &list)), json!(true));
    let found = answer(200, &list);
    assert_eq!(ask(&lookup.outputs["id"], &found), list[1]["id"]);
    assert_eq!(ask(&lookup.outputs["url"], &found), list[1]["web_url"]);

    let poll = call.poll.unwrap();
    let asked = sent(&poll.request, KEY, &|_| json!(46));
    valid("gitlab/get-a-pipeline.request.json", &asked);
    let mut pipeline = example("gitlab/get-a-pipeline.response.json");
    for (status, succeeded, failed) in [
        ("created", false, false),
        ("running", false, false),
        ("manual", false, false),
        ("canceling", false, false),
        ("success", true, false),
        ("failed", false, true),
        ("canceled", false, true),
        ("skipped", false, true),
    ] {
        pipeline["status"] = json!(status);
        let seen = answer(200, &pipeline);
        assert_eq!(ask(&poll.succeeded, &seen), json!(succeeded), "{status}");
        assert_eq!(ask(&poll.failed, &seen), json!(failed), "{status}");
    }
}

#[test]
fn an_incident_is_known_to_pagerduty_by_the_run_key() {
    let call = call(
        "pagerduty-incident",
        "events.pagerduty.com",
        r#"{routing_key: {fromEnv: PAGERDUTY_KEY}, summary: "{{ .entity.identifier }} is down", source: cart}"#,
    );
    let send = request(&call);
    valid("pagerduty/send-an-event.request.json", &send);
    assert_eq!(send["body"]["dedup_key"], KEY);
    assert_eq!(send["body"]["routing_key"], "$PAGERDUTY_KEY");
    let taken = answer(202, &example("pagerduty/send-an-event.response.json"));
    assert_eq!(ask(&call.accepted.unwrap(), &taken), json!(true));
}

#[test]
fn a_dag_run_has_the_run_key_and_is_found_by_it() {
    let call = call(
        "airflow-dag-run",
        "airflow.example",
        r#"{url: "https://airflow.example", dag: nightly, conf: {table: orders}, authorization: {fromEnv: AIRFLOW_TOKEN, prefix: "Bearer "}}"#,
    );
    let send = request(&call);
    valid("airflow/trigger-dag-run.request.json", &send);
    assert_eq!(send["body"]["dag_run_id"], format!("catalogc-{KEY}"));
    let mut run = example("airflow/dag-run.response.json");
    let taken = answer(200, &run);
    assert_eq!(ask(&call.accepted.unwrap(), &taken), json!(true));
    let lookup = call.lookup.unwrap();
    let asked = sent(&lookup.request, KEY, &|_| json!("x"));
    valid("airflow/get-dag-run.request.json", &asked);
    let missing = json!({"detail": "The DagRun was not found"});
    assert_eq!(ask(&lookup.found, &answer(404, &missing)), json!(false));
    assert_eq!(ask(&lookup.found, &taken), json!(true));
    let poll = call.poll.unwrap();
    let asked = sent(&poll.request, KEY, &|_| json!("catalogc-1"));
    valid("airflow/get-dag-run.request.json", &asked);
    for (state, succeeded, failed) in [
        ("queued", false, false),
        ("running", false, false),
        ("success", true, false),
        ("failed", false, true),
    ] {
        run["state"] = json!(state);
        let seen = answer(200, &run);
        assert_eq!(ask(&poll.succeeded, &seen), json!(succeeded), "{state}");
        assert_eq!(ask(&poll.failed, &seen), json!(failed), "{state}");
    }
}
