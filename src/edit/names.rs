//! Writes another name at several places of a text at once.
//!
//! In: the places of texts, keys too, each with what it becomes. Out: what is replaced, each name
//! in the quotes of the old one. An alias of such a scalar says the new name too, as it must.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::edit::sheet::Sheet;
use crate::edit::words::{self, Around};
use crate::edit::{Form, Place, Refused};
use crate::syntax::{Node, Value};
use crate::text::{FileId, Span, Splice, spliced};

/// What is replaced so that the text has other scalars at these places.
///
/// Errors: the first place at which none is written, or whose name cannot be.
pub fn renamed(
    form: Form,
    file: FileId,
    text: &str,
    names: &BTreeMap<Span, String>,
) -> Result<Vec<Splice>, Refused> {
    let sheet = Sheet::read(form, file, text);
    let documents = sheet.documents.iter();
    let wanted: Vec<Json> = documents.map(|it| named(&sheet, &it.root, names)).collect();
    let refused = |at: Span| Refused {
        why: "the name is not written here as it is read".to_owned(),
        at,
        help: "write the new name by hand, then run `catalogc check`".to_owned(),
    };
    let first = names.keys().next().copied();
    let first = first.unwrap_or(Span::whole_file(file));
    let ways: Option<Vec<Vec<String>>> = names
        .iter()
        .map(|(span, name)| {
            let old = sheet.slice(span.start as usize, span.end as usize);
            let ways = words::scalars(form, Around::Flow, old, &Json::from(name.as_str()));
            (!old.is_empty() && !old.contains('\n')).then_some(ways)
        })
        .collect();
    let ways = ways.ok_or_else(|| refused(first))?;
    // The best ways of all, else the last ones: double quotes.
    for choice in [<[String]>::first, <[String]>::last] {
        let splices = names.keys().zip(&ways).filter_map(|(span, ways)| {
            let (start, end) = (span.start as usize, span.end as usize);
            Some(Splice::new(start, end, choice(ways)?.as_str()))
        });
        let splices: Vec<Splice> = splices.collect();
        if let Some(new) = spliced(text, &splices)
            && sheet.gives(&new, &wanted)
        {
            return Ok(splices);
        }
    }
    // Where a part cannot be read, that is what is to be put right.
    for document in 0..sheet.documents.len() {
        let steps = Vec::new();
        sheet.is_whole(&Place { document, steps })?;
    }
    Err(refused(first))
}

/// What a tree says with other names.
fn named(sheet: &Sheet<'_>, node: &Node, names: &BTreeMap<Span, String>) -> Json {
    if let (Some(name), Value::String(_)) = (names.get(&node.span), &node.value) {
        return Json::from(name.as_str());
    }
    if let Value::String(text) = &node.value
        && text.contains('\n')
        && let Some(text) = within(sheet, node.span, text, names)
    {
        return Json::from(text);
    }
    match &node.value {
        Value::Sequence(nodes) => nodes.iter().map(|it| named(sheet, it, names)).collect(),
        Value::Mapping(entries) => Json::Object(
            entries
                .iter()
                .map(|entry| {
                    let key = names.get(&entry.key.span).cloned();
                    let key = key.unwrap_or_else(|| entry.key.value.to_string());
                    (key, named(sheet, &entry.node, names))
                })
                .collect(),
        ),
        _ => node.to_json(),
    }
}

/// What a text of several lines says with other names in some places of it; `None` where there are
/// none, or where what is written is not what is read.
fn within(
    sheet: &Sheet<'_>,
    whole: Span,
    text: &str,
    names: &BTreeMap<Span, String>,
) -> Option<String> {
    let first = names.keys().find(|it| whole.covers(**it))?;
    let old = sheet.slice(first.start as usize, first.end as usize);
    let written = sheet.slice(whole.start as usize, whole.end as usize);
    let (places, read) = (written.match_indices(old), text.match_indices(old));
    if old.is_empty() || places.clone().count() != read.clone().count() {
        return None;
    }
    let splices = places.zip(read).filter_map(|((place, _), (at, _))| {
        let place = whole.start as usize + place;
        let mut own = names.iter();
        let (_, name) = own.find(|(it, _)| whole.covers(**it) && it.start as usize == place)?;
        Some(Splice::new(at, at + old.len(), name.as_str()))
    });
    spliced(text, &splices.collect::<Vec<Splice>>())
}
