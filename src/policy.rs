//! Who may do what: the target's rules, read, checked and asked.
//!
//! In: the catalog of the target branch, its graph and its snapshot. Out: [`Rules`], which
//! answer a [`Question`] with a [`Decision`] and its reasons, and findings about the rules.
//! Whatever cannot be decided is denied. Cedar stays inside this folder.
//!
//! - `built_in`: the actions that every catalog has
//! - `names`, `shape`, `extension`, `gap`, `attribute`, `vocabulary`, `schema`: blueprints and
//!   actions become a schema
//! - `people`, `membership`, `owner`: who is who, who is in what, and who owns what
//! - `tokens`, `rule`, `short`, `lint`, `cover`, `fault`, `hint`, `compare`, `reads`, `types`, `read`: texts
//!   become checked rules; `show` prints them
//! - `shelf`: the rules by action
//! - `subject`, `slice`, `case`, `decide`, `reason`, `approve`: a question becomes an answer;
//!   `never` finds approvals that nobody can give, `computed` what nobody knows of what is new
//! - `head`, `explain`, `seen`, `ask`: an answer is taken apart, and what would give another one
//! - `list`: the rules by name and place, for tests of them
//! - `glass`: rules that count in an emergency alone
//! - `form`: what the rules about an action say, to be compared with those of another catalog
//!
//! Nothing here reads a clock: the moment at which rules are asked is given to them.

use std::sync::{Mutex, PoisonError};

use serde_json::Map;
use serde_json::Value as Json;

use crate::derive::{Derived, Secrecy};
use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::action::Side;
use crate::model::{Catalog, Entity, EntityId, Moment};
use crate::source::Snapshot;
use crate::text::{Span, Text};

mod absent;
mod account;
mod approve;
mod ask;
mod attribute;
mod authority;
mod becomes;
mod built_in;
mod case;
mod compare;
mod computed;
mod contrary;
mod cover;
mod dangling;
mod decide;
mod definers;
mod elsewhere;
pub mod explain;
mod extension;
mod falls;
mod fault;
mod foreign;
mod form;
mod gap;
mod glass;
mod hand_over;
mod head;
mod hint;
mod kind_named;
mod lint;
mod list;
mod membership;
mod mixed;
mod names;
mod never;
mod owner;
mod path_named;
mod people;
mod person_named;
mod quantity;
mod read;
mod reads;
mod reason;
mod rule;
mod schema;
mod seen;
mod shape;
mod shelf;
mod short;
mod show;
mod slice;
mod subject;
mod telling;
#[cfg(test)]
mod tests;
mod tokens;
pub mod turn;
mod type_named;
mod types;
mod unlike;
mod vocabulary;
mod what;
mod within;
mod wording;

pub use ask::Looks;
pub use authority::{Authority, Happens};
pub use built_in::BuiltIn;

pub use becomes::Becomes;
pub use falls::{Falls, Instead};
pub use form::{Form, OWNERS};

pub use show::{About, Written, WrittenAs};

pub use decide::UNTIMED;
pub use list::{Listed, Sort};
pub use membership::Terms;
pub use telling::telling;
pub use what::What;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// A person of the target's catalog.
    Person(EntityId),
    /// A part of the product: `expiry`, whose only right is `expired` actions.
    System(Text),
    /// A login that is nobody in the catalog.
    Unknown(Text),
    /// A login that is somebody's in the catalog, or was, and not this account's: nobody.
    Stranger {
        /// The login.
        login: Text,
        /// Why it is not that person.
        why: Text,
    },
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
    /// What an entity of the target becomes, and the catalog in which what it names is looked up.
    pub after: Option<(&'q Catalog, &'q Entity)>,
    /// What caused the step, in words, where nobody changed the entity itself.
    pub cause: Option<&'q str>,
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
    /// Whether no rule was asked, for what the entities are that rules would look at.
    pub is_unfit: bool,
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
    /// What rules name.
    reads: reads::Reads,
    /// The moment at which they are asked; none where no rule reads it.
    now: Option<Moment>,
    /// Memberships that entities say.
    memberships: membership::Memberships,
    /// Computed properties, where a rule may read one.
    derived: Option<Mutex<Derived<'c>>>,
    /// The rules by the action that they are about; filled as actions are asked for.
    shelves: shelf::Shelves,
    /// Which values are secret.
    secrecy: Secrecy<'c>,
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
                places: short::Places::default(),
            };
            read::book(&reader, &mut findings)
        });
    let reads = reads::Reads::of(book.permissions.iter().chain(&book.approvals));
    let derived = reads_computed(vocabulary.as_ref(), &reads)
        .then(|| Mutex::new(Derived::new(catalog, graph)));
    let rules = Rules {
        catalog,
        graph,
        people,
        vocabulary,
        book,
        reads,
        now: None,
        memberships: membership::Memberships::of(catalog, graph),
        derived,
        shelves: shelf::Shelves::default(),
        secrecy: Secrecy::of(catalog),
    };
    let (rules, locked) = definers::held(rules, snapshot);
    findings.extend(locked);
    findings.extend(rules.never_met());
    crate::finding::sort(&mut findings);
    (rules, findings)
}

/// Whether a rule may read a computed property.
fn reads_computed(vocabulary: Option<&vocabulary::Vocabulary>, reads: &reads::Reads) -> bool {
    let kinds = vocabulary
        .into_iter()
        .flat_map(|it| it.kinds.iter().flatten());
    let mut computed = kinds.flat_map(|kind| kind.attributes.computed());
    computed.any(|name| reads.is_named(name))
}

impl Rules<'_> {
    /// The same rules, asked at a moment.
    pub fn at(self, now: Option<Moment>) -> Self {
        // What they remember of people holds for a moment.
        let shelves = shelf::Shelves::default();
        let derived = self.derived.map(|derived| {
            let derived = derived.into_inner().unwrap_or_else(PoisonError::into_inner);
            Mutex::new(derived.at(now))
        });
        Self {
            now,
            derived,
            shelves,
            ..self
        }
    }

    /// The first rule, as `FILE:LINE`, that reads `context.now`: without a moment whatever such a
    /// rule is about is denied.
    pub fn reads_now(&self) -> Option<&str> {
        self.reads.now.as_deref()
    }

    /// The moment at which they are asked.
    pub const fn now(&self) -> Option<Moment> {
        self.now
    }

    /// What a principal is called: a login.
    pub fn login<'a>(&'a self, actor: &'a Principal) -> &'a str {
        match actor {
            Principal::System(name)
            | Principal::Unknown(name)
            | Principal::Stranger { login: name, .. } => name,
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
