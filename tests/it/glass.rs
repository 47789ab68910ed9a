//! Breaking the glass, asked of the program on real histories: set aside without a request,
//! loud with one, never wider than the rule says, used once, and in the ledger.

use serde_json::Value;

use crate::program::Ran;
use crate::shop::{self, CART, PAY, Shop, person, person_text};

mod applied;

const RULE: &str = "catalog/policies/oncall.cedar";
const ASKED: &str = "catalog/requests/incident.yaml";

/// On call may run and change services while production is down.
const ON_CALL: &str = r#"@title("who is on call")
@break_glass("when production is down")
permit (
  principal in Team::"oncall",
  action in [Action::"scale", Action::"restart", Action::"update", Action::"delete"],
  resource is Service
);
"#;

fn request(reason: &str) -> String {
    format!("id: incident-4711\naction: break_glass\ninputs: {{reason: \"{reason}\"}}\n")
}

/// A shop where omar is on call and in no other team, and lin is on call too.
fn shop_with(rule: &str) -> Shop {
    let shop = Shop::new();
    let teams = shop.git.read("catalog/entities/teams.yaml");
    let teams = format!("{teams}---\nidentifier: oncall\nblueprint: Team\n");
    shop.git
        .write("catalog/entities/teams.yaml", teams)
        .write(&person("omar"), person_text("omar", "oncall"))
        .write(&person("lin"), person_text("lin", "checkout, oncall"))
        .write(RULE, rule)
        .commit("somebody is on call");
    shop
}

/// omar scales `pay`, which is platform's, with or without breaking the glass.
fn incident(reason: Option<&str>) -> Shop {
    let shop = shop_with(ON_CALL);
    shop.pull_request()
        .write(PAY, shop::service("pay", "platform", 5));
    if let Some(reason) = reason {
        shop.git.write(ASKED, request(reason));
    }
    shop.git.commit("more replicas of pay");
    shop
}

fn plan(shop: &Shop, actor: &str, format: &[&str]) -> Ran {
    let asked = ["plan", "--base", "main", "--head", "pr", "--actor", actor];
    shop.run(&[&asked[..], format].concat())
}

const LOUD: &str =
    "BREAK GLASS: omar takes 1 step by catalog/policies/oncall.cedar:1, because: incident 4711";

#[test]
fn without_a_request_the_rule_is_set_aside_and_named() {
    let shop = incident(None);
    let gate = shop.gate("omar", &[]);
    gate.says("denied: 1 of 1 step is not allowed")
        .says("catalog/policies/oncall.cedar:1 permits it")
        .says("`action: break_glass`")
        .does_not_say("BREAK GLASS")
        .exits(1);
    plan(&shop, "omar", &["--format", "markdown"])
        .says("in an emergency `catalog/policies/oncall.cedar:1` permits it")
        .exits(0);
    // Whom the rule is not for is told nothing of it.
    shop.gate("kim", &[]).does_not_say("emergency").exits(1);
    shop.run(&["can", "omar", "restart", "pay"])
        .says("only in an emergency")
        .does_not_say(" yes ")
        .exits(1);
}

#[test]
fn with_a_request_it_is_allowed_and_loud_in_every_form() {
    let shop = incident(Some("incident 4711"));
    let gate = shop.gate("omar", &[]);
    gate.says("allowed: 1 step")
        .says("omar is on call")
        .exits(0);
    for format in ["text", "markdown", "json", "github"] {
        let ran = plan(&shop, "omar", &["--format", format]);
        ran.says(LOUD).exits(0);
        shop.gate("omar", &["--format", format]).says(LOUD).exits(0);
    }
    for detail in ["--short", "--full"] {
        plan(&shop, "omar", &[detail]).says(LOUD).exits(0);
    }
    plan(&shop, "omar", &["--short"]).says("allowed, breaks the glass");
    let json = plan(&shop, "omar", &["--format", "json"]);
    let json: Value = serde_json::from_str(json.exits(0)).unwrap();
    let glass = &json["steps"][0]["decisions"][0]["break_glass"];
    assert_eq!(glass["rule"], "catalog/policies/oncall.cedar:1");
    assert_eq!(glass["for"], "permits");
    assert_eq!(json["break_glass"][0]["reason"], "incident 4711");
}

#[test]
fn missing_approvals_are_waived_and_not_given() {
    let shop = shop_with(ON_CALL);
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30));
    shop.git.commit("more replicas");
    let seen = format!("sam@{}", shop.git.id("pr"));
    shop.gate("lin", &[])
        .says("missing  1 from platform")
        .exits(1);
    shop.git
        .write(ASKED, request("incident 4711"))
        .commit("now");
    shop.gate("lin", &[])
        .says("lin takes 1 step by catalog/policies/oncall.cedar:1, without 1 approval, because")
        .says("0 of 1 approval given, 1 waived")
        .says("waived   1 from platform: the glass is broken")
        .does_not_say("given    ")
        .exits(0);
    // What was approved before stays approved, and then nothing is waived.
    let gate = shop.gate("lin", &["--approval", &seen]);
    gate.says("1 of 1 approval given")
        .says("the glass need not be broken: take catalog/requests/incident.yaml out")
        .does_not_say("waived")
        .exits(0);
}

#[test]
fn everyone_who_pushed_must_be_on_call_too() {
    let shop = incident(Some("incident 4711"));
    shop.gate("omar", &["--actor", "mia"]).exits(0);
    shop.gate("omar", &["--actor", "kim"])
        .says("denied")
        .exits(1);
    shop.gate("omar", &["--actor", "mallory"])
        .says("denied")
        .exits(1);
    let shop = shop_with(ON_CALL);
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30))
        .write(ASKED, request("incident 4711"))
        .commit("more replicas");
    // mia may scale, but nothing waives an approval for her.
    shop.gate("lin", &["--actor", "mia"])
        .says("missing  1 from platform")
        .exits(1);
}

#[test]
fn what_is_forbidden_stays_forbidden() {
    let never = "@title(\"pay\")\nforbid (principal, action == Action::\"scale\", resource)\n\
                 when { resource == Service::\"pay\" };\n";
    let shop = shop_with(&format!("{ON_CALL}{never}"));
    shop.pull_request()
        .write(PAY, shop::service("pay", "platform", 5))
        .write(ASKED, request("incident 4711"))
        .commit("more replicas of pay");
    shop.gate("omar", &[])
        .says("forbidden for pay")
        .does_not_say("BREAK GLASS")
        .exits(1);
}

#[test]
fn a_reason_is_a_reason() {
    for (inputs, said) in [
        ("{}", "needs the input `reason`"),
        ("{reason: null}", "needs the input `reason`"),
        ("{reason: \"  \"}", "is no text of 1 to 500 characters"),
        ("{reason: 4711}", "is no text of 1 to 500 characters"),
        ("{reason: \"...\"}", "is no text of 1 to 500 characters"),
        (
            "{reason: \"\\u200b\\u3164\"}",
            "is no text of 1 to 500 characters",
        ),
        ("{reasons: \"incident\"}", "has no input `reasons`"),
    ] {
        let shop = incident(None);
        let text = format!("action: break_glass\ninputs: {inputs}\n");
        shop.git.write(ASKED, text).commit("broken");
        shop.gate("omar", &[]).says(said).exits(1);
    }
    let long = "x".repeat(501);
    let shop = incident(Some(&long));
    shop.gate("omar", &[]).says("1 to 500 characters").exits(1);
}

#[test]
fn a_reason_is_shown_as_one_harmless_line() {
    let shop = incident(None);
    let text =
        "action: break_glass\ninputs:\n  reason: |\n    incident\n    ```\n    ::set-output x\n";
    shop.git.write(ASKED, text).commit("hostile");
    let shown = shop.gate("omar", &[]);
    shown.says("because: incident ``` ::set-output").exits(0);
    assert!(!shown.stdout.lines().any(|line| line.starts_with("::")));
}

#[test]
fn a_severity_that_is_off_lets_no_glass_break_without_a_reason() {
    let shop = shop_with(ON_CALL);
    let settings = format!("{}severity: {{E0205: off}}\n", shop::settings(9));
    shop.git.write("catalogc.yaml", settings).commit("off");
    shop.pull_request()
        .write(PAY, shop::service("pay", "platform", 5))
        .write(ASKED, "action: break_glass\n")
        .commit("no reason");
    shop.gate("omar", &[])
        .says("the request incident breaks the glass without a reason")
        .does_not_say("BREAK GLASS")
        .exits(1);
}

#[test]
fn a_rule_of_the_pull_request_itself_breaks_nothing() {
    let shop = shop_with("// nothing yet\n");
    shop.pull_request()
        .write(PAY, shop::service("pay", "platform", 5))
        .write(RULE, ON_CALL)
        .write(ASKED, request("incident 4711"))
        .commit("its own rule");
    shop.gate("omar", &[]).does_not_say("BREAK GLASS").exits(1);
}

#[test]
fn guards_are_not_lifted() {
    let shop = shop_with(ON_CALL);
    shop.pull_request()
        .write(ASKED, request("incident 4711"))
        .remove(PAY)
        .remove(CART);
    shop.git.commit("all services go");
    shop.gate("omar", &[])
        .says("BREAK GLASS: omar takes 2 steps")
        .says("the plan as a whole is refused")
        .says("action: override")
        .exits(1);
}

/// A change of rules and of a membership by omar, with a rule for these actions.
fn definitions(actions: &str) -> Shop {
    let rule = format!(
        "@break_glass(\"when nobody else is there\")\n\
         permit (principal in Team::\"oncall\", {actions}, resource);\n"
    );
    let shop = shop_with(&rule);
    shop.pull_request()
        .write(&person("mia"), person_text("mia", "checkout, platform"))
        .write("catalog/policies/more.cedar", "// nothing\n")
        .write(ASKED, request("everybody is ill"))
        .commit("rules and members");
    shop
}

#[test]
fn a_rule_for_all_actions_is_not_for_those_that_must_be_named() {
    let shop = definitions("action");
    let gate = shop.gate("omar", &[]);
    gate.says("grant")
        .says("define")
        .does_not_say("BREAK GLASS")
        .exits(1);
    let shop = definitions("action in [Action::\"grant\", Action::\"update\"]");
    let gate = shop.gate("omar", &[]);
    gate.says("omar takes 1 step by").says("define").exits(1);
    let shop = definitions("action in [Action::\"grant\", Action::\"define\"]");
    let gate = shop.gate("omar", &[]);
    gate.says("omar takes 1 step and 1 other change by")
        .exits(0);
}

#[test]
fn an_emergency_that_covers_nothing_is_told_as_that() {
    let shop = incident(Some("incident 4711"));
    // kim is not on call: the glass is broken and permits nothing.
    shop.gate("kim", &[])
        .says("no break-glass rule is for what is denied here")
        .exits(1);
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30))
        .write(ASKED, request("incident 4711"))
        .commit("more replicas");
    shop.gate("lin", &[])
        .says("no break-glass rule is for what needs approval here: take")
        .exits(1);
}

#[test]
fn a_purpose_that_is_no_text_is_not_put_in_quotes() {
    let shop = Shop::new();
    let path = "catalog/actions/restart.yaml";
    let text = shop.git.read(path);
    let execute = "execute: [{teams: [checkout, platform], breakGlass: false}]";
    let text = text.replace("execute: {teams: [checkout, platform]}", execute);
    shop.git.write(path, text);
    shop.run(&["check"])
        .says("`breakGlass` must be a string, not a boolean")
        .says("leave it out where the permission is for every day")
        .does_not_say("put it in quotes")
        .exits(1);
}
