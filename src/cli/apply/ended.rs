//! How the steps of a run ended, with where their calls ran: as the comment shows it.

use std::collections::BTreeMap;

use crate::cli::apply::Derivation;
use crate::ledger::record::Body;
use crate::render::Ended;

/// How steps ended, with the runs of their calls as far as the ledger has them.
pub(super) fn ends(made: &mut Derivation, steps: &[crate::apply::StepReport]) -> Vec<Ended> {
    // Without the ledger the runs are not known, and what is to be said of it is said elsewhere.
    let entries = made.records.ledger.read().unwrap_or_default();
    let mut runs: BTreeMap<u32, BTreeMap<String, String>> = BTreeMap::new();
    for entry in &entries {
        let (landing, step, call, url) = match &entry.record.body {
            Body::Result(it) => (&it.landing, &it.step, &it.call, it.url.as_deref()),
            Body::Progress(it) => {
                let url = it.handle.get("url").and_then(serde_json::Value::as_str);
                (&it.landing, &it.step, &it.call, url)
            }
            _ => continue,
        };
        if let Some(url) = url.filter(|_| *landing == made.id) {
            let calls = runs.entry(step.number).or_default();
            calls.insert(call.clone(), url.to_owned());
        }
    }
    let ended = |step: &crate::apply::StepReport| Ended {
        number: step.number,
        word: step.word.words(),
        took_seconds: step.took_seconds,
        detail: step.detail.clone(),
        problems: step.problems.clone(),
        done: step.done.clone(),
        runs: runs
            .get(&step.number)
            .into_iter()
            .flatten()
            .map(|(call, url)| (call.clone(), url.clone()))
            .collect(),
    };
    steps.iter().map(ended).collect()
}
