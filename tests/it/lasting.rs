//! Memberships for a time that a pull request makes longer or shorter, as its plan tells them.

use crate::memberships::{AFTER, DURING, NIGHT, night, shop_with};
use crate::shop::person_text;

#[test]
fn who_stays_longer_is_told_at_whatever_moment_it_is_asked() {
    let held = night("2026-11-22T08:00:00Z", AFTER);
    let endless = held.replace("\"2026-11-22T08:00:00Z\"", "null");
    let endless = endless.replace(&format!("\"{AFTER}\""), "null");
    let another = night(AFTER, "2026-11-22T12:00:00Z").replace("night", "day");
    let so_far = "so far from 2026-11-22 08:00 UTC until 2026-11-22 10:00 UTC";
    for (path, text, told) in [
        (
            NIGHT,
            Some(endless),
            format!("omar is in checkout for good by it, {so_far}"),
        ),
        (
            NIGHT,
            Some(night("2026-11-22T08:00:00Z", "2027-01-01T00:00:00Z")),
            format!(
                "omar is in checkout from 2026-11-22 08:00 UTC until 2027-01-01 00:00 UTC by it, {so_far}"
            ),
        ),
        (
            NIGHT,
            Some(night("2026-11-22T08:00:00Z", DURING)),
            format!(
                "omar is in checkout from 2026-11-22 08:00 UTC until 2026-11-22 09:00 UTC by it, {so_far}"
            ),
        ),
        // Two entities together are one time.
        (
            "catalog/entities/on-call/day.yaml",
            Some(another),
            format!(
                "omar is in checkout from 2026-11-22 08:00 UTC until 2026-11-22 12:00 UTC by it, {so_far}"
            ),
        ),
        // A relation is for good.
        (
            "catalog/entities/people/omar.yaml",
            Some(person_text("omar", "checkout")),
            format!("omar is in checkout for good by it, {so_far}"),
        ),
        (
            NIGHT,
            None,
            format!("omar is in checkout no more, {so_far}"),
        ),
    ] {
        let shop = shop_with(None, &held);
        let git = shop.pull_request();
        match text {
            Some(text) => git.write(path, text),
            None => git.remove(path),
        };
        git.commit("another time");
        for now in [DURING, AFTER] {
            let gate = shop.gate("kim", &["--now", now]);
            let said = gate.said().split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(&told), "{gate}");
        }
        let plan = [
            "plan", "--base", "main", "--head", "pr", "--actor", "kim", "--now", DURING,
            "--format", "markdown",
        ];
        shop.run(&plan).says("omar").says("so far").exits(0);
    }
    let shop = shop_with(None, &held);
    shop.pull_request()
        .write(NIGHT, held.replace("{starts_at", "{note: x, starts_at"))
        .commit("a note");
    shop.gate("kim", &["--now", DURING]).does_not_say("so far");
}
