//! What can be said of a file whose reading ended early.
//!
//! In: a text that is not YAML to its end. Out: the identifiers that seem to stand in it, so
//! that one mistake in it is not reported again by everyone who names them.

use crate::model::settings::Reader;
use crate::text::Text;

/// The names that seem to stand in a text, as whoever refers to them is asked for them.
pub(super) fn names(text: &str, reader: &Reader) -> Vec<Text> {
    match reader {
        Reader::Backstage => values(text, "name")
            .iter()
            .map(Text::to_lowercase)
            .collect(),
        _ => values(text, "identifier"),
    }
}

/// What stands behind each `identifier:` of a text, in block or flow form, quoted or plain.
fn values(text: &str, key: &str) -> Vec<Text> {
    text.match_indices(key)
        .filter_map(|(at, _)| text.get(at + key.len()..))
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
    use super::{names, values};
    use crate::model::settings::Reader;

    #[test]
    fn identifiers_are_found_in_every_form() {
        let text = "identifier: One # first\n---\n{\"identifier\": \"Two\", x\n- identifier : 'T 3'\nidentifiers: no\n";
        assert_eq!(values(text, "identifier"), ["One", "Two", "T 3"]);
        assert!(values("identifier:\nidentifier", "identifier").is_empty());
        let text = "metadata:\n  name: My-Team\n  namespace: ops\n";
        assert_eq!(names(text, &Reader::Backstage), ["my-team"]);
    }
}
