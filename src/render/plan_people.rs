//! The people of a plan: who could, who agreed, who is asked, who does not count and why.
//!
//! In: decisions and needs of approval. Out: plain text without colour, safe to show.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::file::ApprovalNeed;
use crate::plan::file::Decision;
use crate::plan::file::Given;
use crate::plan::file::Notice;
use crate::plan::file::Outcome;
use crate::plan::file::Part;
use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::Uncounted;
use crate::plan::file::short;

use super::words::{count, is_or_are, list, names, number, safe, size};

/// Those who could, where nobody is named or somebody may not.
pub(crate) fn who_may(decisions: &[Decision]) -> String {
    let could = could(decisions);
    if could.is_empty() {
        return "nobody".to_owned();
    }
    let shown: Vec<String> = could.iter().map(|name| safe(name).into_owned()).collect();
    shown.join(", ")
}

/// The reasons that a reader needs: one rule that permits is enough, and where somebody else
/// could, so is the nearest that denies. `--full` names them all.
pub(crate) fn telling(decision: &Decision) -> &[Notice] {
    let most = if decision.allowed || !decision.could.is_empty() {
        1
    } else {
        decision.reasons.len()
    };
    decision.reasons.get(..most).unwrap_or_default()
}

/// Those who could, each once, in their order.
pub(crate) fn could(decisions: &[Decision]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    decisions
        .iter()
        .flat_map(|decision| &decision.could)
        .map(String::as_str)
        .filter(|name| seen.insert(*name))
        .collect()
}

/// Who still can agree to what is needed.
pub(crate) fn open_candidates(need: &ApprovalNeed) -> Vec<&str> {
    let gave = |login: &str| need.given.iter().any(|given| given.login == login);
    let candidates = need.candidates.iter().map(String::as_str);
    candidates.filter(|login| !gave(login)).collect()
}

/// Why some who could agree do not count: `lin asked, so lin does not count`.
pub(crate) fn excluded(need: &ApprovalNeed) -> Option<String> {
    // Where nobody else can, they can once the change is another's.
    let is_last = need.candidates.is_empty();
    if let [one] = need.excluded.as_slice() {
        let who = safe(&one.login);
        let mut text = format!("{who} {}, so {who} does not count", one.part.words());
        if is_last {
            text.push_str(&format!("; let others ask for it, then {who} can agree"));
        }
        return Some(text);
    }
    let said = [Part::Asked, Part::Pushed, Part::Wrote].map(|part| {
        let who = need.excluded.iter().filter(|one| one.part == part);
        let who: Vec<&str> = who.map(|one| one.login.as_str()).collect();
        (!who.is_empty()).then(|| format!("{} {}", names(&who, "and"), part.words()))
    });
    let said: Vec<String> = said.into_iter().flatten().collect();
    let then = if is_last {
        "; let others ask for it, then they can agree"
    } else {
        ""
    };
    (!said.is_empty()).then(|| format!("{}, so they do not count{then}", list(&said, "and")))
}

/// Those without whom nobody can agree to all that is needed and who do not count, for they have a
/// part in what is asked for; without what is denied.
pub(crate) fn barred(plan: &PlanFile) -> BTreeSet<&str> {
    let steps = plan.steps.iter();
    let steps = steps.filter(|step| step.outcome != Outcome::Denied);
    let needs = steps.flat_map(|step| &step.approvals);
    let barred = needs.filter(|need| open_candidates(need).len() < size(need.missing()));
    let excluded = barred.flat_map(|need| &need.excluded);
    excluded.map(|one| one.login.as_str()).collect()
}

/// `1 from checkout, the owner after: ada at c2d9a10, this step is the same since`.
pub(crate) fn given(plan: &PlanFile, need: &ApprovalNeed) -> Option<String> {
    if need.given.is_empty() {
        return None;
    }
    let who = |given: &Given| format!("{} at {}", safe(&given.login), safe(short(&given.commit)));
    let who: Vec<String> = need.given.iter().map(who).collect();
    // An approval has the short id of its commit.
    let head = plan.head.commit.as_deref().map(short);
    let of_head = |given: &Given| head == Some(short(&given.commit));
    let since = if need.given.iter().all(of_head) {
        ""
    } else {
        ", this step is the same since"
    };
    let n = number(need.given.len());
    Some(format!(
        "{n} from {}: {}{since}",
        safe(&need.by),
        list(&who, "and")
    ))
}

/// `1 from platform, the owner before: sam`.
pub(crate) fn missing(need: &ApprovalNeed) -> Option<String> {
    let missing = size(need.missing());
    if missing == 0 {
        return None;
    }
    let who = whom(need, &|logins| names(logins, "or"));
    let why = excluded(need)
        .map(|why| format!("; {why}"))
        .unwrap_or_default();
    let undecided = undecided(need)
        .map(|why| format!("; {why}"))
        .unwrap_or_default();
    Some(format!(
        "{} from {}: {who}{why}{undecided}",
        number(missing),
        safe(&need.by)
    ))
}

/// Why nobody can agree: a team may be empty, or its members have a part in what is asked for.
fn nobody(need: &ApprovalNeed) -> String {
    let is_empty = need.excluded.is_empty() && need.candidates.is_empty();
    // `platform, the owner before`: the team alone. An owner may also not be known at all.
    let team = need.by.split(", the owner ").next().unwrap_or_default();
    if !is_empty {
        return "nobody else can".to_owned();
    }
    if team.starts_with("the owner ") {
        return "nobody can".to_owned();
    }
    let have = if team.contains(" or ") || team.contains(" and ") {
        "have"
    } else {
        "has"
    };
    format!("{} {have} no members", safe(team))
}

/// Who can still agree; where they are too few, how many there are.
pub(crate) fn whom(need: &ApprovalNeed, show: &dyn Fn(&[&str]) -> String) -> String {
    let open = open_candidates(need);
    let who = if open.is_empty() {
        nobody(need)
    } else {
        show(&open)
    };
    let there = need.candidates.len();
    if there >= size(need.count) || open.is_empty() && there == 0 {
        return who;
    }
    let are = if there == 1 { "exists" } else { "exist" };
    format!(
        "{who}; only {} of {} needed people {are}",
        number(there),
        need.count
    )
}

/// That it is needed because nobody can tell whether it is.
pub(crate) fn undecided(need: &ApprovalNeed) -> Option<String> {
    let why = need.undecided.as_deref()?;
    let why = safe(why);
    Some(format!(
        "asked for because its condition cannot be decided: {why}"
    ))
}

/// `1 from platform, the owner before: the glass is broken`.
pub(crate) fn waived(need: &ApprovalNeed) -> Option<String> {
    let by = safe(&need.by);
    (need.waived > 0).then(|| format!("{} from {by}: the glass is broken", need.waived))
}

/// Approvals that count for nothing, where some are missing: `mallory at 77ab3c0: mallory is
/// nobody in the catalog`.
pub(crate) fn uncounted(plan: &PlanFile) -> &[Uncounted] {
    if plan.approvals().0 == 0 {
        return &[];
    }
    &plan.uncounted
}

/// People who would approve the same steps.
pub(crate) struct Approving<'p> {
    /// Their logins.
    pub(crate) who: Vec<&'p str>,
    /// The steps, each with what it is needed from them for.
    pub(crate) steps: Vec<(&'p Step, Vec<&'p str>)>,
}

/// What each person would approve who still can: whoever approves agrees to all of it at once.
pub(crate) fn approving(plan: &PlanFile) -> Vec<Approving<'_>> {
    let mut each: BTreeMap<&str, Vec<(&Step, Vec<&str>)>> = BTreeMap::new();
    for step in &plan.steps {
        for need in step.approvals.iter().filter(|need| need.missing() > 0) {
            for login in open_candidates(need) {
                let steps = each.entry(login).or_default();
                match steps.last_mut() {
                    Some((last, needs)) if last.number == step.number => needs.push(&need.by),
                    _ => steps.push((step, vec![&need.by])),
                }
            }
        }
    }
    let is_same = |a: &[(&Step, Vec<&str>)], b: &[(&Step, Vec<&str>)]| {
        let key = |all: &[(&Step, Vec<&str>)]| -> Vec<(u32, Vec<String>)> {
            let own = |needs: &[&str]| needs.iter().map(|need| (*need).to_owned()).collect();
            all.iter()
                .map(|(step, needs)| (step.number, own(needs)))
                .collect()
        };
        key(a) == key(b)
    };
    let mut all: Vec<Approving<'_>> = Vec::new();
    for (login, steps) in each {
        match all.iter_mut().find(|one| is_same(&one.steps, &steps)) {
            Some(one) => one.who.push(login),
            None => all.push(Approving {
                who: vec![login],
                steps,
            }),
        }
    }
    all
}

/// Who must agree now, as the subject of a sentence with its verb: `sam and ada approve`.
/// Whoever is asked for one thing is not asked for another one beside. None where nobody can.
pub(crate) fn approvers(plan: &PlanFile) -> Option<String> {
    const MOST: usize = 4;
    let needs: Vec<&ApprovalNeed> = plan
        .steps
        .iter()
        .filter(|step| step.outcome != Outcome::Denied)
        .flat_map(|step| &step.approvals)
        .filter(|need| need.missing() > 0)
        .collect();
    if needs.is_empty() {
        return None;
    }
    // Those without whom it cannot be, then what they do not meet.
    let mut sure: Vec<&str> = Vec::new();
    for need in &needs {
        let candidates = open_candidates(need);
        if candidates.len() <= size(need.missing()) {
            let new = candidates.into_iter().filter(|who| !sure.contains(who));
            sure.extend(new.collect::<Vec<_>>());
        }
    }
    let mut who: Vec<String> = sure.iter().map(|who| safe(who).into_owned()).collect();
    let mut how_many = who.len();
    let mut said = BTreeSet::new();
    for need in &needs {
        let candidates = open_candidates(need);
        let met = candidates.iter().filter(|who| sure.contains(who)).count();
        let left = size(need.missing()).saturating_sub(met);
        let others: Vec<&str> = candidates
            .into_iter()
            .filter(|who| !sure.contains(who))
            .collect();
        if left == 0 || others.is_empty() {
            continue;
        }
        let choice = format!("{} of {}", number(left), names(&others, "or"));
        if said.insert(choice.clone()) {
            who.push(choice);
            how_many += left;
        }
    }
    if who.is_empty() {
        return None;
    }
    if who.len() > MOST {
        let missing: usize = needs.iter().map(|need| size(need.missing())).sum();
        let approvals = count(missing, "approval", "approvals");
        return Some(format!("{approvals} {} needed", is_or_are(missing)));
    }
    let verb = if how_many == 1 { "approves" } else { "approve" };
    Some(format!("{} {verb}", list(&who, "and")))
}
