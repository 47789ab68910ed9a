//! `context.kind == "policies"`: a kind that no file has, which Cedar takes for any other text.
//!
//! In: a rule. Out: a finding at each such text; a `forbid` with one would forbid nothing.

use crate::finding::Finding;
use crate::finding::codes::E0402;
use crate::policy::BuiltIn;
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Sort, Token, tokens};
use crate::text::{did_you_mean, nearest};

/// The findings of one rule.
pub(super) fn check(rule: &Rule) -> Vec<Finding> {
    let all = tokens(&rule.text);
    let read = |words: &[Token<'_>]| matches!(words, [context, dot, kind] if context.is("context") && dot.is(".") && kind.is("kind"));
    let places = all.windows(3).enumerate();
    let places = places.filter(|(_, words)| read(words)).map(|(at, _)| at);
    let written = places.flat_map(|at| compared(&all, at));
    written.filter_map(|it| unknown(rule, it)).collect()
}

/// The texts with which the `context.kind` at a place is compared.
fn compared<'a, 't>(all: &'a [Token<'t>], at: usize) -> Vec<&'a Token<'t>> {
    let (before, rest) = all.split_at_checked(at).unwrap_or_default();
    let behind = rest.get(3..).unwrap_or_default();
    let is_sign = |token: &Token<'_>| token.is("==") || token.is("!=");
    match (before, behind) {
        (_, [sign, text, ..]) if is_sign(sign) => vec![text],
        ([.., text, sign], _) if is_sign(sign) => vec![text],
        ([list @ .., close, dot, contains, open], _)
            if close.is("]") && dot.is(".") && contains.is("contains") && open.is("(") =>
        {
            let listed = list.iter().rev().take_while(|token| !token.is("["));
            listed.filter(|token| !token.is(",")).collect()
        }
        _ => Vec::new(),
    }
}

fn unknown(rule: &Rule, written: &Token<'_>) -> Option<Finding> {
    let name = written.plain().filter(|_| written.sort == Sort::String)?;
    let every = kinds(|_| true);
    let of_rule = kinds(|action| is_about(rule, action));
    // Where it is about entities alone, Cedar says that there is no kind.
    let known = if of_rule.is_empty() { &every } else { &of_rule };
    if known.contains(&name) {
        return None;
    }
    let message = if every.contains(&name) {
        format!("nothing that this rule is about has the kind `{name}`")
    } else {
        format!("nothing has the kind `{name}`")
    };
    let near = nearest(name, known.iter().copied()).map(did_you_mean);
    let finding = Finding::new(&E0402, rule.map.span(&written.range), message);
    let finding = finding.label("never there");
    let all: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    Some(finding.help(near.unwrap_or_else(|| {
        let are = if all.len() == 1 {
            "kind is"
        } else {
            "kinds are"
        };
        format!("the {are} {}", all.join(", ")).into()
    })))
}

/// The kinds of what built-in actions are about, in order.
fn kinds(is_meant: impl Fn(BuiltIn) -> bool) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for action in BuiltIn::ALL.iter().filter(|action| is_meant(**action)) {
        kinds.extend(action.roots());
        // What `override` settles is a call.
        if *action == BuiltIn::Override {
            kinds.push("call");
        }
    }
    kinds.sort_unstable();
    kinds
}

/// Whether the head of a rule leaves an action to it.
fn is_about(rule: &Rule, action: BuiltIn) -> bool {
    match &rule.scope {
        Scope::All => true,
        Scope::In(actions) => actions
            .iter()
            .any(|one| one.id().unescaped() == action.word()),
    }
}
