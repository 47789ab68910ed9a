//! Reads a finding's page: the reason, a catalog that fails, the same repaired; or, where no few
//! files can show it, the situation and the way out in words.
//!
//! A page is Markdown with the headings `Fails` and `Fixed`; a fence names the file it stands
//! for: ```` ```yaml catalog/entities/cart.yaml ````.

/// A page, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'p> {
    /// Why this is refused, as text.
    pub why: &'p str,
    /// The files of a catalog that has exactly this finding.
    pub fails: Vec<Example<'p>>,
    /// The same files repaired.
    pub fixed: Vec<Example<'p>>,
    /// What leads to the finding, as Markdown; empty where files show it.
    pub situation: &'p str,
    /// What to do about it, as Markdown; empty where files show it.
    pub way_out: &'p str,
}

/// A file of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example<'p> {
    /// Where it stands in the catalog's repository.
    pub path: &'p str,
    /// What is in it.
    pub text: &'p str,
}

/// Takes a page apart. What is missing is empty.
pub fn page(markdown: &str) -> Page<'_> {
    let (why, rest) = markdown
        .split_once("\n## Fails\n")
        .unwrap_or((markdown, ""));
    let (situation, way_out) = rest.split_once("\n## Fixed\n").unwrap_or((rest, ""));
    let (fails, fixed) = (examples(situation), examples(way_out));
    let in_words = fails.is_empty() && fixed.is_empty();
    Page {
        why: why.trim(),
        situation: if in_words { situation.trim() } else { "" },
        way_out: if in_words { way_out.trim() } else { "" },
        fails,
        fixed,
    }
}

fn examples(markdown: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut rest = markdown;
    while let Some(at) = rest.find("```") {
        let fence = rest.get(at + 3..).unwrap_or("");
        let Some((info, body)) = fence.split_once('\n') else {
            break;
        };
        let Some((text, after)) = body.split_once("```") else {
            break;
        };
        if let Some((_, path)) = info.trim().split_once(' ') {
            examples.push(Example {
                path: path.trim(),
                text,
            });
        }
        rest = after;
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn a_page_has_a_reason_and_two_catalogs() {
        let read = page(
            "Why it is.\n\n## Fails\n\n```yaml a.yaml\nx: 1\n```\n\n```yaml b.yaml\n```\n\n## Fixed\n\n```yaml a.yaml\nx: 2\n```\n",
        );
        assert_eq!(read.why, "Why it is.");
        assert_eq!(
            read.fails.iter().map(|file| file.path).collect::<Vec<_>>(),
            ["a.yaml", "b.yaml"]
        );
        assert_eq!(read.fixed.first().map(|file| file.text), Some("x: 2\n"));
        assert_eq!((read.situation, read.way_out), ("", ""));
    }

    #[test]
    fn a_page_without_files_says_it_in_words() {
        let read = page("Why.\n\n## Fails\n\n```text\n$ a\n```\n\n## Fixed\n\nDo b.\n");
        assert_eq!(read.situation, "```text\n$ a\n```");
        assert_eq!(read.way_out, "Do b.");
        assert!(read.fails.is_empty() && read.fixed.is_empty());
    }
}
