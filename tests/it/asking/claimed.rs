//! A change is the action that a plan would make of it, whatever it is called in the question.

use super::{ask, catalog, json};
use crate::repository::Git;

/// Actions that claim changes of services, and rules that tell them from the built-in ones.
const CLAIMS: &str = "\
identifier: retier
operation: day-2
blueprint: Service
trigger: {changed: [properties.tier], condition: .before.properties.note != \"frozen\"}
inputs: {properties: {tier: {type: string}, was: {type: string}}, required: [tier],
         from: {tier: .after.properties.tier, was: .before.properties.tier}}
permissions: {execute: {teams: [cart], when: 'context.inputs has was && context.inputs.was == \"high\"'}}
---
identifier: open_service
operation: create
blueprint: Service
trigger: {created: true}
permissions: {execute: {teams: [cart]}}
---
identifier: close_service
operation: delete
blueprint: Service
trigger: {deleted: true}
permissions: {execute: {users: [ada]}}
";

fn claiming() -> Git {
    let git = catalog();
    git.write("catalog/actions/claims.yaml", CLAIMS).write(
        "catalog/policies/grants.cedar",
        "permit (principal == User::\"ada\", action in [Action::\"grant\", Action::\"update\"], resource);\n",
    );
    ask(&git, "check").exits(0);
    git
}

#[test]
fn a_claimed_change_is_asked_about_as_its_action() {
    let git = claiming();
    let ran = ask(
        &git,
        "can lin update Service/shop --set properties.tier=low",
    );
    ran.says("allowed: lin may retier shop, tier low")
        .says("! this change is `retier`, not update")
        .exits(0);
    let ran = ask(
        &git,
        "can ada update Service/pay --set properties.tier=high --format json",
    );
    ran.exits(1);
    let answer = json(&ran);
    assert_eq!(answer["action"], "retier");
    assert_eq!(answer["written"], "update");
    assert_eq!(answer["inputs"]["was"], "low");
    assert_eq!(answer["verdict"], "denied");
    ask(
        &git,
        "who-can update Service/shop --set properties.tier=low",
    )
    .says("2 of 3 people may retier shop")
    .exits(0);
    // What it becomes is not known, so neither are the inputs.
    ask(
        &git,
        "can lin update Service/shop --changed properties.tier",
    )
    .says("this change is `retier`, which needs the input `tier`")
    .says("with `--set tier=...`")
    .exits(2);
}

#[test]
fn an_action_whose_condition_is_false_claims_nothing() {
    let git = claiming();
    let frozen = super::ENTITIES.replace("{tier: low}", "{tier: low, note: frozen}");
    git.write("catalog/entities/all.yaml", frozen);
    ask(
        &git,
        "can ada update Service/pay --set properties.tier=high",
    )
    .says("allowed: ada may update pay")
    .does_not_say("this change is")
    .exits(0);
    ask(&git, "can ada retier pay --set tier=high")
        .says("allowed: ada may update pay")
        .says("this change is `update`, not retier")
        .exits(0);
}

#[test]
fn all_actions_that_a_change_is_must_be_allowed() {
    let git = claiming();
    let line = "update Service/shop --set properties.tier=low --set properties.note=x";
    ask(&git, &format!("can lin {line}"))
        .says("denied: lin may not update shop")
        .says("this change is `retier` (allowed) and `update` (denied): all of them")
        .exits(1);
    ask(&git, &format!("can ada {line}"))
        .says("allowed")
        .exits(0);
    ask(&git, &format!("who-can {line}"))
        .says("1 of 3 people may")
        .exits(0);
}

#[test]
fn memberships_are_granted_and_what_a_list_loses_is_told() {
    let git = claiming();
    let ran = ask(&git, "can lin update User/lin --set relations.teams=ops");
    ran.says("denied: lin may not grant lin")
        .says("this change is `grant`, not update")
        .says("relations.teams loses cart")
        .exits(1);
    for (written, names) in [("[ops]", "ops"), ("[cart,ops]", "cart,ops")] {
        let line = |teams: &str| format!("can ada update User/lin --set relations.teams={teams}");
        let ran = ask(&git, &line(written));
        let said = ran.says("allowed: ada may grant lin").said();
        assert_eq!(said, ask(&git, &line(names)).said());
    }
    ask(&git, "can ada update User/lin --set relations.teams=[ops")
        .says("`relations.teams` of User does not take `[ops`")
        .says("write names, `a,b` or `[a, b]`")
        .exits(2);
    ask(&git, "can ada update User/lin --set relations.teams=[opps]")
        .says("no Team is called `opps`")
        .exits(2);
    ask(&git, "can ada update User/lin --changed relations.teams")
        .says("allowed: ada may grant lin")
        .exits(0);
    // Who makes people does not thereby make them members.
    ask(&git, "can ada create User/mo --set relations.teams=ops")
        .says("this change is `create` (denied) and `grant` (allowed)")
        .exits(1);
}

#[test]
fn what_appears_and_disappears_is_asked_about_as_what_claims_it() {
    let git = claiming();
    let new = "create Service/basket --set properties.tier=low --set relations.owner=cart";
    ask(&git, &format!("can lin {new}"))
        .says("allowed: lin may open_service Service basket")
        .says("this change is `open_service`, not create")
        .exits(0);
    ask(&git, "can lin delete Service/pay")
        .says("denied: lin may not close_service pay")
        .says("this change is `close_service`, not delete")
        .exits(1);
    // A table of rights names what can be asked for.
    ask(&git, "can lin create").does_not_say("new Service");
    ask(&git, "can lin open_service")
        .says("new Service")
        .exits(0);
}

#[test]
fn what_changes_nothing_is_said_to() {
    let git = claiming();
    for line in [
        "can lin update Service/shop --set properties.tier=high",
        "can lin retier shop --set tier=high",
        "can ada grant lin --set relations.teams=cart",
    ] {
        ask(&git, line).says("this changes nothing").exits(2);
    }
    ask(
        &git,
        "can sam update Service/shop --set properties.token=hush-hush-token",
    )
    .says("this changes nothing")
    .does_not_say("hush")
    .exits(2);
    ask(&git, "can lin retier shop")
        .says("tier is high already: `--set tier=...` asks for a change")
        .exits(0);
}

#[test]
fn the_text_of_a_policy_is_a_definition() {
    let git = claiming();
    ask(&git, "can lin meta catalog/policies/rules.cedar")
        .says("denied: lin may not define policy catalog/policies/rules.cedar")
        .says("this change is `define`, not meta")
        .exits(1);
    ask(&git, "can lin meta catalog/readme.txt")
        .says("allowed")
        .exits(0);
    ask(&git, "can lin override")
        .says("denied: lin may not override guard")
        .exits(1);
    ask(&git, "can lin define")
        .says("`catalogc can lin define FILE`")
        .exits(1);
}

/// Whoever is on duty of a team is in it; anybody may take a duty, and hand it over.
const DUTY: &str = "\
identifier: Duty
schema: {properties: {from: {type: string, format: date-time}, until: {type: string, format: date-time}}}
relations: {who: {target: User, required: true}, team: {target: Team, required: true}}
membership: {member: who, group: team, from: from, until: until}
";

const DUTIES: &str = "\
identifier: take_duty
operation: create
blueprint: Duty
trigger: {created: true}
permissions: {execute: {when: 'true'}}
---
identifier: leave_duty
operation: delete
blueprint: Duty
trigger: {deleted: true}
permissions: {execute: {when: 'true'}}
---
identifier: hand_over
operation: day-2
blueprint: Duty
trigger: {changed: [relations.who]}
permissions: {execute: {when: 'true'}}
";

#[test]
fn asked_by_its_name_an_action_that_makes_members_is_a_grant_too() {
    let git = claiming();
    git.write("catalog/blueprints/duty.yaml", DUTY)
        .write("catalog/actions/duties.yaml", DUTIES)
        .write(
            "catalog/entities/duty.yaml",
            "{identifier: first, blueprint: Duty, properties: {from: \"2020-01-01T00:00:00Z\", \
             until: \"2020-01-02T00:00:00Z\"}, relations: {who: sam, team: ops}}\n",
        );
    ask(&git, "check").exits(0);
    let new = "Duty/new --set relations.who=lin --set relations.team=ops";
    for (line, action) in [
        (format!("take_duty {new}"), "take_duty"),
        (format!("create {new}"), "take_duty"),
        ("leave_duty Duty/first".to_owned(), "leave_duty"),
        (
            "hand_over Duty/first --set relations.who=lin".to_owned(),
            "hand_over",
        ),
    ] {
        let all = format!("this change is `{action}` (allowed) and `grant` (denied)");
        let line = format!("{line} --now 2026-11-22T09:00:00Z");
        ask(&git, &format!("can lin {line}")).says(&all).exits(1);
        ask(&git, &format!("can ada {line}"))
            .says("allowed")
            .exits(0);
    }
}

#[test]
fn asked_by_its_name_an_action_says_what_it_leaves_to_grant() {
    let git = claiming();
    let action = "identifier: call_person\noperation: day-2\nblueprint: User\ntrigger: {changed: [title]}\npermissions: {execute: {when: 'true'}}\n";
    git.write("catalog/actions/call.yaml", action);
    ask(&git, "check").exits(0);
    let line = "call_person User/lin --set title=Lin";
    ask(&git, &format!("can lin {line}"))
        .says("allowed")
        .exits(0);
    // Nobody claims the teams, so that a plan makes a grant of them.
    let line = format!("{line} --set relations.teams=ops");
    ask(&git, &format!("can lin {line}"))
        .says("this change is `call_person` (allowed) and `grant` (denied)")
        .exits(1);
    ask(&git, &format!("can ada {line}"))
        .says("allowed")
        .exits(0);
    // Another action claims them.
    let claims = action
        .replace("call_person", "join")
        .replace("[title]", "[relations.teams]");
    git.write("catalog/actions/join.yaml", &claims);
    ask(&git, &format!("can lin {line}"))
        .does_not_say("grant")
        .exits(0);
}

#[test]
fn an_input_that_is_an_entity_is_looked_up() {
    let git = claiming();
    let action = "identifier: pair\noperation: day-2\nblueprint: Service\ntrigger: {request: true}\ninputs:\n  properties:\n    buddy: {type: string, format: entity, blueprint: User}\n    others: {type: array, items: {type: string, format: entity, blueprint: User}}\npermissions: {execute: {when: 'true'}}\n";
    git.write("catalog/actions/pair.yaml", action);
    ask(&git, "check").exits(0);
    let line = "pair Service/shop --set buddy=ada --set others=lin,sam";
    ask(&git, &format!("can lin {line}"))
        .says("allowed")
        .exits(0);
    for (line, name) in [
        ("pair Service/shop --set buddy=adda", "adda"),
        ("pair Service/shop --set others=lin,adda", "adda"),
    ] {
        for command in ["can lin", "who-can"] {
            ask(&git, &format!("{command} {line}"))
                .says(&format!("no User is called `{name}`"))
                .says("did you mean `ada`?")
                .exits(2);
        }
    }
    ask(&git, "can lin pair Service/shop --set buddy=shop")
        .says("no User is called `shop`")
        .exits(2);
}

/// What a plan makes of an element that comes, or of a list that is told as a whole, is asked
/// about: the action that claims a part of it, and the built-in one for the rest.
#[test]
fn an_element_that_comes_is_asked_about_as_what_claims_a_part_of_it() {
    let git = claiming();
    let keyed =
        "note: {type: string}\n    env: {type: array, listKey: name, items: {type: object}}";
    let kinds = super::KINDS.replace("note: {type: string}", keyed);
    let action = "identifier: move_port\noperation: day-2\nblueprint: Service\ntrigger: {changed: [\"properties.env[name=PORT].value\"]}\npermissions: {execute: {teams: [cart]}}\n";
    git.write("catalog/blueprints/kinds.yaml", kinds)
        .write("catalog/actions/port.yaml", action);
    ask(&git, "check").exits(0);
    let both = "this change is `move_port` (allowed) and `update` (denied)";
    for what in ["update Service/shop", "move_port shop"] {
        let comes = r#"--set properties.env=[{"name":"PORT","value":80}]"#;
        ask(&git, &format!("can lin {what} {comes}"))
            .says(both)
            .exits(1);
        ask(&git, &format!("can lin {what} --changed properties.env"))
            .says(both)
            .exits(1);
    }
    let other = r#"--set properties.env=[{"name":"LOG","value":80}]"#;
    ask(&git, &format!("can ada update Service/shop {other}"))
        .says("allowed: ada may update shop")
        .does_not_say("move_port")
        .exits(0);
    ask(&git, "can lin move_port shop")
        .says("allowed: lin may move_port shop")
        .exits(0);
}

#[test]
fn what_fills_a_relation_is_something_that_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for who in [&["can", "lin"][..], &["who-can"]] {
        let ask = |owner: &str| {
            let line = [who, &["change_owner", "CartService", "--set", owner]].concat();
            crate::program::run(root, &line)
        };
        ask("owner=paymets")
            .says("no Team is called `paymets`")
            .says("did you mean `payments`?")
            .exits(2);
        ask("owner=payments").does_not_say("is called");
    }
}

#[test]
fn what_is_owned_by_way_of_an_entity_is_named() {
    let git = crate::drawings::shipped();
    let words = "API may be owned by way of it";
    ask(
        &git,
        "can ada change_owner CartService --set owner=payments",
    )
    .says(words)
    .exits(1);
    ask(
        &git,
        "can ada update CartService --set properties.description=x",
    )
    .does_not_say(words);
}

#[test]
fn a_rename_is_asked_about_with_the_new_name() {
    let git = claiming();
    git.write(
        "catalog/policies/names.cedar",
        "permit (principal == User::\"lin\", action in Action::\"rename\", resource is Service) when { context has after && context.after.identifier like \"zz*\" };\n",
    );
    git.commit("names");
    ask(&git, "can lin rename Service/pay")
        .says("say it, `--set identifier=...`")
        .exits(1);
    ask(&git, "can lin rename Service/pay --set identifier=aa1")
        .says("it is aa1")
        .exits(1);
    ask(&git, "can lin rename Service/pay --set identifier=zz1")
        .says("allowed: lin may rename pay")
        .does_not_say("say it, `--set")
        .exits(0);
    // A rename alone gives another name.
    ask(&git, "can lin update Service/pay --set identifier=zz1")
        .says("no `identifier` to set")
        .exits(2);
}
