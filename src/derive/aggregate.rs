//! Many numbers made one.
//!
//! Whole numbers are added exactly and stay whole; what JSON cannot hold is absent.

use serde_json::Number;
use serde_json::Value as Json;

use crate::derive::own::plain;

/// How values are made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Func {
    /// How many entities there are.
    Count,
    /// All added; nothing added is 0.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The one in the middle, or what lies between the two there.
    Median,
    /// The sum by the number of values.
    Average,
}

impl Func {
    /// The function of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "count" => Some(Self::Count),
            "sum" => Some(Self::Sum),
            "min" => Some(Self::Min),
            "max" => Some(Self::Max),
            "median" => Some(Self::Median),
            "average" => Some(Self::Average),
            _ => None,
        }
    }

    /// The one value; what is no number is left out, and no number at all has a sum alone.
    pub(super) fn of(self, values: impl Iterator<Item = Json>) -> Option<Json> {
        let mut numbers: Vec<Number> = values
            .filter_map(|value| match value {
                Json::Number(number) => Some(number),
                _ => None,
            })
            .collect();
        numbers.sort_by(compare);
        let middle = numbers.len() / 2;
        match self {
            Self::Count => Some(numbers.len().into()),
            Self::Sum => mean(&numbers, 1),
            Self::Min => numbers.first().cloned().map(Json::Number),
            Self::Max => numbers.last().cloned().map(Json::Number),
            Self::Median if numbers.len() % 2 == 1 => {
                numbers.get(middle).cloned().map(Json::Number)
            }
            Self::Median => mean(numbers.get(middle.checked_sub(1)?..=middle)?, 2),
            Self::Average if numbers.is_empty() => None,
            Self::Average => mean(&numbers, numbers.len()),
        }
    }
}

fn whole(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}

/// The order of two numbers, whole ones exactly.
pub(super) fn compare(left: &Number, right: &Number) -> std::cmp::Ordering {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => float(left).total_cmp(&float(right)),
    }
}

/// The sum of `numbers` by `count`. They are sorted, so a sum of floats has one result.
#[expect(
    clippy::cast_precision_loss,
    reason = "what is not whole, or beyond 64 bits, is the nearest float"
)]
fn mean(numbers: &[Number], count: usize) -> Option<Json> {
    let exact: Option<i128> = numbers
        .iter()
        .map(whole)
        .try_fold(0_i128, |sum, number| sum.checked_add(number?));
    if let Some(sum) = exact
        && let Ok(count) = i128::try_from(count)
    {
        if sum % count == 0
            && let Ok(result) = i64::try_from(sum / count)
        {
            return Some(result.into());
        }
        return Number::from_f64(sum as f64 / count as f64).map(|n| plain(Json::Number(n)));
    }
    let sum: f64 = numbers.iter().map(float).sum();
    Number::from_f64(sum / count as f64).map(|number| plain(Json::Number(number)))
}
