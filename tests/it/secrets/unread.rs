//! Values of secrets in texts that cannot be read, and in what is said of an expression over them.

use super::marked::marked;
use super::{FORMATS, cart};
use crate::program::run;
use crate::shop::CART;

/// A value that is nowhere else.
const VALUE: &str = "605174238";

#[test]
fn a_text_that_cannot_be_read_does_not_show_what_a_secret_would_be() {
    for lines in [
        format!("  pin: 1\n  pin: {VALUE}"),
        format!("  pin: \"{VALUE}"),
        format!("  pin: {VALUE}: yes"),
        format!("  pin: \"{VALUE}\""),
        format!("  pinn: {VALUE}"),
    ] {
        let shop = marked();
        let text = shop.git.read(CART);
        let text = text.replacen("  pin: 483920175\n", &format!("{lines}\n"), 1);
        shop.git.commit_file(CART, &text);
        for format in FORMATS {
            run(shop.git.root(), &["check", "--format", format])
                .does_not_say(VALUE)
                .exits(1);
        }
    }
}

#[test]
fn a_calculation_that_fails_does_not_say_over_which_secret() {
    let shop = marked();
    let kinds = "catalog/blueprints/kinds.yaml";
    let all = shop.git.read(kinds);
    for expression in [
        ".properties.note + .properties.pin",
        "[.properties.pin] | .a",
    ] {
        let wrong = all.replacen("'.properties.pin * 2'", &format!("'{expression}'"), 1);
        assert_ne!(wrong, all);
        shop.git.commit_file(kinds, &wrong);
        shop.git.commit_file(CART, &cart(&shop, "  note: words"));
        for format in FORMATS {
            run(shop.git.root(), &["check", "--format", format])
                .says("twice")
                .does_not_say("483920175")
                .exits(1);
        }
    }
}
