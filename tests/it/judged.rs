//! What judges a request and a change before they are written: the target, and not what is wrong
//! elsewhere.

use crate::changing::{BLUEPRINTS, small};
use crate::drawings::shipped;
use crate::program::run;
use crate::requesting::{CART, REASON, is_untouched};

#[test]
fn what_is_denied_is_not_written_unless_that_is_wanted() {
    let git = shipped();
    let ask = [
        "request",
        "deploy",
        "CartService",
        "--set",
        "environment=production",
        "--actor",
        "lin",
    ];
    run(git.root(), &ask)
        .says("denied: lin may not deploy CartService")
        .says("ask sam")
        .says("nothing is written")
        .exits(1);
    is_untouched(&git);
    run(git.root(), &[&ask[..], &["--anyway"]].concat())
        .says("wrote ")
        .exits(0);
    git.run(&["clean", "-qfd"]);
    // Who may, and what is missing, is told as it is written.
    let more = [
        "request",
        "change_replicas",
        "CartService",
        "--set",
        "replicas=25",
        "--actor",
        "lin",
    ];
    run(git.root(), &more)
        .says("needs approval")
        .says("missing  1 from platform or admins: kim, sam or theo")
        .exits(0);
}

#[test]
fn a_plan_that_is_refused_with_it_stops_a_request_and_steps_of_others_do_not() {
    let git = shipped();
    let ask = |reason| ["request", "restart_service", "CartService", "--set", reason];
    run(git.root(), &ask(REASON)).exits(0);
    let written = git.run(&["status", "--porcelain", "--untracked-files=all"]);
    let again = ask("reason=another memory leak");
    run(git.root(), &again)
        .says("nothing is written; with `--anyway` it is")
        .says("denied: the plan as a whole is refused")
        .says("asked for twice of CartService")
        .exits(1);
    let status = || git.run(&["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(status(), written);
    run(git.root(), &[&again[..], &["--anyway"]].concat()).exits(0);
    assert_ne!(status(), written);
    git.run(&["clean", "-qfd"]);
    // Somebody else's change, that lin may not make.
    run(git.root(), &["set", "CartService", "tier=standard"]).exits(0);
    run(git.root(), &[&again[..], &["--actor", "lin"]].concat())
        .says("denied")
        .says("wrote catalog/requests/restart_service-CartService-")
        .exits(0);
}

#[test]
fn the_target_judges_and_not_the_branch() {
    let git = shipped();
    git.branch("mine", "main");
    let policy = "catalog/policies/deploy.cedar";
    git.write(
        policy,
        "permit(principal, action == Action::\"deploy\", resource);\n",
    );
    git.commit("mine");
    let ask = [
        "request",
        "deploy",
        "CartService",
        "--set",
        "environment=production",
        "--actor",
        "lin",
    ];
    run(git.root(), &ask)
        .says("denied: lin may not deploy")
        .exits(1);
    run(git.root(), &[&ask[..], &["--base", "mine"]].concat()).exits(0);
}

#[test]
fn errors_elsewhere_are_named_and_stand_in_nobodys_way() {
    let git = shipped();
    git.write(
        "catalog/entities/orders/odd.yaml",
        "identifier: Odd\nblueprint: Nothing\n",
    );
    let ask = [
        "request",
        "change_replicas",
        "CartService",
        "--set",
        "replicas=5",
    ];
    run(git.root(), &ask)
        .says("nothing new found; 1 error elsewhere as before")
        .says("catalog/entities/orders/odd.yaml:2")
        .says("~ 1 change_replicas  CartService  replicas 3 -> 5  may ada, lin, sam")
        .exits(0);
}

/// The plan of a change is told and decides, whatever is wrong elsewhere.
#[test]
fn errors_elsewhere_take_no_verdict_away() {
    let git = shipped();
    let odd = "catalog/entities/orders/odd.yaml";
    let ask = |actor| {
        let ask = [
            "request",
            "change_replicas",
            "CartService",
            "--set",
            "replicas=25",
        ];
        run(git.root(), &[&ask[..], &["--actor", actor]].concat())
    };
    // In the working tree, on the target, and in a file that cannot be read at all there.
    git.write(odd, "identifier: Odd\nblueprint: Nothing\n");
    ask("lin")
        .says("needs approval: 1 approval is missing")
        .exits(0);
    git.run(&["checkout", "--quiet", CART]);
    git.commit("an error on the target");
    ask("lin")
        .says("needs approval: 1 approval is missing")
        .exits(0);
    git.run(&["checkout", "--quiet", CART]);
    git.write(odd, "identifier: [\n");
    ask("lin")
        .says("needs approval: 1 approval is missing")
        .exits(0);
    git.run(&["checkout", "--quiet", CART]);
    git.commit("a file that cannot be read");
    ask("lin").says("who may do what cannot be told").exits(0);
    // A rule that cannot be read: nobody is told that they may.
    git.remove(odd);
    let policy = "catalog/policies/deploy.cedar";
    git.write(policy, "permit(\n");
    git.run(&["checkout", "--quiet", CART]);
    git.commit("a broken rule");
    ask("lin")
        .says("the definitions are broken")
        .does_not_say("allowed")
        .exits(0);
}

/// A step that is denied is not written, also where something else has errors.
#[test]
fn a_denied_change_is_not_written_beside_errors() {
    let git = shipped();
    git.write(
        "catalog/entities/orders/odd.yaml",
        "identifier: Odd\nblueprint: Nothing\n",
    );
    let ask = [
        "request",
        "deploy",
        "CartService",
        "--set",
        "environment=production",
    ];
    run(git.root(), &[&ask[..], &["--actor", "lin"]].concat())
        .says("nothing is written")
        .exits(1);
    git.remove("catalog/entities/orders/odd.yaml");
    is_untouched(&git);
}

/// What is put right leaves an entry of the baseline that is told; what only a baseline lets pass keeps
/// its name, for that of the target knows no other.
#[test]
fn a_baseline_stops_no_repair() {
    let git = shipped();
    let file = "catalog/entities/platform/tracing-library.yaml";
    let text = git.read(file).replace("\n  owner: platform", "");
    git.write(file, text);
    let write = ["check", "--write-baseline", "--reason", "it was so"];
    run(git.root(), &write).exits(0);
    git.commit("a baseline");
    run(
        git.root(),
        &["mv", "TracingLibrary", "tracing", "--leave-texts"],
    )
    .says("no finding fits this entry: E0305")
    .says("nothing is written")
    .exits(1);
    run(git.root(), &["set", "TracingLibrary", "owner=platform"])
        .says("no finding fits this entry: E0305")
        .says("`catalogc check --write-baseline` deletes all such")
        .says("1 warning found")
        .exits(0);
    run(git.root(), &["check", "--write-baseline"]).exits(0);
    run(git.root(), &["check"]).says("nothing found").exits(0);
}

/// What is marked as a secret stands in no patch, also where it is only near the change.
#[test]
fn a_patch_shows_no_secret_beside_the_change() {
    let git = small(
        "identifier: cart\nblueprint: Service\nproperties:\n  replicas: 1\n  note: hunter2hunter2\nrelations: {owner: red}\n",
    );
    let blueprints =
        BLUEPRINTS.replace("note: {type: string}", "note: {type: string, secret: true}");
    git.write("catalog/blueprints/all.yaml", blueprints);
    run(git.root(), &["set", "cart", "replicas=2", "--dry-run"])
        .says("replicas: 2")
        .does_not_say("hunter2")
        .exits(0);
}
