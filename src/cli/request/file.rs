//! The file of a request: what it says, and what it is called.
//!
//! It is named after the target's tip, so that no name comes back: an id runs once for ever.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::{Asking, Wish};
use crate::cli::desk::Desk;
use crate::edit::{Change, Form, Place, change};
use crate::model::Action;
use crate::text::{FileId, visible};

/// The most characters of the entity in a file's name.
const NAME: usize = 80;

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

/// A path that nothing has, with an id that no request has.
pub(super) fn path(
    desk: &Desk<'_>,
    asking: &Asking<'_>,
    (action, entity): (&str, &str),
    tip: Option<&str>,
) -> String {
    let root = desk.before.catalog.files.root();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain = |name: &str| -> String {
        let signs = name.chars().take(NAME);
        signs.map(|c| if is_plain(c) { c } else { '-' }).collect()
    };
    let tip = tip.map_or_else(String::new, |tip| format!("-{tip}"));
    let stem = format!("{}-{}{tip}", plain(action), plain(entity));
    let path = |stem: &str| format!("{root}requests/{stem}.yaml");
    let is_taken = |stem: &str| {
        let catalogs = [&desk.before.catalog, &asking.compiled.catalog];
        let mut requests = catalogs.iter().flat_map(|it| &it.requests);
        let mut files = desk.before.snapshot.as_slice().iter();
        requests.any(|it| it.id.value.eq_ignore_ascii_case(stem))
            || files.any(|file| file.path.eq_ignore_ascii_case(&path(stem)))
    };
    let others = (2_u32..).map(|n| format!("{stem}-{n}"));
    let mut all = std::iter::once(stem.clone()).chain(others);
    let free = all.find(|stem| !is_taken(stem));
    path(&free.unwrap_or(stem))
}
