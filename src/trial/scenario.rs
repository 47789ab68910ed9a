//! The plan of a pull request that a test writes, and whether it is the expected one.
//!
//! The catalog is the target and the patched files are the result of the merge; from there on it
//! is the way of `catalogc plan`.

use crate::check::has_errors;
use crate::check::trial::{Patched, Ruled};
use crate::compile::{Compiled, compile};
use crate::finding::{Finding, Severity};
use crate::model::settings;
use crate::model::trial::{Expected, ExpectedStep, Trial};
use crate::plan::account::Accounts;
use crate::plan::agreement::Approval;
use crate::plan::file::{self, PlanFile, Revision};
use crate::plan::{Apart, Asked, Spent, plan};
use crate::policy::{Listed, Principal, Sort};
use crate::source::layout::Layout;
use crate::source::{Selection, Snapshot, SourceFile};
use crate::text::{Located, Span, Text};
use crate::trial::agreement::{agreed, wrong_missing};
use crate::trial::coverage::Seen;
use crate::trial::report::Told;
use crate::trial::{Bench, Outcome, is_test, patch};

/// Something of a plan that was decided: a step, or a change of the catalog itself.
struct Decided<'p> {
    action: &'p str,
    blueprint: &'p str,
    entity: &'p str,
    outcome: file::Outcome,
    decisions: &'p [file::Decision],
    approvals: &'p [file::ApprovalNeed],
}

/// Somebody as the test names them, and as they are.
type Named = (Text, Principal);

/// Errors of a patched catalog that are told.
const ERRORS: usize = 5;

/// Plans the pull request.
pub(super) fn play(
    bench: &Bench<'_>,
    trial: &Trial,
    (actors, approved): (&[Named], &[Named]),
    patched: &[Patched<'_>],
) -> Outcome {
    let planned = patch::patched(bench.compiled, patched)
        .map_err(|fault| vec![fault])
        .and_then(|snapshot| {
            let read = read(bench, snapshot).map_err(|fault| vec![fault])?;
            let mut after = compile(read.snapshot, &read.selection);
            after.hold_to(bench.compiled);
            // What is wrong with tests is told of themselves and gives nobody a right.
            let mut findings = std::mem::take(&mut after.findings);
            findings.retain(|finding| !is_test(&after, finding));
            after.findings = findings;
            if has_errors(&after.findings) {
                return Err(errors(&after, &after.findings));
            }
            let apart = Apart {
                before: Snapshot::default(),
                after: read.apart,
            };
            let plan = |approvals: &[Approval]| planned(bench, actors, approvals, &after, &apart);
            let first = plan(&[])?;
            match approved {
                [] => Ok(first),
                // What is approved is what the plan has, whoever else has approved it.
                _ => plan(&agreed(bench, approved, &first)),
            }
        });
    match planned {
        Ok(plan) => compared(bench, trial, &plan),
        Err(faults) => Outcome {
            faults,
            ..Outcome::default()
        },
    }
}

/// The files of the result, as its own settings read them.
struct Read {
    snapshot: Snapshot,
    selection: Selection,
    /// What only the settings of the catalog read.
    apart: Snapshot,
}

/// Reads the patched files by their own settings, where these are patched. Files that only they
/// would read are those that the patch writes: of others the test knows nothing.
fn read(bench: &Bench<'_>, snapshot: Snapshot) -> Result<Read, String> {
    let as_before = |snapshot| Read {
        snapshot,
        selection: bench.selection.clone(),
        apart: Snapshot::default(),
    };
    let Some(name) = bench.selection.settings() else {
        return Ok(as_before(snapshot));
    };
    let file = |snapshot: &Snapshot| {
        snapshot
            .find(name)
            .and_then(|it| snapshot.file(it).cloned())
    };
    let settings = file(&snapshot);
    let text = |file: &Option<SourceFile>| file.as_ref().and_then(|it| it.text.clone().ok());
    if text(&settings) == text(&file(&bench.compiled.snapshot)) {
        return Ok(as_before(snapshot));
    }
    let layout = Layout {
        settings,
        settings_name: settings::FILE,
        misnamed: None,
        prefix: bench.selection.prefix().to_owned(),
        is_catalog: false,
    };
    let selection = settings::selection(&layout)?;
    let files = snapshot.as_slice().iter().cloned();
    let (own, apart) = files.partition(|file| selection.takes_file(&file.path));
    Ok(Read {
        snapshot: Snapshot::new(own),
        selection,
        apart: Snapshot::new(apart),
    })
}

/// What is wrong with the result, as faults of the test.
fn errors(after: &Compiled, findings: &[Finding]) -> Vec<String> {
    let errors = findings.iter().filter(|it| it.severity == Severity::Error);
    let words = |finding: &Finding| {
        let path = after.snapshot.path(finding.span.file);
        format!(
            "the patched catalog has an error in {path}: {}",
            finding.message
        )
    };
    errors.take(ERRORS).map(words).collect()
}

fn planned(
    bench: &Bench<'_>,
    actors: &[(Text, Principal)],
    approvals: &[Approval],
    after: &Compiled,
    apart: &Apart,
) -> Result<PlanFile, Vec<String>> {
    let side = |name: &str| Revision {
        name: name.to_owned(),
        commit: None,
    };
    let actors: Vec<String> = actors.iter().map(|actor| bench.login(actor)).collect();
    let asked = Asked {
        target: side("the catalog"),
        head: side("the patch"),
        actors: &actors,
        approvals,
        accounts: &Accounts::default(),
        excluded: &[],
        merged: Vec::new(),
        outside: &[],
        apart,
        root: bench.selection.root(),
        has_target: true,
        spent: &Spent::default(),
        incomplete: None,
        masks: None,
    };
    plan(bench.compiled, after, &bench.rules, &asked).map_err(|found| errors(after, &found))
}

fn compared(bench: &Bench<'_>, trial: &Trial, plan: &PlanFile) -> Outcome {
    let decided = all(plan);
    let actual = word(plan.verdict());
    let mut faults = Vec::new();
    if decided.is_empty() && plan.refusals.is_empty() {
        faults.push("the patch changes nothing".to_owned());
    } else if actual != trial.expect.value {
        let expected = trial.expect.value.word();
        faults.push(format!("expected {expected}, but {}", actual.word()));
    } else if let Some(by) = &trial.by
        && !decided
            .iter()
            .filter(|one| word(one.outcome) == actual)
            .any(|one| is_by(bench, by, one))
    {
        faults.push(format!(
            "expected by {}, which decides nothing of it",
            by.value
        ));
    }
    let steps = trial.steps.iter().flat_map(|steps| &steps.value);
    faults.extend(steps.filter_map(|step| unlike(bench, step, &decided)));
    if let Some(missing) = &trial.missing {
        faults.extend(wrong_missing(bench, &missing.value, plan));
    }
    let seen = decided.iter().flat_map(|one| seen(bench, one)).collect();
    Outcome {
        faults,
        actual: actual.word().to_owned(),
        reasons: told(plan, &decided),
        could: Vec::new(),
        seen,
    }
}

fn all(plan: &PlanFile) -> Vec<Decided<'_>> {
    let steps = plan.steps.iter().map(|step| Decided {
        action: &step.action,
        blueprint: &step.blueprint,
        entity: &step.entity,
        outcome: step.outcome,
        decisions: &step.decisions,
        approvals: &step.approvals,
    });
    let coverage = plan.coverage.iter().map(|covered| Decided {
        action: &covered.action,
        blueprint: "",
        entity: &covered.path,
        outcome: covered.outcome,
        decisions: &covered.decisions,
        approvals: &[],
    });
    steps.chain(coverage).collect()
}

const fn word(outcome: file::Outcome) -> Expected {
    match outcome {
        file::Outcome::Denied => Expected::Denied,
        file::Outcome::NeedsApproval => Expected::NeedsApproval,
        file::Outcome::Allowed => Expected::Allowed,
    }
}

/// What the plan has in place of an expected step.
fn unlike(bench: &Bench<'_>, step: &ExpectedStep, decided: &[Decided<'_>]) -> Option<String> {
    let action = &step.action.value;
    let fits = |one: &&Decided<'_>| {
        let is_of = step.entity.as_ref().is_none_or(|entity| {
            let whole = format!("{}/{}", one.blueprint, one.entity);
            entity.value == one.entity || entity.value == whole
        });
        action == one.action && is_of
    };
    let named: Vec<&Decided<'_>> = decided.iter().filter(fits).collect();
    let on = step.entity.as_ref();
    let on = on.map_or_else(String::new, |entity| format!(" on {}", entity.value));
    if named.is_empty() {
        return Some(format!("expected a step {action}{on}, the plan has none"));
    }
    if let Some(outcome) = &step.outcome
        && named.iter().all(|one| word(one.outcome) != outcome.value)
    {
        let found = named.first().map_or("", |one| one.outcome.words());
        let expected = outcome.value.word();
        return Some(format!("expected {action}{on} {expected}, but {found}"));
    }
    let by = step.by.as_ref()?;
    let is_so = named.iter().any(|one| is_by(bench, by, one));
    (!is_so).then(|| {
        format!(
            "expected {action}{on} by {}, which does not decide it",
            by.value
        )
    })
}

/// Whether a rule of a name decided something.
fn is_by(bench: &Bench<'_>, by: &Located<Text>, one: &Decided<'_>) -> bool {
    let ruled = Ruled::new(&bench.listed, &bench.compiled.snapshot);
    let named = ruled.named(&by.value);
    let decided = seen(bench, one);
    let is_decided = |rule: &&Listed| decided.contains(&(rule.place, Seen::Decided));
    named.iter().any(is_decided)
}

/// The rules that a decision met. A plan names them by their lines, and where several stand on
/// one by their first characters.
fn seen(bench: &Bench<'_>, one: &Decided<'_>) -> Vec<(Span, Seen)> {
    let mut seen = Vec::new();
    let at = |name: &str| -> Option<&Listed> {
        let permissions = bench.listed.iter().filter(|it| it.sort != Sort::Approval);
        let is_meant =
            |rule: &&Listed| bench.line(rule.place) == name || bench.place(rule.place) == name;
        let mut rules = permissions.filter(is_meant);
        let first = rules.next();
        first.filter(|_| rules.next().is_none())
    };
    for decision in one.decisions {
        for place in decision.reasons.iter().filter_map(|it| it.place.as_deref()) {
            let Some(rule) = at(place) else {
                continue;
            };
            let decides = (rule.sort == Sort::Forbid) != decision.allowed;
            let how = if decides {
                Seen::Decided
            } else {
                Seen::NotApplied
            };
            seen.push((rule.place, how));
        }
        let glass = decision.break_glass.as_ref();
        let glass = glass.filter(|_| decision.breaks_glass());
        let rule = glass.and_then(|glass| at(&glass.rule));
        seen.extend(rule.map(|rule| (rule.place, Seen::Decided)));
    }
    if one.outcome == file::Outcome::Denied {
        return seen;
    }
    for need in one.approvals {
        let mut approvals = bench.listed.iter().filter(|it| it.sort == Sort::Approval);
        let rule = approvals.find(|rule| bench.place(rule.place) == need.place);
        seen.extend(rule.map(|rule| (rule.place, Seen::Decided)));
    }
    seen
}

/// Why the plan is decided as it is, the worst first.
fn told(plan: &PlanFile, decided: &[Decided<'_>]) -> Vec<Told> {
    let refusals = plan.refusals.iter().map(|notice| Told {
        word: "denied",
        text: notice.text.clone(),
        place: notice.place.clone(),
    });
    let mut told: Vec<Told> = refusals.collect();
    let mut sorted: Vec<&Decided<'_>> = decided.iter().collect();
    sorted.sort_by_key(|one| one.outcome);
    for one in sorted {
        let what = format!("{} {}", one.action, one.entity);
        for decision in one.decisions {
            let reasons = decision.reasons.iter().map(|reason| Told {
                word: if decision.allowed {
                    "allowed"
                } else {
                    "denied"
                },
                text: format!("{what}: {}", reason.text),
                place: reason.place.clone(),
            });
            told.extend(reasons);
        }
        let needs = one.approvals.iter().map(|need| Told {
            word: if need.missing() > 0 {
                "needs approval"
            } else {
                "approved"
            },
            text: format!("{what}: {} from {}", need.count, need.by),
            place: Some(need.place.clone()),
        });
        told.extend(needs);
    }
    let uncounted = plan.uncounted.iter().map(|one| Told {
        word: "not counted",
        text: format!("the approval of {}: {}", one.login, one.why),
        place: None,
    });
    told.extend(uncounted);
    told
}
