//! What changed since an earlier plan of the same pull request, in lines.
//!
//! In: a plan file that was compared. Out: a head and a line for each step and approval that is
//! not what it was, glyph first, safe to show.

use crate::plan::file::PlanFile;
use crate::plan::file::short;
use crate::plan::file::since::{Earlier, Since};

use super::words::{count, number, safe, size};

/// `since plan a31f8c2 of c2d9a10: 1 new, 1 gone, 3 the same`.
pub(crate) fn head(since: &Since) -> String {
    let commit = since.head.commit.as_deref().map(short);
    let commit = commit.unwrap_or(&since.head.name);
    let mut parts = Vec::new();
    for (n, word) in [
        (since.new.len(), "new"),
        (since.gone.len(), "gone"),
        (since.changed.len(), "changed"),
    ] {
        if n > 0 {
            parts.push(format!("{} {word}", number(n)));
        }
    }
    let same = count(size(since.same), "step is", "steps are");
    parts.push(format!("{same} the same"));
    if !since.voided.is_empty() {
        let n = since.voided.len();
        let counts = if n == 1 { "counts" } else { "count" };
        parts.push(format!(
            "{} {counts} no more",
            count(n, "approval", "approvals")
        ));
    }
    let (plan, commit) = (safe(short(&since.plan)), safe(commit));
    format!("since plan {plan} of {commit}: {}", parts.join(", "))
}

/// A line for each change: what is new, gone and changed, and the approvals that are lost.
pub(crate) fn lines(plan: &PlanFile, since: &Since) -> Vec<(char, String)> {
    let of = |number: u32| plan.steps.iter().find(|step| step.number == number);
    let named = |number: u32| match of(number) {
        Some(step) => format!("{number} {}  {}", safe(&step.action), safe(&step.entity)),
        None => number.to_string(),
    };
    let earlier = |step: &Earlier| format!("{}  {}", safe(&step.action), safe(&step.entity));
    let mut lines: Vec<(char, String)> = Vec::new();
    for one in &since.voided {
        let (who, commit) = (safe(&one.login), safe(short(&one.commit)));
        let (of, why) = (earlier(&one.of), safe(&one.why));
        lines.push((
            '!',
            format!("approval by {who} at {commit} counts no more for {of}: {why}"),
        ));
    }
    let gone = since.gone.iter();
    lines.extend(gone.map(|step| ('-', format!("gone     {}", earlier(step)))));
    let changed = since.changed.iter();
    lines.extend(changed.map(|step| {
        let what: Vec<_> = step.what.iter().map(|what| safe(what)).collect();
        let what = what.join(", ");
        ('~', format!("changed  {}: {what}", named(step.number)))
    }));
    let new = since.new.iter();
    lines.extend(new.map(|number| ('+', format!("new      {}", named(*number)))));
    lines
}
