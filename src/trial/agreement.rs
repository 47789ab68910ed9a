//! Who has approved the pull request of a test, and who is expected to be missing.
//!
//! In: the people whom a test names, and the plan of its patch. Out: their approvals of all that
//! the plan has, and how what is missing differs from what is expected.

use std::collections::BTreeSet;

use crate::check::trial::groups_named;
use crate::model::trial::ExpectedApproval;
use crate::plan::agreement::Approval;
use crate::plan::file::{ApprovalNeed, PlanFile};
use crate::policy::Principal;
use crate::text::Text;
use crate::trial::Bench;

/// The agreement of everybody who has approved, to all of the plan.
pub(super) fn agreed(
    bench: &Bench<'_>,
    approved: &[(Text, Principal)],
    plan: &PlanFile,
) -> Vec<Approval> {
    let digests: BTreeSet<String> = plan.steps.iter().map(|step| step.digest.clone()).collect();
    let approval = |person| Approval {
        login: bench.login(person),
        commit: "the patch".to_owned(),
        digests: Some(digests.clone()),
        writers: Vec::new(),
    };
    approved.iter().map(approval).collect()
}

/// Who should still be missing and is not, and who is and was not expected.
pub(super) fn wrong_missing(
    bench: &Bench<'_>,
    expected: &[ExpectedApproval],
    plan: &PlanFile,
) -> Vec<String> {
    let catalog = &bench.compiled.catalog;
    let needs = plan.steps.iter().flat_map(|step| &step.approvals);
    let needs = needs.filter(|need| need.missing() > 0);
    let mut left: Vec<&ApprovalNeed> = needs.collect();
    let mut faults = Vec::new();
    for expected in expected {
        let names: Vec<&str> = expected.from.iter().map(|it| it.value.as_str()).collect();
        let found = names.iter().flat_map(|name| groups_named(catalog, name));
        let found = found.filter_map(|id| Some(catalog.entity(id)?.identifier.value.as_str()));
        let meant: BTreeSet<&str> = names.iter().copied().chain(found).collect();
        let fits = |need: &&ApprovalNeed| {
            let groups = groups(&need.by);
            need.missing() == expected.count
                && groups.iter().all(|group| meant.contains(group))
                && expected.from.iter().all(|from| {
                    let mut own = groups_named(catalog, &from.value).into_iter();
                    let name = |id| catalog.entity(id).map(|it| it.identifier.value.as_str());
                    groups.contains(from.value.as_str())
                        || own.any(|id| name(id).is_some_and(|name| groups.contains(name)))
                })
        };
        match left.iter().position(fits) {
            Some(at) => {
                left.remove(at);
            }
            None => faults.push(format!(
                "expected that {} from {} is missing, which is not so",
                expected.count,
                names.join(" or ")
            )),
        }
    }
    let others = left.iter();
    faults.extend(others.map(|need| format!("{} from {} is missing too", need.missing(), need.by)));
    faults
}

/// The names in the words of a need: `platform, admins or ops, the owner before`.
fn groups(by: &str) -> BTreeSet<&str> {
    let parts = by.split(" or ").flat_map(|part| part.split(", "));
    let parts = parts.flat_map(|part| part.split(" and "));
    let is_role = |part: &&str| matches!(*part, "the owner before" | "the owner after");
    parts.filter(|part| !is_role(part)).collect()
}
