//! Whether a rule reads what is computed of something new: nobody knows it before the merge.
//!
//! In: the words of a rule and the kind of what is new. Out: the name of such a value, where the
//! rule may read it of an entity of that kind. What it reads of others is known: `owner` in
//! `resource.provider.owner` is no value of a new API, whatever APIs have of that name.

use cedar_policy::{Effect, EntityUid};

use crate::policy::Rules;
use crate::policy::rule::Rule;
use crate::policy::shape::Shape;
use crate::policy::tokens::{Sort, Token, tokens};
use crate::policy::vocabulary::Kind;

impl Rules<'_> {
    /// Nothing is computed for what is new: a `forbid` that reads such a value cannot tell.
    pub(super) fn nothing_computed(
        &self,
        kind: &Kind,
        actions: &[EntityUid],
    ) -> Result<(), String> {
        for rule in &self.book.permissions {
            if rule.effect == Effect::Forbid
                && rule.scope.covers(actions)
                && rule.is_about(&kind.name)
                && let Some(name) = self.computed(rule, kind)
            {
                let rule = &rule.name;
                return Err(format!("{rule} reads {}", unknown(name)));
            }
        }
        Ok(())
    }

    /// The name of a computed value that a rule may read of something new of a kind.
    pub(super) fn computed<'k>(&self, rule: &Rule, kind: &'k Kind) -> Option<&'k str> {
        let mut named = kind.attributes.computed();
        let first = named.find(|name| rule.reads.is_named(name))?;
        let all = tokens(&rule.text);
        let mut computed = kind.attributes.computed();
        if all
            .iter()
            .any(|token| token.sort == Sort::String && token.plain().is_none())
        {
            // A name may hide behind an escape.
            return Some(first);
        }
        computed.find(|name| {
            let is_named = |token: &Token<'_>| token.plain().unwrap_or(token.text) == *name;
            let mut at = (0..all.len()).filter(|at| all.get(*at).is_some_and(is_named));
            at.any(|at| self.may_read(&all, at, kind))
        })
    }

    /// Whether a name in a text may be read of an entity of a kind that is new.
    fn may_read(&self, all: &[Token<'_>], at: usize, kind: &Kind) -> bool {
        let is_sign = |at: Option<usize>| {
            let sign = at.and_then(|at| all.get(at));
            sign.is_some_and(|sign| sign.is("::"))
        };
        if is_sign(at.checked_sub(1)) || is_sign(at.checked_add(1)) {
            // A type or an entity.
            return false;
        }
        let read_of = path(all, at).and_then(|path| self.read_of(&path, kind));
        read_of.is_none_or(|other| other.name == kind.name)
    }

    /// The kind of what a path leads to; `None` where that is not known.
    fn read_of<'s>(&'s self, path: &[&str], kind: &'s Kind) -> Option<&'s Kind> {
        let (first, rest) = path.split_first()?;
        let vocabulary = self.vocabulary.as_ref()?;
        let mut at = match *first {
            "resource" => kind,
            "principal" => vocabulary.kind(self.people.as_ref()?.blueprint)?,
            _ => return None,
        };
        for name in rest {
            let Shape::Entity(to) = &at.attributes.get(name)?.field.shape else {
                return None;
            };
            at = vocabulary
                .kinds
                .iter()
                .flatten()
                .find(|it| it.name == *to)?;
        }
        Some(at)
    }
}

/// What is said of a value that is not known: `` `owner`, which is computed and ... ``.
pub(super) fn unknown(name: &str) -> String {
    format!("`{name}`, which is computed and not known of what is new")
}

/// The names before one, from the first on: `resource` and `provider` before the last of
/// `resource.provider.owner`; `None` where it stands in no such path.
fn path<'t>(all: &[Token<'t>], mut at: usize) -> Option<Vec<&'t str>> {
    let leads = |at: usize| {
        let sign = at.checked_sub(1).and_then(|at| all.get(at));
        sign.is_some_and(|sign| sign.is(".") || sign.is("has"))
    };
    let mut names = Vec::new();
    while leads(at) {
        at = at.checked_sub(2)?;
        let name = all.get(at).filter(|token| token.sort == Sort::Name)?;
        names.push(name.text);
    }
    names.reverse();
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::path;
    use crate::policy::tokens::tokens;

    #[test]
    fn a_path_is_the_names_before_a_name() {
        for (text, names) in [
            ("resource.owner", Some("resource")),
            ("a && resource.provider.owner", Some("resource provider")),
            ("resource has provider.owner", Some("resource provider")),
            ("resource.provider has owner", Some("resource provider")),
            ("owner", Some("")),
            ("(if true then resource else resource).owner", None),
            ("resource[\"a\"].owner", None),
            ("resource.f().owner", None),
        ] {
            let all = tokens(text);
            let found = path(&all, all.len() - 1).map(|names| names.join(" "));
            assert_eq!(found.as_deref(), names, "{text}");
        }
    }
}
