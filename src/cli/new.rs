//! `catalogc new`: a file for something that the catalog does not have yet.
//!
//! An entity gets what its blueprint requires, and its other properties as comments that say what
//! they take. A definition begins as the smallest one that is whole. On a terminal what is missing is
//! asked for.

use std::collections::BTreeMap;

use crate::cli::ask::name;
use crate::cli::desk::{Bar, Desk, Ends};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::set;
use crate::cli::set::path::{How, Wish};
use crate::cli::talk::{self, Order};
use crate::cli::{Failure, Output, Terminal};
use crate::compile::Compiled;
use crate::edit::tried::Texts;
use crate::model::{BlueprintId, Catalog};
use crate::text::{choose, shell_word, visible};

mod book;
mod definition;
mod entity;
pub(super) mod said;

/// Add an entity or a definition
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc new Component cart-api --set type=service --set owner=checkout --set system=Cart\n\
    catalogc new action restart_worker --set blueprint=Component\n\
    catalogc new blueprint Queue --dry-run\n\
    catalogc new"
)]
pub(super) struct Arguments {
    /// A blueprint of the catalog, or: blueprint, action, connector, scorecard, test
    #[arg(value_name = "KIND")]
    kind: Option<String>,
    /// Its identifier; on a terminal it is asked for, as all that is required is
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// A property, a relation or `title`; of a definition the `blueprint` that it is for
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The file to write, instead of one beside those of its kind
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    #[command(flatten)]
    ends: Ends,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let desk = Desk::open(&arguments.ends, terminal)?.for_actor()?;
    let catalog = &desk.before.catalog;
    let order = asked(&desk, arguments, terminal)?;
    let (Some(what), Some(name)) = (&order.action, &order.entity) else {
        return Err(lacking(catalog, order.action.as_deref()));
    };
    let wishes = order.set.iter();
    let wishes = wishes.map(|(path, value)| Wish::read(&format!("{path}={value}")));
    let mut wishes = wishes.collect::<Result<Vec<Wish>, _>>()?;
    if let Some((_, kind)) = catalog.find_blueprint(what) {
        set::times((kind, None), &mut wishes, arguments.ends.now(), terminal);
    }
    let (path, text) = file(&desk, (what, name), &wishes, arguments.file.as_deref())?;
    let texts: Texts = [(path.clone(), Some(text))].into_iter().collect();
    let outcome = desk.tried(&texts)?;
    let kind = catalog.find_blueprint(what).map(|(kind, _)| kind);
    if !outcome.has_errors() && !is_read(&outcome.compiled, &path, kind, name) {
        let message = format!("`{}` is not read as {}", visible(&path), visible(what));
        let word = definition::Word::of(what).filter(|_| kind.is_none());
        let kinds = word.map_or("entities", definition::Word::folder);
        return Err(Failure::new(message).help(format!(
            "name a file that ends in `.yaml` where the catalog has its {kinds}"
        )));
    }
    desk.end_with(&texts, outcome, Bar::Warnings)
}

/// What is to be added: what is missing is asked of who sits at a terminal.
fn asked(desk: &Desk<'_>, arguments: &Arguments, terminal: Terminal) -> Result<Order, Failure> {
    let wishes = arguments.set.iter().map(|it| Wish::read(it));
    let wishes = wishes.collect::<Result<Vec<Wish>, _>>()?;
    set::once(&wishes)?;
    let set = wishes.into_iter().map(|wish| match wish.how {
        How::Set(value) => Ok((wish.path, value)),
        _ => Err(Failure::new("what is new has no lists yet")
            .help(format!("write `{}=VALUE`", visible(&wish.path)))),
    });
    let order = Order {
        action: arguments.kind.clone(),
        entity: arguments.name.clone(),
        set: set.collect::<Result<Vec<_>, _>>()?,
    };
    if !talk::is_there() {
        return Ok(order);
    }
    let now = arguments.ends.now().unwrap_or_else(Rehearsal::moment);
    let book = book::Shelf::new(desk, now);
    if book.is_lacking(&order) {
        return talk::ask(&book, order, terminal.color);
    }
    Ok(order)
}

/// That nobody said what is to be added.
fn lacking(catalog: &Catalog, kind: Option<&str>) -> Failure {
    match kind {
        Some(kind) if !is_kind(catalog, kind) => unknown(catalog, kind),
        Some(kind) => {
            let kind = visible(kind);
            let one = name::one(&kind);
            Failure::new(format!("{one} needs a name"))
                .help(format!("`catalogc new {} NAME`", shell_word(&kind)))
        }
        None => {
            let kinds = kinds(catalog);
            Failure::new("nothing is named that could be added").help(format!(
                "`catalogc new KIND NAME`: {}",
                choose("", &kinds).words
            ))
        }
    }
}

/// The file of what is new.
pub(super) fn file(
    desk: &Desk<'_>,
    (what, name): (&str, &str),
    wishes: &[Wish],
    file: Option<&str>,
) -> Result<(String, String), Failure> {
    let catalog = &desk.before.catalog;
    let word = definition::Word::of(what);
    let kind = catalog.find_blueprint(what).map(|(kind, _)| kind);
    let (text, path) = match (kind, word) {
        (Some(kind), _) => {
            let text = entity::text(catalog, kind, name, wishes)?;
            (text, beside(desk, kind, name, wishes))
        }
        (None, Some(word)) => {
            let text = definition::text(catalog, word, name, wishes)?;
            let root = catalog.files.root();
            let stem = stem(name);
            (text, format!("{root}{}/{stem}.yaml", word.folder()))
        }
        (None, None) => return Err(unknown(catalog, what)),
    };
    let path = file.map_or(path, str::to_owned);
    is_free(desk, &path)?;
    Ok((path, text))
}

/// That a file of the catalog can be written there.
fn is_free(desk: &Desk<'_>, path: &str) -> Result<(), Failure> {
    let catalog = &desk.before.catalog;
    if !desk.takes(path) {
        let message = format!("`{}` is no file of the catalog's", visible(path));
        return Err(Failure::new(message).help(format!(
            "name a file below the catalog's folder, as from there: `--file {}entities/NAME.yaml`",
            visible(catalog.files.root())
        )));
    }
    if desk.before.snapshot.find(path).is_some() {
        let message = format!("`{}` is there already", visible(path));
        return Err(Failure::new(message).help("name another file: `catalogc new --file FILE`"));
    }
    if catalog.files.kind(path).is_none() {
        let message = format!("`{}` is no file of the catalog's", visible(path));
        return Err(Failure::new(message).help("name a file below the catalog's folder"));
    }
    Ok(())
}

/// Whether what is written at a path is what was meant.
fn is_read(after: &Compiled, path: &str, kind: Option<BlueprintId>, name: &str) -> bool {
    let Some(file) = after.snapshot.find(path) else {
        return false;
    };
    let catalog = &after.catalog;
    if let Some(kind) = kind {
        let found = catalog.find_entity(kind, name);
        let found = found.and_then(|id| catalog.entity(id));
        return found.is_some_and(|it| it.span.file == file);
    }
    let blueprints = catalog.blueprints.iter().map(|it| it.identifier.span);
    let actions = catalog.actions.iter().map(|it| it.identifier.span);
    let connectors = catalog.connectors.iter().map(|it| it.identifier.span);
    let scorecards = catalog.scorecards.iter().map(|it| it.identifier.span);
    let trials = catalog.trials.iter().map(|it| it.span);
    let definitions = blueprints.chain(actions).chain(connectors);
    let mut all = definitions.chain(scorecards).chain(trials);
    all.any(|span| span.file == file)
}

fn unknown(catalog: &Catalog, kind: &str) -> Failure {
    let names = kinds(catalog);
    Failure::new(format!("no blueprint is called `{}`", visible(kind))).help(choose(kind, &names))
}

/// All that can be added.
fn kinds(catalog: &Catalog) -> Vec<&str> {
    let kinds = catalog.blueprints.iter();
    let kinds = kinds.map(|it| it.identifier.value.as_str());
    let words = definition::Word::ALL.iter().map(|it| it.word());
    kinds.chain(words).collect()
}

fn is_kind(catalog: &Catalog, kind: &str) -> bool {
    catalog.find_blueprint(kind).is_some() || definition::Word::of(kind).is_some()
}

/// The file for an entity: in the folder that has most of its kind which point at the same
/// entities, named as they are.
fn beside(desk: &Desk<'_>, kind: BlueprintId, name: &str, wishes: &[Wish]) -> String {
    /// What it counts to point at the same entity.
    const ALIKE: usize = 1_000;
    let catalog = &desk.before.catalog;
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    let mut as_they_are = 0_i32;
    for entity in catalog.entities_of(kind) {
        let path = desk.before.snapshot.path(entity.span.file);
        let reading = catalog.files.reading(path);
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        if !reading.is_some_and(|it| it.is_native_entities())
            || file.strip_suffix(".yaml").is_none()
        {
            continue;
        }
        let targets = entity.relations.iter().flat_map(|it| &it.targets);
        let alike = targets.filter(|target| {
            let mut wishes = wishes.iter();
            wishes.any(|it| matches!(&it.how, How::Set(value) if target.value == value.as_str()))
        });
        *folders.entry(folder).or_default() += 1 + ALIKE * alike.count();
        let own = entity.identifier.value.as_str();
        match file.strip_suffix(".yaml") {
            Some(file) if file == stem(own) => as_they_are -= 1,
            Some(file) if file == own => as_they_are += 1,
            _ => {}
        }
    }
    let most = folders.iter().max_by_key(|(_, count)| **count);
    let folder = most.map_or_else(
        || format!("{}entities", catalog.files.root()),
        |(folder, _)| (*folder).to_owned(),
    );
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let file = if as_they_are > 0 && name.chars().all(is_plain) {
        name.to_owned()
    } else {
        stem(name)
    };
    format!("{folder}/{file}.yaml")
}

/// The stem of a file for a name: `CartService` stands in `cart-service.yaml`.
fn stem(name: &str) -> String {
    let mut stem = String::new();
    let mut is_after_small = false;
    for c in name.chars() {
        if c.is_uppercase() && is_after_small {
            stem.push('-');
        }
        is_after_small = c.is_lowercase() || c.is_ascii_digit();
        match c {
            c if c.is_alphanumeric() || c == '_' => stem.extend(c.to_lowercase()),
            _ if stem.is_empty() || stem.ends_with('-') => {}
            _ => stem.push('-'),
        }
    }
    let stem = stem.trim_end_matches('-');
    if stem.is_empty() { "new" } else { stem }.to_owned()
}

/// The value of `--set blueprint=KIND`.
fn blueprint_of<'w>(catalog: &Catalog, what: &str, wishes: &'w [Wish]) -> Result<&'w str, Failure> {
    let wish = wishes.iter().find(|wish| wish.path == "blueprint");
    match wish.map(|wish| &wish.how) {
        Some(How::Set(kind)) => name::blueprint(catalog, kind).map(|_| kind.as_str()),
        _ => Err(Failure::new(format!("{what} needs `blueprint`"))
            .help("say what it is for: `--set blueprint=KIND`; `catalogc ls` lists the kinds")),
    }
}
