//! The actions that every catalog has, whatever its own are.
//!
//! What each is called, and what of the catalog itself it is done to.

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
        !self.roots().is_empty()
    }

    /// What of the catalog itself it is done to, by kind; nothing where it is done to entities.
    pub const fn roots(self) -> &'static [&'static str] {
        match self {
            Self::Define => &[
                "action",
                "baseline",
                "blueprint",
                "connector",
                "entities",
                "mapping",
                "policy",
                "scorecard",
                "settings",
                "test",
            ],
            Self::Meta => &["file"],
            Self::Override => &["guard"],
            Self::Create
            | Self::Update
            | Self::Delete
            | Self::Rename
            | Self::Grant
            | Self::Record => &[],
        }
    }
}
