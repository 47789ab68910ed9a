//! Brackets, quotes and commas of a text that should be JSON: where they first go wrong, and why.
//!
//! In: a text that no program takes for JSON. Out: the sign that is at fault, where the rest of
//! the text tells it: which of two brackets is one too many is the one without which the rest
//! fits. What is wrong within a number or an escape is not seen here.

use super::{Fault, TYPOGRAPHIC};

/// What may stand next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// A value, or the bracket that closes an empty list.
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    /// Nothing: the value is complete.
    End,
}

/// How far the reading is.
#[derive(Debug, Clone)]
struct Reading<'t> {
    text: &'t str,
    at: usize,
    next: Next,
    /// The open brackets, and where they stand.
    open: Vec<(usize, char)>,
    /// The bracket that was closed last: where it closed, and what was open.
    closed: Option<(usize, (usize, char))>,
    /// The last text in quotes, with them.
    quoted: Option<(usize, usize)>,
}

/// A sign that stands where it cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// A bracket that does not close what is open.
    Bracket(char),
    /// A quote that its line does not close.
    Quote,
    /// Anything else.
    Sign(char),
}

/// The first sign of `text` at fault; `None` where another reader says it as well.
pub(super) fn fault(text: &str) -> Option<Fault> {
    let mut reading = Reading::new(text);
    let wrong = reading.run()?;
    match wrong {
        Wrong::Quote => Some(reading.open_quote()),
        Wrong::Bracket(close) => Some(reading.bracket(close)),
        Wrong::Sign(sign) => reading.sign(sign),
    }
}

impl<'t> Reading<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            next: Next::Value,
            open: Vec::new(),
            closed: None,
            quoted: None,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads to the first sign at fault, or to the end.
    fn run(&mut self) -> Option<Wrong> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            let sign = self.rest().chars().next()?;
            if let Err(wrong) = self.one(sign) {
                return Some(wrong);
            }
        }
    }

    fn one(&mut self, sign: char) -> Result<(), Wrong> {
        let is_value = matches!(self.next, Next::Value | Next::ValueOrEnd);
        match sign {
            '"' if is_value || matches!(self.next, Next::Key | Next::KeyOrEnd) => {
                let length = text_length(self.rest()).ok_or(Wrong::Quote)?;
                self.quoted = Some((self.at, self.at + length));
                self.at += length;
                if is_value {
                    self.end_value();
                } else {
                    self.next = Next::Colon;
                }
                return Ok(());
            }
            '{' | '[' if is_value => {
                self.open.push((self.at, sign));
                self.next = if sign == '{' {
                    Next::KeyOrEnd
                } else {
                    Next::ValueOrEnd
                };
            }
            '}' | ']' => {
                let fits = self
                    .open
                    .last()
                    .is_some_and(|(_, open)| closing(*open) == sign);
                // A comma before it, or a key without a value, is said elsewhere.
                let Some(open) = self.open.pop_if(|_| fits) else {
                    return Err(Wrong::Bracket(sign));
                };
                self.closed = Some((self.at, open));
                self.end_value();
            }
            ':' if self.next == Next::Colon => self.next = Next::Value,
            ',' if self.next == Next::CommaOrEnd => {
                let is_list = self.open.last().is_some_and(|(_, open)| *open == '[');
                self.next = if is_list { Next::Value } else { Next::Key };
            }
            _ if is_value && (sign == '-' || sign.is_ascii_alphanumeric()) => {
                let length = word_length(self.rest());
                let word = self.rest().get(..length).unwrap_or_default();
                let begins_number = sign == '-' || sign.is_ascii_digit();
                if !begins_number && !matches!(word, "true" | "false" | "null") {
                    return Err(Wrong::Sign(sign));
                }
                self.at += length;
                self.end_value();
                return Ok(());
            }
            _ => return Err(Wrong::Sign(sign)),
        }
        self.at += 1;
        Ok(())
    }

    fn end_value(&mut self) {
        self.next = if self.open.is_empty() {
            Next::End
        } else {
            Next::CommaOrEnd
        };
    }

    /// Whether what follows is right, and all that is open is closed.
    fn ends_right(mut self) -> bool {
        self.run().is_none() && self.open.is_empty()
    }

    /// The words for a quote that stays open.
    fn open_quote(&self) -> Fault {
        let line = self.rest().lines().next().unwrap_or_default();
        if let Some(fault) = Self::misquoted(self.at, line) {
            return fault;
        }
        if self
            .rest()
            .get(line.len()..)
            .is_none_or(|it| it.trim().is_empty())
        {
            return Fault {
                start: self.text.trim_end().len(),
                len: 0,
                message: "this is not JSON: the file ends before `\"` is closed".to_owned(),
                label: "the file ends here".to_owned(),
                help: "write what is missing, and `\"`; the file may have been cut off".to_owned(),
                opened: Some((self.at, "opened here")),
            };
        }
        Fault {
            start: self.at,
            len: 1,
            message: "the quote `\"` is not closed on its line".to_owned(),
            label: "opened here".to_owned(),
            help: "put `\"` at the end of the text; a line end within it is written `\\n`"
                .to_owned(),
            opened: None,
        }
    }

    /// The words for a text that begins with `"` and was meant to end at a typographic quote.
    fn misquoted(start: usize, written: &str) -> Option<Fault> {
        let (at, quote) = written.char_indices().find(|(at, c)| {
            let behind = written.get(at + c.len_utf8()..).unwrap_or_default();
            TYPOGRAPHIC.contains(c)
                && (behind.trim_start().is_empty()
                    || behind.trim_start().starts_with([',', ':', '}', ']']))
        })?;
        let inner = written.get(1..at)?;
        Some(Fault {
            start: start + at,
            len: quote.len_utf8(),
            message: format!("`{quote}` closes no text: it is a typographic quote"),
            label: format!("U+{:04X}, a part of the text", u32::from(quote)),
            help: format!("write a straight quote: `\"{}\"`", short(inner)),
            opened: Some((start, "the text begins here")),
        })
    }

    /// The words for a bracket that does not close what is open.
    fn bracket(&self, close: char) -> Fault {
        let told = |start, message: String, label: &str, help: String, opened| Fault {
            start,
            len: 1,
            message,
            label: label.to_owned(),
            help,
            opened,
        };
        let Some((at, open)) = self.open.last().copied() else {
            return told(
                self.at,
                format!("the bracket `{close}` closes nothing"),
                "one too many",
                "delete it".to_owned(),
                None,
            );
        };
        let mut without = self.clone();
        without.at += 1;
        let mut closed_before = self.clone();
        closed_before.open.pop();
        closed_before.end_value();
        let mut instead = closed_before.clone();
        instead.at += 1;
        let right = closing(open);
        if without.ends_right() {
            return told(
                self.at,
                format!("the bracket `{close}` closes nothing, `{open}` is still open"),
                "one too many",
                "delete it".to_owned(),
                Some((at, "opened here")),
            );
        }
        if instead.ends_right() {
            return told(
                self.at,
                format!("the bracket `{open}` is closed by `{close}`"),
                "of the other kind",
                format!("write `{right}` in its place"),
                Some((at, "opened here")),
            );
        }
        let help = if closed_before.ends_right() {
            format!("write `{right}` before it")
        } else {
            format!("write `{right}` before it, or delete it")
        };
        told(
            self.at,
            format!("`{open}` is not closed before `{close}`"),
            &format!("`{right}` is missing before it"),
            help,
            Some((at, "opened here")),
        )
    }

    /// The words for any other sign, where they are better than those of whoever reads JSON.
    fn sign(&self, sign: char) -> Option<Fault> {
        let rest = self.rest();
        let line = rest.lines().next().unwrap_or_default();
        if TYPOGRAPHIC.contains(&sign) {
            return Some(self.typographic(sign, line));
        }
        if self.next == Next::End {
            return self.behind_end(sign);
        }
        if matches!(self.next, Next::CommaOrEnd | Next::Colon)
            && let Some((start, end)) = self.quoted
            && let Some(fault) = Self::misquoted(start, self.text.get(start..end)?)
        {
            return Some(fault);
        }
        if matches!(self.next, Next::Value) && self.open.is_empty() && sign.is_alphanumeric() {
            let word: String = line.chars().take(40).collect();
            return Some(Fault {
                start: self.at,
                len: word.trim_end().len(),
                message: format!("this is not JSON: it begins with `{}`", word.trim_end()),
                label: "no value of JSON".to_owned(),
                help: "write `{`, `[` or a text in double quotes; or give the file the ending of its language".to_owned(),
                opened: None,
            });
        }
        None
    }

    fn typographic(&self, sign: char, line: &str) -> Fault {
        let inner = line.get(sign.len_utf8()..).unwrap_or_default();
        let end = inner.find(TYPOGRAPHIC).or_else(|| inner.find(['"', ',']));
        let inner = inner.get(..end.unwrap_or(inner.len())).unwrap_or_default();
        Fault {
            start: self.at,
            len: sign.len_utf8(),
            message: format!("`{sign}` opens no text: it is a typographic quote"),
            label: format!("U+{:04X}, no quote of JSON", u32::from(sign)),
            help: format!("write straight quotes: `\"{}\"`", short(inner.trim_end())),
            opened: None,
        }
    }

    /// The words for what stands behind the end of the value.
    fn behind_end(&self, sign: char) -> Option<Fault> {
        let told = |start, len, message: &str, label: &str, help: &str, opened| {
            Some(Fault {
                start,
                len,
                message: message.to_owned(),
                label: label.to_owned(),
                help: help.to_owned(),
                opened,
            })
        };
        if let (',', Some((at, open))) = (sign, self.closed) {
            // What closed everything may have come too early.
            let mut without = self.clone();
            without.open.push(open);
            without.next = Next::CommaOrEnd;
            if without.ends_right() {
                return told(
                    at,
                    1,
                    &format!(
                        "the bracket `{}` closes everything, and more follows",
                        closing(open.1)
                    ),
                    "one too many",
                    "delete it",
                    Some((self.at, "this follows")),
                );
            }
        }
        matches!(sign, '{' | '[' | '"' | ',').then(|| {
            told(
                self.at,
                1,
                "a second value follows the first, and a file of JSON has one",
                "behind the end of the first",
                "put `[` and `]` around all of them, and `,` between them",
                None,
            )
        })?
    }
}

/// A text as a help repeats it.
fn short(text: &str) -> String {
    match text.char_indices().nth(40) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
    }
}

fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

/// The length of the text in quotes that `rest` begins with, with them; it ends on its line.
fn text_length(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some(at + 1),
            '\\' => {
                chars.next();
            }
            '\n' | '\r' => return None,
            _ => {}
        }
    }
    None
}

/// The length of a number or a word.
fn word_length(rest: &str) -> usize {
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '}' | ']' | '{' | '[' | '"');
    rest.find(is_end).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests;
