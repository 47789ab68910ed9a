//! The files of a pull request, as a test changes them.
//!
//! In: the files of the catalog and what is patched. Out: a snapshot in which only the characters
//! of the changed values differ: comments, order and all other documents stay.

use crate::check::trial::{Patched, Place};
use crate::compile::Compiled;
use crate::model::trial::{Change, Edit};
use crate::source::Snapshot;
use crate::source::memory;
use crate::source::{SourceFile, limit};
use crate::syntax::{Entry, MergeKeys, Node};
use crate::text::{FileId, Span};

/// The snapshot with these changes.
///
/// Errors: the change that cannot be made, in words.
pub(super) fn patched(compiled: &Compiled, patches: &[Patched<'_>]) -> Result<Snapshot, String> {
    let mut files: Vec<SourceFile> = compiled.snapshot.as_slice().to_vec();
    // From the last place on, so that the places of the others stay true.
    let mut order: Vec<&Patched<'_>> = patches.iter().collect();
    order.sort_by_key(|patch| {
        std::cmp::Reverse(match patch.place {
            Place::File => 0,
            Place::Document(span) => span.start,
        })
    });
    for patch in order {
        let at = files.iter().position(|file| file.path == patch.path);
        let text = at.and_then(|at| files.get(at)?.text.as_deref().ok());
        let changed = match (patch.change, text) {
            (Change::Text(text), _) => Some(text.value.to_string()),
            (Change::Remove, _) => removed(patch, text),
            (Change::Edits(edits), Some(text)) => Some(edited(patch, text, edits)?),
            (Change::Edits(_), None) => return Err(format!("{} has no text", patch.path)),
        };
        if let Some(at) = at {
            files.remove(at);
        }
        if let Some(text) = changed {
            if text.len() as u64 > limit::FILE_BYTES {
                return Err(format!("{} would be too large", patch.path));
            }
            let new = memory::snapshot([(patch.path.clone(), text)]);
            files.extend(new.as_slice().iter().cloned());
        }
    }
    Ok(Snapshot::new(files))
}

/// The file without the document of an entity; nothing where it has no other.
fn removed(patch: &Patched<'_>, text: Option<&str>) -> Option<String> {
    let (Place::Document(span), Some(text)) = (patch.place, text) else {
        return None;
    };
    let is_only = roots(text).len() < 2;
    if is_only {
        return None;
    }
    let (start, end) = (span.start as usize, span.end as usize);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    Some(format!("{before}{after}"))
}

/// The documents of a text, and those in lists.
fn roots(text: &str) -> Vec<Node> {
    let (documents, _) = crate::syntax::parse(FileId(0), text, MergeKeys::Resolved);
    let mut roots = Vec::new();
    for document in documents {
        match document.root.as_sequence() {
            Some(elements) => roots.extend(elements.iter().cloned()),
            None if document.root.is_null() => {}
            None => roots.push(document.root),
        }
    }
    roots
}

/// The text with these values changed, one after the other.
fn edited(patch: &Patched<'_>, text: &str, edits: &[Edit]) -> Result<String, String> {
    let mut text = text.to_owned();
    for edit in edits {
        let roots = roots(&text);
        let root = document(patch, edit, &roots)?;
        let keys: Vec<&str> = edit.path.value.split('.').collect();
        let to = edit.to.as_ref().filter(|to| !to.is_null());
        let change = match to {
            Some(to) => put(&text, root, &keys, &to.to_json().to_string()),
            None => take(root, &keys),
        };
        let Some((span, new)) = change else {
            return Err(format!("{} has no `{}`", patch.path, edit.path.value));
        };
        let range = span.start as usize..span.end as usize;
        if !text.is_char_boundary(range.start) || !text.is_char_boundary(range.end) {
            return Err(format!("{} cannot be edited", patch.path));
        }
        text.replace_range(range, &new);
    }
    Ok(text)
}

/// The document that an edit is about.
fn document<'n>(patch: &Patched<'_>, edit: &Edit, roots: &'n [Node]) -> Result<&'n Node, String> {
    let identifier = |root: &Node| {
        root.get("identifier")
            .and_then(Node::as_str)
            .map(str::to_owned)
    };
    let found = match (&edit.entity, patch.place) {
        (Some(entity), _) => {
            let name = entity.value.rsplit('/').next().unwrap_or_default();
            let is_meant = |root: &&Node| identifier(root).as_deref() == Some(name);
            roots.iter().find(is_meant)
        }
        // What stands before it was not changed yet, so it begins where it began.
        (None, Place::Document(span)) => roots.iter().find(|root| root.span.start == span.start),
        (None, Place::File) => match roots {
            [one] => Some(one),
            _ => {
                return Err(format!(
                    "{} has {} documents: name the entity in place of the file",
                    patch.path,
                    roots.len()
                ));
            }
        },
    };
    found.ok_or_else(|| format!("{} does not have the entity", patch.path))
}

/// Where a value is written, and what is written there then.
fn put(text: &str, root: &Node, path: &[&str], value: &str) -> Option<(Span, String)> {
    let mut here = root;
    let mut rest = path;
    while let Some((key, below)) = rest.split_first() {
        let Some(entry) = here.entry(key) else { break };
        if below.is_empty() {
            return Some(replaced(text, entry, value));
        }
        if entry.node.is_null() {
            return Some(replaced(text, entry, &nested(below, value)));
        }
        here = &entry.node;
        rest = below;
    }
    let entries = here.as_mapping()?;
    let (key, below) = rest.split_first()?;
    let key = serde_json::Value::from(*key).to_string();
    let added = format!("{key}: {}", nested(below, value));
    let Some(first) = entries.first() else {
        return Some((here.span, format!("{{{added}}}")));
    };
    let at = first.key.span;
    let place = Span::new(at.file, at.start, at.start);
    if text.get(here.span.start as usize..)?.starts_with('{') {
        return Some((place, format!("{added}, ")));
    }
    let before = text.get(..at.start as usize)?;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    Some((place, format!("{added}\n{}", " ".repeat(column))))
}

/// A value in the place of another; one that is absent (`key:`) stands at its key.
fn replaced(text: &str, entry: &Entry, value: &str) -> (Span, String) {
    let span = entry.node.span;
    if span.start >= entry.key.span.end && span.end > span.start {
        return (span, value.to_owned());
    }
    let from = entry.key.span.end as usize;
    let colon = text.get(from..).and_then(|rest| rest.find(':'));
    let at = u32::try_from(from + colon.map_or(0, |at| at + 1)).unwrap_or(u32::MAX);
    (Span::new(span.file, at, at), format!(" {value}"))
}

/// `{a: {b: value}}` for what is below a key.
fn nested(path: &[&str], value: &str) -> String {
    path.iter().rev().fold(value.to_owned(), |inner, key| {
        let key = serde_json::Value::from(*key);
        format!("{{{key}: {inner}}}")
    })
}

/// Where a key and its value are written, with what separates them from the others.
fn take(root: &Node, path: &[&str]) -> Option<(Span, String)> {
    let (last, above) = path.split_last()?;
    let mut here = root;
    for key in above {
        here = here.get(key)?;
    }
    let entries = here.as_mapping()?;
    let at = entries.iter().position(|entry| entry.key.value == *last)?;
    let entry = entries.get(at)?;
    let file = entry.key.span.file;
    let end = |entry: &Entry| entry.node.span.end.max(entry.key.span.end);
    if let Some(next) = entries.get(at + 1) {
        return Some((
            Span::new(file, entry.key.span.start, next.key.span.start),
            String::new(),
        ));
    }
    match at.checked_sub(1).and_then(|before| entries.get(before)) {
        Some(previous) => Some((Span::new(file, end(previous), end(entry)), String::new())),
        None => Some((here.span, "{}".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::{put, roots, take};

    fn set(text: &str, path: &str, value: &str) -> String {
        let path: Vec<&str> = path.split('.').collect();
        let all = roots(text);
        let (span, new) = put(text, &all[0], &path, value).unwrap();
        let mut changed = text.to_owned();
        changed.replace_range(span.start as usize..span.end as usize, &new);
        changed
    }

    fn remove(text: &str, path: &str) -> String {
        let path: Vec<&str> = path.split('.').collect();
        let all = roots(text);
        let (span, new) = take(&all[0], &path).unwrap();
        let mut changed = text.to_owned();
        changed.replace_range(span.start as usize..span.end as usize, &new);
        changed
    }

    #[test]
    fn only_the_characters_of_a_value_change() {
        let block = "# top\na: 1    # one\nb:\n  c: {d: x, e: y} # two\n";
        assert_eq!(set(block, "a", "2"), block.replace("a: 1", "a: 2"));
        assert_eq!(
            set(block, "b.c.d", "\"z\""),
            block.replace("d: x", "d: \"z\"")
        );
        assert_eq!(
            set(block, "b.c.f", "3"),
            block.replace("{d: x", "{\"f\": 3, d: x")
        );
        assert_eq!(
            set(block, "b.n", "3"),
            block.replace("  c: {", "  \"n\": 3\n  c: {")
        );
        assert_eq!(
            set(block, "r.owner", "\"o\""),
            block.replace("a: 1", "\"r\": {\"owner\": \"o\"}\na: 1")
        );
        assert_eq!(set("a:\nb: 1\n", "a.x", "2"), "a: {\"x\": 2}\nb: 1\n");
        assert_eq!(set("a: {}\n", "a.x", "2"), "a: {\"x\": 2}\n");
        assert_eq!(
            set("- a: 1\n  b: 2\n", "c", "3"),
            "- \"c\": 3\n  a: 1\n  b: 2\n"
        );
    }

    #[test]
    fn what_is_taken_out_leaves_what_is_beside_it() {
        assert_eq!(remove("a: 1\nb: 2\nc: 3\n", "b"), "a: 1\nc: 3\n");
        assert_eq!(remove("a: 1\nb: 2\n", "b"), "a: 1\n");
        assert_eq!(remove("a: {x: 1, y: 2}\n", "a.y"), "a: {x: 1}\n");
        assert_eq!(remove("a:\n  x: 1\nb: 2\n", "a.x"), "a:\n  {}\nb: 2\n");
    }
}
