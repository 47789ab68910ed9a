//! Times in which some steps are not taken.
//!
//! In: the freezes of the target's settings, the moment at which rules are asked, the requests
//! that lift them. Out: why a step may not be taken now. A plan is made again when it is run, so
//! what was planned before a freeze is not run in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use crate::model::request::{Lifts, OVERRIDE};
use crate::model::settings::Freeze;
use crate::model::{EntityId, Moment};
use crate::plan::decide::Judge;
use crate::plan::diff::Side;
use crate::plan::draft::{Doer, Draft};
use crate::plan::file::Notice;
use crate::plan::guard::{old_names, teams};
use crate::plan::value::States;
use crate::policy::{ActionName, BuiltIn, Principal, Question, Resource, Rules};
use crate::text::{Located, Text};

/// The freezes that are on, and who may lift them.
pub(super) struct Frozen<'a> {
    on: Vec<(&'a Freeze, Moment)>,
    /// Those that are on and that a request lifts.
    lifted: Vec<(&'a Freeze, Moment)>,
    /// Whose words a refusal ends with.
    advice: String,
    old_names: BTreeMap<EntityId, EntityId>,
}

impl<'a> Frozen<'a> {
    /// Those of the target that are on now, and those of them that are lifted.
    pub(super) fn now(
        states: &States<'a>,
        drafts: &[Draft<'_>],
        judge: &Judge<'_, '_>,
        lifts: &[Lifts],
    ) -> Self {
        let freezes = &states.before.catalog.settings.freezes;
        let lifted: BTreeSet<&Text> = lifts.iter().flat_map(|lifts| &lifts.freezes).collect();
        let on = freezes.iter().filter_map(|freeze| {
            let end = freeze.end(judge.rules.now()?)?;
            Some((freeze, end))
        });
        let (lifted, on): (Vec<_>, Vec<_>) =
            on.partition(|(freeze, _)| lifted.contains(&freeze.name.value));
        let mut frozen = Self {
            on,
            lifted,
            advice: String::new(),
            old_names: BTreeMap::new(),
        };
        if !frozen.on.is_empty() {
            frozen.advice = advice(judge.rules);
        }
        if !(frozen.on.is_empty() && frozen.lifted.is_empty()) {
            frozen.old_names = old_names(drafts);
        }
        frozen
    }

    /// The end of a freeze that is on and lifted.
    pub(super) fn end_of_lifted(&self, name: &str) -> Option<Moment> {
        let mut lifted = self.lifted.iter();
        let (_, end) = lifted.find(|(freeze, _)| freeze.name.value == name)?;
        Some(*end)
    }

    /// Whether a step would be refused by a freeze of this name, were it not lifted.
    pub(super) fn is_lifted_for(&self, states: &States<'_>, draft: &Draft<'_>, name: &str) -> bool {
        let mut lifted = self.lifted.iter();
        !is_record(draft)
            && lifted
                .any(|(freeze, _)| freeze.name.value == name && self.is_of(states, draft, freeze))
    }

    fn is_of(&self, states: &States<'_>, draft: &Draft<'_>, freeze: &Freeze) -> bool {
        let owners = teams(states, draft, &self.old_names);
        let done = Done {
            blueprint: &draft.blueprint,
            action: draft.doer.name(),
            owners: &owners,
        };
        done.is_of(freeze)
    }

    /// Why a step may not be taken now.
    pub(super) fn refuses(&self, states: &States<'_>, draft: &Draft<'_>) -> Option<Notice> {
        if is_record(draft) {
            return None;
        }
        let mut on = self.on.iter();
        let (freeze, end) = on.find(|(freeze, _)| self.is_of(states, draft, freeze))?;
        Some(Notice {
            text: words(freeze, *end, &self.advice),
            place: Some(states.line(Side::Before, freeze.name.span)),
        })
    }
}

/// What is said to be true already is not done.
fn is_record(draft: &Draft<'_>) -> bool {
    matches!(draft.doer, Doer::BuiltIn(BuiltIn::Record))
}

/// What is done to an entity of a blueprint.
pub struct Done<'d> {
    /// The blueprint.
    pub blueprint: &'d str,
    /// The action, by its name.
    pub action: &'d str,
    /// Who owns the entity, before it or after it.
    pub owners: &'d BTreeSet<Text>,
}

impl Done<'_> {
    /// Whether a freeze is of it.
    fn is_of(&self, freeze: &Freeze) -> bool {
        means(&freeze.blueprints, |name| name == self.blueprint)
            && means(&freeze.actions, |name| name == self.action)
            && means(&freeze.teams, |name| self.owners.contains(name))
    }
}

/// The first of the freezes that is of something, whether it is on or not.
pub fn named<'f>(freezes: &'f [Freeze], done: &Done<'_>) -> Option<&'f Freeze> {
    freezes.iter().find(|freeze| done.is_of(freeze))
}

/// Why something may not be done at a moment, and until when, whoever asks for it.
pub fn refused(
    freezes: &[Freeze],
    done: &Done<'_>,
    now: Moment,
    rules: &Rules<'_>,
) -> Option<String> {
    let mut own = freezes.iter().filter(|freeze| done.is_of(freeze));
    own.find_map(|freeze| Some(words(freeze, freeze.end(now)?, &advice(rules))))
}

/// Why something is not done.
fn words(freeze: &Freeze, end: Moment, advice: &str) -> String {
    let name = &freeze.name.value;
    let why = freeze.reason.as_ref();
    let why = why.map(|why| format!(", {why}")).unwrap_or_default();
    format!(
        "the freeze {name} ends {}{why}; {advice} with a request `action: {OVERRIDE}`, `inputs: {{freezes: [{name}]}}`",
        end.words(),
    )
}

/// Who may lift a freeze, in words.
fn advice(rules: &Rules<'_>) -> String {
    let who = who_lifts(rules);
    match who.split_last() {
        None => "nobody may lift it".to_owned(),
        Some((last, [])) => format!("{last} may lift it"),
        Some((last, rest)) => {
            let rest: Vec<&str> = rest.iter().map(Text::as_str).collect();
            format!("{} or {last} may lift it", rest.join(", "))
        }
    }
}

/// Logins of those who may lift a freeze.
fn who_lifts(rules: &Rules<'_>) -> Vec<Text> {
    let nobody = Principal::Unknown(Text::const_new(""));
    rules.who_may(&Question {
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
