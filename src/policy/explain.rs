//! A decision taken apart: every rule about what is asked, each of its conditions, and what was
//! seen.
//!
//! In: a [`Question`]. Out: an [`Explanation`], plain data with places in the target's snapshot.
//! It decides nothing: the decision in it is that of `decide`. Values of secret inputs and
//! properties are not in it.

use cedar_policy::{Authorizer, Effect, EvalResult, PolicyId, PolicySet};
use serde_json::Value as Json;

use crate::model::EntityId;
use crate::policy::case::Case;
use crate::policy::computed::unknown;
use crate::policy::decide::{concerns, spares};
use crate::policy::glass;
use crate::policy::head::heads;
use crate::policy::reason::{evaluate, it_is, join_or, one_line};
use crate::policy::rule::{Origin, Rule};
use crate::policy::seen;
use crate::policy::slice::first_line;
use crate::policy::tokens::parts;
use crate::policy::wording::{beside_principal, shortened};
use crate::policy::{Decision, Principal, Question, Rules};
use crate::text::Span;

mod says;

pub use says::Says;

/// A rule that is about what is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// Its name, `FILE:LINE`.
    pub rule: String,
    /// Where it is written.
    pub place: Span,
    /// What it says.
    pub says: Says,
    /// The words of its author, `@title`.
    pub title: Option<String>,
    /// Why, in words.
    pub words: String,
    /// Its conditions.
    pub conjuncts: Vec<Conjunct>,
    /// What of the catalog it rests on.
    pub facts: Vec<Fact>,
}

/// A condition of a rule that can fail by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Conjunct {
    /// As it is written, in one line; `not (...)` where it stands in `unless`.
    pub text: String,
    /// Where it is written.
    pub place: Span,
    /// Whether it holds; `None` where it cannot be decided, so that it does not.
    pub holds: Option<bool>,
    /// What it looked at.
    pub values: Vec<Seen>,
}

/// A value that a condition looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The path: `resource.owner.leader`.
    pub path: String,
    /// The value; `None` where it is absent or hidden.
    pub value: Option<Json>,
    /// The value in words, with what is on the way to it: `platform, led by sam`.
    pub words: String,
    /// Whether it is a secret.
    pub hidden: bool,
}

/// Something that the catalog says, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// In words: `lin is in checkout, which is in engineering`.
    pub text: String,
    /// Where each part of it is written.
    pub places: Vec<Span>,
}

/// A decision and all that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The decision; who could is not in it.
    pub decision: Decision,
    /// The rules about what is asked, in their order.
    pub rules: Vec<Spoken>,
}

impl Rules<'_> {
    /// Decides a question and says what every rule about it saw.
    pub fn explain(&self, question: &Question<'_>) -> Explanation {
        let decision = self.judge(question);
        let (Ok(case), Principal::Person(person)) = (self.case(question), question.actor) else {
            return Explanation {
                decision,
                rules: Vec::new(),
            };
        };
        let rules = self.spoken(question, &case, *person);
        #[cfg(test)]
        crate::policy::tests::as_whole(&rules, |whole| self.spoken(question, whole, *person));
        Explanation { decision, rules }
    }

    /// What every rule about a case says.
    fn spoken(&self, question: &Question<'_>, case: &Case, person: EntityId) -> Vec<Spoken> {
        let asker = Asker {
            rules: self,
            question,
            case,
            person,
            told: Told::All,
        };
        // What is never for such an action, in an emergency neither, is not about it.
        let is_for = |rule: &&Rule| rule.glass.is_none() || glass::covers(rule, question, case);
        let rules = self.book.permissions.iter().filter(|it| concerns(it, case));
        let rules = rules.filter(is_for);
        rules.map(|rule| asker.spoken(rule)).collect()
    }
}

/// How much is told of what a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// All values, and long conditions in short.
    All,
    /// Who is meant, and conditions whole, so that whatever is hidden in them is found.
    People,
}

/// One question to single rules.
pub(super) struct Asker<'q, 'c> {
    pub(super) rules: &'q Rules<'c>,
    pub(super) question: &'q Question<'q>,
    pub(super) case: &'q Case,
    pub(super) person: EntityId,
    pub(super) told: Told,
}

impl Asker<'_, '_> {
    fn spoken(&self, rule: &Rule) -> Spoken {
        let (says, why) = self.says(rule);
        let conjuncts = if says == Says::Broken {
            Vec::new()
        } else {
            self.conjuncts(rule)
        };
        let words = match says {
            Says::Kept => "only in an emergency, by a request `action: break_glass`".to_owned(),
            Says::Yes => self.rules.allowed_words(rule, self.person, self.case),
            Says::No => self.no_words(rule, &conjuncts),
            Says::Forbids => rule.forbidden(),
            Says::Silent => rule.title().map_or_else(
                || "does not forbid it".to_owned(),
                |title| format!("forbids {title}"),
            ),
            Says::Broken => "this rule has an error, so it denies all that it is about".to_owned(),
            Says::Undecided => format!("this rule cannot be decided: {why}"),
        };
        let facts = if says == Says::Broken {
            Vec::new()
        } else {
            self.facts(rule)
        };
        Spoken {
            rule: rule.name.clone(),
            place: rule.place,
            says,
            title: rule.title().map(ToOwned::to_owned),
            words,
            conjuncts,
            facts,
        }
    }

    /// What a rule says by itself, and why it cannot say it.
    fn says(&self, rule: &Rule) -> (Says, String) {
        let is_permit = rule.effect == Effect::Permit;
        let no = if is_permit { Says::No } else { Says::Silent };
        if rule.broken {
            let is_spared = spares(rule, self.question);
            return (if is_spared { no } else { Says::Broken }, String::new());
        }
        let mut set = PolicySet::new();
        let added = rule.policy.as_ref().is_some_and(|policy| {
            let own = policy.new_id(PolicyId::new("0"));
            set.add(own).is_ok()
        });
        if !added {
            return (Says::Broken, String::new());
        }
        let response =
            Authorizer::new().is_authorized(&self.case.request, &set, &self.case.entities);
        if let Some(error) = response.diagnostics().errors().next() {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            let why = error.inner().to_string();
            let why = self.rules.undecided(rule, first_line(&why));
            return (Says::Undecided, why);
        }
        let applies = response.diagnostics().reason().next().is_some();
        let says = match (applies, is_permit) {
            (false, _) => no,
            (true, true) if rule.glass.is_some() => Says::Kept,
            (true, true) => {
                let kind = self.rules.kind_of_new(self.question);
                if let Some(name) = kind.and_then(|kind| self.rules.computed(rule, kind)) {
                    return (Says::Undecided, format!("it reads {}", unknown(name)));
                }
                Says::Yes
            }
            (true, false) => Says::Forbids,
        };
        (says, String::new())
    }

    /// The conditions of a rule: what its head asks of person and entity, then the others.
    pub(super) fn conjuncts(&self, rule: &Rule) -> Vec<Conjunct> {
        let mut all: Vec<Conjunct> = heads(rule)
            .into_iter()
            .map(|text| Conjunct {
                holds: self.holds(&text),
                values: Vec::new(),
                text,
                place: rule.place,
            })
            .collect();
        for part in parts(&rule.text) {
            let source = rule.text.get(part.range.clone()).unwrap_or_default();
            let holds = self.holds(source).map(|holds| holds != part.unless);
            let text = one_line(source);
            let is_told = self.told == Told::All
                || (holds != Some(true) && it_is(source, self.case).is_some());
            all.push(Conjunct {
                text: if part.unless {
                    format!("not ({text})")
                } else {
                    text
                },
                place: rule.map.span(&part.range),
                holds,
                values: if is_told {
                    seen::values(self, source)
                } else {
                    Vec::new()
                },
            });
        }
        all
    }

    fn holds(&self, source: &str) -> Option<bool> {
        match evaluate(source, self.case)? {
            EvalResult::Bool(holds) => Some(holds),
            _ => None,
        }
    }

    /// The facts behind the conditions, each once.
    fn facts(&self, rule: &Rule) -> Vec<Fact> {
        let mut facts = Vec::new();
        let heads = heads(rule);
        let parts = parts(&rule.text).into_iter();
        let parts = parts.filter_map(|part| rule.text.get(part.range));
        for source in heads.iter().map(String::as_str).chain(parts) {
            for fact in seen::facts(self, source) {
                if !facts.contains(&fact) {
                    facts.push(fact);
                }
            }
        }
        facts
    }

    /// Why a permit does not permit: for whom or what it is, and what was seen instead.
    pub(super) fn no_words(&self, rule: &Rule, conjuncts: &[Conjunct]) -> String {
        let mut failing: Vec<&Conjunct> = Vec::new();
        for conjunct in conjuncts.iter().filter(|it| it.holds != Some(true)) {
            // That it is not there is said once, where the rule asks whether it is.
            let is_said = |other: &&Conjunct| {
                other.text.contains(" has ") && seen::looks_alike(&other.text, &conjunct.text)
            };
            if !failing.iter().any(is_said) {
                failing.push(conjunct);
            }
        }
        match &rule.origin {
            Origin::Policy { title: Some(title) } => {
                // What was asked stands in the first line: it is not said again.
                let seen: Vec<String> = failing
                    .iter()
                    .filter(|conjunct| !is_about_inputs(conjunct))
                    .filter_map(|conjunct| self.instead(conjunct))
                    .collect();
                if seen.is_empty() {
                    format!("for {title}")
                } else {
                    format!("for {title}: {}", seen.join(", "))
                }
            }
            Origin::Policy { title: None } => {
                let needs: Vec<String> = failing.iter().map(|it| self.needs(it)).collect();
                if needs.is_empty() {
                    "the policy does not apply".to_owned()
                } else {
                    needs.join(", ")
                }
            }
            Origin::Block { .. } | Origin::Approval { .. } => self.block_needs(rule, &failing),
        }
    }

    /// `for platform or the owner, checkout, not for lin, needs X: it is Y`.
    fn block_needs(&self, rule: &Rule, failing: &[&Conjunct]) -> String {
        // What the block's own names make stands before what its author wrote.
        let is_made = |conjunct: &Conjunct| conjunct.place == rule.place;
        let mut words = Vec::new();
        if failing.iter().any(|conjunct| is_made(conjunct)) {
            words.push(self.rules.not_for(rule, self.person, self.case));
        }
        let written = failing.iter().filter(|conjunct| !is_made(conjunct));
        words.extend(written.map(|conjunct| self.needs(conjunct)));
        if words.is_empty() {
            return format!("for {}", join_or(&self.rules.for_whom(rule, self.case)));
        }
        words.join(", ")
    }

    /// `needs context.inputs.replicas <= 20: it is 25`; of people who they are says it all: `lin
    /// is not in platform`, `resource.owner is ops, not lin`.
    fn needs(&self, conjunct: &Conjunct) -> String {
        let login = self.rules.login_of(self.person);
        let is_one = !["||", "&&"].iter().any(|sign| conjunct.text.contains(sign));
        if let [one] = conjunct.values.as_slice()
            && is_one
            && one
                .value
                .as_ref()
                .is_some_and(|value| *value != Json::Array(Vec::new()))
            && let Some(rest) = beside_principal(&conjunct.text, login)
        {
            return format!("{} is {}{rest}", one.path, one.words);
        }
        let not_in = self.rules.not_in(self.person, &conjunct.text);
        if let Some(not_in) = not_in.filter(|_| is_one && conjunct.values.is_empty()) {
            return not_in;
        }
        let text = match self.told {
            Told::All => shortened(&conjunct.text),
            Told::People => conjunct.text.clone(),
        };
        let seen = self.instead(conjunct);
        let seen = seen.map_or_else(String::new, |seen| format!(": {seen}"));
        format!("needs {text}{seen}")
    }

    /// What a condition that fails saw: `it is 25`, `lin is not in platform`.
    fn instead(&self, conjunct: &Conjunct) -> Option<String> {
        match conjunct.values.as_slice() {
            [] => self.rules.not_in(self.person, &conjunct.text),
            [one] if one.value.is_none() && !one.hidden && one.words == "absent" => {
                Some(format!("{} is absent", one.path))
            }
            // What must not be is no answer to what the title asks.
            [one] if conjunct.text.starts_with("not (") => {
                Some(format!("{} is {}", one.path, one.words))
            }
            [one] => Some(format!("it is {}", one.words)),
            several => Some(
                several
                    .iter()
                    .map(|seen| format!("{} is {}", seen.path, seen.words))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
        }
    }
}

fn is_about_inputs(conjunct: &Conjunct) -> bool {
    let mut values = conjunct.values.iter();
    !conjunct.values.is_empty() && values.all(|seen| seen.path.starts_with("context.inputs."))
}
