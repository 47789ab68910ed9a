//! Names in rules that Cedar lets pass: `has` over a name that nothing has, and entities that
//! do not exist. Both are how a `forbid` comes to forbid nothing.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::finding::codes::{E0213, E0402};
use crate::model::Catalog;
use crate::policy::BuiltIn;
use crate::policy::hint;
use crate::policy::rule::{Origin, Rule, Scope, TITLE};
use crate::policy::shape::{Field, Shape};
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::vocabulary::{ActionKind, Kind, Vocabulary};
use crate::text::Advice;
use crate::text::Text;
use crate::text::did_you_mean;
use crate::text::nearest;

/// The findings of one rule.
pub(super) fn check(rule: &Rule, catalog: &Catalog, vocabulary: &Vocabulary) -> Vec<Finding> {
    let all = tokens(&rule.text);
    let mut findings: Vec<Finding> = untitled(&all, rule).into_iter().collect();
    for (at, token) in all.iter().enumerate() {
        if token.is("action") && all.get(at + 1).is_some_and(|sign| sign.is("==")) {
            findings.extend(group(&all, at, rule));
        }
        if token.sort == Sort::Name && token.text == "has" {
            has(&all, at, rule, vocabulary, &mut findings);
        }
        if token.is("::") {
            findings.extend(literal(&all, at, rule, catalog, vocabulary));
        }
    }
    findings
}

/// `@tittle("...")`: an annotation that is nearly the one by which a policy is told.
fn untitled(all: &[Token<'_>], rule: &Rule) -> Option<Finding> {
    if !matches!(rule.origin, Origin::Policy { title: None }) {
        return None;
    }
    let mut annotations = all.windows(2).filter_map(|words| match words {
        [at, name] if at.is("@") => Some(name),
        _ => None,
    });
    let name = annotations.find(|name| {
        let word = name.text.to_ascii_lowercase();
        name.text != TITLE && (word == TITLE || nearest(&word, [TITLE]).is_some())
    })?;
    let message = format!("`@{}` gives the policy no title", name.text);
    Some(
        Finding::new(&E0213, rule.map.span(&name.range), message)
            .label("says nothing")
            .help(did_you_mean(TITLE)),
    )
}

/// What stands before and after a `has`.
fn has(
    all: &[Token<'_>],
    at: usize,
    rule: &Rule,
    vocabulary: &Vocabulary,
    findings: &mut Vec<Finding>,
) {
    let before = |n: usize| at.checked_sub(n).and_then(|n| all.get(n));
    let is_member = before(2).is_some_and(|token| token.is("."));
    let mut names = match before(1) {
        Some(token) if !is_member && token.is("resource") => {
            let kinds = vocabulary.kinds.iter().flatten();
            let kinds = kinds.filter(|kind| is_about(rule, kind, vocabulary));
            kinds
                .flat_map(|kind| field_names(kind.attributes.fields()))
                .collect()
        }
        Some(token) if !is_member && token.is("principal") => {
            let kinds = vocabulary.kinds.iter().flatten();
            let people = kinds.filter(|kind| Some(&kind.name) == vocabulary.person.as_ref());
            people
                .flat_map(|kind| field_names(kind.attributes.fields()))
                .collect()
        }
        Some(token) if !is_member && token.is("context") => [
            "inputs", "changed", "owners", "before", "after", "kind", "path", "now", "cause",
        ]
        .into(),
        Some(token) if token.is("inputs") => actions(rule, vocabulary)
            .into_iter()
            .flat_map(|action| field_names(action.inputs.iter()))
            .collect(),
        _ => every_name(vocabulary),
    };
    let is_context = !is_member && before(1).is_some_and(|token| token.is("context"));
    let mut next = at + 1;
    while let Some(token) = all.get(next) {
        let name = token.plain().unwrap_or(token.text);
        if matches!(token.sort, Sort::Name | Sort::String) && !names.contains(name) {
            let is_first = next == at + 1;
            let is_of_inputs = all.get(at + 1).is_some_and(|first| first.is("inputs"));
            let of = match before(1).filter(|_| !is_member && is_first) {
                Some(token) if token.is("principal") => Of::Person,
                Some(token) if token.is("resource") => Of::Resource,
                _ if is_context && !is_of_inputs => Of::Context,
                _ if is_of_inputs || before(1).is_some_and(|it| it.is("inputs")) => Of::Inputs,
                _ => Of::Other,
            };
            findings.push(
                Finding::new(
                    &E0402,
                    rule.map.span(&token.range),
                    format!("nothing that the rule is about has `{name}`"),
                )
                .label("never there")
                .maybe_help(instead(name, &names, (of, rule), vocabulary)),
            );
        }
        if !all.get(next + 1).is_some_and(|token| token.is(".")) {
            break;
        }
        names = match name {
            "before" | "after" if is_context && next == at + 1 => vocabulary
                .kinds
                .iter()
                .flatten()
                .filter(|kind| is_about(rule, kind, vocabulary))
                .flat_map(|kind| field_names(kind.attributes.own().map(|own| &own.field)))
                .collect(),
            _ => every_name(vocabulary),
        };
        next += 2;
    }
}

/// Of what a `has` asks whether a name is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Person,
    Resource,
    Context,
    Inputs,
    Other,
}

/// What to write for a name that is never there.
fn instead(
    name: &str,
    names: &BTreeSet<&str>,
    (of, rule): (Of, &Rule),
    vocabulary: &Vocabulary,
) -> Option<Advice> {
    let near = nearest(name, names.iter().copied());
    let near = near.or_else(|| hint::begun(name, names.iter().copied()));
    let near = near.map(did_you_mean);
    if of == Of::Person {
        return hint::of_person(vocabulary, name, near);
    }
    let input = hint::own_input(rule, vocabulary, name).filter(|_| of == Of::Resource);
    if near.is_none() && input.is_some() {
        return input.map(Advice::from);
    }
    let computed = computed(vocabulary, name).filter(|_| of == Of::Context);
    let said = computed.or_else(|| untyped(rule, vocabulary, name, of == Of::Inputs));
    said.map(Advice::from).or(near)
}

/// What to say of a property or an input that has a name but no type that rules know: of what the
/// rule is about, where that has one.
pub(super) fn untyped(
    rule: &Rule,
    vocabulary: &Vocabulary,
    name: &str,
    is_input: bool,
) -> Option<String> {
    let kinds = vocabulary.kinds.iter().flatten();
    let of_kinds = kinds.flat_map(|kind| {
        let far = !is_about(rule, kind, vocabulary);
        let gaps = kind.attributes.gaps.iter();
        gaps.map(move |gap| ((far, is_input), &kind.blueprint, gap))
    });
    let own: Vec<&Text> = actions(rule, vocabulary)
        .iter()
        .map(|it| &it.name)
        .collect();
    let of_actions = vocabulary.actions.iter().flat_map(|action| {
        let far = !own.contains(&&action.name);
        let gaps = action.gaps.iter();
        gaps.map(move |gap| ((far, !is_input), &action.name, gap))
    });
    let all = of_kinds.chain(of_actions);
    let named = all.filter(|(_, _, (own, _))| own == name);
    let (_, of, (_, gap)) = named.min_by_key(|(order, ..)| *order)?;
    Some(format!(
        "rules cannot read `{name}` of {of}: {}",
        gap.words()
    ))
}

/// `action == Action::"update"`: nobody asks for a group, but for what is in it.
fn group(all: &[Token<'_>], at: usize, rule: &Rule) -> Option<Finding> {
    let written = all.get(at + 4)?;
    let name = written.plain()?;
    let built_in = BuiltIn::ALL.into_iter().find(|one| one.word() == name)?;
    if built_in.is_on_root() || !all.get(at + 2)?.is("Action") {
        return None;
    }
    let finding = Finding::new(
        &E0402,
        rule.map.span(&written.range),
        format!("`{name}` is a group of actions, one for each blueprint"),
    );
    Some(
        finding
            .label("no single action")
            .help(format!("write `action in Action::\"{name}\"`")),
    )
}

/// Whether a rule can be about entities of a kind: through one of its actions.
pub(super) fn is_about(rule: &Rule, kind: &Kind, vocabulary: &Vocabulary) -> bool {
    let Scope::In(named) = &rule.scope else {
        return true;
    };
    let covers = |name: &str| named.contains(&vocabulary.action_uid(name));
    actions(rule, vocabulary)
        .into_iter()
        .filter_map(|action| vocabulary.kind(action.blueprint))
        .any(|of| of.name == kind.name)
        || BuiltIn::ALL
            .iter()
            .any(|one| covers(one.word()) || covers(&one.name_for(&kind.blueprint)))
}

/// The catalog's actions that a rule can be about.
pub(super) fn actions<'v>(rule: &Rule, vocabulary: &'v Vocabulary) -> Vec<&'v ActionKind> {
    match &rule.scope {
        Scope::All => vocabulary.actions.iter().collect(),
        Scope::In(named) => named
            .iter()
            .filter_map(|uid| vocabulary.action(uid.id().unescaped()))
            .collect(),
    }
}

/// What to say of a computed property of which the context has no value.
pub(super) fn computed(vocabulary: &Vocabulary, name: &str) -> Option<String> {
    let mut kinds = vocabulary.kinds.iter().flatten();
    let is_computed = kinds.any(|kind| kind.attributes.computed().any(|one| one == name));
    if is_computed {
        let words = "`before` and `after` have no computed values; read";
        return Some(format!("{words} `resource.{name}`"));
    }
    let kinds = vocabulary.kinds.iter().flatten();
    let mut gaps = kinds.flat_map(|kind| &kind.attributes.gaps);
    let (_, gap) = gaps.find(|(own, gap)| own == name && gap.is_computed())?;
    Some(format!(
        "`before` and `after` have no computed values, and `resource.{name}` no type in rules: {}",
        gap.words()
    ))
}

fn field_names<'f>(fields: impl Iterator<Item = &'f Field>) -> impl Iterator<Item = &'f str> {
    fields.map(|field| field.name.as_str())
}

/// Every name that anything has.
fn every_name(vocabulary: &Vocabulary) -> BTreeSet<&str> {
    let mut names = BTreeSet::from([
        "inputs", "changed", "owners", "before", "after", "kind", "path", "now", "cause",
    ]);
    let kinds = vocabulary.kinds.iter().flatten();
    let attributes = kinds.flat_map(|kind| kind.attributes.fields());
    let inputs = vocabulary
        .actions
        .iter()
        .flat_map(|action| action.inputs.iter());
    for field in attributes.chain(inputs) {
        names.insert(&field.name);
        if let Shape::Record(fields) = &field.shape {
            nested(fields, &mut names);
        }
    }
    names
}

fn nested<'f>(fields: &'f [Field], names: &mut BTreeSet<&'f str>) {
    for field in fields {
        names.insert(&field.name);
        if let Shape::Record(fields) = &field.shape {
            nested(fields, names);
        }
    }
}

/// `Team::"sre"` where no Team is so called.
fn literal(
    all: &[Token<'_>],
    at: usize,
    rule: &Rule,
    catalog: &Catalog,
    vocabulary: &Vocabulary,
) -> Option<Finding> {
    let kind = at.checked_sub(1).and_then(|n| all.get(n))?;
    let written = all.get(at + 1)?;
    let name = written.plain()?;
    let number = vocabulary.kinds.iter().position(|one| {
        one.as_ref()
            .is_some_and(|one| one.name.basename() == kind.text)
    })?;
    let id = crate::model::BlueprintId(u32::try_from(number).ok()?);
    if catalog.find_entity(id, name).is_some() || (kind.text == "System" && name == "expiry") {
        return None;
    }
    let entities = catalog.entities_of(id).iter();
    let near = nearest(
        name,
        entities.map(|entity| entity.identifier.value.as_str()),
    );
    Some(
        Finding::new(
            &E0402,
            rule.map.span(&written.range),
            format!("no {} is called `{name}`", kind.text),
        )
        .label("not found")
        .maybe_help(near.map(did_you_mean)),
    )
}
