//! Levels of scorecards that fall or rise with a plan.
//!
//! In: both sides, the entities that steps or effects touch, the present moment where it is
//! given. Out: each level that is another one than before, with the rules that made it so. A
//! scorecard that counts from the present moment is not computed without it, and that is said.

use std::collections::{BTreeMap, BTreeSet};

use crate::derive::Definitions;
use crate::model::path::covers;
use crate::model::scorecard::Condition;
use crate::model::{EntityId, Moment, Scorecard};
use crate::plan::diff::{Difference, Side};
use crate::plan::effect::{self, Effect};
use crate::plan::file::{self, FlippedRule, LevelMove, LevelTurn, Notice, Step, canonical};
use crate::plan::value::States;
use crate::score::{Ground, Score, reads_now};

/// An entity on the target and in the result.
type Pair = (EntityId, EntityId);

/// Levels that move, and the scorecards that nobody was held against.
#[derive(Default)]
pub(super) struct Levels {
    pub(super) moves: Vec<LevelMove>,
    pub(super) unscored: Vec<Notice>,
}

/// The entities that a plan touches and that are there before and after.
pub(super) fn touched<'d>(
    states: &States<'_>,
    differences: impl Iterator<Item = &'d Difference>,
    effects: impl Iterator<Item = &'d Effect>,
) -> BTreeSet<Pair> {
    let mut touched: BTreeSet<Pair> = effects.map(|it| (it.before, it.after)).collect();
    for difference in differences {
        let Some(pair) = difference.before.zip(difference.after) else {
            continue;
        };
        touched.insert(pair);
        if difference.is_rename() {
            // A rule may ask for the name of what an entity is related to.
            let users = states.after.graph.incoming(pair.1);
            touched.extend(users.filter_map(|edge| {
                Some((effect::twin(states, Side::After, edge.from)?, edge.from))
            }));
        }
    }
    touched
}

/// The levels that move.
pub(super) fn levels(
    states: &States<'_>,
    now: Option<Moment>,
    touched: &BTreeSet<Pair>,
    (steps, effects): (&[Step], &[file::Effect]),
) -> Levels {
    let mut levels = Levels::default();
    let causes = Causes::of(steps, effects);
    let scorecards = |side: Side| states.of(side).catalog.scorecards.iter();
    for after in scorecards(Side::After).filter(|it| !it.broken) {
        let is_same = |it: &&Scorecard| {
            it.identifier.value == after.identifier.value
                && it.blueprint.value == after.blueprint.value
        };
        let Some(before) = scorecards(Side::Before).find(is_same) else {
            continue;
        };
        if before.broken {
            continue;
        }
        let card = Card {
            states,
            sides: [before, after],
        };
        let pairs = card.pairs(touched);
        if pairs.is_empty() {
            continue;
        }
        if now.is_none() && reads_now([before, after]).is_some() {
            levels.unscored.push(Notice {
                text: format!(
                    "levels of {} are not computed: it counts from the present moment, give it by --now",
                    after.identifier.value
                ),
                place: Some(states.place(Side::After, after.identifier.span)),
            });
            continue;
        }
        let moves = card.moves(now, &pairs).into_iter();
        levels.moves.extend(moves.map(|(mut moved, names)| {
            (moved.by, moved.paths) = causes.by(&moved, &names);
            moved
        }));
    }
    levels.moves.extend(lost(states, now));
    let key = |it: &LevelMove| {
        let names = (it.blueprint.clone(), it.entity.clone());
        (names, it.scorecard.clone())
    };
    levels.moves.sort_by_key(key);
    levels
}

/// The levels above the lowest that go with scorecards of which nothing is left.
fn lost(states: &States<'_>, now: Option<Moment>) -> Vec<LevelMove> {
    let mut lost = Vec::new();
    let catalog = &states.before.catalog;
    let is_gone = |card: &&Scorecard| {
        let mut others = states.after.catalog.scorecards.iter();
        !others.any(|it| {
            (&it.identifier.value, &it.blueprint.value)
                == (&card.identifier.value, &card.blueprint.value)
        })
    };
    let is_known = |card: &&Scorecard| now.is_some() || reads_now([*card, *card]).is_none();
    let cards = catalog.scorecards.iter().filter(|card| !card.broken);
    for card in cards.filter(is_gone).filter(is_known) {
        let Some((kind, _)) = catalog.find_blueprint(&card.blueprint.value) else {
            continue;
        };
        let of = Card {
            states,
            sides: [card, card],
        };
        let ids: Vec<EntityId> = catalog.numbered(kind).map(|(id, _)| id).collect();
        for (id, score) in of.scores(Side::Before, now, &ids) {
            let names = card.level_names();
            let level = names.get(score.level).filter(|_| score.level > 0);
            let twin = effect::twin(states, Side::Before, id);
            let entity = twin.and_then(|id| states.after.catalog.entity(id));
            let (Some(level), Some(entity)) = (level, entity) else {
                continue;
            };
            lost.push(LevelMove {
                scorecard: card.identifier.value.to_string(),
                blueprint: card.blueprint.value.to_string(),
                entity: entity.identifier.value.to_string(),
                before: Some((*level).to_owned()),
                after: None,
                turn: LevelTurn::Lost,
                rules: Vec::new(),
                by: Vec::new(),
                paths: Vec::new(),
            });
        }
    }
    lost
}

/// A scorecard on both sides.
struct Card<'s, 'c> {
    states: &'s States<'c>,
    sides: [&'c Scorecard; 2],
}

impl Card<'_, '_> {
    /// The entities whose levels may be others: those that are touched, and all where the
    /// scorecard itself is another.
    fn pairs(&self, touched: &BTreeSet<Pair>) -> BTreeSet<Pair> {
        let [before, after] = self.sides.map(|it| canonical(&it.root.to_json()));
        let catalog = &self.states.after.catalog;
        let Some((kind, _)) = catalog.find_blueprint(&self.sides[1].blueprint.value) else {
            return BTreeSet::new();
        };
        if before != after {
            let all = catalog.numbered(kind);
            let pair = |(id, _)| Some((effect::twin(self.states, Side::After, id)?, id));
            return all.filter_map(pair).collect();
        }
        let is_of_kind = |pair: &&Pair| {
            let entity = catalog.entity(pair.1);
            entity.is_some_and(|entity| entity.blueprint == kind)
        };
        touched.iter().filter(is_of_kind).copied().collect()
    }

    fn scores(
        &self,
        side: Side,
        now: Option<Moment>,
        ids: &[EntityId],
    ) -> BTreeMap<EntityId, Score> {
        let compiled = self.states.of(side);
        let ground = Ground {
            catalog: &compiled.catalog,
            graph: &compiled.graph,
            now,
        };
        let definitions = Definitions::new(&compiled.catalog, &compiled.graph).at(now);
        let [before, after] = self.sides;
        let scorecard = match side {
            Side::Before => before,
            Side::After => after,
        };
        let scores = ground.scores(scorecard, ids, &definitions);
        scores.into_iter().map(|it| (it.entity, it)).collect()
    }

    /// The moves without their causes, each with what its rules ask about.
    fn moves(&self, now: Option<Moment>, pairs: &BTreeSet<Pair>) -> Vec<(LevelMove, Names)> {
        let ids = |one: fn(&Pair) -> EntityId| pairs.iter().map(one).collect::<Vec<_>>();
        let before = self.scores(Side::Before, now, &ids(|pair| pair.0));
        let after = self.scores(Side::After, now, &ids(|pair| pair.1));
        let moved = |pair: &Pair| self.moved(*pair, before.get(&pair.0), after.get(&pair.1));
        pairs.iter().filter_map(moved).collect()
    }

    fn moved(
        &self,
        pair: Pair,
        before: Option<&Score>,
        after: Option<&Score>,
    ) -> Option<(LevelMove, Names)> {
        let [old, new] = self.sides;
        let level = |card: &Scorecard, score: Option<&Score>| {
            let names = card.level_names();
            names.get(score?.level).map(|name| (*name).to_owned())
        };
        let (was, is) = (level(old, before), level(new, after));
        if was == is {
            return None;
        }
        let place = |name: &Option<String>| {
            let names = new.level_names();
            let name = name.as_deref()?;
            names.iter().position(|known| *known == name)
        };
        let turn = match (place(&was), place(&is)) {
            (Some(was), Some(is)) if is < was => LevelTurn::Falls,
            (Some(_), Some(_)) => LevelTurn::Rises,
            _ => LevelTurn::Other,
        };
        let mut names = Names::default();
        let mut rules = Vec::new();
        for (rule, met) in new
            .rules
            .iter()
            .zip(after.map(|it| &it.met).into_iter().flatten())
        {
            let Some(identifier) = &rule.identifier else {
                continue;
            };
            let same = old.rules.iter().position(|it| {
                let name = it.identifier.as_ref().map(|name| &name.value);
                name == Some(&identifier.value)
            });
            let was = same.and_then(|at| before?.met.get(at));
            if was.is_none_or(|was| was != met) && (was.is_some() || !met) {
                rules.push(FlippedRule {
                    rule: identifier.value.to_string(),
                    met: *met,
                });
                names.extend(rule.query.iter().flat_map(|it| &it.conditions).map(path));
            }
        }
        let filters = self.sides.into_iter().flat_map(|it| &it.filter);
        if before.is_none() || after.is_none() {
            names.extend(filters.flat_map(|it| &it.conditions).map(path));
        }
        let entity = self.states.after.catalog.entity(pair.1)?;
        let moved = LevelMove {
            scorecard: new.identifier.value.to_string(),
            blueprint: new.blueprint.value.to_string(),
            entity: entity.identifier.value.to_string(),
            before: was,
            after: is,
            turn,
            rules,
            by: Vec::new(),
            paths: Vec::new(),
        };
        Some((moved, names))
    }
}

/// The paths that rules ask about.
type Names = BTreeSet<String>;

fn path(condition: &Condition) -> String {
    let name = condition.name.value.as_str();
    match name.strip_prefix('$') {
        _ if condition.is_relation => format!("relations.{name}"),
        Some(meta) => meta.to_owned(),
        None => format!("properties.{name}"),
    }
}

/// What changes an entity, by its blueprint and identifier.
#[derive(Default)]
struct Causes<'p>(BTreeMap<(&'p str, &'p str), Cause<'p>>);

/// The steps of an entity, and the effects on it.
type Cause<'p> = (Vec<&'p Step>, Vec<&'p file::Effect>);

impl<'p> Causes<'p> {
    fn of(steps: &'p [Step], effects: &'p [file::Effect]) -> Self {
        let mut causes = Self::default();
        for step in steps {
            let key = (step.blueprint.as_str(), step.entity.as_str());
            causes.0.entry(key).or_default().0.push(step);
        }
        for effect in effects {
            let key = (effect.blueprint.as_str(), effect.entity.as_str());
            causes.0.entry(key).or_default().1.push(effect);
        }
        causes
    }

    /// The steps that change what the rules ask about, of the entity itself or by an effect, and
    /// the paths that they change of it.
    fn by(&self, moved: &LevelMove, names: &Names) -> (Vec<u32>, Vec<String>) {
        let Some((steps, effects)) = self
            .0
            .get(&(moved.blueprint.as_str(), moved.entity.as_str()))
        else {
            return (Vec::new(), Vec::new());
        };
        let is_asked = |path: &str| names.iter().any(|name| covers(name, path));
        let own = steps.iter();
        let own = own.filter(|step| step.changes.iter().any(|it| is_asked(&it.path)));
        let others = effects.iter();
        let others = others.filter(|it| is_asked(&format!("properties.{}", it.path)));
        let mut by: BTreeSet<u32> = own.map(|step| step.number).collect();
        by.extend(others.flat_map(|effect| &effect.by));
        let changes = steps.iter().flat_map(|step| &step.changes);
        let asked = changes.filter(|it| is_asked(&it.path));
        let asked: BTreeSet<String> = asked.map(|it| it.path.clone()).collect();
        (by.into_iter().collect(), asked.into_iter().collect())
    }
}
