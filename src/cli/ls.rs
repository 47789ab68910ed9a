//! `catalogc ls`: the kinds of a catalog, with how many entities each has; or the entities of one.

use crate::cli::ask::Place;
use crate::cli::ask::name;
use crate::cli::get::{self, Format};
use crate::cli::look::Look;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::model::{Blueprint, BlueprintId, Catalog};
use crate::render::listing::{Kind, Kinds, kinds_json, kinds_text, kinds_yaml};
use crate::text::{shell_word, visible};

/// The kinds, and how many entities each has; or the entities of one
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc ls\n    catalogc ls Component\n    catalogc ls Component --where '.properties.replicas > 2'\n    catalogc ls --rev main --format json"
)]
pub(super) struct Arguments {
    /// A kind, whose entities are listed, as `catalogc get KIND` does
    #[arg(value_name = "KIND")]
    kind: Option<String>,
    /// Only entities of the kind for which this is true, as jq has it; a secret is `***` to it
    #[arg(long = "where", value_name = "JQ", requires = "kind")]
    chosen_by: Option<String>,
    #[command(flatten)]
    place: Place,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let compiled = arguments.place.compiled()?;
    let look = Look::of(&compiled);
    if let Some(written) = &arguments.kind {
        let (id, _) = kind(&compiled.catalog, written)?;
        let text = get::listed(
            &look,
            id,
            (arguments.chosen_by.as_deref(), None),
            (arguments.format, terminal),
        )?;
        return Ok(Output::new(text, Exit::Fine));
    }
    let kinds = kinds(&look);
    Ok(Output::new(
        text(&kinds, arguments.format, terminal),
        Exit::Fine,
    ))
}

/// The kind of a name; of what is none, the command that is about it.
fn kind<'c>(catalog: &'c Catalog, written: &str) -> Result<(BlueprintId, &'c Blueprint), Failure> {
    let told = match name::blueprint(catalog, written) {
        Ok(found) => return Ok(found),
        Err(told) => told,
    };
    let word = shell_word(&visible(written));
    if name::entity(catalog, written).is_ok() {
        let message = format!("`{}` is an entity and no kind", visible(written));
        return Err(Failure::new(message).help(format!("`catalogc get {word}` shows it")));
    }
    if catalog.find_action(written).is_some() {
        let message = format!("`{}` is an action and no kind", visible(written));
        return Err(Failure::new(message).help(format!(
            "`catalogc request {word}` asks for it, `catalogc who-can {word} ENTITY` says who may"
        )));
    }
    Err(told)
}

/// Kinds in the form that was asked for.
pub(super) fn text(kinds: &Kinds, format: Format, terminal: Terminal) -> String {
    match format {
        Format::Table => kinds_text(kinds, terminal.color),
        Format::Json => kinds_json(kinds),
        Format::Yaml => kinds_yaml(kinds),
    }
}

/// The kinds of a catalog; those that every catalog has only where there are entities of them.
pub(super) fn kinds(look: &Look<'_>) -> Kinds {
    let catalog = &look.compiled.catalog;
    let kinds = catalog.kinds().filter_map(|(id, blueprint)| {
        let entities = catalog.entities_of(id).len();
        let mut related: Vec<String> = blueprint
            .relations
            .iter()
            .map(|relation| relation.target.value.to_string())
            .collect();
        related.sort();
        related.dedup();
        let title = blueprint.title.as_ref().map(|title| &title.value);
        let title = title.filter(|title| **title != blueprint.identifier.value);
        (entities > 0 || !blueprint.is_built_in()).then(|| Kind {
            blueprint: look.hider.text(&blueprint.identifier.value),
            title: title.map(|title| look.hider.text(title)),
            entities,
            related,
        })
    });
    Kinds {
        version: 1,
        errors: look.errors(),
        kinds: kinds.collect(),
    }
}
