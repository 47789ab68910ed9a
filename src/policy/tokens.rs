//! The words of a Cedar text and where they stand.
//!
//! Cedar's own parser does not tell where a policy, a conjunct or a name stands; this reads
//! just enough to find them. It never fails: what it does not know is a sign of its own.

use std::ops::Range;

use crate::text::quoted;

/// What a word of a Cedar text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A name or a keyword.
    Name,
    /// A string with its quotes.
    String,
    /// A whole number.
    Number,
    /// Any other sign; `==`, `&&`, `||`, `::` and the comparisons are one.
    Sign,
}

/// A word of a Cedar text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// What it is.
    pub(super) sort: Sort,
    /// As it is written.
    pub(super) text: &'t str,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
}

impl<'t> Token<'t> {
    /// Whether it is this name or sign.
    pub(super) fn is(&self, text: &str) -> bool {
        self.sort != Sort::String && self.text == text
    }

    /// The text of a string without escapes; `None` for others.
    pub(super) fn plain(&self) -> Option<&'t str> {
        let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
        (self.sort == Sort::String && !inner.contains('\\')).then_some(inner)
    }
}

const SIGNS: [&str; 7] = ["==", "!=", "<=", ">=", "&&", "||", "::"];

/// The words of `text`, without blanks and comments.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        if first.is_whitespace() || first == '\u{feff}' {
            at += first.len_utf8();
            continue;
        }
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (sort, len) = if first == '"' {
            (Sort::String, quoted(rest))
        } else if first.is_ascii_digit() {
            (Sort::Number, run(rest, |c| c.is_ascii_digit()))
        } else if first == '_' || first.is_alphanumeric() {
            (Sort::Name, run(rest, |c| c == '_' || c.is_alphanumeric()))
        } else {
            let long = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            (Sort::Sign, long.map_or(first.len_utf8(), |sign| sign.len()))
        };
        found.push(Token {
            sort,
            text: rest.get(..len).unwrap_or(rest),
            range: at..at + len,
        });
        at += len;
    }
    found
}

fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// Brackets and `if`s within each other. Cedar's parser calls itself for each and, far beyond
/// this, overflows the stack.
const DEPTH: usize = 24;
/// Words of one policy.
const WORDS: usize = 2_000;

/// The first word of a policy that is too deep or too long to be given to Cedar.
pub(super) fn too_complex(text: &str) -> Option<Range<usize>> {
    let tokens = tokens(text);
    let mut depth = 0_usize;
    let mut ifs = 0_usize;
    let deep = tokens.iter().find(|token| {
        if ["{", "(", "["].iter().any(|sign| token.is(sign)) {
            depth += 1;
        } else if ["}", ")", "]"].iter().any(|sign| token.is(sign)) {
            depth = depth.saturating_sub(1);
        } else if token.is("if") {
            ifs += 1;
        }
        depth + ifs > DEPTH
    });
    let token = deep.or_else(|| tokens.get(WORDS))?;
    Some(token.range.clone())
}

/// The ranges of the statements of a file of policies; each ends with its `;`.
pub(super) fn statements(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut end = 0;
    for token in tokens(text) {
        let from = *start.get_or_insert(token.range.start);
        end = token.range.end;
        if token.is(";") {
            found.push(from..end);
            start = None;
        }
    }
    if let Some(from) = start {
        found.push(from..end);
    }
    found
}

/// A condition of a policy that can fail by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Its expression in the text.
    pub(super) range: Range<usize>,
    /// Whether it stands in `unless`, so that it must not hold.
    pub(super) unless: bool,
}

/// The conditions of a policy, each `when` split where all of its parts must hold.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let (Some(word), Some(brace)) = (tokens.get(at), tokens.get(at + 1)) {
        let unless = word.is("unless");
        if !(unless || word.is("when")) || !brace.is("{") {
            at += 1;
            continue;
        }
        let body = at + 2;
        let mut depth = 1_usize;
        let mut close = body;
        while let Some(token) = tokens.get(close) {
            if ["{", "(", "["].iter().any(|sign| token.is(sign)) {
                depth += 1;
            } else if ["}", ")", "]"].iter().any(|sign| token.is(sign)) {
                depth -= 1;
            }
            if depth == 0 {
                break;
            }
            close += 1;
        }
        conjuncts(
            tokens.get(body..close).unwrap_or_default(),
            unless,
            &mut found,
        );
        at = close + 1;
    }
    found
}

fn conjuncts(body: &[Token<'_>], unless: bool, found: &mut Vec<Part>) {
    let mut depth = 0_usize;
    let mut cuts = Vec::new();
    let mut splits = !unless;
    for (n, token) in body.iter().enumerate() {
        if ["{", "(", "["].iter().any(|sign| token.is(sign)) {
            depth += 1;
        } else if ["}", ")", "]"].iter().any(|sign| token.is(sign)) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is("&&") {
            cuts.push(n);
        } else if depth == 0 && (token.is("||") || token.is("if")) {
            // `a && b || c` does not need both; it stays whole.
            splits = false;
        }
    }
    if !splits {
        cuts.clear();
    }
    cuts.push(body.len());
    let mut from = 0;
    for cut in cuts {
        let part = body.get(from..cut).unwrap_or_default();
        from = cut + 1;
        if !unless && let Some(inner) = bracketed(part) {
            let before = found.len();
            conjuncts(inner, unless, found);
            if found.len() > before + 1 {
                continue;
            }
            found.truncate(before);
        }
        if let (Some(first), Some(last)) = (part.first(), part.last()) {
            found.push(Part {
                range: first.range.start..last.range.end,
                unless,
            });
        }
    }
}

/// What stands in a pair of brackets that is around all of some words.
pub(super) fn bracketed<'w, 't>(words: &'w [Token<'t>]) -> Option<&'w [Token<'t>]> {
    let [open, inner @ .., close] = words else {
        return None;
    };
    let mut depth = 0_usize;
    let is_inside = inner.iter().all(|token| {
        depth += usize::from(token.is("("));
        let is_end = token.is(")") && depth == 0;
        depth -= usize::from(token.is(")") && depth > 0);
        !is_end
    });
    (open.is("(") && close.is(")") && is_inside && !inner.is_empty()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::{parts, statements};

    #[test]
    fn a_semicolon_in_a_string_or_a_comment_ends_no_statement() {
        let text = "// a;\n@title(\"x;\\\"y\")\npermit (principal, action, resource);\nforbid;x";
        let found: Vec<&str> = statements(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(
            found,
            [
                "@title(\"x;\\\"y\")\npermit (principal, action, resource);",
                "forbid;",
                "x"
            ]
        );
    }

    #[test]
    fn conditions_are_split_only_where_all_must_hold() {
        let text = "permit (principal, action, resource) when { a == 1 && (b || c) } \
                    when { d || e && f } when { (i && ((j && k))) && (l) } unless { g && h };";
        let found: Vec<(&str, bool)> = parts(text)
            .into_iter()
            .map(|part| (&text[part.range], part.unless))
            .collect();
        assert_eq!(
            found,
            [
                ("a == 1", false),
                ("(b || c)", false),
                ("d || e && f", false),
                ("i", false),
                ("j", false),
                ("k", false),
                ("(l)", false),
                ("g && h", true)
            ]
        );
    }
}
