//! Requests against the actions and entities that they name.

use crate::check::Subject;
use crate::check::action::unknown_action;
use crate::check::schema::Schema;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::Part;
use crate::finding::codes::{E0202, E0205, E0207, E0501, E0502, E0507, E0510};
use crate::graph::Unchecked;
use crate::model::request::{BREAK_GLASS, GlassReason, Lifts, OVERRIDE, REASON_MAX};
use crate::model::{Action, DocumentKind, Request, is_secret};
use crate::syntax::Entry;
use crate::text::did_you_mean;
use crate::text::near;

mod named;

/// Actions that every catalog has and that a request may ask for.
const BUILT_IN: [&str; 3] = [BREAK_GLASS, OVERRIDE, "record"];

/// All requests.
pub(super) fn requests(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for request in &subject.catalog.requests {
        if BUILT_IN.contains(&request.action.value.as_str()) {
            if request.action.value == BREAK_GLASS {
                glass(request, findings);
            }
            if request.action.value == OVERRIDE {
                Lifts::of(request, findings);
            }
            continue;
        }
        let Some(action) = subject.catalog.find_action(&request.action.value) else {
            if subject.is_half_read(DocumentKind::Actions) {
                continue;
            }
            let names = subject
                .catalog
                .actions
                .iter()
                .filter(|action| action.trigger.request.is_some());
            let names: Vec<&str> = names
                .map(|action| action.identifier.value.as_str())
                .chain(BUILT_IN)
                .collect();
            findings.push(unknown_action(&request.action, &names));
            continue;
        };
        if action.trigger.request.is_none() {
            findings.push(
                Finding::new(
                    &E0501,
                    request.action.span,
                    format!(
                        "`{}` is not asked for by a request",
                        action.identifier.value
                    ),
                )
                .label("has no `request: true`")
                .related(action.identifier.span, "the action")
                .help("make the change that triggers it in the entity's file"),
            );
        }
        entity(subject, request, action, findings);
        given(&request.inputs, action, findings);
        named::check(subject, &request.inputs, action, findings);
        required(request, action, findings);
    }
}

/// Who breaks the glass says why, in words that the ledger keeps.
fn glass(request: &Request, findings: &mut Vec<Finding>) {
    let help = "write `inputs: {reason: \"...\"}`: why it cannot wait, for those who read it later";
    for entry in &request.inputs {
        if entry.key.value != "reason" {
            findings.push(
                Finding::new(
                    &E0502,
                    entry.key.span,
                    format!("`{BREAK_GLASS}` has no input `{}`", entry.key.value),
                )
                .label("not known")
                .choose(&entry.key.value, &["reason"]),
            );
        }
    }
    let finding = match request.glass_reason() {
        GlassReason::Given(_) => return,
        GlassReason::Missing => Finding::new(
            &E0205,
            request.inputs_place,
            format!("`{BREAK_GLASS}` needs the input `reason`"),
        )
        .misses(Part::Input, "reason")
        .label("`reason` is missing"),
        GlassReason::Wrong(span) => Finding::new(
            &E0207,
            span,
            format!("the reason of `{BREAK_GLASS}` is no text of 1 to {REASON_MAX} characters"),
        )
        .label("says nothing that can be kept"),
    };
    findings.push(finding.help(help));
}

fn entity(subject: &Subject<'_>, request: &Request, action: &Action, findings: &mut Vec<Finding>) {
    let Some(name) = &request.entity else {
        findings.push(
            Finding::new(&E0202, request.action.span, "a request needs `entity`")
                .misses(Part::Key, "entity")
                .label("for which entity?")
                .help(format!(
                    "add `entity` with the identifier of a {}",
                    action.blueprint.value
                )),
        );
        return;
    };
    let Some((id, blueprint)) = subject.catalog.find_blueprint(&action.blueprint.value) else {
        return;
    };
    let lost = &subject.catalog.lost;
    let kind = &blueprint.identifier.value;
    let is_missing = subject.catalog.find_entity(id, &name.value).is_none();
    if is_missing && lost.may_hold(kind, &name.value).is_none() {
        let names = subject
            .catalog
            .entities_of(id)
            .iter()
            .map(|entity| entity.identifier.value.as_str());
        let near = near(&name.value, names);
        let fix = near
            .filter(|near| near.certain)
            .map(|near| Fix::name(name.span, &name.value, near.name));
        findings.push(
            Finding::new(
                &E0507,
                name.span,
                format!("no {kind} is called `{}`", name.value),
            )
            .label("not found")
            .help(near.map_or_else(
                || format!("write the identifier of a {kind}").into(),
                |near| did_you_mean(near.name),
            ))
            .maybe_fix(fix),
        );
    }
}

/// Entities of requests that may stand in what could not be read.
pub(super) fn unchecked(subject: &Subject<'_>) -> Vec<Unchecked> {
    let catalog = subject.catalog;
    let of = |request: &Request| {
        let name = request.entity.as_ref()?;
        let action = catalog.find_action(&request.action.value)?;
        let (id, blueprint) = catalog.find_blueprint(&action.blueprint.value)?;
        if catalog.find_entity(id, &name.value).is_some() {
            return None;
        }
        let kind = &blueprint.identifier.value;
        let file = catalog.lost.may_hold(kind, &name.value)?;
        let span = name.span;
        Some(Unchecked { file, span })
    };
    catalog.requests.iter().filter_map(of).collect()
}

/// The names of an action's inputs.
fn known(action: &Action) -> Vec<&str> {
    let properties = action.inputs.properties.iter();
    properties.map(|entry| entry.key.value.as_str()).collect()
}

/// The inputs that are given, against the schemas of the action.
pub(super) fn given(inputs: &[Entry], action: &Action, findings: &mut Vec<Finding>) {
    let known = known(action);
    let name = &action.identifier.value;
    for entry in inputs {
        let Some(schema) = action.inputs.schema(&entry.key.value) else {
            findings.push(
                Finding::new(
                    &E0502,
                    entry.key.span,
                    format!("`{name}` has no input `{}`", entry.key.value),
                )
                .label("not known")
                .choose_or(&entry.key.value, &known, "delete it"),
            );
            continue;
        };
        if is_secret(schema) {
            envelope(entry, findings);
        } else if let Some(compiled) = Schema::compile(&entry.key.value, schema, &mut Vec::new())
            && !compiled.fits(&entry.node.to_json())
        {
            compiled.findings(&entry.key.value, name, entry, schema, findings);
        }
    }
}

/// The inputs that a request must give.
fn required(request: &Request, action: &Action, findings: &mut Vec<Finding>) {
    let known = known(action);
    let name = &action.identifier.value;
    for required in &action.inputs.required {
        let is_given = crate::syntax::entry(&request.inputs, &required.value)
            .is_some_and(|entry| !entry.node.is_null());
        if !is_given && known.contains(&required.value.as_str()) {
            findings.push(
                Finding::new(
                    &E0205,
                    request.inputs_place,
                    format!("`{name}` needs the input `{}`", required.value),
                )
                .misses(Part::Input, required.value.as_str())
                .label(format!("`{}` is missing", required.value))
                .related(required.span, "required here")
                .help(format!("add `{}` to `inputs`", required.value)),
            );
        }
    }
}

/// A secret input must be an envelope of age; what else stands there is repeated nowhere.
fn envelope(entry: &Entry, findings: &mut Vec<Finding>) {
    if entry.node.as_str().is_some_and(is_age_envelope) {
        return;
    }
    findings.push(
        Finding::new(&E0510, entry.node.span, format!("`{}` is a secret and stands here in plain text", entry.key.value))
            .label("not an encrypted envelope")
            .help("take it out of the history, change the secret, and encrypt the new one: `age --armor -r RECIPIENT`")
            .hides(),
    );
}

/// Whether a text is an armored file of age: <https://age-encryption.org/v1>, section ASCII armor.
pub(super) fn is_age_envelope(text: &str) -> bool {
    let mut lines = text.trim().lines();
    let is_begun = lines.next() == Some("-----BEGIN AGE ENCRYPTED FILE-----");
    let is_ended = lines.next_back() == Some("-----END AGE ENCRYPTED FILE-----");
    let body: Vec<&str> = lines.collect();
    // The first line of every envelope is `age-encryption.org/v1`, which in base64 begins so.
    let is_age = body
        .first()
        .is_some_and(|line| line.starts_with("YWdlLWVuY3J5cHRpb24ub3JnL3Yx"));
    let is_base64 = |line: &&str| {
        line.len() <= 64
            && line
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
    };
    is_begun && is_ended && is_age && body.iter().all(is_base64)
}
