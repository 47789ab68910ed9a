//! Members of Backstage's groups, which either side may say.
//!
//! In: the entities of a catalog with their names spelled. Out: the same, in which whoever stands
//! in the `members` of a group has the group in their own `memberOf`: so a change of either list
//! is a change of that relation, which `grant` decides. What only one side says is no mistake.

use rustc_hash::FxHashMap;
use rustc_hash::FxHashSet;

use crate::model::entity::{Naming, Related};
use crate::model::{BlueprintId, Catalog, EntityId};
use crate::text::{Located, Text};

/// The relation of a group to its members.
const MEMBERS: &str = "members";
/// The relation of a person to the groups.
const MEMBER_OF: &str = "memberOf";

/// Adds the groups that list a person to those that the person names.
pub(super) fn join(catalog: &mut Catalog) {
    let Some((group, user)) = kinds(catalog) else {
        return;
    };
    let mut joined: FxHashMap<EntityId, Vec<Located<Text>>> = FxHashMap::default();
    for entity in catalog.entities_of(group) {
        let members = entity.relation(MEMBERS);
        let Some(members) = members.filter(|_| entity.naming == Naming::Backstage) else {
            continue;
        };
        for member in &members.targets {
            if let Some(person) = catalog.find_entity(user, &member.value) {
                let name = entity.identifier.value.clone();
                let of = Located::new(name, member.span);
                joined.entry(person).or_default().push(of);
            }
        }
    }
    if joined.is_empty() {
        return;
    }
    for (n, person) in (0..).zip(&mut catalog.entities) {
        let Some(groups) = joined.remove(&EntityId(n)) else {
            continue;
        };
        if person.naming != Naming::Backstage {
            continue;
        }
        let at = person
            .relations
            .iter()
            .position(|it| it.name.value == MEMBER_OF);
        let own = at.and_then(|at| person.relations.get(at));
        let mut targets = own.map_or_else(Vec::new, |own| own.targets.to_vec());
        let named = targets.iter().map(|target| target.value.clone());
        let mut named: FxHashSet<Text> = named.collect();
        targets.extend(
            groups
                .into_iter()
                .filter(|group| named.insert(group.value.clone())),
        );
        let Some(first) = targets.first().map(|first| first.span) else {
            continue;
        };
        let targets = targets.into_boxed_slice();
        if let Some(own) = at.and_then(|at| person.relations.get_mut(at)) {
            own.targets = targets;
            continue;
        }
        let mut relations = std::mem::take(&mut person.relations).into_vec();
        relations.push(Related {
            name: Located::new(Text::from(MEMBER_OF), first),
            is_list: true,
            broken: false,
            span: first,
            targets,
        });
        person.relations = relations.into_boxed_slice();
    }
}

/// The blueprints of groups and of people, where the one lists the other as members.
fn kinds(catalog: &Catalog) -> Option<(BlueprintId, BlueprintId)> {
    let (group, of_group) = catalog.find_blueprint("Group")?;
    let (user, of_user) = catalog.find_blueprint("User")?;
    let (_, members) = of_group.relation(MEMBERS)?;
    let (_, member_of) = of_user.relation(MEMBER_OF)?;
    let is_membership = member_of.member_of && member_of.many;
    let meets = members.target.value == "User" && member_of.target.value == "Group";
    (is_membership && meets).then_some((group, user))
}
