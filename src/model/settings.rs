//! The settings of a catalog, `catalogc.yaml`. All are optional.

use std::collections::BTreeMap;

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0203;
use crate::model::baseline::FILE as FILE_OF_BASELINE;
use crate::model::fields::{Fields, take_back_missing};
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Located, Text};

mod baseline;
mod freeze;
mod guard;
mod hosts;
mod ledger;
mod selection;
mod severity;
mod source;

pub use freeze::{Freeze, Window};
pub(crate) use guard::by_name as guards_by_name;
pub use guard::{Guards, Limits, Mass, Numbers};
pub use selection::selection;
pub use source::{Reader, Source};

/// The name of the settings file, beside the catalog's folder.
pub const FILE: &str = "catalogc.yaml";

/// Whether what no rule permits is permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permissions {
    /// It is, and every plan says so first.
    Open,
    /// It is not.
    Enforced,
}

/// What the documents of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// Kinds of entities.
    Blueprints,
    /// Entities.
    Entities,
    /// Actions.
    Actions,
    /// Connectors.
    Connectors,
    /// Cedar policies.
    Policies,
    /// Requests.
    Requests,
    /// Scorecards.
    Scorecards,
    /// Tests of the rules.
    Tests,
}

impl DocumentKind {
    /// The kinds by the word that is both the folder's name and the settings' word.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("blueprints", Self::Blueprints),
        ("entities", Self::Entities),
        ("actions", Self::Actions),
        ("connectors", Self::Connectors),
        ("policies", Self::Policies),
        ("requests", Self::Requests),
        ("scorecards", Self::Scorecards),
        ("tests", Self::Tests),
    ];

    /// The word.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }
}

/// Who a person is in the catalog.
#[derive(Debug, Clone)]
pub struct People {
    /// The blueprint of people.
    pub blueprint: Located<Text>,
    /// The property that has the login; absent: the identifier is the login.
    pub login: Option<Located<Text>>,
    /// The property that has the forge's unchangeable number.
    pub id: Option<Located<Text>>,
}

/// Where connectors may connect.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// Host names, each with the address that stands in its place, if any.
    pub allowed: BTreeMap<Text, Option<Located<Text>>>,
}

/// Where the ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerSettings {
    /// The branch.
    pub branch: Text,
    /// The remote that it is pushed to; used where the repository has it.
    pub remote: Text,
}

/// The settings of a catalog.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder compiled, relative to the settings file.
    pub catalog: Text,
    /// What happens to what no rule permits.
    pub permissions: Permissions,
    /// Who a person is.
    pub people: Option<People>,
    /// Files beyond the default folders.
    pub sources: Vec<Source>,
    /// How much one plan may do at once.
    pub guards: Guards,
    /// How large a plan may be.
    pub limits: Limits,
    /// When some of what a plan does is not done.
    pub freezes: Vec<Freeze>,
    /// The file of findings that pass, beside the settings or below.
    pub baseline: Text,
    /// Findings that are more or less bad here; `None` is off.
    pub severity: BTreeMap<&'static str, Located<Option<Severity>>>,
    /// Where connectors may connect.
    pub hosts: Hosts,
    /// Where the ledger is.
    pub ledger: LedgerSettings,
    /// All of the document, for digests and diffs.
    pub root: Option<Node>,
    /// Whether some of what is written may not be known: nobody says then that it is missing.
    pub half_read: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            catalog: Text::const_new("catalog"),
            permissions: Permissions::Open,
            people: None,
            sources: Vec::new(),
            guards: Guards::default(),
            limits: Limits::default(),
            freezes: Vec::new(),
            baseline: Text::const_new(FILE_OF_BASELINE),
            severity: BTreeMap::new(),
            hosts: Hosts::default(),
            ledger: LedgerSettings {
                branch: Text::const_new("catalogc-ledger"),
                remote: Text::const_new("origin"),
            },
            root: None,
            half_read: false,
        }
    }
}

impl Settings {
    /// Settings that are written and cannot be read: they must not open the catalog.
    pub fn unreadable() -> Self {
        Self {
            permissions: Permissions::Enforced,
            half_read: true,
            ..Self::default()
        }
    }

    /// How bad findings of a code are here; `None` is off.
    pub fn severity_of(&self, code: &Code) -> Option<Severity> {
        let set = self.severity.get(code.id);
        set.map_or(Some(code.severity), |severity| severity.value)
    }

    /// The paths of the mappings that its sources name, as they are written.
    pub fn mappings(&self) -> impl Iterator<Item = &str> {
        self.sources
            .iter()
            .filter_map(|source| match &source.reader {
                Reader::Mapping(path) => Some(path.value.as_str()),
                _ => None,
            })
    }

    /// The globs of files beyond the catalog's folder; a mapping may stand there too.
    pub fn globs(&self) -> Vec<&str> {
        self.sources
            .iter()
            .flat_map(|source| {
                let mapping = match &source.reader {
                    Reader::Mapping(path) => Some(path),
                    _ => None,
                };
                std::iter::once(&source.glob)
                    .chain(&source.files)
                    .chain(mapping)
            })
            .map(|glob| glob.value.as_str())
            .chain([self.baseline.as_str()])
            .collect()
    }

    /// The globs of files in another language, which may be large.
    pub fn foreign_globs(&self) -> Vec<&str> {
        self.sources
            .iter()
            .filter(|source| source.reader != Reader::Native)
            .map(|source| source.glob.value.as_str())
            .collect()
    }
}

/// The word for no folder at all, where sources are all that a catalog has.
pub const NO_FOLDER: &str = "none";

/// Reads the settings; what is wrong in them leaves the default in its place.
pub fn read(document: &Document, findings: &mut Vec<Finding>) -> Settings {
    let mut settings = Settings::default();
    let root = &document.root;
    if root.is_null() {
        return if document.complete {
            settings
        } else {
            Settings::unreadable()
        };
    }
    let before = findings.len();
    let Some(mut fields) = Fields::of("the settings file", root, root.span, findings) else {
        return Settings::unreadable();
    };
    fields.filled(&["permissions", "people", "guards", "freezes"]);
    fields.integer("version", 1, 1);
    if let Some(catalog) = fields.text("catalog") {
        let folder = catalog.value.strip_prefix("./").unwrap_or(&catalog.value);
        settings.catalog = Text::from(folder.trim_matches('/'));
    }
    let words = [
        ("open", Permissions::Open),
        ("enforced", Permissions::Enforced),
    ];
    let is_written = root.get("permissions").is_some();
    let permissions = fields.one_of("permissions", &words).map(|word| word.value);
    settings.permissions = match permissions {
        Some(permissions) => permissions,
        None if is_written || !document.complete => Permissions::Enforced,
        None => Permissions::Open,
    };
    let people = fields.entry("people");
    let sources = fields.list("sources");
    let guards = fields.entry("guards");
    let limits = fields.entry("limits");
    let freezes = fields.list("freezes");
    let severity = fields.mapping("severity");
    let baseline = fields.text("baseline");
    let hosts = fields.node("hosts");
    let ledger = fields.entry("ledger");
    fields.done();
    settings.people = people.and_then(|entry| read_people(entry, findings));
    settings.sources = sources
        .iter()
        .filter_map(|node| source::read(node, findings))
        .collect();
    if let Some(entry) = guards {
        guard::read(entry, &mut settings.guards, findings);
    }
    if let Some(entry) = limits {
        guard::read_limits(entry, &mut settings.limits, findings);
    }
    settings.freezes = freezes
        .iter()
        .filter_map(|node| freeze::read(node, findings))
        .collect();
    severity::read(severity, &mut settings, findings);
    baseline::read(baseline, &mut settings, findings);
    if let Some(node) = hosts {
        hosts::read(node, &mut settings.hosts, findings);
    }
    if let Some(entry) = ledger {
        ledger::read(entry, &mut settings.ledger, findings);
    }
    if !document.complete {
        take_back_missing(findings, before);
    }
    settings.half_read = !document.complete;
    settings.root = Some(root.clone());
    settings
}

fn read_people(entry: &Entry, findings: &mut Vec<Finding>) -> Option<People> {
    let mut fields = Fields::of("`people`", &entry.node, entry.key.span, findings)?;
    fields.filled(&["login", "id"]);
    let blueprint = fields.required_text("blueprint");
    let (login, id) = (fields.text("login"), fields.text("id"));
    fields.done();
    let property = |path: Option<Located<Text>>, findings: &mut Vec<Finding>| {
        let path = path?;
        let Some(name) = path.value.strip_prefix("properties.") else {
            findings.push(
                Finding::new(
                    &E0203,
                    path.span,
                    format!("`{}` is no path to a property", path.value),
                )
                .label("not a property")
                .help(if path.value.contains(['.', ' ']) {
                    "write `properties.` and the name of the property".to_owned()
                } else {
                    format!("write `properties.{}`", path.value)
                }),
            );
            return None;
        };
        let name = Text::from(name);
        Some(Located::new(name, path.span))
    };
    Some(People {
        blueprint: blueprint?,
        login: property(login, findings),
        id: property(id, findings),
    })
}
