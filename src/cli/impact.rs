//! `catalogc impact`: what depends on an entity, and how.

use std::collections::BTreeMap;

use crate::cli::ask::{Place, name};
use crate::cli::graph::Format;
use crate::cli::look::Look;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::derive::{Dependence, How};
use crate::model::EntityId;
use crate::render::impact::{Counted, Dependent, Impact, Step, Way, impact_json, impact_text};
use crate::render::picture::{Line, Node, Picture};

/// What depends on this
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc impact CartService\n    catalogc impact Team/checkout --depth 1\n    catalogc impact Cart --format svg > cart.svg"
)]
pub(super) struct Arguments {
    /// An entity: its identifier, or BLUEPRINT/IDENTIFIER
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// At most so many steps away; without it, all
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// Every entity, not only the first of each kind
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    place: Place,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let compiled = arguments.place.compiled()?;
    let look = Look::of(&compiled);
    let entity = name::entity(&compiled.catalog, &arguments.entity)?;
    let depth = arguments.depth.unwrap_or(usize::MAX);
    let all = look.derived.impact(entity, depth);
    let text = match arguments.format {
        Format::Table => impact_text(&impact(&look, entity, &all), arguments.full, terminal.color),
        Format::Json => impact_json(&impact(&look, entity, &all)),
        format => format.render(&picture(&look, entity, &all, format.most()), terminal),
    };
    Ok(Output::new(text, Exit::Fine))
}

fn impact(look: &Look<'_>, entity: EntityId, all: &[Dependence]) -> Impact {
    let mut dependents: Vec<Dependent> = Vec::new();
    let mut last = None;
    for one in all {
        if last != Some(one.entity) {
            last = Some(one.entity);
            dependents.push(Dependent {
                blueprint: look.kind(one.entity),
                identifier: look.name(one.entity),
                ways: Vec::new(),
            });
        }
        let path = one.way.iter().map(|step| Step {
            name: step.name.clone(),
            to: look.name(step.to),
        });
        let way = Way {
            how: word(one.how),
            path: path.collect(),
        };
        if let Some(dependent) = dependents.last_mut() {
            dependent.ways.push(way);
        }
    }
    // The nearest of a kind stand first.
    let near = |it: &Dependent| it.ways.iter().map(|way| way.path.len()).min();
    dependents.sort_by(|a, b| {
        let key = |it: &Dependent| (it.blueprint.clone(), near(it), it.identifier.clone());
        key(a).cmp(&key(b))
    });
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &dependents {
        *counts.entry(&one.blueprint).or_default() += 1;
    }
    let mut kinds: Vec<Counted> = counts
        .into_iter()
        .map(|(blueprint, count)| Counted {
            blueprint: blueprint.to_owned(),
            count,
        })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
    let name = look.name(entity);
    let next = match dependents
        .iter()
        .find(|it| it.ways.iter().any(|way| way.how == "value"))
    {
        Some(one) => {
            let mut ways = one.ways.iter().filter(|way| way.how == "value");
            let value = ways.find_map(|way| way.path.first());
            let value = value.map_or("", |step| &step.name);
            let full = format!("{}/{}", one.blueprint, one.identifier);
            format!("`catalogc why {full} {value}` shows what a value is made of")
        }
        None if dependents.is_empty() => format!("`catalogc get {name}` shows all of it"),
        None => format!("`catalogc impact {name} --format svg` is a picture"),
    };
    Impact {
        version: 1,
        blueprint: look.kind(entity),
        identifier: name,
        kinds,
        dependents,
        errors: look.errors(),
        next,
    }
}

const fn word(how: How) -> &'static str {
    match how {
        How::Member => "member",
        How::Relation => "relation",
        How::Owner => "owner",
        How::Value => "value",
    }
}

/// The ways as a picture: entities by their distance, and each first step.
fn picture(
    look: &Look<'_>,
    entity: EntityId,
    all: &[Dependence],
    (most, most_edges): (usize, usize),
) -> Picture {
    let mut distances: BTreeMap<EntityId, usize> = BTreeMap::from([(entity, 0)]);
    for one in all {
        let distance = distances.entry(one.entity).or_insert(usize::MAX);
        *distance = (*distance).min(one.way.len());
    }
    let mut nodes: Vec<(usize, EntityId)> = distances.iter().map(|(id, at)| (*at, *id)).collect();
    nodes.sort_unstable();
    let left_out = nodes.len().saturating_sub(most);
    nodes.truncate(most);
    let nodes_of = nodes.iter().enumerate();
    let places: BTreeMap<EntityId, usize> = nodes_of.map(|(n, (_, id))| (*id, n)).collect();
    let mut edges: Vec<(usize, usize, String)> = all
        .iter()
        .filter_map(|one| {
            let step = one.way.first()?;
            let (from, to) = (*places.get(&one.entity)?, *places.get(&step.to)?);
            Some((from, to, step.name.clone()))
        })
        .collect();
    edges.sort();
    edges.dedup();
    let left_out_edges = edges.len().saturating_sub(most_edges);
    edges.truncate(most_edges);
    let about = format!(
        "what depends on {} {}",
        look.kind(entity),
        look.name(entity)
    );
    Picture {
        version: 1,
        about,
        nodes: nodes
            .into_iter()
            .map(|(distance, id)| Node {
                blueprint: look.kind(id),
                identifier: look.name(id),
                distance: Some(distance),
            })
            .collect(),
        edges: edges
            .into_iter()
            .map(|(from, to, relation)| Line { from, to, relation })
            .collect(),
        left_out,
        left_out_edges,
        errors: look.errors(),
        next: String::new(),
    }
}
