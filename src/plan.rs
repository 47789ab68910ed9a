//! What merging would do: the semantic difference of two catalogs as named, permitted,
//! ordered steps.
//!
//! In: the target's catalog, the result's, the rules of the target, who asks and who approved.
//! Out: a [`file::PlanFile`], which is all that renderers and `apply` ever see, or the findings
//! that stop it from being made.
//!
//! `diff` compares, `likeness` sees what may be a rename, `effect` follows derived values and
//! `levels` holds what they touch against scorecards, `claim` and `draft` find the actions,
//! `coalesce` makes one step of what is asked for twice, `input` and `call` fill them in, `decide`
//! asks the rules, `delegated` leaves it to what caused a step, `glass` sees who declares an emergency, `order` sorts, `cover`, `definition`
//! and `beside` see to the rest of the bytes, `coverage` decides about them, `outside` names what
//! is beyond them, `over` stops what has ended, `expired` asks for it by the clock,
//! `precondition` what the action does not take, `conflict` what does not go together, `freeze`
//! what is not done now, `guard` counts, `lifting` tells what is lifted of both, `limit` keeps it
//! small, `stop` says what stops it, `notices` says what must be heard of, `conditioned` what is claimed otherwise from then on, `unmoved` what is no
//! rename, `idle` what records nothing, `obscure` what nobody knows of the target, `warned` what
//! is no error and must be heard of, `touched` what is drawn, `with` what goes with a deletion,
//! `assemble` puts it together, `footprint` says what it rests on; `since` and `stale` compare two
//! plans, `commute` says whether two go in any order, `outdated` looks whether a step of an old
//! plan is what the catalog says.

use std::collections::BTreeMap;

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::model::Moment;
use crate::policy::Rules;
use crate::source::Snapshot;

pub mod account;
mod adopted;
pub mod agreement;
pub mod asked;
mod assemble;
mod beside;
mod blank;
pub mod call;
pub mod claim;
mod coalesce;
pub mod commute;
mod conditioned;
mod conflict;
mod cover;
mod coverage;
mod decide;
mod definition;
mod delegated;
pub mod diff;
mod draft;
mod effect;
mod ends;
pub mod expired;
pub mod file;
mod first;
mod footprint;
pub mod freeze;
mod glass;
pub mod gone;
mod guard;
mod handed;
mod hide;
mod idle;
mod input;
mod lasting;
mod levels;
mod lifting;
mod likeness;
pub mod limit;
pub mod mask;
mod notices;
mod obscure;
mod order;
mod origin;
pub mod outdated;
mod outside;
mod over;
pub mod precondition;
mod refuse;
pub mod rendered;
pub mod rights;
pub mod schema;
pub mod since;
pub mod stale;
mod stop;
mod touched;
pub mod unfit;
mod unmet;
mod unmoved;
mod value;
mod warned;
mod with;
mod withdrawn;

use account::Accounts;
use agreement::Approval;
use coverage::coverage;
use decide::{Emergency, Judge};
use diff::Difference;
use draft::Draft;
use effect::Effect;
use effect::owner::Led;
use file::{MoreEffects, PlanFile, Revision, Step};
use footprint::Ground;
use glass::Declared;
use handed::Handed;
use hide::Secrets;
use levels::Levels;
use origin::Origins;
use stop::Made;
use value::States;

pub use definition::definitions_by_file;
pub use guard::shut;
pub use over::would_be_over;
pub use refuse::broken_definition;

/// Who asks, and for what.
pub struct Asked<'a> {
    /// The tip of the target branch.
    pub target: Revision,
    /// The pull request.
    pub head: Revision,
    /// Logins: the requester first, then everyone who pushed.
    pub actors: &'a [String],
    /// Who agreed.
    pub approvals: &'a [Approval],
    /// The accounts of those who are named, as far as they are known.
    pub accounts: &'a Accounts,
    /// Logins that never count as approvers besides the actors: commit authors.
    pub excluded: &'a [String],
    /// Files that a merge of texts made.
    pub merged: Vec<String>,
    /// The files outside the catalog that the merge changes, in order.
    pub outside: &'a [String],
    /// Files that one side alone reads, as the other has them.
    pub apart: &'a Apart,
    /// The folder compiled.
    pub root: &'a str,
    /// Whether the target has a catalog at all; without one everything is adopted.
    pub has_target: bool,
    /// What is not to be run once more.
    pub spent: &'a Spent,
    /// Why the pull request is not what it would have to be, though it is known what that is.
    pub incomplete: Option<String>,
    /// The key of the masks of secrets, where the steps are compared with those of another plan;
    /// without it the plan has one of its own.
    pub masks: Option<&'a str>,
}

/// What is not to be run once more. A plan between trees knows nothing of it.
#[derive(Debug, Clone, Default)]
pub struct Spent {
    /// The ids of requests that were run before, and what was run when an entity expired
    /// ([`file::spent`]), with the step that each was.
    pub ran: BTreeMap<String, String>,
    /// The ids of requests that the target held once and holds no more, with the commit that took
    /// each of them out.
    pub lost: BTreeMap<String, String>,
}

impl Spent {
    /// Whether nothing is known of what was.
    pub fn is_empty(&self) -> bool {
        self.ran.is_empty() && self.lost.is_empty()
    }
}

/// What a side has in its repository and does not read, and the other side reads: whether such
/// a file changed, or only what is read.
#[derive(Debug, Default)]
pub struct Apart {
    /// Of the target, what the result's settings read.
    pub before: Snapshot,
    /// Of the result, what the target's settings read.
    pub after: Snapshot,
}

/// Makes the plan of a merge. The result must be without errors.
///
/// Errors: what stops it from being made, at places of the result.
pub fn plan(
    before: &Compiled,
    after: &Compiled,
    rules: &Rules<'_>,
    asked: &Asked<'_>,
) -> Result<PlanFile, Vec<Finding>> {
    let states = States::new(before, after, asked.apart, rules.now());
    let mut wrong = Vec::new();
    let secrets = Secrets::of(&states, asked.masks);
    let declared = glass::declared(&states, &secrets);
    let judge = judge(rules, asked, &declared);
    let all = diff::diff(&before.catalog, &after.catalog, &states.renames);
    let taken = refuse::adopt(&states, asked, all);
    let Origins {
        authored: differences,
        defined,
        mut mixed,
    } = origin::origins(&states, taken.rest);
    let reached = effect::reached(&states, &differences);
    let effects = effect::effects(&states, &reached);
    mixed.follow(&differences, &effects);
    let derived = effect::as_differences(&states, &effects);
    let drafts = draft::drafts(&states, &differences, (&derived, &effects), &mut wrong);
    let (drafts, twice) = coalesce::coalesced(&states, with(&states, drafts, &defined));
    limit::steps(&states, &drafts)?;
    let slots = order::order(&states, &drafts);
    let guarded = guard::guarded(&states, &drafts, &judge);
    let handed = Handed::of(&states, &differences, &drafts, rules);
    let by = (&judge, guarded.lifts.as_slice(), &handed);
    let (mut steps, unsent) = assemble::steps(&states, &drafts, &slots, by, &secrets, &mut wrong);
    stop::sound(wrong, &secrets)?;
    let by = (&judge, &secrets);
    let coverage = coverage(&states, &differences, by, asked, &taken.paths);
    let ground = Ground::new(&states, by, (&differences, &defined), &reached);
    let footprint = ground.fill((&drafts, &slots, &handed), &coverage, asked, &mut steps);
    let made = Made {
        guarded: &guarded,
        states: &states,
        asked,
        differences: &differences,
        mixed: &mixed,
        drafts: &drafts,
        steps: &steps,
        coverage: &coverage,
    };
    let twice = [twice, handed.refusals()].concat();
    let earlier = [taken.refusals, declared.refusals, unsent, twice].concat();
    let refusals = stop::refusals(&made, rules, earlier);
    let glass = glass::notice(&declared.requests, &steps, &coverage).into_iter();
    let overrides = lifting::lifted(&states, &drafts, &guarded.exceeded, by);
    let besides = Besides::of(&states, (&differences, &defined), &handed.led, rules.now());
    let (effects, more_effects, levels) =
        besides.tell(effects, (&drafts, &slots), &steps, &secrets);
    let renames = likeness::likely(&states, &differences, &secrets);
    Ok(PlanFile {
        id: PlanFile::id_of(&steps, &coverage),
        refusals,
        notices: glass
            .chain(lifting::notices(&overrides, &coverage))
            .chain(notices::loud(asked, rules, &steps, &taken.paths))
            .chain(notices::doubts(&made, &slots, &renames, &secrets))
            .collect(),
        renames,
        more_effects,
        levels: levels.moves,
        unscored: levels.unscored,
        uncounted: judge.uncounted(&steps, asked.head.commit.as_deref()),
        graph: Some(touched::touched(&states, &steps, &effects)),
        effects,
        steps,
        coverage,
        footprint,
        break_glass: declared.requests,
        overrides,
        ..blank::merging(&states, (rules, asked), &taken.entities)
    })
}

/// The drafts, and those of what a definition made.
fn with<'a>(
    states: &States<'a>,
    mut drafts: Vec<Draft<'a>>,
    defined: &[Difference],
) -> Vec<Draft<'a>> {
    let defined = defined.iter();
    drafts.extend(defined.flat_map(|difference| draft::unclaimed(states, difference)));
    drafts
}

/// What changes besides the steps is asked of both sides.
struct Besides<'a, 'c> {
    states: &'a States<'c>,
    /// The differences that somebody made.
    authored: &'a [Difference],
    /// Those that a definition made.
    defined: &'a [Difference],
    /// What leads to other owners.
    led: &'a Led,
    now: Option<Moment>,
}

impl<'a, 'c> Besides<'a, 'c> {
    const fn of(
        states: &'a States<'c>,
        (authored, defined): (&'a [Difference], &'a [Difference]),
        led: &'a Led,
        now: Option<Moment>,
    ) -> Self {
        Self {
            states,
            authored,
            defined,
            led,
            now,
        }
    }

    /// Values of other entities, those that are only counted, and levels of scorecards.
    fn tell(
        &self,
        effects: Vec<Effect>,
        (drafts, slots): (&[Draft<'_>], &[order::Slot]),
        steps: &[Step],
        secrets: &Secrets,
    ) -> (Vec<file::Effect>, Vec<MoreEffects>, Levels) {
        let defined = effect::defined::defined(self.states, &effects);
        let owners = effect::owner::owners(self.states, self.led, &effects);
        let differences = self.authored.iter().chain(self.defined);
        let moved = effects.iter().chain(&owners).chain(&defined);
        let touched = levels::touched(self.states, differences, moved);
        // What is too much to list still moves levels.
        let (defined, more) = effect::defined::bounded(defined);
        let mut all = [effects, owners, defined].concat();
        effect::sort(&mut all);
        let mut effects = effect::told(&all, self.authored, drafts, slots);
        let levels = levels::levels(self.states, self.now, &touched, (steps, &effects));
        secrets.hide_effects(&mut effects);
        (effects, more, levels)
    }
}

fn judge<'a, 'c>(rules: &'a Rules<'c>, asked: &'a Asked<'a>, declared: &Declared) -> Judge<'a, 'c> {
    Judge {
        glass: if declared.requests.is_empty() {
            Emergency::No
        } else {
            Emergency::Declared
        },
        ..judge_of(rules, asked)
    }
}

/// Who asks the rules on an ordinary day.
fn judge_of<'a, 'c>(rules: &'a Rules<'c>, asked: &'a Asked<'a>) -> Judge<'a, 'c> {
    let actors = asked
        .actors
        .iter()
        .map(|login| {
            let id = asked.accounts.id_of(login);
            (login.clone(), rules.person(login, id))
        })
        .collect();
    Judge {
        rules,
        actors,
        approvals: asked.approvals,
        accounts: asked.accounts,
        authors: asked.excluded,
        spent: &asked.spent.ran,
        glass: Emergency::No,
    }
}
