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
