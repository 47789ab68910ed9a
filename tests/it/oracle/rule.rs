//! Rules as trees, and chance to make them: a small part of Cedar whose meaning is plain.

use super::world::{Dice, Id, ROLE, Side, TEAM, Type, USER, Value, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Permit,
    Forbid,
}

/// Whom a rule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Anyone,
    Person(String),
    In(Id),
}

/// Which actions a rule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Anything,
    /// One action of the catalog, or a built-in one of one blueprint, or one of the catalog itself.
    One(String),
    /// Built-in actions on any blueprint.
    Groups(Vec<String>),
}

/// Which resources a rule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum On {
    Anything,
    Kind(String),
    Entity(Id),
}

/// Where a value is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Resource,
    Context(Side),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    PrincipalIs(String),
    PrincipalIn(Id),
    /// Whether the principal is in what a relation of the resource leads to.
    PrincipalInRelated(String),
    /// Whether there is a value, and it is at most the number.
    AtMost(Of, String, i64),
    /// Whether there is a value, and it is the text.
    Is(Of, String, String),
    Has(Of, String),
    /// Whether an input is there and is at most the number.
    InputAtMost(String, i64),
    /// Whether a path of a blueprint changes.
    Changed(String, String),
    /// Of `define`, `meta` and `override`.
    KindIs(String),
    PathIs(String),
    /// A property times the largest number: an error where it is there and is 2 or more.
    Overflows(Of, String),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) effect: Effect,
    pub(crate) who: Who,
    pub(crate) what: What,
    pub(crate) on: On,
    pub(crate) when: Option<Expression>,
}

/// The built-in actions on entities.
pub(crate) const ON_ENTITIES: [&str; 6] =
    ["create", "update", "delete", "rename", "grant", "record"];
/// The built-in actions on the catalog itself.
pub(crate) const ON_ROOT: [&str; 3] = ["define", "meta", "override"];

/// The kinds of what a built-in action on the catalog itself is about.
fn kinds(built_in: &str) -> &'static [&'static str] {
    match built_in {
        "define" => &["blueprint", "action", "policy", "settings"],
        "meta" => &["file"],
        _ => &["guard", "call"],
    }
}

/// What conditions may speak of.
pub(crate) struct Reach<'w> {
    world: &'w World,
    /// The blueprint of the resource.
    kind: Option<&'w str>,
    sides: Vec<Side>,
    inputs: Vec<String>,
    /// The kinds of what it is about, where that is the catalog itself.
    kinds: &'static [&'static str],
    /// Whether there is `context.changed`.
    changes: bool,
    /// Whether it may be asked who the principal is.
    people: bool,
}

impl<'w> Reach<'w> {
    /// What the conditions of an action of the catalog may speak of.
    pub(crate) fn of_action(
        world: &'w World,
        blueprint: &'w str,
        sides: &[Side],
        inputs: Vec<String>,
    ) -> Self {
        Self {
            world,
            kind: Some(blueprint),
            sides: sides.to_vec(),
            inputs,
            kinds: &[],
            changes: true,
            people: true,
        }
    }

    /// The same without the person who asks.
    pub(crate) fn impersonal(self) -> Self {
        Self {
            people: false,
            ..self
        }
    }

    fn of(&self, dice: &mut Dice) -> Of {
        let mut all = vec![Of::Resource, Of::Resource];
        all.extend(self.sides.iter().map(|side| Of::Context(*side)));
        dice.one_of(&all)
    }

    /// A condition that speaks of people alone, or of what there is to speak of.
    fn leaf(&self, dice: &mut Dice) -> Expression {
        let world = self.world;
        let blueprint = self.kind.and_then(|kind| world.blueprint(kind));
        let typed = |holds: Type| -> Vec<String> {
            let properties = blueprint.iter().flat_map(|blueprint| &blueprint.properties);
            let simple = properties.filter(|property| !property.path.contains('.'));
            let typed = simple.filter(|property| property.holds == holds);
            typed.map(|property| property.path.clone()).collect()
        };
        let of = self.of(dice);
        let roll = dice.below(100);
        if !self.kinds.is_empty() && roll < 60 {
            return match roll {
                0..40 => Expression::KindIs(dice.one_of(self.kinds).to_owned()),
                _ => Expression::PathIs("catalog/notes.txt".to_owned()),
            };
        }
        let leaf = match roll {
            0..24 => dice
                .maybe_one_of(&typed(Type::Number))
                .map(|path| Expression::AtMost(of, path, i64::try_from(dice.below(6)).unwrap())),
            24..40 => dice
                .maybe_one_of(&typed(Type::Text))
                .map(|path| Expression::Is(of, path, dice.one_of(&TEXTS).to_owned())),
            40..48 => dice
                .maybe_one_of(&[typed(Type::Text), typed(Type::Number)].concat())
                .map(|path| Expression::Has(of, path)),
            48..60 => dice
                .maybe_one_of(&self.inputs)
                .map(|name| Expression::InputAtMost(name, i64::try_from(dice.below(6)).unwrap())),
            60..70 if self.changes => blueprint.and_then(|blueprint| {
                let paths: Vec<String> = paths(blueprint);
                let path = dice.maybe_one_of(&paths)?;
                Some(Expression::Changed(blueprint.name.clone(), path))
            }),
            70..80 if self.people => blueprint.and_then(|blueprint| {
                let relations = blueprint.relations.iter();
                let single = relations.filter(|it| !it.many && [TEAM, USER].contains(&&*it.target));
                let names: Vec<String> = single.map(|it| it.name.clone()).collect();
                let name = dice.maybe_one_of(&names)?;
                Some(Expression::PrincipalInRelated(name))
            }),
            80..86 => dice
                .maybe_one_of(&typed(Type::Number))
                .map(|path| Expression::Overflows(of, path)),
            _ => None,
        };
        leaf.unwrap_or_else(|| match dice.below(3) {
            _ if !self.people => Expression::Changed(
                self.kind.unwrap_or_default().to_owned(),
                paths(blueprint.unwrap())[0].clone(),
            ),
            0 => Expression::PrincipalIs(dice.one_of(&world.names(USER))),
            _ => Expression::PrincipalIn(group(world, dice)),
        })
    }

    /// A condition of some depth.
    pub(crate) fn condition(&self, dice: &mut Dice, depth: usize) -> Expression {
        let roll = dice.below(100);
        if depth == 0 || roll < 45 {
            return self.leaf(dice);
        }
        let left = Box::new(self.condition(dice, depth - 1));
        if roll < 60 {
            return Expression::Not(left);
        }
        let right = Box::new(self.condition(dice, depth - 1));
        if roll < 80 {
            Expression::And(left, right)
        } else {
            Expression::Or(left, right)
        }
    }
}

/// The texts of properties.
pub(crate) const TEXTS: [&str; 3] = ["gold", "silver", "tin"];

/// The paths of a blueprint that `context.changed` has names for.
fn paths(blueprint: &super::world::Blueprint) -> Vec<String> {
    let properties = blueprint.properties.iter();
    let simple = properties.filter(|property| !property.path.contains('.'));
    let properties = simple.map(|property| format!("properties.{}", property.path));
    let relations = blueprint.relations.iter();
    properties
        .chain(relations.map(|relation| format!("relations.{}", relation.name)))
        .collect()
}

fn group(world: &World, dice: &mut Dice) -> Id {
    let kind = if dice.percent(85) || world.names(ROLE).is_empty() {
        TEAM
    } else {
        ROLE
    };
    (kind.to_owned(), dice.one_of(&world.names(kind)))
}

fn who(world: &World, dice: &mut Dice) -> Who {
    match dice.below(100) {
        0..25 => Who::Anyone,
        25..40 => Who::Person(dice.one_of(&world.names(USER))),
        _ => Who::In(group(world, dice)),
    }
}

/// The sides that the context of a built-in action has.
fn sides(built_in: &str) -> &'static [Side] {
    match built_in {
        "create" => &[Side::After],
        "delete" => &[Side::Before],
        _ => &[Side::Before, Side::After],
    }
}

/// A rule of any kind that the types of a world allow.
pub(crate) fn rule(world: &World, dice: &mut Dice) -> Rule {
    let effect = if dice.percent(78) {
        Effect::Permit
    } else {
        Effect::Forbid
    };
    let mut rule = Rule {
        effect,
        who: who(world, dice),
        what: What::Anything,
        on: On::Anything,
        when: None,
    };
    let blueprint = dice.one_of(&world.blueprints);
    let kind = blueprint.name.as_str();
    let mut reach = Reach {
        world,
        kind: None,
        sides: Vec::new(),
        inputs: Vec::new(),
        kinds: &[],
        changes: false,
        people: true,
    };
    match dice.below(100) {
        0..22 if !world.actions.is_empty() => {
            let action = dice.one_of(&world.actions);
            let kind = &world.blueprint(&action.blueprint).unwrap().name;
            let inputs = action.inputs.iter().map(|input| input.name.clone());
            let sides = action.sides();
            reach = Reach::of_action(world, kind, sides, inputs.collect());
            rule.what = What::One(action.name);
        }
        22..45 => {
            let built_in = dice.one_of(&ON_ENTITIES);
            rule.what = What::One(format!("{built_in}:{kind}"));
            reach = Reach::of_action(world, kind, sides(built_in), Vec::new());
        }
        45..70 => {
            let built_in = dice.one_of(&ON_ENTITIES);
            rule.what = What::Groups(vec![built_in.to_owned()]);
            rule.on = On::Kind(kind.to_owned());
            reach = Reach::of_action(world, kind, sides(built_in), Vec::new());
        }
        70..78 => {
            let groups = dice.some_of(&ON_ENTITIES, 3);
            rule.what = match groups.len() {
                0 => What::Anything,
                _ => What::Groups(groups.into_iter().map(str::to_owned).collect()),
            };
        }
        78..94 => {
            let built_in = dice.one_of(&ON_ROOT);
            rule.what = What::One(built_in.to_owned());
            reach.kinds = kinds(built_in);
        }
        _ => {}
    }
    if rule.on == On::Anything
        && let What::One(_) = rule.what
        && let Some(kind) = reach.kind
        && let Some(name) = dice.maybe_one_of(&world.names(kind))
        && dice.percent(15)
        && !matches!(&rule.what, What::One(name) if name.starts_with("create:"))
    {
        rule.on = On::Entity((kind.to_owned(), name));
    }
    if dice.percent(60) {
        rule.when = Some(reach.condition(dice, 2));
    }
    rule
}

/// The names that a condition has written out.
pub(crate) fn named(expression: &Expression, all: &mut Vec<Id>) {
    match expression {
        Expression::PrincipalIs(name) => all.push((USER.to_owned(), name.clone())),
        Expression::PrincipalIn(id) => all.push(id.clone()),
        Expression::And(left, right) | Expression::Or(left, right) => {
            named(left, all);
            named(right, all);
        }
        Expression::Not(inner) => named(inner, all),
        _ => {}
    }
}

/// A value for a property.
pub(crate) fn value(holds: Type, dice: &mut Dice) -> Value {
    match holds {
        Type::Number => Value::Number(i64::try_from(dice.below(6)).unwrap()),
        Type::Text => Value::Text(dice.one_of(&TEXTS).to_owned()),
    }
}
