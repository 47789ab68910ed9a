//! The catalog as typed data: blueprints, entities, actions, connectors, policies, requests.
//!
//! In: a snapshot. Out: the [`Catalog`] and everything that is wrong with single documents.
//! Names are not resolved here but for the blueprint of an entity; that is for `graph` and
//! `check`.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::finding::Finding;
use crate::finding::codes::E0208;
use crate::syntax::Alias;
use crate::text::{FileId, Located, Span, Text};

pub mod action;
pub mod baseline;
pub mod blueprint;
pub mod connector;
pub mod day;
pub mod duration;
pub mod entity;
pub(crate) mod fields;
mod group;
mod lost;
mod lower;
pub mod moment;
pub mod path;
mod reader;
pub mod request;
pub mod scorecard;
pub mod settings;
pub mod shape;
pub mod trial;
pub mod zone;

pub use action::Action;
pub use baseline::Baseline;
pub use blueprint::Blueprint;
pub use blueprint::is_secret;
pub use connector::Connector;
pub use entity::Entity;
pub use entity::given;
pub use group::Groups;
pub use lost::Lost;
pub use lower::lower;
pub use lower::{FileMap, Reading};
pub use moment::Moment;
pub(crate) use reader::BACKSTAGE_BLUEPRINTS;
pub use reader::TextTakenIn;
pub use reader::natives::descriptors;
pub use reader::natives::is_document;
pub use reader::natives::natives;
pub use request::Request;
pub use scorecard::Scorecard;
pub use settings::DocumentKind;
pub use settings::Settings;
pub use trial::Trial;

/// The number of a blueprint in its catalog; blueprints are in order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlueprintId(pub u32);

/// The number of an entity in its catalog; entities are in order of blueprint and identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// A file of Cedar policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyFile {
    /// The file; its text is in the snapshot.
    pub file: FileId,
}

/// A software catalog.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// What the settings file says.
    pub settings: Settings,
    /// By name.
    pub blueprints: Vec<Blueprint>,
    /// By blueprint and identifier.
    pub entities: Vec<Entity>,
    /// Entities whose identity an earlier one has: only looked at for what else is wrong.
    pub shadowed: Vec<Entity>,
    /// By name.
    pub actions: Vec<Action>,
    /// By name, the built-in ones included.
    pub connectors: Vec<Connector>,
    /// By path.
    pub policies: Vec<PolicyFile>,
    /// By id.
    pub requests: Vec<Request>,
    /// The findings that pass, where there is a file of them.
    pub baseline: Option<Baseline>,
    /// By blueprint and name.
    pub scorecards: Vec<Scorecard>,
    /// The tests of its rules, in the order of their places.
    pub trials: Vec<Trial>,
    /// Files of which at least a part could not be read: what they define is not known.
    pub unread: Vec<FileId>,
    /// How each file is read.
    pub files: FileMap,
    /// What is read of files and makes no entity, because what it says is not understood, in
    /// order. Findings say so too, but of very many only some.
    pub left_out: Vec<Span>,
    /// The texts of other files that stand in the place of values, in the order of these.
    pub texts: Vec<TextTakenIn>,
    /// The kinds of documents that files may hold of which a part could not be read.
    pub unread_kinds: BTreeSet<DocumentKind>,
    /// The entities that may stand in what could not be read.
    pub lost: Lost,
    /// The aliases of all files: what is wrong with a value is told at its anchor.
    pub aliases: Vec<Alias>,
    /// Where values stand that are only thought to be what an expression of a mapping gave, in
    /// order: nothing is changed there.
    pub guessed: Vec<Span>,
    index: FxHashMap<(BlueprintId, Text), EntityId>,
}

impl Catalog {
    /// What other files say in the place of values within `place`.
    pub fn taken_in(&self, place: Span) -> impl Iterator<Item = &TextTakenIn> {
        let first = (place.file, place.start);
        let from = self
            .texts
            .partition_point(|text| (text.place.file, text.place.start) < first);
        let texts = self.texts.iter().skip(from);
        let within = texts
            .take_while(move |text| (text.place.file, text.place.start) <= (place.file, place.end));
        within.filter(move |text| text.place.end <= place.end)
    }

    /// The blueprint of a number.
    pub fn blueprint(&self, id: BlueprintId) -> Option<&Blueprint> {
        self.blueprints.get(id.0 as usize)
    }

    /// The relation of a number of an entity's blueprint.
    pub fn relation_of(&self, entity: EntityId, number: u16) -> Option<&blueprint::Relation> {
        let blueprint = self.blueprint(self.entity(entity)?.blueprint)?;
        blueprint.relations.get(usize::from(number))
    }

    /// All blueprints with their numbers, in the order of their names.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = (BlueprintId, &Blueprint)> {
        let all = self.blueprints.iter().enumerate();
        all.map(|(n, blueprint)| (BlueprintId(u32::try_from(n).unwrap_or(u32::MAX)), blueprint))
    }

    /// The blueprint of a name.
    pub fn find_blueprint(&self, name: &str) -> Option<(BlueprintId, &Blueprint)> {
        let at = self
            .blueprints
            .binary_search_by(|blueprint| blueprint.identifier.value.as_str().cmp(name))
            .ok()?;
        Some((
            BlueprintId(u32::try_from(at).ok()?),
            self.blueprints.get(at)?,
        ))
    }

    /// The finding that no blueprint has a name where one is named.
    pub(crate) fn unknown_blueprint(&self, name: &Located<Text>) -> Finding {
        let names: Vec<&str> = self
            .blueprints
            .iter()
            .map(|blueprint| blueprint.identifier.value.as_str())
            .collect();
        let finding = Finding::new(
            &E0208,
            name.span,
            format!("no blueprint is called `{}`", name.value),
        )
        .label("not found");
        match name.value.as_str() {
            // Port has some of its own, which not every export shows.
            own if own.starts_with('_') => finding.help(format!(
                "export Port's own blueprint `{own}` too, or write one of this name"
            )),
            other => finding.choose_or(other, &names, &format!("add a blueprint `{other}`")),
        }
    }

    /// The entity of a number.
    pub fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.entities.get(id.0 as usize)
    }

    /// The entity of a blueprint and an identifier.
    pub fn find_entity(&self, blueprint: BlueprintId, identifier: &str) -> Option<EntityId> {
        self.index
            .get(&(blueprint, Text::from(identifier)))
            .copied()
    }

    /// The entities and their numbers.
    pub fn entities(&self) -> impl ExactSizeIterator<Item = (EntityId, &Entity)> {
        self.entities
            .iter()
            .enumerate()
            .map(|(n, entity)| (EntityId(u32::try_from(n).unwrap_or(u32::MAX)), entity))
    }

    /// The entities of a blueprint.
    pub fn entities_of(&self, blueprint: BlueprintId) -> &[Entity] {
        let from = self
            .entities
            .partition_point(|entity| entity.blueprint < blueprint);
        let to = self
            .entities
            .partition_point(|entity| entity.blueprint <= blueprint);
        self.entities.get(from..to).unwrap_or_default()
    }

    /// The entities of a blueprint and their numbers.
    pub fn numbered(&self, blueprint: BlueprintId) -> impl Iterator<Item = (EntityId, &Entity)> {
        let from = self
            .entities
            .partition_point(|entity| entity.blueprint < blueprint);
        let entities = self.entities_of(blueprint).iter().enumerate();
        entities.map(move |(n, entity)| {
            let id = u32::try_from(from + n).unwrap_or(u32::MAX);
            (EntityId(id), entity)
        })
    }

    /// The action of a name.
    pub fn find_action(&self, name: &str) -> Option<&Action> {
        let at = self
            .actions
            .binary_search_by(|action| action.identifier.value.as_str().cmp(name))
            .ok()?;
        self.actions.get(at)
    }

    /// Whether a document of `kind` may be missing only because its file could not be read.
    pub fn is_half_read(&self, kind: DocumentKind) -> bool {
        self.unread_kinds.contains(&kind)
    }

    /// The connector of a name.
    pub fn find_connector(&self, name: &str) -> Option<&Connector> {
        let at = self
            .connectors
            .binary_search_by(|connector| connector.identifier.value.as_str().cmp(name))
            .ok()?;
        self.connectors.get(at)
    }
}
