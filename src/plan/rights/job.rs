//! What has to be asked, in as few questions as possible.
//!
//! In: the actions, and what a pull request can have moved. Out: [`Job`]s: the people and the
//! classes of entities for which an action is asked. Entities of a class look alike to the rules
//! of both sides, so one of them is asked about.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::model::EntityId;
use crate::plan::diff::Side;
use crate::plan::file::rights::Sampled;
use crate::plan::rights::ask::Target;
use crate::plan::rights::pair::{Both, Pairs};
use crate::plan::rights::sample::Samples;
use crate::plan::rights::subject::Subject;
use crate::plan::rights::touch::{Reached, Touch};
use crate::policy::Rules;

/// Looking at what an entity is like costs a part of a question.
const LOOKS: u64 = 10;

/// Fewer entities of the largest kind say little about it.
const ENOUGH: usize = 20;

/// People who are asked for, and entities: by their numbers.
struct Part {
    people: Vec<usize>,
    targets: Vec<Target>,
}

/// An action that has to be asked.
struct Wanted<'s, 'a> {
    subject: &'s Subject<'a>,
    samples: Samples,
    parts: Vec<Part>,
}

/// All that has to be asked.
pub(super) struct Jobs<'s, 'a> {
    rules: Both<&'s Rules<'a>>,
    wanted: Vec<Wanted<'s, 'a>>,
}

/// Some people and classes of entities for one action.
pub(super) struct Job<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) samples: &'s Samples,
    pub(super) people: Vec<usize>,
    pub(super) targets: Vec<Target>,
    /// The numbers of the targets that are asked about as one.
    pub(super) classes: Vec<Vec<usize>>,
}

/// Jobs that are not too many.
pub(super) struct Fitted<'s, 'a> {
    pub(super) jobs: Vec<Job<'s, 'a>>,
    pub(super) questions: u64,
    pub(super) sampled: Option<Sampled>,
    /// The people who are asked for at all.
    pub(super) people: BTreeSet<usize>,
}

impl<'s, 'a> Jobs<'s, 'a> {
    /// Finds what has to be asked.
    pub(super) fn new(
        rules: &Both<&'s Rules<'a>>,
        pairs: &Pairs,
        touch: &Touch<'_, '_>,
        subjects: &'s [Subject<'a>],
        files: &BTreeSet<(&'static str, String)>,
    ) -> Self {
        let mut wanted = Vec::new();
        for subject in subjects {
            let is_alike = subject.is_ruled_alike() && subject.is_left_alike(rules, pairs);
            let parts = if touch.all || !is_alike {
                let people = (0..pairs.people.len()).collect();
                let targets = targets(subject, pairs, files);
                vec![Part { people, targets }]
            } else {
                let reached = touch.reached(&subject.forms);
                parts(subject, pairs, &reached, files)
            };
            let parts: Vec<Part> = parts
                .into_iter()
                .filter(|part| !part.people.is_empty() && !part.targets.is_empty())
                .collect();
            if !parts.is_empty() {
                wanted.push(Wanted {
                    subject,
                    samples: subject.samples(rules, pairs),
                    parts,
                });
            }
        }
        Self {
            rules: *rules,
            wanted,
        }
    }

    /// The jobs with at most `most` questions: where they are more, one entity of so many is
    /// asked about and one person of so many asked for. `is_kept` are those who are asked for in
    /// any case.
    pub(super) fn fitted(
        &'s self,
        is_kept: &(dyn Fn(usize) -> bool + Sync),
        is_sound: bool,
        most: u64,
    ) -> Fitted<'s, 'a> {
        let parts = self.wanted.iter().flat_map(|wanted| &wanted.parts);
        let targets = parts.map(|part| part.targets.len());
        let sparse = sparse(targets.clone().max().unwrap_or(0));
        let targets: u64 = targets.map(|n| n as u64).sum();
        let mut sampled = Sampled {
            entities: times(targets / LOOKS, most).min(sparse),
            people: 1,
        };
        loop {
            let jobs = self.jobs(sampled, is_kept, is_sound);
            let questions = jobs.iter().map(Job::questions).sum();
            let entities = jobs.iter().map(|job| job.targets.len()).max();
            let people = jobs.iter().map(|job| job.kept(is_kept)).max();
            let left = (entities.unwrap_or(0), people.unwrap_or(0));
            if let Some(fewer) = fewer(sampled, sparse, left).filter(|_| questions > most) {
                sampled = fewer;
                continue;
            }
            let people = (0..).take_while(|n| *n < self.crowd());
            let people = people.filter(|n| is_asked(*n, sampled.people, is_kept));
            let is_part = sampled.entities > 1 || sampled.people > 1;
            return Fitted {
                people: people.collect(),
                jobs,
                questions,
                sampled: is_part.then_some(sampled),
            };
        }
    }

    /// One more than the highest number of a person who is asked for.
    fn crowd(&self) -> usize {
        let parts = self.wanted.iter().flat_map(|wanted| &wanted.parts);
        let people = parts.flat_map(|part| &part.people);
        people.max().map_or(0, |most| most + 1)
    }

    fn jobs(
        &'s self,
        sampled: Sampled,
        is_kept: &(dyn Fn(usize) -> bool + Sync),
        is_sound: bool,
    ) -> Vec<Job<'s, 'a>> {
        let parts: Vec<(&Wanted<'s, 'a>, &Part)> = self
            .wanted
            .iter()
            .flat_map(|wanted| wanted.parts.iter().map(move |part| (wanted, part)))
            .collect();
        let job = |(wanted, part): &(&'s Wanted<'s, 'a>, &Part)| {
            let step = sampled.entities as usize;
            let targets: Vec<Target> = part.targets.iter().step_by(step).cloned().collect();
            let people = part.people.iter().copied();
            Job {
                subject: wanted.subject,
                samples: &wanted.samples,
                people: people
                    .filter(|person| is_asked(*person, sampled.people, is_kept))
                    .collect(),
                classes: self.classes(wanted.subject, &targets, is_sound),
                targets,
            }
        };
        parts.par_iter().map(job).collect()
    }

    /// Targets that look alike to the rules of both sides.
    fn classes(
        &self,
        subject: &Subject<'_>,
        targets: &[Target],
        is_sound: bool,
    ) -> Vec<Vec<usize>> {
        let mut classes: Vec<Vec<usize>> = Vec::new();
        let mut known = BTreeMap::new();
        for (n, target) in targets.iter().enumerate() {
            let likeness = |side: Side, id: EntityId| {
                let looks = subject.looks.on(side);
                self.rules.on(side).likeness(looks, id)
            };
            let both = match target {
                // Where something is wrong, one may fail where another like it does not.
                Target::Entity(pair) if is_sound => {
                    likeness(Side::Before, pair.before).zip(likeness(Side::After, pair.after))
                }
                _ => None,
            };
            let next = classes.len();
            let at = both.map_or(next, |both| *known.entry(both).or_insert(next));
            match classes.get_mut(at) {
                Some(class) => class.push(n),
                None => classes.push(vec![n]),
            }
        }
        classes
    }
}

impl Job<'_, '_> {
    fn questions(&self) -> u64 {
        let all = [
            self.people.len(),
            self.classes.len(),
            self.samples.all.len(),
        ];
        let all = all.into_iter().map(|n| n as u64);
        all.fold(1, u64::saturating_mul)
    }

    /// How many people there are who need not be asked for.
    fn kept(&self, is_kept: &(dyn Fn(usize) -> bool + Sync)) -> usize {
        let people = self.people.iter();
        people.filter(|person| !is_kept(**person)).count()
    }
}

/// Whether a person is asked for, where one of so many is.
fn is_asked(person: usize, of: u32, is_kept: &(dyn Fn(usize) -> bool + Sync)) -> bool {
    person.is_multiple_of(of as usize) || is_kept(person)
}

/// The smallest part of the entities that is asked about while there are people to leave out,
/// where the largest kind has `most` of them.
fn sparse(most: usize) -> u32 {
    u32::try_from(most / ENOUGH).unwrap_or(u32::MAX).max(2)
}

/// A part with half of the entities or half of the people: by turns, until the entities are so
/// few that they would say little; then people, and entities again where nobody is left to leave
/// out. None where it is the smallest. `left` are the most entities and people of a job.
fn fewer(sampled: Sampled, sparse: u32, left: (usize, usize)) -> Option<Sampled> {
    let half = |of: u32| of.saturating_mul(2);
    let (has_entities, has_people) = (left.0 > 1, left.1 > 1);
    let is_turn = sampled.entities <= sampled.people || !has_people;
    if has_entities && is_turn && sampled.entities < sparse {
        let entities = half(sampled.entities).min(sparse);
        return Some(Sampled {
            entities,
            ..sampled
        });
    }
    if has_people {
        let people = half(sampled.people);
        return Some(Sampled { people, ..sampled });
    }
    let entities = half(sampled.entities);
    has_entities.then_some(Sampled {
        entities,
        ..sampled
    })
}

/// How often `most` is in `all`, rounded up; at least once.
fn times(all: u64, most: u64) -> u32 {
    u32::try_from(all.div_ceil(most.max(1)).max(1)).unwrap_or(u32::MAX)
}

/// All that a subject can be done to.
fn targets(
    subject: &Subject<'_>,
    pairs: &Pairs,
    files: &BTreeSet<(&'static str, String)>,
) -> Vec<Target> {
    match subject.kind.and_then(|n| pairs.kinds.get(n)) {
        Some(kind) if kind.entities.is_empty() => {
            let first = subject.kind.filter(|_| subject.creates());
            first.map(Target::First).into_iter().collect()
        }
        Some(kind) => kind.entities.iter().copied().map(Target::Entity).collect(),
        None => subject
            .roots(files)
            .into_iter()
            .map(|(kind, path)| Target::Root(kind, path))
            .collect(),
    }
}

/// Everyone for what is reached, and who is reached for everything else.
fn parts(
    subject: &Subject<'_>,
    pairs: &Pairs,
    reached: &Reached,
    files: &BTreeSet<(&'static str, String)>,
) -> Vec<Part> {
    let is_reached = |pair: &Both<EntityId>| {
        reached.before.contains(&pair.before) || reached.after.contains(&pair.after)
    };
    let of = |target: &Target| match target {
        Target::Entity(pair) => is_reached(pair),
        Target::First(_) | Target::Root(..) => false,
    };
    let (touched, rest) = targets(subject, pairs, files).into_iter().partition(of);
    let everyone: Vec<usize> = (0..pairs.people.len()).collect();
    let moved = everyone.iter().copied().filter(|n| {
        let Some(person) = pairs.people.get(*n) else {
            return false;
        };
        let (before, after) = (person.on(Side::Before), person.on(Side::After));
        let is_other = match (before, after) {
            (None, None) => false,
            (Some(before), Some(after)) => pairs.twin(after) != Ok(before),
            _ => true,
        };
        is_other
            || before.is_some_and(|id| reached.before.contains(&id))
            || after.is_some_and(|id| reached.after.contains(&id))
    });
    let moved = moved.collect();
    vec![
        Part {
            people: everyone,
            targets: touched,
        },
        Part {
            people: moved,
            targets: rest,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::{Sampled, fewer, sparse};

    /// The part that is asked of so many entities and people.
    fn part(entities: usize, people: usize, most: usize) -> (Sampled, usize) {
        let mut sampled = Sampled {
            entities: 1,
            people: 1,
        };
        loop {
            let left = (
                entities.div_ceil(sampled.entities as usize),
                people.div_ceil(sampled.people as usize),
            );
            let questions = left.0 * left.1;
            match fewer(sampled, sparse(entities), left) {
                Some(fewer) if questions > most => sampled = fewer,
                _ => return (sampled, questions),
            }
        }
    }

    #[test]
    fn entities_and_people_are_left_out_by_turns() {
        let (sampled, questions) = part(3_000, 7_000, 100_000);
        assert_eq!((sampled.entities, sampled.people), (16, 16));
        assert!((50_000..=100_000).contains(&questions), "{questions}");
    }

    #[test]
    fn some_entities_of_a_kind_are_asked_about_while_people_can_be_left_out() {
        let (sampled, questions) = part(3_000, 100_000, 1_000);
        assert_eq!(sampled.entities, 150);
        assert!((250..=1_000).contains(&questions), "{questions}");
        let (sampled, questions) = part(3_000, 1, 10);
        assert_eq!((sampled.people, questions), (1, 10));
    }

    #[test]
    fn there_is_a_smallest_part() {
        let (_, questions) = part(3_000, 7_000, 0);
        assert_eq!(questions, 1);
    }
}
