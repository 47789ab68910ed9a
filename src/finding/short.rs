//! Long words of users in the words of findings.
//!
//! In: a finding. Out: the same, in which no sentence is longer than a reader can take in: names
//! and values may have a megabyte. What is short enough stays to the letter.

use super::Finding;

/// The longest sentence of a finding, in characters.
const SENTENCE: usize = 400;

/// What is left of a long word in one that is longer, in characters.
const WORD: usize = 60;

impl Finding {
    /// Cuts what is too long in its sentences.
    pub(crate) fn shorten(&mut self) {
        let labels = self.related.iter_mut().map(|related| &mut related.label);
        let own = [&mut self.message, &mut self.label];
        for sentence in own.into_iter().chain(&mut self.help).chain(labels) {
            // As many bytes are at least as many characters.
            if sentence.len() > SENTENCE && sentence.chars().count() > SENTENCE {
                *sentence = shortened(sentence);
            }
        }
    }
}

/// A sentence whose long words are cut, those in backticks as wholes; and then all of it.
fn shortened(sentence: &str) -> String {
    let parts: Vec<String> = sentence
        .split('`')
        .enumerate()
        .map(|(n, part)| {
            if n % 2 == 1 {
                return cut(part, WORD);
            }
            let words: Vec<String> = part.split(' ').map(|word| cut(word, WORD)).collect();
            words.join(" ")
        })
        .collect();
    cut(&parts.join("`"), SENTENCE - ELLIPSIS.len())
}

/// What stands for what was cut.
const ELLIPSIS: &str = "...";

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) if text.chars().count() > most + ELLIPSIS.len() => {
            format!("{}{ELLIPSIS}", text.get(..at).unwrap_or(""))
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn only_long_words_are_cut_and_never_too_little() {
        let long = "\u{e4}".repeat(10_000);
        let cut = format!("{}...", "\u{e4}".repeat(60));
        assert_eq!(
            shortened(&format!("{long} has no property `{long} x`, but `y`")),
            format!("{cut} has no property `{cut}`, but `y`")
        );
        for sentence in [
            "a ".repeat(1_000),
            "`".repeat(5_000),
            format!("`{long}").repeat(90),
        ] {
            let short = shortened(&sentence);
            assert!(short.chars().count() <= 400 && short.len() > 100, "{short}");
        }
    }
}
