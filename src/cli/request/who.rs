//! Who asks: the login that is named, or the person whose e-mail git commits with.
//!
//! A guess shows a plan and decides nothing: the gate asks the forge.

use std::path::Path;

use crate::cli::ask::Asking;
use crate::cli::git::Git;
use crate::cli::{Failure, Terminal};
use crate::policy::Principal;

/// What ends the addresses that GitHub hands out.
const NO_REPLY: &str = "@users.noreply.github.com";

/// The person, where that is known.
pub(super) fn who(
    asking: &Asking<'_>,
    named: Option<&str>,
    dir: &Path,
    terminal: Terminal,
) -> Result<Option<Principal>, Failure> {
    if let Some(named) = named {
        return asking.actor(named).map(Some);
    }
    let found = address(dir).and_then(|address| of_address(asking, &address));
    if let Some(found) = &found {
        let login = asking.rules.login(found);
        terminal.say(&format!("asked as {login}, by git's e-mail"));
    }
    Ok(found)
}

/// The e-mail that git commits with.
pub(super) fn address(dir: &Path) -> Option<String> {
    Git::at(dir).run(&["config", "--get", "user.email"]).ok()
}

/// The only person of an e-mail.
fn of_address(asking: &Asking<'_>, address: &str) -> Option<Principal> {
    if let Some(name) = address.strip_suffix(NO_REPLY) {
        let login = name.split_once('+').map_or(name, |(_, login)| login);
        let found = asking.rules.person(login, None);
        return matches!(found, Principal::Person(_)).then_some(found);
    }
    let catalog = &asking.compiled.catalog;
    let people = asking.rules.people();
    let mut found = people.iter().filter(|(_, id)| {
        let entity = catalog.entity(*id);
        let blueprint = entity.and_then(|entity| catalog.blueprint(entity.blueprint));
        let (Some(entity), Some(blueprint)) = (entity, blueprint) else {
            return false;
        };
        entity.properties.iter().any(|entry| {
            let property = blueprint.property(&entry.key.value);
            let format = property.and_then(|it| it.schema.get("format")?.as_str());
            let value = entry.node.as_str();
            format == Some("email") && value.is_some_and(|it| it.eq_ignore_ascii_case(address))
        })
    });
    match (found.next(), found.next()) {
        (Some((_, id)), None) => Some(Principal::Person(*id)),
        _ => None,
    }
}
