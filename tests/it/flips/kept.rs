//! Real changes that an approval survives: each flips a field of the step that it is not of.

use catalogc::plan::file::PlanFile;

use super::{ASKED, Approved, REQUEST, SCALE};
use crate::shop::{self, CART, PAY, Shop, person, person_text};

#[test]
fn number_another_step_before_it_keeps() {
    let shop = Shop::new();
    let first = "catalog/entities/services/aaa.yaml";
    shop.git
        .write(first, shop::service("aaa", "checkout", 3))
        .commit("one more");
    let approved = Approved::of(shop, |shop| {
        shop.git.write(CART, shop::service("cart", "checkout", 30));
    });
    let before = approved.step();
    let approved = approved.push(first, shop::service("aaa", "checkout", 4));
    assert_ne!(approved.step()["number"], before["number"]);
    let gate = approved.gate("lin");
    gate.says("allowed: 2 steps").exits(0);
}

#[test]
fn stage_and_after_another_order_keeps() {
    let approved = Approved::requested();
    let before = approved.step();
    // A restart comes after what scales the same service.
    let approved = approved.push(CART, shop::service("cart", "checkout", 5));
    let after = approved.step();
    assert_ne!(after["stage"], before["stage"]);
    assert_ne!(after["after"], before["after"]);
    approved.is_kept();
}

#[test]
fn definition_in_other_bytes_of_the_same_meaning_keeps() {
    let approved = Approved::scaled();
    let before = approved.step();
    let approved = approved.target(SCALE, |text| {
        let listed = "# who changes the number\ntrigger:\n  changed:\n    - properties.replicas";
        text.replace("trigger: {changed: [properties.replicas]}", listed)
    });
    assert_eq!(approved.step()["definition"], before["definition"]);
    approved.is_kept();
}

#[test]
fn request_another_file_keeps() {
    let approved = Approved::requested();
    let before = approved.step();
    approved.shop.git.switch("pr").remove(ASKED);
    let approved = approved.push("catalog/requests/november/other.yaml", REQUEST);
    assert_ne!(approved.step()["requests"], before["requests"]);
    approved.is_kept();
}

#[test]
fn changes_another_place_keeps() {
    let approved = Approved::scaled();
    let before = approved.step();
    let cart = shop::service("cart", "checkout", 30);
    let approved = approved.push(CART, format!("# the cart\n{cart}"));
    assert_ne!(approved.step()["changes"], before["changes"]);
    approved.is_kept();
}

#[test]
fn because_and_title_of_another_place_keep() {
    let approved = Approved::scaled().target(SCALE, |text| format!("# scaling\n{text}"));
    approved.is_kept();
}

#[test]
fn decisions_about_somebody_else_keep() {
    let approved = Approved::scaled();
    let gate = approved.gate("mia");
    gate.says("1 of 1 approval given").exits(0);
}

#[test]
fn decisions_for_another_reason_keep() {
    let approved = Approved::scaled();
    let before = approved.step();
    approved
        .shop
        .git
        .switch("main")
        .write(&person("lin"), person_text("lin", "platform"))
        .commit("lin is in platform now");
    assert_ne!(approved.step()["decisions"], before["decisions"]);
    approved.is_kept();
}

#[test]
fn reads_of_the_entity_and_others_keep() {
    let approved = Approved::scaled();
    let before = approved.step();
    let approved = approved
        .target(PAY, |text| text.replace("replicas: 2", "replicas: 4"))
        .target("catalog/entities/teams.yaml", |text| {
            text.replace(
                "identifier: checkout\n",
                "identifier: checkout\ntitle: Checkout\n",
            )
        });
    assert_ne!(approved.step()["reads"], before["reads"]);
    approved.is_kept();
}

#[test]
fn given_by_more_people_keeps() {
    let approved = Approved::scaled();
    let ines = approved.approval.replace("sam@", "ines@");
    let both = ["--approval", &approved.approval, "--approval", &ines];
    approved.shop.gate("lin", &both).exits(0);
}

#[test]
fn commits_with_other_words_and_ids_keep() {
    let approved = Approved::scaled();
    let git = &approved.shop.git;
    git.switch("pr")
        .run(&["commit", "--quiet", "--amend", "--message", "other words"]);
    assert!(!approved.approval.ends_with(&git.id("pr")));
    approved.is_kept();
    git.switch("main")
        .write(PAY, shop::service("pay", "platform", 5))
        .commit("the target moves");
    git.switch("pr").run(&["rebase", "--quiet", "main"]);
    approved.is_kept();
}

#[test]
fn the_id_of_a_plan_is_of_its_steps_and_definitions() {
    let plan = |shop: &Shop, actor: &str| -> PlanFile {
        let ran = shop.run(&[
            "plan", "--base", "main", "--head", "pr", "--actor", actor, "--format", "json",
        ]);
        serde_json::from_str(ran.exits(0)).unwrap()
    };
    let approved = Approved::scaled();
    let id = plan(&approved.shop, "lin").id;
    assert_eq!(plan(&approved.shop, "mia").id, id);
    let approved = approved.push(CART, shop::service("cart", "checkout", 31));
    let other = plan(&approved.shop, "lin").id;
    assert_ne!(other, id);
    let note = "permit (principal, action in Action::\"rename\", resource);\n";
    let approved = approved.push("catalog/policies/note.cedar", note);
    let defined = plan(&approved.shop, "lin").id;
    assert_ne!(defined, other);
    // A definition that changes once more is another plan, though no step is another one.
    let approved = approved.push("catalog/policies/note.cedar", format!("// why\n{note}"));
    let again = plan(&approved.shop, "lin");
    assert_ne!(again.id, defined);
    assert!(again.coverage.iter().any(|one| one.digest.is_some()));
    // What is no definition is covered by a decision alone.
    let approved = approved.push("catalog/notes.txt", "a note\n");
    assert_eq!(plan(&approved.shop, "lin").id, again.id);
}
