//! Which brackets and quotes are open at a byte of a text that is not YAML.
//!
//! In: a text. Out: the open brackets, the open quote, and the last one that was closed. A guess,
//! for messages only: it knows where a value may begin, comments and block texts, and no more.

/// What is open.
#[derive(Debug, Default)]
pub(super) struct Rough {
    /// Where each open bracket stands, the innermost last.
    pub(super) brackets: Vec<usize>,
    /// Where the open quote stands.
    pub(super) quote: Option<usize>,
    /// The last text in quotes, with them.
    pub(super) quoted: Option<(usize, usize)>,
}

/// What is open at the end of `text`.
pub(super) fn read(text: &str) -> Rough {
    let bytes = text.as_bytes();
    let mut rough = Rough::default();
    let mut at = 0;
    // Whether a value may begin here: quotes and brackets within a plain text are its own.
    let mut begins = true;
    while let Some(byte) = bytes.get(at).copied() {
        let is_apart = at == 0 || matches!(bytes.get(at - 1), Some(b' ' | b'\t' | b'\n' | b'\r'));
        match byte {
            b'#' if is_apart => {
                at = line_end(text, at);
                continue;
            }
            b'"' | b'\'' if begins => {
                let Some(end) = close(bytes, at) else {
                    rough.quote = Some(at);
                    return rough;
                };
                rough.quoted = Some((at, end));
                (begins, at) = (false, end);
                continue;
            }
            b'|' | b'>' if begins && rough.brackets.is_empty() => {
                at = block_end(text, at);
                begins = true;
                continue;
            }
            b'[' | b'{' if begins => rough.brackets.push(at),
            b']' | b'}' if !rough.brackets.is_empty() => {
                rough.brackets.pop();
                begins = false;
            }
            b',' if !rough.brackets.is_empty() => begins = true,
            b':' | b'-' | b'?' => {
                let is_sign =
                    matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
                let is_json = byte == b':' && !rough.brackets.is_empty() && !begins;
                begins = is_sign || is_json || (begins && byte != b'-' && byte != b'?');
            }
            b'\n' | b'\r' => begins = true,
            b' ' | b'\t' => {}
            _ => begins = false,
        }
        at += 1;
    }
    rough
}

/// One past the quote that closes the text in quotes at `start`.
pub(super) fn close(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + rest.find('\n').unwrap_or(rest.len())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Where the block text ends whose sign (`|` or `>`) stands at `at`.
fn block_end(text: &str, at: usize) -> usize {
    let start = text
        .get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |n| n + 1);
    let outer = indent(text.get(start..).unwrap_or(""));
    let mut end = line_end(text, at);
    while let Some(rest) = text.get(end + 1..).filter(|rest| !rest.is_empty()) {
        let line = rest.split('\n').next().unwrap_or("");
        if !line.trim().is_empty() && indent(line) <= outer {
            break;
        }
        end = line_end(text, end + 1);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_open_is_found_and_plain_text_keeps_its_own() {
        for (text, brackets, quote) in [
            ("a: [1, {b: 2", &[3, 7][..], None),
            ("a: it's [x", &[], None),
            ("a: 'it''s' [", &[], None),
            ("a: \"x\\\" y", &[], Some(3)),
            ("{\"a\":[1,\"b]", &[0, 5], Some(8)),
            ("a: |\n  [x\n  \"y\nb: [", &[18], None),
            ("# [\na: (x) # {\n- [", &[17], None),
            ("- 'x", &[], Some(2)),
        ] {
            let rough = read(text);
            assert_eq!(rough.brackets, brackets, "{text}");
            assert_eq!(rough.quote, quote, "{text}");
        }
    }
}
