//! What the documents of each file are: said by its folder, or by the settings.
//!
//! In: the settings and a path. Out: a kind of document, or the finding that nothing says it.
//! Looks into no file, so that it answers for files that a catalog does not have, too.

use std::collections::BTreeSet;

use globset::GlobMatcher;

use super::form;
use super::form::Names;
use super::reading::{Language, Reading};
use super::taken_in::TakenIn;
use crate::finding::Finding;
use crate::finding::codes::{E0002, E0009};
use crate::model::settings;
use crate::model::settings::{DocumentKind, Reader, Settings};
use crate::source::Selection;
use crate::source::Snapshot;
use crate::source::glob_of;
use crate::source::literal_start;
use crate::text::did_you_mean;
use crate::text::{FileId, Located, Span, Text, nearest};

/// Folders that are known but whose documents are not compiled.
const OTHER_FOLDERS: [&str; 1] = ["mappings"];

/// What the documents of each file are.
#[derive(Debug, Clone, Default)]
pub struct FileMap {
    /// What stands before the globs of the settings.
    prefix: String,
    /// The catalog's folder, with a slash at its end, or nothing.
    root: String,
    sources: Vec<Source>,
    /// The paths of the mappings, which are no documents either.
    mappings: Vec<Text>,
    /// Those of them that may read where a file stands.
    reading_paths: BTreeSet<Text>,
    /// The paths of the settings and the baseline, whatever globs fit them.
    apart: Vec<String>,
    /// Whether the catalog's folder is named, or is all that there is.
    is_chosen: bool,
}

/// Files of the settings' `sources`.
#[derive(Debug, Clone)]
struct Source {
    glob: GlobMatcher,
    /// Which of the glob's files are read.
    names: Names,
    /// Which of the glob's files it does not mean.
    exclude: Vec<GlobMatcher>,
    /// Files whose text others may take in: they are no documents.
    files: Vec<GlobMatcher>,
    setting: settings::Source,
}

impl Source {
    /// Whether the file at `path` is one that it does not mean.
    fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|glob| glob.is_match(path))
    }
}

/// What the documents of a file are, and how they are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mapped<'m> {
    /// What they are; `None` where the reader finds it out.
    pub(super) kind: Option<DocumentKind>,
    /// The blueprint of entities that do not name theirs.
    pub(super) blueprint: Option<&'m str>,
    /// In which language they are written.
    pub(super) reader: &'m Reader,
    /// Files whose text they may take in.
    pub(super) files: TakenIn<'m>,
    /// Whether they are read, whatever their ending is.
    names: Names,
}

impl Mapped<'_> {
    /// Whether the file at `path` is read at all.
    pub(super) fn reads(&self, path: &str) -> bool {
        self.names.read(path)
    }
}

impl FileMap {
    /// The map of these settings; a glob that cannot be read was reported with them. `apart` are
    /// the paths of the settings and the baseline.
    pub(super) fn new(settings: &Settings, selection: &Selection, apart: Vec<String>) -> Self {
        let root = match selection.root() {
            "" => String::new(),
            root => format!("{root}/"),
        };
        let matcher = |glob: &str| Some(glob_of(glob).ok()?.compile_matcher());
        let sources = settings
            .sources
            .iter()
            .filter_map(|source| {
                let matchers = |globs: &[Located<Text>]| -> Vec<GlobMatcher> {
                    let globs = globs.iter();
                    globs.filter_map(|glob| matcher(&glob.value)).collect()
                };
                Some(Source {
                    glob: matcher(&source.glob.value)?,
                    names: Names::of(&source.glob.value),
                    exclude: matchers(&source.exclude),
                    files: matchers(&source.files),
                    setting: source.clone(),
                })
            })
            .collect();
        Self {
            prefix: selection.prefix().to_owned(),
            root,
            sources,
            mappings: settings.mappings().map(Text::from).collect(),
            reading_paths: BTreeSet::new(),
            is_chosen: settings.sources.is_empty()
                || settings
                    .root
                    .as_ref()
                    .is_none_or(|root| root.get("catalog").is_some()),
            apart,
        }
    }

    /// The same, where these mappings may read where a file stands.
    pub(super) fn with_paths_read_by(self, mappings: BTreeSet<Text>) -> Self {
        Self {
            reading_paths: mappings,
            ..self
        }
    }

    /// How a folder is left alone in which the file at `path` stands and nothing reads it: it may
    /// be called as a catalog's is, and be none.
    pub fn way_out(&self, path: &str) -> Option<String> {
        let folder = self.root.strip_suffix('/')?;
        let is_in = path.starts_with(&self.root) && self.of(path).is_none();
        (is_in && !self.is_chosen).then(|| {
            format!("if `{folder}/` is no folder of this catalog, write `catalog: none` in catalogc.yaml")
        })
    }

    /// The findings about sources that no file of the snapshot fits, or none that is read.
    pub(super) fn idle(&self, snapshot: &Snapshot) -> Vec<Finding> {
        let idle = self.sources.iter().filter_map(|source| {
            let files = snapshot.files().map(|(_, file)| file.path.as_str());
            let mut fitting = files.filter(|path| source.glob.is_match(self.below(path)));
            let first = fitting.next();
            let mut all = first.into_iter().chain(fitting);
            if all.any(|path| source.names.read(path)) {
                return None;
            }
            let (glob, span) = (&source.setting.glob.value, source.setting.glob.span);
            let (message, help) = match first {
                None => (
                    format!("no file fits `{glob}`"),
                    "correct the path, which begins at the folder of catalogc.yaml, or delete the source".to_owned(),
                ),
                Some(path) => (
                    format!("no file that fits `{glob}` ends in `.yaml`, `.yml` or `.json`"),
                    format!(
                        "let the glob end as the names do which it means, as `{}`",
                        form::narrowed(glob, self.below(path))
                    ),
                ),
            };
            Some(Finding::new(&E0009, span, message).label("reads nothing").help(help))
        });
        idle.collect()
    }

    /// The path of a file of the snapshot as the settings and rules write it: from the folder of
    /// the settings.
    pub fn below<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(self.prefix.as_str()).unwrap_or(path)
    }

    /// The path in the snapshot of what settings and rules name.
    pub fn whole(&self, below: &str) -> String {
        format!("{}{below}", self.prefix)
    }

    /// The catalog's folder, with a slash at its end, or nothing.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// How the file at `path` is read, or would be; `None` where nothing is read of it.
    pub fn reading(&self, path: &str) -> Option<Reading<'_>> {
        if self.apart.iter().any(|apart| apart == path) {
            return None;
        }
        let Mapped {
            kind,
            blueprint,
            reader,
            files,
            ..
        } = self.of(path).filter(|mapped| mapped.reads(path))?;
        Some(Reading {
            kind,
            blueprint,
            language: match reader {
                Reader::Native => Language::Native,
                Reader::Port => Language::Port,
                Reader::Backstage => Language::Backstage,
                Reader::Mapping(mapping) => Language::Mapping(&mapping.value),
            },
            files: files.written(),
            reads_its_path: match reader {
                // There a path means nothing.
                Reader::Native => false,
                Reader::Port | Reader::Backstage => true,
                Reader::Mapping(mapping) => self.reading_paths.contains(&mapping.value),
            },
        })
    }

    /// Whether the documents of the file at `path` may take in the text of others.
    pub(super) fn takes_in(&self, path: &str) -> bool {
        let has_files = |source: &Source| !source.files.is_empty();
        self.sources.iter().any(has_files)
            && self.of(path).is_some_and(|mapped| mapped.files.is_some())
    }

    /// The mapping that the file at `path` is read by.
    pub(super) fn mapping_of(&self, path: &str) -> Option<&str> {
        if self.mappings.is_empty() {
            return None;
        }
        match self.of(path)?.reader {
            Reader::Mapping(mapping) => Some(&mapping.value),
            _ => None,
        }
    }

    /// What the documents of the file at `path` are.
    pub(super) fn of(&self, path: &str) -> Option<Mapped<'_>> {
        let below = self.below(path);
        if self.is_mapping(below) {
            return None;
        }
        let source = self
            .sources
            .iter()
            .find(|it| it.glob.is_match(below) && !it.excludes(below));
        if let Some(source) = source {
            let Source { files, setting, .. } = source;
            return Some(Mapped {
                kind: setting.documents,
                blueprint: setting.blueprint.as_ref().map(|name| name.value.as_str()),
                reader: &setting.reader,
                files: TakenIn {
                    prefix: &self.prefix,
                    globs: Some(files),
                },
                names: source.names,
            });
        }
        let folder = self.folder(path)?;
        let (_, kind) = DocumentKind::WORDS
            .iter()
            .find(|(word, _)| *word == folder)?;
        Some(Mapped {
            kind: Some(*kind),
            blueprint: None,
            reader: &Reader::Native,
            files: TakenIn::nothing(),
            names: Names::Ending,
        })
    }

    /// Whether nothing is read of the file at `path`, which a source takes with others and passes
    /// over for its name, or excludes.
    pub fn passes_over(&self, path: &str) -> bool {
        let below = self.below(path);
        let is_excluded = || self.sources.iter().any(|source| source.excludes(below));
        let is_unread = match self.of(path) {
            Some(mapped) => !mapped.reads(path),
            None => is_excluded() && !self.is_mapping(below),
        };
        self.folder(path).is_none() && is_unread
    }

    /// The kinds of the documents that the file at `path` may hold, which could not be looked
    /// into: where a folder should be, a link may stand in the way of several kinds.
    pub(super) fn may_hold(&self, path: &str) -> Vec<DocumentKind> {
        if let Some(mapped) = self.of(path) {
            return holds(mapped.kind, mapped.reader);
        }
        let below = format!("{}/", self.below(path));
        let is_above = |start: &str| format!("{start}/").starts_with(&below);
        let folders = DocumentKind::WORDS.iter().filter_map(|(word, kind)| {
            let folder = format!("{}{word}", self.root);
            is_above(self.below(&folder)).then_some(*kind)
        });
        let sources = self.sources.iter().flat_map(|source| {
            let is_in = is_above(&literal_start(&source.setting.glob.value));
            let kinds = is_in.then(|| holds(source.setting.documents, &source.setting.reader));
            kinds.unwrap_or_default()
        });
        folders.chain(sources).collect()
    }

    /// Whether the file at `path`, should there be no reading it, can have held entities and
    /// requests alone.
    pub fn has_no_definitions(&self, path: &str) -> bool {
        let kinds = self.may_hold(path);
        let mut kinds = kinds.iter();
        !self.apart.iter().any(|apart| apart == path)
            && kinds.len() > 0
            && kinds.all(|kind| matches!(kind, DocumentKind::Entities | DocumentKind::Requests))
    }

    /// What the documents of the file at `path` are, where its folder or the settings say it.
    pub fn kind(&self, path: &str) -> Option<DocumentKind> {
        self.of(path)?.kind
    }

    /// Whether a mapping stands at a path of the settings.
    fn is_mapping(&self, below: &str) -> bool {
        self.mappings.iter().any(|mapping| mapping == below)
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
        let mut taken_in = self.sources.iter().flat_map(|source| &source.files);
        let mut sources = self.sources.iter();
        if self.is_mapping(below)
            || taken_in.any(|glob| glob.is_match(below))
            || sources.any(|it| it.excludes(below))
        {
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
        if let Some(near) = folder.and_then(|folder| nearest(folder, names)) {
            return Some(finding.help(did_you_mean(&format!("{near}/"))));
        }
        let help = "move it into a folder of the catalog, or name it in `sources` of catalogc.yaml";
        let way_out = self.way_out(path);
        let way_out = way_out.map(|way_out| format!("{help}; {way_out}"));
        Some(finding.help(help).maybe_help(way_out))
    }
}

/// The kinds of the documents that a file of this language may hold, where the settings say
/// `kind` of it.
pub(super) fn holds(kind: Option<DocumentKind>, reader: &Reader) -> Vec<DocumentKind> {
    match (kind, reader) {
        (_, Reader::Backstage | Reader::Mapping(_)) => vec![DocumentKind::Entities],
        (Some(kind), _) => vec![kind],
        (None, _) => DocumentKind::WORDS.iter().map(|(_, kind)| *kind).collect(),
    }
}
