//! On what something is to be done: an entity, one that is new, or the catalog itself.

use crate::check::trial::kind;
use crate::cli::Failure;
use crate::cli::ask::name;
use crate::model::action::Operation;
use crate::model::{BlueprintId, Catalog, EntityId};
use crate::policy::BuiltIn;
use crate::policy::What;
use crate::text::visible;

/// On what something is to be done.
#[derive(Debug, Clone)]
pub(in crate::cli) enum Subject {
    /// An entity of the catalog.
    Entity(EntityId),
    /// One that is new, by its blueprint and name.
    New(BlueprintId, String),
    /// The catalog itself: a kind of definition and a file.
    Root(&'static str, String),
}

/// What is written in arguments.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Written<'a> {
    pub(in crate::cli) entity: Option<&'a str>,
    pub(in crate::cli) blueprint: Option<&'a str>,
    pub(in crate::cli) set: &'a [(String, String)],
    pub(in crate::cli) changed: &'a [String],
}

impl Subject {
    /// What an argument names, as the action needs it.
    pub(in crate::cli) fn read(
        catalog: &Catalog,
        what: What<'_>,
        written: Written<'_>,
    ) -> Result<Self, Failure> {
        let entity = written.entity.unwrap_or_default();
        match what {
            What::BuiltIn(built_in) if built_in.is_on_root() => {
                let kind = kind(catalog, built_in, &catalog.files.whole(entity));
                Ok(Subject::Root(kind, entity.to_owned()))
            }
            What::BuiltIn(BuiltIn::Create) => {
                let (kind, identifier) = match (written.blueprint, entity.split_once('/')) {
                    (Some(kind), _) => (kind, entity),
                    (None, Some(both)) => both,
                    (None, None) => {
                        return Err(Failure::new("what is new needs a blueprint")
                            .help(format!("write `BLUEPRINT/{}`", visible(entity))));
                    }
                };
                let (id, _) = name::blueprint(catalog, kind)?;
                new(catalog, id, identifier)
            }
            What::BuiltIn(_) => match written.blueprint {
                Some(kind) => {
                    let (id, _) = name::blueprint(catalog, kind)?;
                    name::entity_of(catalog, id, entity).map(Subject::Entity)
                }
                None => name::entity(catalog, entity).map(Subject::Entity),
            },
            What::Catalog(action) => {
                let (id, _) = name::blueprint(catalog, &action.blueprint.value)?;
                if action.operation.value == Operation::Create {
                    return new(catalog, id, entity);
                }
                name::entity_of(catalog, id, entity).map(Subject::Entity)
            }
        }
    }
}

fn new(catalog: &Catalog, kind: BlueprintId, written: &str) -> Result<Subject, Failure> {
    let name = catalog
        .blueprint(kind)
        .map_or("", |it| &it.identifier.value);
    let own = written.strip_prefix(name);
    let identifier = own
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(written);
    if catalog.find_entity(kind, identifier).is_some() {
        let message = format!(
            "{} `{}` is there already",
            visible(name),
            visible(identifier)
        );
        return Err(Failure::new(message).help("write a name that is new"));
    }
    Ok(Subject::New(kind, identifier.to_owned()))
}
