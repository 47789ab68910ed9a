//! Secrets in plain text, anywhere in a catalog: tokens by their form, private keys, passwords in
//! addresses, and values that look like secrets under a key that says so.
//!
//! In: the bytes of the files, and what they mean. Out: findings that hide what they mark. What
//! they mark is then taken out of the words of all others, so that no output repeats it.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use crate::check::Subject;
use crate::derive::Secrecy;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::codes::{E0510, E0515};
use crate::model::Catalog;
use crate::source::Snapshot;
use crate::syntax::MergeKeys;
use crate::syntax::parse_large;
use crate::syntax::{Entry, Node, Value};
use crate::text::{FileId, Span};

mod declared;
mod elsewhere;
mod form;
mod keyed;
mod pair;
mod told;

pub(super) use declared::declared;
pub use told::Told;

/// What to do about a secret that was found.
const HELP: &str = "change it where it is used, take it out of the history, and let the runner \
                    give it: `{fromEnv: NAME}` in a call";

/// Tokens, keys and passwords that are known by their form, in all files.
pub(super) fn forms(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(searcher) = form::Searcher::new() else {
        return;
    };
    let told = hidden(findings);
    let files: Vec<(FileId, &str)> = subject
        .snapshot
        .files()
        .map(|(file, _)| (file, subject.snapshot.readable(file).unwrap_or_default()))
        .collect();
    let found: Vec<(Span, &str)> = files
        .par_chunks(256)
        .flat_map_iter(|files| {
            let mut found = Vec::new();
            for (file, text) in files {
                searcher.find(text, &mut |start, end, what| {
                    let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                    let span = Span::new(*file, at(start), at(end));
                    if !is_told(&told, span) {
                        found.push((span, what));
                    }
                });
            }
            found
        })
        .collect();
    let before = findings.len();
    tell(found, &E0510, findings, |what| {
        format!("{what} stands here in plain text")
    });
    elsewhere::name_way_out(subject, findings.get_mut(before..).unwrap_or_default());
}

/// Secrets that are told one by one in one file.
const IN_A_FILE: usize = 100;
/// Secrets that are told one by one in a run; then one finding for each file says that it has some.
const IN_A_RUN: usize = 20_000;

/// Tells of secrets. Of very many in one file the last finding covers all that follow: what it
/// hides is the text from the first to the last of them.
fn tell<'c>(
    mut found: Vec<(Span, &'c str)>,
    code: &'static Code,
    findings: &mut Vec<Finding>,
    message: impl Fn(&'c str) -> String,
) {
    found.sort_unstable();
    let mut told = 0;
    for all in found.chunk_by(|a, b| a.0.file == b.0.file) {
        let most = if told < IN_A_RUN { IN_A_FILE } else { 0 };
        let (first, rest) = all.split_at(all.len().min(most));
        told += first.len();
        let secret = |span, message| {
            let finding = Finding::new(code, span, message);
            finding.label("not shown").help(HELP).hides()
        };
        findings.extend(
            first
                .iter()
                .map(|(span, name)| secret(*span, message(name))),
        );
        if let (Some((from, _)), Some(end)) = (rest.first(), rest.iter().map(|it| it.0.end).max()) {
            let span = Span { end, ..*from };
            let more = if first.is_empty() { "" } else { "more " };
            let words = format!(
                "{} {more}secrets stand from here on in plain text",
                rest.len()
            );
            findings.push(secret(span, words));
        }
    }
}

/// The secrets from the first to the last byte of a place; itself where it is one.
pub(super) fn within(snapshot: &Snapshot, place: Span) -> Vec<Span> {
    let written = snapshot.slice(place);
    if !written.contains('\n') {
        return vec![place];
    }
    let mut found = Vec::new();
    if let Some(searcher) = form::Searcher::new() {
        searcher.find(written, &mut |start, end, _| {
            let at = |n: usize| place.start + u32::try_from(n).unwrap_or(u32::MAX - place.start);
            found.push(Span::new(place.file, at(start), at(end)));
        });
    }
    let (documents, _) = parse_large(place.file, snapshot.text(place.file), MergeKeys::Resolved);
    let mut keyed = Vec::new();
    for document in &documents {
        below(snapshot, &document.root, &Hidden::new(), &mut keyed);
    }
    let is_in = |span: &Span| place.start <= span.start && span.end <= place.end;
    found.extend(keyed.into_iter().map(|(span, _)| span).filter(is_in));
    if found.is_empty() {
        found.push(place);
    }
    found
}

/// Values that look like secrets, under keys that say that they are.
pub(super) fn keys(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    let told = hidden(findings);
    let entities = catalog.entities.par_chunks(1024);
    let mut found: Vec<(Span, &str)> = entities
        .chain(catalog.shadowed.par_chunks(1024))
        .flat_map_iter(|entities| {
            let mut found = Vec::new();
            for entity in entities {
                entries(subject.snapshot, &entity.properties, &told, &mut found);
            }
            found
        })
        .collect();
    let roots = catalog
        .blueprints
        .iter()
        .map(|it| &it.root)
        .chain(catalog.actions.iter().map(|it| &it.root))
        .chain(catalog.connectors.iter().map(|it| &it.root))
        .chain(catalog.scorecards.iter().map(|it| &it.root))
        .chain(catalog.settings.root.iter());
    for root in roots {
        below(subject.snapshot, root, &told, &mut found);
    }
    for request in &catalog.requests {
        entries(subject.snapshot, &request.inputs, &told, &mut found);
    }
    tell(found, &E0515, findings, |name| {
        format!("`{name}` seems to be a secret in plain text")
    });
}

/// Looks at all keys below a value; YAML is at most 64 levels deep.
fn below<'c>(snapshot: &Snapshot, node: &'c Node, told: &Hidden, found: &mut Vec<(Span, &'c str)>) {
    match &node.value {
        Value::Mapping(mapping) => entries(snapshot, mapping, told, found),
        Value::Sequence(nodes) => {
            for node in nodes.iter() {
                below(snapshot, node, told, found);
            }
        }
        Value::String(text) => pair::pairs(snapshot, node, text, told, found),
        _ => {}
    }
}

fn entries<'c>(
    snapshot: &Snapshot,
    mapping: &'c [Entry],
    told: &Hidden,
    found: &mut Vec<(Span, &'c str)>,
) {
    for entry in mapping {
        let text = entry.node.as_str();
        let key = entry.key.value.as_str();
        let is_secret = |text| {
            keyed::is_secret_key(key) && keyed::is_random(text)
                || keyed::credential(key, text).is_some_and(keyed::is_random)
        };
        if !text.is_some_and(is_secret) {
            below(snapshot, &entry.node, told, found);
        } else if !is_told(told, entry.node.span) {
            found.push((entry.node.span, key));
        }
    }
}

/// The places that findings hide, by file and in their order.
type Hidden = BTreeMap<FileId, Vec<Span>>;

fn hidden(findings: &[Finding]) -> Hidden {
    let mut hidden = Hidden::new();
    for finding in findings.iter().filter(|finding| finding.hides) {
        hidden
            .entry(finding.span.file)
            .or_default()
            .push(finding.span);
    }
    for spans in hidden.values_mut() {
        spans.sort_unstable();
    }
    hidden
}

/// Whether a place has something in common with one that is hidden already.
fn is_told(told: &Hidden, span: Span) -> bool {
    let spans = told.get(&span.file).map_or(&[][..], Vec::as_slice);
    // They do not overlap, so the first that ends behind the start decides.
    let next = spans.partition_point(|other| other.end <= span.start);
    spans.get(next).is_some_and(|other| other.start < span.end)
}

/// Stands in the words of a finding for what another one hides.
const MASK: &str = "***";

/// The longest that a secret may be; what is longer covers several.
const LONGEST: usize = 16 << 10;

/// The fewest bytes of a secret that is looked for in words.
const SHORTEST: usize = 4;

/// The bytes of a secret by which it is known, also where its end was cut off.
const KNOWN_BY: usize = 8;

/// Takes what findings hide out of the words of all that are about the same files.
pub(super) fn mask(snapshot: &Snapshot, findings: &mut [Finding]) {
    let mut masks: BTreeMap<FileId, Mask> = BTreeMap::new();
    let mut crowded: BTreeSet<FileId> = BTreeSet::new();
    let hidden = hidden(findings);
    let all: usize = hidden.values().map(Vec::len).sum();
    for (file, spans) in hidden {
        // Nobody looks for so many: no word of the file is repeated.
        let covers = |span: &Span| snapshot.slice(*span).len() > LONGEST;
        if all > IN_A_RUN || spans.len() > IN_A_FILE || spans.iter().any(covers) {
            crowded.insert(file);
            continue;
        }
        let beginnings = spans.iter().map(|span| beginning(snapshot.slice(*span)));
        // A shorter one is a part of too many words; the finding that hides it does not say it.
        let beginnings = beginnings.filter(|text| text.len() >= SHORTEST);
        let has_backticks = spans.iter().any(|span| snapshot.slice(*span).contains('`'));
        let mask = AhoCorasick::new(beginnings).ok().map(|known_by| Mask {
            known_by,
            has_backticks,
        });
        masks.extend(mask.map(|mask| (file, mask)));
    }
    if masks.is_empty() && crowded.is_empty() {
        return;
    }
    for finding in findings {
        let places = finding.related.iter().map(|related| related.span);
        let places = places.chain(finding.see).chain([finding.span]);
        let files: BTreeSet<FileId> = places.map(|span| span.file).collect();
        for mask in files.iter().filter_map(|file| masks.get(file)) {
            let related = finding.related.iter_mut().map(|related| &mut related.label);
            related
                .chain([&mut finding.message, &mut finding.label])
                .chain(&mut finding.help)
                .for_each(|text| without(text, mask));
        }
        if !finding.hides && files.iter().any(|file| crowded.contains(file)) {
            let related = finding.related.iter_mut().map(|related| &mut related.label);
            related
                .chain([&mut finding.message, &mut finding.label])
                .chain(&mut finding.help)
                .for_each(without_words);
        }
    }
}

/// The secrets of a file, by their beginnings.
struct Mask {
    known_by: AhoCorasick,
    /// Whether one of them has the character in it that else ends the user's words.
    has_backticks: bool,
}

/// By what a secret is known.
fn beginning(secret: &str) -> &str {
    let secret = secret.trim_matches(['"', '\'']);
    let mut end = secret.len().min(KNOWN_BY);
    while !secret.is_char_boundary(end) {
        end += 1;
    }
    secret.get(..end).unwrap_or(secret)
}

/// Replaces secrets in a text: what stands there from their beginning up to the backtick that
/// ends the user's words.
fn without(text: &mut String, mask: &Mask) {
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some(hit) = mask.known_by.find(rest) {
        let (before, from) = rest.split_at_checked(hit.start()).unwrap_or((rest, ""));
        kept.push_str(before);
        kept.push_str(MASK);
        let end = if mask.has_backticks {
            from.rfind('`')
        } else {
            from.find('`')
        };
        rest = end.and_then(|end| from.get(end..)).unwrap_or("");
    }
    if !kept.is_empty() {
        kept.push_str(rest);
        *text = kept;
    }
}

/// Takes out of the words of findings about texts that cannot be read what they repeat of a
/// property that is a secret in some blueprint.
pub(super) fn mask_unread(catalog: &Catalog, findings: &mut [Finding]) {
    let is_unread = |finding: &Finding| finding.code.id.starts_with("E01");
    if !findings.iter().any(is_unread) {
        return;
    }
    let secrecy = Secrecy::of(catalog);
    if secrecy.is_empty() {
        return;
    }
    for finding in findings.iter_mut().filter(|it| is_unread(it)) {
        let words = [&mut finding.message, &mut finding.label];
        let words = words.into_iter().chain(&mut finding.help);
        for text in words.filter(|text| secrecy.is_named_in(text)) {
            without_words(text);
        }
    }
}

/// Replaces all that stands in backticks.
fn without_words(text: &mut String) {
    let parts = text.split('`').enumerate();
    let kept: Vec<&str> = parts
        .map(|(n, part)| if n % 2 == 1 { MASK } else { part })
        .collect();
    *text = kept.join("`");
}

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasick;

    use super::{Mask, beginning, without};

    #[test]
    fn a_secret_leaves_a_text_also_where_it_was_cut() {
        let secret = "\"correct-horse-battery-staple\"";
        let mask = Mask {
            known_by: AhoCorasick::new([beginning(secret)]).unwrap(),
            has_backticks: false,
        };
        for (before, after) in [
            (
                "no `correct-horse-battery-staple` for `x`",
                "no `***` for `x`",
            ),
            ("no `correct-horse-bat...` here", "no `***` here"),
            ("correct-horse", "***"),
            ("correct", "correct"),
        ] {
            let mut text = before.to_owned();
            without(&mut text, &mask);
            assert_eq!(text, after);
        }
    }

    #[test]
    fn a_secret_with_a_backtick_leaves_a_text_whole() {
        let secret = "Zk7QvM2x`Pw9LtR4b";
        let mask = Mask {
            known_by: AhoCorasick::new([beginning(secret)]).unwrap(),
            has_backticks: true,
        };
        let mut text = format!("no `{secret}` for `x`");
        without(&mut text, &mask);
        assert_eq!(text, "no `***`");
    }
}
