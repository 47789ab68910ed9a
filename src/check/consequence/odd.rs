//! A definition that is named as nobody names it: then it is the definition that is misspelt.
//!
//! In: findings that propose another name. Out: one finding at the definition in place of those
//! that would follow it, where at least two places agree on another name and none has its own. A
//! name that fewer places have than the one it would replace is not written for it. What the
//! settings made a warning stays one: it is told at its own place.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0229;
use crate::finding::fix::Change;
use crate::model::{Catalog, Entity};
use crate::source::Snapshot;
use crate::syntax::Node;
use crate::text::Advice;
use crate::text::{FileId, Located, Span, Text};

/// The findings about a name that is defined nowhere.
const UNKNOWN: [&str; 18] = [
    "E0204", "E0206", "E0208", "E0212", "E0216", "E0301", "E0303", "E0402", "E0405", "E0414",
    "E0415", "E0502", "E0503", "E0506", "E0507", "E0511", "E0701", "E0703",
];

/// The findings about what a definition asks for that nobody gives.
const ABSENT: [&str; 2] = ["E0205", "E0305"];

/// How many names are looked at.
const MOST: usize = 100;

/// How many places make it certain that they mean one name, however short it is.
const AGREED: usize = 3;

/// How many of the places are shown.
const SHOWN: usize = 3;

/// A name that is defined, and one that stands where it is meant.
type Pair = (String, String);

/// A definition.
struct Defined<'c> {
    span: Span,
    /// The blueprint or action that it is, or belongs to.
    of: Option<&'c Text>,
    /// How often it stands in what defines it.
    times: usize,
}

/// Tells of misspelt definitions in place of what follows from them; gives the names of
/// the blueprints and actions that they are, or that have them.
pub(super) fn name(
    catalog: &Catalog,
    snapshot: &Snapshot,
    findings: &mut Vec<Finding>,
) -> BTreeSet<Text> {
    let mut lacking = BTreeSet::new();
    let groups = groups(catalog, snapshot, findings);
    if groups.is_empty() {
        return lacking;
    }
    let names: BTreeSet<&str> = groups.keys().map(|(defined, _)| defined.as_str()).collect();
    let uses = uses(snapshot, &names);
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut told = Vec::new();
    for ((defined, meant), members) in &groups {
        let places = definitions(catalog, snapshot, defined);
        let times = uses.get(defined.as_str()).copied().unwrap_or(0);
        let own: usize = places.iter().map(|place| place.times).sum();
        let times = times.saturating_sub(own);
        // What says itself what it was called is not misspelt.
        let was = |it: &Entity| {
            it.identifier.value == *defined
                && it
                    .moved_from
                    .as_ref()
                    .is_some_and(|from| from.value == *meant)
        };
        if places.is_empty() || times >= members.len() || catalog.entities.iter().any(was) {
            continue;
        }
        let mut agreeing = BTreeMap::new();
        for n in members {
            if let Some(finding) = findings.get_mut(*n) {
                // Which of the names is meant is open: none is written for the other.
                finding.fix = None;
                let is_lowered =
                    finding.severity != Severity::Error && finding.code.severity == Severity::Error;
                if !is_lowered {
                    agreeing.insert(*n, finding.span);
                }
            }
        }
        // In prose a name may well be written in another case.
        let is_case = defined.to_lowercase() == meant.to_lowercase();
        let ([only], true, 2..) = (places.as_slice(), times == 0 || is_case, agreeing.len()) else {
            continue;
        };
        let places: Vec<Span> = agreeing.values().copied().collect();
        // What cannot be seen in it is told already, and is why nobody names it.
        let mut others = findings.iter();
        if !others.any(|it| it.code.id == "E0105" && it.span == only.span) {
            told.push(misspelt(only.span, (defined, meant), &places));
        }
        gone.extend(agreeing.into_keys());
        gone.extend(absent(findings, defined, only.span));
        if let Some(of) = only.of {
            lacking.insert(of.clone());
            lacking.extend((of == defined).then(|| Text::from(meant.as_str())));
        }
    }
    super::take_out(&gone, findings);
    findings.extend(told);
    lacking
}

/// The findings that propose a defined name, where several agree on what stands in its place.
fn groups(
    catalog: &Catalog,
    snapshot: &Snapshot,
    findings: &[Finding],
) -> BTreeMap<Pair, Vec<usize>> {
    let mut groups: BTreeMap<Pair, Vec<usize>> = BTreeMap::new();
    let identifiers = catalog
        .entities
        .iter()
        .map(|it| it.identifier.value.as_str());
    let whole: BTreeSet<&str> = identifiers.filter(|name| parts(name).len() > 1).collect();
    for (n, finding) in findings.iter().enumerate() {
        if UNKNOWN.contains(&finding.code.id)
            && let Some(pair) = proposed(finding, snapshot, &whole)
        {
            groups.entry(pair).or_default().push(n);
        }
    }
    // That a blueprint has another name is likely also where its name is short.
    let is_certain = |n: &usize| {
        let finding = findings.get(*n);
        finding.is_some_and(|it| it.fix.is_some() || it.code.id == "E0208")
    };
    let is_meant = |members: &Vec<usize>| {
        members.len() >= AGREED || members.len() > 1 && members.iter().any(is_certain)
    };
    // What only warns may be so on purpose, as a rule test about what somebody deletes.
    let is_wrong = |n: &usize| {
        let finding = findings.get(*n);
        finding.is_some_and(|it| it.code.severity == Severity::Error)
    };
    groups.retain(|_, members| is_meant(members) && members.iter().any(is_wrong));
    // Each is looked for in all files; nobody misspells so many.
    groups.into_iter().take(MOST).collect()
}

/// The finding of a misspelt definition.
pub(super) fn misspelt(span: Span, (defined, meant): (&str, &str), places: &[Span]) -> Finding {
    let times = places.len();
    let message = if defined.to_lowercase() == meant.to_lowercase() {
        format!("`{defined}` is written `{meant}` in the {times} places that name it")
    } else {
        format!("nothing names `{defined}`, and {times} places name `{meant}`")
    };
    let help =
        format!("did you mean `{meant}`? If `{defined}` is right, write it in all {times} places");
    let help = Advice::naming(meant, help);
    let finding = Finding::new(&E0229, span, message)
        .label("misspelt here, or there")
        .help(help);
    let shown = places.iter().take(SHOWN);
    shown.fold(finding, |finding, place| {
        finding.related(*place, "not found")
    })
}

/// The findings that miss in an entity what is defined at `span`.
fn absent(findings: &[Finding], name: &str, span: Span) -> Vec<usize> {
    let is_absent = |finding: &Finding| {
        let missing = finding.missing.as_ref();
        ABSENT.contains(&finding.code.id)
            && missing.is_some_and(|missing| missing.name == name)
            && finding.related.iter().any(|it| it.span.file == span.file)
    };
    let all = findings.iter().enumerate();
    all.filter(|(_, finding)| is_absent(finding))
        .map(|(n, _)| n)
        .collect()
}

/// The defined name that a finding proposes, and the one that stands in its place: of paths, the
/// parts that differ.
///
/// An identifier in `whole` looks like a path and is none.
fn proposed(finding: &Finding, snapshot: &Snapshot, whole: &BTreeSet<&str>) -> Option<Pair> {
    let written;
    let (from, to) = match finding.fix.as_ref().map(|fix| &fix.change) {
        Some(Change::Name { from, to }) => (from.as_str(), to.as_str()),
        Some(_) => return None,
        None => {
            written = snapshot.slice(finding.span).trim_matches(['"', '\'']);
            (written, finding.near.as_deref()?)
        }
    };
    if whole.contains(to) {
        return Some((to.to_owned(), from.to_owned()));
    }
    let (from, to) = (parts(from), parts(to));
    // What is proposed may name the whole path, or its last part alone.
    let behind = from.len().min(to.len());
    let (from, to) = (from.iter().rev(), to.iter().rev());
    let mut other = from
        .zip(to)
        .take(behind)
        .filter(|(one, other)| one != other);
    let (from, to) = other.next()?;
    other
        .next()
        .is_none()
        .then(|| ((*to).to_owned(), (*from).to_owned()))
}

/// The names of a path, of a reference, or of an enumerated type in rules.
fn parts(name: &str) -> Vec<&str> {
    let names = name.split(['.', '/']);
    names.flat_map(|name| name.split("__")).collect()
}

/// How often each name stands in the files, as a word of its own.
pub(super) fn uses<'n>(snapshot: &Snapshot, names: &BTreeSet<&'n str>) -> BTreeMap<&'n str, usize> {
    let count = |name: &str| {
        let texts = snapshot.files().map(|(id, _)| snapshot.text(id));
        texts.map(|text| words(text, name)).sum()
    };
    names.iter().map(|name| (*name, count(name))).collect()
}

/// How often a name stands in a text as a word of its own.
fn words(text: &str, name: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_word = |(start, found): &(usize, &str)| {
        let before = text.get(..*start).and_then(|it| it.chars().next_back());
        let behind = text.get(start + found.len()..);
        let behind = behind.and_then(|it| it.chars().next());
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    };
    text.match_indices(name).filter(is_word).count()
}

/// Where a name is defined: as a blueprint, a part of one, one of the words that a property may be,
/// an action, an input, a connector or an entity.
fn definitions<'c>(catalog: &'c Catalog, snapshot: &Snapshot, name: &str) -> Vec<Defined<'c>> {
    let mut found = Vec::new();
    let mut add = |defined: &Located<Text>, of: Option<&'c Text>, beside: usize| {
        if defined.value == name && defined.span.file != FileId::BUILT_IN {
            let span = defined.span;
            let times = 1 + beside;
            found.push(Defined { span, of, times });
        }
    };
    for blueprint in &catalog.blueprints {
        let own = Some(&blueprint.identifier.value);
        add(&blueprint.identifier, own, 0);
        let required = blueprint.required.iter().filter(|it| it.value == name);
        let beside = required.count();
        let properties = blueprint.properties.iter().map(|it| &it.name);
        let relations = blueprint.relations.iter().map(|it| &it.name);
        for part in properties.chain(relations).chain(blueprint.derived()) {
            add(part, own, beside);
        }
    }
    let properties = catalog.blueprints.iter().flat_map(|it| &it.properties);
    let inputs = catalog.actions.iter().flat_map(|it| &it.inputs.properties);
    let schemas = properties
        .map(|it| &it.schema)
        .chain(inputs.map(|it| &it.node));
    for schema in schemas {
        let beside = || words(snapshot.slice(schema.span), name).saturating_sub(1);
        for word in listed_words(schema).filter(|it| it.as_str() == Some(name)) {
            add(&Located::new(Text::from(name), word.span), None, beside());
        }
    }
    for action in &catalog.actions {
        let own = Some(&action.identifier.value);
        add(&action.identifier, own, 0);
        for input in &action.inputs.properties {
            add(&input.key, own, 0);
        }
    }
    for connector in &catalog.connectors {
        add(&connector.identifier, None, 0);
    }
    for entity in catalog.entities.iter().chain(&catalog.shadowed) {
        // People call it so too: that is no reference to it.
        let texts = entity.properties.iter().filter_map(|it| it.node.as_str());
        let texts = texts.chain(entity.title.as_ref().map(|title| title.value.as_str()));
        let beside = texts.map(|text| words(text, name)).sum();
        add(&entity.identifier, None, beside);
    }
    found
}

/// The words that a value may be, or each element of it.
fn listed_words(schema: &Node) -> impl Iterator<Item = &Node> {
    let own = [Some(schema), schema.get("items")].into_iter().flatten();
    let lists = own.filter_map(|it| it.get("enum")?.as_sequence());
    lists.flatten()
}
