//! The files that a mapping reads: each by itself and in parallel, once the blueprints are known.
//!
//! In: files and the rules for them. Out: drafts of entities. A file whose mapping is of no use
//! is unread, never empty.

use super::NamedFile;
use super::file_map::FileMap;
use super::form;
use super::part::Part;
use super::salvage::{Keys, Kind, lost};
use crate::finding::bound;
use crate::model::entity;
use crate::model::lost::{LostEntity, LostName};
use crate::model::reader::mapping::{Maker, Mappings, Understood, finds_nothing};
use crate::model::settings::{DocumentKind, Reader};
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
    let Some(mapped) = map.of(&source.path) else {
        return;
    };
    let Reader::Mapping(mapping) = mapped.reader else {
        return;
    };
    let mapping = mapping.value.as_str();
    let makers = || mappings.makers(mapping).into_iter();
    let text = match &source.text {
        Ok(text) => text,
        Err(refusal) => {
            let guess = refusal.guess();
            if guess.is_none() || mapped.reads(&source.path) {
                let any = |maker: &Maker<'_>| match guess {
                    Some(text) => lost(text, &[], &keys(maker)),
                    None => vec![LostEntity::any(maker.blueprint)],
                };
                part.leave(file, HELD, || makers().flat_map(|it| any(&it)).collect());
            }
            return;
        }
    };
    if !mapped.reads(&source.path) {
        let wrong = form::ending_wrong(file, &source.path, DocumentKind::Entities);
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
    let (made, understood) = mappings.entities(mapping, below, documents, &mut part.findings);
    part.note_left_out(found);
    if !taken.is_whole || understood != Understood::All {
        // What was read and not understood is looked for as if it could not be read.
        let read: &[Document] = if understood == Understood::All {
            documents
        } else {
            &[]
        };
        part.leave(file, HELD, || {
            let all = makers().enumerate();
            let lossy = all.filter(|(rule, _)| !taken.is_whole || understood.loses(*rule));
            let of = |(_, maker): (usize, Maker<'_>)| lost(text, read, &keys(&maker));
            lossy.flat_map(of).collect()
        });
    }
    for mut mapped in made {
        part.weight += mapped.document.root.weight();
        part.guessed.append(&mut mapped.guessed);
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
