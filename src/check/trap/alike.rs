//! Characters of a wrong name that look like those of the right one.
//!
//! In: what is written, and the finding about it. Out: a label that names the character: a letter
//! of another alphabet, or a blank that is none.

use crate::finding::Finding;
use crate::source::Snapshot;

/// The label of a name in which a character looks like another.
pub(super) fn label(written: &str, finding: &Finding, snapshot: &Snapshot) -> Option<String> {
    if finding.hides || written.len() > 1_000 {
        return None;
    }
    if finding.code.id == "E0101" {
        let span = finding.span;
        let line = snapshot.text(span.file).get(span.start as usize..)?;
        let line = line.lines().next()?;
        let near: String = line.chars().take(written.chars().count() + 1).collect();
        return blank(&near);
    }
    if written.is_ascii() || finding.code.id == "E0105" || finding.code.id == "E0107" {
        return None;
    }
    blank(written).or_else(|| letter(written, finding.near.as_deref()?))
}

/// A blank that is none for YAML.
pub(in crate::check) fn blank(written: &str) -> Option<String> {
    let is_wide = |c: &char| c.is_whitespace() && !c.is_ascii() && !matches!(c, '\u{85}');
    let c = written.chars().find(is_wide)?;
    let name = match c {
        '\u{a0}' | '\u{202f}' => "a no-break space",
        '\u{3000}' => "a wide space",
        _ => "a space of another kind",
    };
    Some(format!("U+{:04X} in it is {name}, no blank", u32::from(c)))
}

/// The first letter that differs from the name that is proposed, where it is of another alphabet.
fn letter(written: &str, near: &str) -> Option<String> {
    let bare = written.trim_matches(['"', '\'']);
    if near.chars().count() != bare.chars().count() {
        return None;
    }
    let mut pairs = bare.chars().zip(near.chars());
    let (c, meant) = pairs.find(|(c, meant)| c != meant)?;
    if c.is_ascii() || !meant.is_ascii() {
        return None;
    }
    let code = u32::from(c);
    let script = match code {
        0x370..=0x3ff => "Greek ",
        0x400..=0x52f => "Cyrillic ",
        0x530..=0x58f => "Armenian ",
        0xff00..=0xffef => "full-width ",
        _ => "",
    };
    let place = bare.chars().position(|other| other == c)? + 1;
    Some(format!(
        "character {place} is the {script}`{c}` (U+{code:04X}), not `{meant}`"
    ))
}

#[cfg(test)]
mod tests {
    use super::{blank, letter};

    #[test]
    fn the_letter_of_another_alphabet_is_named() {
        assert_eq!(
            letter("c\u{430}rt", "cart").as_deref(),
            Some("character 2 is the Cyrillic `\u{430}` (U+0430), not `a`")
        );
        assert_eq!(letter("cert", "cart"), None);
        assert_eq!(letter("c\u{430}rts", "cart"), None);
    }

    #[test]
    fn a_space_that_yaml_takes_for_a_letter_is_named() {
        assert_eq!(
            blank("a\u{a0}b").as_deref(),
            Some("U+00A0 in it is a no-break space, no blank")
        );
        assert_eq!(blank("a b"), None);
    }
}
