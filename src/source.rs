//! Where catalogs come from: a directory, a commit, the result of a merge, or memory.
//!
//! In: a place and a [`Selection`]. Out: a [`Snapshot`], the files by path with their text,
//! or the reason why a file cannot be read. An unreadable file is never an absent one: it
//! stays in the snapshot, and everything that would treat it as deleted must look at it.

use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::text::{FileId, Span};

pub(crate) use encoding::text_of;

pub mod difference;
pub mod disk;
mod encoding;
pub mod git;
pub mod layout;
pub mod memory;
pub(crate) mod merge;
pub(crate) mod path;

/// Limits of DESIGN section 6 that hold while files are read.
pub mod limit {
    /// Bytes of one file.
    pub const FILE_BYTES: u64 = 1 << 20;
    /// Bytes of one file in another language: an export has all in one.
    pub const LARGE_FILE_BYTES: u64 = 64 << 20;
    /// Bytes of all files together.
    pub const CATALOG_BYTES: u64 = 512 << 20;
    /// Files of one catalog.
    pub const FILES: usize = 1_000_000;
    /// Bytes of one path.
    pub const PATH_BYTES: usize = 512;
    /// Entries of folders looked at, taken or not: small trees can spell out endless ones.
    pub const ENTRIES: usize = 5_000_000;
    /// Folders within folders, where a path may be longer than a catalog's.
    pub const DEPTH: usize = 256;
}

/// Whether a catalog may have a file at `written`, below its folder.
pub fn is_path(written: &str) -> bool {
    path::path_of(written.as_bytes()) == Ok(written)
}

/// Why a file of the catalog has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A symbolic link; links are never followed.
    Link,
    /// A submodule.
    Submodule,
    /// A pointer of Git LFS instead of the file.
    LfsPointer,
    /// Larger than the limit.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// Text in another encoding.
    Encoding {
        /// Its name.
        name: &'static str,
        /// The text, which only says what the file may have been.
        text: Arc<str>,
    },
    /// Not UTF-8 from a byte on.
    NotUtf8 {
        /// The first wrong byte.
        at: u32,
        /// The text with U+FFFD for what is no character.
        text: Arc<str>,
    },
    /// Bytes that are no text in any encoding.
    Binary,
    /// Encrypted by git-crypt.
    Encrypted,
    /// The path has bytes or characters that are refused; it is shown escaped.
    Path,
    /// The object is not in the repository (a partial or broken clone).
    MissingObject,
    /// Not a regular file: a pipe, a socket, a device.
    NotAFile,
    /// Both sides of the merge changed it and the result cannot be foreseen: why.
    MergeConflict(&'static str),
    /// The system's own words.
    Unreadable(String),
}

impl Refusal {
    /// What the file seems to say, for what its loss silences: nothing where it is no text at
    /// all. `None` where nobody knows what it says.
    pub fn guess(&self) -> Option<&str> {
        match self {
            Self::Encoding { text, .. } | Self::NotUtf8 { text, .. } => Some(text),
            Self::Binary | Self::Encrypted => Some(""),
            _ => None,
        }
    }
}

/// One file of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative to the repository, with `/`; what users see.
    pub path: String,
    /// The text, or why there is none. A byte order mark is kept. Snapshots that have it in common
    /// share it.
    pub text: Result<Arc<str>, Refusal>,
    /// Whether a merge of two texts made it, so that it stands in neither commit.
    pub merged: bool,
}

/// The files of a catalog at one moment, in order of their paths' bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    files: Vec<SourceFile>,
}

impl Snapshot {
    /// A snapshot of `files`, which are put in order. Of two with one path the first stands.
    pub fn new(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|later, first| later.path == first.path);
        Self { files }
    }

    /// The same files, one of them with another text; the others share theirs with this one.
    pub fn with_text(mut self, id: FileId, text: String) -> Self {
        if let Some(file) = self.files.get_mut(id.0 as usize) {
            file.text = Ok(text.into());
        }
        self
    }

    /// The files and their numbers, in order of path.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(n, file)| (FileId(u32::try_from(n).unwrap_or(u32::MAX)), file))
    }

    /// The files as a slice; a file's number is its index.
    pub fn as_slice(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file of a number.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The path of a file; empty for a number of another snapshot.
    pub fn path(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| file.path.as_str())
    }

    /// The text of a file; empty where it could not be read.
    pub fn text(&self, id: FileId) -> &str {
        self.file(id)
            .and_then(|file| file.text.as_deref().ok())
            .unwrap_or("")
    }

    /// What can be shown of a file: its text, up to the first byte that is none to the letter.
    pub fn readable(&self, id: FileId) -> Option<&str> {
        match self.file(id).map(|file| &file.text) {
            Some(Ok(text) | Err(Refusal::NotUtf8 { text, .. })) => Some(text),
            _ => None,
        }
    }

    /// The characters of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file)
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// The characters `start..end` of a value that is written at `span`; all of it where the
    /// characters of the value are not simply those of the file.
    pub fn within(&self, span: Span, value: &str, start: u32, end: u32) -> Span {
        let written = self.slice(span);
        let quote = u32::from(written.starts_with(['"', '\'']));
        let inner = written.get(quote as usize..).unwrap_or("");
        if inner.starts_with(value) && inner.len() <= value.len() + quote as usize {
            return span.part(quote + start, end.saturating_sub(start));
        }
        span
    }

    /// The number of the file at `path`.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()?;
        u32::try_from(at).ok().map(FileId)
    }
}

/// Which files of a repository belong to its catalog.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The settings file, where there is one.
    settings: Option<String>,
    /// What stands before every path of the settings, with a slash at its end, or nothing.
    prefix: String,
    /// The folder compiled, without a slash at the end; empty for the whole repository.
    root: String,
    /// Globs beyond it, as they are written.
    patterns: Vec<String>,
    /// The same, to match with.
    globs: GlobSet,
    /// Globs of files that may be large, as they are written and to match with.
    large: (Vec<String>, GlobSet),
    /// What all of these begin with: the root, the settings file, the globs up to their
    /// first wildcard. An empty one is the whole repository.
    anchors: Vec<String>,
}

impl Selection {
    /// The files below `root`, the settings file, and those that one of `globs` matches.
    ///
    /// Errors: the glob that cannot be read, with the reason.
    pub fn new(settings: Option<&str>, root: &str, globs: &[&str]) -> Result<Self, String> {
        let root = root.trim_matches('/').to_owned();
        let mut set = GlobSetBuilder::new();
        let mut anchors = vec![root.clone()];
        anchors.extend(settings.map(str::to_owned));
        for glob in globs {
            set.add(glob_of(glob)?);
            anchors.push(literal_start(glob));
        }
        Ok(Self {
            settings: settings.map(str::to_owned),
            prefix: String::new(),
            root,
            patterns: globs.iter().map(|glob| (*glob).to_owned()).collect(),
            globs: set.build().map_err(|error| error.to_string())?,
            large: (Vec::new(), GlobSet::empty()),
            anchors,
        })
    }

    /// The same, where files that one of `globs` of the settings matches may be large.
    ///
    /// Errors: the glob that cannot be read, with the reason.
    pub fn with_large(mut self, globs: &[&str]) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            set.add(glob_of(&format!("{}{glob}", self.prefix))?);
        }
        let patterns = globs.iter().map(|glob| (*glob).to_owned()).collect();
        self.large = (patterns, set.build().map_err(|error| error.to_string())?);
        Ok(self)
    }

    /// The most bytes that the file at `path` may have.
    pub fn most_bytes(&self, path: &str) -> u64 {
        if self.large.1.is_match(path) {
            limit::LARGE_FILE_BYTES
        } else {
            limit::FILE_BYTES
        }
    }

    /// Whether both take the same files of every repository.
    pub fn is_same_as(&self, other: &Self) -> bool {
        (&self.settings, &self.prefix, &self.root) == (&other.settings, &other.prefix, &other.root)
            && (&self.patterns, &self.large.0) == (&other.patterns, &other.large.0)
    }

    /// Whether the file at `path` belongs to the catalog.
    pub fn takes_file(&self, path: &str) -> bool {
        let settings = self.settings.as_deref();
        // What is below the settings file stands in a folder where the file belongs.
        settings.is_some_and(|settings| is_at_or_below(path, settings))
            || self.is_below_root(path)
            || self.globs.is_match(path)
    }

    /// Whether a file of the catalog may be at or below the folder at `path`.
    pub fn takes_folder(&self, path: &str) -> bool {
        path.is_empty()
            || self.anchors.iter().any(|anchor| {
                anchor.is_empty() || is_at_or_below(path, anchor) || is_at_or_below(anchor, path)
            })
    }

    /// Whether a link or a submodule at `path` belongs to the catalog: it does as a file would,
    /// and also where it stands in the way to the catalog, whose files would else be absent.
    pub fn takes_link(&self, path: &str) -> bool {
        self.takes_file(path)
            || self
                .anchors
                .iter()
                .any(|anchor| is_at_or_below(anchor, path))
    }

    /// What stands before every path of the settings, with a slash at its end, or nothing.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The path of the settings file, where there is one.
    pub fn settings(&self) -> Option<&str> {
        self.settings.as_deref()
    }

    /// The folder compiled, without a slash at the end.
    pub fn root(&self) -> &str {
        &self.root
    }

    fn is_below_root(&self, path: &str) -> bool {
        self.root.is_empty()
            || path
                .strip_prefix(self.root.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
    }
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folders of `glob` before its first wildcard; the whole of it where there is none.
pub(crate) fn literal_start(glob: &str) -> String {
    let literal: Vec<&str> = glob
        .split('/')
        .take_while(|part| !part.contains(['*', '?', '[', ']', '{', '}', '\\', '!']))
        .collect();
    literal.join("/")
}

/// A glob in which `*` and `?` stay within a folder and `**` crosses folders.
pub(crate) fn glob_of(glob: &str) -> Result<Glob, String> {
    globset::GlobBuilder::new(glob)
        .literal_separator(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::Selection;

    #[test]
    fn only_folders_that_lead_to_the_catalog_are_walked() {
        let selection = Selection::new(
            Some("catalogc.yaml"),
            "catalog",
            &["export/domains/*.json", "environments/{a,b}/x.yaml"],
        )
        .unwrap();
        for folder in [
            "",
            "catalog",
            "catalog/a/b",
            "export",
            "export/domains/x",
            "environments",
        ] {
            assert!(selection.takes_folder(folder), "{folder}");
        }
        for folder in ["src", "catalogs", "exported", "export/other"] {
            assert!(!selection.takes_folder(folder), "{folder}");
        }
        assert!(selection.takes_file("export/domains/a.json"));
        assert!(!selection.takes_file("export/domains/a/b.json"));
    }

    #[test]
    fn a_link_in_the_way_to_the_catalog_belongs_to_it() {
        let selection = Selection::new(None, "team/catalog", &["export/domains/*.json"]).unwrap();
        for link in [
            "team",
            "team/catalog",
            "team/catalog/x",
            "export",
            "export/domains",
        ] {
            assert!(selection.takes_link(link), "{link}");
        }
        for link in ["docs", "team/notes", "export/domains/deeper"] {
            assert!(!selection.takes_link(link), "{link}");
        }
    }
}
