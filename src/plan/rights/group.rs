//! Many decisions that move become few lines: the same for several people, actions and kinds is
//! said once.
//!
//! In: for each person and class of entities what moves. Out: [`RightsMove`]s, first those of who
//! asks and who pushed, sorted; the same for the same input in any order.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::file::rights::{On, RightsMove, Who, WhoSort};
use crate::plan::rights::Limits;
use crate::plan::rights::ask::Move;
use crate::plan::rights::crowd::{Crowd, People, What};
use crate::policy::BuiltIn;

/// What a decision is about: the action, the kind, and whether it is about new ones like those.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    /// The kind; none for the catalog itself.
    pub(super) kind: Option<String>,
    pub(super) action: String,
    /// Whether new ones are meant.
    pub(super) new: bool,
}

/// A decision that moves, for one person and some entities.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    /// The number of the person.
    pub(super) person: usize,
    pub(super) about: About,
    pub(super) what: Move,
    /// By name.
    pub(super) entities: Vec<String>,
}

type Entities = BTreeSet<String>;
type Actions = BTreeSet<String>;
/// A kind, whether new ones are meant, and its entities.
type Place = (Option<String>, bool, Entities);

/// The lines of all that moves. `of` is how many entities there are of a kind.
pub(super) fn grouped(
    moved: Vec<Moved>,
    crowd: &Crowd<'_, '_>,
    of: &BTreeMap<Option<String>, u64>,
    limits: Limits,
) -> Vec<RightsMove> {
    let mut by_person: BTreeMap<(Move, About, usize), Entities> = BTreeMap::new();
    for one in moved {
        let key = (one.what, one.about, one.person);
        by_person.entry(key).or_default().extend(one.entities);
    }
    let mut by_entities: BTreeMap<(Move, About, Entities), People> = BTreeMap::new();
    for ((what, about, person), entities) in by_person {
        let people = by_entities.entry((what, about, entities)).or_default();
        people.insert(person);
    }
    let mut by_place: BTreeMap<(Move, People, Place), Actions> = BTreeMap::new();
    for ((what, about, entities), people) in by_entities {
        let place = (about.kind, about.new, entities);
        let actions = by_place.entry((what, people, place)).or_default();
        actions.insert(about.action);
    }
    let mut by_actions: BTreeMap<(Move, People, Actions), Vec<On>> = BTreeMap::new();
    for ((what, people, (blueprint, new, entities)), actions) in by_place {
        let all = by_actions.entry((what, people, actions)).or_default();
        all.push(On {
            count: entities.len() as u64,
            of: of.get(&blueprint).copied().unwrap_or_default(),
            // Of the catalog itself there are few kinds, and which ones is what matters.
            examples: match blueprint {
                Some(_) => entities.into_iter().take(limits.examples).collect(),
                None => entities.into_iter().take(limits.named).collect(),
            },
            blueprint,
            new,
        });
    }
    let pairs = by_actions
        .iter()
        .flat_map(|((_, _, actions), on)| pairs_of(actions, on));
    let ruled: BTreeSet<(String, Option<String>)> = pairs.collect();
    let ruled = crowd.ruled(ruled);
    let mut lines: Vec<RightsMove> = by_actions
        .into_iter()
        .flat_map(|((what, people, actions), mut on)| {
            on.sort();
            let line = |(who, others): (Vec<Who>, u64)| RightsMove {
                who,
                others,
                turn: what.turn,
                way: what.way,
                actions: actions.iter().cloned().collect(),
                on: on.clone(),
                only: what.narrowed.only.clone(),
                but: what.narrowed.but.clone(),
                before: what.approvals.as_ref().map(|(before, _)| before.clone()),
                after: what.approvals.as_ref().map(|(_, after)| after.clone()),
            };
            let about = What {
                turn: what.turn,
                on: &on,
                forms: pairs_of(&actions, &on)
                    .filter_map(|pair| ruled.get(&pair))
                    .collect(),
            };
            let lines: Vec<RightsMove> = crowd
                .split(&people, &about, limits.named)
                .into_iter()
                .map(line)
                .collect();
            lines
        })
        .collect();
    lines.sort_by_key(key);
    lines
}

/// The actions that give power over what others may do.
const AUTHORITY: [BuiltIn; 4] = [
    BuiltIn::Define,
    BuiltIn::Grant,
    BuiltIn::Override,
    BuiltIn::Record,
];

/// The order of lines: who asks and who pushed first, then what is gained, and the shorter words
/// before the longer.
fn key(line: &RightsMove) -> impl Ord + use<> {
    let who: Vec<(WhoSort, String)> = line
        .who
        .iter()
        .map(|who| (who.sort, who.name.clone()))
        .collect();
    let first = line.who.iter().filter_map(|who| who.part).min();
    // What changes who may do what, or is never run, before what only changes the catalog.
    let is_authority = AUTHORITY
        .iter()
        .any(|built_in| line.actions.iter().any(|it| it == built_in.word()));
    (
        // Those who have no part come last.
        (first.is_none(), first),
        (line.turn, !is_authority, who),
        (line.way, line.actions.clone()),
        (line.on.clone(), line.only.clone(), line.but.clone()),
    )
}

/// The actions of a line with the kinds that they are about.
fn pairs_of<'a>(
    actions: &'a Actions,
    on: &'a [On],
) -> impl Iterator<Item = (String, Option<String>)> + use<'a> {
    let pair = |action: &String, on: &On| (action.clone(), on.blueprint.clone());
    let pairs = actions
        .iter()
        .flat_map(|action| on.iter().map(move |on| (action, on)));
    pairs.map(move |(action, on)| pair(action, on))
}
