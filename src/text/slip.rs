//! Which word of a language was meant where a slip of the fingers stands.
//!
//! In: a wrong word and the words that there are. Out: the one that differs by a slip. Words of a
//! language are few and known, so that a slip at their end counts too, which for names of users
//! makes another name.

/// The shortest word, in letters, in which a single letter may be wrong, missing or too many: of
/// shorter ones that makes another word.
const SHORTEST: usize = 5;

/// The only one of `words` from which `wrong` differs by its case, by two letters that changed
/// places, or by one letter inside it that is wrong, missing or too many.
pub fn slip<'a>(wrong: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut near = words.into_iter().filter(|word| is_slip(wrong, word));
    let first = near.next()?;
    near.all(|word| word == first).then_some(first)
}

fn is_slip(wrong: &str, word: &str) -> bool {
    if wrong == word {
        return false;
    }
    let letters = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    let (wrong, word) = (letters(wrong), letters(word));
    let together = wrong.iter().zip(&word).take_while(|(a, b)| a == b).count();
    let rest = |letters: &[char], skipped: usize| {
        let rest = letters.get(together + skipped..).unwrap_or_default();
        rest.to_vec()
    };
    let (wrong_rest, word_rest) = (rest(&wrong, 0), rest(&word, 0));
    let is_swapped = match (wrong_rest.as_slice(), word_rest.as_slice()) {
        ([a, b, wrong @ ..], [c, d, word @ ..]) => (a, b) == (d, c) && wrong == word,
        ([], []) => true,
        _ => false,
    };
    // What is wrong, missing or too many at the end makes another word.
    let is_inside = word.len() >= SHORTEST && !wrong_rest.is_empty() && !word_rest.is_empty();
    let (after_wrong, after_word) = (rest(&wrong, 1), rest(&word, 1));
    let is_other = after_wrong == after_word && !after_word.is_empty();
    is_swapped || is_inside && (is_other || after_wrong == word_rest || wrong_rest == after_word)
}

#[cfg(test)]
mod tests {
    use super::slip;

    #[test]
    fn a_slip_is_told_from_another_word() {
        for wrong in [
            "Annotations",
            "annotatiosn",
            "anotations",
            "annottations",
            "annotatjons",
        ] {
            assert_eq!(slip(wrong, ["labels", "annotations"]), Some("annotations"));
        }
        assert_eq!(slip("tasg", ["tags", "title"]), Some("tags"));
        assert_eq!(slip("titel", ["tags", "title"]), Some("title"));
        for (wrong, word) in [
            ("names", "name"),
            ("title2", "title"),
            ("tag", "tags"),
            ("lags", "tags"),
            ("label", "labels"),
            ("lifecycle", "links"),
            ("etags", "etag"),
            ("tags", "tags"),
        ] {
            assert_eq!(slip(wrong, [word]), None, "{wrong}");
        }
    }

    #[test]
    fn of_two_words_that_could_be_meant_none_is() {
        assert_eq!(slip("linas", ["lines", "links"]), None);
    }
}
