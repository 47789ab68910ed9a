//! A world as the files that people would have written.

use std::collections::{BTreeMap, BTreeSet};

use super::cedar::{condition, of_rule};
use super::world::{Action, Approval, Block, Blueprint, Entity, Ownership, Side, Trigger};
use super::world::{Property, Type, USER, Value, World};

/// Paths and texts.
pub(crate) type Files = BTreeMap<String, String>;

/// The file of each part of a world.
pub(crate) fn entity_file(entity: &Entity) -> String {
    format!("catalog/entities/{}.yaml", entity.file)
}

pub(crate) fn blueprint_file(name: &str) -> String {
    format!("catalog/blueprints/{name}.yaml")
}

pub(crate) fn action_file(name: &str) -> String {
    format!("catalog/actions/{name}.yaml")
}

pub(crate) fn policy_file(name: &str) -> String {
    format!("catalog/policies/{name}.cedar")
}

pub(crate) fn request_file(id: &str) -> String {
    format!("catalog/requests/{id}.yaml")
}

pub(crate) const SETTINGS: &str = "catalogc.yaml";

pub(crate) fn files(world: &World) -> Files {
    let mut files = Files::new();
    files.insert(SETTINGS.to_owned(), settings(world));
    for blueprint in &world.blueprints {
        files.insert(blueprint_file(&blueprint.name), of_blueprint(blueprint));
    }
    for action in &world.actions {
        files.insert(action_file(&action.name), of_action(action));
    }
    for (name, rules) in &world.policies {
        let rules = rules.iter().map(of_rule);
        files.insert(policy_file(name), rules.collect());
    }
    for entity in &world.entities {
        let text = files.entry(entity_file(entity)).or_default();
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&of_entity(world, entity));
    }
    for request in &world.requests {
        let mut text = format!("action: {}\n", request.action);
        if let Some((blueprint, name)) = &request.of {
            text += &format!("entity: {name}\nblueprint: {blueprint}\n");
        }
        let inputs = request.inputs.iter();
        let inputs: Vec<String> = inputs.map(|(name, n)| format!("{name}: {n}")).collect();
        if !inputs.is_empty() {
            text += &format!("inputs: {{{}}}\n", inputs.join(", "));
        }
        files.insert(request_file(&request.id), text);
    }
    for (path, text) in &world.others {
        files.insert(format!("catalog/{path}"), text.clone());
    }
    for (path, count) in &world.comments {
        if let Some(text) = files.get_mut(path) {
            let is_policy = path.starts_with("catalog/policies/");
            let comment = if is_policy { "//" } else { "#" };
            *text = format!("{comment} said {count} times\n{text}");
        }
    }
    files
}

fn settings(world: &World) -> String {
    let settings = &world.settings;
    let login = if settings.has_login {
        ", login: properties.login"
    } else {
        ""
    };
    let number = if settings.has_number {
        ", id: properties.number"
    } else {
        ""
    };
    let mode = ["open", "enforced"][usize::from(settings.enforced)];
    let authority = settings
        .authority
        .map(|most| format!(", authority: {most}"));
    let authority = authority.unwrap_or_default();
    format!(
        "permissions: {mode}\npeople: {{blueprint: {USER}{login}{number}}}\nguards: {{deletes: {}, deletes_percent: {}{authority}}}\n",
        settings.deletes, settings.percent
    )
}

fn schema(property: &Property) -> String {
    let word = match property.holds {
        Type::Number => "integer",
        Type::Text => "string",
    };
    format!("{{type: {word}}}")
}

fn of_blueprint(blueprint: &Blueprint) -> String {
    let mut text = format!("identifier: {}\nschema:\n  properties:\n", blueprint.name);
    let (nested, flat): (Vec<&Property>, Vec<&Property>) = blueprint
        .properties
        .iter()
        .partition(|property| property.path.contains('.'));
    if blueprint.properties.is_empty() {
        text = format!(
            "identifier: {}\nschema:\n  properties: {{}}\n",
            blueprint.name
        );
    }
    for property in &flat {
        text += &format!("    {}: {}\n", property.path, schema(property));
    }
    if !nested.is_empty() {
        let parts = nested.iter().map(|property| {
            let (_, name) = property.path.split_once('.').unwrap();
            format!("{name}: {}", schema(property))
        });
        let parts: Vec<String> = parts.collect();
        text += &format!(
            "    labels: {{type: object, properties: {{{}}}}}\n",
            parts.join(", ")
        );
    }
    let required = flat.iter().filter(|property| property.required);
    let required: Vec<&str> = required.map(|property| property.path.as_str()).collect();
    if !required.is_empty() {
        text += &format!("  required: [{}]\n", required.join(", "));
    }
    if !blueprint.relations.is_empty() {
        text += "relations:\n";
    }
    for relation in &blueprint.relations {
        let many = if relation.many { ", many: true" } else { "" };
        let member = if relation.member_of {
            ", memberOf: true"
        } else {
            ""
        };
        text += &format!(
            "  {}: {{target: {}{many}{member}}}\n",
            relation.name, relation.target
        );
    }
    match &blueprint.ownership {
        None => {}
        Some(Ownership::Direct) => text += "ownership: {type: Direct}\n",
        Some(Ownership::Path(path)) => {
            text += &format!("ownership: {{path: {}}}\n", path.join("."));
        }
        Some(Ownership::Inherited(path)) => {
            text += &format!("ownership: {{type: Inherited, path: {path}}}\n");
        }
    }
    text
}

fn written(value: &Value) -> String {
    match value {
        Value::Number(n) => n.to_string(),
        Value::Text(text) => text.clone(),
    }
}

fn list(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("[{}]", names.join(", "))
}

fn of_entity(world: &World, entity: &Entity) -> String {
    let mut text = format!(
        "identifier: {}\nblueprint: {}\n",
        entity.name, entity.blueprint
    );
    for (key, value) in [
        ("title", &entity.title),
        ("team", &entity.team),
        ("movedFrom", &entity.moved_from),
    ] {
        if let Some(value) = value {
            text += &format!("{key}: {value}\n");
        }
    }
    let (nested, flat): (Vec<_>, Vec<_>) = entity
        .properties
        .iter()
        .partition(|(path, _)| path.contains('.'));
    if !entity.properties.is_empty() {
        text += "properties:\n";
    }
    for (path, value) in flat {
        text += &format!("  {path}: {}\n", written(value));
    }
    if !nested.is_empty() {
        text += "  labels:\n";
    }
    for (path, value) in nested {
        let (_, name) = path.split_once('.').unwrap();
        text += &format!("    {name}: {}\n", written(value));
    }
    if !entity.relations.is_empty() {
        text += "relations:\n";
    }
    let blueprint = world.blueprint(&entity.blueprint);
    for (name, related) in &entity.relations {
        let is_many = blueprint
            .and_then(|blueprint| blueprint.relation(name))
            .is_some_and(|relation| relation.many);
        let related = if is_many {
            list(related)
        } else {
            related.iter().cloned().collect()
        };
        text += &format!("  {name}: {related}\n");
    }
    text
}

fn of_action(action: &Action) -> String {
    let (operation, trigger) = match &action.trigger {
        Trigger::Changed(paths) => ("day-2", format!("changed: [{}]", paths.join(", "))),
        Trigger::Created => ("create", "created: true".to_owned()),
        Trigger::Deleted => ("delete", "deleted: true".to_owned()),
        Trigger::Request => ("day-2", "request: true".to_owned()),
    };
    let mut text = format!(
        "identifier: {}\noperation: {operation}\nblueprint: {}\ntrigger:\n  {trigger}\n",
        action.name, action.blueprint
    );
    if let Some((property, value)) = &action.condition {
        text += &format!("  condition: .before.properties.{property} == \"{value}\"\n");
    }
    if !action.inputs.is_empty() {
        let inputs = action.inputs.iter();
        let schemas: Vec<String> = inputs
            .clone()
            .map(|input| format!("{}: {{type: integer}}", input.name))
            .collect();
        text += &format!("inputs:\n  properties: {{{}}}\n", schemas.join(", "));
        let from: Vec<String> = inputs
            .filter_map(|input| {
                let from = input.from.as_ref()?;
                Some(format!("{}: .after.properties.{from}", input.name))
            })
            .collect();
        if !from.is_empty() {
            text += &format!("  from: {{{}}}\n", from.join(", "));
        }
    }
    if let Some(blocks) = &action.execute {
        text += "permissions:\n  execute:\n";
        let blocks = blocks.iter().map(of_block);
        text += &blocks.collect::<String>();
    }
    if let Some(entries) = &action.approval {
        text += "approval:\n";
        let entries = entries.iter().map(of_approval);
        text += &entries.collect::<String>();
    }
    text
}

fn of_block(block: &Block) -> String {
    let mut parts = Vec::new();
    for (key, names) in [
        ("users", &block.users),
        ("teams", &block.teams),
        ("roles", &block.roles),
    ] {
        if !names.is_empty() {
            parts.push(format!("{key}: {}", list(names)));
        }
    }
    if block.owned_by_team {
        parts.push("ownedByTeam: true".to_owned());
    }
    if let Some(when) = &block.when {
        let when = condition(when);
        parts.push(format!("when: '{when}'"));
    }
    format!("    - {{{}}}\n", parts.join(", "))
}

fn of_approval(approval: &Approval) -> String {
    let mut by = Vec::new();
    if !approval.users.is_empty() {
        by.push(format!("users: {}", list(&approval.users)));
    }
    if !approval.teams.is_empty() {
        by.push(format!("teams: {}", list(&approval.teams)));
    }
    match approval.owners {
        Some(Side::Before) => by.push("owners: before".to_owned()),
        Some(Side::After) => by.push("owners: after".to_owned()),
        None => {}
    }
    let when = approval.when.as_ref().map(|when| {
        let when = condition(when);
        format!("when: '{when}', ")
    });
    format!(
        "  - {{{}by: {{{}}}, count: {}}}\n",
        when.unwrap_or_default(),
        by.join(", "),
        approval.count
    )
}
