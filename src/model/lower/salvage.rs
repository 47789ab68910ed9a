//! What can be said of a file whose reading ended early.
//!
//! In: a text that is not YAML to its end. Out: the identifiers that seem to stand in it, so
//! that one mistake in it is not reported again by everyone who names them.

use crate::text::Text;

/// The key whose values are looked for.
const KEY: &str = "identifier";

/// What stands behind each `identifier:` of a text, in block or flow form, quoted or plain.
pub(super) fn identifiers(text: &str) -> Vec<Text> {
    text.match_indices(KEY)
        .filter_map(|(at, _)| text.get(at + KEY.len()..))
        .filter_map(|rest| {
            rest.trim_start_matches(['"', '\''])
                .trim_start()
                .strip_prefix(':')
        })
        .filter_map(|rest| value(rest.trim_start_matches([' ', '\t'])))
        .map(Text::from)
        .collect()
}

/// All words of a text, with and without what blanks and signs part them: in a file that a
/// mapping reads, any of them may be a name.
pub(super) fn words(text: &str) -> Vec<Text> {
    let mut words: Vec<&str> = text
        .split(['"', '\'', ',', '[', ']', '{', '}', '\n', '\r', '\t', ' '])
        .map(|word| word.trim_end_matches(':'))
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(Text::from).collect()
}

fn value(rest: &str) -> Option<&str> {
    let line = rest.lines().next()?;
    let found = match line.chars().next()? {
        quote @ ('"' | '\'') => line.get(1..)?.split(quote).next()?,
        _ => line.split([',', '}', '#']).next()?.trim(),
    };
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::identifiers;

    #[test]
    fn identifiers_are_found_in_every_form() {
        let text = "identifier: One # first\n---\n{\"identifier\": \"Two\", x\n- identifier : 'T 3'\nidentifiers: no\n";
        assert_eq!(identifiers(text), ["One", "Two", "T 3"]);
        assert!(identifiers("identifier:\nidentifier").is_empty());
    }
}
