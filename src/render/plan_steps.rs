//! A step in one line: its glyph, its columns, what it does, how it was decided.
//!
//! In: a step. Out: plain text without colour, safe to show.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::plan::file::Decision;
use crate::plan::file::Effectuation;
use crate::plan::file::Input;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::show;

use super::plan_causes;
use super::plan_change;
use super::plan_people::{could, who_may};
use super::words::{columns, cut, left, list, names, number, safe, size};

/// The widest value of a step in one line.
pub(crate) const VALUE: usize = 24;

/// The result of what stands on a break-glass rule.
pub(crate) const BROKEN: &str = "allowed, breaks the glass";

/// The glyph of a step.
pub(crate) fn glyph(step: &Step) -> char {
    if step.breaks_glass() {
        return '!';
    }
    match (step.outcome, step.does) {
        (Outcome::Denied | Outcome::NeedsApproval, _) => '!',
        (_, Effectuation::Create) => '+',
        (_, Effectuation::Change | Effectuation::Rename) => '~',
        (_, Effectuation::Delete) => '-',
        (_, Effectuation::Run) => '>',
    }
}

/// A value in at most `width` columns.
pub(crate) fn value(value: Option<&Json>, width: usize) -> String {
    let shown = show(value);
    cut(&safe(&shown), width).into_owned()
}

/// What a step does, in a few words of at most `width` columns where names allow it: values
/// are cut first, then what comes last is counted. Of what makes somebody a member nothing is
/// cut: who reads a line must not have to look for whom it lets in.
pub(crate) fn summary(plan: &PlanFile, step: &Step, width: usize, longest: usize) -> String {
    if is_grant(step) {
        return parts(step, usize::MAX).join(", ");
    }
    let mut limit = longest;
    loop {
        let parts = parts(step, limit);
        let all = parts.join(", ");
        if columns(&all) <= width {
            return all;
        }
        if limit <= VALUE {
            return shortened(&ordered(plan, step, limit), width).0;
        }
        limit = (limit.min(width) * 3 / 4).max(VALUE);
    }
}

/// Whether a step says who is a member of what, which is authority.
pub(crate) fn is_grant(step: &Step) -> bool {
    step.built_in && step.action == "grant" && !step.changes.is_empty()
}

fn parts(step: &Step, longest: usize) -> Vec<String> {
    match step.does {
        Effectuation::Create if is_grant(step) => {
            return made("created", plan_change::granted(step, longest.min(VALUE)));
        }
        Effectuation::Delete if is_grant(step) => {
            return made("deleted", plan_change::memberships(step));
        }
        Effectuation::Delete => {
            let with = with(step).map(|with| format!("with {with}"));
            return std::iter::once("deleted".to_owned()).chain(with).collect();
        }
        Effectuation::Create => return plan_change::created(step, longest.min(VALUE)),
        _ => {}
    }
    if step.changes.is_empty() {
        let input = |input: &Input| {
            let value = if input.secret {
                "(hidden)".to_owned()
            } else {
                value(Some(&input.value), longest)
            };
            format!("{} {value}", safe(&input.name))
        };
        return step.inputs.iter().map(input).collect();
    }
    let changed = if is_grant(step) {
        plan_change::granted(step, longest)
    } else {
        let changes = step.changes.iter();
        changes
            .map(|change| plan_change::change(step, change, longest))
            .collect()
    };
    changed
        .into_iter()
        .chain(with(step).map(|with| format!("without {with}")))
        .collect()
}

fn made(word: &str, parts: Vec<String>) -> Vec<String> {
    std::iter::once(word.to_owned()).chain(parts).collect()
}

/// The deleted entities that a step follows from: `Component cart, deleted`.
fn with(step: &Step) -> Option<String> {
    let (first, rest) = step.with.split_first()?;
    let name = format!("{} {}", safe(&first.blueprint), safe(&first.entity));
    Some(match rest.len() {
        0 => format!("{name}, deleted"),
        n => format!("{name} and {} more, deleted", number(n)),
    })
}

/// What does not stand in the line of a step, in at most two lines of `wide` columns.
pub(crate) fn more_of(plan: &PlanFile, step: &Step, width: usize, wide: usize) -> Vec<String> {
    const LINES: usize = 2;
    let whole = parts(step, VALUE).join(", ");
    if columns(&whole) <= width || is_grant(step) {
        return Vec::new();
    }
    let parts = ordered(plan, step, VALUE);
    let (_, shown) = shortened(&parts, width);
    let mut rest = parts.get(shown..).unwrap_or_default();
    let mut lines = Vec::new();
    while !rest.is_empty() && lines.len() + 1 < LINES {
        let fit = (1..=rest.len())
            .take_while(|n| columns(&rest.get(..*n).unwrap_or_default().join(", ")) < wide)
            .last()
            .unwrap_or(1);
        let (now, later) = rest.split_at(fit);
        let end = if later.is_empty() { "" } else { "," };
        lines.push(now.join(", ") + end);
        rest = later;
    }
    if !rest.is_empty() {
        lines.push(shortened(rest, wide).0);
    }
    lines
}

/// What a step does, where not all of it can be told: what lets a level fall or changes another
/// value stands first.
fn ordered(plan: &PlanFile, step: &Step, longest: usize) -> Vec<String> {
    let mut parts = parts(step, longest);
    let is_list = matches!(step.does, Effectuation::Change | Effectuation::Rename);
    if step.changes.is_empty() || !is_list || is_grant(step) {
        return parts;
    }
    let others = parts.split_off(step.changes.len().min(parts.len()));
    let ranks = plan_causes::ranks(plan, step);
    let mut ranked: Vec<(u8, String)> = ranks.into_iter().zip(parts).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let ranked = ranked.into_iter().map(|(_, part)| part);
    ranked.chain(others).collect()
}

/// As many parts as there is room for, and how many these are.
fn shortened(parts: &[String], width: usize) -> (String, usize) {
    let more = |shown: usize| match parts.len() - shown {
        0 => String::new(),
        others => format!(", and {} more", number(others)),
    };
    let mut shown = parts.len();
    let mut text = parts.join(", ");
    while shown > 1 && columns(&text) > width {
        shown -= 1;
        text = parts.get(..shown).unwrap_or_default().join(", ") + &more(shown);
    }
    (text, shown)
}

/// The result of a step as one cell: `allowed`, `needs approval, 2 missing`, `may ada, lin`.
pub(crate) fn result(plan: &PlanFile, step: &Step) -> String {
    if plan.actors.is_empty() && step.outcome != Outcome::Denied {
        return format!("may {}", who_may(&step.decisions));
    }
    let missing: usize = step.approvals.iter().map(|need| size(need.missing())).sum();
    match step.outcome {
        Outcome::NeedsApproval if missing > 0 => {
            format!("needs approval, {} missing", number(missing))
        }
        Outcome::Allowed if step.breaks_glass() => BROKEN.to_owned(),
        outcome => outcome.words().to_owned(),
    }
}

/// How a change that is not allowed is taken out of a plan.
pub(crate) struct Remedy<'a> {
    /// The request files that go.
    pub(crate) files: Vec<&'a str>,
    /// What becomes of the entity, where more than requests asks for the step.
    pub(crate) undo: Option<Undo>,
    entity: &'a str,
}

/// How the change of an entity is taken out of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undo {
    /// The new entity goes.
    LeaveOut,
    /// The entity stays.
    Keep,
    /// The change goes.
    TakeBack,
}

/// How a step is taken out of a plan.
pub(crate) fn remedy(step: &Step) -> Remedy<'_> {
    let files = step.requests.iter().map(|request| request.file.as_str());
    let files: Vec<&str> = files.collect();
    let undo = match step.does {
        Effectuation::Create => Some(Undo::LeaveOut),
        Effectuation::Delete => Some(Undo::Keep),
        // What only runs was asked for by requests, or by changes that it follows from.
        Effectuation::Run if !files.is_empty() && step.changes.is_empty() => None,
        _ => Some(Undo::TakeBack),
    };
    Remedy {
        files,
        undo,
        entity: &step.entity,
    }
}

impl Remedy<'_> {
    /// All that has to be done, names as `names` writes them: `take a.yaml and b.yaml out, and
    /// undo the change of CartService`.
    pub(crate) fn words(&self, names: impl Fn(&[&str]) -> String) -> String {
        let files =
            (!self.files.is_empty()).then(|| format!("take {} out", names(self.files.as_slice())));
        let entity = || names(&[self.entity]);
        let undo = self.undo.map(|undo| match undo {
            Undo::LeaveOut => format!("leave {} out", entity()),
            Undo::Keep => format!("keep {}", entity()),
            Undo::TakeBack => format!("undo the change of {}", entity()),
        });
        let all: Vec<String> = files.into_iter().chain(undo).collect();
        all.join(", and ")
    }
}

/// What can be done about a denied step:
/// `take catalog/requests/deploy-cart.yaml out; sam may ask now`.
pub(crate) fn remedy_text(step: &Step) -> String {
    let each = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|name| safe(name)).collect();
        list(&names, "and")
    };
    remedy(step).words(each) + &instead(step)
}

/// Who could ask for a denied step, and how in an emergency, behind how it is taken out. Of what
/// is denied whoever asks, the reason says what can be done.
pub(crate) fn instead(step: &Step) -> String {
    if is_denied_to_all(step) {
        return String::new();
    }
    let could = could(&step.decisions);
    let who = if could.is_empty() {
        "; nobody may ask for it".to_owned()
    } else {
        format!("; {} may ask now", names(&could, "or"))
    };
    let glass = glass_text(&step.decisions)
        .map(|glass| format!("; {glass}"))
        .unwrap_or_default();
    who + &glass
}

/// Whether a step is denied whoever asks.
pub(crate) fn is_denied_to_all(step: &Step) -> bool {
    step.decisions.iter().any(|decision| decision.whoever)
}

/// The break-glass rules that would permit what is denied to some, if they permit it to all of
/// them: then breaking the glass helps.
pub(crate) fn glass_offered(decisions: &[Decision]) -> Option<String> {
    let denied = decisions.iter().filter(|decision| !decision.allowed);
    let rules: Option<BTreeSet<&str>> = denied
        .map(|decision| Some(decision.break_glass.as_ref()?.rule.as_str()))
        .collect();
    let rules: Vec<&str> = rules?.into_iter().collect();
    (!rules.is_empty()).then(|| names(&rules, "and"))
}

/// How the glass is broken for what is denied.
pub(crate) fn glass_text(decisions: &[Decision]) -> Option<String> {
    let rules = glass_offered(decisions)?;
    Some(format!(
        "in an emergency {rules} permits it to a request `action: break_glass` with a `reason`"
    ))
}

/// Whether two entities of different kinds have one name.
fn has_twins(plan: &PlanFile) -> bool {
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    plan.steps.iter().any(|step| {
        let kind = kinds.entry(&step.entity).or_insert(&step.blueprint);
        *kind != step.blueprint
    })
}

/// The widths of the columns in which the steps of a plan are listed; a longer name pushes the
/// rest of its own line only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    /// Of the number.
    pub(crate) number: usize,
    /// Of the action.
    pub(crate) action: usize,
    /// Of the entity.
    pub(crate) entity: usize,
    /// Of its kind; none where the names alone tell the entities of the plan apart.
    kind: Option<usize>,
}

impl Columns {
    /// The columns of this plan.
    pub(crate) fn of(plan: &PlanFile) -> Self {
        const WIDEST: usize = 30;
        let widest = |texts: &mut dyn Iterator<Item = &str>| {
            let all = texts.map(|text| columns(&safe(text)));
            all.filter(|wide| *wide <= WIDEST).max().unwrap_or(0)
        };
        let last = plan.steps.iter().map(|step| step.number).max().unwrap_or(0);
        Self {
            number: columns(&last.to_string()),
            action: widest(&mut plan.steps.iter().map(|step| step.action.as_str())),
            entity: widest(&mut plan.steps.iter().map(|step| step.entity.as_str())),
            kind: has_twins(plan)
                .then(|| widest(&mut plan.steps.iter().map(|step| step.blueprint.as_str()))),
        }
    }

    /// How much stands before what a step does.
    pub(crate) fn wide(self) -> usize {
        let kind = self.kind.map_or(0, |kind| kind + 2);
        self.number + 1 + self.action + 2 + kind + self.entity + 2
    }

    /// A kind in its column, if there is one.
    pub(crate) fn kind(self, kind: &str) -> String {
        let kind = self.kind.map(|wide| left(&safe(kind), wide) + "  ");
        kind.unwrap_or_default()
    }

    /// The number, action and entity of a step, with two blanks behind the latter two; where a
    /// name is that of several entities, all have their kinds before them.
    pub(crate) fn head(self, step: &Step) -> String {
        format!(
            "{:>number$} {:<action$}  {}{:<entity$}  ",
            step.number,
            safe(&step.action),
            self.kind(&step.blueprint),
            safe(&step.entity),
            number = self.number,
            action = self.action,
            entity = self.entity,
        )
    }
}
