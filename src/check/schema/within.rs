//! Where schemas stand within a schema.
//!
//! In: a keyword of draft 2020-12. Out: whether its value is a schema, or has schemas. The one
//! list of these keywords: whoever goes down a schema asks here. What describes the content of
//! a text (`contentSchema`) asserts nothing and is no schema here.

/// How schemas stand in the value of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    /// The value is one.
    Itself,
    /// The value has one behind each name.
    Named,
    /// The value is a list of them.
    Listed,
}

/// How schemas stand in the value of `keyword`; nothing where there is none.
pub(crate) fn within(keyword: &str) -> Option<Within> {
    match keyword {
        "items"
        | "additionalProperties"
        | "contains"
        | "if"
        | "then"
        | "else"
        | "not"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Some(Within::Itself),
        "properties" | "patternProperties" | "$defs" | "dependentSchemas" => Some(Within::Named),
        "anyOf" | "allOf" | "oneOf" | "prefixItems" => Some(Within::Listed),
        _ => None,
    }
}
