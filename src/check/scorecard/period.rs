//! The periods that conditions on times name: `{from, to}`, or `{preset: lastMonth}`.
//!
//! In: the value of a condition. Out: a finding at what is wrong with it.

use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0202, E0203};
use crate::model::Moment;
use crate::model::scorecard::Preset;
use crate::syntax::Node;
use crate::text::{choose, visible};

/// Whether the value names a period; what is wrong with it is told.
pub(super) fn is_period(value: &Node, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    let entries = value.as_mapping().unwrap_or_default();
    let place = entries.first().map_or(value.span, |entry| entry.key.span);
    let preset = value.get("preset");
    if let Some(preset) = preset {
        is_preset(preset, findings);
    }
    for key in ["from", "to"] {
        match value.get(key) {
            Some(end) => is_instant(key, end, findings),
            None if preset.is_none() => findings.push(
                Finding::new(&E0202, place, format!("a period needs `{key}`"))
                    .misses(Part::Key, key)
                    .label("no end to it")
                    .help("write `{from, to}` with two times, or `{preset: lastMonth}`"),
            ),
            None => {}
        }
    }
    for entry in entries {
        let key = entry.key.value.as_str();
        let known: &[&str] = if preset.is_some() {
            &["preset"]
        } else {
            &["from", "to"]
        };
        if !known.contains(&key) {
            let message = format!("a period has no key `{}`", visible(key));
            findings.push(
                Finding::new(&E0202, entry.key.span, message)
                    .label("not looked at")
                    .help(choose(key, known)),
            );
        }
    }
    findings.len() == before
}

fn is_preset(preset: &Node, findings: &mut Vec<Finding>) {
    let word = preset.as_str();
    if word.is_some_and(|word| Preset::WORDS.iter().any(|(name, _)| *name == word)) {
        return;
    }
    let names = Preset::WORDS.map(|(name, _)| name);
    let finding = match word {
        Some(word) => Finding::new(
            &E0203,
            preset.span,
            format!("no period is called `{}`", visible(word)),
        )
        .help(choose(word, &names)),
        None => Finding::new(
            &E0203,
            preset.span,
            format!("`preset` takes a name, not {}", preset.type_words()),
        )
        .help(format!(
            "write one of {}",
            names.map(|name| format!("`{name}`")).join(", ")
        )),
    };
    findings.push(finding.label("not known"));
}

fn is_instant(key: &str, end: &Node, findings: &mut Vec<Finding>) {
    let text = end.as_str();
    if text.is_some_and(|text| {
        Moment::parse(text)
            .or_else(|| Moment::of_day(text))
            .is_some()
    }) {
        return;
    }
    findings.push(
        Finding::new(
            &E0203,
            end.span,
            format!("`{key}` of a period takes a time"),
        )
        .label("no time")
        .help("write it as `2026-11-22T14:00:00Z`, or a day as `2026-11-22`"),
    );
}
