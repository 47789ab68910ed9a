//! Accounts of a forge: the number of each login that a command names.
//!
//! A login can be given away, its number never. Who a login is, only the rules know.

use std::collections::BTreeMap;

/// The forge's unchangeable numbers of logins, as far as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// By login in lower case.
    ids: BTreeMap<String, String>,
}

impl Accounts {
    /// The numbers of logins, as they were written down.
    pub fn of(ids: &BTreeMap<String, String>) -> Self {
        let ids = ids.iter();
        Self {
            ids: ids
                .map(|(login, id)| (login.to_ascii_lowercase(), id.clone()))
                .collect(),
        }
    }

    /// Notes the number of a login.
    ///
    /// Errors: the other number that it has already.
    pub fn add(&mut self, login: &str, id: &str) -> Result<(), String> {
        let known = self
            .ids
            .entry(login.to_ascii_lowercase())
            .or_insert_with(|| id.to_owned());
        if known == id {
            Ok(())
        } else {
            Err(known.clone())
        }
    }

    /// The number of a login, if it was given.
    pub fn id_of(&self, login: &str) -> Option<&str> {
        self.ids
            .get(&login.to_ascii_lowercase())
            .map(String::as_str)
    }

    /// Whether two logins are known to be of one account.
    pub fn are_same(&self, one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
            || self
                .id_of(one)
                .is_some_and(|id| self.id_of(other) == Some(id))
    }

    /// The logins in lower case and their numbers.
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.ids
    }
}
