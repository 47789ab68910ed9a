//! A conversation without a terminal: lines in, questions out.

use super::{Book, Choice, Conversation, Field, Order};
use crate::render::Color;

struct Small;

fn choice(name: &str, about: &str) -> Choice {
    Choice {
        name: name.to_owned(),
        about: about.to_owned(),
        owners: about
            .split_once("owner ")
            .map(|(_, it)| it.to_owned())
            .into_iter()
            .collect(),
        is_open: name != "svc-03",
    }
}

fn field(name: &str, default: Option<&str>, is_required: bool) -> Field {
    Field {
        name: name.to_owned(),
        takes: "text".to_owned(),
        help: None,
        default: default.map(str::to_owned),
        is_required,
        ..Field::default()
    }
}

impl Book for Small {
    fn new_name(&self, action: &str) -> Option<String> {
        (action == "scaffold").then(|| "name of the new Component".to_owned())
    }

    fn actions(&self, _: Option<&str>) -> Vec<Choice> {
        vec![
            choice("deploy", "Deploy"),
            choice("restart_service", "Restart"),
        ]
    }

    fn wrong_action(&self, action: &str) -> Option<String> {
        let is_known = ["scaffold", "move"].contains(&action)
            || self.actions(None).iter().any(|it| it.name == action);
        (!is_known).then(|| format!("no action is called `{action}`"))
    }

    fn wrong_entity(&self, action: Option<&str>, entity: &str) -> Option<String> {
        if action == Some("scaffold") {
            return (entity == "CartService").then(|| "it is there already".to_owned());
        }
        let is_known = self
            .entities(action.unwrap_or_default())
            .iter()
            .any(|it| it.name == entity);
        (!is_known).then(|| format!("no Component is called `{entity}`"))
    }

    fn who_else(&self, _: &str, _: Option<&str>) -> Vec<String> {
        ["ada", "kim", "lin", "sam"].map(str::to_owned).into()
    }

    fn head(&self, action: &str) -> String {
        if self.wrong_action(action).is_some() {
            return String::new();
        }
        format!("{action}: on a Component\n")
    }

    fn entities(&self, _: &str) -> Vec<Choice> {
        let many = (0..20).map(|n| choice(&format!("svc-{n:02}"), ""));
        let cart = choice("CartService", "Cart Service, owner platform");
        std::iter::once(cart).chain(many).collect()
    }

    fn fields(&self, action: &str, _: &str, given: &[(String, String)]) -> Vec<Field> {
        if action == "move" {
            let to = Field {
                takes: "a Component".to_owned(),
                choices: self.entities(action),
                ..field("to", None, true)
            };
            let team = Field {
                takes: "a Team".to_owned(),
                choices: vec![choice("platform", "")],
                says_default: true,
                ..field("team", Some("platform"), true)
            };
            let from = Field {
                name: "from".to_owned(),
                is_required: false,
                ..to.clone()
            };
            return vec![team, to, from];
        }
        let all = [
            field("reason", None, true),
            field("speed", Some("slow"), false),
            field("note", None, false),
        ];
        let is_given = |field: &Field| given.iter().any(|(name, _)| *name == field.name);
        all.into_iter().filter(|it| !is_given(it)).collect()
    }

    fn check(&self, _: &str, _: Option<&str>, (field, value): (&str, &str)) -> Result<(), String> {
        match (field, value.len()) {
            ("reason", 0..10) => Err("it is: minLength 10".to_owned()),
            _ => Ok(()),
        }
    }
}

/// All that is printed when these lines are typed.
fn spoken(order: Order, lines: &[&str]) -> (String, Order, bool) {
    let (mut conversation, mut all) = Conversation::begin(&Small, order, Color::Off);
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
        all.contains("  and 11 more: type more of the name, or `?` for the teams\n"),
        "{all}"
    );
    assert!(all.contains("nothing is like `zzz`"), "{all}");
    // A number beyond those that are shown is a name like any other.
    assert!(all.contains("\n   1 CartService  Cart"), "{all}");
    assert!(all.contains("\n  10 svc-09"), "{all}");
    assert!(all.contains("  1 svc-11"), "{all}");
    assert_eq!(order.entity.as_deref(), Some("svc-07"));
    assert!(
        all.ends_with("  `reason` is required\nreason, text, required: "),
        "{all}"
    );
}

#[test]
fn what_is_wrong_is_said_and_asked_for_again() {
    let order = Order {
        action: Some("deplyo".to_owned()),
        entity: Some("svc-99".to_owned()),
        set: vec![("reason".to_owned(), "short".to_owned())],
    };
    let lines = ["deploy", "svc-07", "memory leak", "", ""];
    let (all, order, is_done) = spoken(order, &lines);
    assert!(is_done, "{all}");
    let expected = "  no action is called `deplyo`\n  no Component is called `svc-99`\n  1 deploy  Deploy\naction [deploy]: <deploy>\ndeploy: on a Component\n  it is: minLength 10\nentity, type to search: <svc-07>\nreason,";
    assert!(all.starts_with(expected), "{all}");
    assert_eq!(order.entity.as_deref(), Some("svc-07"));
}

/// Part of a name on the command line is a search that was begun.
#[test]
fn a_wrong_name_is_searched_for() {
    let order = Order {
        action: Some("restart".to_owned()),
        entity: Some("CartService".to_owned()),
        ..Order::default()
    };
    let (all, order, _) = spoken(order, &[""]);
    let expected = "  no action is called `restart`\n  1 restart_service  Restart\naction [restart_service]: <>\n";
    assert!(all.starts_with(expected), "{all}");
    assert_eq!(order.action.as_deref(), Some("restart_service"));
    let order = Order {
        action: Some("deploy".to_owned()),
        entity: Some("Cart".to_owned()),
        ..Order::default()
    };
    let (all, order, _) = spoken(order, &["1"]);
    assert!(all.contains("entity [CartService]: <1>\n"), "{all}");
    assert_eq!(order.entity.as_deref(), Some("CartService"));
}

#[test]
fn what_one_may_not_have_comes_last_with_who_may() {
    let order = Order {
        action: Some("deploy".to_owned()),
        ..Order::default()
    };
    let (all, _, _) = spoken(order.clone(), &["vc-03"]);
    assert!(
        all.contains("  1 svc-03  not you: ada, kim, lin, 1 more\n"),
        "{all}"
    );
    // Teams are named when they are asked for, and each narrows.
    let (all, order, _) = spoken(order, &["?", "platform", ""]);
    assert!(all.contains("<?>\n  platform  1\nentity, type"), "{all}");
    assert_eq!(order.entity.as_deref(), Some("CartService"));
}

/// What an action makes needs a name that nothing has.
#[test]
fn the_name_of_what_is_new_is_asked_for() {
    let order = Order {
        action: Some("scaffold".to_owned()),
        ..Order::default()
    };
    let (all, order, _) = spoken(order, &["", "CartService", "basket", "memory leak", "", ""]);
    assert!(
        all.contains("<>\n  it needs a name\nname of the new Component: <CartService>\n"),
        "{all}"
    );
    assert_eq!(order.entity.as_deref(), Some("basket"), "{all}");
}

/// What names an entity is searched for; its default is said, and what is optional may be left out.
#[test]
fn a_value_that_names_an_entity_is_searched_for() {
    let order = Order {
        action: Some("move".to_owned()),
        entity: Some("CartService".to_owned()),
        set: Vec::new(),
    };
    // What is proposed is so also after a slip.
    let (slip, said, _) = spoken(order.clone(), &["zz", ""]);
    assert!(
        slip.contains("nothing is like `zz`\nteam, a Team, type to search [platform]: "),
        "{slip}"
    );
    assert_eq!(said.set.len(), 1, "{slip}");
    let (all, order, is_done) = spoken(order, &["", "vc-1", "3", ""]);
    assert!(is_done, "{all}");
    let set: Vec<(&str, &str)> = order.set.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(set, [("team", "platform"), ("to", "svc-12")], "{all}");
    assert!(
        all.starts_with("move: on a Component\nteam, a Team, type to search [platform]: <>\nto, a Component, type to search, required: <vc-1>\n   1 svc-10\n"),
        "{all}"
    );
    assert!(
        all.ends_with("to [svc-10]: <3>\nfrom, a Component, type to search, optional: <>\n"),
        "{all}"
    );
}
