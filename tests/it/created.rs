//! Actions that create: asked for as every other, by the entity that is new.

use crate::completed::talk;
use crate::drawings::shipped;
use crate::program::run;
use crate::repository::Git;
use crate::requesting::{as_lin, is_untouched, new_file};

const SCAFFOLD: [&str; 6] = [
    "request",
    "scaffold_service",
    "basket",
    "--set",
    "language=rust",
    "--set",
];

/// An order for a service, and what else is said.
fn scaffold<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SCAFFOLD[..], more].concat()
}

#[test]
fn what_an_action_creates_is_written_as_new_would() {
    let git = shipped();
    let ask = scaffold(&["owner=checkout", "--set", "system=Cart", "--actor", "lin"]);
    run(git.root(), &ask)
        .says("! 1 scaffold_service  basket  created")
        .says("needs approval, 1 missing")
        .says("1 from platform or admins: kim, sam or theo")
        .says("wrote catalog/entities/orders/basket.yaml, nothing found")
        .exits(0);
    let path = new_file(&git);
    // The condition of the action is true of a service alone; the default is that of the kind.
    let written = git.read(&path);
    let expected = "identifier: basket\nblueprint: Component\nproperties:\n  type: service\n  language: rust\n  lifecycle: experimental\n  # replicas: integer, 0 to 50\n";
    assert!(written.starts_with(expected), "{written}");
    assert!(
        written.contains("relations:\n  system: Cart\n  owner: checkout\n"),
        "{written}"
    );
    // Asked for once more it is there.
    run(git.root(), &ask)
        .says(&format!("`{path}` asks for it already"))
        .exits(2);
    git.run(&["clean", "-qfd"]);
    // Whatever the names are, it is the same.
    let in_full = scaffold(&[
        "relations.owner=checkout",
        "--set",
        "relations.system=Cart",
        "--set",
        "properties.type=service",
    ]);
    run(git.root(), &in_full).exits(0);
    assert_eq!(git.read(&path), written);
}

#[test]
fn nothing_is_written_of_what_is_denied_missing_or_another_action() {
    let git = shipped();
    run(git.root(), &["request", "scaffold_service"])
        .says("`scaffold_service` needs a name for the new Component, `language`, `owner` and `system`")
        .says("`catalogc request scaffold_service NAME --set language=... --set owner=... --set system=...`")
        .says("language is go, java, kotlin, python, rust or typescript; owner is a Team; system is a System")
        .exits(2);
    let ask = scaffold(&["owner=checkout", "--set", "system=Carts"]);
    run(git.root(), &[&ask[..], &["--set", "tyep=service"]].concat())
        .says("no System is called `Carts`: did you mean `Cart`?")
        .says("did you mean `type`?")
        .exits(2);
    run(git.root(), &["request", "scaffold_service", "CartService"])
        .says("Component `CartService` is there already")
        .exits(2);
    let library = [
        "owner=checkout",
        "--set",
        "system=Cart",
        "--set",
        "type=library",
    ];
    run(git.root(), &scaffold(&library))
        .says("this change is `create`, not `scaffold_service`")
        .says("`catalogc new Component` makes it all the same")
        .exits(2);
    let others = ["owner=platform", "--set", "system=Cart", "--actor", "lin"];
    run(git.root(), &scaffold(&others))
        .says("denied: lin may not scaffold_service Component basket")
        .says("resource.owner is platform, and lin is not in it")
        .exits(1);
    is_untouched(&git);
}

/// `--reason` is the property of that name; a time is told by what is between.
#[test]
fn access_is_asked_for_with_its_reason_and_its_end() {
    let git = shipped();
    let ask = [
        "request",
        "grant_temporary_access",
        "lin-cart",
        "--set",
        "person=lin",
        "--set",
        "resource=cart-sql-sb",
        "--set",
        "level=read",
        "--set",
        "expires_at=1d",
        "--now",
        "2026-11-22T14:00:00Z",
        "--reason",
        "a slow query, see 4711",
    ];
    let dry = run(git.root(), &[&ask[..], &["--dry-run"]].concat());
    assert!(dry.exits(0).contains("+  reason: a slow query, see 4711\n"));
    is_untouched(&git);
    as_lin(&git, &[&ask[..], &["--branch", "access"]].concat())
        .says("on access: grant_temporary_access lin-cart")
        .exits(0);
    let text = git.read("catalog/entities/access/lin-cart.yaml");
    assert!(
        text.contains("  expires_at: \"2026-11-23T14:00:00Z\"\n"),
        "{text}"
    );
    is_untouched(&git);
    // The word of a built-in action begins the name of one that is asked for.
    run(git.root(), &["request", "grant", "other"])
        .says("did you mean `grant_temporary_access`?")
        .exits(2);
    run(
        git.root(),
        &[
            "request",
            "grant_temporary_access",
            "other",
            "--set",
            "grant=x",
        ],
    )
    .says("`grant` of `grant_temporary_access` is not set: the new entity gives it")
    .exits(2);
}

#[test]
fn on_a_terminal_a_name_and_what_the_kind_needs_is_asked_for() {
    let git = shipped();
    git.run(&["config", "user.email", "lin@acme.example"]);
    // A part of an action's name, and a name that nothing has yet.
    let lines = "\nzig\nrust\n\nzz\nca\n\n\n";
    let Some(ran) = talk(&git, "request scaffold basket", lines) else {
        return;
    };
    ran.does_not_say("no entity is called")
        .says("scaffold_service: Scaffold a new service, makes a Component")
        .says("language, go, java, kotlin, python, rust or typescript, required: ")
        .says("`scaffold_service` does not take `zig` as `language`")
        .says("owner, a Team, type to search [checkout]: ")
        .says("  nothing is like `zz`")
        .says("  1 Cart  owner checkout")
        .says("write it? [Y/n]: ")
        .exits(0);
    let text = git.read(&new_file(&git));
    assert!(
        text.contains("  system: Cart\n  owner: checkout\n"),
        "{text}"
    );
    git.run(&["clean", "-qfd"]);
    // The picker has what creates, too.
    let picked = talk(&git, "request", "scaffold_service\nCartService\n").unwrap();
    picked
        .says("name of the new Component, as CartService is: ")
        .says("Component `CartService` is there already")
        .says("nothing is written")
        .exits(2);
    is_untouched(&git);
}

#[test]
fn new_asks_for_what_is_required() {
    let git = shipped();
    let lines = "envi\n\nenv-lin-7\nenv-lin-20\nmars\nus-east1\ncart:1\n3d\nlin\ncart\n\n";
    let Some(ran) = talk(&git, "new --now 2026-11-22T14:00:00Z", lines) else {
        return;
    };
    ran.says("kind, type to search: ")
        .says("  1 Environment  Developer environment")
        .says("name of the new Environment, as env-ada-2 is: ")
        .says("`Environment/env-lin-7` is there already")
        .says("`Environment` does not take `mars` as `region`")
        .says("wrote catalog/entities/environments/env-lin-20.yaml")
        .exits(0);
    let expected = "identifier: env-lin-20\nblueprint: Environment\nproperties:\n  region: us-east1\n  image: cart:1\n  state: starting\n  expires_at: \"2026-11-25T14:00:00Z\"\nrelations:\n  owner: lin\n  service: CartService\n";
    assert_eq!(git.read(&new_file(&git)), expected);
    git.run(&["clean", "-qfd"]);
    let ran = talk(&git, "new action poke", "compo\n\n").unwrap();
    ran.says("blueprint, the kind that it is for, type to search, required: ")
        .exits(0);
    assert_eq!(new_file(&git), "catalog/actions/poke.yaml");
    git.run(&["clean", "-qfd"]);
    // Where nobody is there, nothing is asked.
    no_one_is_asked(&git);
}

fn no_one_is_asked(git: &Git) {
    run(git.root(), &["new"])
        .says("nothing is named that could be added")
        .says("catalogc new KIND NAME")
        .exits(2);
    run(git.root(), &["new", "Component"])
        .says("a Component needs a name")
        .exits(2);
    run(git.root(), &["new", "Componet"])
        .says("did you mean `Component`?")
        .exits(2);
    run(git.root(), &["new", "Component", "x"])
        .says("Component needs `type`, `system`, `owner`")
        .exits(2);
    is_untouched(git);
}

#[test]
fn what_needs_something_merged_first_says_so() {
    let git = crate::drawings::shipped();
    git.branch("pr", "main").write(
        "catalog/entities/libx.yaml",
        "identifier: LibX\nblueprint: Component\nproperties: {type: library, lifecycle: production}\n\
         relations: {owner: checkout, system: Cart}\n---\nidentifier: ApiX\nblueprint: API\n\
         properties: {type: grpc}\nrelations: {provider: LibX}\n",
    );
    git.commit("a library with its API");
    let arguments = ["gate", "--base", "main", "--head", "pr", "--actor", "kim"];
    crate::program::run(git.root(), &arguments)
        .says("it looks into `Component::\"LibX\"`")
        .says("merge that first")
        .exits(1);
}
