//! The `query` of an aggregation: which entities count, in Port's search rules.
//!
//! In: a query that was read. Out: whether an entity counts, from the parts of it that are asked
//! for.

use std::cmp::Ordering;

use serde_json::Value as Json;

use crate::derive::aggregate::compare;
use crate::derive::route::Ground;
use crate::model::EntityId;
use crate::model::Moment;
use crate::model::scorecard::{Period, Preset};
use crate::text::Text;

mod read;
mod related;

pub(super) use read::{Scope, query};
pub(super) use related::Related;

/// Rules that an entity is held against.
#[derive(Debug)]
pub(super) struct Query {
    combinator: Combinator,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, Copy)]
enum Combinator {
    And,
    Or,
}

#[derive(Debug)]
enum Rule {
    /// Rules within rules.
    Group(Query),
    /// A part of the entity, compared with a value.
    Compare {
        part: Text,
        operator: Operator,
        value: Json,
    },
    /// Whether a part is a time within a period that is counted from now.
    Within {
        part: Text,
        period: Preset,
        is_in: bool,
    },
    /// Whether the time of a part is over, or is not.
    Expired { part: Text, is_over: bool },
    /// Whether the entity is related to another one.
    Related(Related),
}

/// An entity that a query is asked about.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// The catalog that it is of.
    pub(super) ground: Ground<'a>,
    /// Which.
    pub(super) entity: EntityId,
    /// A part of it; `None` where that is absent.
    pub(super) part: &'a dyn Fn(&str) -> Option<Json>,
    /// When it is asked.
    pub(super) now: Option<Moment>,
}

/// How a value is compared; scorecards compare as these do where the words mean the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `in`
    In,
    /// `notIn`
    NotIn,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `isEmpty`: absent.
    IsEmpty,
    /// `isNotEmpty`
    IsNotEmpty,
    /// `contains`
    Contains,
    /// `doesNotContains`
    NotContains,
    /// `containsAny`
    ContainsAny,
    /// `beginsWith`
    BeginsWith,
    /// `doesNotBeginsWith`
    NotBeginsWith,
    /// `endsWith`
    EndsWith,
    /// `doesNotEndsWith`
    NotEndsWith,
    /// `between`
    Between,
    /// `notBetween`
    NotBetween,
}

/// The operators by the words that Port has for them.
pub(super) const OPERATORS: &[(&str, Operator)] = &[
    ("=", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("in", Operator::In),
    ("notIn", Operator::NotIn),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    ("isEmpty", Operator::IsEmpty),
    ("isNotEmpty", Operator::IsNotEmpty),
    ("contains", Operator::Contains),
    ("doesNotContains", Operator::NotContains),
    ("containsAny", Operator::ContainsAny),
    ("beginsWith", Operator::BeginsWith),
    ("doesNotBeginsWith", Operator::NotBeginsWith),
    ("endsWith", Operator::EndsWith),
    ("doesNotEndsWith", Operator::NotEndsWith),
    ("between", Operator::Between),
    ("notBetween", Operator::NotBetween),
];

impl Query {
    /// Adds the paths that the rules ask about.
    pub(super) fn parts(&self, parts: &mut Vec<Text>) {
        for rule in &self.rules {
            match rule {
                Rule::Group(query) => query.parts(parts),
                Rule::Compare { part, .. }
                | Rule::Within { part, .. }
                | Rule::Expired { part, .. } => parts.push(part.clone()),
                Rule::Related(_) => {}
            }
        }
    }

    /// Adds the rules about relations.
    pub(super) fn related<'q>(&'q self, all: &mut Vec<&'q Related>) {
        for rule in &self.rules {
            match rule {
                Rule::Group(query) => query.related(all),
                Rule::Related(related) => all.push(related),
                Rule::Compare { .. } | Rule::Within { .. } | Rule::Expired { .. } => {}
            }
        }
    }

    /// Whether a rule counts from the moment at which it is asked.
    pub(super) fn reads_now(&self) -> bool {
        self.rules.iter().any(|rule| match rule {
            Rule::Group(query) => query.reads_now(),
            Rule::Compare { .. } | Rule::Related(_) => false,
            Rule::Within { .. } | Rule::Expired { .. } => true,
        })
    }

    /// Whether an entity counts. An absent value is in no period, and outside of none; and what has
    /// no time is neither over nor not.
    pub(super) fn takes(&self, candidate: Candidate<'_>) -> bool {
        let Candidate { part, now, .. } = candidate;
        let holds = |rule: &Rule| match rule {
            Rule::Group(query) => query.takes(candidate),
            Rule::Related(related) => related.takes(candidate.ground, candidate.entity),
            Rule::Compare {
                part: path,
                operator,
                value,
            } => operator.holds(part(path).as_ref(), value),
            Rule::Within {
                part: path,
                period,
                is_in,
            } => {
                let period = now.and_then(|now| Period::preset(*period, now));
                let pair = part(path).zip(period);
                pair.is_some_and(|(value, period)| period.has(&value) == *is_in)
            }
            Rule::Expired {
                part: path,
                is_over,
            } => {
                let at = part(path).and_then(|value| Moment::parse(value.as_str()?));
                let pair = at.zip(now);
                pair.is_some_and(|(at, now)| (at <= now) == *is_over)
            }
        };
        match self.combinator {
            Combinator::And => self.rules.iter().all(holds),
            Combinator::Or => self.rules.iter().any(holds),
        }
    }
}

impl Operator {
    /// Whether the value `is` of an entity stands so to the value `to` of a rule. An absent value
    /// is not equal to, not in and not greater than anything.
    pub fn holds(self, is: Option<&Json>, to: &Json) -> bool {
        let ordered =
            |wanted: fn(Ordering) -> bool| is.and_then(|is| ordering(is, to)).is_some_and(wanted);
        let is_in = || {
            to.as_array()
                .is_some_and(|all| all.iter().any(|one| Some(one) == is))
        };
        let texts = || Some((is?.as_str()?, to.as_str()?));
        let contains = |one: &Json| match (is, one) {
            (Some(Json::Array(values)), one) => values.contains(one),
            (Some(Json::String(is)), Json::String(one)) => is.contains(one.as_str()),
            _ => false,
        };
        let is_between = || {
            let (from, upto) = (to.get("from"), to.get("to"));
            let order = |bound: Option<&Json>| ordering(is?, bound?);
            order(from).is_some_and(Ordering::is_ge) && order(upto).is_some_and(Ordering::is_le)
        };
        match self {
            Self::Equal => is == Some(to),
            Self::NotEqual => is != Some(to),
            Self::In => is_in(),
            Self::NotIn => !is_in(),
            Self::Greater => ordered(Ordering::is_gt),
            Self::GreaterOrEqual => ordered(Ordering::is_ge),
            Self::Less => ordered(Ordering::is_lt),
            Self::LessOrEqual => ordered(Ordering::is_le),
            Self::IsEmpty => is.is_none(),
            Self::IsNotEmpty => is.is_some(),
            Self::Contains => contains(to),
            Self::NotContains => !contains(to),
            Self::ContainsAny => to.as_array().is_some_and(|all| all.iter().any(contains)),
            Self::BeginsWith => texts().is_some_and(|(is, to)| is.starts_with(to)),
            Self::NotBeginsWith => !texts().is_some_and(|(is, to)| is.starts_with(to)),
            Self::EndsWith => texts().is_some_and(|(is, to)| is.ends_with(to)),
            Self::NotEndsWith => !texts().is_some_and(|(is, to)| is.ends_with(to)),
            Self::Between => is_between(),
            Self::NotBetween => is.is_some() && !is_between(),
        }
    }
}

/// Numbers by size, times by the moment they name, other texts by their bytes; nothing else has
/// an order.
fn ordering(left: &Json, right: &Json) -> Option<Ordering> {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => Some(compare(left, right)),
        (Json::String(left), Json::String(right)) => {
            let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
            match (moment(left), moment(right)) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => Some(left.cmp(right)),
            }
        }
        _ => None,
    }
}
