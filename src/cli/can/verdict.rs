//! The answer to one question, with its reasons, ready to be printed.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::frozen::{Refusal, who_lifts};
use crate::cli::ask::hide::Hider;
use crate::cli::ask::name::full;
use crate::cli::ask::note::is_secret_path;
use crate::cli::ask::subject::Subject;
use crate::cli::ask::{Asking, Matter, Wish};
use crate::cli::can::change;
use crate::model::{Blueprint, is_secret};
use crate::plan::file::show;
use crate::policy::Principal;
use crate::policy::What;
use crate::policy::explain::{Explanation, Fact, Says, Spoken};
use crate::render::asked::{
    Agreement, Answer, Asked, At, Condition, FactSaid, PartSaid, RuleSaid, SeenValue, Suggestion,
    Verdict,
};
use crate::text::visible;

/// Asks, explains, and looks for what would give a better answer.
pub(in crate::cli) fn answer<'c>(
    asking: &Asking<'c>,
    wish: &Wish<'c>,
    actor: &Principal,
    at: Option<At>,
) -> Result<Answer, Failure> {
    let catalog = &asking.compiled.catalog;
    let matters = wish.matters(asking)?;
    let verdict = asking.verdict_of(&matters, actor);
    let answers = parts(asking, &matters, Some(actor));
    let decisive = matters.iter().zip(&answers);
    let decisive = decisive.filter(|(_, part)| part.verdict == Some(verdict));
    let Some((matter, _)) = decisive.into_iter().next() else {
        return Err(Failure::new("nothing is asked"));
    };
    let explained = asking.rules.explain(&matter.question(catalog, actor));
    let could = match verdict {
        Verdict::Denied => asking.who_may(&matters),
        _ => Vec::new(),
    };
    let change = match verdict {
        Verdict::Allowed => None,
        _ => change::smallest(asking, wish, actor, &could),
    };
    let login = asking.rules.login(actor).to_owned();
    let approvals = match verdict {
        Verdict::NeedsApproval => agreements(asking, &matters, actor, Some(&login)),
        _ => Vec::new(),
    };
    let hider = Hider::of(asking.compiled);
    let mut answer = Answer {
        version: 1,
        verdict,
        asked: asked(asking, wish, (matter, answers), at),
        rules: explained
            .rules
            .iter()
            .map(|rule| said(asking, rule, &hider))
            .collect(),
        reasons: match &matter.unmet {
            Some(why) => vec![hider.text(why.words())],
            None => words(&explained, &hider),
        },
        approvals,
        could,
        next: String::new(),
        change,
        errors: asking.errors(),
        actor: login,
    };
    hider.object(&mut answer.asked.inputs);
    hider.object(&mut answer.asked.claims);
    if let Some(change) = &mut answer.change {
        hider.object(&mut change.set);
    }
    answer.next = if explained.decision.is_unfit && answer.could.is_empty() {
        "mend what is said above, then ask again".to_owned()
    } else {
        next(asking, &answer, wish, (matter, &matters))
    };
    Ok(answer)
}

/// The actions that a change is, each with its answer.
pub(in crate::cli) fn parts(
    asking: &Asking<'_>,
    matters: &[Matter<'_>],
    actor: Option<&Principal>,
) -> Vec<PartSaid> {
    let said = |matter: &Matter<'_>| PartSaid {
        action: matter.what.word().to_owned(),
        verdict: actor.map(|actor| asking.verdict_of(std::slice::from_ref(matter), actor)),
    };
    matters.iter().map(said).collect()
}

/// What is asked, as it may be shown.
pub(in crate::cli) fn asked(
    asking: &Asking<'_>,
    wish: &Wish<'_>,
    (matter, parts): (&Matter<'_>, Vec<PartSaid>),
    at: Option<At>,
) -> Asked {
    let catalog = &asking.compiled.catalog;
    let blueprint = wish.blueprint(catalog);
    let (entity, new) = match &wish.subject {
        Subject::Entity(id) => {
            let entity = catalog.entity(*id);
            let name = entity.map_or("", |entity| entity.identifier.value.as_str());
            (name.to_owned(), false)
        }
        Subject::New(_, name) => (name.clone(), true),
        Subject::Root(kind, path) => (format!("{kind} {path}").trim_end().to_owned(), false),
    };
    let claims = wish.claims.iter().map(|claim| {
        let is_hidden = blueprint.is_some_and(|it| is_secret_path(it, &claim.path));
        let value = if is_hidden {
            Json::from("***")
        } else {
            claim.value.clone()
        };
        (claim.path.clone(), value)
    });
    let is_written = parts.iter().any(|part| part.action == wish.what.word());
    Asked {
        action: matter.what.word().to_owned(),
        blueprint: blueprint.map(|it| it.identifier.value.to_string()),
        entity,
        new,
        inputs: matter.shown_inputs(catalog),
        claims: claims.collect(),
        changed: matter.changed.clone(),
        written: (!is_written).then(|| wish.what.word().to_owned()),
        parts: if parts.len() > 1 { parts } else { Vec::new() },
        notes: wish.notes(asking),
        at,
    }
}

/// A rule as it is printed.
fn said(asking: &Asking<'_>, rule: &Spoken, hider: &Hider<'_>) -> RuleSaid {
    let conditions = rule.conjuncts.iter().map(|conjunct| Condition {
        text: hider.expression(&conjunct.text),
        place: asking.place(conjunct.place),
        holds: conjunct.holds,
        values: conjunct
            .values
            .iter()
            .map(|seen| SeenValue {
                name: seen.path.clone(),
                value: seen.value.as_ref().map(|value| hider.value(value)),
                words: hider.text(&seen.words),
                hidden: seen.hidden,
            })
            .collect(),
    });
    RuleSaid {
        rule: rule.rule.clone(),
        says: rule.says.word(),
        title: rule.title.clone(),
        words: hider.expression(&rule.words),
        conditions: conditions.collect(),
        facts: facts(asking, &rule.facts, hider),
    }
}

/// Facts as they are printed.
pub(in crate::cli) fn facts(
    asking: &Asking<'_>,
    facts: &[Fact],
    hider: &Hider<'_>,
) -> Vec<FactSaid> {
    let said = facts.iter().map(|fact| FactSaid {
        text: hider.text(&fact.text),
        places: fact.places.iter().map(|span| asking.place(*span)).collect(),
    });
    said.collect()
}

/// The reasons that no rule gives.
fn words(explained: &Explanation, hider: &Hider<'_>) -> Vec<String> {
    let reasons = explained.decision.reasons.iter();
    reasons
        .filter(|reason| reason.rule.is_none())
        .map(|reason| hider.text(&reason.text))
        .collect()
}

/// Whose agreement a question needs.
pub(in crate::cli) fn agreements(
    asking: &Asking<'_>,
    matters: &[Matter<'_>],
    actor: &Principal,
    asker: Option<&str>,
) -> Vec<Agreement> {
    let needs = matters
        .iter()
        .flat_map(|matter| matter.needs(asking, actor));
    needs
        .map(|need| {
            let logins = need.candidates.iter().map(|(login, _)| login.to_string());
            let (own, candidates): (Vec<String>, Vec<String>) =
                logins.partition(|login| Some(login.as_str()) == asker);
            Agreement {
                words: need.words,
                count: need.count,
                candidates,
                asker_is_one: !own.is_empty(),
                place: asking.place(need.place),
            }
        })
        .collect()
}

/// The rule that permits something.
pub(in crate::cli) fn permitting(explained: &Explanation) -> Option<String> {
    let rules = explained.rules.iter();
    let mut yes = rules.filter(|rule| rule.says == Says::Yes);
    yes.next().map(|rule| rule.rule.clone())
}

/// What can be done now.
fn next(
    asking: &Asking<'_>,
    answer: &Answer,
    wish: &Wish<'_>,
    (matter, matters): (&Matter<'_>, &[Matter<'_>]),
) -> String {
    if answer.verdict != Verdict::Denied {
        let by_request = matter
            .what
            .action()
            .is_some_and(|action| action.trigger.request.is_some());
        let begin = if by_request {
            "ask for it by a file in catalog/requests"
        } else {
            "change it in a pull request"
        };
        return if answer.verdict == Verdict::NeedsApproval {
            format!("{begin}; `catalogc gate` waits for who is missing")
        } else {
            format!("{begin}; `catalogc plan` shows what will happen")
        };
    }
    match matter.unmet {
        Some(Refusal::Unmet(_)) => {
            return "nobody may, as the entity is now".to_owned();
        }
        Some(Refusal::Frozen(_)) => {
            return thaw(&who_lifts(asking, matters), &answer.actor);
        }
        None => {}
    }
    let mut ways = Vec::new();
    ways.extend(one_of(&answer.could).map(|who| format!("ask {who}")));
    if let Some(change) = &answer.change
        && change.actor.is_none()
    {
        let entity = written(asking, wish);
        let names = (answer.actor.as_str(), entity.as_str());
        let blueprint = wish.blueprint(&asking.compiled.catalog);
        ways.push(format!(
            "`{}`",
            command((wish, blueprint), names, change, &asking.repeat)
        ));
    }
    let emergency = one_of(&asking.who_breaks(matter))
        .map(|who| format!("in an emergency ask {who}, with a request `break_glass`"));
    ways.extend(emergency);
    if !ways.is_empty() {
        return ways.join(", or ");
    }
    let of = |wanted: fn(&str) -> bool| answer.rules.iter().find(move |rule| wanted(rule.says));
    let by = of(|says| matches!(says, "forbids" | "broken" | "undecided"))
        .or_else(|| of(|says| says == "no"));
    match by {
        Some(rule) => format!("nobody may; whoever may `define` can change {}", rule.rule),
        None => "nobody may; whoever may `define` can write a rule for it".to_owned(),
    }
}

/// What can be done about a freeze; `who` may both lift it and do what it holds back.
fn thaw(who: &[String], actor: &str) -> String {
    let wait = "wait for the end of the freeze";
    if who.iter().any(|login| login == actor) {
        return format!("{wait}, or ask for it with a request `override` in the same pull request");
    }
    match one_of(who) {
        Some(who) => format!(
            "{wait}, or ask {who}, who may do it and lift the freeze, with a request `override` in \
             the same pull request"
        ),
        None => {
            format!("{wait}: who lifts it must also be allowed to do it, and nobody may do both")
        }
    }
}

/// People of whom one is enough, in words: "omar or yuki"; `None` of nobody.
fn one_of(who: &[String]) -> Option<String> {
    match who {
        [] => None,
        [a] => Some(a.clone()),
        [a, b] => Some(format!("{a} or {b}")),
        [a, b, c] => Some(format!("{a}, {b} or {c}")),
        [first, rest @ ..] => Some(format!("{first} or one of {} others", rest.len())),
    }
}

/// The entity as an argument names it for sure.
fn written(asking: &Asking<'_>, wish: &Wish<'_>) -> String {
    let catalog = &asking.compiled.catalog;
    let is_known = matches!(wish.what, What::Catalog(_));
    match &wish.subject {
        Subject::Entity(id) if is_known => {
            let entity = catalog.entity(*id);
            entity.map_or("", |it| &it.identifier.value).to_owned()
        }
        Subject::Entity(id) => full(catalog, *id),
        Subject::New(_, name) if is_known => name.clone(),
        Subject::New(kind, name) => {
            let kind = catalog.blueprint(*kind);
            format!("{}/{name}", kind.map_or("", |it| &it.identifier.value))
        }
        Subject::Root(_, path) => path.clone(),
    }
}

/// The question with a change, as a command that can be repeated.
fn command(
    (wish, blueprint): (&Wish<'_>, Option<&Blueprint>),
    (login, entity): (&str, &str),
    change: &Suggestion,
    repeat: &str,
) -> String {
    let mut words = vec!["catalogc".to_owned(), "can".to_owned(), shell(login)];
    words.push(shell(wish.what.word()));
    words.push(shell(entity));
    for (name, value) in &wish.inputs {
        if change.set.contains_key(name) {
            continue;
        }
        let schema = wish.what.action().and_then(|it| it.inputs.schema(name));
        let is_hidden = schema.is_some_and(is_secret);
        let value = if is_hidden {
            Json::from("...")
        } else {
            value.clone()
        };
        push_set(&mut words, name, &value);
    }
    for claim in &wish.claims {
        if !change.set.contains_key(&claim.path) {
            let is_hidden = blueprint.is_some_and(|it| is_secret_path(it, &claim.path));
            let value = if is_hidden {
                Json::from("...")
            } else {
                claim.value.clone()
            };
            push_set(&mut words, &claim.path, &value);
        }
    }
    for (name, value) in &change.set {
        if !value.is_null() {
            push_set(&mut words, name, value);
        }
    }
    for path in &wish.changed {
        words.push("--changed".to_owned());
        words.push(shell(path));
    }
    words.join(" ") + repeat
}

fn push_set(words: &mut Vec<String>, name: &str, value: &Json) {
    let value = match value {
        Json::String(text) => text.clone(),
        other => show(Some(other)),
    };
    words.push("--set".to_owned());
    words.push(shell(&format!("{name}={value}")));
}

/// A word as a shell takes it.
fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_=./:@,+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", visible(word).replace('\'', "'\\''"))
}
