//! What depends on an entity: counts first, then each by its kind, with the way that leads there.
//!
//! In: an [`Impact`], which the command fills. Out: lines, or JSON of version 1, a format that only
//! grows.

use serde::Serialize;

use super::listing::push_errors;
use super::paint::{Color, Style};
use super::words::{
    WIDTH, columns, count, cut, leading, left, list, number, push_line, safe, wrap,
};

/// What depends on an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// The version of the format.
    pub version: u32,
    /// The kind of the entity.
    pub blueprint: String,
    /// The entity.
    pub identifier: String,
    /// How many depend on it, by kind: the most first.
    pub kinds: Vec<Counted>,
    /// Who depends on it, by kind and name.
    pub dependents: Vec<Dependent>,
    /// How many errors the catalog has.
    pub errors: usize,
    /// What can be done now, for people.
    #[serde(skip)]
    pub next: String,
}

/// How many entities of a kind depend on the entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The kind.
    pub blueprint: String,
    /// How many.
    pub count: usize,
}

/// Who depends on the entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependent {
    /// Its kind.
    pub blueprint: String,
    /// Its name.
    pub identifier: String,
    /// How it depends: by a relation, as a member, as what is owned, by values.
    pub ways: Vec<Way>,
}

/// A way in which an entity depends on another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// `member`, `relation`, `owner` or `value`.
    pub how: &'static str,
    /// The way from the dependent, shortest.
    pub path: Vec<Step>,
}

/// A step of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The relation, or the value that reads the next entity.
    pub name: String,
    /// The next entity.
    pub to: String,
}

/// How many of a kind are listed, where not all are wanted.
const LISTED: usize = 12;
/// How many steps of a way are shown.
const STEPS: usize = 5;

/// The dependents as lines, the first of each kind or all.
pub fn impact_text(impact: &Impact, is_full: bool, color: Color) -> String {
    let mut out = String::new();
    let name = format!("{} {}", safe(&impact.blueprint), safe(&impact.identifier));
    let kinds = impact.kinds.iter();
    let kinds: Vec<String> = kinds
        .map(|it| format!("{} {}", number(it.count), safe(&it.blueprint)))
        .collect();
    let first = match impact.dependents.len() {
        0 => format!("nothing depends on {name}"),
        n => {
            let depend = if n == 1 { "depends" } else { "depend" };
            let all = count(n, "entity", "entities");
            format!("{all} {depend} on {name}: {}", list(&kinds, "and"))
        }
    };
    for (n, line) in wrap(&leading(&first), WIDTH, WIDTH - 4).iter().enumerate() {
        let lead = if n == 0 { "" } else { "    " };
        let line = color.paint(&[Style::Bold], line);
        push_line(&mut out, &format!("{lead}{line}"));
    }
    for kind in &impact.kinds {
        let head = format!("{} {}", number(kind.count), safe(&kind.blueprint));
        push_line(&mut out, &color.paint(&[Style::Bold], &head));
        let all = impact.dependents.iter();
        let all: Vec<&Dependent> = all.filter(|it| it.blueprint == kind.blueprint).collect();
        let listed = if is_full {
            all.len()
        } else {
            all.len().min(LISTED)
        };
        group(all.get(..listed).unwrap_or_default(), &mut out);
        if all.len() > listed {
            let more = number(all.len() - listed);
            push_line(&mut out, &format!("    (+{more}, `--full` lists all)"));
        }
    }
    push_errors(&mut out, impact.errors, color);
    push_line(&mut out, &format!("next: {}", safe(&impact.next)));
    out
}

/// The dependents as JSON of two blanks a level, with a line end.
pub fn impact_json(impact: &Impact) -> String {
    super::json::document(impact)
}

/// Entities of a kind, a line for each way; the name stands before the first.
fn group(dependents: &[&Dependent], out: &mut String) {
    let wide = dependents
        .iter()
        .map(|it| columns(&leading(&it.identifier)));
    let wide = wide.max().unwrap_or(0);
    for one in dependents {
        // What leads to the owner is said once.
        let is_owner = |way: &Way| way.how == "owner";
        let is_told = |way: &&Way| {
            let mut others = one.ways.iter();
            way.how != "relation" || !others.any(|it| is_owner(it) && it.path == way.path)
        };
        for (n, way) in one.ways.iter().filter(is_told).enumerate() {
            let name = if n == 0 {
                leading(&one.identifier)
            } else {
                "".into()
            };
            let line = format!("    {}  {}  ", left(&name, wide), left(way.how, 8));
            let room = WIDTH.saturating_sub(columns(&line)).max(20);
            let words = words(way);
            push_line(out, &format!("{line}{}", cut(&words, room)));
        }
    }
}

/// `system Cart, owner platform`; `cost, of cost of Cart, of CartService`.
fn words(way: &Way) -> String {
    let mut words: Vec<String> = Vec::new();
    let next = way.path.iter().skip(1).map(Some).chain([None]);
    for (step, next) in way.path.iter().zip(next).take(STEPS) {
        let (name, to) = (safe(&step.name), safe(&step.to));
        if way.how != "value" {
            words.push(format!("{name} {to}"));
            continue;
        }
        if words.is_empty() {
            words.push(name.into_owned());
        }
        words.push(match next {
            Some(next) => format!("of {} of {to}", safe(&next.name)),
            None => format!("of {to}"),
        });
    }
    if way.path.len() > STEPS {
        words.push(format!("and {} more", number(way.path.len() - STEPS)));
    }
    words.join(", ")
}
