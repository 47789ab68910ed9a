//! What jq's operators do to JSON values: order, arithmetic, words for people.
//!
//! Whole numbers stay whole and exact; `1` never becomes `1.0`. A result that JSON cannot hold
//! is an error. Knows nothing of expressions.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

/// The largest magnitude up to which every whole number has a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Everything but null and false.
pub(super) fn is_true(it: &Value) -> bool {
    !matches!(it, Value::Null | Value::Bool(false))
}

/// The word that `type` gives.
pub(super) fn kind(it: &Value) -> &'static str {
    match it {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The value in a sentence: scalars as they are, but short.
pub(super) fn described(it: &Value) -> String {
    match it {
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.chars().count() > 24 => {
            let start: String = text.chars().take(20).collect();
            format!("the string `{start}..`")
        }
        Value::String(text) => format!("the string `{text}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::Null | Value::Bool(_) => it.to_string(),
    }
}

/// A string as it is, anything else as JSON.
pub(super) fn text(it: &Value) -> Cow<'_, str> {
    match it {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// What a value costs to copy: its nodes, and its text by the eight bytes.
pub(crate) fn size(it: &Value) -> u64 {
    match it {
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        Value::String(text) => 1 + text.len() as u64 / 8,
        Value::Array(all) => 1 + all.iter().map(size).sum::<u64>(),
        Value::Object(map) => {
            let entry = |(key, item): (&String, &Value)| 1 + key.len() as u64 / 8 + size(item);
            1 + map.iter().map(entry).sum::<u64>()
        }
    }
}

/// jq's order of all values: null, false, true, numbers, strings, arrays, objects.
pub(super) fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compare_numbers(left, right),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Array(left), Value::Array(right)) => {
            let mut pairs = left
                .iter()
                .zip(right)
                .map(|(left, right)| compare(left, right));
            let first = pairs.find(|order| *order != Ordering::Equal);
            first.unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        (Value::Object(left), Value::Object(right)) => compare_objects(left, right),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn rank(it: &Value) -> u8 {
    match it {
        Value::Null => 0,
        Value::Bool(false) => 1,
        Value::Bool(true) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    }
}

/// First by their sorted keys, then by the values in that order.
fn compare_objects(left: &Map<String, Value>, right: &Map<String, Value>) -> Ordering {
    fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
        let mut entries: Vec<_> = map.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        entries
    }
    let (left, right) = (sorted(left), sorted(right));
    let keys = left
        .iter()
        .map(|entry| entry.0)
        .cmp(right.iter().map(|entry| entry.0));
    let mut pairs = left
        .iter()
        .zip(&right)
        .map(|(left, right)| compare(left.1, right.1));
    keys.then_with(|| {
        pairs
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    })
}

fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        // JSON has no NaN, so two numbers always compare.
        _ => float(left)
            .partial_cmp(&float(right))
            .unwrap_or(Ordering::Equal),
    }
}

fn whole(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}

/// The JSON number of a whole result; beyond 64 bits it is the nearest float.
fn from_whole(result: i128) -> Result<Value, String> {
    if let Ok(small) = i64::try_from(result) {
        return Ok(small.into());
    }
    if let Ok(large) = u64::try_from(result) {
        return Ok(large.into());
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond 64 bits a float is what JSON keeps"
    )]
    from_float(result as f64)
}

/// The JSON number of a result; one that is whole is written without a fraction.
pub(super) fn from_float(result: f64) -> Result<Value, String> {
    if result.fract() == 0.0 && result.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Ok((result as i64).into());
    }
    Number::from_f64(result)
        .map(Value::Number)
        .ok_or_else(|| "the result is too large for a number".to_owned())
}

fn refuse(left: &Value, word: &str, right: &Value) -> String {
    format!(
        "{} and {} cannot be {word}",
        described(left),
        described(right)
    )
}

fn calculate(
    (left, right): (&Number, &Number),
    exact: fn(i128, i128) -> Option<i128>,
    near: fn(f64, f64) -> f64,
) -> Result<Value, String> {
    match whole(left)
        .zip(whole(right))
        .and_then(|(left, right)| exact(left, right))
    {
        Some(result) => from_whole(result),
        None => from_float(near(float(left), float(right))),
    }
}

/// `left + right`: null adds nothing.
pub(super) fn add(left: &Value, right: &Value) -> Result<Value, String> {
    match (left, right) {
        (Value::Null, other) | (other, Value::Null) => Ok(other.clone()),
        (Value::Number(left), Value::Number(right)) => {
            calculate((left, right), i128::checked_add, |left, right| left + right)
        }
        (Value::String(left), Value::String(right)) => Ok(format!("{left}{right}").into()),
        (Value::Array(left), Value::Array(right)) => {
            Ok(left.iter().chain(right).cloned().collect())
        }
        (Value::Object(left), Value::Object(right)) => {
            let mut map = left.clone();
            map.extend(right.iter().map(|(key, item)| (key.clone(), item.clone())));
            Ok(Value::Object(map))
        }
        _ => Err(refuse(left, "added", right)),
    }
}

/// `left - right`: of arrays, the elements of one that are not in the other.
pub(super) fn subtract(left: &Value, right: &Value) -> Result<Value, String> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            calculate((left, right), i128::checked_sub, |left, right| left - right)
        }
        (Value::Array(left), Value::Array(right)) => {
            let is_in_right = |one: &&Value| right.iter().any(|other| compare(one, other).is_eq());
            Ok(left
                .iter()
                .filter(|one| !is_in_right(one))
                .cloned()
                .collect())
        }
        _ => Err(refuse(left, "subtracted", right)),
    }
}

/// `left * right`, of numbers and, merging them, of objects.
pub(super) fn multiply(left: &Value, right: &Value) -> Result<Value, String> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            calculate((left, right), i128::checked_mul, |left, right| left * right)
        }
        (Value::Object(left), Value::Object(right)) => Ok(Value::Object(merged(left, right))),
        _ => Err(refuse(left, "multiplied", right)),
    }
}

fn merged(left: &Map<String, Value>, right: &Map<String, Value>) -> Map<String, Value> {
    let mut map = left.clone();
    for (key, item) in right {
        let both = match (left.get(key), item) {
            (Some(Value::Object(left)), Value::Object(right)) => Value::Object(merged(left, right)),
            _ => item.clone(),
        };
        map.insert(key.clone(), both);
    }
    map
}

/// `left / right`: of strings, the parts of one between the other.
pub(super) fn divide(left: &Value, right: &Value) -> Result<Value, String> {
    match (left, right) {
        (Value::Number(_), Value::Number(by)) if float(by) == 0.0 => {
            Err(format!("{} cannot be divided by zero", described(left)))
        }
        (Value::Number(left), Value::Number(right)) => {
            let exact = |left: i128, right: i128| (left % right == 0).then(|| left / right);
            calculate((left, right), exact, |left, right| left / right)
        }
        (Value::String(left), Value::String(right)) => Ok(split(left, right)),
        _ => Err(refuse(left, "divided", right)),
    }
}

/// `left % right`, of what is left of the point.
pub(super) fn remainder(left: &Value, right: &Value) -> Result<Value, String> {
    let (Value::Number(left_number), Value::Number(right_number)) = (left, right) else {
        return Err(refuse(left, "divided", right));
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float beyond the range saturates"
    )]
    let cut = |number: &Number| whole(number).unwrap_or_else(|| float(number) as i128);
    match cut(right_number) {
        0 => Err(format!("{} cannot be divided by zero", described(left))),
        by => from_whole(cut(left_number).checked_rem(by).unwrap_or(0)),
    }
}

/// `-it`
pub(super) fn negate(it: &Value) -> Result<Value, String> {
    match it {
        Value::Number(_) => subtract(&0.into(), it),
        _ => Err(format!("{} cannot be negated", described(it))),
    }
}

/// The parts of `text` between each `by`; between nothing, its characters.
pub(super) fn split(text: &str, by: &str) -> Value {
    if text.is_empty() {
        return Value::Array(Vec::new());
    }
    if by.is_empty() {
        return text.chars().map(String::from).map(Value::from).collect();
    }
    text.split(by).map(Value::from).collect()
}

/// A number rounded by `round`.
pub(super) fn rounded(it: &Value, round: fn(f64) -> f64) -> Result<Value, String> {
    match it {
        Value::Number(number) if whole(number).is_some() => Ok(it.clone()),
        Value::Number(number) => from_float(round(float(number))),
        _ => Err(format!("this is {}, not a number", described(it))),
    }
}

/// A number as it is, a string as the JSON number it spells.
pub(super) fn to_number(it: &Value) -> Result<Value, String> {
    match it {
        Value::Number(_) => Ok(it.clone()),
        Value::String(text) => serde_json::from_str::<Number>(text)
            .map(Value::Number)
            .map_err(|_| format!("{} is not a number", described(it))),
        _ => Err(format!("{} is not a number", described(it))),
    }
}

#[cfg(test)]
mod tests {
    use super::{add, compare, divide, multiply, remainder, subtract};
    use serde_json::json;

    #[test]
    fn whole_numbers_stay_whole_and_exact() {
        let big = json!(9_007_199_254_740_993_i64);
        assert_eq!(
            add(&big, &json!(1)).unwrap().to_string(),
            "9007199254740994"
        );
        assert_eq!(divide(&json!(6), &json!(2)).unwrap().to_string(), "3");
        assert_eq!(divide(&json!(7), &json!(2)).unwrap().to_string(), "3.5");
        assert_eq!(multiply(&json!(1.5), &json!(2)).unwrap().to_string(), "3");
        assert_eq!(
            add(&json!(u64::MAX), &json!(1)).unwrap().as_f64(),
            Some(2f64.powi(64))
        );
        assert_eq!(remainder(&json!(-7), &json!(3)).unwrap(), json!(-1));
        assert_eq!(
            subtract(&json!(i64::MIN), &json!(1)).unwrap().as_f64(),
            Some(-(2f64.powi(63)))
        );
    }

    #[test]
    fn what_json_cannot_hold_is_an_error() {
        assert!(
            multiply(&json!(1e308), &json!(10))
                .unwrap_err()
                .contains("too large")
        );
        assert!(divide(&json!(1), &json!(0.0)).unwrap_err().contains("zero"));
        assert!(
            remainder(&json!(1), &json!(0.4))
                .unwrap_err()
                .contains("zero")
        );
        assert!(
            add(&json!("a"), &json!(1))
                .unwrap_err()
                .contains("the string `a`")
        );
    }

    #[test]
    fn all_values_have_an_order() {
        let rising = [
            json!(null),
            json!(false),
            json!(true),
            json!(-1),
            json!(1.5),
            json!("a"),
            json!("b"),
            json!([]),
            json!([1]),
            json!([1, 0]),
            json!({}),
            json!({"a": 2}),
            json!({"a": 1, "b": 0}),
            json!({"b": 0}),
        ];
        for (at, one) in rising.iter().enumerate() {
            for (other_at, other) in rising.iter().enumerate() {
                assert_eq!(compare(one, other), at.cmp(&other_at), "{one} {other}");
            }
        }
        assert!(compare(&json!(1), &json!(1.0)).is_eq());
    }
}
