//! What a rule test asks the rules: the action, on what, with which inputs and changes.
//!
//! In: a test. Out: an [`Asked`], from which questions are made. Inputs that an edited entity
//! fills are filled from `changed`, and the other way round, so that rules see what they would
//! see in a pull request.

use serde_json::{Map, Value as Json};

use crate::check::Subject;
use crate::check::action::unknown_action;
use crate::check::request;
use crate::check::trial::change::{self, json};
use crate::check::trial::name;
use crate::expression::Expression;
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0205, E0416};
use crate::model::action::Operation;
use crate::model::settings::FILE;
use crate::model::trial::{Edit, Trial};
use crate::model::{Action, Catalog, DocumentKind, Entity, EntityId};
use crate::policy::{BuiltIn, What};
use crate::text::{Located, Span, Text};

/// To what it is to be done.
#[derive(Debug)]
pub enum On {
    /// An entity of the catalog.
    Entity(EntityId),
    /// One that is new.
    New(Box<Entity>),
    /// The catalog itself.
    Root {
        /// The kind of definition.
        kind: &'static str,
        /// The file.
        path: String,
    },
}

/// A question without who asks.
#[derive(Debug)]
pub struct Asked<'c> {
    /// What for.
    pub what: What<'c>,
    /// On what.
    pub on: On,
    /// The inputs.
    pub inputs: Map<String, Json>,
    /// The paths that change.
    pub changed: Vec<String>,
    /// What the entity becomes, where that is told.
    pub after: Option<Box<Entity>>,
}

/// The action of a name, built in or the catalog's.
pub(super) fn what<'c>(
    subject: &Subject<'c>,
    written: &Located<Text>,
    findings: &mut Vec<Finding>,
) -> Option<What<'c>> {
    let found = What::named(subject.catalog, &written.value);
    if found.is_none() {
        let names = What::names(subject.catalog);
        findings.push(unknown_action(written, &names));
    }
    found
}

/// Reads what a test asks.
pub(super) fn read<'c>(
    subject: &Subject<'c>,
    trial: &'c Trial,
    action: &Located<Text>,
    findings: &mut Vec<Finding>,
) -> Option<Asked<'c>> {
    let what = what(subject, action, findings)?;
    let on = on(subject, trial, (what, action.span), findings)?;
    let base = match &on {
        On::Entity(id) => subject.catalog.entity(*id),
        On::New(entity) => Some(&**entity),
        On::Root { .. } => None,
    };
    let Some(base) = base else {
        too_much(trial, "the catalog itself", findings);
        return Some(Asked {
            what,
            on,
            inputs: Map::new(),
            changed: Vec::new(),
            after: None,
        });
    };
    let is_edit = matches!(on, On::Entity(_)) && !deletes(what);
    if !is_edit && let Some(place) = trial.changed_place {
        findings.push(
            Finding::new(&E0416, place, "only what is there and stays can change")
                .label("changes nothing here")
                .help("take `changed` out; what is new says all under `given`"),
        );
    }
    let mut edits = trial.changed.clone();
    if let (What::Catalog(action), true) = (what, is_edit) {
        edits.extend(implied(subject.catalog, trial, action, findings));
    }
    let edited = change::edited(subject, (base, what), &edits, findings);
    let inputs = match what {
        What::Catalog(action) => inputs(subject, trial, action, (base, &edited), findings),
        What::BuiltIn(built_in) => {
            if let Some(first) = trial.inputs.first() {
                let message = format!("`{}` takes no inputs", built_in.word());
                findings.push(
                    Finding::new(&E0416, first.key.span, message)
                        .label("no action of the catalog")
                        .help("take `inputs` out; what changes of the entity is `changed`"),
                );
            }
            Map::new()
        }
    };
    let is_told = is_edit && edits.iter().any(|edit| edit.to.is_some());
    let changed = edits.iter().map(|edit| edit.path.value.to_string());
    Some(Asked {
        what,
        inputs,
        changed: if is_edit {
            changed.collect()
        } else {
            Vec::new()
        },
        after: is_told.then(|| Box::new(edited)),
        on,
    })
}

fn deletes(what: What<'_>) -> bool {
    match what {
        What::Catalog(action) => action.operation.value == Operation::Delete,
        What::BuiltIn(built_in) => built_in == BuiltIn::Delete,
    }
}

fn creates(what: What<'_>) -> bool {
    match what {
        What::Catalog(action) => action.operation.value == Operation::Create,
        What::BuiltIn(built_in) => built_in == BuiltIn::Create,
    }
}

/// That something is asked that cannot be.
fn impossible(span: Span, message: &str, help: &str) -> Finding {
    Finding::new(&E0416, span, message)
        .label("cannot be")
        .help(help)
}

/// On what it is asked: the entity, what is new, or the file.
fn on(
    subject: &Subject<'_>,
    trial: &Trial,
    (what, place): (What<'_>, Span),
    findings: &mut Vec<Finding>,
) -> Option<On> {
    if let What::BuiltIn(built_in) = what
        && built_in.is_on_root()
    {
        return Some(root(subject, trial, built_in, findings));
    }
    if let Some(file) = &trial.file {
        let message = "this action is for an entity, not for a file";
        let help = "write `entity`; `file` goes with `define`, `meta` and `override`";
        findings.push(impossible(file.span, message, help));
    }
    let of = match what {
        What::Catalog(action) => {
            let found = subject.catalog.find_blueprint(&action.blueprint.value);
            Some(found?.0)
        }
        What::BuiltIn(_) => None,
    };
    let takes_new =
        || creates(what) || matches!(what, What::BuiltIn(BuiltIn::Grant | BuiltIn::Record));
    let (span, message, help) = match (&trial.entity, &trial.given) {
        (None, None) if trial.broken => return None,
        (None, Some(given)) if takes_new() => {
            return change::given(subject, given, of, findings).map(On::New);
        }
        (Some(entity), None) if !creates(what) => {
            let found = name::entity(subject.catalog, of, entity);
            let told = found.map_err(|finding| findings.push(*finding));
            return told.ok().map(On::Entity);
        }
        (Some(_), Some(given)) => (
            given.span,
            "an entity that is there is not given too",
            "take `entity` out for what is new, or `given` for what is there",
        ),
        (None, Some(given)) => (
            given.span,
            "this action is for what is there",
            "name one: `entity: CartService`",
        ),
        (Some(entity), None) => (
            entity.span,
            "what is to be created is not there yet",
            "write all of it under `given`: `{identifier: X, properties: {...}}`",
        ),
        (None, None) if creates(what) => {
            (place, "nothing says what is to be created", "add `given`")
        }
        (None, None) => (place, "nothing says for which entity", "add `entity`"),
    };
    findings.push(impossible(span, message, help));
    None
}

/// The catalog itself.
fn root(
    subject: &Subject<'_>,
    trial: &Trial,
    built_in: BuiltIn,
    findings: &mut Vec<Finding>,
) -> On {
    let entity = trial.entity.as_ref().map(|it| it.span);
    let given = trial.given.as_ref().map(|it| it.span);
    if let Some(span) = entity.or(given) {
        let message = format!("`{}` is for the catalog itself", built_in.word());
        let help = "name the file that changes: `file: catalog/policies/deploy.cedar`";
        findings.push(impossible(span, &message, help));
    }
    let path = trial.file.as_ref();
    let path = path.map_or_else(String::new, |path| path.value.to_string());
    On::Root {
        kind: kind(
            subject.catalog,
            built_in,
            &subject.catalog.files.whole(&path),
        ),
        path,
    }
}

/// What a file defines, as rules read it in `context.kind`; `path` is that in the snapshot.
pub fn kind(catalog: &Catalog, built_in: BuiltIn, path: &str) -> &'static str {
    match built_in {
        BuiltIn::Override => return "guard",
        // All of the text of a policy is what it defines.
        BuiltIn::Meta if catalog.files.kind(path) == Some(DocumentKind::Policies) => {
            return "policy";
        }
        BuiltIn::Meta => return "file",
        _ => {}
    }
    let is_at = |name: &str| {
        let folder = path.strip_suffix(name);
        folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    };
    if catalog.settings.mappings().any(is_at) {
        return "mapping";
    }
    // A file among those of the catalog is what its folder says, whatever it is called.
    let is_besides = catalog.files.kind(path).is_none();
    if is_besides && is_at(FILE) {
        return "settings";
    }
    if is_besides && is_at(&catalog.settings.baseline) {
        return "baseline";
    }
    match catalog.files.kind(path) {
        Some(DocumentKind::Blueprints) => "blueprint",
        Some(DocumentKind::Actions) => "action",
        Some(DocumentKind::Connectors) => "connector",
        Some(DocumentKind::Scorecards) => "scorecard",
        Some(DocumentKind::Tests) => "test",
        Some(DocumentKind::Entities) => "entities",
        Some(DocumentKind::Policies | DocumentKind::Requests) | None => "policy",
    }
}

fn too_much(trial: &Trial, what: &str, findings: &mut Vec<Finding>) {
    let inputs = (!trial.inputs.is_empty()).then_some(trial.inputs_place);
    for place in inputs.into_iter().chain(trial.changed_place) {
        findings.push(
            Finding::new(&E0416, place, format!("{what} has no inputs and no paths"))
                .label("means nothing here")
                .help("take it out"),
        );
    }
}

/// The edits that inputs stand for: `from: {replicas: .after.properties.replicas}`.
fn implied(
    catalog: &Catalog,
    trial: &Trial,
    action: &Action,
    findings: &mut Vec<Finding>,
) -> Vec<Edit> {
    let blueprint = catalog.find_blueprint(&action.blueprint.value);
    // A path that leads nowhere is told where the action has it.
    let is_known = |group: &str, name: &str| {
        blueprint.is_some_and(|(_, it)| match group {
            "properties" => {
                it.property(name).is_some() || it.derived().any(|derived| derived.value == name)
            }
            _ => it.relation(name).is_some(),
        })
    };
    let mut edits: Vec<Edit> = Vec::new();
    for (input, source) in &action.inputs.from {
        let Some(path) = source.value.trim().strip_prefix(".after.") else {
            continue;
        };
        let is_plain = |c: char| c.is_alphanumeric() || c == '_';
        let (group, name) = path.split_once('.').unwrap_or((path, ""));
        let is_path = matches!(group, "properties" | "relations")
            && name.chars().all(is_plain)
            && is_known(group, name);
        let Some(entry) = crate::syntax::entry(&trial.inputs, &input.value) else {
            continue;
        };
        let told = trial.changed.iter().find(|edit| edit.path.value == path);
        if let Some((told, to)) = told.and_then(|edit| Some((edit, edit.to.as_ref()?)))
            && to.to_json() != entry.node.to_json()
        {
            let message = format!(
                "`{}` is what `{path}` becomes, and they are two here",
                input.value
            );
            findings.push(
                Finding::new(&E0416, entry.key.span, message)
                    .label("another value than what it is made of")
                    .related(told.path.span, "made of this")
                    .help("write one of the two: the other follows from it"),
            );
        }
        if is_path && told.is_none() {
            edits.push(Edit {
                path: Located::new(Text::from(path), entry.key.span),
                to: Some(entry.node.clone()),
                entity: None,
            });
        }
    }
    edits
}

/// The inputs that are given, and those that the entity fills.
fn inputs(
    subject: &Subject<'_>,
    trial: &Trial,
    action: &Action,
    (before, after): (&Entity, &Entity),
    findings: &mut Vec<Finding>,
) -> Map<String, Json> {
    request::given(&trial.inputs, action, findings);
    let mut inputs = crate::syntax::to_json_object(&trial.inputs);
    let is_new = action.operation.value == Operation::Create;
    let read = serde_json::json!({
        "before": if is_new { Json::Null } else { json(subject.catalog, before) },
        "after": json(subject.catalog, after),
    });
    for (name, source) in &action.inputs.from {
        if inputs.contains_key(name.value.as_str()) {
            continue;
        }
        let filled = Expression::parse(&source.value).ok();
        let filled = filled.and_then(|source| source.evaluate(&read).ok());
        if let Some(value) = filled.filter(|value| !value.is_null()) {
            inputs.insert(name.value.to_string(), value);
        }
    }
    for required in &action.inputs.required {
        let name = required.value.as_str();
        if inputs.get(name).is_none_or(Json::is_null) && action.inputs.schema(name).is_some() {
            let message = format!("`{}` needs the input `{name}`", action.identifier.value);
            let is_filled = action.inputs.from.iter().any(|(it, _)| it.value == name);
            findings.push(
                Finding::new(&E0205, trial.inputs_place, message)
                    .misses(Part::Input, name)
                    .label(format!("`{name}` is missing"))
                    .related(required.span, "required here")
                    .help(if is_filled {
                        format!("add `{name}` to `inputs`, or what fills it to `changed`")
                    } else {
                        format!("add `{name}` to `inputs`")
                    }),
            );
        }
    }
    inputs
}
