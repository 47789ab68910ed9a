//! The functions an expression may call: the list, and those that only look at values.
//!
//! Each ends in time and space bounded by the sizes of its input and argument, which is what
//! `evaluate` charges for it. None knows anything but the values it is given.

use std::cmp::Ordering;

use serde_json::Map;
use serde_json::Value;

use super::format;
use super::value;

/// What a function gives, or why it cannot.
pub(super) type Outcome = Result<Value, String>;
/// A function of its input.
pub(super) type OnInput = fn(&Value) -> Outcome;
/// A function of its input and an argument.
pub(super) type OnPair = fn(&Value, &Value) -> Outcome;

/// All names that may be called, with the number of arguments; `lower` says what each means.
pub(super) const NAMES: &[(&str, usize)] = &[
    ("@base64", 0),
    ("@csv", 0),
    ("@html", 0),
    ("@json", 0),
    ("@text", 0),
    ("@uri", 0),
    ("abs", 0),
    ("add", 0),
    ("add", 1),
    ("all", 0),
    ("all", 1),
    ("any", 0),
    ("any", 1),
    ("ascii_downcase", 0),
    ("ascii_upcase", 0),
    ("ceil", 0),
    ("contains", 1),
    ("empty", 0),
    ("endswith", 1),
    ("false", 0),
    ("first", 0),
    ("flatten", 0),
    ("floor", 0),
    ("from_entries", 0),
    ("group_by", 1),
    ("has", 1),
    ("join", 1),
    ("keys", 0),
    ("last", 0),
    ("length", 0),
    ("ltrim", 0),
    ("ltrimstr", 1),
    ("map", 1),
    ("map_values", 1),
    ("max", 0),
    ("max_by", 1),
    ("min", 0),
    ("min_by", 1),
    ("not", 0),
    ("null", 0),
    ("reverse", 0),
    ("round", 0),
    ("rtrim", 0),
    ("rtrimstr", 1),
    ("select", 1),
    ("sort", 0),
    ("sort_by", 1),
    ("split", 1),
    ("startswith", 1),
    ("test", 1),
    ("to_entries", 0),
    ("tojson", 0),
    ("tonumber", 0),
    ("tostring", 0),
    ("trim", 0),
    ("true", 0),
    ("type", 0),
    ("unique", 0),
    ("unique_by", 1),
    ("values", 0),
    ("with_entries", 1),
];

/// The function of this name that looks at its input alone.
pub(super) fn on_input(name: &str) -> Option<OnInput> {
    Some(match name {
        "@base64" => |it| Ok(format::base64(&value::text(it)).into()),
        "@csv" => |it| format::csv(it).map(Value::from),
        "@html" => |it| Ok(format::html(&value::text(it)).into()),
        "@json" | "tojson" => |it| Ok(it.to_string().into()),
        "@text" | "tostring" => |it| Ok(value::text(it).into_owned().into()),
        "@uri" => |it| Ok(format::uri(&value::text(it)).into()),
        "abs" => |it| {
            if is_negative(it)? {
                value::negate(it)
            } else {
                Ok(it.clone())
            }
        },
        "add" => |it| add(it),
        "all" => |it| Ok(values(it)?.iter().all(|one| value::is_true(one)).into()),
        "any" => |it| Ok(values(it)?.iter().any(|one| value::is_true(one)).into()),
        "ascii_downcase" => |it| Ok(string(it)?.to_ascii_lowercase().into()),
        "ascii_upcase" => |it| Ok(string(it)?.to_ascii_uppercase().into()),
        "ceil" => |it| value::rounded(it, f64::ceil),
        "flatten" => |it| Ok(flattened(array(it)?).into()),
        "floor" => |it| value::rounded(it, f64::floor),
        "from_entries" => |it| from_entries(it),
        "keys" => |it| keys(it),
        "length" => |it| length(it),
        "ltrim" => |it| Ok(string(it)?.trim_start().into()),
        "max" => |it| Ok(last_greatest(array(it)?)),
        "min" => |it| {
            Ok(array(it)?
                .iter()
                .min_by(|a, b| value::compare(a, b))
                .cloned()
                .into())
        },
        "not" => |it| Ok((!value::is_true(it)).into()),
        "reverse" => |it| reverse(it),
        "round" => |it| value::rounded(it, f64::round),
        "rtrim" => |it| Ok(string(it)?.trim_end().into()),
        "sort" => |it| Ok(sorted(array(it)?).into()),
        "to_entries" => |it| to_entries(it),
        "tonumber" => |it| value::to_number(it),
        "trim" => |it| Ok(string(it)?.trim().into()),
        "type" => |it| Ok(value::kind(it).into()),
        "unique" => |it| {
            let mut all = sorted(array(it)?);
            all.dedup_by(|a, b| value::compare(a, b) == Ordering::Equal);
            Ok(all.into())
        },
        _ => return None,
    })
}

/// The function of this name that takes an argument.
pub(super) fn on_pair(name: &str) -> Option<OnPair> {
    Some(match name {
        "contains" => contains,
        "endswith" => |it, end| Ok(string(it)?.ends_with(string(end)?).into()),
        "has" => has,
        "join" => join,
        "ltrimstr" => |it, start| Ok(trimmed(it, start, |text, start| text.strip_prefix(start))),
        "rtrimstr" => |it, end| Ok(trimmed(it, end, |text, end| text.strip_suffix(end))),
        "split" => |it, by| Ok(value::split(string(it)?, string(by)?)),
        "startswith" => |it, start| Ok(string(it)?.starts_with(string(start)?).into()),
        _ => return None,
    })
}

fn wrong(it: &Value, wanted: &str) -> String {
    format!("this is {}, not {wanted}", value::described(it))
}

fn string(it: &Value) -> Result<&str, String> {
    it.as_str().ok_or_else(|| wrong(it, "a string"))
}

fn array(it: &Value) -> Result<&Vec<Value>, String> {
    it.as_array().ok_or_else(|| wrong(it, "an array"))
}

/// The elements of an array or the values of an object.
fn values(it: &Value) -> Result<Vec<&Value>, String> {
    match it {
        Value::Array(all) => Ok(all.iter().collect()),
        Value::Object(map) => Ok(map.values().collect()),
        _ => Err(wrong(it, "an array or an object")),
    }
}

fn is_negative(it: &Value) -> Result<bool, String> {
    match it {
        Value::Number(_) => Ok(value::compare(it, &0.into()) == Ordering::Less),
        _ => Err(wrong(it, "a number")),
    }
}

/// The sum of all elements. Strings and arrays grow in place, so that this takes no longer
/// than its input is large.
fn add(it: &Value) -> Outcome {
    let mut sum = Value::Null;
    for one in values(it)? {
        match (&mut sum, one) {
            (Value::String(text), Value::String(more)) => text.push_str(more),
            (Value::Array(all), Value::Array(more)) => all.extend(more.iter().cloned()),
            (Value::Object(map), Value::Object(more)) => {
                map.extend(more.iter().map(|(key, item)| (key.clone(), item.clone())));
            }
            (_, Value::Null) => {}
            (other, one) => sum = value::add(other, one)?,
        }
    }
    Ok(sum)
}

fn flattened(all: &[Value]) -> Vec<Value> {
    let mut flat = Vec::with_capacity(all.len());
    for one in all {
        match one {
            Value::Array(inner) => flat.extend(flattened(inner)),
            other => flat.push(other.clone()),
        }
    }
    flat
}

fn sorted(all: &[Value]) -> Vec<Value> {
    let mut sorted = all.to_vec();
    sorted.sort_by(value::compare);
    sorted
}

fn last_greatest(all: &[Value]) -> Value {
    let greatest = all.iter().max_by(|a, b| value::compare(a, b));
    greatest.cloned().unwrap_or(Value::Null)
}

fn keys(it: &Value) -> Outcome {
    match it {
        Value::Object(map) => {
            let mut names: Vec<&String> = map.keys().collect();
            names.sort();
            Ok(names.into_iter().cloned().map(Value::from).collect())
        }
        Value::Array(all) => Ok((0..all.len()).map(Value::from).collect()),
        _ => Err(wrong(it, "an array or an object")),
    }
}

fn length(it: &Value) -> Outcome {
    match it {
        Value::Null => Ok(0.into()),
        Value::Bool(_) => Err(wrong(it, "a string, an array, an object or a number")),
        Value::Number(_) if is_negative(it)? => value::negate(it),
        Value::Number(_) => Ok(it.clone()),
        Value::String(text) => Ok(text.chars().count().into()),
        Value::Array(all) => Ok(all.len().into()),
        Value::Object(map) => Ok(map.len().into()),
    }
}

fn reverse(it: &Value) -> Outcome {
    match it {
        Value::Null => Ok(Value::Array(Vec::new())),
        Value::String(text) => Ok(text.chars().rev().collect::<String>().into()),
        _ => Ok(array(it)?.iter().rev().cloned().collect()),
    }
}

fn to_entries(it: &Value) -> Outcome {
    let Value::Object(map) = it else {
        return Err(wrong(it, "an object"));
    };
    let entry = |(key, item): (&String, &Value)| {
        let pair = [
            ("key".to_owned(), key.clone().into()),
            ("value".to_owned(), item.clone()),
        ];
        Value::Object(pair.into_iter().collect())
    };
    Ok(map.iter().map(entry).collect())
}

fn from_entries(it: &Value) -> Outcome {
    let mut map = Map::new();
    for entry in values(it)? {
        let field = |names: [&str; 4]| names.into_iter().find_map(|name| entry.get(name));
        let key = match field(["key", "k", "name", "Name"]) {
            Some(Value::String(key)) => key.clone(),
            Some(key @ (Value::Number(_) | Value::Bool(_))) => key.to_string(),
            _ => return Err("each entry needs a `key` that is a string".to_owned()),
        };
        let item = field(["value", "v", "Value", "V"]);
        map.insert(key, item.cloned().unwrap_or(Value::Null));
    }
    Ok(Value::Object(map))
}

fn contains(it: &Value, part: &Value) -> Outcome {
    if value::kind(it) == value::kind(part) {
        return Ok(holds(it, part).into());
    }
    let (whole, part) = (value::described(it), value::described(part));
    Err(format!("{whole} cannot contain {part}"))
}

fn holds(it: &Value, part: &Value) -> bool {
    match (it, part) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(all), Value::Array(parts)) => parts
            .iter()
            .all(|part| all.iter().any(|one| holds(one, part))),
        (Value::Object(map), Value::Object(parts)) => parts
            .iter()
            .all(|(key, part)| map.get(key).is_some_and(|one| holds(one, part))),
        _ => value::compare(it, part) == Ordering::Equal,
    }
}

fn has(it: &Value, key: &Value) -> Outcome {
    match (it, key) {
        (Value::Object(map), Value::String(key)) => Ok(map.contains_key(key).into()),
        (Value::Array(all), Value::Number(index)) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            Ok(index.is_some_and(|index| index < all.len()).into())
        }
        (Value::Object(_), _) => Err(wrong(key, "a string, the name of a key")),
        (Value::Array(_), _) => Err(wrong(key, "a number, the place of an element")),
        _ => Err(wrong(it, "an array or an object")),
    }
}

fn join(it: &Value, between: &Value) -> Outcome {
    let between = string(between)?;
    let mut joined = String::new();
    for (index, one) in array(it)?.iter().enumerate() {
        if index > 0 {
            joined.push_str(between);
        }
        match one {
            Value::Null => {}
            Value::Array(_) | Value::Object(_) => {
                return Err(format!(
                    "{} cannot be joined to a text",
                    value::described(one)
                ));
            }
            other => joined.push_str(&value::text(other)),
        }
    }
    Ok(joined.into())
}

/// Takes a part off one end of a text.
type Strip = for<'a> fn(&'a str, &str) -> Option<&'a str>;

fn trimmed(it: &Value, part: &Value, strip: Strip) -> Value {
    match (it, part) {
        (Value::String(text), Value::String(part)) => {
            strip(text, part).map_or_else(|| it.clone(), Value::from)
        }
        _ => it.clone(),
    }
}
