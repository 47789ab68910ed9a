//! What must be true of an entity for an action to be done to it, on the target and in the
//! result.
//!
//! In: an action, the entity on both sides, and which of its values are secret. Out: the first
//! precondition that is not true, with the words of its author and the values that were seen. What
//! cannot be decided is not true.

use serde_json::{Value as Json, json};

use crate::derive::Secrecy;
use crate::expression::{Expression, Segment};
use crate::model::Action;
use crate::model::action::Precondition;
use crate::plan::diff::Side;
use crate::plan::draft::Draft;
use crate::plan::file::{Notice, show};
use crate::plan::value::States;
use crate::text::Span;

/// The longest value that is shown, in characters; a part of a value is never shown, for it may be
/// a part of a secret.
const VALUE: usize = 60;

/// Why an action may not be done, and the precondition that says it.
pub struct Unmet {
    /// In words.
    pub text: String,
    /// Where the precondition stands.
    pub place: Span,
}

/// The first precondition of an action that is not true of `{before, after}`. An entity that is
/// on one side alone is asked about there. What is secret by any of `secrecy` is not shown.
pub fn unmet(action: &Action, context: &Json, secrecy: &[Secrecy<'_>]) -> Option<Unmet> {
    let sides = [("before", "on the target"), ("after", "in the result")];
    let is_secret = |source: &str| {
        let mut all = secrecy.iter();
        all.any(|it| it.is_read_by(&action.blueprint.value, source))
    };
    let mut all = action.preconditions.iter();
    all.find_map(|precondition| {
        sides.iter().find_map(|(key, words)| {
            let entity = context.get(key).filter(|entity| !entity.is_null())?;
            let why = refused(precondition, entity, &is_secret)?;
            Some(Unmet {
                text: format!("{} ({words}: {why})", precondition.message.value),
                place: precondition.when.span,
            })
        })
    })
}

/// What was seen where a precondition is not true of an entity.
fn refused(
    precondition: &Precondition,
    entity: &Json,
    is_secret: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let source = &precondition.when.value;
    let Ok(expression) = Expression::parse(source) else {
        return Some("the precondition cannot be read".to_owned());
    };
    match expression.evaluate_bool(&json!({"entity": entity})) {
        Ok(true) => None,
        // What was seen, and why it fails, may repeat what it read.
        Ok(false) if is_secret(source) => Some("not true".to_owned()),
        Err(_) if is_secret(source) => Some("it cannot be decided".to_owned()),
        Ok(false) => Some(seen(&expression, entity)),
        Err(problem) => Some(format!("it cannot be decided: {}", problem.message)),
    }
}

/// The values that an expression reads of an entity: `locked true, owner checkout`.
fn seen(expression: &Expression, entity: &Json) -> String {
    let mut seen: Vec<String> = Vec::new();
    for read in expression.reads() {
        let mut value = Some(entity);
        let mut name = "";
        for step in read.path.iter().skip(1) {
            let Segment::Key(key) = &step.segment else {
                break;
            };
            name = key;
            value = value.and_then(|value| value.get(key));
        }
        // All of the entity, or all of its properties, is no one value.
        if name.is_empty() || value.is_some_and(Json::is_object) {
            continue;
        }
        let shown = show(value);
        let is_short = shown.chars().count() <= VALUE;
        let text = format!("{name} {}", if is_short { &shown } else { "as it is" });
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    if seen.is_empty() {
        "not true".to_owned()
    } else {
        seen.join(", ")
    }
}

/// Why the action may not be done to the entity, whoever asks.
pub(super) fn of_draft(states: &States<'_>, draft: &Draft<'_>) -> Option<Notice> {
    let action = draft.doer.action()?;
    // Most actions have none, and what is asked of them is not made.
    if action.preconditions.is_empty() {
        return None;
    }
    let context = states.context(draft.before, draft.after);
    let unmet = unmet(action, &context, states.secrecy())?;
    Some(Notice {
        text: unmet.text,
        place: Some(states.line(Side::Before, unmet.place)),
    })
}
