//! Which actions a change of an entity is.
//!
//! In: what happens to the entity, by its paths. Out: the actions of the catalog that claim it,
//! and the built-in ones for what none of them claims. Plans and whoever asks the rules before
//! there is a plan share it, so that both speak of the same action.

use serde_json::Value as Json;

use crate::derive::Secrecy;
use crate::expression::Expression;
use crate::model::path::{claims, covers, is_any, is_either};
use crate::model::shape::read_element;
use crate::model::{Action, Entity};
use crate::plan::diff::{PathChange, Side, created};
use crate::plan::file::canonical;
use crate::policy::{Authority, BuiltIn, Happens};
use crate::text::Span;

/// A path that changes.
#[derive(Debug, Clone, Copy)]
pub enum Changed<'c> {
    /// With what it was and what it becomes.
    Seen(&'c PathChange),
    /// Of which nobody said what it becomes: all below it may change with it.
    Told(&'c str),
}

impl<'c> Changed<'c> {
    /// The path.
    pub const fn path(self) -> &'c str {
        match self {
            Self::Seen(change) => change.path.as_str(),
            Self::Told(path) => path,
        }
    }
}

/// What of an action's trigger a change meets, if it meets it.
pub fn trigger(action: &Action, happens: Happens, changes: &[Changed<'_>]) -> Option<Span> {
    let trigger = &action.trigger;
    match happens {
        Happens::Appears => trigger.created,
        Happens::Disappears => trigger.deleted,
        Happens::Changes => trigger
            .changed_key
            .filter(|_| changes.iter().any(|change| fires(action, *change))),
    }
}

/// Whether a change fires an action: its path is claimed, or it is a change of more than what is
/// claimed, as of an element that comes, or of a list whose elements cannot be told apart, and
/// what is claimed changes with it.
pub fn fires(action: &Action, change: Changed<'_>) -> bool {
    let changes_with = |claim: &str| {
        let below = claim.strip_prefix(change.path());
        let below = below.filter(|rest| rest.starts_with(['.', '[']));
        let Changed::Seen(change) = change else {
            return below.is_some();
        };
        let at = |side: &Option<Json>, rest| side.as_ref().and_then(|value| part(value, rest));
        below.is_some_and(|rest| {
            let sides = [at(&change.before, rest), at(&change.after, rest)];
            let [before, after] = sides.map(|value| value.as_ref().map(canonical));
            before != after
        })
    };
    claims(action, change.path()) || is_any(action, changes_with)
}

/// Whether two paths are one thing for what is done: one is within the other, or a claim of the
/// action covers both.
pub fn shared(action: Option<&Action>, one: &str, other: &str) -> bool {
    let mut claims = action.into_iter().flat_map(|it| &it.trigger.changed);
    let claimed = |claim: &str, path: &str| is_either(claim, |claim| covers(claim, path));
    covers(one, other)
        || covers(other, one)
        || claims.any(|claim| claimed(&claim.value, one) && claimed(&claim.value, other))
}

/// What a value has at a path below it. Of several elements with one key it is all of them.
fn part(value: &Json, path: &str) -> Option<Json> {
    if path.is_empty() {
        return Some(value.clone());
    }
    if let Some((key, wanted, rest)) = read_element(path) {
        let items = value.as_array()?.iter();
        // 1.0 is 1, as where elements are told apart.
        let wanted = canonical(&wanted);
        let is_it = |it: &&Json| it.get(key).is_some_and(|value| canonical(value) == wanted);
        let items: Vec<&Json> = items.filter(is_it).collect();
        return match items.as_slice() {
            [] => None,
            [one] => part(one, rest),
            several => several.iter().map(|one| part(one, rest)).collect(),
        };
    }
    let name = path.strip_prefix('.')?;
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    part(value.get(name)?, rest)
}

/// Whether the condition of an action is true of `{before, after}`; `None` where it has none.
///
/// Errors: why it cannot be evaluated.
pub fn condition(action: &Action, context: impl FnOnce() -> Json) -> Result<Option<bool>, String> {
    let Some(written) = &action.trigger.condition else {
        return Ok(None);
    };
    // What cannot be read was found on the target.
    let expression =
        Expression::parse(&written.value).map_err(|_| "it cannot be read".to_owned())?;
    let holds = expression.evaluate_bool(&context());
    holds.map(Some).map_err(|problem| problem.message)
}

/// Why the condition of an action fails, which may repeat what it read: what is secret by any of
/// `secrecy` is not repeated.
pub fn told(action: &Action, secrecy: &[Secrecy<'_>], why: String) -> String {
    let condition = action.trigger.condition.as_ref();
    let is_secret = condition.is_some_and(|condition| {
        let mut all = secrecy.iter();
        all.any(|it| it.is_read_by(&action.blueprint.value, &condition.value))
    });
    if is_secret {
        "it cannot be evaluated".to_owned()
    } else {
        why
    }
}

/// What an action makes of `{before, after}` for one of its inputs, and the expression; `None`
/// where a change does not fill it.
///
/// Errors: why it cannot be evaluated.
pub fn input(
    action: &Action,
    name: &str,
    context: impl FnOnce() -> Json,
) -> Result<Option<(Json, String)>, String> {
    let mut from = action.inputs.from.iter();
    let Some((_, source)) = from.find(|(filled, _)| filled.value == name) else {
        return Ok(None);
    };
    let expression =
        Expression::parse(&source.value).map_err(|_| "its expression cannot be read".to_owned())?;
    let value = expression.evaluate(&context());
    let value = value.map_err(|problem| problem.message)?;
    Ok(Some((value, source.value.to_string())))
}

/// The built-in actions of a change beside those of the catalog, each with its paths: what nobody
/// claims, and what is a grant whoever claims it. `by` is the first action that claims it.
pub fn built_in<'p>(
    authority: &Authority,
    (happens, by): (Happens, Option<&Action>),
    said: &[&'p str],
    is_claimed: impl Fn(&str) -> bool,
) -> Vec<(BuiltIn, Vec<&'p str>)> {
    let those = |is_it: &dyn Fn(&str) -> bool| -> Vec<&'p str> {
        said.iter().copied().filter(|path| is_it(path)).collect()
    };
    if happens == Happens::Changes {
        // What says who is a member is a grant, also where an action claims it.
        let is_left = |path: &str| authority.is_whole() || !is_claimed(path);
        let all = [BuiltIn::Rename, BuiltIn::Grant, BuiltIn::Update];
        let own = all.map(|built_in| {
            let is_own = |path: &str| is_left(path) && authority.built_in(path) == built_in;
            (built_in, those(&is_own))
        });
        return own.into_iter().filter(|(_, own)| !own.is_empty()).collect();
    }
    let whole = if happens == Happens::Appears {
        BuiltIn::Create
    } else {
        BuiltIn::Delete
    };
    let granted = those(&|path| authority.grants(path, happens, by));
    let whole = by.is_none().then(|| (whole, Vec::new()));
    let grant = (!granted.is_empty()).then_some((BuiltIn::Grant, granted));
    whole.into_iter().chain(grant).collect()
}

/// Everything that an entity says when it appears, its name too, which may be a login.
pub fn appears(entity: &Entity) -> Vec<PathChange> {
    let mut changes = created(entity);
    changes.push(PathChange {
        path: "identifier".to_owned(),
        before: None,
        after: Some(Json::from(entity.identifier.value.as_str())),
        place: (Side::After, entity.identifier.span),
    });
    changes
}
