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
use crate::finding::codes::E0005;
use crate::model::lost::LostEntity;
use crate::model::settings::DocumentKind;
use crate::syntax::Document;
use crate::text::Span;

/// Values that the files of a catalog may have together.
const VALUES: usize = 4_000_000;
/// More of them for each file.
const VALUES_PER_FILE: usize = 100;
/// More of them where a file in another language is read, for it may be an export.
const VALUES_OF_EXPORTS: usize = 12_000_000;

/// Bytes of other files that the files of a catalog may take in together.
const TAKEN_IN: usize = 256 << 20;

/// Bytes of text after which a wave ends.
const WAVE: usize = 4 << 20;

/// Files that may take in others after which a wave ends: what they take in is known after it.
const WAVE_TAKING_IN: usize = 64;

/// Up to this size the values of a file are not counted, but taken to be one in 16 bytes.
const SMALL: usize = 2048;

/// How much is still to be had.
pub(super) struct Budget<'m> {
    most: usize,
    used: usize,
    taken_in: usize,
    map: &'m FileMap,
}

impl<'m> Budget<'m> {
    /// The budget of a catalog of `files`.
    pub(super) const fn new(files: usize, has_exports: bool, map: &'m FileMap) -> Self {
        let exports = if has_exports { VALUES_OF_EXPORTS } else { 0 };
        Self {
            most: VALUES + exports + VALUES_PER_FILE.saturating_mul(files),
            used: 0,
            taken_in: 0,
            map,
        }
    }

    /// What these files hold, as `lower` reads each of them.
    pub(super) fn lower(
        &mut self,
        files: &[NamedFile<'_>],
        lower: impl Fn(NamedFile<'_>, &mut Part) + Sync,
    ) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = files;
        while !rest.is_empty() && self.spent().is_none() {
            let (wave, later) = rest.split_at(self.wave_of(rest));
            rest = later;
            // Many files share a part: what is made for each and thrown away costs more than it.
            let size = (wave.len() / 16).clamp(1, FILES_PER_PART);
            let read: Vec<Part> = wave
                .par_chunks(size)
                .map(|files| {
                    let mut part = Part::default();
                    for file in files {
                        lower(*file, &mut part);
                    }
                    part
                })
                .collect();
            self.used += read.iter().map(|part| part.values).sum::<usize>();
            self.taken_in += read.iter().map(|part| part.taken_in).sum::<usize>();
            parts.extend(read);
        }
        parts.extend(self.spent().filter(|_| !rest.is_empty()).map(|what| {
            let message = format!("{what} before this file, which is not read");
            unread(rest, &message)
        }));
        parts
    }

    /// What is used up, in words.
    fn spent(&self) -> Option<String> {
        if self.used > self.most {
            Some(format!("the catalog has more than {} values", self.most))
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
        let (mut bytes, mut taking_in) = (0, 0);
        let last = files.iter().position(|(_, source)| {
            bytes += source.text.as_deref().map_or(0, str::len);
            taking_in += usize::from(self.map.takes_in(&source.path));
            bytes >= WAVE || taking_in >= WAVE_TAKING_IN
        });
        last.map_or(files.len(), |last| last + 1)
    }
}

/// The files that are not read any more.
fn unread(files: &[NamedFile<'_>], message: &str) -> Part {
    let finding = |(file, _): &NamedFile<'_>| {
        Finding::new(&E0005, Span::whole_file(*file), message)
            .label("not read")
            .help("take large files out of the catalog")
    };
    let mut part = Part {
        findings: files.iter().map(finding).collect(),
        ..Part::default()
    };
    // They may be most of the catalog: what is missing may stand in any of them.
    let kinds = DocumentKind::WORDS.map(|(_, kind)| kind);
    for (file, _) in files {
        part.leave(*file, &kinds, || vec![LostEntity::any(None)]);
    }
    part
}

/// The values of a file, those that aliases name counted where they are named.
pub(super) fn values(text: &str, documents: &[Document]) -> usize {
    let has_aliases = documents
        .iter()
        .any(|document| !document.aliases.is_empty());
    if text.len() <= SMALL && !has_aliases {
        return text.len() / 16;
    }
    documents.iter().map(|document| document.root.size()).sum()
}
