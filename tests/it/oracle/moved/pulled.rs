//! Pull requests of chance that change who may do what.
//!
//! In: a world and dice. Out: the world after one change or two of rules, people, teams, owners,
//! actions or settings; and what differs between two worlds, in words for whoever reads a failure.

use crate::oracle::action;
use crate::oracle::make::filled;
use crate::oracle::rule::rule;
use crate::oracle::world::{Dice, Ownership, TEAM, USER, World};
use crate::oracle::write::files;

/// The world after one change or two of what decides who may do what.
pub(super) fn pulled(world: &World, dice: &mut Dice) -> World {
    let mut world = world.clone();
    for _ in 0..=dice.below(2) {
        match dice.below(9) {
            0 => world.settings.enforced = !world.settings.enforced,
            1 | 2 => {
                let more = rule(&world, dice);
                world
                    .policies
                    .entry("new".to_owned())
                    .or_default()
                    .push(more);
            }
            3 => {
                let rules = world.policies.get_mut("more");
                if let Some(rules) = rules.filter(|rules| !rules.is_empty()) {
                    rules.remove(dice.below(rules.len()));
                }
            }
            4 => swap(&mut world, USER, dice),
            5 => swap(&mut world, TEAM, dice),
            6 => swap(&mut world, dice.one_of(&["System", "Component"]), dice),
            7 => {
                let at = dice.below(world.actions.len());
                let made = action::action(&world, &world.actions[at].name, dice);
                world.actions[at] = made;
            }
            _ => {
                let ways = [
                    Ownership::Path(vec!["owner".to_owned()]),
                    Ownership::Path(vec!["system".to_owned(), "owner".to_owned()]),
                    Ownership::Inherited("system".to_owned()),
                ];
                let mut kinds = world.blueprints.iter_mut();
                let kind = kinds.find(|kind| kind.name == "Component").unwrap();
                kind.ownership = Some(dice.one_of(&ways));
            }
        }
        if dice.percent(30) {
            let component = world.blueprint("Component").unwrap().clone();
            let made = filled(&world, &component, "cart", dice);
            let own = world.entities.iter_mut();
            own.filter(|it| it.id() == made.id())
                .for_each(|it| *it = made.clone());
        }
    }
    world
}

/// Two entities of a kind change all that they are related to.
fn swap(world: &mut World, kind: &str, dice: &mut Dice) {
    let names = world.names(kind);
    let (one, other) = (dice.one_of(&names), dice.one_of(&names));
    let of = |world: &World, name: &str| world.entity(kind, name).unwrap().relations.clone();
    let both = (of(world, &one), of(world, &other));
    for (relations, name) in [(both.1, one), (both.0, other)] {
        let entity = world.entity_mut(&(kind.to_owned(), name)).unwrap();
        entity.relations = relations;
    }
}

/// The files that differ, as they are on both sides.
pub(super) fn edited(before: &World, after: &World) -> String {
    let (before, after) = (files(before), files(after));
    let mut text = String::new();
    for (path, written) in &after {
        let old = before.get(path).map_or("", String::as_str);
        if old != written {
            text.push_str(&format!("{path} was\n{old}\nand is\n{written}\n"));
        }
    }
    text
}
