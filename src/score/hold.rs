//! One condition of a scorecard against one value.
//!
//! In: a condition, the value that it asks about, the present moment. Out: whether it holds. Port's
//! dialect for scorecards: an empty text, list or mapping is empty as an absent value is, and
//! `not` turns the answer round.

use serde_json::Value as Json;

use crate::derive::ordering;
use crate::model::Moment;
use crate::model::scorecard::{Condition, Operator};
use crate::score::period::Period;
use crate::syntax::Node;

/// Whether `is` is as the condition says. An absent value is equal to nothing, greater than
/// nothing and in nothing, so that only what is turned round holds of it.
pub(super) fn holds(condition: &Condition, is: Option<&Json>, now: Option<Moment>) -> bool {
    let is = is.filter(|is| !is.is_null());
    let to = condition.value.as_ref();
    answer(condition.operator.value, is, to, now) != condition.not
}

fn answer(operator: Operator, is: Option<&Json>, to: Option<&Node>, now: Option<Moment>) -> bool {
    use Operator as O;
    let constant = || to.map(|to| crate::derive::plain(to.to_json()));
    let ordered = |wanted: fn(std::cmp::Ordering) -> bool| {
        is.zip(constant())
            .and_then(|(is, to)| ordering(is, &to))
            .is_some_and(wanted)
    };
    let is_empty = || is.is_none_or(is_empty);
    let is_between = || {
        let period = to.and_then(|to| Period::read(to, now));
        is.zip(period).is_some_and(|(is, period)| period.has(is))
    };
    // `=` on a time may name a period instead of an instant.
    let is_equal = || match to {
        Some(node) if node.as_mapping().is_some() && is.is_some_and(Json::is_string) => {
            is_between()
        }
        _ => is == constant().as_ref(),
    };
    let contains = |one: &Json| match (is, one) {
        (Some(Json::Array(all)), one) => all.contains(one),
        (Some(Json::String(is)), Json::String(one)) => is.contains(one.as_str()),
        (Some(Json::Object(is)), Json::String(one)) => is.contains_key(one),
        _ => false,
    };
    let any = |holds: &dyn Fn(&Json) -> bool| match constant() {
        Some(Json::Array(all)) => all.iter().any(holds),
        _ => false,
    };
    let text = |holds: fn(&str, &str) -> bool| match (is, constant()) {
        (Some(Json::String(is)), Some(Json::String(to))) => holds(is, &to),
        _ => false,
    };
    match operator {
        O::Equal => is_equal(),
        O::NotEqual => !is_equal(),
        O::Greater => ordered(std::cmp::Ordering::is_gt),
        O::GreaterOrEqual => ordered(std::cmp::Ordering::is_ge),
        O::Less => ordered(std::cmp::Ordering::is_lt),
        O::LessOrEqual => ordered(std::cmp::Ordering::is_le),
        O::Contains => constant().is_some_and(|one| contains(&one)),
        O::DoesNotContain => !constant().is_some_and(|one| contains(&one)),
        O::ContainsAny => any(&contains),
        O::In => any(&|one| Some(one) == is),
        O::BeginsWith => text(|is, to| is.starts_with(to)),
        O::DoesNotBeginWith => !text(|is, to| is.starts_with(to)),
        O::EndsWith => text(|is, to| is.ends_with(to)),
        O::DoesNotEndWith => !text(|is, to| is.ends_with(to)),
        O::Between => is_between(),
        O::NotBetween => is.is_some() && !is_between(),
        O::IsEmpty => is_empty(),
        O::IsNotEmpty => !is_empty(),
    }
}

/// Whether there is nothing in a value.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(items) => items.is_empty(),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}
