//! What nobody may get merged or run: attempts of authors of pull requests, and of people who
//! were someone yesterday, against the whole program.

use crate::repository::Git;
use crate::story::{OWNERS, SETTINGS, TEAM, USER};
use crate::story::{Said, catalogc, person, person_file, service, story};

fn gate(git: &Git, more: &[&str]) -> Said {
    let arguments = [&["gate", "--base", "main", "--head", "pr"], more].concat();
    catalogc(git, &arguments)
}

#[test]
fn who_left_since_the_merge_runs_nothing() {
    let git = story();
    let before = git.id("main");
    git.write("catalog/entities/cart.yaml", service("Cart", "replicas: 5"));
    let after = git.commit("mal scales");
    let apply = [
        "apply", "--base", &before, "--head", &after, "--actor", "mal",
    ];
    git.remove(&person_file("mal")).commit("mal left");
    catalogc(&git, &apply)
        .is(4, "mal is nobody in the catalog")
        .lacks("done in");
}

#[test]
fn who_left_a_file_of_several_people_runs_nothing() {
    let git = story();
    let both = format!(
        "{}---\n{}",
        person("lin", "checkout"),
        person("mal", "checkout")
    );
    git.remove(&person_file("lin"))
        .remove(&person_file("mal"))
        .write("catalog/entities/people/checkout.yaml", both);
    let before = git.commit("one file for a team");
    git.write("catalog/entities/cart.yaml", service("Cart", "replicas: 5"));
    let after = git.commit("mal scales");
    git.remove("catalog/entities/people/checkout.yaml")
        .write(&person_file("lin"), person("lin", "checkout"))
        .commit("mal left");
    let apply = ["apply", "--base", &before, "--head", &after, "--actor"];
    catalogc(&git, &[&apply[..], &["mal"]].concat()).is(4, "refused");
}

#[test]
fn what_is_written_beside_people_is_run_nevertheless() {
    let git = story();
    let all = |replicas: u8| {
        format!(
            "{}---\n{}",
            person("kim", "checkout"),
            service("Shop", &format!("replicas: {replicas}"))
        )
    };
    git.write("catalog/entities/all.yaml", all(3));
    let before = git.commit("people and services in one file");
    git.write("catalog/entities/all.yaml", all(5));
    let after = git.commit("kim scales");
    let apply = [
        "apply", "--base", &before, "--head", &after, "--actor", "kim",
    ];
    catalogc(&git, &apply).is(0, "done");
}

#[test]
fn an_approval_is_of_all_that_is_created() {
    let git = story();
    git.branch("pr", "main")
        .write("catalog/entities/shop.yaml", service("Shop", "size: small"));
    let seen = git.commit("a small one");
    let approval = format!("sam@{seen}");
    let asked = ["--actor", "lin", "--approval", &approval];
    gate(&git, &asked).is(0, "allowed");
    git.write("catalog/entities/shop.yaml", service("Shop", "size: huge"))
        .commit("a huge one");
    gate(&git, &asked).is(1, "needs approval");
}

#[test]
fn a_record_grants_no_membership() {
    let git = story();
    git.branch("pr", "main")
        .write(&person_file("hana"), person("hana", "hr, admins"))
        .write(
            "catalog/requests/true.yaml",
            "action: record\nentity: hana\nblueprint: User\n",
        )
        .commit("it was so all along");
    gate(&git, &["--actor", "hana"]).is(1, "denied");
    git.write(&person_file("hana"), person("hana", "hr"))
        .write(&person_file("mal"), person("mal", "checkout, admins"))
        .commit("another one");
    gate(&git, &["--actor", "hana"]).is(1, "denied");
}

#[test]
fn a_catalog_that_disappears_is_no_deletion() {
    let git = story();
    git.branch("pr", "main").remove("catalog").commit("gone");
    gate(&git, &["--actor", "ada"]).is(1, "is gone in the result");
}

#[test]
fn the_order_within_a_definition_is_a_definition() {
    let git = story();
    let swapped = USER.replace(
        "{login: {type: string}, email: {type: string}}",
        "{email: {type: string}, login: {type: string}}",
    );
    git.branch("pr", "main")
        .write("catalog/blueprints/user.yaml", swapped)
        .commit("another order");
    gate(&git, &["--actor", "lin"]).is(1, "define");
}

#[test]
fn no_folder_of_the_repository_stands_in_for_a_revision() {
    let git = story();
    git.write("release/catalogc.yaml", "permissions: open\n")
        .write("release/catalog/blueprints/team.yaml", TEAM)
        .commit("a folder with the name of a branch that is not fetched");
    let told = catalogc(
        &git,
        &[
            "gate", "--base", "release", "--head", "main", "--actor", "mal",
        ],
    );
    told.is(2, "no revision `release`");
    let told = catalogc(
        &git,
        &[
            "plan",
            "--base",
            "./release",
            "--head",
            "./release",
            "--actor",
            "mal",
        ],
    );
    told.is(0, "nothing to do");
}

#[test]
fn what_is_not_merged_is_not_applied() {
    let git = story();
    git.branch("pr", "main")
        .write("catalog/entities/cart.yaml", service("Cart", "replicas: 5"))
        .commit("lin scales");
    git.switch("main");
    let apply = ["apply", "--base", "main", "--head", "pr", "--actor", "lin"];
    catalogc(&git, &apply).is(2, "is not merged");
    let before = git.id("main");
    git.merge("pr");
    let swapped = [
        "apply", "--base", "main", "--head", &before, "--actor", "lin",
    ];
    catalogc(&git, &swapped).is(2, "is not in the history of");
}

#[test]
fn a_landing_is_not_applied_again_within_a_wider_one() {
    let git = story();
    let first = git.id("main");
    git.write("catalog/entities/cart.yaml", service("Cart", "replicas: 5"));
    let second = git.commit("five");
    git.write("catalog/entities/cart.yaml", service("Cart", "replicas: 6"));
    let third = git.commit("six");
    let apply = |base: &str, head: &str| {
        let arguments = ["apply", "--base", base, "--head", head, "--actor", "lin"];
        catalogc(&git, &arguments)
    };
    apply(&first, &second).is(0, "done");
    apply(&first, &third).is(2, "was applied");
    apply(&second, &third).is(0, "done");
    apply(&first, &third).is(2, "was applied");
    apply(&second, &third).is(0, "already done");
}

#[test]
fn settings_that_cannot_be_read_open_nothing() {
    for broken in [
        "\t[",
        "version https://git-lfs.github.com/spec/v1\n",
        "a: b: c",
    ] {
        let git = story();
        git.write("catalogc.yaml", broken).commit("broken");
        git.branch("pr", "main")
            .write("catalogc.yaml", SETTINGS)
            .commit("repaired");
        gate(&git, &["--actor", "mal"]).is(1, "denied");
        git.write(
            "catalog/policies/owners.cedar",
            "permit (principal, action, resource);\n",
        )
        .commit("repaired, and more");
        gate(&git, &["--actor", "mal"]).is(1, "denied");
    }
}

#[test]
fn a_definition_that_cannot_be_read_lets_only_its_repair_pass() {
    let git = story();
    git.write(
        "catalog/policies/owners.cedar",
        "version https://git-lfs.github.com/spec/v1\n",
    )
    .commit("broken");
    git.branch("pr", "main")
        .write("catalog/policies/owners.cedar", OWNERS)
        .commit("repaired");
    gate(&git, &["--actor", "ada"]).is(0, "allowed");
    git.write(
        "catalog/entities/cart.yaml",
        service("Cart", "replicas: 3, size: small"),
    )
    .commit("and more");
    gate(&git, &["--actor", "ada"]).is(1, "only their repair may be merged");
}

#[test]
fn an_unreadable_file_adopts_nothing_that_stands_elsewhere() {
    let git = story();
    git.write("catalog/entities/broken.yaml", "identifier: [\n")
        .commit("broken");
    git.branch("pr", "main")
        .remove(&person_file("mal"))
        .write(
            "catalog/entities/broken.yaml",
            person("mal", "checkout, admins"),
        )
        .commit("repaired");
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "ada"];
    catalogc(&git, &plan).is(0, "grant");
}

#[test]
fn a_key_with_a_dot_is_not_below_another() {
    let git = story();
    git.branch("pr", "main")
        .write(
            "catalog/entities/cart.yaml",
            service("Cart", "replicas: 3, labels: {tier: gold}"),
        )
        .commit("claimed");
    gate(&git, &["--actor", "lin"]).is(0, "allowed");
    git.write(
        "catalog/entities/cart.yaml",
        service("Cart", "replicas: 3, labels: {tier.secret: gold}"),
    )
    .commit("not claimed");
    gate(&git, &["--actor", "lin"]).is(1, "denied");
}

#[test]
fn an_actor_without_a_name_is_refused() {
    let git = story();
    git.write("catalog/entities/nobody.yaml", "identifier: nobody\nblueprint: User\nproperties: {login: \"\"}\nrelations: {teams: [admins]}\n")
        .commit("a person without a login");
    git.branch("pr", "main")
        .write("catalog/entities/cart.yaml", service("Cart", "size: small"))
        .commit("changed");
    gate(&git, &["--actor", ""]).is(2, "--actor");
}

#[test]
fn a_person_with_memberships_is_one_deletion() {
    let git = story();
    git.write(
        "catalogc.yaml",
        format!("{SETTINGS}guards: {{deletes: 1, deletes_percent: 100}}\n"),
    )
    .commit("a narrow guard");
    git.branch("pr", "main")
        .remove(&person_file("mal"))
        .commit("mal left");
    gate(&git, &["--actor", "ada"]).is(0, "1 entity is deleted");
}

#[test]
fn a_request_that_ran_does_not_pass_the_gate_again() {
    let git = story();
    git.write(
        "catalog/actions/restart.yaml",
        "identifier: restart\noperation: day-2\nblueprint: Service\ntrigger: {request: true}\npermissions: {execute: {teams: [checkout]}}\n",
    );
    let before = git.commit("an action");
    let request = "action: restart\nentity: Cart\n";
    let after = git.commit_file("catalog/requests/once.yaml", request);
    let apply = [
        "apply", "--base", &before, "--head", &after, "--actor", "lin",
    ];
    catalogc(&git, &apply).is(0, "done");
    git.remove("catalog/requests/once.yaml").commit("tidied up");
    git.branch("pr", "main")
        .commit_file("catalog/requests/once.yaml", request);
    gate(&git, &["--actor", "lin"]).is(1, "ran already");
}

#[test]
fn an_action_that_makes_people_makes_no_members() {
    let invite = "identifier: invite\noperation: create\nblueprint: User\ntrigger: {created: true}\npermissions: {execute: {teams: [checkout]}}\n";
    let git = story();
    git.write("catalog/actions/invite.yaml", invite)
        .commit("an action");
    git.branch("pr", "main")
        .write(&person_file("kim"), person("kim", ""))
        .commit("kim comes");
    gate(&git, &["--actor", "lin"]).is(0, "allowed");
    git.write(&person_file("kim"), person("kim", "admins"))
        .commit("kim comes as an admin");
    gate(&git, &["--actor", "lin"]).is(1, "grant");
    gate(&git, &["--actor", "ada"]).is(0, "allowed");
}
