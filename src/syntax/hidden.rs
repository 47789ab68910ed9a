//! Characters that a reviewer does not see, or that change how their neighbours are seen.
//!
//! In: the text of a file as it is written, comments too. Out: a warning at each run of such
//! characters, and one at the first line end that git and most editors do not show. Escapes in
//! quotes (`"\u202e"`) can be seen and are none of them. What is ordinary is let through: joiners
//! in emoji and in scripts that need them, direction marks beside right-to-left letters, the
//! byte order mark at the start of a file.

use crate::finding::Finding;
use crate::finding::codes::E0107;
use crate::text::{FileId, Span, is_hidden};

/// Runs that are reported one by one; the last of them says how many follow.
const SHOWN: usize = 20;

/// The length of the longest escape: `\U0001F477`.
const ESCAPE: usize = 10;

/// Finds the characters of `text` that deceive.
pub(super) fn find(file: FileId, text: &str, findings: &mut Vec<Finding>) {
    let is_seen = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.bytes().all(is_seen) {
        return;
    }
    findings.extend(lone_return(file, text));
    let runs = runs(text);
    for (n, (start, end)) in runs.iter().copied().take(SHOWN).enumerate() {
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let span = Span::new(file, offset(start), offset(end));
        let mut label = label(text.get(start..end).unwrap_or(""));
        if n + 1 == SHOWN && runs.len() > SHOWN {
            label = format!("{label}; and {} more such places", runs.len() - SHOWN);
        }
        findings.push(
            Finding::new(&E0107, span, "a character stands here that cannot be seen")
                .label(label)
                .help(help(text.get(start..end).unwrap_or(""))),
        );
    }
}

/// A carriage return that ends a line by itself: YAML begins a line behind it, and git and most
/// reviews show one line.
fn lone_return(file: FileId, text: &str) -> Option<Finding> {
    let (at, _) = text
        .match_indices('\r')
        .find(|(at, _)| text.as_bytes().get(at + 1) != Some(&b'\n'))?;
    let at = u32::try_from(at).ok()?;
    Some(
        Finding::new(
            &E0107,
            Span::new(file, at, at + 1),
            "a carriage return alone ends a line here, and many tools do not show that",
        )
        .label("a line end of its own kind")
        .help("save the file with line feeds (LF) as line ends"),
    )
}

/// The runs of characters that deceive, by their bytes.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut before = None;
    let mut flag_until = 0;
    let mut is_comment = false;
    let mut is_line_start = true;
    for (at, c) in text.char_indices() {
        match c {
            '\n' | '\r' => (is_comment, is_line_start) = (false, true),
            ' ' | '\t' => {}
            _ if is_line_start => (is_comment, is_line_start) = (c == '#', false),
            _ => {}
        }
        if !c.is_ascii() && is_hidden(c) && at >= flag_until {
            let behind = text.get(at + c.len_utf8()..).unwrap_or("");
            if before == Some('\u{1f3f4}')
                && let Some(length) = flag(text.get(at..).unwrap_or(""))
            {
                flag_until = at + length;
            } else if deceives(c, at, before, behind, is_comment)
                && !is_beside_escape(text.get(..at).unwrap_or(""), behind, c)
            {
                match runs.last_mut() {
                    Some(run) if run.1 == at => run.1 = at + c.len_utf8(),
                    _ => runs.push((at, at + c.len_utf8())),
                }
            }
        }
        before = Some(c);
    }
    runs
}

/// The length of the tag characters that make a black flag the flag of a region.
fn flag(tags: &str) -> Option<usize> {
    let end = tags.find('\u{e007f}').filter(|end| *end <= 6 * 4)?;
    let is_tag = |c: char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let letters = tags.get(..end)?;
    (!letters.is_empty() && letters.chars().all(is_tag)).then_some(end + 4)
}

fn deceives(c: char, at: usize, before: Option<char>, behind: &str, is_comment: bool) -> bool {
    let next = behind.chars().next();
    let is_foreign = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !is_hidden(c));
    let is_joined = |c: Option<char>| is_foreign(c) || matches!(c, Some('\u{fe0e}' | '\u{fe0f}'));
    match c {
        '\u{feff}' => at != 0,
        // Marks of direction belong beside letters that are written from the right.
        '\u{200e}' | '\u{200f}' | '\u{61c}' => ![before, next].into_iter().flatten().any(is_rtl),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // In a comment only what turns the direction can make data look like something else.
        '\u{200c}' | '\u{200d}' => !(is_comment || is_joined(before) && is_foreign(next)),
        // A choice of form, behind what has forms: emoji, keycaps, ideographs.
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            let has_forms = |c: char| !c.is_ascii() || c.is_ascii_digit() || matches!(c, '#' | '*');
            !is_comment && !before.is_some_and(|c| has_forms(c) && !is_hidden(c))
        }
        _ => !is_comment || matches!(c, '\u{2028}' | '\u{2029}' | '\u{80}'..='\u{9f}'),
    }
}

/// Whether a joiner, or a choice of form, stands behind an escape (`"\U0001F477"`) of something
/// that is no ASCII, and is in place as it would be behind the character itself.
fn is_beside_escape(before: &str, behind: &str, c: char) -> bool {
    // A file may hold a million of them: no more is read than an escape is long.
    let nearest = before.len().saturating_sub(ESCAPE);
    let nearest = (nearest..=before.len()).find_map(|at| before.get(at..));
    let code = nearest
        .unwrap_or("")
        .rsplit_once('\\')
        .and_then(|(_, escape)| {
            let digits = match (escape.chars().next()?, escape.len()) {
                ('u', 5) | ('U', 9) => escape.get(1..)?,
                _ => return None,
            };
            u32::from_str_radix(digits, 16).ok()
        });
    let is_escaped = code
        .and_then(char::from_u32)
        .is_some_and(|c| !c.is_ascii() && !is_hidden(c));
    let next = behind.chars().next();
    match c {
        '\u{200c}' | '\u{200d}' => {
            let goes_on = next.is_some_and(|c| !c.is_ascii() && !is_hidden(c))
                || behind.starts_with("\\u")
                || behind.starts_with("\\U");
            let is_begun = is_escaped || before.chars().next_back().is_some_and(|c| !c.is_ascii());
            goes_on && is_begun && (is_escaped || behind.starts_with('\\'))
        }
        '\u{fe00}'..='\u{fe0f}' => is_escaped,
        _ => false,
    }
}

/// Whether a letter is of a script that is written from the right.
fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// How they are written so that they can be seen.
fn help(written: &str) -> String {
    let code = written.chars().next().map_or(0, u32::from);
    let escape = match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    };
    format!("delete it; or, where it is needed, write `{escape}` in double quotes")
}

/// What the characters are.
fn label(written: &str) -> String {
    let Some(first) = written.chars().next() else {
        return String::new();
    };
    let what = match first {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "turns the direction of the text",
        '\u{200e}' | '\u{200f}' | '\u{61c}' => "marks the direction of the text",
        '\u{e0000}'..='\u{e007f}' => "letters that are not shown",
        '\u{2028}' | '\u{2029}' => "ends a line for some tools only",
        '\u{80}'..='\u{9f}' => "a control character",
        _ => "takes no room",
    };
    let count = written.chars().count();
    let code = format!("U+{:04X}", u32::from(first));
    match count {
        1 => format!("{code}, {what}"),
        _ => format!("{code} and {} more, {what}", count - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::text::FileId;

    fn found(text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        find(FileId(0), text, &mut findings);
        let told = |f: &crate::finding::Finding| {
            let before = &text[..f.span.start as usize];
            format!("{} {}", before.chars().count(), f.label)
        };
        findings.iter().map(told).collect()
    }

    #[test]
    fn what_turns_or_hides_text_is_found_at_its_characters() {
        for (text, place) in [
            (
                "a: x\u{202e}y\n",
                "4 U+202E, turns the direction of the text",
            ),
            ("# \u{2066}x\n", "2 U+2066, turns the direction of the text"),
            (
                "a: x\u{200b}\u{200b}y\n",
                "4 U+200B and 1 more, takes no room",
            ),
            ("a: ad\u{200d}min\n", "5 U+200D, takes no room"),
            (
                "a: x\u{e0041}\u{e0042}\n",
                "4 U+E0041 and 1 more, letters that are not shown",
            ),
            (
                "a: x\u{2028}y\n",
                "4 U+2028, ends a line for some tools only",
            ),
            ("a: x\u{9b}y\n", "4 U+009B, a control character"),
            ("a: x\u{feff}y\n", "4 U+FEFF, takes no room"),
            ("a: x\u{fe0f}y\n", "4 U+FE0F, takes no room"),
            (
                "a: x\u{200f}y\n",
                "4 U+200F, marks the direction of the text",
            ),
            ("a: 1\rb: 2\r", "4 a line end of its own kind"),
        ] {
            assert_eq!(found(text), [place], "{text:?}");
        }
    }

    #[test]
    fn ordinary_text_is_let_through() {
        for text in [
            "\u{feff}a: b\r\n",
            "a: \u{1f469}\u{200d}\u{1f4bb} \u{2764}\u{fe0f}\u{200d}\u{1f525} 1\u{fe0f}\u{20e3}\n",
            "a: \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\n",
            "a: \u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}\u{200f}\n",
            "a: \u{915}\u{94d}\u{200d}\u{937}\n",
            "# a zero\u{200b}width blank in a comment\n",
            "a: \"\\u202e\"\n",
            "a: \"\\U0001F477\\U0001F3FB\u{200d}\u{2642}\u{fe0f} x\"\n",
            "a: \"\u{1f469}\u{200d}\\U0001F4BB\"\n",
            "a: \"\\u2764\u{fe0f}\"\n",
            "a: \u{fc}ber\n",
        ] {
            assert!(found(text).is_empty(), "{text:?} {:?}", found(text));
        }
    }

    #[test]
    fn a_long_line_of_hidden_characters_is_read_once() {
        let found = found(&"a\u{200d}".repeat(500_000));
        assert_eq!(found.len(), 20);
    }

    #[test]
    fn many_are_counted() {
        let text = "a: x\u{200b}y\n".repeat(50);
        let found = found(&text);
        assert_eq!(found.len(), 20);
        assert!(found[19].ends_with("and 30 more such places"), "{found:?}");
    }
}
