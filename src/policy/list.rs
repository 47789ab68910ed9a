//! The rules as a list: where each stands, what it is, and which of them a question is about.
//!
//! In: the rules of a catalog. Out: one [`Listed`] a rule, by which tests name rules and count
//! those that were decided. Nothing is decided here.

use cedar_policy::Effect;

use crate::policy::decide::concerns;
use crate::policy::rule::{Origin, Rule};
use crate::policy::{ActionName, Question, Rules};
use crate::text::{Span, Text};

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A policy that permits.
    Permit,
    /// A policy that forbids, or that cannot be read.
    Forbid,
    /// A block of an action's permissions.
    Block,
    /// An entry of an action's approvals.
    Approval,
}

/// A rule of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// All of it; no two rules have the same.
    pub place: Span,
    /// Where it begins, `FILE:LINE`.
    pub name: String,
    /// What it does.
    pub sort: Sort,
    /// The words of `@title`.
    pub title: Option<String>,
    /// The action that it is a part of.
    pub action: Option<Text>,
}

impl Rules<'_> {
    /// All rules, in the order of files.
    pub fn listed(&self) -> Vec<Listed> {
        let rules = self.book.permissions.iter().chain(&self.book.approvals);
        let mut all: Vec<Listed> = rules.map(|rule| self.listing(rule)).collect();
        all.sort_by_key(|rule| rule.place);
        all
    }

    fn listing(&self, rule: &Rule) -> Listed {
        let sort = match (&rule.origin, rule.effect) {
            (Origin::Approval { .. }, _) => Sort::Approval,
            (Origin::Block { .. }, _) => Sort::Block,
            (Origin::Policy { .. }, Effect::Permit) => Sort::Permit,
            (Origin::Policy { .. }, Effect::Forbid) => Sort::Forbid,
        };
        let action = rule.origin.action();
        let action = action.and_then(|action| self.catalog.actions.get(action));
        Listed {
            place: rule.place,
            name: rule.name.clone(),
            sort,
            title: rule.title().map(ToOwned::to_owned),
            action: action.map(|it| it.identifier.value.clone()),
        }
    }

    /// Whether another permission begins on the same line as this one, so that the line alone
    /// names neither.
    pub fn shares_line(&self, place: Span) -> bool {
        let permissions = &self.book.permissions;
        let own = permissions.iter().find(|rule| rule.place == place);
        own.is_some_and(|own| {
            let mut all = permissions.iter();
            all.any(|rule| rule.place != place && rule.name == own.name)
        })
    }

    /// The places of the rules that a question is about, whether or not they hold.
    pub fn about(&self, question: &Question<'_>) -> Vec<Span> {
        let Ok(case) = self.case(question) else {
            return Vec::new();
        };
        let permissions = self.book.permissions.iter();
        let about = permissions.filter(|rule| concerns(rule, &case));
        let is_asked = |rule: &&Rule| match (question.action, &rule.origin) {
            (ActionName::Catalog(name), Origin::Approval { action, .. }) => {
                let action = self.catalog.actions.get(*action);
                action.is_some_and(|action| action.identifier.value == name)
            }
            _ => false,
        };
        let approvals = self.book.approvals.iter().filter(is_asked);
        about.chain(approvals).map(|rule| rule.place).collect()
    }
}
