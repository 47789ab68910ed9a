//! Goes from the root of a document to a place in it, as it is written.
//!
//! In: a sheet and a place. Out: where the value sits, or the mapping that lacks the next key; or
//! where it is written, if that is not there.

use crate::edit::own::{Item, Origin, items};
use crate::edit::sheet::Sheet;
use crate::edit::{Place, Refused, Step};
use crate::syntax::Node;
use crate::text::{Span, Text};

/// Where a value sits.
pub(super) struct Seat<'s> {
    /// The list or mapping around it, with its parts; nothing at the root.
    pub(super) around: Option<(&'s Node, Vec<Item>)>,
    /// Its own bytes in that.
    pub(super) item: Option<Item>,
    pub(super) node: &'s Node,
    /// Whether brackets are around it.
    pub(super) is_in_flow: bool,
}

/// What a place leads to.
pub(super) enum Reached<'s> {
    Seat(Seat<'s>),
    /// A mapping that lacks the next key.
    Missing {
        holder: Seat<'s>,
        key: &'s Text,
        rest: &'s [Step],
    },
    /// A key that a merge brings to a mapping.
    Merged {
        holder: Seat<'s>,
        key: &'s Text,
        node: &'s Node,
        at: Span,
    },
}

impl Seat<'_> {
    /// That what is inside the value is written here.
    pub(super) fn is_own(&self, sheet: &Sheet<'_>) -> Result<(), Refused> {
        match self.item {
            Some(item) if item.origin == Origin::Alias => Err(sheet.merged(self.node.span)),
            _ => Ok(()),
        }
    }
}

/// That a key stands twice, of which readers take one or the other.
fn ambiguous(at: Span) -> Refused {
    Refused {
        why: "this key stands twice, and readers take one or the other".to_owned(),
        at,
        help: "delete one of the two, then change the value".to_owned(),
    }
}

/// Goes to a place.
pub(super) fn reach<'s>(sheet: &'s Sheet<'_>, place: &'s Place) -> Result<Reached<'s>, Refused> {
    let root = sheet.documents.get(place.document);
    let root = root
        .map(|it| &it.root)
        .ok_or_else(|| sheet.unwritable(place))?;
    let mut seat = Seat {
        around: None,
        item: None,
        node: root,
        is_in_flow: false,
    };
    let mut steps = place.steps.as_slice();
    while let Some((step, rest)) = steps.split_first() {
        seat.is_own(sheet)?;
        let here = seat.node;
        let found = match step {
            Step::Key(key) => {
                let entries = here.as_mapping().unwrap_or_default();
                let mut entries = entries.iter().enumerate();
                entries
                    .find(|(_, entry)| entry.key.value == *key)
                    .map(|(number, entry)| (number, &entry.node, entry.key.span))
            }
            Step::Element(number) => {
                let node = here.as_sequence().and_then(|nodes| nodes.get(*number));
                node.map(|node| (*number, node, node.span))
            }
        };
        let Some((number, node, at)) = found else {
            let Step::Key(key) = step else {
                return Err(sheet.no_way(place));
            };
            if here.as_mapping().is_none() && !here.is_null() {
                return Err(sheet.no_way(place));
            }
            return Ok(Reached::Missing {
                holder: seat,
                key,
                rest,
            });
        };
        if matches!(step, Step::Key(_)) && sheet.twice.contains(&at) {
            return Err(ambiguous(at));
        }
        let items = items(sheet, here).ok_or_else(|| sheet.unwritable(place))?;
        let item = items.iter().find(|item| item.number == number).copied();
        let Some(item) = item else {
            return match (step, rest) {
                (Step::Key(key), []) => Ok(Reached::Merged {
                    holder: seat,
                    key,
                    node,
                    at,
                }),
                _ => Err(sheet.merged(at)),
            };
        };
        seat = Seat {
            is_in_flow: seat.is_in_flow || sheet.is_flow(here),
            around: Some((here, items)),
            item: Some(item),
            node,
        };
        steps = rest;
    }
    Ok(Reached::Seat(seat))
}
