//! Actions that get in each other's way whenever both run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::{E0513, E0514};
use crate::graph::{Edge, shortest_cycles};
use crate::model::Action;
use crate::model::EntityId;
use crate::model::action::Call;
use crate::model::path::covers;
use crate::text::{Located, Span, Text};

/// A change that fires an action, and where that is written.
type Event<'a> = (&'a str, Span);

/// Actions that one change always starts together, and that cannot be done together; and actions
/// that one change may start together, and that make the same call.
pub(super) fn conflicts(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for action in &subject.catalog.actions {
        for name in &action.conflicts {
            let Some(other) = subject.catalog.find_action(&name.value) else {
                continue;
            };
            if other.identifier.value != action.identifier.value {
                findings.extend(always_together(action, other, name));
            }
        }
    }
    let mut first: BTreeMap<(&str, &str, String), (&Action, &Call, Span)> = BTreeMap::new();
    for action in &subject.catalog.actions {
        for call in &action.calls {
            let Some(target) = target(call) else {
                continue;
            };
            for (event, span) in events(action) {
                let key = (action.blueprint.value.as_str(), event, target.clone());
                let Some((other, _, place)) = first.get(&key) else {
                    first.insert(key, (action, call, span));
                    continue;
                };
                if may_run_together(action, other) {
                    findings.push(same_call(action, other, call, (event, span), *place));
                }
            }
        }
    }
}

/// The finding that `action` declares a conflict with what every change starts with it.
fn always_together(action: &Action, other: &Action, name: &Located<Text>) -> Option<Finding> {
    let condition = |action: &Action| {
        let condition = action.trigger.condition.as_ref();
        condition.map(|condition| condition.value.trim().to_owned())
    };
    let same = condition(action) == condition(other) || condition(other).is_none();
    if action.blueprint.value != other.blueprint.value || !same {
        return None;
    }
    let others = events(other);
    let (event, span) = events(action)
        .into_iter()
        .find(|(event, _)| others.iter().any(|(path, _)| covers(path, event)))?;
    let (this, that) = (&action.identifier.value, &other.identifier.value);
    Some(
        Finding::new(
            &E0513,
            name.span,
            format!("`{this}` conflicts with `{that}`, and {} always starts both", words(event)),
        )
        .label("refused whenever it runs")
        .related(span, "starts this one")
        .related(other.identifier.span, "starts this one too")
        .help("give the two conditions that exclude each other, or write `after` in place of `conflicts`"),
    )
}

/// Whether nothing keeps two actions apart: no order, no declared conflict, and not a condition
/// of each, which may exclude the other's.
fn may_run_together(action: &Action, other: &Action) -> bool {
    let names = |one: &Action, two: &Action| {
        let mut names = one.after.iter().chain(&one.conflicts);
        names.any(|name| name.value == two.identifier.value)
    };
    let conditions = [&action.trigger.condition, &other.trigger.condition];
    let is_apart = match conditions {
        [Some(one), Some(two)] => one.value.trim() != two.value.trim(),
        _ => false,
    };
    let is_same = action.identifier.value == other.identifier.value;
    !is_same && !is_apart && !names(action, other) && !names(other, action)
}

fn same_call(
    action: &Action,
    other: &Action,
    call: &Call,
    (event, span): Event<'_>,
    place: Span,
) -> Finding {
    Finding::new(
        &E0513,
        span,
        format!(
            "`{}` and `{}` make the same call of `{}` when {} happens, in no order",
            other.identifier.value,
            action.identifier.value,
            call.connector.value,
            words(event)
        ),
    )
    .label("starts this one")
    .related(place, "starts the other")
    .related(call.connector.span, "the call")
    .help(format!(
        "say `after: [{}]` or `conflicts: [{}]`, or make one action of the two",
        other.identifier.value, other.identifier.value
    ))
}

/// What fires an action besides requests, each of which asks for one action alone.
fn events(action: &Action) -> Vec<Event<'_>> {
    let trigger = &action.trigger;
    let flags = [
        ("created", trigger.created),
        ("deleted", trigger.deleted),
        ("expired", trigger.expired),
    ];
    let flags = flags
        .into_iter()
        .filter_map(|(word, span)| Some((word, span?)));
    let paths = trigger.changed.iter();
    flags
        .chain(paths.map(|path| (path.value.as_str(), path.span)))
        .collect()
}

fn words(event: &str) -> String {
    match event {
        "created" => "a creation".to_owned(),
        "deleted" => "a deletion".to_owned(),
        "expired" => "an expiry".to_owned(),
        path => format!("a change of `{path}`"),
    }
}

/// What a call acts on: its connector and arguments, without what is only sent along. A POST may
/// make something new each time, so there all of it counts. Unknown where it hangs on inputs.
fn target(call: &Call) -> Option<String> {
    let mut with = call.with.to_json();
    let method = with.get("method").and_then(Json::as_str);
    let is_start = with.get("url").is_none() || method.is_some_and(|method| method != "POST");
    if let (true, Json::Object(arguments)) = (is_start, &mut with) {
        for sent_along in ["inputs", "body", "headers", "env"] {
            arguments.remove(sent_along);
        }
        if arguments.is_empty() {
            return None;
        }
    }
    let target = format!("{} {with}", call.connector.value);
    let is_open = target.contains(".inputs") || target.contains(".calls");
    (!is_open).then_some(target)
}

/// Actions on the entities of one blueprint that wait for each other.
pub(super) fn circles(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let actions = &subject.catalog.actions;
    let numbers: BTreeMap<&str, u32> = (0..)
        .zip(actions)
        .map(|(n, action)| (action.identifier.value.as_str(), n))
        .collect();
    let blueprint = |n: u32| actions.get(n as usize).map(|it| &it.blueprint.value);
    // Actions stand for entities here: both are numbers with edges between them.
    let mut edges = Vec::new();
    for (from, action) in (0..).zip(actions) {
        for name in &action.after {
            let to = numbers.get(name.value.as_str()).copied();
            if let Some(to) = to.filter(|to| blueprint(*to) == blueprint(from)) {
                edges.push(Edge {
                    from: EntityId(from),
                    relation: 0,
                    to: EntityId(to),
                    span: name.span,
                });
            }
        }
    }
    let name = |id: EntityId| {
        let action = actions.get(id.0 as usize);
        action.map_or("", |action| action.identifier.value.as_str())
    };
    for circle in shortest_cycles(&edges) {
        let Some((last, rest)) = circle.split_last() else {
            continue;
        };
        let mut names: Vec<&str> = circle.iter().map(|edge| name(edge.from)).collect();
        names.push(name(last.to));
        let spans: BTreeSet<Span> = rest.iter().map(|edge| edge.span).collect();
        let finding = Finding::new(
            &E0514,
            last.span,
            format!("actions wait for each other: {}", names.join(" after ")),
        )
        .label("closes the circle")
        .help("take one of the names out of an `after`");
        findings.push(
            spans
                .into_iter()
                .fold(finding, |finding, span| finding.related(span, "waits too")),
        );
    }
}
