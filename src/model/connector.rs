//! A connector: how a backend is called and polled, as data.
//!
//! The built-in ones are written in the same language as a catalog's own.

use crate::finding::Finding;
use crate::finding::codes::{E0202, E0209};
use crate::model::duration::Seconds;
use crate::model::fields::{Fields, text_of};
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::MergeKeys;
use crate::syntax::Node;
use crate::text::{FileId, Located, Span, Text};

/// What the backend promises about a call that is sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    /// It takes our key: the same call may be sent again.
    Keyed,
    /// A call can be looked up by our key before it is sent again.
    Lookup,
    /// Nothing: a call that may have been sent is never sent again.
    Blind,
}

impl Contract {
    /// The word in a connector.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keyed => "keyed",
            Self::Lookup => "lookup",
            Self::Blind => "blind",
        }
    }
}

/// How a backend is called and polled.
#[derive(Debug, Clone)]
pub struct Connector {
    /// Its name.
    pub identifier: Located<Text>,
    /// What the backend promises.
    pub contract: Contract,
    /// The JSON Schema of a call's `with`: `{properties, required}`.
    pub with: Node,
    /// What is sent.
    pub send: Send,
    /// jq over the answer: whether the backend took the call.
    pub accepted: Option<Located<Text>>,
    /// What of the answer is kept: name and jq over the answer.
    pub outputs: Vec<(Located<Text>, Located<Text>)>,
    /// How a call is found by its key.
    pub lookup: Option<Lookup>,
    /// How a long call is watched.
    pub poll: Option<Poll>,
    /// All of the document, for digests and diffs.
    pub root: Node,
}

/// What is sent: templates over `{with, run}`.
#[derive(Debug, Clone)]
pub enum Send {
    /// To the HTTP engine: `{method, url, headers, body}`.
    Request(Node),
    /// To the process engine: `{program, args, env}`.
    Process(Node),
}

/// How a call is found by its key before it is sent again.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The request, templates over `{with, run}`.
    pub request: Node,
    /// jq over the answer: whether the call is there.
    pub found: Located<Text>,
    /// What of the answer is kept.
    pub outputs: Vec<(Located<Text>, Located<Text>)>,
}

/// How a long call is watched.
#[derive(Debug, Clone)]
pub struct Poll {
    /// The request, templates over `{with, run, outputs}`.
    pub request: Node,
    /// The time between two looks; it grows to eight times as much.
    pub every: Seconds,
    /// jq over the answer: whether the call ended well.
    pub succeeded: Located<Text>,
    /// jq over the answer: whether it ended badly.
    pub failed: Located<Text>,
    /// What of the answer is kept.
    pub outputs: Vec<(Located<Text>, Located<Text>)>,
}

/// The connectors that need no file.
static BUILT_IN: &[&str] = &[
    include_str!("connector/airflow-dag-run.yaml"),
    include_str!("connector/argo-workflow.yaml"),
    include_str!("connector/azure-pipeline.yaml"),
    include_str!("connector/circleci-pipeline.yaml"),
    include_str!("connector/command.yaml"),
    include_str!("connector/github-workflow.yaml"),
    include_str!("connector/gitlab-pipeline.yaml"),
    include_str!("connector/jenkins-job.yaml"),
    include_str!("connector/jira-issue.yaml"),
    include_str!("connector/pagerduty-incident.yaml"),
    include_str!("connector/slack-message.yaml"),
    include_str!("connector/webhook.yaml"),
];

/// The built-in connectors. What is wrong with them is found by a test, not by users.
pub(super) fn built_in() -> Vec<Connector> {
    BUILT_IN
        .iter()
        .flat_map(|text| crate::syntax::parse(FileId::BUILT_IN, text, MergeKeys::Refused).0)
        .filter_map(|document| read(&document, &mut Vec::new()))
        .collect()
}

impl Connector {
    /// Whether it needs no file.
    pub fn is_built_in(&self) -> bool {
        self.identifier.span.file == FileId::BUILT_IN
    }
}

/// Reads a connector; `None` when it cannot be used.
pub(super) fn read(document: &Document, findings: &mut Vec<Finding>) -> Option<Connector> {
    let root = &document.root;
    let place = root
        .as_mapping()
        .and_then(<[Entry]>::first)
        .map_or(root.span, |entry| entry.key.span);
    let mut fields = Fields::of("a connector", root, place, findings)?;
    let identifier = fields.required_text("identifier");
    for key in ["title", "description"] {
        fields.text(key);
    }
    if fields.entry("contract").is_none() {
        fields.missing("contract");
    }
    let words = [Contract::Keyed, Contract::Lookup, Contract::Blind]
        .map(|contract| (contract.word(), contract));
    let contract = fields.one_of("contract", &words);
    let with = fields.node("with").cloned();
    if with.is_none() {
        fields.missing("with");
    }
    let (request, process) = (
        fields.node("request").cloned(),
        fields.node("process").cloned(),
    );
    let accepted = fields.text("accepted");
    let outputs = fields.mapping("outputs");
    let (lookup, poll) = (fields.entry("lookup"), fields.entry("poll"));
    fields.done();
    let outputs = read_outputs(outputs, findings);
    let lookup = lookup.and_then(|entry| read_lookup(entry, findings));
    let poll = poll.and_then(|entry| read_poll(entry, findings));
    let send = read_send(request, process, place, findings);
    let (identifier, contract) = (identifier?, contract?);
    if contract.value == Contract::Lookup && lookup.is_none() {
        findings.push(
            Finding::new(
                &E0209,
                contract.span,
                "a connector with the contract `lookup` needs `lookup`",
            )
            .label("no `lookup` says how a call is found")
            .help("add `lookup: {request, found}`, or write `contract: blind`"),
        );
    }
    if !document.complete {
        return None;
    }
    Some(Connector {
        identifier,
        contract: contract.value,
        with: with?,
        send: send?,
        accepted,
        outputs,
        lookup,
        poll,
        root: root.clone(),
    })
}

/// What is sent: by one engine or the other.
fn read_send(
    request: Option<Node>,
    process: Option<Node>,
    place: Span,
    findings: &mut Vec<Finding>,
) -> Option<Send> {
    match (request, process) {
        (Some(request), None) => Some(Send::Request(request)),
        (None, Some(process)) => Some(Send::Process(process)),
        _ => {
            findings.push(
                Finding::new(
                    &E0202,
                    place,
                    "a connector has either `request` or `process`",
                )
                .label("not exactly one of the two")
                .help("add `request: {method, url, headers, body}`"),
            );
            None
        }
    }
}

fn read_outputs(
    entries: &[Entry],
    findings: &mut Vec<Finding>,
) -> Vec<(Located<Text>, Located<Text>)> {
    entries
        .iter()
        .filter_map(|entry| {
            Some((
                entry.key.clone(),
                text_of(&entry.node, &entry.key.value, findings)?,
            ))
        })
        .collect()
}

fn read_lookup(entry: &Entry, findings: &mut Vec<Finding>) -> Option<Lookup> {
    let mut fields = Fields::of("`lookup`", &entry.node, entry.key.span, findings)?;
    let request = fields.node("request").cloned();
    if request.is_none() {
        fields.missing("request");
    }
    let found = fields.required_text("found");
    let outputs = fields.mapping("outputs");
    fields.done();
    let outputs = read_outputs(outputs, findings);
    Some(Lookup {
        request: request?,
        found: found?,
        outputs,
    })
}

fn read_poll(entry: &Entry, findings: &mut Vec<Finding>) -> Option<Poll> {
    let mut fields = Fields::of("`poll`", &entry.node, entry.key.span, findings)?;
    let request = fields.node("request").cloned();
    if request.is_none() {
        fields.missing("request");
    }
    let every = fields.duration("every", Seconds(86_400));
    let succeeded = fields.required_text("succeeded");
    let failed = fields.required_text("failed");
    let outputs = fields.mapping("outputs");
    fields.done();
    let outputs = read_outputs(outputs, findings);
    let every = every.unwrap_or(Seconds(5));
    Some(Poll {
        request: request?,
        every,
        succeeded: succeeded?,
        failed: failed?,
        outputs,
    })
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, read};
    use crate::syntax::MergeKeys;
    use crate::text::FileId;

    #[test]
    fn the_built_in_connectors_are_without_findings() {
        for text in BUILT_IN {
            let (documents, mut findings) =
                crate::syntax::parse(FileId::BUILT_IN, text, MergeKeys::Refused);
            assert_eq!(documents.len(), 1);
            assert!(read(&documents[0], &mut findings).is_some(), "{findings:?}");
            assert!(findings.is_empty(), "{findings:?}");
        }
    }
}
