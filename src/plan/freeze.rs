//! Times in which some steps are not taken.
//!
//! In: the freezes of the target's settings, the moment at which rules are asked, the requests
//! that lift them. Out: why a step may not be taken now. A plan is made again when it is run, so
//! what was planned before a freeze is not run in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use crate::model::request::OVERRIDE;
use crate::model::settings::Freeze;
use crate::model::{EntityId, Moment};
use crate::plan::decide::Judge;
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::Notice;
use crate::plan::guard::{lifts, old_names, teams};
use crate::plan::value::States;
use crate::policy::{ActionName, BuiltIn, Principal, Question, Resource};
use crate::text::{Located, Text};

/// The freezes that are on, and who may lift them.
pub(super) struct Frozen<'a> {
    on: Vec<(&'a Freeze, Moment)>,
    /// Whose words a refusal ends with.
    advice: String,
    old_names: BTreeMap<EntityId, EntityId>,
}

impl<'a> Frozen<'a> {
    /// Those of the target that are on now and that no request lifts.
    pub(super) fn now(states: &States<'a>, drafts: &[Draft<'_>], judge: &Judge<'_, '_>) -> Self {
        let freezes = &states.before.catalog.settings.freezes;
        let lifted: BTreeSet<Text> = lifts(states)
            .into_iter()
            .flat_map(|lifts| lifts.freezes)
            .collect();
        let on = freezes.iter().filter_map(|freeze| {
            let end = freeze.end(judge.rules.now()?)?;
            (!lifted.contains(&freeze.name.value)).then_some((freeze, end))
        });
        let on: Vec<(&Freeze, Moment)> = on.collect();
        let mut frozen = Self {
            on,
            advice: String::new(),
            old_names: BTreeMap::new(),
        };
        if !frozen.on.is_empty() {
            let who = who_lifts(judge);
            frozen.advice = match who.split_last() {
                None => "nobody may lift it".to_owned(),
                Some((last, [])) => format!("{last} may lift it"),
                Some((last, rest)) => {
                    let rest: Vec<&str> = rest.iter().map(Text::as_str).collect();
                    format!("{} or {last} may lift it", rest.join(", "))
                }
            };
            frozen.old_names = old_names(drafts);
        }
        frozen
    }

    /// Why a step may not be taken now.
    pub(super) fn refuses(&self, states: &States<'_>, draft: &Draft<'_>) -> Option<Notice> {
        // What is said to be true already is not done.
        if self.on.is_empty() || matches!(draft.doer, Doer::BuiltIn(BuiltIn::Record)) {
            return None;
        }
        let owners = teams(states, draft, &self.old_names);
        let is_for = |freeze: &Freeze| {
            means(&freeze.blueprints, |name| *name == draft.blueprint)
                && means(&freeze.actions, |name| name == draft.doer.name())
                && means(&freeze.teams, |name| owners.contains(name))
        };
        let (freeze, end) = self.on.iter().find(|(freeze, _)| is_for(freeze))?;
        let name = &freeze.name.value;
        let why = freeze.reason.as_ref();
        let why = why.map(|why| format!(", {why}")).unwrap_or_default();
        Some(Notice {
            text: format!(
                "the freeze {name} ends {}{why}; {} with a request `action: {OVERRIDE}`, `inputs: {{freezes: [{name}]}}`",
                end.words(),
                self.advice,
            ),
            place: Some(states.line(Side::Before, freeze.name.span)),
        })
    }
}

/// Logins of those who may lift a freeze.
fn who_lifts(judge: &Judge<'_, '_>) -> Vec<Text> {
    let nobody = Principal::Unknown(Text::const_new(""));
    judge.rules.who_may(&Question {
        actor: &nobody,
        action: ActionName::BuiltIn(BuiltIn::Override),
        resource: Resource::Root {
            kind: "guard",
            path: "",
        },
        inputs: &Map::new(),
        changed: &[],
        after: None,
        cause: None,
    })
}

/// Whether names mean something; none mean everything.
fn means(names: &[Located<Text>], is_it: impl Fn(&Text) -> bool) -> bool {
    names.is_empty() || names.iter().any(|name| is_it(&name.value))
}
