//! Memberships for a time that a merge makes longer or shorter.
//!
//! In: both sides. Out: a notice for each person or group that is in a group at other times than
//! the target says. Which decisions move is asked at one moment (`rights`), and at that moment
//! somebody who was a member until tonight and is one for good may do what they did.

use std::collections::BTreeMap;

use crate::model::EntityId;
use crate::model::blueprint::Term;
use crate::plan::diff::Side;
use crate::plan::effect::twin;
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;
use crate::policy::Terms;

/// A member and a group, each by its numbers on both sides.
type Pair = [[Option<EntityId>; 2]; 2];

/// Who is in what at other times; those who are it longer stand first.
pub(super) fn notices(states: &States<'_>, secrets: &Secrets<'_>) -> Vec<Notice> {
    let terms = [Side::Before, Side::After].map(|side| {
        let compiled = states.of(side);
        (side, Terms::of(&compiled.catalog, &compiled.graph))
    });
    let mut pairs: BTreeMap<Pair, (Side, EntityId)> = BTreeMap::new();
    for (side, terms) in &terms {
        for ((member, group), says) in terms.timed() {
            let pair = [member, group].map(|id| numbers(states, *side, id));
            // Where both sides say it, it is told where the result does.
            pairs.insert(pair, (*side, says));
        }
    }
    let [(_, before), (_, after)] = &terms;
    let mut shorter = Vec::new();
    let mut notices = Vec::new();
    for ([member, group], says) in pairs {
        let times = |terms: &Terms<'_>, member: Option<EntityId>, group: Option<EntityId>| {
            let both = member.zip(group);
            both.map_or_else(Vec::new, |(member, group)| terms.between(member, group))
        };
        let [[member_was, member_is], [group_was, group_is]] = [member, group];
        let was = times(before, member_was, group_was);
        let is = times(after, member_is, group_is);
        if was == is {
            continue;
        }
        let names = [member, group].map(|of| name(states, of));
        let notice = Notice {
            text: text(names, &was, &is),
            place: {
                let (side, says) = says;
                let entity = states.of(side).catalog.entity(says);
                entity.map(|it| states.place(side, it.identifier.span))
            },
        };
        let is_longer = is
            .iter()
            .any(|is| !was.iter().any(|was| is.is_within(*was)));
        if is_longer {
            &mut notices
        } else {
            &mut shorter
        }
        .push(notice);
    }
    notices.append(&mut shorter);
    first(
        &mut notices,
        |left| format!("{left} more memberships for a time are others"),
        secrets,
    );
    notices
}

fn numbers(states: &States<'_>, side: Side, id: EntityId) -> [Option<EntityId>; 2] {
    let other = twin(states, side, id);
    match side {
        Side::Before => [Some(id), other],
        Side::After => [other, Some(id)],
    }
}

fn name<'s>(states: &States<'s>, [before, after]: [Option<EntityId>; 2]) -> &'s str {
    let named = |side: Side, id: Option<EntityId>| states.of(side).catalog.entity(id?);
    let entity = named(Side::After, after).or_else(|| named(Side::Before, before));
    entity.map_or("", |entity| entity.identifier.value.as_str())
}

fn text([member, group]: [&str; 2], was: &[Term], is: &[Term]) -> String {
    let words = |terms: &[Term]| {
        let all: Vec<String> = terms.iter().map(|term| term.words()).collect();
        all.join(" and ")
    };
    match (was, is) {
        ([], is) => format!("{member} gets into {group} by it, {}", words(is)),
        (was, []) => format!("{member} is in {group} no more, so far {}", words(was)),
        (was, is) => format!(
            "{member} is in {group} {} by it, so far {}",
            words(is),
            words(was)
        ),
    }
}
