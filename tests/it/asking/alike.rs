//! `can`, `who-can`, rule tests and plans say the same of one change, however it is asked about.

use super::{ask, catalog};
use crate::program::Ran;
use crate::repository::Git;

/// Services change by an action, and who changes themselves or removes people may grant nothing.
const RULES: &str = "\
@title(\"the person\")
permit (principal, action in Action::\"update\", resource is User) when { resource == principal };
@title(\"the keeper of the list\")
permit (principal == User::\"lin\", action in [Action::\"create\", Action::\"delete\"], resource is User);
@title(\"the owner\")
permit (principal, action in Action::\"update\", resource is Service) when { principal in resource.owner };
@title(\"who is on call\") @break_glass(\"when it burns\")
permit (principal in Team::\"eng\", action, resource);
";

const RETIER: &str = "\
identifier: retier
operation: day-2
blueprint: Service
trigger: {changed: [properties.tier]}
inputs: {properties: {tier: {type: string, enum: [high, low]}}, required: [tier],
         from: {tier: .after.properties.tier}}
permissions: {execute: {teams: [ops]}}
";

fn ruled() -> Git {
    let git = catalog();
    git.write("catalog/policies/people.cedar", RULES)
        .write("catalog/actions/retier.yaml", RETIER);
    git
}

/// The rule tests of a catalog with this one alone.
fn tested(git: &Git, test: &str) -> Ran {
    git.write("catalog/tests/own.yaml", format!("- {{name: a, {test}}}\n"));
    ask(git, "test")
}

#[test]
fn a_question_of_a_rule_test_is_what_a_plan_makes_of_it() {
    let git = ruled();
    ask(&git, "check").exits(0);
    let of = |actor: &str, rest: &str| format!("actor: {actor}, {rest}");
    for (question, told) in [
        (
            "action: update, entity: lin, changed: {relations.teams: [ops]}",
            "grant: no rule permits it",
        ),
        ("action: delete, entity: sam", "grant: no rule permits it"),
        (
            "action: create, given: {identifier: eve, blueprint: User, relations: {teams: [cart]}}",
            "grant: no rule permits it",
        ),
        (
            "action: update, entity: Service/shop, changed: {properties.tier: low}",
            "retier: for ops, not for lin",
        ),
    ] {
        let question = of("lin", question);
        tested(&git, &format!("{question}, expect: denied")).exits(0);
        tested(&git, &format!("{question}, expect: allowed"))
            .says("expected  allowed, but denied")
            .says(told)
            .exits(1);
    }
    let question = "action: update, entity: Service/shop, changed: {properties.tier: low}";
    tested(&git, &of("sam", &format!("{question}, expect: allowed"))).exits(0);
    // A right that the rule gives is left as it is.
    let question = "action: update, entity: Service/shop, changed: {properties.note: new}";
    tested(&git, &of("lin", &format!("{question}, expect: allowed"))).exits(0);
    ask(&git, "can lin update User/lin --set relations.teams=ops").exits(1);
    ask(&git, "can lin delete User/sam").exits(1);
    ask(
        &git,
        "can lin update Service/shop --set properties.tier=low",
    )
    .exits(1);
}

#[test]
fn an_input_and_what_fills_it_are_one_thing() {
    let git = ruled();
    let message = "`tier` is what `properties.tier` becomes, and they are two here";
    for command in ["can sam", "who-can"] {
        let line = format!("{command} retier shop --set properties.tier=low --set tier=high");
        ask(&git, &line).says(message).exits(2);
        let line = format!("{command} retier shop --set properties.tier=low --set tier=low");
        ask(&git, &line).exits(0);
    }
    let both = "actor: sam, action: retier, entity: shop, inputs: {tier: high}";
    tested(
        &git,
        &format!("{both}, changed: {{properties.tier: low}}, expect: allowed"),
    )
    .says(message)
    .exits(1);
    ask(&git, "check")
        .says("error[E0416]")
        .says(message)
        .exits(1);
}

#[test]
fn a_new_owner_of_whom_nobody_says_who_it_is_must_agree_too() {
    let git = ruled();
    ask(
        &git,
        "can lin update Service/shop --changed relations.owner",
    )
    .says("needs approval: lin may update shop")
    .says("missing  1 from cart, the owner before: ada")
    .says("missing  1 from the owner after, who is not known")
    .exits(1);
    ask(
        &git,
        "who-can update Service/shop --changed relations.owner",
    )
    .says("missing  1 from the owner after, who is not known");
    let question = "actor: lin, action: update, entity: Service/shop, changed: [relations.owner]";
    tested(&git, &format!("{question}, expect: needs approval")).exits(0);
    // One who is told is who agrees.
    ask(
        &git,
        "can lin update Service/shop --set relations.owner=ops",
    )
    .says("1 from ops, the owner after: sam")
    .exits(1);
}

#[test]
fn whom_nobody_may_grant_nobody_may_delete() {
    let git = ruled();
    ask(&git, "can lin delete").does_not_say("User").exits(0);
    let rule = "permit (principal, action in Action::\"grant\", resource is User);\n";
    git.write("catalog/policies/grants.cedar", rule);
    ask(&git, "can lin delete").says("3 of 3 User").exits(0);
}

#[test]
fn what_is_made_of_an_entity_is_the_same_before_and_after_the_merge() {
    let git = ruled();
    let rule =
        "permit (principal == User::\"sam\", action in Action::\"update\", resource is Service)
when { context has after.note && context.after.note == \"open\"
  && [Service__path::\"properties.note\"].containsAll(context.changed) };\n";
    git.write("catalog/policies/notes.cedar", rule);
    git.commit("notes");
    git.branch("pr", "main").switch("pr");
    let path = "catalog/entities/all.yaml";
    let text = git
        .read(path)
        .replace("{tier: low}", "{tier: low, note: open}");
    git.write(path, text).commit("a note");
    // Who may write this note may write it again.
    ask(&git, "gate --base main --head pr --actor sam")
        .says("allowed: 1 step")
        .does_not_say("gains")
        .exits(0);
    for rev in ["main", "pr"] {
        let line = format!("can sam update Service/shop --set properties.note=open --rev {rev}");
        ask(&git, &line).exits(0);
    }
}

#[test]
fn a_reason_is_of_what_the_rule_asks_for() {
    let git = ruled();
    let rule = "@title(\"who belongs to ops\")
permit (principal, action in Action::\"update\", resource is Page) when { principal in Team::\"ops\" }
unless { context.changed.contains(Page__path::\"title\") };\n";
    git.write("catalog/policies/pages.cedar", rule);
    ask(&git, "can sam update Page/shop --set title=new")
        .says("for who belongs to ops: context.changed is title")
        .exits(1);
}

#[test]
fn a_wrong_element_of_a_list_is_named() {
    let git = ruled();
    let inputs = "inputs: {properties: {tier: {type: string, enum: [high, low]}, \
        regions: {type: array, items: {type: string, enum: [eu, us]}}}";
    let text = RETIER.replace(
        "inputs: {properties: {tier: {type: string, enum: [high, low]}}",
        inputs,
    );
    git.write("catalog/actions/retier.yaml", text);
    let ran = ask(
        &git,
        "can sam retier shop --set tier=low --set regions=eu,ux",
    );
    ran.says("`retier` does not take `eu,ux` as `regions`")
        .says("`ux` of the list: write `eu` or `us`")
        .exits(2);
}

#[test]
fn a_rule_for_emergencies_is_told_where_it_counts_alone() {
    let git = ruled();
    ask(&git, "can lin delete Page/shop")
        .says("only in an emergency")
        .exits(1);
    for line in [
        "can lin grant User/sam --set relations.teams=cart",
        "can lin define catalog/policies/people.cedar",
    ] {
        ask(&git, line).does_not_say("emergency").exits(1);
    }
}

#[test]
fn a_rename_is_asked_with_the_name_that_it_gives() {
    let git = ruled();
    let rule = "permit (principal == User::\"lin\", action in Action::\"rename\", resource is Service)\n\
        when { context has after && context.after.identifier like \"zz*\" && context.changed.contains(Service__path::\"identifier\") };\n";
    git.write("catalog/policies/names.cedar", rule);
    let of = |name: &str, answer: &str| {
        let asks = "actor: lin, action: rename, entity: Service/shop";
        format!("{asks}, changed: {{identifier: {name}}}, expect: {answer}")
    };
    for (name, answer) in [("zz1", "allowed"), ("aa1", "denied")] {
        tested(&git, &of(name, answer)).exits(0);
        let (told, exit) = match answer {
            "allowed" => ("allowed: lin may rename shop", 0),
            _ => ("denied: lin may not rename", 1),
        };
        ask(
            &git,
            &format!("can lin rename Service/shop --set identifier={name}"),
        )
        .says(told)
        .exits(exit);
    }
    for (test, told) in [
        (
            of("pay", "denied"),
            "`pay` is the name of an entity already",
        ),
        (of("''", "denied"), "nothing says the new name"),
        (
            of("zz1", "denied").replace("rename", "update"),
            "`update` leaves an entity its name",
        ),
    ] {
        tested(&git, &test).says(told).exits(1);
    }
}

#[test]
fn what_is_set_beside_what_an_action_claims_is_asked_about_too() {
    let git = ruled();
    let both = "--set properties.tier=low --set properties.note=new";
    // The tier is for ops alone, and the note for who owns it.
    ask(&git, &format!("can sam retier shop {both}"))
        .says("this change is `retier` (allowed) and `update` (denied)")
        .exits(1);
    ask(&git, &format!("can sam update Service/shop {both}"))
        .says("this change is `retier` (allowed) and `update` (denied)")
        .exits(1);
    ask(&git, "can sam retier shop --set properties.tier=low").exits(0);
}
