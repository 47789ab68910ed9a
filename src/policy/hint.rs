//! What to write in place of what a rule says and cannot be: hints that need the catalog.
//!
//! In: a name that is not there, or a rule that applies to nobody. Out: what to write.

use crate::model::{Action, Catalog};
use crate::policy::tokens::tokens;
use crate::policy::vocabulary::Vocabulary;
use crate::text::{choose, nearest};

/// What stands in the context of every question.
const CONTEXT: [&str; 7] = ["after", "before", "cause", "changed", "kind", "now", "path"];

/// The shortest beginning of a name by which it is known.
const BEGUN: usize = 3;

/// Whether a name is likely to be another one: nearly written so, or begun.
pub(super) fn is_near(name: &str, other: &str) -> bool {
    is_begun(name, other) || nearest(name, [other]).is_some()
}

fn is_begun(name: &str, other: &str) -> bool {
    name.len() >= BEGUN && other.starts_with(name)
}

/// The only action whose name begins so.
pub(super) fn action<'c>(catalog: &'c Catalog, name: &str) -> Option<&'c str> {
    let all = catalog.actions.iter();
    begun(name, all.map(|action| action.identifier.value.as_str()))
}

/// The only one of some names that begins so.
pub(super) fn begun<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let mut begun = names.into_iter().filter(|it| is_begun(name, it));
    begun.next().filter(|_| begun.next().is_none())
}

/// What to write for `context.n` or `context.inputs.n` that is not there: the input of the action,
/// also by the beginning of its name, or that another action of the rule has it.
pub(super) fn input(
    catalog: &Catalog,
    name: &str,
    (message, text): (&str, &str),
) -> Option<String> {
    let action = catalog.find_action(message.split('"').nth(1)?)?;
    if action.inputs.schema(name).is_some() {
        return Some(format!("write `context.inputs.{name}`"));
    }
    let all = tokens(text);
    let mut named = all
        .iter()
        .filter_map(|word| catalog.find_action(word.plain()?));
    if message.contains("inputs.") && named.any(|action| action.inputs.schema(name).is_some()) {
        return Some(format!(
            "not all actions of this rule have it: `context.inputs has {name} && ...`"
        ));
    }
    if !message.contains("inputs.") {
        return None;
    }
    let inputs: Vec<&str> = inputs(action).collect();
    let mut begun = inputs.iter().filter(|input| is_begun(name, input));
    match (begun.next(), begun.next()) {
        (Some(only), None) => Some(format!("did you mean `{only}`?")),
        _ if inputs.is_empty() => None,
        _ => Some(choose(name, &inputs).words),
    }
}

fn inputs(action: &Action) -> impl Iterator<Item = &str> {
    let inputs = action.inputs.properties.iter();
    inputs.map(|entry| entry.key.value.as_str())
}

/// What to write for `resource.path`: the context has it.
pub(super) fn of_context(name: &str) -> Option<String> {
    let is_of_context = CONTEXT.contains(&name);
    is_of_context.then(|| format!("write `context.{name}`"))
}

/// What to write for `principal == Team::"sre"`: who asks is a person, who is in a team.
pub(super) fn in_a_group(text: &str, vocabulary: &Vocabulary) -> Option<String> {
    let all = tokens(text);
    let person = vocabulary.person.as_ref()?;
    let mut kinds = vocabulary.kinds.iter().flatten();
    let people = kinds.find(|kind| kind.name == *person)?;
    let mut groups = all.windows(5).filter_map(|words| {
        let [who, sign, kind, _, name] = words else {
            return None;
        };
        let mut groups = people.groups.iter();
        let is_group = groups.any(|group| group.basename() == kind.text);
        let is_asked = who.is("principal") && sign.is("==") && is_group;
        is_asked.then_some((kind.text, name.text))
    });
    let (kind, name) = groups.next()?;
    Some(format!(
        "who asks is a person: write `principal in {kind}::{name}`"
    ))
}
