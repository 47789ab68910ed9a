//! Reads the keys of a mapping into typed values; every way in which that can fail is a
//! finding at the key or value, and the rest is still read.

use crate::finding::Finding;
use crate::finding::Many;
use crate::finding::Part;
use crate::finding::Wanted;
use crate::finding::codes::{E0201, E0202, E0203, E0204, E0501};
use crate::model::duration::{self, Seconds};
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::syntax::is_misquoted;
use crate::syntax::retyped;
use crate::text::{Located, Span, Text, has_hidden};

/// The keys of one mapping while they are read.
pub(super) struct Fields<'n, 'f> {
    /// What the mapping is, for messages: `an action`.
    what: &'static str,
    entries: &'n [Entry],
    /// Where a missing key is reported: the key that leads to the mapping, or its start.
    place: Span,
    known: Vec<&'static str>,
    /// Keys that have their place elsewhere, each with the key that it stands below.
    elsewhere: &'static [(&'static str, &'static str)],
    pub(super) findings: &'f mut Vec<Finding>,
}

impl<'n, 'f> Fields<'n, 'f> {
    /// The keys of `node`, which must be a mapping; `place` is where a missing key is reported.
    pub(super) fn of(
        what: &'static str,
        node: &'n Node,
        place: Span,
        findings: &'f mut Vec<Finding>,
    ) -> Option<Self> {
        let Some(entries) = node.as_mapping() else {
            findings.push(wrong_type(node, "a mapping", &format!("{what} must be")));
            return None;
        };
        Some(Self {
            what,
            entries,
            place,
            known: Vec::new(),
            elsewhere: &[],
            findings,
        })
    }

    /// The entry of a key that may be absent; an explicit null is absent.
    pub(super) fn entry(&mut self, key: &'static str) -> Option<&'n Entry> {
        #[cfg(test)]
        known::note(self.what, key);
        self.known.push(key);
        self.entries
            .iter()
            .find(|entry| entry.key.value == key)
            .filter(|entry| !entry.node.is_null())
    }

    /// Keys that are often written here and stand elsewhere, each with the key that it is below.
    pub(super) fn elsewhere(&mut self, keys: &'static [(&'static str, &'static str)]) {
        self.elsewhere = keys;
    }

    /// Reports keys that are left empty, of which an empty one is no absent one: who may do what
    /// would not be what was meant.
    pub(super) fn filled(&mut self, keys: &[&str]) {
        let is_empty = |entry: &&Entry| entry.node.is_null() && keys.contains(&&*entry.key.value);
        for entry in self.entries.iter().filter(is_empty) {
            let message = format!("`{}` has no value", entry.key.value);
            self.findings.push(
                Finding::new(&E0203, entry.key.span, message)
                    .label("left empty")
                    .help("give it a value, or take the key out"),
            );
        }
    }

    /// The value of a key that may be absent.
    pub(super) fn node(&mut self, key: &'static str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// A string that may be absent.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Located<Text>> {
        let node = self.node(key)?;
        text_of(node, key, self.findings)
    }

    /// A length of time that may be absent. A bare number lacks its unit.
    pub(super) fn duration(&mut self, key: &'static str, max: Seconds) -> Option<Seconds> {
        let node = self.node(key)?;
        let written = match node.value {
            Value::Integer(number) => Located::new(Text::from(number.to_string()), node.span),
            _ => text_of(node, key, self.findings)?,
        };
        duration::read(&written, max, self.findings)
    }

    /// A string that must be there.
    pub(super) fn required_text(&mut self, key: &'static str) -> Option<Located<Text>> {
        if self.entry(key).is_none() {
            self.missing(key);
            return None;
        }
        self.text(key)
    }

    /// A boolean that may be absent.
    pub(super) fn bool(&mut self, key: &'static str) -> Option<Located<bool>> {
        let node = self.node(key)?;
        if let Value::Bool(value) = node.value {
            Some(Located::new(value, node.span))
        } else {
            self.findings.push(wrong_type(
                node,
                "true or false",
                &format!("`{key}` must be"),
            ));
            None
        }
    }

    /// A whole number that may be absent, from `min` to `max`.
    pub(super) fn integer(
        &mut self,
        key: &'static str,
        min: i64,
        max: i64,
    ) -> Option<Located<i64>> {
        let node = self.node(key)?;
        match node.value {
            Value::Integer(value) if (min..=max).contains(&value) => {
                Some(Located::new(value, node.span))
            }
            Value::Integer(value) => {
                let range = if min == max {
                    min.to_string()
                } else {
                    format!("from {min} to {max}")
                };
                self.findings.push(
                    Finding::new(
                        &crate::finding::codes::E0207,
                        node.span,
                        format!("`{key}` must be {range}, not {value}"),
                    )
                    .label("out of range")
                    .help(if min == max {
                        format!("write {min}")
                    } else {
                        format!("write a number from {min} to {max}")
                    }),
                );
                None
            }
            _ => {
                self.findings.push(wrong_type(
                    node,
                    "a whole number",
                    &format!("`{key}` must be"),
                ));
                None
            }
        }
    }

    /// One of some words.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<Located<T>> {
        let text = self.text(key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| text.value == *word) {
            return Some(Located::new(*value, text.span));
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.findings.push(
            Finding::new(&E0204, text.span, format!("`{}` is no `{key}`", text.value))
                .label("not one of the words")
                .choose(&text.value, &names),
        );
        None
    }

    /// A list of strings; a single string counts as a list of one.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<Located<Text>> {
        let Some(node) = self.node(key) else {
            return Vec::new();
        };
        texts_of(node, key, self.findings)
    }

    /// The elements of a list that may be absent.
    pub(super) fn list(&mut self, key: &'static str) -> &'n [Node] {
        let Some(node) = self.node(key) else {
            return &[];
        };
        node.as_sequence().unwrap_or_else(|| {
            self.findings
                .push(wrong_type(node, "a list", &format!("`{key}` must be")));
            &[]
        })
    }

    /// The entries of a mapping that may be absent.
    pub(super) fn mapping(&mut self, key: &'static str) -> &'n [Entry] {
        let Some(node) = self.node(key) else {
            return &[];
        };
        node.as_mapping().unwrap_or_else(|| {
            self.findings
                .push(wrong_type(node, "a mapping", &format!("`{key}` must be")));
            &[]
        })
    }

    /// Reports a key that must be there and is not.
    pub(super) fn missing(&mut self, key: &str) {
        let span = self.place;
        self.findings.push(
            Finding::new(&E0202, span, format!("{} needs `{key}`", self.what))
                .misses(Part::Key, key)
                .label(format!("`{key}` is missing"))
                .help(format!("add `{key}`")),
        );
    }

    /// Reports every key that nothing asked for.
    pub(super) fn done(self) {
        let mut many = Many::new(self.findings);
        for entry in self.entries {
            let key = entry.key.value.as_str();
            // What is wrong with the characters of a key was said where it was read.
            let is_told = has_hidden(key) || is_misquoted(key);
            if is_told || self.known.contains(&key) || !many.tells(self.findings) {
                continue;
            }
            let mut names = self.known.clone();
            names.sort_unstable();
            names.dedup();
            let mut elsewhere = self.elsewhere.iter();
            let home = elsewhere.find(|(own, _)| *own == key);
            self.findings.push(
                Finding::new(
                    &E0201,
                    entry.key.span,
                    format!("{} has no key `{key}`", self.what),
                )
                .label("not known")
                .choose(key, &names)
                .maybe_help(home.map(|(_, home)| format!("write it below `{home}`"))),
            );
        }
        many.end(self.findings, "in this mapping");
    }
}

/// Takes back, of the findings from number `from` on, that something is missing: of a document
/// that ends in a mistake this cannot be known.
pub(super) fn take_back_missing(findings: &mut Vec<Finding>, from: usize) {
    let found = findings.split_off(from.min(findings.len()));
    let kept = found
        .into_iter()
        .filter(|finding| ![&E0202, &E0501].contains(&finding.code));
    findings.extend(kept);
}

/// The finding that `node` should be something else: `` `replicas` must be an integer, not a string ``.
pub(super) fn wrong_type(node: &Node, wanted: &str, what: &str) -> Finding {
    Finding::new(
        &E0203,
        node.span,
        format!("{what} {wanted}, not {}", node.type_words()),
    )
    .label(node.type_words())
    .help(match (wanted, &node.value) {
        ("a mapping", Value::String(text)) => mapping_help(text),
        ("a mapping", _) => "write keys and values: `{key: value}`".to_owned(),
        ("a list", Value::Mapping(_)) => "put it in a list: `[{...}]`".to_owned(),
        ("a list", _) => "write a list: `[...]`".to_owned(),
        ("true or false", _) => "write `true` or `false`".to_owned(),
        ("a string", Value::Bool(_)) => {
            "write a text, or in quotes if this is meant as one".to_owned()
        }
        ("a string", Value::Integer(_) | Value::Float(_)) => "put it in quotes".to_owned(),
        ("a string", _) => "write one text".to_owned(),
        ("a JSON Schema", _) => "write a schema: `{type: string}`".to_owned(),
        _ => format!("write {wanted}"),
    })
    // `true` in the place of a name or a reason is most likely meant as something else.
    .maybe_fix(retyped(node, wanted).filter(|_| !is_switch(node, wanted)))
    .wants(match wanted {
        "a string" => Some(Wanted::Text),
        "true or false" => Some(Wanted::Boolean),
        "an integer" | "a whole number" => Some(Wanted::Whole),
        "a number" => Some(Wanted::Number),
        _ => None,
    })
}

/// Whether a text is wanted where yes or no is said.
fn is_switch(node: &Node, wanted: &str) -> bool {
    wanted == "a string" && matches!(node.value, Value::Bool(_))
}

/// How a mapping is written where a text stands: often only the blank behind a colon is missing.
fn mapping_help(text: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    match text.split_once(':') {
        Some((key, value)) if !key.is_empty() && key.chars().all(is_name) && !value.is_empty() => {
            format!("put a blank behind the colon: `{key}: {value}`")
        }
        _ => "write keys and values: `{key: value}`".to_owned(),
    }
}

/// The string that `node` is; a number or boolean gets the advice to quote it.
pub(super) fn text_of(
    node: &Node,
    key: &str,
    findings: &mut Vec<Finding>,
) -> Option<Located<Text>> {
    if let Value::String(text) = &node.value {
        return Some(Located::new(text.clone(), node.span));
    }
    findings.push(wrong_type(node, "a string", &format!("`{key}` must be")));
    None
}

/// The strings that `node` lists; one string is a list of one.
pub(super) fn texts_of(node: &Node, key: &str, findings: &mut Vec<Finding>) -> Vec<Located<Text>> {
    match &node.value {
        Value::Sequence(nodes) => {
            let mut many = Many::new(findings);
            let texts = nodes.iter().filter_map(|node| {
                if node.as_str().is_none() && !many.tells(findings) {
                    return None;
                }
                text_of(node, key, findings)
            });
            let texts = texts.collect();
            many.end(findings, "in this list");
            texts
        }
        Value::Null => Vec::new(),
        _ => text_of(node, key, findings).into_iter().collect(),
    }
}

/// Which keys the readers know, by what has them; the schemas are compared with it.
#[cfg(test)]
pub(crate) mod known {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Mutex;

    static KNOWN: Mutex<BTreeMap<&str, BTreeSet<&str>>> = Mutex::new(BTreeMap::new());

    pub(super) fn note(what: &'static str, key: &'static str) {
        KNOWN.lock().unwrap().entry(what).or_default().insert(key);
    }

    /// All that was asked for so far in this process.
    pub(crate) fn keys() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        KNOWN.lock().unwrap().clone()
    }
}
