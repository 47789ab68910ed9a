//! `context.path == "catalog/policies/*"`: that is written by those who mean `like`.
//!
//! In: a rule. Out: a finding at the text, which is the path of no file.

use crate::finding::Finding;
use crate::finding::codes::E0404;
use crate::policy::rule::Rule;
use crate::policy::tokens::{Token, tokens};

/// A path with a `*` that is compared as it is.
pub(super) fn path(rule: &Rule) -> Option<Finding> {
    let all = tokens(&rule.text);
    let (written, sign) = all.windows(5).find_map(compared)?;
    let path = written.plain()?;
    let like = format!("context.path like \"{path}\"");
    let like = match sign {
        "==" => like,
        _ => format!("!({like})"),
    };
    let message = format!("no file has the path `{path}`: `{sign}` takes `*` as it is written");
    Some(
        Finding::new(&E0404, rule.map.span(&written.range), message)
            .label("a path has no `*`")
            .help(format!("write `{like}`")),
    )
}

/// The text and the sign of a comparison with `context.path`.
fn compared<'w, 't>(words: &'w [Token<'t>]) -> Option<(&'w Token<'t>, &'t str)> {
    let (path, sign, written) = match words {
        [path @ .., sign, written] if written.plain().is_some() => (path, sign, written),
        [written, sign, path @ ..] => (path, sign, written),
        _ => return None,
    };
    let [context, dot, name] = path else {
        return None;
    };
    let is_path = context.is("context") && dot.is(".") && name.is("path");
    let is_comparison = sign.is("==") || sign.is("!=");
    let is_starred = written.plain().is_some_and(|it| it.contains('*'));
    (is_path && is_comparison && is_starred).then_some((written, sign.text))
}
