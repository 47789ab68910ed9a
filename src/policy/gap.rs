//! Why rules cannot read a property: what its schema does not say.

use crate::syntax::Node;

/// Why a property has no type in rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// A number may be any fraction, which Cedar does not have.
    Fraction,
    /// The schema has no `type`.
    Typeless,
    /// The type is that of another schema.
    Reference,
    /// More than one type is allowed.
    Several,
    /// A list whose elements are not described.
    Items,
    /// An object whose properties are not named.
    Open,
    /// The name is that of the entity's own `identifier` or `title`.
    Taken,
    /// A calculation of a number, a list or an object.
    Calculation,
    /// An aggregation that may be a fraction.
    Mean,
    /// A mirror of something that rules cannot read either.
    Mirror,
}

impl Gap {
    /// The gap of a schema without `type`.
    pub(super) fn of_typeless(schema: &Node) -> Self {
        let is_there = |key: &&str| schema.get(key).is_some();
        if is_there(&"$ref") {
            return Self::Reference;
        }
        if ["anyOf", "oneOf", "allOf", "enum"].iter().any(is_there) {
            Self::Several
        } else {
            Self::Typeless
        }
    }

    /// Whether it is a computed value that has no type.
    pub(super) const fn is_computed(self) -> bool {
        matches!(self, Self::Calculation | Self::Mean | Self::Mirror)
    }

    /// The reason, and what to do about it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Fraction => {
                "it may be any fraction; `type: integer`, or `multipleOf: 0.01` for a decimal, makes it readable"
            }
            Self::Typeless => "its schema has no `type`; add one",
            Self::Reference => "its schema is a `$ref`; write the `type` here",
            Self::Several => "its schema allows several types; allow one",
            Self::Items => "the schema of its list has no `items`; say what its elements are",
            Self::Open => "its schema names no `properties`; name those that rules are to read",
            Self::Taken => "`identifier` and `title` are those of the entity itself; rename it",
            Self::Calculation => {
                "its calculation is no `string`, `boolean` or `integer`; declare one of these"
            }
            Self::Mean => "it may be a fraction; count, or add up a property of `type: integer`",
            Self::Mirror => "what it mirrors has no type in rules",
        }
    }
}
