//! The file of a request: what it says, and what it is called.
//!
//! In its name is a mark of the target's tip and of who asks for what, so that no name comes back: an
//! id runs once for ever.

use serde_json::{Map, Value as Json, json};

use crate::cli::Failure;
use crate::cli::ask::{Asking, Wish};
use crate::cli::desk::Desk;
use crate::cli::request::base::Base;
use crate::edit::{Change, Form, Place, change};
use crate::model::Action;
use crate::plan::file::digest;
use crate::text::{FileId, Text, visible};

/// The most characters of the entity in a file's name.
const NAME: usize = 80;
/// The characters of the mark in it.
const MARK: usize = 7;

/// The inputs in the order of the action.
pub(super) fn inputs(action: &Action, wish: &Wish<'_>) -> Vec<(String, Json)> {
    let all = action.inputs.properties.iter();
    all.filter_map(|entry| {
        let name = entry.key.value.as_str();
        Some((name.to_owned(), wish.inputs.get(name)?.clone()))
    })
    .collect()
}

/// The text, read again and found to say all this and nothing else.
pub(super) fn text(
    action: &str,
    entity: &str,
    inputs: &[(String, Json)],
    reason: Option<&str>,
) -> Result<String, Failure> {
    let root = Place {
        document: 0,
        steps: Vec::new(),
    };
    let mut text = "action: x\nentity: x\n".to_owned();
    let names = [("action", action), ("entity", entity)];
    let names = names.map(|(key, name)| (root.key(key), Json::from(name)));
    let values = inputs.iter();
    let values = values.map(|(name, value)| (root.key("inputs").key(name), value.clone()));
    for (place, value) in names.into_iter().chain(values) {
        text = change(
            Form::Yaml,
            FileId::BUILT_IN,
            &text,
            &place,
            &Change::Set(value),
        )
        .map_err(|refused| Failure::new(refused.why).help("write the request by hand"))?;
    }
    let comment = reason.unwrap_or_default().lines();
    let comment: String = comment
        .map(|line| format!("# {}\n", visible(line.trim())))
        .collect();
    Ok(format!("{comment}{text}"))
}

/// The file that asks for the same and is not merged yet: it runs once, however often it is asked.
pub(super) fn standing(
    desk: &Desk<'_>,
    asking: &Asking<'_>,
    base: Option<&Base>,
    (action, entity, inputs): (&str, &str, &[(String, Json)]),
) -> Option<String> {
    let inputs: Map<String, Json> = inputs.iter().cloned().collect();
    let form = json!([action, entity, null, inputs]);
    let is_merged = |id: &Text| {
        let mut merged = asking.compiled.catalog.requests.iter();
        base.is_some() && merged.any(|it| it.id.value == *id)
    };
    let mut all = desk.before.catalog.requests.iter();
    let found = all.find(|it| it.form() == form && !is_merged(&it.id.value))?;
    Some(desk.before.snapshot.path(found.span.file).to_owned())
}

/// What is in the name of a file so that no other request has it: the tip of the target, and who
/// asks for what. Two who ask at the same tip have two names.
pub(super) fn mark(
    tip: Option<&str>,
    who: Option<&str>,
    (action, entity, inputs): (&str, &str, &[(String, Json)]),
) -> String {
    let inputs: Map<String, Json> = inputs.iter().cloned().collect();
    let digest = digest(&json!([tip, who, action, entity, inputs]));
    digest.chars().take(MARK).collect()
}

/// A path that nothing has, with an id that no request has.
///
/// Errors: a file that is not committed says all this already.
pub(super) fn path(
    desk: &Desk<'_>,
    asking: &Asking<'_>,
    (action, entity, mark): (&str, &str, &str),
    text: &str,
) -> Result<String, Failure> {
    let root = desk.before.catalog.files.root();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain = |name: &str| -> String {
        let signs = name.chars().take(NAME);
        signs.map(|c| if is_plain(c) { c } else { '-' }).collect()
    };
    let stem = format!("{}-{}-{mark}", plain(action), plain(entity));
    let path = |stem: &str| format!("{root}requests/{stem}.yaml");
    if desk.only_on_disk(&path(&stem)) == Some(text) {
        let path = path(&stem);
        let message = format!(
            "`{}` asks for it already and is not committed",
            visible(&path)
        );
        return Err(Failure::new(message).help("commit it yourself, or delete it and ask again"));
    }
    let is_taken = |stem: &str| {
        let catalogs = [&desk.before.catalog, &asking.compiled.catalog];
        let mut requests = catalogs.iter().flat_map(|it| &it.requests);
        let mut files = desk.before.snapshot.as_slice().iter();
        requests.any(|it| it.id.value.eq_ignore_ascii_case(stem))
            || files.any(|file| file.path.eq_ignore_ascii_case(&path(stem)))
            || desk.only_on_disk(&path(stem)).is_some()
    };
    let others = (2_u32..).map(|n| format!("{stem}-{n}"));
    let mut all = std::iter::once(stem.clone()).chain(others);
    let free = all.find(|stem| !is_taken(stem));
    Ok(path(&free.unwrap_or(stem)))
}
