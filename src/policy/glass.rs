//! Break-glass rules: they count in an emergency that somebody declares, and are set aside
//! otherwise.
//!
//! In: rules as they are read, and a question to which the ordinary rules say no. Out: findings
//! about rules that are not what their author meant, and the rules that permit it now. What
//! declares the emergency is not known here.

use cedar_policy::{Effect, Policy, PrincipalConstraint, ResourceConstraint};

use crate::finding::Finding;
use crate::finding::codes::{E0404, E0413};
use crate::model::Catalog;
use crate::policy::case::Case;
use crate::policy::decide::Asked;
use crate::policy::rule::{Origin, Rule, Scope};
use crate::policy::tokens::{Sort, parts, tokens};
use crate::policy::{ActionName, BuiltIn, Principal, Question, Reason, Rules};
use crate::text::did_you_mean;
use crate::text::{Span, nearest};

/// The annotation of a Cedar policy.
const ANNOTATION: &str = "break_glass";

/// What a policy that is for emergencies is for.
pub(super) fn annotated(policy: &Policy) -> Option<String> {
    let purpose = policy.annotation(ANNOTATION)?;
    Some(purpose.trim().to_owned())
}

impl Rules<'_> {
    /// The break-glass rules that permit what is asked, with the words for each; none where one
    /// forbids it or cannot be decided. Only a person breaks the glass.
    pub fn break_glass(&self, question: &Question<'_>) -> Vec<Reason> {
        let Principal::Person(person) = question.actor else {
            return Vec::new();
        };
        // Most catalogs have none, and then nothing is asked twice.
        if !self
            .book
            .permissions
            .iter()
            .any(|rule| rule.glass.is_some())
        {
            return Vec::new();
        }
        let Ok(case) = self.case(question) else {
            return Vec::new();
        };
        let permits = self
            .permits(question, &case, Asked::Glass)
            .unwrap_or_default();
        permits
            .into_iter()
            .filter(|rule| covers(rule, question, &case))
            .map(|rule| {
                let purpose = rule.glass.as_deref().unwrap_or_default();
                let words = self.allowed_words(rule, *person, &case);
                rule.reason(format!("{words}; break glass, {purpose}"))
            })
            .collect()
    }
}

/// Whether a break-glass rule is about an action in the way that it must be: what changes who may do
/// what, or is never run, is covered by its name only, and never by a rule for all actions.
pub(super) fn covers(rule: &Rule, question: &Question<'_>, case: &Case) -> bool {
    let must_be_named = matches!(
        question.action,
        ActionName::BuiltIn(BuiltIn::Define | BuiltIn::Grant | BuiltIn::Override | BuiltIn::Record)
    );
    !must_be_named || (rule.scope != Scope::All && rule.scope.covers(&case.actions))
}

/// What is wrong with a rule as a break-glass rule; also one that is nearly one and would count
/// every day.
pub(super) fn check(rule: &Rule, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some((span, name)) = misspelt(rule) {
        findings.push(
            Finding::new(&E0413, span, format!("`@{name}` makes no break-glass rule"))
                .label("the rule would count every day")
                .help(did_you_mean(&format!("@{ANNOTATION}"))),
        );
    }
    let Some(purpose) = &rule.glass else {
        return findings;
    };
    let place = place(rule, catalog);
    if rule.effect == Effect::Forbid {
        findings.push(
            Finding::new(&E0413, place, "what forbids cannot be a break-glass rule")
                .label("of a `forbid`")
                .help(format!(
                    "delete `@{ANNOTATION}`, say behind `unless` what the `forbid` lets pass, and let a \
                     `permit` with `@{ANNOTATION}` allow it"
                )),
        );
    }
    if purpose.is_empty() {
        findings.push(
            Finding::new(&E0413, place, "a break-glass rule says what it is for")
                .label("says nothing")
                .help(if matches!(rule.origin, Origin::Policy { .. }) {
                    format!("say when it may be used: `@{ANNOTATION}(\"when production is down\")`")
                } else {
                    "say when it may be used: `breakGlass: when production is down`".to_owned()
                }),
        );
    }
    findings
}

/// An annotation that is nearly the one.
fn misspelt(rule: &Rule) -> Option<(Span, String)> {
    if !matches!(rule.origin, Origin::Policy { .. }) {
        return None;
    }
    let all = tokens(&rule.text);
    let head = all
        .iter()
        .take_while(|token| !token.is("permit") && !token.is("forbid"));
    let names = head.filter(|token| token.sort == Sort::Name);
    let is_near = |name: &str| {
        let letters: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        name != ANNOTATION
            && (letters == "breakglass" || nearest(name, [ANNOTATION]) == Some(ANNOTATION))
    };
    names
        .into_iter()
        .find(|token| is_near(token.text))
        .map(|token| (rule.map.span(&token.range), token.text.to_owned()))
}

/// Where a rule says that it is for emergencies.
fn place(rule: &Rule, catalog: &Catalog) -> Span {
    let written = match rule.origin {
        Origin::Policy { .. } => tokens(&rule.text)
            .iter()
            .find(|token| token.is(ANNOTATION))
            .map(|token| rule.map.span(&token.range)),
        Origin::Block { action, block } => catalog
            .actions
            .get(action)
            .and_then(|action| action.permissions.as_ref()?.get(block))
            .and_then(|block| block.break_glass.as_ref())
            .map(|written| written.span),
        Origin::Approval { .. } => None,
    };
    written.unwrap_or(rule.place)
}

/// Break-glass rules of which nothing is left: an ordinary rule permits all that they do, and
/// there is no approval that they could waive.
pub(super) fn needless(rules: &[Rule], catalog: &Catalog) -> Vec<Finding> {
    let is_sound = |rule: &&Rule| !rule.broken && rule.effect == Effect::Permit;
    let ordinary = || {
        rules
            .iter()
            .filter(is_sound)
            .filter(|rule| rule.glass.is_none())
    };
    let glass = rules.iter().filter(is_sound);
    glass
        .filter(|rule| rule.glass.is_some() && waives_nothing(rule, catalog))
        .filter_map(|rule| {
            let wider = ordinary().find(|ordinary| permits_all_of(ordinary, rule))?;
            let message = "an ordinary rule permits all that this break-glass rule does";
            Some(
                Finding::new(&E0404, place(rule, catalog), message)
                    .label("never needed")
                    .related(wider.place, "permits it every day")
                    .help("delete one of the two rules, or narrow the ordinary one"),
            )
        })
        .collect()
}

/// Whether no step that a rule is about can need an approval.
fn waives_nothing(rule: &Rule, catalog: &Catalog) -> bool {
    let Scope::In(actions) = &rule.scope else {
        return false;
    };
    actions.iter().all(|uid| {
        let name = uid.id().unescaped();
        let built_in = name.split(':').next().unwrap_or_default();
        let Some(action) = catalog.find_action(name) else {
            // A changed owner asks both sides.
            return built_in != BuiltIn::Update.word();
        };
        let is_silent = action.root.get("approval").is_none();
        is_silent && action.trigger.changed.is_empty()
    })
}

/// Whether a rule permits at least what another one does, as far as their texts show it.
fn permits_all_of(wide: &Rule, narrow: &Rule) -> bool {
    let (Some(a), Some(b)) = (&wide.policy, &narrow.policy) else {
        return false;
    };
    let is_in_scope = match (&wide.scope, &narrow.scope) {
        (Scope::All, _) => true,
        (Scope::In(_), Scope::All) => false,
        (Scope::In(wide), Scope::In(narrow)) => narrow.iter().all(|one| wide.contains(one)),
    };
    let principal = a.principal_constraint();
    let resource = a.resource_constraint();
    let is_for_all = principal == PrincipalConstraint::Any || principal == b.principal_constraint();
    let is_on_all = resource == ResourceConstraint::Any || resource == b.resource_constraint();
    let (wide, narrow) = (conditions(wide), conditions(narrow));
    let holds = |one: &Condition| narrow.iter().any(|other| other.implies(one));
    is_in_scope && is_for_all && is_on_all && wide.iter().all(holds)
}

/// One condition of a rule: alternatives without blanks.
struct Condition {
    unless: bool,
    ways: Vec<String>,
}

impl Condition {
    /// Fewer alternatives imply more.
    fn implies(&self, other: &Self) -> bool {
        match (self.unless, other.unless) {
            (false, false) => self.ways.iter().all(|way| other.ways.contains(way)),
            (true, true) => self.ways == other.ways,
            _ => false,
        }
    }
}

fn conditions(rule: &Rule) -> Vec<Condition> {
    let condition = |part: &crate::policy::tokens::Part| {
        let source = rule.text.get(part.range.clone()).unwrap_or_default();
        let ways = source.split("||");
        let ways = ways.map(|way| way.split_whitespace().collect::<String>());
        Condition {
            unless: part.unless,
            ways: ways.collect(),
        }
    };
    parts(&rule.text).iter().map(condition).collect()
}
