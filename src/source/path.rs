//! Paths of files: which ones a catalog may have, and how the others are shown.
//!
//! In: the bytes of a path, parts divided by `/`. Out: the path, or what to show in its place.
//! Knows nothing of where the bytes came from.

use std::fmt::Write as _;

use crate::source::limit;
use crate::text::has_hidden;
use crate::text::visible;

/// A path that a catalog may not have, escaped so that it can be shown anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

/// The path of `bytes`. Refused are bytes that are not UTF-8, hidden characters, backslashes,
/// parts that lead elsewhere or look like `.git`, and what is longer than the limit.
pub(crate) fn path_of(bytes: &[u8]) -> Result<&str, Refused> {
    match std::str::from_utf8(bytes) {
        Ok(path)
            if path.len() <= limit::PATH_BYTES
                && !path.contains('\\')
                && !has_hidden(path)
                && !path.split('/').any(is_refused_part) =>
        {
            Ok(path)
        }
        _ => Err(Refused(shown(bytes))),
    }
}

/// The folder of the file at `path`; empty at the top.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The path in the repository of what is `written` from a folder of it (empty: the top), as a
/// snapshot has it: to the letter. `None` where it leads out of the repository: above its top,
/// from the root of a machine, or by a backslash, which no path of a catalog has.
pub(crate) fn resolve(folder: &str, written: &str) -> Option<String> {
    if written.starts_with('/') || written.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(written.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether some file system reads `part` as a way out of its folder or as git's own folder.
fn is_refused_part(part: &str) -> bool {
    let plain = part
        .split(':')
        .next()
        .unwrap_or(part)
        .trim_end_matches(['.', ' ']);
    // What is only dots and blanks is nothing but a way elsewhere.
    plain.is_empty() || plain.eq_ignore_ascii_case(".git") || plain.eq_ignore_ascii_case("git~1")
}

/// `bytes` with all that is not plain text escaped, cut at the limit. A cut path is longer
/// than any that is not, so the two are never mistaken for each other.
fn shown(bytes: &[u8]) -> String {
    let mut shown = String::new();
    let cut = bytes.get(..limit::PATH_BYTES).unwrap_or(bytes);
    for chunk in cut.utf8_chunks() {
        shown.push_str(&visible(chunk.valid()));
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    if cut.len() < bytes.len() {
        shown.push('\u{2026}');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::Refused;
    use super::{folder_of, path_of, resolve};

    #[test]
    fn what_is_written_from_a_folder_never_leads_out() {
        for (folder, written, path) in [
            ("", "README.md", Some("README.md")),
            ("a/b", "c.yaml", Some("a/b/c.yaml")),
            ("a/b", "./c.yaml", Some("a/b/c.yaml")),
            ("a/b", "../c.yaml", Some("a/c.yaml")),
            ("a/b", "../../x/../c.yaml", Some("c.yaml")),
            ("a/b/", ".//c//.//d.yaml/", Some("a/b/c/d.yaml")),
            ("a/b", "", Some("a/b")),
            ("a", "B/README.MD", Some("a/B/README.MD")),
            ("A", "../a/x", Some("a/x")),
            ("a", "...", Some("a/...")),
            ("a", "b/..c", Some("a/b/..c")),
            ("a/b", "../../../c.yaml", None),
            ("", "..", None),
            ("", "a/../../a", None),
            ("a", "/etc/passwd", None),
            ("a", "..\\..\\x", None),
            ("a", "b\\c", None),
        ] {
            assert_eq!(
                resolve(folder, written).as_deref(),
                path,
                "{folder} {written}"
            );
        }
        assert_eq!((folder_of("a/b/c.yaml"), folder_of("c.yaml")), ("a/b", ""));
    }

    #[test]
    fn plain_paths_stand() {
        for path in [
            "a.yaml",
            "catalog/entit\u{e4}ten/b c.yaml",
            ".github/x",
            "a..b/.gitignore",
        ] {
            assert_eq!(path_of(path.as_bytes()), Ok(path));
        }
    }

    #[test]
    fn paths_that_hide_or_lead_elsewhere_are_shown_escaped() {
        let refused = |bytes: &[u8]| path_of(bytes).unwrap_err();
        assert_eq!(refused(b"a/\xff.yaml"), Refused("a/\\xff.yaml".into()));
        assert_eq!(
            refused("a\u{202e}b".as_bytes()),
            Refused("a\\u{202e}b".into())
        );
        for path in [
            "a\\b",
            "a/../b",
            "./a",
            "a/.GIT/b",
            "a/git~1",
            ".git. ",
            ".git::$INDEX",
            "a//b",
        ] {
            assert_eq!(refused(path.as_bytes()), Refused(path.into()), "{path}");
        }
    }

    #[test]
    fn a_path_that_is_too_long_is_cut() {
        let Refused(shown) = path_of(&[b'a'; 5_000]).unwrap_err();
        assert!(shown.len() > 512 && shown.ends_with('\u{2026}'));
    }
}
