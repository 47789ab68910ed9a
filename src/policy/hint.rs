//! What to write in place of what a rule says and cannot be: hints that need the catalog.
//!
//! In: a name that is not there, or a rule that applies to nobody. Out: what to write.

use std::ops::Range;

use crate::model::{Action, BlueprintId, Catalog};
use crate::policy::lint;
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Token, tokens};
use crate::policy::vocabulary::{Kind, Vocabulary};
use crate::policy::{compare, names, wording};
use crate::text::{Advice, choose, nearest};

/// What stands in the context of every question.
const CONTEXT: [&str; 8] = [
    "after", "before", "cause", "changed", "inputs", "kind", "now", "path",
];

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
    let Some(action) = catalog.find_action(message.split('"').nth(1)?) else {
        let help = "only actions of the catalog have inputs: what is set stands in `context.after`";
        return (name == "inputs").then(|| help.to_owned());
    };
    if name == "inputs" && !inputs(action).any(|_| true) {
        return Some(format!("`{}` has no inputs", action.identifier.value));
    }
    let is_of_inputs = message.contains("inputs.");
    if action.inputs.schema(name).is_some() {
        // One that stands there and is not found has no type in rules.
        return (!is_of_inputs).then(|| format!("write `context.inputs.{name}`"));
    }
    let all = tokens(text);
    let mut named = all
        .iter()
        .filter_map(|word| catalog.find_action(word.plain()?));
    if is_of_inputs && named.any(|action| action.inputs.schema(name).is_some()) {
        return Some(format!(
            "not all actions of this rule have it: `context.inputs has {name} && ...`"
        ));
    }
    if !is_of_inputs {
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

/// What to write for `resource.region` where an action of the rule has an input of that name.
pub(super) fn own_input(rule: &Rule, vocabulary: &Vocabulary, name: &str) -> Option<String> {
    let actions = lint::actions(rule, vocabulary);
    let mut inputs = actions.iter().flat_map(|action| action.inputs.iter());
    let is_one = rule.scope != Scope::All && inputs.any(|input| input.name == name);
    is_one.then(|| format!("it is an input: write `context.inputs.{name}`"))
}

/// What to write for `resource.path`: the context has it.
pub(super) fn of_context(name: &str) -> Option<String> {
    let is_of_context = CONTEXT.contains(&name);
    is_of_context.then(|| format!("write `context.{name}`"))
}

/// Whether a name is one of who asks: `principal.kind`.
pub(super) fn is_of_who_asks(text: &str, place: &Range<usize>) -> bool {
    let all = tokens(text.get(..place.start).unwrap_or_default());
    let is_whole = |who: &[Token<'_>]| !who.last().is_some_and(|token| token.is("."));
    match all.as_slice() {
        [before @ .., who, sign] => {
            who.is("principal") && (sign.is(".") || sign.is("[")) && is_whole(before)
        }
        _ => false,
    }
}

/// What to write for a name of who asks that people do not have: the context and other kinds are
/// no help there.
pub(super) fn of_person(
    vocabulary: &Vocabulary,
    name: &str,
    near: Option<Advice>,
) -> Option<Advice> {
    let person = vocabulary.person.as_ref()?;
    let mut kinds = vocabulary.kinds.iter().flatten();
    let people: &Kind = kinds.find(|kind| kind.name == *person)?;
    let gap = people.attributes.gaps.iter().find(|(own, _)| own == name);
    let of = &people.blueprint;
    if let Some((_, gap)) = gap {
        let words = gap.words();
        return Some(format!("rules cannot read `{name}` of {of}: {words}").into());
    }
    Some(near.unwrap_or_else(|| {
        format!("add the property `{name}` to the blueprint {of}, or name people and teams").into()
    }))
}

/// The kind of the entity that has a name, and whether it is a person: people first, then what they
/// are in, then all else.
pub(super) fn kind_of(catalog: &Catalog, name: &str) -> Option<(String, bool)> {
    let people = catalog.settings.people.as_ref();
    let people = people.and_then(|it| catalog.find_blueprint(&it.blueprint.value));
    let groups = people.map(|(_, blueprint)| catalog.groups_above(blueprint));
    let people = people.map(|(id, _)| id);
    let all = (0..).take(catalog.blueprints.len()).map(BlueprintId);
    let kinds = people.into_iter().chain(groups.into_iter().flatten());
    let id = kinds
        .chain(all)
        .find(|id| catalog.find_entity(*id, name).is_some())?;
    let kind = &catalog.blueprint(id)?.identifier.value;
    Some((names::identifier(kind), people == Some(id)))
}

/// What to write for a text in the scope where an entity stands: `principal == "lin"`.
pub(super) fn as_entity(before: &[Token<'_>], name: &str, catalog: &Catalog) -> String {
    let variables = ["principal", "action", "resource"];
    let is_variable = |token: &&Token<'_>| variables.iter().any(|it| token.is(it));
    let variable = before.iter().rev().find(is_variable).map(|it| it.text);
    if variable == Some("action") {
        return format!("write its kind before it: `Action::\"{name}\"`");
    }
    match kind_of(catalog, name) {
        Some((kind, is_person)) if variable == Some("principal") => {
            let sign = if is_person { "==" } else { "in" };
            format!("write `principal {sign} {kind}::\"{name}\"`")
        }
        Some((kind, _)) => format!("write its kind before it: `{kind}::\"{name}\"`"),
        None => {
            // Who asks is a person; what an action is done to is of its blueprint.
            let people = catalog.settings.people.as_ref();
            let people = people.filter(|_| variable == Some("principal"));
            let actions = before
                .iter()
                .filter_map(|it| catalog.find_action(it.plain()?));
            let mut blueprints = actions.map(|action| &action.blueprint.value);
            let kind = people.map(|it| &it.blueprint.value);
            let kind = kind.or_else(|| blueprints.next());
            let kind = kind.map_or_else(|| "Kind".to_owned(), |it| names::identifier(it));
            format!("nothing is called so; write its kind before its name, as in `{kind}::\"...\"`")
        }
    }
}

/// What to write for `resource.properties.replicas`: rules read attributes flat.
pub(super) fn flat(text: &str, place: &Range<usize>, name: &str) -> Option<String> {
    let below = below(text, place.end)?;
    let is_group = matches!(name, "properties" | "relations");
    is_group.then(|| format!("leave `{name}` out: `resource.{below}`"))
}

/// What to write for `n in [1, 2]`: `in` asks what an entity is in.
pub(super) fn listed(text: &str, range: &Range<usize>, source: &str) -> Option<String> {
    let rest = text.get(range.end..)?.trim_start();
    let list = rest.strip_prefix("in")?.trim_start();
    let end = list.starts_with('[').then(|| list.find(']'))??;
    let list = list.get(..=end)?;
    let is_of_entities = list.contains("::");
    (!is_of_entities).then(|| format!("write `{list}.contains({source})`"))
}

/// What to write for `resource.owner like "c*"`: an entity is no text.
pub(super) fn liked(
    text: &str,
    range: &Range<usize>,
    source: &str,
    message: &str,
) -> Option<String> {
    let rest = text.get(range.end..)?.trim_start();
    let (_, saw) = wording::types(message).filter(|_| rest.starts_with("like"))?;
    let kind = saw.trim_matches('`');
    compare::is_kind(kind).then(|| {
        format!("`like` is for texts: write `{source} == {kind}::\"...\"`, `||` between several")
    })
}

/// The name that stands behind a dot.
fn below(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?.strip_prefix('.')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let name = rest.get(..end.unwrap_or(rest.len()))?;
    (!name.is_empty()).then_some(name)
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
