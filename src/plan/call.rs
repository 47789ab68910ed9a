//! Renders the calls of a step: templates filled in as far as the plan knows.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::check::Schema;
use crate::expression::{Hole, Piece, Segment, Template};
use crate::model::action::Call as Written;
use crate::model::connector::{self, Connector};
use crate::plan::file::{Call, Contract, LookupData, PollData, Send};
use crate::plan::rendered::{Encoding, Part, Rendered};
use crate::syntax::{Entry, Node, Value};
use crate::text::{Located, Span, Text};

/// Why a call cannot be rendered, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The template, or the argument.
    pub span: Span,
    /// In words.
    pub message: String,
}

/// The values that templates read, by their first key; what is absent is known at apply.
pub type Roots = BTreeMap<String, Rendered>;

/// Renders a call of an action.
pub fn render(written: &Written, connector: &Connector, roots: &Roots) -> Result<Call, Problem> {
    let with = value(&written.with, roots, Of::Action, "")?;
    arguments(written, connector, &with)?;
    let inner = Roots::from([("with".to_owned(), with.clone())]);
    // What is wrong inside a connector is shown at the call, which is what a user can change.
    let at_call = |problem: Problem| Problem {
        span: written.connector.span,
        message: problem.message,
    };
    let request = |node: &Node| value(node, &inner, Of::Connector, "").map_err(at_call);
    let send = match &connector.send {
        connector::Send::Request(node) => Send::Request(request(node)?),
        connector::Send::Process(node) => Send::Process(request(node)?),
    };
    let lookup = connector.lookup.as_ref().map(|lookup| {
        Ok(LookupData {
            request: request(&lookup.request)?,
            found: lookup.found.value.to_string(),
            outputs: outputs(&lookup.outputs),
        })
    });
    let poll = connector.poll.as_ref().map(|poll| {
        Ok(PollData {
            request: request(&poll.request)?,
            every_seconds: poll.every.0,
            succeeded: poll.succeeded.value.to_string(),
            failed: poll.failed.value.to_string(),
            outputs: outputs(&poll.outputs),
        })
    });
    Ok(Call {
        id: written.id.value.to_string(),
        connector: connector.identifier.value.to_string(),
        with,
        send,
        contract: match connector.contract {
            connector::Contract::Keyed => Contract::Keyed,
            connector::Contract::Lookup => Contract::Lookup,
            connector::Contract::Blind => Contract::Blind,
        },
        accepted: connector
            .accepted
            .as_ref()
            .map(|accepted| accepted.value.to_string()),
        outputs: outputs(&connector.outputs),
        lookup: lookup.transpose()?,
        poll: poll.transpose()?,
        timeout_seconds: written.timeout.0,
        retries: written.retries,
        needs: written
            .needs
            .iter()
            .map(|name| name.value.to_string())
            .collect(),
    })
}

fn outputs(written: &[(Located<Text>, Located<Text>)]) -> BTreeMap<String, String> {
    written
        .iter()
        .map(|(name, source)| (name.value.to_string(), source.value.to_string()))
        .collect()
}

/// The arguments that are known now, against the connector's schema.
fn arguments(written: &Written, connector: &Connector, with: &Rendered) -> Result<(), Problem> {
    let schemas = connector
        .with
        .get("properties")
        .and_then(Node::as_mapping)
        .unwrap_or_default();
    for Entry { key, node } in schemas {
        let name = key.value.as_str();
        let Some(Rendered::Known(value)) = with.get(&[name]) else {
            continue;
        };
        let fits =
            Schema::compile(name, node, &mut Vec::new()).is_some_and(|schema| schema.fits(&value));
        if !fits && !value.is_null() {
            let span = written
                .with
                .get(name)
                .map_or(written.span, |node| node.span);
            let shown = crate::plan::file::show(Some(&value));
            return Err(Problem {
                span,
                message: format!(
                    "`{shown}` is no `{name}` that `{}` takes",
                    connector.identifier.value
                ),
            });
        }
    }
    Ok(())
}

/// Whose template it is: an action's must not read nothing, a connector's may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Action,
    Connector,
}

fn value(node: &Node, roots: &Roots, of: Of, key: &str) -> Result<Rendered, Problem> {
    match &node.value {
        Value::Sequence(nodes) => {
            let items = nodes
                .iter()
                .map(|node| value(node, roots, of, ""))
                .collect::<Result<_, _>>()?;
            Ok(Rendered::list(items))
        }
        Value::Mapping(entries) => {
            if let Some(secret) = secret(node) {
                return Ok(secret);
            }
            let mut rendered = BTreeMap::new();
            for entry in entries.iter() {
                let value = value(&entry.node, roots, of, &entry.key.value)?;
                // What a connector's template leaves empty is not sent; a null that is written
                // there is.
                let is_nothing = value == Rendered::Known(Json::Null) && !entry.node.is_null();
                if of == Of::Action || !is_nothing {
                    rendered.insert(entry.key.value.to_string(), value);
                }
            }
            Ok(Rendered::map(rendered))
        }
        Value::String(text) if text.contains("{{") => template(node, text, roots, of, key),
        _ => Ok(Rendered::Known(node.to_json())),
    }
}

/// `{fromEnv: NAME, prefix: "Bearer "}`.
fn secret(node: &Node) -> Option<Rendered> {
    let env = node.get("fromEnv")?.as_str()?;
    let prefix = node.get("prefix").and_then(Node::as_str).unwrap_or("");
    Some(Rendered::Secret {
        env: env.to_owned(),
        prefix: prefix.to_owned(),
    })
}

fn template(
    node: &Node,
    text: &str,
    roots: &Roots,
    of: Of,
    key: &str,
) -> Result<Rendered, Problem> {
    let problem = |message: String| Problem {
        span: node.span,
        message,
    };
    // Checked before: a template that cannot be read is a finding of `check`.
    let template =
        Template::parse(text).map_err(|_| problem("the template cannot be read".to_owned()))?;
    if let [Piece::Hole(hole)] = template.pieces() {
        let value = fill(hole, roots).map_err(problem)?;
        if of == Of::Action && value == Rendered::Known(Json::Null) {
            return Err(problem(format!(
                "`{}` is nothing here",
                hole.expression.source().trim()
            )));
        }
        return Ok(value);
    }
    let is_url = key == "url";
    let mut parts = Parts {
        parts: Vec::new(),
        encode: if is_url {
            Encoding::UrlSegment
        } else {
            Encoding::Plain
        },
    };
    for (n, piece) in template.pieces().iter().enumerate() {
        match piece {
            Piece::Text(text) => parts.text(text),
            Piece::Hole(hole) => {
                // A URL that begins with a hole begins with a URL: that one is not encoded.
                let is_base = is_url && n == 0;
                let filled = fill(hole, roots).map_err(problem)?;
                parts.value(hole, filled, is_base).map_err(problem)?;
            }
        }
    }
    Ok(parts.done())
}

/// The value of a hole, or the expression that will give it.
fn fill(hole: &Hole, roots: &Roots) -> Result<Rendered, String> {
    let expression = &hole.expression;
    if let Some(path) = expression.is_single_path() {
        let keys: Option<Vec<&str>> = path
            .iter()
            .map(|step| match &step.segment {
                Segment::Key(key) => Some(key.as_str()),
                Segment::Each | Segment::Any => None,
            })
            .collect();
        if let Some((root, rest)) = keys.as_deref().and_then(<[&str]>::split_first)
            && let Some(value) = roots.get(*root)
        {
            return Ok(value.get(rest).unwrap_or(Rendered::Known(Json::Null)));
        }
    }
    let is_known = expression.reads().iter().all(|read| {
        let keys: Vec<&str> = read
            .path
            .iter()
            .map_while(|step| match &step.segment {
                Segment::Key(key) => Some(key.as_str()),
                Segment::Each | Segment::Any => None,
            })
            .collect();
        match keys.split_first() {
            Some((root, rest)) => roots
                .get(*root)
                .is_some_and(|value| is_known_at(value, rest)),
            None => false,
        }
    });
    if is_known {
        let context = hole
            .roots()
            .filter_map(|root| Some((root.to_owned(), known_part(roots.get(root)?))))
            .collect();
        let value = expression
            .evaluate(&Json::Object(context))
            .map_err(|problem| problem.message)?;
        return Ok(Rendered::Known(value));
    }
    let context = hole
        .roots()
        .filter_map(|root| Some((root.to_owned(), roots.get(root)?.clone())))
        .collect();
    Ok(Rendered::AtApply {
        parts: vec![Part::Expression {
            source: expression.source().to_owned(),
            context,
        }],
        encode: Encoding::Plain,
    })
}

/// Whether everything at and below a path is known; what is absent is.
fn is_known_at(value: &Rendered, path: &[&str]) -> bool {
    match (value, path.split_first()) {
        (Rendered::Known(_), _) => true,
        (Rendered::Map(entries), Some((first, rest))) => entries
            .get(*first)
            .is_none_or(|inner| is_known_at(inner, rest)),
        _ => false,
    }
}

/// The known values of a tree; what is not known is not read by whoever gets this.
fn known_part(value: &Rendered) -> Json {
    match value {
        Rendered::Known(value) => value.clone(),
        Rendered::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), known_part(value)))
                .collect(),
        ),
        Rendered::List(items) => items.iter().map(known_part).collect(),
        Rendered::AtApply { .. } | Rendered::Secret { .. } => Json::Null,
    }
}

/// The parts of a text while they are put together.
struct Parts {
    parts: Vec<Part>,
    encode: Encoding,
}

impl Parts {
    fn text(&mut self, more: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.push_str(more),
            _ => self.parts.push(Part::Text(more.to_owned())),
        }
    }

    fn value(&mut self, hole: &Hole, value: Rendered, is_base: bool) -> Result<(), String> {
        let source = hole.expression.source().trim();
        match value {
            Rendered::Known(value) => {
                let text = as_text(&value).map_err(|what| format!("`{source}` is {what} here"))?;
                if is_base || self.encode == Encoding::Plain {
                    self.text(&text);
                } else {
                    self.text(
                        &url_segment(&text)
                            .ok_or_else(|| format!("`{source}` cannot be a part of a URL"))?,
                    );
                }
                Ok(())
            }
            Rendered::AtApply { parts, encode } if encode == self.encode || parts.len() == 1 => {
                for part in parts {
                    match part {
                        Part::Text(text) => self.text(&text),
                        expression @ Part::Expression { .. } => self.parts.push(expression),
                    }
                }
                Ok(())
            }
            Rendered::Secret { .. } => Err(format!(
                "`{source}` is a secret: it stands alone, with `prefix`"
            )),
            _ => Err(format!("`{source}` is not one value here")),
        }
    }

    fn done(self) -> Rendered {
        match self.parts.as_slice() {
            [] => Rendered::Known(Json::from("")),
            [Part::Text(text)] => Rendered::Known(Json::from(text.as_str())),
            _ => Rendered::AtApply {
                parts: self.parts,
                encode: self.encode,
            },
        }
    }
}

/// A value inside a text; nothing, lists and mappings have no one form there.
fn as_text(value: &Json) -> Result<String, &'static str> {
    match value {
        Json::String(text) => Ok(text.clone()),
        Json::Null => Err("nothing"),
        Json::Array(_) => Err("a list"),
        Json::Object(_) => Err("a mapping"),
        other => Ok(crate::plan::file::canonical(other)),
    }
}

/// A text as one segment or query value of a URL (RFC 3986, unreserved characters only);
/// `None` for what would lead to another place.
fn url_segment(text: &str) -> Option<String> {
    if matches!(text, "" | "." | "..") {
        return None;
    }
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(encoded)
}
