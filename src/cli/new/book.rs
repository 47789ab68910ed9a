//! What a conversation about something new is about: the kinds that there are, and what of one is
//! required.

use crate::cli::Failure;
use crate::cli::ask::ahead::{Start, ahead};
use crate::cli::ask::name;
use crate::cli::desk::Desk;
use crate::cli::look::Look;
use crate::cli::new::definition::Word;
use crate::cli::new::{is_kind, said, unknown};
use crate::cli::talk::{Book, Choice, Field, Order};
use crate::model::{Blueprint, BlueprintId, Catalog, Moment};
use crate::text::visible;

/// A catalog, as what can be added to it.
pub(super) struct Shelf<'c> {
    look: Look<'c>,
    /// From when `3d` counts.
    now: Moment,
}

impl<'c> Shelf<'c> {
    pub(super) fn new(desk: &'c Desk<'_>, now: Moment) -> Self {
        Self {
            look: Look::of(&desk.before),
            now,
        }
    }

    const fn catalog(&self) -> &'c Catalog {
        &self.look.compiled.catalog
    }

    /// The blueprint of an entity that is to be added.
    fn blueprint(&self, kind: &str) -> Option<(BlueprintId, &'c Blueprint)> {
        self.catalog().find_blueprint(kind)
    }

    /// Whether something is missing or wrong that can be asked for.
    pub(super) fn is_lacking(&self, order: &Order) -> bool {
        let (Some(kind), Some(name)) = (&order.action, &order.entity) else {
            return true;
        };
        let is_right = |(name, value): &(String, String)| {
            self.check(kind, None, (name.as_str(), value.as_str()))
                .is_ok()
        };
        self.wrong_action(kind).is_some()
            || self.wrong_entity(Some(kind), name).is_some()
            || !order.set.iter().all(is_right)
            || !self.fields(kind, name, &order.set).is_empty()
    }
}

/// The paths that are to be said yet.
fn open(blueprint: &Blueprint, given: &[(String, String)]) -> Vec<String> {
    let given = given.iter();
    let given: Vec<String> = given
        .filter_map(|(name, _)| said::path_of(blueprint, name))
        .collect();
    let mut all = said::required(blueprint);
    all.retain(|path| !given.contains(path));
    all
}

impl Book for Shelf<'_> {
    fn first(&self) -> &'static str {
        "kind"
    }

    fn new_name(&self, kind: &str) -> Option<String> {
        match self.blueprint(kind) {
            Some((kind, _)) => said::new_name(self.catalog(), kind),
            None => Some(format!("name of the new {}", visible(kind))),
        }
    }

    fn actions(&self, _: Option<&str>) -> Vec<Choice> {
        let choice = |name: &str, about: &str| Choice {
            name: name.to_owned(),
            about: about.to_owned(),
            owners: Vec::new(),
            is_open: true,
        };
        let kinds = self.catalog().blueprints.iter();
        let kinds = kinds.filter(|it| !it.is_built_in()).map(|it| {
            let name = &it.identifier.value;
            let title = it.title.as_ref().map(|title| &title.value);
            let title = title.filter(|title| *title != name);
            choice(name, title.map_or("an entity", |title| title.as_str()))
        });
        let words = Word::ALL.iter();
        kinds
            .chain(words.map(|it| choice(it.word(), "a definition")))
            .collect()
    }

    fn wrong_action(&self, kind: &str) -> Option<String> {
        let is_known = is_kind(self.catalog(), kind);
        (!is_known).then(|| unknown(self.catalog(), kind).in_one_line())
    }

    fn wrong_entity(&self, kind: Option<&str>, name: &str) -> Option<String> {
        let (kind, _) = self.blueprint(kind?)?;
        let free = said::is_free(self.catalog(), kind, name);
        free.err().map(Failure::in_one_line)
    }

    fn who_else(&self, _: &str, _: Option<&str>) -> Vec<String> {
        Vec::new()
    }

    fn head(&self, kind: &str) -> String {
        match self.blueprint(kind).and_then(|(_, it)| it.title.as_ref()) {
            Some(title) if title.value != kind => {
                format!("{}: {}\n", visible(kind), visible(&title.value))
            }
            _ => String::new(),
        }
    }

    fn entities(&self, _: &str) -> Vec<Choice> {
        Vec::new()
    }

    fn fields(&self, kind: &str, _: &str, given: &[(String, String)]) -> Vec<Field> {
        if let Some((_, blueprint)) = self.blueprint(kind) {
            let open = open(blueprint, given).into_iter();
            return open
                .map(|path| said::field(&self.look, blueprint, &path))
                .collect();
        }
        let is_given = given.iter().any(|(name, _)| name == "blueprint");
        let needs = matches!(Word::of(kind), Some(Word::Action | Word::Scorecard));
        if is_given || !needs {
            return Vec::new();
        }
        let kinds = self.actions(None).into_iter();
        let kinds = kinds.filter(|it| self.blueprint(&it.name).is_some());
        vec![Field {
            name: "blueprint".to_owned(),
            takes: "the kind that it is for".to_owned(),
            choices: kinds.collect(),
            is_required: true,
            ..Field::default()
        }]
    }

    fn check(
        &self,
        kind: &str,
        _: Option<&str>,
        (path, value): (&str, &str),
    ) -> Result<(), String> {
        let catalog = self.catalog();
        let Some((_, blueprint)) = self.blueprint(kind) else {
            let is_blueprint = path == "blueprint";
            let found = is_blueprint.then(|| name::blueprint(catalog, value).map(|_| ()));
            return found.unwrap_or(Ok(())).map_err(Failure::in_one_line);
        };
        // What is no whole property is told where it is written.
        let Some(path) = said::path_of(blueprint, path) else {
            return Ok(());
        };
        let property = path.strip_prefix("properties.");
        let schema = property.and_then(|name| Some(&blueprint.property(name)?.schema));
        let start = Start {
            now: self.now,
            standing: None,
        };
        let made = schema.and_then(|schema| ahead(schema, value, start));
        let value = made.as_ref().map_or(value, |made| &made.time);
        said::check(catalog, blueprint, &path, value).map_err(Failure::in_one_line)
    }
}
