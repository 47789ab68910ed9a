//! Files without text: what they may hold counts as unread, and is never absent.
//!
//! In: a file, and why it has no text. Out: what whoever names something of it is not blamed for:
//! everything, where nobody knows what it says; the names in it, where it can be read loosely.

use super::NamedFile;
use super::file_map::FileMap;
use super::part::Part;
use super::salvage::{Keys, lost};
use crate::model::lost::LostEntity;
use crate::source::Refusal;

/// A file without text: what it may hold, as far as anything is known of it, counts as unread.
pub(super) fn leave((file, source): NamedFile<'_>, map: &FileMap, part: &mut Part) {
    let guess = source.text.as_ref().err().and_then(Refusal::guess);
    if guess.is_some() && map.passes_over(&source.path) {
        return;
    }
    part.leave(file, &map.may_hold(&source.path), || {
        let mapped = map.of(&source.path);
        match (guess, mapped) {
            (Some(text), Some(mapped)) => {
                lost(text, &[], &Keys::of(mapped.reader, mapped.blueprint))
            }
            (Some(_), None) => Vec::new(),
            (None, mapped) => vec![LostEntity::any(mapped.and_then(|it| it.blueprint))],
        }
    });
}
