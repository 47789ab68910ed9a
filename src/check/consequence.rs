//! What only follows from a mistake in a definition is not told beside it.
//!
//! In: all findings that are shown, and the catalog. Out: the same without those that miss what a
//! broken, missing or misspelt definition would have had; the finding that is their cause says
//! that there are some. A rule stays broken, and denies, whether its finding is told or not. A
//! cause that the settings switch off or the baseline lets pass silences nothing.

use std::collections::BTreeSet;
use std::collections::HashSet;

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0003, E0402, E0405};
use crate::model::DocumentKind;
use crate::model::action::Action;
use crate::model::blueprint::Aggregation;
use crate::model::blueprint::Ownership;
use crate::model::{Blueprint, Catalog};
use crate::source::Snapshot;
use crate::syntax::Node;
use crate::text::{Located, Span, Text};

mod action;
mod beside;
mod odd;
mod ownerless;
mod required;
mod settings;
mod unchecked;

/// The findings of a blueprint's own document that leave open what it defines.
const CAUSES: [&str; 11] = [
    "E0101", "E0102", "E0103", "E0104", "E0106", "E0201", "E0202", "E0203", "E0204", "E0208",
    "E0209",
];

/// Takes out what follows from something else that is told.
pub(super) fn drop_all(catalog: &Catalog, snapshot: &Snapshot, findings: &mut Vec<Finding>) {
    let is_no_file = findings.iter().any(|finding| *finding.code == E0003);
    if is_no_file || lacks_a_source(catalog, findings) {
        // Who a person is, is not known where no file is, or those of a source are not.
        findings.retain(|finding| *finding.code != E0405);
    }
    beside::misspelt(snapshot, findings);
    unchecked::fold(findings);
    settings::drop_all(catalog, findings);
    action::drop_all(catalog, snapshot, findings);
    unread_rules(catalog, findings);
    let mut lacking = odd::name(catalog, snapshot, findings);
    lacking.extend(required::name(catalog, snapshot, findings));
    let mut causes = broken(catalog, findings, &mut lacking);
    let (ownerless, lost) = ownerless::of(catalog, findings);
    let is_unknown = |it: &&Finding| it.code.id == "E0208" && it.severity == Severity::Error;
    for finding in findings.iter().filter(is_unknown) {
        let name = snapshot.slice(finding.span).trim_matches(['"', '\'']);
        if catalog.find_blueprint(name).is_none() {
            lacking.insert(Text::from(name));
        }
    }
    if catalog.is_half_read(DocumentKind::Blueprints) {
        let actions = catalog.actions.iter().map(|it| &it.blueprint);
        let relations = catalog.blueprints.iter().flat_map(|it| &it.relations);
        let people = catalog.settings.people.iter().map(|it| &it.blueprint);
        let named = actions.chain(relations.map(|it| &it.target)).chain(people);
        let unknown = named.filter(|it| catalog.find_blueprint(&it.value).is_none());
        lacking.extend(unknown.map(|it| it.value.clone()));
    }
    if lacking.is_empty() && ownerless.is_empty() && catalog.lost.is_empty() {
        return;
    }
    let mut known = Known::new(catalog, snapshot, lacking);
    known.ownerless = ownerless;
    // One that itself follows from what a blueprint lacks is no cause.
    causes.extend(lost.into_iter().filter(|span| !known.explains_path(*span)));
    let before = findings.len();
    let is_cause: HashSet<Span> = causes.into_iter().collect();
    let kept = |finding: &Finding| {
        is_cause.contains(&finding.span) || finding.hides || !known.explains(finding)
    };
    findings.retain(kept);
    let dropped = before - findings.len();
    if dropped == 0 {
        return;
    }
    for finding in findings.iter_mut().filter(|it| is_cause.contains(&it.span)) {
        let gap = if finding.label.is_empty() { "" } else { "; " };
        finding.label += gap;
        finding.label += "what depends on it is not checked";
    }
}

/// Whether a source is not read for a mistake that is told: what its files define is not known.
fn lacks_a_source(catalog: &Catalog, findings: &[Finding]) -> bool {
    let settings = &catalog.settings;
    let written = settings.root.as_ref().and_then(|root| root.get("sources"));
    let is_short = |node: &Node| {
        let elements = node.as_sequence().map_or(1, <[Node]>::len);
        elements > settings.sources.len()
    };
    let told = |node: &Node| {
        let mut errors = findings.iter().filter(|it| it.severity == Severity::Error);
        errors.any(|finding| node.span.covers(finding.span))
    };
    written.is_some_and(|node| is_short(node) && told(node))
}

/// Takes out that tests name rules which are not there, where the rules of a file cannot be read.
fn unread_rules(catalog: &Catalog, findings: &mut Vec<Finding>) {
    if !findings.iter().any(|finding| finding.code.id == "E0401") {
        return;
    }
    let steps = catalog.trials.iter().filter_map(|it| it.steps.as_ref());
    let steps = steps.flat_map(|steps| &steps.value);
    let rules = steps.filter_map(|step| step.by.as_ref());
    let rules = rules.chain(catalog.trials.iter().filter_map(|it| it.by.as_ref()));
    let named: HashSet<Span> = rules.map(|by| by.span).collect();
    findings.retain(|finding| finding.code.id != "E0414" || !named.contains(&finding.span));
}

/// Takes out the findings of these numbers.
fn take_out(gone: &BTreeSet<usize>, findings: &mut Vec<Finding>) {
    let mut numbers = 0..;
    findings.retain(|_| numbers.next().is_none_or(|n| !gone.contains(&n)));
}

/// Adds the blueprints of which an error leaves open what they define; gives the places of these
/// errors, the first of each blueprint.
fn broken(catalog: &Catalog, findings: &[Finding], lacking: &mut BTreeSet<Text>) -> Vec<Span> {
    let mut causes = Vec::new();
    for blueprint in catalog.blueprints.iter().filter(|it| it.broken) {
        let document = blueprint.root.span;
        let is_in = |span: Span| {
            let is_behind = blueprint.cut || span.start <= document.end;
            span.file == document.file && span.start >= document.start && is_behind
        };
        let is_cause = |finding: &&Finding| {
            finding.severity == Severity::Error
                && CAUSES.contains(&finding.code.id)
                && is_in(finding.span)
        };
        if let Some(cause) = findings.iter().find(is_cause) {
            causes.push(cause.span);
            lacking.insert(blueprint.identifier.value.clone());
        }
    }
    causes
}

/// What is known of definitions that lack something.
struct Known<'c> {
    catalog: &'c Catalog,
    snapshot: &'c Snapshot,
    /// Blueprints, also those that are named and not defined.
    lacking: BTreeSet<Text>,
    /// Blueprints whose owner is found through one of them.
    unowned: BTreeSet<&'c str>,
    /// Blueprints whose `ownership` leads nowhere.
    ownerless: BTreeSet<&'c str>,
    /// Words of rules that mean something of them.
    words: BTreeSet<&'c str>,
    /// Whether people or their groups are of such a blueprint.
    people: bool,
}

impl<'c> Known<'c> {
    fn new(catalog: &'c Catalog, snapshot: &'c Snapshot, lacking: BTreeSet<Text>) -> Self {
        let mut known = Self {
            catalog,
            snapshot,
            lacking,
            unowned: BTreeSet::new(),
            ownerless: BTreeSet::new(),
            words: BTreeSet::new(),
            people: false,
        };
        let owned = catalog.blueprints.iter().filter(|it| known.owner_lacks(it));
        known.unowned = owned.map(|it| it.identifier.value.as_str()).collect();
        let actions = catalog.actions.iter();
        let actions = actions.filter(|it| known.lacks(&it.blueprint));
        let relations = catalog.blueprints.iter().flat_map(|it| &it.relations);
        let relations = relations.filter(|it| known.lacks(&it.target));
        let relations = relations.map(|it| it.name.value.as_str());
        let actions = actions.map(|it| it.identifier.value.as_str());
        known.words = relations.chain(actions).collect();
        known.people = known.groups_lack();
        known
    }

    fn lacks(&self, name: &Located<Text>) -> bool {
        self.lacking.contains(&name.value)
    }

    /// Whether the way from an entity to its owner leads through what lacks something.
    fn owner_lacks(&self, blueprint: &Blueprint) -> bool {
        match &blueprint.ownership {
            Some(Ownership::Path(path) | Ownership::Inherited(path)) => {
                self.passes(blueprint, &path.value)
            }
            _ => self.lacks(&blueprint.identifier),
        }
    }

    /// Whether a path of relations begins at, or comes through, what lacks something.
    fn passes(&self, blueprint: &Blueprint, path: &str) -> bool {
        let mut here = Some(blueprint);
        for part in path.split('.') {
            let Some(blueprint) = here else {
                return false;
            };
            if self.lacks(&blueprint.identifier) {
                return true;
            }
            let Some((_, relation)) = blueprint.relation(part) else {
                return false;
            };
            if self.lacks(&relation.target) {
                return true;
            }
            let next = self.catalog.find_blueprint(&relation.target.value);
            here = next.map(|(_, blueprint)| blueprint);
        }
        false
    }

    /// Whether nobody knows which teams and roles there are.
    fn groups_lack(&self) -> bool {
        let Some(people) = &self.catalog.settings.people else {
            return false;
        };
        let Some((_, person)) = self.catalog.find_blueprint(&people.blueprint.value) else {
            return self.lacks(&people.blueprint);
        };
        self.lacks(&person.identifier) || person.relations.iter().any(|it| self.lacks(&it.target))
    }

    /// Whether a finding says only that something is missing which these would have.
    fn explains(&self, finding: &Finding) -> bool {
        match finding.code.id {
            "E0212" | "E0213" => self.explains_path(finding.span),
            "E0402" | "E0403" | "E0404" | "E0407" | "E0408" | "E0412" | "E0420" => {
                self.explains_rule(finding)
            }
            "E0501" | "E0502" | "E0511" | "E0513" => self
                .action_at(finding.span)
                .is_some_and(|action| self.lacks(&action.blueprint)),
            "E0405" => self.people && self.is_person_lost(),
            "E0406" => self.people,
            // Which tests can be asked, and what nothing names, is open.
            "E0309" | "E0312" | "E0414" | "E0415" => {
                !self.lacking.is_empty() || self.may_be_lost(finding.span)
            }
            _ => false,
        }
    }

    /// Whether the blueprint of people may stand in what could not be read.
    fn is_person_lost(&self) -> bool {
        let people = self.catalog.settings.people.as_ref();
        people.is_some_and(|it| self.catalog.find_blueprint(&it.blueprint.value).is_none())
    }

    fn action_at(&self, span: Span) -> Option<&'c Action> {
        let mut actions = self.catalog.actions.iter();
        actions.find(|action| action.root.span.covers(span))
    }

    fn explains_path(&self, span: Span) -> bool {
        if let Some(action) = self.action_at(span) {
            return self.lacks(&action.blueprint);
        }
        let mut blueprints = self.catalog.blueprints.iter();
        let Some(blueprint) = blueprints.find(|it| it.root.span.covers(span)) else {
            let scorecards = self.catalog.scorecards.iter();
            let mut scorecards = scorecards.filter(|it| it.root.span.covers(span));
            return scorecards.any(|it| self.lacks(&it.blueprint));
        };
        let path = self.snapshot.slice(span).trim_matches(['"', '\'']);
        let mut aggregations = blueprint.aggregations.iter();
        self.lacks(&blueprint.identifier)
            || self.passes(blueprint, path)
            || aggregations.any(|it| self.lacks(&it.target) && reads(it, span))
    }

    /// Whether the entity of a name may stand in what could not be read.
    fn may_be_lost(&self, span: Span) -> bool {
        let written = self.snapshot.slice(span).trim_matches(['"', '\'']);
        // Tests may name the blueprint before it.
        let name = written.rsplit('/').next().unwrap_or(written);
        let lost = &self.catalog.lost;
        let kinds = self
            .catalog
            .blueprints
            .iter()
            .map(|it| &it.identifier.value);
        !lost.is_empty()
            && kinds
                .into_iter()
                .any(|kind| lost.may_hold(kind, name).is_some())
    }

    fn explains_rule(&self, finding: &Finding) -> bool {
        let span = finding.span;
        if finding.code.id == "E0402" && self.may_be_lost(span) {
            return true;
        }
        // For whom a rule is, is not known without the people.
        if matches!(finding.code.id, "E0404" | "E0412" | "E0420") && self.people {
            return true;
        }
        let action = self.action_at(span);
        // `ownedByTeam: true`, `owners: before`, `resource.owner`.
        let asks_owner = matches!(
            self.snapshot.slice(span),
            "true" | "before" | "after" | "owner"
        );
        if asks_owner && !self.ownerless.is_empty() && *finding.code == E0402 {
            let is_of = |action: &Action| self.ownerless.contains(action.blueprint.value.as_str());
            return action.is_none_or(is_of);
        }
        let Some(action) = action else {
            return self.is_about(self.statement(span));
        };
        let names = |names: &[Located<Text>]| names.iter().any(|name| name.span == span);
        let blocks = action.permissions.iter().flatten();
        let mut blocks = blocks.map(|it| [&*it.users, &*it.teams, &*it.roles]);
        let mut approvals = action.approvals.iter().map(|it| [&*it.users, &*it.teams]);
        if blocks.any(|lists| lists.into_iter().any(names))
            || approvals.any(|lists| lists.into_iter().any(names))
        {
            return self.people;
        }
        self.lacks(&action.blueprint)
            || self.unowned.contains(action.blueprint.value.as_str())
            || self.is_about(self.condition(action, span))
    }

    /// The condition of a rule that a place stands in.
    fn condition(&self, action: &Action, span: Span) -> &'c str {
        let blocks = action.permissions.iter().flatten();
        let blocks = blocks.filter_map(|it| it.when.as_ref());
        let approvals = action.approvals.iter().filter_map(|it| it.when.as_ref());
        let mut conditions = blocks.chain(approvals);
        let here = conditions.find(|it| it.span.covers(span));
        self.snapshot.slice(here.map_or(span, |it| it.span))
    }

    /// The rule of a file of policies that a place stands in.
    fn statement(&self, span: Span) -> &'c str {
        let text = self.snapshot.text(span.file);
        let (start, end) = (span.start as usize, span.end as usize);
        let before = text.get(..start).and_then(|it| it.rfind(';'));
        let behind = text.get(end..).and_then(|it| it.find(';'));
        let from = before.map_or(0, |at| at + 1);
        let to = behind.map_or(text.len(), |at| end + at);
        text.get(from..to).unwrap_or_default()
    }

    /// Whether a rule names what lacks something, or is about everything.
    fn is_about(&self, rule: &str) -> bool {
        let mut words = rule.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let means = |word: &str| {
            // An enumerated type begins with the name of what it belongs to.
            let owner = word.split("__").next().unwrap_or(word);
            self.lacking.contains(owner) || self.words.contains(owner)
        };
        words.any(means) || (!self.lacking.is_empty() && is_open(rule))
    }
}

/// Whether a rule names no action and no kind of its resource: it is about all of them.
fn is_open(rule: &str) -> bool {
    let words = rule.split_whitespace().collect::<String>();
    words.contains(",action,resource)")
}

/// Whether a place is one at which an aggregation names what its target has.
fn reads(aggregation: &Aggregation, span: Span) -> bool {
    let nodes = aggregation.query.iter().chain(&aggregation.path_filter);
    let mut places = nodes.map(|node| node.span);
    let property = aggregation.property.as_ref();
    property.is_some_and(|it| it.span == span) || places.any(|place| place.covers(span))
}
