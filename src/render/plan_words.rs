//! The words in which every rendering speaks of a plan as a whole: its verdict, its groups,
//! what stands in the way and what can be done now.
//!
//! In: a plan file. Out: plain text without colour, safe to show.

use std::collections::BTreeSet;

use crate::plan::file::Covered;
use crate::plan::file::Effectuation;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::short;

use super::plan_people::{approvers, barred, could};
use super::plan_rights;
use super::plan_steps::is_grant;
use super::plan_stuck::{self, Missing};
use super::words::{count, is_or_are, list, names, number, safe, size};

/// How many adopted entities are named before the steps.
const ADOPTED: usize = 5;

/// A group of steps, in the order in which groups are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// What may not be.
    Denied,
    /// What takes an entity away.
    Deletes,
    /// What says who may do what, and all else that is defined.
    Authority,
    /// What makes somebody a member.
    Grants,
    /// What waits for somebody.
    NeedsApproval,
    /// The rest.
    Allowed,
}

impl Group {
    /// All groups in their order.
    pub(crate) const ALL: [Self; 6] = [
        Self::Denied,
        Self::Deletes,
        Self::Authority,
        Self::Grants,
        Self::NeedsApproval,
        Self::Allowed,
    ];

    /// The group of a step.
    pub(crate) fn of(step: &Step) -> Self {
        match (step.outcome, step.does) {
            (Outcome::Denied, _) => Self::Denied,
            (_, Effectuation::Delete) => Self::Deletes,
            _ if is_grant(step) => Self::Grants,
            (Outcome::NeedsApproval, _) => Self::NeedsApproval,
            (Outcome::Allowed, _) => Self::Allowed,
        }
    }

    /// The group of what is no step.
    pub(crate) fn of_covered(covered: &Covered) -> Self {
        match (covered.outcome, covered.action.as_str()) {
            (Outcome::Denied, _) => Self::Denied,
            (_, "define" | "override") => Self::Authority,
            (Outcome::NeedsApproval, _) => Self::NeedsApproval,
            (Outcome::Allowed, _) => Self::Allowed,
        }
    }

    /// Whether what is no step and belongs to it needs nobody any more.
    pub(crate) const fn is_settled(self) -> bool {
        matches!(self, Self::Authority | Self::Allowed)
    }

    /// Its head. Where nobody is named, nothing has been allowed to anybody yet.
    pub(crate) fn head(self, plan: &PlanFile) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Deletes => "deletes",
            Self::Authority => "definitions",
            Self::Grants => "grants",
            Self::NeedsApproval => "needs approval",
            Self::Allowed if plan.actors.is_empty() => "others",
            Self::Allowed => "allowed",
        }
    }

    /// The steps of this group by number.
    pub(crate) fn steps(self, plan: &PlanFile) -> impl Iterator<Item = &Step> {
        plan.steps.iter().filter(move |step| Self::of(step) == self)
    }

    /// What belongs to this group and is no step.
    pub(crate) fn covered(self, plan: &PlanFile) -> impl Iterator<Item = &Covered> {
        plan.coverage
            .iter()
            .filter(move |covered| Self::of_covered(covered) == self)
    }
}

/// The verdict: its word, which is empty where nobody is named who could be allowed anything,
/// and what it comes to, most important first.
pub(crate) fn verdict(plan: &PlanFile) -> (&'static str, Vec<String>) {
    let outcome = plan.verdict();
    let mut parts = in_the_way(plan);
    let steps = count(plan.steps.len(), "step", "steps");
    let defined = plan.coverage.iter();
    let defined = defined.filter(|one| one.digest.is_some()).count();
    let told = count(defined, "definition changes", "definitions change");
    let nobody = plan.actors.is_empty() && outcome != Outcome::Denied;
    if nobody {
        parts.insert(0, format!("{steps}, each says who may"));
    } else if outcome == Outcome::Allowed || parts.is_empty() {
        if defined > 0 {
            parts.insert(0, told);
        }
        if defined == 0 || !plan.steps.is_empty() {
            parts.insert(0, steps);
        }
    }
    let deleted = deletes(plan);
    if !deleted.is_empty() {
        let n = deleted.len();
        let entities = count(n, "entity", "entities");
        parts.push(format!("{entities} {} deleted", is_or_are(n)));
    }
    (if nobody { "" } else { outcome.words() }, parts)
}

/// Whether a plan has nothing that anybody decides about.
pub(crate) fn is_empty(plan: &PlanFile) -> bool {
    plan.steps.is_empty() && plan.coverage.is_empty() && plan.refusals.is_empty()
}

/// What is said of such a plan: `nothing to do, 38 entities are the same`.
pub(crate) fn nothing(plan: &PlanFile) -> String {
    let said = |n: usize, words: &str| {
        let entities = count(n, "entity", "entities");
        format!("{entities} {} {words}", is_or_are(n))
    };
    let (all, adopted) = (size(plan.entities), size(plan.adopted.count));
    let same = all.saturating_sub(adopted);
    let mut parts = vec!["nothing to do".to_owned()];
    if adopted > 0 {
        parts.push(said(adopted, "adopted"));
    }
    if same > 0 || adopted == 0 {
        parts.push(said(same, "the same"));
    }
    parts.join(", ")
}

/// The entities that are adopted, in one line: `adopted: Component CartService, ... and 3 more`.
pub(crate) fn adopted(plan: &PlanFile, most: usize) -> Option<String> {
    let names: Vec<String> = plan
        .adopted
        .entities
        .iter()
        .take(most)
        .map(|it| format!("{} {}", safe(&it.blueprint), safe(&it.entity)))
        .collect();
    if names.is_empty() {
        return None;
    }
    let all = size(plan.adopted.count);
    let more = match all.saturating_sub(names.len()) {
        0 => String::new(),
        more => format!(" and {} more", number(more)),
    };
    let entities = count(all, "entity is", "entities are");
    Some(format!("{entities} adopted: {}{more}", names.join(", ")))
}

/// The entities that go, each with its blueprint.
pub(crate) fn deletes(plan: &PlanFile) -> BTreeSet<(&str, &str)> {
    let steps = plan.steps.iter();
    let deletes = steps.filter(|step| step.does == Effectuation::Delete);
    deletes
        .map(|step| (step.blueprint.as_str(), step.entity.as_str()))
        .collect()
}

/// What keeps a plan from being merged, and the approvals that it has.
pub(crate) fn in_the_way(plan: &PlanFile) -> Vec<String> {
    let mut parts = Vec::new();
    if !plan.refusals.is_empty() {
        parts.push("the plan as a whole is refused".to_owned());
    }
    let denied = Group::Denied.steps(plan).count();
    if denied > 0 {
        let steps = count(plan.steps.len(), "step", "steps");
        let verb = is_or_are(denied);
        parts.push(format!("{} of {steps} {verb} not allowed", number(denied)));
    }
    let denied = Group::Denied.covered(plan).count();
    if denied > 0 {
        let changes = count(denied, "other change", "other changes");
        parts.push(format!("{changes} {} not allowed", is_or_are(denied)));
    }
    let (missing, needed) = plan.approvals();
    let (missing, needed) = (size(missing), size(needed));
    let approvals = count(needed, "approval", "approvals");
    let verb = is_or_are(missing);
    let waived = size(plan.waived());
    if missing == 0 && waived > 0 {
        let given = needed.saturating_sub(waived);
        parts.push(format!(
            "{} of {approvals} given, {} waived",
            number(given),
            number(waived)
        ));
    } else if missing == 0 && needed > 0 {
        parts.push(format!("{} of {approvals} given", number(needed)));
    } else if missing > 0 && missing == needed {
        parts.push(format!("{approvals} {verb} missing"));
    } else if missing > 0 {
        parts.push(format!("{} of {approvals} {verb} missing", number(missing)));
    }
    parts.extend(Missing::of(plan).by_whom());
    parts
}

/// `plan a31f8c2: pr-412 at c2d9a10 into main at 4be1f02, asked for by lin`.
pub(crate) fn plan_line(plan: &PlanFile) -> String {
    let asked = match plan.actors.split_first() {
        None => String::new(),
        Some((asked, [])) => format!(", asked for by {}", safe(asked)),
        Some((asked, pushed)) => format!(
            ", asked for by {}, pushed by {}",
            safe(asked),
            names(pushed, "and")
        ),
    };
    if let Some(expired) = &plan.expired {
        return format!(
            "plan {}: what expired until {} in {}{asked}",
            safe(short(&plan.id)),
            safe(&expired.now),
            safe(&plan.target.words()),
        );
    }
    format!(
        "plan {}: {} into {}{asked}",
        safe(short(&plan.id)),
        safe(&plan.head.words()),
        safe(&plan.target.words()),
    )
}

/// What a reviewer must know before the steps, each a line of its own behind `! `.
pub(crate) fn loud(plan: &PlanFile) -> Vec<String> {
    let mut lines = Vec::new();
    let said = plan
        .notices
        .iter()
        .any(|n| n.text.starts_with("open catalog"));
    if plan.open && !said {
        lines.push("open catalog: no rule exists, everyone may do everything".to_owned());
    }
    let notices = plan.notices.iter().chain(&plan.refusals);
    lines.extend(notices.map(|notice| placed(&notice.text, notice.place.as_deref())));
    lines.extend(adopted(plan, ADOPTED));
    lines.extend(plan_rights::loud(plan));
    lines
}

/// A text and, in brackets, the line of a file that it comes from.
pub(crate) fn placed(text: &str, place: Option<&str>) -> String {
    match place {
        Some(place) => format!("{} ({})", safe(text), safe(line_of(place))),
        None => safe(text).into_owned(),
    }
}

/// `FILE:LINE` of `FILE:LINE:COLUMN`.
pub(crate) fn line_of(place: &str) -> &str {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match place.rsplit_once(':') {
        Some((line, column)) if digits(column) => match line.rsplit_once(':') {
            Some((_, number)) if digits(number) => line,
            _ => place,
        },
        _ => place,
    }
}

/// What must be done before anything else: `take step 5 out, or let somebody ask who may`.
pub(crate) fn settle(plan: &PlanFile) -> Option<String> {
    const MOST: usize = 6;
    let denied: Vec<&Step> = Group::Denied.steps(plan).collect();
    let mut what = Vec::new();
    match denied.len() {
        0 => {}
        1..=MOST => {
            let word = if denied.len() == 1 { "step" } else { "steps" };
            let numbers: Vec<String> = denied.iter().map(|it| it.number.to_string()).collect();
            what.push(format!("{word} {}", list(&numbers, "and")));
        }
        many => what.push(count(many, "denied step", "denied steps")),
    }
    let others: Vec<&Covered> = Group::Denied.covered(plan).collect();
    if !others.is_empty() {
        what.push(count(others.len(), "denied change", "denied changes"));
    }
    let steps = denied.iter().map(|step| &step.decisions);
    let mut decisions = steps.chain(others.iter().map(|other| &other.decisions));
    let is_for_others = decisions.any(|decisions| !could(decisions).is_empty());
    let out = (!what.is_empty()).then(|| {
        let or = if is_for_others {
            ", or let somebody ask who may"
        } else {
            ""
        };
        format!("take {} out{or}", list(&what, "and"))
    });
    let repair = (!plan.refusals.is_empty()).then(|| "repair what refuses the plan".to_owned());
    let both: Vec<String> = repair.into_iter().chain(out).collect();
    (!both.is_empty()).then(|| list(&both, "and"))
}

/// Whether what a step would call was called when its entity expired.
pub(crate) fn is_done(step: &Step) -> bool {
    step.expiry
        .as_ref()
        .is_some_and(|expiry| expiry.ran.is_some())
}

/// How many calls would be made.
pub(crate) fn calls(plan: &PlanFile) -> usize {
    let runs = plan
        .steps
        .iter()
        .filter(|step| step.outcome != Outcome::Denied && !is_done(step));
    runs.map(|step| step.calls.len()).sum()
}

/// The last line, what can be done now: without `next: `.
pub(crate) fn next(plan: &PlanFile) -> String {
    let at = plan.head.commit.as_deref().map(short);
    let stuck = plan_stuck::remedy(plan);
    if let (None, Some(stuck)) = (settle(plan), &stuck) {
        // Whoever approves before that approves in vain, but what they can give they may.
        return match approvers(plan) {
            Some(who) => format!("{stuck}; {who} the rest"),
            None => stuck.clone(),
        };
    }
    let stuck = stuck.map(|stuck| format!("; {stuck}")).unwrap_or_default();
    match (settle(plan), approvers(plan)) {
        (Some(settle), Some(who)) => format!("{settle}; then {who}{stuck}"),
        (Some(settle), None) => settle + &stuck,
        (None, _) if plan.actors.is_empty() => "say who asks with --actor".to_owned(),
        (None, Some(who)) => match (barred(plan), at) {
            (barred, _) if !barred.is_empty() => {
                let barred: Vec<&str> = barred.into_iter().collect();
                let who = names(&barred, "and");
                format!("let others make this pull request, then {who} can approve it")
            }
            (_, Some(commit)) => format!("{who} at {}", safe(commit)),
            (_, None) => who,
        },
        (None, None) => match calls(plan) {
            0 if plan.expired.is_some() => "nothing is called".to_owned(),
            n if plan.expired.is_some() => format!(
                "`catalogc apply --expired` with the same --now makes {}",
                count(n, "call", "calls")
            ),
            0 => "merge; nothing is called".to_owned(),
            n => format!(
                "merge, then `catalogc apply` makes {}",
                count(n, "call", "calls")
            ),
        },
    }
}
