//! How an action is asked for: by a file, or by what is done with the entity that starts it.
//!
//! In: an action. Out: the way, or the command that is the way. Inputs that the entity fills are
//! turned round: `replicas: .after.properties.replicas` is a change of `properties.replicas`.

use crate::cli::Failure;
use crate::cli::ask::fill::filled;
use crate::cli::ask::name::one;
use crate::cli::ask::subject::Subject;
use crate::cli::ask::{Asking, Wish};
use crate::cli::desk::Bar;
use crate::cli::request::born::creates;
use crate::cli::request::lacking::standing;
use crate::cli::set::path;
use crate::model::{Action, EntityId};
use crate::text::{shell_word, visible};

/// How an action is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By a file in `requests`.
    File,
    /// By a change of the entity.
    Edit,
    /// By the entity that it creates.
    New,
    /// By taking the entity out.
    Gone,
}

impl Way {
    /// The way of an action; none where it is started by nothing that can be asked for so.
    pub(super) fn any(action: &Action) -> Option<Self> {
        if action.trigger.request.is_some() {
            return Some(Self::File);
        }
        if creates(action) {
            return Some(Self::New);
        }
        let is_edit = !action.trigger.changed.is_empty() && filled(action).next().is_some();
        let is_gone = action.trigger.deleted.is_some();
        is_edit
            .then_some(Self::Edit)
            .or(is_gone.then_some(Self::Gone))
    }

    /// What may be found afterwards: what is new is not used by anything yet, and what is gone may
    /// be missed where that is no mistake.
    pub(super) const fn bar(self) -> Bar {
        match self {
            Self::File | Self::Edit => Bar::Nothing,
            Self::New | Self::Gone => Bar::Warnings,
        }
    }

    /// The same.
    ///
    /// Errors: which command asks for it.
    pub(super) fn of(action: &Action, entity: &str) -> Result<Self, Failure> {
        if let Some(way) = Self::any(action) {
            return Ok(way);
        }
        let id = visible(&action.identifier.value);
        let kind = visible(&action.blueprint.value);
        let a_kind = one(&kind);
        let entity = if entity.is_empty() { "NAME" } else { entity };
        let entity = shell_word(&visible(entity));
        let trigger = &action.trigger;
        if let Some(path) = trigger.changed.first() {
            let path = visible(&path.value);
            let message = format!("`{id}` has no input that a change of `{path}` gives");
            return Err(Failure::new(message).help(format!(
                "`catalogc set {entity} {}` starts it",
                shell_word(&format!("{path}=VALUE"))
            )));
        }
        let message = format!("`{id}` runs when the time of {a_kind} is over");
        let help = "the clock asks for it: `catalogc plan --expired --now TIME`";
        Err(Failure::new(message).help(help))
    }

    /// The changes of the entity that give these inputs.
    pub(super) fn edits(
        self,
        action: &Action,
        entity: &str,
        set: &[(String, String)],
    ) -> Result<Vec<path::Wish>, Failure> {
        if let (Self::Gone, Some((name, _))) = (self, set.first()) {
            let message = format!(
                "`{}` takes nothing: it has what it needs of what is taken out",
                visible(&action.identifier.value)
            );
            let help = format!("leave `{}` out", visible(name));
            return Err(Failure::new(message).help(help));
        }
        if self != Self::Edit {
            return Ok(Vec::new());
        }
        let edits = set.iter().map(|(name, value)| {
            let mut all = filled(action);
            match all.find(|(input, _)| input == name) {
                Some((_, path)) => path::Wish::read(&format!("{path}={value}")),
                None => Err(made_of(action, entity, name)),
            }
        });
        edits.collect()
    }

    /// That a plan of the change has the action.
    ///
    /// Errors: it changes nothing, or is another action.
    pub(super) fn is_claimed<'c>(
        self,
        asking: &Asking<'c>,
        (action, entity): (&Action, &str),
        wish: &Wish<'c>,
    ) -> Result<(), Failure> {
        let matters = wish.matters(asking)?;
        let is_it = |word: &str| word == action.identifier.value.as_str();
        if self == Self::File || matters.iter().any(|it| is_it(it.what.word())) {
            return Ok(());
        }
        let words: Vec<String> = matters
            .iter()
            .map(|it| format!("`{}`", visible(it.what.word())))
            .collect();
        let id = visible(&action.identifier.value);
        let now = match &wish.subject {
            Subject::Entity(subject) => times(asking, action, *subject),
            Subject::New(..) | Subject::Root(..) => String::new(),
        };
        let message = format!("this change is {}, not `{id}`{now}", words.join(" and "));
        let failure = Failure::new(message);
        let other = match self {
            Self::New => format!(
                "`catalogc new {}` makes it all the same",
                shell_word(&visible(&action.blueprint.value))
            ),
            Self::Gone => format!(
                "`catalogc rm {}` takes it out",
                shell_word(&visible(entity))
            ),
            Self::File | Self::Edit => "`catalogc set` makes the change".to_owned(),
        };
        Err(match &action.trigger.condition {
            Some(condition) => failure.help(format!(
                "`{id}` is only for what makes this true: {}; {other}",
                visible(&condition.value)
            )),
            None => failure.help(other),
        })
    }
}

/// The times that the entity has where inputs are written: whoever says `3d` may not know them.
fn times(asking: &Asking<'_>, action: &Action, subject: EntityId) -> String {
    let Some(entity) = asking.compiled.catalog.entity(subject) else {
        return String::new();
    };
    let inputs = filled(action).filter_map(|(input, _)| {
        let name = entity.identifier.value.as_str();
        let time = standing(asking, action, Some(name), input)?;
        Some(format!("; `{}` is {time} now", visible(input)))
    });
    inputs.collect()
}

/// That an input is not one value of the entity.
fn made_of(action: &Action, entity: &str, name: &str) -> Failure {
    let id = visible(&action.identifier.value);
    let name = visible(name);
    let mut from = action.inputs.from.iter();
    let source = from.find(|(input, _)| input.value.as_str() == name.as_ref());
    let failure = match source {
        Some((_, source)) => Failure::new(format!(
            "`{name}` of `{id}` is not set: it is made of the entity, by {}",
            visible(&source.value)
        )),
        None => Failure::new(format!("nothing of the entity gives `{name}` of `{id}`")),
    };
    match filled(action).next() {
        Some((input, _)) => failure.help(format!(
            "leave it out, set `{input}`; other values by `catalogc set {} PATH=VALUE`",
            shell_word(&visible(entity))
        )),
        None => failure.help(format!(
            "`catalogc set {} PATH=VALUE`",
            shell_word(&visible(entity))
        )),
    }
}
