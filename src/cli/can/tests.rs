//! What an answer suggests is true: whoever does it gets the answer that was promised.

use clap::Parser;
use serde_json::Value as Json;

use super::{Arguments, verdict};
use crate::cli::ask::name::{self, full};
use crate::cli::ask::subject::Written;
use crate::cli::ask::{Asked, Asking, Wish};
use crate::cli::{open, shipped};
use crate::model::action::Operation;
use crate::policy::{BuiltIn, Principal};
use crate::render::Color;
use crate::render::asked::{Answer, Depth, Verdict};
use crate::render::asked_text::answer_text;

/// The arguments of `can` as the program takes them.
#[derive(Debug, Parser)]
struct Program {
    #[command(flatten)]
    arguments: Arguments,
}

fn asked() -> Asked {
    let files = shipped::shipped().iter().copied();
    let compiled = open::memory(crate::source::memory::snapshot(files)).unwrap();
    Asked::of(compiled)
}

/// A question as somebody types it, without who asks.
#[derive(Debug, Clone)]
struct Typed {
    action: String,
    entity: String,
    set: Vec<(String, String)>,
}

impl Typed {
    fn new(action: &str, entity: &str, set: &[(&str, &str)]) -> Self {
        let own = |text: &&str| (*text).to_owned();
        Self {
            action: action.to_owned(),
            entity: entity.to_owned(),
            set: set
                .iter()
                .map(|(name, value)| (own(name), own(value)))
                .collect(),
        }
    }

    fn wish<'c>(&self, asking: &Asking<'c>) -> Wish<'c> {
        let what = name::action(&asking.compiled.catalog, &self.action).unwrap();
        let written = Written {
            entity: Some(&self.entity),
            blueprint: None,
            set: &self.set,
            changed: &[],
        };
        Wish::read(asking, what, written).unwrap()
    }
}

/// What the rules say, without looking for what would be better.
fn verdict_of<'c>(asking: &Asking<'c>, wish: &Wish<'c>, actor: &Principal) -> Verdict {
    asking.verdict_of(&wish.matters(asking).unwrap(), actor)
}

/// Inputs of the actions of the shipped catalog, some of them beyond what is allowed.
fn inputs(action: &str) -> Vec<Vec<(&'static str, &'static str)>> {
    match action {
        "add_secret" => vec![
            vec![("environment", "staging"), ("name", "KEY"), ("value", "x")],
            vec![
                ("environment", "production"),
                ("name", "KEY"),
                ("value", "x"),
            ],
        ],
        "change_owner" => vec![vec![("owner", "checkout")], vec![("owner", "payments")]],
        "change_replicas" => vec![vec![("replicas", "20")], vec![("replicas", "50")]],
        "create_jira_issue" => vec![vec![("summary", "it is slow"), ("issuetype", "Bug")]],
        "deploy" => vec![
            vec![("environment", "staging")],
            vec![("environment", "production")],
        ],
        "extend_environment_ttl" => vec![vec![("expires_at", "2027-01-01T00:00:00Z")]],
        "restart_service" => vec![vec![("reason", "memory leak, again")]],
        "rollback_service" => vec![vec![("revision", "7"), ("reason", "it's slow, very")]],
        "toggle_feature_flag" => vec![
            vec![("enabled", "true"), ("rollout", "50")],
            vec![("enabled", "true"), ("rollout", "100")],
        ],
        _ => vec![Vec::new()],
    }
}

/// What is new, by action or blueprint.
fn created() -> Vec<Typed> {
    let mut all = Vec::new();
    for owner in ["checkout", "platform"] {
        let shared = [("relations.owner", owner), ("relations.system", "Cart")];
        let library = [&[("properties.type", "library")], shared.as_slice()].concat();
        all.push(Typed::new("create", "Component/basket", &library));
        let service = [
            ("language", "rust"),
            ("owner", owner),
            ("properties.type", "service"),
        ];
        let service = [service.as_slice(), &[("relations.system", "Cart")]].concat();
        all.push(Typed::new("scaffold_service", "basket", &service));
    }
    for (person, level) in [("lin", "read"), ("omar", "admin")] {
        let grant = [
            ("person", person),
            ("resource", "ledger-sql"),
            ("level", level),
            ("expires_at", "2027-01-01T00:00:00Z"),
            ("properties.reason", "incident 4711"),
        ];
        all.push(Typed::new("grant_temporary_access", "mine", &grant));
    }
    all
}

/// Every action on a sample of entities.
fn questions(asking: &Asking<'_>) -> Vec<Typed> {
    let catalog = &asking.compiled.catalog;
    let mut all = created();
    for action in &catalog.actions {
        if action.operation.value == Operation::Create {
            continue;
        }
        let (kind, _) = catalog.find_blueprint(&action.blueprint.value).unwrap();
        let name = action.identifier.value.as_str();
        for entity in catalog.entities_of(kind).iter().step_by(11) {
            for set in inputs(name) {
                all.push(Typed::new(name, &entity.identifier.value, &set));
            }
        }
    }
    for built_in in BuiltIn::ALL {
        if built_in.is_on_root() {
            let path = "catalog/policies/deploy.cedar";
            all.push(Typed::new(built_in.word(), path, &[]));
        } else if built_in != BuiltIn::Create {
            for (id, _) in catalog.entities().step_by(23) {
                all.push(Typed::new(built_in.word(), &full(catalog, id), &[]));
            }
        }
    }
    all
}

/// The words of a line as a shell splits it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = line.chars();
    while let Some(c) = letters.next() {
        let word = words.last_mut().unwrap();
        match c {
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => word.extend(letters.next()),
            ' ' if !is_quoted => words.push(String::new()),
            c => word.push(c),
        }
    }
    words
}

/// Asks what `next` says.
fn follow(asking: &Asking<'_>, command: &str) -> Verdict {
    let words = words(command);
    let parsed = Program::try_parse_from(words.iter().skip(1)).unwrap();
    let Arguments {
        actor,
        action,
        entity,
        matter,
        ..
    } = &parsed.arguments;
    let actor = asking.actor(actor).unwrap();
    let what = name::action(&asking.compiled.catalog, action.as_deref().unwrap()).unwrap();
    let wish = Wish::read(asking, what, matter.of(entity.as_deref()));
    let wish = wish.unwrap();
    verdict_of(asking, &wish, &actor)
}

/// The question with what was suggested, as it would be typed.
fn applied(question: &Typed, answer: &Answer) -> Typed {
    let mut next = question.clone();
    for (name, value) in &answer.change.as_ref().unwrap().set {
        next.set.retain(|(own, _)| own != name);
        let text = match value {
            Json::Null => continue,
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        next.set.push((name.clone(), text));
    }
    next
}

/// Follows what an answer suggests; says whether that is another value, and another person.
fn is_kept(asking: &Asking<'_>, question: &Typed, answer: &Answer) -> (bool, bool) {
    let about = || format!("{question:?}: {answer:#?}");
    let change = answer.change.as_ref();
    if let Some(change) = change {
        let by = change.actor.as_ref().unwrap_or(&answer.actor);
        let by = asking.rules.person(by, None);
        let after = verdict_of(asking, &applied(question, answer).wish(asking), &by);
        assert_eq!(after, change.verdict, "{}", about());
        assert!(after < answer.verdict, "{}", about());
    }
    if let Some(login) = answer.could.first() {
        let by = asking.rules.person(login, None);
        let after = verdict_of(asking, &question.wish(asking), &by);
        assert_ne!(after, Verdict::Denied, "{}", about());
        assert!(answer.next.contains(login.as_str()), "{}", about());
    }
    if let Some((_, command)) = answer.next.split_once("`catalogc can ") {
        let command = format!("catalogc can {}", command.trim_end_matches('`'));
        let after = follow(asking, &command);
        assert_ne!(after, Verdict::Denied, "{}", about());
    }
    let is_value = change.is_some_and(|change| change.actor.is_none());
    (is_value, !answer.could.is_empty())
}

/// What is allowed is so by rules that hold; what is denied has a reason.
fn is_reasoned(answer: &Answer) {
    for rule in answer.rules.iter().filter(|rule| rule.says == "yes") {
        let mut conditions = rule.conditions.iter();
        let holds = conditions.all(|condition| condition.holds == Some(true));
        assert!(holds, "{answer:#?}");
    }
    let is_denied = answer.verdict == Verdict::Denied;
    let mut rules = answer.rules.iter();
    let is_told = rules.any(|rule| match rule.says {
        "silent" => false,
        says => is_denied == (says != "yes"),
    });
    assert!(is_told || !answer.reasons.is_empty(), "{answer:#?}");
    if !is_denied {
        let text = answer_text(answer, Depth::Lines, Color::Off);
        assert!(!text.contains("    no "), "{text}");
    }
}

#[test]
fn whoever_follows_a_suggestion_gets_what_it_promised() {
    let asked = asked();
    let asking = Asking::new(&asked).unwrap();
    let (mut allowed, mut values, mut people) = (0, 0, 0);
    for question in questions(&asking) {
        let wish = question.wish(&asking);
        if wish.matters(&asking).is_err() {
            // It is so already, or its condition is not met.
            continue;
        }
        for (_, person) in asking.rules.people() {
            let actor = Principal::Person(person);
            let answer = verdict::answer(&asking, &wish, &actor, None).unwrap();
            is_reasoned(&answer);
            let (by_value, by_person) = is_kept(&asking, &question, &answer);
            allowed += usize::from(answer.verdict != Verdict::Denied);
            values += usize::from(by_value);
            people += usize::from(by_person);
        }
    }
    assert!(allowed > 150, "{allowed} are allowed");
    assert!(values > 30, "{values} change a value");
    assert!(people > 150, "{people} ask somebody else");
}
