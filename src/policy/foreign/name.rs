//! Names that Cedar does not have: variables, words for nothing, and functions of other languages.

use std::ops::Range;

use super::{Said, Scene, time};
use crate::model::Catalog;
use crate::policy::tokens::{Sort, Token};

/// What stands in the context of a question.
const CONTEXT: [&str; 6] = ["after", "before", "cause", "changed", "inputs", "now"];

/// A name that is no variable, alone.
pub(super) fn variable(scene: &Scene<'_>, at: usize) -> Option<Said> {
    let token = scene.all.get(at)?;
    let before = at.checked_sub(1).and_then(|n| scene.all.get(n));
    // A name behind a minus that touches it is the end of another one.
    if before.is_some_and(|it| it.is("-") && it.range.end == token.range.start) {
        return None;
    }
    let written = token.text;
    let range = token.range.clone();
    match written {
        "null" | "nil" | "None" | "undefined" => {
            let message = format!("Cedar has no `{written}`: what is absent is not there");
            let help = absent(scene, at)
                .unwrap_or_else(|| "ask whether it is there, as in `resource has note`".to_owned());
            Some(Said::new(range, message, help))
        }
        "True" | "TRUE" | "False" | "FALSE" => Some(Said::new(
            range,
            format!("Cedar has no `{written}`"),
            format!("write `{}`", written.to_ascii_lowercase()),
        )),
        name if CONTEXT.contains(&name) => {
            let message = format!("`{name}` is a part of the context");
            Some(Said::new(range, message, format!("write `context.{name}`")))
        }
        name => {
            let message = format!("`{name}` is nothing that a rule knows");
            let help = format!(
                "write `resource.{name}`, `context.inputs.{name}`, or \"{name}\" for a text"
            );
            Some(Said::new(range, message, help))
        }
    }
}

/// `principal.login == ...` in the head of a rule, where who asks and what is asked about stand
/// alone.
pub(super) fn of_head(scene: &Scene<'_>, dot: usize) -> Option<Said> {
    let who = scene.all.get(dot.checked_sub(1)?)?;
    let name = scene.all.get(dot + 1)?;
    if !["principal", "resource"].contains(&who.text) {
        return None;
    }
    let range = who.range.start..name.range.end;
    let written = scene.text.get(range.clone())?;
    let message = format!("before `when` a rule names `{}` alone", who.text);
    let help = format!("compare it below: `when {{ {written} == ... }}`");
    Some(Said::new(range, message, help))
}

/// `resource.note == null` as it is written in Cedar.
fn absent(scene: &Scene<'_>, at: usize) -> Option<String> {
    let sign = scene.all.get(at.checked_sub(1)?)?;
    let is_path = |token: &&Token<'_>| token.sort == Sort::Name || token.is(".");
    let path = scene.all.get(..at.checked_sub(1)?)?.iter().rev();
    let start = path.take_while(is_path).last()?.range.start;
    let path = scene.text.get(start..sign.range.start)?.trim_end();
    let (base, name) = path.rsplit_once('.')?;
    match sign.text {
        "==" => Some(format!("write `!({base} has {name})`")),
        "!=" => Some(format!("write `{base} has {name}`")),
        _ => None,
    }
}

/// `inputs.n`: a path that begins with no variable.
pub(super) fn member(scene: &Scene<'_>, at: usize, source: &str) -> Option<Said> {
    let token = scene.all.get(at)?;
    let range = token.range.clone();
    let rest = source.strip_prefix(token.text)?;
    Some(match token.text {
        name if CONTEXT.contains(&name) => Said::new(
            range,
            format!("`{name}` is a part of the context"),
            format!("write `context.{source}`"),
        ),
        name @ ("entity" | "this" | "self") => Said::new(
            range,
            format!("`{name}` is nothing that a rule knows"),
            format!("write `resource{rest}`"),
        ),
        name @ ("user" | "actor" | "me" | "person") => Said::new(
            range,
            format!("`{name}` is nothing that a rule knows"),
            format!("write `principal{rest}`"),
        ),
        name => Said::new(
            range,
            format!("`{name}` is nothing that a rule knows"),
            format!("write `resource.{source}`, or begin at `principal` or `context`"),
        ),
    })
}

/// `tags contains "x"`: a function between what it takes, as an operator.
pub(super) fn infix(scene: &Scene<'_>, at: usize) -> Option<Said> {
    let token = scene.all.get(at)?;
    let is_path = |token: &&Token<'_>| token.sort == Sort::Name || token.is(".");
    let path = scene.all.get(..at)?.iter().rev();
    let from = path.take_while(is_path).last()?.range.start;
    let of = scene.text.get(from..token.range.start)?.trim_end();
    let rest = scene.all.get(at + 1..)?;
    let ends = ["}", ")", "&&", "||", ";"];
    let value = rest.iter().take_while(|it| !ends.contains(&it.text));
    let value = value.last().and_then(|last| {
        let from = rest.first()?.range.start;
        scene.text.get(from..last.range.end)
    });
    let name = token.text;
    let message = format!("`{name}` stands behind a dot, and brackets behind it");
    let help = format!("write `{of}.{name}({})`", value.unwrap_or_default());
    Some(Said::new(token.range.clone(), message, help))
}

/// A function of texts and lists that other languages have.
pub(super) fn method(
    all: &[Token<'_>],
    range: &Range<usize>,
    told: &str,
    catalog: &Catalog,
) -> Option<Said> {
    let name = told.split('`').nth(1)?;
    let is_it = |it: &Token<'_>| range.contains(&it.range.start) && it.is(name);
    let at = all.iter().rposition(is_it)?;
    let token = all.get(at)?;
    let said = |help| {
        let message = format!("Cedar has no `{name}`");
        Said::new(token.range.clone(), message, help)
    };
    if let Some(help) = time::instead(all.get(..at)?, name, catalog) {
        return Some(said(help));
    }
    let help = match name.to_ascii_lowercase().as_str() {
        "startswith" | "beginswith" | "hasprefix" => "write `like \"word*\"`",
        "endswith" | "hassuffix" => "write `like \"*word\"`",
        "includes" | "has" | "in" => "write `contains` of a set, or `like \"*word*\"` of a text",
        "matches" | "match" | "test" => "write `like \"word*\"`: `*` stands for any signs",
        "size" | "length" | "count" | "len" => "write `isEmpty()`: Cedar does not count",
        _ => {
            "there are `contains`, `containsAll`, `containsAny` and `isEmpty` of sets, and `like` of texts"
        }
    };
    Some(said(help))
}
