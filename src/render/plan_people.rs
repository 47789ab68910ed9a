//! The people of a plan: who could, who agreed, who is asked, who does not count and why.
//!
//! In: decisions and needs of approval. Out: plain text without colour, safe to show.

use std::collections::BTreeSet;

use crate::plan::file::ApprovalNeed;
use crate::plan::file::Decision;
use crate::plan::file::Given;
use crate::plan::file::Notice;
use crate::plan::file::Outcome;
use crate::plan::file::PlanFile;
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
pub(crate) fn excluded(plan: &PlanFile, need: &ApprovalNeed) -> Option<String> {
    let (first, others) = need.excluded.split_first()?;
    if !others.is_empty() {
        let who = names(&need.excluded, "and");
        return Some(format!("{who} asked or pushed, so they do not count"));
    }
    let did = if plan.actors.first() == Some(first) {
        "asked"
    } else if plan.actors.contains(first) {
        "pushed"
    } else {
        "wrote a part of it"
    };
    let who = safe(first);
    Some(format!("{who} {did}, so {who} does not count"))
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
pub(crate) fn missing(plan: &PlanFile, need: &ApprovalNeed) -> Option<String> {
    let missing = size(need.missing());
    if missing == 0 {
        return None;
    }
    let candidates = open_candidates(need);
    let who = if candidates.is_empty() {
        "nobody is left who counts".to_owned()
    } else {
        names(&candidates, "or")
    };
    let why = excluded(plan, need)
        .map(|why| format!("; {why}"))
        .unwrap_or_default();
    Some(format!(
        "{} from {}: {who}{why}",
        number(missing),
        safe(&need.by)
    ))
}

/// Who must agree now, as the subject of a sentence with its verb: `sam and ada approve`.
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
    let mut seen = BTreeSet::new();
    let (mut who, mut how_many) = (Vec::new(), 0);
    for need in &needs {
        let (candidates, missing) = (open_candidates(need), size(need.missing()));
        let all = if candidates.len() <= missing {
            candidates
                .iter()
                .map(|name| safe(name).into_owned())
                .collect()
        } else {
            vec![format!(
                "{} of {}",
                number(missing),
                names(&candidates, "or")
            )]
        };
        let people = if all.len() == 1 {
            missing.min(candidates.len())
        } else {
            1
        };
        for name in all {
            if seen.insert(name.clone()) {
                who.push(name);
                how_many += people;
            }
        }
    }
    if who.is_empty() || who.len() > MOST {
        let missing: usize = needs.iter().map(|need| size(need.missing())).sum();
        let approvals = count(missing, "approval", "approvals");
        return Some(format!("{approvals} {} needed", is_or_are(missing)));
    }
    let verb = if how_many == 1 { "approves" } else { "approve" };
    Some(format!("{} {verb}", list(&who, "and")))
}
