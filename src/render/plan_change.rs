//! The words of a changed value: what was there and what is, or what came and what went.
//!
//! In: changed paths with their values. Out: plain text without colour, safe to show. Of lists it
//! is told what is added and removed, of long texts the place where they differ.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::plan::file::Change;
use crate::plan::file::Effectuation;
use crate::plan::file::Step;
use crate::plan::file::canonical;
use crate::plan::file::show;

use super::plan_inside::inside;
use super::words::{columns, count, cut, safe};

/// How many elements of a list are named where values are cut.
const NAMED: usize = 3;

/// The paths that say most about what is new, best first.
const TELLING: [&str; 6] = [
    "title",
    "relations.owner",
    "properties.owner",
    "properties.type",
    "properties.kind",
    "properties.lifecycle",
];

/// `replicas 3 -> 5`, `members + aojea - x`, values in at most `longest` columns.
pub(crate) fn change(of: &Step, change: &Change, longest: usize) -> String {
    let name = safe(name(of, &change.path)).into_owned();
    format!("{name} {}", values(change, longest))
}

/// The values of a change without its name: `3 -> 5`, `+ aojea - x`.
pub(crate) fn values(change: &Change, longest: usize) -> String {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let is_set = change.path.starts_with("relations.");
    // A relation that was not there is one without targets.
    let items = |value: Option<&'_ Json>| match value {
        Some(Json::Array(items)) => Some(items.clone()),
        None if is_set => Some(Vec::new()),
        _ => None,
    };
    if let Some(told) = before.zip(after).and_then(|(a, b)| inside(a, b, longest)) {
        return told;
    }
    if let (Some(a), Some(b)) = (items(before), items(after))
        && let Some(moved) = elements(&a, &b, is_set, longest)
    {
        return moved;
    }
    let (a, b) = cut_apart(before, after, longest);
    format!("{a} -> {b}")
}

/// Two values in at most `longest` columns each, which do not look alike.
pub(crate) fn cut_apart(
    before: Option<&Json>,
    after: Option<&Json>,
    longest: usize,
) -> (String, String) {
    let [a, b] = [before, after].map(|value| safe(&show(value)).into_owned());
    if columns(&a) <= longest && columns(&b) <= longest {
        return (a, b);
    }
    middles(&a, &b, longest)
}

/// `created`, and what tells most about what is new: `created, owner platform, type service`.
pub(crate) fn created(step: &Step, longest: usize) -> Vec<String> {
    let mut parts = vec!["created".to_owned()];
    let value = |path: &str| {
        let mut changes = step.changes.iter();
        let change = changes.find(|change| change.path == path)?;
        change.after.as_ref().map(|value| (change, value))
    };
    let told = TELLING.iter().filter_map(|path| value(path));
    parts.extend(told.take(2).map(|(change, value)| {
        let value = cut(&safe(&show(Some(value))), longest).into_owned();
        format!("{} {value}", safe(name(step, &change.path)))
    }));
    parts
}

/// What a step says of who is a member of what, no name of it cut: somebody may be made an
/// administrator by the last of them.
pub(crate) fn memberships(step: &Step) -> Vec<String> {
    let changes = step.changes.iter();
    let memberships = changes.filter(|change| is_membership(change));
    memberships
        .map(|one| change(step, one, usize::MAX))
        .collect()
}

/// Whether a change of a grant says to what somebody belongs; the rest of it are names.
pub(crate) fn is_membership(change: &Change) -> bool {
    change.path.starts_with("relations")
}

/// What a grant does: who becomes or ceases to be a member, then the names that count.
pub(crate) fn granted(step: &Step, longest: usize) -> Vec<String> {
    let mut parts = memberships(step);
    let names = step.changes.iter().filter(|change| !is_membership(change));
    parts.extend(names.map(|one| match step.does {
        Effectuation::Create => {
            let value = show(one.after.as_ref());
            let name = safe(name(step, &one.path));
            format!("{name} {}", cut(&safe(&value), longest))
        }
        _ => change(step, one, longest),
    }));
    parts
}

/// A path without the word before it that only says where a value is kept, unless another change
/// of the step would then have the same name.
pub(crate) fn name<'p>(of: &Step, path: &'p str) -> &'p str {
    let short = stripped(path);
    let mut others = of.changes.iter().filter(|change| change.path != path);
    if others.any(|change| stripped(&change.path) == short) {
        path
    } else {
        short
    }
}

fn stripped(path: &str) -> &str {
    let rest = ["properties", "relations"]
        .iter()
        .find_map(|kept_in| path.strip_prefix(kept_in));
    match rest {
        Some(rest) if rest.starts_with('[') => rest,
        Some(rest) if rest.len() > 1 => rest.strip_prefix('.').unwrap_or(path),
        _ => path,
    }
}

/// What is added and removed between two lists; none where nothing is, or all of it.
fn elements(before: &[Json], after: &[Json], is_set: bool, longest: usize) -> Option<String> {
    let mut times: BTreeMap<String, isize> = BTreeMap::new();
    for item in before {
        *times.entry(canonical(item)).or_default() += 1;
    }
    let mut added = Vec::new();
    for item in after {
        let left = times.entry(canonical(item)).or_default();
        *left -= 1;
        if *left < 0 {
            added.push(item);
        }
    }
    let mut removed = Vec::new();
    for item in before.iter().rev() {
        let left = times.entry(canonical(item)).or_default();
        if *left > 0 {
            *left -= 1;
            removed.push(item);
        }
    }
    removed.reverse();
    let stays = before.len() - removed.len();
    let is_one = stays == 0 && before.len() <= 1 && after.len() <= 1;
    let comes_or_goes = is_set && (before.is_empty() || after.is_empty());
    if (added.is_empty() && removed.is_empty()) || (is_one && !comes_or_goes) {
        return None;
    }
    let mut parts = Vec::new();
    if !added.is_empty() {
        parts.push(format!("+ {}", named(&added, longest)));
    }
    if !removed.is_empty() {
        // What an entity does not name any more is never cut.
        let longest = if is_set { usize::MAX } else { longest };
        parts.push(format!("- {}", named(&removed, longest)));
    }
    let kept = |all: &[Json], without: &[&Json]| -> Vec<String> {
        let gone = |item: &Json| without.iter().any(|other| std::ptr::eq(*other, item));
        let stay = all.iter().filter(|item| !gone(item));
        stay.map(canonical).collect()
    };
    if !is_set && kept(before, &removed) != kept(after, &added) {
        parts.push("(in another order)".to_owned());
    }
    Some(parts.join(" "))
}

/// Elements of a list by their values.
fn named(items: &[&Json], longest: usize) -> String {
    let most = if longest == usize::MAX {
        usize::MAX
    } else {
        NAMED.max(longest / 12)
    };
    let shown = items.iter().take(most);
    let mut shown: Vec<String> = shown
        .map(|item| cut(&safe(&show(Some(item))), longest).into_owned())
        .collect();
    if items.len() > most {
        shown.push(count(items.len() - most, "other", "others"));
    }
    shown.join(", ")
}

/// Two long texts around the place where they differ: `"(+40) ...see 4711... (+20)"`.
fn middles(a: &str, b: &str, longest: usize) -> (String, String) {
    const BEFORE: usize = 8;
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let skipped = same.saturating_sub(BEFORE);
    let ends = (cut(a, longest), cut(b, longest));
    // A few characters are not worth the words that they are left out, unless both would then
    // look alike.
    if ends.0 != ends.1 && (skipped <= 2 * BEFORE || longest < 2 * BEFORE) {
        return (ends.0.into_owned(), ends.1.into_owned());
    }
    let shown = |text: &str| {
        let mark = format!("(+{skipped}) ...");
        let rest: String = text.chars().skip(skipped).collect();
        let room = longest.saturating_sub(columns(&mark)).max(2 * BEFORE);
        let rest = rest.strip_suffix('"').unwrap_or(&rest);
        let end = if text.ends_with('"') { "\"" } else { "" };
        let start = if text.starts_with('"') { "\"" } else { "" };
        format!("{start}{mark}{}{end}", cut(rest, room))
    };
    (shown(a), shown(b))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::making::{change, step};
    use crate::plan::file::{Effectuation, Step};

    fn with(path: &str, before: serde_json::Value, after: serde_json::Value) -> Step {
        let mut step = step(1, "update", Effectuation::Change, "A");
        step.changes = vec![change(path, before, after, "f:1:1")];
        step
    }

    fn words(step: &Step, longest: usize) -> String {
        super::change(step, &step.changes[0], longest)
    }

    #[test]
    fn of_a_list_it_is_told_what_came_and_what_went() {
        let members: Vec<String> = (0..22).map(|n| format!("m{n:02}")).collect();
        let mut after = members.clone();
        after.retain(|member| member != "m07");
        after.insert(0, "aojea".to_owned());
        let step = with("relations.members", json!(members), json!(after));
        assert_eq!(words(&step, 24), "members + aojea - m07");
        let many = with("relations.members", json!([]), json!(members));
        assert_eq!(words(&many, 24), "members + m00, m01, m02, 19 others");
        let emptied = with("properties.tags", json!(["a", "b c"]), json!([]));
        assert_eq!(words(&emptied, 24), "tags - a, \"b c\"");
    }

    #[test]
    fn what_an_entity_names_no_more_is_never_cut() {
        let long = "a-team-with-a-name-of-more-than-twenty-four-columns";
        let before = json!(["b", "c", "d", "e", "f", long, "z"]);
        let step = with("relations.members", before, json!(["z"]));
        let shown = words(&step, 24);
        assert_eq!(shown, format!("members - b, c, d, e, f, {long}"));
    }

    #[test]
    fn a_grant_is_told_whole() {
        let members: Vec<String> = (0..9).map(|n| format!("{n}-{}", "x".repeat(30))).collect();
        let mut step = with("relations.members", json!([]), json!(members));
        step.action = "grant".to_owned();
        step.built_in = true;
        let plan = crate::render::cast::pr_412();
        let shown = super::super::plan_steps::summary(&plan, &step, 40, 24);
        assert_eq!(shown, format!("members + {}", members.join(", ")));
    }

    #[test]
    fn a_list_of_one_and_a_list_in_another_order_are_shown_whole() {
        let one = with("relations.uses", json!(["b"]), json!(["bb"]));
        assert_eq!(words(&one, 24), "uses [b] -> [bb]");
        let order = with("properties.steps", json!([1, 2]), json!([2, 1]));
        assert_eq!(words(&order, 24), "steps [1, 2] -> [2, 1]");
        let both = with("properties.steps", json!([1, 2, 3]), json!([3, 1]));
        assert_eq!(words(&both, 24), "steps - 2 (in another order)");
        let twice = with("properties.steps", json!([1, 1, 2]), json!([1, 2]));
        assert_eq!(words(&twice, 24), "steps - 1");
    }

    #[test]
    fn of_long_texts_the_place_where_they_differ_is_shown() {
        let text = |n: u32| {
            json!(format!(
                "a leak of memory in the carts, see incident {n} for all of it"
            ))
        };
        let step = with("properties.reason", text(4711), text(4712));
        let shown = words(&step, 40);
        assert!(shown.contains("4711") && shown.contains("4712"), "{shown}");
        assert!(shown.starts_with("reason \"(+"), "{shown}");
        let other = with("title", json!("x".repeat(60)), json!("y".repeat(60)));
        assert!(
            words(&other, 24).starts_with("title xxx"),
            "{}",
            words(&other, 24)
        );
    }

    #[test]
    fn of_a_long_rule_the_part_that_differs_is_shown() {
        let rule =
            |value: u32| json!([{"operator": ">=", "property": "readiness", "value": value}]);
        let step = with("properties.conditions", rule(2), rule(3));
        assert_eq!(words(&step, 24), "conditions [0].value 2 -> 3");
        let renamed = with(
            "properties.conditions",
            json!([{"a": "a long text, to begin with x"}, {"b": 1}]),
            json!([{"a": "a long text, to begin with y"}, {"c": 1}]),
        );
        let shown = words(&renamed, 24);
        assert!(shown.contains("[1].b 1 -> none"), "{shown}");
        assert!(shown.contains('x') && shown.contains('y'), "{shown}");
        let alike = with(
            "title",
            json!("aaaaaaaaaaaaaaaaaaaaa1"),
            json!("aaaaaaaaaaaaaaaaaaaaa2"),
        );
        let shown = words(&alike, 20);
        assert!(shown.contains("1 -> ") && shown.ends_with('2'), "{shown}");
    }

    #[test]
    fn a_path_keeps_what_is_needed_to_be_clear() {
        let named = |path: &str| words(&with(path, json!(1), json!(2)), 24);
        assert_eq!(named("properties.replicas"), "replicas 1 -> 2");
        assert_eq!(named("properties.nest.a.b"), "nest.a.b 1 -> 2");
        assert_eq!(named("properties[\"a.b\"].c"), "[\"a.b\"].c 1 -> 2");
        assert_eq!(
            named("properties.env[name=PORT].value"),
            "env[name=PORT].value 1 -> 2"
        );
        assert_eq!(named("title"), "title 1 -> 2");
        assert_eq!(named("properties."), "properties. 1 -> 2");
        let mut step = with("properties.owner", json!("a"), json!("b"));
        step.changes
            .push(change("relations.owner", json!("c"), json!("d"), "f:2:1"));
        assert_eq!(words(&step, 24), "properties.owner a -> b");
    }

    #[test]
    fn what_is_new_says_whose_it_is() {
        let mut step = step(1, "create", Effectuation::Create, "A");
        for (path, value) in [
            ("properties.language", json!("go")),
            ("properties.type", json!("service")),
            ("relations.owner", json!("platform")),
        ] {
            let mut new = change(path, json!(null), value, "f:1:1");
            new.before = None;
            step.changes.push(new);
        }
        assert_eq!(
            super::created(&step, 24).join(", "),
            "created, owner platform, type service"
        );
        step.changes.clear();
        assert_eq!(super::created(&step, 24), ["created"]);
    }
}
