//! What a merge commit of a pull request brings of its own: who wrote that does not approve it, and
//! who only brought the branch up to date does.

use crate::repository::Git;
use crate::shop::{CART, PAY, Shop, service};

/// lin scales `cart` beyond 20, for which somebody of platform must agree, and main goes on.
fn behind() -> Shop {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, service("cart", "checkout", 30))
        .write("notes.md", "of the branch\n")
        .commit("more replicas");
    let pay = shop.git.read(PAY);
    shop.git
        .switch("main")
        .write(PAY, format!("# paid\n{pay}"))
        .write("other.md", "of main\n")
        .commit("pay is explained");
    shop.git.switch("pr");
    shop
}

/// Begins to merge main, which sam commits after `more` of it is written.
fn merged_by_sam(shop: &Shop, more: impl Fn(&Git)) -> String {
    let git = &shop.git;
    git.run(&["merge", "--quiet", "--no-ff", "--no-commit", "main"]);
    more(git);
    git.run(&["add", "--all"]);
    let author = ["--author", "Sam <sam@acme.example>"];
    let commit = ["commit", "--quiet", "--message", "bring up to date"];
    git.run(&[&commit[..], &author].concat());
    format!("sam@{}", git.id("pr"))
}

#[test]
fn who_brings_a_branch_up_to_date_may_approve_it() {
    let shop = behind();
    let approval = merged_by_sam(&shop, |_| {});
    shop.gate("lin", &["--approval", &approval]).exits(0);
}

#[test]
fn what_both_sides_say_in_one_file_is_nobodys_own() {
    let shop = behind();
    let cart = shop.git.read(CART);
    shop.git.commit("nothing more");
    shop.git
        .switch("main")
        .write(CART, format!("# sold\n{}", service("cart", "checkout", 3)))
        .commit("cart is explained");
    shop.git.switch("pr");
    let approval = merged_by_sam(&shop, |git| {
        assert_eq!(git.read(CART), format!("# sold\n{cart}"));
    });
    shop.gate("lin", &["--approval", &approval]).exits(0);
}

#[test]
fn what_a_merge_brings_of_its_own_is_of_who_merged() {
    type Own = (&'static str, fn(&Git));
    let own: [Own; 4] = [
        ("another value in a file of the branch", |git| {
            git.write(CART, service("cart", "checkout", 40));
        }),
        ("a file of main as it is not there", |git| {
            git.write(PAY, service("pay", "checkout", 30));
        }),
        ("a new file", |git| {
            let text = service("till", "checkout", 1);
            git.write("catalog/entities/services/till.yaml", text);
        }),
        ("what main has is left out", |git| {
            let pay = git.read(PAY).replace("# paid\n", "");
            git.write(PAY, pay);
        }),
    ];
    for (what, write) in own {
        let shop = behind();
        let approval = merged_by_sam(&shop, write);
        let gate = shop.gate("lin", &["--approval", &approval]);
        assert!(gate.stdout.contains("sam wrote a part of it"), "{what}");
        gate.exits(1);
    }
}

#[test]
fn what_a_merge_brings_elsewhere_is_no_part_of_the_plan() {
    let shop = behind();
    let approval = merged_by_sam(&shop, |git| {
        git.write("notes.md", "of the merge\n");
        git.write("third.md", "of the merge\n");
    });
    shop.gate("lin", &["--approval", &approval]).exits(0);
}

#[test]
fn who_resolves_a_conflict_wrote_it() {
    let shop = behind();
    shop.git
        .switch("main")
        .write(CART, service("cart", "checkout", 4))
        .commit("a replica more");
    shop.git.switch("pr");
    let git = &shop.git;
    // The same value as the branch has it: it was chosen all the same.
    git.run(&[
        "merge",
        "--quiet",
        "--no-ff",
        "-s",
        "ours",
        "--no-commit",
        "main",
    ]);
    git.run(&["checkout", "main", "--", PAY, "other.md"]);
    let author = ["--author", "Sam <sam@acme.example>"];
    let commit = ["commit", "--quiet", "--message", "resolve"];
    git.run(&[&commit[..], &author].concat());
    let approval = format!("sam@{}", git.id("pr"));
    shop.gate("lin", &["--approval", &approval])
        .says("sam wrote a part of it")
        .exits(1);
}

#[test]
fn who_wrote_what_another_squashes_agrees_to_their_own_change() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.write(CART, service("cart", "checkout", 30));
    git.run(&["add", "--all"]);
    let sam = ["--author", "Sam <sam@acme.example>", "--message", "more"];
    git.run(&[&["commit", "--quiet"][..], &sam].concat());
    let (of_sam, of_ines) = (
        format!("sam@{}", git.id("pr")),
        format!("ines@{}", git.id("pr")),
    );
    shop.gate("lin", &["--approval", &of_sam])
        .says("sam wrote a part of it")
        .exits(1);
    git.run(&["reset", "--quiet", "--soft", "main"]);
    git.commit("squashed by lin");
    shop.gate("lin", &["--approval", &of_sam])
        .says("sam wrote a part of what was seen there")
        .exits(1);
    shop.gate("lin", &["--approval", &of_ines]).exits(0);
    // What lin wrote is lin's now, and sam may look at it.
    let seen = format!("sam@{}", git.id("pr"));
    shop.gate("lin", &["--approval", &of_sam, "--approval", &seen])
        .exits(0);
}

#[test]
fn who_wrote_under_an_old_login_is_known_by_the_number_that_a_run_names() {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.write(CART, service("cart", "checkout", 30));
    git.run(&["add", "--all"]);
    let old = "S <4711+oldsam@users.noreply.github.com>";
    git.run(&["commit", "--quiet", "--author", old, "--message", "more"]);
    let by = format!("sam@{}", git.id("pr"));
    let gate = |id: &str| {
        let ids = ["--approval", by.as_str(), "--actor-id", id];
        shop.gate("lin", &ids)
    };
    gate("sam=4711").says("sam wrote a part of it").exits(1);
    gate("sam=4712").exits(0);
}
