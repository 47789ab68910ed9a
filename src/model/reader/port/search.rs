//! Port's search rules about one entity, as jq.
//!
//! In: `{combinator, rules}` of the condition of an action. Out: an expression over `.before`
//! that is true of exactly the same entities, or why there is none. An absent value is equal to
//! nothing, in no list and not empty of nothing, as in the queries of aggregations.

use crate::expression::Expression;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Located, Span};

/// Why rules have no counterpart, and where that is written.
#[derive(Debug)]
pub(super) struct Unsaid {
    /// Where.
    pub(super) span: Span,
    /// Why, in the words of a user.
    pub(super) why: String,
}

impl Unsaid {
    fn new(span: Span, why: impl Into<String>) -> Self {
        Self {
            span,
            why: why.into(),
        }
    }
}

/// What an entity has beside its properties, by Port's name.
const META: [(&str, &str); 4] = [
    ("$blueprint", ".before.blueprint"),
    ("$icon", ".before.icon"),
    ("$identifier", ".before.identifier"),
    ("$title", ".before.title"),
];

/// The keys of a rule that are read.
const RULE: [&str; 3] = ["operator", "property", "value"];

/// A condition as one expression in brackets; `None` where it asks for nothing.
pub(super) fn lower(condition: &Node) -> Result<Option<Located<String>>, Unsaid> {
    if let Some(kind) = condition.get("type")
        && kind.as_str() != Some("SEARCH")
    {
        return Err(Unsaid::new(kind.span, "it is no search"));
    }
    let Some(source) = group(condition)? else {
        return Ok(None);
    };
    match Expression::parse(&source) {
        Ok(_) => Ok(Some(Located::new(source, condition.span))),
        Err(_) => Err(Unsaid::new(
            condition.span,
            "it is longer than an expression may be",
        )),
    }
}

/// Rules of which all or any must hold.
fn group(node: &Node) -> Result<Option<String>, Unsaid> {
    let word = match node.get("combinator").and_then(Node::as_str) {
        Some("and") => " and ",
        Some("or") => " or ",
        _ => return Err(Unsaid::new(node.span, "its `combinator` is not known")),
    };
    let Some(rules) = node.get("rules").and_then(Node::as_sequence) else {
        return Err(Unsaid::new(node.span, "it has no list of `rules`"));
    };
    let rules: Vec<String> = rules.iter().map(rule).collect::<Result<_, _>>()?;
    match rules.as_slice() {
        [] if word == " and " => Ok(None),
        [] => Err(Unsaid::new(node.span, "it has no `rules`")),
        rules => Ok(Some(format!("({})", rules.join(word)))),
    }
}

fn rule(node: &Node) -> Result<String, Unsaid> {
    if node.get("rules").is_some() {
        return group(node)?.ok_or_else(|| Unsaid::new(node.span, "a group has no `rules`"));
    }
    let place = |key| node.get(key).map_or(node.span, |node: &Node| node.span);
    let Some(operator) = node.get("operator").and_then(Node::as_str) else {
        return Err(Unsaid::new(place("operator"), "a rule has no `operator`"));
    };
    let has_no_counterpart = || {
        let why = format!("`{operator}` has no counterpart");
        Unsaid::new(place("operator"), why)
    };
    let Some(property) = node.get("property") else {
        return Err(has_no_counterpart());
    };
    let entries = node.as_mapping().unwrap_or_default();
    if let Some(other) = entries
        .iter()
        .find(|entry| !RULE.contains(&entry.key.value.as_str()))
    {
        let why = format!("`{}` of a rule has no counterpart", other.key.value);
        return Err(Unsaid::new(other.key.span, why));
    }
    let Some(path) = property.as_str().and_then(path) else {
        return Err(Unsaid::new(
            property.span,
            "what a rule compares is not known here",
        ));
    };
    compare(operator, &path, node)
}

/// What an operator asks of the value at a path.
fn compare(operator: &str, path: &str, node: &Node) -> Result<String, Unsaid> {
    let place = |key| node.get(key).map_or(node.span, |node: &Node| node.span);
    let has_no_counterpart = || {
        let why = format!("`{operator}` has no counterpart");
        Unsaid::new(place("operator"), why)
    };
    let value = || {
        literal(node.get("value")).ok_or_else(|| {
            let why = format!("`{operator}` compares with what is not known here");
            Unsaid::new(place("value"), why)
        })
    };
    let text = || {
        let is_text = node.get("value").and_then(Node::as_str).is_some();
        if is_text {
            value()
        } else {
            Err(has_no_counterpart())
        }
    };
    let source = match operator {
        "=" => format!("{path} == {}", value()?),
        "!=" => format!("{path} != {}", value()?),
        "in" | "notIn" => {
            let (compare, word) = match operator {
                "in" => ("==", " or "),
                _ => ("!=", " and "),
            };
            let all = literals(node.get("value")).ok_or_else(has_no_counterpart)?;
            let all: Vec<String> = all
                .iter()
                .map(|one| format!("{path} {compare} {one}"))
                .collect();
            format!("({})", all.join(word))
        }
        "isEmpty" => format!("{path} == null"),
        "isNotEmpty" => format!("{path} != null"),
        ">" | ">=" | "<" | "<=" => {
            let is_number = node
                .get("value")
                .is_some_and(|node| matches!(node.value, Value::Integer(_) | Value::Float(_)));
            if !is_number {
                return Err(has_no_counterpart());
            }
            let value = value()?;
            format!("({path} | if type == \"number\" then . {operator} {value} else false end)")
        }
        "contains" => contains(path, &text()?),
        "doesNotContains" => format!("({} | not)", contains(path, &text()?)),
        "containsAny" => {
            let all = literals(node.get("value")).ok_or_else(has_no_counterpart)?;
            let all: Vec<String> = all
                .iter()
                .map(|one| format!("({path} | {})", has_element(one)))
                .collect();
            format!("({})", all.join(" or "))
        }
        "beginsWith" => at_an_end(path, "startswith", &text()?),
        "doesNotBeginsWith" => format!("({} | not)", at_an_end(path, "startswith", &text()?)),
        "endsWith" => at_an_end(path, "endswith", &text()?),
        "doesNotEndsWith" => format!("({} | not)", at_an_end(path, "endswith", &text()?)),
        "between" | "notBetween" => {
            let why =
                format!("`{operator}` asks for the time, which no condition of an action reads");
            return Err(Unsaid::new(place("operator"), why));
        }
        _ => return Err(has_no_counterpart()),
    };
    Ok(source)
}

/// A text that has a part, or a list that has an element.
fn contains(path: &str, value: &str) -> String {
    format!(
        "({path} | if type == \"string\" then contains({value}) else ({}) end)",
        has_element(value)
    )
}

/// Whether the input is a list that has an element.
fn has_element(value: &str) -> String {
    format!("if type == \"array\" then any(. == {value}) else false end")
}

/// Whether a text begins or ends so.
fn at_an_end(path: &str, function: &str, value: &str) -> String {
    format!("({path} | if type == \"string\" then {function}({value}) else false end)")
}

/// The path of a property; what only Port's database knows has none.
fn path(property: &str) -> Option<String> {
    if property.starts_with('$') {
        let found = META.iter().find(|(name, _)| *name == property);
        return found.map(|(_, path)| (*path).to_owned());
    }
    let quoted = serde_json::to_string(property).ok()?;
    let is_name = property
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !property.starts_with(|first: char| first.is_ascii_digit());
    match property {
        "" => None,
        name if is_name => Some(format!(".before.properties.{name}")),
        _ => Some(format!(".before.properties[{quoted}]")),
    }
}

/// A value that is written out; a template or a query is none.
fn literal(value: Option<&Node>) -> Option<String> {
    let value = value?;
    let is_written = match &value.value {
        Value::String(text) => !text.contains("{{") && !text.contains("\\("),
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) => true,
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => false,
    };
    let json = is_written.then(|| value.to_json())?;
    serde_json::to_string(&json).ok()
}

/// The values of a list that is written out and has some.
fn literals(list: Option<&Node>) -> Option<Vec<String>> {
    let list = list?.as_sequence()?;
    let all: Option<Vec<String>> = list.iter().map(|node| literal(Some(node))).collect();
    all.filter(|all| !all.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::lower;
    use crate::expression::Expression;
    use crate::syntax::MergeKeys;
    use crate::text::FileId;

    /// What becomes of one rule, or of several.
    fn lowered(rules: &str) -> Result<Option<String>, String> {
        let text = format!("{{type: SEARCH, combinator: and, rules: [{rules}]}}");
        let (documents, findings) =
            crate::syntax::parse(FileId::BUILT_IN, &text, MergeKeys::Refused);
        assert!(findings.is_empty(), "{findings:?}");
        match lower(&documents[0].root) {
            Ok(lowered) => Ok(lowered.map(|it| it.value)),
            Err(unsaid) => Err(unsaid.why),
        }
    }

    #[test]
    fn rules_hold_of_the_entities_of_which_ports_do() {
        let context = json!({"before": {"identifier": "cart", "title": "Cart", "properties": {
            "status": "up", "tier": 2, "live": true, "tags": ["a", "bc"], "a-b": "x"}}});
        for (rules, wanted) in [
            ("{property: status, operator: '=', value: up}", true),
            ("{property: status, operator: '=', value: down}", false),
            ("{property: absent, operator: '=', value: up}", false),
            ("{property: absent, operator: '!=', value: up}", true),
            ("{property: live, operator: '=', value: true}", true),
            ("{property: a-b, operator: '=', value: x}", true),
            ("{property: $identifier, operator: '=', value: cart}", true),
            ("{property: status, operator: in, value: [up, down]}", true),
            (
                "{property: status, operator: notIn, value: [up, down]}",
                false,
            ),
            ("{property: absent, operator: notIn, value: [up]}", true),
            ("{property: absent, operator: isEmpty}", true),
            ("{property: status, operator: isNotEmpty}", true),
            ("{property: tier, operator: '>=', value: 2}", true),
            ("{property: tier, operator: '<', value: 2}", false),
            ("{property: absent, operator: '<', value: 2}", false),
            ("{property: status, operator: contains, value: p}", true),
            ("{property: tags, operator: contains, value: b}", false),
            ("{property: tags, operator: contains, value: bc}", true),
            (
                "{property: tags, operator: doesNotContains, value: b}",
                true,
            ),
            (
                "{property: tags, operator: containsAny, value: [z, a]}",
                true,
            ),
            ("{property: tier, operator: beginsWith, value: u}", false),
            ("{property: status, operator: beginsWith, value: u}", true),
            (
                "{property: absent, operator: doesNotBeginsWith, value: u}",
                true,
            ),
            ("{property: status, operator: endsWith, value: u}", false),
            (
                "{property: status, operator: doesNotEndsWith, value: u}",
                true,
            ),
            (
                "{combinator: or, rules: [{property: tier, operator: '=', value: 9}, {property: status, operator: '=', value: up}]}",
                true,
            ),
            (
                "{property: tier, operator: '=', value: 9}, {property: status, operator: '=', value: up}",
                false,
            ),
        ] {
            let source = lowered(rules).unwrap().unwrap();
            let holds = Expression::parse(&source).unwrap().evaluate_bool(&context);
            assert_eq!(holds, Ok(wanted), "{rules}: {source}");
        }
        assert_eq!(lowered(""), Ok(None));
    }

    #[test]
    fn what_cannot_be_said_exactly_is_not_said() {
        for (rules, why) in [
            (
                "{operator: relatedTo, blueprint: Team, value: a}",
                "`relatedTo` has no counterpart",
            ),
            (
                "{property: at, operator: between, value: {preset: today}}",
                "`between` asks for the time, which no condition of an action reads",
            ),
            (
                "{property: at, operator: '>', value: '2026-01-01T00:00:00Z'}",
                "`>` has no counterpart",
            ),
            (
                "{property: at, operator: '=', value: {preset: today}}",
                "`=` compares with what is not known here",
            ),
            (
                "{property: owner, operator: '=', value: '{{ .user.email }}'}",
                "`=` compares with what is not known here",
            ),
            (
                "{property: $createdAt, operator: '=', value: x}",
                "what a rule compares is not known here",
            ),
            (
                "{property: {context: user, property: email}, operator: '=', value: x}",
                "what a rule compares is not known here",
            ),
            (
                "{property: a, operator: '=', value: x, not: true}",
                "`not` of a rule has no counterpart",
            ),
            (
                "{property: a, operator: in, value: []}",
                "`in` has no counterpart",
            ),
            ("{property: a, value: x}", "a rule has no `operator`"),
            (
                "{combinator: xor, rules: []}",
                "its `combinator` is not known",
            ),
            ("{combinator: and, rules: []}", "a group has no `rules`"),
        ] {
            assert_eq!(lowered(rules), Err(why.to_owned()), "{rules}");
        }
        let many = vec!["{property: a, operator: '=', value: x}"; 400].join(",");
        assert_eq!(
            lowered(&many),
            Err("it is longer than an expression may be".to_owned())
        );
    }
}
