//! Text of a catalog inside HTML, and what lets a page run its own script and nothing else.
//!
//! In: any text. Out: text for content and for attributes in double quotes, hidden characters made
//! visible.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::words::safe;

/// Text as content or as the value of an attribute.
pub(crate) fn escape(text: &str) -> String {
    let safe = safe(text);
    let mut out = String::with_capacity(safe.len() + 16);
    for c in safe.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Lines that are safe to show already, each in its line.
pub(crate) fn lines<'l>(lines: impl IntoIterator<Item = &'l str>) -> String {
    let escaped: Vec<String> = lines.into_iter().map(escape).collect();
    escaped.join("\n")
}

/// The policy of a page whose only script and style are these: no network, no other script.
pub(crate) fn policy(style: &str, script: &str) -> String {
    let mut policy = "default-src 'none'; base-uri 'none'; form-action 'none'".to_owned();
    for (what, text) in [("style", style), ("script", script)] {
        let hash = base64(&Sha256::digest(text.as_bytes()));
        // Writing to a String cannot fail.
        let _ = write!(policy, "; {what}-src 'sha256-{hash}'");
    }
    policy
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let byte = |n: usize| u32::from(three.get(n).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place > three.len() {
                out.push('=');
                continue;
            }
            let six = (bits >> (18 - 6 * place)) & 63;
            let sign = usize::try_from(six).ok().and_then(|six| SIGNS.get(six));
            out.extend(sign.map(|sign| char::from(*sign)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{base64, escape};

    #[test]
    fn what_means_something_to_a_browser_is_escaped() {
        assert_eq!(
            escape("<a href=\"x\" b='y'>&amp;\u{202e}"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;\\u{202e}"
        );
    }

    #[test]
    fn base64_is_padded() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"Many hands?"), "TWFueSBoYW5kcz8=");
    }
}
