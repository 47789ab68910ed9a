//! The people that a new catalog begins with: administrators.
//!
//! In: logins, as many as the user named. Out: an entity file for each, two at least. Where a
//! login is missing a placeholder stands that nobody can be.

use crate::cli::Failure;

/// Fewer could not approve each other's changes of the rules.
const PEOPLE_MIN: usize = 2;

/// The longest login of GitHub.
const LOGIN_MAX: usize = 39;

/// Numbers for people whose number at the forge is not known; no account has one so high.
const NUMBERS_FROM: u64 = 9_000_000_001;

/// An administrator.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// What other entities call them.
    pub(super) identifier: String,
    /// Their entity, in a file of its own.
    pub(super) text: String,
    /// Whether somebody is to be put in their place.
    pub(super) is_placeholder: bool,
}

/// The logins as they were given, then placeholders until there are enough.
pub(super) fn people(logins: &[String]) -> Result<Vec<Person>, Failure> {
    let mut people: Vec<Person> = Vec::new();
    for login in logins {
        if !is_login(login) {
            return Err(Failure::new(format!(
                "`{}` is no login at GitHub",
                crate::text::visible(login)
            ))
            .help("a login has letters, digits and single hyphens, no `@`"));
        }
        let identifier = login.to_ascii_lowercase();
        if people.iter().any(|person| person.identifier == identifier) {
            return Err(Failure::new(format!("`{login}` is named twice"))
                .help("two different people must be able to change the rules"));
        }
        let number = NUMBERS_FROM + people.len() as u64;
        people.push(real(login, identifier, number));
    }
    while people.len() < PEOPLE_MIN {
        let n = people.len() + 1;
        people.push(placeholder(n, NUMBERS_FROM + people.len() as u64));
    }
    Ok(people)
}

/// Letters, digits and hyphens in between; an underscore stands in logins that a company manages.
fn is_login(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.len() <= LOGIN_MAX
        && text.chars().all(is_inner)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !text.contains("--")
}

fn real(login: &str, identifier: String, number: u64) -> Person {
    let text = format!(
        "\
# Put the number of the account in place of github_id: `gh api users/{login} --jq .id` tells it.
identifier: \"{identifier}\"
blueprint: User
title: \"{login}\"
properties:
  login: \"{login}\"
  github_id: {number}
  email: {login}@users.noreply.github.com
relations: {{teams: [admins, checkout]}}
"
    );
    Person {
        identifier,
        text,
        is_placeholder: false,
    }
}

fn placeholder(n: usize, number: u64) -> Person {
    let identifier = format!("admin-{n}");
    let text = format!(
        "\
# A placeholder: no login at GitHub has a dot, so nobody is this person until you write a real
# login, the number of its account (`gh api users/LOGIN --jq .id`) and an address.
identifier: {identifier}
blueprint: User
title: Administrator {n}
properties:
  login: replace.me.{n}
  github_id: {number}
  email: replace.me.{n}@example.com
relations: {{teams: [admins, checkout]}}
"
    );
    Person {
        identifier,
        text,
        is_placeholder: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(logins: &[&str]) -> Result<Vec<String>, String> {
        let logins: Vec<String> = logins.iter().map(|&login| login.to_owned()).collect();
        people(&logins)
            .map(|people| people.into_iter().map(|p| p.identifier).collect())
            .map_err(|failure| failure.message)
    }

    #[test]
    fn there_are_two_administrators_at_least() {
        assert_eq!(names(&[]).unwrap(), ["admin-1", "admin-2"]);
        assert_eq!(names(&["Kim"]).unwrap(), ["kim", "admin-2"]);
        assert_eq!(names(&["kim", "theo", "9"]).unwrap(), ["kim", "theo", "9"]);
    }

    #[test]
    fn what_cannot_be_a_login_is_refused() {
        for login in [
            "",
            "@kim",
            "a b",
            "kim.l",
            "-kim",
            "a--b",
            "k\u{131}m",
            "x: y",
        ] {
            assert!(names(&[login]).is_err(), "{login}");
        }
        assert_eq!(names(&["kim", "KIM"]).unwrap_err(), "`KIM` is named twice");
    }

    #[test]
    fn a_placeholder_is_no_login() {
        for person in people(&[]).unwrap() {
            let login = person.text.split("login: ").nth(1).unwrap();
            assert!(person.is_placeholder && !is_login(login.lines().next().unwrap()));
        }
    }
}
