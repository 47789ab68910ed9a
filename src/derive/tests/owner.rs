//! Ownership.

use super::World;

fn owners(entity: &str) -> Vec<String> {
    let world = World::new(
        "identifier: Team
schema: {properties: {}}
---
identifier: User
schema: {properties: {}}
relations: {teams: {target: Team, many: true, memberOf: true}}
---
identifier: System
schema: {properties: {}}
ownership: {type: Direct}
---
identifier: Part
schema: {properties: {}}
relations: {system: {target: System}, owners: {target: Team, many: true}}
ownership: {path: owners}
---
identifier: File
schema: {properties: {}}
relations: {parent: {target: File}, parts: {target: Part, many: true}}
ownership: {type: Inherited, path: parts}
---
identifier: Folder
schema: {properties: {}}
relations: {parent: {target: Folder}, file: {target: File}}
ownership: {type: Inherited, path: parent}
---
identifier: Page
schema: {properties: {}}
relations: {system: {target: System}, people: {target: User, many: true}}
ownership: {path: people.teams}
---
identifier: Note
schema: {properties: {}}
relations: {system: {target: System}}
ownership: {type: Inherited, path: system}
",
        "{identifier: a, blueprint: Team}
---
{identifier: b, blueprint: Team}
---
{identifier: lin, blueprint: User, relations: {teams: [b, a]}}
---
{identifier: Cart, blueprint: System, team: [b, a, Cart, nobody]}
---
{identifier: Lone, blueprint: System}
---
{identifier: part, blueprint: Part, relations: {owners: [b], system: Cart}}
---
{identifier: more, blueprint: Part, relations: {owners: [a, b]}}
---
{identifier: file, blueprint: File, relations: {parts: [part, more]}}
---
{identifier: one, blueprint: Folder, relations: {parent: two}}
---
{identifier: two, blueprint: Folder, relations: {parent: one}}
---
{identifier: page, blueprint: Page, relations: {people: [lin]}}
---
{identifier: note, blueprint: Note, relations: {system: Cart}}
",
    );
    let owners = world.derived().owner(world.id(entity));
    owners.into_iter().map(|id| world.name(id)).collect()
}

#[test]
fn a_path_of_relations_leads_to_the_owners() {
    assert_eq!(owners("Part/part"), ["b"]);
    assert_eq!(owners("Page/page"), ["a", "b"]);
}

#[test]
fn a_team_is_looked_up_among_what_one_can_be_a_member_of() {
    assert_eq!(owners("System/Cart"), ["a", "b"]);
    assert!(owners("System/Lone").is_empty());
}

#[test]
fn an_inherited_owner_is_the_owner_of_what_the_path_leads_to() {
    assert_eq!(owners("Note/note"), ["a", "b"]);
    assert_eq!(owners("File/file"), ["a", "b"]);
}

#[test]
fn inheriting_in_a_circle_gives_no_owner() {
    assert!(owners("Folder/one").is_empty());
    assert!(owners("Team/a").is_empty());
}
