//! `catalogc why`: where a value of an entity comes from, one step back at a time.

use clap::ValueEnum;

use crate::cli::ask::hide::Hider;
use crate::cli::ask::name;
use crate::cli::plan::{Time, counted};
use crate::cli::{Directory, Exit, Failure, Output, Terminal, failure, open};
use crate::compile::Compiled;
use crate::derive::Derived;
use crate::model::Blueprint;
use crate::render::why::Traced;
use crate::render::{why_json, why_text};
use crate::source::git::Repository;
use crate::text::{Text, choose, visible};

mod trace;

use trace::Tracer;

/// Where a derived value comes from
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc why CartService cost\n    catalogc why System/Cart owner --rev main"
)]
pub(super) struct Arguments {
    /// An entity: its identifier, or BLUEPRINT/IDENTIFIER
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// A property, a relation, `title`, or `owner`
    #[arg(value_name = "PROPERTY")]
    property: String,
    #[command(flatten)]
    directory: Directory,
    /// Look at a commit of the repository instead of the files on disk
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    #[command(flatten)]
    time: Time,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs, versioned
    Json,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let path = &arguments.directory.path;
    let compiled = match &arguments.rev {
        None => open::directory(path)?,
        Some(rev) => {
            let repository = Repository::discover(path).map_err(failure)?;
            let commit = repository.resolve(rev).map_err(failure)?;
            open::commit(&repository, &commit, rev)?
        }
    };
    let mut why = why(&compiled, arguments)?;
    hide(&mut why.traced, &Hider::of(&compiled));
    let text = match arguments.format {
        Format::Table => why_text(&why, terminal.color),
        Format::Json => why_json(&why),
    };
    Ok(Output::new(text, Exit::Fine))
}

/// Takes secrets out of a value and of what it was made of.
fn hide(traced: &mut Traced, hider: &Hider<'_>) {
    if let Some(value) = &mut traced.value {
        *value = if traced.how == trace::RELATION {
            hider.value(value)
        } else {
            hider.property(&traced.blueprint, &traced.name, value)
        };
    }
    traced.how = match traced.kind {
        "calculation" | "formula" | "mirror" => hider.expression(&traced.how),
        _ => hider.text(&traced.how),
    };
    // Why there is none may repeat what was read.
    let is_marked = hider.marks(&traced.blueprint, &traced.name);
    let is_shown = |problem: &String| !is_marked && hider.text(problem) == *problem;
    traced.problem = traced.problem.take().filter(is_shown);
    traced
        .inputs
        .iter_mut()
        .for_each(|input| hide(input, hider));
}

fn why(compiled: &Compiled, arguments: &Arguments) -> Result<crate::render::why::Why, Failure> {
    let catalog = &compiled.catalog;
    let entity = name::entity(catalog, &arguments.entity)?;
    let kind = catalog.entity(entity).map(|entity| entity.blueprint);
    let blueprint = kind.and_then(|kind| catalog.blueprint(kind));
    let Some(blueprint) = blueprint else {
        return Err(Failure::new("the entity has no blueprint"));
    };
    let path = named(blueprint, &arguments.property)?;
    let derived = Derived::new(catalog, &compiled.graph).at(arguments.time.now);
    let name = path.strip_prefix("properties.");
    let outcome = name.and_then(|name| derived.outcome(entity, name));
    if outcome.is_some_and(|outcome| outcome.is_unknown()) {
        counted(catalog, arguments.time.now)?;
    }
    Ok(Tracer::new(compiled, &derived).why(entity, &path))
}

/// Values that every entity may have.
const META: &[&str] = &["blueprint", "icon", "identifier", "team", "title"];

/// The path of a value by the name that people use.
fn named(blueprint: &Blueprint, written: &str) -> Result<String, Failure> {
    let is_property = |name: &str| {
        blueprint.property(name).is_some() || blueprint.derived().any(|it| it.value == name)
    };
    let (group, name) = match written.split_once('.') {
        Some((group @ ("properties" | "relations"), name)) => (Some(group), name),
        _ => (None, written),
    };
    if group != Some("relations") && is_property(name) {
        return Ok(format!("properties.{name}"));
    }
    if group != Some("properties") && blueprint.relation(name).is_some() {
        return Ok(format!("relations.{name}"));
    }
    let meta = name.strip_prefix('$').unwrap_or(name);
    if group.is_none() && META.contains(&meta) {
        return Ok(meta.to_owned());
    }
    if group.is_none() && meta == trace::OWNER && blueprint.ownership.is_some() {
        return Ok(trace::OWNER.to_owned());
    }
    let properties = blueprint.properties.iter().map(|it| &it.name.value);
    let relations = blueprint.relations.iter().map(|it| &it.name.value);
    let derived = blueprint.derived().map(|name| &name.value);
    let owner = blueprint.ownership.as_ref().map(|_| trace::OWNER);
    let names: Vec<&str> = derived
        .chain(properties)
        .chain(relations)
        .map(Text::as_str)
        .chain(META.iter().copied())
        .chain(owner)
        .collect();
    let kind = &blueprint.identifier.value;
    let message = format!("{} has no `{}`", visible(kind), visible(written));
    Err(Failure::new(message).help(choose(name, &names)))
}
