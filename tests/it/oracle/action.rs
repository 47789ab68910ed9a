//! Makes actions of chance: what triggers them, who may, and who must agree.

use super::rule::{self, Reach};
use super::world::{Action, Approval, Block, Dice, Input, Ownership, ROLE, Side, TEAM, Trigger};
use super::world::{USER, World};

impl Action {
    /// The sides that its entities have.
    pub(crate) fn sides(&self) -> &'static [Side] {
        match self.trigger {
            Trigger::Created => &[Side::After],
            Trigger::Deleted => &[Side::Before],
            Trigger::Changed(_) | Trigger::Request => &[Side::Before, Side::After],
        }
    }
}

fn block(world: &World, action: &Action, dice: &mut Dice) -> Block {
    let blueprint = world.blueprint(&action.blueprint).unwrap();
    let mut block = Block::default();
    match dice.below(4) {
        0 => block.users = dice.some_of(&world.names(USER), 2),
        1 | 2 => block.teams = dice.some_of(&world.names(TEAM), 2),
        _ => block.owned_by_team = blueprint.ownership.is_some(),
    }
    if dice.percent(40) {
        block.owned_by_team = blueprint.ownership.is_some();
    }
    if dice.percent(20) {
        block.roles = dice.some_of(&world.names(ROLE), 2);
    }
    let is_empty = block.users.is_empty() && block.teams.is_empty() && block.roles.is_empty();
    if dice.percent(35) || (is_empty && !block.owned_by_team) {
        let inputs = action.inputs.iter().map(|input| input.name.clone());
        let reach = Reach::of_action(world, &action.blueprint, action.sides(), inputs.collect());
        block.when = Some(reach.condition(dice, 2));
    }
    block
}

fn approval(world: &World, action: &Action, dice: &mut Dice) -> Approval {
    let blueprint = world.blueprint(&action.blueprint).unwrap();
    let mut approval = Approval {
        when: None,
        users: dice.some_of(&world.names(USER), 1),
        teams: dice.some_of(&world.names(TEAM), 2),
        owners: None,
        count: 1 + dice.below(2),
    };
    if blueprint.ownership.is_some() && dice.percent(40) {
        approval.owners = Some(dice.one_of(action.sides()));
    }
    if approval.users.is_empty() && approval.teams.is_empty() && approval.owners.is_none() {
        approval.teams.insert(dice.one_of(&world.names(TEAM)));
    }
    if dice.percent(40) {
        let inputs = action.inputs.iter().map(|input| input.name.clone());
        let reach = Reach::of_action(world, &action.blueprint, action.sides(), inputs.collect());
        approval.when = Some(reach.impersonal().condition(dice, 1));
    }
    approval
}

/// An action of owners: who owns something now may change it, or hand it over; who would own
/// something new may not make it for that reason.
pub(crate) fn of_owners(world: &World, name: &str, dice: &mut Dice) -> Option<Action> {
    let kind = world.blueprint(dice.one_of(&["Component", "Component", "System"]))?;
    let claims = [kind.owner_path()?, "properties.tier".to_owned()];
    let trigger = match dice.below(3) {
        0 => Trigger::Created,
        _ => Trigger::Changed(claims.to_vec()),
    };
    let owners = Block {
        owned_by_team: true,
        ..Block::default()
    };
    Some(Action {
        name: name.to_owned(),
        blueprint: kind.name.clone(),
        trigger,
        condition: None,
        inputs: Vec::new(),
        execute: Some(vec![owners]),
        approval: None,
    })
}

/// An action on components, now and then on systems or people.
pub(crate) fn action(world: &World, name: &str, dice: &mut Dice) -> Action {
    let blueprint = dice.one_of(&["Component", "Component", "Component", "System", USER]);
    let kind = world.blueprint(blueprint).unwrap();
    let mut claims: Vec<String> = kind
        .properties
        .iter()
        .flat_map(|property| {
            let above = property.path.split('.').next().unwrap();
            [property.path.clone(), above.to_owned()]
        })
        .map(|path| format!("properties.{path}"))
        .collect();
    let relations = kind.relations.iter();
    claims.extend(relations.map(|relation| format!("relations.{}", relation.name)));
    claims.push("title".to_owned());
    if kind.ownership == Some(Ownership::Direct) {
        claims.push("team".to_owned());
    }
    let trigger = match dice.below(10) {
        0 => Trigger::Created,
        1 => Trigger::Deleted,
        2 | 3 => Trigger::Request,
        _ => {
            let mut paths = dice.some_of(&claims, 2);
            paths.insert(dice.one_of(&claims));
            // Whoever may hand something over may not thereby be handed it.
            paths.extend(kind.owner_path().filter(|_| dice.percent(40)));
            Trigger::Changed(paths.into_iter().collect())
        }
    };
    let mut action = Action {
        name: name.to_owned(),
        blueprint: blueprint.to_owned(),
        condition: None,
        inputs: Vec::new(),
        execute: None,
        approval: None,
        trigger,
    };
    if blueprint == "Component" && !matches!(action.trigger, Trigger::Deleted | Trigger::Created) {
        let is_request = action.trigger == Trigger::Request;
        let from = (!is_request).then(|| "replicas".to_owned());
        let name = "amount".to_owned();
        action.inputs = vec![Input { name, from }];
        if dice.percent(20) && !is_request {
            action.condition = Some(("tier".to_owned(), dice.one_of(&rule::TEXTS).to_owned()));
        }
    }
    if dice.percent(80) {
        let blocks = 1 + dice.below(2);
        action.execute = Some((0..blocks).map(|_| block(world, &action, dice)).collect());
    }
    if dice.percent(45) {
        let needs = 1 + dice.below(2);
        action.approval = Some((0..needs).map(|_| approval(world, &action, dice)).collect());
    }
    action
}
