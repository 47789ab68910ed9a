//! Histories of chance: what the target gained since the fork, and what a pull request does.

use std::collections::{BTreeMap, BTreeSet};

use super::action;
use super::change::{Ask, Change, Commit, History, after};
use super::make;
use super::rule::{self, Expression, On, Who};
use super::world::{Action, Blueprint, Dice, Entity, Id, Ownership, Property, Request, Settings};
use super::world::{ROLE, TEAM, Trigger, Type, USER, Value, World};
use super::write;

/// What rules name: what disappears may not be one of these, or the result could not be read.
fn named(world: &World) -> BTreeSet<Id> {
    let mut all = Vec::new();
    let mut of = |expression: Option<&Expression>| {
        if let Some(expression) = expression {
            rule::named(expression, &mut all);
        }
    };
    let mut ids = Vec::new();
    for rule in world.policies.values().flatten() {
        of(rule.when.as_ref());
        match &rule.who {
            Who::Person(name) => ids.push((USER.to_owned(), name.clone())),
            Who::In(id) => ids.push(id.clone()),
            Who::Anyone => {}
        }
        if let On::Entity(id) = &rule.on {
            ids.push(id.clone());
        }
    }
    for action in &world.actions {
        for block in action.execute.iter().flatten() {
            of(block.when.as_ref());
            let teams = block
                .teams
                .iter()
                .map(|name| (TEAM.to_owned(), name.clone()));
            let users = block
                .users
                .iter()
                .map(|name| (USER.to_owned(), name.clone()));
            let roles = block
                .roles
                .iter()
                .map(|name| (ROLE.to_owned(), name.clone()));
            ids.extend(teams.chain(users).chain(roles));
        }
        for entry in action.approval.iter().flatten() {
            of(entry.when.as_ref());
            let teams = entry
                .teams
                .iter()
                .map(|name| (TEAM.to_owned(), name.clone()));
            let users = entry
                .users
                .iter()
                .map(|name| (USER.to_owned(), name.clone()));
            ids.extend(teams.chain(users));
        }
    }
    all.into_iter().chain(ids).collect()
}

/// An entity of a world, by chance; things more often than people and teams.
fn some_entity(world: &World, dice: &mut Dice) -> Entity {
    let kind = dice.one_of(&["Component", "Component", "Component", "System", USER, TEAM]);
    let of: Vec<Entity> = world.of(kind).cloned().collect();
    dice.maybe_one_of(&of)
        .unwrap_or_else(|| dice.one_of(&world.entities))
}

fn edit(world: &World, dice: &mut Dice) -> Option<Change> {
    let entity = some_entity(world, dice);
    let blueprint = world.blueprint(&entity.blueprint)?;
    let property = dice.maybe_one_of(&blueprint.properties)?;
    let mut value = Some(rule::value(property.holds, dice));
    if property.path == "login" {
        value = Some(Value::Text(format!("new-{}", entity.name)));
    } else if !property.required && dice.percent(15) {
        value = None;
    }
    Some(Change::Set(entity.id(), property.path, value))
}

fn relate(world: &World, dice: &mut Dice) -> Option<Change> {
    let entity = some_entity(world, dice);
    let blueprint = world.blueprint(&entity.blueprint)?;
    if blueprint.ownership == Some(Ownership::Direct) && dice.percent(50) {
        let team = dice.maybe_one_of(&world.names(TEAM));
        return Some(Change::Team(entity.id(), team));
    }
    let relation = dice.maybe_one_of(&blueprint.relations)?;
    let mut names = world.names(&relation.target);
    // A team is no member of itself: its parents stand before it.
    if entity.blueprint == TEAM && relation.member_of {
        names.retain(|name| *name < entity.name);
    }
    let most = if relation.many { 2 } else { 1 };
    let related = dice.some_of(&names, most);
    Some(Change::Relate(entity.id(), relation.name, related))
}

/// Another owner for an entity, wherever its blueprint says that owners are.
fn hand_over(world: &World, id: &Id, dice: &mut Dice) -> Option<Change> {
    let blueprint = world.blueprint(&id.0)?;
    let name = match blueprint.ownership.as_ref()? {
        Ownership::Direct => {
            let team = dice.maybe_one_of(&world.names(TEAM));
            return Some(Change::Team(id.clone(), team));
        }
        Ownership::Path(path) => &path[0],
        Ownership::Inherited(name) => name,
    };
    let names = world.names(&blueprint.relation(name)?.target);
    let owner = BTreeSet::from([dice.maybe_one_of(&names)?]);
    Some(Change::Relate(id.clone(), name.clone(), owner))
}

/// A comment in a file that has a meaning.
fn comment(world: &World, dice: &mut Dice) -> Change {
    let files: Vec<String> = write::files(world).into_keys().collect();
    let others: Vec<String> = world.others.keys().cloned().collect();
    let is_other = |path: &String| others.iter().any(|other| path.ends_with(other));
    let texts = files.iter().filter(|path| !is_other(path));
    Change::Comment(dice.one_of(&texts.cloned().collect::<Vec<_>>()))
}

/// A blueprint, more often one with an action that makes its entities.
fn kind_to_create(world: &World, dice: &mut Dice) -> Blueprint {
    let actions = world.actions.iter();
    let made = actions.filter(|action| action.trigger == Trigger::Created);
    let kinds: Vec<&Blueprint> = made
        .filter_map(|action| world.blueprint(&action.blueprint))
        .collect();
    match dice.maybe_one_of(&kinds) {
        Some(kind) if dice.percent(60) => kind.clone(),
        _ => dice.one_of(&world.blueprints),
    }
}

/// A `movedFrom` that names what is still there.
fn inert(world: &World, dice: &mut Dice) -> Change {
    let entity = some_entity(world, dice);
    let names = world.names(&entity.blueprint);
    Change::Inert(entity.id(), dice.one_of(&names))
}

/// A change of a world; `n` makes names that are new.
fn change(world: &World, dice: &mut Dice, n: usize) -> Option<Change> {
    let free = |dice: &mut Dice| {
        let named = named(world);
        let entity = some_entity(world, dice);
        (!named.contains(&entity.id())).then_some(entity)
    };
    Some(match dice.below(100) {
        0..25 => edit(world, dice)?,
        25..42 => relate(world, dice)?,
        42..56 => {
            let blueprint = kind_to_create(world, dice);
            Change::Create(make::filled(world, &blueprint, &format!("new{n}"), dice))
        }
        56..62 => Change::Delete(free(dice)?.id()),
        62..68 => Change::Rename(free(dice)?.id(), format!("now{n}")),
        68..71 => Change::Title(some_entity(world, dice).id(), format!("Title {n}")),
        71..73 => Change::Move(some_entity(world, dice).id(), format!("moved{n}")),
        73 => inert(world, dice),
        74..77 => {
            let name = dice.one_of(&["more", "other"]);
            let rules = (0..=dice.below(2)).map(|_| rule::rule(world, dice));
            Change::Policy(name.to_owned(), Some(rules.collect()))
        }
        77..79 => {
            let name = dice.one_of(&["act_a", "act_b", "act_e"]);
            match dice.below(3) {
                0 => Change::Drop(name.to_owned()),
                _ => Change::Act(Box::new(action::action(world, name, dice))),
            }
        }
        79..86 => ask(world, dice, n)?,
        86..90 => comment(world, dice),
        90..93 => {
            let path = dice.one_of(&["notes.txt", "more.txt"]);
            let text = dice.percent(70).then(|| format!("line {n}\n"));
            Change::Note(path.to_owned(), text)
        }
        93..95 => Change::Settings(Settings {
            enforced: dice.percent(50),
            deletes: 10 + dice.below(2),
            ..world.settings.clone()
        }),
        95..97 => {
            let blueprint = dice.one_of(&world.blueprints);
            let property = Property {
                path: format!("extra{n}"),
                holds: Type::Number,
                required: false,
            };
            Change::Extend(blueprint.name, property)
        }
        97 => Change::Own(
            "System".to_owned(),
            dice.one_of(&[Ownership::Direct, Ownership::Path(vec!["owner".to_owned()])]),
        ),
        _ => Change::Define(Blueprint {
            name: format!("Kind{n}"),
            properties: Vec::new(),
            relations: Vec::new(),
            ownership: None,
        }),
    })
}

fn ask(world: &World, dice: &mut Dice, n: usize) -> Option<Change> {
    let request = |action: &str, of: Option<Id>, inputs| {
        Change::Ask(Request {
            id: format!("ask{n}"),
            action: action.to_owned(),
            of,
            inputs,
        })
    };
    if !world.requests.is_empty() && dice.percent(50) {
        return Some(Change::Forget(dice.one_of(&world.requests).id));
    }
    if dice.percent(25) {
        let deletes = i64::try_from(1 + dice.below(2)).unwrap();
        let inputs = BTreeMap::from([("deletes".to_owned(), deletes)]);
        return Some(request("override", None, inputs));
    }
    let actions = world.actions.iter();
    let actions: Vec<&Action> = actions
        .filter(|it| it.trigger == Trigger::Request)
        .collect();
    let action = dice.maybe_one_of(&actions)?;
    let name = dice.maybe_one_of(&world.names(&action.blueprint))?;
    let inputs = action.inputs.iter().filter(|_| dice.percent(70));
    let inputs: Vec<String> = inputs.map(|input| input.name.clone()).collect();
    let inputs = inputs
        .into_iter()
        .map(|input| (input, i64::try_from(dice.below(6)).unwrap()));
    let of = (action.blueprint.clone(), name);
    Some(request(&action.name, Some(of), inputs.collect()))
}

/// Some changes, each made for the world that the ones before it leave.
fn changes(world: &World, dice: &mut Dice, first: usize, count: usize) -> Vec<Change> {
    let mut world = world.clone();
    let mut all = Vec::new();
    for n in first..first + count {
        let Some(made) = change(&world, dice, n) else {
            continue;
        };
        made.apply(&mut world);
        // What is created, edited, renamed or deleted may be true already.
        if let Change::Create(entity) = &made
            && dice.percent(12)
        {
            all.push(record(entity.id(), n));
        }
        if let Change::Set(id, ..) | Change::Relate(id, ..) | Change::Delete(id) = &made
            && dice.percent(5)
        {
            all.push(record(id.clone(), n));
        }
        // Whoever changes something may try to own it first.
        if let Change::Set(id, ..) | Change::Title(id, _) = &made
            && dice.percent(40)
            && let Some(taken) = hand_over(&world, id, dice)
        {
            taken.apply(&mut world);
            all.push(taken);
        }
        // A kind may come with the first of it.
        if let Change::Define(blueprint) = &made
            && dice.percent(60)
        {
            let name = format!("first{n}");
            all.push(made.clone());
            all.push(Change::Create(make::filled(&world, blueprint, &name, dice)));
            continue;
        }
        all.push(made);
    }
    all
}

fn record(id: Id, n: usize) -> Change {
    Change::Ask(Request {
        id: format!("record{n}"),
        action: "record".to_owned(),
        of: Some(id),
        inputs: BTreeMap::new(),
    })
}

/// How many questions are asked about one history.
pub(crate) const ASKS: usize = 30;

/// The history of a seed.
pub(crate) fn history(seed: u64) -> History {
    let mut dice = Dice(seed);
    let dice = &mut dice;
    let fork = make::world(dice);
    let gained = if dice.percent(30) {
        1 + dice.below(3)
    } else {
        0
    };
    let gains = changes(&fork, dice, 100, gained);
    let count = 1 + dice.below(3);
    let first = changes(&fork, dice, 0, count);
    let later = usize::from(dice.percent(35));
    let second = changes(&after(&fork, &[&first]), dice, 10, later);
    let people: Vec<String> = fork
        .of(USER)
        .filter_map(|person| fork.login(person).map(str::to_owned))
        .collect();
    let asks = (0..ASKS).map(|_| ask_of(&people, dice)).collect();
    History {
        fork,
        gains,
        first,
        second,
        asks,
    }
}

fn ask_of(people: &[String], dice: &mut Dice) -> Ask {
    let mut actors = Vec::new();
    for n in 0..3 {
        if n > 0 && dice.percent(65) {
            break;
        }
        actors.push(match dice.below(20) {
            0 => "mallory".to_owned(),
            1..4 => dice.one_of(people).to_uppercase(),
            _ => dice.one_of(people),
        });
    }
    let mut approvals = Vec::new();
    if dice.percent(60) {
        for login in people {
            if dice.percent(45) {
                approvals.push((login.clone(), dice.one_of(&[Commit::First, Commit::Second])));
            }
        }
        if dice.percent(10) {
            approvals.push(("mallory".to_owned(), Commit::Second));
        }
    }
    let author = dice.percent(20).then(|| dice.one_of(people));
    Ask {
        actors,
        author,
        approvals,
    }
}
