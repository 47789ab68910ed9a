//! What judges a request and a change before they are written: the target, and not what is wrong
//! elsewhere.

use crate::changing::{BLUEPRINTS, small};
use crate::drawings::shipped;
use crate::program::run;
use crate::requesting::{CART, MORE, REASON, is_untouched};

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
    let ask = MORE;
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
    .says("error[E0305]: Component `tracing` needs the relation `owner`")
    .says("only the baseline lets this pass, and that of the target knows it by its present words")
    .does_not_say("E0006")
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
    // A secret that changes is a line that changes, whatever its length.
    run(
        git.root(),
        &["set", "cart", "note=hunter3hunter3", "--dry-run"],
    )
    .says("-  note: ***\n+  note: ***\n")
    .does_not_say("hunter")
    .exits(0);
}

/// From a folder below, the patch has its paths from the catalog's on, and says so.
#[test]
fn a_patch_says_where_it_is_taken() {
    let git = shipped();
    let below = git.root().join("catalog/entities/orders");
    let ask = ["set", "CartService", "replicas=5", "--dry-run"];
    run(git.root(), &ask).does_not_say("git -C").exits(0);
    let ran = run(&below, &ask);
    ran.says("the patch has its paths from `../../..` on: `git -C ../../.. apply`");
    let said = ran.exits(0);
    let patch = said.get(said.find("--- a/").unwrap()..).unwrap();
    git.feed(&["apply"], patch);
    assert!(git.read(CART).contains("replicas: 5"));
}

/// Whoever changes by hand can ask for whom it would pass, as whoever requests can.
#[test]
fn who_asks_is_said_to_every_command_that_writes() {
    let git = shipped();
    let asked = |words: &str, actor: &str| {
        let words = format!("{words} --dry-run --actor {actor}");
        run(git.root(), &words.split(' ').collect::<Vec<_>>())
    };
    asked("set CartService replicas=5", "lin")
        .says("allowed: 1 step")
        .exits(0);
    asked("set CartService replicas=5", "jonas")
        .says("denied")
        .exits(0);
    asked("rm env-lin-7", "lin").says("allowed").exits(0);
    asked("mv env-lin-7 env-lin-8", "jonas")
        .says("denied")
        .exits(0);
    asked("new blueprint Queue", "lin").says("denied").exits(0);
    asked("set CartService replicas=5", "linn")
        .says("nobody has the login `linn`")
        .says("did you mean `lin`?")
        .exits(2);
}

/// Who reads a plan at a desk names no base: that of the clone is meant, and told.
#[test]
fn a_plan_for_people_finds_where_pull_requests_go() {
    let git = shipped();
    git.branch("more", "main");
    git.write(CART, git.read(CART).replace("replicas: 3", "replicas: 5"));
    git.commit("more");
    run(git.root(), &["plan", "--short"])
        .says("`HEAD` into `main`, where pull requests of this clone go; else `--base REV`")
        .says("change_replicas")
        .exits(0);
    for program in [&["--format", "json"][..], &["--out", "plan.json"]] {
        run(git.root(), &[&["plan"], program].concat())
            .says("`--base` is missing")
            .exits(2);
    }
}
