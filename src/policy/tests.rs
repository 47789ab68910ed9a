//! Tables of findings and decisions over small catalogs.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use cedar_policy::{AuthorizationError, Authorizer, Entities, Request};
use serde_json::Value as Json;
use serde_json::json;

use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::{Catalog, EntityId, Moment};
use crate::policy::case::Case;
use crate::policy::decide::Asked;
use crate::policy::explain::Explanation;
use crate::policy::vocabulary::Vocabulary;
use crate::policy::{ActionName, BuiltIn, Decision, Question, Resource, Rules};
use crate::source::{Selection, Snapshot};

mod approving;
mod covering;
mod deciding;
mod followed;
mod foreign;
mod glass;
mod helps;
mod impossible;
mod meant;
mod member;
mod mistakes;
mod reading;
mod showing;
mod trapped;
mod typing;

/// A catalog with all that rules are read from.
struct World {
    snapshot: Snapshot,
    catalog: Catalog,
    graph: Graph,
}

const SETTINGS: &str = "permissions: enforced\n\
    people: {blueprint: User, login: properties.login, id: properties.number}\n";

const NOW: &str = "2026-11-22T14:00:00Z";

const ADMINS: &str =
    "permit (principal in Team::\"admins\", action == Action::\"define\", resource);\n";

const KINDS: &str = r"
identifier: User
schema:
  properties: {login: {type: string}, number: {type: integer}}
  required: [login]
relations:
  teams: {target: Team, many: true, memberOf: true}
  roles: {target: Role, many: true, memberOf: true}
---
identifier: Role
schema: {properties: {}}
---
identifier: Team
schema: {properties: {}}
relations:
  leader: {target: User}
  parent: {target: Team, memberOf: true}
---
identifier: Component
schema:
  properties:
    type: {type: string, enum: [service, library]}
    replicas: {type: integer}
    frozen: {type: boolean}
    cost: {type: number}
    tags: {type: array, items: {type: string}}
    docs: {type: object, properties: {repo: {type: string}}}
  required: [type]
relations:
  owner: {target: Team, required: true}
ownership: {path: owner}
---
identifier: API
schema: {properties: {}}
relations: {provider: {target: Component, required: true}}
ownership: {path: provider.owner}
---
identifier: Box
schema: {properties: {expires_at: {type: string, format: timer}}}
relations: {owner: {target: User, required: true}}
ownership: {path: owner}
expiry: {property: expires_at}
";

const PEOPLE: &str = r"
{identifier: org, blueprint: Team}
---
{identifier: checkout, blueprint: Team, relations: {leader: ada, parent: org}}
---
{identifier: platform, blueprint: Team, relations: {leader: sam, parent: org}}
---
{identifier: admins, blueprint: Team}
---
{identifier: sre, blueprint: Role}
---
{identifier: ada, blueprint: User, properties: {login: ada}, relations: {teams: [checkout]}}
---
{identifier: lin, blueprint: User, properties: {login: Lin-O, number: 7}, relations: {teams: [checkout]}}
---
{identifier: sam, blueprint: User, properties: {login: sam}, relations: {teams: [platform], roles: [sre]}}
---
{identifier: kim, blueprint: User, properties: {login: kim}, relations: {teams: [admins]}}
---
{identifier: theo, blueprint: User, properties: {login: theo}, relations: {teams: [admins]}}
";

const THINGS: &str = r"
identifier: Cart
blueprint: Component
properties: {type: service, replicas: 3, cost: 1.5, tags: [a], docs: {repo: x}}
relations: {owner: platform}
---
{identifier: CartAPI, blueprint: API, relations: {provider: Cart}}
---
{identifier: box, blueprint: Box, relations: {owner: ada}}
";

/// What is asked is what the schema says: nothing compares them when a decision is made.
pub(super) fn conforms(vocabulary: &Vocabulary, case: &Case, is_asked: IsAsked) {
    let schema = &vocabulary.schemas.as_ref().unwrap().all;
    let is_action =
        |entity: &&cedar_policy::Entity| *entity.uid().type_name() == "Action".parse().unwrap();
    let entities = case.entities.iter().filter(|entity| !is_action(entity));
    Entities::from_entities(entities.cloned(), Some(schema)).unwrap();
    let request = &case.request;
    if is_asked == IsAsked::ByAPersonAtAMoment {
        Request::new(
            request.principal().unwrap().clone(),
            request.action().unwrap().clone(),
            request.resource().unwrap().clone(),
            request.context().unwrap().clone(),
            Some(schema),
        )
        .unwrap();
    }
}

/// What rules do not name changes nothing: neither what decides nor what fails.
pub(super) fn are_alike(case: &Case, whole: &Case) {
    for asked in [Asked::Forbids, Asked::Ordinary, Asked::Glass] {
        let answer = |case: &Case| {
            let set = case.shelf.set(asked);
            let response = Authorizer::new().is_authorized(&case.request, set, &case.entities);
            let reasons = response.diagnostics().reason();
            let reasons: BTreeSet<String> = reasons.map(ToString::to_string).collect();
            let errors = response.diagnostics().errors().map(|error| match error {
                AuthorizationError::PolicyEvaluationError(error) => error.policy_id().to_string(),
            });
            let errors: BTreeSet<String> = errors.collect();
            (response.decision(), reasons, errors)
        };
        assert_eq!(answer(case), answer(whole), "{asked:?} of {}", case.name);
    }
    let whole = Case {
        name: whole.name.clone(),
        actions: whole.actions.clone(),
        resource: whole.resource.clone(),
        owners: whole.owners.clone(),
        request: whole.request.clone(),
        entities: whole.entities.clone(),
        shelf: Arc::clone(&whole.shelf),
    };
    WHOLE.with(|last| *last.borrow_mut() = Some(whole));
}

thread_local! {
    /// The last question of this thread, with all that rules could see.
    static WHOLE: RefCell<Option<Case>> = const { RefCell::new(None) };
}

/// What is said of a question is what would be said if all could be seen: approvals and
/// explanations read it otherwise than decisions.
pub(super) fn as_whole<T: PartialEq + Debug>(said: &T, again: impl FnOnce(&Case) -> T) {
    if let Some(whole) = WHOLE.with(RefCell::take) {
        assert_eq!(*said, again(&whole), "{}", whole.name);
    }
}

/// Whether a question has all that the schema asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IsAsked {
    ByAPersonAtAMoment,
    Otherwise,
}

impl World {
    /// The catalog above with these files added or in its place.
    fn with<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let mut all = std::collections::BTreeMap::from([
            ("catalogc.yaml", SETTINGS),
            ("catalog/policies/admins.cedar", ADMINS),
            ("catalog/blueprints/all.yaml", KINDS),
            ("catalog/entities/people.yaml", PEOPLE),
            ("catalog/entities/things.yaml", THINGS),
        ]);
        all.extend(files);
        let snapshot = crate::source::memory::snapshot(all);
        let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
        let (catalog, found) = crate::model::lower(&snapshot, &selection);
        assert_eq!(found, [], "the test's own catalog");
        let (graph, _) = crate::graph::build(&catalog);
        Self {
            snapshot,
            catalog,
            graph,
        }
    }

    /// With one file of policies.
    fn policies(text: &str) -> Self {
        Self::with([("catalog/policies/a.cedar", text)])
    }

    fn rules(&self) -> (Rules<'_>, Vec<Finding>) {
        let (rules, findings) = crate::policy::compile(&self.catalog, &self.graph, &self.snapshot);
        (rules.at(Moment::parse(NOW)), findings)
    }

    fn id(&self, blueprint: &str, identifier: &str) -> EntityId {
        let (blueprint, _) = self.catalog.find_blueprint(blueprint).unwrap();
        self.catalog.find_entity(blueprint, identifier).unwrap()
    }

    /// Findings as `E0403 LINE:COLUMN [characters] message; help`.
    fn found(&self) -> Vec<String> {
        let (_, findings) = self.rules();
        let shown = findings.iter().map(|finding| {
            let span = finding.span;
            let at = crate::text::position(self.snapshot.text(span.file), span.start);
            format!(
                "{} {}:{} [{}] {}; {}",
                finding.code.id,
                at.line,
                at.column,
                self.snapshot.slice(span),
                finding.message,
                finding.help.as_deref().unwrap_or("-"),
            )
        });
        shown.collect()
    }

    /// Asks for an action of the catalog, or a built-in one, on an entity of the target.
    fn ask(&self, login: &str, action: &str, entity: (&str, &str), inputs: &Json) -> Decision {
        let (rules, _) = self.rules();
        let built_in = BuiltIn::ALL.into_iter().find(|one| one.word() == action);
        let actor = rules.person(login, None);
        let question = Question {
            actor: &actor,
            action: built_in.map_or(ActionName::Catalog(action), ActionName::BuiltIn),
            resource: Resource::Entity(self.id(entity.0, entity.1)),
            inputs: inputs.as_object().unwrap(),
            changed: &[],
            after: None,
            cause: None,
        };
        let decision = rules.decide(&question);
        if !decision.is_allowed() {
            told_alike(&decision, &rules.explain(&question));
        }
        decision
    }

    /// Whether a built-in action on Cart is allowed.
    fn may(&self, login: &str, action: &str) -> bool {
        self.ask(login, action, ("Component", "Cart"), &json!({}))
            .is_allowed()
    }
}

/// Whoever asks by `can` reads the words of a plan, with what was seen besides.
fn told_alike(decision: &Decision, explained: &Explanation) {
    for reason in &decision.reasons {
        let mut rules = explained.rules.iter();
        let told = rules.find(|told| Some(told.place) == reason.place);
        // A title is a sentence in a plan.
        let Some(told) = told.filter(|told| told.title.is_none()) else {
            continue;
        };
        let pieces = |words: &str| -> Vec<String> {
            let pieces = words.split(", needs ");
            let without = pieces.map(|piece| piece.split(": ").next().unwrap_or_default());
            without.map(ToOwned::to_owned).collect()
        };
        assert_eq!(pieces(&reason.text), pieces(&told.words));
    }
}

/// The reasons in words.
fn words(decision: &Decision) -> Vec<&str> {
    decision
        .reasons
        .iter()
        .map(|reason| reason.text.as_str())
        .collect()
}
