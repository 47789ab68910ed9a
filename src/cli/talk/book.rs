//! What a conversation reads: what there is to choose, and what is asked for.
//!
//! Whoever holds a conversation has a [`Book`]; the conversation knows no catalog.

use crate::cli::talk::Choice;

/// What is asked for, as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Order {
    /// The action; of what is new without one, its kind.
    pub(in crate::cli) action: Option<String>,
    pub(in crate::cli) entity: Option<String>,
    pub(in crate::cli) set: Vec<(String, String)>,
}

/// An input that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Field {
    pub(in crate::cli) name: String,
    /// What it takes.
    pub(in crate::cli) takes: String,
    /// What its author says of it.
    pub(in crate::cli) help: Option<String>,
    /// What it is without an answer.
    pub(in crate::cli) default: Option<String>,
    pub(in crate::cli) is_required: bool,
    /// Whether it is typed without being shown.
    pub(in crate::cli) is_secret: bool,
    /// The entities of which it names one: they are searched for.
    pub(in crate::cli) choices: Vec<Choice>,
    /// Whether an empty line says the default, because nothing else does.
    pub(in crate::cli) says_default: bool,
}

/// What there is to choose and how it is judged.
pub(in crate::cli) trait Book {
    /// What is chosen first: an action, or a kind of what is new.
    fn first(&self) -> &'static str {
        "action"
    }
    /// The question for the name of what an action makes; none where it is done to what is there.
    fn new_name(&self, action: &str) -> Option<String>;
    /// The actions that may be asked for, on an entity where one is named.
    fn actions(&self, entity: Option<&str>) -> Vec<Choice>;
    /// Why an action cannot be asked for.
    fn wrong_action(&self, action: &str) -> Option<String>;
    /// Why it cannot be asked for on an entity.
    fn wrong_entity(&self, action: Option<&str>, entity: &str) -> Option<String>;
    /// Who may do what somebody may not.
    fn who_else(&self, action: &str, entity: Option<&str>) -> Vec<String>;
    /// The line that says what an action is.
    fn head(&self, action: &str) -> String;
    /// The entities that it may be asked for.
    fn entities(&self, action: &str) -> Vec<Choice>;
    /// Its inputs that are not given.
    fn fields(&self, action: &str, entity: &str, given: &[(String, String)]) -> Vec<Field>;
    /// Whether an input takes a value, on an entity where one is named.
    fn check(&self, action: &str, entity: Option<&str>, input: (&str, &str)) -> Result<(), String>;
}
