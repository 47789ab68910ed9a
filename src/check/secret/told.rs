//! What a catalog's own definitions tell of values that are marked as secrets: the words that a
//! schema lists or gives, and the literals that expressions, rules, tests and mappings compare
//! and set them with.
//!
//! In: the catalog and its files. Out: where these stand, so that no line that is shown shows
//! them, and the words of findings without them.

use crate::check::secret::MASK;
use crate::derive::{SAYS, Secrecy, has_secret};
use crate::finding::Finding;
use crate::model::{Catalog, is_secret};
use crate::policy::telling;
use crate::source::Snapshot;
use crate::source::path::resolve;
use crate::syntax::MergeKeys;
use crate::syntax::parse_large;
use crate::syntax::{Entry, Node, Value};
use crate::text::{FileId, Span, literals};

/// What definitions tell of secrets.
#[derive(Debug, Default)]
pub struct Told {
    /// What is covered.
    pub places: Vec<Span>,
    /// The properties, expressions, conditions and files of policies in which that stands.
    around: Vec<Span>,
    /// The same as words, the longest first.
    words: Vec<String>,
}

/// How the words of a value are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As a definition: an expression says by itself what it is about.
    Definition,
    /// As values by names: what stands behind the name of a secret is one.
    Values,
}

impl Told {
    /// What the definitions of a catalog tell.
    pub(crate) fn of(catalog: &Catalog, snapshot: &Snapshot, prefix: &str) -> Self {
        let mut told = Self::default();
        let secrecy = Secrecy::of(catalog);
        let marks = Finder {
            secrecy: &secrecy,
            snapshot,
        };
        let roots = catalog.blueprints.iter().map(|it| &it.root);
        let roots = roots.chain(catalog.actions.iter().map(|it| &it.root));
        let roots = roots.chain(catalog.scorecards.iter().map(|it| &it.root));
        for root in roots.filter(|root| !secrecy.is_empty() || has_secret(root)) {
            marks.find(root, false, Reading::Definition, &mut told);
        }
        if !secrecy.is_empty() {
            for policy in &catalog.policies {
                marks.policy(policy.file, &mut told);
            }
            marks.values((catalog, prefix), &mut told);
        }
        told.around.sort_unstable();
        told.words.sort_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
        told.words.dedup();
        told
    }

    /// Takes them out of the words of findings that are about one of their places.
    pub(crate) fn mask(&self, findings: &mut [Finding]) {
        if self.around.is_empty() {
            return;
        }
        let meets = |span: &Span| {
            let from = self.around.partition_point(|it| it.file < span.file);
            let mut all = self.around.iter().skip(from);
            let mut all = all.by_ref().take_while(|it| it.file == span.file);
            all.any(|it| it.start <= span.end && span.start <= it.end)
        };
        for finding in findings {
            let related = finding.related.iter().map(|related| related.span);
            let mut places = related.chain(finding.see).chain([finding.span]);
            if !places.any(|span| meets(&span)) {
                continue;
            }
            for text in [&mut finding.message, &mut finding.label] {
                *text = self.without(text);
            }
            for related in &mut finding.related {
                related.label = self.without(&related.label);
            }
            let help = finding.help.as_deref().map(|help| self.without(help));
            if help != finding.help {
                let compare = "compare the two where they are written: a secret is not shown";
                finding.help = Some(compare.to_owned());
                (finding.near, finding.fix) = (None, None);
            }
        }
    }

    /// A text without them. Short ones are only told from other words where they stand alone
    /// between backticks.
    fn without(&self, text: &str) -> String {
        let parts = text.split('`').enumerate();
        let parts = parts.map(|(n, part)| {
            let is_quoted = n % 2 == 1;
            let mut kept = part.to_owned();
            for word in &self.words {
                if is_quoted && *word == kept {
                    return MASK.to_owned();
                }
                let is_common = matches!(word.as_str(), "true" | "false");
                if word.len() >= LEAST && !is_common && kept.contains(word) {
                    kept = without_word(&kept, word);
                }
            }
            kept
        });
        parts.collect::<Vec<String>>().join("`")
    }

    fn add(&mut self, around: Span, place: Span) {
        if place.file != FileId::BUILT_IN {
            self.around.push(around);
            self.places.push(place);
        }
    }

    /// Adds the scalars of a value as words.
    fn words_of(&mut self, node: &Node) {
        match &node.value {
            Value::Mapping(entries) => {
                for entry in entries.iter() {
                    self.word(&entry.key.value);
                    self.words_of(&entry.node);
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.words_of(item)),
            Value::String(text) => self.word(text),
            Value::Null => {}
            _ => self.word(&node.to_json().to_string()),
        }
    }

    fn word(&mut self, text: &str) {
        let text = text.trim_matches('"');
        if !text.is_empty() {
            self.words.push(text.to_owned());
        }
    }
}

/// A text with a mask for a word, where it is no part of another.
fn without_word(text: &str, word: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(word) {
        let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_word = !is_part(before.chars().next_back()) && !is_part(behind.chars().next());
        kept.push_str(before);
        kept.push_str(if is_word { MASK } else { word });
        rest = behind;
    }
    kept + rest
}

/// The fewest bytes of a word that is looked for among others.
const LEAST: usize = 4;

/// Keys whose texts are for people.
const WORDS: [&str; 4] = ["title", "description", "name", "identifier"];

/// Finds what definitions tell.
struct Finder<'c> {
    secrecy: &'c Secrecy<'c>,
    snapshot: &'c Snapshot,
}

impl Finder<'_> {
    /// Goes through a value; `is_inside` says whether it is a part of a marked schema.
    fn find(&self, node: &Node, is_inside: bool, reading: Reading, told: &mut Told) {
        match &node.value {
            Value::Mapping(entries) => {
                let is_inside = is_inside || is_secret(node);
                let is_marked = is_inside || has_secret(node);
                for entry in entries.iter() {
                    let key = entry.key.value.as_str();
                    let whole = Span {
                        end: entry.node.span.end,
                        ..entry.key.span
                    };
                    let is_hidden = is_marked && SAYS.contains(&key)
                        || key == "value" && self.is_about(node, "property")
                        || key == "to" && self.is_about(node, "path")
                        || reading == Reading::Values && self.is_name(key);
                    if is_hidden {
                        Self::hide(whole, entry, told);
                    } else if key == "properties" && reading == Reading::Definition {
                        self.names(&entry.node, is_inside, told);
                    } else if !WORDS.contains(&key) {
                        self.find(&entry.node, is_inside, reading, told);
                    }
                }
            }
            Value::Sequence(items) => {
                for item in items.iter() {
                    self.find(item, is_inside, reading, told);
                }
            }
            Value::String(text) if self.secrecy.is_told_by(text) => self.expression(node, told),
            _ => {}
        }
    }

    /// The schemas of properties, by their names.
    fn names(&self, node: &Node, is_inside: bool, told: &mut Told) {
        for Entry { key, node } in node.as_mapping().unwrap_or_default() {
            let before = told.places.len();
            self.find(node, is_inside, Reading::Definition, told);
            let end = node.span.end;
            if told.places.len() > before {
                told.around.push(Span { end, ..key.span });
            }
        }
    }

    fn hide(around: Span, entry: &Entry, told: &mut Told) {
        let node = &entry.node;
        told.add(around, node.span);
        if entry.key.value == "enumColors" {
            // What has a colour is listed in `enum` too; the colours are no secret.
            return;
        }
        told.words_of(node);
        if let Some(text) = node.as_str() {
            for literal in literals(text) {
                told.word(text.get(literal).unwrap_or_default());
            }
        }
    }

    /// The literals of an expression. Of one that YAML quotes all is covered: its own quotes are
    /// not told from those of YAML.
    fn expression(&self, node: &Node, told: &mut Told) {
        let written = self.snapshot.slice(node.span);
        let at = |n: usize| node.span.start + u32::try_from(n).unwrap_or(0);
        for literal in literals(written) {
            let place = Span::new(node.span.file, at(literal.start), at(literal.end));
            told.add(node.span, place);
        }
        let text = node.as_str().unwrap_or_default();
        for literal in literals(text) {
            told.word(text.get(literal).unwrap_or_default());
        }
    }

    fn policy(&self, file: FileId, told: &mut Told) {
        let text = self.snapshot.text(file);
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        for range in telling(text, &|piece| self.secrecy.is_told_by_policy(piece)) {
            let place = Span::new(file, at(range.start), at(range.end));
            told.add(Span::new(file, 0, at(text.len())), place);
            told.word(text.get(range).unwrap_or_default());
        }
    }

    /// What tests, requests and mappings say.
    fn values(&self, (catalog, prefix): (&Catalog, &str), told: &mut Told) {
        let mut files: Vec<FileId> = catalog.trials.iter().map(|it| it.span.file).collect();
        let mappings = catalog.settings.mappings();
        let mappings = mappings.filter_map(|path| resolve(prefix, path));
        files.extend(mappings.filter_map(|path| self.snapshot.find(&path)));
        files.sort_unstable();
        files.dedup();
        for file in files {
            let text = self.snapshot.text(file);
            let (documents, _) = parse_large(file, text, MergeKeys::Resolved);
            for document in documents {
                self.find(&document.root, false, Reading::Values, told);
            }
        }
    }

    /// Whether a value is about a secret by what it says under a key.
    fn is_about(&self, node: &Node, key: &str) -> bool {
        let named = node.get(key).and_then(Node::as_str);
        named.is_some_and(|named| self.is_name(named))
    }

    /// Whether a name or a path is of a secret.
    fn is_name(&self, name: &str) -> bool {
        let mut names = name.split('.').chain([name]);
        names.any(|name| self.secrecy.marks_anywhere(name))
    }
}
