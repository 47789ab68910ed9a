//! One condition of a scorecard against one value.
//!
//! In: a condition, the value that it asks about, the present moment. Out: whether it holds. Port's
//! dialect for scorecards: an empty text, list or mapping is empty as an absent value is, and
//! `not` turns the answer round.

use serde_json::Value as Json;

use crate::derive::Operator as Shared;
use crate::model::Moment;
use crate::model::scorecard::{Condition, Operator, Period};
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
    let is_empty = || is.is_none_or(is_empty);
    let is_between = || {
        let period = to.and_then(|to| Period::read(to, now));
        is.zip(period).is_some_and(|(is, period)| period.has(is))
    };
    // `=` on a time may name a period instead of an instant.
    let names_period =
        to.is_some_and(|to| to.as_mapping().is_some()) && is.is_some_and(Json::is_string);
    let constant = to.map_or(Json::Null, |to| crate::derive::plain(to.to_json()));
    // A mapping contains its keys here, and nothing in the rules of a query.
    let is_key = |one: &Json| {
        let keys = is.and_then(Json::as_object).zip(one.as_str());
        keys.is_some_and(|(is, one)| is.contains_key(one))
    };
    let has_key = || is_key(&constant);
    let has_any_key = || {
        constant
            .as_array()
            .is_some_and(|all| all.iter().any(is_key))
    };
    let shared = |operator: Shared| operator.holds(is, &constant);
    match operator {
        O::Equal if names_period => is_between(),
        O::NotEqual if names_period => !is_between(),
        O::Equal => shared(Shared::Equal),
        O::NotEqual => shared(Shared::NotEqual),
        O::Greater => shared(Shared::Greater),
        O::GreaterOrEqual => shared(Shared::GreaterOrEqual),
        O::Less => shared(Shared::Less),
        O::LessOrEqual => shared(Shared::LessOrEqual),
        O::Contains => shared(Shared::Contains) || has_key(),
        O::DoesNotContain => shared(Shared::NotContains) && !has_key(),
        O::ContainsAny => shared(Shared::ContainsAny) || has_any_key(),
        O::In => shared(Shared::In),
        O::BeginsWith => shared(Shared::BeginsWith),
        O::DoesNotBeginWith => shared(Shared::NotBeginsWith),
        O::EndsWith => shared(Shared::EndsWith),
        O::DoesNotEndWith => shared(Shared::NotEndsWith),
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
