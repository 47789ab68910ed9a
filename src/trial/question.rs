//! One question to the rules, and whether the answer is the expected one.

use std::collections::BTreeSet;

use crate::check::trial::{Asked, Ruled, groups_named};
use crate::model::trial::{Expected, ExpectedApproval, Trial};
use crate::model::{Catalog, EntityId};
use crate::policy::{Decision, Need, Principal, Sort};
use crate::text::{Located, Span, Text};
use crate::trial::coverage::Seen;
use crate::trial::matter::Matter;
use crate::trial::report::Told;
use crate::trial::{Bench, Outcome};

/// Asks the rules for each actor.
pub(super) fn ask(
    bench: &Bench<'_>,
    trial: &Trial,
    actors: &[(Text, Principal)],
    asked: &Asked<'_>,
) -> Outcome {
    let catalog = &bench.compiled.catalog;
    let matters = match Matter::all(bench, asked) {
        Ok(matters) => matters,
        Err(why) => {
            return Outcome {
                faults: vec![why],
                ..Outcome::default()
            };
        }
    };
    let mut asks: Vec<(&Matter<'_>, &Principal)> = Vec::new();
    for (_, actor) in actors {
        asks.extend(matters.iter().map(|matter| (matter, actor)));
    }
    let decisions: Vec<Decision> = asks
        .iter()
        .map(|(matter, actor)| matter.decision(bench, actor))
        .collect();
    let is_allowed = decisions.iter().all(Decision::is_allowed);
    let who = || actors.iter().map(|(_, actor)| actor);
    let allowed = matters.iter().filter(|_| is_allowed && !actors.is_empty());
    let needs: Vec<Vec<Need>> = allowed.map(|matter| matter.needs(bench, who())).collect();
    let all_needs: Vec<&Need> = needs.iter().flatten().collect();
    let actual = match (is_allowed, all_needs.is_empty()) {
        (false, _) => Expected::Denied,
        (true, false) => Expected::NeedsApproval,
        (true, true) => Expected::Allowed,
    };
    let mut seen: Vec<(Span, Seen)> = Vec::new();
    for (matter, actor) in &asks {
        let about = bench.rules.about(&matter.question(catalog, actor));
        seen.extend(about.into_iter().map(|place| (place, Seen::NotApplied)));
    }
    for decision in &decisions {
        let places = decided(bench, decision).into_iter();
        seen.extend(places.map(|place| (place, Seen::Decided)));
    }
    seen.extend(all_needs.iter().map(|need| (need.place, Seen::Decided)));
    let mut faults = Vec::new();
    if actual == trial.expect.value {
        let by: Vec<Span> = decisions.iter().flat_map(|it| decided(bench, it)).collect();
        faults.extend(wrong_rule(bench, trial.by.as_ref(), &by, &all_needs));
        if let Some(expected) = &trial.approvals {
            faults.extend(wrong_approvals(catalog, &expected.value, &all_needs));
        }
    } else {
        let expected = trial.expect.value.word();
        faults.push(format!("expected {expected}, but {}", actual.word()));
    }
    let reasons = reasons(bench, asked, (&asks, &decisions), (&matters, &needs));
    // Whom else the rules would allow it is asked only where somebody reads it.
    let mut denied = asks
        .iter()
        .zip(&decisions)
        .filter(|(_, it)| !it.is_allowed());
    let denied = denied.next().filter(|_| !faults.is_empty());
    let could = denied.map_or_else(Vec::new, |((_, actor), _)| who_may(bench, &matters, actor));
    Outcome {
        faults,
        actual: actual.word().to_owned(),
        reasons,
        could,
        seen,
    }
}

/// Why it is so, of each decision and each approval.
fn reasons(
    bench: &Bench<'_>,
    asked: &Asked<'_>,
    (asks, decisions): (&[(&Matter<'_>, &Principal)], &[Decision]),
    (matters, needs): (&[Matter<'_>], &[Vec<Need>]),
) -> Vec<Told> {
    // What is another action than the one that was written, or several, is told with its name.
    let is_as_written = matches!(matters, [one] if one.what.word() == asked.what.word());
    let named = |matter: &Matter<'_>, told: Told| Told {
        text: if is_as_written {
            told.text
        } else {
            format!("{}: {}", matter.what.word(), told.text)
        },
        ..told
    };
    let mut reasons: Vec<Told> = Vec::new();
    for ((matter, _), decision) in asks.iter().zip(decisions) {
        let told = told(bench, decision).into_iter();
        reasons.extend(told.map(|told| named(matter, told)));
    }
    for (matter, needs) in matters.iter().zip(needs) {
        reasons.extend(needs.iter().map(|need| {
            let told = Told {
                word: Expected::NeedsApproval.word(),
                text: need.words.clone(),
                place: Some(bench.line(need.place)),
            };
            named(matter, told)
        }));
    }
    reasons
}

/// The logins of those who may do all of it, sorted.
fn who_may(bench: &Bench<'_>, matters: &[Matter<'_>], actor: &Principal) -> Vec<String> {
    let mut each = matters.iter().map(|matter| matter.who_may(bench, actor));
    let mut all = each.next().unwrap_or_default();
    for may in each {
        all.retain(|login| may.contains(login));
    }
    all
}

/// The places of the rules that gave an answer: those that permitted, or those that forbade.
fn decided(bench: &Bench<'_>, decision: &Decision) -> Vec<Span> {
    let is_allowed = decision.is_allowed();
    let decides = |place: &Span| {
        let mut rules = bench.listed.iter();
        let rule = rules.find(|rule| rule.place == *place);
        rule.is_some_and(|rule| match rule.sort {
            Sort::Permit | Sort::Block => is_allowed,
            Sort::Forbid => !is_allowed,
            Sort::Approval => false,
        })
    };
    let reasons = decision.reasons.iter();
    let ruled = reasons.filter(|reason| reason.rule.is_some());
    ruled
        .filter_map(|reason| reason.place)
        .filter(decides)
        .collect()
}

fn told(bench: &Bench<'_>, decision: &Decision) -> Vec<Told> {
    let forbade = decided(bench, decision);
    let told = |reason: &crate::policy::Reason| Told {
        word: match reason.place {
            _ if decision.is_allowed() => "allowed",
            Some(place) if reason.rule.is_some() && !forbade.contains(&place) => "no",
            _ => "denied",
        },
        text: reason.text.clone(),
        place: reason.place.map(|place| bench.line(place)),
    };
    decision.reasons.iter().map(told).collect()
}

/// That another rule gave the answer than the one that was expected.
fn wrong_rule(
    bench: &Bench<'_>,
    by: Option<&Located<Text>>,
    decided: &[Span],
    needs: &[&Need],
) -> Option<String> {
    let by = by?;
    let ruled = Ruled::new(&bench.listed, &bench.compiled.snapshot);
    let named = ruled.named(&by.value);
    let asked = needs.iter().map(|need| need.place);
    let mut all = decided.iter().copied().chain(asked);
    if all.any(|place| named.iter().any(|rule| rule.place == place)) {
        return None;
    }
    let others: BTreeSet<String> = decided.iter().map(|place| bench.line(*place)).collect();
    Some(if others.is_empty() {
        format!("expected by {}, but no rule gives the answer", by.value)
    } else {
        let others: Vec<String> = others.into_iter().collect();
        format!("expected by {}, but by {}", by.value, others.join(", "))
    })
}

/// Who should agree and is not asked, and who is asked and was not expected.
fn wrong_approvals(
    catalog: &Catalog,
    expected: &[ExpectedApproval],
    needs: &[&Need],
) -> Vec<String> {
    let mut left: Vec<&Need> = needs.to_vec();
    let mut faults = Vec::new();
    for expected in expected {
        let names: Vec<&str> = expected.from.iter().map(|it| it.value.as_str()).collect();
        let fits = |need: &&Need| {
            let by: BTreeSet<EntityId> = need.by.iter().copied().collect();
            let groups: Vec<Vec<EntityId>> = names
                .iter()
                .map(|name| groups_named(catalog, name))
                .collect();
            let is_in = |group: &Vec<EntityId>| group.iter().any(|id| by.contains(id));
            need.count == expected.count
                && groups.iter().all(is_in)
                && by
                    .iter()
                    .all(|id| groups.iter().any(|group| group.contains(id)))
        };
        match left.iter().position(fits) {
            Some(at) => {
                left.remove(at);
            }
            None => faults.push(format!(
                "expected {} from {}, which is not asked for",
                expected.count,
                names.join(" or ")
            )),
        }
    }
    faults.extend(
        left.iter()
            .map(|need| format!("{} was not expected", need.words)),
    );
    faults
}
