//! Files beyond the default folders, and in which language they are written.
//!
//! In: an element of the settings' `sources`. Out: a [`Source`]. Looks into no file.

use crate::finding::Finding;
use crate::finding::codes::E0207;
use crate::model::fields::Fields;
use crate::model::settings::DocumentKind;
use crate::source::glob_of;
use crate::source::path::resolve;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Located, Text};

/// Files beyond the default folders.
#[derive(Debug, Clone)]
pub struct Source {
    /// Which files.
    pub glob: Located<Text>,
    /// Which of these it does not mean.
    pub exclude: Vec<Located<Text>>,
    /// In which language they are written.
    pub reader: Reader,
    /// What their documents are; `None` where the reader finds it out.
    pub documents: Option<DocumentKind>,
    /// The blueprint of entities that do not name theirs.
    pub blueprint: Option<Located<Text>>,
    /// Globs of files whose text a document of these may take in, as `file://README.md`.
    pub files: Vec<Located<Text>>,
}

/// The language of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// The catalog's own.
    Native,
    /// What Port's API and its `port.yml` files hold.
    Port,
    /// Backstage's `catalog-info.yaml`.
    Backstage,
    /// Any; the file of rules at this path, relative to the settings, says what its entities are.
    Mapping(Located<Text>),
}

/// The words of the readers.
const READERS: [(&str, Word); 3] = [
    ("port", Word::Port),
    ("backstage", Word::Backstage),
    ("mapping", Word::Mapping),
];

/// A reader before what it needs is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Port,
    Backstage,
    Mapping,
}

/// Reads a source; one that cannot be used is a finding and nothing else.
pub(super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<Source> {
    let place = node
        .as_mapping()
        .and_then(<[Entry]>::first)
        .map_or(node.span, |entry| entry.key.span);
    let mut fields = Fields::of("a source", node, place, findings)?;
    let glob = fields.required_text("glob");
    let exclude = fields.texts("exclude");
    let has_reader = fields.entry("reader").is_some();
    let word = fields.one_of("reader", &READERS).map(|word| word.value);
    if !has_reader && fields.entry("documents").is_none() {
        fields.missing("documents");
    }
    let documents = fields
        .one_of("documents", &DocumentKind::WORDS)
        .map(|word| word.value);
    let blueprint = fields.text("blueprint");
    let reader = match word {
        None if has_reader => None,
        None => Some(Reader::Native),
        Some(Word::Port) => Some(Reader::Port),
        Some(Word::Backstage) => Some(Reader::Backstage),
        Some(Word::Mapping) => mapping(&mut fields),
    };
    let files = match word {
        Some(Word::Port | Word::Backstage) => fields.texts("files"),
        _ => Vec::new(),
    };
    fields.done();
    let is_readable = glob.iter().chain(&exclude).chain(&files).all(|glob| {
        let wrong = wrong_glob(glob);
        let is_fine = wrong.is_none();
        findings.extend(wrong);
        is_fine
    });
    let reader = reader?;
    (is_readable && (documents.is_some() || reader != Reader::Native)).then_some(Source {
        glob: glob?,
        exclude,
        reader,
        documents,
        blueprint,
        files,
    })
}

/// The file of rules; a path with the signs of a glob names none.
fn mapping(fields: &mut Fields<'_, '_>) -> Option<Reader> {
    let path = fields.required_text("mapping")?;
    if path
        .value
        .contains(['*', '?', '[', ']', '{', '}', '\\', '!'])
    {
        fields.findings.push(
            Finding::new(
                &E0207,
                path.span,
                format!("`{}` is no path of one file", path.value),
            )
            .label("cannot be read")
            .help("write the path of the mapping, as `catalog/mappings/accounts.yaml`"),
        );
        return None;
    }
    let Some(below) = resolve("", &path.value) else {
        fields.findings.push(
            Finding::new(
                &E0207,
                path.span,
                format!("`{}` leads out of the repository", path.value),
            )
            .label("cannot be read")
            .help("write the path of the mapping from the settings, without `..`"),
        );
        return None;
    };
    Some(Reader::Mapping(Located::new(Text::from(below), path.span)))
}

/// Whether a path or glob leads out of the repository.
fn is_outside(path: &str) -> bool {
    path.starts_with('/') || path.split('/').any(|part| part == "..")
}

/// The finding that a glob cannot be used.
fn wrong_glob(glob: &Located<Text>) -> Option<Finding> {
    let is_outside = is_outside(&glob.value);
    let why = match glob_of(&glob.value) {
        Ok(_) if is_outside => "it leads out of the repository".to_owned(),
        Ok(_) => return None,
        Err(why) => why,
    };
    Some(
        Finding::new(
            &E0207,
            glob.span,
            format!("`{}` is no glob: {why}", glob.value),
        )
        .label("cannot be read")
        .help("write a path with `*` within a folder and `**` across folders"),
    )
}
