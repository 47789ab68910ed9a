//! Approvals that count for nothing, each with a word why, and what the gate says of the people
//! whose agreement is missing. What `docs/approvals.md` shows is what the program prints.
#![expect(clippy::disallowed_methods, reason = "the page is read as a file")]

use std::path::Path;

use serde_json::Value;

use crate::program::run;
use crate::repository::Git;
use crate::shop::{self, CART, PAY, Shop, person, person_text};

/// lin scales `cart` beyond 20, for which somebody of platform must agree.
fn scaled() -> Shop {
    let shop = Shop::new();
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30))
        .commit("more replicas");
    shop
}

/// The gate does not count an approval and says why.
fn not_counted(shop: &Shop, approval: &str, why: &str) {
    let short = |rev: &str| rev.get(..7).unwrap_or(rev).to_owned();
    let (login, rev) = approval.split_once('@').unwrap();
    let line = format!("! not counted: {login} at {}, {why}\n", short(rev));
    let gate = shop.gate("lin", &["--approval", approval]);
    gate.says(&line).says("missing  1 from platform").exits(1);
    let comment = ["--approval", approval, "--format", "markdown"];
    shop.gate("lin", &comment)
        .says(&format!("- not counted: `{login}` at `{}`", short(rev)))
        .exits(1);
    let ran = shop.gate("lin", &["--approval", approval, "--format", "json"]);
    let plan: Value = serde_json::from_str(ran.exits(1)).unwrap();
    assert_eq!(plan["uncounted"][0]["why"], why);
}

#[test]
fn of_somebody_who_lost_the_right_since() {
    let shop = scaled();
    let approval = format!("sam@{}", shop.git.id("pr"));
    shop.gate("lin", &["--approval", &approval]).exits(0);
    shop.git
        .switch("main")
        .write(&person("sam"), person_text("sam", ""))
        .commit("sam leaves platform");
    not_counted(&shop, &approval, "nothing here needs the agreement of sam");
}

#[test]
fn of_nobody() {
    let shop = scaled();
    let approval = format!("mallory@{}", shop.git.id("pr"));
    not_counted(&shop, &approval, "mallory is nobody in the catalog");
}

#[test]
fn of_a_login_that_only_looks_alike() {
    let shop = scaled();
    let approval = format!("s\u{430}m@{}", shop.git.id("pr"));
    let gate = shop.gate("lin", &["--approval", &approval]);
    gate.says("is nobody in the catalog")
        .says("missing")
        .exits(1);
}

#[test]
fn of_a_bot() {
    let shop = scaled();
    let approval = format!("renovate[bot]@{}", shop.git.id("pr"));
    not_counted(&shop, &approval, "renovate[bot] is nobody in the catalog");
    // The suffix is a part of the name: a person is not their bot.
    let approval = format!("sam[bot]@{}", shop.git.id("pr"));
    not_counted(&shop, &approval, "sam[bot] is nobody in the catalog");
}

#[test]
fn twice_of_one_person_in_two_cases_of_letters() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path).replace("count: 1", "count: 2");
    shop.git.write(path, text).commit("two must agree");
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30))
        .commit("more replicas");
    let tip = shop.git.id("pr");
    let (lower, upper) = (format!("sam@{tip}"), format!("SAM@{tip}"));
    let twice = ["--approval", lower.as_str(), "--approval", upper.as_str()];
    shop.gate("lin", &twice)
        .says("given    1 from platform: sam")
        .says("missing  1 from platform: ines")
        .says("not counted: SAM at")
        .says("who agrees twice is one person")
        .exits(1);
    let ines = format!("ines@{tip}");
    let both = ["--approval", lower.as_str(), "--approval", ines.as_str()];
    shop.gate("lin", &both).exits(0);
}

#[test]
fn of_who_asked_pushed_or_wrote() {
    let shop = scaled();
    let tip = shop.git.id("pr");
    let gate = shop.gate("sam", &["--approval", &format!("sam@{tip}")]);
    gate.says("not counted: sam at").says("sam asked").exits(1);
    let pushed = ["--actor", "sam", "--approval", &format!("sam@{tip}")];
    let gate = shop.gate("lin", &pushed);
    gate.says("sam pushed, so sam does not count").exits(1);
    let author = "Sam <sam@acme.example>";
    let git = &shop.git;
    git.amend(&["--author", author]);
    let approval = format!("sam@{}", git.id("pr"));
    not_counted(&shop, &approval, "sam wrote a part of it");
    // Several are said together, each with what they did.
    let gate = shop.gate("ines", &["--actor", "lin"]);
    gate.says("nobody else can; ines asked and sam wrote a part")
        .exits(1);
}

#[test]
fn of_who_is_named_as_another_author() {
    let shop = scaled();
    let git = &shop.git;
    for line in [
        "Co-authored-by: Sam Rivera <sam@acme.example>",
        "co-Authored-By: sam",
        "Co-authored-by: S <4711+sam@users.noreply.github.com>",
        "Co-authored-by: S <4711-sam@users.noreply.gitlab.com>",
        "Co-authored-by:\n  Sam <sam@acme.example>",
        "* as seen\n  Co-authored-by: Sam <sam@acme.example>",
    ] {
        let message = format!("more replicas\n\nas proposed\n\n{line}");
        git.amend(&["--message", &message]);
        let approval = format!("sam@{}", git.id("pr"));
        not_counted(&shop, &approval, "sam wrote a part of it");
    }
    // Who is only mentioned wrote nothing.
    let message = "more replicas\n\nReviewed-by: sam <sam@acme.example>";
    git.amend(&["--message", message]);
    let approval = format!("sam@{}", git.id("pr"));
    shop.gate("lin", &["--approval", &approval]).exits(0);
}

#[test]
fn of_who_is_known_by_an_address_or_a_number() {
    let git = crate::drawings::shipped();
    git.branch("pr", "main");
    let path = "catalog/entities/orders/cart-service.yaml";
    let text = git.read(path).replace("owner: platform", "owner: checkout");
    git.write(path, text).commit("hand over");
    let gate = |author: &str| {
        git.amend(&["--author", author]);
        let seen = git.id("pr");
        let (sam, ada) = (format!("sam@{seen}"), format!("ada@{seen}"));
        crate::program::run(
            git.root(),
            &[
                "gate",
                "--base",
                "main",
                "--head",
                "pr",
                "--actor",
                "lin",
                "--approval",
                &sam,
                "--approval",
                &ada,
            ],
        )
    };
    gate("Lin <lin@acme.example>").exits(0);
    for author in [
        "S <SAM@acme.example>",
        "S <4100031+sam-old@users.noreply.github.com>",
        "S <4100031-sam-old@users.noreply.gitlab.com>",
    ] {
        gate(author).says("sam wrote a part").exits(1);
    }
}

#[test]
fn of_an_old_commit_of_the_target() {
    let shop = scaled();
    let approval = format!("sam@{}", shop.git.id("main"));
    let why = "what was seen there is none of what needs it here";
    not_counted(&shop, &approval, why);
}

#[test]
fn of_a_commit_of_another_branch() {
    let shop = scaled();
    shop.git
        .branch("other", "main")
        .write(PAY, shop::service("pay", "platform", 40))
        .commit("another pull request");
    let approval = format!("sam@{}", shop.git.id("other"));
    let why = "what was seen there is none of what needs it here";
    not_counted(&shop, &approval, why);
}

#[test]
fn of_a_commit_that_is_not_there() {
    let shop = scaled();
    let approval = format!("sam@{}", "4711".repeat(10));
    not_counted(&shop, &approval, "that commit is not in this clone");
    // A name that is no commit is a mistake of whoever wrote the command.
    let gate = shop.gate("lin", &["--approval", "sam@no-such-branch"]);
    gate.says("no-such-branch").exits(2);
    // One that counts beside it still counts.
    let counts = format!("ines@{}", shop.git.id("pr"));
    let both = [
        "--approval",
        approval.as_str(),
        "--approval",
        counts.as_str(),
    ];
    shop.gate("lin", &both).exits(0);
}

#[test]
fn a_condition_that_cannot_be_decided_asks_and_says_so() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path);
    let text = text.replace(
        "when: context.inputs.replicas > 20",
        "when: context.inputs.replicas * 9000000000000000000 > 20",
    );
    shop.git.write(path, text).commit("overflows");
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 5))
        .commit("more replicas");
    let said = "asked for because its condition cannot be decided";
    shop.gate("lin", &[]).says(said).exits(1);
    shop.gate("lin", &["--format", "markdown"]).says(said);
    shop.run(&["plan", "--base", "main", "--actor", "lin", "--full"])
        .says(said);
}

#[test]
fn too_few_people_are_counted() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path).replace("count: 1", "count: 3");
    shop.git.write(path, text).commit("three must agree");
    shop.run(&["check"])
        .says("warning[E0412]: 3 people must agree and there are 2 people who can")
        .exits(0);
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30))
        .commit("more replicas");
    let said = "only 2 of 3 needed people exist";
    shop.gate("lin", &[]).says(said).exits(1);
    shop.gate("lin", &["--format", "markdown"]).says(said);
    shop.gate("sam", &[])
        .says("only 1 of 3 needed people exists");
}

#[test]
fn who_alone_may_ask_and_agree_is_told() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path);
    let text = text.replace("execute: ", "execute: {users: kim} # ");
    let (before, _) = text.split_once("approval:").unwrap();
    shop.git.write(
        path,
        format!("{before}approval: [{{by: {{users: kim}}}}]\n"),
    );
    shop.run(&["check"])
        .says("warning[E0412]: 1 person must agree, and the only one who can is the one who asks")
        .exits(0);
    shop.run(&["who-can", "scale", "cart", "--set", "properties.replicas=9"])
        .says("1 from kim: kim; who asks does not count, and nobody else may ask");
}

#[test]
fn the_gate_says_what_each_person_would_approve() {
    let shop = scaled();
    let hand_over = shop::service("pay", "checkout", 2);
    shop.git.write(PAY, hand_over).commit("and pay goes over");
    let tip = shop.git.id("pr");
    let gate = shop.gate("sam", &[]);
    gate.says(&format!("approval by ines at {}\n", &tip[..7]))
        .says("scale      cart  replicas 3 -> 30\n        for platform, digest ")
        .says(&format!("approval by lin or mia at {}\n", &tip[..7]))
        .says("hand_over  pay   owner platform -> checkout\n        for checkout, the owner after, digest ")
        .says("sam asked, so sam does not count")
        .exits(1);
    shop.gate("sam", &["--format", "markdown"])
        .says("**Who approves what**")
        .says("- `ines`: `1 scale` `cart  replicas 3 -> 30`")
        .exits(1);
}

#[test]
fn one_person_who_meets_several_needs_is_asked_once() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path);
    let more = "    count: 1\n  - by: {users: [sam]}\n";
    shop.git
        .write(path, text.replace("    count: 1\n", more))
        .commit("and sam in person");
    shop.pull_request()
        .write(CART, shop::service("cart", "checkout", 30))
        .commit("more replicas");
    let tip = shop.git.id("pr");
    shop.gate("lin", &[])
        .says("for platform and for sam, digest ")
        .says(&format!("next: sam approves at {}", &tip[..7]))
        .exits(1);
    shop.gate("lin", &["--approval", &format!("sam@{tip}")])
        .exits(0);
}

/// The shipped catalog with the branches of the page.
fn page_repository() -> Git {
    let git = Git::new().by("dev", "dev@acme.example");
    for (path, text) in catalogc::cli::shipped::shipped() {
        git.write(path, text);
    }
    git.commit("the catalog");
    let service = "catalog/entities/orders/cart-service.yaml";
    git.branch("hand-over", "main");
    let text = git.read(service);
    git.write(service, text.replace("owner: platform", "owner: checkout"))
        .commit("CartService goes to checkout");
    git.branch("incident", "main");
    git.write(
        "catalog/requests/restart-cart.yaml",
        "action: restart_service\nentity: CartService\ninputs: {reason: \"carts are lost, incident 4711\"}\n",
    )
    .commit("restart CartService");
    git.branch("incident-now", "incident");
    git.write(
        "catalog/requests/incident-4711.yaml",
        "action: break_glass\ninputs: {reason: \"incident 4711, platform sleeps\"}\n",
    )
    .commit("break the glass");
    git.switch("main");
    git
}

#[test]
fn the_page_shows_what_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/approvals.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let git = page_repository();
    let mut written = String::new();
    let mut shown = 0;
    for (n, block) in page.split("```text\n").enumerate() {
        let Some(rest) = block.strip_prefix("$ catalogc ").filter(|_| n > 0) else {
            written.push_str(if n > 0 { "```text\n" } else { "" });
            written.push_str(block);
            continue;
        };
        let (command, rest) = rest.split_once('\n').unwrap();
        let (_, after) = rest.split_once("```").unwrap();
        let arguments: Vec<&str> = command.split(' ').collect();
        let ran = run(git.root(), &arguments);
        let printed = ran.stdout.trim_end();
        written.push_str(&format!(
            "```text\n$ catalogc {command}\n{printed}\n```{after}"
        ));
        shown += 1;
    }
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, &written).unwrap();
    } else {
        assert_eq!(written, page, "if this is what is wanted: BLESS=1");
    }
    assert!(shown >= 4);
}

#[test]
fn who_hands_over_what_is_their_own_is_told_that_others_must_ask() {
    let git = page_repository();
    git.branch("away", "main");
    let path = "catalog/entities/environments/env-lin-7.yaml";
    let text = git.read(path).replace("owner: lin", "owner: ada");
    git.write(path, text).commit("env-lin-7 goes to ada");
    let gate = |actor: &str, approvals: &[&str]| {
        let mut arguments = vec!["gate", "--base", "main", "--head", "away", "--actor", actor];
        arguments.extend(
            approvals
                .iter()
                .flat_map(|approval| ["--approval", approval]),
        );
        run(git.root(), &arguments)
    };
    gate("lin", &["ada@away"])
        .says("missing  1 from lin, the owner before: nobody else can; lin asked, so lin does not count;")
        .says("others ask for it, then lin can agree")
        .says("next: nobody can give the 1 approval: let others make this pull request, then lin can approve it")
        .exits(1);
    // What it says is so.
    gate("kim", &["ada@away", "lin@away"]).exits(0);
}
