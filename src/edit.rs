//! Changes one value in the text of a YAML or JSON file: only the bytes that must change do.
//!
//! In: a text, the place of a value in it, and what becomes of the value. Out: the new text, in
//! which comments, order, quotes, line ends and the end of the file are as they were; or why it
//! cannot be written. Every text that is given back was read again and says what was wanted and
//! nothing else. Touches no file; [`tried()`] compiles the catalog that a change gives.
//!
//! Where a value is an alias (`*name`) or comes of a merge (`<<`), it is written out at its own key,
//! which then no longer follows. What stands inside such a value belongs to others too, and is
//! refused with the place where it is written.

use serde_json::Value as Json;

use crate::finding::Finding;
use crate::syntax::{self, Document, MergeKeys, Node};
use crate::text::{FileId, Span, Splice, Text, spliced};

mod add;
pub mod names;
mod own;
mod part;
mod place;
mod put;
mod reach;
mod sheet;
mod take;
pub mod tried;
mod words;

#[cfg(test)]
mod tests;

pub use names::renamed;
pub use place::{at_span, node_of, of_entity};
pub use tried::{Outcome, tried};

use sheet::Sheet;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// YAML, also where it looks like JSON.
    Yaml,
    /// JSON, as the name of the file says: what is written stays JSON.
    Json,
}

impl Form {
    /// The form of the file at `path`.
    pub fn of(path: &str) -> Self {
        let is_json = path.rsplit('.').next() == Some("json");
        if is_json { Self::Json } else { Self::Yaml }
    }
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the value of a key.
    Key(Text),
    /// To an element of a list, counted from 0.
    Element(usize),
}

/// Where a value stands, or would, in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The number of the document in the file, from 0.
    pub document: usize,
    /// The steps from the root of the document.
    pub steps: Vec<Step>,
}

impl Place {
    /// A place inside this one.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut place = self.clone();
        place.steps.push(step);
        place
    }

    /// The place of a key inside this one.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(Text::from(key)))
    }

    /// The place of an element inside this one.
    #[must_use]
    pub fn element(&self, number: usize) -> Self {
        self.with(Step::Element(number))
    }
}

/// What becomes of the value at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It is this one; keys that lead to it and are not there are added.
    Set(Json),
    /// It is a list that has this one at its end, too.
    Append(Json),
    /// It goes, with its key or its dash and the comment above it.
    Unset,
}

/// Why a value cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// In one line.
    pub why: String,
    /// The characters that it is about.
    pub at: Span,
    /// What to do about it.
    pub help: String,
}

/// The text with one value changed.
///
/// Errors: why it cannot be written so that all else stays.
pub fn change(
    form: Form,
    file: FileId,
    text: &str,
    place: &Place,
    change: &Change,
) -> Result<String, Refused> {
    let sheet = Sheet::read(form, file, text).beside(place);
    let before = sheet.said();
    let wanted = wanted(&sheet, &before, place, change)?;
    if wanted == before {
        return Ok(text.to_owned());
    }
    if let Change::Set(value) = change
        && let Some(old) = before.get(place.document)
        && let Some(old) = reached(old, &place.steps)
        && let Some(parts) = part::parts(old, value)
        && let Some(new) = in_parts(form, file, text, place, &parts)
        && sheet.gives(&new, &wanted)
    {
        return Ok(new);
    }
    // Without its last part a list or mapping is an empty one, and no absent one.
    if *change == Change::Unset
        && let Some((_, around)) = place.steps.split_last()
        && let Some(left) = wanted
            .get(place.document)
            .and_then(|it| reached(it, around))
        && matches!(left, Json::Object(entries) if entries.is_empty())
            | matches!(left, Json::Array(items) if items.is_empty())
    {
        let around = Place {
            document: place.document,
            steps: around.to_vec(),
        };
        return self::change(form, file, text, &around, &Change::Set(left.clone()));
    }
    let ways = ways(&sheet, place, change)?;
    let tried = ways.iter().filter_map(|way| spliced(text, way));
    let mut fitting = tried.filter(|new| sheet.gives(new, &wanted));
    fitting.next().ok_or_else(|| sheet.unwritable(place))
}

/// A value as the lines of new YAML, each behind this indentation.
pub fn lines(value: &Json, indent: &str) -> Vec<String> {
    let sheet = Sheet::read(Form::Yaml, FileId::BUILT_IN, "");
    words::block(&sheet, value, indent)
}

/// The text after changes of parts of a value, each by itself.
fn in_parts(
    form: Form,
    file: FileId,
    text: &str,
    place: &Place,
    parts: &[(Step, Change)],
) -> Option<String> {
    let mut text = text.to_owned();
    for (step, part) in parts {
        let place = match part {
            Change::Append(_) => place.clone(),
            _ => place.with(step.clone()),
        };
        text = change(form, file, &text, &place, part).ok()?;
    }
    Some(text)
}

/// What may be written, the best first.
fn ways(sheet: &Sheet<'_>, place: &Place, change: &Change) -> Result<Vec<Vec<Splice>>, Refused> {
    use reach::Reached;
    let reached = reach::reach(sheet, place)?;
    Ok(match (reached, change) {
        (Reached::Seat(seat), Change::Set(value)) => put::ways(sheet, &seat, value),
        (Reached::Seat(seat), Change::Append(value)) if seat.node.as_sequence().is_some() => {
            seat.is_own(sheet)?;
            add::element(sheet, &seat, value)?
        }
        (Reached::Seat(seat), Change::Append(value)) => {
            put::ways(sheet, &seat, &Json::from(vec![value.clone()]))
        }
        (Reached::Seat(seat), Change::Unset) => take::ways(sheet, &seat),
        (Reached::Missing { holder, key, rest }, Change::Set(value)) => {
            add::key(sheet, &holder, key, &nested(rest, value.clone()))
        }
        (Reached::Missing { holder, key, rest }, Change::Append(value)) => {
            let list = Json::from(vec![value.clone()]);
            add::key(sheet, &holder, key, &nested(rest, list))
        }
        (Reached::Missing { .. }, Change::Unset) => Vec::new(),
        (Reached::Merged { at, .. }, Change::Unset) => return Err(sheet.merged(at)),
        (Reached::Merged { holder, key, .. }, Change::Set(value)) => {
            add::key(sheet, &holder, key, value)
        }
        (
            Reached::Merged {
                holder, key, node, ..
            },
            Change::Append(value),
        ) => {
            let mut list = node.to_json();
            appended(&mut list, value.clone()).ok_or_else(|| sheet.no_way(place))?;
            add::key(sheet, &holder, key, &list)
        }
    })
}

/// A value inside mappings of one key each.
fn nested(keys: &[Step], value: Json) -> Json {
    keys.iter().rev().fold(value, |value, step| match step {
        Step::Key(key) => Json::Object([(key.to_string(), value)].into_iter().collect()),
        Step::Element(_) => Json::from(vec![value]),
    })
}

/// What the documents of the text must say after a change.
fn wanted(
    sheet: &Sheet<'_>,
    before: &[Json],
    place: &Place,
    change: &Change,
) -> Result<Vec<Json>, Refused> {
    sheet.is_whole(place)?;
    let mut wanted = before.to_vec();
    let root = wanted
        .get_mut(place.document)
        .ok_or_else(|| sheet.unwritable(place))?;
    let made = match change {
        Change::Set(value) => holder(root, &place.steps).map(|here| *here = value.clone()),
        Change::Append(value) => {
            holder(root, &place.steps).and_then(|here| appended(here, value.clone()))
        }
        Change::Unset => removed(root, &place.steps),
    };
    made.map(|()| wanted).ok_or_else(|| sheet.no_way(place))
}

/// The value that steps lead to; keys that are not there are made.
fn holder<'j>(root: &'j mut Json, steps: &[Step]) -> Option<&'j mut Json> {
    let mut here = root;
    for step in steps {
        if here.is_null() && matches!(step, Step::Key(_)) {
            *here = Json::Object(serde_json::Map::new());
        }
        here = match (step, here) {
            (Step::Key(key), Json::Object(entries)) => {
                entries.entry(key.as_str()).or_insert(Json::Null)
            }
            (Step::Element(number), Json::Array(items)) => items.get_mut(*number)?,
            _ => return None,
        };
    }
    Some(here)
}

fn appended(list: &mut Json, value: Json) -> Option<()> {
    match list {
        Json::Array(items) => items.push(value),
        Json::Null => *list = Json::from(vec![value]),
        _ => return None,
    }
    Some(())
}

/// Takes a value out; nothing is done where it is not there.
fn removed(root: &mut Json, steps: &[Step]) -> Option<()> {
    let (last, steps) = steps.split_last()?;
    let mut here = root;
    for step in steps {
        here = match (step, here) {
            (Step::Key(key), Json::Object(entries)) => match entries.get_mut(key.as_str()) {
                Some(value) => value,
                None => return Some(()),
            },
            (Step::Element(number), Json::Array(items)) => items.get_mut(*number)?,
            _ => return Some(()),
        };
    }
    match (last, here) {
        (Step::Key(key), Json::Object(entries)) => {
            entries.remove(key.as_str());
        }
        (Step::Element(number), Json::Array(items)) if *number < items.len() => {
            items.remove(*number);
        }
        _ => {}
    }
    Some(())
}

/// The value that steps lead to.
fn reached<'j>(root: &'j Json, steps: &[Step]) -> Option<&'j Json> {
    steps.iter().try_fold(root, |here, step| match step {
        Step::Key(key) => here.as_object()?.get(key.as_str()),
        Step::Element(number) => here.as_array()?.get(*number),
    })
}

/// The documents of a text, and what is wrong with it.
fn documents(file: FileId, text: &str) -> (Vec<Document>, Vec<Finding>) {
    syntax::parse_large(file, text, MergeKeys::Resolved)
}

/// The value that steps lead to, in a tree.
fn node_at<'n>(root: &'n Node, steps: &[Step]) -> Option<&'n Node> {
    steps.iter().try_fold(root, |here, step| match step {
        Step::Key(key) => here.get(key),
        Step::Element(number) => here.as_sequence()?.get(*number),
    })
}
