//! What an entity would say: `--set properties.tier=critical`, `--set relations.owner=checkout`.
//!
//! In: a blueprint and the argument. Out: a [`Claim`], which is put into a copy of an entity.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::name::none_called;
use crate::cli::ask::value::{NOWHERE, located, typed, yaml};
use crate::model::entity::Naming;
use crate::model::{Blueprint, BlueprintId, Catalog, Entity};
use crate::plan::rights::candidate::paths;
use crate::plan::rights::made::set;
use crate::text::{choose, visible};

/// A value that an entity would have, with its path.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) struct Claim {
    /// `properties.tier`, `relations.owner`, `title`, `team`; of a rename `identifier`.
    pub(in crate::cli) path: String,
    /// A name or a list of them where it is a relation or a team.
    pub(in crate::cli) value: Json,
}

/// The path of the name that an entity has, which a rename alone changes.
pub(in crate::cli) const NEW_NAME: &str = "identifier";

impl Claim {
    /// The name that an entity would have.
    pub(in crate::cli) fn name(written: &str) -> Self {
        Self {
            path: NEW_NAME.to_owned(),
            value: Json::from(written),
        }
    }

    /// Reads the value of a path of a blueprint.
    pub(in crate::cli) fn read(
        catalog: &Catalog,
        blueprint: &Blueprint,
        path: &str,
        written: &str,
    ) -> Result<Self, Failure> {
        let kind = blueprint.identifier.value.as_str();
        let value = match path.split_once('.') {
            None if path == "title" => Json::from(written),
            None if path == "team" => names(kind, path, written)?.into_iter().collect(),
            Some(("properties", name)) => match blueprint.property(name) {
                Some(property) => typed(kind, name, &property.schema, written)?,
                None => return Err(unknown(blueprint, path)),
            },
            Some(("relations", name)) => {
                let Some((_, relation)) = blueprint.relation(name) else {
                    return Err(unknown(blueprint, path));
                };
                let names = names(kind, path, written)?;
                if !relation.many && (names.len() != 1 || written.starts_with('[')) {
                    let name = names.first().map_or(path, String::as_str);
                    return Err(Failure::new(format!("`{path}` of {kind} names one entity"))
                        .help(format!("write one name, `{path}={}`", visible(name))));
                }
                for name in &names {
                    exists(catalog, &relation.target.value, name)?;
                }
                match names.as_slice() {
                    [one] if !relation.many => Json::from(one.as_str()),
                    several => several.iter().map(String::as_str).collect(),
                }
            }
            _ => return Err(unknown(blueprint, path)),
        };
        Ok(Self {
            path: path.to_owned(),
            value,
        })
    }

    /// The value that an entity has at a path.
    pub(in crate::cli) fn of(blueprint: &Blueprint, entity: &Entity, path: &str) -> Option<Json> {
        match path.split_once('.')? {
            ("properties", name) => Some(entity.property(name)?.node.to_json()),
            ("relations", name) => {
                let targets = &entity.relation(name)?.targets;
                let mut names = targets.iter().map(|target| target.value.as_str());
                match blueprint.relation(name) {
                    Some((_, relation)) if relation.many => Some(names.collect()),
                    _ => names.next().map(Json::from),
                }
            }
            _ => None,
        }
    }

    /// Puts it into an entity.
    pub(in crate::cli) fn write(&self, entity: &mut Entity) {
        set(entity, &self.path, &self.value);
    }
}

/// The names of a list, written `a,b` or as a file has it: `[a, b]`, `[]`.
fn names(kind: &str, path: &str, written: &str) -> Result<Vec<String>, Failure> {
    if !written.starts_with('[') {
        return Ok(written
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect());
    }
    let wrong = || {
        let written = visible(written);
        Failure::new(format!("`{path}` of {kind} does not take `{written}`"))
            .help("write names, `a,b` or `[a, b]`")
    };
    let Some(Json::Array(items)) = yaml(written) else {
        return Err(wrong());
    };
    let name = |item: &Json| item.as_str().map(str::to_owned).ok_or_else(wrong);
    items.iter().map(name).collect()
}

fn exists(catalog: &Catalog, target: &str, name: &str) -> Result<(), Failure> {
    let Some((id, _)) = catalog.find_blueprint(target) else {
        return Ok(());
    };
    if catalog.find_entity(id, name).is_some() {
        return Ok(());
    }
    Err(none_called(catalog, id, name))
}

/// That a blueprint has no such path.
pub(in crate::cli) fn unknown(blueprint: &Blueprint, path: &str) -> Failure {
    let known = paths(blueprint);
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let kind = visible(&blueprint.identifier.value).into_owned();
    let derived = path.strip_prefix("properties.");
    if let Some(name) = derived
        && blueprint.derived().any(|it| it.value == name)
    {
        return Failure::new(format!("`{path}` of {kind} is computed"))
            .help("set what it is computed from; `catalogc why` says what that is");
    }
    let failure = Failure::new(format!("{kind} has no `{}` to set", visible(path)));
    let ending = format!(".{path}");
    match known.iter().find(|known| known.ends_with(&ending)) {
        Some(full) => failure.help(format!("write `{}`", visible(full))),
        None => failure.help(choose(path, &names)),
    }
}

/// An entity of which nothing but its name is known.
pub(in crate::cli) fn blank(blueprint: BlueprintId, identifier: &str) -> Entity {
    Entity {
        blueprint,
        identifier: located(identifier),
        title: None,
        icon: None,
        team: Vec::new(),
        properties: [].into(),
        null_properties: [].into(),
        properties_place: NOWHERE,
        relations: [].into(),
        null_relations: [].into(),
        relations_place: NOWHERE,
        moved_from: None,
        moved_from_key: None,
        span: NOWHERE,
        also: [].into(),
        broken: false,
        naming: Naming::Exact,
    }
}
