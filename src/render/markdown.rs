//! Text of a catalog inside Markdown: in code spans and fences only, so that no link, mention,
//! image or HTML can come from it.
//!
//! In: any text. Out: Markdown that shows exactly that text, hidden characters made visible.

use super::words::safe;

/// `text` as a code span: the run of backticks around it is longer than any in it.
pub(crate) fn code(text: &str) -> String {
    span(&safe(text))
}

/// `text` as a code span in a cell of a table, where `|` must be written `\|`.
pub(crate) fn cell(text: &str) -> String {
    let mut escaped = String::new();
    let text = safe(text);
    let mut before = ' ';
    for c in text.chars() {
        if c == '|' && before == '\\' {
            // Forges disagree on what `\\|` is in a table; a backslash in words is plain.
            escaped.pop();
            escaped.push_str("\\u{5c}");
        }
        if c == '|' {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
    span(&escaped)
}

fn span(text: &str) -> String {
    if text.trim().is_empty() {
        // A code span cannot be empty, and blanks alone would not be seen.
        return "`\"\"`".to_owned();
    }
    let run = "`".repeat(longest_run(text) + 1);
    let blank = |edge: Option<char>| matches!(edge, Some('`' | ' '));
    let pad = if blank(text.chars().next()) || blank(text.chars().next_back()) {
        " "
    } else {
        ""
    };
    format!("{run}{pad}{text}{pad}{run}")
}

/// `content` in a fence of its own; its lines are safe to show already.
pub(crate) fn fence(language: &str, content: &str) -> String {
    let run = "`".repeat((longest_run(content) + 1).max(3));
    let end = if content.ends_with('\n') { "" } else { "\n" };
    format!("{run}{language}\n{content}{end}{run}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A sentence in which words stay words, and every name is in a code span. What is not made of
/// small letters alone is a name whatever it is, for a link, a mention or HTML could come from it;
/// of the rest `is_name` knows which are names, but for the words that reasons are made of. What
/// stands in backticks, as the YAML of an advice does, is one code span.
pub(crate) fn sentence(text: &str, is_name: &dyn Fn(&str) -> bool) -> String {
    let safe = safe(text);
    let mut out = String::new();
    let parts: Vec<&str> = safe.split('`').collect();
    let has_pairs = parts.len() % 2 == 1;
    if !has_pairs {
        words(&safe, is_name, &mut out);
        return out;
    }
    for (n, part) in parts.into_iter().enumerate() {
        if n % 2 == 1 {
            push_word(&mut out, &span(part));
            continue;
        }
        // One mark behind a code span stands at it, as in words; what begins a line may not.
        let marked = part.split_at_checked(1).filter(|_| n > 0);
        let (mark, rest) = match marked {
            Some((mark @ ("," | ";" | ":"), rest)) if rest.is_empty() || rest.starts_with(' ') => {
                (mark, rest)
            }
            _ => ("", part),
        };
        out.push_str(mark);
        words(rest.trim(), is_name, &mut out);
    }
    out
}

/// Puts words behind what is there, and names in code spans.
fn words(text: &str, is_name: &dyn Fn(&str) -> bool, out: &mut String) {
    if text.is_empty() {
        return;
    }
    let mut names: Vec<&str> = Vec::new();
    for word in text.split(' ') {
        let (core, end) = split_end(word);
        let is_all = |is_it: fn(&u8) -> bool| !core.is_empty() && core.bytes().all(|b| is_it(&b));
        let is_word = is_all(u8::is_ascii_lowercase) && !is_name(core);
        let is_count = is_all(u8::is_ascii_digit);
        if is_count || is_word || WORDS.binary_search(&core).is_ok() {
            flush(out, &mut names, "");
            push_word(out, word);
        } else if core.is_empty() || end.is_empty() {
            names.push(word);
        } else {
            names.push(core);
            flush(out, &mut names, end);
        }
    }
    flush(out, &mut names, "");
}

/// The same in a cell of a table; where a name could end the cell, all of it is one code span.
pub(crate) fn sentence_cell(text: &str, is_name: &dyn Fn(&str) -> bool) -> String {
    if text.contains(['|', '\\']) {
        cell(text)
    } else {
        sentence(text, is_name)
    }
}

fn flush(out: &mut String, names: &mut Vec<&str>, end: &str) {
    if !names.is_empty() {
        let name = names.join(" ");
        // What the text itself marks as the user's needs no second pair of backticks.
        let inner = name.strip_prefix('`').and_then(|n| n.strip_suffix('`'));
        let inner = inner.filter(|inner| !inner.contains('`'));
        push_word(out, &format!("{}{end}", span(inner.unwrap_or(&name))));
        names.clear();
    }
}

fn push_word(out: &mut String, word: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

/// A word and the mark behind it.
fn split_end(word: &str) -> (&str, &str) {
    let core = word.trim_end_matches([',', ';', ':']);
    word.split_at(core.len())
}

/// Words of reasons that stay words though somebody may be called so, in order of bytes.
const WORDS: [&str; 133] = [
    "a",
    "action",
    "actor",
    "agreement",
    "agrees",
    "allowed",
    "allows",
    "an",
    "and",
    "any",
    "approval",
    "approve",
    "are",
    "as",
    "ask",
    "asked",
    "at",
    "be",
    "because",
    "before",
    "break",
    "breaks",
    "by",
    "can",
    "cannot",
    "catalog",
    "change",
    "changed",
    "clone",
    "commit",
    "complete",
    "condition",
    "count",
    "counted",
    "counts",
    "cycle",
    "decided",
    "definition",
    "deleted",
    "denied",
    "denies",
    "does",
    "ends",
    "entities",
    "entity",
    "every",
    "everyone",
    "exist",
    "exists",
    "false",
    "for",
    "forbids",
    "freeze",
    "from",
    "glass",
    "go",
    "goes",
    "guard",
    "has",
    "he",
    "in",
    "into",
    "is",
    "it",
    "its",
    "lead",
    "leads",
    "left",
    "lose",
    "loses",
    "may",
    "member",
    "merge",
    "missing",
    "must",
    "named",
    "needed",
    "needs",
    "no",
    "nobody",
    "none",
    "not",
    "nothing",
    "of",
    "on",
    "once",
    "one",
    "only",
    "or",
    "out",
    "owned",
    "owner",
    "owns",
    "part",
    "people",
    "permits",
    "person",
    "policy",
    "pull",
    "pushed",
    "reference",
    "references",
    "refused",
    "request",
    "role",
    "rule",
    "rules",
    "run",
    "said",
    "same",
    "says",
    "seen",
    "so",
    "stage",
    "take",
    "team",
    "that",
    "the",
    "then",
    "there",
    "they",
    "this",
    "to",
    "true",
    "twice",
    "was",
    "what",
    "which",
    "who",
    "with",
    "without",
    "would",
    "wrote",
];

#[cfg(test)]
mod tests {
    use super::{WORDS, cell, code, fence};

    fn sentence(text: &str) -> String {
        super::sentence(text, &|word| {
            ["lin", "platform", "main", "checkout"].contains(&word)
        })
    }

    #[test]
    fn a_code_span_is_longer_than_what_is_in_it() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(code("\n@team\n"), "`\\u{a}@team\\u{a}`");
        assert_eq!(code(""), "`\"\"`");
        assert_eq!(fence("diff", "+ ````\n"), "`````diff\n+ ````\n`````\n");
    }

    #[test]
    fn a_cell_stays_one_cell() {
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(cell("a\\|b"), "`a\\u{5c}\\|b`");
    }

    #[test]
    fn names_in_a_sentence_are_code_and_words_are_not() {
        assert_eq!(
            sentence("lin does not lead platform, the owner in main"),
            "`lin` does not lead `platform`, the owner in `main`"
        );
        assert_eq!(
            sentence("checkout has no `on_call`"),
            "`checkout` has no `on_call`"
        );
        assert_eq!(
            sentence("@acme/all is not <img src=x>, </details>"),
            "`@acme/all` is not `<img src=x>`, `</details>`"
        );
        assert_eq!(
            sentence(
                "restart is asked for while Cart changes: make two pull requests of it, 25 percent"
            ),
            "restart is asked for while `Cart` changes: make two pull requests of it, 25 percent"
        );
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn yaml_in_backticks_is_one_code_span() {
        let advice = "may ask with a request `action: override`, `inputs: {freezes: [x]}`; or not";
        let told = sentence(advice);
        let whole = "a request `action: override`, `inputs: {freezes: [x]}`; or not";
        assert!(told.ends_with(whole), "{told}");
        assert_eq!(sentence("`a: b``c: d`"), "`a: b` `c: d`");
        // Half a pair marks nothing.
        assert_eq!(sentence("a`b @all"), "``a`b @all``");
    }
}
