//! Templates of Port in the words of the catalog's own.
//!
//! In: a payload with `{{ }}` in it. Out: the same with the paths that have other names here. A
//! text in which nothing changes keeps its place to the character; a secret becomes
//! `{fromEnv: NAME}`.

use super::Reading;
use crate::finding::Finding;
use crate::finding::codes::E0220;
use crate::model::reader::tree;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Span, Text};

/// Paths of Port, the longest first, and what they are here.
const PATHS: [(&str, &str); 9] = [
    (".trigger.by.user.firstName", ".actor.title"),
    (".event.context.entityIdentifier", ".entity.identifier"),
    (".event.context.blueprintIdentifier", ".entity.blueprint"),
    (".trigger.by.user.email", ".actor.login"),
    (".trigger.by.user.id", ".actor.identifier"),
    (".event.diff.before", ".before"),
    (".event.diff.after", ".after"),
    (".diff.before", ".before"),
    (".diff.after", ".after"),
];

/// The names of paths that are whole only where nothing follows.
const WHOLE: [(&str, &str); 1] = [(".run.id", ".run.key")];

/// A payload in the words of the catalog; `entities` are the inputs that name entities.
pub(super) fn translate(mut node: Node, entities: &[Text], reading: &mut Reading<'_>) -> Node {
    match &mut node.value {
        Value::String(text) if text.contains("{{") => {
            let text = text.clone();
            string(&text, node.span, entities, reading).unwrap_or(node)
        }
        Value::Sequence(nodes) => {
            let all = std::mem::take(nodes).to_vec();
            *nodes = all
                .into_iter()
                .map(|node| translate(node, entities, reading))
                .collect();
            node
        }
        Value::Mapping(entries) => {
            let all = std::mem::take(entries).to_vec();
            if let [entry] = all.as_slice()
                && is_spread(&entry.key.value)
            {
                return translate(entry.node.clone(), entities, reading);
            }
            *entries = all
                .into_iter()
                .filter_map(|entry| pair(entry, entities, reading))
                .collect();
            node
        }
        _ => node,
    }
}

/// Whether a key stands for all keys of its value: `{{ spreadValue() }}`.
fn is_spread(key: &str) -> bool {
    let hole = key
        .strip_prefix("{{")
        .and_then(|rest| rest.strip_suffix("}}"));
    hole.is_some_and(|hole| hole.trim() == "spreadValue()")
}

/// Whether a template of a text reads a secret.
fn reads_secret(text: &str) -> bool {
    text.split("{{").skip(1).any(|rest| {
        let hole = rest.split("}}").next().unwrap_or(rest);
        hole.contains(".secrets")
    })
}

/// A key and its value; a key that is itself a template has no counterpart.
fn pair(entry: Entry, entities: &[Text], reading: &mut Reading<'_>) -> Option<Entry> {
    if entry.key.value.contains("{{") {
        let what = format!("the key `{}`, which is a template", entry.key.value);
        let help = "write the keys out, or make the whole mapping one template";
        reading.lost(entry.key.span, what, help);
        return None;
    }
    Some(Entry {
        node: translate(entry.node, entities, reading),
        key: entry.key,
    })
}

/// What a text becomes; `None` where it stays as it is.
fn string(text: &str, span: Span, entities: &[Text], reading: &mut Reading<'_>) -> Option<Node> {
    if reads_secret(text) {
        return secret(text, span, reading);
    }
    let changed = renamed(text, entities);
    (changed != text).then(|| tree::text(&changed, span))
}

/// A text with the paths in its templates renamed.
pub(super) fn renamed(text: &str, entities: &[Text]) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((hole, behind)) = after.split_once("}}") else {
            break;
        };
        made.push_str(before);
        made.push_str("{{");
        made.push_str(&expression(hole, entities));
        made.push_str("}}");
        rest = behind;
    }
    made.push_str(rest);
    made
}

/// An expression with its paths renamed.
pub(super) fn expression(source: &str, entities: &[Text]) -> String {
    let mut made = source.to_owned();
    for (from, to) in PATHS.iter().chain(&WHOLE) {
        made = replace_path(&made, from, to);
    }
    // An input that names an entity is its identifier here.
    for input in entities {
        let path = format!(".inputs.{input}");
        made = replace_path(&made, &format!("{path}.identifier"), &path);
    }
    made
}

/// Replaces a path where it begins an expression and ends at the end of a name.
fn replace_path(source: &str, from: &str, to: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut made = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(from) {
        let (before, found) = rest.split_at(at);
        let behind = found.get(from.len()..).unwrap_or("");
        made.push_str(before);
        let begins = !made.ends_with(|c: char| is_name(c) || matches!(c, '.' | ']' | ')' | '"'));
        let is_whole = begins && !behind.starts_with(is_name);
        made.push_str(if is_whole { to } else { from });
        rest = behind;
    }
    made.push_str(rest);
    made
}

/// A secret by itself, or behind a fixed text: `Bearer {{ .secrets.TOKEN }}`.
fn secret(text: &str, span: Span, reading: &mut Reading<'_>) -> Option<Node> {
    let parts = text.split_once("{{").and_then(|(prefix, rest)| {
        let name = name_of_secret(rest.strip_suffix("}}")?.trim())?;
        Some((prefix, name))
    });
    let Some((prefix, name)) = parts else {
        reading.findings.push(
            Finding::new(&E0220, span, "not carried over: a secret within a text")
                .label("a secret stands at the end of a fixed text or alone")
                .help("write `{fromEnv: NAME, prefix: \"Bearer \"}`, or let the backend keep the secret"),
        );
        return None;
    };
    let mut entries = vec![tree::entry("fromEnv", span, tree::text(&name, span))];
    if !prefix.is_empty() {
        entries.push(tree::entry("prefix", span, tree::text(prefix, span)));
    }
    Some(tree::mapping(span, entries))
}

/// The variable of a secret: `.secrets.TOKEN` or `.secrets["my-token"]`.
fn name_of_secret(path: &str) -> Option<String> {
    let rest = path.strip_prefix(".secrets")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = match rest.strip_prefix('.') {
        Some(name) => name.trim_matches('"'),
        None => rest.strip_prefix("[\"")?.strip_suffix("\"]")?,
    };
    let is_plain = !name.is_empty() && name.chars().all(|c| is_name(c) || c == '-');
    is_plain.then(|| name.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::{expression, name_of_secret, renamed};
    use crate::text::Text;

    #[test]
    fn paths_are_renamed_where_they_are_whole_and_nowhere_else() {
        let entities = [Text::from("service")];
        for (from, to) in [
            (".run.id", ".run.key"),
            (".run.identity", ".run.identity"),
            (".inputs.run.id", ".inputs.run.id"),
            (".trigger.by.user.email", ".actor.login"),
            (".event.diff.after.properties.x", ".after.properties.x"),
            (".diff.before | .a", ".before | .a"),
            (".inputs.service.identifier", ".inputs.service"),
            (".inputs.service.title", ".inputs.service.title"),
            (
                ".inputs.service_2.identifier",
                ".inputs.service_2.identifier",
            ),
        ] {
            assert_eq!(expression(from, &entities), to);
        }
        assert_eq!(
            renamed("x {{.run.id}} .run.id {{ .a", &[]),
            "x {{.run.key}} .run.id {{ .a"
        );
    }

    #[test]
    fn a_secret_has_the_name_of_a_variable() {
        assert_eq!(name_of_secret(".secrets.TOKEN").as_deref(), Some("TOKEN"));
        assert_eq!(name_of_secret(".secrets[\"a-b\"]").as_deref(), Some("a_b"));
        assert_eq!(name_of_secret(".secrets.A + .secrets.B"), None);
    }
}
