//! What requests `override` lift in this plan, and what of them lifts nothing.
//!
//! In: the requests that the merge brings, the guards that the drafts exceed, the freezes that are
//! on. Out: for each request what it lifts and what would be refused without it, and the notices
//! above the plan. It lifts nothing itself: `guard` and `freeze` do.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::model::Request;
use crate::model::request::{GlassReason, Lifts};
use crate::model::settings::{Mass, Numbers};
use crate::plan::decide::Judge;
use crate::plan::diff::Side;
use crate::plan::draft::Draft;
use crate::plan::file::{Covered, Lifted, LiftedKind, Notice, Outcome};
use crate::plan::file::{OverrideRequest, RequestRef};
use crate::plan::freeze::Frozen;
use crate::plan::guard::{Broken, Scope, key, overrides};
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::text::{near, visible};

/// How many of the steps that would be denied are named.
const NAMED: usize = 5;

/// What the requests lift, in their order.
pub(super) fn lifted(
    states: &States<'_>,
    drafts: &[Draft<'_>],
    exceeded: &[Broken],
    (judge, secrets): (&Judge<'_, '_>, &Secrets<'_>),
) -> Vec<OverrideRequest> {
    let requests = overrides(states);
    if requests.is_empty() {
        return Vec::new();
    }
    let of = |request: &&Request| {
        let mut all = Sorted::default();
        let lifts = Lifts::of(request, &mut Vec::<Finding>::new());
        // Whoever may not lift it is told what it is about too.
        let frozen = Frozen::now(states, drafts, judge, std::slice::from_ref(&lifts));
        all.guards(exceeded, &lifts);
        for name in &lifts.freezes {
            all.freeze(states, drafts, &frozen, name);
        }
        if lifts == Lifts::default() {
            all.idle.push("it names no guard and no freeze".to_owned());
        }
        let reason = match request.glass_reason() {
            GlassReason::Given(mut reason) => {
                secrets.hide_in(&mut reason);
                Some(reason)
            }
            GlassReason::Missing | GlassReason::Wrong(_) => None,
        };
        OverrideRequest {
            request: RequestRef {
                id: request.id.value.to_string(),
                file: visible(states.after.snapshot.path(request.span.file)).into_owned(),
            },
            reason,
            place: states.place(Side::After, request.action.span),
            lifts: all.lifts,
            idle: all.idle,
        }
    };
    requests.iter().map(of).collect()
}

/// What a request lifts, and what of it lifts nothing.
#[derive(Default)]
struct Sorted {
    lifts: Vec<Lifted>,
    idle: Vec<String>,
}

impl Sorted {
    fn guards(&mut self, exceeded: &[Broken], lifts: &Lifts) {
        self.numbers(exceeded, &Scope::All, &lifts.all);
        for (name, numbers) in &lifts.per_blueprint {
            self.numbers(exceeded, &Scope::Blueprint(name.clone()), numbers);
        }
        for (name, numbers) in &lifts.per_team {
            self.numbers(exceeded, &Scope::Team(name.clone()), numbers);
        }
    }

    fn numbers(&mut self, exceeded: &[Broken], scope: &Scope, numbers: &Numbers) {
        for (mass, number) in numbers {
            let written = written(scope, *mass, *number);
            let mut exceeded = exceeded.iter();
            match exceeded.find(|it| it.scope == *scope && it.mass == *mass) {
                None => self
                    .idle
                    .push(format!("{written}: no such guard is exceeded")),
                Some(broken) if broken.count == *number => self.lifts.push(Lifted {
                    kind: LiftedKind::Guard,
                    what: format!("the guard {written}"),
                    refused: vec![broken.text.clone()],
                }),
                Some(broken) => self.idle.push(format!("{written}: {}", broken.text)),
            }
        }
    }

    fn freeze(
        &mut self,
        states: &States<'_>,
        drafts: &[Draft<'_>],
        frozen: &Frozen<'_>,
        name: &str,
    ) {
        let there = &states.before.catalog.settings.freezes;
        let mut names = there.iter().map(|freeze| freeze.name.value.as_str());
        if !names.any(|it| it == name) {
            let names = there.iter().map(|freeze| freeze.name.value.as_str());
            let meant = near(name, names).map(|it| format!(", did you mean {}?", it.name));
            self.idle.push(format!(
                "freezes {name}: the target has no such freeze{}",
                meant.unwrap_or_default()
            ));
            return;
        }
        let Some(end) = frozen.end_of_lifted(name) else {
            self.idle.push(format!("freezes {name}: it is not on now"));
            return;
        };
        let stopped = drafts
            .iter()
            .filter(|draft| frozen.is_lifted_for(states, draft, name));
        let steps = stopped.filter_map(|draft| {
            let entity = states.entity(draft.before, draft.after)?;
            let entity = &entity.identifier.value;
            Some(format!("{} on {entity}", draft.doer.name()))
        });
        let mut refused: Vec<String> = steps.collect();
        refused.sort();
        refused.dedup();
        if refused.is_empty() {
            self.idle.push(format!("freezes {name}: no step is in it"));
            return;
        }
        self.lifts.push(Lifted {
            kind: LiftedKind::Freeze,
            what: format!("the freeze {name}, which ends {}", end.words()),
            refused,
        });
    }
}

/// A number as the request has it, in one line.
fn written(scope: &Scope, mass: Mass, number: u64) -> String {
    let number = format!("{}: {number}", mass.word());
    match scope {
        Scope::All => number,
        Scope::Blueprint(name) => format!("per_blueprint: {{{}: {{{number}}}}}", key(name)),
        Scope::Team(name) => format!("per_team: {{{}: {{{number}}}}}", key(name)),
    }
}

/// What stands above a plan with them:
/// `OVERRIDE: kim lifts the guard deletes: 14, because: the shop closes; without it the plan is
/// refused: 14 entities are deleted, the guard is 10`.
pub(super) fn notices(requests: &[OverrideRequest], coverage: &[Covered]) -> Vec<Notice> {
    let decided = coverage
        .iter()
        .filter(|one| one.action == BuiltIn::Override.word());
    let decided: BTreeMap<&str, &Covered> = decided.map(|one| (one.path.as_str(), one)).collect();
    let mut notices = Vec::new();
    for request in requests {
        let covered = decided.get(request.request.file.as_str());
        let who = who(covered.copied());
        let because = match &request.reason {
            Some(reason) => format!("because: {reason}"),
            None => "and says no reason".to_owned(),
        };
        let say = |text| Notice {
            text,
            place: Some(request.place.clone()),
        };
        let lifts = request.lifts.iter();
        notices.extend(lifts.map(|lifted| {
            say(format!(
                "OVERRIDE: {who} {}, {because}; without it {}",
                lifted.what,
                without(lifted)
            ))
        }));
        let idle = request.idle.iter();
        notices.extend(idle.map(|idle| {
            say(format!(
                "the override {} lifts nothing by {idle}",
                request.request.id
            ))
        }));
    }
    notices
}

/// Who lifts, or may not.
fn who(covered: Option<&Covered>) -> String {
    let decisions = covered
        .map(|one| one.decisions.as_slice())
        .unwrap_or_default();
    let logins = |allowed: Option<bool>| -> Vec<&str> {
        let of = decisions
            .iter()
            .filter(|it| allowed.is_none_or(|allowed| it.allowed == allowed));
        of.filter_map(|it| it.actor.as_deref()).collect()
    };
    if covered.is_some_and(|one| one.outcome == Outcome::Denied) {
        return format!("{} may not lift", logins(Some(false)).join(" and "));
    }
    let all = logins(None);
    match all.as_slice() {
        [] => "a request lifts".to_owned(),
        [one] => format!("{one} lifts"),
        _ => format!("{} lift", all.join(" and ")),
    }
}

/// What would be refused.
fn without(lifted: &Lifted) -> String {
    if lifted.kind == LiftedKind::Guard {
        return format!("the plan is refused: {}", lifted.refused.join("; "));
    }
    let named: Vec<&str> = lifted
        .refused
        .iter()
        .take(NAMED)
        .map(String::as_str)
        .collect();
    let more = lifted.refused.len().saturating_sub(NAMED);
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (steps, are) = match lifted.refused.len() {
        1 => ("step", "is"),
        _ => ("steps", "are"),
    };
    format!(
        "{} {steps} {are} denied: {}{more}",
        lifted.refused.len(),
        named.join(", ")
    )
}
