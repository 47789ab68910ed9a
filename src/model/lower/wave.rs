//! Files in waves: a catalog with more values than a run may hold is not read to its end.
//!
//! In: the files in their order, and how one is lowered. Out: what they hold. The waves depend on
//! the files alone, so that the same files are read on every machine; a file that is not read any
//! more is unread, with a finding, and never absent.

use rayon::prelude::*;

use super::file_map::FileMap;
use super::part::Part;
use super::{FILES_PER_PART, NamedFile};
use crate::finding::Finding;
use crate::finding::bound;
use crate::finding::codes::E0005;
use crate::model::lost::LostEntity;
use crate::model::reader::taken_in_at_most;
use crate::model::settings::DocumentKind;
use crate::source::Snapshot;
use crate::source::SourceFile;
use crate::syntax::Entry;
use crate::syntax::limit;
use crate::text::Span;

/// Bytes of memory for the texts of a catalog's files and their values.
const MEMORY: usize = 288 << 20;
/// For the values, where the texts leave less than this of it.
const VALUES: usize = 64 << 20;
/// More for each file: catalogs of very many files may grow with them.
const VALUES_PER_FILE: usize = 6 << 10;

/// Bytes of memory that the files of a wave may take, for they are read before they are counted.
const WAVE: usize = 32 << 20;
/// The most bytes of memory that a byte of text takes: two brackets are a list.
const PER_BYTE: usize = size_of::<Entry>() / 2;

/// Bytes of other files that the files of a catalog may take in together.
const TAKEN_IN: usize = 256 << 20;

/// How much is still to be had.
pub(super) struct Budget<'m> {
    most: usize,
    used: usize,
    taken_in: usize,
    map: &'m FileMap,
}

impl<'m> Budget<'m> {
    /// The budget of a catalog.
    pub(super) fn new(snapshot: &Snapshot, map: &'m FileMap) -> Self {
        let files = snapshot.as_slice();
        let texts: usize = files.iter().map(|file| text_of(file).len()).sum();
        let base = MEMORY.saturating_sub(texts).max(VALUES);
        Self {
            most: base + VALUES_PER_FILE.saturating_mul(files.len()),
            used: 0,
            taken_in: 0,
            map,
        }
    }

    /// What these files hold, as `lower` reads each of them; what is wrong with them is added to
    /// `findings`.
    pub(super) fn lower(
        &mut self,
        files: &[NamedFile<'_>],
        findings: &mut Vec<Finding>,
        lower: impl Fn(NamedFile<'_>, &mut Part) + Sync,
    ) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = files;
        while !rest.is_empty() && self.spent().is_none() {
            let (wave, later) = rest.split_at(self.wave_of(rest));
            rest = later;
            // Many files share a part: what is made for each and thrown away costs more than it.
            let size = (wave.len() / 16).clamp(1, FILES_PER_PART);
            let mut read: Vec<Part> = wave
                .par_chunks(size)
                .map(|files| {
                    let mut part = Part::default();
                    for file in files {
                        lower(*file, &mut part);
                    }
                    part
                })
                .collect();
            for part in &mut read {
                self.used += part.weight;
                self.taken_in += part.taken_in;
                findings.append(&mut part.findings);
                bound(findings);
            }
            parts.extend(read);
        }
        if let Some(what) = self.spent().filter(|_| !rest.is_empty()) {
            let message = format!("{what} before this file, which is not read");
            parts.push(unread(rest, &message, findings));
        }
        parts
    }

    /// What is used up, in words.
    fn spent(&self) -> Option<String> {
        if self.used > self.most {
            Some("the catalog has all the values that can be held".to_owned())
        } else if self.taken_in > TAKEN_IN {
            Some(format!(
                "the catalog takes in more than {TAKEN_IN} bytes of other files"
            ))
        } else {
            None
        }
    }

    /// How many of these files are the next wave.
    fn wave_of(&self, files: &[NamedFile<'_>]) -> usize {
        let mut bytes = 0;
        let last = files.iter().position(|(_, source)| {
            let text = text_of(source);
            bytes += at_most(text);
            if self.map.takes_in(&source.path) {
                bytes += taken_in_at_most(text);
            }
            bytes >= WAVE
        });
        last.map_or(files.len(), |last| last + 1)
    }
}

/// The files that are not read any more.
fn unread(files: &[NamedFile<'_>], message: &str, findings: &mut Vec<Finding>) -> Part {
    for (file, _) in files {
        findings.push(
            Finding::new(&E0005, Span::whole_file(*file), message)
                .label("not read")
                .help("take large files out of the catalog"),
        );
        bound(findings);
    }
    let mut part = Part::default();
    // They may be most of the catalog: what is missing may stand in any of them.
    let kinds = DocumentKind::WORDS.map(|(_, kind)| kind);
    for (file, _) in files {
        part.leave(*file, &kinds, || vec![LostEntity::any(None)]);
    }
    part
}

/// The most bytes of memory that the values of a text may take. What an alias copies is at most
/// a long text or the entries of a mapping; a file may have so many values and no more.
fn at_most(text: &str) -> usize {
    let aliases = text.bytes().filter(|byte| *byte == b'*').count();
    let each = text.len().saturating_mul(PER_BYTE);
    each.saturating_mul(1 + aliases)
        .min(limit::NODES * size_of::<Entry>())
        .max(each.min(limit::LARGE_NODES * size_of::<Entry>()))
}

fn text_of(file: &SourceFile) -> &str {
    file.text.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Budget, FileMap, at_most};
    use crate::model::Settings;
    use crate::source::Selection;
    use crate::source::memory::snapshot;

    #[test]
    fn files_beyond_the_memory_are_unread_and_never_absent() {
        let long = "x".repeat(800_000);
        let files = snapshot(["a.yaml", "b.yaml", "c.yaml", "d.yaml"].map(|path| (path, &*long)));
        let named: Vec<_> = files.files().collect();
        let selection = Selection::new(None, "", &[]).unwrap();
        let map = FileMap::new(&Settings::default(), &selection, Vec::new());
        let mut budget = Budget::new(&files, &map);
        budget.most = 9;
        let mut findings = Vec::new();
        let parts = budget.lower(&named, &mut findings, |_, part| part.weight += 5);
        let unread: usize = parts.iter().map(|part| part.unread.len()).sum();
        let read = parts.iter().filter(|part| part.weight > 0).count();
        assert_eq!((unread, read), (2, 2));
        assert_eq!(findings.len(), 2);
        assert_eq!(findings[0].span.file, named[2].0);
    }

    #[test]
    fn what_is_read_takes_no_more_than_was_foreseen() {
        let merges = |n: usize| "  m: {<<: *b}\n".repeat(n);
        let keys: String = (0..300).map(|n| format!("k{n}: 1, ")).collect();
        let texts = [
            format!("x: [{}]", "1,".repeat(10_000)),
            format!("x: [{}]", "[],".repeat(10_000)),
            format!("x: [{}]", "{},".repeat(10_000)),
            format!("x: [{}]", "[[[[[[]]]]]],".repeat(3_000)),
            (0..10_000).map(|n| format!("{n:x}z:\n")).collect(),
            format!("b: &b {{{keys}}}\nc:\n{}", merges(1)),
            format!("t: &t {}\nx: [{}]", "y".repeat(5_000), "*t,".repeat(300)),
        ];
        for text in &texts {
            let (documents, _) = crate::syntax::parse(
                crate::text::FileId(0),
                text,
                crate::syntax::MergeKeys::Resolved,
            );
            let weight: usize = documents.iter().map(|it| it.root.weight()).sum();
            assert!(weight > 40 * 300, "{weight}");
            assert!(weight <= at_most(text) + 1000, "{weight}: {}", &text[..20]);
        }
    }
}
