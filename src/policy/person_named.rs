//! People, and what they are in, that a rule compares with something of another kind.
//!
//! In: a comparison, and the types of its sides. Out: what was meant.

use crate::model::Catalog;
use crate::policy::hint;
use crate::policy::names::identifier;
use crate::policy::tokens::Token;

/// What to write for a comparison with who asks.
pub(super) fn of_people(source: &str, types: (&str, &str), catalog: &Catalog) -> Option<String> {
    let (left, right) = source.split_once("==")?;
    let sides = (left.trim(), right.trim());
    of_a_group(sides, catalog).or_else(|| of_a_person(sides, types, catalog))
}

/// What to write for `resource.owner.leader == principal.login`: who asks is that person.
fn of_a_person(
    (left, right): (&str, &str),
    (one, other): (&str, &str),
    catalog: &Catalog,
) -> Option<String> {
    let people = &catalog.settings.people.as_ref()?.blueprint.value;
    let kinds = [one, other];
    if !kinds.contains(&"String") || !kinds.contains(&identifier(people).as_str()) {
        return None;
    }
    let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_of_asker = |side: &str| side.strip_prefix("principal.").is_some_and(is_name);
    match (is_of_asker(left), is_of_asker(right)) {
        (false, true) => Some(format!("write `{left} == principal`")),
        (true, false) => Some(format!("write `principal == {right}`")),
        _ => None,
    }
}

/// What to write for `principal.teams == Team::"sre"`: who asks is in it, also by way of another.
fn of_a_group((left, right): (&str, &str), catalog: &Catalog) -> Option<String> {
    let name = left.trim().strip_prefix("principal.")?;
    let people = catalog.settings.people.as_ref()?;
    let (_, person) = catalog.find_blueprint(&people.blueprint.value)?;
    let is_group = person.relation(name)?.1.member_of && right.contains("::");
    is_group.then(|| format!("write `principal in {}`", right.trim()))
}

/// What to write for `principal in ["sre"]`, a list of texts behind `in`.
pub(super) fn in_a_list(list: &[Token<'_>], catalog: &Catalog) -> Option<String> {
    let names: Vec<&str> = list.iter().filter_map(Token::plain).collect();
    let written = |name: &&str| Some(format!("{}::\"{name}\"", hint::kind_of(catalog, name)?.0));
    let entities: Option<Vec<String>> = names.iter().map(written).collect();
    (!names.is_empty()).then(|| match entities {
        Some(all) => format!("write `[{}]`", all.join(", ")),
        None => "`in` asks what something is a member of: compare a value with `==`, or write `[...].contains(...)`".to_owned(),
    })
}
