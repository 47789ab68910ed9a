//! What the target has and nobody could read there, or stands there twice, goes by `define` alone:
//! there is no step that anybody else could be asked about.

use super::on_main;
use crate::shop::{CART, PAY, Shop, service};

const LOCK: &str = "catalog/policies/lock.cedar";
const FORBID: &str =
    "forbid (principal, action, resource is Service) unless { principal in Team::\"admins\" };\n";

/// main with a file of these bytes, and a pull request that deletes it.
fn deleting(path: &str, bytes: &[u8]) -> Shop {
    let shop = Shop::new();
    shop.git.write(path, bytes).commit("it cannot be read");
    shop.pull_request().remove(path).commit("it goes");
    shop
}

/// Texts that say the same and cannot be read.
fn unreadable(text: &str, comment: &str) -> [Vec<u8>; 3] {
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    let long = format!("{text}{comment}{}\n", "x".repeat(1_100_000));
    [
        [text.as_bytes(), comment.as_bytes(), b"\xff\n"].concat(),
        pointer.as_bytes().to_vec(),
        long.into_bytes(),
    ]
}

#[test]
fn ps14_what_the_target_could_not_read_is_deleted_by_define() {
    let pay = service("pay", "platform", 2);
    let action =
        "identifier: tell\noperation: day-2\nblueprint: Service\ntrigger: {request: true}\nx: [\n";
    let mut cases = vec![("catalog/actions/tell.yaml", action.as_bytes().to_vec())];
    cases.extend(unreadable(FORBID, "// ").map(|bytes| (LOCK, bytes)));
    cases.extend(unreadable(&pay, "# ").map(|bytes| (PAY, bytes)));
    for (path, bytes) in cases {
        let shop = deleting(path, &bytes);
        let told = "file that the target could not read disappears";
        shop.gate("lin", &[]).says(told).says("denied").exits(1);
        shop.gate("kim", &[])
            .says("could not be read on the target: rights that it gave")
            .does_not_say("no decision moves")
            .exits(0);
    }
}

#[test]
fn ps14_a_link_in_the_place_of_a_policy_is_deleted_by_define() {
    let shop = Shop::new();
    let git = &shop.git;
    std::os::unix::fs::symlink("../../x", git.root().join(LOCK)).unwrap();
    git.commit("a link");
    shop.pull_request().remove(LOCK).commit("it goes");
    shop.gate("lin", &[]).says("denied").exits(1);
    shop.gate("kim", &[]).exits(0);
}

#[test]
fn ps14_an_entity_that_could_not_be_read_is_not_made_again_elsewhere() {
    let mut bytes = service("pay", "platform", 2).into_bytes();
    bytes.extend(b"# \xff\n");
    let shop = deleting(PAY, &bytes);
    let path = "catalog/entities/services/mine.yaml";
    shop.git
        .write(path, service("pay", "checkout", 2))
        .commit("it is mine");
    shop.gate("lin", &[])
        .says("entities file that the target could not read disappears")
        .exits(1);
}

#[test]
fn ps14_what_stands_twice_on_the_target_is_deleted_by_define() {
    let shop = Shop::new();
    shop.pull_request();
    let (mine, theirs) = (
        "catalog/entities/services/a.yaml",
        "catalog/entities/services/b.yaml",
    );
    // Two pull requests made them, and git merged both.
    on_main(
        &shop,
        &[
            (mine, &service("till", "checkout", 1)),
            (theirs, &service("till", "platform", 2)),
        ],
    );
    shop.git.run(&["merge", "--quiet", "main"]);
    shop.git.remove(theirs).commit("theirs goes");
    shop.gate("lin", &[])
        .says("entities file with what the target has twice disappears")
        .exits(1);
    shop.gate("kim", &[]).exits(0);
}

#[test]
fn ps14_what_stands_twice_goes_with_no_step_of_something_else() {
    let shop = Shop::new();
    let both = service("till", "platform", 2) + "---\n" + &service("desk", "checkout", 1);
    let theirs = "catalog/entities/services/b.yaml";
    shop.git
        .write(
            "catalog/entities/services/a.yaml",
            service("till", "platform", 1),
        )
        .write(theirs, both)
        .commit("one stands twice, and one beside it");
    shop.pull_request().remove(theirs).commit("both go");
    shop.gate("lin", &[])
        .says("entities file with what the target has twice disappears")
        .exits(1);
}

#[test]
fn ps10_one_account_agrees_once() {
    let shop = Shop::new();
    let path = "catalog/actions/scale.yaml";
    let text = shop.git.read(path).replace("count: 1", "count: 2");
    shop.git.write(path, text).commit("two must agree");
    shop.pull_request()
        .write(CART, service("cart", "checkout", 30))
        .commit("more replicas");
    let tip = shop.git.id("pr");
    let (sam, ines) = (format!("sam@{tip}"), format!("ines@{tip}"));
    let both = ["--approval", &sam, "--approval", &ines];
    shop.gate("lin", &both).exits(0);
    let one = [&both[..], &["--actor-id", "sam=5", "--actor-id", "ines=5"]].concat();
    shop.gate("lin", &one)
        .says("not counted: ines at")
        .says("who agrees twice is one person")
        .exits(1);
}
