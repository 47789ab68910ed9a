//! What a condition looks at: the paths in it, their values, and where the catalog says so.
//!
//! In: a condition's text and the case that it is asked in. Out: [`Seen`] values and [`Fact`]s.
//! A path that leads through a secret input or property has no value here.

use cedar_policy::{EntityUid, EvalResult};
use serde_json::Value as Json;

use crate::model;
use crate::model::{Blueprint, Entity, EntityId};
use crate::policy::explain::{Asker, Fact, Seen};
use crate::policy::reason::evaluate;
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::wording::shortened;
use crate::policy::{ActionName, Resource, Rules, owner};
use crate::text::Span;

/// A path of names: `resource.owner.leader`.
type Path<'t> = Vec<&'t str>;

/// What the paths of a condition lead to, each path once.
pub(super) fn values(asker: &Asker<'_, '_>, source: &str) -> Vec<Seen> {
    let all = tokens(source);
    paths(&all).iter().map(|path| seen(asker, path)).collect()
}

/// Whether two conditions look at the same paths.
pub(super) fn looks_alike(one: &str, other: &str) -> bool {
    let (one, other) = (tokens(one), tokens(other));
    paths(&one) == paths(&other)
}

/// The paths of two names or more, each once.
fn paths<'t>(all: &'t [Token<'_>]) -> Vec<Path<'t>> {
    let mut found: Vec<Path<'t>> = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|n| all.get(n));
        let is_root = ["principal", "resource", "context"]
            .iter()
            .any(|root| token.is(root));
        if !is_root || before.is_some_and(|sign| sign.is(".") || sign.is("::")) {
            continue;
        }
        let mut path = vec![token.text];
        let mut next = at + 1;
        let is_name = |n: usize| all.get(n).is_some_and(|token| token.sort == Sort::Name);
        loop {
            let is = |n: usize, sign: &str| all.get(n).is_some_and(|token| token.is(sign));
            if (is(next, ".") || is(next, "has")) && is_name(next + 1) && !is(next + 2, "(") {
                path.extend(all.get(next + 1).map(|token| token.text));
                next += 2;
            } else if is(next, "has")
                && let Some(name) = all.get(next + 1).and_then(Token::plain)
            {
                path.push(name);
                next += 2;
            } else if is(next, "[")
                && is(next + 2, "]")
                && let Some(name) = all.get(next + 1).and_then(Token::plain)
            {
                path.push(name);
                next += 3;
            } else {
                break;
            }
        }
        if path.len() > 1 && !found.contains(&path) {
            found.push(path);
        }
    }
    let whole = found.clone();
    // `resource has owner && resource.owner == x` looks at one thing.
    let is_start =
        |path: &Path<'_>, other: &Path<'_>| other.len() > path.len() && other.starts_with(path);
    found.retain(|path| !whole.iter().any(|other| is_start(path, other)));
    found
}

/// A path as Cedar reads it, whatever its names are.
fn expression(path: &[&str]) -> String {
    let mut text = String::new();
    for (n, name) in path.iter().enumerate() {
        if n == 0 {
            text.push_str(name);
        } else {
            text.push_str(&format!("[{}]", Json::from(*name)));
        }
    }
    text
}

fn seen(asker: &Asker<'_, '_>, path: &[&str]) -> Seen {
    let said = |words: String, value: Option<Json>, hidden: bool| Seen {
        path: path.join("."),
        value,
        words,
        hidden,
    };
    if is_secret(asker, path) {
        return said("hidden".to_owned(), None, true);
    }
    let value = evaluate(&expression(path), asker.case).map(|value| json(&value));
    // All of a side says nothing: of it only what rules name is at hand.
    if matches!(path, ["context", "before" | "after"]) && value.is_some() {
        return said("is there".to_owned(), None, false);
    }
    said(words(asker, path, value.as_ref()), value, false)
}

/// `platform, led by sam`: the entities on the way, and the value.
fn words(asker: &Asker<'_, '_>, path: &[&str], value: Option<&Json>) -> String {
    let mut words: Vec<String> = Vec::new();
    for end in 2..path.len() {
        let part = path.get(..end).unwrap_or_default();
        let named = part.last().copied().unwrap_or_default();
        let found = evaluate(&expression(part), asker.case);
        match found {
            Some(EvalResult::EntityUid(uid)) => {
                words.push(hop(words.is_empty(), named, uid.id().unescaped()));
            }
            Some(_) => {}
            None => {
                words.push(absent(words.is_empty(), named));
                return words.join(", ");
            }
        }
    }
    let last = path.last().copied().unwrap_or_default();
    words.push(match value {
        Some(value) => hop(words.is_empty(), last, &show(value)),
        None => absent(words.is_empty(), last),
    });
    words.join(", ")
}

fn hop(is_first: bool, name: &str, value: &str) -> String {
    match name {
        _ if is_first => value.to_owned(),
        "leader" | "lead" => format!("led by {value}"),
        "owner" => format!("owned by {value}"),
        name => format!("{name} {value}"),
    }
}

fn absent(is_first: bool, name: &str) -> String {
    if is_first {
        "absent".to_owned()
    } else {
        format!("without {name}")
    }
}

/// A value in a line; words need no quotes.
pub(super) fn show(value: &Json) -> String {
    let is_word = |text: &str| {
        let is_sign = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | '[' | ']' | '\'');
        !text.is_empty() && !text.contains(is_sign)
    };
    let shown = match value {
        Json::String(text) if is_word(text) => text.clone(),
        Json::Array(items) if items.is_empty() => "none".to_owned(),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            items.join(" and ")
        }
        other => other.to_string(),
    };
    shortened(&shown)
}

fn json(value: &EvalResult) -> Json {
    match value {
        EvalResult::Bool(value) => Json::from(*value),
        EvalResult::Long(value) => Json::from(*value),
        EvalResult::String(text) => Json::from(text.as_str()),
        // `datetime("2026-11-22T14:00:00.000Z")` is shown as the moment that it is.
        EvalResult::ExtensionValue(text) => {
            let inner = text.split_once("(\"").map(|(_, rest)| rest);
            let inner = inner.and_then(|rest| rest.strip_suffix("\")"));
            Json::from(inner.unwrap_or(text))
        }
        EvalResult::EntityUid(uid) => Json::from(uid.id().unescaped()),
        EvalResult::Set(set) => {
            let mut items: Vec<Json> = set.iter().map(json).collect();
            items.sort_by_key(ToString::to_string);
            Json::Array(items)
        }
        EvalResult::Record(record) => record
            .iter()
            .map(|(name, value)| (name.clone(), json(value)))
            .collect(),
    }
}

/// Whether a path leads to a secret, or to a record that has one.
fn is_secret(asker: &Asker<'_, '_>, path: &[&str]) -> bool {
    let rules = asker.rules;
    if let ["context", "inputs", rest @ ..] = path
        && let ActionName::Catalog(name) = asker.question.action
    {
        let Some(action) = rules.catalog.find_action(name) else {
            return false;
        };
        let is_hidden = |input: &str| {
            action.inputs.schema(input).is_some_and(model::is_secret)
                || rules.secrecy.fills(action, input)
        };
        let mut inputs = action.inputs.properties.iter();
        return rest.first().map_or_else(
            || inputs.any(|it| is_hidden(&it.key.value)),
            |input| is_hidden(input),
        );
    }
    // A name that is secret anywhere is so here: which entity it is of may not be known.
    let names = path.iter().skip(1);
    let secret = &rules.secrecy;
    let is_side = matches!(path, ["context", "before" | "after"]);
    names.into_iter().any(|name| secret.marks_anywhere(name)) || (is_side && !secret.is_empty())
}

/// The facts that a condition rests on.
pub(super) fn facts(asker: &Asker<'_, '_>, source: &str) -> Vec<Fact> {
    let all = tokens(source);
    let mut facts = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let is_group =
            token.is("principal") && all.iter().skip(at + 1).take(3).any(|token| token.is("in"));
        if is_group {
            let rest = all.get(at + 1..).unwrap_or_default();
            facts.extend(memberships(asker, source, rest));
        }
    }
    for path in paths(&all) {
        facts.extend(hops(asker, &path));
    }
    facts
}

/// How the person is in what stands behind `in`.
fn memberships(asker: &Asker<'_, '_>, source: &str, rest: &[Token<'_>]) -> Vec<Fact> {
    let Some(at) = rest.iter().position(|token| token.is("in")) else {
        return Vec::new();
    };
    let behind = rest.get(at + 1..).unwrap_or_default();
    let mut depth = 0_usize;
    let ends = |token: &&Token<'_>| {
        if token.is("(") || token.is("[") {
            depth += 1;
        } else if token.is(")") || token.is("]") {
            if depth == 0 {
                return false;
            }
            depth -= 1;
        }
        !(depth == 0
            && ["&&", "||", "==", "!=", "}"]
                .iter()
                .any(|sign| token.is(sign)))
    };
    let expression: Vec<&Token<'_>> = behind.iter().take_while(ends).collect();
    let (Some(first), Some(last)) = (expression.first(), expression.last()) else {
        return Vec::new();
    };
    let text = source.get(first.range.start..last.range.end);
    let groups = match text.and_then(|text| evaluate(text, asker.case)) {
        Some(EvalResult::EntityUid(uid)) => vec![uid],
        Some(EvalResult::Set(set)) => set
            .iter()
            .filter_map(|value| match value {
                EvalResult::EntityUid(uid) => Some(uid.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let groups = groups.iter().filter_map(|uid| asker.rules.entity_of(uid));
    groups
        .filter_map(|group| asker.rules.membership(asker.person, group))
        .collect()
}

/// The facts on the way of a path: `owner of CartService is platform`.
fn hops(asker: &Asker<'_, '_>, path: &[&str]) -> Vec<Fact> {
    let (catalog, mut names) = (asker.rules.catalog, path.iter().skip(1));
    let mut here: Option<&Entity> = match (path.first(), path.get(1)) {
        (Some(&"principal"), _) => catalog.entity(asker.person),
        (Some(&"resource"), _) => resource(asker),
        (Some(&"context"), Some(&"before")) => {
            names.next();
            resource(asker)
        }
        _ => None,
    };
    let mut facts = Vec::new();
    for (end, name) in (path.len() - names.len() + 1..).zip(names) {
        let Some(entity) = here else { break };
        let Some(blueprint) = catalog.blueprint(entity.blueprint) else {
            break;
        };
        let part = path.get(..end).unwrap_or_default();
        if is_secret(asker, part) {
            break;
        }
        let value = evaluate(&expression(part), asker.case);
        let place = place(blueprint, entity, name);
        if let Some(value) = &value {
            let of = &entity.identifier.value;
            let text = format!("{name} of {of} is {}", show(&json(value)));
            facts.push(Fact {
                text,
                places: place.into_iter().collect(),
            });
        }
        here = match value {
            Some(EvalResult::EntityUid(uid)) => {
                let found = asker.rules.entity_of(&uid);
                found.and_then(|id| catalog.entity(id))
            }
            _ => None,
        };
    }
    facts
}

fn resource<'q>(asker: &Asker<'q, '_>) -> Option<&'q Entity> {
    match asker.question.resource {
        Resource::Entity(id) => asker.rules.catalog.entity(id),
        Resource::Proposed(_, entity) => Some(entity),
        Resource::Root { .. } => None,
    }
}

/// Where an entity says what a name of rules means.
fn place(blueprint: &Blueprint, entity: &Entity, name: &str) -> Option<Span> {
    let relation = |name: &str| entity.relation(name).map(|related| related.span);
    let property = || entity.property(name).map(|entry| entry.node.span);
    let found = match name {
        "identifier" => Some(entity.identifier.span),
        "title" => entity.title.as_ref().map(|title| title.span),
        _ => relation(name).or_else(property).or_else(|| {
            let path = owner::first_relation(blueprint).filter(|_| name == "owner")?;
            relation(path)
        }),
    };
    found.filter(|span| span.file != crate::text::FileId::BUILT_IN)
}

impl Rules<'_> {
    /// The entity of the target that Cedar calls so.
    pub(super) fn entity_of(&self, uid: &EntityUid) -> Option<EntityId> {
        let kinds = &self.vocabulary.as_ref()?.kinds;
        let number = kinds
            .iter()
            .position(|kind| kind.as_ref().is_some_and(|it| it.name == *uid.type_name()))?;
        let id = crate::model::BlueprintId(u32::try_from(number).ok()?);
        self.catalog.find_entity(id, uid.id().unescaped())
    }

    /// `lin is in checkout, which is in engineering`, by the shortest way.
    fn membership(&self, person: EntityId, group: EntityId) -> Option<Fact> {
        let mut ways: Vec<(EntityId, usize, Option<Span>)> = vec![(person, 0, None)];
        let mut at = 0;
        while let Some((member, ..)) = ways.get(at).copied() {
            if member == group {
                break;
            }
            for (group, _, place) in self.groups_above(member) {
                if !ways.iter().any(|(known, ..)| *known == group) {
                    ways.push((group, at, place));
                }
            }
            at += 1;
        }
        let mut way = Vec::new();
        while let Some((entity, from, place)) = ways.get(at).copied() {
            way.push((entity, place));
            if at == 0 {
                break;
            }
            at = from;
        }
        way.reverse();
        let first = way.get(1).map(|(id, _)| self.name_of(*id))?;
        let mut text = format!("{} is in {first}", self.login_of(person));
        for (id, _) in way.iter().skip(2) {
            text.push_str(&format!(", which is in {}", self.name_of(*id)));
        }
        text.push_str(&self.until_words(person, group));
        Some(Fact {
            text,
            places: way.into_iter().filter_map(|(_, place)| place).collect(),
        })
    }
}
