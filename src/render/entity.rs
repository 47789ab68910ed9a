//! All of an entity: where it is written, its owner, values and relations, what depends on it, its
//! levels, and what is open.
//!
//! In: an [`Entity`], which the command fills. Out: lines, or documents of version 1, a format that
//! only grows.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::asked::{At, Verdict};
use super::asked_text::at_words;
use super::listing::push_errors;
use super::paint::{Color, Style};
use super::why::Place;
use super::words::{WIDTH, columns, cut, leading, left, list, number, push_line, safe, wrap};

/// All of an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entity {
    /// The version of the format.
    pub version: u32,
    /// Its kind.
    pub blueprint: String,
    /// Its name.
    pub identifier: String,
    /// What people call it, where that is something else.
    pub title: Option<String>,
    /// The commit, or none where the files on disk are those of none.
    pub at: Option<At>,
    /// Where it is written.
    pub place: Place,
    /// Who owns it.
    pub owner: Vec<String>,
    /// The relations that lead to the owner, in their order.
    pub owner_by: Vec<Followed>,
    /// Its values, the derived ones too; a secret is `***`.
    pub properties: Map<String, Json>,
    /// How each derived value is made: those that are absent are here too.
    pub derived: BTreeMap<String, Made>,
    /// What it is related to, by relation.
    pub relations: BTreeMap<String, Vec<Target>>,
    /// What is related to it, by kind and relation.
    pub dependents: Vec<Dependents>,
    /// Its levels, by scorecard.
    pub scorecards: Vec<Level>,
    /// The scorecards that count from the present moment, where nobody said which it is.
    pub unscored: Vec<String>,
    /// The request files that ask for something on it and did not run.
    pub requests: Vec<Asked>,
    /// The steps on it whose effect is not known to be in the world, as this clone knows them.
    pub unsettled: Vec<Unsettled>,
    /// Why nothing is known of these, where a ledger is there and cannot be read.
    pub ledger: Option<String>,
    /// What a person may do on it, where one is named.
    pub may: Option<May>,
    /// How many errors the catalog has.
    pub errors: usize,
    /// What can be done now, for people.
    #[serde(skip)]
    pub next: String,
}

/// A relation that was followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// Whose it is.
    pub entity: String,
    /// Its name.
    pub relation: String,
    /// Where it leads.
    pub to: String,
}

/// How a derived value is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// `mirror`, `calculation`, `formula`, `aggregation`, `circle`, `broken`.
    pub how: String,
    /// Why there is none, where that is known.
    pub problem: Option<String>,
}

/// What a relation names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The name.
    pub identifier: String,
    /// Whether there is such an entity.
    pub found: bool,
}

/// What is related to an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependents {
    /// Their kind.
    pub blueprint: String,
    /// The relation that they have.
    pub relation: String,
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub first: Vec<String>,
}

/// How an entity does on a scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Level {
    /// The scorecard.
    pub scorecard: String,
    /// The level.
    pub level: String,
    /// The highest there is.
    pub highest: String,
    /// The rules that are not met.
    pub not_met: Vec<String>,
}

/// A request file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// The action that it asks for.
    pub action: String,
    /// Where it is.
    pub place: Place,
}

/// A step whose effect is not known to be in the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsettled {
    /// Its name: `7c41e09.2`.
    pub step: String,
    /// The action.
    pub action: String,
    /// `failed`, `skipped`, `refused`, `superseded`, `unknown`, `running`, `waiting`.
    pub state: String,
    /// Since when, in UTC.
    pub since: String,
}

/// What a person may do on an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct May {
    /// Who.
    pub actor: String,
    /// What, in the order of actions, then of built-in ones.
    pub actions: Vec<Right>,
}

/// An action that a person may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Right {
    /// The action.
    pub action: String,
    /// Allowed, or needs approval.
    pub verdict: Verdict,
    /// What narrows it; empty where nothing does.
    pub only: String,
    /// What is left out of it; empty where nothing is.
    pub but: String,
}

/// The columns of the heads at the left.
const HEAD: usize = 11;
/// The columns that a value may take.
const VALUE: usize = 60;

/// The entity as lines.
pub fn entity_text(entity: &Entity, color: Color) -> String {
    let mut page = Page {
        out: String::new(),
        color,
        last: String::new(),
    };
    let kind = safe(&entity.blueprint);
    let title = entity.title.as_ref().map(|title| format!(": {title}"));
    let at = format!(", {}", at_words(entity.at.as_ref()));
    let first = format!("{kind} {}{}", entity.identifier, title.unwrap_or_default());
    push_line(
        &mut page.out,
        &(color.paint(&[Style::Bold], &leading(&first)) + &at),
    );
    for one in &entity.unsettled {
        let Unsettled {
            step,
            action,
            state,
            since,
        } = one;
        let line = format!("{step} {action} is {state} since {since}");
        page.loud("unsettled", &line);
    }
    if let Some(why) = &entity.ledger {
        page.loud("unsettled", &format!("not known: {why}"));
    }
    page.line("written", &place(&entity.place));
    page.line("owner", &owner(entity));
    page.values(entity);
    page.relations(entity);
    page.dependents(entity);
    page.scorecards(entity);
    for Asked { id, action, place } in &entity.requests {
        let at = format!("{}:{}", place.file, place.line);
        page.line("requests", &format!("{action}, asked for by {id} ({at})"));
    }
    page.may(entity);
    push_errors(&mut page.out, entity.errors, color);
    push_line(&mut page.out, &format!("next: {}", safe(&entity.next)));
    page.out
}

/// The entity as JSON of two blanks a level, with a line end.
pub fn entity_json(entity: &Entity) -> String {
    super::json::document(entity)
}

/// The same as YAML.
pub fn entity_yaml(entity: &Entity) -> String {
    super::yaml::document(entity)
}

fn place(place: &Place) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}

/// `platform, by system of CartService, then owner of Cart`.
fn owner(entity: &Entity) -> String {
    if entity.owner.is_empty() {
        return "nobody".to_owned();
    }
    let names = list(&entity.owner, "and");
    let road: Vec<String> = entity
        .owner_by
        .iter()
        .map(|step| format!("{} of {}", step.relation, step.entity))
        .collect();
    match road.as_slice() {
        [] => names,
        road => format!("{names}, by {}", road.join(", then ")),
    }
}

/// Lines with heads at the left; a head stands before the first of its lines alone.
struct Page {
    out: String,
    color: Color,
    last: String,
}

impl Page {
    fn line(&mut self, head: &str, text: &str) {
        self.put(head, text, "    ");
    }

    /// What a person must look at.
    fn loud(&mut self, head: &str, text: &str) {
        let lead = format!("  {} ", self.color.glyph('!'));
        self.put(head, text, &lead);
    }

    fn put(&mut self, head: &str, text: &str, lead: &str) {
        let head = &*leading(head);
        let shown = if self.last == head { "" } else { head };
        let text = leading(text);
        let room = WIDTH - HEAD - 4;
        for (n, row) in wrap(&text, room, room).iter().enumerate() {
            let (lead, shown) = if n == 0 { (lead, shown) } else { ("    ", "") };
            push_line(&mut self.out, &format!("{lead}{}{row}", left(shown, HEAD)));
        }
        head.clone_into(&mut self.last);
    }

    /// The values that are written, then those that are derived, each group by name.
    fn values(&mut self, entity: &Entity) {
        let is_derived = |name: &String| entity.derived.contains_key(name);
        let names = entity.properties.keys().chain(entity.derived.keys());
        let wide = names.map(|name| columns(&safe(name))).max().unwrap_or(0);
        for (name, value) in &entity.properties {
            if !is_derived(name) {
                let line = format!("{}  {}", left(&safe(name), wide), shown(value));
                self.line("values", &line);
            }
        }
        for (name, made) in &entity.derived {
            let value = entity.properties.get(name);
            let value = value.map_or_else(|| "absent".to_owned(), shown);
            let problem = made.problem.as_ref().map(|why| format!(", {why}"));
            let line = format!(
                "{}  {value}  ({}{})",
                left(&safe(name), wide),
                made.how,
                problem.unwrap_or_default()
            );
            self.line("derived", &line);
        }
    }

    fn relations(&mut self, entity: &Entity) {
        let names = entity.relations.keys();
        let wide = names.map(|name| columns(&safe(name))).max().unwrap_or(0);
        for (name, targets) in &entity.relations {
            let words: Vec<String> = targets
                .iter()
                .map(|target| {
                    let missing = if target.found { "" } else { " (not found)" };
                    format!("{}{missing}", target.identifier)
                })
                .collect();
            if !words.is_empty() {
                let line = format!("{}  {}", left(&safe(name), wide), words.join(", "));
                self.line("relations", &line);
            }
        }
    }

    fn dependents(&mut self, entity: &Entity) {
        if entity.dependents.is_empty() {
            self.line("dependents", "none");
        }
        for one in &entity.dependents {
            let more = one.count - one.first.len().min(one.count);
            let more = match more {
                0 => String::new(),
                more => format!(" and {} more", number(more)),
            };
            let line = format!(
                "{} {} by {}: {}{more}",
                number(one.count),
                one.blueprint,
                one.relation,
                one.first.join(", ")
            );
            self.line("dependents", &line);
        }
    }

    fn scorecards(&mut self, entity: &Entity) {
        for one in &entity.scorecards {
            let not_met = match one.not_met.as_slice() {
                [] => String::new(),
                rules => format!(", not met: {}", rules.join(", ")),
            };
            let line = format!(
                "{} {} of {}{not_met}",
                one.scorecard, one.level, one.highest
            );
            self.line("scorecards", &line);
        }
        for name in &entity.unscored {
            let line = format!("{name} counts from the present moment, which `--now` says");
            self.line("scorecards", &line);
        }
    }

    fn may(&mut self, entity: &Entity) {
        let Some(may) = &entity.may else {
            return;
        };
        let actions = may.actions.iter().map(|right| columns(&right.action));
        let wide = actions.max().unwrap_or(0);
        let head = format!("{} may", may.actor);
        if may.actions.is_empty() {
            self.line(&head, "do nothing with it");
        }
        for right in &may.actions {
            let narrowed = [("only", &right.only), ("not", &right.but)];
            let narrowed: Vec<String> = narrowed
                .into_iter()
                .filter(|(_, words)| !words.is_empty())
                .map(|(word, words)| format!("{word} {words}"))
                .collect();
            let line = format!(
                "{}  {}  {}",
                left(&safe(&right.action), wide),
                left(right.verdict.word(), 14),
                narrowed.join(", ")
            );
            self.line(&head, line.trim_end());
        }
    }
}

/// A value in few words.
fn shown(value: &Json) -> String {
    cut(&safe(&value.to_string()), VALUE).into_owned()
}
