//! What of a clone's configuration comes along to the remote.

use super::{Place, git};
use crate::ledger::{LedgerError, address};

#[test]
fn the_headers_of_a_checkout_come_along_also_from_a_file_beside_the_clone() {
    let place = Place::new();
    let one = place.repository("one");
    git(
        &one,
        &["remote", "add", "origin", "https://github.com/acme/x"],
    );
    git(
        &one,
        &["config", "http.https://github.com/.extraheader", "A: one"],
    );
    git(&one, &["config", "http.extraheader", "A: everywhere"]);
    let login = place.at("login.config");
    let text = "[http \"https://forge.example/\"]\n\textraHeader = A: two\n";
    std::fs::write(&login, text).unwrap();
    let include = format!("includeIf.gitdir:{}.path", one.join(".git").display());
    git(&one, &["config", &include, login.to_str().unwrap()]);
    let address = address::of(&one, "origin").unwrap();
    assert_eq!(address.url, "https://github.com/acme/x");
    let header = |url: &str, value: &str| {
        let key = format!("http.{url}.extraheader");
        (key, value.to_owned())
    };
    let shown = format!("{address:?}");
    assert!(!shown.contains("A: one"), "{shown}");
    let mut headers = address.headers;
    headers.sort();
    assert_eq!(
        headers,
        [
            header("https://forge.example/", "A: two"),
            header("https://github.com/", "A: one"),
        ]
    );
}

#[test]
fn the_truth_is_where_the_clone_pushes_to() {
    let place = Place::new();
    let one = place.repository("one");
    git(
        &one,
        &["remote", "add", "origin", "https://github.com/acme/x"],
    );
    git(
        &one,
        &[
            "remote",
            "set-url",
            "--push",
            "origin",
            "git@github.com:acme/x",
        ],
    );
    let address = address::of(&one, "origin").unwrap();
    assert_eq!(address.url, "git@github.com:acme/x");
    git(
        &one,
        &["remote", "set-url", "--push", "origin", "../there.git"],
    );
    let address = address::of(&one, "origin").unwrap();
    let there = std::path::absolute(one.join("../there.git")).unwrap();
    assert_eq!(address.url, there.to_str().unwrap());
    let other = address::of(&one, "upstream");
    assert!(matches!(other, Err(LedgerError::Address { .. })));
}
