//! What a file's name says of how it is read.
//!
//! In: paths, and the globs of the settings. Out: whether documents are read from a file, and
//! whether they must be JSON. A glob that names its files, or their ending, means every one of
//! them; one that is wider passes over what has another ending: pictures and the like.

use crate::finding::Finding;
use crate::finding::codes::E0002;
use crate::model::is_document;
use crate::model::reader::natives::{ENDINGS, ending};
use crate::model::settings::DocumentKind;
use crate::text::{FileId, Span, nearest};

/// Alternatives of one glob that are looked at; beyond them it counts as wide.
const ALTERNATIVES: usize = 64;

/// Which of the files that fit a glob are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Those with one of the usual endings.
    Ending,
    /// All: the glob says how their names end.
    All,
}

impl Names {
    /// Whether the file at `path`, which fits the glob, is read.
    pub(super) fn read(self, path: &str) -> bool {
        self == Self::All || is_document(path)
    }

    /// What a glob says of names.
    pub(super) fn of(glob: &str) -> Self {
        let mut left = vec![glob.to_owned()];
        let mut looked_at = 0;
        while let Some(one) = left.pop() {
            looked_at += 1;
            if looked_at > ALTERNATIVES {
                return Self::Ending;
            }
            match alternatives(&one) {
                Some(all) => left.extend(all),
                None if !says_end(&one) => return Self::Ending,
                None => {}
            }
        }
        Self::All
    }
}

/// A glob once for each alternative of its last braces that have none within.
fn alternatives(glob: &str) -> Option<Vec<String>> {
    let open = glob.rfind('{')?;
    let close = open + glob.get(open..)?.find('}')?;
    let (before, after) = (glob.get(..open)?, glob.get(close + 1..)?);
    let all = glob.get(open + 1..close)?.split(',');
    Some(all.map(|one| format!("{before}{one}{after}")).collect())
}

/// Whether a glob without braces ends in something that is no wildcard.
fn says_end(glob: &str) -> bool {
    !glob.ends_with(['*', '?', ']', '/', '\\', '{', '}'])
}

/// A glob that means files whose names end as that of `path`.
pub(super) fn narrowed(glob: &str, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let end = match name.rsplit_once('.') {
        Some((_, ending)) => format!("*.{ending}"),
        None => name.to_owned(),
    };
    match glob.rsplit_once('/') {
        Some((folder, _)) if glob.ends_with("**") => format!("{folder}/**/{end}"),
        Some((folder, _)) => format!("{folder}/{end}"),
        None if glob == "**" => format!("**/{end}"),
        None => end,
    }
}

/// Whether a file's name says that it is JSON: `a.json`, and `a.json.tmpl` as well.
pub(super) fn is_json(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = name.split('.').skip(1);
    parts.any(|part| part.starts_with("json"))
}

/// The finding that a file's ending keeps its documents from being read, where it looks as if
/// they were meant to be.
pub(super) fn ending_wrong(file: FileId, path: &str, kind: DocumentKind) -> Option<Finding> {
    let ending = ending(path);
    let (wanted, found): (&[&str], _) = match kind {
        DocumentKind::Policies => (&["cedar"], "rules"),
        _ => (&ENDINGS, "documents"),
    };
    if !ENDINGS.contains(&ending)
        && (ending == "xml" || nearest(ending, wanted.iter().copied()).is_none())
    {
        return None;
    }
    let finding = Finding::new(
        &E0002,
        Span::whole_file(file),
        format!("{found} are not read from a file that ends in `.{ending}`"),
    );
    Some(finding.help(format!("rename it to end in `.{}`", wanted.join("` or `."))))
}

#[cfg(test)]
mod tests {
    use super::{Names, is_json, narrowed};

    #[test]
    fn a_glob_that_says_how_names_end_means_all_of_them() {
        for glob in [
            "**/OWNERS",
            "a/*.conf",
            "s.yaml.tmpl",
            "**/*.{yml,conf}",
            "{OWNERS,*.yaml}",
            "*/[Oo]WNERS",
            "a/{b,c/{d,e}}/x",
        ] {
            assert_eq!(Names::of(glob), Names::All, "{glob}");
        }
        for glob in [
            "v/*",
            "**",
            "v/**",
            "*.{yaml,*}",
            "{OWNERS,*}",
            "OWNERS*",
            "a.jso[n]",
            "a.?",
        ] {
            assert_eq!(Names::of(glob), Names::Ending, "{glob}");
        }
        let many = format!("{}x", "{a,b}".repeat(40));
        assert_eq!(Names::of(&many), Names::Ending);
    }

    #[test]
    fn names_say_json_before_other_endings_too() {
        for (path, is) in [
            ("a/b.json", true),
            ("b.json.tmpl", true),
            ("json", false),
            ("a.json/b.yaml", false),
            ("b.yaml", false),
        ] {
            assert_eq!(is_json(path), is, "{path}");
        }
    }

    #[test]
    fn a_narrower_glob_ends_as_the_names_do() {
        for (glob, path, narrow) in [
            ("v/*", "v/a.conf", "v/*.conf"),
            ("v/**", "v/w/OWNERS", "v/**/OWNERS"),
            ("**", "a.conf", "**/*.conf"),
            ("*", "OWNERS", "OWNERS"),
        ] {
            assert_eq!(narrowed(glob, path), narrow, "{glob} {path}");
        }
    }
}
