//! What a question is about: the action by its names, what it takes and on what it may be asked.
//!
//! In: a question and the vocabulary. Out: the [`Subject`], or the reason why there is none.

use cedar_policy::EntityUid;

use crate::model::BlueprintId;
use crate::model::action::Operation;
use crate::policy::shape::Field;
use crate::policy::vocabulary::{Kind, Vocabulary};
use crate::policy::{ActionName, BuiltIn, Question, Resource};

/// What a question is about.
pub(super) struct Subject<'q> {
    /// The action's name in rules.
    pub(super) name: String,
    /// The action and the group that it is in.
    pub(super) actions: Vec<EntityUid>,
    /// What it does.
    pub(super) operation: Operation,
    /// The inputs that it takes; a built-in action has none.
    pub(super) inputs: Option<&'q [Field]>,
    /// Whether it may be asked for what is on the target, and for what is new.
    takes: (bool, bool),
}

impl<'q> Subject<'q> {
    /// What a question about an entity of a blueprint is about.
    pub(super) fn of(
        question: &Question<'q>,
        id: BlueprintId,
        kind: &Kind,
        vocabulary: &'q Vocabulary,
    ) -> Result<Self, String> {
        match question.action {
            ActionName::Catalog(name) => {
                let action = vocabulary
                    .action(name)
                    .ok_or_else(|| format!("no action is called `{name}` on the target"))?;
                if action.blueprint != id {
                    return Err(format!("`{name}` is not for a {}", kind.blueprint));
                }
                Ok(Self {
                    name: name.to_owned(),
                    actions: vec![vocabulary.action_uid(name)],
                    operation: action.operation,
                    inputs: Some(&action.inputs),
                    takes: match action.operation {
                        Operation::Create => (false, true),
                        Operation::Day2 | Operation::Delete => (true, false),
                    },
                })
            }
            ActionName::BuiltIn(built_in) if built_in.is_on_root() => {
                Err(format!("`{}` is for the catalog itself", built_in.word()))
            }
            ActionName::BuiltIn(built_in) => {
                let name = built_in.name_for(&kind.blueprint);
                Ok(Self {
                    actions: vec![
                        vocabulary.action_uid(&name),
                        vocabulary.action_uid(built_in.word()),
                    ],
                    name,
                    operation: match built_in {
                        BuiltIn::Create => Operation::Create,
                        BuiltIn::Delete => Operation::Delete,
                        _ => Operation::Day2,
                    },
                    inputs: None,
                    takes: match built_in {
                        BuiltIn::Create => (false, true),
                        BuiltIn::Grant | BuiltIn::Record => (true, true),
                        _ => (true, false),
                    },
                })
            }
        }
    }

    /// What is new cannot be changed, and what is there cannot be created.
    pub(super) fn fits(&self, resource: &Resource<'_>) -> Result<(), String> {
        match resource {
            Resource::Entity(_) if !self.takes.0 => Err(format!(
                "`{}` is for what is new, this is on the target",
                self.name
            )),
            Resource::Proposed(..) if !self.takes.1 => Err(format!(
                "`{}` is for what is on the target, this is new",
                self.name
            )),
            _ => Ok(()),
        }
    }
}
