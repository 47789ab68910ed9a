//! What a name looks like, whatever it is written with: the skeletons of UTS 39.
//!
//! The tables are those of the crate `unicode-security`, which is named here only.

use unicode_security::confusable_detection::skeleton;

/// The pictures of a name, as it is and in small letters: two names that share one look alike.
pub(super) fn of(name: &str) -> Vec<String> {
    let as_it_is: String = skeleton(name).collect();
    let small: String = skeleton(&name.to_lowercase()).collect();
    if as_it_is == small {
        return vec![small];
    }
    vec![as_it_is, small]
}

/// The picture of a name of ASCII as it is; of others there is none. The rows of the tables that
/// are about ASCII are written out here, because every name of a catalog is asked for; but `m`
/// is no `rn`, for that would tell `modem` and `modern`, which are words.
pub(super) fn of_ascii(name: &str) -> Option<String> {
    if !name.is_ascii() {
        return None;
    }
    let look = |c| match c {
        '0' => 'O',
        '1' | 'I' | '|' => 'l',
        c => c,
    };
    Some(name.chars().map(look).collect())
}

/// The first letters in a word with Latin letters that are of another script and look like Latin
/// ones, as bytes of `name`. A word that has other letters of that script too is none: nobody
/// takes it for a Latin one.
pub(super) fn foreign(name: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    for word in name.split(|c: char| !c.is_alphanumeric()) {
        let at = start;
        start += word.len();
        // What stands between two words is one character.
        start += name
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let is_foreign = |c: char| script(c).is_some();
        let has_latin = word.contains(|c: char| c.is_ascii_alphabetic());
        let is_hidden = word.chars().filter(|c| is_foreign(*c)).all(looks_latin);
        let Some(from) = word.find(is_foreign).filter(|_| has_latin && is_hidden) else {
            continue;
        };
        let run = word.get(from..)?;
        let end = run.find(|c| !is_foreign(c)).unwrap_or(run.len());
        return Some((at + from, at + from + end));
    }
    None
}

/// The script of a letter, where it is one that has letters like Latin ones.
pub(super) fn script(c: char) -> Option<&'static str> {
    match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}' => {
            Some("Cyrillic")
        }
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some("Cherokee"),
        _ => None,
    }
}

fn looks_latin(c: char) -> bool {
    let mut buffer = [0; 4];
    skeleton(c.encode_utf8(&mut buffer)).all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{foreign, of, of_ascii};
    use unicode_security::confusable_detection::skeleton;

    #[test]
    fn pictures_of_ascii_are_those_of_the_tables() {
        for c in (' '..='~')
            .filter(|c| *c != 'm' && (c.is_ascii_alphanumeric() || "|-_./@:+".contains(*c)))
        {
            let table: String = skeleton(&c.to_string()).collect();
            assert_eq!(of_ascii(&c.to_string()), Some(table), "{c}");
        }
        assert_eq!(of_ascii("Cart1"), of_ascii("Cartl"));
        assert_eq!(of_ascii("dbO"), of_ascii("db0"));
        assert_ne!(of_ascii("modern"), of_ascii("modem"));
        assert_ne!(of_ascii("a0"), of_ascii("ao"));
        assert_eq!(of_ascii("c\u{430}rt"), None);
    }

    #[test]
    fn a_name_with_a_foreign_letter_looks_like_the_latin_one() {
        let shares = |a: &str, b: &str| of(a).iter().any(|one| of(b).contains(one));
        assert!(shares("c\u{430}rt", "cart"));
        assert!(shares("\u{421}art", "cart"));
        assert!(shares("cafe\u{301}", "caf\u{e9}"));
        assert!(!shares("cart", "card"));
        assert!(!shares("caf\u{e9}", "cafe"));
    }

    #[test]
    fn only_a_letter_that_hides_in_a_latin_word_is_foreign() {
        assert_eq!(foreign("c\u{430}rt"), Some((1, 3)));
        assert_eq!(foreign("shop-c\u{430}rt"), Some((6, 8)));
        for name in [
            "cart",
            "caf\u{e9}",
            "\u{3b1}-version",
            "\u{441}\u{435}\u{440}\u{432}\u{438}\u{441}-api",
            "\u{41a}\u{41f}\u{418}service",
            "\u{30ab}\u{30fc}\u{30c8}API",
        ] {
            assert_eq!(foreign(name), None, "{name}");
        }
    }
}
