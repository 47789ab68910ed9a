//! A request: a file that asks once for an action on an entity.

use serde_json::Value as Json;

use crate::model::fields::Fields;
use crate::syntax::{Document, Entry, MergeKeys, entry, parse};
use crate::text::{FileId, Located, Span, Text, visible};

mod lift;

pub use lift::Lifts;

/// A wish that a pull request carries. Runs once ever, by its id.
#[derive(Debug, Clone)]
pub struct Request {
    /// Unique for ever; the file's stem unless it is written.
    pub id: Located<Text>,
    /// The action, or a built-in one: `record`, `override`, `break_glass`.
    pub action: Located<Text>,
    /// The entity's identifier; its blueprint is the action's.
    pub entity: Option<Located<Text>>,
    /// The blueprint, where a built-in action needs to be told.
    pub blueprint: Option<Located<Text>>,
    /// The inputs as they are written.
    pub inputs: Box<[Entry]>,
    /// Where a missing input is reported.
    pub inputs_place: Span,
    /// All of the document.
    pub span: Span,
}

impl Request {
    /// What it says, wherever it stands.
    pub fn form(&self) -> Json {
        let text = |text: &Option<Located<Text>>| text.as_ref().map(|it| it.value.to_string());
        serde_json::json!([
            self.action.value.as_str(),
            text(&self.entity),
            text(&self.blueprint),
            crate::syntax::to_json_object(&self.inputs),
        ])
    }
}

/// The name of the request that lifts guards and freezes.
pub const OVERRIDE: &str = "override";

/// The name of the request that breaks the glass.
pub const BREAK_GLASS: &str = "break_glass";

/// The longest reason for breaking the glass, in characters: it stands above every plan.
pub const REASON_MAX: usize = 500;

/// What a request says of why the glass is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GlassReason {
    /// In one line.
    Given(String),
    /// Nothing.
    Missing,
    /// What is no reason.
    Wrong(Span),
}

impl Request {
    /// Why the glass is broken, where the request is for that.
    pub fn glass_reason(&self) -> GlassReason {
        let Some(entry) = entry(&self.inputs, "reason") else {
            return GlassReason::Missing;
        };
        let words = entry
            .node
            .as_str()
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        // What cannot be seen is no reason.
        let is_seen =
            |c: char| c.is_alphanumeric() && visible(c.encode_utf8(&mut [0; 4])) == c.to_string();
        match words {
            Some(words) if words.contains(is_seen) && words.chars().count() <= REASON_MAX => {
                GlassReason::Given(words)
            }
            None if entry.node.is_null() => GlassReason::Missing,
            _ => GlassReason::Wrong(entry.node.span),
        }
    }
}

/// Reads a request; `stem` is the file's name without its ending.
pub(super) fn read(
    document: &Document,
    stem: &str,
    findings: &mut Vec<crate::finding::Finding>,
) -> Option<Request> {
    let root = &document.root;
    let place = root
        .as_mapping()
        .and_then(<[Entry]>::first)
        .map_or(root.span, |entry| entry.key.span);
    let mut fields = Fields::of("a request", root, place, findings)?;
    let id = fields.text("id");
    let action = fields.required_text("action");
    let entity = fields.text("entity");
    let blueprint = fields.text("blueprint");
    let inputs_place = fields.entry("inputs").map_or(place, |entry| entry.key.span);
    let inputs = fields.mapping("inputs").into();
    fields.done();
    if !document.complete {
        return None;
    }
    Some(Request {
        id: id.unwrap_or_else(|| Located::new(Text::from(stem), place)),
        action: action?,
        entity,
        blueprint,
        inputs,
        inputs_place,
        span: root.span,
    })
}

/// The ids of the requests in a text, wherever it stands: of what has the form of one, whatever
/// else may be wrong with it.
pub fn ids(path: &str, text: &str) -> Vec<Text> {
    const FIELDS: [&str; 5] = ["id", "action", "entity", "blueprint", "inputs"];
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if !text.contains("action") {
        return Vec::new();
    }
    let (documents, _) = parse(FileId::BUILT_IN, text, MergeKeys::Resolved);
    let of = |document: &Document| {
        let entries = document.root.as_mapping()?;
        let is_known = |entry: &Entry| FIELDS.contains(&entry.key.value.as_str());
        let has_form = entry(entries, "action").is_some() && entries.iter().all(is_known);
        let id = entry(entries, "id").and_then(|entry| entry.node.as_str());
        has_form.then(|| Text::from(id.unwrap_or(stem)))
    };
    documents.iter().filter_map(of).collect()
}
