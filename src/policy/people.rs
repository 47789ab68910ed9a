//! Who is who: logins of a forge become entities of the people blueprint.
//!
//! In: the settings and the entities. Out: [`People`], and findings about settings that name
//! nothing and logins that two people share. A login that is not certain is nobody's.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::finding::codes::E0405;
use crate::model::blueprint::Blueprint;
use crate::model::{BlueprintId, Catalog, EntityId};
use crate::policy::account::{
    Number, is_of_a_forge, login_of, never_given, never_matches, number_of, numbered_twice, twice,
};
use crate::policy::tokens::tokens;
use crate::policy::{Principal, Rules};
use crate::text::{Located, Span, Text, nearest};
use crate::text::{article, did_you_mean};

/// The people of a catalog.
#[derive(Debug, Clone)]
pub(super) struct People {
    /// Their blueprint.
    pub(super) blueprint: BlueprintId,
    /// Logins as they are written, in the order of the entities.
    pub(super) logins: BTreeMap<EntityId, Text>,
    /// The forge's numbers of people.
    ids: BTreeMap<EntityId, String>,
    /// By login in lower case; without those that two people share.
    by_login: BTreeMap<String, EntityId>,
}

/// Who a login is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A person.
    Person(EntityId),
    /// Nobody of the catalog.
    Nobody,
    /// Nobody: the person of the login has another number, or the number is that of a person
    /// with another login.
    Other {
        /// That person.
        person: EntityId,
        /// The number that was given.
        id: &'a str,
        /// The number that the catalog has for the login.
        known: Option<&'a str>,
    },
}

impl People {
    /// The person of a login; where both the forge and the catalog know a number, they must agree.
    pub(super) fn find<'a>(&'a self, login: &str, id: Option<&'a str>) -> Found<'a> {
        let person = self.by_login.get(&login.to_ascii_lowercase()).copied();
        let known = person.and_then(|person| Some((person, self.ids.get(&person)?.as_str())));
        match (id, known) {
            (Some(id), Some((person, known))) if id != known => {
                let known = Some(known);
                return Found::Other { person, id, known };
            }
            (_, Some((person, _))) => return Found::Person(person),
            _ => {}
        }
        // Also where the login is one of the catalog, whose number it has not: the login may have
        // been given away, the account of a number is always the same.
        let numbered = id.and_then(|id| Some((id, self.ids.iter().find(|(_, it)| *it == id)?)));
        if let Some((id, (person, _))) = numbered {
            return Found::Other {
                person: *person,
                id,
                known: None,
            };
        }
        person.map_or(Found::Nobody, Found::Person)
    }
}

impl Rules<'_> {
    /// What else a person is called by a commit: the number of the account, and the addresses that
    /// the catalog has of them.
    pub fn known_as(&self, login: &str) -> Vec<String> {
        let Some(people) = &self.people else {
            return Vec::new();
        };
        let Found::Person(person) = people.find(login, None) else {
            return Vec::new();
        };
        let entity = self.catalog.entity(person);
        let texts = entity.iter().flat_map(|it| it.properties.iter());
        let texts = texts.filter_map(|it| it.node.as_str());
        let addresses = texts.filter(|text| text.contains('@') && !text.contains(' '));
        let number = people.ids.get(&person).cloned();
        number
            .into_iter()
            .chain(addresses.map(str::to_owned))
            .collect()
    }

    /// The number of a person's account, where the catalog has it.
    pub(super) fn account(&self, person: EntityId) -> Option<&str> {
        let number = self.people.as_ref()?.ids.get(&person)?;
        Some(number.as_str())
    }

    /// Who a login is. `id` is the forge's unchangeable number: where the catalog knows one too,
    /// they must agree.
    pub fn person(&self, login: &str, id: Option<&str>) -> Principal {
        let unknown = || Principal::Unknown(Text::from(login));
        let Some(people) = &self.people else {
            return unknown();
        };
        match people.find(login, id) {
            Found::Person(person) => Principal::Person(person),
            Found::Nobody => unknown(),
            Found::Other { person, id, known } => {
                let owner = self.login_of(person);
                let why = match known {
                    Some(known) => format!(
                        "the login {login} belongs to another account (id {id}) than the catalog's {owner} (id {known})"
                    ),
                    None if people.find(login, None) != Found::Nobody => format!(
                        "the login {login} of the catalog has no number there, and the account (id {id}) is {owner}: one of their logins must be changed first"
                    ),
                    None => format!(
                        "{login} is nobody in the catalog; the account (id {id}) is {owner} there, whose login must be changed first"
                    ),
                };
                Principal::Stranger {
                    login: Text::from(login),
                    why: Text::from(why),
                }
            }
        }
    }
}

/// What to do where no blueprint is one of teams, or of roles.
pub(super) fn none_called(word: &str) -> String {
    let which = match word {
        "role" => "a blueprint with `role` in its name",
        _ => "a team",
    };
    format!("say with `memberOf: true` which relation leads from a person to {which}")
}

/// What to write for the name of a person or a group that there is none of.
pub(super) fn one_of(kind: &str, name: &Located<Text>) -> String {
    let all = tokens(&name.value);
    if let [.., colons, quoted] = all.as_slice()
        && let Some(plain) = quoted.plain().filter(|_| colons.is("::"))
    {
        return format!("write `{plain}`: a list of names has identifiers alone");
    }
    format!(
        "write the identifier of {} {kind}, or add `{}`",
        article(kind),
        name.value
    )
}

/// A person by identifier or login; nobody where these are two people.
pub(super) fn user(catalog: &Catalog, people: Option<&People>, name: &str) -> Option<EntityId> {
    let people = people?;
    let named = catalog.find_entity(people.blueprint, name);
    let logged_in = match people.find(name, None) {
        Found::Person(person) => Some(person),
        Found::Nobody | Found::Other { .. } => None,
    };
    match (named, logged_in) {
        (Some(a), Some(b)) if a != b => None,
        (named, logged_in) => named.or(logged_in),
    }
}

/// The entities of some kinds that have a name; more than one is not certain.
pub(super) fn group(catalog: &Catalog, kinds: &[BlueprintId], name: &str) -> Vec<EntityId> {
    let kinds = kinds.iter();
    kinds
        .filter_map(|kind| catalog.find_entity(*kind, name))
        .collect()
}

/// Reads who is who; `None` where the settings do not say it.
pub(super) fn read(catalog: &Catalog, findings: &mut Vec<Finding>) -> Option<People> {
    let settings = catalog.settings.people.as_ref()?;
    let Some((id, blueprint)) = catalog.find_blueprint(&settings.blueprint.value) else {
        let names = catalog.blueprints.iter().map(|b| &b.identifier.value);
        findings.push(unknown(
            &settings.blueprint,
            format!("no blueprint is called `{}`", settings.blueprint.value),
            names,
        ));
        return None;
    };
    let login = property(blueprint, settings.login.as_ref(), &["string"], findings);
    let number = property(
        blueprint,
        settings.id.as_ref(),
        &["integer", "string"],
        findings,
    );
    let login = login.ok()?;
    let mut people = People {
        blueprint: id,
        logins: BTreeMap::new(),
        ids: BTreeMap::new(),
        by_login: BTreeMap::new(),
    };
    let mut nobody: BTreeSet<String> = BTreeSet::new();
    let mut places: BTreeMap<String, Span> = BTreeMap::new();
    let mut numbers: BTreeMap<String, Span> = BTreeMap::new();
    let is_checked = is_unique(blueprint, settings.id.as_ref());
    for entity in catalog.entities_of(id) {
        let Some(person) = catalog.find_entity(id, &entity.identifier.value) else {
            continue;
        };
        // An empty login is nobody's: an empty variable of a workflow would be that person.
        let Some(written) = login_of(entity, login).filter(|login| !login.value.is_empty()) else {
            continue;
        };
        // A letter that only looks like one of another login would be another person's mask.
        if !written.value.is_ascii() {
            findings.push(never_matches(&written));
            continue;
        }
        if !is_of_a_forge(&written.value) {
            findings.push(never_given(&written));
        }
        let folded = written.value.to_ascii_lowercase().to_string();
        if let Some(first) = places.get(&folded) {
            findings.push(twice(&written, *first));
            nobody.insert(folded);
            continue;
        }
        places.insert(folded.clone(), written.span);
        match number_of(entity, number.as_ref().ok().copied().flatten(), findings) {
            Number::Absent => {}
            Number::Known(number) => {
                match numbers.get(&number.value) {
                    Some(_) if is_checked => {}
                    Some(first) => findings.push(numbered_twice(&number, *first)),
                    None => _ = numbers.insert(number.value.clone(), number.span),
                }
                people.ids.insert(person, number.value);
            }
            // Without its number anybody who takes the login would be this person.
            Number::Unreadable => {
                nobody.insert(folded);
                continue;
            }
        }
        people.by_login.insert(folded, person);
        people.logins.insert(person, written.value);
    }
    people.by_login.retain(|login, _| !nobody.contains(login));
    Some(people)
}

/// Whether a blueprint says of a property that its values differ, which is checked already.
fn is_unique(blueprint: &Blueprint, property: Option<&Located<Text>>) -> bool {
    property.is_some_and(|property| {
        let mut names = blueprint.unique.iter();
        names.any(|path| path.value.strip_prefix("properties.") == Some(property.value.as_str()))
    })
}

/// The name of a property that the settings name, or an error where there is none of the types.
fn property<'s>(
    blueprint: &Blueprint,
    named: Option<&'s Located<Text>>,
    types: &[&str],
    findings: &mut Vec<Finding>,
) -> Result<Option<&'s str>, ()> {
    let Some(named) = named else {
        return Ok(None);
    };
    let kind = &blueprint.identifier.value;
    let Some(property) = blueprint.property(&named.value) else {
        if !blueprint.broken {
            let known = blueprint.properties.iter().map(|p| &p.name.value);
            let message = format!("{kind} has no property `{}`", named.value);
            findings.push(unknown(named, message, known));
        }
        return Err(());
    };
    if property
        .type_word()
        .is_some_and(|word| types.contains(&word))
    {
        return Ok(Some(named.value.as_str()));
    }
    findings.push(
        Finding::new(
            &E0405,
            named.span,
            format!(
                "`{}` of {kind} is no {}",
                named.value,
                types.join(" and no ")
            ),
        )
        .label("cannot name a person")
        .related(property.name.span, "defined here")
        .help(format!(
            "name a property of type `{}`",
            types.join("` or `")
        )),
    );
    Err(())
}

fn unknown<'n>(
    written: &Located<Text>,
    message: String,
    names: impl Iterator<Item = &'n Text>,
) -> Finding {
    let near = nearest(&written.value, names.map(Text::as_str));
    Finding::new(&E0405, written.span, message)
        .label("not found")
        .help("write a name that exists, or add it")
        .maybe_help(near.map(did_you_mean))
}
