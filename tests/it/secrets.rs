//! Secrets that were found stand in no output.

use std::path::Path;

use crate::program::run;
use crate::shop::{CART, Shop};
use crate::support::compile_folder;

/// Every format of findings.
const FORMATS: [&str; 6] = ["human", "json", "sarif", "github", "gitlab", "junit"];

#[test]
fn no_format_shows_a_secret_that_was_found() {
    for case in ["secrets-by-form", "secrets-by-key"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check");
        let folder = folder.join(case);
        let compiled = compile_folder(&folder);
        let hidden = compiled.findings.iter().filter(|finding| finding.hides);
        let secrets: Vec<&str> = hidden
            .map(|finding| compiled.snapshot.slice(finding.span))
            .flat_map(str::lines)
            .map(|line| line.trim().trim_matches(['"', '\'', '-']))
            .filter(|line| line.len() > 8)
            .collect();
        assert!(!secrets.is_empty(), "{case}");
        for format in FORMATS {
            let ran = run(&folder, &["check", "--format", format]);
            for secret in &secrets {
                // What was cut is still a part of it.
                ran.does_not_say(secret.get(..9).unwrap_or(secret));
            }
        }
    }
}

/// No token of anybody: it was typed with eyes closed.
const TOKEN: &str = "glpat-x7Kq2mWz9Rt4vBn8Yc3L";

#[test]
fn a_plan_shows_that_a_secret_goes_and_not_what_it_was() {
    let shop = Shop::new();
    let clean = shop.git.read(CART);
    let leaked = clean.replacen("properties:", &format!("properties:\n  note: {TOKEN}"), 1);
    assert!(leaked.contains(TOKEN));
    shop.git.commit_file(CART, &leaked);
    shop.pull_request().commit_file(CART, &clean);
    let plan = shop.plan("kim");
    plan.says("***").does_not_say(TOKEN);
}

#[test]
fn why_shows_no_secret() {
    let shop = Shop::new();
    let text = shop.git.read(CART);
    let leaked = text.replacen("properties:", &format!("properties:\n  note: {TOKEN}"), 1);
    shop.git.commit_file(CART, &leaked);
    for format in ["table", "json"] {
        let ran = run(
            shop.git.root(),
            &["why", "cart", "note", "--format", format],
        );
        ran.says("***").does_not_say(TOKEN).exits(0);
    }
}
