//! What a schema takes, in the words of a form: `a whole number from 1 to 50`.
//!
//! In: a schema. Out: words, without what only a validator calls so.

use crate::model::is_secret;
use crate::syntax::Node;

/// What a schema takes: `staging or production`, `text, at least 10 characters`.
pub(in crate::cli) fn words(schema: &Node) -> String {
    let text = |key: &str| schema.get(key).and_then(Node::as_str);
    if is_secret(schema) {
        return "a secret".to_owned();
    }
    if let Some(choices) = schema.get("enum").and_then(Node::as_sequence) {
        return either(choices.iter().map(shown).collect());
    }
    if let Some(only) = schema.get("const") {
        return shown(only);
    }
    for key in ["oneOf", "anyOf"] {
        if let (Some(ways), None) = (schema.get(key).and_then(Node::as_sequence), text("type")) {
            return either(ways.iter().map(words).collect());
        }
    }
    let kind = match (text("type"), text("format")) {
        (_, Some("date-time" | "timer")) => {
            return "a time as 2026-11-22T14:00:00Z, or as 3d from now".to_owned();
        }
        (_, Some("entity")) => text("blueprint").unwrap_or("an entity"),
        (_, Some("email")) => "an e-mail address",
        (_, Some("url" | "uri")) => "an address as https://...",
        (Some("string"), Some(format)) => format,
        (Some("string"), None) => "text",
        (Some("integer"), _) => "a whole number",
        (Some("number"), _) => "a number",
        (Some("boolean"), _) => "true or false",
        (Some("array"), _) => "a list as a,b",
        (Some("object"), _) => "a mapping as {a: 1}",
        (Some(other), _) => other,
        (None, _) => "a value",
    };
    let pattern = text("pattern").map_or_else(String::new, |it| format!(" that matches {it}"));
    format!("{kind}{}{pattern}", range(schema))
}

/// Between which ends.
fn range(schema: &Node) -> String {
    let number = |key: &str| schema.get(key).map(|it| it.to_json().to_string());
    let unit = |count: &str, one: &str| {
        let ending = if count == "1" { "" } else { "s" };
        format!("{one}{ending}")
    };
    let counted = [
        ("minLength", "maxLength", "character"),
        ("minItems", "maxItems", "element"),
        ("minProperties", "maxProperties", "key"),
    ];
    for (least, most, one) in counted {
        match (number(least), number(most)) {
            (Some(least), Some(most)) => {
                return format!(", {least} to {most} {}", unit(&most, one));
            }
            (Some(least), None) => return format!(", at least {least} {}", unit(&least, one)),
            (None, Some(most)) => return format!(", at most {most} {}", unit(&most, one)),
            (None, None) => {}
        }
    }
    let step = number("multipleOf").map_or_else(String::new, |it| format!(", in steps of {it}"));
    let (least, most) = (number("minimum"), number("maximum"));
    let (above, below) = (number("exclusiveMinimum"), number("exclusiveMaximum"));
    let range = match (least, most, above, below) {
        (Some(least), Some(most), ..) => format!(" from {least} to {most}"),
        (least, most, above, below) => {
            let ends = [
                least.map(|it| format!("at least {it}")),
                above.map(|it| format!("above {it}")),
                most.map(|it| format!("at most {it}")),
                below.map(|it| format!("below {it}")),
            ];
            let ends: Vec<String> = ends.into_iter().flatten().collect();
            let begin = if ends.is_empty() { "" } else { ", " };
            format!("{begin}{}", ends.join(" and "))
        }
    };
    format!("{range}{step}")
}

fn shown(value: &Node) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_json().to_string(),
    }
}

/// `a`, `a or b`, `a, b or c`.
fn either(mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        Some(only) => only,
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::cli::ask::value::yaml;
    use crate::plan::rights::made::node;

    #[test]
    fn a_schema_is_told_as_a_form_would() {
        for (schema, expected) in [
            (
                "{type: integer, minimum: 1, maximum: 50}",
                "a whole number from 1 to 50",
            ),
            ("{type: number, exclusiveMinimum: 0}", "a number, above 0"),
            (
                "{type: string, minLength: 10}",
                "text, at least 10 characters",
            ),
            ("{type: string, maxLength: 1}", "text, at most 1 character"),
            ("{type: string, enum: [a, b, c]}", "a, b or c"),
            (
                "{oneOf: [{type: boolean}, {const: auto}]}",
                "true or false or auto",
            ),
            (
                "{type: array, minItems: 1, maxItems: 3}",
                "a list as a,b, 1 to 3 elements",
            ),
            (
                "{type: integer, multipleOf: 5}",
                "a whole number, in steps of 5",
            ),
            (
                "{type: string, pattern: \"^v[0-9]\"}",
                "text that matches ^v[0-9]",
            ),
            ("{type: string, secret: true, minLength: 3}", "a secret"),
            (
                "{type: string, format: timer, pattern: Z$}",
                "a time as 2026-11-22T14:00:00Z, or as 3d from now",
            ),
            ("{}", "a value"),
        ] {
            assert_eq!(words(&node(&yaml(schema).unwrap())), expected, "{schema}");
        }
    }
}
