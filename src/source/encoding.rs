//! Bytes of a file as text, or why they are none.

use std::sync::Arc;

use super::Refusal;

/// What git-crypt writes before all that it encrypts.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT";

/// What `bytes` are as the text of a file, or why they are none.
pub(crate) fn text_of(bytes: Vec<u8>) -> Result<Arc<str>, Refusal> {
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Err(Refusal::LfsPointer);
    }
    if bytes.starts_with(GIT_CRYPT) {
        return Err(Refusal::Encrypted);
    }
    if let Some(encoding) = encoding(&bytes) {
        let Some(text) = wide(&bytes, encoding) else {
            return Err(Refusal::Binary);
        };
        return Err(Refusal::Encoding {
            name: encoding.name(),
            text: text.into(),
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) if error.as_bytes().contains(&0) => Err(Refusal::Binary),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(Refusal::NotUtf8 {
                at: u32::try_from(at).unwrap_or(u32::MAX),
                text: String::from_utf8_lossy(error.as_bytes()).into(),
            })
        }
    }
}

/// An encoding whose characters are two or four bytes wide.
#[derive(Debug, Clone, Copy)]
struct Wide {
    /// Bytes of a character.
    width: usize,
    /// Whether the lowest byte is the first.
    is_little: bool,
}

impl Wide {
    const fn name(self) -> &'static str {
        match (self.width, self.is_little) {
            (2, true) => "UTF-16LE",
            (2, false) => "UTF-16BE",
            (_, true) => "UTF-32LE",
            (_, false) => "UTF-32BE",
        }
    }
}

/// The encoding of a text whose characters are two or four bytes wide: it begins with a byte
/// order mark, or with a character of ASCII.
fn encoding(bytes: &[u8]) -> Option<Wide> {
    let (width, is_little) = match *bytes.get(..4).or_else(|| bytes.get(..2))? {
        [0xff, 0xfe, 0, 0] | [1..=0x7f, 0, 0, 0] => (4, true),
        [0, 0, 0xfe, 0xff] | [0, 0, 0, 1..=0x7f] => (4, false),
        [0xff, 0xfe, ..] | [1..=0x7f, 0, ..] => (2, true),
        [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] => (2, false),
        _ => return None,
    };
    Some(Wide { width, is_little })
}

/// The text of wide characters; nothing where these are not characters of a text.
fn wide(bytes: &[u8], encoding: Wide) -> Option<String> {
    let units = bytes.chunks_exact(encoding.width).map(|unit| {
        let add = |sum: u32, byte: &u8| (sum << 8) | u32::from(*byte);
        if encoding.is_little {
            unit.iter().rev().fold(0, add)
        } else {
            unit.iter().fold(0, add)
        }
    });
    let text: String = if encoding.width == 2 {
        let units = units.map(|unit| u16::try_from(unit).unwrap_or_default());
        char::decode_utf16(units).collect::<Result<_, _>>().ok()?
    } else {
        units.map(char::from_u32).collect::<Option<_>>()?
    };
    let is_text = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    text.chars()
        .all(is_text)
        .then(|| text.trim_start_matches('\u{feff}').to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Refusal, text_of};

    #[test]
    fn wide_encodings_are_told_by_their_names() {
        for (bytes, name, text) in [
            (&b"\xff\xfea\0:\0"[..], "UTF-16LE", "a:"),
            (b"\xfe\xff\0a\0:", "UTF-16BE", "a:"),
            (b"a\0:\0", "UTF-16LE", "a:"),
            (b"\0a\0:", "UTF-16BE", "a:"),
            (b"\xff\xfe\0\0a\0\0\0", "UTF-32LE", "a"),
        ] {
            let text = text.into();
            assert_eq!(
                text_of(bytes.to_vec()),
                Err(Refusal::Encoding { name, text })
            );
        }
        assert_eq!(text_of(b"a: \0".to_vec()), Ok("a: \0".into()));
        assert_eq!(text_of(b"\xc3\xa4".to_vec()), Ok("\u{e4}".into()));
        assert_eq!(text_of(b"a".to_vec()), Ok("a".into()));
    }

    #[test]
    fn what_is_no_text_is_no_encoding_either() {
        let encrypted = b"\0GITCRYPT\0\x11\x22";
        assert_eq!(text_of(encrypted.to_vec()), Err(Refusal::Encrypted));
        for bytes in [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            b"\0\x01\0\0\0\x0c",
            b"PK\x03\x04\0\0\xff",
            b"M\0\x02\0",
        ] {
            assert_eq!(text_of(bytes.to_vec()), Err(Refusal::Binary), "{bytes:?}");
        }
        let (at, text) = (3, "a: \u{fffd}b".into());
        assert_eq!(
            text_of(b"a: \xf6b".to_vec()),
            Err(Refusal::NotUtf8 { at, text })
        );
    }
}
