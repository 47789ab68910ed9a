//! What an action calls.
//!
//! In: `invocationMethod` of Port. Out: the native call. Payloads keep their places; their
//! templates get the names of the catalog.

use std::sync::Arc;

use super::Reading;
use super::input::Inputs;
use super::key;
use super::shape::is_empty;
use super::template::translate;
use crate::finding::Finding;
use crate::finding::codes::E0204;
use crate::model::reader::tree;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Span;

/// The keys of all methods together.
const KEYS: [&str; 26] = [
    "agent",
    "blueprintIdentifier",
    "body",
    "config",
    "defaultRef",
    "groupName",
    "headers",
    "installationId",
    "integrationActionExecutionProperties",
    "integrationActionType",
    "mapping",
    "method",
    "omitPayload",
    "omitUserInputs",
    "org",
    "payload",
    "pipelineVariables",
    "projectName",
    "repo",
    "reportWorkflowStatus",
    "synchronized",
    "type",
    "url",
    "webhook",
    "workflow",
    "workflowInputs",
];

/// The methods that Port knows.
const METHODS: [&str; 7] = [
    "AZURE_DEVOPS",
    "GITHUB",
    "GITLAB",
    "INTEGRATION_ACTION",
    "KAFKA",
    "UPSERT_ENTITY",
    "WEBHOOK",
];

/// Keys that say something for one method alone.
const OF_ONE: [(&str, &str); 12] = [
    ("body", "WEBHOOK"),
    ("defaultRef", "GITLAB"),
    ("groupName", "GITLAB"),
    ("headers", "WEBHOOK"),
    ("method", "WEBHOOK"),
    ("pipelineVariables", "GITLAB"),
    ("projectName", "GITLAB"),
    ("repo", "GITHUB"),
    ("reportWorkflowStatus", "GITHUB"),
    ("url", "WEBHOOK"),
    ("workflow", "GITHUB"),
    ("workflowInputs", "GITHUB"),
];

/// The branch of a workflow or pipeline for which Port names none: it takes the default one.
const BRANCH: &str = "main";

/// What becomes of an invocation.
pub(super) enum Invocation {
    /// The native `calls`.
    Calls(Entry),
    /// The action changes the catalog alone.
    Nothing,
    /// Nothing here can do it, and the action is nothing without it.
    Impossible,
}

/// Reads an invocation.
pub(super) fn read(invocation: &Entry, inputs: &Inputs, reading: &mut Reading<'_>) -> Invocation {
    let node = &settled(invocation, reading);
    let Some((method, span)) = node
        .get("type")
        .and_then(|kind| Some((kind.as_str()?, kind.span)))
    else {
        reading.lost(
            invocation.key.span,
            "an invocation without `type`",
            "say how it is invoked",
        );
        return Invocation::Impossible;
    };
    let config = config(node);
    of_others(&config, method, reading);
    let with = match method {
        "WEBHOOK" => webhook(&config, reading),
        "GITHUB" => github(&config, span, inputs, reading),
        "GITLAB" => gitlab(&config, span),
        "AZURE_DEVOPS" => azure(&config, span),
        "UPSERT_ENTITY" => {
            let help = "make the change in the pull request that asks for the action";
            reading.lost(span, "the entity that the action writes", help);
            return Invocation::Nothing;
        }
        "KAFKA" | "INTEGRATION_ACTION" => {
            let help = "write the action with a connector of the catalog";
            reading.lost(
                span,
                format!("the action, which is invoked by `{method}`"),
                help,
            );
            return Invocation::Impossible;
        }
        _ => {
            reading.findings.push(
                Finding::new(&E0204, span, format!("`{method}` is no method of Port's"))
                    .label("not one of the words")
                    .choose(method, &METHODS),
            );
            return Invocation::Impossible;
        }
    };
    let connector = match method {
        "GITHUB" => "github-workflow",
        "GITLAB" => "gitlab-pipeline",
        _ => "webhook",
    };
    let with = translate(tree::mapping(node.span, with), &inputs.entities, reading);
    let call = vec![
        tree::entry("id", span, tree::text("invocation", span)),
        tree::entry("connector", span, tree::text(connector, span)),
        tree::entry("with", span, with),
    ];
    let call = tree::mapping(node.span, call);
    let calls = tree::sequence(node.span, vec![call]);
    Invocation::Calls(tree::entry("calls", invocation.key.span, calls))
}

/// Says of keys that they are those of another method, and do nothing in this one.
fn of_others(config: &[&Entry], method: &str, reading: &mut Reading<'_>) {
    // Of a method that is not carried over no key is.
    if !["GITHUB", "GITLAB", "WEBHOOK"].contains(&method) {
        return;
    }
    for (key, of) in OF_ONE.into_iter().filter(|(_, of)| *of != method) {
        let Some(entry) = find(config, key).filter(|it| !is_empty(&it.node)) else {
            continue;
        };
        let what = format!("`{key}` of an invocation by `{method}`");
        let help = format!("delete it, or write `type: {of}`, which has it");
        reading.lost(entry.key.span, what, &help);
    }
}

/// An invocation by the keys that were meant.
fn settled(invocation: &Entry, reading: &mut Reading<'_>) -> Node {
    let mut node = key::settled_below(invocation, &KEYS, reading).node;
    if let Value::Mapping(entries) = &mut node.value {
        for entry in Arc::make_mut(entries) {
            if entry.key.value == "config" {
                *entry = key::settled_below(entry, &KEYS, reading);
            }
        }
    }
    node
}

/// The keys of an invocation, where Port has them beside `type` and where it nests them.
fn config(node: &Node) -> Vec<&Entry> {
    let nested = node
        .get("config")
        .and_then(Node::as_mapping)
        .unwrap_or_default();
    let own = node.as_mapping().unwrap_or_default();
    own.iter()
        .chain(nested)
        .filter(|entry| !matches!(entry.key.value.as_str(), "type" | "config"))
        .filter(|entry| !entry.node.is_null())
        .collect()
}

fn find<'n>(config: &[&'n Entry], key: &str) -> Option<&'n Entry> {
    config.iter().copied().find(|entry| entry.key.value == key)
}

fn is_true(config: &[&Entry], key: &str) -> bool {
    find(config, key).is_some_and(|entry| entry.node.value == Value::Bool(true))
}

/// An entry under another name, where the key is still what its author wrote.
fn under(name: &str, entry: &Entry) -> Entry {
    tree::entry(name, entry.key.span, entry.node.clone())
}

fn webhook(config: &[&Entry], reading: &mut Reading<'_>) -> Vec<Entry> {
    if let Some(agent) = find(config, "agent").filter(|_| is_true(config, "agent")) {
        let help = "run `catalogc apply` where it reaches the backend";
        reading.lost(agent.key.span, "the agent that calls in your network", help);
    }
    ["method", "url", "headers", "body"]
        .iter()
        .filter_map(|key| find(config, key))
        .cloned()
        .collect()
}

fn github(config: &[&Entry], span: Span, inputs: &Inputs, reading: &mut Reading<'_>) -> Vec<Entry> {
    let mut with = Vec::new();
    let text = |key| find(config, key).and_then(|entry| Some((entry, entry.node.as_str()?)));
    if let (Some((_, org)), Some((entry, repo))) = (text("org"), text("repo")) {
        let repository = format!("{org}/{repo}");
        with.push(tree::entry(
            "repository",
            entry.key.span,
            tree::text(&repository, entry.node.span),
        ));
    }
    with.extend(find(config, "workflow").cloned());
    with.push(tree::entry("ref", span, tree::text(BRANCH, span)));
    if let Some(entry) = find(config, "workflowInputs") {
        with.push(under("inputs", entry));
    } else if !is_true(config, "omitUserInputs") && !inputs.names.is_empty() {
        // The first version of actions sends what the form has.
        let each = inputs.names.iter().map(|name| {
            let value = format!("{{{{ .inputs.{name} // \"\" }}}}");
            tree::entry(name, span, tree::text(&value, span))
        });
        with.push(tree::entry(
            "inputs",
            span,
            tree::mapping(span, each.collect()),
        ));
    }
    if let Some(payload) = find(config, "omitPayload").filter(|_| !is_true(config, "omitPayload")) {
        let help = "name what the workflow needs in `inputs`";
        reading.lost(payload.key.span, "the input `port_payload`", help);
    }
    with
}

fn gitlab(config: &[&Entry], span: Span) -> Vec<Entry> {
    let mut with = Vec::new();
    let text = |key| find(config, key).and_then(|entry| Some((entry, entry.node.as_str()?)));
    if let (Some((_, group)), Some((entry, project))) = (text("groupName"), text("projectName")) {
        let path = format!("{group}/{project}");
        with.push(tree::entry(
            "project",
            entry.key.span,
            tree::text(&path, entry.node.span),
        ));
    }
    with.push(match find(config, "defaultRef") {
        Some(entry) => under("ref", entry),
        None => tree::entry("ref", span, tree::text(BRANCH, span)),
    });
    let variables = find(config, "pipelineVariables").filter(|entry| !is_empty(&entry.node));
    with.extend(variables.map(|entry| under("variables", entry)));
    with
}

/// Azure takes a request at the address of an incoming webhook.
fn azure(config: &[&Entry], span: Span) -> Vec<Entry> {
    let mut with = vec![tree::entry("method", span, tree::text("POST", span))];
    let text = |key| find(config, key).and_then(|entry| Some((entry, entry.node.as_str()?)));
    if let (Some((_, org)), Some((entry, webhook))) = (text("org"), text("webhook")) {
        let url = format!(
            "https://dev.azure.com/{org}/_apis/public/distributedtask/webhooks/{webhook}?api-version=6.0-preview"
        );
        with.push(tree::entry(
            "url",
            entry.key.span,
            tree::text(&url, entry.node.span),
        ));
    }
    with.extend(find(config, "payload").map(|entry| under("body", entry)));
    with
}
