//! What the rules of a catalog name, so that nothing is computed which none of them reads.
//!
//! In: the texts of rules. Out: names, of which there may be too many and never too few.

use std::collections::BTreeSet;

use crate::policy::rule::Rule;
use crate::policy::tokens::{Sort, Token, tokens};
use crate::text::Text;

/// What rules name.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads {
    /// Names and strings without escapes.
    names: BTreeSet<Text>,
    /// Whether a string has an escape, which may hide a name.
    is_hidden: bool,
    /// Whether the context, or what an entity was or becomes, may be read as a whole, not by the
    /// names of its parts alone.
    whole: bool,
    /// The first rule that may read `context.now`.
    pub(super) now: Option<String>,
}

impl Reads {
    /// What the text of one rule names.
    pub(super) fn of_text(text: &str, rule: &str) -> Self {
        let all = tokens(text);
        let names = all.iter().filter_map(|token| match token.plain() {
            Some(text) => Some(Text::from(text)),
            None => (token.sort != Sort::String).then(|| Text::from(token.text)),
        });
        let is_hidden = |token: &Token<'_>| token.sort == Sort::String && token.plain().is_none();
        Self {
            names: names.collect(),
            is_hidden: all.iter().any(is_hidden),
            whole: reads_a_whole(&all),
            now: reads_now(&all).then(|| rule.to_owned()),
        }
    }

    /// What these rules name.
    pub(super) fn of<'r>(rules: impl Iterator<Item = &'r Rule>) -> Self {
        let mut all = Self::default();
        for rule in rules {
            let reads = &rule.reads;
            all.names.extend(reads.names.iter().cloned());
            all.is_hidden |= reads.is_hidden;
            all.whole |= reads.whole;
            if all.now.is_none() {
                all.now.clone_from(&reads.now);
            }
        }
        all
    }

    /// Whether what an entity was or becomes may be read.
    pub(super) fn sides(&self) -> bool {
        self.is_named("before") || self.is_named("after")
    }

    /// Something that is read without being named in a rule.
    pub(super) fn add(&mut self, name: &str) {
        self.names.insert(Text::from(name));
    }

    /// Whether a rule may read something of this name.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.is_hidden || self.names.contains(name)
    }

    /// Whether what an entity has of this name can be seen by a rule: entities are compared by
    /// their identifiers, so a rule sees of them what it names and nothing else.
    pub(super) fn shows(&self, name: &str) -> bool {
        self.whole || self.is_named(name)
    }
}

/// Whether a text may take the context or a side of it as one value, to compare all of it.
fn reads_a_whole(all: &[Token<'_>]) -> bool {
    all.iter().enumerate().any(|(n, token)| {
        let name = token.plain().unwrap_or(token.text);
        let is_part = all
            .get(n + 1)
            .is_some_and(|sign| sign.is(".") || sign.is("[") || sign.is("has"));
        let before = n.checked_sub(1).and_then(|n| all.get(n));
        // Whether there is such a side is no value of it.
        let is_asked_for = before.is_some_and(|sign| sign.is("has"));
        matches!(name, "context" | "before" | "after") && !is_part && !is_asked_for
    })
}

impl Rule {
    /// Whether it may read the moment at which it is asked.
    pub(super) const fn reads_now(&self) -> bool {
        self.reads.now.is_some()
    }
}

/// Whether a text may read `context.now`: every use of the context says by name what it reads,
/// or may read anything.
fn reads_now(all: &[Token<'_>]) -> bool {
    let at = |n: usize| all.get(n);
    all.iter().enumerate().any(|(n, token)| {
        let is_attribute = n
            .checked_sub(1)
            .and_then(at)
            .is_some_and(|sign| sign.is("."));
        if !token.is("context") || is_attribute {
            return false;
        }
        let is_now = |name: Option<&Token<'_>>| {
            name.is_none_or(|name| match name.sort {
                Sort::String => name.plain().is_none_or(|name| name == "now"),
                _ => name.text == "now",
            })
        };
        match at(n + 1) {
            Some(sign) if sign.is(".") || sign.is("[") || sign.is("has") => is_now(at(n + 2)),
            _ => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{reads_a_whole, reads_now};
    use crate::policy::tokens::tokens;

    #[test]
    fn only_what_reads_the_time_needs_it() {
        for text in [
            "context.now > resource.expires_at",
            "context[\"now\"] > resource.expires_at",
            "context has now",
            "context[\"n\\u{6f}w\"] == resource.x",
            "(if true then context else context).now == resource.x",
        ] {
            assert!(reads_now(&tokens(text)), "{text}");
        }
        for text in [
            "resource.now == 1",
            "resource.context.now == 1",
            "context.inputs.now == 1",
            "context has inputs.now",
            "\"context.now\" == resource.x // context.now",
        ] {
            assert!(!reads_now(&tokens(text)), "{text}");
        }
    }

    #[test]
    fn what_is_read_by_its_parts_is_not_read_whole() {
        for text in [
            "context.before == context.after",
            "context[\"before\"].x == 1",
            "resource.x == context.after",
            "context == resource.x",
            "{a: context.before}.a.x == 1",
        ] {
            assert!(reads_a_whole(&tokens(text)), "{text}");
        }
        for text in [
            "context.before.x == context.after.x",
            "context.before has x && context.before[\"x\"] == 1",
            "context has before && context.before.x == 1",
            "resource.x == 1",
        ] {
            assert!(!reads_a_whole(&tokens(text)), "{text}");
        }
    }
}
