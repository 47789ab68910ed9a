//! Who may do what: the target's rules, read, checked and asked.
//!
//! In: the catalog of the target branch, its graph and its snapshot. Out: [`Rules`], which
//! answer a [`Question`] with a [`Decision`] and its reasons, and findings about the rules.
//! Whatever cannot be decided is denied. Cedar stays inside this folder.
//!
//! - `names`, `shape`, `vocabulary`, `schema`: blueprints and actions become a schema
//! - `people`, `owner`: who is who, and who owns what
//! - `tokens`, `rule`, `short`, `lint`, `fault`, `compare`, `read`: texts become checked rules
//! - `slice`, `case`, `decide`, `reason`, `approve`: a question becomes an answer
//! - `glass`: rules that count in an emergency alone
//!
//! Numbers that are not whole (`type: number`), derived properties and mixed types have no
//! counterpart in rules; dates and timers are text.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Map;
use serde_json::Value as Json;

use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::action::Side;
use crate::model::{Catalog, Entity, EntityId};
use crate::source::Snapshot;
use crate::text::{Span, Text};

mod approve;
mod case;
mod compare;
mod decide;
mod fault;
mod glass;
mod lint;
mod names;
mod owner;
mod people;
mod read;
mod reason;
mod rule;
mod schema;
mod shape;
mod short;
mod slice;
#[cfg(test)]
mod tests;
mod tokens;
mod vocabulary;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// A person of the target's catalog.
    Person(EntityId),
    /// A part of the product: `expiry`, whose only right is `expired` actions.
    System(Text),
    /// A login that is nobody in the catalog.
    Unknown(Text),
}

/// The actions that every catalog has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuiltIn {
    /// An entity appears.
    Create,
    /// An entity changes.
    Update,
    /// An entity disappears.
    Delete,
    /// An entity gets another identifier.
    Rename,
    /// A `memberOf` relation, a login or an id changes: membership is authority.
    Grant,
    /// A change is already true in the world.
    Record,
    /// A definition changes.
    Define,
    /// Comments, order or unknown files change; permitted unless forbidden.
    Meta,
    /// A guard is lifted.
    Override,
}

impl BuiltIn {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Rename,
        Self::Grant,
        Self::Record,
        Self::Define,
        Self::Meta,
        Self::Override,
    ];

    /// The name in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Rename => "rename",
            Self::Grant => "grant",
            Self::Record => "record",
            Self::Define => "define",
            Self::Meta => "meta",
            Self::Override => "override",
        }
    }

    /// The name in rules of this action on the entities of one blueprint.
    pub fn name_for(self, blueprint: &str) -> String {
        format!("{}:{blueprint}", self.word())
    }

    /// Whether its resource is the catalog itself.
    pub const fn is_on_root(self) -> bool {
        matches!(self, Self::Define | Self::Meta | Self::Override)
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionName<'q> {
    /// An action of the target's catalog, by its identifier.
    Catalog(&'q str),
    /// A built-in one; its blueprint is that of the resource.
    BuiltIn(BuiltIn),
}

/// To what it is to be done.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'q> {
    /// An entity of the target.
    Entity(EntityId),
    /// An entity that is not on the target yet, and the catalog that has it. What it says of
    /// itself are claims; its relations are resolved on the target.
    Proposed(&'q Catalog, &'q Entity),
    /// The catalog itself.
    Root {
        /// The kind of definition: `blueprint`, `policy`.
        kind: &'q str,
        /// The file.
        path: &'q str,
    },
}

/// A question to the rules.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// Who asks.
    pub actor: &'q Principal,
    /// What for.
    pub action: ActionName<'q>,
    /// On what. An entity of the target is also `context.before`, a proposed one
    /// `context.after`.
    pub resource: Resource<'q>,
    /// The inputs of a catalog's action.
    pub inputs: &'q Map<String, Json>,
    /// The paths that change: `properties.replicas`, `relations.owner`.
    pub changed: &'q [String],
    /// What an entity of the target becomes, in the catalog that is the result.
    pub after: Option<(&'q Catalog, EntityId)>,
}

/// Whether it may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It may.
    Allowed,
    /// It may not.
    Denied,
}

/// Why something is decided as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In words: `lin is in checkout`.
    pub text: String,
    /// The rule in the target's snapshot, where there is one.
    pub place: Option<Span>,
    /// The rule's name, `FILE:LINE`.
    pub rule: Option<String>,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub outcome: Outcome,
    /// Why, in the order of the rules; never empty.
    pub reasons: Vec<Reason>,
    /// Where it is denied: the logins of those who may, sorted.
    pub could: Vec<Text>,
}

impl Decision {
    /// Whether it may be done.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }
}

/// An approval that a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// From whom, in words: `1 from platform, the owner before`.
    pub words: String,
    /// Whose owner it is that must agree; `None` where people or teams are named.
    pub side: Option<Side>,
    /// How many distinct people.
    pub count: u32,
    /// Persons and groups of the target whose members may agree.
    pub by: Vec<EntityId>,
    /// The people who may, by login. Who asked is among them and does not count.
    pub candidates: Vec<(Text, EntityId)>,
    /// The entry of `approval`, or the blueprint's `ownership` that asks for both sides.
    pub place: Span,
    /// Why nobody can tell whether it is needed, where that is why it is.
    pub undecided: Option<String>,
}

/// The rules of a target.
#[derive(Debug)]
pub struct Rules<'c> {
    catalog: &'c Catalog,
    graph: &'c Graph,
    people: Option<people::People>,
    vocabulary: Option<vocabulary::Vocabulary>,
    book: read::Book,
    /// Whether a rule may read `context.before` or `context.after`.
    reads_sides: bool,
    /// Policies by the action that they are about, and which of them are asked; filled as actions
    /// are asked for.
    sets: Mutex<BTreeMap<(String, decide::Asked), Arc<cedar_policy::PolicySet>>>,
}

/// Reads and checks the rules of a catalog. Rules with errors deny what they are about.
pub fn compile<'c>(
    catalog: &'c Catalog,
    graph: &'c Graph,
    snapshot: &Snapshot,
) -> (Rules<'c>, Vec<Finding>) {
    let mut findings = Vec::new();
    let people = people::read(catalog, &mut findings);
    let blueprint = people.as_ref().map(|people| people.blueprint);
    let vocabulary = vocabulary::build(catalog, blueprint, &mut findings);
    let book = vocabulary
        .as_ref()
        .map_or_else(read::Book::default, |vocabulary| {
            let reader = short::Reader {
                catalog,
                snapshot,
                vocabulary,
                people: people.as_ref(),
            };
            read::book(&reader, &mut findings)
        });
    // An escape may hide a name.
    let signs = ["before", "after", "\\"];
    let mut rules = book.permissions.iter().chain(&book.approvals);
    let reads_sides = rules.any(|rule| signs.iter().any(|sign| rule.text.contains(sign)));
    let rules = Rules {
        catalog,
        graph,
        people,
        vocabulary,
        book,
        reads_sides,
        sets: Mutex::default(),
    };
    findings.extend(rules.too_few_definers());
    findings.extend(rules.never_met());
    crate::finding::sort(&mut findings);
    (rules, findings)
}

impl Rules<'_> {
    /// Who a login is. `id` is the forge's unchangeable number: where the catalog knows one too,
    /// they must agree.
    pub fn person(&self, login: &str, id: Option<&str>) -> Principal {
        self.people
            .as_ref()
            .and_then(|people| people.find(login, id))
            .map_or_else(|| Principal::Unknown(Text::from(login)), Principal::Person)
    }

    /// What a principal is called: a login.
    pub fn login<'a>(&'a self, actor: &'a Principal) -> &'a str {
        match actor {
            Principal::System(name) | Principal::Unknown(name) => name,
            Principal::Person(id) => self.login_of(*id),
        }
    }

    fn login_of(&self, person: EntityId) -> &str {
        let logins = self.people.as_ref().map(|people| &people.logins);
        logins
            .and_then(|logins| logins.get(&person))
            .map_or_else(|| self.name_of(person), Text::as_str)
    }

    fn name_of(&self, entity: EntityId) -> &str {
        let entity = self.catalog.entity(entity);
        entity.map_or("", |entity| entity.identifier.value.as_str())
    }

    /// Whether no rule exists at all, and everyone may do everything.
    pub fn is_open_without_rules(&self) -> bool {
        self.catalog.settings.permissions == crate::model::settings::Permissions::Open
            && !read::has_rules(self.catalog, &self.book)
    }
}
