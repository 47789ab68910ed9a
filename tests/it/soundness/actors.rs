//! Who asks is what CI knows, and nothing that a pull request can write.

use super::on_main;
use super::scaled;
use crate::shop::{CART, PAY, Shop, person, service};

#[test]
fn ps8_nothing_that_a_commit_says_of_itself_counts() {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, service("cart", "checkout", 5));
    let git = &shop.git;
    git.run(&["add", "--all"]);
    let commit = ["commit", "--quiet", "--allow-empty"];
    let forms: [&[&str]; 4] = [
        &["--message", "more replicas"],
        &[
            "--amend",
            "--message",
            "x\n\nCo-authored-by: kim <kim@acme.example>\nSigned-off-by: lin <lin@acme.example>",
        ],
        &[
            "--amend",
            "--author",
            "lin <lin@acme.example>",
            "--message",
            "lin's",
        ],
        &[
            "--amend",
            "--author",
            "mallory <mallory@x>",
            "--date",
            "2001-01-01T00:00:00Z",
            "--message",
            "other",
        ],
    ];
    let mut plans = Vec::new();
    for form in forms {
        git.run(&[&commit[..], form].concat());
        let plan = shop.run(&[
            "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--format", "json",
        ]);
        let mut plan: serde_json::Value = serde_json::from_str(plan.exits(0)).unwrap();
        plan["head"] = serde_json::Value::Null;
        plans.push(plan);
        shop.gate("kim", &[]).says("denied").exits(1);
    }
    assert!(plans.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn ps9_everyone_who_pushed_must_be_permitted() {
    let shop = scaled(5);
    shop.gate("lin", &[]).exits(0);
    shop.gate("lin", &["--actor", "mia"]).exits(0);
    for other in ["kim", "mallory", "dependabot[bot]"] {
        shop.gate("lin", &["--actor", other])
            .says("denied")
            .exits(1);
        shop.gate(other, &["--actor", "lin"])
            .says("denied")
            .exits(1);
    }
}

#[test]
fn ps11_logins_are_compared_in_any_case_of_ascii_and_in_no_other_way() {
    let shop = scaled(5);
    shop.gate("LIN", &[]).exits(0);
    for other in ["l\u{456}n", "lin[bot]", "l\u{131}n", "\u{ff4c}in"] {
        shop.gate(other, &[]).says("denied").exits(1);
    }
}

/// The settings in which people have a number, and lin, sam and kim with theirs.
fn numbered(replicas: u32) -> Shop {
    let shop = scaled(replicas);
    let kinds = shop.git.read("catalog/blueprints/kinds.yaml");
    let kinds = kinds.replace(
        "identifier: User\nschema: {properties: {}}",
        "identifier: User\nschema: {properties: {number: {type: integer}}}",
    );
    let settings = shop.git.read("catalogc.yaml");
    let settings = settings.replace(
        "{blueprint: User}",
        "{blueprint: User, id: properties.number}",
    );
    let one = |name: &str, team: &str, number: u32| {
        format!(
            "identifier: {name}\nblueprint: User\nproperties: {{number: {number}}}\nrelations: {{teams: [{team}]}}\n"
        )
    };
    on_main(
        &shop,
        &[
            ("catalog/blueprints/kinds.yaml", &kinds),
            ("catalogc.yaml", &settings),
            (&person("lin"), &one("lin", "checkout", 4)),
            (&person("sam"), &one("sam", "platform", 5)),
        ],
    );
    shop
}

#[test]
fn ps11_a_login_of_another_account_is_nobody() {
    let shop = numbered(5);
    shop.gate("lin", &["--actor-id", "lin=4"]).exits(0);
    shop.gate("lin", &["--actor-id", "LIN=4"]).exits(0);
    // The forge gave the login away: whoever has it now is not who the catalog means.
    shop.gate("lin", &["--actor-id", "lin=7"])
        .says("the login lin belongs to another account (id 7) than the catalog's lin (id 4)")
        .exits(1);
    // Also one of those who pushed.
    shop.gate("lin", &["--actor", "sam", "--actor-id", "sam=7"])
        .says("the login sam belongs to another account")
        .exits(1);
    // lin renamed the account: that is for the catalog to follow.
    shop.gate("lin2", &["--actor-id", "lin2=4"])
        .says("lin2 is nobody in the catalog; the account (id 4) is lin there")
        .exits(1);
    // Where the catalog knows no number, the login alone counts.
    shop.gate("mia", &["--actor-id", "mia=99"]).exits(0);
    // Not so where the number is that of somebody else: the login is theirs by now.
    shop.gate("mia", &["--actor-id", "mia=4"])
        .says("the login mia of the catalog has no number there, and the account (id 4) is lin")
        .exits(1);
    // A number of somebody who is named nowhere, and two of one person, are mistakes.
    shop.gate("lin", &["--actor-id", "kim=1"])
        .says("`--actor-id kim=1` is of nobody who is named here")
        .exits(2);
    shop.gate("lin", &["--actor-id", "lin=4", "--actor-id", "Lin=5"])
        .says("has two ids")
        .exits(2);
    shop.gate("lin", &["--actor-id", "lin="]).exits(2);
}

#[test]
fn ps11_a_number_that_is_not_read_as_one_makes_the_person_nobody() {
    // Both are integers by the schema; the second is none that a forge could have given.
    for (written, own) in [("4.0", 0), ("1.0e30", 1)] {
        let shop = numbered(5);
        let lin = format!(
            "identifier: lin\nblueprint: User\nproperties: {{number: {written}}}\nrelations: {{teams: [checkout]}}\n"
        );
        on_main(&shop, &[(&person("lin"), &lin)]);
        shop.gate("lin", &["--actor-id", "lin=666"]).exits(1);
        shop.gate("lin", &["--actor-id", "lin=4"]).exits(own);
        shop.gate("lin", &[]).exits(own);
    }
}

#[test]
fn ps11_an_approval_of_another_account_counts_for_nothing() {
    let shop = numbered(30);
    let by = |who: &str| format!("{who}@{}", shop.git.id("pr"));
    let sam = by("sam");
    shop.gate("lin", &["--approval", &sam, "--actor-id", "sam=5"])
        .exits(0);
    shop.gate("lin", &["--approval", &sam, "--actor-id", "sam=7"])
        .says("sam belongs to another account (id 7) than the catalog's")
        .says("missing")
        .exits(1);
    // Whose login the catalog has without a number is not who else has that account there.
    let approval = by("ines");
    shop.gate("lin", &["--approval", &approval, "--actor-id", "ines=5"])
        .says("(id 5) is sam")
        .says("missing")
        .exits(1);
    // Who asks under one login does not approve under another.
    let ids = ["--actor-id", "lin=9", "--actor-id", "ines=9"];
    let approval = by("ines");
    shop.gate("lin", &[&["--approval", &approval][..], &ids].concat())
        .exits(1);
    let shop = scaled(30);
    let approval = format!("ines@{}", shop.git.id("pr"));
    shop.gate("lin", &["--approval", &approval]).exits(0);
    shop.gate("lin", &[&["--approval", &approval][..], &ids].concat())
        .says("missing")
        .exits(1);
}

#[test]
fn ps16_rights_on_one_entity_give_nothing_on_another() {
    let scale = "catalog/actions/scale.yaml";
    let (cart, pay) = (
        service("cart", "checkout", 8),
        service("pay", "platform", 8),
    );
    for (changed, may) in [
        (vec![(CART, &cart)], vec!["lin", "mia"]),
        (vec![(PAY, &pay)], vec!["sam", "ines"]),
        (vec![(CART, &cart), (PAY, &pay)], vec![]),
    ] {
        let shop = Shop::new();
        let text = shop.git.read(scale);
        let owned = text.replace("{teams: [checkout, platform]}", "{ownedByTeam: true}");
        assert_ne!(owned, text);
        shop.git.commit_file(scale, &owned);
        shop.pull_request();
        for (path, text) in changed {
            shop.git.write(path, text);
        }
        shop.git.commit("more replicas");
        for actor in ["lin", "mia", "sam", "ines", "kim"] {
            let exit = i32::from(!may.contains(&actor));
            shop.gate(actor, &[]).exits(exit);
        }
    }
}

#[test]
fn ps9_whose_change_needs_an_approval_asks_for_it_in_any_place() {
    let scale = "catalog/actions/scale.yaml";
    let shop = Shop::new();
    let text = shop.git.read(scale);
    let asks = text.replace(
        "when: context.inputs.replicas > 20",
        "when: principal in Team::\"checkout\"",
    );
    assert_ne!(asks, text);
    shop.git.commit_file(scale, &asks);
    shop.pull_request()
        .commit_file(CART, &service("cart", "checkout", 8));
    shop.gate("sam", &[]).exits(0);
    shop.gate("lin", &[]).says("missing").exits(1);
    shop.gate("sam", &["--actor", "lin"])
        .says("missing")
        .exits(1);
    shop.gate("lin", &["--actor", "sam"])
        .says("missing")
        .exits(1);
}
