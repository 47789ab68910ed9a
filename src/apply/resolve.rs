//! From what a plan says of a value to the value itself.
//!
//! In: a [`Rendered`] of a plan, what this run has learnt so far, and the environment. Out: plain
//! JSON, secrets and all, or one line that says why there is none and shows no secret. Sends
//! nothing and keeps nothing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value as Json;

use crate::apply::redact::percent_encoded;
use crate::expression::Expression;
use crate::plan::file::Call;
use crate::plan::file::Send;
use crate::plan::file::canonical;
use crate::plan::rendered::Encoding;
use crate::plan::rendered::Part;
use crate::plan::rendered::Rendered;

/// Looks a variable of the environment up.
pub type Variables<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// The value of a secret. An empty one is as good as none: forges hand out empty variables for
/// secrets that they do not have, and a call without its credentials must not be made.
pub(super) fn secret(name: &str, variables: Variables<'_>) -> Result<String, String> {
    variables(name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("the variable `{name}` is not set, a secret is read from it"))
}

/// The concrete value; `known` is laid over what each expression knows already: `run`, `calls`
/// and `outputs`.
///
/// Errors: why there is none, in one line that shows no secret.
pub fn resolve(
    rendered: &Rendered,
    known: &Map<String, Json>,
    variables: Variables<'_>,
) -> Result<Json, String> {
    match rendered {
        Rendered::Known(value) => Ok(value.clone()),
        Rendered::List(items) => items
            .iter()
            .map(|item| resolve(item, known, variables))
            .collect(),
        Rendered::Map(entries) => Ok(Json::Object(resolve_all(entries, known, variables)?)),
        Rendered::Secret { env, prefix } => {
            Ok(Json::String(prefix.clone() + &secret(env, variables)?))
        }
        Rendered::AtApply { parts, encode } => {
            if let ([Part::Expression { source, context }], Encoding::Plain) =
                (parts.as_slice(), encode)
            {
                return evaluate(source, context, known, variables);
            }
            let mut text = String::new();
            for part in parts {
                match part {
                    Part::Text(fixed) => text.push_str(fixed),
                    Part::Expression { source, context } => {
                        let value = evaluate(source, context, known, variables)?;
                        text.push_str(&within_text(source, &value, *encode)?);
                    }
                }
            }
            Ok(Json::String(text))
        }
    }
}

fn resolve_all(
    entries: &BTreeMap<String, Rendered>,
    known: &Map<String, Json>,
    variables: Variables<'_>,
) -> Result<Map<String, Json>, String> {
    entries
        .iter()
        .map(|(key, value)| Ok((key.clone(), resolve(value, known, variables)?)))
        .collect()
}

fn evaluate(
    source: &str,
    context: &BTreeMap<String, Rendered>,
    known: &Map<String, Json>,
    variables: Variables<'_>,
) -> Result<Json, String> {
    let mut input = resolve_all(context, known, variables)?;
    input.extend(
        known
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    ask(source, &Json::Object(input))
}

/// What the expression `source` says of `input`.
pub(super) fn ask(source: &str, input: &Json) -> Result<Json, String> {
    let expression = Expression::parse(source).map_err(|problems| {
        let first = problems.first().map(|problem| problem.message.as_str());
        format!("`{source}`: {}", first.unwrap_or("not an expression"))
    })?;
    expression
        .evaluate(input)
        .map_err(|problem| format!("`{source}`: {}", problem.message))
}

/// The same where the answer must be yes or no.
pub(super) fn is_so(source: &str, input: &Json) -> Result<bool, String> {
    match ask(source, input)? {
        Json::Bool(answer) => Ok(answer),
        _ => Err(format!("`{source}`: this is not true or false")),
    }
}

fn within_text(source: &str, value: &Json, encode: Encoding) -> Result<String, String> {
    let text = match value {
        Json::Null => return Err(format!("`{source}` is null and stands within a text")),
        Json::String(text) => text.clone(),
        other => canonical(other),
    };
    match encode {
        Encoding::Plain => Ok(text),
        Encoding::UrlSegment if matches!(text.as_str(), "" | "." | "..") => Err(format!(
            "`{source}` is `{text}`, which cannot be a part of a URL"
        )),
        Encoding::UrlSegment => Ok(percent_encoded(&text)),
    }
}

/// The names of all variables that `call` reads secrets from.
pub(super) fn secrets_of(call: &Call) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let (Send::Request(send) | Send::Process(send)) = &call.send;
    let lookup = call.lookup.as_ref().map(|lookup| &lookup.request);
    let poll = call.poll.as_ref().map(|poll| &poll.request);
    for rendered in [Some(&call.with), Some(send), lookup, poll]
        .into_iter()
        .flatten()
    {
        collect_secrets(rendered, &mut names);
    }
    names
}

fn collect_secrets<'a>(rendered: &'a Rendered, names: &mut BTreeSet<&'a str>) {
    match rendered {
        Rendered::Known(_) => {}
        Rendered::List(items) => {
            for item in items {
                collect_secrets(item, names);
            }
        }
        Rendered::Map(entries) => {
            for entry in entries.values() {
                collect_secrets(entry, names);
            }
        }
        Rendered::AtApply { parts, .. } => {
            for part in parts {
                if let Part::Expression { context, .. } = part {
                    for value in context.values() {
                        collect_secrets(value, names);
                    }
                }
            }
        }
        Rendered::Secret { env, .. } => {
            names.insert(env);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Map, Value as Json, json};

    use super::resolve;
    use crate::plan::rendered::{Encoding, Part, Rendered};

    fn expression(source: &str) -> Part {
        Part::Expression {
            source: source.to_owned(),
            context: BTreeMap::from([(
                "with".to_owned(),
                Rendered::Map(BTreeMap::from([
                    ("n".to_owned(), Rendered::Known(json!(5))),
                    (
                        "token".to_owned(),
                        Rendered::Secret {
                            env: "TOKEN".to_owned(),
                            prefix: "Bearer ".to_owned(),
                        },
                    ),
                ])),
            )]),
        }
    }

    fn resolved(parts: Vec<Part>, encode: Encoding) -> Result<Json, String> {
        let known = json!({
            "run": {"key": "k1"},
            "calls": {"scale": {"outputs": {"id": 7, "url": null, "dots": "..", "s": "a/b?\u{e9} "}}},
        });
        let known: Map<String, Json> = known.as_object().cloned().unwrap();
        let variable = |name: &str| match name {
            "TOKEN" => Some("t0k".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        resolve(&Rendered::AtApply { parts, encode }, &known, &variable)
    }

    #[test]
    fn one_expression_keeps_its_type_and_several_parts_make_a_text() {
        let plain = Encoding::Plain;
        let id = || expression(".calls.scale.outputs.id");
        assert_eq!(resolved(vec![id()], plain), Ok(json!(7)));
        let text = vec![Part::Text("run ".into()), id(), expression(".run.key")];
        assert_eq!(resolved(text, plain), Ok(json!("run 7k1")));
        let nothing = vec![expression(".calls.scale.outputs.url")];
        assert_eq!(resolved(nothing, plain), Ok(Json::Null));
    }

    #[test]
    fn secrets_within_a_context_are_resolved() {
        let token = vec![expression(".with.token")];
        assert_eq!(resolved(token, Encoding::Plain), Ok(json!("Bearer t0k")));
    }

    #[test]
    fn nothing_within_a_text_is_refused() {
        let parts = vec![
            Part::Text("see ".into()),
            expression(".calls.scale.outputs.url"),
        ];
        let why = resolved(parts, Encoding::Plain).unwrap_err();
        assert_eq!(
            why,
            "`.calls.scale.outputs.url` is null and stands within a text"
        );
    }

    #[test]
    fn a_value_in_a_url_stays_one_segment() {
        let encode = Encoding::UrlSegment;
        let url = |source| vec![Part::Text("https://h/".into()), expression(source)];
        let found = resolved(url(".calls.scale.outputs.s"), encode);
        assert_eq!(found, Ok(json!("https://h/a%2Fb%3F%C3%A9%20")));
        let why = resolved(url(".calls.scale.outputs.dots"), encode).unwrap_err();
        assert!(
            why.ends_with("is `..`, which cannot be a part of a URL"),
            "{why}"
        );
        for source in [r#""""#, r#"".""#] {
            assert!(resolved(url(source), encode).is_err(), "{source}");
        }
        // Also where the expression stands alone.
        let alone = vec![expression(".calls.scale.outputs.s")];
        assert_eq!(resolved(alone, encode), Ok(json!("a%2Fb%3F%C3%A9%20")));
    }

    #[test]
    fn a_missing_or_empty_variable_is_named() {
        for name in ["EMPTY", "ABSENT"] {
            let secret = Rendered::Secret {
                env: name.to_owned(),
                prefix: String::new(),
            };
            let variable = |name: &str| (name == "EMPTY").then(String::new);
            let why = resolve(&secret, &Map::new(), &variable).unwrap_err();
            assert_eq!(
                why,
                format!("the variable `{name}` is not set, a secret is read from it")
            );
        }
    }
}
