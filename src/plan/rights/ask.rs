//! What the rules of one side say to somebody, and how the two sides differ.
//!
//! In: a subject, an entity, a person. Out: a [`State`] for each sample, and the [`Move`]s between
//! those of the target and those of the result.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use crate::model::action::{Operation, Side as OwnerSide};
use crate::model::{Entity, EntityId};
use crate::plan::diff::Side;
use crate::plan::file::rights::{Turn, Way};
use crate::plan::rights::first::first;
use crate::plan::rights::pair::{Both, Pairs, PersonPair};
use crate::plan::rights::sample::{Narrowed, Sample, Samples, narrowed};
use crate::plan::rights::subject::Subject;
use crate::plan::rights::words::named;
use crate::policy::{Need, Principal, Question, Resource, Rules};
use crate::text::Text;

/// How far somebody gets, from nothing to everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Denied,
    /// When the glass is broken.
    Emergency,
    /// Once others agree.
    Approval,
    /// Once others agree, or when the glass is broken.
    Waivable,
    Allowed,
}

/// An approval that is needed, without its words.
type NeedKey = (
    Option<OwnerSide>,
    u32,
    BTreeSet<Result<EntityId, EntityId>>,
    bool,
);

/// What the rules say to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    level: Level,
    needs: Vec<NeedKey>,
    /// The words of these.
    words: Vec<String>,
    /// Whether they are one of those who may agree.
    approves: bool,
}

/// A difference between what both sides say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Move {
    pub(super) turn: Turn,
    pub(super) way: Way,
    pub(super) narrowed: Narrowed,
    /// Who had to agree and who has to, where that is what differs.
    pub(super) approvals: Option<(String, String)>,
}

/// To what something is done.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// An entity, or a new one like it.
    Entity(Both<EntityId>),
    /// A new entity of a kind that has none, by the number of the kind.
    First(usize),
    /// The catalog itself: the kind of definition and the file.
    Root(String, String),
}

/// Both sides, to be asked.
pub(super) struct Asker<'r, 'c> {
    pub(super) rules: Both<&'r Rules<'c>>,
    pub(super) pairs: &'r Pairs,
}

impl Asker<'_, '_> {
    /// How the decisions of the two sides differ for somebody.
    pub(super) fn moves(
        &self,
        subject: &Subject<'_>,
        samples: &Samples,
        target: &Target,
        person: &PersonPair,
    ) -> Vec<Move> {
        let proposed = Both {
            before: self.proposed(subject, target, Side::Before),
            after: self.proposed(subject, target, Side::After),
        };
        let standing = match target {
            Target::Entity(pair) => {
                let entity = |side| self.rules.on(side).catalog().entity(*pair.on(side));
                let both = entity(Side::Before).zip(entity(Side::After));
                both.map(|(before, after)| [before, after])
            }
            Target::First(_) | Target::Root(..) => None,
        };
        let state = |side: Side, sample: &Sample| {
            let made = standing.and_then(|both| match side {
                Side::Before => sample.made(both, 0),
                Side::After => sample.made(both, 1),
            });
            let matter = Matter {
                subject,
                target,
                proposed: proposed.on(side).as_ref(),
                made: made.as_ref(),
                sample,
                changed: subject.left(side, &sample.changed),
            };
            self.state(side, &matter, person.who.on(side))
        };
        let mut found: BTreeMap<Kind, Vec<bool>> = BTreeMap::new();
        for (n, sample) in samples.all.iter().enumerate() {
            let (before, after) = (state(Side::Before, sample), state(Side::After, sample));
            for key in differing(&before, &after) {
                let hits = found
                    .entry(key)
                    .or_insert_with(|| vec![false; samples.all.len()]);
                if let Some(hit) = hits.get_mut(n) {
                    *hit = true;
                }
            }
        }
        let moves = found
            .into_iter()
            .map(|((turn, way, approvals), hits)| Move {
                turn,
                way,
                approvals,
                narrowed: narrowed(samples, &hits, named),
            });
        moves.collect()
    }

    /// A new entity that says what an entity says, where something new is asked for.
    fn proposed(&self, subject: &Subject<'_>, target: &Target, side: Side) -> Option<Entity> {
        if subject.what.operation(side) != Operation::Create {
            return None;
        }
        let catalog = self.rules.on(side).catalog();
        let pair = match target {
            Target::Entity(pair) => pair,
            Target::First(kind) => {
                let other = match side {
                    Side::Before => Side::After,
                    Side::After => Side::Before,
                };
                let other = self.rules.on(other).catalog();
                return first(catalog, other, *self.pairs.kinds.get(*kind)?.id.on(side));
            }
            Target::Root(..) => return None,
        };
        let mut entity = catalog.entity(*pair.on(side))?.clone();
        // Of one name more than there are entities, one is free.
        let kind = entity.blueprint;
        let name = (0..=catalog.entities_of(kind).len())
            .map(|n| format!("new-{n}"))
            .find(|name| catalog.find_entity(kind, name).is_none())?;
        entity.identifier.value = Text::from(name);
        Some(entity)
    }

    fn state(&self, side: Side, matter: &Matter<'_>, actor: &Principal) -> State {
        let rules = *self.rules.on(side);
        let none = State {
            level: Level::Denied,
            needs: Vec::new(),
            words: Vec::new(),
            approves: false,
        };
        let Some(question) = matter.question(rules, side, actor) else {
            return none;
        };
        let subject = matter.subject;
        // Here nothing gets another owner; who would have to agree is left to the day.
        let is_hand_over = rules.hand_over(&question).is_some();
        let needs = if subject.what.has_approval(side) {
            rules.approvals(&question)
        } else {
            Vec::new()
        };
        let is_allowed = rules.judge(&question).is_allowed();
        let has_glass = subject.forms.on(side).has_glass();
        let in_emergency = has_glass && !rules.break_glass(&question).is_empty();
        let is_alone = needs.is_empty() && !is_hand_over;
        let level = match (is_allowed, is_alone, in_emergency) {
            (true, true, _) => Level::Allowed,
            (true, false, true) => Level::Waivable,
            (true, false, false) => Level::Approval,
            (false, _, true) => Level::Emergency,
            (false, _, false) => Level::Denied,
        };
        let approves = match actor {
            Principal::Person(person) => needs
                .iter()
                .any(|need| need.candidates.iter().any(|(_, id)| id == person)),
            _ => false,
        };
        let mut keys: Vec<NeedKey> = needs.iter().map(|need| self.key(side, need)).collect();
        let mut words: Vec<String> = needs.into_iter().map(|need| need.words).collect();
        if is_hand_over {
            let sides = [OwnerSide::Before, OwnerSide::After];
            keys.extend(sides.map(|side| (Some(side), 1, BTreeSet::new(), false)));
            words.extend(["before", "after"].map(|side| format!("1 from the owner {side}")));
        }
        keys.sort();
        State {
            level,
            needs: keys,
            words,
            approves,
        }
    }

    /// What an approval asks for: the same people by other names are the same.
    fn key(&self, side: Side, need: &Need) -> NeedKey {
        let by = need.by.iter().map(|id| match side {
            Side::Before => Ok(*id),
            Side::After => self.pairs.twin(*id),
        });
        (
            need.side,
            need.count,
            by.collect(),
            need.undecided.is_some(),
        )
    }
}

/// What a question is about, without who asks.
struct Matter<'q> {
    subject: &'q Subject<'q>,
    target: &'q Target,
    proposed: Option<&'q Entity>,
    /// The entity as it becomes, where it does not stay as it is.
    made: Option<&'q Entity>,
    sample: &'q Sample,
    /// The paths with which it is asked for; none where something else is.
    changed: Option<Cow<'q, [String]>>,
}

/// No inputs.
static NOTHING: std::sync::LazyLock<Map<String, serde_json::Value>> =
    std::sync::LazyLock::new(Map::new);

impl Matter<'_> {
    /// The question as a side understands it; none where it has no such action or input.
    fn question<'q>(
        &'q self,
        rules: &'q Rules<'_>,
        side: Side,
        actor: &'q Principal,
    ) -> Option<Question<'q>> {
        let what = self.subject.what;
        let changed = self.changed.as_deref().filter(|_| what.is_on(side))?;
        let mut inputs = self.sample.inputs.iter();
        let inputs = match side {
            Side::Before => inputs.next(),
            Side::After => inputs.nth(1),
        };
        let inputs = inputs.map_or(Some(&*NOTHING), Option::as_ref)?;
        let catalog = rules.catalog();
        let (resource, after) = match (self.target, self.proposed) {
            (Target::Root(kind, path), _) => (Resource::Root { kind, path }, None),
            (_, Some(new)) => (Resource::Proposed(catalog, new), None),
            // Where it creates nothing, there is nothing to do it to.
            (Target::First(_), None) => return None,
            (Target::Entity(pair), None) => {
                let id = *pair.on(side);
                let stays = what.operation(side) != Operation::Delete;
                let stays = self.made.or(catalog.entity(id)).filter(|_| stays);
                (Resource::Entity(id), stays.map(|entity| (catalog, entity)))
            }
        };
        Some(Question {
            actor,
            action: what.name(),
            resource,
            inputs,
            changed,
            after,
            cause: None,
        })
    }
}

/// What differs: what happens, in which way, and the approvals where they are it.
type Kind = (Turn, Way, Option<(String, String)>);

fn differing(before: &State, after: &State) -> Vec<Kind> {
    let mut kinds = Vec::new();
    if before.level < after.level {
        kinds.push((Turn::Gains, way(before.level, after.level), None));
    } else if after.level < before.level {
        kinds.push((Turn::Loses, way(after.level, before.level), None));
    } else if matches!(before.level, Level::Approval | Level::Waivable)
        && before.needs != after.needs
    {
        let words = (before.words.join(", "), after.words.join(", "));
        kinds.push((Turn::Changes, Way::Approvals, Some(words)));
    }
    match (before.approves, after.approves) {
        (false, true) => kinds.push((Turn::Gains, Way::Approving, None)),
        (true, false) => kinds.push((Turn::Loses, Way::Approving, None)),
        _ => {}
    }
    kinds
}

/// What is between two levels.
const fn way(lower: Level, higher: Level) -> Way {
    match (lower, higher) {
        (Level::Approval | Level::Waivable, Level::Allowed) => Way::WithoutApproval,
        (Level::Approval, Level::Waivable) => Way::WithoutApprovalInEmergency,
        (_, Level::Approval | Level::Waivable) => Way::WithApproval,
        (_, Level::Emergency) => Way::InEmergency,
        _ => Way::Alone,
    }
}
