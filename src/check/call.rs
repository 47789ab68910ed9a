//! Calls against their connectors: names, arguments, templates and hosts.

use std::collections::BTreeSet;

use crate::check::Subject;
use crate::check::action::blueprint_of;
use crate::check::place::within;
use crate::check::schema::Schema;
use crate::check::shape;
use crate::expression::{Segment, Shape, Template, unknown_reads};
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0302, E0503, E0504, E0505, E0509};
use crate::model::action::Call;
use crate::model::connector::Send;
use crate::model::{Action, Connector, DocumentKind};
use crate::syntax::{Entry, Node, Value};
use crate::text::did_you_mean;

mod misspelt;

/// The calls of all actions.
pub(super) fn calls(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for action in &subject.catalog.actions {
        order(action, findings);
        let shape = blueprint_of(subject, action).map_or(Shape::Any, |blueprint| {
            shape::call(subject.catalog, action, blueprint)
        });
        for call in &action.calls {
            templates(subject, &call.with, &shape, findings);
            earlier(subject, action, call, &call.with, findings);
            match subject.catalog.find_connector(&call.connector.value) {
                Some(connector) => {
                    arguments(call, connector, findings);
                    host(subject, call, connector, findings);
                }
                None if subject.is_half_read(DocumentKind::Connectors) => {}
                None => {
                    let names: Vec<&str> = subject
                        .catalog
                        .connectors
                        .iter()
                        .map(|c| c.identifier.value.as_str())
                        .collect();
                    findings.push(
                        Finding::new(
                            &E0503,
                            call.connector.span,
                            format!("no connector is called `{}`", call.connector.value),
                        )
                        .label("not found")
                        .choose(&call.connector.value, &names),
                    );
                }
            }
        }
    }
}

/// Ids that stand twice, `needs` that name nothing, and `needs` that wait for each other.
fn order(action: &Action, findings: &mut Vec<Finding>) {
    let ids: Vec<&str> = action
        .calls
        .iter()
        .map(|call| call.id.value.as_str())
        .collect();
    for (n, call) in action.calls.iter().enumerate() {
        if let Some(first) = action
            .calls
            .iter()
            .take(n)
            .find(|first| first.id.value == call.id.value)
        {
            findings.push(
                Finding::new(
                    &E0302,
                    call.id.span,
                    format!("call `{}` is defined twice", call.id.value),
                )
                .label("second")
                .related(first.id.span, "first")
                .help("give one of the two another id"),
            );
        }
        for name in &call.needs {
            if !ids.contains(&name.value.as_str()) {
                findings.push(
                    Finding::new(
                        &E0504,
                        name.span,
                        format!("`{}` has no call `{}`", action.identifier.value, name.value),
                    )
                    .label("not found")
                    .choose(&name.value, &ids),
                );
            }
        }
    }
    let number = |name: &str| ids.iter().position(|id| *id == name);
    let edges: BTreeSet<(usize, usize)> = action
        .calls
        .iter()
        .enumerate()
        .flat_map(|(n, call)| {
            call.needs
                .iter()
                .filter_map(move |name| Some((number(&name.value)?, n)))
        })
        .collect();
    let selves = edges
        .iter()
        .filter(|(first, then)| first == then)
        .map(|(n, _)| *n);
    let knots = crate::graph::stages(action.calls.len(), &edges)
        .into_iter()
        .flat_map(|stage| stage.knots);
    for n in selves.chain(knots.filter_map(|knot| knot.last().copied())) {
        if let Some(name) = action.calls.get(n).and_then(|call| call.needs.first()) {
            findings.push(
                Finding::new(&E0504, name.span, "calls wait for each other in a circle")
                    .label("closes the circle")
                    .help("take one of the names out of a `needs`"),
            );
        }
    }
}

/// The templates below `node`: whether they can be read, and what they read.
pub(super) fn templates(
    subject: &Subject<'_>,
    node: &Node,
    shape: &Shape,
    findings: &mut Vec<Finding>,
) {
    match &node.value {
        Value::Sequence(nodes) => nodes
            .iter()
            .for_each(|node| templates(subject, node, shape, findings)),
        Value::Mapping(entries) => {
            for entry in entries.iter() {
                if entry.key.value.contains("{{") {
                    findings.push(
                        Finding::new(&E0505, entry.key.span, "a template stands in a key")
                            .label("is not filled in")
                            .help("make the whole mapping one template: `'{{ {(.inputs.name): 1} }}'`"),
                    );
                }
                templates(subject, &entry.node, shape, findings);
            }
        }
        Value::String(text) if text.contains("{{") => {
            let place = |start, end| within(subject.snapshot, node.span, text, start, end);
            match Template::parse(text) {
                Ok(template) => {
                    for hole in template.holes() {
                        for problem in unknown_reads(&hole.expression, shape) {
                            let span =
                                place(problem.start + hole.offset, problem.end + hole.offset);
                            findings.push(shape::unknown(&hole.expression, &problem, span));
                        }
                    }
                }
                Err(problems) => findings.extend(
                    problems
                        .iter()
                        .map(|problem| shape::refused(problem, place(problem.start, problem.end))),
                ),
            }
        }
        _ => {}
    }
}

/// Templates that read what another call gives without waiting for it.
fn earlier(
    subject: &Subject<'_>,
    action: &Action,
    call: &Call,
    node: &Node,
    findings: &mut Vec<Finding>,
) {
    match &node.value {
        Value::Sequence(nodes) => nodes
            .iter()
            .for_each(|node| earlier(subject, action, call, node, findings)),
        Value::Mapping(entries) => entries
            .iter()
            .for_each(|entry| earlier(subject, action, call, &entry.node, findings)),
        Value::String(text) if text.contains(".calls") => {
            let Ok(template) = Template::parse(text) else {
                return;
            };
            for hole in template.holes() {
                for read in hole.expression.reads() {
                    let [root, step, ..] = read.path.as_slice() else {
                        continue;
                    };
                    let (Segment::Key(root), Segment::Key(id)) = (&root.segment, &step.segment)
                    else {
                        continue;
                    };
                    let is_call = action.calls.iter().any(|other| other.id.value == *id);
                    if root != "calls" || !is_call || waits_for(action, call, id) {
                        continue;
                    }
                    let (start, end) = (step.start + hole.offset, step.end + hole.offset);
                    let is_itself = call.id.value == *id;
                    findings.push(
                        Finding::new(
                            &E0504,
                            within(subject.snapshot, node.span, text, start, end),
                            format!(
                                "`{}` does not wait for `{id}`, whose result it reads",
                                call.id.value
                            ),
                        )
                        .label("not known when it is called")
                        .help(if is_itself {
                            "read the result of an earlier call".to_owned()
                        } else {
                            format!("add `needs: [{id}]` to `{}`", call.id.value)
                        }),
                    );
                }
            }
        }
        _ => {}
    }
}

/// Whether a call is made only after the one called `id` has ended, directly or through others.
fn waits_for(action: &Action, call: &Call, id: &str) -> bool {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = call.needs.iter().map(|name| name.value.as_str()).collect();
    while let Some(name) = open.pop() {
        if name == id {
            return true;
        }
        if seen.insert(name) {
            let needed = action.calls.iter().filter(|other| other.id.value == name);
            // What an unknown name stands for is not known: it is told itself.
            if needed.clone().next().is_none() {
                return true;
            }
            open.extend(
                needed
                    .flat_map(|call| &call.needs)
                    .map(|name| name.value.as_str()),
            );
        }
    }
    false
}

/// Whether the value of `node` is known only later: a template, or a secret.
fn is_open(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => text.contains("{{"),
        Value::Sequence(nodes) => nodes.iter().any(is_open),
        Value::Mapping(entries) => {
            is_secret(entries) || entries.iter().any(|entry| is_open(&entry.node))
        }
        _ => false,
    }
}

/// Whether a mapping stands for a secret: `{fromEnv: NAME, prefix: "Bearer "}`.
pub(super) fn is_secret(entries: &[Entry]) -> bool {
    let is_key = |entry: &Entry| {
        matches!(entry.key.value.as_str(), "fromEnv" | "prefix") && entry.node.as_str().is_some()
    };
    crate::syntax::entry(entries, "fromEnv").is_some() && entries.iter().all(is_key)
}

/// The arguments of a call against the schema of its connector.
fn arguments(call: &Call, connector: &Connector, findings: &mut Vec<Finding>) {
    let known = connector
        .with
        .get("properties")
        .and_then(Node::as_mapping)
        .unwrap_or_default();
    let names: Vec<&str> = known.iter().map(|entry| entry.key.value.as_str()).collect();
    let connector_name = &connector.identifier.value;
    for entry in call.with.as_mapping().unwrap_or_default() {
        let name = entry.key.value.as_str();
        let Some(schema) = crate::syntax::entry(known, name) else {
            findings.push(
                Finding::new(
                    &E0509,
                    entry.key.span,
                    format!("`{connector_name}` takes no `{name}`"),
                )
                .label("not known")
                .choose(name, &names),
            );
            continue;
        };
        if is_open(&entry.node) {
            continue;
        }
        // The connector's own schema is checked where the connector is; here it only judges.
        if let Some(compiled) = Schema::compile(name, &schema.node, &mut Vec::new())
            && !compiled.fits(&entry.node.to_json())
        {
            if let Some(finding) = misspelt::secret(&entry.node) {
                findings.push(finding);
                continue;
            }
            let mut found = Vec::new();
            compiled.findings(name, connector_name, entry, &schema.node, &mut found);
            findings.extend(found.into_iter().map(|mut finding| {
                if connector.is_built_in() && finding.see.take().is_some() {
                    // A built-in connector stands in no file that could be shown.
                    finding = finding.label("does not fit the connector");
                }
                finding
            }));
        }
    }
    let required = connector
        .with
        .get("required")
        .and_then(Node::as_sequence)
        .unwrap_or_default();
    for name in required.iter().filter_map(Node::as_str) {
        if call.with.get(name).is_none_or(Node::is_null) {
            findings.push(
                Finding::new(
                    &E0509,
                    call.connector.span,
                    format!("`{connector_name}` needs `{name}`"),
                )
                .label(format!("`{name}` is missing in `with`"))
                .misses(Part::Input, name)
                .help(format!("add `{name}` to `with`")),
            );
        }
    }
}

/// The host of a call, which must be written out and be one that the settings allow.
fn host(subject: &Subject<'_>, call: &Call, connector: &Connector, findings: &mut Vec<Finding>) {
    let Send::Request(request) = &connector.send else {
        return;
    };
    let template = request.get("url").and_then(Node::as_str).unwrap_or("");
    let (written, span) = match call.with.get("url") {
        Some(url) if template.trim_start().starts_with("{{") => {
            (url.as_str().unwrap_or(""), url.span)
        }
        _ => (template, call.connector.span),
    };
    let Some(host) = host_of(written) else {
        findings.push(
            Finding::new(
                &E0509,
                span,
                "the host of a call is written out, with https:// before it",
            )
            .label("no host that a reviewer could see")
            .help("write `https://HOST/` and put templates behind it only"),
        );
        return;
    };
    let hosts = &subject.catalog.settings.hosts.allowed;
    let is_known = !subject.catalog.settings.half_read;
    if is_known && !hosts.keys().any(|name| name.eq_ignore_ascii_case(host)) {
        let names: Vec<&str> = hosts
            .keys()
            .map(compact_str::CompactString::as_str)
            .collect();
        findings.push(
            Finding::new(
                &E0509,
                span,
                format!("connectors may not connect to `{host}`"),
            )
            .label("not in `hosts` of catalogc.yaml")
            .misses(Part::Key, host)
            .help(crate::text::nearest(host, names).map_or_else(
                || format!("add `{host}` to `hosts` in catalogc.yaml").into(),
                did_you_mean,
            )),
        );
    }
}

/// The host of a URL up to its first template; `None` where a template could change it.
pub(super) fn host_of(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end)?;
    let is_plain = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    is_plain.then_some(host)
}
