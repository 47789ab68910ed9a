//! Approvals that nobody can give: a plan that waits for them waits for ever.
//!
//! In: a plan file. Out: how many there are and what would help, as plain text without colour,
//! safe to show. What is asked of a step that is denied is of no use to anybody and is not
//! counted here.

use std::collections::BTreeSet;

use crate::plan::file::{ApprovalNeed, Outcome, PlanFile};

use super::plan_people::open_candidates;
use super::words::{count, names, number, size};

/// The approvals that are missing, seen from the people who could give them.
pub(crate) struct Missing<'p> {
    /// How many are missing.
    pub(crate) all: usize,
    /// How many of them nobody can give.
    pub(crate) stuck: usize,
    /// The people who can give the others.
    people: BTreeSet<&'p str>,
    /// The teams of which too few are left.
    teams: Vec<&'p str>,
}

impl<'p> Missing<'p> {
    /// Of a plan.
    pub(crate) fn of(plan: &'p PlanFile) -> Self {
        let mut missing = Self {
            all: 0,
            stuck: 0,
            people: BTreeSet::new(),
            teams: Vec::new(),
        };
        let steps = plan.steps.iter();
        let steps = steps.filter(|step| step.outcome != Outcome::Denied);
        for need in steps.flat_map(|step| &step.approvals) {
            missing.add(need);
        }
        missing
    }

    fn add(&mut self, need: &'p ApprovalNeed) {
        let asked = size(need.missing());
        if asked == 0 {
            return;
        }
        let open = open_candidates(need);
        self.all += asked;
        let stuck = asked.saturating_sub(open.len());
        self.people.extend(open);
        if stuck > 0 {
            self.stuck += stuck;
            let team = need.by.split(", the owner ").next().unwrap_or_default();
            if !team.starts_with("the owner ") && !self.teams.contains(&team) {
                self.teams.push(team);
            }
        }
    }

    /// What the number of approvals does not say: that fewer people can give them than it seems,
    /// or that nobody can give some of them.
    pub(crate) fn by_whom(&self) -> Option<String> {
        if self.stuck > 0 {
            return Some(format!("nobody can give {}", self.part()));
        }
        let people = self.people.len();
        let is_told = people == 0 || people >= self.all;
        (!is_told).then(|| {
            let who = count(people, "person", "people");
            format!(
                "{who} can give {}",
                if self.all == 2 { "both" } else { "them all" }
            )
        })
    }

    /// `3 of them`, `it`, `them`.
    fn part(&self) -> String {
        match (self.stuck == self.all, self.all) {
            (true, 1) => "it".to_owned(),
            (true, _) => "them".to_owned(),
            (false, _) => format!("{} of them", number(self.stuck)),
        }
    }

    /// That it can never be, and what would help: `nobody can give 3 of the 6 approvals: first
    /// merge a new member of platform, or another rule of who approves`.
    pub(crate) fn remedy(&self, show: &dyn Fn(&[&str]) -> String) -> Option<String> {
        if self.stuck == 0 {
            return None;
        }
        let which = if self.stuck == self.all {
            format!("the {}", count(self.all, "approval", "approvals"))
        } else {
            format!(
                "{} of the {} approvals",
                number(self.stuck),
                number(self.all)
            )
        };
        let member = if self.teams.is_empty() {
            String::new()
        } else {
            format!("a new member of {}, or ", show(&self.teams))
        };
        Some(format!(
            "nobody can give {which}: merge {member}another rule of who approves first, in a pull \
             request of its own"
        ))
    }
}

/// The remedy in plain words.
pub(crate) fn remedy(plan: &PlanFile) -> Option<String> {
    Missing::of(plan).remedy(&|teams| names(teams, "and of"))
}
