//! The comments of an export, carried over to what is written of it.
//!
//! In: the files of an export and the documents that were made of them. Out: the text of a document
//! with the comments that stand above or beside what it carries over, and how many found no place.
//! A comment is carried only where it is certain what it is about: the line beside it, or the next
//! one below, became a value.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::DocumentKind;
use crate::source::Snapshot;
use crate::syntax::{Document, MergeKeys, Node, Value, comments_at};
use crate::text::{FileId, Span};

/// What names a document: its kind, blueprint and identifier.
type Name = (DocumentKind, String, String);

/// The way to a value: keys, and places in lists.
type Way = Vec<String>;

/// A comment.
#[derive(Debug, Clone)]
struct Remark {
    text: String,
    /// Whether it stands beside what it is about, and not above.
    is_beside: bool,
}

/// The comments that have a place, by document and value.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    by_name: BTreeMap<Name, BTreeMap<Way, Vec<Remark>>>,
    all: usize,
    carried: usize,
}

/// What a line of an export became.
type Became = BTreeMap<usize, (usize, Way)>;

impl Remarks {
    /// The comments of the files from which the documents were made.
    pub(super) fn of(snapshot: &Snapshot, documents: &[(DocumentKind, Document)]) -> Self {
        let mut remarks = Self::default();
        let mut twice = BTreeSet::new();
        let mut names: BTreeSet<Name> = BTreeSet::new();
        for (kind, document) in documents {
            let name = name(*kind, &document.root);
            if !names.insert(name.clone()) {
                twice.insert(name);
            }
        }
        let files: BTreeSet<FileId> = documents.iter().map(|(_, it)| it.file).collect();
        for file in files {
            let text = snapshot.text(file);
            let Some(comments) = comments_at(text).filter(|comments| !comments.is_empty()) else {
                continue;
            };
            let starts = starts(text);
            let mut became = Became::new();
            for (at, (_, document)) in documents.iter().enumerate() {
                if document.file == file {
                    lines(
                        &document.root,
                        file,
                        &starts,
                        &mut Way::new(),
                        &mut |line, way| {
                            became.entry(line).or_insert_with(|| (at, way.clone()));
                        },
                    );
                }
            }
            remarks.all += comments.len();
            for (at, comment) in comments {
                let Some((remark, of)) = place(text, &starts, &became, at, comment) else {
                    continue;
                };
                let Some((kind, document)) = documents.get(of.0) else {
                    continue;
                };
                let name = name(*kind, &document.root);
                if !twice.contains(&name) {
                    let own = remarks.by_name.entry(name).or_default();
                    own.entry(of.1).or_default().push(remark);
                }
            }
        }
        remarks
    }

    /// The YAML of a document with its comments; without them where they would change what it says.
    pub(super) fn written(&mut self, kind: DocumentKind, plain: String) -> String {
        let (documents, _) = crate::syntax::parse(FileId(0), &plain, MergeKeys::Resolved);
        let [document] = documents.as_slice() else {
            return plain;
        };
        let Some(own) = self.by_name.remove(&name(kind, &document.root)) else {
            return plain;
        };
        let starts = starts(&plain);
        let mut above: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let mut beside: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let mut carried = 0;
        for remark in own.get(&Way::new()).into_iter().flatten() {
            above.entry(0).or_default().push(remark.text.clone());
            carried += 1;
        }
        lines(
            &document.root,
            FileId(0),
            &starts,
            &mut Way::new(),
            &mut |line, way| {
                for remark in own.get(way).into_iter().flatten() {
                    let places = if remark.is_beside {
                        &mut beside
                    } else {
                        &mut above
                    };
                    places.entry(line).or_default().push(remark.text.clone());
                    carried += 1;
                }
            },
        );
        let mut out = String::new();
        for (line, text) in plain.lines().enumerate() {
            let indent: String = text.chars().take_while(|c| *c == ' ').collect();
            for remark in above.remove(&line).into_iter().flatten() {
                out.push_str(&format!("{indent}# {remark}\n"));
            }
            out.push_str(text);
            for remark in beside.remove(&line).into_iter().flatten() {
                out.push_str(&format!("  # {remark}"));
            }
            out.push('\n');
        }
        let (read, findings) = crate::syntax::parse(FileId(0), &out, MergeKeys::Resolved);
        let is_same = findings.is_empty()
            && matches!(read.as_slice(), [read] if read.root.to_json() == document.root.to_json());
        if is_same {
            self.carried += carried;
            out
        } else {
            plain
        }
    }

    /// What is to be said of those that found no place.
    pub(super) fn told(&self) -> String {
        match self.all - self.carried {
            0 => String::new(),
            left => format!(
                "! {left} of {} comments of the export are not carried over: what they stand beside has no line of its own here\n",
                self.all
            ),
        }
    }
}

/// A comment and what it is about: beside it, or on the next line of the same document. What
/// stands above a document is about all of it.
fn place(
    text: &str,
    starts: &[usize],
    became: &Became,
    at: usize,
    comment: String,
) -> Option<(Remark, (usize, Way))> {
    let line = line_of(starts, at);
    let start = starts.get(line).copied()?;
    let is_beside = !text.get(start..at)?.trim().is_empty();
    let remark = Remark {
        text: comment,
        is_beside,
    };
    if is_beside {
        return Some((remark, became.get(&line)?.clone()));
    }
    let is_content = |line: &str| !line.is_empty() && !line.starts_with('#');
    let mut all = text.lines().map(str::trim).enumerate();
    let is_first = all
        .clone()
        .take(line)
        .all(|(_, it)| !is_content(it) || it == "---");
    let (next, _) =
        all.find(|(n, it)| *n > line && is_content(it) && !(is_first && *it == "---"))?;
    let begins = |n: &usize| {
        let before = text.lines().take(*n).map(str::trim);
        let last = before.filter(|it| is_content(it)).last();
        last.is_none_or(|it| it == "---")
    };
    if begins(&next) {
        let ends = text.lines().enumerate().skip(next + 1);
        let end = ends
            .map(|(n, it)| (n, it.trim()))
            .find(|(_, it)| *it == "---");
        let end = end.map_or(usize::MAX, |(n, _)| n);
        let (_, (of, _)) = became.range(next..end).next()?;
        return Some((remark, (*of, Way::new())));
    }
    Some((remark, became.get(&next)?.clone()))
}

/// Tells of each value on which line it stands; of a mapping or a list, on which its key stands.
fn lines(
    node: &Node,
    file: FileId,
    starts: &[usize],
    way: &mut Way,
    tell: &mut dyn FnMut(usize, &Way),
) {
    let line = |span: Span| (span.file == file).then(|| line_of(starts, span.start as usize));
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries.iter() {
                way.push(entry.key.value.to_string());
                let is_inner = matches!(entry.node.value, Value::Mapping(_) | Value::Sequence(_));
                let own = if is_inner {
                    entry.key.span
                } else {
                    entry.node.span
                };
                if let Some(line) = line(own) {
                    tell(line, way);
                }
                lines(&entry.node, file, starts, way, tell);
                way.pop();
            }
        }
        Value::Sequence(nodes) => {
            for (n, node) in nodes.iter().enumerate() {
                way.push(n.to_string());
                if let Some(line) = line(node.span) {
                    tell(line, way);
                }
                lines(node, file, starts, way, tell);
                way.pop();
            }
        }
        _ => {}
    }
}

/// Where the lines of a text begin.
fn starts(text: &str) -> Vec<usize> {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).collect()
}

fn line_of(starts: &[usize], at: usize) -> usize {
    starts
        .partition_point(|start| *start <= at)
        .saturating_sub(1)
}

fn name(kind: DocumentKind, root: &Node) -> Name {
    let text = |key| {
        root.get(key)
            .and_then(Node::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    (kind, text("blueprint"), text("identifier"))
}

#[cfg(test)]
mod tests {
    use super::Remarks;
    use crate::cli::init::native;
    use crate::model::natives;
    use crate::model::settings::Reader;
    use crate::source::memory;

    const DESCRIPTORS: &str = "\
# the cart, since 2019
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  # as the pager calls it
  name: cart
spec:
  type: service # not a website
  lifecycle: production
  # ask before
  owner: checkout
# an end
---
# the second
kind: Component
# of no line here
apiVersion: backstage.io/v1alpha1
metadata: {name: orders}
spec: {type: service, lifecycle: production, owner: checkout}
";

    #[test]
    fn comments_stay_with_what_they_are_about_and_the_others_are_counted() {
        let snapshot = memory::snapshot([("catalog-info.yaml", DESCRIPTORS)]);
        let (documents, findings) = natives(&snapshot, &Reader::Backstage, |_| true);
        assert_eq!(findings, []);
        let mut remarks = Remarks::of(&snapshot, &documents);
        let natives = documents.into_iter().map(|(kind, document)| {
            let value = document.root.to_json();
            let name = value["identifier"].as_str().unwrap().to_owned();
            (kind, name, value)
        });
        let files = native::files(natives.collect(), &mut remarks);
        let text = |name: &str| {
            let found = files.iter().find(|(path, _)| path.contains(name));
            found.unwrap().1.as_str()
        };
        let cart = text("cart");
        assert!(cart.starts_with("# the cart, since 2019\n"), "{cart}");
        assert!(
            cart.contains("# as the pager calls it\nidentifier: cart\n"),
            "{cart}"
        );
        assert!(cart.contains("type: service  # not a website\n"), "{cart}");
        assert!(
            cart.contains("  # ask before\n  owner: checkout\n"),
            "{cart}"
        );
        assert!(
            text("orders").starts_with("# the second\n"),
            "{}",
            text("orders")
        );
        assert!(
            remarks.told().starts_with("! 2 of 7 comments"),
            "{}",
            remarks.told()
        );
    }
}
