//! Any YAML or JSON becomes entities by rules of jq.
//!
//! In: the mapping files that the settings name, once; then, file by file, foreign trees. Out:
//! native entities. What an expression gives that is one path is the foreign value itself, with
//! its places; whatever else it gives stands at the element that it was made of. Knows no file
//! but the mappings, and no blueprint until [`Mappings::check`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0240;
use crate::model::Catalog;
use crate::model::settings::{Reader, Settings};
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::path::resolve;
use crate::syntax::Document;
use crate::syntax::MergeKeys;
use crate::text::{FileId, Located, Span, Text, choose};

mod budget;
mod entity;
mod failure;
mod formula;
mod input;
mod names;
mod nowhere;
mod place;
mod rule;
mod run;

use rule::Rule;
pub(in crate::model) use rule::Union;
pub(in crate::model) use run::finds_nothing;

/// The mappings that the settings name, by their paths as they are written there.
#[derive(Default)]
pub(in crate::model) struct Mappings {
    by_path: BTreeMap<Text, Mapping>,
}

/// One mapping file.
struct Mapping {
    /// Its rules; `None` where it cannot be used.
    rules: Option<Vec<Rule>>,
    /// Whether a part of its files was not read, so that nobody knows what is nowhere.
    is_blurred: AtomicBool,
}

/// An entity that a mapping makes.
pub(in crate::model) struct Mapped {
    /// Its tree.
    pub(in crate::model) document: Document,
    /// Where values stand that are only thought to be what an expression gave.
    pub(in crate::model) guessed: Vec<Span>,
    /// Whether others may say more of the same entity.
    pub(in crate::model) union: Union,
}

impl Mappings {
    /// Reads every mapping that the settings name.
    pub(in crate::model) fn read(
        settings: &Settings,
        selection: &Selection,
        snapshot: &Snapshot,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut mappings = Self::default();
        for source in &settings.sources {
            let Reader::Mapping(name) = &source.reader else {
                continue;
            };
            if !mappings.by_path.contains_key(&name.value) {
                // What leads out was refused with the settings.
                let path = resolve(selection.prefix(), &name.value).unwrap_or_default();
                let mapping = Mapping::read(name, &path, snapshot, findings);
                mappings.by_path.insert(name.value.clone(), mapping);
            }
        }
        mappings
    }

    /// Compares what the rules name with the blueprints; says what is unknown once, here, and
    /// not again for each entity.
    pub(in crate::model) fn check(
        &mut self,
        catalog: &Catalog,
        is_half_read: bool,
        findings: &mut Vec<Finding>,
    ) {
        for mapping in self.by_path.values_mut() {
            for rule in mapping.rules.iter_mut().flatten() {
                names::check(rule, catalog, is_half_read, findings);
            }
        }
    }

    /// The mappings of which a rule may read where a file stands, or that cannot be used.
    pub(in crate::model) fn reading_paths(&self) -> BTreeSet<Text> {
        let may_read = |mapping: &Mapping| match &mapping.rules {
            Some(rules) => rules.iter().any(Rule::reads_the_path),
            None => true,
        };
        let all = self.by_path.iter();
        all.filter(|(_, mapping)| may_read(mapping))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Says which paths led to nothing, once all files were read.
    pub(in crate::model) fn nowhere(&self, snapshot: &Snapshot, findings: &mut Vec<Finding>) {
        let mappings = self.by_path.values();
        let whole = mappings.filter(|mapping| !mapping.is_blurred.load(Ordering::Relaxed));
        for rule in whole.flat_map(|mapping| mapping.rules.iter().flatten()) {
            findings.extend(
                rule.values()
                    .filter_map(|formula| formula.nowhere(snapshot)),
            );
        }
    }

    /// What the rules of a mapping make; of one that cannot be used it may be anything.
    pub(in crate::model) fn makers(&self, mapping: &str) -> Vec<Maker<'_>> {
        let rules = self.by_path.get(mapping).and_then(|it| it.rules.as_ref());
        let Some(rules) = rules else {
            return vec![Maker {
                blueprint: None,
                identifier: None,
            }];
        };
        rules.iter().map(Rule::maker).collect()
    }

    /// The entities of a file, and how much of it was understood. `path` is relative to the
    /// settings.
    pub(in crate::model) fn entities(
        &self,
        mapping: &str,
        path: &str,
        documents: &[Document],
        findings: &mut Vec<Finding>,
    ) -> (Vec<Mapped>, Understood) {
        let Some(mapping) = self.by_path.get(mapping) else {
            return (Vec::new(), Understood::Nothing);
        };
        let Some(rules) = &mapping.rules else {
            return (Vec::new(), Understood::Nothing);
        };
        let mut made = Vec::new();
        let mut understood = Understood::All;
        for document in documents.iter().filter(|document| !document.root.is_null()) {
            let of_it = run::run(
                rules,
                path,
                (document, documents.len()),
                &mut made,
                findings,
            );
            understood = understood.and(of_it);
        }
        if understood != Understood::All {
            mapping.is_blurred.store(true, Ordering::Relaxed);
        }
        (made, understood)
    }
}

/// How much of a file the rules of its mapping could make something of.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::model) enum Understood {
    /// All of it.
    All,
    /// Not what these rules, by their numbers, would have made entities of; where there are none
    /// every entity was made, and some lack a value.
    Without(BTreeSet<usize>),
    /// Nobody knows what is missing.
    Nothing,
}

impl Understood {
    /// What is understood of two documents.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::All, one) | (one, Self::All) => one,
            (Self::Without(mut rules), Self::Without(more)) => {
                rules.extend(more);
                Self::Without(rules)
            }
        }
    }

    /// Whether an entity of a rule may be missing.
    pub(in crate::model) fn loses(&self, rule: usize) -> bool {
        match self {
            Self::All => false,
            Self::Without(rules) => rules.contains(&rule),
            Self::Nothing => true,
        }
    }
}

/// What a rule makes of the values of a file.
pub(in crate::model) struct Maker<'m> {
    /// The blueprint of its entities; absent: it depends on the file, or is not known.
    pub(in crate::model) blueprint: Option<&'m str>,
    /// The key whose value is their identifier; absent: there is no such key.
    pub(in crate::model) identifier: Option<&'m str>,
}

impl Mapping {
    fn read(
        name: &Located<Text>,
        path: &str,
        snapshot: &Snapshot,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let Some(file) = snapshot.find(path) else {
            findings.push(missing(name, path, snapshot));
            return Self::of(None);
        };
        if snapshot.file(file).is_none_or(|file| file.text.is_err()) {
            findings.push(broken(name, "the mapping cannot be read"));
            return Self::of(None);
        }
        let before = findings.len();
        let rules = rules_of(file, snapshot, findings);
        let is_broken = findings
            .iter()
            .skip(before)
            .any(|finding| finding.severity == Severity::Error);
        if is_broken {
            findings.push(broken(name, "the mapping is broken"));
        }
        Self::of((!is_broken).then_some(rules))
    }

    fn of(rules: Option<Vec<Rule>>) -> Self {
        Self {
            rules,
            is_blurred: AtomicBool::new(false),
        }
    }
}

fn rules_of(file: FileId, snapshot: &Snapshot, findings: &mut Vec<Finding>) -> Vec<Rule> {
    let (documents, found) = crate::syntax::parse(file, snapshot.text(file), MergeKeys::Refused);
    let is_readable = found.is_empty();
    findings.extend(found);
    if !is_readable {
        return Vec::new();
    }
    documents
        .iter()
        .filter(|document| !document.root.is_null())
        .flat_map(|document| rule::read(&document.root, snapshot, findings))
        .collect()
}

/// The finding that files are not read because their mapping is of no use.
fn broken(name: &Located<Text>, why: &str) -> Finding {
    Finding::new(
        &E0240,
        name.span,
        format!("nothing is read by `{}`: {why}", name.value),
    )
    .label("cannot be used")
    .help("repair the mapping; until then the files of this source count as unread")
}

fn missing(name: &Located<Text>, path: &str, snapshot: &Snapshot) -> Finding {
    let near: Vec<&str> = snapshot
        .files()
        .map(|(_, file)| file.path.as_str())
        .filter(|path| path.contains("mappings/"))
        .collect();
    let finding = Finding::new(
        &E0240,
        name.span,
        format!("there is no mapping `{}`", name.value),
    )
    .label("not found");
    if near.is_empty() {
        return finding.help(format!("write the rules to `{path}`"));
    }
    finding.help(choose(path, &near))
}
