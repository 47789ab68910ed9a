//! `catalogc get`: entities of a kind as a table, or all of one.

use clap::ValueEnum;

use crate::cli::ask::name;
use crate::cli::ask::{Asked, Asking, Source};
use crate::cli::look::Look;
use crate::cli::{Exit, Failure, Output, Terminal, ls};
use crate::model::{BlueprintId, Catalog, EntityId};
use crate::render::asked::At;
use crate::render::entity::{entity_json, entity_text, entity_yaml};
use crate::render::listing::{listing_json, listing_text, listing_yaml};
use crate::text::{Text, choose, visible};

mod list;
mod page;

/// Entities and their values
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc get Component\n    catalogc get Component --where '.properties.replicas > 2'\n    catalogc get CartService --actor lin\n    catalogc get System Cart --rev main --format yaml"
)]
pub(super) struct Arguments {
    /// A kind, or an entity: its identifier, or BLUEPRINT/IDENTIFIER; without it, the kinds
    #[arg(value_name = "KIND|ENTITY")]
    name: Option<String>,
    /// The entity, where its kind is named before it
    #[arg(value_name = "ENTITY")]
    entity: Option<String>,
    /// Only entities of the kind for which this is true, as jq has it; a secret is `***` to it
    #[arg(long = "where", value_name = "JQ")]
    chosen_by: Option<String>,
    /// Also what this person may do on the entity
    #[arg(long, value_name = "LOGIN")]
    actor: Option<String>,
    #[command(flatten)]
    source: Source,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// For programs, versioned
    Json,
    /// The same for people
    Yaml,
}

/// What is asked for.
enum Wanted {
    Kinds,
    Kind(BlueprintId),
    Entity(EntityId),
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let asked = arguments.source.open()?;
    let look = Look::of(&asked.compiled).at(arguments.source.now());
    let wanted = wanted(&asked.compiled.catalog, arguments)?;
    if arguments.chosen_by.is_some() && !matches!(wanted, Wanted::Kind(_)) {
        return Err(
            Failure::new("`--where` chooses among the entities of a kind")
                .help("name the kind: `catalogc get KIND --where JQ`; `catalogc ls` lists them"),
        );
    }
    if arguments.actor.is_some() && !matches!(wanted, Wanted::Entity(_)) {
        return Err(
            Failure::new("`--actor` is for one entity").help("`catalogc can LOGIN` is for all")
        );
    }
    let text = match wanted {
        Wanted::Kinds => ls::text(&ls::kinds(&look), arguments.format, terminal),
        Wanted::Kind(id) => {
            let chosen = (arguments.chosen_by.as_deref(), asked.at.clone());
            listed(&look, id, chosen, (arguments.format, terminal))?
        }
        Wanted::Entity(id) => entity(&look, id, &asked, arguments, terminal)?,
    };
    Ok(Output::new(text, Exit::Fine))
}

/// The entities of a kind, of which an expression may choose.
pub(super) fn listed(
    look: &Look<'_>,
    id: BlueprintId,
    (chosen_by, at): (Option<&str>, Option<At>),
    (format, terminal): (Format, Terminal),
) -> Result<String, Failure> {
    let Some(blueprint) = look.compiled.catalog.blueprint(id) else {
        return Err(Failure::new("the kind has no blueprint"));
    };
    let listing = list::list(look, (id, blueprint), chosen_by, at)?;
    Ok(match format {
        Format::Table => listing_text(&listing, terminal.color),
        Format::Json => listing_json(&listing),
        Format::Yaml => listing_yaml(&listing),
    })
}

fn entity(
    look: &Look<'_>,
    id: EntityId,
    asked: &Asked,
    arguments: &Arguments,
    terminal: Terminal,
) -> Result<String, Failure> {
    let asking = match &arguments.actor {
        None => None,
        Some(login) => {
            let asking = Asking::new(asked)?;
            let actor = asking.actor(login)?;
            asking.is_certain()?;
            Some((asking, actor))
        }
    };
    let page = page::Page {
        look,
        source: &arguments.source,
        at: asked.at.clone(),
    };
    let entity = page.fill(id, asking.as_ref().map(|(asking, actor)| (asking, actor)));
    Ok(match arguments.format {
        Format::Table => entity_text(&entity, terminal.color),
        Format::Json => entity_json(&entity),
        Format::Yaml => entity_yaml(&entity),
    })
}

/// A kind before an entity of the same name, which is then found by `KIND ENTITY`.
fn wanted(catalog: &Catalog, arguments: &Arguments) -> Result<Wanted, Failure> {
    let Some(written) = arguments.name.as_deref() else {
        return Ok(Wanted::Kinds);
    };
    if let Some(entity) = arguments.entity.as_deref() {
        let (kind, _) = name::blueprint(catalog, written)?;
        return name::entity_of(catalog, kind, entity).map(Wanted::Entity);
    }
    if let Some((kind, _)) = catalog.find_blueprint(written) {
        return Ok(Wanted::Kind(kind));
    }
    name::entity(catalog, written)
        .map(Wanted::Entity)
        .map_err(|failure| {
            if !failure.message.starts_with("no entity") {
                return failure;
            }
            let kinds = catalog.blueprints.iter().map(|it| &it.identifier.value);
            let entities = catalog.entities.iter().map(|it| &it.identifier.value);
            let names: Vec<&str> = kinds.chain(entities).map(Text::as_str).collect();
            let message = format!("no kind and no entity is called `{}`", visible(written));
            Failure::new(message).help(choose(written, &names))
        })
}
