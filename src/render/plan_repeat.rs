//! The command that makes a plan again, as a person may paste it into a shell.

use std::collections::BTreeSet;

use crate::plan::file::PlanFile;
use crate::plan::file::Revision;
use crate::plan::file::short;
use crate::text::shell_word;

/// The command that makes this plan again, for a shell.
pub(crate) fn repeat(plan: &PlanFile) -> String {
    command(plan, &revision(&plan.target)) + " --full"
}

/// The command that plans the same against the target as it is then, and saves the plan.
pub(crate) fn anew(plan: &PlanFile) -> String {
    command(plan, &plan.target.name) + " --out plan.json"
}

fn revision(revision: &Revision) -> String {
    let commit = revision.commit.as_deref().map(short);
    commit.unwrap_or(&revision.name).to_owned()
}

fn command(plan: &PlanFile, base: &str) -> String {
    let mut words = vec!["catalogc".to_owned(), "plan".to_owned()];
    words.push(option("--base", base));
    if let Some(expired) = &plan.expired {
        words.push("--expired".to_owned());
        words.push(option("--now", &expired.now));
        return words.join(" ");
    }
    words.push(option("--head", &revision(&plan.head)));
    words.extend(plan.actors.iter().map(|login| option("--actor", login)));
    let given = plan
        .steps
        .iter()
        .flat_map(|step| &step.approvals)
        .flat_map(|need| &need.given);
    let given: BTreeSet<String> = given
        .map(|given| format!("{}@{}", given.login, short(&given.commit)))
        .collect();
    words.extend(given.iter().map(|approval| option("--approval", approval)));
    words.extend(plan.now.iter().map(|now| option("--now", now)));
    words.join(" ")
}

/// An option and its value, quoted where a shell would see more than a word in it.
fn option(name: &str, value: &str) -> String {
    let quoted = shell_word(value);
    let gap = if value.starts_with('-') { "=" } else { " " };
    format!("{name}{gap}{quoted}")
}
