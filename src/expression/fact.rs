//! Comparisons of a path with a value that is written out: `.before.properties.type == "service"`.
//!
//! In: a tree. Out: what it compares with what, and whether the whole can be true where one of
//! them is false. Knows nothing of what the paths mean.

use serde_json::Value;

use super::tree::{Comparison, Kind, Logic, Node, Part};

/// A comparison of a path of the input with a written value, by `==` or `!=`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The keys of the path.
    pub path: Vec<String>,
    /// What it is compared with.
    pub value: Value,
    /// Whether by `==`.
    pub is_equal: bool,
    /// Whether the whole expression is false where this is.
    pub is_certain: bool,
    /// The first byte of the written value.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// All comparisons that are made with the expression's own input, in the order they are written.
pub(super) fn of(tree: &Node) -> Vec<Fact> {
    let mut facts = Vec::new();
    walk(tree, true, &mut facts);
    facts
}

/// Trees are as deep as brackets may be, which is bounded.
fn walk(node: &Node, is_certain: bool, facts: &mut Vec<Fact>) {
    match &node.kind {
        Kind::Logic(Logic::And, left, right) => {
            walk(left, is_certain, facts);
            walk(right, is_certain, facts);
        }
        Kind::Compare(how @ (Comparison::Equal | Comparison::NotEqual), left, right) => {
            let is_equal = *how == Comparison::Equal;
            facts.extend(fact(left, right, is_equal, is_certain));
            facts.extend(fact(right, left, is_equal, is_certain));
        }
        // Behind a pipe, and for each element, `.` is something else.
        Kind::Pipe(all) => {
            if let Some(first) = all.first() {
                walk(first, is_certain && all.len() == 1, facts);
            }
        }
        Kind::Keyed(..) => {}
        _ => {
            for child in node.children() {
                walk(child, false, facts);
            }
        }
    }
}

fn fact(path: &Node, value: &Node, is_equal: bool, is_certain: bool) -> Option<Fact> {
    let (Kind::Path(head, links), Kind::Literal(written)) = (&path.kind, &value.kind) else {
        return None;
    };
    let keys = links.iter().map(|link| match &link.part {
        Part::Key(key) => Some(key.clone()),
        _ => None,
    });
    let is_input = matches!(head.kind, Kind::Input);
    Some(Fact {
        path: keys.collect::<Option<Vec<_>>>().filter(|_| is_input)?,
        value: written.clone(),
        is_equal,
        is_certain,
        start: value.place.start,
        end: value.place.end,
    })
}

#[cfg(test)]
mod tests {
    use crate::expression::Expression;

    fn facts(source: &str) -> Vec<(String, bool, bool)> {
        let facts = Expression::parse(source).unwrap().facts();
        facts
            .iter()
            .map(|fact| {
                (
                    format!("{}={}", fact.path.join("."), fact.value),
                    fact.is_equal,
                    fact.is_certain,
                )
            })
            .collect()
    }

    #[test]
    fn comparisons_with_written_values_are_found() {
        assert_eq!(
            facts(".a.b == \"x\" and (.c != 3 or \"y\" == .d)"),
            [
                ("a.b=\"x\"".to_owned(), true, true),
                ("c=3".to_owned(), false, false),
                ("d=\"y\"".to_owned(), true, false),
            ]
        );
        assert_eq!(facts("(.a == 1 | not)"), [("a=1".to_owned(), true, false)]);
        assert_eq!(facts(".a | .b == 1"), []);
        assert_eq!(facts("(.a // 1) == 1"), []);
        assert_eq!(facts("[.a[] | select(.b == 1)] | length > 0"), []);
    }
}
