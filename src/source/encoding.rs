//! Bytes of a file as text, or why they are none.

use std::sync::Arc;

use super::Refusal;

/// What `bytes` are as the text of a file, or why they are none.
pub(crate) fn text_of(bytes: Vec<u8>) -> Result<Arc<str>, Refusal> {
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Err(Refusal::LfsPointer);
    }
    if let Some(encoding) = encoding(&bytes) {
        return Err(Refusal::Encoding(encoding));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let most = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(most);
            let head = String::from_utf8(bytes).unwrap_or_default();
            Err(Refusal::NotUtf8(head.into()))
        }
    }
}

/// The encoding of a text whose characters are two or four bytes wide: it begins with a byte
/// order mark, or with a character of ASCII.
fn encoding(bytes: &[u8]) -> Option<&'static str> {
    match *bytes.get(..4).or_else(|| bytes.get(..2))? {
        [0xff, 0xfe, 0, 0] | [1..=0x7f, 0, 0, 0] => Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff] | [0, 0, 0, 1..=0x7f] => Some("UTF-32BE"),
        [0xff, 0xfe, ..] | [1..=0x7f, 0, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] => Some("UTF-16BE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, text_of};

    #[test]
    fn wide_encodings_are_told_by_their_names() {
        for (bytes, name) in [
            (&b"\xff\xfea\0:\0"[..], "UTF-16LE"),
            (b"\xfe\xff\0a\0:", "UTF-16BE"),
            (b"a\0:\0", "UTF-16LE"),
            (b"\0a\0:", "UTF-16BE"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32LE"),
        ] {
            assert_eq!(text_of(bytes.to_vec()), Err(Refusal::Encoding(name)));
        }
        assert_eq!(text_of(b"a: \0".to_vec()), Ok("a: \0".into()));
        assert_eq!(text_of(b"\xc3\xa4".to_vec()), Ok("\u{e4}".into()));
        assert_eq!(text_of(b"a".to_vec()), Ok("a".into()));
    }
}
