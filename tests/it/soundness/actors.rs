//! Who asks is what CI knows, and nothing that a pull request can write.

use super::scaled;
use crate::shop::{CART, Shop, service};

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
