//! The files that a mapping reads: each by itself and in parallel, once the blueprints are known.
//!
//! In: files and the rules for them. Out: drafts of entities. A file whose mapping is of no use
//! is unread, never empty.

use super::NamedFile;
use super::file_map::{self, FileMap};
use super::part::Part;
use super::salvage::words;
use crate::finding::bound;
use crate::model::entity;
use crate::model::reader::mapping::{Mappings, finds_nothing};
use crate::model::settings::DocumentKind;
use crate::syntax::MergeKeys;
use crate::text::Span;

/// Lowers a file that a mapping reads.
pub(super) fn lower(
    (file, source): NamedFile<'_>,
    map: &FileMap,
    mappings: &Mappings,
    part: &mut Part,
) {
    let (Ok(text), Some(mapping)) = (&source.text, map.mapping_of(&source.path)) else {
        part.unread.push(file);
        return;
    };
    let ending = source
        .path
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending);
    if !matches!(ending, "yaml" | "yml" | "json") {
        let wrong = file_map::ending_wrong(file, ending, DocumentKind::Entities);
        part.findings.extend(wrong);
        return;
    }
    let documents = part.take(
        (file, source),
        crate::syntax::parse_large(file, text, MergeKeys::Resolved),
    );
    if documents
        .iter()
        .all(|document| document.complete && document.root.is_null())
    {
        part.findings.push(finds_nothing(Span::whole_file(file)));
    }
    let below = map.below(&source.path);
    let (made, is_whole) = mappings.entities(mapping, below, &documents, &mut part.findings);
    let is_cut = documents.iter().any(|document| !document.complete);
    if is_cut || !is_whole {
        part.unread.push(file);
    }
    if is_cut {
        part.half_read_names.extend(words(text));
    }
    for mut mapped in made {
        part.weight += mapped.document.root.weight();
        let draft = entity::read(&mut mapped.document, None, &mut part.findings);
        bound(&mut part.findings);
        part.drafts.extend(draft.map(|draft| entity::Draft {
            union: mapped.union,
            ..draft
        }));
    }
}
