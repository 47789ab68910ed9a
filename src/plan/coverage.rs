//! The decisions about what is no step: definitions, meaningless changes, what is adopted, and
//! requests that lift a guard.
//!
//! In: what differs. Out: each with its decisions, in the order of the plan.

use std::collections::BTreeSet;

use serde_json::Map;

use crate::plan::Asked;
use crate::plan::cover;
use crate::plan::decide::{Judge, Matter};
use crate::plan::definition::difference::{changes, has_hidden};
use crate::plan::diff::{Difference, Side};
use crate::plan::file::{self, Covered, Outcome};
use crate::plan::guard;
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::policy::BuiltIn;

/// Whether a definition has something that is shown nowhere, on either side.
fn is_hidden(
    states: &States<'_>,
    secrets: &Secrets<'_>,
    of: (&'static str, &str),
    path: &str,
) -> bool {
    has_hidden(states, secrets.masks(), of)
        || [Side::Before, Side::After].into_iter().any(|side| {
            let file = states.file(side, path);
            file.is_some_and(|file| secrets.is_in_file(file))
        })
}

/// The decision about a file that the target could not read and whose entities come.
fn adopts(states: &States<'_>, judge: &Judge<'_, '_>, path: &str) -> Covered {
    let inputs = Map::new();
    let matter = Matter::root(states, BuiltIn::Define, ("entities", path), &inputs);
    let decisions = judge.decisions(states, &matter);
    Covered {
        action: BuiltIn::Define.word().to_owned(),
        path: path.to_owned(),
        text: "entities of a file that the target could not read are adopted".to_owned(),
        digest: states.after.snapshot.find(path).map(|file| {
            let text = states.after.snapshot.text(file);
            file::digest(&serde_json::json!(["entities", path, text]))
        }),
        changes: Vec::new(),
        outcome: Outcome::of(&decisions, &[]),
        decisions,
    }
}

/// The decisions about definitions, meaningless changes and overrides.
pub(super) fn coverage(
    states: &States<'_>,
    differences: &[Difference],
    (judge, secrets): (&Judge<'_, '_>, &Secrets<'_>),
    asked: &Asked<'_>,
    adopted: &BTreeSet<String>,
) -> Vec<Covered> {
    if !asked.has_target {
        return Vec::new();
    }
    let inputs = Map::new();
    let mut coverage = Vec::new();
    coverage.extend(adopted.iter().map(|path| adopts(states, judge, path)));
    for change in cover::cover(states, differences, asked.root, adopted) {
        let matter = Matter::root(
            states,
            change.built_in,
            (change.kind, &change.path),
            &inputs,
        );
        let decisions = judge.decisions(states, &matter);
        let what = if change.name.is_empty() {
            change.kind.to_owned()
        } else {
            format!("{} {}", change.kind, change.name)
        };
        let of = (change.kind, change.name.as_str());
        let is_hidden = is_hidden(states, secrets, of, &change.path);
        coverage.push(Covered {
            action: change.built_in.word().to_owned(),
            path: change.path.clone(),
            text: format!("{what} {}", change.text),
            // What moves is told once, where it stands now.
            changes: match &change.digest {
                Some(_) => changes(states, secrets.masks(), of),
                None => Vec::new(),
            },
            // The digest of a secret alone could be tried until it fits.
            digest: change.digest.map(|digest| {
                if is_hidden {
                    secrets.masks().digest(&digest.into())
                } else {
                    digest
                }
            }),
            outcome: Outcome::of(&decisions, &[]),
            decisions,
        });
    }
    for request in guard::overrides(states) {
        let path = states.after.snapshot.path(request.span.file).to_owned();
        let matter = Matter::root(states, BuiltIn::Override, ("guard", &path), &inputs);
        let decisions = judge.decisions(states, &matter);
        coverage.push(Covered {
            action: BuiltIn::Override.word().to_owned(),
            path: path.clone(),
            text: "lifts what refuses the plan".to_owned(),
            digest: None,
            changes: Vec::new(),
            outcome: Outcome::of(&decisions, &[]),
            decisions,
        });
    }
    secrets.hide_covered(&mut coverage);
    coverage
}
