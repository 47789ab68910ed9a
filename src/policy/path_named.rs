//! What `context.path` is compared with, and what no file has as its path.
//!
//! In: a rule. Out: a finding at a text with a `*` that is compared by `==`, written by those who
//! mean `like`, and at one of no file that is ever decided about.

use crate::finding::Finding;
use crate::finding::codes::E0404;
use crate::model::settings::FILE;
use crate::model::{Catalog, Entity, EntityId};
use crate::policy::BuiltIn;
use crate::policy::rule::{Rule, Scope};
use crate::policy::tokens::{Token, tokens};

/// The findings of one rule.
pub(super) fn check(rule: &Rule, catalog: &Catalog) -> Vec<Finding> {
    let all = tokens(&rule.text);
    let read = |words: &[Token<'_>]| matches!(words, [context, dot, path] if context.is("context") && dot.is(".") && path.is("path"));
    let places = all.windows(3).enumerate();
    let places = places.filter(|(_, words)| read(words)).map(|(at, _)| at);
    let written = places.flat_map(|at| compared(&all, at));
    written
        .filter_map(|at| starred(rule, &at).or_else(|| outside(rule, &at, catalog)))
        .collect()
}

/// A text that `context.path` is compared with.
struct Written<'w, 't> {
    token: &'w Token<'t>,
    sign: &'t str,
    /// Whether the comparison holds of what is not so.
    is_turned: bool,
}

/// A path with a `*` that is compared as it is.
fn starred(rule: &Rule, written: &Written<'_, '_>) -> Option<Finding> {
    let path = written.token.plain().filter(|it| it.contains('*'))?;
    let sign = written.sign;
    let like = format!("context.path like \"{path}\"");
    let like = match sign {
        "==" => like,
        "!=" => format!("!({like})"),
        _ => return None,
    };
    let message = format!("no file has the path `{path}`: `{sign}` takes `*` as it is written");
    Some(
        Finding::new(&E0404, rule.map.span(&written.token.range), message)
            .label("a path has no `*`")
            .help(format!("write `{like}`")),
    )
}

/// A path of nothing that a rule about the catalog itself is asked about.
fn outside(rule: &Rule, written: &Written<'_, '_>, catalog: &Catalog) -> Option<Finding> {
    let settings = &catalog.settings;
    let Scope::In(actions) = &rule.scope else {
        return None;
    };
    let is_about = |built_in: BuiltIn| {
        let mut actions = actions.iter();
        actions.any(|uid| uid.id().unescaped() == built_in.word())
    };
    // Other sources may be anywhere.
    if settings.half_read || !settings.sources.is_empty() || settings.catalog == "." {
        return None;
    }
    let (path, sign) = (written.token.plain()?, written.sign);
    let folder = format!("{}/", settings.catalog);
    let is_file = match begin(path, sign) {
        Some(begin) => {
            let ways = [folder.as_str(), FILE, &settings.baseline];
            begin.starts_with(&folder) || ways.iter().any(|way| way.starts_with(begin))
        }
        None => path.starts_with(&folder) || path == FILE || settings.baseline == path,
    };
    // What `override` settles is a call, known by its entity.
    let is_call = is_about(BuiltIn::Override) && may_be_call(path, sign, catalog);
    if is_file || is_call {
        return None;
    }
    let what = if is_about(BuiltIn::Override) {
        "no file and no call of the catalog has"
    } else {
        "no file of the catalog has"
    };
    let found = |(_, entity): (EntityId, &Entity)| {
        let kind = catalog.blueprint(entity.blueprint)?;
        let is_it = entity.identifier.value == path;
        is_it.then(|| {
            format!(
                "a call has that of its entity: `{}/{path}`",
                kind.identifier.value
            )
        })
    };
    let mut of_call = catalog.entities().filter(|_| is_about(BuiltIn::Override));
    let of_call = of_call.find_map(found);
    let inside = path.trim_start_matches(['.', '/']);
    let inside = inside.strip_prefix(&folder).unwrap_or(inside);
    let of_file = || format!("paths begin at the folder of {FILE}: `{folder}{inside}`");
    Some(
        Finding::new(
            &E0404,
            rule.map.span(&written.token.range),
            format!("{what} the path `{path}`"),
        )
        .label(if written.is_turned {
            "always another"
        } else {
            "never there"
        })
        .help(of_call.unwrap_or_else(of_file)),
    )
}

/// What a pattern begins with; `None` where it is no pattern.
fn begin<'p>(path: &'p str, sign: &str) -> Option<&'p str> {
    let pattern = path.split_once('*').filter(|_| sign == "like");
    pattern.map(|(begin, _)| begin)
}

/// Whether a path is that of an entity, `Service/cart`, or may be.
fn may_be_call(path: &str, sign: &str, catalog: &Catalog) -> bool {
    let is_kind = |name: &str| catalog.find_blueprint(name).is_some();
    match (
        begin(path, sign).unwrap_or(path).split_once('/'),
        begin(path, sign),
    ) {
        (Some((kind, _)), _) => is_kind(kind),
        (None, Some(begin)) => {
            let mut kinds = catalog.blueprints.iter();
            kinds.any(|kind| kind.identifier.value.starts_with(begin))
        }
        (None, None) => false,
    }
}

/// The texts with which the `context.path` at a place is compared.
fn compared<'w, 't>(all: &'w [Token<'t>], at: usize) -> Vec<Written<'w, 't>> {
    let (before, rest) = all.split_at_checked(at).unwrap_or_default();
    let behind = rest.get(3..).unwrap_or_default();
    let is_sign = |token: &Token<'_>| ["==", "!=", "like"].iter().any(|it| token.is(it));
    let is_not = matches!(before, [.., not, open] if not.is("!") && open.is("("));
    let one = |token, sign: &Token<'t>| Written {
        token,
        sign: sign.text,
        is_turned: is_not != sign.is("!="),
    };
    match (before, behind) {
        (_, [sign, text, ..]) if is_sign(sign) => vec![one(text, sign)],
        ([.., text, sign], _) if is_sign(sign) && !sign.is("like") => vec![one(text, sign)],
        ([list @ .., close, dot, contains, open], _)
            if close.is("]") && dot.is(".") && contains.is("contains") && open.is("(") =>
        {
            let listed = list.iter().rev().take_while(|token| !token.is("["));
            let listed = listed.filter(|token| !token.is(",")).map(|token| Written {
                token,
                sign: "==",
                is_turned: false,
            });
            listed.collect()
        }
        _ => Vec::new(),
    }
}
