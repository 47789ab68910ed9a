//! Who a line of rights is about: people by name, or a group that has it as a group.
//!
//! In: the people for whom something moves, and what the rules about it name. Out: [`Who`], few and
//! sorted, with who asks and who pushed on a line of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::EntityId;
use crate::plan::diff::Side;
use crate::plan::file::Part;
use crate::plan::file::rights::{On, Turn, Who, WhoSort};
use crate::plan::rights::pair::{Both, Pairs, PersonPair};
use crate::policy::{ActionName, BuiltIn, Form, Rules};

pub(super) type People = BTreeSet<usize>;

/// What a line is about.
pub(super) struct What<'w> {
    pub(super) turn: Turn,
    pub(super) on: &'w [On],
    /// What the rules about it name.
    pub(super) forms: Vec<&'w Both<Form>>,
}

/// A group and the people in it.
struct Group {
    id: EntityId,
    name: String,
    people: People,
    /// It and the groups that it is in, with their names.
    within: BTreeMap<EntityId, String>,
}

impl Group {
    /// Whether it may have something as a group: a rule about it names the group, or it owns some.
    fn is_meant(&self, forms: &[&Form], owners: &BTreeSet<EntityId>) -> bool {
        let mut names = self.within.values();
        let is_named = |name: &String| forms.iter().any(|form| form.may_read(name));
        self.within.keys().any(|id| owners.contains(id)) || names.any(is_named)
    }
}

/// All people, and the groups that they are in.
pub(super) struct Crowd<'a, 'c> {
    rules: Both<&'a Rules<'c>>,
    pairs: &'a Pairs,
    /// The parts that people have in the pull request, by number.
    parts: BTreeMap<usize, Part>,
    /// On each side the groups with the people in them.
    groups: Both<Vec<Group>>,
    /// Who is asked for at all.
    asked: People,
}

impl<'a, 'c> Crowd<'a, 'c> {
    /// The crowd. `actors` are the requester and then everyone who pushed.
    pub(super) fn new(
        rules: Both<&'a Rules<'c>>,
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
            rules,
            pairs,
            parts,
            groups: Both {
                before: groups(rules.before, pairs, Side::Before, &asked),
                after: groups(rules.after, pairs, Side::After, &asked),
            },
            asked,
        }
    }

    /// The same crowd, of whom only some are asked for.
    pub(super) fn among(mut self, asked: People) -> Self {
        let groups = &mut self.groups;
        for group in groups.before.iter_mut().chain(&mut groups.after) {
            group.people.retain(|person| asked.contains(person));
        }
        Self { asked, ..self }
    }

    /// What the rules of both sides about actions name.
    pub(super) fn ruled(
        &self,
        about: BTreeSet<(String, Option<String>)>,
    ) -> BTreeMap<(String, Option<String>), Both<Form>> {
        let form = |rules: &Rules<'_>, (action, kind): &(String, Option<String>)| {
            let mut built_in = BuiltIn::ALL.into_iter();
            let built_in = built_in.find(|it| it.word() == action);
            let action = built_in.map_or(ActionName::Catalog(action), ActionName::BuiltIn);
            let kind = kind.as_deref();
            let kind = kind.and_then(|kind| rules.catalog().find_blueprint(kind));
            rules.form(action, kind.map(|(id, _)| id))
        };
        let both = |about: (String, Option<String>)| {
            let forms = Both::of(&self.rules, |rules| form(rules, &about));
            (about, forms)
        };
        about.into_iter().map(both).collect()
    }

    /// Who asks and who pushed.
    pub(super) fn is_actor(&self, person: usize) -> bool {
        self.parts.contains_key(&person)
    }

    /// Some people as one line for those who have a part, and one for all of them.
    pub(super) fn split(
        &self,
        people: &People,
        what: &What<'_>,
        most: usize,
    ) -> Vec<(Vec<Who>, u64)> {
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
            lines.push(self.named(people, what, most));
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

    /// Groups whose people are all among these, then the others by name. Only a group that a rule
    /// is about or that owns something of it is one: else its people have it for another reason, and
    /// who joins it will not.
    fn named(&self, people: &People, what: &What<'_>, most: usize) -> (Vec<Who>, u64) {
        // What is lost was a right of those who were in a group.
        let side = if what.turn == Turn::Loses {
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
        let owners = owners(self.rules.on(side), what.on);
        let forms: Vec<&Form> = what.forms.iter().map(|it| it.on(side)).collect();
        for group in self.groups.on(side) {
            let members = &group.people;
            let is_new = members.intersection(&left).nth(1).is_some();
            if is_new && members.is_subset(people) && group.is_meant(&forms, &owners) {
                left.retain(|person| !members.contains(person));
                named.push(Who {
                    sort: WhoSort::Group,
                    name: group.name.clone(),
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

/// Who owns what is named as an example.
fn owners(rules: &Rules<'_>, on: &[On]) -> BTreeSet<EntityId> {
    let catalog = rules.catalog();
    let named = on.iter().flat_map(|on| {
        let kind = on.blueprint.as_deref();
        let kind = kind.and_then(|kind| catalog.find_blueprint(kind));
        let names = on.examples.iter();
        names.filter_map(move |name| catalog.find_entity(kind?.0, name))
    });
    named.flat_map(|id| rules.owners_of(id)).collect()
}

/// The groups of a side with the people in them, the largest first.
fn groups(rules: &Rules<'_>, pairs: &Pairs, side: Side, asked: &People) -> Vec<Group> {
    let mut found: BTreeMap<EntityId, People> = BTreeMap::new();
    for person in asked {
        let pair = pairs.people.get(*person);
        let Some(id) = pair.and_then(|pair| pair.on(side)) else {
            continue;
        };
        for group in rules.groups_of(id) {
            found.entry(group).or_default().insert(*person);
        }
    }
    let catalog = rules.catalog();
    let named = |id: EntityId| Some((id, catalog.entity(id)?.identifier.value.to_string()));
    let group = |(id, people): (EntityId, People)| {
        let within = rules.groups_of(id).into_iter().chain([id]);
        Some(Group {
            id,
            name: named(id)?.1,
            people,
            within: within.filter_map(named).collect(),
        })
    };
    let mut groups: Vec<Group> = found.into_iter().filter_map(group).collect();
    let owned = if is_tie(&groups) {
        owned(rules)
    } else {
        BTreeMap::new()
    };
    // Of two groups with the same people the one is named that has more to do.
    groups.sort_by_cached_key(|group| {
        let owns = owned.get(&group.id).copied().unwrap_or_default();
        let people = group.people.len();
        (
            std::cmp::Reverse(people),
            std::cmp::Reverse(owns),
            group.name.clone(),
        )
    });
    groups
}

/// Whether two groups have the same people.
fn is_tie(groups: &[Group]) -> bool {
    let mut sizes = BTreeSet::new();
    groups.iter().any(|group| !sizes.insert(&group.people))
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
