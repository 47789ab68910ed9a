//! Every action of the shipped catalog from an edit to what is sent: each request is compared
//! with `fixtures/actions/<action>/calls.json` and held against the schema that the vendor
//! publishes, an excerpt of which is in `fixtures/vendors`.
#![expect(
    clippy::disallowed_methods,
    reason = "the cases and the schemas are read as the files that they are"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use catalogc::apply::resolve;
use catalogc::check::has_errors;
use catalogc::compile::{Compiled, compile};
use catalogc::expression::Expression;
use catalogc::plan::file::{Call, PlanFile, Revision, Send, Step};
use catalogc::plan::rendered::Rendered;
use catalogc::plan::schema::plan_schema;
use catalogc::plan::{Apart, Asked, Spent, plan};
use catalogc::source::{Selection, Snapshot, SourceFile, disk};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::bless;
use crate::support::{Folder, selection};

/// A run key as apply makes them.
const KEY: &str = "9f2c4e6a8b0d1f3e5a7c9b1d3f5e7a9c0b2d4f6e8a1c3e5f7b9d0a2c4e6f8b1d";
/// What stands for a run key where the request is shown to people.
const KEY_SHOWN: &str = "run.key";

/// An edit of the shipped catalog, and what it must start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The behaviour, in one line.
    about: String,
    actor: String,
    changes: Vec<Change>,
    /// How the step is decided, in words.
    outcome: String,
    /// By call, the schema of its request; `null` where the backend is the company's own.
    schemas: BTreeMap<String, Option<String>>,
}

/// A change of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    path: String,
    replace: Option<(String, String)>,
    text: Option<String>,
    #[serde(default)]
    delete: bool,
}

#[test]
fn every_action_sends_what_its_fixture_says_and_its_vendor_takes() {
    let shipped = Shipped::read();
    let before = compile(shipped.snapshot(&[]), &shipped.selection);
    assert!(before.findings.is_empty(), "{:?}", before.findings);
    let actions: BTreeSet<String> = before
        .catalog
        .actions
        .iter()
        .map(|action| action.identifier.value.to_string())
        .collect();
    let folders: BTreeSet<String> = names(&fixtures("actions"));
    assert_eq!(folders, actions, "a folder for each action");
    let schema = jsonschema::validator_for(&plan_schema()).unwrap();
    let mut differences = Vec::new();
    for action in &actions {
        let case = fs::read_to_string(fixtures(&format!("actions/{action}/case.yaml"))).unwrap();
        let case: Case =
            serde_yaml::from_str(&case).unwrap_or_else(|error| panic!("{action}: {error}"));
        assert!(!case.about.is_empty(), "{action}");
        let after = compile(shipped.snapshot(&case.changes), &shipped.selection);
        let plan = planned(&before, &after, &case.actor);
        let value: Json = serde_json::from_slice(&plan.to_bytes()).unwrap();
        let wrong: Vec<String> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
        assert_eq!(wrong, [""; 0], "{action}");
        let steps: Vec<&Step> = plan
            .steps
            .iter()
            .filter(|step| step.action == *action)
            .collect();
        assert!(!steps.is_empty(), "{action}: the edit starts it");
        for step in &steps {
            assert_eq!(
                step.outcome.words(),
                case.outcome,
                "{action}: {:?}",
                step.decisions
            );
            fits(step, &case);
        }
        let shown: Vec<Json> = steps.iter().map(|step| shown(step)).collect();
        let text = serde_json::to_string_pretty(&shown).unwrap() + "\n";
        differences.extend(bless::differs(
            &format!("actions/{action}/calls.json"),
            &text,
        ));
    }
    bless::none_differ(&differences, "actions");
}

#[test]
fn a_workflow_run_is_found_and_watched_in_what_github_answers() {
    let call = some_call("change_replicas", "scale");
    let mut list = example("github/list-workflow-runs-for-a-workflow.response.json");
    let lookup = call.lookup.unwrap();
    let answer = |body: &Json| json!({"status": 200, "headers": {}, "body": body, "key": KEY});
    assert_eq!(ask(&lookup.found, &answer(&list)), json!(false));
    list["workflow_runs"][0]["display_title"] = json!(format!("scale CartService {KEY}"));
    assert_eq!(ask(&lookup.found, &answer(&list)), json!(true));
    assert_eq!(
        ask(&lookup.outputs["id"], &answer(&list)),
        list["workflow_runs"][0]["id"]
    );
    assert_eq!(
        ask(&lookup.outputs["url"], &answer(&list)),
        list["workflow_runs"][0]["html_url"]
    );
    let poll = call.poll.unwrap();
    let mut run = example("github/get-a-workflow-run.response.json");
    for (status, conclusion, succeeded, failed) in [
        ("queued", Json::Null, false, false),
        ("in_progress", Json::Null, false, false),
        ("completed", json!("success"), true, false),
        ("completed", json!("failure"), false, true),
        ("completed", json!("cancelled"), false, true),
    ] {
        run["status"] = json!(status);
        run["conclusion"] = conclusion;
        assert_eq!(
            ask(&poll.succeeded, &answer(&run)),
            json!(succeeded),
            "{status}"
        );
        assert_eq!(ask(&poll.failed, &answer(&run)), json!(failed), "{status}");
    }
}

#[test]
fn an_issue_is_known_by_what_jira_answers() {
    let call = some_call("create_jira_issue", "issue");
    let created = example("jira/create-issue.response.json");
    let answer = json!({"status": 201, "headers": {}, "body": created, "key": KEY});
    assert_eq!(ask(&call.accepted.unwrap(), &answer), json!(true));
    assert_eq!(ask(&call.outputs["issue"], &answer), created["key"]);
    let lookup = call.lookup.unwrap();
    let found = example("jira/search-jql.response.json");
    let answer = json!({"status": 200, "headers": {}, "body": found, "key": KEY});
    assert_eq!(ask(&lookup.found, &answer), json!(true));
    assert_eq!(
        ask(&lookup.outputs["issue"], &answer),
        found["issues"][0]["key"]
    );
    let none = json!({"status": 200, "headers": {}, "body": {"issues": []}, "key": KEY});
    assert_eq!(ask(&lookup.found, &none), json!(false));
}

#[test]
fn every_excerpt_says_where_it_is_from() {
    for vendor in names(&fixtures("vendors")) {
        let source = fs::read_to_string(fixtures(&format!("vendors/{vendor}/SOURCE.md"))).unwrap();
        for file in names(&fixtures(&format!("vendors/{vendor}"))) {
            let is_named = file == "SOURCE.md" || source.contains(&format!("`{file}`"));
            assert!(
                is_named,
                "vendors/{vendor}/SOURCE.md says nothing of {file}"
            );
        }
        assert!(source.contains("https://"), "{vendor}");
    }
}

/// The catalog that is handed out, as it is on the disk.
struct Shipped {
    files: Vec<SourceFile>,
    selection: Selection,
}

impl Shipped {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let selection = selection(&Folder(root));
        let files = disk::read(root, &selection).unwrap().as_slice().to_vec();
        Self { files, selection }
    }

    fn snapshot(&self, changes: &[Change]) -> Snapshot {
        let mut files = self.files.clone();
        for change in changes {
            let path = format!("catalog/{}", change.path);
            let at = files.iter().position(|file| file.path == path);
            match (at, &change.replace, &change.text) {
                (Some(at), Some((old, new)), None) => {
                    let text = files[at].text.as_deref().unwrap();
                    assert_eq!(text.matches(old.as_str()).count(), 1, "`{old}` in {path}");
                    files[at].text = Ok(text.replace(old.as_str(), new).as_str().into());
                }
                (None, None, Some(text)) => files.push(SourceFile {
                    path,
                    text: Ok(text.as_str().into()),
                    merged: false,
                }),
                (Some(at), None, None) if change.delete => drop(files.remove(at)),
                _ => panic!("{path}: a change replaces or deletes what is there, or adds a text"),
            }
        }
        Snapshot::new(files)
    }
}

pub(crate) fn planned(before: &Compiled, after: &Compiled, actor: &str) -> PlanFile {
    // Tests of rules that are about an example which goes only warn.
    assert!(!has_errors(&after.findings), "{:?}", after.findings);
    let (rules, _) = catalogc::policy::compile(&before.catalog, &before.graph, &before.snapshot);
    let revision = |name: &str| Revision {
        name: name.to_owned(),
        commit: None,
    };
    let asked = Asked {
        target: revision("main"),
        head: revision("head"),
        actors: &[actor.to_owned()],
        approvals: &[],
        accounts: &catalogc::plan::account::Accounts::default(),
        excluded: &[],
        merged: Vec::new(),
        outside: &[],
        apart: &Apart::default(),
        root: "catalog",
        has_target: true,
        spent: &Spent::default(),
        incomplete: None,
        masks: None,
    };
    plan(before, after, &rules, &asked).unwrap_or_else(|findings| panic!("{findings:?}"))
}

/// What a call sends, with an environment and with answers of earlier calls.
pub(crate) fn sent(rendered: &Rendered, key: &str, outputs: &dyn Fn(&str) -> Json) -> Json {
    let known: Map<String, Json> = [
        ("run", json!({"key": key})),
        (
            "calls",
            json!({"scale": {"outputs": {"url": outputs("calls.scale.outputs.url")}}}),
        ),
        ("outputs", json!({"id": outputs("outputs.id")})),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    resolve(rendered, &known, &|name| Some(format!("${name}"))).unwrap()
}

/// Holds what a step sends against the schemas of those who get it.
fn fits(step: &Step, case: &Case) {
    let outputs = |name: &str| match name {
        "outputs.id" => json!(9_182_735),
        _ => json!("https://github.com/acme/ops/actions/runs/9182735"),
    };
    let ids: BTreeSet<&String> = step.calls.iter().map(|call| &call.id).collect();
    assert_eq!(ids, case.schemas.keys().collect(), "{}", step.action);
    for call in &step.calls {
        let (Send::Request(send) | Send::Process(send)) = &call.send;
        if let Some(schema) = &case.schemas[&call.id] {
            valid(
                &format!("{schema}.request.json"),
                &sent(send, KEY, &outputs),
            );
        }
        let further = |name: &str, request: &Rendered| {
            valid(
                &format!("{name}.request.json"),
                &sent(request, KEY, &outputs),
            );
        };
        match call.connector.as_str() {
            "github-workflow" => {
                further(
                    "github/list-workflow-runs-for-a-workflow",
                    &call.lookup.as_ref().unwrap().request,
                );
                further(
                    "github/get-a-workflow-run",
                    &call.poll.as_ref().unwrap().request,
                );
            }
            "jira-issue" => further("jira/search-jql", &call.lookup.as_ref().unwrap().request),
            _ => assert!(call.lookup.is_none() && call.poll.is_none(), "{}", call.id),
        }
    }
}

/// A step as its fixture has it: what is known only at apply is named, secrets by variable.
fn shown(step: &Step) -> Json {
    let outputs = |name: &str| json!(name);
    let show = |rendered: &Rendered| readable(sent(rendered, KEY_SHOWN, &outputs));
    let calls = step.calls.iter().map(|call| {
        let (Send::Request(send) | Send::Process(send)) = &call.send;
        let mut shown = json!({"id": call.id});
        let entries = show(send);
        shown
            .as_object_mut()
            .unwrap()
            .extend(entries.as_object().unwrap().clone());
        if let Some(lookup) = &call.lookup {
            shown["lookup"] = show(&lookup.request);
        }
        if let Some(poll) = &call.poll {
            shown["poll"] = show(&poll.request);
        }
        shown
    });
    json!({"entity": step.entity, "calls": calls.collect::<Vec<_>>()})
}

/// `{"at apply": "run.key"}` for what is known only then.
fn readable(value: Json) -> Json {
    match value {
        Json::String(text) => {
            let names = [KEY_SHOWN, "calls.scale.outputs.url", "outputs.id"];
            if names.contains(&text.as_str()) {
                return json!({"at apply": text});
            }
            match names.iter().find(|name| text.contains(*name)) {
                Some(name) => json!({"at apply": text.replace(name, &format!("{{{name}}}"))}),
                None => Json::String(text),
            }
        }
        Json::Array(items) => items.into_iter().map(readable).collect(),
        Json::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| (key, readable(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

/// Fails where a value is not what a vendor's schema asks for.
pub(crate) fn valid(file: &str, value: &Json) {
    let schema = json_file(file);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{file}\n{}\n{value:#}",
        errors.join("\n")
    );
}

/// The answer that a vendor's schema gives as its example.
pub(crate) fn example(file: &str) -> Json {
    let example = json_file(file)["examples"][0].clone();
    valid(file, &example);
    example
}

/// What an action's case makes of one of its calls.
fn some_call(action: &str, id: &str) -> Call {
    let shipped = Shipped::read();
    let case = fs::read_to_string(fixtures(&format!("actions/{action}/case.yaml"))).unwrap();
    let case: Case = serde_yaml::from_str(&case).unwrap();
    let before = compile(shipped.snapshot(&[]), &shipped.selection);
    let after = compile(shipped.snapshot(&case.changes), &shipped.selection);
    let plan = planned(&before, &after, &case.actor);
    let mut calls = plan.steps.into_iter().flat_map(|step| step.calls);
    calls.find(|call| call.id == id).unwrap()
}

pub(crate) fn ask(source: &str, input: &Json) -> Json {
    Expression::parse(source).unwrap().evaluate(input).unwrap()
}

fn json_file(file: &str) -> Json {
    let text = fs::read_to_string(fixtures(&format!("vendors/{file}")))
        .unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn fixtures(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}
