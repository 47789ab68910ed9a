//! Blueprints whose entities make somebody a member: that they can, and that each has its time.
//!
//! In: the key `membership` and the entities. Out: findings. When it is, is not known here.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::{E0212, E0409, E0410};
use crate::model::Blueprint;
use crate::model::DocumentKind;
use crate::model::blueprint::{Membership, Relation};
use crate::text::{Located, Text};

/// The formats of a moment.
const MOMENTS: [&str; 3] = ["date-time", "timer", "date"];

/// Relations and properties that `membership` names.
pub(super) fn definitions(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for blueprint in subject.catalog.blueprints.iter().filter(|it| !it.broken) {
        let Some(membership) = &blueprint.membership else {
            continue;
        };
        for name in membership.from.iter().chain(&membership.until) {
            findings.extend(moment(blueprint, name));
        }
        let [member, group] =
            [&membership.member, &membership.group].map(|name| relation(blueprint, name, findings));
        if let (Some(member), Some(group)) = (member, group) {
            findings.extend(leads_to_no_group(subject, membership, member, group));
        }
    }
}

/// The relation of a name, which leads to one entity.
fn relation<'b>(
    blueprint: &'b Blueprint,
    name: &Located<Text>,
    findings: &mut Vec<Finding>,
) -> Option<&'b Relation> {
    let kind = &blueprint.identifier.value;
    let Some((_, relation)) = blueprint.relation(&name.value) else {
        let names = blueprint.relations.iter().map(|it| it.name.value.as_str());
        let names: Vec<&str> = names.collect();
        findings.push(
            Finding::new(
                &E0212,
                name.span,
                format!("{kind} has no relation `{}`", name.value),
            )
            .label("not a relation")
            .choose_or(&name.value, &names, "add the relation to the blueprint"),
        );
        return None;
    };
    if relation.many {
        findings.push(
            Finding::new(
                &E0409,
                name.span,
                format!("`{}` of {kind} leads to several", name.value),
            )
            .label("must lead to one")
            .related(relation.name.span, "`many` stands here")
            .help("write an entity for each member, and take `many` out"),
        );
        return None;
    }
    Some(relation)
}

fn moment(blueprint: &Blueprint, name: &Located<Text>) -> Option<Finding> {
    let kind = &blueprint.identifier.value;
    let is_moment = |format: Option<&str>| format.is_some_and(|it| MOMENTS.contains(&it));
    let Some(property) = blueprint.property(&name.value) else {
        let names = blueprint.properties.iter();
        let names = names.filter(|property| is_moment(property.format()));
        let names: Vec<&str> = names.map(|property| property.name.value.as_str()).collect();
        return Some(
            Finding::new(
                &E0212,
                name.span,
                format!("{kind} has no property `{}`", name.value),
            )
            .label("not a property")
            .choose_or(
                &name.value,
                &names,
                &format!("add `{}: {{type: string, format: date-time}}`", name.value),
            ),
        );
    };
    if is_moment(property.format()) {
        return None;
    }
    Some(
        Finding::new(
            &E0409,
            name.span,
            format!("`{}` of {kind} is no moment", name.value),
        )
        .label("cannot begin or end anything")
        .related(property.name.span, "defined here")
        .help("give it `type: string` and `format: date-time`, or `date`"),
    )
}

/// The group must be one that the member can be in by `memberOf` relations too: rules then know
/// what is in what.
fn leads_to_no_group(
    subject: &Subject<'_>,
    membership: &Membership,
    member: &Relation,
    group: &Relation,
) -> Option<Finding> {
    let catalog = subject.catalog;
    // That a target is missing is said at the relation.
    let (_, who) = catalog.find_blueprint(&member.target.value)?;
    let (id, _) = catalog.find_blueprint(&group.target.value)?;
    if catalog.groups_above(who).contains(&id) || subject.is_half_read(DocumentKind::Blueprints) {
        return None;
    }
    let (who, what) = (&member.target.value, &group.target.value);
    let message = format!("a {what} is nothing that a {who} can be a member of");
    Some(
        Finding::new(&E0409, membership.group.span, message)
            .label("no group")
            .related(group.name.span, "leads there")
            .help(format!(
                "add a relation with `target: {what}` and `memberOf: true` to {who}, or name another relation"
            )),
    )
}

/// Entities whose membership ends before it begins.
pub(super) fn terms(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (id, blueprint) in subject.catalog.kinds() {
        let Some(membership) = blueprint.membership.as_ref().filter(|_| !blueprint.broken) else {
            continue;
        };
        let (Some(from), Some(until)) = (&membership.from, &membership.until) else {
            continue;
        };
        for entity in subject
            .catalog
            .entities_of(id)
            .iter()
            .filter(|it| !it.broken)
        {
            let Some(term) = membership.term(blueprint, entity) else {
                // What is no moment is said at its value.
                continue;
            };
            let (Some(first), Some(end)) = (term.from, term.until) else {
                continue;
            };
            let places = (entity.property(&from.value), entity.property(&until.value));
            if let (true, (Some(begins), Some(ends))) = (end <= first, places) {
                let message = format!(
                    "the membership ends {} and begins {}",
                    end.words(),
                    first.words()
                );
                findings.push(
                    Finding::new(&E0410, ends.node.span, message)
                        .label("never holds")
                        .related(begins.node.span, "begins here")
                        .help(format!(
                            "let `{}` be later than `{}`",
                            until.value, from.value
                        )),
                );
            }
        }
    }
}
