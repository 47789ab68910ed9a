//! A catalog as the oracle sees it: plain data, made by `make`, changed by `change`, written by
//! `write` and judged by `judge`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::rule::{Expression, Rule};

/// The blueprint of people.
pub(crate) const USER: &str = "User";
/// What people and other teams are members of.
pub(crate) const TEAM: &str = "Team";
/// What people are members of besides.
pub(crate) const ROLE: &str = "Role";

/// Numbers that are the same on every run.
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Others, for what was thought of later: what the first ones make stays as it was.
    pub(crate) fn more(&self) -> Self {
        Self(self.0 ^ 0x6d6f_7265)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % end
    }

    /// Whether something of so many percent happens.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    pub(crate) fn maybe_one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| self.one_of(all))
    }

    /// At most `most` different ones.
    pub(crate) fn some_of<T: Clone + Ord>(&mut self, all: &[T], most: usize) -> BTreeSet<T> {
        let count = if all.is_empty() {
            0
        } else {
            self.below(most + 1)
        };
        (0..count).map(|_| self.one_of(all)).collect()
    }
}

/// Blueprint and identifier.
pub(crate) type Id = (String, String);

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Number(i64),
    Text(String),
}

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Number,
    Text,
}

/// A property; `labels.tier` is the property `tier` of the object `labels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Property {
    pub(crate) path: String,
    pub(crate) holds: Type,
    pub(crate) required: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) name: String,
    pub(crate) target: String,
    pub(crate) many: bool,
    pub(crate) member_of: bool,
}

/// Where a blueprint says that the owner of its entities is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ownership {
    /// The field `team`.
    Direct,
    /// Relations that lead there.
    Path(Vec<String>),
    /// The owner of what a relation leads to.
    Inherited(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blueprint {
    pub(crate) name: String,
    pub(crate) properties: Vec<Property>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) ownership: Option<Ownership>,
}

impl Blueprint {
    /// The field of its entities that decides who owns them.
    pub(crate) fn owner_path(&self) -> Option<String> {
        Some(match self.ownership.as_ref()? {
            Ownership::Direct => "team".to_owned(),
            Ownership::Path(path) => format!("relations.{}", path[0]),
            Ownership::Inherited(name) => format!("relations.{name}"),
        })
    }

    pub(crate) fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.name == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    pub(crate) blueprint: String,
    pub(crate) name: String,
    /// The file that it stands in, below `entities`.
    pub(crate) file: String,
    pub(crate) title: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) moved_from: Option<String>,
    pub(crate) properties: BTreeMap<String, Value>,
    pub(crate) relations: BTreeMap<String, BTreeSet<String>>,
}

impl Entity {
    pub(crate) fn id(&self) -> Id {
        (self.blueprint.clone(), self.name.clone())
    }
}

/// What makes an action happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trigger {
    Changed(Vec<String>),
    Created,
    Deleted,
    Request,
}

/// One entry of `permissions.execute`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Block {
    pub(crate) users: BTreeSet<String>,
    pub(crate) teams: BTreeSet<String>,
    pub(crate) roles: BTreeSet<String>,
    pub(crate) owned_by_team: bool,
    pub(crate) when: Option<Expression>,
}

/// Before or after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    Before,
    After,
}

/// One entry of `approval`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approval {
    pub(crate) when: Option<Expression>,
    pub(crate) users: BTreeSet<String>,
    pub(crate) teams: BTreeSet<String>,
    pub(crate) owners: Option<Side>,
    pub(crate) count: usize,
}

/// An input and the property that fills it where an entity is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) from: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) blueprint: String,
    pub(crate) trigger: Trigger,
    /// A text that a property must have before the change.
    pub(crate) condition: Option<(String, String)>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) execute: Option<Vec<Block>>,
    pub(crate) approval: Option<Vec<Approval>>,
}

/// A request file; its id is its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) action: String,
    /// Absent for `override`.
    pub(crate) of: Option<Id>,
    pub(crate) inputs: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) enforced: bool,
    /// Whether a login is a property; else it is the identifier.
    pub(crate) has_login: bool,
    pub(crate) has_number: bool,
    pub(crate) deletes: usize,
    pub(crate) percent: usize,
    /// How many may be let in, let out, or given another login.
    pub(crate) authority: Option<usize>,
}

/// A catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) blueprints: Vec<Blueprint>,
    pub(crate) actions: Vec<Action>,
    /// The files of policies.
    pub(crate) policies: BTreeMap<String, Vec<Rule>>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) requests: Vec<Request>,
    /// Files that say nothing to the catalog.
    pub(crate) others: BTreeMap<String, String>,
    /// How often a comment was added to a file.
    pub(crate) comments: BTreeMap<String, usize>,
}

impl World {
    pub(crate) fn blueprint(&self, name: &str) -> Option<&Blueprint> {
        self.blueprints
            .iter()
            .find(|blueprint| blueprint.name == name)
    }

    pub(crate) fn entity(&self, blueprint: &str, name: &str) -> Option<&Entity> {
        let is_it = |entity: &&Entity| entity.blueprint == blueprint && entity.name == name;
        self.entities.iter().find(is_it)
    }

    pub(crate) fn entity_mut(&mut self, id: &Id) -> Option<&mut Entity> {
        let is_it = |entity: &&mut Entity| entity.blueprint == id.0 && entity.name == id.1;
        self.entities.iter_mut().find(is_it)
    }

    pub(crate) fn of<'w>(&'w self, blueprint: &'w str) -> impl Iterator<Item = &'w Entity> {
        let entities = self.entities.iter();
        entities.filter(move |entity| entity.blueprint == blueprint)
    }

    pub(crate) fn names(&self, blueprint: &str) -> Vec<String> {
        self.of(blueprint)
            .map(|entity| entity.name.clone())
            .collect()
    }

    pub(crate) fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// The login that an entity of people has; nobody has the account 0 or one below.
    pub(crate) fn login<'w>(&self, person: &'w Entity) -> Option<&'w str> {
        let number = person.properties.get("number");
        if self.settings.has_number && matches!(number, Some(Value::Number(..=0))) {
            return None;
        }
        if !self.settings.has_login {
            return Some(&person.name);
        }
        match person.properties.get("login") {
            Some(Value::Text(login)) => Some(login),
            _ => None,
        }
    }
}
