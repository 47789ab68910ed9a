//! Actions whose condition an entity meets no more, or meets from then on, by a change beside what
//! they claim: who may do what is another then, though no rule says otherwise.
//!
//! In: both sides and the differences. Out: a notice for each action and entity.

use serde_json::json;

use crate::expression::{Expression, Read, Segment};
use crate::model::Action;
use crate::model::path::claims;
use crate::plan::claim::condition;
use crate::plan::diff::{Difference, Side};
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::text::visible;

/// What is claimed otherwise from then on, in the order of the differences.
pub(super) fn notices(
    states: &States<'_>,
    differences: &[Difference],
    secrets: &Secrets<'_>,
) -> Vec<Notice> {
    let read = reading(states);
    let mut notices = Vec::new();
    for difference in differences {
        let of_it =
            |action: &&Conditioned<'_>| action.action.blueprint.value == difference.blueprint;
        let all = read.iter().filter(of_it);
        notices.extend(all.filter_map(|action| told(states, action, difference)));
    }
    let more = |left| format!("{left} more conditions of actions are met otherwise from then on");
    first(&mut notices, more, secrets);
    notices
}

/// An action of the target that has a condition.
struct Conditioned<'a> {
    action: &'a Action,
    expression: Expression,
}

fn reading<'a>(states: &States<'a>) -> Vec<Conditioned<'a>> {
    let actions = states.before.catalog.actions.iter();
    let read = actions.filter_map(|action| {
        let written = action.trigger.condition.as_ref()?;
        let expression = Expression::parse(&written.value).ok()?;
        Some(Conditioned { action, expression })
    });
    read.collect()
}

fn told(
    states: &States<'_>,
    Conditioned { action, expression }: &Conditioned<'_>,
    difference: &Difference,
) -> Option<Notice> {
    let (before, after) = (difference.before?, difference.after?);
    let mut beside = difference.changes.iter().map(|change| &change.path);
    let is_read = |path: &String| {
        !claims(action, path) && expression.reads().iter().any(|read| may_be(read, path))
    };
    if !beside.any(is_read) {
        return None;
    }
    // As if nothing were changed: once as it is, once as it becomes.
    let alone = |side: Side, id| {
        let entity = states.derived(side).entity(id);
        condition(action, || json!({"before": entity, "after": entity})).ok()?
    };
    let is_met = alone(Side::After, after)?;
    if alone(Side::Before, before)? == is_met {
        return None;
    }
    let entity = states.after.catalog.entity(after)?;
    let (name, of) = (&action.identifier.value, &entity.identifier.value);
    let text = match (action.trigger.request.is_some(), is_met) {
        (false, true) => format!(
            "from then on `{name}` claims what it names of {}",
            visible(of)
        ),
        (false, false) => format!("from then on `{name}` claims nothing of {}", visible(of)),
        (true, true) => format!("from then on `{name}` can be asked for of {}", visible(of)),
        (true, false) => format!(
            "from then on nobody can ask for `{name}` of {}",
            visible(of)
        ),
    };
    let written = action.trigger.condition.as_ref()?;
    let is = if is_met { "is" } else { "is not" };
    Some(Notice {
        text: format!("{text}: its condition {is} true of it"),
        place: Some(states.place(Side::Before, written.span)),
    })
}

/// Whether what is read below `before` and `after` may be a path, or hold it.
fn may_be(read: &Read, path: &str) -> bool {
    let mut segments = read.path.iter().skip(1).map(|step| &step.segment);
    // Of a key in brackets only what it is of is compared.
    let known = if path.contains("[\"") { 1 } else { 2 };
    let mut keys = path.splitn(3, ['.', '[']).take(known);
    keys.all(|key| match segments.next() {
        Some(Segment::Key(read)) => read == key,
        _ => true,
    })
}
