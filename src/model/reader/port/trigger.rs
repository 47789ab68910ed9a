//! What makes an action happen.
//!
//! In: `trigger` of Port, a word in the first version of actions and a mapping in the second.
//! Out: the native operation, blueprint and trigger; nothing where Port's has no counterpart.

use super::Reading;
use super::key;
use super::permission::Narrowing;
use super::search;
use super::template::expression;
use crate::expression::{Expression, Segment};
use crate::finding::Finding;
use crate::finding::codes::E0204;
use crate::model::reader::tree;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::nearest;
use crate::text::{Located, Span, Text};

/// The keys of a trigger, whatever its type.
pub(super) const KEYS: [&str; 8] = [
    "actionCardButtonText",
    "blueprintIdentifier",
    "condition",
    "event",
    "executeActionButtonText",
    "operation",
    "type",
    "userInputs",
];

/// The types of a trigger.
const TYPES: [&str; 2] = ["automation", "self-service"];

/// The keys of an event.
const EVENT: [&str; 4] = [
    "actionIdentifier",
    "blueprintIdentifier",
    "propertyIdentifier",
    "type",
];

/// The events that Port knows.
const EVENTS: [&str; 8] = [
    "ANY_ENTITY_CHANGE",
    "ANY_RUN_CHANGE",
    "ENTITY_CREATED",
    "ENTITY_DELETED",
    "ENTITY_UPDATED",
    "RUN_CREATED",
    "RUN_UPDATED",
    "TIMER_PROPERTY_EXPIRED",
];

/// The keys of the condition of a self-service action, and of an automation.
const CONDITION: [&str; 4] = ["combinator", "expressions", "rules", "type"];

/// Who or what makes an action happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// People ask for it, and Port says of each action who may.
    ByPeople,
    /// It follows from what happens to an entity. Port has no permissions for it.
    ByEvent,
}

/// A trigger in the words of the catalog.
pub(super) struct Trigger {
    /// Who or what makes it happen.
    pub(super) asked: Asked,
    /// `create`, `day-2` or `delete`, where Port's word stands.
    pub(super) operation: Located<&'static str>,
    /// The blueprint, where one is named.
    pub(super) blueprint: Option<Node>,
    /// The native `trigger`.
    pub(super) entry: Entry,
    /// The form of a self-service action of the second version.
    pub(super) inputs: Option<Entry>,
    /// Whether all that narrows it is carried over.
    pub(super) narrowing: Narrowing,
}

/// Reads a trigger; `None` where the action cannot be carried over, which is said. The first
/// version of actions has its condition `beside` the trigger.
pub(super) fn read(
    trigger: &Entry,
    beside: Option<&Entry>,
    reading: &mut Reading<'_>,
) -> Option<Trigger> {
    let node = &trigger.node;
    if let Some(word) = node.as_str() {
        let operation = operation(word, node.span, reading)?;
        return Some(self_service(trigger, operation, None, beside, reading));
    }
    match node.get("type").and_then(Node::as_str) {
        Some("automation") => {
            let mut read = automation(trigger, reading)?;
            if let Some(beside) = beside {
                read.narrowing = condition_lost(beside, reading);
            }
            Some(read)
        }
        Some("self-service") | None => {
            let Some(word) = node.get("operation") else {
                let help = "add `operation: DAY-2`, `CREATE` or `DELETE`";
                reading.lost(trigger.key.span, "an action without `operation`", help);
                return None;
            };
            let operation = operation(word.as_str().unwrap_or_default(), word.span, reading)?;
            let blueprint = node.get("blueprintIdentifier").filter(|it| !it.is_null());
            Some(self_service(trigger, operation, blueprint, beside, reading))
        }
        Some(other) => {
            let place = node.get("type").map_or(trigger.key.span, |it| it.span);
            if !misspelt(other, place, "`type` of a trigger", &TYPES, reading) {
                let help = "self-service actions and automations are read";
                reading.lost(place, format!("a trigger of type `{other}`"), help);
            }
            None
        }
    }
}

/// Whether a word is nearly one of Port's, which then is said: what it makes of an action is lost
/// by a slip.
fn misspelt(word: &str, span: Span, what: &str, words: &[&str], reading: &mut Reading<'_>) -> bool {
    let is_near = !words.contains(&word) && nearest(word, words.iter().copied()).is_some();
    if is_near {
        reading.findings.push(
            Finding::new(&E0204, span, format!("`{word}` is no {what}"))
                .label("not one of the words")
                .choose(word, words),
        );
    }
    is_near
}

fn operation(word: &str, span: Span, reading: &mut Reading<'_>) -> Option<Located<&'static str>> {
    let words = [
        ("CREATE", "create"),
        ("DAY-2", "day-2"),
        ("DELETE", "delete"),
    ];
    if let Some((_, native)) = words.iter().find(|(port, _)| *port == word) {
        return Some(Located::new(native, span));
    }
    reading.findings.push(
        Finding::new(
            &E0204,
            span,
            format!("`{word}` is no `operation` of Port's"),
        )
        .label("not one of the words")
        .choose(word, &words.map(|(port, _)| port)),
    );
    None
}

/// An action that people ask for: by a request, or by adding or removing the entity.
fn self_service(
    trigger: &Entry,
    operation: Located<&'static str>,
    blueprint: Option<&Node>,
    beside: Option<&Entry>,
    reading: &mut Reading<'_>,
) -> Trigger {
    let key = match operation.value {
        "create" => "created",
        "delete" => "deleted",
        _ => "request",
    };
    let span = operation.span;
    let mut entries = vec![tree::entry(key, span, tree::flag(true, span))];
    let mut narrowing = Narrowing::CarriedOver;
    let mut conditions: Vec<Located<String>> = Vec::new();
    let written = trigger.node.entry("condition").into_iter().chain(beside);
    for condition in written.filter(|entry| !entry.node.is_null()) {
        let condition = &key::settled_below(condition, &CONDITION, reading);
        // What a condition takes no entity to be for is another's: the deletion of such an
        // entity would be one without the action, which a permission alone can refuse.
        let lowered = match operation.value {
            "day-2" => self::entity_condition(condition, reading),
            _ => Err(condition_lost(condition, reading)),
        };
        match lowered {
            Ok(lowered) => conditions.extend(lowered),
            Err(lost) => narrowing = lost,
        }
    }
    if let Some(first) = conditions.first().map(|first| first.span)
        && narrowing == Narrowing::CarriedOver
    {
        let all: Vec<&str> = conditions.iter().map(|it| it.value.as_str()).collect();
        let text = tree::text(&all.join(" and "), first);
        entries.push(tree::entry("condition", first, text));
    }
    Trigger {
        asked: Asked::ByPeople,
        operation,
        blueprint: blueprint.cloned(),
        entry: tree::entry(
            "trigger",
            trigger.key.span,
            tree::mapping(trigger.node.span, entries),
        ),
        inputs: trigger.node.entry("userInputs").cloned(),
        narrowing,
    }
}

/// The condition on the entity as jq; `None` where it asks for nothing, an error where it cannot
/// be carried over exactly, which is said.
fn entity_condition(
    condition: &Entry,
    reading: &mut Reading<'_>,
) -> Result<Option<Located<String>>, Narrowing> {
    search::lower(&condition.node).map_err(|unsaid| {
        let what = format!("the condition on the entity, for {}", unsaid.why);
        let help = "write it as `condition` of the trigger, or as `when` of a permission, which may read `context.now`";
        reading.closed(unsaid.span, what, help);
        Narrowing::Lost
    })
}

/// A condition on the entity that an action is asked for.
fn condition_lost(condition: &Entry, reading: &mut Reading<'_>) -> Narrowing {
    let help = "write it as `when` of a permission";
    reading.closed(condition.key.span, "the condition on the entity", help);
    Narrowing::Lost
}

/// An automation: what happens to an entity makes it happen.
fn automation(trigger: &Entry, reading: &mut Reading<'_>) -> Option<Trigger> {
    let written = trigger.node.entry("event");
    let written = written.map(|entry| key::settled_below(entry, &EVENT, reading));
    let kind = written.as_ref().and_then(|event| event.node.get("type"));
    let (Some(event), Some(kind)) = (&written, kind) else {
        let help = "say on which event: `event: {type: ENTITY_CREATED}`";
        reading.lost(trigger.key.span, "an automation without `event`", help);
        return None;
    };
    let span = kind.span;
    let (operation, key) = match kind.as_str().unwrap_or_default() {
        "ENTITY_CREATED" => ("create", "created"),
        "ENTITY_DELETED" => ("delete", "deleted"),
        "ENTITY_UPDATED" => ("day-2", "changed"),
        "TIMER_PROPERTY_EXPIRED" => ("day-2", "expired"),
        other if misspelt(other, span, "event of Port's", &EVENTS, reading) => return None,
        other => {
            let help = "write an action with a trigger of the catalog";
            reading.lost(span, format!("an automation on `{other}`"), help);
            return None;
        }
    };
    let condition = condition(&trigger.node, reading).ok()?;
    let mut entries = Vec::new();
    if key == "changed" {
        let paths = condition
            .as_ref()
            .map_or_else(Vec::new, |it| changed(&it.value));
        if paths.is_empty() {
            let help =
                "write an action whose trigger names the paths: `changed: [properties.status]`";
            reading.lost(span, "an automation on any change of an entity", help);
            return None;
        }
        let paths = paths.iter().map(|path| tree::text(path, span));
        entries.push(tree::entry(
            key,
            span,
            tree::sequence(span, paths.collect()),
        ));
    } else {
        entries.push(tree::entry(key, span, tree::flag(true, span)));
    }
    if let Some(condition) = condition {
        let text = tree::text(&condition.value, condition.span);
        entries.push(tree::entry("condition", condition.span, text));
    }
    let blueprint = event.node.get("blueprintIdentifier");
    Some(Trigger {
        asked: Asked::ByEvent,
        operation: Located::new(operation, span),
        blueprint: blueprint.cloned(),
        entry: tree::entry(
            "trigger",
            trigger.key.span,
            tree::mapping(trigger.node.span, entries),
        ),
        inputs: None,
        narrowing: Narrowing::CarriedOver,
    })
}

/// The condition of an automation as one expression; an error where it cannot be carried over,
/// which is said.
fn condition(trigger: &Node, reading: &mut Reading<'_>) -> Result<Option<Located<Text>>, ()> {
    let written = trigger.entry("condition");
    let Some(written) = written.filter(|entry| !entry.node.is_null()) else {
        return Ok(None);
    };
    let condition = &key::settled_below(written, &CONDITION, reading).node;
    let nodes = condition.get("expressions").and_then(Node::as_sequence);
    let nodes = nodes.unwrap_or_default();
    let Some(first) = nodes.first() else {
        return Ok(None);
    };
    let word = match condition.get("combinator").and_then(Node::as_str) {
        Some("or") => " or ",
        _ => " and ",
    };
    let sources: Vec<String> = nodes
        .iter()
        .filter_map(|node| Some(expression(node.as_str()?, &[])))
        .collect();
    let joined = match sources.as_slice() {
        [one] => one.clone(),
        all => {
            let all: Vec<String> = all.iter().map(|source| format!("({source})")).collect();
            all.join(word)
        }
    };
    if Expression::parse(&joined).is_err() || sources.len() < nodes.len() {
        let help =
            "write an action with a `condition` in the jq that `catalogc explain E0505` lists";
        reading.lost(
            first.span,
            "an automation whose condition cannot be evaluated",
            help,
        );
        return Err(());
    }
    Ok(Some(Located::new(Text::from(joined), first.span)))
}

/// The paths of which a condition compares what was before with what is after: an edit of
/// anything else is none that it could be about.
fn changed(condition: &str) -> Vec<String> {
    let Ok(expression) = Expression::parse(condition) else {
        return Vec::new();
    };
    let mut sides: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    for read in expression.reads() {
        let keys: Vec<&str> = read
            .path
            .iter()
            .map_while(|step| match &step.segment {
                Segment::Key(key) => Some(key.as_str()),
                _ => None,
            })
            .collect();
        let (side, path) = match keys.as_slice() {
            ["before", kind @ ("properties" | "relations"), name, ..] => {
                (0, format!("{kind}.{name}"))
            }
            ["after", kind @ ("properties" | "relations"), name, ..] => {
                (1, format!("{kind}.{name}"))
            }
            ["before", name @ ("title" | "icon" | "team")] => (0, (*name).to_owned()),
            ["after", name @ ("title" | "icon" | "team")] => (1, (*name).to_owned()),
            _ => return Vec::new(),
        };
        if let Some(paths) = sides.get_mut(side) {
            paths.push(path);
        }
    }
    for paths in &mut sides {
        paths.sort();
        paths.dedup();
    }
    let [before, after] = sides;
    if before == after { before } else { Vec::new() }
}
