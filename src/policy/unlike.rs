//! Cedar's warnings: rules that never hold, most of all because two kinds of things are compared,
//! the word of another list, or a person with an owner that is a team.
//!
//! In: a warning and its rule. Out: a finding, at the comparison that is the reason where that can
//! be told for certain.

use std::collections::BTreeSet;
use std::ops::Range;

use cedar_policy::{Effect, EntityTypeName, ValidationWarning};

use crate::finding::Finding;
use crate::finding::codes::{E0105, E0403, E0404};
use crate::model::action::Operation;
use crate::policy::BuiltIn;
use crate::policy::fault::{clean, head, help, label};
use crate::policy::hint;
use crate::policy::lint;
use crate::policy::rule::{Rule, Scope};
use crate::policy::shape::Shape;
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::vocabulary::Vocabulary;

/// The finding of a warning of the validator.
pub(super) fn warning(
    warning: &ValidationWarning,
    rule: &Rule,
    vocabulary: &Vocabulary,
) -> Finding {
    let (text, map) = (rule.text.as_str(), &rule.map);
    let unlike = first(rule, vocabulary)
        .filter(|_| matches!(warning, ValidationWarning::ImpossiblePolicy(_)));
    if let Some(unlike) = unlike {
        // A right that is never given is a mistake; what is never forbidden is a hole.
        let code = match rule.effect {
            Effect::Permit => &E0404,
            Effect::Forbid => &E0403,
        };
        return Finding::new(code, map.span(&unlike.range), unlike.words)
            .label("never true")
            .help(unlike.help);
    }
    let never = match warning {
        ValidationWarning::ImpossiblePolicy(_) => "the conditions of this rule can never hold",
        ValidationWarning::InvalidActionApplication(_) => {
            "no action is for the principal and the resource of this rule"
        }
        _ => {
            let range = label(warning).unwrap_or(0..text.len());
            return Finding::new(&E0105, map.span(&range), clean(&warning.to_string()))
                .label("looks like something else")
                .maybe_help(help(warning));
        }
    };
    let help = match warning {
        ValidationWarning::ImpossiblePolicy(_) => {
            "look for things of two kinds that are compared, or conditions that exclude each other"
        }
        _ => "`catalogc policy show --schema` says for whom and on what each action is",
    };
    Finding::new(&E0404, map.span(&head(text)), never)
        .label("never applies")
        .help(help)
        .maybe_help(hint::in_a_group(text, vocabulary))
}

/// A comparison that never holds.
struct Unlike {
    /// Its bytes.
    range: Range<usize>,
    /// What is compared, in words.
    words: String,
    /// What to write.
    help: String,
}

/// The first one in a rule.
fn first(rule: &Rule, vocabulary: &Vocabulary) -> Option<Unlike> {
    let all = tokens(&rule.text);
    let listed = all.windows(7).find_map(other_list);
    let unlike = listed.or_else(|| all.windows(5).find_map(person));
    let unlike = unlike.or_else(|| all.windows(5).find_map(|it| stranger(it, rule, vocabulary)));
    let unlike = unlike.or_else(|| all.windows(2).find_map(tag));
    unlike.or_else(|| all.windows(3).find_map(|it| side(it, rule, vocabulary)))
}

/// `principal in resource.needs`: people are in none of what the relation leads to.
fn stranger(words: &[Token<'_>], rule: &Rule, vocabulary: &Vocabulary) -> Option<Unlike> {
    let [who, sign, of, dot, name] = words else {
        return None;
    };
    let is_it = who.is("principal") && sign.is("in") && of.is("resource") && dot.is(".");
    let kinds = vocabulary.kinds.iter().flatten();
    let kinds = kinds.filter(|kind| is_it && lint::is_about(rule, kind, vocabulary));
    let led: BTreeSet<&EntityTypeName> = kinds
        .filter_map(|kind| match &kind.attributes.get(name.text)?.field.shape {
            Shape::Entity(to) => Some(to),
            Shape::Set(of) => match of.as_ref() {
                Shape::Entity(to) => Some(to),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let to = led.first().filter(|_| led.len() == 1)?;
    let range = words.first()?.range.start..words.last()?.range.end;
    (!vocabulary.people_can_be_in(to)).then(|| Unlike {
        range,
        words: format!("who asks is no {to} and in none"),
        help: "name a relation that leads to people, or to what they are in".to_owned(),
    })
}

/// `resource.hasTag("pci")`: Cedar knows tags, and nothing of a catalog has any.
fn tag(words: &[Token<'_>]) -> Option<Unlike> {
    let [name, open] = words else {
        return None;
    };
    (name.is("hasTag") && open.is("(")).then(|| Unlike {
        range: name.range.clone(),
        words: "nothing of a catalog has tags of Cedar".to_owned(),
        help: "read a property in its place, as in `resource has labels && resource.labels.contains(\"...\")`"
            .to_owned(),
    })
}

/// `context has before` of what is new, and `context has after` of what is deleted.
fn side(words: &[Token<'_>], rule: &Rule, vocabulary: &Vocabulary) -> Option<Unlike> {
    let [context, has, name] = words else {
        return None;
    };
    let is_plain = !rule.text.contains('!') && !rule.text.contains("||");
    if !(is_plain && context.is("context") && has.is("has")) {
        return None;
    }
    let (built_in, operation, what, other) = match name.text {
        "before" => (BuiltIn::Create, Operation::Create, "new", "after"),
        "after" => (BuiltIn::Delete, Operation::Delete, "deleted", "before"),
        _ => return None,
    };
    let Scope::In(actions) = &rule.scope else {
        return None;
    };
    let mut actions = actions.iter().map(|uid| uid.id().unescaped());
    let is_only = actions.all(|action| match vocabulary.action(action) {
        Some(action) => action.operation == operation,
        None => action.split(':').next() == Some(built_in.word()),
    });
    is_only.then(|| Unlike {
        range: name.range.clone(),
        words: format!("what is {what} has no `{}`", name.text),
        help: format!("read `context.{other}`"),
    })
}

/// `x.type == Component__lifecycle::"retired"`: a word of the list of another property.
fn other_list(words: &[Token<'_>]) -> Option<Unlike> {
    let [start, dot, name, sign, list, _, word] = words else {
        return None;
    };
    let (_, property) = list.text.rsplit_once("__")?;
    let is_comparison = dot.is(".") && sign.is("==") && word.sort == Sort::String;
    let is_other = name.sort == Sort::Name && name.text != property;
    (is_comparison && is_other).then(|| Unlike {
        range: start.range.start..word.range.end,
        words: format!("`{}` has no word of the list `{}`", name.text, list.text),
        help: format!(
            "write `...__{}::\"...\"`: `catalogc policy show --schema` has its list",
            name.text
        ),
    })
}

/// `resource.owner == principal`: who asks is a person, and is in what they belong to.
fn person(words: &[Token<'_>]) -> Option<Unlike> {
    let is_it = |who: &Token<'_>, sign: &Token<'_>, resource: &Token<'_>| {
        who.is("principal") && sign.is("==") && resource.is("resource")
    };
    let name = match words {
        [resource, _, name, sign, who] if is_it(who, sign, resource) => name,
        [who, sign, resource, _, name] if is_it(who, sign, resource) => name,
        _ => return None,
    };
    Some(Unlike {
        range: words.first()?.range.start..words.last()?.range.end,
        words: format!("`resource.{}` is no person", name.text),
        help: format!("write `principal in resource.{}`", name.text),
    })
}
