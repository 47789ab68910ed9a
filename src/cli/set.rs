//! `catalogc set`: values of an entity, changed where they are written.

use serde_json::Value as Json;

use crate::cli::ask::ahead::{Start, ahead, is_time};
use crate::cli::desk::{Bar, Desk, Ends};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::compile::Compiled;
use crate::edit::tried::Texts;
use crate::edit::{Change, Form, Place, Refused, at_span, change, node_of, of_entity};
use crate::model::{Blueprint, Entity, EntityId, Moment, given};
use crate::text::{choose, visible};

pub(super) mod path;
mod step;
pub(super) mod target;

use path::{How, Wish};
use target::Target;

/// Change a value, comments kept
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc set CartService replicas=5\n\
    catalogc set CartService consumesApi+=PaymentAPI title=\"Cart\"\n\
    catalogc set CartService 'env[name=PORT].value=8080' --dry-run\n\
    catalogc set env-lin-7 expires_at=+3d\n\
    catalogc set CartService --unset tier")]
pub(super) struct Arguments {
    /// The entity: its identifier, or BLUEPRINT/IDENTIFIER
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// What becomes of a property, a relation or a part of one; += adds to a list, -= takes out
    #[arg(value_name = "PATH=VALUE", required_unless_present = "unset")]
    changes: Vec<String>,
    /// A property or relation that goes
    #[arg(long, value_name = "PATH")]
    unset: Vec<String>,
    #[command(flatten)]
    ends: Ends,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let desk = Desk::open(&arguments.ends, terminal)?.for_actor()?;
    let id = desk.entity(&arguments.entity)?;
    let written = arguments.changes.iter().map(|it| Wish::read(it));
    let unset = arguments.unset.iter().map(|path| Wish::unset(path));
    let mut wishes = written.chain(unset).collect::<Result<Vec<_>, _>>()?;
    once(&wishes)?;
    let catalog = &desk.before.catalog;
    let entity = catalog.entity(id);
    if let Some(kind) = entity.and_then(|it| catalog.blueprint(it.blueprint)) {
        times((kind, entity), &mut wishes, arguments.ends.now(), terminal);
    }
    match texts(&desk, id, &wishes)? {
        Err(refused) => Ok(desk.refused(&refused)),
        Ok(texts) if texts.is_empty() => {
            let text = "ok: nothing to change, the values are these already\n";
            Ok(Output::new(text.to_owned(), Exit::Fine))
        }
        Ok(texts) => desk.end(&texts, Bar::Nothing),
    }
}

/// That no path is set to two values.
pub(super) fn once(wishes: &[Wish]) -> Result<(), Failure> {
    let is_set = |wish: &&Wish| matches!(wish.how, How::Set(_));
    let mut seen: Vec<&str> = Vec::new();
    for wish in wishes.iter().filter(is_set) {
        if seen.contains(&wish.path.as_str()) {
            let message = format!("`{}` is set twice", visible(&wish.path));
            return Err(Failure::new(message).help("leave one out; a list is written as `a,b`"));
        }
        seen.push(&wish.path);
    }
    Ok(())
}

/// Puts the time that is meant in the place of `3d`, and of `+3d` where an entity has one already.
pub(super) fn times(
    (blueprint, entity): (&Blueprint, Option<&Entity>),
    wishes: &mut [Wish],
    now: Option<Moment>,
    terminal: Terminal,
) {
    for wish in wishes {
        let name = wish.path.strip_prefix("properties.").unwrap_or(&wish.path);
        let Some(property) = blueprint.property(name) else {
            continue;
        };
        // A time has no elements: to add to it is to make it later.
        let written = match &wish.how {
            How::Set(value) => value.clone(),
            How::Add(value) if is_time(&property.schema) => format!("+{value}"),
            _ => continue,
        };
        let standing = entity.and_then(|it| it.property(name)?.node.as_str());
        let from = Start {
            now: now.unwrap_or_else(Rehearsal::moment),
            standing: standing.and_then(Moment::parse),
        };
        if let Some(made) = ahead(&property.schema, &written, from) {
            terminal.say(&made.told(&written, name));
            wish.how = How::Set(made.time);
        }
    }
}

/// The files with other values of an entity; without those that stay as they are.
pub(super) fn texts(
    desk: &Desk<'_>,
    id: EntityId,
    wishes: &[Wish],
) -> Result<Result<Texts, Refused>, Failure> {
    let catalog = &desk.before.catalog;
    let Some(entity) = catalog.entity(id) else {
        return Ok(Ok(Texts::new()));
    };
    let Some(blueprint) = catalog.blueprint(entity.blueprint) else {
        return Ok(Ok(Texts::new()));
    };
    let (path, before) = desk.file(entity.span.file);
    let form = Form::of(&path);
    let mut text = before.to_owned();
    // What one change made is what the next one finds.
    let mut now: Entity = entity.clone();
    // In another language only the reader knows what the file says by now.
    let mut read: Option<(Compiled, EntityId)> = None;
    for wish in wishes {
        let known = read
            .as_ref()
            .map_or((&desk.before, id), |(it, id)| (it, *id));
        let target = Target::find(blueprint, &now, wish)?;
        let made = target.change(catalog, wish)?;
        let place = match place(known, &now, &target, &made) {
            Ok(place) => place,
            Err(refused) => return Ok(Err(refused)),
        };
        text = match change(form, entity.span.file, &text, &place, &made) {
            Ok(text) => text,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Ok(whole) = of_entity(&desk.before, id) {
            if let Some(node) = node_of(entity.span.file, &text, &whole)
                && let Some((read, _)) =
                    given(&node, Some(&blueprint.identifier.value), &mut Vec::new())
            {
                now = read;
            }
        } else if wishes.len() > 1 {
            let texts: Texts = [(path.clone(), Some(text.clone()))].into_iter().collect();
            let after = desk.tried(&texts)?.compiled;
            let kind = after.catalog.find_blueprint(&blueprint.identifier.value);
            let found = kind.and_then(|(kind, _)| {
                let id = after.catalog.find_entity(kind, &entity.identifier.value)?;
                after.catalog.entity(id).map(|it| (id, it.clone()))
            });
            let (id, found) = found.ok_or_else(|| {
                Failure::new("the entity is not read any more after the first of these changes")
                    .help("change one value at a time")
            })?;
            now = found;
            read = Some((after, id));
        }
    }
    let is_same = text == before;
    let changed = (!is_same).then_some((path, Some(text)));
    Ok(Ok(changed.into_iter().collect()))
}

/// Where the value stands, or would.
fn place(
    (compiled, id): (&Compiled, EntityId),
    entity: &Entity,
    target: &Target<'_>,
    made: &Change,
) -> Result<Place, Refused> {
    let whole = of_entity(compiled, id);
    let foreign = match whole {
        Ok(whole) => return Ok(target.place(&whole)),
        Err(refused) => refused,
    };
    // In another language only what is written there as it is read can be changed.
    let (Some((span, old)), Change::Set(_)) = (target.written(), made) else {
        return Err(foreign);
    };
    let is_made = old.as_str().is_some_and(|old| entity.is_made(span, old));
    if span.file != entity.span.file {
        return Err(Refused {
            at: span,
            ..foreign
        });
    }
    let place = at_span(compiled, span)?;
    let text = compiled.snapshot.text(span.file);
    let is_same = node_of(span.file, text, &place).map(|it| it.to_json()) == Some(old.clone());
    if is_made || !is_same {
        return Err(Refused {
            why: format!("`{}` is made of what stands here", visible(&target.name())),
            at: span,
            help: "change what it is made of, by hand".to_owned(),
        });
    }
    Ok(target.inside(&place))
}

/// That an entity has nothing at a path.
fn nothing_there(entity: &Entity, name: &str) -> Failure {
    let properties = entity.properties.iter().map(|it| it.key.value.as_str());
    let relations = entity.relations.iter().map(|it| it.name.value.as_str());
    let names: Vec<&str> = properties.chain(relations).collect();
    let message = format!(
        "{} has no `{}` to take out",
        visible(&entity.identifier.value),
        visible(name)
    );
    Failure::new(message).help(choose(name, &names))
}

/// A list without some of its elements.
fn without(
    (entity, name): (&Entity, &str),
    list: Vec<Json>,
    gone: &[Json],
) -> Result<Json, Failure> {
    let mut left = list;
    for value in gone {
        let Some(at) = left.iter().position(|it| it == value) else {
            let written = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let names: Vec<&str> = left.iter().filter_map(Json::as_str).collect();
            let message = format!(
                "`{}` of {} has no `{}`",
                visible(name),
                visible(&entity.identifier.value),
                visible(&written)
            );
            return Err(Failure::new(message).help(choose(&written, &names)));
        };
        left.remove(at);
    }
    Ok(Json::from(left))
}

/// What is done to a list or value.
const fn is_unset(how: &How) -> bool {
    matches!(how, How::Unset)
}
