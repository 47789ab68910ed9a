//! The codes as people and as programs read them.

use serde_json::{Value, json};

use catalogc::finding::codes;
use catalogc::render::codes_schema;

use crate::formats::{assert_fits, read, root};
use crate::program::run;

#[test]
fn all_codes_are_listed_for_people_and_for_programs() {
    let list = run(root(), &["explain"]);
    let json = read(&run(root(), &["explain", "--format", "json"]));
    let codes = json["codes"].as_array().unwrap();
    assert_eq!(codes.len(), catalogc::finding::codes::ALL.len());
    for code in catalogc::finding::codes::ALL {
        let line = format!("\n{}  {}", code.id, code.severity.word());
        list.says(&line).says(code.name);
        assert!(codes.iter().any(|listed| listed["name"] == code.name));
    }
    let plain = codes_schema();
    assert_fits(
        &jsonschema::draft202012::new(&plain).unwrap(),
        &json,
        root(),
    );
    list.says("\nnext: `catalogc explain E0001`, or any other code,")
        .exits(0);
    assert!(list.stdout.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_code_for_programs_has_its_page() {
    let one = |word: &str| read(&run(root(), &["explain", word, "--format", "json"]));
    let told = one("E0301");
    assert_eq!(told, one("relation-target-missing"));
    let code = &told["codes"][0];
    assert_eq!(told["codes"].as_array().unwrap().len(), 1);
    assert_eq!(code["title"], codes::E0301.title);
    assert_eq!(
        (&code["severity"], &code["changeable"]),
        (&json!("error"), &json!(true))
    );
    assert_eq!(code["page"]["markdown"], codes::E0301.page);
    assert!(
        codes::E0301
            .page
            .starts_with(code["page"]["why"].as_str().unwrap())
    );
    let file = &code["page"]["fails"]["files"][0];
    assert!(
        file["path"].as_str().unwrap().starts_with("catalog/"),
        "{file}"
    );
    assert!(codes::E0301.page.contains(file["text"].as_str().unwrap()));
    assert!(
        !code["page"]["fixed"]["files"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // Where no files can show it, words do.
    for code in all_codes() {
        // Where no files can show it, words do.
        let sides = ["fails", "fixed"].map(|side| &code["page"][side]);
        for side in sides {
            let files = side["files"].as_array().unwrap();
            assert_ne!(files.is_empty(), side["words"].is_null(), "{code}");
        }
    }
}

/// All codes as programs read them.
fn all_codes() -> Vec<Value> {
    let all = read(&run(root(), &["explain", "--format", "json"]));
    all["codes"].as_array().unwrap().clone()
}
