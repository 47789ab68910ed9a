//! `catalogc who-can`: everyone who may do something, each with the reason.

use std::collections::BTreeSet;

use crate::cli::ask::hide::Hider;
use crate::cli::ask::name;
use crate::cli::ask::{Asking, Format, Matter, Source, Wish};
use crate::cli::can::Options;
use crate::cli::can::verdict::{agreements, asked, facts, parts, permitting};
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::policy::Principal;
use crate::policy::What;
use crate::policy::explain::{Explanation, Says};
use crate::render::asked::{Agreement, Depth, People, Person, asked_json};
use crate::render::asked_text::people_text;
use crate::text::few;

/// Logins that a note names.
const NAMED: usize = 3;

/// Who may do that, each with the reason, and who else must agree?
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc who-can deploy CartService --set environment=production\n    \
    catalogc who-can define catalog/policies/deploy.cedar"
)]
pub(super) struct Arguments {
    /// An action of the catalog, or a built-in one, as for `can`. Exits 1 when nobody may
    #[arg(value_name = "ACTION")]
    action: String,
    /// Its identifier, or BLUEPRINT/IDENTIFIER; a file for define and meta
    #[arg(value_name = "ENTITY")]
    entity: Option<String>,
    #[command(flatten)]
    matter: Options,
    #[command(flatten)]
    source: Source,
    /// Everyone, and all facts with their places
    #[arg(long)]
    full: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let opened = arguments.source.open()?;
    let asking = Asking::new(&opened)?;
    let catalog = &opened.compiled.catalog;
    let what = name::action(catalog, &arguments.action)?;
    let is_on_root = matches!(what, What::BuiltIn(built_in) if built_in.is_on_root());
    if arguments.entity.is_none() && !is_on_root {
        return Err(
            Failure::new(format!("`{}` is done to an entity", what.word()))
                .help(format!("write `catalogc who-can {} ENTITY`", what.word())),
        );
    }
    let wish = Wish::read(
        &asking,
        what,
        arguments.matter.of(arguments.entity.as_deref()),
    )?;
    let matters = wish.matters(&asking)?;
    let Some(matter) = matters.first() else {
        return Err(Failure::new("nothing is asked"));
    };
    let hider = Hider::of(&opened.compiled);
    let all = asking.rules.people();
    let people = people(&asking, &matters, matter, &hider);
    if !people.is_empty() {
        asking.is_certain()?;
    }
    let (approvals, by_some) = agreed(&asking, &matters, &people);
    let said = parts(&asking, &matters, None);
    let mut told = asked(&asking, &wish, (matter, said), opened.at.clone());
    let unmet = matters.iter().filter_map(|it| it.unmet.as_ref());
    told.notes.extend(unmet.map(|it| hider.text(it.words())));
    told.notes.extend(by_some.iter().map(|it| hider.text(it)));
    hider.object(&mut told.inputs);
    hider.object(&mut told.claims);
    let people = People {
        version: 1,
        asked: told,
        of: all.len(),
        people,
        approvals,
        errors: asking.errors(),
    };
    let exit = if people.people.is_empty() {
        Exit::Found
    } else {
        Exit::Fine
    };
    let depth = if arguments.full {
        Depth::Full
    } else {
        Depth::Lines
    };
    let text = match arguments.format {
        Format::Table => people_text(&people, depth, terminal.color),
        Format::Json => asked_json(&people),
    };
    Ok(Output::new(text, exit))
}

/// Who may, each with what permits them.
fn people(
    asking: &Asking<'_>,
    matters: &[Matter<'_>],
    matter: &Matter<'_>,
    hider: &Hider<'_>,
) -> Vec<Person> {
    let may = asking.who_may(matters);
    let all = asking.rules.people();
    let people = all.iter().filter_map(|(login, id)| {
        may.binary_search_by(|it| it.as_str().cmp(login.as_str()))
            .ok()?;
        let actor = Principal::Person(*id);
        let question = matter.question(&asking.compiled.catalog, &actor);
        let explained = asking.rules.explain(&question);
        let yes = explained.rules.iter().filter(|rule| rule.says == Says::Yes);
        let held: Vec<_> = yes.flat_map(|rule| rule.facts.clone()).collect();
        Some(Person {
            login: login.to_string(),
            reason: hider.text(&reason(&explained, login)),
            rule: permitting(&explained),
            facts: facts(asking, &held, hider),
        })
    });
    people.collect()
}

/// Whose agreement is needed, and where that depends on who asks.
fn agreed(
    asking: &Asking<'_>,
    matters: &[Matter<'_>],
    people: &[Person],
) -> (Vec<Agreement>, Vec<String>) {
    let may: BTreeSet<&str> = people.iter().map(|person| person.login.as_str()).collect();
    let all = asking.rules.people();
    let asking_it = all.iter().filter(|(login, _)| may.contains(login.as_str()));
    // Where nobody may, it is told all the same; mostly it is the same whoever asks.
    let first = all.iter().take(usize::from(may.is_empty()));
    let most = if reads_who_asks(matters) {
        all.len()
    } else {
        1
    };
    let mut needed: Vec<(Agreement, Vec<&str>)> = Vec::new();
    for (login, id) in asking_it.chain(first).take(most) {
        for agreement in agreements(asking, matters, &Principal::Person(*id), None) {
            match needed.iter_mut().find(|(known, _)| *known == agreement) {
                Some((_, by)) => by.push(login),
                None => needed.push((agreement, vec![login])),
            }
        }
    }
    let some = needed
        .iter()
        .filter(|(_, by)| by.len() < people.len().min(most));
    let notes = some.map(|(agreement, by)| {
        let verb = if by.len() == 1 { "asks" } else { "ask" };
        let words = &agreement.words;
        format!(
            "{words} is needed where {} {verb}, and not where others do",
            few(by, NAMED)
        )
    });
    let notes = notes.collect();
    (needed.into_iter().map(|(it, _)| it).collect(), notes)
}

/// Whether a condition of an approval looks at who asks.
fn reads_who_asks(matters: &[Matter<'_>]) -> bool {
    let actions = matters.iter().filter_map(|matter| matter.what.action());
    let mut conditions = actions.flat_map(|action| &action.approvals);
    conditions.any(|approval| {
        let when = approval.when.as_ref();
        when.is_some_and(|when| when.value.contains("principal"))
    })
}

/// Why a person may: the words of the first reason, without the login before them.
fn reason(explained: &Explanation, login: &str) -> String {
    let reasons = &explained.decision.reasons;
    let text = reasons.first().map_or("", |reason| reason.text.as_str());
    let own = text.strip_prefix(login);
    own.and_then(|rest| rest.strip_prefix(' '))
        .unwrap_or(text)
        .to_owned()
}
