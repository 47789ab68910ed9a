//! What the documents of each file are: said by its folder, or by the settings.
//!
//! In: the settings and a path. Out: a kind of document, or the finding that nothing says it.
//! Looks into no file.

use globset::GlobMatcher;

use crate::finding::Finding;
use crate::finding::codes::E0002;
use crate::model::settings::{DocumentKind, Reader, Settings};
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
    sources: Vec<(GlobMatcher, Mapped<'s>)>,
    /// Files whose text others may take in: they are no documents.
    taken_in: Vec<GlobMatcher>,
    /// The paths of the mappings, which are no documents either.
    mappings: Vec<&'s str>,
}

/// What the documents of a file are, and how they are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mapped<'s> {
    /// What they are; `None` where the reader finds it out.
    pub(super) kind: Option<DocumentKind>,
    /// The blueprint of entities that do not name theirs.
    pub(super) blueprint: Option<&'s str>,
    /// In which language they are written.
    pub(super) reader: &'s Reader,
}

impl<'s> FileMap<'s> {
    /// The map of these settings; a glob that cannot be read was reported with them.
    pub(super) fn new(settings: &'s Settings, selection: &'s Selection) -> Self {
        let root = match selection.root() {
            "" => String::new(),
            root => format!("{root}/"),
        };
        let matcher = |glob: &str| Some(glob_of(glob).ok()?.compile_matcher());
        let sources = settings
            .sources
            .iter()
            .filter_map(|source| {
                let mapped = Mapped {
                    kind: source.documents,
                    blueprint: source.blueprint.as_ref().map(|name| name.value.as_str()),
                    reader: &source.reader,
                };
                Some((matcher(&source.glob.value)?, mapped))
            })
            .collect();
        let taken_in = settings
            .sources
            .iter()
            .flat_map(|source| &source.files)
            .filter_map(|glob| matcher(&glob.value))
            .collect();
        let mappings = settings
            .sources
            .iter()
            .filter_map(|source| match &source.reader {
                Reader::Mapping(path) => Some(path.value.as_str()),
                _ => None,
            });
        Self {
            prefix: selection.prefix(),
            root,
            sources,
            taken_in,
            mappings: mappings.collect(),
        }
    }

    /// A path as the settings write it.
    pub(super) fn below<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(self.prefix).unwrap_or(path)
    }

    /// The mapping that the file at `path` is read by.
    pub(super) fn mapping_of(&self, path: &str) -> Option<&'s str> {
        if self.mappings.is_empty() {
            return None;
        }
        match self.of(path)?.reader {
            Reader::Mapping(mapping) => Some(&mapping.value),
            _ => None,
        }
    }

    /// What the documents of the file at `path` are.
    pub(super) fn of(&self, path: &str) -> Option<Mapped<'s>> {
        let below = self.below(path);
        if self.mappings.contains(&below) {
            return None;
        }
        if let Some((_, mapped)) = self.sources.iter().find(|(glob, _)| glob.is_match(below)) {
            return Some(*mapped);
        }
        let folder = self.folder(path)?;
        let (_, kind) = DocumentKind::WORDS
            .iter()
            .find(|(word, _)| *word == folder)?;
        Some(Mapped {
            kind: Some(*kind),
            blueprint: None,
            reader: &Reader::Native,
        })
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
        let below = self.below(path);
        let is_taken_in = || self.taken_in.iter().any(|glob| glob.is_match(below));
        if self.mappings.contains(&below) || is_taken_in() {
            return None;
        }
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
