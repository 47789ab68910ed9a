//! `catalogc request`: an action is asked for, by a request file or by the change that starts it.
//!
//! The tip of the target branch says what may be asked for and who may; what is written goes to the
//! working tree. What the rules deny is not written unless `--anyway` says so.

use std::collections::BTreeSet;

use crate::cli::ask::ahead::{Start, ahead};
use crate::cli::ask::fill::filled;
use crate::cli::ask::subject::{Subject, Written};
use crate::cli::ask::{Asked, Asking, Wish};
use crate::cli::can::{pair, verdict};
use crate::cli::desk::{Consent, Desk, Ends};
use crate::cli::rehearsal::Rehearsal;
use crate::cli::rm;
use crate::cli::set;
use crate::cli::talk::{self, Order};
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::edit::tried::Texts;
use crate::model::{Action, Moment, is_secret};
use crate::policy::Principal;
use crate::policy::What;
use crate::render::asked::{Depth, Verdict};
use crate::render::asked_text::{agreements_text, answer_text};
use crate::text::{Text, visible};

mod base;
mod book;
mod born;
mod file;
mod lacking;
mod secret;
mod way;
mod who;

use base::Base;
use book::Pages;
use born::Born;
pub(super) use born::creates;
use lacking::Whole;
pub(super) use secret::hidden_line;
use way::Way;

/// What is said of what is denied.
const DENIED: &str = "nothing is written; with `--anyway` it is, and the gate refuses it";

/// What is said of a reason that nothing has.
const NOT_KEPT: &str =
    "the reason is not kept: a change has it in its commit alone, `--branch NAME` or `--commit`";

/// Ask for an action
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc request restart_service CartService --set reason=\"memory leak, see 4711\"\n\
    catalogc request change_replicas CartService --set replicas=5 --branch more-carts\n\
    catalogc request"
)]
pub(super) struct Arguments {
    /// The action; on a terminal it is asked for, as all that is missing is
    #[arg(value_name = "ACTION")]
    action: Option<String>,
    /// The entity: its identifier, or BLUEPRINT/IDENTIFIER
    #[arg(value_name = "ENTITY")]
    entity: Option<String>,
    /// An input of the action; repeat. Of a time, 3d is from now, +3d later than it is
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// Why: the input `reason` where the action has one, else a comment or the commit's text
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The target branch, whose rules judge
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Write it although it is denied
    #[arg(long)]
    anyway: bool,
    /// Write it without asking first, as is done where nobody sits at a terminal
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    ends: Ends,
}

/// Whether an action is asked for by a request, or by a change that it makes of one.
pub(super) fn is_asked(action: &Action) -> bool {
    Way::any(action).is_some()
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let desk = Desk::open(&arguments.ends, terminal)?;
    let dir = arguments.ends.dir();
    let base = Base::find(dir, arguments.base.as_deref())?;
    let asked = Base::asked(base.as_ref(), &desk, &arguments.ends)?;
    let asking = Asking::new(&asked)?;
    let actor = who::who(&asking, arguments.ends.actor(), dir, terminal)?;
    let place = (&desk, base.as_ref());
    let whole = order(&asking, place, actor.as_ref(), (arguments, terminal))?;
    let (action, entity) = (whole.action, whole.entity.as_str());
    let way = Way::of(action, entity)?;
    let born = Born::of(&asked.compiled.catalog, action);
    let edits = way.edits(action, entity, &whole.set)?;
    let told = born.map_or_else(|| whole.set.clone(), |born| born.told(&whole.set));
    let written = Written {
        entity: Some(entity),
        blueprint: None,
        set: &told,
        changed: &[],
    };
    let mut wish = Wish::read(&asking, What::Catalog(action), written)
        .map_err(|told| lacking::not_there_yet(told, base.as_ref(), &desk, entity))?;
    match (way, born) {
        (Way::File, _) => lacking::add_defaults(action, &mut wish),
        (Way::New, Some(born)) => born.add_defaults(&mut wish),
        _ => {}
    }
    way.is_claimed(&asking, (action, entity), &wish)?;
    let denied = denied(&asking, actor.as_ref(), &wish, &asked, terminal)?;
    if let (Some(text), false) = (denied, arguments.anyway) {
        terminal.say(DENIED);
        return Ok(Output::new(text, Exit::Found));
    }
    let needed = needed(&asking, actor.as_ref(), &wish, terminal)?;
    let login = actor.as_ref().map(|it| asking.rules.login(it).to_owned());
    let texts = match (way, born) {
        (Way::New, Some(born)) => Ok(born.texts(&desk, &name_of(&asking, &wish), &whole.set)?),
        (Way::File, _) => {
            let who = login.clone().or_else(|| who::address(dir));
            let asked = (&asking, base.as_ref(), who.as_deref());
            file_of(&desk, asked, (action, &wish), arguments.reason.as_deref())?
        }
        (Way::Gone, _) => {
            let ids = BTreeSet::from([desk.entity(entity)?]);
            let taken = rm::taken(&desk, &ids, rm::With::default())?;
            taken.map(|(texts, _)| texts)
        }
        _ => set::texts(&desk, desk.entity(entity)?, &edits)?
            .map_err(|refused| desk.refused(&refused)),
    };
    let texts = match texts {
        Ok(texts) if texts.is_empty() => {
            let text = "ok: nothing to change, the files say so already\n";
            return Ok(Output::new(text.to_owned(), Exit::Fine));
        }
        Ok(texts) => texts,
        Err(ended) => return Ok(ended),
    };
    let is_input = action.inputs.schema(REASON).is_some()
        || born.is_some_and(|born| born.path(REASON).is_ok());
    if arguments.reason.is_some() && way != Way::File && !is_input && !arguments.ends.commits() {
        terminal.say(NOT_KEPT);
    }
    let against = Base::against(base.as_ref(), dir, terminal);
    let reason = arguments.reason.clone();
    let desk = desk.judged(against, login.into_iter().collect(), reason);
    let desk = desk.toward(base.map(|base| base.rev));
    let desk = desk.refusing((!arguments.anyway).then_some(DENIED));
    let desk = desk.noting(needed).asking(arguments.consent());
    desk.end(&texts, way.bar())
}

impl Arguments {
    /// Whether it is asked for before it is written.
    fn consent(&self) -> Consent {
        if self.yes {
            Consent::Given
        } else {
            Consent::at_terminal()
        }
    }
}

/// What is asked for, of which nothing is missing: what is, is asked of who sits at a terminal.
fn order<'c>(
    asking: &Asking<'c>,
    (desk, base): (&Desk<'_>, Option<&Base>),
    actor: Option<&Principal>,
    (arguments, terminal): (&Arguments, Terminal),
) -> Result<Whole<'c>, Failure> {
    let reason = arguments.reason.as_deref();
    let mut order = Order {
        action: arguments.action.clone(),
        entity: arguments.entity.clone(),
        set: arguments.set.clone(),
    };
    lacking::once(asking, &order, reason)?;
    reasoned(asking, &mut order, reason);
    let now = arguments.ends.now().unwrap_or_else(Rehearsal::moment);
    meant(asking, &mut order, now, terminal)?;
    if talk::is_there() && lacking::is_lacking(asking, &order) {
        let pages = Pages::new(asking, actor, (&desk.before.catalog, now));
        order = talk::ask(&pages, order, terminal.color)?;
        reasoned(asking, &mut order, reason);
        meant(asking, &mut order, now, terminal)?;
    }
    lacking::whole(asking, base, desk, order)
}

/// Puts in the place of what was typed what it means: the secret of a file, the time that is so
/// much later.
fn meant(
    asking: &Asking<'_>,
    order: &mut Order,
    now: Moment,
    terminal: Terminal,
) -> Result<(), Failure> {
    let catalog = &asking.compiled.catalog;
    let action = order.action.as_deref();
    let Some(action) = action.and_then(|name| catalog.find_action(name)) else {
        return Ok(());
    };
    let born = Born::of(catalog, action);
    for (name, value) in &mut order.set {
        let schema = match born {
            Some(born) => born.schema(name),
            None => action.inputs.schema(name),
        };
        let Some(schema) = schema else {
            continue;
        };
        if is_secret(schema) {
            *value = secret::read(name, value)?;
            continue;
        }
        let standing = lacking::standing(asking, action, order.entity.as_deref(), name);
        if let Some(made) = ahead(schema, value, Start { now, standing }) {
            terminal.say(&made.told(value, name));
            *value = made.time;
        }
    }
    Ok(())
}

/// The file that asks for it, and its text; or that another one does.
fn file_of(
    desk: &Desk<'_>,
    (asking, base, who): (&Asking<'_>, Option<&Base>, Option<&str>),
    (action, wish): (&Action, &Wish<'_>),
    reason: Option<&str>,
) -> Result<Result<Texts, Output>, Failure> {
    let name = name_of(asking, wish);
    let inputs = file::inputs(action, wish);
    let has_reason = action.inputs.schema(REASON).is_some();
    let id = &action.identifier.value;
    if let Some(path) = file::standing(desk, asking, base, (id, &name, &inputs)) {
        let text = format!("ok: `{}` asks for this already\n", visible(&path));
        return Ok(Err(Output::new(text, Exit::Fine)));
    }
    let text = file::text(id, &name, &inputs, reason.filter(|_| !has_reason))?;
    let tip = base.map(|base| base.commit.as_str());
    let mark = file::mark(tip, who, (id, &name, &inputs));
    let path = file::path(desk, asking, (id, &name, &mark), &text)?;
    Ok(Ok([(path, Some(text))].into_iter().collect()))
}

/// Whose agreement it needs, in lines.
fn needed<'c>(
    asking: &Asking<'c>,
    actor: Option<&Principal>,
    wish: &Wish<'c>,
    terminal: Terminal,
) -> Result<String, Failure> {
    let matters = wish.matters(asking)?;
    let login = actor.map(|actor| asking.rules.login(actor).to_owned());
    let nobody = Principal::Unknown(Text::from(""));
    let asker = actor.unwrap_or(&nobody);
    let all = verdict::agreements(asking, &matters, asker, login.as_deref());
    Ok(agreements_text(&all, login.as_deref(), terminal.color))
}

/// The input that a reason is.
const REASON: &str = "reason";

/// Takes a reason for the input of that name, where the action has one and it was not given.
fn reasoned(asking: &Asking<'_>, order: &mut Order, reason: Option<&str>) {
    let catalog = &asking.compiled.catalog;
    let action = order
        .action
        .as_deref()
        .and_then(|it| catalog.find_action(it));
    let has = action.is_some_and(|action: &Action| {
        if let Some(born) = Born::of(catalog, action) {
            return born.path(REASON).is_ok();
        }
        let is_set =
            Way::any(action) == Some(Way::File) || filled(action).any(|(input, _)| input == REASON);
        is_set && action.inputs.schema(REASON).is_some()
    });
    let is_given = order.set.iter().any(|(name, _)| name == REASON);
    if let Some(reason) = reason
        && has
        && !is_given
    {
        order.set.push((REASON.to_owned(), reason.to_owned()));
    }
}

/// Why it would be denied; nothing where it would not, or where nobody in particular asks.
fn denied<'c>(
    asking: &Asking<'c>,
    actor: Option<&Principal>,
    wish: &Wish<'c>,
    asked: &Asked,
    terminal: Terminal,
) -> Result<Option<String>, Failure> {
    let Some(actor) = actor else {
        return Ok(None);
    };
    if let Err(why) = asking.is_certain() {
        terminal.say(&format!("who may is not told: {}", why.message));
        return Ok(None);
    }
    let answer = verdict::answer(asking, wish, actor, asked.at.clone())?;
    let is_denied = answer.verdict == Verdict::Denied;
    Ok(is_denied.then(|| answer_text(&answer, Depth::Lines, terminal.color)))
}

/// The identifier of what it is asked for.
fn name_of(asking: &Asking<'_>, wish: &Wish<'_>) -> String {
    let catalog = &asking.compiled.catalog;
    match &wish.subject {
        Subject::Entity(id) => {
            let entity = catalog.entity(*id);
            entity.map_or_else(String::new, |it| it.identifier.value.to_string())
        }
        Subject::New(_, name) | Subject::Root(_, name) => name.clone(),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| visible(it).into_owned()).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
