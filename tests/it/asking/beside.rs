//! What a plan decides beside the one action that somebody asks about is told with the answer.

use crate::program::Ran;
use crate::shop::{CART, PAY, Shop, service};

const KINDS: &str = "catalog/blueprints/kinds.yaml";

fn can(shop: &Shop, line: &str) -> Ran {
    let words: Vec<&str> = line.split(' ').collect();
    shop.run(&[&["can"], &words[..]].concat())
}

/// `cart` uses `pay`, whose replicas it mirrors: `watch` is started where they change. Whoever
/// uses what is deleted is treated as `on_delete` says.
fn shop(on_delete: &str) -> Shop {
    let shop = Shop::new();
    let kinds = shop.git.read(KINDS).replacen(
        "ownership: {path: owner}\n",
        &format!(
            "ownership: {{path: owner}}\nonDelete: {on_delete}\n\
             mirrorProperties: {{theirs: {{path: uses.replicas}}}}\n"
        ),
        1,
    );
    let cart = service("cart", "checkout", 2)
        .replace("{owner: checkout}", "{owner: checkout, uses: [pay]}");
    let watch = "identifier: watch\noperation: day-2\nblueprint: Service\n\
        trigger: {changed: [properties.theirs]}\npermissions: {execute: {users: kim}}\n";
    shop.git
        .write(KINDS, kinds)
        .write("catalog/actions/watch.yaml", watch)
        .write(CART, cart)
        .commit("cart looks at pay");
    shop.run(&["check"]).exits(0);
    shop
}

#[test]
fn who_points_at_what_goes_is_told() {
    for (on_delete, told) in [
        (
            "restrict",
            "cart points at it: a pull request that deletes it alone is refused",
        ),
        (
            "cascade",
            "cart goes with it or loses its name, and that is decided by itself",
        ),
        (
            "nullify",
            "cart loses its name by it, and that is decided by itself",
        ),
    ] {
        let shop = shop(on_delete);
        can(&shop, "sam delete pay")
            .says("allowed: sam may delete pay")
            .says(told)
            .exits(0);
        // And so it is: sam does not own cart.
        shop.pull_request().remove(PAY).commit("pay goes");
        shop.gate("sam", &[]).exits(1);
        can(&shop, "lin delete cart").does_not_say("points at it");
    }
}

#[test]
fn what_a_computed_value_starts_is_told() {
    let shop = shop("restrict");
    let told = "it may start watch of cart, which is decided by itself";
    for line in [
        "sam scale pay --set replicas=5",
        "sam scale pay",
        "kim delete pay",
    ] {
        can(&shop, line).says(told);
    }
    can(&shop, "sam scale pay --set replicas=5").exits(0);
    shop.pull_request()
        .write(PAY, service("pay", "platform", 5))
        .commit("pay is scaled");
    shop.gate("sam", &[]).says("watch").exits(1);
    can(&shop, "sam update pay --set properties.note=x").does_not_say("may start");
}

#[test]
fn a_guard_that_lets_nothing_pass_is_told() {
    let shop = Shop::new();
    let guards = "guards:\n  creates: 0\n  authority: 0\n  per_blueprint: {Service: 0}\n  \
        per_team: {platform: {updates: 0}}\n";
    let settings = shop.git.read("catalogc.yaml") + guards;
    shop.git.commit_file("catalogc.yaml", &settings);
    shop.run(&["check"]).exits(0);
    for (line, guard) in [
        ("lin delete cart", "Service: {deletes: 0}"),
        ("sam scale pay --set replicas=3", "platform: {updates: 0}"),
        (
            "kim create Service/till --set relations.owner=checkout",
            "creates: 0",
        ),
        (
            "kim grant mia --set relations.teams=platform",
            "authority: 0",
        ),
    ] {
        let told = format!("the guard `{guard}` lets none pass: it needs a request `override` too");
        can(&shop, line).says("allowed").says(&told).exits(0);
    }
    can(&shop, "lin scale cart --set replicas=2")
        .does_not_say("the guard")
        .exits(0);
}

#[test]
fn what_would_be_over_when_it_is_made_is_denied() {
    let shop = Shop::new();
    let access = "identifier: Access\nschema: {properties: {ends_at: {type: string, format: timer}}}\n\
        relations: {person: {target: User, required: true}}\nexpiry: {property: ends_at}\n";
    let give = "identifier: give\noperation: create\nblueprint: Access\ntrigger: {created: true}\n\
        permissions: {execute: {when: resource.person == principal}}\n";
    shop.git
        .write("catalog/blueprints/access.yaml", access)
        .write("catalog/actions/give.yaml", give)
        .commit("access for a time");
    let ask = "lin give Access/mine --set properties.ends_at=2026-11-22T12:00:00Z --set relations.person=lin";
    can(&shop, &format!("{ask} --now 2026-11-22T11:00:00Z")).exits(0);
    can(&shop, &format!("{ask} --now 2026-11-22T13:00:00Z"))
        .says("denied")
        .says("what is over is not given any more")
        .exits(1);
}

#[test]
fn whose_agreement_is_needed_where_that_depends_on_who_asks() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path).replacen(
        "when: context.inputs.replicas > 20",
        "when: principal in Team::\"checkout\"",
        1,
    );
    shop.git.commit_file(path, &text);
    shop.run(&["check"]).exits(0);
    let asked = ["who-can", "scale", "cart", "--set", "replicas=5"];
    shop.run(&asked)
        .says("! 1 from platform is needed where lin and mia ask, and not where others do")
        .says("missing  1 from platform: ines or sam")
        .exits(0);
    can(&shop, "lin scale cart --set replicas=5").exits(1);
    can(&shop, "sam scale cart --set replicas=5").exits(0);
}
