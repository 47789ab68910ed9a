//! What the documents of each file are: said by its folder, or by the settings.
//!
//! In: the settings and a path. Out: a kind of document, or the finding that nothing says it.
//! Looks into no file.

use globset::GlobMatcher;

use crate::finding::Finding;
use crate::finding::codes::E0002;
use crate::model::settings::{DocumentKind, Settings};
use crate::source::Selection;
use crate::source::glob_of;
use crate::text::{FileId, Span, nearest};

/// Folders that are known but whose documents are not compiled.
const OTHER_FOLDERS: [&str; 2] = ["tests", "mappings"];

/// What the documents of each file are.
pub(super) struct FileMap<'s> {
    /// What stands before the globs of the settings.
    prefix: &'s str,
    /// The catalog's folder, with a slash at its end, or nothing.
    root: String,
    sources: Vec<(GlobMatcher, DocumentKind, Option<&'s str>)>,
}

impl<'s> FileMap<'s> {
    /// The map of these settings; a glob that cannot be read was reported with them.
    pub(super) fn new(settings: &'s Settings, selection: &'s Selection) -> Self {
        let root = match selection.root() {
            "" => String::new(),
            root => format!("{root}/"),
        };
        let sources = settings
            .sources
            .iter()
            .filter_map(|source| {
                let blueprint = source.blueprint.as_ref().map(|name| name.value.as_str());
                Some((
                    glob_of(&source.glob.value).ok()?.compile_matcher(),
                    source.documents,
                    blueprint,
                ))
            })
            .collect();
        Self {
            prefix: selection.prefix(),
            root,
            sources,
        }
    }

    /// The kind of a file's documents and their default blueprint.
    pub(super) fn kind(&self, path: &str) -> Option<(DocumentKind, Option<&'s str>)> {
        let below = path.strip_prefix(self.prefix).unwrap_or(path);
        if let Some((_, kind, blueprint)) =
            self.sources.iter().find(|(glob, ..)| glob.is_match(below))
        {
            return Some((*kind, *blueprint));
        }
        let folder = self.folder(path)?;
        let (_, kind) = DocumentKind::WORDS
            .iter()
            .find(|(word, _)| *word == folder)?;
        Some((*kind, None))
    }

    /// The folder of the catalog that a file stands in.
    fn folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_prefix(self.root.as_str())?
            .split_once('/')
            .map(|(folder, _)| folder)
    }

    /// The finding that nothing maps the YAML file at `path`, unless its folder is known for
    /// documents that are not compiled.
    pub(super) fn unmapped(&self, file: FileId, path: &str) -> Option<Finding> {
        let folder = self.folder(path);
        if folder.is_some_and(|folder| OTHER_FOLDERS.contains(&folder)) {
            return None;
        }
        let finding = Finding::new(
            &E0002,
            Span::whole_file(file),
            match folder {
                Some(folder) => format!("nothing says what the documents in `{folder}/` are"),
                None => "nothing says what the documents of this file are".to_owned(),
            },
        );
        let names = DocumentKind::WORDS
            .iter()
            .map(|(word, _)| *word)
            .chain(OTHER_FOLDERS);
        Some(match folder.and_then(|folder| nearest(folder, names)) {
            Some(near) => finding.help(format!("did you mean `{near}/`?")),
            None => finding.help(
                "move it into a folder of the catalog, or name it in `sources` of catalogc.yaml",
            ),
        })
    }
}

/// The finding that a file's ending keeps its documents from being read, where it looks as if
/// they were meant to be.
pub(super) fn ending_wrong(file: FileId, ending: &str, kind: DocumentKind) -> Option<Finding> {
    let (wanted, found): (&[&str], _) = match kind {
        DocumentKind::Policies => (&["cedar"], "rules"),
        _ => (&["yaml", "yml", "json"], "documents"),
    };
    let is_yaml = ["yaml", "yml", "json"].contains(&ending);
    if !is_yaml && (ending == "xml" || nearest(ending, wanted.iter().copied()).is_none()) {
        return None;
    }
    let finding = Finding::new(
        &E0002,
        Span::whole_file(file),
        format!("{found} are not read from a file that ends in `.{ending}`"),
    );
    Some(finding.help(format!("rename it to end in `.{}`", wanted.join("` or `."))))
}
