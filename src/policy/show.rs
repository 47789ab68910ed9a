//! The rules as Cedar: what short forms become, and policies as they are meant.
//!
//! In: checked rules. Out: [`Written`], in the order of places, also of rules that are broken.
//! The schema, in Cedar's own words.

use std::collections::BTreeSet;

use cedar_policy::{Effect, SchemaFragment};
use cedar_policy_formatter::{Config, policies_str_to_pretty};

use crate::model::action::{Approval, Side};
use crate::policy::rule::{Origin, Rule, Scope};
use crate::policy::{BuiltIn, Rules};
use crate::text::{Span, Text};

/// How a rule is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenAs {
    /// As a policy of Cedar.
    Policy,
    /// As a block of an action's `permissions`.
    Permission,
    /// As an entry of an action's `approval`, which is no policy: it asks for somebody's yes.
    Approval,
}

/// A rule in Cedar's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where.
    pub place: Span,
    /// `FILE:LINE`.
    pub name: String,
    /// How.
    pub written_as: WrittenAs,
    /// The actions that it names; none where it is about all of them.
    pub actions: Vec<String>,
    /// Its `@title`.
    pub title: Option<String>,
    /// Whether it permits; it forbids otherwise.
    pub permits: bool,
    /// From whom an approval is needed, in words.
    pub by: Option<String>,
    /// A policy, or the condition of an approval; none where that is always needed.
    pub cedar: Option<String>,
    /// What is wrong with it, in words: it denies all that it is about.
    pub broken: Option<String>,
}

/// Which rules are meant.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// All.
    Everything,
    /// Those about an action.
    Action(&'a str),
    /// Those of a file, or of a line of it.
    Place(&'a str, Option<u32>),
}

impl Rules<'_> {
    /// The rules about something, by their places.
    pub fn as_cedar(&self, about: About<'_>) -> Vec<Written> {
        let rules = self.book.permissions.iter().chain(&self.book.approvals);
        let mut all: Vec<Written> = rules
            .filter(|rule| self.is_meant(rule, about))
            .map(|rule| self.shown(rule))
            .collect();
        all.sort_by_key(|one| (one.place.file, one.place.start));
        all
    }

    /// The actions that rules can be about, sorted: the catalog's own, the built-in ones, and
    /// these by blueprint.
    pub fn action_names(&self) -> BTreeSet<String> {
        let vocabulary = self.vocabulary.as_ref();
        let kinds = vocabulary
            .into_iter()
            .flat_map(|it| it.kinds.iter().flatten());
        let blueprints: Vec<&Text> = kinds.map(|kind| &kind.blueprint).collect();
        let own = self
            .catalog
            .actions
            .iter()
            .map(|it| it.identifier.value.to_string());
        let built_in = BuiltIn::ALL.iter().flat_map(|one| {
            let of = blueprints.iter().filter(|_| !one.is_on_root());
            let of = of.map(|blueprint| one.name_for(blueprint));
            of.chain([one.word().to_owned()])
        });
        own.chain(built_in).collect()
    }

    /// What rules can speak of, in Cedar's language of schemas; an error is Cedar's, in one line.
    pub fn schema_text(&self) -> Result<String, String> {
        let vocabulary = self.vocabulary.as_ref().ok_or("the rules cannot be read")?;
        let schemas = vocabulary.schemas.as_ref().map_err(Clone::clone)?;
        let mut json = schemas.json.clone();
        for name in vocabulary.hidden_choices(self.catalog, &self.secrecy) {
            if let Some(it) = json.pointer_mut(&format!("//entityTypes/{name}/enum")) {
                *it = serde_json::json!(["***"]);
            }
        }
        let fragment = SchemaFragment::from_json_value(json);
        let text = fragment
            .map_err(|error| error.to_string())
            .and_then(|fragment| fragment.to_cedarschema().map_err(|error| error.to_string()));
        // Cedar's own types carry its name, in case that a kind is called `String` too.
        let own = ["String", "Long", "Bool", "decimal", "datetime"];
        let mut kinds = vocabulary.kinds.iter().flatten();
        let is_certain = !kinds.any(|kind| own.contains(&kind.name.to_string().as_str()));
        let text = text.map(|text| {
            if is_certain {
                text.replace("__cedar::", "")
            } else {
                text
            }
        });
        text.map_err(|error| super::slice::first_line(&error).to_owned())
    }

    fn is_meant(&self, rule: &Rule, about: About<'_>) -> bool {
        match about {
            About::Everything => true,
            About::Action(name) => {
                let uid = |name: &str| self.vocabulary.as_ref().map(|it| it.action_uid(name));
                let group = name.split_once(':').map_or(name, |(group, _)| group);
                let asked: Vec<_> = uid(name).into_iter().chain(uid(group)).collect();
                let is_of_group = |actions: &[cedar_policy::EntityUid]| {
                    let within = format!("{name}:");
                    let mut names = actions.iter().map(|action| action.id().unescaped());
                    names.any(|one| one.starts_with(&within))
                };
                match &rule.scope {
                    Scope::All => true,
                    Scope::In(actions) => rule.scope.covers(&asked) || is_of_group(actions),
                }
            }
            About::Place(file, line) => {
                let Some((path, first)) = rule.name.rsplit_once(':') else {
                    return false;
                };
                let first: u32 = first.parse().unwrap_or_default();
                let is_in = |line: u32| (first..=first + rule.lines).contains(&line);
                path == file && line.is_none_or(is_in)
            }
        }
    }

    fn shown(&self, rule: &Rule) -> Written {
        let approval = match rule.origin {
            Origin::Policy { .. } | Origin::Block { .. } => None,
            Origin::Approval { action, entry } => {
                let action = self.catalog.actions.get(action);
                action.and_then(|action| action.approvals.get(entry))
            }
        };
        Written {
            place: rule.place,
            name: rule.name.clone(),
            written_as: match rule.origin {
                Origin::Policy { .. } => WrittenAs::Policy,
                Origin::Block { .. } => WrittenAs::Permission,
                Origin::Approval { .. } => WrittenAs::Approval,
            },
            actions: match &rule.scope {
                Scope::All => Vec::new(),
                Scope::In(actions) => {
                    let names = actions.iter().map(|action| action.id().unescaped());
                    names.map(str::to_owned).collect()
                }
            },
            title: rule.title().map(ToOwned::to_owned),
            permits: rule.effect == Effect::Permit,
            by: approval.map(by),
            cedar: match approval {
                Some(approval) => approval.when.as_ref().map(|it| it.value.trim().to_owned()),
                None => Some(formatted(rule)),
            },
            broken: rule.broken.then(|| {
                let wrong = rule.wrong.clone();
                wrong.unwrap_or_else(|| "it cannot be read".to_owned())
            }),
        }
    }
}

/// `2 from sre, ada or the owner before`.
fn by(approval: &Approval) -> String {
    let named = approval.users.iter().chain(&approval.teams);
    let named = named.map(|name| name.value.to_string());
    let owners = approval.owners.iter().map(|side| match side.value {
        Side::Before => "the owner before".to_owned(),
        Side::After => "the owner after".to_owned(),
    });
    let words: Vec<String> = named.chain(owners).collect();
    format!("{} from {}", approval.count, super::reason::join_or(&words))
}

/// The text of a rule as Cedar's own formatter writes it; as it is where that cannot read it.
fn formatted(rule: &Rule) -> String {
    let config = Config {
        line_width: 100,
        indent_width: 2,
    };
    let pretty = rule
        .policy
        .as_ref()
        .and_then(|_| policies_str_to_pretty(&rule.text, &config).ok());
    let text = pretty.as_deref().unwrap_or(&rule.text).trim();
    text.strip_suffix('\n').unwrap_or(text).to_owned()
}
