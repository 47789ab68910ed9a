//! What is asked of who asks, line by line.
//!
//! In: a [`Book`] of what there is, and the lines that somebody types. Out: what is printed, which
//! ends with the next question, and the order when nothing is missing any more. Knows no terminal,
//! so that a test can speak with it.

use std::collections::VecDeque;

use crate::cli::request::Order;
use crate::cli::request::like::{Choice, like};
use crate::text::visible;

/// How many names are shown at once.
const SHOWN: usize = 10;

/// An input that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    /// What it takes.
    pub(super) takes: String,
    /// What its author says of it.
    pub(super) help: Option<String>,
    /// What it is without an answer.
    pub(super) default: Option<String>,
    pub(super) is_required: bool,
}

/// What there is to choose and how it is judged.
pub(super) trait Book {
    /// The actions that may be asked for, on an entity where one is named.
    fn actions(&self, entity: Option<&str>) -> Vec<Choice>;
    /// The line that says what an action is.
    fn head(&self, action: &str) -> String;
    /// The entities that it may be asked for.
    fn entities(&self, action: &str) -> Vec<Choice>;
    /// Its inputs that are not given.
    fn fields(&self, action: &str, entity: &str, given: &[(String, String)]) -> Vec<Field>;
    /// Whether it takes a value.
    fn check(&self, action: &str, field: &str, value: &str) -> Result<(), String>;
}

/// What the last question was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sought {
    Action,
    Entity,
}

impl Sought {
    const fn word(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Entity => "entity",
        }
    }
}

/// Where it stands.
enum Stage {
    /// A part of a name is expected; of these all.
    Search(Sought, Vec<Choice>),
    /// One of those that were shown.
    Pick(Sought, Vec<Choice>, Vec<Choice>),
    /// A value of the first field.
    Field(VecDeque<Field>),
    Done,
}

/// A conversation that goes on.
pub(super) struct Conversation<'b> {
    book: &'b dyn Book,
    order: Order,
    stage: Stage,
}

impl<'b> Conversation<'b> {
    /// Begins it; gives what is printed first.
    pub(super) fn begin(book: &'b dyn Book, order: Order) -> (Self, String) {
        let mut own = Self {
            book,
            order,
            stage: Stage::Done,
        };
        let mut out = String::new();
        if let Some(action) = &own.order.action {
            out.push_str(&own.book.head(action));
        }
        own.go_on(&mut out);
        (own, out)
    }

    /// Whether nothing is missing any more.
    pub(super) const fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }

    /// What is asked for.
    pub(super) fn order(self) -> Order {
        self.order
    }

    /// Takes a line; gives what is printed next.
    pub(super) fn hear(&mut self, line: &str) -> String {
        let line = line.trim();
        let mut out = String::new();
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Search(sought, all) => self.search(sought, all, line, &mut out),
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
            Stage::Field(fields) => self.answered(fields, line, &mut out),
            Stage::Done => {}
        }
        out
    }

    fn search(&mut self, sought: Sought, all: Vec<Choice>, line: &str, out: &mut String) {
        if let Some(exact) = all.iter().find(|choice| choice.name == line) {
            let name = exact.name.clone();
            return self.chosen(sought, name, out);
        }
        let mut found = like(&all, line);
        let left = found.len().saturating_sub(SHOWN);
        found.truncate(SHOWN);
        let word = sought.word();
        let Some(first) = found.first() else {
            out.push_str(&format!("  nothing is like `{}`\n", visible(line)));
            out.push_str(&format!("{word}, type to search: "));
            self.stage = Stage::Search(sought, all);
            return;
        };
        let wide = found
            .iter()
            .map(|it| it.name.chars().count())
            .max()
            .unwrap_or(0);
        for (n, choice) in found.iter().enumerate() {
            let (name, about) = (visible(&choice.name), visible(&choice.about));
            let row = format!("  {} {name:wide$}  {about}", n + 1);
            out.push_str(row.trim_end());
            out.push('\n');
        }
        if left > 0 {
            out.push_str(&format!("  and {left} more: type more of the name\n"));
        }
        out.push_str(&format!("{word} [{}]: ", visible(&first.name)));
        self.stage = Stage::Pick(sought, all, found);
    }

    fn chosen(&mut self, sought: Sought, name: String, out: &mut String) {
        match sought {
            Sought::Action => {
                out.push_str(&self.book.head(&name));
                self.order.action = Some(name);
            }
            Sought::Entity => self.order.entity = Some(name),
        }
        self.go_on(out);
    }

    /// Asks for what is missing next.
    fn go_on(&mut self, out: &mut String) {
        let Some(action) = self.order.action.clone() else {
            let all = self.book.actions(self.order.entity.as_deref());
            return self.seek(Sought::Action, all, out);
        };
        let Some(entity) = self.order.entity.clone() else {
            let all = self.book.entities(&action);
            return self.seek(Sought::Entity, all, out);
        };
        let fields = self.book.fields(&action, &entity, &self.order.set);
        self.ask(fields.into(), out);
    }

    fn seek(&mut self, sought: Sought, all: Vec<Choice>, out: &mut String) {
        out.push_str(&format!("{}, type to search: ", sought.word()));
        self.stage = Stage::Search(sought, all);
    }

    /// Asks for the first field.
    fn ask(&mut self, fields: VecDeque<Field>, out: &mut String) {
        let Some(field) = fields.front() else {
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
        out.push_str(&format!("{name}, {takes}{ending}: "));
        self.stage = Stage::Field(fields);
    }

    fn answered(&mut self, mut fields: VecDeque<Field>, line: &str, out: &mut String) {
        let Some(field) = fields.front() else {
            return;
        };
        let name = field.name.clone();
        if line.is_empty() {
            if field.is_required && field.default.is_none() {
                out.push_str(&format!("  `{}` is required\n", visible(&name)));
            } else {
                fields.pop_front();
            }
            return self.ask(fields, out);
        }
        let action = self.order.action.clone().unwrap_or_default();
        if let Err(why) = self.book.check(&action, &name, line) {
            out.push_str(&format!("  {}\n", visible(&why)));
        } else {
            self.order.set.push((name, line.to_owned()));
            fields.pop_front();
        }
        self.ask(fields, out);
    }
}

#[cfg(test)]
mod tests {
    use super::{Book, Choice, Conversation, Field};
    use crate::cli::request::Order;

    struct Small;

    fn choice(name: &str, about: &str) -> Choice {
        Choice {
            name: name.to_owned(),
            about: about.to_owned(),
        }
    }

    fn field(name: &str, default: Option<&str>, is_required: bool) -> Field {
        Field {
            name: name.to_owned(),
            takes: "text".to_owned(),
            help: None,
            default: default.map(str::to_owned),
            is_required,
        }
    }

    impl Book for Small {
        fn actions(&self, _: Option<&str>) -> Vec<Choice> {
            vec![
                choice("deploy", "Deploy"),
                choice("restart_service", "Restart"),
            ]
        }

        fn head(&self, action: &str) -> String {
            format!("{action}: on a Component\n")
        }

        fn entities(&self, _: &str) -> Vec<Choice> {
            let many = (0..20).map(|n| choice(&format!("svc-{n:02}"), ""));
            let cart = choice("CartService", "Cart Service, owner platform");
            std::iter::once(cart).chain(many).collect()
        }

        fn fields(&self, _: &str, _: &str, given: &[(String, String)]) -> Vec<Field> {
            let all = [
                field("reason", None, true),
                field("speed", Some("slow"), false),
                field("note", None, false),
            ];
            let is_given = |field: &Field| given.iter().any(|(name, _)| *name == field.name);
            all.into_iter().filter(|it| !is_given(it)).collect()
        }

        fn check(&self, _: &str, field: &str, value: &str) -> Result<(), String> {
            match (field, value.len()) {
                ("reason", 0..10) => Err("it is: minLength 10".to_owned()),
                _ => Ok(()),
            }
        }
    }

    /// All that is printed when these lines are typed.
    fn spoken(order: Order, lines: &[&str]) -> (String, Order, bool) {
        let (mut conversation, mut all) = Conversation::begin(&Small, order);
        for line in lines {
            all.push_str(&format!("<{line}>\n"));
            all.push_str(&conversation.hear(line));
        }
        let is_done = conversation.is_done();
        (all, conversation.order(), is_done)
    }

    #[test]
    fn what_is_missing_is_asked_for_in_its_order() {
        let lines = [
            "rsvc",
            "",
            "car",
            "1",
            "short",
            "memory leak, 4711",
            "",
            "later",
        ];
        let (all, order, is_done) = spoken(Order::default(), &lines);
        assert!(is_done);
        assert_eq!(order.action.as_deref(), Some("restart_service"));
        assert_eq!(order.entity.as_deref(), Some("CartService"));
        let set: Vec<(&str, &str)> = order.set.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(set, [("reason", "memory leak, 4711"), ("note", "later")]);
        let expected = "\
action, type to search: <rsvc>
  1 restart_service  Restart
action [restart_service]: <>
restart_service: on a Component
entity, type to search: <car>
  1 CartService  Cart Service, owner platform
entity [CartService]: <1>
reason, text, required: <short>
  it is: minLength 10
reason, text, required: <memory leak, 4711>
speed, text [slow]: <>
note, text, optional: <later>
";
        assert_eq!(all, expected);
    }

    #[test]
    fn what_is_given_is_not_asked_for() {
        let order = Order {
            action: Some("restart_service".to_owned()),
            entity: Some("CartService".to_owned()),
            set: vec![("reason".to_owned(), "memory leak".to_owned())],
        };
        let (all, order, is_done) = spoken(order, &["fast", ""]);
        assert!(is_done, "{all}");
        assert_eq!(order.set.len(), 2);
        assert!(!all.contains("reason"), "{all}");
    }

    #[test]
    fn many_names_are_counted_and_none_asks_again() {
        let order = Order {
            action: Some("deploy".to_owned()),
            ..Order::default()
        };
        let (all, order, is_done) = spoken(order, &["", "zzz", "svc-1", "11", "svc-07", ""]);
        assert!(!is_done);
        assert!(
            all.contains("  and 11 more: type more of the name\n"),
            "{all}"
        );
        assert!(all.contains("nothing is like `zzz`"), "{all}");
        // A number beyond those that are shown is a name like any other.
        assert!(all.contains("  1 svc-11"), "{all}");
        assert_eq!(order.entity.as_deref(), Some("svc-07"));
        assert!(
            all.ends_with("  `reason` is required\nreason, text, required: "),
            "{all}"
        );
    }
}
