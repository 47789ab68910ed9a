//! Actions of both versions, and automations.
//!
//! In: a foreign action. Out: a native one. An action that would do less than Port's is not made
//! at all, but for `UPSERT_ENTITY`: there the pull request writes the entity.

use super::Reading;
use super::input::{self, Filled};
use super::invocation::{self, Invocation};
use super::key;
use super::permission;
use super::permission::Narrowing;
use super::sibling;
use super::trigger;
use super::trigger::Asked;
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::E0202;
use crate::model::reader::tree;
use crate::model::settings::DocumentKind;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;

/// The keys of an action of either version.
const KEYS: [&str; 17] = [
    "allowAnyoneToViewRuns",
    "approvalNotification",
    "approvalWebhook",
    "blueprint",
    "blueprintIdentifier",
    "condition",
    "description",
    "icon",
    "identifier",
    "invocationMethod",
    "permissions",
    "publish",
    "requiredApproval",
    "title",
    "trigger",
    "userInputs",
    "order",
];

/// Keys that stay as they are.
const SAME: [&str; 4] = ["description", "icon", "identifier", "title"];

/// Reads an action.
pub(super) fn read(node: Node, reading: &mut Reading<'_>) {
    let (span, place) = (node.span, node.first_key());
    let foreign = key::of_object(node).collect();
    let foreign: Vec<Entry> = key::settled(foreign, &KEYS, "an action", reading);
    let find = |key: &str| crate::syntax::entry(&foreign, key);
    beside(&foreign, reading);
    let (Some(trigger), Some(invocation)) = (find("trigger"), find("invocationMethod")) else {
        let key = if find("trigger").is_none() {
            "trigger"
        } else {
            "invocationMethod"
        };
        reading.findings.push(
            Finding::new(&E0202, place, format!("an action of Port's needs `{key}`"))
                .misses(Part::Key, key)
                .label(format!("`{key}` is missing"))
                .help(format!("add `{key}`")),
        );
        return;
    };
    let trigger = &key::settled_below(trigger, &trigger::KEYS, reading);
    let Some(read) = trigger::read(trigger, find("condition"), reading) else {
        return;
    };
    let published = publication(&foreign, read.asked, reading);
    if read.asked == Asked::ByEvent && published == Narrowing::Lost {
        return;
    }
    let default = || Some(tree::text(reading.foreign.blueprint?, trigger.key.span));
    let named = read.blueprint.or_else(|| own_blueprint(&foreign));
    let Some(blueprint) = named.or_else(default) else {
        let help = "give it the blueprint of the entities that it is about: `blueprintIdentifier`";
        reading.lost(place, "an action that belongs to no blueprint", help);
        return;
    };
    let filled = match (read.operation.value, blueprint.as_str()) {
        ("create", Some(name)) => Filled::ByEntity(name),
        _ => Filled::ByRequest,
    };
    let form = read.inputs.as_ref().or_else(|| find("userInputs"));
    let inputs = input::read(form, &filled, reading);
    let calls = match invocation::read(invocation, &inputs, reading) {
        Invocation::Calls(entry) => Some(entry),
        Invocation::Nothing => None,
        Invocation::Impossible => return,
    };
    let permissions = permissions(&foreign, reading);
    if let Some(permissions) = &permissions {
        permission::check_keys(permissions, reading);
    }
    let required = find("requiredApproval");
    let (approval, agreed) = permission::approval(required, permissions.as_ref(), reading);
    let narrowing = narrowest([read.narrowing, agreed, published]);
    let mut execute = permission::execute(permissions.as_ref(), place, narrowing, reading);
    if execute.is_none() && read.asked == Asked::ByPeople {
        execute = find("identifier").map(|name| permission::unsaid(&name.node, reading));
    }
    let operation = tree::text(read.operation.value, read.operation.span);
    let mut entries: Vec<Entry> = SAME.iter().filter_map(|key| find(key).cloned()).collect();
    entries.extend([
        tree::entry("operation", read.operation.span, operation),
        tree::entry("blueprint", blueprint.span, blueprint),
        read.entry,
    ]);
    entries.extend(
        [inputs.entry, execute, approval, calls]
            .into_iter()
            .flatten(),
    );
    reading.give(DocumentKind::Actions, tree::mapping(span, entries));
}

/// Whether all of what narrows an action is carried over.
fn narrowest(all: [Narrowing; 3]) -> Narrowing {
    if all.contains(&Narrowing::Lost) {
        Narrowing::Lost
    } else {
        Narrowing::CarriedOver
    }
}

/// The blueprint that an action names beside its trigger.
fn own_blueprint(foreign: &[Entry]) -> Option<Node> {
    let find = |key| crate::syntax::entry(foreign, key);
    let own = find("blueprint").or_else(|| find("blueprintIdentifier"));
    own.map(|entry| entry.node.clone())
}

/// What stands beside and means something.
fn beside(foreign: &[Entry], reading: &mut Reading<'_>) {
    let said = |key: &str| {
        let entry = crate::syntax::entry(foreign, key)?;
        (!super::shape::is_empty(&entry.node)).then_some(entry.key.span)
    };
    for key in ["approvalNotification", "approvalWebhook"] {
        if let Some(place) = said(key) {
            let what = "who is told that an approval is missing";
            reading.lost(place, what, "the pull request tells it");
        }
    }
}

/// What is not published cannot be run: nobody may ask for such an action, and such an automation
/// is none.
fn publication(foreign: &[Entry], asked: Asked, reading: &mut Reading<'_>) -> Narrowing {
    let published = crate::syntax::entry(foreign, "publish");
    let Some(draft) = published.filter(|entry| entry.node.value != Value::Bool(true)) else {
        return Narrowing::CarriedOver;
    };
    match asked {
        Asked::ByPeople => {
            let help =
                "delete `publish` to let those do it who are permitted, or delete the action";
            reading.closed(draft.key.span, "an action that is not published", help);
        }
        Asked::ByEvent => {
            let help = "delete `publish` to have it, or delete the automation";
            reading.lost(draft.key.span, "an automation that is not published", help);
        }
    }
    Narrowing::Lost
}

/// The permissions of an action: its own, or those of a file beside.
fn permissions(foreign: &[Entry], reading: &mut Reading<'_>) -> Option<Node> {
    let own = crate::syntax::entry(foreign, "permissions");
    if let Some(own) = own {
        return Some(own.node.clone());
    }
    let name = crate::syntax::entry(foreign, "identifier")?.node.as_str()?;
    sibling::permissions(name, reading)
}
