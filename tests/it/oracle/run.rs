//! Asks the product the questions that the oracle is asked, and compares the answers.

use std::collections::{BTreeMap, BTreeSet};

use catalogc::check::has_errors;
use catalogc::compile::{Compiled, compile};
use catalogc::plan::agreement::Approval;
use catalogc::plan::file::{self, PlanFile, Revision};
use catalogc::plan::{self, Apart, Asked, Spent};
use catalogc::policy::{self, Rules};
use catalogc::source::Selection;
use catalogc::source::memory;

use super::change::{Ask, Commit, History, after};
use super::difference::Oracle;
use super::judge::{self, Agreed, Judged, Key, Need, Outcome, Refusal, Verdict};
use super::world::World;
use super::write;

const ROOT: &str = "catalog";

fn compiled(world: &World) -> Compiled {
    let selection = Selection::new(Some(write::SETTINGS), ROOT, &[]).unwrap();
    compile(memory::snapshot(write::files(world)), &selection)
}

fn outcome(outcome: file::Outcome) -> Outcome {
    match outcome {
        file::Outcome::Denied => Outcome::Denied,
        file::Outcome::NeedsApproval => Outcome::NeedsApproval,
        file::Outcome::Allowed => Outcome::Allowed,
    }
}

fn decisions(all: &[file::Decision]) -> judge::Decisions {
    let told = all.iter().map(|decision| {
        let could: BTreeSet<String> = decision.could.iter().cloned().collect();
        let actor = decision.actor.clone().unwrap_or_default();
        (actor, decision.allowed, could)
    });
    told.collect()
}

fn refusal(text: &str) -> Refusal {
    if text.contains("deleted, the guard is") {
        Refusal::Guard
    } else if text.contains("another login, the guard is") {
        Refusal::Authority
    } else if text.contains("is used and changed at once") || text.contains("is asked for while") {
        Refusal::UsedAndChanged
    } else if text.contains("is asked for twice") {
        Refusal::Differing
    } else if text.contains("on the target yet") || text.contains("by requests on the target") {
        Refusal::Unanswered
    } else {
        panic!("a refusal that the oracle does not know: {text}")
    }
}

/// A plan in the oracle's words.
pub(crate) fn said(plan: &PlanFile) -> Verdict {
    let mut steps = BTreeMap::new();
    for step in &plan.steps {
        let key = Key {
            action: step.action.clone(),
            is_built_in: step.built_in,
            entity: (step.blueprint.clone(), step.entity.clone()),
            requests: step.request_ids().map(str::to_owned).collect(),
        };
        let needs = step.approvals.iter().map(|need| Need {
            count: need.count as usize,
            candidates: need.candidates.iter().cloned().collect(),
            excluded: need.excluded.iter().map(|one| one.login.clone()).collect(),
            given: need.given.iter().map(|given| given.login.clone()).collect(),
        });
        let judged = Judged {
            outcome: outcome(step.outcome),
            decisions: decisions(&step.decisions),
            needs: judge::sorted(needs.collect()),
        };
        assert!(steps.insert(key, judged).is_none(), "one step twice");
    }
    let covered = plan.coverage.iter().map(|covered| {
        let judged = Judged {
            outcome: outcome(covered.outcome),
            decisions: decisions(&covered.decisions),
            needs: Vec::new(),
        };
        ((covered.action.clone(), covered.path.clone()), judged)
    });
    Verdict {
        steps,
        covered: covered.collect(),
        refusals: plan.refusals.iter().map(|it| refusal(&it.text)).collect(),
        outcome: outcome(plan.verdict()),
    }
}

/// A catalog in both forms.
pub(super) struct Side {
    pub(super) world: World,
    pub(super) compiled: Compiled,
}

impl Side {
    pub(super) fn new(world: World) -> Self {
        let compiled = compiled(&world);
        Self { world, compiled }
    }

    pub(super) fn is_unread(&self) -> bool {
        has_errors(&self.compiled.findings)
    }
}

/// A target and its rules.
pub(super) struct Target<'s> {
    side: &'s Side,
    rules: Rules<'s>,
}

impl<'s> Target<'s> {
    pub(super) fn new(side: &'s Side) -> Self {
        let compiled = &side.compiled;
        let (rules, _) = policy::compile(&compiled.catalog, &compiled.graph, &compiled.snapshot);
        Self { side, rules }
    }

    pub(super) fn plan(
        &self,
        result: &Side,
        ask: &Ask,
        approvals: &[Approval],
    ) -> Option<PlanFile> {
        let excluded: Vec<String> = ask.author.iter().cloned().collect();
        let nowhere = || Revision {
            name: "memory".to_owned(),
            commit: None,
        };
        let asked = Asked {
            target: nowhere(),
            head: nowhere(),
            actors: &ask.actors,
            approvals,
            accounts: &catalogc::plan::account::Accounts::default(),
            excluded: &excluded,
            merged: Vec::new(),
            outside: &[],
            apart: &Apart::default(),
            root: ROOT,
            has_target: true,
            spent: &Spent::default(),
            incomplete: None,
            masks: None,
        };
        if result.is_unread() {
            return None;
        }
        plan::plan(&self.side.compiled, &result.compiled, &self.rules, &asked).ok()
    }

    fn oracle<'o>(&'o self, result: &'o Side) -> Oracle<'o> {
        Oracle {
            target: &self.side.world,
            result: &result.world,
        }
    }
}

/// What a commit of the pull request shows, both where it forked and at the tip.
#[derive(Default)]
struct Seen {
    digests: BTreeSet<String>,
    contents: Vec<judge::Content>,
}

impl Seen {
    fn new(target: &Target<'_>, result: &Side, ask: &Ask) -> Self {
        let Some(plan) = target.plan(result, ask, &[]) else {
            return Self::default();
        };
        Self {
            digests: plan.steps.into_iter().map(|step| step.digest).collect(),
            contents: target.oracle(result).contents(&ask.actors),
        }
    }

    fn and(mut self, other: &Self) -> Self {
        self.digests.retain(|digest| other.digests.contains(digest));
        self.contents
            .retain(|content| other.contents.contains(content));
        self
    }
}

/// What both say to one question, where it can be asked.
pub(crate) struct Answers {
    pub(crate) product: Verdict,
    pub(crate) oracle: Verdict,
}

/// Asks all questions of a history; `None` where the target or the result has errors.
pub(crate) fn answers(history: &History) -> Option<Vec<Answers>> {
    let (first, second): (&[_], &[_]) = (&history.first, &history.second);
    let tip = Side::new(after(&history.fork, &[&history.gains]));
    let result = Side::new(after(&tip.world, &[first, second]));
    if tip.is_unread() || result.is_unread() {
        return None;
    }
    let target = Target::new(&tip);
    let has_approvals = history.asks.iter().any(|ask| !ask.approvals.is_empty());
    // Where nothing differs, nothing is compiled twice.
    let side = |is_other: bool, world: &dyn Fn() -> World| {
        (is_other && has_approvals).then(|| Side::new(world()))
    };
    let (has_gains, has_second) = (!history.gains.is_empty(), !second.is_empty());
    let fork = side(has_gains, &|| history.fork.clone());
    let head = side(has_gains, &|| after(&history.fork, &[first, second]));
    let earlier = side(has_second, &|| after(&tip.world, &[first]));
    let earlier_head = side(has_gains && has_second, &|| after(&history.fork, &[first]));
    let forked = fork.as_ref().map(Target::new);
    let forked = forked.as_ref().unwrap_or(&target);
    let seen = |commit: Commit, ask: &Ask| {
        let (at_fork, at_tip) = match commit {
            Commit::Second => (head.as_ref(), None),
            Commit::First => (
                earlier_head.as_ref().or(earlier.as_ref()).or(head.as_ref()),
                earlier.as_ref(),
            ),
        };
        let at_tip = Seen::new(&target, at_tip.unwrap_or(&result), ask);
        Seen::new(forked, at_fork.unwrap_or(&result), ask).and(&at_tip)
    };
    // No condition of an approval asks who the requester is, so all see the same.
    let mut commits: BTreeMap<Commit, Seen> = BTreeMap::new();
    let mut all = Vec::new();
    for ask in &history.asks {
        let mut given = Vec::new();
        let mut agreed = Vec::new();
        for (login, commit) in &ask.approvals {
            let of = commits.entry(*commit).or_insert_with(|| seen(*commit, ask));
            given.push(Approval {
                login: login.clone(),
                commit: "abc".to_owned(),
                digests: Some(of.digests.clone()),
                writers: Vec::new(),
            });
            agreed.push(Agreed {
                login: login.clone(),
                seen: of.contents.clone(),
            });
        }
        let asked = judge::Asked {
            actors: &ask.actors,
            author: ask.author.as_deref(),
            agreed: &agreed,
        };
        all.push(Answers {
            product: said(&target.plan(&result, ask, &given)?),
            oracle: target.oracle(&result).judge(&asked),
        });
    }
    Some(all)
}

/// The findings that keep a history from being asked about.
pub(crate) fn why_unread(history: &History) -> Vec<String> {
    let target = compiled(&after(&history.fork, &[&history.gains]));
    let all: [&[_]; 3] = [&history.gains, &history.first, &history.second];
    let result = compiled(&after(&history.fork, &all));
    let told = |compiled: &Compiled| -> Vec<String> {
        let errors = compiled.findings.iter();
        errors
            .filter(|finding| has_errors(std::slice::from_ref(finding)))
            .map(|finding| {
                let path = compiled.snapshot.path(finding.span.file);
                format!("{} {path}: {}", finding.code.id, finding.message)
            })
            .collect()
    };
    let of_target = told(&target).into_iter().map(|it| format!("target {it}"));
    of_target
        .chain(told(&result).into_iter().map(|it| format!("result {it}")))
        .collect()
}

/// What the two do not agree on, a line each.
pub(crate) fn differences(answers: &Answers) -> Vec<String> {
    fn of<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
        product: &BTreeMap<K, V>,
        oracle: &BTreeMap<K, V>,
    ) -> Vec<String> {
        let keys: BTreeSet<&K> = product.keys().chain(oracle.keys()).collect();
        let other = keys
            .into_iter()
            .filter(|key| product.get(key) != oracle.get(key));
        other
            .map(|key| {
                let (product, oracle) = (product.get(key), oracle.get(key));
                format!("{key:?}\n  product {product:?}\n  oracle  {oracle:?}")
            })
            .collect()
    }
    let Answers { product, oracle } = answers;
    let mut all = of(&product.steps, &oracle.steps);
    all.extend(of(&product.covered, &oracle.covered));
    if product.refusals != oracle.refusals || product.outcome != oracle.outcome {
        all.push(format!(
            "the plan\n  product {:?} {:?}\n  oracle  {:?} {:?}",
            product.outcome, product.refusals, oracle.outcome, oracle.refusals
        ));
    }
    all
}
