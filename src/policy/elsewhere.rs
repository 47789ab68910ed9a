//! Rules about a built-in action, of changes for which another action is asked: `forbid` of
//! `delete:Device` where `decommission` claims what is deleted forbids nothing.
//!
//! In: a rule, and what falls to the built-in actions. Out: a finding at each action and at each
//! path of such a change, unless the rule is about the other action too.

use cedar_policy::Effect;

use crate::finding::Finding;
use crate::finding::codes::E0420;
use crate::model::Catalog;
use crate::policy::BuiltIn;
use crate::policy::falls::{Falls, Instead};
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Sort, Token, bracketed, parts, tokens};
use crate::policy::vocabulary::{Kind, Vocabulary};

/// The findings of one rule.
pub(super) fn check(rule: &Rule, catalog: &Catalog, vocabulary: &Vocabulary) -> Vec<Finding> {
    if rule.scope == Scope::All {
        return Vec::new();
    }
    let about = About {
        rule,
        catalog,
        vocabulary,
    };
    let all = tokens(&rule.text);
    let literals = all.windows(3).enumerate().filter_map(|(at, words)| {
        let [kind, sign, name] = words else {
            return None;
        };
        let name = name.plain().map(|plain| (name, plain));
        name.filter(|_| kind.sort == Sort::Name && sign.is("::") && !is_of_only_these(&all, at))
            .map(|name| (kind.text, name))
    });
    literals
        .filter_map(|(kind, name)| match kind {
            "Action" => about.action(name),
            _ => about.path(kind, name),
        })
        .collect()
}

/// Whether a word stands beside others in `[...].containsAll(context.changed)`: the rule is about
/// what is left when only these change.
fn is_of_only_these(all: &[Token<'_>], at: usize) -> bool {
    let (before, behind) = all.split_at_checked(at).unwrap_or_default();
    let is_bracket = |token: &Token<'_>| token.is("[") || token.is("]");
    let listed = before.iter().rev().take_while(|token| !is_bracket(token));
    let rest = behind.iter().take_while(|token| !is_bracket(token));
    let is_several = listed.chain(rest.clone()).any(|token| token.is(","));
    let end = behind.get(rest.count()..).unwrap_or_default();
    let is_only = matches!(end, [close, dot, all, ..] if close.is("]") && dot.is(".") && all.is("containsAll"));
    is_only && is_several
}

/// A rule and the catalog that it is of.
struct About<'a> {
    rule: &'a Rule,
    catalog: &'a Catalog,
    vocabulary: &'a Vocabulary,
}

impl About<'_> {
    /// Whether the rule is about an action by its name.
    fn names(&self, action: &str) -> bool {
        let uid = self.vocabulary.action_uid(action);
        matches!(&self.rule.scope, Scope::In(named) if named.contains(&uid))
    }

    /// Whether it is about what is asked for instead.
    fn names_instead(&self, instead: Instead<'_>, kind: &Kind) -> bool {
        match instead {
            Instead::Action(action) => self.names(&action.identifier.value),
            Instead::BuiltIn(built_in) => {
                self.names(built_in.word()) || self.names(&built_in.name_for(&kind.blueprint))
            }
            Instead::Nothing => false,
        }
    }

    /// `Action::"delete:Device"`, and `Action::"delete"` where the head says of which kind.
    fn action(&self, (token, name): (&Token<'_>, &str)) -> Option<Finding> {
        let (word, of) = name.split_once(':').unwrap_or((name, ""));
        let built_in = BuiltIn::ALL.into_iter().find(|it| it.word() == word)?;
        let mut kinds = self.vocabulary.kinds.iter().flatten();
        let kind = match of {
            "" => {
                let is_about = |kind: &&Kind| {
                    self.rule.is_about(&kind.name) && self.is_of(kind) != Some(false)
                };
                let mut about = kinds.filter(is_about);
                about.next().filter(|_| about.next().is_none())?
            }
            of => kinds.find(|kind| kind.blueprint == of)?,
        };
        if built_in.is_on_root() || !self.names(name) || !self.rule.is_about(&kind.name) {
            return None;
        }
        let instead = Falls::of(self.catalog, &kind.blueprint).whole(built_in)?;
        let message = format!(
            "`{}` is never asked for",
            built_in.name_for(&kind.blueprint)
        );
        let label = match self.rule.effect {
            Effect::Permit => "permits nothing",
            Effect::Forbid => "forbids nothing",
        };
        let claimed = match built_in {
            BuiltIn::Create => "what is new",
            BuiltIn::Delete => "what is deleted",
            _ => "it",
        };
        let finding = Finding::new(&E0420, self.rule.map.span(&token.range), message).label(label);
        self.told(finding, (instead, kind), claimed)
    }

    /// Whether a condition says that it is about a kind, or about another one; `None` where none
    /// says anything: `when { resource is Device }`.
    fn is_of(&self, kind: &Kind) -> Option<bool> {
        let when = parts(&self.rule.text)
            .into_iter()
            .filter(|part| !part.unless);
        when.filter_map(|part| {
            let words = tokens(self.rule.text.get(part.range)?);
            match bracketed(&words).unwrap_or(&words) {
                [resource, is, name] if resource.is("resource") && is.is("is") => {
                    Some(name.is(kind.name.basename()))
                }
                _ => None,
            }
        })
        .min()
    }

    /// `Device__path::"properties.limit"` where the rule is about built-in actions alone.
    fn path(&self, name: &str, (token, path): (&Token<'_>, &str)) -> Option<Finding> {
        let mut kinds = self.vocabulary.kinds.iter().flatten();
        let kind = kinds.find(|kind| kind.path_type_name() == name)?;
        let mut actions = self.catalog.actions.iter();
        let is_of_action = actions.any(|action| {
            action.blueprint.value == kind.blueprint && self.names(&action.identifier.value)
        });
        if is_of_action || !kind.paths.contains(path) {
            return None;
        }
        let falls = Falls::of(self.catalog, &kind.blueprint);
        let named = BuiltIn::ALL.into_iter().filter(|built_in| {
            !built_in.is_on_root()
                && (self.names(built_in.word()) || self.names(&built_in.name_for(&kind.blueprint)))
        });
        let mut instead = None;
        for built_in in named {
            if built_in == BuiltIn::Grant && falls.is_grant(path) {
                return None;
            }
            // Where one of them is asked about it, the rule means that one.
            instead = instead.or(Some((built_in, falls.path(built_in, path)?)));
        }
        let (built_in, instead) = instead?;
        let asked = built_in.name_for(&kind.blueprint);
        let message = match instead {
            Instead::Nothing => format!("`{asked}` is asked for without changed paths"),
            _ => format!("`{asked}` is never asked for where `{path}` changes"),
        };
        let finding = Finding::new(&E0420, self.rule.map.span(&token.range), message);
        let finding = finding.label("never there");
        match (instead, built_in) {
            (Instead::Nothing, BuiltIn::Delete) => Some(finding.help("read `context.before`")),
            (Instead::Nothing, _) => Some(finding.help("read `context.after`")),
            _ if self.is_left_out(token) => {
                Some(finding.help("leave it out: it never changes here"))
            }
            _ => self.told(finding, (instead, kind), "it"),
        }
    }

    /// Whether words are what a rule takes out of what it says: `unless` of it.
    fn is_left_out(&self, token: &Token<'_>) -> bool {
        let mut parts = parts(&self.rule.text).into_iter();
        parts.any(|part| part.unless && part.range.contains(&token.range.start))
    }

    /// The finding with what is asked for instead, unless the rule is about that too.
    fn told(
        &self,
        finding: Finding,
        (instead, kind): (Instead<'_>, &Kind),
        claimed: &str,
    ) -> Option<Finding> {
        let beside = |name: &str| format!("write `Action::\"{name}\"` in its place, or beside it");
        if self.names_instead(instead, kind) {
            return None;
        }
        Some(match instead {
            Instead::Action(action) => {
                let name = &action.identifier.value;
                let claims = format!("`{name}` claims {claimed}");
                let finding = finding.related(action.identifier.span, claims);
                finding.help(beside(name))
            }
            Instead::BuiltIn(built_in) => {
                let name = built_in.name_for(&kind.blueprint);
                finding.help(format!("{}: {}", why(built_in), beside(&name)))
            }
            Instead::Nothing => finding.help(format!(
                "no part of a {} says who is who; other changes are an `update`",
                kind.blueprint
            )),
        })
    }
}

/// Why a built-in action is asked for.
fn why(built_in: BuiltIn) -> &'static str {
    match built_in {
        BuiltIn::Grant => "it says who is who, and that is a `grant`",
        BuiltIn::Rename => "another name is a `rename`",
        _ => "it says of nobody who they are, and is an `update`",
    }
}
