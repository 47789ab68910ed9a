//! `catalogc ls`: the kinds of a catalog, with how many entities each has.

use crate::cli::ask::Place;
use crate::cli::get::Format;
use crate::cli::look::Look;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::render::listing::{Kind, Kinds, kinds_json, kinds_text, kinds_yaml};

/// The kinds, and how many entities each has
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc ls\n    catalogc ls --rev main --format json")]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let compiled = arguments.place.compiled()?;
    let kinds = kinds(&Look::of(&compiled));
    Ok(Output::new(
        text(&kinds, arguments.format, terminal),
        Exit::Fine,
    ))
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
