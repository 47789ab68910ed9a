//! What rules compare the entity with that a change makes: `context.after.tier == ...`.
//!
//! In: the rules that one of two catalogs has and the other has not. Out: for each path of an entity
//! that an action can change the values that these rules name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::model::{Action, Blueprint};
use crate::policy::ask::constants;
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::{ActionName, BuiltIn, Form};

/// Values by the path that they are compared with.
pub type Becomes = BTreeMap<String, Vec<Json>>;

/// An entity as rules write it: its kind and its name.
type Named = (String, String);

impl Form {
    /// What changed rules about an action read of what an entity becomes, and compare it with.
    /// `action` is the catalog's own, where it is one of these.
    pub fn becomes(
        &self,
        other: &Self,
        (name, action): (ActionName<'_>, Option<&Action>),
        blueprint: &Blueprint,
    ) -> Becomes {
        let mut becomes = Becomes::new();
        for rule in self.differing(other) {
            let all = tokens(rule);
            let (words, entities) = (constants(&all), entities(&all));
            for attribute in attributes(&all) {
                let Some(path) = path(attribute, blueprint) else {
                    continue;
                };
                if !may_change(&path, (name, action), blueprint) {
                    continue;
                }
                let known = becomes.entry(path).or_default();
                match blueprint.relation(attribute) {
                    Some((_, relation)) => {
                        let of_kind = entities.iter().filter_map(|all| {
                            let is_of = |(kind, _): &Named| *kind == relation.target.value.as_str();
                            let names = all.iter().filter(|it| is_of(it));
                            let names: Vec<Json> =
                                names.map(|(_, name)| Json::from(name.as_str())).collect();
                            (names.len() == all.len()).then_some(names)
                        });
                        let value = |names: Vec<Json>| match (relation.many, names.as_slice()) {
                            (true, _) => Some(Json::Array(names)),
                            (false, [one]) => Some(one.clone()),
                            (false, _) => None,
                        };
                        known.extend(of_kind.filter_map(value));
                    }
                    None => known.extend(words.iter().cloned()),
                }
            }
        }
        for known in becomes.values_mut() {
            known.sort_by_key(ToString::to_string);
            known.dedup();
        }
        becomes
    }
}

/// The names behind `context.after`.
fn attributes<'t>(all: &[Token<'t>]) -> BTreeSet<&'t str> {
    let names = all.windows(3).filter_map(|words| {
        let [after, sign, name] = words else {
            return None;
        };
        let is_of = after.is("after") && (sign.is(".") || sign.is("["));
        is_of.then(|| name.plain().unwrap_or(name.text))
    });
    names.collect()
}

/// The path of an attribute: `properties.tier`.
fn path(attribute: &str, blueprint: &Blueprint) -> Option<String> {
    if matches!(attribute, "identifier" | "title") {
        return Some(attribute.to_owned());
    }
    if blueprint.property(attribute).is_some() {
        return Some(format!("properties.{attribute}"));
    }
    let relation = blueprint.relation(attribute);
    relation.map(|_| format!("relations.{attribute}"))
}

/// Whether an action is what changes a path: a name is changed by `rename`, a membership by `grant`.
fn may_change(
    path: &str,
    (name, action): (ActionName<'_>, Option<&Action>),
    blueprint: &Blueprint,
) -> bool {
    let relation = path.strip_prefix("relations.");
    let relation = relation.and_then(|name| blueprint.relation(name));
    let is_membership = relation.is_some_and(|(_, relation)| relation.member_of);
    match name {
        ActionName::BuiltIn(BuiltIn::Rename) => path == "identifier",
        ActionName::BuiltIn(BuiltIn::Grant) => is_membership,
        ActionName::BuiltIn(BuiltIn::Update) => path != "identifier" && !is_membership,
        ActionName::BuiltIn(_) => false,
        ActionName::Catalog(_) => action.is_some_and(|action| {
            let mut changed = action.trigger.changed.iter();
            changed.any(|it| it.value == path)
        }),
    }
}

/// The entities that a rule names: each, and the lists of several.
fn entities(all: &[Token<'_>]) -> Vec<Vec<Named>> {
    let mut found = Vec::new();
    let mut list: Option<Vec<Named>> = None;
    for (at, token) in all.iter().enumerate() {
        if token.is("[") {
            list = Some(Vec::new());
        } else if token.is("]") {
            found.extend(list.take().filter(|list| list.len() > 1));
        }
        let behind = (all.get(at + 1), all.get(at + 2).and_then(Token::plain));
        if let (Some(sign), Some(name)) = behind
            && token.sort == Sort::Name
            && sign.is("::")
        {
            let named = (token.text.to_owned(), name.to_owned());
            found.push(vec![named.clone()]);
            if let Some(list) = &mut list {
                list.push(named);
            }
        }
    }
    found
}
