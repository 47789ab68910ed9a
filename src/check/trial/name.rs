//! Names in rule tests: people, groups, entities and rules.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::{E0208, E0414, E0415};
use crate::model::{BlueprintId, Catalog, Entity, EntityId};
use crate::policy::Listed;
use crate::source::Snapshot;
use crate::text::Advice;
use crate::text::{Located, Text, choose, did_you_mean, position};

fn all(catalog: &Catalog) -> impl Iterator<Item = BlueprintId> {
    (0..).map(BlueprintId).take(catalog.blueprints.len())
}

/// The people, with their logins.
fn people(catalog: &Catalog) -> Vec<(EntityId, &str, Option<&str>)> {
    let Some(people) = &catalog.settings.people else {
        return Vec::new();
    };
    let Some((id, _)) = catalog.find_blueprint(&people.blueprint.value) else {
        return Vec::new();
    };
    let login = people.login.as_ref().map(|login| login.value.as_str());
    let all = catalog.numbered(id).map(|(id, entity)| {
        let written = login.and_then(|login| entity.property(login)?.node.as_str());
        (id, entity.identifier.value.as_str(), written)
    });
    all.collect()
}

/// The person of a login or an identifier; a login counts first.
pub(super) fn person(catalog: &Catalog, written: &str) -> Option<EntityId> {
    let people = people(catalog);
    let is_login = |(_, name, login): &&(EntityId, &str, Option<&str>)| {
        login.unwrap_or(name).eq_ignore_ascii_case(written)
    };
    let by_login: Vec<_> = people.iter().filter(is_login).collect();
    let found = match by_login.as_slice() {
        [] => people.iter().find(|(_, name, _)| *name == written),
        [one] => Some(*one),
        _ => None,
    };
    found.map(|(id, ..)| *id)
}

/// That nobody has a login; of whom a part could not be read it is not known.
pub(super) fn nobody(catalog: &Catalog, written: &Located<Text>) -> Option<Finding> {
    let settings = &catalog.settings;
    let kind = settings.people.as_ref();
    if kind.is_none() && settings.half_read {
        return None;
    }
    if kind.is_some_and(|it| catalog.lost.may_hold_any(&it.blueprint.value).is_some()) {
        return None;
    }
    let people = people(catalog);
    let names: Vec<&str> = people
        .iter()
        .map(|(_, name, login)| login.unwrap_or(name))
        .collect();
    let message = format!("nobody has the login `{}`", written.value);
    let finding = Finding::new(&E0415, written.span, message).label("not found");
    if names.is_empty() {
        let help = "say who people are: `people: {blueprint: User}` in catalogc.yaml";
        return Some(finding.help(help));
    }
    let Advice { words, near } = choose(&written.value, &names);
    let join = if words.ends_with('?') { "" } else { ";" };
    let words = format!("{words}{join} for a stranger add `outsider: true`");
    Some(finding.help(Advice { words, near }))
}

/// The persons or groups of a name.
pub fn groups_named(catalog: &Catalog, written: &str) -> Vec<EntityId> {
    let entities = all(catalog).filter_map(|id| catalog.find_entity(id, written));
    let mut found: Vec<EntityId> = entities.collect();
    found.extend(person(catalog, written));
    found
}

/// A person or group of a name.
pub(super) fn group(catalog: &Catalog, written: &str) -> Option<EntityId> {
    groups_named(catalog, written).first().copied()
}

/// That there is no group of a name.
pub(super) fn no_group(catalog: &Catalog, written: &Located<Text>) -> Finding {
    let people = catalog.settings.people.as_ref();
    let people = people.and_then(|people| catalog.find_blueprint(&people.blueprint.value));
    let groups = people.map(|(_, people)| catalog.groups_above(people));
    let kinds = people
        .map(|(people, _)| people)
        .into_iter()
        .chain(groups.into_iter().flatten());
    let entities = kinds.flat_map(|kind| catalog.entities_of(kind));
    let names: BTreeSet<&str> = entities.map(|it| it.identifier.value.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let message = format!("no team or person is called `{}`", written.value);
    Finding::new(&E0415, written.span, message)
        .label("not found")
        .help(choose(&written.value, &names))
}

/// The entity of a name, `CartService` or `Component/CartService`; `of` is the blueprint where
/// it is known.
pub(super) fn entity(
    catalog: &Catalog,
    of: Option<BlueprintId>,
    written: &Located<Text>,
) -> Result<EntityId, Box<Finding>> {
    let name = written.value.as_str();
    if let Some(found) = of.and_then(|of| catalog.find_entity(of, name)) {
        return Ok(found);
    }
    if let Some((kind, identifier)) = name.split_once('/')
        && let Some((id, _)) = catalog.find_blueprint(kind)
    {
        if of.is_some_and(|of| of != id) {
            let message = format!("the action is not for a {kind}");
            let finding = Finding::new(&E0208, written.span, message)
                .label("of another blueprint")
                .help(format!("name {}", article(catalog, of)));
            return Err(Box::new(finding));
        }
        let found = catalog.find_entity(id, identifier);
        return found.ok_or_else(|| missing(catalog, vec![id], kind, identifier, written));
    }
    if let Some(of) = of {
        let kind = catalog.blueprint(of);
        let kind = kind.map_or("", |it| it.identifier.value.as_str());
        return Err(missing(catalog, vec![of], kind, name, written));
    }
    let found: Vec<(BlueprintId, EntityId)> = all(catalog)
        .filter_map(|id| Some((id, catalog.find_entity(id, name)?)))
        .collect();
    match found.as_slice() {
        [(_, one)] => Ok(*one),
        [] => Err(missing(
            catalog,
            all(catalog).collect(),
            "entity",
            name,
            written,
        )),
        several => {
            let kinds = several.iter().filter_map(|(id, _)| catalog.blueprint(*id));
            let names: Vec<String> = kinds
                .map(|kind| format!("`{}/{name}`", kind.identifier.value))
                .collect();
            let message = format!("`{name}` is the name of {} entities", several.len());
            let finding = Finding::new(&E0414, written.span, message)
                .label("not certain")
                .help(format!("write one of {}", names.join(", ")));
            Err(Box::new(finding))
        }
    }
}

fn article(catalog: &Catalog, of: Option<BlueprintId>) -> String {
    let kind = of.and_then(|of| catalog.blueprint(of));
    kind.map_or_else(String::new, |kind| format!("a {}", kind.identifier.value))
}

fn missing(
    catalog: &Catalog,
    kinds: Vec<BlueprintId>,
    kind: &str,
    name: &str,
    written: &Located<Text>,
) -> Box<Finding> {
    let message = format!("no {kind} is called `{name}`");
    let finding = Finding::new(&E0415, written.span, message).label("not found");
    let all = kinds.iter().flat_map(|id| catalog.entities_of(*id));
    let was = |it: &&Entity| {
        it.moved_from
            .as_ref()
            .is_some_and(|from| from.value == name)
    };
    let mut moved = all.filter(was);
    if let (Some(now), None) = (moved.next(), moved.next()) {
        let meant = &now.identifier.value;
        let path = written.value.strip_suffix(name).unwrap_or_default();
        let fix = Fix::name(written.span, &written.value, &format!("{path}{meant}"));
        let finding = finding.related(now.identifier.span, "its name now");
        return Box::new(finding.help(did_you_mean(meant)).maybe_fix(Some(fix)));
    }
    let entities = kinds.into_iter().flat_map(|id| catalog.entities_of(id));
    let names: BTreeSet<&str> = entities.map(|it| it.identifier.value.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    Box::new(finding.help(choose(name, &names)))
}

/// The rules as tests name them.
pub struct Ruled<'r> {
    rules: &'r [Listed],
    snapshot: &'r Snapshot,
}

impl<'r> Ruled<'r> {
    /// The rules of a snapshot.
    pub const fn new(rules: &'r [Listed], snapshot: &'r Snapshot) -> Self {
        Self { rules, snapshot }
    }

    /// The rules that a text names: by title, by file, or by a line of the rule. The file may be
    /// named by the end of its path: `deploy.cedar`.
    pub fn named(&self, written: &str) -> Vec<&'r Listed> {
        let has_title = |rule: &&Listed| rule.title.as_deref() == Some(written);
        let titled: Vec<&Listed> = self.rules.iter().filter(has_title).collect();
        if !titled.is_empty() {
            return titled;
        }
        let (file, line) = match written.rsplit_once(':') {
            Some((file, line)) => match line.parse::<u32>() {
                Ok(line) => (file, Some(line)),
                Err(_) => (written, None),
            },
            None => (written, None),
        };
        let is_named = |rule: &&Listed| {
            let path = self.snapshot.path(rule.place.file);
            let rest = path.strip_suffix(file);
            let is_file = rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
            is_file && line.is_none_or(|line| self.has_line(rule, line))
        };
        self.rules.iter().filter(is_named).collect()
    }

    fn has_line(&self, rule: &Listed, line: u32) -> bool {
        let text = self.snapshot.text(rule.place.file);
        let from = position(text, rule.place.start).line;
        let to = position(text, rule.place.end.saturating_sub(1)).line;
        (from..=to.max(from)).contains(&line)
    }

    /// All that a rule may be named by.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .rules
            .iter()
            .flat_map(|rule| {
                let file = self.snapshot.path(rule.place.file);
                let short = file.rsplit('/').next().unwrap_or(file);
                let (file, short) = (file.to_owned(), short.to_owned());
                [Some(short), Some(file), rule.title.clone()]
            })
            .flatten()
            .collect();
        names.sort();
        names.dedup();
        names
    }
}
