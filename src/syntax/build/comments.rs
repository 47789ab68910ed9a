//! The comments of a file, for those who must know that they changed.

use granit_parser::{Event, Parser, StrInput};

use super::limit;

/// The comments of a text in their order, without the blanks around them; `None` where the text
/// cannot be read to its end, so that nobody knows what is a comment.
pub fn comments(text: &str) -> Option<Vec<String>> {
    let found = comments_at(text)?.into_iter();
    Some(found.map(|(_, comment)| comment).collect())
}

/// The same, each with the byte of its `#`.
pub fn comments_at(text: &str) -> Option<Vec<(usize, String)>> {
    let options = granit_parser::options! {
        strict_indentation: true,
        disallow_directives: true,
        emit_comments: true,
        flow_nesting_limit: limit::DEPTH,
        block_nesting_limit: limit::DEPTH,
    };
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str_with_options(text, options);
    let mut comments = Vec::new();
    while let Some(event) = parser.next_event() {
        if let (Event::Comment(comment, _), span) = event.ok()? {
            let at = span.byte_range().unwrap_or_default().start;
            comments.push((at, comment.trim().to_owned()));
        }
    }
    Some(comments)
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn comments_are_found_and_nothing_that_only_looks_like_one() {
        let text =
            "# one\na: 'no # comment' # two\nb: |\n  # text\n  more\n---\nc: x#y  #   three\n";
        assert_eq!(comments(text).unwrap(), ["one", "two", "three"]);
        assert_eq!(comments("a: [1 # open"), None);
        for (at, comment) in super::comments_at(text).unwrap() {
            assert!(text[at..].starts_with('#'), "{comment} at {at}");
        }
    }
}
