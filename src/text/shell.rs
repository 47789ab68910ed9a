//! A word as a person may paste it into a shell.
//!
//! In: any text. Out: the same, in single quotes where a shell would see more than a word in it.

/// The text as one word of a shell.
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:=@,+-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn what_a_shell_would_read_stands_in_quotes() {
        for (text, word) in [
            ("more/carts", "more/carts"),
            ("a=b,c@d:e+f-g_h.i", "a=b,c@d:e+f-g_h.i"),
            ("", "''"),
            ("x;rm", "'x;rm'"),
            ("d$(touch pwned)", "'d$(touch pwned)'"),
            ("it's", "'it'\\''s'"),
            ("~", "'~'"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }
}
