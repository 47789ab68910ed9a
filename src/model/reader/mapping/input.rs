//! What the expressions of a mapping read.
//!
//! `.` is what the file holds; beside its own keys stand `.file`, and where elements are taken
//! apart `.item`, the element, and `.parent`, the one that it was found in. The same is kept
//! twice: as nodes with places, for paths, and as JSON, made when an expression first needs it.

use serde_json::Map;
use serde_json::Value as Json;

use super::budget::Budget;
use crate::expression::Turn;
use crate::model::reader::tree;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Span;

/// The key of what is known of the file.
pub(super) const FILE: &str = "file";
/// The key of the element.
pub(super) const ITEM: &str = "item";
/// The key of the element that it was found in.
pub(super) const PARENT: &str = "parent";
/// The key of all that the file holds, below [`FILE`].
pub(super) const CONTENT: &str = "content";
/// What is known of the file.
pub(super) const OF_FILE: [&str; 5] = [CONTENT, "folder", "name", "path", "stem"];

/// An element, once as nodes and once as JSON.
struct Part {
    node: Node,
    json: Twin,
}

/// Where the JSON of an element is.
enum Twin {
    /// Nobody needed it yet.
    Unmade,
    /// Here, until it is needed again.
    Kept(Json),
    /// In the JSON of the input.
    Placed,
}

/// The input of a rule's expressions.
pub(super) struct Input<'n> {
    root: &'n Node,
    file: Node,
    item: Option<Part>,
    parent: Option<Part>,
    /// Whether the rule has elements, and elements of elements.
    levels: usize,
    json: Option<Json>,
    /// What is left for the file.
    pub(super) budget: Budget,
    /// Where values stand that are only thought to be what an expression gave: they are the same.
    pub(super) guessed: Vec<Span>,
}

/// What was the parent before an element became one.
pub(super) struct Outer(Option<Part>);

impl<'n> Input<'n> {
    /// The input of a file; `path` is relative to the settings.
    pub(super) fn new(root: &'n Node, path: &str, documents: usize) -> Self {
        let place = Span::new(root.span.file, root.span.start, root.span.start);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let texts = [
            ("folder", folder),
            ("name", name),
            ("path", path),
            ("stem", stem),
        ];
        let entries = texts.map(|(key, text)| tree::entry(key, place, tree::text(text, place)));
        Self {
            root,
            file: tree::mapping(place, entries.into()),
            item: None,
            parent: None,
            levels: 0,
            json: None,
            budget: Budget::of(root, documents),
            guessed: Vec::new(),
        }
    }

    /// Makes it the input of another rule, which has so many levels of elements.
    pub(super) fn begin(&mut self, levels: usize) {
        self.levels = levels;
        self.item = None;
        self.parent = None;
        self.json = None;
    }

    /// The element becomes the parent of what is found in it.
    pub(super) fn down(&mut self) -> Outer {
        self.park();
        let outer = self.parent.take();
        self.parent = self.item.take();
        Outer(outer)
    }

    /// The parent is the element again.
    pub(super) fn up(&mut self, outer: Outer) {
        self.park();
        self.item = self.parent.take();
        self.parent = outer.0;
    }

    /// The element that is looked at.
    pub(super) fn set_item(&mut self, node: Node) {
        self.park();
        self.item = Some(Part {
            node,
            json: Twin::Unmade,
        });
    }

    /// All of what is looked at: the element, or all that the file holds.
    pub(super) fn span(&self) -> Span {
        self.element().span
    }

    /// All of what is looked at: the element, or what the file holds.
    pub(super) fn element(&self) -> &Node {
        self.item.as_ref().map_or(self.root, |item| &item.node)
    }

    /// How many links of a path lead to something, and what the last of them leads to.
    pub(super) fn reach(&self, way: &[Turn]) -> (usize, Option<&Node>) {
        let (start, rest) = self.start(way);
        let before = way.len() - rest.len();
        let mut here = start;
        for (n, turn) in rest.iter().enumerate() {
            let next = here.and_then(|node| match turn {
                Turn::Key(key) => node.get(key),
                Turn::Index(at) => node.as_sequence().and_then(|nodes| nodes.get(*at)),
            });
            if next.is_none() {
                return (before + n, here);
            }
            here = next;
        }
        (way.len(), here)
    }

    /// What a path begins at, and what of it is left.
    fn start<'a, 'w>(&'a self, way: &'w [Turn]) -> (Option<&'a Node>, &'w [Turn]) {
        let (item, parent) = (self.item.as_ref(), self.parent.as_ref());
        match way.split_first() {
            Some((Turn::Key(first), rest)) => match (first.as_str(), rest.split_first()) {
                (FILE, Some((Turn::Key(key), rest))) if key == CONTENT => (Some(self.root), rest),
                (FILE, _) => (Some(&self.file), rest),
                (ITEM, _) if self.levels > 0 => (item.map(|part| &part.node), rest),
                (PARENT, _) if self.levels > 1 => (parent.map(|part| &part.node), rest),
                _ => (Some(self.root), way),
            },
            _ => (Some(self.root), way),
        }
    }

    /// A copy of the value that a path leads to; an error where it leads through what has no keys.
    pub(super) fn follow(&mut self, way: &[Turn]) -> Result<Option<Node>, ()> {
        let (start, rest) = self.start(way);
        let mut here = start;
        let mut passed = 0_u64;
        for turn in rest {
            let Some(node) = here else { break };
            here = match (turn, &node.value) {
                // As in jq, nothing has every key and no elements.
                (_, Value::Null) => None,
                (Turn::Key(key), Value::Mapping(entries)) => {
                    passed += entries.len() as u64;
                    node.get(key)
                }
                (Turn::Index(at), Value::Sequence(nodes)) => nodes.get(*at),
                _ => {
                    self.budget.steps = self.budget.steps.saturating_sub(passed);
                    return Err(());
                }
            };
        }
        let found = here.cloned();
        self.budget.steps = self.budget.steps.saturating_sub(passed);
        let Some(node) = found else {
            return Ok(None);
        };
        self.budget.copied(&node);
        Ok(Some(node))
    }

    /// All of it as JSON, and the steps that are left.
    pub(super) fn json(&mut self) -> (&Json, &mut u64) {
        let json = self.json.get_or_insert_with(|| {
            self.budget.copied(self.root);
            let content = self.root.to_json();
            let mut file = match self.file.to_json() {
                Json::Object(file) => file,
                _ => Map::new(),
            };
            file.insert(CONTENT.to_owned(), content.clone());
            let mut all = match content {
                Json::Object(all) => all,
                _ => Map::new(),
            };
            all.insert(FILE.to_owned(), Json::Object(file));
            Json::Object(all)
        });
        if let Json::Object(all) = json {
            let parts = [
                (ITEM, &mut self.item, self.levels > 0),
                (PARENT, &mut self.parent, self.levels > 1),
            ];
            for (key, part, is_used) in parts {
                if !is_used {
                    continue;
                }
                let Some(part) = part else {
                    all.insert(key.to_owned(), Json::Null);
                    continue;
                };
                let made = match std::mem::replace(&mut part.json, Twin::Placed) {
                    Twin::Placed => continue,
                    Twin::Kept(made) => made,
                    Twin::Unmade => {
                        self.budget.copied(&part.node);
                        part.node.to_json()
                    }
                };
                all.insert(key.to_owned(), made);
            }
        }
        (json, &mut self.budget.steps)
    }

    /// Puts the JSON of the elements back to them, before they change their places.
    fn park(&mut self) {
        let Some(Json::Object(all)) = &mut self.json else {
            return;
        };
        for (key, part) in [(ITEM, &mut self.item), (PARENT, &mut self.parent)] {
            if let Some(part) = part
                && matches!(part.json, Twin::Placed)
                && let Some(made) = all.get_mut(key)
            {
                part.json = Twin::Kept(made.take());
            }
        }
    }
}
