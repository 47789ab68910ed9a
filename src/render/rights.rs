//! What a person may do, as a table: a line for each action and each way it is narrowed.
//!
//! In: [`Rights`], which the command fills. Out: lines; as JSON it is written by `asked`.

use serde::Serialize;

use super::asked::{At, Depth, Verdict};
use super::asked_text::at_words;
use super::paint::{Color, Style};
use super::words::{
    WIDTH, columns, count, left, list, names, number, push_line, right, safe, wrap,
};

/// What a person may do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rights {
    /// The version of the format.
    pub version: u32,
    /// Who.
    pub actor: String,
    /// The action that was asked for; none for all.
    pub action: Option<String>,
    /// The commit, or none where the files on disk are those of none.
    pub at: Option<At>,
    /// How many actions of the catalog the person may do on some entity, of how many.
    pub actions: (usize, usize),
    /// The same of the built-in ones.
    pub built_in: (usize, usize),
    /// How many errors the catalog has, for which the answer may be another one later.
    pub errors: usize,
    /// By action, blueprint and verdict.
    pub rights: Vec<Right>,
    /// What rules permit and nobody may do now, by action, blueprint and reason.
    pub not_now: Vec<NotNow>,
    /// Freezes that were not asked, because nobody said when it is.
    pub unasked_freezes: Vec<String>,
    /// Actions of which a rule reads what an entity becomes: they were asked of entities that stay
    /// as they are.
    pub as_they_are: Vec<String>,
}

/// An action that nobody may do now on some entities of a blueprint, whoever they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotNow {
    /// The action.
    pub action: String,
    /// The blueprint.
    pub blueprint: String,
    /// Why not.
    pub why: String,
    /// The entities, sorted.
    pub entities: Vec<String>,
}

/// An action that a person may do on some entities of a blueprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Right {
    /// The action.
    pub action: String,
    /// Whether every catalog has it.
    pub built_in: bool,
    /// Whether it is for entities that are new: `entities` are then examples, like which one
    /// could be, and `of` is how many examples were tried.
    pub new: bool,
    /// The blueprint; none for the catalog itself, whose definitions `entities` then are.
    pub blueprint: Option<String>,
    /// Allowed, or needs approval.
    pub verdict: Verdict,
    /// What narrows it: `environment staging`; empty where nothing does.
    pub only: String,
    /// What is left out of it: `enabled true, rollout from 51`; empty where nothing is.
    pub but: String,
    /// How many entities there are.
    pub of: usize,
    /// The entities, sorted.
    pub entities: Vec<String>,
}

/// How many entities a line names, and how many a page about one action.
const EXAMPLES: (usize, usize) = (2, 20);

/// The table.
pub fn rights_text(rights: &Rights, depth: Depth, color: Color) -> String {
    let actor = safe(&rights.actor);
    let at = at_words(rights.at.as_ref());
    let first = match &rights.action {
        Some(action) if rights.rights.is_empty() => {
            format!("{actor} may not {} anything, {at}", safe(action))
        }
        Some(action) => format!("{actor} may {}, {at}", safe(action)),
        None => format!(
            "{actor} may do {} of {} and {} of {}, {at}",
            number(rights.actions.0),
            count(rights.actions.1, "action", "actions"),
            number(rights.built_in.0),
            count(rights.built_in.1, "built-in one", "built-in ones"),
        ),
    };
    let mut out = String::new();
    push_line(&mut out, &color.paint(&[Style::Bold], &first));
    if rights.errors > 0 {
        let errors = count(rights.errors, "error", "errors");
        let text = format!("the catalog has {errors}, see `catalogc check`: the answer may change");
        push_line(&mut out, &format!("    {} {text}", color.glyph('!')));
    }
    push_rows(rights, depth, color, &mut out);
    push_not_now(rights, depth, color, &mut out);
    push_line(&mut out, &next(rights));
    out
}

/// A line of the table: action, number, of how many of what, verdict, and the rest.
struct Row {
    action: String,
    count: String,
    of: String,
    verdict: &'static str,
    rest: String,
}

fn push_rows(rights: &Rights, depth: Depth, color: Color, out: &mut String) {
    let most = match (depth, &rights.action) {
        (Depth::Full, _) => usize::MAX,
        (_, Some(_)) => EXAMPLES.1,
        (_, None) => EXAMPLES.0,
    };
    let rows = rows(&rights.rights, most);
    let wide =
        |part: fn(&Row) -> &str| rows.iter().map(|row| columns(part(row))).max().unwrap_or(0);
    let (action, number, of, verdict) = (
        wide(|row| &row.action),
        wide(|row| &row.count),
        wide(|row| &row.of),
        wide(|row| row.verdict),
    );
    let mut before = "";
    for row in &rows {
        // An action is named once.
        let name = if before == row.action {
            ""
        } else {
            &row.action
        };
        before = &row.action;
        let begin = format!(
            "    {}  {} {}  ",
            left(name, action),
            right(&row.count, number),
            left(&row.of, of),
        );
        let blank = " ".repeat(columns(&begin) + verdict + 2);
        let room = WIDTH.saturating_sub(columns(&blank)).max(30);
        for (n, line) in wrap(&row.rest, room, room).iter().enumerate() {
            let gap = " ".repeat(verdict.saturating_sub(columns(row.verdict)));
            let lead = match n {
                0 => format!("{begin}{}{gap}  ", color.word(row.verdict)),
                _ => blank.clone(),
            };
            push_line(out, &format!("{lead}{line}"));
        }
    }
}

/// What is not done now, whoever asks.
fn push_not_now(rights: &Rights, depth: Depth, color: Color, out: &mut String) {
    let most = match depth {
        Depth::Full => usize::MAX,
        Depth::Lines => EXAMPLES.0,
    };
    let mut say = |text: &str| {
        for (n, line) in wrap(text, WIDTH - 6, WIDTH - 6).iter().enumerate() {
            let lead = if n == 0 {
                format!("    {} ", color.glyph('!'))
            } else {
                "      ".to_owned()
            };
            push_line(out, &format!("{lead}{line}"));
        }
    };
    for one in &rights.not_now {
        let all = one.entities.iter().take(most);
        let mut all: Vec<String> = all.map(|name| safe(name).into_owned()).collect();
        let more = one.entities.len().saturating_sub(all.len());
        if more > 0 {
            all.push(format!("{} more", number(more)));
        }
        say(&format!(
            "nobody may {} {} now: {}",
            safe(&one.action),
            list(&all, "and"),
            safe(&one.why)
        ));
    }
    if !rights.unasked_freezes.is_empty() {
        say(&format!(
            "not asked when it is: with `--now` what is in {} {} is left out",
            if rights.unasked_freezes.len() == 1 {
                "the freeze"
            } else {
                "the freezes"
            },
            names(&rights.unasked_freezes, "and")
        ));
    }
    if !rights.as_they_are.is_empty() {
        say(&format!(
            "asked with entities as they are: {}, of which rules read what an entity becomes too; \
             `--set` with ENTITY asks for a change",
            names(&rights.as_they_are, "and")
        ));
    }
}

/// The lines of a table; what may be done to all entities of several kinds is one line.
fn rows(rights: &[Right], most: usize) -> Vec<Row> {
    let is_whole = |right: &Right| {
        let is_plain = right.only.is_empty() && right.but.is_empty();
        is_plain && right.blueprint.is_some() && right.entities.len() == right.of
    };
    let mut rows = Vec::new();
    let mut left = rights.iter().peekable();
    while let Some(first) = left.peek().copied() {
        let is_alike = |other: &Right| {
            other.action == first.action && other.verdict == first.verdict && is_whole(other)
        };
        let of_action: Vec<&Right> = rights
            .iter()
            .filter(|it| it.action == first.action)
            .collect();
        let alike: Vec<&Right> = of_action
            .iter()
            .copied()
            .filter(|it| is_alike(it))
            .collect();
        if alike.len() > 1 {
            rows.push(merged(&alike));
        }
        let others = of_action
            .iter()
            .filter(|it| alike.len() < 2 || !is_alike(it));
        rows.extend(others.map(|right| row(right, most)));
        while left.next_if(|it| it.action == first.action).is_some() {}
    }
    rows
}

/// All entities of several kinds.
fn merged(alike: &[&Right]) -> Row {
    let sum: usize = alike.iter().map(|right| right.of).sum();
    let kinds: Vec<&str> = alike
        .iter()
        .filter_map(|right| right.blueprint.as_deref())
        .collect();
    let is_new = alike.iter().any(|right| right.new);
    Row {
        action: alike
            .first()
            .map_or_else(String::new, |it| safe(&it.action).into_owned()),
        count: if is_new { String::new() } else { number(sum) },
        of: if is_new {
            format!("new, {} kinds", number(kinds.len()))
        } else {
            format!("of {} entities", number(sum))
        },
        verdict: alike.first().map_or("", |right| right.verdict.word()),
        rest: format!("every {}", some(&kinds)),
    }
}

/// A few of many names.
fn some(kinds: &[&str]) -> String {
    const MOST: usize = 4;
    if kinds.len() <= MOST {
        return names(kinds, "and");
    }
    let first = kinds.get(..MOST - 1).unwrap_or_default();
    let more = number(kinds.len() - first.len());
    let first: Vec<String> = first.iter().map(|kind| safe(kind).into_owned()).collect();
    format!("{} and {more} other kinds", first.join(", "))
}

fn row(right: &Right, most: usize) -> Row {
    let (count, of) = match (&right.blueprint, right.new) {
        (Some(kind), false) => (
            number(right.entities.len()),
            format!("of {} {}", number(right.of), safe(kind)),
        ),
        (Some(kind), true) => (String::new(), format!("new {}", safe(kind))),
        (None, _) if right.of > 1 => (
            number(right.entities.len()),
            format!("of {} definitions", number(right.of)),
        ),
        (None, _) => (String::new(), "the catalog".to_owned()),
    };
    let mut rest = Vec::new();
    if !right.only.is_empty() {
        rest.push(format!("only {}", safe(&right.only)));
    }
    if !right.but.is_empty() {
        rest.push(format!("not {}", safe(&right.but)));
    }
    let is_part = right.entities.len() < right.of;
    if is_part || (most > EXAMPLES.0 && !right.new && right.of > 1) {
        let names = right.entities.iter().take(most);
        let names: Vec<String> = names.map(|name| safe(name).into_owned()).collect();
        let more = right.entities.len().saturating_sub(names.len());
        let like = if right.new { "like " } else { "" };
        let mut text = format!("{like}{}", names.join(", "));
        if more > 0 {
            text.push_str(&format!(" and {} more", number(more)));
        }
        rest.push(text);
    }
    Row {
        action: safe(&right.action).into_owned(),
        count,
        of,
        verdict: right.verdict.word(),
        rest: rest.join(": "),
    }
}

fn next(rights: &Rights) -> String {
    let actor = safe(&rights.actor);
    match &rights.action {
        Some(action) => {
            let is_on_root = matches!(action.as_str(), "define" | "meta" | "override");
            let on = if is_on_root { "FILE" } else { "ENTITY" };
            let action = safe(action);
            format!("next: `catalogc can {actor} {action} {on}` says why, or why not")
        }
        None => format!(
            "next: `catalogc can {actor} ACTION` names the entities, with ENTITY it says why"
        ),
    }
}
