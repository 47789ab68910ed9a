//! Which actions follow from the difference: those whose trigger matches, and the built-in
//! ones for what nobody claims.

use serde_json::Value as Json;

use crate::expression::Expression;
use crate::finding::Finding;
use crate::finding::codes::{E0505, E0508};
use crate::model::action::Trigger;
use crate::model::{Action, Entity, EntityId, Request};
use crate::plan::diff::{Difference, PathChange, Side};
use crate::plan::effect::{self, Effect};
use crate::plan::file::{Effectuation, Notice};
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::text::Text;

/// Who does a step: an action of the catalog, or one that every catalog has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doer<'a> {
    Action(&'a Action),
    BuiltIn(BuiltIn),
}

impl Doer<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Action(action) => &action.identifier.value,
            Self::BuiltIn(built_in) => built_in.word(),
        }
    }
}

/// A step before it is decided and ordered.
#[derive(Debug, Clone)]
pub(super) struct Draft<'a> {
    pub(super) doer: Doer<'a>,
    pub(super) does: Effectuation,
    pub(super) blueprint: Text,
    pub(super) before: Option<EntityId>,
    pub(super) after: Option<EntityId>,
    pub(super) changes: Vec<PathChange>,
    pub(super) request: Option<&'a Request>,
    pub(super) because: Vec<Notice>,
    /// Why nobody may ask for it of this entity, whoever they are.
    pub(super) unmet: Option<Notice>,
    /// What caused it, where nobody changed the entity itself.
    pub(super) cause: Option<String>,
}

/// The steps of a plan before they are decided; findings are what stops it from being made.
pub(super) fn drafts<'a>(
    states: &States<'a>,
    differences: &[Difference],
    (derived, effects): (&[Difference], &[Effect]),
    findings: &mut Vec<Finding>,
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    let records = records(states);
    for difference in differences {
        if let Some(request) = recorded(states, &records, difference) {
            let mut draft = draft(
                difference,
                Doer::BuiltIn(BuiltIn::Record),
                difference.changes.clone(),
            );
            draft.request = Some(request);
            drafts.push(draft);
            // That somebody is a member already makes nobody one who may not be.
            drafts.extend(granted(difference, authority(states, difference)));
            continue;
        }
        drafts.extend(of_difference(states, difference, findings));
    }
    // A derived value needs no permission of its own, but the actions that it fires do.
    for difference in derived {
        let (mut claimed, _) = claims(states, difference, findings);
        for draft in &mut claimed {
            draft.cause = Some(effect::cause(effects, difference.after, &draft.changes));
        }
        drafts.extend(claimed);
    }
    drafts.extend(asked_for(states, findings));
    drafts
}

/// The steps that follow from one difference.
fn of_difference<'a>(
    states: &States<'a>,
    difference: &Difference,
    findings: &mut Vec<Finding>,
) -> Vec<Draft<'a>> {
    let (drafts, claimed) = claims(states, difference, findings);
    built_in(states, difference, drafts, &claimed)
}

/// The built-in steps of a difference that no action may claim: a definition made it.
pub(super) fn unclaimed<'a>(states: &States<'a>, difference: &Difference) -> Vec<Draft<'a>> {
    built_in(states, difference, Vec::new(), &[])
}

/// Adds the built-in steps for what is not claimed.
fn built_in<'a>(
    states: &States<'a>,
    difference: &Difference,
    mut drafts: Vec<Draft<'a>>,
    claimed: &[String],
) -> Vec<Draft<'a>> {
    let authority = authority(states, difference);
    if difference.before.is_none() || difference.after.is_none() {
        let built_in = if difference.before.is_none() {
            BuiltIn::Create
        } else {
            BuiltIn::Delete
        };
        // An action that makes people may give them a login, as its author meant it. Who may make
        // people may not thereby make them members, whatever action makes them.
        let is_left = |change: &PathChange| match (drafts.is_empty(), difference.before) {
            (true, _) => true,
            (false, None) => change.path.starts_with("relations."),
            (false, Some(_)) => false,
        };
        let left = authority.into_iter().filter(is_left).collect();
        if drafts.is_empty() {
            drafts.push(draft(difference, Doer::BuiltIn(built_in), Vec::new()));
        }
        drafts.extend(granted(difference, left));
        return drafts;
    }
    let left = || {
        difference
            .changes
            .iter()
            .filter(|change| !claimed.contains(&change.path))
    };
    let is_authority =
        |change: &&PathChange| authority.iter().any(|other| other.path == change.path);
    let grants: Vec<PathChange> = left().filter(is_authority).cloned().collect();
    let renames: Vec<PathChange> = left()
        .filter(|change| change.path == "identifier")
        .cloned()
        .collect();
    let updates: Vec<PathChange> = left()
        .filter(|change| !is_authority(change) && change.path != "identifier")
        .cloned()
        .collect();
    for (built_in, changes) in [
        (BuiltIn::Rename, renames),
        (BuiltIn::Grant, grants),
        (BuiltIn::Update, updates),
    ] {
        if !changes.is_empty() {
            drafts.push(draft(difference, Doer::BuiltIn(built_in), changes));
        }
    }
    drafts
}

/// The step that makes somebody a member, or ends it.
fn granted<'a>(difference: &Difference, authority: Vec<PathChange>) -> Option<Draft<'a>> {
    let grant = Doer::BuiltIn(BuiltIn::Grant);
    (!authority.is_empty()).then(|| draft(difference, grant, authority))
}

/// The actions that claim a difference, and the paths that they claim.
fn claims<'a>(
    states: &States<'a>,
    difference: &Difference,
    findings: &mut Vec<Finding>,
) -> (Vec<Draft<'a>>, Vec<String>) {
    let mut drafts = Vec::new();
    let mut claimed: Vec<String> = Vec::new();
    let actions = &states.before.catalog.actions;
    for action in actions
        .iter()
        .filter(|action| action.blueprint.value == difference.blueprint)
    {
        let Some((changes, why)) = matches(states, action, difference) else {
            continue;
        };
        match condition(states, action, difference) {
            Ok(None | Some(true)) => {}
            Ok(Some(false)) => continue,
            Err(finding) => {
                findings.push(*finding);
                continue;
            }
        }
        claimed.extend(changes.iter().map(|change| change.path.clone()));
        let mut draft = draft(difference, Doer::Action(action), changes);
        draft.because.push(why);
        if let Some(condition) = &action.trigger.condition {
            draft.because.push(Notice {
                text: format!("condition {} is true", condition.value),
                place: Some(states.place(Side::Before, condition.span)),
            });
        }
        drafts.push(draft);
    }
    (drafts, claimed)
}

/// Whether a difference triggers an action: the changes it claims, and what made it.
fn matches(
    states: &States<'_>,
    action: &Action,
    difference: &Difference,
) -> Option<(Vec<PathChange>, Notice)> {
    let Trigger {
        changed,
        changed_key,
        created,
        deleted,
        ..
    } = &action.trigger;
    let because = |text: String, span| Notice {
        text,
        place: Some(states.place(Side::Before, span)),
    };
    match (difference.before, difference.after) {
        (None, Some(_)) => {
            created.map(|span| (Vec::new(), because("created: true".to_owned(), span)))
        }
        (Some(_), None) => {
            deleted.map(|span| (Vec::new(), because("deleted: true".to_owned(), span)))
        }
        _ => {
            let is_claimed = |change: &&PathChange| {
                changed
                    .iter()
                    .any(|claim| covers(&claim.value, &change.path))
            };
            let changes: Vec<PathChange> = difference
                .changes
                .iter()
                .filter(is_claimed)
                .cloned()
                .collect();
            let span = changed_key.filter(|_| !changes.is_empty())?;
            let names: Vec<&str> = changed.iter().map(|claim| claim.value.as_str()).collect();
            Some((
                changes,
                because(format!("changed: [{}]", names.join(", ")), span),
            ))
        }
    }
}

/// A claim covers its path and everything below it.
fn covers(claim: &str, path: &str) -> bool {
    path.strip_prefix(claim)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether the condition of an action holds; an expression that fails stops the plan.
fn condition(
    states: &States<'_>,
    action: &Action,
    difference: &Difference,
) -> Result<Option<bool>, Box<Finding>> {
    holds(states, action, difference.before, difference.after).map_err(|message| {
        let entity = states.entity(difference.before, difference.after);
        let written = action.trigger.condition.as_ref();
        let at = entity.map(|entity| entity.identifier.span);
        let at = at.or_else(|| written.map(|written| written.span));
        Box::new(
            Finding::new(
                &E0505,
                at.unwrap_or(action.identifier.span),
                format!(
                    "the condition of `{}` fails for this entity: {message}",
                    action.identifier.value
                ),
            )
            .label("cannot be decided")
            .help("let the condition give true or false for every entity of the blueprint"),
        )
    })
}

/// Whether the condition of an action is true of an entity; `None` where it has none, an error
/// where it cannot be evaluated.
fn holds(
    states: &States<'_>,
    action: &Action,
    before: Option<EntityId>,
    after: Option<EntityId>,
) -> Result<Option<bool>, String> {
    let Some(written) = &action.trigger.condition else {
        return Ok(None);
    };
    // What cannot be read was found on the target.
    let expression =
        Expression::parse(&written.value).map_err(|_| "it cannot be read".to_owned())?;
    let context = states.context(before, after);
    let holds = expression.evaluate_bool(&context);
    holds.map(Some).map_err(|problem| problem.message)
}

/// The changes of who is what: `memberOf` relations, and a person's login or id.
fn authority(states: &States<'_>, difference: &Difference) -> Vec<PathChange> {
    let catalog = &states.before.catalog;
    let mut paths: Vec<String> = Vec::new();
    for side in [Side::Before, Side::After] {
        let blueprint = states
            .of(side)
            .catalog
            .find_blueprint(&difference.blueprint);
        let relations = blueprint
            .map(|(_, blueprint)| blueprint.relations.as_slice())
            .unwrap_or_default();
        let members = relations.iter().filter(|relation| relation.member_of);
        paths.extend(members.map(|relation| format!("relations.{}", relation.name.value)));
    }
    let blueprint = &difference.blueprint;
    let is_there_still = difference.before.is_some() && difference.after.is_some();
    let people = catalog.settings.people.as_ref();
    if let Some(people) = people.filter(|people| people.blueprint.value == *blueprint) {
        let names = people.login.iter().chain(&people.id);
        paths.extend(names.map(|name| format!("properties.{}", name.value)));
        if people.login.is_none() || is_there_still {
            paths.push("identifier".to_owned());
        }
    }
    // Rules and relations name people and groups: who takes a name takes what it may.
    let is_group = is_there_still
        && catalog.blueprints.iter().any(|kind| {
            let mut members = kind.relations.iter().filter(|relation| relation.member_of);
            members.any(|relation| relation.target.value == *blueprint)
        });
    if is_group {
        paths.push("identifier".to_owned());
    }
    if paths.is_empty() {
        return Vec::new();
    }
    let is_authority = |change: &PathChange| paths.iter().any(|path| covers(path, &change.path));
    let all = match (difference.before, difference.after) {
        (None, Some(id)) => states.after.catalog.entity(id).map(appears),
        (Some(id), None) => states.before.catalog.entity(id).map(disappears),
        _ => Some(difference.changes.clone()),
    };
    let all = all.into_iter().flatten();
    all.filter(is_authority).collect()
}

/// Everything that a new entity says, its name too, which may be a login.
fn appears(entity: &Entity) -> Vec<PathChange> {
    let mut changes = crate::plan::diff::created(entity);
    changes.push(PathChange {
        path: "identifier".to_owned(),
        before: None,
        after: Some(Json::from(entity.identifier.value.as_str())),
        place: (Side::After, entity.identifier.span),
    });
    changes
}

fn disappears(entity: &Entity) -> Vec<PathChange> {
    let swap = |change: PathChange| PathChange {
        before: change.after,
        after: change.before,
        place: (Side::Before, change.place.1),
        ..change
    };
    appears(entity).into_iter().map(swap).collect()
}

fn draft<'a>(difference: &Difference, doer: Doer<'a>, changes: Vec<PathChange>) -> Draft<'a> {
    let effect = match (difference.before, difference.after) {
        (None, _) => Effectuation::Create,
        (_, None) => Effectuation::Delete,
        _ if changes.iter().any(|change| change.path == "identifier") => Effectuation::Rename,
        _ => Effectuation::Change,
    };
    Draft {
        doer,
        does: effect,
        blueprint: difference.blueprint.clone(),
        before: difference.before,
        after: difference.after,
        changes,
        request: None,
        because: Vec::new(),
        unmet: None,
        cause: None,
    }
}

/// The requests that the merge brings.
pub(super) fn new_requests<'a>(states: &States<'a>) -> Vec<&'a Request> {
    let old = &states.before.catalog.requests;
    // They are in the order of their ids.
    let find = |request: &Request| old.binary_search_by(|old| old.id.value.cmp(&request.id.value));
    let is_new = |request: &&Request| find(request).is_err();
    states
        .after
        .catalog
        .requests
        .iter()
        .filter(is_new)
        .collect()
}

fn records<'a>(states: &States<'a>) -> Vec<&'a Request> {
    new_requests(states)
        .into_iter()
        .filter(|request| request.action.value == "record")
        .collect()
}

/// The request that says a difference is already true in the world.
fn recorded<'a>(
    states: &States<'a>,
    records: &[&'a Request],
    difference: &Difference,
) -> Option<&'a Request> {
    let name = &states
        .entity(difference.before, difference.after)?
        .identifier
        .value;
    records
        .iter()
        .find(|request| {
            request
                .entity
                .as_ref()
                .is_some_and(|entity| entity.value == *name)
                && request
                    .blueprint
                    .as_ref()
                    .is_none_or(|blueprint| blueprint.value == difference.blueprint)
        })
        .copied()
}

/// The steps that requests ask for. A merged request never changes: it runs once, as approved.
fn asked_for<'a>(states: &States<'a>, findings: &mut Vec<Finding>) -> Vec<Draft<'a>> {
    for request in &states.after.catalog.requests {
        let old = states
            .before
            .catalog
            .requests
            .iter()
            .find(|old| old.id.value == request.id.value);
        if old.is_some_and(|old| form(old) != form(request)) {
            findings.push(
                Finding::new(
                    &E0508,
                    request.id.span,
                    format!(
                        "the request `{}` is merged and cannot change any more",
                        request.id.value
                    ),
                )
                .label("changed")
                .help("put it back as it was, and ask again in a new file"),
            );
        }
    }
    let mut drafts = Vec::new();
    for request in new_requests(states) {
        let Some(action) = states.before.catalog.find_action(&request.action.value) else {
            // Built-in requests are read where they matter; an action that the target does not
            // have cannot be asked for yet, which `cover` says.
            continue;
        };
        let entity = |side: Side| {
            let catalog = &states.of(side).catalog;
            let (blueprint, _) = catalog.find_blueprint(&action.blueprint.value)?;
            catalog.find_entity(blueprint, &request.entity.as_ref()?.value)
        };
        let (before, after) = (entity(Side::Before), entity(Side::After));
        drafts.push(Draft {
            doer: Doer::Action(action),
            does: Effectuation::Run,
            blueprint: action.blueprint.value.clone(),
            before,
            after,
            changes: Vec::new(),
            request: Some(request),
            because: vec![Notice {
                text: format!("request {}", request.id.value),
                place: Some(states.place(Side::After, request.action.span)),
            }],
            unmet: unmet(states, action, before, after),
            cause: None,
        });
    }
    drafts
}

/// Why an action may not be asked for of an entity: its condition is not true.
fn unmet(
    states: &States<'_>,
    action: &Action,
    before: Option<EntityId>,
    after: Option<EntityId>,
) -> Option<Notice> {
    let text = match holds(states, action, before, after) {
        Ok(None | Some(true)) => return None,
        Ok(Some(false)) => "the condition of the action is not true of the entity".to_owned(),
        Err(message) => format!("the condition of the action fails for the entity: {message}"),
    };
    let condition = action.trigger.condition.as_ref()?;
    Some(Notice {
        text,
        place: Some(states.line(Side::Before, condition.span)),
    })
}

/// What a request says, wherever it stands.
fn form(request: &Request) -> Json {
    let text = |text: &Option<crate::text::Located<Text>>| {
        text.as_ref().map(|text| text.value.to_string())
    };
    serde_json::json!([
        request.action.value.as_str(),
        text(&request.entity),
        text(&request.blueprint),
        crate::syntax::to_json_object(&request.inputs),
    ])
}
