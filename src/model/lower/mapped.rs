//! The files that a mapping reads: each by itself and in parallel, once the blueprints are known.
//!
//! In: files and the rules for them. Out: drafts of entities. A file whose mapping is of no use
//! is unread, never empty.

use super::NamedFile;
use super::file_map::{self, FileMap};
use super::part::Part;
use super::salvage::{Keys, Kind, lost};
use crate::finding::bound;
use crate::model::entity;
use crate::model::lost::{LostEntity, LostName};
use crate::model::reader::mapping::{Maker, Mappings, finds_nothing};
use crate::model::settings::DocumentKind;
use crate::syntax::Document;
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
        let makers = map.mapping_of(&source.path).map(|it| mappings.makers(it));
        part.leave(file, HELD, || {
            let makers = makers.unwrap_or_default();
            let of = |maker: &Maker<'_>| LostEntity::any(maker.blueprint);
            makers.iter().map(of).collect()
        });
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
    let taken = part.take(
        (file, source),
        crate::syntax::parse_large(file, text, MergeKeys::Resolved),
    );
    let documents = &taken.documents;
    let found = part.findings.len();
    if taken.is_whole && documents.iter().all(|document| document.root.is_null()) {
        part.findings.push(finds_nothing(Span::whole_file(file)));
    }
    let below = map.below(&source.path);
    let (made, is_understood) = mappings.entities(mapping, below, documents, &mut part.findings);
    part.note_left_out(found);
    if !taken.is_whole || !is_understood {
        // What was read and not understood is looked for as if it could not be read.
        let read: &[Document] = if is_understood { documents } else { &[] };
        let makers = mappings.makers(mapping);
        part.leave(file, HELD, || {
            let of = |maker: &Maker<'_>| lost(text, read, &keys(maker));
            makers.iter().flat_map(of).collect()
        });
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

/// What files hold that a mapping reads.
const HELD: &[DocumentKind] = &[DocumentKind::Entities];

/// How a rule of a mapping says who an entity is.
fn keys<'m>(maker: &Maker<'m>) -> Keys<'m> {
    Keys {
        name: maker.identifier,
        form: LostName::Exact,
        blueprint: Kind::Known(maker.blueprint),
    }
}
