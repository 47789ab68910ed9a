//! `catalogc can`: may this person do that, and why? Without an entity: what may they do?

use crate::cli::ask::name;
use crate::cli::ask::subject::Written;
use crate::cli::ask::{Asking, Format, Source, Wish, exit};
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::policy::BuiltIn;
use crate::policy::What;
use crate::render::asked::{Depth, Verdict, asked_json};
use crate::render::asked_text::answer_text;
use crate::render::rights::{Rights, rights_text};

pub(super) mod change;
mod rights;
#[cfg(test)]
mod tests;
pub(super) mod verdict;

pub(super) use rights::{on_entity, rights};

/// May this person do that, and why? Without an entity: what may they do?
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc can lin deploy CartService --set environment=production\n    \
    catalogc can kim update CartService --set properties.tier=critical\n    \
    catalogc can lin create Domain/Shop --set relations.owner=checkout\n    \
    catalogc can kim define catalog/policies/deploy.cedar --rev main\n    \
    catalogc can lin"
)]
pub(super) struct Arguments {
    /// A login, or the identifier of a person. Exits 0 when it is allowed, 1 when it is denied or
    /// needs approval, as `gate` does, 2 when broken definitions leave it open
    #[arg(value_name = "ACTOR")]
    actor: String,
    /// An action of the catalog, or create, update, delete, rename, grant, record, define, meta,
    /// override
    #[arg(value_name = "ACTION")]
    action: Option<String>,
    /// Its identifier, or BLUEPRINT/IDENTIFIER, new for create; a file for define and meta
    #[arg(value_name = "ENTITY")]
    entity: Option<String>,
    #[command(flatten)]
    matter: Options,
    #[command(flatten)]
    source: Source,
    /// Also each condition with what it saw, and all facts with their places
    #[arg(long)]
    full: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What belongs to the question besides its names.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// An input of the action, or what the entity would say: properties.NAME, relations.NAME;
    /// repeat
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// A path that changes, as properties.replicas; repeat
    #[arg(long, value_name = "PATH")]
    changed: Vec<String>,
    /// The blueprint of ENTITY, where its name is not enough
    #[arg(long, value_name = "BLUEPRINT")]
    blueprint: Option<String>,
}

impl Options {
    /// With the entity.
    pub(super) fn of<'a>(&'a self, entity: Option<&'a str>) -> Written<'a> {
        Written {
            entity,
            blueprint: self.blueprint.as_deref(),
            set: &self.set,
            changed: &self.changed,
        }
    }

    fn is_empty(&self) -> bool {
        self.set.is_empty() && self.changed.is_empty() && self.blueprint.is_none()
    }
}

/// How a run ends that lists what may be done: nothing at all is a denial.
const fn rights_exit(rights: &Rights) -> Exit {
    if rights.rights.is_empty() {
        Exit::Found
    } else {
        Exit::Fine
    }
}

pub(super) fn pair(written: &str) -> Result<(String, String), String> {
    match written.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let asked = arguments.source.open()?;
    let asking = Asking::new(&asked)?;
    let actor = asking.actor(&arguments.actor)?;
    let depth = if arguments.full {
        Depth::Full
    } else {
        Depth::Lines
    };
    let what = arguments.action.as_deref();
    let what = what.map(|word| name::action(&asked.compiled.catalog, word));
    let what = what.transpose()?;
    // A guard is lifted for the whole catalog: there is nothing more to name.
    let is_override = matches!(what, Some(What::BuiltIn(BuiltIn::Override)));
    let entity = arguments.entity.as_deref().or(is_override.then_some(""));
    let (Some(what), Some(entity)) = (what, entity) else {
        if !arguments.matter.is_empty() {
            return Err(Failure::new(
                "`--set`, `--changed` and `--blueprint` are about one entity",
            )
            .help("write ACTION and ENTITY too"));
        }
        let rights = rights(&asking, &actor, what, asked.at.clone());
        if !rights.rights.is_empty() {
            asking.is_certain()?;
        }
        let text = match arguments.format {
            Format::Table => rights_text(&rights, depth, terminal.color),
            Format::Json => asked_json(&rights),
        };
        return Ok(Output::new(text, rights_exit(&rights)));
    };
    let wish = Wish::read(&asking, what, arguments.matter.of(Some(entity)))?;
    let answer = verdict::answer(&asking, &wish, &actor, asked.at.clone())?;
    if answer.verdict != Verdict::Denied {
        asking.is_certain()?;
    }
    let text = match arguments.format {
        Format::Table => answer_text(&answer, depth, terminal.color),
        Format::Json => asked_json(&answer),
    };
    Ok(Output::new(text, exit(answer.verdict)))
}
