//! What people write who know other languages, and what Cedar has in its place.
//!
//! In: a rule's text, the characters at which Cedar's parser gave up and what it said. Out: the
//! characters that are meant, a message and what to write; nothing where the mistake is none of
//! these, so that Cedar's own words stand.

use std::ops::Range;

use crate::model::Catalog;
use crate::policy::hint;
use crate::policy::tokens::{Sort, Token, tokens};

mod name;
mod number;
mod time;

use name::{infix, member, method, variable};
pub(super) use number::remedy;
pub(super) use time::{OF_LENGTH, OF_MOMENT};

/// A mistake in the words of a catalog.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What to write.
    pub(super) help: String,
}

impl Said {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            help: help.into(),
        }
    }
}

/// What is meant where Cedar says `told` of the characters `range`.
pub(super) fn said(
    text: &str,
    range: &Range<usize>,
    told: &str,
    catalog: &Catalog,
) -> Option<Said> {
    let all = tokens(text);
    let scene = Scene { text, all: &all };
    if let Some(said) = single_quoted(text, range.start) {
        return Some(said);
    }
    if told.starts_with("`=` is not a valid operator") {
        let mut inside = all
            .iter()
            .filter(|token| range.contains(&token.range.start));
        let sign = inside.find(|token| token.is("="))?;
        return Some(Said::new(
            sign.range.clone(),
            "`=` compares nothing in Cedar",
            "write `==`",
        ));
    }
    if told.starts_with("unexpected") || told.starts_with("invalid token") {
        return scene.unexpected(range.start);
    }
    let at = all
        .iter()
        .position(|token| token.range.start == range.start);
    let source = text.get(range.clone()).unwrap_or_default();
    if told.starts_with("invalid variable") {
        return variable(&scene, at?);
    }
    if told.starts_with("invalid member access") {
        return member(&scene, at?, source);
    }
    if told.ends_with("is not a valid function") {
        let name = all.get(at?)?;
        let rest = source.get(name.text.len()..)?.trim_start();
        return name
            .text
            .eq_ignore_ascii_case("not")
            .then(|| not(name, rest));
    }
    if told.ends_with("is not supported") {
        return number::division(text, range, told);
    }
    if told.ends_with("is not a valid method") {
        return method(&all, range, told, catalog);
    }
    if let Some(word) = told.strip_prefix("invalid policy effect: ") {
        let meant = match word.to_ascii_lowercase().as_str() {
            "deny" | "forbid" | "reject" => "forbid",
            _ => "permit",
        };
        let message = format!("no rule begins with `{word}`");
        return Some(Said::new(
            range.clone(),
            message,
            format!("write `{meant}`"),
        ));
    }
    if let Some(word) = told.strip_prefix("invalid policy condition: ") {
        let message = format!("no condition begins with `{word}`");
        return Some(Said::new(
            range.clone(),
            message,
            "write `when` or `unless`",
        ));
    }
    unnamed(&scene, range, told, catalog)
}

/// A text between single quotes.
fn single_quoted(text: &str, start: usize) -> Option<Said> {
    let inner = text.get(start..)?.strip_prefix('\'')?;
    let line = inner.lines().next().unwrap_or_default();
    let message = "a text stands in double quotes in Cedar";
    Some(match line.find('\'').and_then(|end| line.get(..end)) {
        Some(inner) if !inner.contains(['"', '\\']) => Said::new(
            start..start + inner.len() + 2,
            message,
            format!("write `\"{inner}\"`"),
        ),
        _ => Said::new(start..start + 1, message, "write `\"` around the text"),
    })
}

/// A text or a name where an entity is to stand.
fn unnamed(scene: &Scene<'_>, range: &Range<usize>, told: &str, catalog: &Catalog) -> Option<Said> {
    if !told.starts_with("expected an entity uid") {
        return None;
    }
    let source = scene.text.get(range.clone())?;
    let at = scene.at(range.start)?;
    if source.starts_with('"') {
        let name = scene.all.get(at)?.plain()?;
        let message = format!("{source} is a text, and an entity stands here");
        let help = hint::as_entity(scene.all.get(..at)?, name, catalog);
        return Some(Said::new(range.clone(), message, help));
    }
    let (kind, name) = source.rsplit_once("::")?;
    if name.starts_with('"') {
        // `action::"deploy"`: kinds are written with a capital.
        let first = kind.chars().next().filter(|first| first.is_lowercase())?;
        let rest = kind.strip_prefix(first)?;
        let message = format!("no kind is called `{kind}` in rules");
        let help = format!("write `{}{rest}::{name}`", first.to_uppercase());
        return Some(Said::new(range.clone(), message, help));
    }
    let message = format!("the name of an entity is a text: `{source}` has no quotes");
    Some(Said::new(
        range.clone(),
        message,
        format!("write `{kind}::\"{name}\"`"),
    ))
}

/// A text and its words.
struct Scene<'t> {
    text: &'t str,
    all: &'t [Token<'t>],
}

impl Scene<'_> {
    fn at(&self, start: usize) -> Option<usize> {
        self.all.iter().position(|token| token.range.start == start)
    }

    /// A word that Cedar did not expect, or the end.
    fn unexpected(&self, start: usize) -> Option<Said> {
        let Some(at) = self.at(start) else {
            let is_end = self.all.last().is_none_or(|last| last.range.end <= start);
            return if is_end { self.end() } else { None };
        };
        let token = self.all.get(at)?;
        let before = at.checked_sub(1).and_then(|n| self.all.get(n));
        if token.is(";") {
            return Some(self.semicolon(at, token));
        }
        if let Some(said) = word(token).or_else(|| before.and_then(|it| self.after(it, token))) {
            return Some(said);
        }
        match token.text {
            "." => name::of_head(self, at).or_else(|| self.jq(at)),
            "{" => self.without_else(at),
            "}" => self.braced(at),
            "contains" | "containsAll" | "containsAny" | "isEmpty" => infix(self, at),
            "(" => {
                let effect = before.filter(|it| it.is("permit") || it.is("forbid"))?;
                self.unended(self.at(effect.range.start)?)
            }
            "@" | "permit" | "forbid" => self.unended(at),
            _ => None,
        }
    }

    /// `.inputs.replicas`, as actions and calculations have it.
    fn jq(&self, at: usize) -> Option<Said> {
        let path = self.all.get(at..)?;
        let is_path = |token: &&Token<'_>| token.sort == Sort::Name || token.is(".");
        let path: Vec<&Token<'_>> = path.iter().take_while(is_path).collect();
        let range = path.first()?.range.start..path.last()?.range.end;
        let written = self.text.get(range.clone())?;
        let (first, rest) = match written.get(1..)?.split_once('.') {
            Some((first, rest)) => (first, rest),
            None => (written.get(1..)?, ""),
        };
        let flat = rest
            .strip_prefix("properties.")
            .or_else(|| rest.strip_prefix("relations."))
            .unwrap_or(rest);
        let meant = match (first, flat) {
            ("inputs", name) if !name.is_empty() => format!("context.inputs.{name}"),
            ("before" | "after", name) if !name.is_empty() => format!("context.{first}.{name}"),
            ("entity", name) if !name.is_empty() => format!("resource.{name}"),
            _ => "resource.name".to_owned(),
        };
        let message = format!("`{written}` is jq, and a rule is Cedar");
        Some(Said::new(range, message, format!("write `{meant}`")))
    }

    /// `{ a > b }` as a condition of YAML, which stands in braces already.
    fn braced(&self, at: usize) -> Option<Said> {
        let begins = |it: &[Token<'_>]| matches!(it, [word, open, more] if matches!(word.text, "when" | "unless") && open.is("{") && more.is("{"));
        let open = 2 + self.all.get(..at)?.windows(3).position(begins)?;
        let inner = self.all.get(open..at)?;
        let inner = inner.get(inner.iter().position(|it| !it.is("{"))?..)?;
        let inner = self
            .text
            .get(inner.first()?.range.start..inner.last()?.range.end)?;
        let range = self.all.get(open)?.range.clone();
        let message = "a condition has no braces of its own";
        Some(Said::new(range, message, format!("write `{inner}`")))
    }

    /// `if a { b }`, as most languages have it.
    fn without_else(&self, at: usize) -> Option<Said> {
        let mut before = self.all.get(..at)?.iter().rev();
        let word = before.find(|it| ["if", "then", "else", "{"].iter().any(|word| it.is(word)))?;
        word.is("if").then(|| {
            let message = "an `if` of Cedar has `then` and `else`, and no braces";
            let help = "write `if ... then ... else ...`, or `... && ...`";
            Said::new(word.range.clone(), message, help)
        })
    }

    /// A `;` that ends no rule.
    fn semicolon(&self, at: usize, token: &Token<'_>) -> Said {
        let before = self.all.get(..at).unwrap_or_default();
        let count = |sign: &str| before.iter().filter(|it| it.is(sign)).count();
        let is_rule = ["permit", "forbid", "@"];
        let is_rule = |first: &Token<'_>| is_rule.iter().any(|begin| first.is(begin));
        if let Some(dot) = before.last().filter(|it| it.is(".")) {
            let message = "a name is missing behind the dot";
            return Said::new(
                dot.range.clone(),
                message,
                "write the name, or delete the dot",
            );
        }
        let message = if count("{") <= count("}") && before.first().is_some_and(is_rule) {
            "no rule ends with this `;`"
        } else {
            "a condition has no `;`"
        };
        Said::new(token.range.clone(), message, "delete it")
    }

    /// A word that is one mistake with the word before it.
    fn after(&self, before: &Token<'_>, token: &Token<'_>) -> Option<Said> {
        let both = before.range.start..token.range.end;
        let touches = before.range.end == token.range.start;
        let signs = match (before.text, token.text) {
            ("=", ">") => Some(("=>", ">=")),
            ("=", "<") => Some(("=<", "<=")),
            ("<", ">") => Some(("<>", "!=")),
            ("==", "=") => Some(("===", "==")),
            ("!=", "=") => Some(("!==", "!=")),
            _ => None,
        };
        if let Some((written, meant)) = signs.filter(|_| touches) {
            let message = format!("Cedar has no `{written}`");
            return Some(Said::new(both, message, format!("write `{meant}`")));
        }
        if before.text.eq_ignore_ascii_case("not") {
            let rest = self.text.get(token.range.start..)?;
            let end = rest.find(['}', ';', '&', '|']).unwrap_or(rest.len());
            return Some(not(before, rest.get(..end)?.trim()));
        }
        if matches!(before.text, "when" | "unless") {
            let word = before.text;
            return Some(if token.is("{") {
                let message = format!("`{word}` is no part of a condition");
                let help = "write only what stands between `{` and `}`";
                Said::new(before.range.clone(), message, help)
            } else {
                let message = format!("what follows `{word}` stands in braces");
                Said::new(
                    token.range.clone(),
                    message,
                    format!("write `{word} {{ ... }}`"),
                )
            });
        }
        if before.is("has") {
            let message = "`has` stands between an entity and a name";
            let help = "write `resource has note`, or `context.inputs has reason`";
            return Some(Said::new(before.range.clone(), message, help));
        }
        // `2.5`: Cedar reads a dot behind a number as the dot before a name.
        let first = self.at(before.range.start)?.checked_sub(1);
        let first = first.and_then(|n| self.all.get(n))?;
        let is_decimal =
            before.is(".") && first.sort == Sort::Number && token.sort == Sort::Number && touches;
        let range = first.range.start..token.range.end;
        let written = self.text.get(range.clone()).filter(|_| is_decimal)?;
        let mut before = self.all.iter().rev();
        let before = before.find(|it| it.range.end <= range.start);
        let behind = self.all.iter().find(|it| it.range.start >= range.end);
        Some(number::fraction(written, range, [before, behind]))
    }

    /// The end of a text where more was expected.
    fn end(&self) -> Option<Said> {
        let mut open: Vec<&Token<'_>> = Vec::new();
        for token in self.all {
            match token.text {
                "(" | "[" | "{" => open.push(token),
                ")" | "]" | "}" => drop(open.pop()),
                _ => {}
            }
        }
        if let Some(bracket) = open.pop() {
            let close = match bracket.text {
                "(" => ")",
                "[" => "]",
                _ => "}",
            };
            let message = format!("`{}` is not closed", bracket.text);
            return Some(Said::new(
                bracket.range.clone(),
                message,
                format!("write `{close}` where it ends"),
            ));
        }
        let last = self.all.last().filter(|it| it.is(")") || it.is("}"))?;
        Some(end_it(last))
    }

    /// A rule that begins where the one before has no end.
    fn unended(&self, at: usize) -> Option<Said> {
        let last = self.all.get(at.checked_sub(1)?)?;
        (last.is(")") || last.is("}")).then(|| end_it(last))
    }
}

fn end_it(last: &Token<'_>) -> Said {
    let message = "the rule has no `;` at its end";
    Said::new(last.range.clone(), message, "end the rule with `;`")
}

fn not(word: &Token<'_>, rest: &str) -> Said {
    let rest = if rest.starts_with('(') {
        rest.to_owned()
    } else {
        format!("({rest})")
    };
    let help = if rest.len() > 60 || rest.contains('\n') {
        "write `!(...)`".to_owned()
    } else {
        format!("write `!{rest}`")
    };
    Said::new(
        word.range.clone(),
        format!("Cedar has no `{}`", word.text),
        help,
    )
}

/// A word that stands for a sign.
fn word(token: &Token<'_>) -> Option<Said> {
    let help = match token.text.to_ascii_lowercase().as_str() {
        "and" | "&" => "write `&&`",
        "or" | "|" => "write `||`",
        _ => return None,
    };
    let message = format!("Cedar has no `{}`", token.text);
    Some(Said::new(token.range.clone(), message, help))
}
