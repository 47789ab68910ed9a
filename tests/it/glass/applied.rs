//! What apply does where the glass was broken, and what the ledger says of it.

use super::{ASKED, LOUD, ON_CALL, definitions, incident, request, shop_with};
use crate::program::Ran;
use crate::shop::{self, CART, PAY, Shop, person, person_text};

/// Merges the pull request; gives the arguments that apply it.
fn merged(shop: &Shop, actor: &str) -> Vec<String> {
    let before = shop.git.switch("main").id("main");
    shop.git.merge("pr");
    let arguments = [
        "apply", "--base", &before, "--head", "main", "--actor", actor,
    ];
    arguments.map(str::to_owned).to_vec()
}

fn apply(shop: &Shop, arguments: &[String]) -> Ran {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    shop.run(&arguments)
}

/// omar changes a note of `pay`, which calls nothing.
fn noted() -> Shop {
    let shop = shop_with(ON_CALL);
    let pay = shop::service("pay", "platform", 2);
    shop.pull_request()
        .write(PAY, pay.replace("relations", "  note: down\nrelations"))
        .write(ASKED, request("incident 4711"))
        .commit("a note");
    shop
}

#[test]
fn the_ledger_and_the_audit_say_it_and_the_request_is_spent() {
    let shop = noted();
    shop.gate("omar", &[]).says(LOUD).exits(0);
    let arguments = merged(&shop, "omar");
    let ran = apply(&shop, &arguments);
    ran.says("BREAK GLASS: omar takes 1 step").exits(0);
    let table = shop.run(&["audit"]);
    table.says("BREAK GLASS  done").exits(0);
    let line = table.stdout.lines().nth(1).unwrap().to_owned();
    let step = line.split_whitespace().nth(2).unwrap();
    shop.run(&["audit", step])
        .says("glass     BROKEN by catalog/policies/oncall.cedar:1, because: incident 4711 (incident-4711)")
        .exits(0);
    shop.run(&["audit", "verify"]).exits(0);
    // The same request once more, after it was tidied up.
    shop.git.remove(ASKED).commit("tidy");
    shop.git.run(&["branch", "--quiet", "-D", "pr"]);
    shop.pull_request()
        .write(PAY, shop::service("pay", "platform", 6))
        .write(ASKED, request("incident 4711"))
        .commit("once more");
    shop.gate("omar", &[])
        .says("the request incident-4711 ran already")
        .exits(1);
}

#[test]
fn changes_that_are_no_steps_are_in_the_ledger_too() {
    let shop = definitions("action == Action::\"define\"");
    shop.git
        .write(&person("mia"), person_text("mia", "checkout"))
        .commit("no membership");
    shop.gate("omar", &[])
        .says("omar takes 1 other change")
        .exits(0);
    let arguments = merged(&shop, "omar");
    apply(&shop, &arguments).exits(0);
    let audit = shop.run(&["audit"]);
    audit
        .says("define")
        .says("catalog/policies/more.cedar")
        .says("BREAK GLASS  merged")
        .exits(0);
    shop.run(&["audit", "verify"])
        .says("1 plan derived again")
        .exits(0);
}

#[test]
fn who_is_not_on_call_any_more_when_it_is_applied_is_refused() {
    let shop = noted();
    let mut arguments = merged(&shop, "omar");
    arguments[4] = shop.git.id("main");
    shop.git
        .write(&person("omar"), person_text("omar", ""))
        .commit("omar hands the pager over");
    let ran = apply(&shop, &arguments);
    ran.says("refused").says("not allowed any more").exits(4);
}

#[test]
fn an_ordinary_step_is_not_carried_by_the_glass_of_another() {
    // mia may scale cart today; omar breaks the glass for pay in the same pull request.
    let shop = incident(Some("incident 4711"));
    shop.git
        .write(CART, shop::service("cart", "checkout", 4))
        .commit("cart too");
    let arguments = merged(&shop, "lin");
    shop.gate("lin", &[]);
    let mut arguments = arguments;
    arguments[4] = shop.git.id("main");
    shop.git
        .write(&person("lin"), person_text("lin", "oncall"))
        .commit("lin leaves checkout");
    let ran = apply(&shop, &arguments);
    ran.says("allowed by breaking the glass only")
        .says("refused");
}
