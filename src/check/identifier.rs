//! Names that a reader takes for one another: equal but for case, or written with letters of
//! another script, or with letters and digits of ASCII, that look the same.
//!
//! Only what is certain is said. Names that differ in separators are ordinary; so is a name in
//! any script, and one that has words of several scripts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::check::Subject;
use crate::check::place::within;
use crate::finding::Finding;
use crate::finding::codes::{E0310, E0311};
use crate::text::{FileId, Located, Text, visible};

mod skeleton;

/// Names of one kind that collide, and names that mix scripts.
pub(super) fn identifiers(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    for (id, blueprint) in catalog.kinds() {
        let names: Vec<&Located<Text>> = catalog
            .entities_of(id)
            .iter()
            .map(|entity| &entity.identifier)
            .collect();
        look(subject, &blueprint.identifier.value, &names, findings);
    }
    let blueprints = catalog.blueprints.iter().map(|it| &it.identifier).collect();
    let actions = catalog.actions.iter().map(|it| &it.identifier).collect();
    let connectors = catalog
        .connectors
        .iter()
        .filter(|connector| !connector.is_built_in())
        .map(|connector| &connector.identifier)
        .collect();
    let kinds: [(&str, Vec<&Located<Text>>); 3] = [
        ("blueprint", blueprints),
        ("action", actions),
        ("connector", connectors),
    ];
    for (kind, names) in kinds {
        look(subject, kind, &names, findings);
    }
}

/// The names of one kind, which are all different.
fn look(subject: &Subject<'_>, kind: &str, names: &[&Located<Text>], findings: &mut Vec<Finding>) {
    let mut told = vec![false; names.len()];
    let foreign: Vec<usize> = (0..)
        .zip(names)
        .filter(|(_, name)| !name.value.is_ascii())
        .map(|(n, _)| n)
        .collect();
    for group in groups(names, |name| vec![folded(name)]) {
        let mut group: Vec<usize> = group;
        group.sort_by_key(|n| names.get(*n).map(|name| name.span));
        let Some((first, rest)) = group.split_first() else {
            continue;
        };
        for second in rest {
            if let (Some(first), Some(name)) = (names.get(*first), names.get(*second)) {
                findings.push(in_case(kind, first, name));
            }
            if let Some(told) = told.get_mut(*second) {
                *told = true;
            }
        }
    }
    in_ascii(kind, names, &mut told, findings);
    if foreign.is_empty() {
        return;
    }
    for group in groups(names, skeleton::of) {
        // What is plain ASCII is what the others are taken for.
        let mut group: Vec<usize> = group;
        group.sort_by_key(|n| {
            names
                .get(*n)
                .map(|name| (!name.value.is_ascii(), name.span))
        });
        let Some((first, rest)) = group.split_first() else {
            continue;
        };
        for second in rest {
            let (Some(first), Some(name), Some(told)) =
                (names.get(*first), names.get(*second), told.get_mut(*second))
            else {
                continue;
            };
            if !*told && !name.value.is_ascii() {
                *told = true;
                findings.push(alike(kind, first, name));
            }
        }
    }
    for n in foreign {
        if let (Some(name), Some(false)) = (names.get(n), told.get(n)) {
            findings.extend(mixed(subject, kind, name));
        }
    }
}

/// Names of ASCII that look the same in many fonts: `cart1` and `cartl`.
fn in_ascii(kind: &str, names: &[&Located<Text>], told: &mut [bool], findings: &mut Vec<Finding>) {
    for mut group in groups(names, |name| skeleton::of_ascii(name).into_iter().collect()) {
        group.sort_by_key(|n| names.get(*n).map(|name| name.span));
        let Some((first, rest)) = group.split_first() else {
            continue;
        };
        for second in rest {
            let (Some(first), Some(name), Some(told)) =
                (names.get(*first), names.get(*second), told.get_mut(*second))
            else {
                continue;
            };
            if !std::mem::replace(told, true) {
                let finding = alike(kind, first, name);
                findings.push(finding.help("give one of the two a name that nobody misreads"));
            }
        }
    }
}

/// Numbers of names that share a key, where there are at least two.
fn groups(names: &[&Located<Text>], keys: impl Fn(&str) -> Vec<String> + Sync) -> Vec<Vec<usize>> {
    let hash = |key: &str| {
        let mut hasher = FxHasher::default();
        key.hash(&mut hasher);
        hasher.finish()
    };
    let mut hashes: Vec<(u64, usize)> = names
        .par_iter()
        .enumerate()
        .flat_map_iter(|(n, name)| {
            keys(&name.value)
                .into_iter()
                .map(move |key| (hash(&key), n))
        })
        .collect();
    hashes.par_sort_unstable();
    hashes.dedup();
    let mut groups = Vec::new();
    for alike in hashes.chunk_by(|a, b| a.0 == b.0) {
        if alike.len() < 2 {
            continue;
        }
        // Keys that only hash alike are told apart here.
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (own, n) in alike {
            let name = names.get(*n).map_or("", |name| &name.value);
            for key in keys(name).into_iter().filter(|key| hash(key) == *own) {
                by_key.entry(key).or_default().push(*n);
            }
        }
        groups.extend(by_key.into_values().filter_map(|mut group| {
            group.dedup();
            (group.len() > 1).then_some(group)
        }));
    }
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// A name without the difference of case.
fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // To capitals and back: letters with two small forms become one.
    name.to_uppercase().to_lowercase()
}

/// The two with the one that has a place behind: what is built in stands in no file.
fn placed<'n>(first: &'n Located<Text>, second: &'n Located<Text>) -> [&'n Located<Text>; 2] {
    if second.span.file == FileId::BUILT_IN {
        [second, first]
    } else {
        [first, second]
    }
}

fn in_case(kind: &str, first: &Located<Text>, second: &Located<Text>) -> Finding {
    let [first, second] = placed(first, second);
    let help = if first.span.file == FileId::BUILT_IN {
        format!(
            "`{}` is built in, for the descriptors of Backstage: give this one another name",
            first.value
        )
    } else {
        "keep one of the two, or give it a name that is told apart when it is spoken".to_owned()
    };
    Finding::new(
        &E0310,
        second.span,
        format!(
            "{kind} `{}` differs from `{}` only in case",
            second.value, first.value
        ),
    )
    .label("one of two that read alike")
    .related(first.span, "the other")
    .help(help)
}

fn alike(kind: &str, first: &Located<Text>, second: &Located<Text>) -> Finding {
    let [first, second] = placed(first, second);
    Finding::new(
        &E0310,
        second.span,
        format!(
            "{kind} `{}` looks like `{}` and is not the same",
            visible(&second.value),
            visible(&first.value)
        ),
    )
    .label(different(&first.value, &second.value))
    .related(first.span, "the other")
    .help(format!("type the name again, or delete this {kind}"))
}

/// The first character of `second` that is not that of `first`.
fn different(first: &str, second: &str) -> Cow<'static, str> {
    let at = first.chars().zip(second.chars()).find(|(a, b)| a != b);
    match at {
        Some((expected, is)) if expected.is_ascii_graphic() && is.is_ascii_graphic() => {
            format!("has `{is}` in place of `{expected}`").into()
        }
        Some((expected, is)) if expected.is_ascii_graphic() => {
            format!("has U+{:04X} in place of `{expected}`", u32::from(is)).into()
        }
        _ => "other characters, the same picture".into(),
    }
}

/// A word of Latin letters with letters of another script in it that look like Latin ones.
fn mixed(subject: &Subject<'_>, kind: &str, name: &Located<Text>) -> Option<Finding> {
    let (from, to) = skeleton::foreign(&name.value)?;
    let part = name.value.get(from..to).unwrap_or("");
    let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let span = within(subject.snapshot, name.span, &name.value, at(from), at(to));
    let latin = skeleton::of(part).into_iter().next().unwrap_or_default();
    let script = part.chars().next().and_then(skeleton::script)?;
    Some(
        Finding::new(
            &E0311,
            span,
            format!("{kind} `{}` is written in two scripts", name.value),
        )
        .label(format!("{script}, looks like `{latin}`"))
        .help("type the name again with the letters of one script"),
    )
}
