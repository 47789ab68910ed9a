//! Where rule tests name what is not there any more.
//!
//! In: the catalog afterwards, which may have errors elsewhere. Out: the places of people, groups
//! and entities that nothing in it is called: whoever reads them cannot take them for another text.

use crate::check::Subject;
use crate::check::trial::resolve;
use crate::compile::Compiled;
use crate::finding::codes::E0415;
use crate::model::trial::Trial;
use crate::text::Span;

/// The places, also where a test cannot be resolved for other reasons.
pub(in crate::cli) fn missed(after: &Compiled) -> Vec<Span> {
    let subject = Subject {
        snapshot: &after.snapshot,
        catalog: &after.catalog,
        graph: &after.graph,
        kinds: &after.kinds,
        prefix: &after.prefix,
        // They answer what `by` names alone.
        rules: &[],
    };
    let mut places = Vec::new();
    for trial in &after.catalog.trials {
        let mut findings = Vec::new();
        resolve(&subject, trial, &mut findings);
        findings.retain(|it| *it.code == E0415);
        places.extend(findings.into_iter().map(|it| it.span));
        places.extend(subject_of(after, trial));
    }
    places
}

/// What a test is about, where no kind has an entity of that name: its action may be one that
/// cannot be read.
fn subject_of(after: &Compiled, trial: &Trial) -> Option<Span> {
    let written = trial.entity.as_ref()?;
    let name = written.value.as_str();
    let name = name.split_once('/').map_or(name, |(_, name)| name);
    let mut kinds = after.catalog.kinds();
    let is_there = kinds.any(|(kind, _)| after.catalog.find_entity(kind, name).is_some());
    (!is_there).then_some(written.span)
}
