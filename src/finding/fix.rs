//! What would put a finding right, where no other change could be meant.
//!
//! In: the place and kind of a change, as the stage that raised the finding knows it, and the
//! text of the file. Out: the bytes to replace. All else in the file stays as it is: comments,
//! quotes, indentation, line ends. Where the text is not written as expected there is no edit.

use crate::text::Span;

/// A change of one file that puts a finding right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is changed: a key or a value.
    pub span: Span,
    /// How.
    pub change: Change,
}

/// What is done to a key or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another name is written in the same quotes.
    Name {
        /// The name that stands there.
        from: String,
        /// The name that was meant.
        to: String,
    },
    /// What is written gets quotes.
    Quoted,
    /// A text becomes a number, or a word of JSON, without quotes.
    Bare {
        /// The text that stands there.
        from: String,
        /// What is written for it.
        to: String,
    },
    /// What is written becomes a list of one.
    Listed,
    /// A list of one becomes its only element.
    Alone(Span),
    /// The key is deleted with its value; or an element of a list, which is both.
    Deleted(Span),
    /// The key stands a second time and goes, where it says the same again.
    Repeated(Span),
    /// The key begins a document: a `---` comes before it.
    Begun,
    /// Typographic quotes become straight ones, in all of the file.
    Straight,
    /// The line that begins with it gets so many blanks more before it.
    Indented(usize),
}

/// Bytes of a file that are replaced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; may be empty.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// Quotes that word processors write in place of `"`.
const TYPOGRAPHIC: [char; 4] = ['\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}'];

impl Fix {
    /// A change of what stands at `span`.
    pub const fn new(span: Span, change: Change) -> Self {
        Self { span, change }
    }

    /// Another name where `from` stands.
    pub fn name(span: Span, from: &str, to: &str) -> Self {
        let (from, to) = (from.to_owned(), to.to_owned());
        Self::new(span, Change::Name { from, to })
    }

    /// Another value, without quotes, where the text `from` stands.
    pub fn bare(span: Span, from: &str, to: &str) -> Self {
        let (from, to) = (from.to_owned(), to.to_owned());
        Self::new(span, Change::Bare { from, to })
    }

    /// What changes in `text`, the whole of the file; nothing where it is not written so that
    /// the change is plain.
    pub fn edits(&self, text: &str) -> Option<Vec<Edit>> {
        let written = text.get(self.span.start as usize..self.span.end as usize)?;
        let whole = |new: String| {
            Some(vec![Edit {
                span: self.span,
                text: new,
            }])
        };
        match &self.change {
            Change::Name { from, to } => whole(renamed(written, from, to)?),
            Change::Quoted => whole(quoted(written)?),
            Change::Bare { from, to } => {
                let inner = unquoted(written);
                (inner == from).then(|| whole(to.clone()))?
            }
            Change::Listed => whole(listed(written)?),
            Change::Alone(only) => alone(text, self.span, *only),
            Change::Deleted(value) => deleted(text, self.span, *value),
            Change::Repeated(first) => repeated(text, *first, self.span),
            Change::Begun => begun(text, self.span),
            Change::Straight => straight(text, self.span),
            Change::Indented(blanks) => indented(text, self.span, *blanks),
        }
    }
}

/// More blanks before what a line begins with.
fn indented(text: &str, span: Span, blanks: usize) -> Option<Vec<Edit>> {
    let before = text.get(..span.start as usize)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_first = line.chars().all(|c| c == ' ');
    is_first.then(|| {
        vec![Edit {
            span: Span::new(span.file, span.start, span.start),
            text: " ".repeat(blanks),
        }]
    })
}

/// The characters between quotes, or all of them where there are none.
fn unquoted(written: &str) -> &str {
    let between = |quote| written.strip_prefix(quote)?.strip_suffix(quote);
    between('"').or_else(|| between('\'')).unwrap_or(written)
}

fn renamed(written: &str, from: &str, to: &str) -> Option<String> {
    if written == from {
        return if is_plain(to) {
            Some(to.to_owned())
        } else {
            quoted(to)
        };
    }
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let is_as_expected = unquoted(written) == from && written.len() == from.len() + 2;
    let stays_one = !to.contains([quote, '\\']) && !to.contains(char::is_control);
    (is_as_expected && stays_one).then(|| format!("{quote}{to}{quote}"))
}

/// Whether a text means itself without quotes, wherever it stands.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '$'))
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$' | '+'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

fn quoted(written: &str) -> Option<String> {
    let is_one = !written.is_empty()
        && !written.contains(['"', '\\'])
        && !written.starts_with('\'')
        && !written.contains(char::is_control);
    is_one.then(|| format!("\"{written}\""))
}

fn listed(written: &str) -> Option<String> {
    if written.contains(char::is_control) || written.starts_with(['|', '>', '&', '*', '!']) {
        return None;
    }
    // What looks like a list of its own, or like several names, may be meant as one.
    let inner = unquoted(written);
    if inner.is_empty() || inner.contains([',', ';', '[', ']', '{', '}', ' ']) {
        return None;
    }
    let is_quoted = inner.len() < written.len();
    let means_itself = !written.contains(['#', ':', '?']);
    let element = if is_quoted || means_itself {
        written.to_owned()
    } else {
        quoted(written)?
    };
    Some(format!("[{element}]"))
}

fn alone(text: &str, list: Span, only: Span) -> Option<Vec<Edit>> {
    let before = text.get(list.start as usize..only.start as usize)?;
    let after = text.get(only.end as usize..list.end as usize)?;
    let inner = text.get(only.start as usize..only.end as usize)?;
    if inner.contains('\n') {
        return None;
    }
    let Some(behind) = before.strip_prefix('-') else {
        let is_framing = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | ',');
        let mut frame = before.chars().chain(after.chars());
        return frame.all(is_framing).then(|| {
            vec![Edit {
                span: list,
                text: inner.to_owned(),
            }]
        });
    };
    // A block list stands below its key, where one name need not; comments behind it stay.
    let mut rest = after.lines().map(str::trim);
    let is_plain =
        behind.trim().is_empty() && rest.all(|line| line.is_empty() || line.starts_with('#'));
    let stem = text.get(..list.start as usize)?.trim_end();
    let span = Span::new(list.file, u32::try_from(stem.len()).ok()?, only.end);
    (is_plain && stem.ends_with(':')).then(|| {
        vec![Edit {
            span,
            text: format!(" {inner}"),
        }]
    })
}

/// Where the line of byte `at` begins, and where the next one does.
fn line_of(text: &str, at: u32) -> Option<(usize, usize)> {
    let at = at as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text
        .get(at..)?
        .find('\n')
        .map_or(text.len(), |end| at + end + 1);
    Some((start, end))
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c == ' ')
}

fn edit(span: Span, start: usize, end: usize, text: String) -> Option<Vec<Edit>> {
    let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
    Some(vec![Edit {
        span: Span::new(span.file, start, end),
        text,
    }])
}

fn deleted(text: &str, key: Span, value: Span) -> Option<Vec<Edit>> {
    let (from, to) = (key.start as usize, value.end as usize);
    if key.file != value.file || text.get(from..to)?.contains('\n') {
        return None;
    }
    let (start, end) = line_of(text, key.start)?;
    let before = text.get(start..from)?;
    let after = text.get(to..end)?;
    let rest = after.trim();
    // An element of a list goes with its dash; one with a comment stays.
    if before.trim() == "-" {
        return rest
            .is_empty()
            .then(|| edit(key, start, end, String::new()))?;
    }
    if is_blank(before) {
        if rest.is_empty() {
            return edit(key, start, end, String::new());
        }
        if rest.starts_with('#') {
            let comment = to + after.find('#')?;
            return edit(key, from, comment, String::new());
        }
    }
    if rest.starts_with(',') {
        let behind = after.get(after.find(',')? + 1..)?;
        let blanks = behind.len() - behind.trim_start_matches(' ').len();
        return edit(key, from, end - behind.len() + blanks, String::new());
    }
    let stem = before.trim_end();
    let is_last = stem.ends_with(',') && rest.starts_with(['}', ']']);
    is_last.then(|| edit(key, start + stem.len() - 1, to, String::new()))?
}

fn repeated(text: &str, first: Span, second: Span) -> Option<Vec<Edit>> {
    let (first_start, first_end) = line_of(text, first.start)?;
    let (start, end) = line_of(text, second.start)?;
    let indent = text.get(start..second.start as usize)?;
    let first_indent = text
        .get(first_start..first.start as usize)?
        .trim_start_matches('\u{feff}');
    if !is_blank(indent) || indent != first_indent {
        return None;
    }
    let first_line = text
        .get(first_start..first_end)?
        .trim_start_matches('\u{feff}');
    let line = text.get(start..end)?;
    let goes_on = |end: usize| {
        let next = text.get(end..).unwrap_or("").lines();
        let next = next.map(str::trim_end).find(|line| !line.is_empty());
        next.is_some_and(|next| {
            next.len() - next.trim_start().len() > indent.len()
                || next.trim_start().starts_with("- ")
        })
    };
    let says_the_same = first_line.trim_end() == line.trim_end() && start != first_start;
    let is_alone = says_the_same && !goes_on(first_end) && !goes_on(end);
    is_alone.then(|| edit(second, start, end, String::new()))?
}

fn begun(text: &str, key: Span) -> Option<Vec<Edit>> {
    let (start, _) = line_of(text, key.start)?;
    if start == 0 || start != key.start as usize {
        return None;
    }
    // A comment right above a key is about what the key begins.
    let mut place = start;
    while let Some(above) = text.get(..place.saturating_sub(1)) {
        let line_start = above.rfind('\n').map_or(0, |end| end + 1);
        if line_start == 0 || !text.get(line_start..place)?.starts_with('#') {
            break;
        }
        place = line_start;
    }
    let line_end = if text.get(..place)?.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    edit(key, place, place, format!("---{line_end}"))
}

fn straight(text: &str, span: Span) -> Option<Vec<Edit>> {
    // Beside straight quotes the others may be meant.
    if text.contains('"') {
        return None;
    }
    text.char_indices()
        .filter(|(_, c)| TYPOGRAPHIC.contains(c))
        .map(|(at, c)| edit(span, at, at + c.len_utf8(), "\"".to_owned())?.pop())
        .collect()
}

#[cfg(test)]
mod tests;
