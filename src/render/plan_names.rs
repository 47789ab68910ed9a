//! The names that a plan knows: what of a sentence about it is a name, and not a word.
//!
//! In: a plan file. Out: a set of names, asked by what sets sentences in Markdown.

use std::collections::BTreeSet;

use crate::plan::file::{Decision, PlanFile, Step};

use super::markdown;

/// The names of a plan.
pub(crate) struct Known<'p> {
    names: BTreeSet<&'p str>,
}

impl<'p> Known<'p> {
    /// Of a plan.
    pub(crate) fn of(plan: &'p PlanFile) -> Self {
        let mut known = Self {
            names: BTreeSet::new(),
        };
        known.add_all([&plan.target.name, &plan.head.name]);
        known.add_all(&plan.actors);
        for step in &plan.steps {
            known.step(step);
        }
        for effect in &plan.effects {
            known.add_all([&effect.blueprint, &effect.entity]);
            known.path(&effect.path);
        }
        for level in &plan.levels {
            known.add_all([&level.blueprint, &level.entity, &level.scorecard]);
            known.add_all(level.before.iter().chain(&level.after));
            known.add_all(level.rules.iter().map(|rule| &rule.rule));
        }
        for covered in &plan.coverage {
            known.decisions(&covered.decisions);
        }
        known.add_all(plan.uncounted.iter().map(|one| &one.login));
        known
    }

    /// A sentence in which names are code and words are words.
    pub(crate) fn sentence(&self, text: &str) -> String {
        markdown::sentence(text, &|word| self.names.contains(word))
    }

    /// The same in a cell of a table.
    pub(crate) fn sentence_cell(&self, text: &str) -> String {
        markdown::sentence_cell(text, &|word| self.names.contains(word))
    }

    fn step(&mut self, step: &'p Step) {
        self.add_all([&step.action, &step.entity, &step.blueprint]);
        self.add_all(&step.owners);
        self.add_all(step.inputs.iter().map(|input| &input.name));
        for change in step.changes.iter().chain(&step.lost) {
            self.path(&change.path);
        }
        self.decisions(&step.decisions);
        for need in &step.approvals {
            // `checkout or platform, the owner after`
            let teams = need.by.split([',', ' ']);
            self.names.extend(teams.filter(|name| !name.is_empty()));
            self.add_all(&need.candidates);
            self.add_all(need.excluded.iter().map(|one| &one.login));
        }
        // `Team/platform`, `Team/platform relations.lead`
        for fact in &step.reads {
            let whole = fact.what.split(' ').next().unwrap_or_default();
            self.names.extend(whole.split('/'));
        }
    }

    fn decisions(&mut self, decisions: &'p [Decision]) {
        for decision in decisions {
            self.add_all(&decision.actor);
            self.add_all(&decision.could);
        }
    }

    fn path(&mut self, path: &'p str) {
        self.names.extend(path.split('.').skip(1));
    }

    fn add_all(&mut self, names: impl IntoIterator<Item = &'p String>) {
        self.names.extend(names.into_iter().map(String::as_str));
    }
}
