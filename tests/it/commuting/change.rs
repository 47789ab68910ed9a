//! Changes of the catalog, of every kind that people make.
//!
//! In: a world and numbers. Out: another world, and what sort of change it was.

use crate::commuting::world::{Numbers, World};

/// Changes a world; the number makes names that are new.
type Make = fn(&mut World, usize, &mut Numbers);

/// A change: its sort, and what the world is with it.
pub(super) fn change(world: &World, number: usize, numbers: &mut Numbers) -> (&'static str, World) {
    let mut world = world.clone();
    let sorts: &[(&'static str, Make)] = &[
        ("scale", scale),
        ("scale", scale),
        ("note", note),
        ("note", note),
        ("port", port),
        ("relation", relation),
        ("uses", uses),
        ("create", create),
        ("delete", delete),
        ("rename", rename),
        ("move", relocate),
        ("request", request),
        ("request", request),
        ("membership", membership),
        ("nesting", nesting),
        ("leader", leader),
        ("person", person),
        ("policy", policy),
        ("blueprint", blueprint),
        ("action", action),
        ("guard", guard),
        ("together", together),
        ("comment", comment),
        ("lead", lead),
        ("domain", domain),
    ];
    let (name, make) = numbers.one(sorts);
    make(&mut world, number, numbers);
    (name, world)
}

fn pick(world: &World, kind: &str, numbers: &mut Numbers) -> usize {
    *numbers.one(&world.of(kind))
}

fn name(world: &World, kind: &str, numbers: &mut Numbers) -> String {
    numbers.one(&world.names(kind)).clone()
}

fn scale(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Part", numbers);
    let replicas = numbers.below(9);
    world.entities[at].value("replicas", replicas);
}

fn note(world: &mut World, number: usize, numbers: &mut Numbers) {
    let kind = *numbers.one(&["Part", "Part", "Part", "System", "Domain"]);
    let at = pick(world, kind, numbers);
    world.entities[at].value("note", format!("note {number}"));
}

fn port(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Part", numbers);
    world.entities[at].value("port", 9000 + numbers.below(6));
}

fn relation(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Part", numbers);
    if numbers.below(2) == 0 {
        let to = name(world, "System", numbers);
        world.entities[at].link("system", &[&to]);
    } else {
        let to = name(world, "Team", numbers);
        world.entities[at].link("owner", &[&to]);
    }
}

fn uses(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Part", numbers);
    let to = name(world, "Part", numbers);
    let uses = world.entities[at].links.entry("uses").or_default();
    if !uses.contains(&to) {
        uses.push(to);
    }
}

fn create(world: &mut World, number: usize, numbers: &mut Numbers) {
    let system = name(world, "System", numbers);
    // Two who think of one name write two files.
    let part = if numbers.below(3) == 0 {
        format!("same{}", numbers.below(3))
    } else {
        format!("new{number}")
    };
    let free = 9000 + numbers.below(60);
    let entity = world.add("Part", &part);
    entity.value("replicas", 2).value("port", free);
    entity.link("system", &[&system]);
    entity.file = format!("catalog/entities/new/{number}.yaml");
}

/// Deletes a part and whatever pointed at it does so no more.
fn delete(world: &mut World, _: usize, numbers: &mut Numbers) {
    let times = 1 + numbers.below(2);
    for _ in 0..times {
        let at = pick(world, "Part", numbers);
        let gone = world.entities.remove(at).name;
        for entity in &mut world.entities {
            let links = entity.links.values_mut();
            links.for_each(|to| to.retain(|it| *it != gone));
        }
    }
}

fn rename(world: &mut World, number: usize, numbers: &mut Numbers) {
    let kind = *numbers.one(&["Part", "Part", "System", "Team"]);
    let at = pick(world, kind, numbers);
    let old = world.entities[at].name.clone();
    let new = format!("{old}-{number}");
    world.entities[at].name.clone_from(&new);
    world.entities[at].old = Some(old.clone());
    let relations: &[&str] = match kind {
        "Part" => &["uses"],
        "System" => &["system"],
        _ => &["owner", "teams", "parent"],
    };
    for entity in &mut world.entities {
        for relation in relations {
            let links = entity.links.get_mut(relation).into_iter().flatten();
            links
                .filter(|it| **it == old)
                .for_each(|it| it.clone_from(&new));
        }
    }
}

fn relocate(world: &mut World, number: usize, numbers: &mut Numbers) {
    let at = pick(world, "Part", numbers);
    world.entities[at].file = format!("catalog/entities/moved/{number}.yaml");
}

fn request(world: &mut World, number: usize, numbers: &mut Numbers) {
    let part = name(world, "Part", numbers);
    let id = numbers.below(40);
    let (path, text) = (
        format!("catalog/requests/{number}.yaml"),
        format!("id: restart-{id}\naction: restart\nentity: {part}\n"),
    );
    world.others.insert(path, text);
}

fn membership(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "User", numbers);
    let to = name(world, "Team", numbers);
    let teams = world.entities[at].links.entry("teams").or_default();
    if teams.contains(&to) {
        teams.retain(|it| *it != to);
    } else {
        teams.push(to);
    }
}

fn nesting(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Team", numbers);
    let to = name(world, "Team", numbers);
    world.entities[at].link("parent", &[&to]);
}

fn leader(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Team", numbers);
    let who = name(world, "User", numbers);
    world.entities[at].link("leader", &[&who]);
}

fn person(world: &mut World, number: usize, numbers: &mut Numbers) {
    match numbers.below(3) {
        0 => {
            let team = name(world, "Team", numbers);
            let who = world.add("User", &format!("hired{number}"));
            who.link("teams", &[&team]);
        }
        1 => {
            let at = pick(world, "User", numbers);
            world.entities.remove(at);
        }
        _ => {
            let at = pick(world, "User", numbers);
            world.entities[at].value("phone", number);
        }
    }
}

/// Replaces a text of a file.
fn replace(world: &mut World, path: &str, old: &str, new: &str) {
    let text = world.others.get_mut(path).unwrap();
    *text = text.replacen(old, new, 1);
}

fn policy(world: &mut World, number: usize, numbers: &mut Numbers) {
    let tier = numbers.below(3).to_string();
    match numbers.below(3) {
        0 => replace(
            world,
            "catalog/policies/domains.cedar",
            "tier < 3",
            &format!("tier < {tier}"),
        ),
        1 => replace(
            world,
            "catalog/policies/restart.cedar",
            "> 40",
            &format!("> {tier}"),
        ),
        _ => {
            let team = name(world, "Team", numbers);
            let path = format!("catalog/policies/new{number}.cedar");
            let text = format!(
                "permit (principal in Team::\"{team}\", action in Action::\"update\", resource is System);\n"
            );
            world.others.insert(path, text);
        }
    }
}

fn blueprint(world: &mut World, _: usize, numbers: &mut Numbers) {
    match numbers.below(3) {
        0 => replace(
            world,
            "catalog/blueprints/part.yaml",
            "maximum: 50",
            "maximum: 7",
        ),
        1 => replace(world, "catalog/blueprints/system.yaml", "> 9", "> 12"),
        _ => replace(
            world,
            "catalog/blueprints/people.yaml",
            "phone: {type: string}",
            "phone: {type: [string, integer]}",
        ),
    }
}

fn action(world: &mut World, _: usize, numbers: &mut Numbers) {
    match numbers.below(3) {
        0 => replace(world, "catalog/actions/scale.yaml", "> 6", "> 3"),
        1 => replace(world, "catalog/actions/restart.yaml", "[root]", "[team0]"),
        _ => replace(
            world,
            "catalog/actions/grow.yaml",
            "properties.large",
            "properties.replicas",
        ),
    }
}

fn guard(world: &mut World, number: usize, numbers: &mut Numbers) {
    match numbers.below(3) {
        0 => replace(world, "catalogc.yaml", "deletes: 3", "deletes: 1"),
        1 => {
            delete(world, number, numbers);
            delete(world, number, numbers);
        }
        _ => create(world, number, numbers),
    }
}

/// A value in a file that several entities share.
fn together(world: &mut World, number: usize, _: &mut Numbers) {
    let mut all = world.entities.iter_mut();
    let shared = all.find(|it| it.file.ends_with("together.yaml"));
    shared.unwrap().value("note", format!("shared {number}"));
}

/// What means nothing.
fn comment(world: &mut World, number: usize, numbers: &mut Numbers) {
    let paths = [
        "catalog/blueprints/domain.yaml",
        "catalog/actions/restart.yaml",
    ];
    let text = world.others.get_mut(*numbers.one(&paths)).unwrap();
    text.push_str(&format!("# {number}\n"));
}

fn lead(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Part", numbers);
    let who = name(world, "User", numbers);
    world.entities[at].value("lead", who);
}

fn domain(world: &mut World, _: usize, numbers: &mut Numbers) {
    let at = pick(world, "Domain", numbers);
    world.entities[at].value("tier", numbers.below(5));
}
