//! Names of documents: which of them nobody could type or tell from another.
//!
//! In: an identifier. Out: the finding that it is none.

use crate::finding::Finding;
use crate::finding::codes::{E0105, E0210};
use crate::text::article;
use crate::text::{Located, Text, has_hidden};

/// The longest identifier in characters, as Port has it for entities.
const IDENTIFIER_MAX: usize = 1000;

/// Says that an identifier is refused, where it is.
pub(super) fn check_identifier(
    identifier: &Located<Text>,
    what: &str,
    findings: &mut Vec<Finding>,
) {
    let text = identifier.value.as_str();
    if has_hidden(text) {
        findings.push(
            Finding::new(
                &E0105,
                identifier.span,
                format!("the name of the {what} `{text}` has characters that cannot be seen"),
            )
            .label("invisible or control characters")
            .help("type the name again"),
        );
    } else if text.is_empty() || text.trim() != text || text.chars().count() > IDENTIFIER_MAX {
        findings.push(
            Finding::new(
                &E0210,
                identifier.span,
                format!("`{text}` is no name for {} {what}", article(what)),
            )
            .label("empty, padded or too long")
            .help(format!(
                "write 1 to {IDENTIFIER_MAX} characters without blanks around them"
            )),
        );
    }
}
