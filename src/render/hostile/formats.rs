//! The formats of findings for other programs, with a hostile string in every field.

use serde_json::Value as Json;

use crate::render::Checked;
use crate::render::{findings_github, findings_gitlab, findings_junit, findings_sarif};
use crate::text::is_hidden;

use super::{harmless, outside_code};

/// No format for programs lets the text of a finding do anything.
pub(super) fn in_every_format(with: &str, checked: &Checked<'_>) {
    let sarif = findings_sarif(checked);
    let gitlab = findings_gitlab(checked);
    for text in [&sarif, &gitlab] {
        harmless(text, with);
        let read: Json = serde_json::from_str(text).unwrap();
        no_string_is_hidden(&read, with);
    }
    let read: Json = serde_json::from_str(&sarif).unwrap();
    let results = read["runs"][0]["results"].as_array().unwrap();
    for result in results {
        let words = result["message"]["text"].as_str().unwrap();
        let links = words.replace("\\]", "");
        assert!(!links.contains("]("), "{with}: {words}");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(
            !uri.as_str().unwrap().contains([':', '#', ' ', '<']),
            "{uri}"
        );
    }
    let xml = findings_junit(checked);
    harmless(&xml, with);
    for (at, _) in xml.match_indices('<') {
        let ours = [
            "<?xml",
            "<testsuite",
            "</testsuite",
            "<testcase",
            "</testcase",
            "<failure",
            "</failure",
            "<skipped",
            "<system-out",
            "</system-out",
        ];
        assert!(ours.iter().any(|tag| xml[at..].starts_with(tag)), "{with}");
    }
    assert!(
        !xml.contains("]]>") && !xml.contains(['\u{fffe}', '\u{ffff}']),
        "{with}"
    );
    let told = findings_github(checked);
    assert_eq!(told.annotations.lines().count(), 10, "{with}");
    for line in told.annotations.lines() {
        assert!(!line.contains(is_hidden), "{line:?}");
        let (head, words) = line
            .strip_prefix("::error ")
            .unwrap()
            .split_once("::")
            .unwrap();
        let keys = head.split(',').filter_map(|part| part.split('=').next());
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(keys.clone().all(|key| known.contains(&key)), "{head}");
        assert!(keys.count() <= known.len(), "{head}");
        assert!(
            !words.contains("##[") && !words.contains("##vso["),
            "{line:?}"
        );
    }
    harmless(&told.rest, with);
    harmless(&told.verdict, with);
    harmless(&told.summary, with);
    let ours = told.summary.replace("### catalogc check", "");
    assert_eq!(outside_code(&ours).trim(), "", "{with}");
}

/// Also a string that a program has read back shows what it holds.
fn no_string_is_hidden(value: &Json, with: &str) {
    match value {
        Json::String(text) => {
            let lines = text.replace('\n', " ");
            assert!(!lines.contains(is_hidden), "{with}: {text:?}");
        }
        Json::Array(items) => items
            .iter()
            .for_each(|item| no_string_is_hidden(item, with)),
        Json::Object(entries) => {
            entries
                .values()
                .for_each(|value| no_string_is_hidden(value, with));
        }
        _ => {}
    }
}
