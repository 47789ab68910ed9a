//! `catalogc new`: a file for something that the catalog does not have yet.
//!
//! An entity gets what its blueprint requires, and its other properties as comments that say what
//! they take. A definition begins as the smallest one that is whole.

use std::collections::BTreeMap;

use crate::cli::ask::name;
use crate::cli::desk::{Bar, Desk, Ends};
use crate::cli::set;
use crate::cli::set::path::{How, Wish};
use crate::cli::{Failure, Output, Terminal};
use crate::compile::Compiled;
use crate::edit::tried::Texts;
use crate::model::{BlueprintId, Catalog};
use crate::text::{choose, visible};

mod definition;
mod entity;

/// Add an entity or a definition
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc new Component cart-api --set type=service --set owner=checkout --set system=Cart\n\
    catalogc new action restart_worker --set blueprint=Component\n\
    catalogc new blueprint Queue --dry-run"
)]
pub(super) struct Arguments {
    /// A blueprint of the catalog, or: blueprint, action, connector, scorecard, test
    #[arg(value_name = "KIND")]
    kind: String,
    /// Its identifier
    #[arg(value_name = "NAME")]
    name: String,
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
    let wishes = arguments.set.iter().map(|it| Wish::read(it));
    let mut wishes = wishes.collect::<Result<Vec<Wish>, _>>()?;
    set::once(&wishes)?;
    if let Some((_, kind)) = catalog.find_blueprint(&arguments.kind) {
        set::times((kind, None), &mut wishes, arguments.ends.now(), terminal);
    }
    for wish in &wishes {
        if !matches!(wish.how, How::Set(_)) {
            return Err(Failure::new("what is new has no lists yet")
                .help(format!("write `{}=VALUE`", visible(&wish.path))));
        }
    }
    let word = definition::Word::of(&arguments.kind);
    let kind = catalog
        .find_blueprint(&arguments.kind)
        .map(|(kind, _)| kind);
    let (text, path) = match (kind, word) {
        (Some(kind), _) => {
            let text = entity::text(catalog, kind, &arguments.name, &wishes)?;
            (text, beside(&desk, kind, &arguments.name, &wishes))
        }
        (None, Some(word)) => {
            let text = definition::text(catalog, word, &arguments.name, &wishes)?;
            let root = catalog.files.root();
            let stem = stem(&arguments.name);
            (text, format!("{root}{}/{stem}.yaml", word.folder()))
        }
        (None, None) => return Err(unknown(catalog, &arguments.kind)),
    };
    let path = arguments.file.clone().unwrap_or(path);
    if !desk.takes(&path) {
        let message = format!("`{}` is no file of the catalog's", visible(&path));
        return Err(Failure::new(message).help(format!(
            "name a file below the catalog's folder, as from there: `--file {}entities/NAME.yaml`",
            visible(catalog.files.root())
        )));
    }
    if desk.before.snapshot.find(&path).is_some() {
        let message = format!("`{}` is there already", visible(&path));
        return Err(Failure::new(message).help("name another file: `--file FILE`"));
    }
    if catalog.files.kind(&path).is_none() {
        let message = format!("`{}` is no file of the catalog's", visible(&path));
        return Err(Failure::new(message).help("name a file below the catalog's folder"));
    }
    let texts: Texts = [(path.clone(), Some(text))].into_iter().collect();
    let outcome = desk.tried(&texts)?;
    if !outcome.has_errors() && !is_read(&outcome.compiled, &path, kind, &arguments.name) {
        let message = format!(
            "`{}` is not read as {}",
            visible(&path),
            visible(&arguments.kind)
        );
        let kinds = word.map_or("entities", |it| it.folder());
        return Err(Failure::new(message).help(format!(
            "name a file that ends in `.yaml` where the catalog has its {kinds}"
        )));
    }
    desk.end_with(&texts, outcome, Bar::Warnings)
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
    let kinds = catalog
        .blueprints
        .iter()
        .map(|it| it.identifier.value.as_str());
    let words = definition::Word::ALL.iter().map(|it| it.word());
    let names: Vec<&str> = kinds.chain(words).collect();
    Failure::new(format!("no blueprint is called `{}`", visible(kind))).help(choose(kind, &names))
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
