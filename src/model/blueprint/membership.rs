//! A blueprint whose entities make somebody a member of a group, for a time or for good.
//!
//! In: the key `membership` of a blueprint, and an entity of it. Out: which relations say who and
//! of what, and from when until when. Whether they exist and lead to groups is for `check`.

use crate::model::fields::Fields;
use crate::model::{Blueprint, Entity, Moment};
use crate::syntax::Entry;
use crate::text::{Located, Span, Text};

/// What the entities of a blueprint say of memberships.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The key.
    pub span: Span,
    /// The relation to who is a member.
    pub member: Located<Text>,
    /// The relation to what they are a member of.
    pub group: Located<Text>,
    /// The property that has the first moment.
    pub from: Option<Located<Text>>,
    /// The property that has the moment of the end, which is no part of it any more.
    pub until: Option<Located<Text>>,
}

/// The time for which a membership holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Term {
    /// From this moment on.
    pub from: Option<Moment>,
    /// Until just before this one.
    pub until: Option<Moment>,
}

impl Term {
    /// Whether it has neither a beginning nor an end.
    pub const fn is_endless(self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// Whether a moment is in it. Where nobody says which moment it is, only what is endless
    /// holds.
    pub fn has(self, now: Option<Moment>) -> bool {
        let Some(now) = now else {
            return self.is_endless();
        };
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// The same times in their order, those that overlap or meet as one; what is over before it
    /// begins is none.
    pub fn merged(mut terms: Vec<Self>) -> Vec<Self> {
        terms.retain(
            |term| !matches!((term.from, term.until), (Some(from), Some(until)) if until <= from),
        );
        // What has no beginning stands first.
        terms.sort_by_key(|term| term.from);
        let mut merged: Vec<Self> = Vec::new();
        for term in terms {
            match merged.last_mut() {
                Some(last) if last.reaches(term) => {
                    last.until = last
                        .until
                        .zip(term.until)
                        .map(|(one, other)| one.max(other));
                }
                _ => merged.push(term),
            }
        }
        merged
    }

    /// Whether it has not ended when another one begins that does not begin before it.
    fn reaches(self, next: Self) -> bool {
        self.until
            .is_none_or(|until| next.from.is_none_or(|from| from <= until))
    }

    /// Whether all of it is in another one.
    pub fn is_within(self, whole: Self) -> bool {
        let begins = whole
            .from
            .is_none_or(|whole| self.from.is_some_and(|from| whole <= from));
        begins
            && whole
                .until
                .is_none_or(|whole| self.until.is_some_and(|until| until <= whole))
    }

    /// As people read it: `for good`, `until 2026-11-23 08:00 UTC`.
    pub fn words(self) -> String {
        match (self.from, self.until) {
            (None, None) => "for good".to_owned(),
            (Some(from), None) => format!("for good from {}", from.words()),
            (None, Some(until)) => format!("until {}", until.words()),
            (Some(from), Some(until)) => format!("from {} until {}", from.words(), until.words()),
        }
    }
}

impl Membership {
    /// The term that an entity says; `None` where a moment of it cannot be read.
    pub fn term(&self, blueprint: &Blueprint, entity: &Entity) -> Option<Term> {
        let moment = |name: &Option<Located<Text>>| match name {
            Some(name) => blueprint.moment(entity, &name.value),
            None => Some(None),
        };
        Some(Term {
            from: moment(&self.from)?,
            until: moment(&self.until)?,
        })
    }
}

impl Blueprint {
    /// The moment that a property of an entity has, if it has one; `None` where it cannot be
    /// read.
    pub fn moment(&self, entity: &Entity, name: &str) -> Option<Option<Moment>> {
        let Some(entry) = entity.property(name).filter(|it| !it.node.is_null()) else {
            return Some(None);
        };
        let text = entry.node.as_str()?;
        let is_day = self.property(name)?.format() == Some("date");
        let moment = if is_day {
            Moment::of_day(text)
        } else {
            Moment::parse(text)
        };
        moment.map(Some)
    }
}

/// `membership: {member: person, group: team, from: starts_at, until: expires_at}`.
pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Membership> {
    let Entry { key, node, .. } = fields.entry("membership")?;
    let mut fields = Fields::of("`membership`", node, key.span, fields.findings)?;
    let (member, group) = (
        fields.required_text("member"),
        fields.required_text("group"),
    );
    let (from, until) = (fields.text("from"), fields.text("until"));
    fields.done();
    Some(Membership {
        span: key.span,
        member: member?,
        group: group?,
        from,
        until,
    })
}

#[cfg(test)]
mod tests {
    use super::Term;
    use crate::model::Moment;

    fn term(from: Option<&str>, until: Option<&str>) -> Term {
        let moment = |time: &str| Moment::parse(&format!("2026-11-22T{time}:00Z")).unwrap();
        Term {
            from: from.map(moment),
            until: until.map(moment),
        }
    }

    #[test]
    fn times_that_meet_are_one() {
        let night = term(Some("20:00"), Some("23:00"));
        let late = term(Some("22:00"), Some("23:30"));
        let both = term(Some("20:00"), Some("23:30"));
        let noon = term(None, Some("12:00"));
        assert_eq!(Term::merged(vec![late, noon, night]), [noon, both]);
        // What another one surrounds does not shorten it.
        let short = term(Some("21:00"), Some("22:00"));
        assert_eq!(Term::merged(vec![short, night]), [night]);
        assert_eq!(
            Term::merged(vec![night, term(Some("23:00"), None)]),
            [term(Some("20:00"), None)]
        );
        assert_eq!(Term::merged(vec![term(Some("22:00"), Some("21:00"))]), []);
    }

    #[test]
    fn a_time_is_within_another_that_neither_begins_later_nor_ends_earlier() {
        let night = term(Some("20:00"), Some("23:00"));
        assert!(night.is_within(night) && night.is_within(term(None, None)));
        assert!(!night.is_within(term(Some("21:00"), None)));
        assert!(!term(Some("20:00"), None).is_within(night));
        assert!(!term(None, Some("22:00")).is_within(night));
    }
}
