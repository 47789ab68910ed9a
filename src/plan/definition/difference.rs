//! What a changed definition says otherwise: its own paths, before and after.
//!
//! In: a definition on both sides. Out: a change for each leaf. Lists whose elements have names
//! are compared element by element where those that stay keep their order, which means something
//! here; other lists are one value. What is said of marked values is not shown.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::compile::Compiled;
use crate::model::path::segment;
use crate::plan::definition::marked::hidden;
use crate::plan::definition::{policies, written};
use crate::plan::diff::{Side, elements};
use crate::plan::file::{Change, canonical};
use crate::plan::mask::Masks;
use crate::plan::value::States;
use crate::syntax::{Entry, Node};
use crate::text::Span;

/// The keys by which elements of a definition's lists are told apart.
const NAMES: [&str; 2] = ["identifier", "id"];

/// The paths at which a definition that both sides have differs.
pub(in crate::plan) fn changes(
    states: &States<'_>,
    masks: &Masks<'_>,
    (kind, name): (&str, &str),
) -> Vec<Change> {
    if kind == "policy" {
        return policies::lines(states, masks, name);
    }
    let sides = [states.before, states.after].map(|side| root(side, kind, name));
    let [Some(old), Some(now)] = sides else {
        return Vec::new();
    };
    let [old, now] = hidden((states.secrecy(), masks), (kind, name), [old, now]);
    let mut leaves = Leaves {
        states,
        changes: Vec::new(),
    };
    leaves.compare("", (Some(&old), Some(&now)));
    leaves.changes
}

/// Whether a definition says of either side what is hidden: its digest could be tried.
pub(in crate::plan) fn has_hidden(
    states: &States<'_>,
    masks: &Masks<'_>,
    (kind, name): (&str, &str),
) -> bool {
    if kind == "policy" {
        return policies::has_hidden(states, name);
    }
    let sides = [states.before, states.after];
    let roots = sides.into_iter().filter_map(|side| root(side, kind, name));
    let roots: Vec<&Node> = roots.collect();
    let (Some(old), Some(now)) = (roots.first(), roots.last()) else {
        return false;
    };
    let copies = hidden((states.secrecy(), masks), (kind, name), [old, now]);
    let is_same = |(copy, root): (&Node, &Node)| written(copy) == written(root);
    !copies.iter().zip([*old, *now]).all(is_same)
}

/// All that a definition says.
fn root<'c>(compiled: &'c Compiled, kind: &str, name: &str) -> Option<&'c Node> {
    let catalog = &compiled.catalog;
    match kind {
        "blueprint" => catalog.find_blueprint(name).map(|(_, it)| &it.root),
        "action" => catalog.find_action(name).map(|it| &it.root),
        "connector" => catalog.find_connector(name).map(|it| &it.root),
        "scorecard" => {
            let mut all = catalog.scorecards.iter();
            all.find(|it| it.full_name() == name).map(|it| &it.root)
        }
        "settings" => catalog.settings.root.as_ref(),
        _ => None,
    }
}

/// The leaves that differ.
struct Leaves<'s, 'c> {
    states: &'s States<'c>,
    changes: Vec<Change>,
}

impl Leaves<'_, '_> {
    fn compare(&mut self, path: &str, sides: (Option<&Node>, Option<&Node>)) {
        if let Some(parts) = mappings(sides) {
            for (part, sides) in parts {
                self.compare(&format!("{path}{part}"), sides);
            }
            return;
        }
        let Some(elements) = lists(sides) else {
            self.whole(path, sides);
            return;
        };
        for (part, sides) in elements {
            let path = format!("{path}{part}");
            match sides {
                (Some(_), Some(_)) => self.compare(&path, sides),
                // An element that comes or goes is one change.
                _ => self.whole(&path, sides),
            }
        }
    }

    /// Compares two values as one.
    fn whole(&mut self, path: &str, sides: (Option<&Node>, Option<&Node>)) {
        let [before, after] = [sides.0, sides.1].map(|side| side.map(Node::to_json));
        let written = |value: &Option<Json>| value.as_ref().map(canonical);
        if written(&before) == written(&after) {
            return;
        }
        let place = |side, node: &Node| self.place(side, node.span);
        let place = match sides {
            (_, Some(now)) => place(Side::After, now),
            (old, None) => old.map_or_else(String::new, |old| place(Side::Before, old)),
        };
        self.changes.push(Change {
            path: path.strip_prefix('.').unwrap_or(path).to_owned(),
            before,
            after,
            place,
        });
    }

    fn place(&self, side: Side, span: Span) -> String {
        self.states.place(side, span)
    }
}

/// The parts of a value on both sides.
type Parts<'n> = Vec<(String, (Option<&'n Node>, Option<&'n Node>))>;

/// The keys of two mappings, of which one may be absent.
fn mappings<'n>((old, now): (Option<&'n Node>, Option<&'n Node>)) -> Option<Parts<'n>> {
    let entries = |node: Option<&'n Node>| match node {
        None => Some(&[][..]),
        Some(node) => node.as_mapping().filter(|entries| !entries.is_empty()),
    };
    let (a, b) = (entries(old)?, entries(now)?);
    let is_new = |entry: &&Entry| !a.iter().any(|it| it.key.value == entry.key.value);
    let keys = a.iter().chain(b.iter().filter(is_new));
    let part = |entry: &Entry| {
        let key = &entry.key.value;
        let at = |side: &'n [Entry]| crate::syntax::entry(side, key).map(|entry| &entry.node);
        (segment(key), (at(a), at(b)))
    };
    Some(keys.map(part).collect())
}

/// The elements of two lists by their names.
fn lists<'n>((old, now): (Option<&'n Node>, Option<&'n Node>)) -> Option<Parts<'n>> {
    let (old, now) = (old?, now?);
    NAMES.iter().find_map(|name| {
        let (a, b) = (elements(name, old)?, elements(name, now)?);
        let named = |item: &Node| Some(canonical(&item.get(name)?.to_json()));
        let order = |list: &'n Node, other: &BTreeMap<String, &Node>| -> Vec<String> {
            let known: BTreeSet<String> = other.values().filter_map(|it| named(it)).collect();
            let items = list.as_sequence().unwrap_or_default().iter();
            let items = items.filter_map(named);
            items.filter(|it| known.contains(it)).collect()
        };
        if order(old, &b) != order(now, &a) {
            return None;
        }
        let mut parts: Vec<&String> = a.keys().chain(b.keys()).collect();
        parts.sort_unstable();
        parts.dedup();
        let both = |part: &&String| {
            let sides = (a.get(*part).copied(), b.get(*part).copied());
            ((*part).clone(), sides)
        };
        Some(parts.iter().map(both).collect())
    })
}
