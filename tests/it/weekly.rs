//! Freezes that come again each week.

use crate::shop::{CART, Shop, service};

#[test]
fn a_freeze_may_come_again_each_week() {
    let shop = Shop::new();
    let freezes = "freezes:\n  - name: weekend\n    windows:\n      - {days: [fri], from: '16:00', until: '24:00', zone: Europe/Berlin}\n      - {days: [sat, sun], from: '00:00', until: '24:00', zone: Europe/Berlin}\n";
    let settings = shop.git.read("catalogc.yaml") + freezes;
    shop.git
        .switch("main")
        .commit_file("catalogc.yaml", &settings);
    shop.pull_request()
        .commit_file(CART, &service("cart", "checkout", 5));
    // 16:00 in Berlin is 15:00 in UTC in winter; windows without a gap end together.
    for now in ["2026-11-20T15:00:00Z", "2026-11-22T22:59:59Z"] {
        shop.gate("lin", &["--now", now])
            .says("the freeze weekend ends 2026-11-22 23:00 UTC")
            .exits(1);
    }
    for now in ["2026-11-20T14:59:59Z", "2026-11-22T23:00:00Z"] {
        shop.gate("lin", &["--now", now]).exits(0);
    }
    shop.gate("lin", &[]).says("--now").exits(2);
}
