//! What a changed definition reads and writes.
//!
//! In: the definitions that differ. Out: facts. A definition may be about very many entities, so
//! what it rests on is told by kind; where nobody can say what it rests on, it is everything.

use std::collections::BTreeSet;

use serde_json::json;

use crate::compile::Compiled;
use crate::finding::Severity;
use crate::plan::definition::definitions_changed;
use crate::plan::diff::Side;
use crate::plan::file::digest;
use crate::plan::footprint::Ground;
use crate::plan::footprint::fact::{self, Facts};
use crate::plan::footprint::reads::linked;
use crate::policy::{ActionName, BuiltIn, Rules};

/// Warnings about more than one file: where the settings make one an error, any two changes may
/// be wrong together.
const ACROSS_FILES: [&str; 15] = [
    "E0006", "E0009", "E0308", "E0309", "E0310", "E0311", "E0312", "E0313", "E0407", "E0408",
    "E0412", "E0415", "E0420", "E0512", "E0513",
];

/// Whether what a plan rests on cannot be told.
pub(super) fn is_unknown(ground: &Ground<'_, '_, '_>) -> bool {
    let is_strict = |compiled: &Compiled| {
        let severity = &compiled.catalog.settings.severity;
        let mut raised = severity.iter();
        raised.any(|(code, to)| to.value == Some(Severity::Error) && ACROSS_FILES.contains(code))
    };
    let states = ground.states;
    crate::check::has_errors(&states.before.findings)
        || is_strict(states.before)
        || is_strict(states.after)
        || crate::plan::effect::is_too_much(ground.reached)
}

/// What changed definitions read and write.
pub(super) fn definitions(ground: &Ground<'_, '_, '_>, reads: &mut Facts, writes: &mut Facts) {
    let changes = definitions_changed(ground.states);
    if changes.is_empty() {
        return;
    }
    reads.add(fact::DEFINITIONS, ground.nothing());
    // What is called and what is measured names nobody, and no rule is other by it.
    let is_apart = changes
        .iter()
        .all(|it| matches!(it.kind, "connector" | "scorecard"));
    let named = [fact::NAMES, fact::PEOPLE, fact::MEMBERSHIPS];
    for name in named.into_iter().filter(|_| !is_apart) {
        reads.add(name, ground.nothing());
    }
    writes.add(fact::DEFINITIONS, ground.nothing());
    for change in &changes {
        let own = change.digest.clone().unwrap_or_default();
        writes.add(fact::definition(change.kind, &change.name), own);
        match change.kind {
            "blueprint" => blueprint(ground, &change.name, reads, writes),
            "action" => {
                for side in [Side::Before, Side::After] {
                    let action = ground.states.of(side).catalog.find_action(&change.name);
                    if let Some(action) = action {
                        let what = fact::actions(&action.blueprint.value);
                        writes.add(what, ground.nothing());
                    }
                }
            }
            "policy" | "connector" | "scorecard" | "test" => {}
            _ => reads.add(fact::EVERYTHING, ground.nothing()),
        }
    }
    rules(ground, writes);
}

/// The entities of a changed blueprint are held against it, and so are values that are derived
/// from others.
fn blueprint(ground: &Ground<'_, '_, '_>, name: &str, reads: &mut Facts, writes: &mut Facts) {
    let mut kinds = BTreeSet::from([name]);
    let form = |side: Side| {
        let found = ground.states.of(side).catalog.find_blueprint(name);
        found.map(|(_, blueprint)| linked(blueprint))
    };
    if form(Side::Before) != form(Side::After) {
        writes.add(fact::LINKS, ground.nothing());
    }
    for side in [Side::Before, Side::After] {
        let all = ground.states.of(side).catalog.blueprints.iter();
        let far = all.filter(|it| !it.mirrors.is_empty() || !it.aggregations.is_empty());
        kinds.extend(far.map(|it| it.identifier.value.as_str()));
    }
    for kind in kinds {
        reads.add_of(kind, fact::entity(kind, "*"), ground.nothing());
        reads.add_of(kind, fact::to(kind, "*", None), ground.nothing());
    }
}

/// The actions about which the rules of the result say something else.
fn rules(ground: &Ground<'_, '_, '_>, writes: &mut Facts) {
    let after = ground.states.after;
    let own = ground.rules();
    let other = own.beside(&after.catalog, &after.graph, &after.snapshot);
    for (action, kind) in asked(own) {
        let (name, form) = ground.form(action, kind);
        let found = kind.map(|kind| after.catalog.find_blueprint(kind));
        let is_same = match found {
            Some(None) => false,
            found => {
                let id = found.flatten().map(|(id, _)| id);
                form.0.says_the_same(&other.form(action, id))
            }
        };
        if !is_same {
            writes.add(fact::rules(&name), digest(&json!(["after", form.1])));
        }
    }
}

/// All that the rules of a catalog can be asked about.
fn asked<'r>(rules: &Rules<'r>) -> Vec<(ActionName<'r>, Option<&'r str>)> {
    let catalog = rules.catalog();
    let mut all = Vec::new();
    for built_in in BuiltIn::ALL {
        let action = ActionName::BuiltIn(built_in);
        if built_in.is_on_root() {
            all.push((action, None));
            continue;
        }
        let kinds = catalog.blueprints.iter();
        all.extend(kinds.map(|kind| (action, Some(kind.identifier.value.as_str()))));
    }
    let actions = catalog.actions.iter();
    all.extend(actions.map(|action| {
        let name = ActionName::Catalog(action.identifier.value.as_str());
        (name, Some(action.blueprint.value.as_str()))
    }));
    all
}
