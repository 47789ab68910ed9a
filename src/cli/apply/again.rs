//! Who may run a step again, or settle a call of it: a person of the present tip, by its rules.
//!
//! In: a step of a landing that was merged before, and a login. Out: the words that allow it, or a
//! [`Denial`]. The landing itself is judged apart from it: whoever runs it again lends it no right.

use crate::cli::apply::Landing;
use crate::cli::apply::tip::{self, Decided};
use crate::cli::{Exit, Failure, Output};
use crate::compile::Compiled;
use crate::model::Moment;
use crate::plan::account::Accounts;
use crate::plan::file::Step;
use crate::policy::{ActionName, BuiltIn, Question, Reason, Resource};
use crate::text::visible;

/// What a step stood on when it was landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Stood {
    /// What permits every day.
    OnOrdinaryRules,
    /// A break-glass rule.
    OnBrokenGlass,
}

/// That somebody may not.
#[derive(Debug)]
pub(in crate::cli) struct Denial {
    why: String,
    /// The logins of those who may.
    could: Vec<String>,
}

impl Denial {
    fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            could: Vec::new(),
        }
    }

    /// Why.
    pub(in crate::cli) fn why(&self) -> &str {
        &self.why
    }

    /// What is said of it; `what` is what is denied: `run 7c41e09.2 again, restart on cart`.
    pub(in crate::cli) fn output(&self, by: &str, what: &str) -> Output {
        let next = match self.could.as_slice() {
            [] => "change the rules or the people first, then repeat it".to_owned(),
            could => format!("ask {}, who may", could.join(" or ")),
        };
        let text = format!(
            "denied: {} may not {}\n    denied   {}\nnext: {}\n",
            visible(by),
            visible(what),
            visible(&self.why),
            visible(&next)
        );
        Output::new(text, Exit::Found)
    }
}

/// What the present tip says of a landing where somebody asks for it.
pub(in crate::cli) struct Present(Decided);

impl Present {
    /// Compiles and plans it, once for all of its steps.
    pub(in crate::cli) fn of(landing: &Landing, by: &str) -> Result<Self, Failure> {
        tip::decided(landing, &[by.to_owned()]).map(Self)
    }
}

/// Whether whoever asks may do a step of the landing now.
pub(in crate::cli) fn may_run(
    present: &Present,
    step: &Step,
    stood: Stood,
) -> Result<String, Denial> {
    let decided = match &present.0 {
        Decided::Plan(decided) => decided,
        Decided::Not(why) => return Err(Denial::new(why)),
    };
    let now = decided.steps.iter();
    let now = now.filter(|now| tip::is_same_step(now, step));
    let Some(decision) = now.flat_map(|now| &now.decisions).next() else {
        return Err(Denial::new(tip::NO_SUCH_STEP));
    };
    let words = decision.reasons.first().map(|reason| match &reason.place {
        Some(place) => format!("{} ({place})", reason.text),
        None => reason.text.clone(),
    });
    let words = words.unwrap_or_default();
    if !decision.allowed {
        return Err(Denial {
            why: words,
            could: decision.could.clone(),
        });
    }
    // What nobody broke the glass for stands on no rule that is set aside every day.
    if tip::is_by_glass(decision) && stood == Stood::OnOrdinaryRules {
        return Err(Denial::new(tip::GLASS_ONLY));
    }
    Ok(words)
}

/// Whether somebody may say how a call of `entity` ended: that is to `override` what the ledger
/// cannot tell, of the kind `call`.
pub(in crate::cli) fn may_settle(
    tip: &Compiled,
    now: Moment,
    (by, accounts): (&str, &Accounts),
    (entity, stood): (&str, Stood),
) -> Result<String, Denial> {
    if let Some(why) = tip::broken(tip) {
        return Err(Denial::new(why));
    }
    let (rules, _) = crate::policy::compile(&tip.catalog, &tip.graph, &tip.snapshot);
    let rules = rules.at(Some(now));
    let actor = rules.person(by, accounts.id_of(by));
    let question = Question {
        actor: &actor,
        action: ActionName::BuiltIn(BuiltIn::Override),
        resource: Resource::Root {
            kind: "call",
            path: entity,
        },
        inputs: &serde_json::Map::new(),
        changed: &[],
        after: None,
        cause: None,
    };
    let decision = rules.decide(&question);
    if decision.is_allowed() {
        return Ok(words(decision.reasons.first()));
    }
    let glass = rules.break_glass(&question);
    if stood == Stood::OnBrokenGlass && !glass.is_empty() {
        return Ok(words(glass.first()));
    }
    Err(Denial {
        why: words(decision.reasons.first()),
        could: decision.could.iter().map(ToString::to_string).collect(),
    })
}

fn words(reason: Option<&Reason>) -> String {
    reason.map_or_else(String::new, |reason| match &reason.rule {
        Some(rule) => format!("{} ({rule})", reason.text),
        None => reason.text.clone(),
    })
}
