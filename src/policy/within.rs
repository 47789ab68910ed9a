//! `resource in Team::"checkout"`: that is about who is in the team, and is written by those who mean
//! what it owns.
//!
//! In: a rule, and what kinds are in groups. Out: a finding where the rule is about other kinds, too,
//! which are never in a group.

use std::ops::Range;

use crate::finding::Finding;
use crate::finding::codes::E0419;
use crate::policy::BuiltIn;
use crate::policy::lint;
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Token, tokens};
use crate::policy::vocabulary::{Kind, Vocabulary};

/// That a rule asks of everything whether it is in a group of people.
pub(super) fn members(rule: &Rule, vocabulary: &Vocabulary) -> Option<Finding> {
    let all = tokens(&rule.text);
    let mut groups = all.windows(5).filter_map(|words| group(words, vocabulary));
    let (range, kind, name) = groups.next()?;
    if is_for_members(&all, kind, vocabulary) || is_grant(rule) {
        return None;
    }
    let kinds = vocabulary.kinds.iter().flatten();
    let mut about =
        kinds.filter(|it| rule.is_about(&it.name) && lint::is_about(rule, it, vocabulary));
    let is_owned = |it: &Kind| {
        it.owner
            .as_ref()
            .is_some_and(|(owner, _)| *owner == kind.name)
    };
    about.find(|it| !it.groups.contains(&kind.name) && is_owned(it))?;
    let person = vocabulary.person.as_ref()?;
    let message = format!("this is about who is in {name}, not about what it owns");
    Some(
        Finding::new(&E0419, rule.map.span(&range), message)
            .label("people are in it")
            .help(format!(
                "for what it owns compare the owner: `resource.owner == {}::\"{name}\"`; for its people add `resource is {person} && ...`",
                kind.name
            )),
    )
}

/// Whether a rule says that the resource is of a kind which is in such a group.
fn is_for_members(all: &[Token<'_>], group: &Kind, vocabulary: &Vocabulary) -> bool {
    let is_member = |name: &str| {
        let mut kinds = vocabulary.kinds.iter().flatten();
        kinds.any(|it| it.name.basename() == name && it.groups.contains(&group.name))
    };
    all.windows(3).any(|words| {
        let [what, sign, kind] = words else {
            return false;
        };
        what.is("resource") && sign.is("is") && is_member(kind.text)
    })
}

/// Whether a rule is about memberships alone.
fn is_grant(rule: &Rule) -> bool {
    let Scope::In(actions) = &rule.scope else {
        return false;
    };
    let is_grant = |name: &str| name.split(':').next() == Some(BuiltIn::Grant.word());
    actions.iter().all(|uid| is_grant(uid.id().unescaped()))
}

/// A kind of group and the name of one, where some words say that the resource is in it.
fn group<'v>(
    words: &[Token<'_>],
    vocabulary: &'v Vocabulary,
) -> Option<(Range<usize>, &'v Kind, String)> {
    let [what, sign, kind, colons, name] = words else {
        return None;
    };
    if !(what.is("resource") && sign.is("in") && colons.is("::")) {
        return None;
    }
    let mut kinds = vocabulary.kinds.iter().flatten();
    let kind = kinds.find(|it| it.name.basename() == kind.text)?;
    let mut people = vocabulary.kinds.iter().flatten();
    let people = people.find(|it| Some(&it.name) == vocabulary.person.as_ref())?;
    let end = name.range.end;
    let is_group = people.groups.contains(&kind.name);
    let name = name.plain().filter(|_| is_group)?;
    Some((what.range.start..end, kind, name.to_owned()))
}
