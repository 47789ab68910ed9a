//! SARIF as code scanning reads it: its standard, the places, the changes that are certain.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::formats::{assert_fits, cases, printed, read, root, schema};

#[test]
fn sarif_fits_the_schema_of_its_standard_for_every_case() {
    let schema = schema("sarif-schema-2.1.0.json");
    let mut found = 0;
    for case in cases() {
        let log = read(&printed(&case, "sarif"));
        assert_fits(&schema, &log, &case);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let mut prints = BTreeSet::new();
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(rules[index]["help"]["markdown"].is_string());
            let print = &result["partialFingerprints"]["catalogcFinding/v1"];
            assert!(
                prints.insert(print.to_string()),
                "{}: {print}",
                case.display()
            );
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            let uri = uri.as_str().unwrap();
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
            assert!(uri.chars().all(is_plain), "{uri}");
            found += 1;
        }
        for key in ["results", "tool"] {
            let mut less = log.clone();
            less["runs"][0]
                .as_object_mut()
                .unwrap()
                .insert(key.to_owned(), json!(1));
            assert!(!schema.is_valid(&less), "{key}");
        }
    }
    assert!(found > 100);
}

#[test]
fn sarif_tells_places_columns_and_other_places() {
    let case = root().join("fixtures/check/defined-twice");
    let log = read(&printed(&case, "sarif"));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let json = read(&printed(&case, "json"));
    let (result, finding) = (&run["results"][0], &json["findings"][0]);
    let at = &result["locations"][0]["physicalLocation"];
    let file = finding["file"].as_str().unwrap();
    assert_eq!(
        at["artifactLocation"],
        json!({"uri": format!("fixtures/check/defined-twice/{file}"), "uriBaseId": "%SRCROOT%"})
    );
    assert_eq!(
        at["region"],
        json!({
            "startLine": finding["line"],
            "startColumn": finding["column"],
            "endLine": finding["end_line"],
            "endColumn": finding["end_column"],
        })
    );
    assert_eq!(result["relatedLocations"][0]["message"]["text"], "first");
    let words = result["message"]["text"].as_str().unwrap();
    assert!(
        words.contains("is defined twice\nhelp: delete one"),
        "{words}"
    );
}

/// The edits of a change as JSON has them and as SARIF does.
fn edits_of(finding: &Value, result: &Value) -> (Vec<Value>, Vec<Value>) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let place = |at: &Value, keys: [&str; 4]| -> Vec<Value> {
        keys.iter().map(|key| at[*key].clone()).collect()
    };
    let mut edits: Vec<Value> = list(&finding["fix"]["edits"])
        .iter()
        .map(|edit| {
            let keys = ["line", "column", "end_line", "end_column"];
            json!([place(edit, keys), edit["text"]])
        })
        .collect();
    edits.sort_by_key(|edit| (edit[0][0].as_u64(), edit[0][1].as_u64()));
    let replacements = list(&result["fixes"][0]["artifactChanges"][0]["replacements"])
        .iter()
        .map(|replacement| {
            let keys = ["startLine", "startColumn", "endLine", "endColumn"];
            let region = place(&replacement["deletedRegion"], keys);
            json!([region, replacement["insertedContent"]["text"]])
        })
        .collect();
    (edits, replacements)
}

#[test]
fn the_fixes_of_sarif_are_those_of_json() {
    let mut tried = 0;
    for case in cases() {
        let log = read(&printed(&case, "sarif"));
        let results = log["runs"][0]["results"].as_array().unwrap();
        if !results.iter().any(|result| result["fixes"].is_array()) {
            continue;
        }
        let json = read(&printed(&case, "json"));
        for (result, finding) in results.iter().zip(json["findings"].as_array().unwrap()) {
            let (edits, replacements) = edits_of(finding, result);
            assert_eq!(edits, replacements, "{result}");
            if edits.is_empty() {
                continue;
            }
            let fix = &result["fixes"][0];
            assert_eq!(fix["description"]["text"], finding["help"]);
            assert_eq!(
                fix["artifactChanges"][0]["artifactLocation"],
                result["locations"][0]["physicalLocation"]["artifactLocation"]
            );
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}
