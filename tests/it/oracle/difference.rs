//! What a merge changes, and the steps that follow from it, by the design alone.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{Action, Entity, Id, Request, TEAM, Trigger, USER, Value, World};

/// A path with what it was and what it is.
pub(crate) type Change = (String, Option<Vec<String>>, Option<Vec<String>>);

/// An entity that is not what it was.
pub(crate) struct Difference<'w> {
    pub(crate) before: Option<&'w Entity>,
    pub(crate) after: Option<&'w Entity>,
    pub(crate) changes: Vec<Change>,
}

impl<'w> Difference<'w> {
    fn draft(&self, action: &str, changes: Vec<Change>) -> Draft<'w> {
        Draft {
            action: action.to_owned(),
            own: None,
            before: self.before,
            after: self.after,
            changes,
            requests: Vec::new(),
        }
    }
}

/// A step that is not decided yet.
pub(crate) struct Draft<'w> {
    pub(crate) action: String,
    pub(crate) own: Option<&'w Action>,
    pub(crate) before: Option<&'w Entity>,
    pub(crate) after: Option<&'w Entity>,
    pub(crate) changes: Vec<Change>,
    /// By their ids.
    pub(crate) requests: Vec<&'w Request>,
}

impl Draft<'_> {
    /// Whether it is the same action on the same entity, both asked for.
    pub(crate) fn is_of(&self, other: &Draft<'_>) -> bool {
        let is_asked = |draft: &Draft<'_>| draft.own.is_some() && !draft.requests.is_empty();
        let of = |draft: &Draft<'_>| (draft.before.map(Entity::id), draft.after.map(Entity::id));
        is_asked(self) && is_asked(other) && self.action == other.action && of(self) == of(other)
    }
}

/// A target and the result of a merge into it.
pub(crate) struct Oracle<'w> {
    pub(crate) target: &'w World,
    pub(crate) result: &'w World,
}

impl<'w> Oracle<'w> {
    /// What an entity of the result was called, where `movedFrom` counts: a name that the
    /// target has is that entity.
    pub(crate) fn old_name<'n>(&'n self, kind: &str, name: &'n str) -> &'n str {
        let moved = self.result.entity(kind, name);
        let from = moved.and_then(|entity| entity.moved_from.as_deref());
        match from {
            Some(old)
                if self.target.entity(kind, name).is_none()
                    && self.target.entity(kind, old).is_some()
                    && self.result.entity(kind, old).is_none() =>
            {
                old
            }
            _ => name,
        }
    }

    /// The fields of an entity by path.
    pub(crate) fn fields(entity: &Entity) -> BTreeMap<String, Vec<String>> {
        let mut fields = BTreeMap::new();
        let name = entity.name.clone();
        fields.insert("identifier".to_owned(), vec![name]);
        for (key, value) in [("title", &entity.title), ("team", &entity.team)] {
            let value = value.iter().cloned().collect();
            fields.insert(key.to_owned(), value);
        }
        for (path, value) in &entity.properties {
            fields.insert(format!("properties.{path}"), vec![format!("{value:?}")]);
        }
        for (relation, related) in &entity.relations {
            let names = related.iter().cloned().collect();
            fields.insert(format!("relations.{relation}"), names);
        }
        fields.retain(|_, values: &mut Vec<String>| !values.is_empty());
        fields
    }

    /// The fields of an entity of the result, in which others have the names that they have on
    /// the target: a relation to what is renamed is the same relation.
    fn known(&self, entity: &Entity) -> BTreeMap<String, Vec<String>> {
        let mut fields = Self::fields(entity);
        let blueprint = self.result.blueprint(&entity.blueprint);
        for (path, names) in &mut fields {
            let relation = path.strip_prefix("relations.");
            let relation = relation.and_then(|name| blueprint?.relation(name));
            let kind = match relation {
                Some(relation) => relation.target.as_str(),
                None if path == "team" => TEAM,
                None => continue,
            };
            for name in names.iter_mut() {
                *name = self.old_name(kind, name).to_owned();
            }
            names.sort();
        }
        fields
    }

    pub(crate) fn differences(&self) -> Vec<Difference<'w>> {
        let mut all = Vec::new();
        let mut met: BTreeSet<Id> = BTreeSet::new();
        for after in &self.result.entities {
            let old = self.old_name(&after.blueprint, &after.name);
            let before = self.target.entity(&after.blueprint, old);
            let Some(before) = before else {
                all.push(Difference {
                    before: None,
                    after: Some(after),
                    changes: Vec::new(),
                });
                continue;
            };
            met.insert(before.id());
            let (was, is) = (Self::fields(before), Self::fields(after));
            let known = self.known(after);
            let paths: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            let changes: Vec<Change> = paths
                .into_iter()
                .filter(|path| was.get(*path) != known.get(*path))
                .map(|path| (path.clone(), was.get(path).cloned(), is.get(path).cloned()))
                .collect();
            if !changes.is_empty() {
                all.push(Difference {
                    before: Some(before),
                    after: Some(after),
                    changes,
                });
            }
        }
        let gone = self.target.entities.iter();
        all.extend(
            gone.filter(|before| !met.contains(&before.id()))
                .map(|before| Difference {
                    before: Some(before),
                    after: None,
                    changes: Vec::new(),
                }),
        );
        all
    }

    /// Whether a path of an entity says who somebody is, or what they are a member of. Rules go
    /// by names too: who gets the name of a person or of a group gets what it may.
    fn is_authority(&self, entity: &Entity, path: &str) -> bool {
        let settings = &self.target.settings;
        let is_person = entity.blueprint == USER;
        let mut relations = self.target.blueprints.iter().flat_map(|it| &it.relations);
        let is_group = relations.any(|it| it.member_of && it.target == entity.blueprint);
        let is_membership = path.strip_prefix("relations.").is_some_and(|name| {
            let blueprint = self.target.blueprint(&entity.blueprint);
            let relation = blueprint.and_then(|blueprint| blueprint.relation(name));
            relation.is_some_and(|relation| relation.member_of)
        });
        is_membership
            || (is_person && settings.has_login && path == "properties.login")
            || (is_person && settings.has_number && path == "properties.number")
            || ((is_person || is_group) && path == "identifier")
    }

    /// What appears or disappears as authority; a name alone only where it is a login.
    fn brought(&self, entity: &Entity) -> Vec<Change> {
        let is_login = entity.blueprint == USER && !self.target.settings.has_login;
        let fields = Self::fields(entity).into_iter();
        fields
            .filter(|(path, _)| self.is_authority(entity, path))
            .filter(|(path, _)| path != "identifier" || is_login)
            .map(|(path, value)| (path, None, Some(value)))
            .collect()
    }

    /// Whether somebody is let in or out by it, or gets another login, whatever does it.
    pub(crate) fn moves_authority(&self, difference: &Difference<'_>) -> bool {
        match (difference.before, difference.after) {
            (Some(entity), None) | (None, Some(entity)) => !self.brought(entity).is_empty(),
            (Some(before), _) => {
                let mut paths = difference.changes.iter().map(|(path, ..)| path);
                paths.any(|path| self.is_authority(before, path))
            }
            (None, None) => false,
        }
    }

    /// What an action claims of a difference; `None` where it is not about it.
    fn claim(action: &Action, difference: &Difference<'_>) -> Option<Vec<Change>> {
        let either = difference.after.or(difference.before)?;
        if either.blueprint != action.blueprint {
            return None;
        }
        let claimed = match (&action.trigger, difference.before, difference.after) {
            (Trigger::Created, None, Some(_)) | (Trigger::Deleted, Some(_), None) => Vec::new(),
            (Trigger::Changed(claims), Some(_), Some(_)) => {
                let covers = |claim: &String, path: &str| {
                    path == claim || path.starts_with(&format!("{claim}."))
                };
                let changes = difference.changes.iter();
                let claimed: Vec<Change> = changes
                    .filter(|(path, ..)| claims.iter().any(|claim| covers(claim, path)))
                    .cloned()
                    .collect();
                (!claimed.is_empty()).then_some(claimed)?
            }
            _ => return None,
        };
        let holds = action.condition.as_ref().is_none_or(|(path, text)| {
            let value = difference.before.and_then(|it| it.properties.get(path));
            value == Some(&Value::Text(text.clone()))
        });
        holds.then_some(claimed)
    }

    pub(crate) fn new_requests(&self) -> Vec<&'w Request> {
        let is_known = |id: &str| self.target.requests.iter().any(|it| it.id == id);
        let requests = self.result.requests.iter();
        let mut new: Vec<&Request> = requests.filter(|it| !is_known(&it.id)).collect();
        new.sort_by(|one, two| one.id.cmp(&two.id));
        new
    }

    /// The requests that take a difference as already true.
    fn recorded(&self, difference: &Difference<'_>) -> Vec<&'w Request> {
        let sides = [difference.before, difference.after].into_iter().flatten();
        let ids: Vec<Id> = sides.map(Entity::id).collect();
        let requests = self.new_requests().into_iter();
        let records = requests.filter(|request| request.action == "record");
        let is_it = |request: &&Request| request.of.as_ref().is_some_and(|id| ids.contains(id));
        records.filter(is_it).collect()
    }

    /// The steps of one difference.
    fn of_difference(&self, difference: &Difference<'w>, drafts: &mut Vec<Draft<'w>>) {
        let records = self.recorded(difference);
        if !records.is_empty() {
            drafts.push(Draft {
                requests: records,
                ..difference.draft("record", difference.changes.clone())
            });
            drafts.extend(self.grant(difference, &BTreeSet::new()));
            return;
        }
        let mut claimed: BTreeSet<String> = BTreeSet::new();
        let mut is_claimed = false;
        for action in &self.target.actions {
            if let Some(changes) = Self::claim(action, difference) {
                is_claimed = true;
                claimed.extend(changes.iter().map(|(path, ..)| path.clone()));
                drafts.push(Draft {
                    own: Some(action),
                    ..difference.draft(&action.name, changes)
                });
            }
        }
        let left = |is_wanted: &dyn Fn(&str) -> bool| -> Vec<Change> {
            let changes = difference.changes.iter();
            let left = changes.filter(|(path, ..)| !claimed.contains(path));
            left.filter(|(path, ..)| is_wanted(path)).cloned().collect()
        };
        match (difference.before, difference.after) {
            (None, _) => {
                if !is_claimed {
                    drafts.push(difference.draft("create", Vec::new()));
                }
                // An action that makes people gives them logins, but makes them no members.
                let grant = self.grant(difference, &claimed);
                drafts.extend(grant.and_then(|mut grant| {
                    let is_left = |path: &str| !is_claimed || path.starts_with("relations.");
                    grant.changes.retain(|(path, ..)| is_left(path));
                    (!grant.changes.is_empty()).then_some(grant)
                }));
            }
            (_, None) => {
                if !is_claimed {
                    drafts.push(difference.draft("delete", Vec::new()));
                    drafts.extend(self.grant(difference, &claimed));
                }
            }
            (Some(before), _) => {
                let is_name = |path: &str| path == "identifier" && !self.is_authority(before, path);
                let is_other = |path: &str| !is_name(path) && !self.is_authority(before, path);
                for (word, changes) in [("rename", left(&is_name)), ("update", left(&is_other))] {
                    if !changes.is_empty() {
                        drafts.push(difference.draft(word, changes));
                    }
                }
                drafts.extend(self.grant(difference, &claimed));
            }
        }
    }

    /// The step for what says who somebody is, or what they are a member of.
    fn grant(&self, difference: &Difference<'w>, claimed: &BTreeSet<String>) -> Option<Draft<'w>> {
        let changes = match (difference.before, difference.after) {
            (Some(entity), None) | (None, Some(entity)) => self.brought(entity),
            (Some(before), _) => {
                let changes = difference.changes.iter();
                let left = changes.filter(|(path, ..)| !claimed.contains(path));
                left.filter(|(path, ..)| self.is_authority(before, path))
                    .cloned()
                    .collect()
            }
            (None, None) => Vec::new(),
        };
        (!changes.is_empty()).then(|| difference.draft("grant", changes))
    }

    pub(crate) fn drafts(&self, differences: &[Difference<'w>]) -> Vec<Draft<'w>> {
        let mut drafts = Vec::new();
        for difference in differences {
            self.of_difference(difference, &mut drafts);
        }
        for request in self.new_requests() {
            let action = self.target.action(&request.action);
            let action = action.filter(|action| action.trigger == Trigger::Request);
            if let Some(action) = action
                && let Some((kind, name)) = &request.of
            {
                let before = self.target.entity(kind, name);
                let after = self.result.entities.iter().find(|entity| {
                    entity.blueprint == *kind && self.old_name(kind, &entity.name) == name
                });
                let asked = Draft {
                    action: action.name.clone(),
                    own: Some(action),
                    before,
                    after,
                    changes: Vec::new(),
                    requests: vec![request],
                };
                let first = drafts
                    .iter_mut()
                    .find(|draft: &&mut Draft<'_>| asked.is_of(draft));
                match first {
                    Some(first) if first.requests[0].inputs == request.inputs => {
                        first.requests.push(request);
                    }
                    _ => drafts.push(asked),
                }
            }
        }
        drafts
    }
}
