//! What a finding says to be missing: for whoever compares findings, as words are for people.

/// What must be there and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What it is.
    pub part: Part,
    /// Its name.
    pub name: String,
}

/// A part that must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A key of the form of a document.
    Key,
    /// A property of an entity, or a key of its value.
    Property,
    /// A relation of an entity.
    Relation,
    /// What a relation of an entity leads to: its name is there.
    Target,
    /// An input of an action.
    Input,
}
