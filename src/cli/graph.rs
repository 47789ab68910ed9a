//! `catalogc graph`: entities and their relations, as a picture or a table.

use std::collections::BTreeMap;

use clap::ValueEnum;

use crate::cli::ask::{Place, name};
use crate::cli::look::Look;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::graph::{Around, Bounds};
use crate::model::{BlueprintId, Catalog, EntityId};
use crate::render::picture::{
    Line, Node, Picture, picture_dot, picture_json, picture_mermaid, picture_svg, picture_text,
};
use crate::text::{choose, visible};

/// Relations, as a picture
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc graph CartService\n    catalogc graph CartService --depth 2 --format svg > cart.svg\n    catalogc graph --kind System --kind Domain --format mermaid\n    catalogc graph checkout --relation owner --format dot | dot -Tpng > owns.png"
)]
pub(super) struct Arguments {
    /// An entity: its identifier, or BLUEPRINT/IDENTIFIER; without it, all
    #[arg(value_name = "ENTITY")]
    entity: Option<String>,
    /// How many relations away
    #[arg(long, value_name = "N", default_value_t = 1)]
    depth: usize,
    /// Only entities of this kind, besides ENTITY; repeat
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only relations of this name; repeat
    #[arg(long, value_name = "NAME")]
    relation: Vec<String>,
    #[command(flatten)]
    place: Place,
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
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For browsers
    Svg,
}

impl Format {
    /// The most entities and relations that somebody can look at, or a reader takes: Mermaid draws
    /// no more than 500 relations.
    pub(super) const fn most(self) -> (usize, usize) {
        match self {
            Self::Table => (500, 1_000),
            Self::Json => (100_000, 400_000),
            Self::Dot => (2_000, 6_000),
            Self::Mermaid => (200, 450),
            Self::Svg => (300, 1_200),
        }
    }

    /// A picture in this form.
    pub(super) fn render(self, picture: &Picture, terminal: Terminal) -> String {
        match self {
            Self::Table => picture_text(picture, terminal.color),
            Self::Json => picture_json(picture),
            Self::Dot => picture_dot(picture),
            Self::Mermaid => picture_mermaid(picture),
            Self::Svg => picture_svg(picture),
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let compiled = arguments.place.compiled()?;
    let catalog = &compiled.catalog;
    let look = Look::of(&compiled);
    let start = match &arguments.entity {
        None => None,
        Some(written) => Some(name::entity(catalog, written)?),
    };
    let kinds = arguments.kind.iter();
    let kinds: Vec<BlueprintId> = kinds
        .map(|written| name::blueprint(catalog, written).map(|(id, _)| id))
        .collect::<Result<_, _>>()?;
    for written in &arguments.relation {
        relation(catalog, written)?;
    }
    let bounds = Bounds {
        depth: arguments.depth,
        kinds: &kinds,
        relations: &arguments.relation,
        most: arguments.format.most(),
    };
    let around = compiled.graph.around(catalog, start, &bounds);
    let picture = picture(&look, start, &around);
    let text = arguments.format.render(&picture, terminal);
    Ok(Output::new(text, Exit::Fine))
}

/// That a relation of this name is there.
fn relation(catalog: &Catalog, written: &str) -> Result<(), Failure> {
    let all = catalog.blueprints.iter().flat_map(|it| &it.relations);
    let mut names: Vec<&str> = all.map(|it| it.name.value.as_str()).collect();
    if names.contains(&written) {
        return Ok(());
    }
    names.sort_unstable();
    names.dedup();
    let message = format!("no relation is called `{}`", visible(written));
    Err(Failure::new(message).help(choose(written, &names)))
}

fn picture(look: &Look<'_>, start: Option<EntityId>, around: &Around) -> Picture {
    let catalog = &look.compiled.catalog;
    let places: BTreeMap<EntityId, usize> = around
        .nodes
        .iter()
        .enumerate()
        .map(|(n, (id, _))| (*id, n))
        .collect();
    let nodes = around.nodes.iter().map(|(id, distance)| Node {
        blueprint: look.kind(*id),
        identifier: look.name(*id),
        distance: start.map(|_| *distance),
    });
    let edges = around.edges.iter().filter_map(|edge| {
        let relation = catalog.relation_of(edge.from, edge.relation)?;
        Some(Line {
            from: *places.get(&edge.from)?,
            to: *places.get(&edge.to)?,
            relation: relation.name.value.to_string(),
        })
    });
    let about = match start {
        Some(id) => format!("{} {} and what is around it", look.kind(id), look.name(id)),
        None => "the catalog".to_owned(),
    };
    let next = match start {
        Some(id) if around.left_out == (0, 0) => {
            format!(
                "`catalogc impact {}` shows what depends on it",
                look.name(id)
            )
        }
        Some(_) => {
            "choose with `--kind` and `--relation`, or write all with `--format json`".to_owned()
        }
        None => "name an entity, or choose with `--kind` and `--relation`".to_owned(),
    };
    Picture {
        version: 1,
        about,
        nodes: nodes.collect(),
        edges: edges.collect(),
        left_out: around.left_out.0,
        left_out_edges: around.left_out.1,
        errors: look.errors(),
        next,
    }
}
