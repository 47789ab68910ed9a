//! `retry` of an old landing sends nothing that the catalog does not say any more.

use crate::apply::SECRETS;
use crate::backend::{Backend, Fault};
use crate::program::{Ran, catalogc, end};
use crate::repository::Git;
use crate::shop::{self, CART, Shop};

pub(crate) fn run(shop: &Shop, arguments: &[&str]) -> Ran {
    let mut command = catalogc(shop.git.root(), arguments);
    command.envs(SECRETS).env("CATALOGC_TEST_AHEAD", "60");
    end(command)
}

/// Merges what `change` makes of main, and applies it for somebody.
pub(crate) fn landed(shop: &Shop, name: &str, actor: &str, change: impl Fn(&Git)) -> Ran {
    let git = shop.git.branch(name, "main");
    change(git);
    git.commit(name);
    let before = git.switch("main").id("main");
    let after = git.merge(name);
    let sides = ["--base", &before, "--head", &after, "--actor", actor];
    run(shop, &[&["apply"], &sides[..]].concat())
}

fn scaled(shop: &Shop, name: &str, replicas: u32) -> Ran {
    landed(shop, name, "lin", |git| {
        git.write(CART, shop::service("cart", "checkout", replicas));
    })
}

/// The name of the step that a run tells to retry.
pub(crate) fn step(ran: &Ran) -> String {
    let step = ran.exits(4).split("`catalogc retry ").nth(1);
    let step = step.and_then(|rest| rest.split('`').next());
    step.unwrap_or_else(|| panic!("{ran}")).to_owned()
}

/// A landing of lin's whose scaling of `cart` to 5 failed.
fn failed(shop: &Shop, backend: &Backend) -> String {
    backend.fail("/verify", Fault::Status(422), 1);
    step(&scaled(shop, "first", 5))
}

/// A retry sends nothing, and says why.
fn is_refused(shop: &Shop, backend: &Backend, step: &str, words: &str) {
    let received = backend.received().len();
    run(shop, &["retry", step])
        .says(&format!("stale: {step} is not run again"))
        .says(words)
        .says("next: open a new change")
        .exits(3);
    assert_eq!(backend.received().len(), received);
    run(shop, &["audit", step]).does_not_say("retried");
}

#[test]
fn what_a_newer_landing_set_is_not_set_back() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let step = failed(&shop, &backend);
    scaled(&shop, "second", 8).exits(0);
    let by = &shop.git.id("main")[..7];
    let words = "properties.replicas is 8 now, and the step would make it 5";
    let words = format!("{words}; {by} set it, which lin asked for");
    is_refused(&shop, &backend, &step, &words);
    // Somebody else may not either, though they may scale.
    run(&shop, &["retry", &step, "--actor", "sam"]).exits(3);
    // Changed back, it is what the catalog says.
    scaled(&shop, "third", 5).exits(0);
    run(&shop, &["retry", &step])
        .says("scale already done, verify succeeded")
        .exits(0);
}

#[test]
fn what_nobody_landed_is_no_less_what_the_catalog_says() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let step = failed(&shop, &backend);
    shop.git
        .commit_file(CART, &shop::service("cart", "checkout", 9));
    let words = "properties.replicas is 9 now, and the step would make it 5; no landing of the ledger set it";
    is_refused(&shop, &backend, &step, words);
    let old = ["retry", &step, "--target", "HEAD~1"];
    run(&shop, &old).exits(0);
}

#[test]
fn what_is_changed_beside_it_stops_nothing() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    let step = failed(&shop, &backend);
    landed(&shop, "second", "lin", |git| {
        let cart = shop::service("cart", "checkout", 5);
        let cart = cart.replace("properties:\n", "properties:\n  note: busy\n");
        git.write(CART, cart);
    })
    .exits(0);
    run(&shop, &["retry", &step]).exits(0);
}

#[test]
fn what_is_gone_or_has_another_name_is_not_called_by_the_old_one() {
    for (text, words) in [
        ("", "Service cart is not there any more"),
        ("basket", "Service cart is called basket now"),
    ] {
        let backend = Backend::start();
        let shop = Shop::with(&backend);
        let step = failed(&shop, &backend);
        landed(&shop, "second", "lin", |git| {
            if text.is_empty() {
                git.remove(CART);
            } else {
                let moved = format!("{}movedFrom: cart\n", shop::service(text, "checkout", 5));
                git.write(CART, moved);
            }
        })
        .exits(0);
        is_refused(&shop, &backend, &step, words);
    }
}

#[test]
fn a_request_goes_whatever_else_changed_while_its_entity_is_there() {
    let backend = Backend::start();
    let shop = Shop::with(&backend);
    backend.fail("/dispatches", Fault::Status(422), 2);
    let ask = |name: &str| {
        let request = format!("catalog/requests/{name}.yaml");
        step(&landed(&shop, name, "lin", |git| {
            git.write(&request, "action: restart\nentity: cart\n");
        }))
    };
    let (first, second) = (ask("one"), ask("two"));
    scaled(&shop, "more", 8).exits(0);
    run(&shop, &["retry", &first]).exits(0);
    landed(&shop, "less", "lin", |git| {
        git.remove(CART).remove("catalog/requests");
    })
    .exits(0);
    is_refused(
        &shop,
        &backend,
        &second,
        "Service cart is not there any more",
    );
}
