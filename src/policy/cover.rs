//! Rules that change nothing: what forbids where nobody may, and what another rule says already.
//!
//! In: checked rules. Out: warnings, each only where it is certain from the texts alone: who is
//! in a team today does not matter, nor what an entity is. Two rules are compared by the actions
//! and kinds that they can be about, and by what each of their conditions asks for.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Effect, EntityTypeName, EntityUid, PrincipalConstraint, ResourceConstraint};

use crate::finding::Finding;
use crate::finding::codes::{E0407, E0408};
use crate::model::Catalog;
use crate::model::settings::Permissions;
use crate::policy::BuiltIn;
use crate::policy::contrary;
use crate::policy::elsewhere;
use crate::policy::fault::head;
use crate::policy::path_named;
use crate::policy::read::Book;
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Token, parts, tokens};
use crate::policy::vocabulary::Vocabulary;
use crate::policy::within;

/// An action on a kind of entities.
struct Deed {
    /// The action and the group that it is in.
    actions: Vec<EntityUid>,
    /// What it is done to.
    kind: EntityTypeName,
    /// Whether it may be done without a permit, so that a `forbid` alone says no.
    is_free: bool,
}

/// A rule and what is compared of it.
struct Reach<'r> {
    rule: &'r Rule,
    /// The numbers of the deeds that it can be about.
    deeds: Deeds,
    /// What must hold, each as the alternatives of which one is enough.
    needs: Vec<BTreeSet<String>>,
}

/// The warnings about the permissions of a catalog.
pub(super) fn check(book: &Book, catalog: &Catalog, vocabulary: &Vocabulary) -> Vec<Finding> {
    let deeds = deeds(catalog, vocabulary);
    let person = vocabulary.person.as_ref();
    let mut by_action: BTreeMap<&EntityUid, Vec<usize>> = BTreeMap::new();
    for (number, deed) in deeds.iter().enumerate() {
        for action in &deed.actions {
            by_action.entry(action).or_default().push(number);
        }
    }
    let mut reaches = Vec::new();
    let mut findings = Vec::new();
    if book.permissions.iter().any(|rule| rule.broken) {
        // First what is wrong: what a rule is that cannot be read is not known.
        return findings;
    }
    for rule in &book.permissions {
        reaches.push(Reach {
            rule,
            deeds: Deeds::of(rule, &deeds, &by_action),
            needs: needs(rule, person),
        });
        findings.extend(contrary::never(rule, catalog));
        findings.extend(elsewhere::check(rule, catalog, vocabulary));
        findings.extend(within::members(rule, vocabulary));
        findings.extend(path_named::check(rule, catalog));
    }
    let approvals = book.approvals.iter().filter(|rule| !rule.broken);
    findings.extend(approvals.filter_map(|rule| contrary::never(rule, catalog)));
    // Whatever covers a rule covers the first thing that it is about.
    let mut about: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, reach) in reaches.iter().enumerate() {
        for deed in &reach.deeds.0 {
            about.entry(*deed).or_default().push(number);
        }
    }
    let is_enforced = catalog.settings.permissions == Permissions::Enforced;
    let free = deeds.iter().enumerate().filter(|(_, deed)| deed.is_free);
    let free = Deeds(free.map(|(number, _)| number).collect());
    for (number, reach) in reaches.iter().enumerate() {
        let Some(others) = reach.deeds.0.first().and_then(|deed| about.get(deed)) else {
            continue;
        };
        if is_enforced && reach.rule.effect == Effect::Forbid {
            findings.extend(forbids_nothing(reach, &reaches, &free, catalog));
        }
        let covers = |(other, by): &(usize, &Reach<'_>)| {
            // A rule of emergencies covers nothing of every day.
            *other != number
                && by.rule.glass.is_some() == reach.rule.glass.is_some()
                && by.covers(reach)
                && (!reach.covers(by) || *other < number)
        };
        let mut others = others
            .iter()
            .filter_map(|at| Some((*at, reaches.get(*at)?)));
        if let Some((_, by)) = others.find(covers) {
            findings.push(covered(reach.rule, by.rule));
        }
    }
    findings
}

/// Some of the deeds there are, by their numbers, in order.
struct Deeds(Vec<usize>);

impl Deeds {
    /// What a rule can be about.
    fn of(rule: &Rule, all: &[Deed], by_action: &BTreeMap<&EntityUid, Vec<usize>>) -> Self {
        let mut numbers: Vec<usize> = match &rule.scope {
            Scope::All => (0..all.len()).collect(),
            Scope::In(actions) => {
                let named = actions.iter().filter_map(|action| by_action.get(action));
                named.flatten().copied().collect()
            }
        };
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|at| all.get(*at).is_some_and(|deed| rule.is_about(&deed.kind)));
        Self(numbers)
    }

    fn has(&self, deed: usize) -> bool {
        self.0.binary_search(&deed).is_ok()
    }

    fn is_subset(&self, other: &Self) -> bool {
        self.0.len() <= other.0.len() && self.0.iter().all(|deed| other.has(*deed))
    }

    fn meets(&self, other: &Self) -> bool {
        let is_shorter = self.0.len() <= other.0.len();
        let (few, many) = if is_shorter {
            (self, other)
        } else {
            (other, self)
        };
        few.0.iter().any(|deed| many.has(*deed))
    }
}

impl Reach<'_> {
    /// Whether all that the other rule permits or forbids, this one does too.
    fn covers(&self, other: &Reach<'_>) -> bool {
        let is_met = |need: &BTreeSet<String>| other.needs.iter().any(|own| own.is_subset(need));
        self.rule.effect == other.rule.effect
            && other.deeds.is_subset(&self.deeds)
            && self.needs.iter().all(is_met)
    }
}

fn deeds(catalog: &Catalog, vocabulary: &Vocabulary) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for built_in in BuiltIn::ALL {
        let own = vocabulary.action_uid(built_in.word());
        if built_in.is_on_root() {
            deeds.push(Deed {
                actions: vec![own],
                kind: vocabulary.catalog.clone(),
                is_free: built_in == BuiltIn::Meta,
            });
            continue;
        }
        for kind in vocabulary.kinds.iter().flatten() {
            let name = built_in.name_for(&kind.blueprint);
            deeds.push(Deed {
                actions: vec![vocabulary.action_uid(&name), own.clone()],
                kind: kind.name.clone(),
                is_free: false,
            });
        }
    }
    for action in &vocabulary.actions {
        let Some(kind) = vocabulary.kind(action.blueprint) else {
            continue;
        };
        let trigger = catalog.find_action(&action.name).map(|it| &it.trigger);
        deeds.push(Deed {
            actions: vec![vocabulary.action_uid(&action.name)],
            kind: kind.name.clone(),
            // The clock needs no permit for what expires.
            is_free: trigger.is_none_or(|trigger| trigger.expired.is_some()),
        });
    }
    deeds
}

fn forbids_nothing(
    reach: &Reach<'_>,
    all: &[Reach<'_>],
    free: &Deeds,
    catalog: &Catalog,
) -> Option<Finding> {
    let permits = |other: &&Reach<'_>| other.rule.effect == Effect::Permit;
    let meets = |other: &Reach<'_>| other.deeds.meets(&reach.deeds);
    if reach.deeds.meets(free) || all.iter().filter(permits).any(meets) {
        return None;
    }
    let rule = reach.rule;
    let named = match &rule.scope {
        Scope::In(actions) => actions.first(),
        Scope::All => None,
    };
    let name = named.map_or("something", |action| action.id().unescaped());
    let finding = Finding::new(
        &E0407,
        rule.map.span(&head(&rule.text)),
        "what this rule forbids, no rule permits to anybody",
    )
    .label("forbids nothing")
    .help(format!(
        "permit `{name}` to somebody in another rule, or remove this one"
    ));
    Some(match catalog.find_action(name) {
        Some(action) => finding.related(action.identifier.span, "nobody may do it"),
        None => finding,
    })
}

fn covered(rule: &Rule, by: &Rule) -> Finding {
    let does = match rule.effect {
        Effect::Permit => "permits",
        Effect::Forbid => "forbids",
    };
    Finding::new(
        &E0408,
        rule.map.span(&head(&rule.text)),
        format!(
            "all that this rule {does}, the rule at {} {does} too",
            by.name
        ),
    )
    .label("changes nothing")
    .related(by.map.span(&head(&by.text)), "covers it")
    .help("remove one of the two, or narrow the wider one")
}

/// What must hold so that a rule applies: its scope and its conditions.
fn needs(rule: &Rule, person: Option<&EntityTypeName>) -> Vec<BTreeSet<String>> {
    let mut needs = Vec::new();
    let mut scope = |text: String| needs.push(BTreeSet::from([spelled(&tokens(&text))]));
    let Some(policy) = &rule.policy else {
        return needs;
    };
    let is_everyone = |kind: &EntityTypeName| Some(kind) == person;
    match policy.principal_constraint() {
        PrincipalConstraint::Any => {}
        PrincipalConstraint::Eq(uid) => scope(format!("principal == {uid}")),
        PrincipalConstraint::In(uid) => scope(format!("principal in {uid}")),
        PrincipalConstraint::Is(kind) if is_everyone(&kind) => {}
        PrincipalConstraint::Is(kind) => scope(format!("principal is {kind}")),
        PrincipalConstraint::IsIn(kind, uid) => {
            if !is_everyone(&kind) {
                scope(format!("principal is {kind}"));
            }
            scope(format!("principal in {uid}"));
        }
    }
    match policy.resource_constraint() {
        // Which kinds it is about is known from its deeds.
        ResourceConstraint::Any | ResourceConstraint::Is(_) => {}
        ResourceConstraint::Eq(uid) => scope(format!("resource == {uid}")),
        ResourceConstraint::In(uid) | ResourceConstraint::IsIn(_, uid) => {
            scope(format!("resource in {uid}"));
        }
    }
    for part in parts(&rule.text) {
        let source = rule.text.get(part.range.clone()).unwrap_or_default();
        let words = tokens(source);
        needs.push(if part.unless {
            BTreeSet::from([format!("unless {}", spelled(&words))])
        } else {
            alternatives(&words)
        });
    }
    needs
}

/// `a || b` as its two sides; anything else as one.
fn alternatives(words: &[Token<'_>]) -> BTreeSet<String> {
    let mut depth = 0_usize;
    let mut cuts = Vec::new();
    for (at, token) in words.iter().enumerate() {
        if ["{", "(", "["].iter().any(|sign| token.is(sign)) {
            depth += 1;
        } else if ["}", ")", "]"].iter().any(|sign| token.is(sign)) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is("if") {
            // What stands behind `else` may reach beyond a `||`.
            return BTreeSet::from([spelled(words)]);
        } else if depth == 0 && token.is("||") {
            cuts.push(at);
        }
    }
    cuts.push(words.len());
    let mut from = 0;
    let mut sides = BTreeSet::new();
    for cut in cuts {
        sides.insert(spelled(words.get(from..cut).unwrap_or_default()));
        from = cut + 1;
    }
    sides
}

/// The words with one blank between them.
pub(super) fn spelled(words: &[Token<'_>]) -> String {
    let words: Vec<&str> = words.iter().map(|token| token.text).collect();
    words.join(" ")
}
