//! Yes or no, with the rules that say so.
//!
//! In: a [`Question`]. Out: a [`Decision`]. Everything that cannot be decided is denied: a
//! rule with an error, an entity that does not fit, an actor whom nobody knows. `forbid` wins.

use cedar_policy::{Authorizer, Effect, PolicyId, ResourceConstraint, Response};

use crate::model::EntityId;
use crate::model::settings::Permissions;
use crate::policy::case::Case;
use crate::policy::rule::{Rule, Scope};
use crate::policy::slice::first_line;
use crate::policy::vocabulary::Kind;
use crate::policy::{ActionName, BuiltIn, Decision, Outcome, Principal, Question, Reason};
use crate::policy::{Resource, Rules};
use crate::text::{Text, masked};

/// Which of the rules are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asked {
    /// What forbids: no permit is for an actor who is no person.
    Forbids,
    /// All but the break-glass rules.
    Ordinary,
    /// What forbids, and the break-glass rules.
    Glass,
}

/// Why a rule that reads the moment of the question cannot be decided where nobody said it.
pub const UNTIMED: &str = "it reads `context.now`, and nobody said when it is";

/// For how many people a denial looks for those who may.
const COULD_MAX: usize = 1_000;

impl Rules<'_> {
    /// Decides a question, and where it is denied finds those who may.
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        let mut decision = self.judge(question);
        let people = self.people.as_ref().map_or(0, |people| people.logins.len());
        if !decision.is_allowed() && people <= COULD_MAX {
            decision.could = self.who_may(question);
        }
        decision
    }

    /// The logins of the people who may do what is asked, whoever asks; sorted.
    pub fn who_may(&self, question: &Question<'_>) -> Vec<Text> {
        let mut logins: Vec<Text> = self
            .may(question)
            .map(|person| Text::from(self.login_of(person)))
            .collect();
        logins.sort();
        logins
    }

    pub(super) fn may(&self, question: &Question<'_>) -> impl Iterator<Item = EntityId> {
        let people = self.people.iter().flat_map(|people| people.logins.keys());
        people.copied().filter(move |person| {
            let actor = Principal::Person(*person);
            let question = Question {
                actor: &actor,
                ..*question
            };
            self.judge(&question).is_allowed()
        })
    }

    /// Decides a question without looking for those who may instead: for many at once.
    pub fn judge(&self, question: &Question<'_>) -> Decision {
        let case = match self.case(question) {
            Ok(case) => case,
            Err(why) => {
                return Decision {
                    is_unfit: true,
                    ..denied(vec![Reason::words(why)])
                };
            }
        };
        let asked = match question.actor {
            Principal::Person(_) => Asked::Ordinary,
            _ => Asked::Forbids,
        };
        let permits = match self.permits(question, &case, asked) {
            Ok(permits) => permits,
            Err(reasons) => return denied(reasons),
        };
        match question.actor {
            Principal::Person(person) if !permits.is_empty() => {
                let reason = |rule: &Rule| rule.reason(self.allowed_words(rule, *person, &case));
                allowed(permits.into_iter().map(reason).collect())
            }
            Principal::System(name) => self.for_the_clock(name, question, &case),
            actor => self.without_permit(actor, question, &case),
        }
    }

    /// The permits that hold, in order; what denies whatever they say: a broken rule, one that
    /// cannot be decided, one that forbids.
    pub(super) fn permits(
        &self,
        question: &Question<'_>,
        case: &Case,
        asked: Asked,
    ) -> Result<Vec<&Rule>, Vec<Reason>> {
        let broken = case.shelf.broken.iter();
        let broken: Vec<Reason> = broken
            .filter_map(|number| self.book.permissions.get(*number))
            .filter(|rule| concerns(rule, case) && !spares(rule, question))
            .map(|rule| rule.reason("this rule has an error, so it denies all that it is about"))
            .collect();
        if !broken.is_empty() {
            return Err(broken);
        }
        let set = case.shelf.set(asked);
        let response = Authorizer::new().is_authorized(&case.request, set, &case.entities);
        let errors = self.errors(&response);
        if !errors.is_empty() {
            return Err(errors);
        }
        let (forbids, permits): (Vec<&Rule>, Vec<&Rule>) = self
            .determining(&response)
            .into_iter()
            .partition(|rule| rule.effect == Effect::Forbid);
        if forbids.is_empty() {
            return Ok(self.told(question, permits));
        }
        let reasons = forbids.iter().map(|rule| rule.reason(rule.forbidden()));
        Err(reasons.collect())
    }

    /// Whether something is denied whatever is permitted: by a `forbid`, by a rule with an error or
    /// one that cannot be decided, or because nothing can be asked.
    pub fn is_forbidden(&self, question: &Question<'_>) -> bool {
        let case = self.case(question);
        case.map_or(true, |case| {
            self.permits(question, &case, Asked::Forbids).is_err()
        })
    }

    /// The permits without those that read what is computed of something new: nobody knows it.
    fn told<'r>(&self, question: &Question<'_>, permits: Vec<&'r Rule>) -> Vec<&'r Rule> {
        let Some(kind) = self.kind_of_new(question) else {
            return permits;
        };
        let permits = permits.into_iter();
        permits
            .filter(|rule| self.computed(rule, kind).is_none())
            .collect()
    }

    /// The kind of a resource that is not on the target yet.
    pub(super) fn kind_of_new(&self, question: &Question<'_>) -> Option<&Kind> {
        let Resource::Proposed(..) = question.resource else {
            return None;
        };
        let id = self.blueprint_of(question).ok()?;
        self.vocabulary.as_ref()?.kind(id)
    }

    /// What happens where no rule permits or forbids.
    fn without_permit(&self, actor: &Principal, question: &Question<'_>, case: &Case) -> Decision {
        let is_open = self.catalog.settings.permissions == Permissions::Open;
        let is_known = matches!(actor, Principal::Person(_));
        if !is_known && !is_open {
            return denied(vec![self.nobody(actor)]);
        }
        if question.action == ActionName::BuiltIn(BuiltIn::Meta) {
            return allowed(vec![Reason::words("no rule forbids it")]);
        }
        if is_open && !self.is_bound(question, case) {
            let words = if self.is_open_without_rules() {
                "open catalog: no rule exists"
            } else {
                "open catalog: no rule for it"
            };
            return allowed(vec![Reason::words(words)]);
        }
        if let Principal::Person(person) = actor {
            return denied(self.why_denied(question, *person, case));
        }
        denied(vec![self.nobody(actor)])
    }

    fn nobody(&self, actor: &Principal) -> Reason {
        match actor {
            Principal::Stranger { why, .. } => Reason::words(why.as_str()),
            actor => Reason::words(format!("{} is nobody in the catalog", self.login(actor))),
        }
    }

    /// Whether a written permission is about the action by its name, so that it binds in an open
    /// catalog too. A policy for every action names none.
    fn is_bound(&self, question: &Question<'_>, case: &Case) -> bool {
        let has_blocks = match question.action {
            ActionName::Catalog(name) => self
                .catalog
                .find_action(name)
                .is_none_or(|action| action.permissions.is_some()),
            ActionName::BuiltIn(_) => false,
        };
        let mut rules = self.book.permissions.iter();
        has_blocks
            || rules.any(|rule| {
                rule.effect == Effect::Permit
                    && rule.glass.is_none()
                    && rule.scope != Scope::All
                    && concerns(rule, case)
            })
    }

    /// `System::"expiry"` may do what has `expired` as a trigger, and nothing else.
    fn for_the_clock(&self, name: &str, question: &Question<'_>, case: &Case) -> Decision {
        let trigger = self
            .catalog
            .find_action(&case.name)
            .and_then(|action| action.trigger.expired);
        match (question.action, trigger) {
            (ActionName::Catalog(_), Some(place)) if name == "expiry" => allowed(vec![Reason {
                text: "its time is over".to_owned(),
                place: Some(place),
                rule: None,
            }]),
            _ => denied(vec![Reason::words(format!(
                "{name} may only do what an `expired` trigger starts"
            ))]),
        }
    }

    /// The rules that decided, permits and forbids, in order.
    fn determining(&self, response: &Response) -> Vec<&Rule> {
        let ids = response.diagnostics().reason();
        let mut numbers: Vec<usize> = ids.filter_map(number).collect();
        numbers.sort_unstable();
        let rules = numbers.into_iter();
        rules.filter_map(|n| self.book.permissions.get(n)).collect()
    }

    fn errors(&self, response: &Response) -> Vec<Reason> {
        let mut errors: Vec<(usize, String)> = response
            .diagnostics()
            .errors()
            .map(|error| match error {
                cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
                    let words = error.inner().to_string();
                    (
                        number(error.policy_id()).unwrap_or(usize::MAX),
                        first_line(&words).to_owned(),
                    )
                }
            })
            .collect();
        errors.sort();
        errors
            .into_iter()
            .map(|(number, why)| {
                let words = |why| format!("this rule cannot be decided: {why}");
                match self.book.permissions.get(number) {
                    Some(rule) => rule.reason(words(&self.undecided(rule, &why))),
                    None => Reason::words(words(&why)),
                }
            })
            .collect()
    }

    /// Why a rule cannot be decided, in words.
    pub(super) fn undecided(&self, rule: &Rule, why: &str) -> String {
        if self.now.is_none() && rule.reads_now() {
            return UNTIMED.to_owned();
        }
        let why = self.untold(rule, why);
        // What a pull request makes is looked up on the target, where it comes with a merge.
        let missing = why.strip_prefix("entity ");
        match missing.and_then(|rest| rest.strip_suffix(" does not exist")) {
            Some(entity) => {
                format!("it looks into {entity}, which is not on the target: merge that first")
            }
            None => why,
        }
    }

    /// Why a rule fails, without the values that it failed with where they may be secret.
    pub(super) fn untold(&self, rule: &Rule, why: &str) -> String {
        if self.secrecy.is_told_by_policy(&rule.text) {
            return masked(why, &|_| "***".to_owned());
        }
        why.to_owned()
    }
}

/// Whether a rule can be about a case: by its action and by the kind of its resource.
pub(super) fn concerns(rule: &Rule, case: &Case) -> bool {
    let constraint = rule
        .policy
        .as_ref()
        .map(cedar_policy::Policy::resource_constraint);
    rule.scope.covers(&case.actions)
        && rule.is_about(case.resource.type_name())
        && match constraint {
            Some(ResourceConstraint::Eq(uid)) => case.resource == uid,
            _ => true,
        }
}

/// Whether a broken rule lets `define` pass, which alone can repair it: a permit then does not
/// count, and neither does what never said that it is about `define`.
pub(super) fn spares(rule: &Rule, question: &Question<'_>) -> bool {
    question.action == ActionName::BuiltIn(BuiltIn::Define)
        && (rule.effect == Effect::Permit || rule.scope == Scope::All)
}

fn number(id: &PolicyId) -> Option<usize> {
    AsRef::<str>::as_ref(id).parse().ok()
}

fn allowed(reasons: Vec<Reason>) -> Decision {
    Decision {
        outcome: Outcome::Allowed,
        reasons,
        could: Vec::new(),
        is_unfit: false,
    }
}

fn denied(reasons: Vec<Reason>) -> Decision {
    Decision {
        outcome: Outcome::Denied,
        reasons,
        could: Vec::new(),
        is_unfit: false,
    }
}
