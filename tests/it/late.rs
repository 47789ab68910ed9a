//! `apply` of an old landing after a newer one sets nothing back: the newer one counts, and the
//! rest of the old one is run.

use crate::backend::{Backend, Fault};
use crate::outdated::{landed, run};
use crate::program::Ran;
use crate::repository::Git;
use crate::shop::{self, CART, PAY, Shop, person, person_text};

/// A merge: the tip before it, and after it.
type Merge = (String, String);

/// Merges what `change` makes of main, and applies nothing.
fn merged(shop: &Shop, name: &str, change: impl Fn(&Git)) -> Merge {
    let git = shop.git.branch(name, "main");
    change(git);
    git.commit(name);
    let before = git.switch("main").id("main");
    (before, git.merge(name))
}

fn applied(shop: &Shop, (before, after): &Merge, actor: &str) -> Ran {
    run(
        shop,
        &["apply", "--base", before, "--head", after, "--actor", actor],
    )
}

fn scaled(git: &Git, replicas: u32) {
    git.write(CART, shop::service("cart", "checkout", replicas));
}

/// A landing is superseded as a whole: nothing is sent, and who runs it reads why.
fn is_superseded(shop: &Shop, backend: &Backend, (merge, actor): (&Merge, &str), words: &str) {
    let received = backend.received().len();
    applied(shop, merge, actor)
        .says("superseded")
        .says(words)
        .says("open a new change for what is wanted now")
        .exits(4);
    assert_eq!(backend.received().len(), received);
}

#[test]
fn what_a_newer_landing_set_is_not_set_back_and_the_rest_is_run() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let pay = shop::service("pay", "platform", 4);
    let first = merged(&shop, "first", |git| {
        scaled(git, 5);
        git.write(PAY, &pay);
    });
    let second = merged(&shop, "second", |git| scaled(git, 8));
    applied(&shop, &second, "lin").exits(0);
    let received = backend.received().len();
    let by = &second.1[..7];
    let words = format!(
        "properties.replicas is 8 now, and the step would make it 5; {by} set it, which lin asked for"
    );
    let late = applied(&shop, &first, "sam");
    late.says(&words)
        .says("1 of 2 steps done, 1 superseded")
        .says("next: a newer merge set what")
        .exits(4);
    let sent = backend.received().split_off(received);
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].body.contains("pay"), "{sent:?}");
    // The newer one did what counts: nothing is left to be done.
    run(&shop, &["status"]).says("nothing is open").exits(0);
    run(&shop, &["audit"]).says("superseded").exits(0);
    // The same command again finds the same, and sends nothing.
    let received = backend.received().len();
    applied(&shop, &first, "sam").says(&words).exits(4);
    assert_eq!(backend.received().len(), received);
}

#[test]
fn what_only_waits_to_be_run_supersedes_nothing() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let first = merged(&shop, "first", |git| scaled(git, 5));
    let second = merged(&shop, "second", |git| scaled(git, 8));
    let pay = shop::service("pay", "platform", 4);
    landed(&shop, "third", "sam", |git| {
        git.write(PAY, &pay);
    })
    .exits(0);
    applied(&shop, &first, "lin").exits(0);
    applied(&shop, &second, "lin").exits(0);
}

#[test]
fn what_was_changed_and_changed_back_is_run() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let first = merged(&shop, "first", |git| scaled(git, 5));
    landed(&shop, "second", "lin", |git| scaled(git, 8)).exits(0);
    landed(&shop, "third", "lin", |git| scaled(git, 5)).exits(0);
    landed(&shop, "fourth", "lin", |git| {
        let cart = shop::service("cart", "checkout", 5);
        git.write(
            CART,
            cart.replace("properties:\n", "properties:\n  note: busy\n"),
        );
    })
    .exits(0);
    applied(&shop, &first, "lin").exits(0);
}

#[test]
fn what_was_deleted_since_is_not_made_and_what_was_made_again_is_not_deleted() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let file = "catalog/entities/services/till.yaml";
    let till = shop::service("till", "checkout", 1);
    let made = merged(&shop, "made", |git| {
        git.write(file, &till);
    });
    let gone = merged(&shop, "gone", |git| {
        git.remove(file);
    });
    applied(&shop, &gone, "lin").exits(0);
    let words = "Service till is not there any more";
    is_superseded(&shop, &backend, (&made, "lin"), words);
    landed(&shop, "again", "lin", |git| {
        git.write(file, &till);
    })
    .exits(0);
    let gone = merged(&shop, "gone-again", |git| {
        git.remove(file);
    });
    let back = merged(&shop, "back", |git| {
        git.write(file, &till);
    });
    applied(&shop, &back, "lin").exits(0);
    let words = "Service till is there again";
    is_superseded(&shop, &backend, (&gone, "lin"), words);
    run(&shop, &["status"]).exits(0);
}

#[test]
fn a_request_and_a_change_of_what_has_another_name_are_not_run() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let first = merged(&shop, "first", |git| {
        scaled(git, 5);
        git.write(
            "catalog/requests/one.yaml",
            "action: restart\nentity: cart\n",
        );
    });
    let renamed = merged(&shop, "second", |git| {
        git.remove("catalog/requests");
        let moved = format!(
            "{}movedFrom: cart\n",
            shop::service("basket", "checkout", 5)
        );
        git.write(CART, moved);
    });
    applied(&shop, &renamed, "lin").exits(0);
    let words = "Service cart is called basket now";
    is_superseded(&shop, &backend, (&first, "lin"), words);
}

#[test]
fn what_the_newer_landing_did_not_do_well_stays_open() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let first = merged(&shop, "first", |git| scaled(git, 5));
    backend.fail("/scale", Fault::Status(422), 1);
    let second = landed(&shop, "second", "lin", |git| scaled(git, 8));
    let step = crate::outdated::step(&second);
    applied(&shop, &first, "lin").says("superseded").exits(4);
    run(&shop, &["status"])
        .says("1 step superseded")
        .says("open a new change for what is wanted now; `catalogc audit --entity cart`")
        .says(&format!("`catalogc retry {step}`"))
        .exits(4);
    // Once it is done, both are.
    run(&shop, &["retry", &step]).exits(0);
    run(&shop, &["status"]).says("nothing is open").exits(0);
}

#[test]
fn who_edits_a_file_later_undoes_nothing_of_it_and_its_people_count_as_they_are() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let together = |replicas: u32, teams: &str| {
        let cart = shop::service("cart", "checkout", replicas);
        format!("{cart}---\n{}", person_text("lin", teams))
    };
    shop.git
        .remove(&person("lin"))
        .write(CART, together(2, "checkout"))
        .commit("lin stands beside cart");
    let first = merged(&shop, "first", |git| {
        git.write(CART, together(5, "checkout"));
    });
    let comment = together(5, "checkout") + "# lin looks after it\n";
    shop.git.commit_file(CART, &comment);
    run(
        &shop,
        &[
            "apply",
            "--base",
            &first.0,
            "--head",
            &first.1,
            "--actor",
            "lin",
            "--dry-run",
        ],
    )
    .does_not_say("refused")
    .exits(0);
    applied(&shop, &first, "lin").exits(0);
    let second = merged(&shop, "second", |git| {
        git.write(CART, together(6, "checkout"));
    });
    shop.git.commit_file(CART, &together(6, ""));
    let line = [
        "apply",
        "--base",
        &second.0,
        "--head",
        &second.1,
        "--actor",
        "lin",
        "--dry-run",
    ];
    run(&shop, &line).says("step 1 is refused, it is not run: not allowed any more");
    applied(&shop, &second, "lin")
        .says("refused")
        .says("not allowed any more: ")
        .exits(4);
}
