//! The one form of a record in bytes.
//!
//! In: a [`Record`], or the bytes of one. Out: canonical JSON (sorted keys, no blanks, integers
//! only, one newline at the end), or the record, or why the bytes are not one. Two records that
//! mean the same are the same bytes, so that a digest of them can be compared.

use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;

use crate::ledger::record::Body;
use crate::ledger::record::Record;

/// The version of the format, in every record.
const VERSION: u64 = 1;

/// How deep the JSON of a backend may nest in a record; our own reader stops at 128.
const DEPTH_MAX: usize = 64;

/// The canonical bytes of `record`, with what a backend said made [`plain`].
pub fn print(record: &Record) -> Result<String, String> {
    let Value::Object(mut fields) = fields(&record.body).map_err(|error| error.to_string())? else {
        return Err("a record is not an object".to_owned());
    };
    fields.insert("at".to_owned(), record.at.clone().into());
    fields.insert("record".to_owned(), record.body.kind().into());
    fields.insert("version".to_owned(), VERSION.into());
    let mut bytes = String::new();
    write(&plain(Value::Object(fields)), &mut bytes);
    bytes.push('\n');
    Ok(bytes)
}

/// The record whose canonical bytes these are. The reason why they are none is one line.
pub fn parse(bytes: &[u8]) -> Result<Record, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let Value::Object(mut fields) = value else {
        return Err("a record is not an object".to_owned());
    };
    match fields.remove("version").as_ref().map(Value::as_u64) {
        Some(Some(VERSION)) => {}
        Some(_) => return Err("its `version` is not 1; a newer catalogc may read it".to_owned()),
        None => return Err("`version` is missing".to_owned()),
    }
    let kind = text(&mut fields, "record")?;
    let at = text(&mut fields, "at")?;
    seconds(&at)?;
    let body = body(&kind, Value::Object(fields))?;
    let record = Record { at, body };
    if print(&record)?.as_bytes() == bytes {
        Ok(record)
    } else {
        Err("its bytes are not in canonical form".to_owned())
    }
}

/// `value` as records keep it: a number that is not an integer, and what nests deeper than 64,
/// is kept as the text of its JSON. Whoever keeps outputs in memory takes them through here, so
/// that a run which was resumed from the ledger sees what the uninterrupted one saw.
pub fn plain(value: Value) -> Value {
    plain_at(value, 0)
}

fn plain_at(value: Value, depth: usize) -> Value {
    match value {
        Value::Number(number) if !number.is_i64() && !number.is_u64() => {
            Value::String(number.to_string())
        }
        Value::Array(_) | Value::Object(_) if depth == DEPTH_MAX => {
            let mut text = String::new();
            write(&value, &mut text);
            Value::String(text)
        }
        Value::Array(items) => {
            let items = items.into_iter().map(|item| plain_at(item, depth + 1));
            Value::Array(items.collect())
        }
        Value::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(key, item)| (key, plain_at(item, depth + 1)));
            Value::Object(fields.collect())
        }
        other => other,
    }
}

/// The seconds since 1970 of a moment in the one form that records have.
pub(in crate::ledger) fn seconds(at: &str) -> Result<i64, String> {
    match at.parse::<jiff::Timestamp>() {
        Ok(moment) if moment.subsec_nanosecond() == 0 && moment.to_string() == at => {
            Ok(moment.as_second())
        }
        _ => Err(format!("`{at}` is not a time like 2026-11-21T14:31:00Z")),
    }
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match fields.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("`{name}` is not a text")),
        None => Err(format!("`{name}` is missing")),
    }
}

/// Maps keep the order of insertion in this binary, so the keys are sorted here.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (n, (key, item)) in sorted.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn fields(body: &Body) -> serde_json::Result<Value> {
    match body {
        Body::Genesis(it) => serde_json::to_value(it),
        Body::Landing(it) => serde_json::to_value(it),
        Body::Intent(it) => serde_json::to_value(it),
        Body::Progress(it) => serde_json::to_value(it),
        Body::Result(it) => serde_json::to_value(it),
        Body::Step(it) => serde_json::to_value(it),
        Body::Resolve(it) => serde_json::to_value(it),
        Body::Retry(it) => serde_json::to_value(it),
        Body::Held(it) => serde_json::to_value(it),
    }
}

fn body(kind: &str, fields: Value) -> Result<Body, String> {
    fn read<T: DeserializeOwned>(fields: Value) -> Result<T, String> {
        serde_json::from_value(fields).map_err(|error| error.to_string())
    }
    Ok(match kind {
        "genesis" => Body::Genesis(read(fields)?),
        "landing" => Body::Landing(read(fields)?),
        "intent" => Body::Intent(read(fields)?),
        "progress" => Body::Progress(read(fields)?),
        "result" => Body::Result(read(fields)?),
        "step" => Body::Step(read(fields)?),
        "resolve" => Body::Resolve(read(fields)?),
        "retry" => Body::Retry(read(fields)?),
        "held" => Body::Held(read(fields)?),
        other => return Err(format!("records of kind `{other}` are not known")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{parse, plain, print};
    use crate::ledger::record::{Body, CallEnd, Genesis, Outcome, Record, StepName};

    fn result(outputs: &serde_json::Value) -> Record {
        Record {
            at: "2026-11-21T14:31:00Z".into(),
            body: Body::Result(CallEnd {
                landing: "9c0d7e1".into(),
                step: StepName {
                    number: 2,
                    digest: "b7720aa".into(),
                },
                call: "scale".into(),
                generation: 0,
                key: "k".into(),
                outcome: Outcome::Done,
                detail: "a \"b\"\n\u{7f}\u{fc}".into(),
                outputs: outputs.as_object().unwrap().clone(),
                url: None,
                started_at: "2026-11-21T14:30:00Z".into(),
                took_seconds: 60,
            }),
        }
    }

    #[test]
    fn a_record_has_one_form() {
        let record = result(&json!({"z": [1, null, true], "a": {"y": -1, "b": "x"}}));
        let bytes = print(&record).unwrap();
        assert_eq!(
            bytes,
            concat!(
                r#"{"at":"2026-11-21T14:31:00Z","call":"scale","detail":"a \"b\"\n"#,
                "\u{7f}\u{fc}",
                r#"","generation":0,"key":"k","landing":"9c0d7e1","outcome":"done","outputs":"#,
                r#"{"a":{"b":"x","y":-1},"z":[1,null,true]},"record":"result","#,
                r#""started_at":"2026-11-21T14:30:00Z","step":{"digest":"b7720aa","number":2},"#,
                r#""took_seconds":60,"version":1}"#,
                "\n"
            )
        );
        assert_eq!(parse(bytes.as_bytes()).unwrap(), record);
    }

    #[test]
    fn the_first_record_says_only_that_a_ledger_starts() {
        let record = Record {
            at: "2026-11-21T14:31:00Z".into(),
            body: Body::Genesis(Genesis {}),
        };
        assert_eq!(
            print(&record).unwrap(),
            "{\"at\":\"2026-11-21T14:31:00Z\",\"record\":\"genesis\",\"version\":1}\n"
        );
    }

    #[test]
    fn every_change_of_a_byte_is_seen() {
        let bytes = print(&result(&json!({"run": 7}))).unwrap().into_bytes();
        let meaning = parse(&bytes).unwrap();
        for at in 0..bytes.len() {
            for flip in [1_u8, 0x20, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                assert_ne!(parse(&changed).ok().as_ref(), Some(&meaning), "byte {at}");
            }
            assert!(parse(&bytes[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_is_not_canonical_is_refused_with_the_reason() {
        let refused = |bytes: &str| parse(bytes.as_bytes()).unwrap_err();
        let at = r#""at":"2026-11-21T14:31:00Z""#;
        let form = "its bytes are not in canonical form";
        let genesis = format!(r#"{{{at},"record":"genesis","version":1}}"#);
        assert_eq!(refused(&genesis), form, "no newline");
        assert_eq!(refused(&format!("{genesis} \n")), form, "a blank");
        let swapped = format!("{{\"record\":\"genesis\",{at},\"version\":1}}\n");
        assert_eq!(refused(&swapped), form, "keys not sorted");
        let twice = format!("{{{at},{at},\"record\":\"genesis\",\"version\":1}}\n");
        assert_eq!(refused(&twice), form, "a key twice");
        let more = format!("{{{at},\"epoch\":1,\"record\":\"genesis\",\"version\":1}}\n");
        assert!(refused(&more).contains("unknown field `epoch`"));
        let newer = format!("{{{at},\"record\":\"genesis\",\"version\":2}}\n");
        assert!(refused(&newer).contains("`version` is not 1"));
        let other = format!("{{{at},\"record\":\"lease\",\"version\":1}}\n");
        assert!(refused(&other).contains("kind `lease`"));
        for time in [
            "2026-11-21T14:31:00.5Z",
            "2026-11-21T15:31:00+01:00",
            "today",
        ] {
            let late = format!("{{\"at\":\"{time}\",\"record\":\"genesis\",\"version\":1}}\n");
            assert!(refused(&late).contains("is not a time"), "{time}");
        }
        let null = print(&result(&json!({})))
            .unwrap()
            .replace(r#""version""#, r#""url":null,"version""#);
        assert_eq!(refused(&null), form);
        let fraction = print(&result(&json!({"n": 7})))
            .unwrap()
            .replace(":7}", ":7.0}");
        assert!(fraction.contains("7.0"));
        assert_eq!(refused(&fraction), form);
    }

    #[test]
    fn fractions_and_deep_nesting_are_kept_as_text() {
        let deep = (0..120).fold(json!(1), |inner, _| json!([inner]));
        let kept = plain(json!({"cost": 0.5, "big": u64::MAX, "deep": deep}));
        assert_eq!(kept["cost"], json!("0.5"));
        assert_eq!(kept["big"], json!(u64::MAX));
        assert_eq!(plain(kept.clone()), kept);
        let record = result(&kept);
        assert_eq!(
            parse(print(&record).unwrap().as_bytes()).unwrap().at,
            record.at
        );
    }
}
