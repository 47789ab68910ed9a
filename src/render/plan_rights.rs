//! Who may do what after a merge and could not before, in lines.
//!
//! In: what a plan says of rights. Out: a line for each move, and the heads above them. What is
//! about who asks or who pushed comes first in every rendering.

use crate::plan::file::PlanFile;
use crate::plan::file::Step;
use crate::plan::file::rights::{Because, Cause, On, Rights, RightsMove, Turn, Way, Who, WhoSort};

use super::paint::Color;
use super::plan_text::{Detail, View, detail, push_head, push_wrapped};
use super::words::{count, leading, list, names, number, safe, size};

/// How many lines of those who ask or pushed stand before everything else.
const LOUD: usize = 3;

/// How many lines are shown where not everything is asked for.
const MOST: usize = 20;

/// How many actions are named in a line that is not all there is.
const ACTIONS: usize = 8;

/// How many moves are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The first of them.
    First,
    /// All.
    All,
}

/// How much of a move is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// Without examples.
    Few,
    /// With them.
    All,
}

/// What is told before everything else: rights that who asks or who pushed gets or loses.
pub(crate) fn loud(plan: &PlanFile) -> Vec<String> {
    let moves = authority(plan).flat_map(|rights| &rights.moves);
    let own: Vec<&RightsMove> = moves.filter(|one| one.is_of_actor()).collect();
    let mut lines: Vec<String> = own
        .iter()
        .take(LOUD)
        .map(|one| line(one, Words::Few))
        .collect();
    if own.len() > LOUD {
        let more = count(own.len() - LOUD, "other move", "other moves");
        lines.push(format!("{more} of rights of who asks or pushed"));
    }
    lines.extend(by_values(plan));
    lines
}

/// That who asks or who pushed gets rights by what their own steps change, in one line: the steps
/// show what changes, and a reviewer decides about them.
fn by_values(plan: &PlanFile) -> Option<String> {
    let rights = plan.rights.as_ref()?;
    let moves = rights.moves.iter();
    let own: Vec<&RightsMove> = moves
        .filter(|one| one.is_of_actor() && one.turn == Turn::Gains)
        .filter(|_| rights.because == Because::Entities)
        .collect();
    let first = own.first()?;
    let on = own.iter().flat_map(|one| &one.on).filter(|on| !on.new);
    let mut on: Vec<&str> = on.flat_map(|on| &on.examples).map(String::as_str).collect();
    on.sort_unstable();
    on.dedup();
    let what = if on.is_empty() {
        String::new()
    } else {
        format!(" on {}", names(&on, "and"))
    };
    let who = who(first);
    let does = if first.who.len() > 1 { "get" } else { "gets" };
    Some(format!(
        "{who} {does} more rights{what} by it, `--full` says which"
    ))
}

/// What moves because who may do what is said otherwise. What follows from other owners and
/// values stands behind: their steps are what a reviewer decides about.
fn authority(plan: &PlanFile) -> impl Iterator<Item = &Rights> + Clone {
    let rights = plan.rights.iter();
    rights.filter(|rights| rights.because == Because::Authority)
}

/// Whether the moves belong to what is read first.
fn is_first(plan: &PlanFile) -> bool {
    authority(plan).next().is_some()
}

/// The head of all moves, or none where there is nothing to say.
pub(crate) fn head(plan: &PlanFile) -> Option<String> {
    let rights = plan.rights.as_ref()?;
    if rights.moves.is_empty() && !says_nothing_moves(plan, rights) && rights.untold.is_empty() {
        return None;
    }
    let by = match &rights.by {
        None => String::new(),
        Some(Cause::Step(number)) => format!(", by {number}"),
        Some(Cause::File(path)) => format!(", by {}", safe(path)),
    };
    Some(format!("who may do what{by}"))
}

/// Who may do what after the merge and could not before, and the other way round.
pub(crate) fn push_rights(out: &mut String, plan: &PlanFile, view: &View<'_>) {
    let Some(words) = head(plan) else {
        return;
    };
    let shown = match view.detail {
        Detail::Full => Shown::All,
        _ if is_first(plan) => Shown::First,
        _ => return,
    };
    push_head(out, &words, view.color);
    for (glyph, line) in lines(plan, shown) {
        push_wrapped(out, &view.color.glyph(glyph), " ", &line);
    }
}

/// What a change moves, where it alone can be the cause.
pub(crate) fn push_own(out: &mut String, lines: Vec<String>, color: Color) {
    for (n, line) in lines.into_iter().enumerate() {
        detail(out, if n == 0 { "rights" } else { "" }, &line, color);
    }
}

/// How many rights are gained, lost and changed: `2 gained, 1 lost`.
pub(crate) fn counted(rights: &Rights) -> String {
    let of = |turn: Turn| rights.moves.iter().filter(|one| one.turn == turn).count();
    let parts = [
        (of(Turn::Gains), "gained"),
        (of(Turn::Loses), "lost"),
        (of(Turn::Changes), "changed"),
    ];
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts
        .map(|(n, word)| format!("{} {word}", number(*n)))
        .collect();
    if parts.is_empty() && !rights.untold.is_empty() {
        "not all can be told".to_owned()
    } else if parts.is_empty() {
        "no decision moves".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The lines below the head, each with its glyph.
pub(crate) fn lines(plan: &PlanFile, shown: Shown) -> Vec<(char, String)> {
    let Some(rights) = &plan.rights else {
        return Vec::new();
    };
    let own = rights.moves.iter().filter(|one| one.is_of_actor());
    let most = match shown {
        // Those of who asks or pushed come first, and are told whole.
        Shown::First => MOST.max(own.count()),
        Shown::All => usize::MAX,
    };
    let glyph = |one: &RightsMove| if one.is_of_actor() { '!' } else { '~' };
    let moves = rights.moves.iter().take(most);
    let mut lines: Vec<(char, String)> = moves
        .map(|one| (glyph(one), line(one, Words::All)))
        .collect();
    let left_out = rights.moves.len().saturating_sub(most) + size(rights.left_out);
    if left_out > 0 {
        let more = count(left_out, "more line", "more lines");
        lines.push(('!', format!("{more} are in plan.json")));
    }
    if says_nothing_moves(plan, rights) {
        let asked = count(size(rights.asked), "question has", "questions have");
        let why = match rights.asked {
            0 => "the rules say the same as before".to_owned(),
            _ => format!("{asked} the same answer as before"),
        };
        lines.push((' ', format!("no decision moves: {why}")));
    }
    if let Some(sampled) = rights.sampled {
        let entities = number(size(sampled.entities));
        let people = match sampled.people {
            1 => String::new(),
            people => format!(" and for 1 in {} people", number(size(people))),
        };
        lines.push((
            '!',
            format!("asked of 1 in {entities} entities{people}: counts are of these"),
        ));
    }
    let untold = rights.untold.iter();
    lines.extend(untold.map(|why| ('!', safe(why).into_owned())));
    lines
}

/// Whether it is worth saying that nothing moves: rules were changed.
fn says_nothing_moves(plan: &PlanFile, rights: &Rights) -> bool {
    let is_rule = |text: &str| text.starts_with("policy ") || text.starts_with("action ");
    rights.moves.is_empty()
        && rights.untold.is_empty()
        && plan.coverage.iter().any(|one| is_rule(&one.text))
}

/// The first lines of what a step moves, where it alone can be the cause.
pub(crate) fn of_step(plan: &PlanFile, step: &Step) -> Vec<String> {
    first(plan, &Cause::Step(step.number))
}

/// The first lines of what a changed file moves, where it alone can be the cause.
pub(crate) fn of_file(plan: &PlanFile, path: &str) -> Vec<String> {
    first(plan, &Cause::File(path.to_owned()))
}

fn first(plan: &PlanFile, cause: &Cause) -> Vec<String> {
    const FIRST: usize = 3;
    let Some(rights) = authority(plan).find(|it| it.by.as_ref() == Some(cause)) else {
        return Vec::new();
    };
    let mut lines: Vec<String> = rights
        .moves
        .iter()
        .take(FIRST)
        .map(|one| line(one, Words::Few))
        .collect();
    if rights.moves.len() > FIRST {
        let more = number(rights.moves.len() - FIRST);
        lines.push(format!("and {more} more, below"));
    }
    lines
}

/// `lin, who asks, gains deploy on 12 Components (A, B, C, ...), only with replicas up to 20`.
fn line(one: &RightsMove, words: Words) -> String {
    let who = who(one);
    let actions = actions(&one.actions, words);
    let on = on(&one.on, words);
    let one_alone = one.who.len() == 1 && one.others == 0;
    let verb = |alone: &'static str, many: &'static str| if one_alone { alone } else { many };
    let mut text = match (one.turn, one.way) {
        (Turn::Changes, _) | (_, Way::Approvals) => {
            let needs = verb("needs", "need");
            let words =
                |words: &Option<String>| safe(words.as_deref().unwrap_or("none")).into_owned();
            let (before, after) = (words(&one.before), words(&one.after));
            format!("{who} {needs} {after} for {actions}{on}, before it was {before}")
        }
        (turn, way) => {
            let verb = if turn == Turn::Gains {
                verb("gains", "gain")
            } else {
                verb("loses", "lose")
            };
            let right = match way {
                Way::Approving => format!("approval of {actions}"),
                Way::WithApproval => format!("{actions} with approval"),
                Way::WithoutApproval => format!("{actions} without approval"),
                Way::InEmergency => format!("{actions} in an emergency"),
                Way::WithoutApprovalInEmergency => {
                    format!("{actions} without approval in an emergency")
                }
                Way::Alone | Way::Approvals => actions,
            };
            format!("{who} {verb} {right}{on}")
        }
    };
    if !one.only.is_empty() {
        text.push_str(&format!(", only with {}", safe(&one.only)));
    }
    if !one.but.is_empty() {
        text.push_str(&format!(", but not with {}", safe(&one.but)));
    }
    leading(&text).into_owned()
}

fn who(one: &RightsMove) -> String {
    let name = |who: &Who| match who.sort {
        WhoSort::Everyone => "everyone".to_owned(),
        WhoSort::Anyone => "anyone who is not in the catalog".to_owned(),
        WhoSort::Group | WhoSort::Person => safe(&who.name).into_owned(),
    };
    let mut names: Vec<String> = Vec::new();
    for who in &one.who {
        let part = who.part.map(|part| match part.words() {
            "asked" => "asks".to_owned(),
            words => words.to_owned(),
        });
        names.push(match part {
            Some(part) => format!("{}, who {part},", name(who)),
            None => name(who),
        });
    }
    if one.others > 0 {
        names.push(count(size(one.others), "other", "others"));
    }
    list(&names, "and")
}

fn actions(actions: &[String], words: Words) -> String {
    let most = match words {
        Words::Few => ACTIONS,
        Words::All => usize::MAX,
    };
    let mut named: Vec<String> = actions
        .iter()
        .take(most)
        .map(|action| safe(action).into_owned())
        .collect();
    if actions.len() > most {
        let more = actions.len() - most;
        named.push(count(more, "more action", "more actions"));
    }
    list(&named, "and")
}

/// ` on 12 Components (A, B, C, ...) and all 3 APIs (D, E, F)`.
fn on(on: &[On], words: Words) -> String {
    let most = match words {
        Words::Few => 3,
        Words::All => usize::MAX,
    };
    let kinds = on.iter().take(most);
    let mut named: Vec<String> = kinds.filter_map(|on| kind(on, words)).collect();
    if on.len() > most {
        named.push(count(on.len() - most, "more kind", "more kinds"));
    }
    if named.is_empty() {
        return String::new();
    }
    format!(" on {}", list(&named, "and"))
}

fn kind(on: &On, words: Words) -> Option<String> {
    let examples: Vec<&str> = on.examples.iter().map(String::as_str).collect();
    let mut names: Vec<String> = examples
        .iter()
        .map(|name| safe(name).into_owned())
        .collect();
    if on.count > names.len() as u64 {
        names.push("...".to_owned());
    }
    let names = names.join(", ");
    let Some(blueprint) = &on.blueprint else {
        // What is done to the catalog as a whole is said by the name of the action.
        let is_whole = on.count == on.of || matches!(examples.as_slice(), ["file" | "guard"]);
        return (!is_whole).then_some(names);
    };
    let blueprint = safe(blueprint);
    let number = number(size(on.count));
    let some = match (on.new, on.count) {
        (true, _) => format!("new {}", plural(&blueprint)),
        (false, 1) => format!("1 {blueprint}"),
        (false, count) if count == on.of => format!("all {number} {}", plural(&blueprint)),
        (false, _) => format!("{number} {}", plural(&blueprint)),
    };
    Some(match (words, on.new) {
        (Words::Few, _) if on.count > 1 => some,
        // Of a kind that has none, there is nothing that a new one is like.
        (_, true) if on.of == 0 => some,
        (_, true) => format!("{some} like {names}"),
        (_, false) => format!("{some} ({names})"),
    })
}

/// More than one of a kind.
pub(crate) fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) if stem.ends_with(|c: char| c.is_ascii_lowercase() && !"aeou".contains(c)) => {
            format!("{stem}ies")
        }
        _ if kind.ends_with(['s', 'x']) => format!("{kind}es"),
        _ => format!("{kind}s"),
    }
}
