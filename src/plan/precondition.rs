//! What must be true of an entity for an action to be done to it, on the target and in the
//! result.
//!
//! In: an action and the entity on both sides. Out: the first precondition that is not true,
//! with the words of its author and the values that were seen. What cannot be decided is not
//! true.

use serde_json::{Value as Json, json};

use crate::expression::{Expression, Segment};
use crate::model::Action;
use crate::model::action::Precondition;
use crate::plan::file::show;
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
/// on one side alone is asked about there.
pub fn unmet(action: &Action, context: &Json) -> Option<Unmet> {
    let sides = [("before", "on the target"), ("after", "in the result")];
    let mut all = action.preconditions.iter();
    all.find_map(|precondition| {
        sides.iter().find_map(|(key, words)| {
            let entity = context.get(key).filter(|entity| !entity.is_null())?;
            let why = refused(precondition, entity)?;
            Some(Unmet {
                text: format!("{} ({words}: {why})", precondition.message.value),
                place: precondition.when.span,
            })
        })
    })
}

/// What was seen where a precondition is not true of an entity.
fn refused(precondition: &Precondition, entity: &Json) -> Option<String> {
    let Ok(expression) = Expression::parse(&precondition.when.value) else {
        return Some("the precondition cannot be read".to_owned());
    };
    match expression.evaluate_bool(&json!({"entity": entity})) {
        Ok(true) => None,
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
