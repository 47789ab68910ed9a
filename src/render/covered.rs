//! A file's text as it may be shown: without its secrets, and without how long they are.

use crate::text::Span;

use super::patch::MASK;
use super::place::floor;

/// A text of a file in which these secrets are covered: of each line that one has, by the same mask.
pub fn covered(text: &str, secrets: &[Span]) -> String {
    let mut places: Vec<(usize, usize)> = secrets
        .iter()
        .map(|it| (floor(text, it.start as usize), floor(text, it.end as usize)))
        .collect();
    places.sort_unstable();
    let mut out = String::new();
    let mut told = 0;
    for (start, end) in places {
        // A secret may stand inside of another one.
        let start = start.max(told);
        if end <= start {
            continue;
        }
        out.push_str(text.get(told..start).unwrap_or_default());
        for line in text
            .get(start..end)
            .unwrap_or_default()
            .split_inclusive('\n')
        {
            let content = line.trim_end_matches(['\n', '\r']);
            if !content.is_empty() {
                out.push_str(MASK);
            }
            out.push_str(line.get(content.len()..).unwrap_or_default());
        }
        told = end;
    }
    out.push_str(text.get(told..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::covered;
    use crate::text::{FileId, Span};

    /// No mask says how long what it covers is.
    #[test]
    fn what_is_covered_has_one_mask_a_line() {
        let span = |start, end| Span::new(FileId(0), start, end);
        let text = "a: secret\nb: |\n  one\n\n  two\r\nc: x\n";
        let hidden = covered(text, &[span(16, 29), span(3, 9), span(5, 7)]);
        assert_eq!(hidden, "a: ***\nb: |\n ***\n\n***\r\nc: x\n");
    }
}
