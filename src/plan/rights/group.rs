//! Many decisions that move become few lines: the same for several people, actions and kinds is
//! said once.
//!
//! In: for each person and class of entities what moves. Out: [`RightsMove`]s, first those of who
//! asks and who pushed, sorted; the same for the same input in any order.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::EntityId;
use crate::plan::diff::Side;
use crate::plan::file::Part;
use crate::plan::file::rights::{On, RightsMove, Turn, Who, WhoSort};
use crate::plan::rights::Limits;
use crate::plan::rights::ask::Move;
use crate::plan::rights::pair::{Both, Pairs, PersonPair};
use crate::policy::{BuiltIn, Rules};

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
type People = BTreeSet<usize>;
type Actions = BTreeSet<String>;
/// A kind, whether new ones are meant, and its entities.
type Place = (Option<String>, bool, Entities);

/// The lines of all that moves. `of` is how many entities there are of a kind.
pub(super) fn grouped(
    moved: Vec<Moved>,
    crowd: &Crowd<'_>,
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
            let lines: Vec<RightsMove> = crowd
                .split(&people, what.turn, limits.named)
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

/// All people, and the groups that they are in.
pub(super) struct Crowd<'a> {
    pairs: &'a Pairs,
    /// The parts that people have in the pull request, by number.
    parts: BTreeMap<usize, Part>,
    /// On each side the groups by name, with the people in them.
    groups: [Vec<(String, People)>; 2],
    /// Who is asked for at all.
    asked: People,
}

impl<'a> Crowd<'a> {
    /// The crowd. `actors` are the requester and then everyone who pushed.
    pub(super) fn new(
        rules: &Both<&Rules<'_>>,
        pairs: &'a Pairs,
        actors: &[String],
        asked: People,
    ) -> Self {
        let mut parts = BTreeMap::new();
        for (n, login) in actors.iter().enumerate() {
            let part = if n == 0 { Part::Asked } else { Part::Pushed };
            let mut people = pairs.people.iter().enumerate();
            let known = people.find(|(_, one)| one.login.eq_ignore_ascii_case(login));
            if let Some((person, _)) = known {
                parts.entry(person).or_insert(part);
            }
        }
        Self {
            pairs,
            parts,
            groups: [
                groups(rules.before, pairs, Side::Before, &asked),
                groups(rules.after, pairs, Side::After, &asked),
            ],
            asked,
        }
    }

    /// The same crowd, of whom only some are asked for.
    pub(super) fn among(self, asked: People) -> Self {
        let [before, after] = self.groups;
        let of = |groups: Vec<(String, People)>| {
            let groups = groups.into_iter();
            groups
                .map(|(name, people)| (name, people.intersection(&asked).copied().collect()))
                .collect()
        };
        Self {
            groups: [of(before), of(after)],
            asked,
            ..self
        }
    }

    /// Who asks and who pushed.
    pub(super) fn is_actor(&self, person: usize) -> bool {
        self.parts.contains_key(&person)
    }

    /// Some people as one line for those who have a part, and one for all of them.
    fn split(&self, people: &People, turn: Turn, most: usize) -> Vec<(Vec<Who>, u64)> {
        let (own, others): (People, People) =
            people.iter().partition(|person| self.is_actor(**person));
        let mut lines = Vec::new();
        if !own.is_empty() {
            let mut own: Vec<usize> = own.into_iter().collect();
            own.sort_by_key(|person| (self.parts.get(person).copied(), *person));
            let own: Vec<Who> = own.into_iter().map(|person| self.person(person)).collect();
            lines.push((own, 0));
        }
        if !others.is_empty() {
            lines.push(self.named(people, turn, most));
        }
        lines
    }

    fn person(&self, person: usize) -> Who {
        let pair = self.pairs.people.get(person);
        let is_stranger = pair.is_none_or(PersonPair::is_stranger);
        Who {
            sort: if is_stranger {
                WhoSort::Anyone
            } else {
                WhoSort::Person
            },
            name: pair.map_or_else(String::new, |pair| pair.login.clone()),
            part: self.parts.get(&person).copied(),
        }
    }

    /// Groups whose people are all among these, then the others by name.
    fn named(&self, people: &People, turn: Turn, most: usize) -> (Vec<Who>, u64) {
        // What is lost was a right of those who were in a group.
        let side = if turn == Turn::Loses {
            Side::Before
        } else {
            Side::After
        };
        let is_known = |person: &usize| {
            let pair = self.pairs.people.get(*person);
            pair.is_some_and(|pair| pair.on(side).is_some())
        };
        let mut left = people.clone();
        let mut named = Vec::new();
        let everyone: People = self.asked.iter().copied().filter(is_known).collect();
        if everyone.len() > 1 && everyone.is_subset(people) {
            left.retain(|person| !everyone.contains(person));
            named.push(Who {
                sort: WhoSort::Everyone,
                name: String::new(),
                part: None,
            });
        }
        let [before, after] = &self.groups;
        let groups = if side == Side::Before { before } else { after };
        for (name, members) in groups {
            let is_new = members.intersection(&left).nth(1).is_some();
            if is_new && members.is_subset(people) {
                left.retain(|person| !members.contains(person));
                named.push(Who {
                    sort: WhoSort::Group,
                    name: name.clone(),
                    part: None,
                });
            }
        }
        // Who has a part is named on a line of their own.
        left.retain(|person| !self.is_actor(*person));
        named.sort_by(|a, b| (a.sort, &a.name).cmp(&(b.sort, &b.name)));
        named.extend(left.into_iter().map(|person| Who {
            part: None,
            ..self.person(person)
        }));
        let others = named.len().saturating_sub(most);
        named.truncate(most);
        (named, others as u64)
    }
}

/// The groups of a side with the people in them, the largest first.
fn groups(rules: &Rules<'_>, pairs: &Pairs, side: Side, asked: &People) -> Vec<(String, People)> {
    let mut found = BTreeMap::new();
    for person in asked {
        let pair = pairs.people.get(*person);
        let Some(id) = pair.and_then(|pair| pair.on(side)) else {
            continue;
        };
        for group in rules.groups_of(id) {
            let people: &mut People = found.entry(group).or_default();
            people.insert(*person);
        }
    }
    let sizes: Vec<&People> = found.values().collect();
    let is_tie = sizes
        .iter()
        .enumerate()
        .any(|(n, people)| sizes.iter().skip(n + 1).any(|other| other == people));
    let owned = if is_tie {
        owned(rules)
    } else {
        BTreeMap::new()
    };
    let mut groups: Vec<(u64, String, People)> = found
        .into_iter()
        .filter_map(|(group, people)| {
            let entity = rules.catalog().entity(group)?;
            let owns = owned.get(&group).copied().unwrap_or_default();
            Some((owns, entity.identifier.value.to_string(), people))
        })
        .collect();
    // Of two groups with the same people the one is named that has more to do.
    groups.sort_by(|(a, x, some), (b, y, others)| (others.len(), b, x).cmp(&(some.len(), a, y)));
    let groups = groups.into_iter();
    groups.map(|(_, name, people)| (name, people)).collect()
}

/// How many entities each owns.
fn owned(rules: &Rules<'_>) -> BTreeMap<EntityId, u64> {
    let mut owned = BTreeMap::new();
    for (id, _) in rules.catalog().entities() {
        for owner in rules.owners_of(id) {
            *owned.entry(owner).or_default() += 1;
        }
    }
    owned
}
