//! Steps that are alike, as one: a thousand new services are one thing to know about.
//!
//! In: a plan file. Out: for each group what is told in a line of its own. A few alike steps stay
//! apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::file::Decision;
use crate::plan::file::Effectuation;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;

use super::plan_change;
use super::plan_lines::Layout;
use super::plan_names::Known;
use super::plan_people::{Approving, approving, telling};
use super::plan_rights::plural;
use super::plan_steps::{Columns, Undo, VALUE, instead, is_grant, remedy, remedy_text};
use super::plan_steps::{result, summary};
use super::plan_words::Group;
use super::words::{columns, count, cut, left, number, safe};

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// How many lines of a kind.
    pub(crate) lines: usize,
    /// How many columns of a name or a text.
    pub(crate) wide: usize,
}

impl Limits {
    /// All of it.
    pub(crate) const NONE: Self = Self {
        lines: usize::MAX,
        wide: usize::MAX,
    };

    /// A text, safe to show, as far as it is told.
    pub(crate) fn text(self, text: &str) -> String {
        cut(&safe(text), self.wide).into_owned()
    }
}

/// Steps that are told as one.
pub(crate) struct Fold<'p> {
    /// The first of them.
    pub(crate) first: &'p Step,
    /// All of them, by number.
    pub(crate) steps: Vec<&'p Step>,
}

impl Fold<'_> {
    /// Whether all names are told wherever there is room: of what is deleted, and of what makes
    /// somebody a member.
    pub(crate) fn is_told_whole(&self) -> bool {
        self.first.does == Effectuation::Delete || is_grant(self.first)
    }
}

/// What of a plan is the same however much of it is told.
pub(crate) struct Told<'p> {
    /// The columns of its lines.
    pub(crate) layout: Layout,
    folds: BTreeMap<Group, Vec<Fold<'p>>>,
    /// Who would approve what.
    pub(crate) approving: Vec<Approving<'p>>,
    /// The plan itself.
    pub(crate) plan: &'p PlanFile,
    /// What is a name.
    pub(crate) known: Known<'p>,
}

impl<'p> Told<'p> {
    /// Of a plan.
    pub(crate) fn of(plan: &'p PlanFile) -> Self {
        let groups = Group::ALL.into_iter();
        Self {
            layout: Layout::of(plan),
            folds: groups.map(|group| (group, folds(plan, group))).collect(),
            approving: approving(plan),
            plan,
            known: Known::of(plan),
        }
    }

    /// What a group comes to.
    pub(crate) fn folds(&self, group: Group) -> &[Fold<'p>] {
        self.folds
            .get(&group)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

/// What a group comes to, by the number of the first step.
pub(crate) fn folds(plan: &PlanFile, group: Group) -> Vec<Fold<'_>> {
    let most = match group {
        // A denial takes several lines.
        Group::Denied => 3,
        _ => 10,
    };
    let mut alike: BTreeMap<Vec<String>, Vec<&Step>> = BTreeMap::new();
    for step in group.steps(plan) {
        alike.entry(key(plan, step)).or_default().push(step);
    }
    let mut folds = Vec::new();
    for steps in alike.into_values() {
        match steps.first() {
            Some(first) if steps.len() > most => folds.push(Fold { first, steps }),
            _ => folds.extend(steps.into_iter().map(Fold::one)),
        }
    }
    folds.sort_by_key(|fold| fold.first.number);
    folds
}

/// The steps of a group, each apart.
pub(crate) fn singles(plan: &PlanFile, group: Group) -> Vec<Fold<'_>> {
    group.steps(plan).map(Fold::one).collect()
}

/// What steps that are told as one have in common.
fn key(plan: &PlanFile, step: &Step) -> Vec<String> {
    let asked = if step.requests.is_empty() {
        ""
    } else {
        "asked"
    };
    let mut key = vec![
        step.action.clone(),
        format!("{:?}", step.does),
        step.blueprint.clone(),
        asked.to_owned(),
        result(plan, step),
    ];
    key.extend(step.with.iter().map(|gone| gone.blueprint.clone()));
    if is_grant(step) {
        key.extend(plan_change::memberships(step));
        // The names of somebody who is there decide who that is.
        if step.does == Effectuation::Change {
            key.push(step.entity.clone());
        }
    }
    if step.does != Effectuation::Create {
        key.extend(step.changes.iter().map(|change| change.path.clone()));
    }
    for decision in step.decisions.iter().filter(|decision| !decision.allowed) {
        key.push(why(step, decision));
        key.extend(decision.could.iter().cloned());
        let glass = decision.break_glass.as_ref();
        key.extend(glass.map(|glass| glass.rule.clone()));
    }
    key
}

/// Why a step is denied, without its own name.
fn why(step: &Step, decision: &Decision) -> String {
    let mut text = String::new();
    for reason in telling(decision) {
        for word in reason.text.split(' ') {
            let is_own = word.trim_matches(['`', ',', ';', ':']) == step.entity;
            text.push_str(if is_own { "\0" } else { word });
            text.push(' ');
        }
        text.push_str(reason.place.as_deref().unwrap_or_default());
    }
    text
}

impl<'p> Fold<'p> {
    fn one(step: &'p Step) -> Self {
        Self {
            first: step,
            steps: vec![step],
        }
    }

    /// Whether it is a single step.
    pub(crate) fn is_one(&self) -> bool {
        self.steps.len() == 1
    }

    /// `1,000 Services`.
    pub(crate) fn kind(&self) -> String {
        let kind = plural(&safe(&self.first.blueprint));
        format!("{} {kind}", number(self.steps.len()))
    }

    /// The columns before what they do: of several no number, and how many there are.
    pub(crate) fn head(&self, all: Columns) -> String {
        if self.is_one() {
            return all.head(self.first);
        }
        format!(
            "{} {}  {}{}  ",
            left("", all.number),
            left(&safe(&self.first.action), all.action),
            all.kind(""),
            left(&self.kind(), all.entity),
        )
    }

    /// What can be done about it where it is denied.
    pub(crate) fn remedy(&self) -> String {
        match self.together() {
            Some(together) => together + &instead(self.first),
            None => remedy_text(self.first),
        }
    }

    /// How several denied steps are taken out of a plan.
    pub(crate) fn together(&self) -> Option<String> {
        if self.is_one() {
            return None;
        }
        let files = self.steps.iter().flat_map(|step| remedy(step).files);
        let files: BTreeSet<&str> = files.collect();
        let files = match files.len() {
            0 => None,
            1 => Some("take the request file out".to_owned()),
            n => Some(format!("take the {} request files out", number(n))),
        };
        let undo = remedy(self.first).undo.map(|undo| match undo {
            Undo::LeaveOut => "leave them out".to_owned(),
            Undo::Keep => "keep them".to_owned(),
            Undo::TakeBack => "undo these changes".to_owned(),
        });
        let all: Vec<String> = files.into_iter().chain(undo).collect();
        Some(all.join(", and "))
    }

    /// What all of them do, or which values they change.
    pub(crate) fn what(&self, plan: &PlanFile, width: usize) -> String {
        let summaries = self
            .steps
            .iter()
            .map(|step| summary(plan, step, width, VALUE));
        let mut summaries = summaries.collect::<Vec<_>>();
        summaries.dedup();
        if let [one] = summaries.as_slice() {
            return one.clone();
        }
        let first = self.first;
        let what = match first.does {
            // What all of them become is the same, and is never cut.
            Effectuation::Create if is_grant(first) => {
                let memberships = plan_change::memberships(first).into_iter();
                let all: Vec<String> = std::iter::once("created".to_owned())
                    .chain(memberships)
                    .collect();
                return all.join(", ");
            }
            Effectuation::Create => "created".to_owned(),
            Effectuation::Delete => match first.with.first() {
                Some(gone) => format!("deleted, with a {}, deleted", safe(&gone.blueprint)),
                None => "deleted".to_owned(),
            },
            _ if first.changes.is_empty() => {
                let names = first.inputs.iter().map(|input| safe(&input.name));
                names.collect::<Vec<_>>().join(", ")
            }
            _ => {
                let names = first.changes.iter();
                let names = names.map(|change| safe(plan_change::name(first, &change.path)));
                let names: Vec<_> = names.collect();
                format!("{} changes", names.join(", "))
            }
        };
        cut(&what, width).into_owned()
    }

    /// The names of the entities in lines of at most `width` columns, as many as `limits` let,
    /// and how many of the names are in them.
    pub(crate) fn names(&self, limits: Limits, width: usize) -> (Vec<String>, usize) {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for (n, step) in self.steps.iter().enumerate() {
            let name = limits.text(&step.entity);
            let others = format!("and {}", count(self.steps.len() - n, "other", "others"));
            let is_last_line = lines.len() + 1 >= limits.lines;
            let reserved = if is_last_line { columns(&others) } else { 0 };
            let is_full = columns(&line) + columns(&name) + 2 + reserved > width;
            if is_full && !line.is_empty() && is_last_line {
                let named = line.trim_end_matches([' ', ',']);
                lines.push(format!("{named} {others}"));
                return (lines, n);
            }
            if is_full && !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            line.push_str(&name);
            line.push_str(", ");
        }
        lines.push(line.trim_end_matches([' ', ',']).to_owned());
        (lines, self.steps.len())
    }
}
