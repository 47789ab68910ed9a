//! Makes a world of chance: people in nested teams, things that they own, actions and rules.

use std::collections::{BTreeMap, BTreeSet};

use super::action;
use super::rule::{self, Effect, Expression, Of, On, Rule, What, Who};
use super::world::{Blueprint, Dice, Entity, Ownership, Property};
use super::world::{
    ROLE, Relation, Request, Settings, Side, TEAM, Trigger, Type, USER, Value, World,
};

const PEOPLE: [&str; 6] = ["ada", "ben", "cleo", "dan", "eve", "fay"];
const TEAMS: [&str; 6] = ["admins", "blue", "cyan", "dune", "east", "fern"];

fn property(path: &str, holds: Type, required: bool) -> Property {
    Property {
        path: path.to_owned(),
        holds,
        required,
    }
}

fn relation(name: &str, target: &str) -> Relation {
    Relation {
        name: name.to_owned(),
        target: target.to_owned(),
        many: false,
        member_of: false,
    }
}

fn groups(name: &str, target: &str, many: bool) -> Relation {
    Relation {
        many,
        member_of: true,
        ..relation(name, target)
    }
}

/// The owner of things: teams, and in some worlds people.
fn owner(dice: &mut Dice) -> Relation {
    relation("owner", if dice.percent(85) { TEAM } else { USER })
}

/// That the first of some relations leads to the owner: what says who is a member of what may say
/// who owns it too.
fn by_first(relations: &[Relation], is_so: bool) -> Option<Ownership> {
    let first = relations.first().filter(|_| is_so)?;
    Some(Ownership::Path(vec![first.name.clone()]))
}

fn blueprints(settings: &Settings, dice: &mut Dice) -> Vec<Blueprint> {
    let has_roles = dice.percent(40);
    let mut user = vec![property("level", Type::Number, false)];
    if settings.has_login {
        user.push(property("login", Type::Text, true));
    }
    if settings.has_number {
        user.push(property("number", Type::Number, false));
    }
    let mut memberships = vec![groups("teams", TEAM, dice.percent(80))];
    if has_roles {
        memberships.push(groups("roles", ROLE, true));
    }
    let mut teams = vec![groups("parent", TEAM, dice.percent(40))];
    if dice.percent(50) {
        teams.push(relation("leader", USER));
    }
    let direct = |dice: &mut Dice| {
        if dice.percent(80) {
            Ownership::Path(vec!["owner".to_owned()])
        } else {
            Ownership::Direct
        }
    };
    let of_component = match dice.below(6) {
        0 => None,
        1 => Some(Ownership::Path(vec!["system".into(), "owner".into()])),
        2 => Some(Ownership::Inherited("system".to_owned())),
        _ => Some(direct(dice)),
    };
    let blueprint = |name: &str, properties, relations, ownership| Blueprint {
        name: name.to_owned(),
        properties,
        relations,
        ownership,
    };
    let mut more = dice.more();
    let of_user = by_first(&memberships, more.percent(10));
    if more.percent(20) {
        teams.reverse();
    }
    let of_team = by_first(&teams, more.percent(20));
    let tier = vec![property("tier", Type::Text, false)];
    let mut all = vec![
        blueprint(USER, user, memberships, of_user),
        blueprint(TEAM, tier, teams, of_team),
    ];
    if has_roles {
        all.push(blueprint(ROLE, Vec::new(), Vec::new(), None));
    }
    let owned = direct(dice);
    all.push(blueprint(
        "System",
        vec![property("tier", Type::Text, false)],
        vec![owner(dice)],
        Some(owned),
    ));
    all.push(blueprint(
        "Component",
        vec![
            property("replicas", Type::Number, dice.percent(30)),
            property("tier", Type::Text, false),
            property("labels.zone", Type::Text, false),
            property("labels.cost", Type::Number, false),
        ],
        vec![owner(dice), relation("system", "System")],
        of_component,
    ));
    all
}

fn entity(blueprint: &str, name: &str) -> Entity {
    Entity {
        blueprint: blueprint.to_owned(),
        name: name.to_owned(),
        file: format!("{blueprint}-{name}"),
        title: None,
        team: None,
        moved_from: None,
        properties: BTreeMap::new(),
        relations: BTreeMap::new(),
    }
}

/// An entity of a blueprint with values of chance.
pub(crate) fn filled(world: &World, blueprint: &Blueprint, name: &str, dice: &mut Dice) -> Entity {
    let mut made = entity(&blueprint.name, name);
    for property in &blueprint.properties {
        if property.path == "login" || property.path == "number" {
            continue;
        }
        if property.required || dice.percent(60) {
            let value = rule::value(property.holds, dice);
            made.properties.insert(property.path.clone(), value);
        }
    }
    if blueprint.name == USER {
        sign_in(world, &mut made, name, dice);
    }
    for relation in &blueprint.relations {
        let names = world.names(&relation.target);
        let most = if relation.many { 2 } else { 1 };
        let mut related: BTreeSet<String> = dice.some_of(&names, most);
        if relation.name == "owner" && dice.percent(60) {
            related = dice.maybe_one_of(&names).into_iter().collect();
        }
        if !related.is_empty() {
            made.relations.insert(relation.name.clone(), related);
        }
    }
    if dice.percent(50) && blueprint.ownership == Some(Ownership::Direct) {
        made.team = dice.maybe_one_of(&world.names(TEAM));
    }
    made
}

/// Gives a person the login and the number that the settings ask for.
fn sign_in(world: &World, person: &mut Entity, name: &str, dice: &mut Dice) {
    if world.settings.has_login {
        let login = Value::Text(format!("{}-gh", capital(name)));
        person.properties.insert("login".to_owned(), login);
    }
    if world.settings.has_number && dice.percent(70) {
        let letters = name.bytes().map(i64::from);
        let number = letters.fold(0, |number, letter| (number * 128 + letter) % 1_000_003);
        person
            .properties
            .insert("number".to_owned(), Value::Number(number));
    }
}

fn capital(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

/// Teams whose parents stand before them, so that no team is a member of itself.
fn teams(world: &mut World, dice: &mut Dice) {
    let blueprint = world.blueprint(TEAM).unwrap().clone();
    for name in &TEAMS[..3 + dice.below(4)] {
        let mut team = filled(world, &blueprint, name, dice);
        team.relations.remove("leader");
        if *name == "admins" {
            team.relations.clear();
        }
        world.entities.push(team);
    }
}

fn people(world: &mut World, dice: &mut Dice) {
    let blueprint = world.blueprint(USER).unwrap().clone();
    let admins = BTreeSet::from(["admins".to_owned()]);
    for (n, name) in PEOPLE[..4 + dice.below(3)].iter().enumerate() {
        let mut person = filled(world, &blueprint, name, dice);
        if n < 2 {
            person.relations.insert("teams".to_owned(), admins.clone());
        }
        world.entities.push(person);
    }
    let names = world.names(USER);
    let has_leaders = world.blueprint(TEAM).unwrap().relation("leader").is_some();
    for team in world.entities.iter_mut().filter(|it| it.blueprint == TEAM) {
        if has_leaders && dice.percent(60) {
            let leader = BTreeSet::from([dice.one_of(&names)]);
            team.relations.insert("leader".to_owned(), leader);
        }
    }
}

/// Rules that let something happen in most worlds: else nearly all would be denied.
fn base_rules(dice: &mut Dice) -> Vec<Rule> {
    let admins = Who::In((TEAM.to_owned(), "admins".to_owned()));
    let permit = |who: Who, what: What| Rule {
        effect: Effect::Permit,
        who,
        what,
        on: On::Anything,
        when: None,
    };
    let mut rules = vec![permit(admins.clone(), What::One("define".to_owned()))];
    if dice.percent(30) {
        rules.push(permit(admins, What::Anything));
    }
    for built_in in rule::ON_ENTITIES {
        if dice.percent(35) {
            let who = Who::In((TEAM.to_owned(), "blue".to_owned()));
            let who = if dice.percent(50) { Who::Anyone } else { who };
            rules.push(permit(who, What::Groups(vec![built_in.to_owned()])));
        }
    }
    if dice.percent(40) {
        let mut owners = permit(Who::Anyone, What::Groups(vec!["update".to_owned()]));
        owners.on = On::Kind("Component".to_owned());
        owners.when = Some(Expression::PrincipalInRelated("owner".to_owned()));
        rules.push(owners);
    }
    if dice.percent(15) {
        // Where it cannot be decided it denies, whatever else is said.
        let mut broken = permit(Who::Anyone, What::Groups(vec!["update".to_owned()]));
        broken.on = On::Kind("Component".to_owned());
        let of = dice.one_of(&[Of::Resource, Of::Context(Side::After)]);
        broken.when = Some(Expression::Overflows(of, "replicas".to_owned()));
        rules.push(broken);
    }
    rules
}

/// The world of a seed.
pub(crate) fn world(dice: &mut Dice) -> World {
    let settings = Settings {
        enforced: dice.percent(70),
        has_login: dice.percent(70),
        has_number: dice.percent(30),
        deletes: if dice.percent(15) { 1 } else { 10 },
        percent: if dice.percent(70) { 100 } else { 40 },
        authority: None,
    };
    let mut more = dice.more();
    let settings = Settings {
        authority: more.percent(50).then(|| more.below(2)),
        ..settings
    };
    let mut world = World {
        blueprints: blueprints(&settings, dice),
        settings,
        actions: Vec::new(),
        policies: BTreeMap::new(),
        entities: Vec::new(),
        requests: Vec::new(),
        others: BTreeMap::from([("notes.txt".to_owned(), "first\n".to_owned())]),
        comments: BTreeMap::new(),
    };
    teams(&mut world, dice);
    if world.blueprint(ROLE).is_some() {
        world.entities.push(entity(ROLE, "sre"));
        world.entities.push(entity(ROLE, "dba"));
    }
    people(&mut world, dice);
    for (kind, names) in [
        ("System", &["orders", "payments", "search"][..]),
        ("Component", &["cart", "pay", "shelf", "till"]),
    ] {
        let blueprint = world.blueprint(kind).unwrap().clone();
        for name in &names[..2 + dice.below(names.len() - 1)] {
            let made = filled(&world, &blueprint, name, dice);
            world.entities.push(made);
        }
    }
    for name in &["act_a", "act_b", "act_c", "act_d"][..=dice.below(4)] {
        let of_owners = action::of_owners(&world, name, dice).filter(|_| dice.percent(40));
        let made = of_owners.unwrap_or_else(|| action::action(&world, name, dice));
        world.actions.push(made);
    }
    let asked = world
        .actions
        .iter()
        .find(|it| it.trigger == Trigger::Request);
    if let Some(action) = asked
        && let Some(name) = dice.maybe_one_of(&world.names(&action.blueprint))
    {
        world.requests.push(Request {
            id: "old".to_owned(),
            action: action.name.clone(),
            of: Some((action.blueprint.clone(), name)),
            inputs: BTreeMap::new(),
        });
    }
    world.policies.insert("base".to_owned(), base_rules(dice));
    if dice.percent(80) {
        let rules = 1 + dice.below(5);
        let rules = (0..rules).map(|_| rule::rule(&world, dice)).collect();
        world.policies.insert("more".to_owned(), rules);
    }
    world
}
