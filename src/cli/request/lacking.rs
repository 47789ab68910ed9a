//! What is missing of a request, all at once, and what an input takes in words.

use std::collections::BTreeMap;

use crate::cli::Failure;
use crate::cli::ask::fill::filled;
use crate::cli::ask::name::What;
use crate::cli::ask::{Asking, Wish};
use crate::cli::desk::Desk;
use crate::cli::request::base::Base;
use crate::cli::request::way::Way;
use crate::cli::request::{Order, REASON, listed, one};
use crate::model::{Action, is_secret};
use crate::policy::BuiltIn;
use crate::syntax::Node;
use crate::text::{choose, shell_word, visible};

/// A request of which nothing is missing.
pub(super) struct Whole<'c> {
    pub(super) action: &'c Action,
    pub(super) entity: String,
    pub(super) set: Vec<(String, String)>,
}

/// That no input is given twice.
pub(super) fn once(
    asking: &Asking<'_>,
    order: &Order,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let catalog = &asking.compiled.catalog;
    let action = order.action.as_deref();
    let action = action.and_then(|name| catalog.find_action(name));
    let is_hidden = |name: &str| {
        let schema = action.and_then(|action: &Action| action.inputs.schema(name));
        schema.is_some_and(is_secret)
    };
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in &order.set {
        let Some(first) = seen.insert(name, value) else {
            continue;
        };
        let both = if is_hidden(name) {
            String::new()
        } else {
            format!(", to `{}` and to `{}`", visible(first), visible(value))
        };
        let message = format!("`{}` is set twice{both}", visible(name));
        return Err(Failure::new(message).help("leave one out; a list is written as `a,b`"));
    }
    match (reason, seen.get(REASON)) {
        (Some(_), Some(_)) => {
            let message = "`--reason` and `--set reason=` both say the reason";
            Err(Failure::new(message).help("leave one out"))
        }
        _ => Ok(()),
    }
}

/// Whether something is missing that could be asked for.
pub(super) fn is_lacking(asking: &Asking<'_>, order: &Order) -> bool {
    let catalog = &asking.compiled.catalog;
    let Some(name) = &order.action else {
        return true;
    };
    let Some(action) = catalog.find_action(name) else {
        return false;
    };
    let is_asked = Way::any(action).is_some();
    is_asked && (order.entity.is_none() || !inputs(action, &order.set).is_empty())
}

/// The names of the inputs that are missing. Of an edit one of its inputs is enough.
fn inputs<'c>(action: &'c Action, set: &[(String, String)]) -> Vec<&'c str> {
    let is_given = |name: &str| set.iter().any(|(given, _)| given == name);
    if Way::any(action) == Some(Way::Edit) {
        let all = filled(action).map(|(input, _)| input);
        return all.filter(|_| set.is_empty()).collect();
    }
    let required = action.inputs.required.iter();
    required
        .map(|name| name.value.as_str())
        .filter(|name| !is_given(name) && !is_filled(action, name))
        .collect()
}

/// Whether an input has a value without being given.
fn is_filled(action: &Action, name: &str) -> bool {
    let schema = action.inputs.schema(name);
    let mut from = action.inputs.from.iter();
    schema.is_some_and(|schema| schema.get("default").is_some())
        || from.any(|(input, _)| input.value == name)
}

/// The request, of which nothing is missing.
///
/// Errors: all that is missing, or what is no name.
pub(super) fn whole<'c>(
    asking: &Asking<'c>,
    base: Option<&Base>,
    desk: &Desk<'_>,
    order: Order,
) -> Result<Whole<'c>, Failure> {
    let Some(name) = &order.action else {
        return Err(Failure::new("there is no action to ask for").help(format!(
            "`catalogc request ACTION ENTITY`: {}",
            names(asking)
        )));
    };
    let action = action(asking, base, desk, name)?;
    known(action, &order.set)?;
    if let Some(Way::File | Way::Edit) = Way::any(action) {
        missing(action, &order)?;
    }
    Ok(Whole {
        action,
        entity: order.entity.unwrap_or_default(),
        set: order.set,
    })
}

/// Which actions there are.
fn names(asking: &Asking<'_>) -> String {
    let actions = asking.compiled.catalog.actions.iter();
    let names: Vec<&str> = actions
        .filter(|action| Way::any(action).is_some())
        .map(|action| action.identifier.value.as_str())
        .collect();
    choose("", &names).words
}

fn action<'c>(
    asking: &Asking<'c>,
    base: Option<&Base>,
    desk: &Desk<'_>,
    name: &str,
) -> Result<&'c Action, Failure> {
    let shown = visible(name);
    match What::read(&asking.compiled.catalog, name) {
        Ok(What::Catalog(action)) => Ok(action),
        Ok(What::BuiltIn(built_in)) => {
            let help = match built_in {
                BuiltIn::Create => "`catalogc new BLUEPRINT NAME`",
                BuiltIn::Update | BuiltIn::Grant => "`catalogc set ENTITY NAME=VALUE`",
                BuiltIn::Delete => "`catalogc rm ENTITY`",
                BuiltIn::Rename => "`catalogc mv ENTITY NAME`",
                _ => "write it by hand: `docs/refusals.md` shows how",
            };
            let message = format!("`{shown}` is no action of the catalog's");
            Err(Failure::new(message).help(help))
        }
        Err(told) => match (base, desk.before.catalog.find_action(name)) {
            (Some(base), Some(_)) => Err(Failure::new(format!(
                "the action `{shown}` is not in {} yet",
                visible(&base.rev)
            ))
            .help("ask for it once it is merged")),
            _ => Err(told),
        },
    }
}

/// That the entity of a request is on the target.
pub(super) fn not_there_yet(
    told: Failure,
    base: Option<&Base>,
    desk: &Desk<'_>,
    entity: &str,
) -> Failure {
    match base {
        Some(base) if told.message.starts_with("no ") && desk.entity(entity).is_ok() => {
            let message = format!("`{}` is not in {} yet", visible(entity), visible(&base.rev));
            Failure::new(message)
                .help("ask once it is merged; until then `catalogc set` changes it")
        }
        _ => told,
    }
}

/// That all that was given are inputs.
fn known(action: &Action, set: &[(String, String)]) -> Result<(), Failure> {
    let wrong = |(name, _): &&(String, String)| action.inputs.schema(name).is_none();
    let Some((name, _)) = set.iter().find(wrong) else {
        return Ok(());
    };
    let id = visible(&action.identifier.value);
    let all = action.inputs.properties.iter();
    let names: Vec<&str> = all.map(|entry| entry.key.value.as_str()).collect();
    let failure = Failure::new(format!("`{id}` has no input `{}`", visible(name)));
    Err(if names.is_empty() {
        failure.help("it has none: leave it out")
    } else {
        failure.help(choose(name, &names))
    })
}

/// That nothing is missing.
fn missing(action: &Action, order: &Order) -> Result<(), Failure> {
    let id = visible(&action.identifier.value);
    let inputs = inputs(action, &order.set);
    let is_edit = Way::any(action) == Some(Way::Edit);
    let mut lacks = Vec::new();
    let mut command = vec![format!("catalogc request {}", shell_word(&id))];
    if order.entity.is_none() {
        lacks.push(one(&action.blueprint.value));
    }
    command.push(shell_word(order.entity.as_deref().unwrap_or("ENTITY")));
    let given = order.set.iter().map(|(name, _)| name.as_str());
    let asked = inputs.iter().copied();
    command.extend(
        given
            .chain(asked)
            .map(|name| format!("--set {}", shell_word(&format!("{name}=...")))),
    );
    let quoted: Vec<String> = inputs.iter().map(|name| format!("`{name}`")).collect();
    if is_edit && quoted.len() > 1 {
        lacks.push(format!("one of {}", quoted.join(", ")));
    } else {
        lacks.extend(quoted);
    }
    if lacks.is_empty() {
        return Ok(());
    }
    let takes = inputs.iter().filter_map(|name| {
        let words = words(action.inputs.schema(name)?);
        Some(format!("{name} is {words}"))
    });
    let takes: Vec<String> = takes.collect();
    let takes = if takes.is_empty() {
        String::new()
    } else {
        format!("; {}", takes.join("; "))
    };
    let message = format!("`{id}` needs {}", listed(&lacks));
    let help = format!("`{}`{takes}", command.join(" "));
    Err(Failure::new(message).help(visible(&help).into_owned()))
}

/// Gives inputs that are not given the value that their schema says.
pub(super) fn add_defaults(action: &Action, wish: &mut Wish<'_>) {
    for entry in &action.inputs.properties {
        let name = entry.key.value.as_str();
        let is_made = action
            .inputs
            .from
            .iter()
            .any(|(input, _)| input.value == name);
        if let Some(value) = entry.node.get("default")
            && !is_made
            && !wish.inputs.contains_key(name)
        {
            wish.inputs.insert(name.to_owned(), value.to_json());
        }
    }
}

/// What a schema takes: `staging or production`, `integer 1 to 50`, `text, at least 10 characters`.
pub(super) fn words(schema: &Node) -> String {
    let text = |key: &str| schema.get(key).and_then(Node::as_str);
    let number = |key: &str| schema.get(key).map(|it| it.to_json().to_string());
    let choices = schema.get("enum").and_then(Node::as_sequence);
    if let Some(choices) = choices {
        let names = choices.iter().map(|it| match it.as_str() {
            Some(name) => name.to_owned(),
            None => it.to_json().to_string(),
        });
        let names: Vec<String> = names.collect();
        return match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => names.join(""),
        };
    }
    let kind = match (text("type"), text("format")) {
        (_, Some("date-time")) => "a time as 2026-11-22T14:00:00Z",
        (_, Some("entity")) => text("blueprint").unwrap_or("an entity"),
        (Some("string"), Some(format)) => format,
        (Some("string"), None) => "text",
        (Some("boolean"), _) => "true or false",
        (Some("array"), _) => "a list as a,b",
        (Some("object"), _) => "a mapping as {a: 1}",
        (Some(other), _) => other,
        (None, _) => "a value",
    };
    let unit = match text("type") {
        Some("string") => " characters",
        Some("array") => " elements",
        _ => "",
    };
    let either = |a: &str, b: &str, c: &str| number(a).or_else(|| number(b)).or_else(|| number(c));
    let least = either("minimum", "minLength", "minItems");
    let most = either("maximum", "maxLength", "maxItems");
    let range = match (least, most) {
        (Some(least), Some(most)) if unit.is_empty() => format!(" {least} to {most}"),
        (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
        (Some(least), None) => format!(", at least {least}{unit}"),
        (None, Some(most)) => format!(", at most {most}{unit}"),
        (None, None) => String::new(),
    };
    let pattern = text("pattern").map_or_else(String::new, |it| format!(", as {it}"));
    format!("{kind}{range}{pattern}")
}
