//! `catalogc mv`: an entity gets another name, wherever it is named.
//!
//! What names it is found by the compiler: the relations that lead to it, and whatever is found
//! wrong once it is called something else. What stands in texts that nothing resolves is told.

use crate::cli::desk::{Bar, Desk, Ends};
use crate::cli::left::{Fate, Name, left};
use crate::cli::merge::working::target;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::compile::Compiled;
use crate::edit::{Outcome, Refused};
use crate::model::{Catalog, Entity, EntityId};
use crate::plan::diff::Renames;
use crate::text::visible;

mod made;
mod places;
mod same;
mod trials;

use places::Places;

/// How often what is found may uncover more.
const ROUNDS: usize = 8;

/// Rename an entity everywhere
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc mv CartService cart-service\n\
    catalogc mv Team/checkout orders --dry-run")]
pub(super) struct Arguments {
    /// The entity: its identifier, or BLUEPRINT/IDENTIFIER
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// Its new identifier
    #[arg(value_name = "NEW")]
    new: String,
    /// Rename although texts name it of which nobody can tell whether they mean it
    #[arg(long)]
    leave_texts: bool,
    /// The branch that it is merged into, whose name for the entity `movedFrom` says
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    #[command(flatten)]
    ends: Ends,
}

/// An entity and its names.
struct Rename<'d> {
    desk: &'d Desk<'d>,
    /// The catalog that it is merged into.
    target: Option<Compiled>,
    id: EntityId,
    entity: &'d Entity,
    kind: String,
    old: String,
    new: String,
}

/// What `movedFrom` becomes.
enum Before {
    Keeps,
    Is(String),
    Goes,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let desk = Desk::open(&arguments.ends, terminal)?.for_actor()?;
    let id = desk.entity(&arguments.entity)?;
    let target = target(desk.folder(), arguments.base.as_deref())?;
    let rename = Rename::of(&desk, target, id, &arguments.new)?;
    if rename.old == rename.new {
        let text = "ok: nothing to change, it has this name already\n";
        return Ok(Output::new(text.to_owned(), Exit::Fine));
    }
    let (made, places, outcome) = match rename.everywhere()? {
        Ok(made) => made,
        Err(refused) => return Ok(desk.refused(&refused)),
    };
    let name = Name {
        kind: &rename.kind,
        old: &rename.old,
        fate: Fate::Renamed(&rename.new),
    };
    let left = left(&outcome.compiled, &name);
    if !left.is_empty() && !arguments.leave_texts {
        return Ok(desk.stopped(&outcome.compiled, left));
    }
    let odd = rename.odd(&outcome.compiled, &places);
    if let Some(refused) = odd.or_else(|| rename.is_deletion(&outcome.compiled)) {
        return Ok(desk.refused(&refused));
    }
    desk.end_with(&made.texts, outcome, Bar::Nothing)
}

impl<'d> Rename<'d> {
    fn of(
        desk: &'d Desk<'d>,
        target: Option<Compiled>,
        id: EntityId,
        written: &str,
    ) -> Result<Self, Failure> {
        let catalog = &desk.before.catalog;
        let entity = catalog.entity(id);
        let entity = entity.ok_or_else(|| Failure::new("the entity is not there"))?;
        let kind = catalog.blueprint(entity.blueprint);
        let kind = kind.map_or("", |it| it.identifier.value.as_str());
        let own = written
            .strip_prefix(kind)
            .and_then(|it| it.strip_prefix('/'));
        let new = own.unwrap_or(written);
        if let Some(other) = catalog
            .find_entity(entity.blueprint, new)
            .filter(|it| *it != id)
        {
            let place = catalog.entity(other).map(|it| it.span.file);
            let path = place.map_or("", |file| desk.before.snapshot.path(file));
            let message = format!("{} `{}` is there already", visible(kind), visible(new));
            return Err(Failure::new(message).help(format!(
                "take another name; that one stands in {}",
                visible(path)
            )));
        }
        Ok(Self {
            desk,
            target,
            id,
            entity,
            kind: kind.to_owned(),
            old: entity.identifier.value.to_string(),
            new: new.to_owned(),
        })
    }

    fn catalog(&self) -> &'d Catalog {
        &self.desk.before.catalog
    }

    /// The entity of a name in the catalog that it is merged into.
    fn on_target(&self, name: &str) -> Option<EntityId> {
        let target = &self.target.as_ref()?.catalog;
        let (kind, _) = target.find_blueprint(&self.kind)?;
        target.find_entity(kind, name)
    }

    /// What `movedFrom` says then: of several renames before a merge it is the first name.
    fn before(&self) -> Before {
        let moved = self.entity.moved_from.as_ref();
        match moved.map(|it| it.value.as_str()) {
            Some(moved) if self.on_target(&self.old).is_none() => {
                if moved == self.new {
                    Before::Goes
                } else {
                    Before::Keeps
                }
            }
            _ => Before::Is(self.old.clone()),
        }
    }

    /// The name that the target has for the entity.
    fn name_on_target(&self) -> Option<&str> {
        let moved = self.entity.moved_from.as_ref();
        let moved = moved.map(|it| it.value.as_str());
        let names = [Some(self.old.as_str()), moved];
        let mut names = names.into_iter().flatten();
        names.find(|name| self.on_target(name).is_some())
    }

    /// That a merge would delete the entity and make another one, where `movedFrom` cannot count.
    fn is_deletion(&self, after: &Compiled) -> Option<Refused> {
        let target = &self.target.as_ref()?.catalog;
        let name = self.name_on_target()?;
        if name == self.new {
            return None;
        }
        let renames = Renames::of(target, &after.catalog);
        if renames.after(self.on_target(name)?).is_some() {
            return None;
        }
        let (kind, name, new) = (visible(&self.kind), visible(name), visible(&self.new));
        let help = if self.on_target(&self.new).is_some() {
            format!("take a name that the target has not: it has a {kind} `{new}`")
        } else {
            format!("another entity says `movedFrom: {name}`, or has that name: change it first")
        };
        Some(Refused {
            why: format!("merging it would delete {kind} `{name}` and add `{new}`, not rename it"),
            at: self.entity.identifier.span,
            help,
        })
    }

    /// All places of the name, with what they give.
    fn everywhere(&self) -> Result<Result<(made::Made, Places, Outcome), Refused>, Failure> {
        let mut places = match self.known_places() {
            Ok(places) => places,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut round = 0;
        loop {
            let made = match self.made(&places) {
                Ok(made) => made,
                Err(refused) => return Ok(Err(refused)),
            };
            let outcome = self
                .desk
                .tried_as(&made.texts, &|words| self.as_now(words))?;
            let more = self.more(&outcome, &made);
            let known: usize = places.values().map(std::collections::BTreeMap::len).sum();
            for (file, names) in more {
                places.entry(file).or_default().extend(names);
            }
            let all: usize = places.values().map(std::collections::BTreeMap::len).sum();
            round += 1;
            // What is left after that many rounds is found wrong, and nothing is written.
            if all == known || round == ROUNDS {
                return Ok(Ok((made, places, outcome)));
            }
        }
    }

    /// What a message says of the entity by its new name.
    fn as_now(&self, words: &str) -> String {
        if words == self.old {
            return self.new.clone();
        }
        let words = words.replace(&format!("`{}`", self.old), &format!("`{}`", self.new));
        let (old, new) = (format!("/{}", self.old), format!("/{}", self.new));
        words.replace(
            &format!("{}{old}", self.kind),
            &format!("{}{new}", self.kind),
        )
    }
}
