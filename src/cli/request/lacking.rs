//! What is missing of a request, all at once, and what an input takes in words.

use std::collections::BTreeMap;

use crate::cli::Failure;
use crate::cli::ask::fill::filled;
use crate::cli::ask::name::{self, entity_of, one};
use crate::cli::ask::subject::{Subject, Written};
use crate::cli::ask::value::{self, typed};
use crate::cli::ask::words::words;
use crate::cli::ask::{Asking, Claim, Wish};
use crate::cli::desk::Desk;
use crate::cli::look::Look;
use crate::cli::request::base::Base;
use crate::cli::request::born::Born;
use crate::cli::request::secret;
use crate::cli::request::way::Way;
use crate::cli::request::{REASON, listed};
use crate::cli::talk::Order;
use crate::model::request::BREAK_GLASS;
use crate::model::{Action, Moment, is_secret};
use crate::policy::BuiltIn;
use crate::policy::What;
use crate::syntax::Node;
use crate::text::{Advice, choose, shell_word, visible};

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
    let is_hidden = |name| action.is_some_and(|action| secret::is_hidden(asking, action, name));
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
    let Some(name) = &order.action else {
        return true;
    };
    let action = match name::action(&asking.compiled.catalog, name) {
        Ok(What::Catalog(action)) => action,
        Ok(What::BuiltIn(_)) => return longer(asking, name).is_some(),
        Err(_) => return true,
    };
    if Way::any(action).is_none() {
        return false;
    }
    let entity = order.entity.as_deref();
    let is_known = entity.is_some_and(|entity| subject(asking, action, entity).is_ok());
    let is_right = |(name, value): &(String, String)| input(asking, action, name, value).is_ok();
    !is_known || !order.set.iter().all(is_right) || !inputs(asking, action, &order.set).is_empty()
}

/// That an action can be asked for on an entity of this name.
pub(super) fn subject(asking: &Asking<'_>, action: &Action, entity: &str) -> Result<(), Failure> {
    let written = Written {
        entity: Some(entity),
        blueprint: None,
        set: &[],
        changed: &[],
    };
    Subject::read(&asking.compiled.catalog, What::Catalog(action), written).map(|_| ())
}

/// That an action has an input of this name which takes the value.
pub(super) fn input(
    asking: &Asking<'_>,
    action: &Action,
    name: &str,
    value: &str,
) -> Result<(), Failure> {
    if let Some(born) = Born::of(&asking.compiled.catalog, action) {
        return match born.schema(name) {
            Some(schema) if is_secret(schema) => secret::is_sealed(name, value),
            _ => born.check(name, value),
        };
    }
    known(action, name)?;
    let Some(schema) = action.inputs.schema(name) else {
        return Ok(());
    };
    if is_secret(schema) {
        return secret::is_sealed(name, value);
    }
    let value = typed(&action.identifier.value, name, schema, value)?;
    value::known(&asking.compiled.catalog, schema, &value)
}

/// The time that the entity of a request has where an input of the action is written.
pub(super) fn standing(
    asking: &Asking<'_>,
    action: &Action,
    entity: Option<&str>,
    input: &str,
) -> Option<Moment> {
    let catalog = &asking.compiled.catalog;
    let (_, path) = filled(action).find(|(name, _)| *name == input)?;
    let (kind, blueprint) = catalog.find_blueprint(&action.blueprint.value)?;
    let id = entity_of(catalog, kind, entity?).ok()?;
    let value = Claim::of(blueprint, catalog.entity(id)?, path)?;
    Moment::parse(value.as_str()?)
}

/// All that is wrong, as one failure.
fn together(action: &Action, mut wrong: Vec<Failure>) -> Result<(), Failure> {
    if wrong.len() < 2 {
        return wrong.pop().map_or(Ok(()), Err);
    }
    let lines = wrong.iter().map(|one| match &one.help {
        Some(help) => format!("\n  {}: {help}", one.message),
        None => format!("\n  {}", one.message),
    });
    let lines: String = lines.collect();
    let id = visible(&action.identifier.value);
    let message = format!(
        "{} things of this request for `{id}` are wrong{lines}",
        wrong.len()
    );
    Err(Failure::new(message).help("put them right, all at once"))
}

/// The names of the inputs that are missing. Of an edit one of its inputs is enough.
fn inputs(asking: &Asking<'_>, action: &Action, set: &[(String, String)]) -> Vec<String> {
    if let Some(born) = Born::of(&asking.compiled.catalog, action) {
        return born.missing(set);
    }
    if Way::any(action) == Some(Way::Gone) {
        return Vec::new();
    }
    let is_given = |name: &str| set.iter().any(|(given, _)| given == name);
    if Way::any(action) == Some(Way::Edit) {
        let all = filled(action).map(|(input, _)| input.to_owned());
        return all.filter(|_| set.is_empty()).collect();
    }
    let required = action.inputs.required.iter();
    required
        .map(|name| name.value.as_str())
        .filter(|name| !is_given(name) && !is_filled(action, name))
        .map(str::to_owned)
        .collect()
}

/// Whether an input has a value without being given.
fn is_filled(action: &Action, name: &str) -> bool {
    let schema = action.inputs.schema(name);
    schema.is_some_and(|schema| schema.get("default").is_some()) || action.inputs.is_made(name)
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
            names(asking, "").words
        )));
    };
    let action = action(asking, base, desk, name)?;
    let is_asked = Way::any(action).is_some();
    let mut wrong = Vec::new();
    if let (true, Some(entity)) = (is_asked, order.entity.as_deref()) {
        let told = subject(asking, action, entity);
        wrong.extend(
            told.map_err(|it| not_there_yet(it, base, desk, entity))
                .err(),
        );
    }
    let given = order.set.iter();
    wrong.extend(given.filter_map(|(name, value)| input(asking, action, name, value).err()));
    if is_asked {
        wrong.extend(missing(asking, action, &order).err());
    }
    together(action, wrong)?;
    Ok(Whole {
        action,
        entity: order.entity.unwrap_or_default(),
        set: order.set,
    })
}

/// The action that a built-in word begins: `grant` is `grant_temporary_access`, and by itself nothing
/// that is asked for.
pub(super) fn longer<'c>(asking: &Asking<'c>, word: &str) -> Option<&'c str> {
    let actions = asking.compiled.catalog.actions.iter();
    let mut actions = actions.filter(|action| Way::any(action).is_some());
    let begins = |name: &str| {
        let rest = name.strip_prefix(word);
        rest.is_some_and(|rest| rest.starts_with(['_', '-']))
    };
    let found = actions.find(|action| begins(&action.identifier.value))?;
    Some(&found.identifier.value)
}

/// Which actions there are that can be asked for, or which one is meant by a name.
fn names(asking: &Asking<'_>, near: &str) -> Advice {
    let actions = asking.compiled.catalog.actions.iter();
    let names: Vec<&str> = actions
        .filter(|action| Way::any(action).is_some())
        .map(|action| action.identifier.value.as_str())
        .collect();
    choose(near, &names)
}

fn action<'c>(
    asking: &Asking<'c>,
    base: Option<&Base>,
    desk: &Desk<'_>,
    name: &str,
) -> Result<&'c Action, Failure> {
    let shown = visible(name);
    match name::action(&asking.compiled.catalog, name) {
        Ok(What::Catalog(action)) => Ok(action),
        Ok(What::BuiltIn(built_in)) => {
            let longer = longer(asking, name);
            let help = match built_in {
                _ if longer.is_some() => {
                    let longer = visible(longer.unwrap_or_default());
                    return Err(
                        Failure::new(format!("`{shown}` is no action of the catalog's"))
                            .help(format!("did you mean `{longer}`?")),
                    );
                }
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
            _ if name == BREAK_GLASS => {
                let message = format!("`{shown}` is no action of the catalog's");
                Err(Failure::new(message).help("write it by hand: `docs/approvals.md` shows how"))
            }
            _ => Err(Failure::new(told.message).help(names(asking, name))),
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
        Some(base) if is_of(&told.message, entity) && desk.entity(entity).is_ok() => {
            let message = format!("`{}` is not in {} yet", visible(entity), visible(&base.rev));
            Failure::new(message)
                .help("ask once it is merged; until then `catalogc set` changes it")
        }
        _ => told,
    }
}

/// Whether a message is that there is no such entity.
fn is_of(message: &str, entity: &str) -> bool {
    message.starts_with("no ") && message.ends_with(&format!("`{}`", visible(entity)))
}

/// That it is an input.
fn known(action: &Action, name: &str) -> Result<(), Failure> {
    if action.inputs.schema(name).is_some() {
        return Ok(());
    }
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
fn missing(asking: &Asking<'_>, action: &Action, order: &Order) -> Result<(), Failure> {
    let id = visible(&action.identifier.value);
    let inputs = inputs(asking, action, &order.set);
    let born = Born::of(&asking.compiled.catalog, action);
    let is_edit = Way::any(action) == Some(Way::Edit);
    let mut lacks = Vec::new();
    let mut command = vec![format!("catalogc request {}", shell_word(&id))];
    if order.entity.is_none() {
        lacks.push(match born {
            Some(_) => format!("a name for the new {}", visible(&action.blueprint.value)),
            None => one(&action.blueprint.value),
        });
    }
    let place = born.map_or("ENTITY", |_| "NAME");
    command.push(shell_word(order.entity.as_deref().unwrap_or(place)));
    let given = order.set.iter().map(|(name, value)| {
        let is_hidden = secret::is_hidden(asking, action, name);
        let value = if is_hidden { "..." } else { value };
        format!("{name}={value}")
    });
    let asked = inputs.iter().map(|name| format!("{name}=..."));
    let all = given.chain(asked);
    command.extend(all.map(|set| format!("--set {}", shell_word(&set))));
    let quoted: Vec<String> = inputs.iter().map(|name| format!("`{name}`")).collect();
    if is_edit && quoted.len() > 1 {
        lacks.push(format!("one of {}", quoted.join(", ")));
    } else {
        lacks.extend(quoted);
    }
    if lacks.is_empty() {
        return Ok(());
    }
    let look = born.map(|born| (born, Look::of(asking.compiled)));
    let takes = inputs.iter().filter_map(|name| {
        let takes = match &look {
            Some((born, look)) => born.takes(look, name)?,
            None => takes(action.inputs.schema(name)?),
        };
        Some(format!("{name} is {takes}"))
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
        if let Some(value) = entry.node.get("default")
            && !action.inputs.is_made(name)
            && !wish.inputs.contains_key(name)
        {
            wish.inputs.insert(name.to_owned(), value.to_json());
        }
    }
}

/// What an input takes.
pub(super) fn takes(schema: &Node) -> String {
    if is_secret(schema) {
        return "an age envelope, as @FILE or, piped in, as -".to_owned();
    }
    words(schema)
}
