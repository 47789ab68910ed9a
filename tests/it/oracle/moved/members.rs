//! The people that a line of rights is about.

use std::collections::BTreeSet;

use catalogc::model::EntityId;
use catalogc::plan::file::rights::{RightsMove, WhoSort};
use catalogc::policy::Rules;

/// The people of a move, as one side has them.
pub(super) fn members(rules: &Rules<'_>, one: &RightsMove) -> BTreeSet<String> {
    let people = rules.people();
    let is_in = |id: EntityId, name: &str| is_member(rules, id, name);
    let mut logins = BTreeSet::new();
    for who in &one.who {
        match who.sort {
            WhoSort::Person | WhoSort::Anyone => drop(logins.insert(who.name.clone())),
            WhoSort::Everyone => {
                logins.extend(people.iter().map(|(login, _)| login.to_string()));
            }
            WhoSort::Group => {
                let members = people.iter().filter(|(_, id)| is_in(*id, &who.name));
                logins.extend(members.map(|(login, _)| login.to_string()));
            }
        }
    }
    logins
}

fn is_member(rules: &Rules<'_>, person: EntityId, name: &str) -> bool {
    let groups = rules.groups_of(person);
    let mut groups = groups.iter().filter_map(|id| rules.catalog().entity(*id));
    groups.any(|group| group.identifier.value == name)
}
