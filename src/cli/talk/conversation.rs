//! What is asked of who asks, line by line.
//!
//! In: a [`Book`] of what there is, and the lines that somebody types. Out: what is printed, which
//! ends with the next question, and the order when nothing is missing any more. Knows no terminal,
//! so that a test can speak with it.

use std::collections::{BTreeMap, VecDeque};

use crate::cli::talk::book::{Book, Field, Order};
use crate::cli::talk::like::{Choice, like};
use crate::render::Color;
use crate::text::visible;

/// How many names are shown at once.
const SHOWN: usize = 10;
/// How many people are named that may do what somebody may not.
const NAMES: usize = 3;
/// What asks for the teams that own something.
const TEAMS: &str = "?";

/// What the last question was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sought {
    Action,
    Entity,
    /// The value of the first field.
    Value,
}

/// Where it stands.
enum Stage {
    /// A part of a name is expected; of these all.
    Search(Sought, Vec<Choice>),
    /// One of those that were shown.
    Pick(Sought, Vec<Choice>, Vec<Choice>),
    /// A name that nothing has, by this question.
    Name(String),
    /// A value of the first field.
    Field,
    Done,
}

/// A conversation that goes on.
pub(in crate::cli) struct Conversation<'b> {
    book: &'b dyn Book,
    order: Order,
    stage: Stage,
    /// What is still to be said.
    fields: VecDeque<Field>,
    color: Color,
}

impl<'b> Conversation<'b> {
    /// Begins it; gives what is printed first.
    pub(in crate::cli) fn begin(book: &'b dyn Book, order: Order, color: Color) -> (Self, String) {
        let mut own = Self {
            book,
            order,
            stage: Stage::Done,
            fields: VecDeque::new(),
            color,
        };
        let mut out = String::new();
        if let Some(action) = &own.order.action {
            out.push_str(&own.book.head(action));
        }
        own.go_on(&mut out);
        (own, out)
    }

    /// Whether nothing is missing any more.
    pub(in crate::cli) const fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }

    /// Whether what is typed next is not shown.
    pub(in crate::cli) fn asks_for_a_secret(&self) -> bool {
        let is_field = matches!(self.stage, Stage::Field);
        is_field && self.fields.front().is_some_and(|field| field.is_secret)
    }

    /// What is asked for.
    pub(in crate::cli) fn order(self) -> Order {
        self.order
    }

    /// Takes a line; gives what is printed next.
    pub(in crate::cli) fn hear(&mut self, line: &str) -> String {
        let line = line.trim();
        let mut out = String::new();
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Search(Sought::Value, _) if line.is_empty() && self.is_said() => {
                self.answered(line, &mut out);
            }
            Stage::Search(sought, all) => self.search(sought, all, line, &mut out),
            Stage::Name(question) => self.named(question, line, &mut out),
            Stage::Pick(sought, all, shown) => {
                let number = line.parse::<usize>().ok();
                let picked = match number.and_then(|n| n.checked_sub(1)) {
                    Some(n) => shown.get(n),
                    None if line.is_empty() => shown.first(),
                    None => None,
                };
                match picked.map(|choice| choice.name.clone()) {
                    Some(name) => self.chosen(sought, name, &mut out),
                    None => self.search(sought, all, line, &mut out),
                }
            }
            Stage::Field => self.answered(line, &mut out),
            Stage::Done => {}
        }
        out
    }

    fn search(&mut self, sought: Sought, all: Vec<Choice>, line: &str, out: &mut String) {
        if let Some(exact) = all.iter().find(|choice| choice.name == line) {
            let name = exact.name.clone();
            return self.chosen(sought, name, out);
        }
        if line == TEAMS {
            out.push_str(&teams(&all));
            return self.seek(sought, all, out);
        }
        let mut found = like(&all, line);
        let left = found.len().saturating_sub(SHOWN);
        found.truncate(SHOWN);
        let word = self.word(sought);
        let Some(first) = found.first() else {
            out.push_str(&match line {
                "" => "  there is none\n".to_owned(),
                line => format!("  nothing is like `{}`\n", visible(line)),
            });
            return self.seek(sought, all, out);
        };
        let wide = found
            .iter()
            .map(|it| it.name.chars().count())
            .max()
            .unwrap_or(0);
        let digits = found.len().to_string().len();
        for (n, choice) in found.iter().enumerate() {
            let (name, about) = (visible(&choice.name), visible(&choice.about));
            let number = n + 1;
            let mut row = format!("  {number:digits$} {name:wide$}  {about}");
            if !choice.is_open {
                let begin = if about.is_empty() { "" } else { ", " };
                row.push_str(&format!("{begin}{}", self.barred(sought, &choice.name)));
            }
            let row = row.trim_end();
            out.push_str(&if choice.is_open {
                row.to_owned()
            } else {
                self.color.dim(row)
            });
            out.push('\n');
        }
        if left > 0 {
            let teams = match sought {
                Sought::Action | Sought::Value => "",
                Sought::Entity => ", or `?` for the teams",
            };
            out.push_str(&format!(
                "  and {left} more: type more of the name{teams}\n"
            ));
        }
        out.push_str(&format!("{word} [{}]: ", visible(&first.name)));
        self.stage = Stage::Pick(sought, all, found);
    }

    /// That somebody may not have it, and who may.
    fn barred(&self, sought: Sought, name: &str) -> String {
        let others = match sought {
            Sought::Action => self.book.who_else(name, self.order.entity.as_deref()),
            Sought::Entity => {
                let action = self.order.action.as_deref().unwrap_or_default();
                self.book.who_else(action, Some(name))
            }
            Sought::Value => Vec::new(),
        };
        let mut shown: Vec<String> = others.iter().take(NAMES).cloned().collect();
        if others.len() > NAMES {
            shown.push(format!("{} more", others.len() - NAMES));
        }
        if shown.is_empty() {
            return "not you".to_owned();
        }
        format!("not you: {}", visible(&shown.join(", ")))
    }

    fn chosen(&mut self, sought: Sought, name: String, out: &mut String) {
        match sought {
            Sought::Action => {
                out.push_str(&self.book.head(&name));
                self.order.action = Some(name);
            }
            Sought::Entity => self.order.entity = Some(name),
            Sought::Value => return self.answered(&name, out),
        }
        self.go_on(out);
    }

    /// Asks for what is missing next.
    fn go_on(&mut self, out: &mut String) {
        let wrong = self.drop_wrong(out);
        let Some(action) = self.order.action.clone() else {
            let mut all = self.book.actions(self.order.entity.as_deref());
            if let Some(entity) = self.order.entity.take_if(|_| all.is_empty()) {
                out.push_str(&format!(
                    "  nothing can be asked for on `{}`\n",
                    visible(&entity)
                ));
                all = self.book.actions(None);
            }
            return self.seek_like(Sought::Action, all, wrong.action.as_deref(), out);
        };
        let Some(entity) = self.order.entity.clone() else {
            if let Some(question) = self.book.new_name(&action) {
                out.push_str(&format!("{}: ", visible(&question)));
                self.stage = Stage::Name(question);
                return;
            }
            let all = self.book.entities(&action);
            return self.seek_like(Sought::Entity, all, wrong.entity.as_deref(), out);
        };
        self.fields = self.book.fields(&action, &entity, &self.order.set).into();
        self.ask(out);
    }

    /// Takes the name of what is new.
    fn named(&mut self, question: String, line: &str, out: &mut String) {
        let action = self.order.action.as_deref();
        let wrong = match line {
            "" => Some("it needs a name".to_owned()),
            line => self.book.wrong_entity(action, line),
        };
        if let Some(why) = wrong {
            out.push_str(&format!("  {}\n{}: ", visible(&why), visible(&question)));
            self.stage = Stage::Name(question);
            return;
        }
        self.order.entity = Some(line.to_owned());
        self.go_on(out);
    }

    /// Whether an empty line says enough of the first field.
    fn is_said(&self) -> bool {
        let field = self.fields.front();
        field.is_some_and(|field| field.default.is_some() || !field.is_required)
    }

    /// What is sought, in a word.
    fn word(&self, sought: Sought) -> String {
        match sought {
            Sought::Action => self.book.first().to_owned(),
            Sought::Entity => "entity".to_owned(),
            Sought::Value => {
                let field = self.fields.front();
                field.map_or_else(String::new, |field| visible(&field.name).into_owned())
            }
        }
    }

    /// Takes out what was given and cannot be, says why, and gives it.
    fn drop_wrong(&mut self, out: &mut String) -> Order {
        let mut wrong = Order::default();
        let mut say = |why: String| out.push_str(&format!("  {}\n", visible(&why)));
        let order = &mut self.order;
        let action = order.action.as_deref();
        if let Some(why) = action.and_then(|action| self.book.wrong_action(action)) {
            say(why);
            wrong.action = order.action.take();
        }
        let (action, entity) = (order.action.as_deref(), order.entity.as_deref());
        if let Some(why) = entity.and_then(|entity| self.book.wrong_entity(action, entity)) {
            say(why);
            wrong.entity = order.entity.take();
        }
        let Some(action) = order.action.clone() else {
            return wrong;
        };
        let (book, entity) = (self.book, order.entity.clone());
        order.set.retain(|(name, value)| {
            match book.check(&action, entity.as_deref(), (name, value)) {
                Ok(()) => true,
                Err(why) => {
                    say(why);
                    false
                }
            }
        });
        wrong
    }

    /// Shows what is like a wrong name, where something is; else asks for a part of the right one.
    fn seek_like(
        &mut self,
        sought: Sought,
        all: Vec<Choice>,
        wrong: Option<&str>,
        out: &mut String,
    ) {
        match wrong.filter(|wrong| !like(&all, wrong).is_empty()) {
            Some(wrong) => self.search(sought, all, wrong, out),
            None => self.seek(sought, all, out),
        }
    }

    fn seek(&mut self, sought: Sought, all: Vec<Choice>, out: &mut String) {
        if sought == Sought::Value {
            return self.ask(out);
        }
        out.push_str(&format!("{}, type to search: ", self.word(sought)));
        self.stage = Stage::Search(sought, all);
    }

    /// Asks for the first field.
    fn ask(&mut self, out: &mut String) {
        let Some(field) = self.fields.front() else {
            self.stage = Stage::Done;
            return;
        };
        if let Some(help) = &field.help {
            out.push_str(&format!("  {}\n", visible(help)));
        }
        let (name, takes) = (visible(&field.name), visible(&field.takes));
        let ending = match (&field.default, field.is_required) {
            (Some(default), _) => format!(" [{}]", visible(default)),
            (None, true) => ", required".to_owned(),
            (None, false) => ", optional".to_owned(),
        };
        let search = if field.choices.is_empty() {
            ""
        } else {
            ", type to search"
        };
        out.push_str(&format!("{name}, {takes}{search}{ending}: "));
        self.stage = if field.choices.is_empty() {
            Stage::Field
        } else {
            Stage::Search(Sought::Value, field.choices.clone())
        };
    }

    fn answered(&mut self, line: &str, out: &mut String) {
        let Some(field) = self.fields.front() else {
            return;
        };
        let name = field.name.clone();
        let default = field.default.clone().filter(|_| field.says_default);
        let line = match (line, &default) {
            ("", Some(default)) => default.as_str(),
            ("", None) => {
                if field.is_required && field.default.is_none() {
                    out.push_str(&format!("  `{}` is required\n", visible(&name)));
                } else {
                    self.fields.pop_front();
                }
                return self.ask(out);
            }
            (line, _) => line,
        };
        let action = self.order.action.clone().unwrap_or_default();
        let entity = self.order.entity.as_deref();
        if let Err(why) = self.book.check(&action, entity, (&name, line)) {
            out.push_str(&format!("  {}\n", visible(&why)));
        } else {
            self.order.set.push((name, line.to_owned()));
            self.fields.pop_front();
        }
        self.ask(out);
    }
}

/// The teams that own what there is to choose, and how much each.
fn teams(all: &[Choice]) -> String {
    let mut teams: BTreeMap<&str, usize> = BTreeMap::new();
    for owner in all.iter().flat_map(|choice| &choice.owners) {
        *teams.entry(owner).or_default() += 1;
    }
    let wide = teams.keys().map(|name| name.chars().count()).max();
    let wide = wide.unwrap_or(0);
    let rows = teams.iter().map(|(name, count)| {
        let name = visible(name);
        format!("  {name:wide$}  {count}\n")
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return "  nothing has a team that owns it\n".to_owned();
    }
    rows
}

#[cfg(test)]
mod tests;
