//! What a condition asks about: the type of a property or relation, and what can be asked of it.

use crate::check::blueprint::META;
use crate::model::Blueprint;
use crate::model::Catalog;
use crate::model::scorecard::{Condition, Operator};
use crate::syntax::{Node, Value};

/// The type of what a condition asks about, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Anything.
    Unknown,
    /// A text.
    Text,
    /// A text that is a time.
    Time,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list.
    List,
    /// Keys and values.
    Object,
}

/// What a condition asks about; `None` where the blueprint has nothing of the name.
pub(super) fn of(catalog: &Catalog, blueprint: &Blueprint, condition: &Condition) -> Option<Asked> {
    let name = condition.name.value.as_str();
    if condition.is_relation {
        let (_, relation) = blueprint.relation(name)?;
        return Some(if relation.many {
            Asked::List
        } else {
            Asked::Text
        });
    }
    value(catalog, blueprint, name, MIRRORS)
}

/// Mirrors of mirrors that are followed.
const MIRRORS: u32 = 8;

fn value(catalog: &Catalog, blueprint: &Blueprint, name: &str, deep: u32) -> Option<Asked> {
    if let Some(property) = blueprint.property(name) {
        let is_time = matches!(property.format(), Some("date-time" | "date" | "timer"));
        return Some(match property.type_word() {
            Some("string") if is_time => Asked::Time,
            word => typed(word),
        });
    }
    if META.contains(&name) {
        return Some(match name {
            "$team" => Asked::List,
            "$createdAt" | "$updatedAt" => Asked::Time,
            _ => Asked::Text,
        });
    }
    let mut calculations = blueprint.calculations.iter();
    if let Some(calculation) = calculations.find(|it| it.name.value == name) {
        // Port's calculations may have a `format` too, which makes a text a time.
        let has_format = calculation.definition.get("format").is_some();
        let asked = typed(Some(&calculation.type_word.value));
        return Some(if has_format { Asked::Unknown } else { asked });
    }
    if blueprint.formulas.iter().any(|it| it.name.value == name) {
        return Some(Asked::Text);
    }
    if blueprint
        .aggregations
        .iter()
        .any(|it| it.name.value == name)
    {
        return Some(Asked::Number);
    }
    let mirror = blueprint.mirrors.iter().find(|it| it.name.value == name)?;
    Some(mirrored(catalog, blueprint, &mirror.path.value, deep).unwrap_or(Asked::Unknown))
}

/// The type at the end of a mirror's path.
fn mirrored(catalog: &Catalog, blueprint: &Blueprint, path: &str, deep: u32) -> Option<Asked> {
    let deep = deep.checked_sub(1)?;
    let mut here = blueprint;
    let (relations, last) = path.rsplit_once('.')?;
    for name in relations.split('.') {
        let (_, relation) = here.relation(name)?;
        if relation.many {
            return Some(Asked::List);
        }
        (_, here) = catalog.find_blueprint(&relation.target.value)?;
    }
    value(catalog, here, last, deep)
}

fn typed(word: Option<&str>) -> Asked {
    match word {
        Some("string") => Asked::Text,
        Some("integer" | "number") => Asked::Number,
        Some("boolean") => Asked::Boolean,
        Some("array") => Asked::List,
        Some("object") => Asked::Object,
        _ => Asked::Unknown,
    }
}

impl Asked {
    /// In words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Unknown => "of no known type",
            Self::Text => "a text",
            Self::Time => "a time",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::List => "a list",
            Self::Object => "a mapping",
        }
    }

    /// Whether an operator can say anything of it.
    pub(super) const fn takes(self, operator: Operator) -> bool {
        use Operator as O;
        match operator {
            O::Equal | O::NotEqual | O::IsEmpty | O::IsNotEmpty => true,
            O::Greater | O::GreaterOrEqual | O::Less | O::LessOrEqual => {
                matches!(self, Self::Number | Self::Time | Self::Unknown)
            }
            O::Between | O::NotBetween => matches!(self, Self::Time | Self::Unknown),
            O::Contains | O::DoesNotContain => !matches!(self, Self::Number | Self::Boolean),
            O::ContainsAny => matches!(self, Self::List | Self::Text | Self::Unknown),
            O::In => !matches!(self, Self::List | Self::Object),
            O::BeginsWith | O::DoesNotBeginWith | O::EndsWith | O::DoesNotEndWith => {
                matches!(self, Self::Text | Self::Time | Self::Unknown)
            }
        }
    }

    /// What the value of an operator must be, where `value` is something else.
    pub(super) fn wanted(self, operator: Operator, value: &Node) -> Option<&'static str> {
        use Operator as O;
        let is = &value.value;
        let is_text = matches!(is, Value::String(_));
        let is_span = matches!(is, Value::Mapping(_));
        let wrong = |fits: bool, wanted: &'static str| (!fits).then_some(wanted);
        match operator {
            O::Equal | O::NotEqual => match self {
                Self::Text => wrong(is_text, "a string"),
                Self::Time => wrong(is_text || is_span, "a time, or `{from, to}`"),
                Self::Number => wrong(is_number(is), "a number"),
                Self::Boolean => wrong(matches!(is, Value::Bool(_)), "`true` or `false`"),
                Self::Unknown | Self::List | Self::Object => None,
            },
            O::Greater | O::GreaterOrEqual | O::Less | O::LessOrEqual => match self {
                Self::Number => wrong(is_number(is), "a number"),
                Self::Time => wrong(is_text, "a time"),
                _ => wrong(is_text || is_number(is), "a number or a time"),
            },
            O::Between | O::NotBetween => {
                wrong(is_span, "`{from, to}` with two times, or `{preset}`")
            }
            O::In | O::ContainsAny => wrong(matches!(is, Value::Sequence(_)), "a list"),
            O::Contains | O::DoesNotContain => match self {
                Self::Text => wrong(is_text, "a string"),
                _ => None,
            },
            O::BeginsWith | O::DoesNotBeginWith | O::EndsWith | O::DoesNotEndWith => {
                wrong(is_text, "a string")
            }
            O::IsEmpty | O::IsNotEmpty => None,
        }
    }
}

const fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Float(_))
}
