//! `catalogc schema`: what editors need to complete and check the files of a catalog.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::{Exit, Failure, Output, Written, open};
use crate::compile::Compiled;
use crate::compile::compile;
use crate::model::settings::Reader;
use crate::model::{Blueprint, DocumentKind};
use crate::plan::schema::plan_schema;
use crate::render::codes_schema;
use crate::render::findings_schema;
use crate::schema::{Kind, catalog};
use crate::source::Selection;
use crate::text::choose;

/// Schemas of this catalog, for editors
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc schema --out .catalogc/schemas\ncatalogc schema entity\ncatalogc schema Component\ncatalogc schema plan"
)]
pub(super) struct Arguments {
    /// action, baseline, blueprint, connector, entity, request, scorecard, settings, test, a
    /// blueprint's name, or what programs read: codes, findings, plan
    #[arg(value_name = "KIND")]
    kind: Option<String>,
    /// A repository (with catalogc.yaml or catalog/) or a catalog folder (with blueprints/) [.]
    #[arg(value_name = "DIR")]
    path: Option<PathBuf>,
    /// Write all of them into this folder, and say what the editor's settings need
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// What makes a schema that no catalog has a part in.
type Made = fn() -> Value;

/// What the program writes for other programs: the word for it, the schema, and what writes it.
const WRITTEN: [(&str, Made, &str); 3] = [
    ("codes", codes_schema, "catalogc explain --format json"),
    ("findings", findings_schema, "catalogc check --format json"),
    ("plan", plan_schema, "catalogc plan --out plan.json"),
];

pub(super) fn run(arguments: &Arguments) -> Result<Output, Failure> {
    let (kind, path) = places(arguments);
    if let Some((_, schema, _)) = WRITTEN.iter().find(|(word, ..)| kind == Some(*word)) {
        return Ok(Output::new(written(&schema()), Exit::Fine));
    }
    let opened =
        open::at_directory(path)?.ok_or_else(|| open::no_catalog(&path.display().to_string()))?;
    let selection = opened.selection;
    let compiled = compile(opened.snapshot, &selection);
    match (kind, &arguments.out) {
        (Some(_), Some(_)) => Err(Failure::new("`--out` writes all schemas, not one")
            .help("leave out the kind, or leave out `--out` and put the schema where you want it")),
        (Some(kind), None) => one(&compiled, kind),
        (None, Some(folder)) => Ok(all(&compiled, &selection, folder)),
        (None, None) => Ok(Output::new(listed(&compiled), Exit::Fine)),
    }
}

/// The kind and the folder: a folder alone may stand first.
fn places(arguments: &Arguments) -> (Option<&str>, &Path) {
    let here = Path::new(".");
    match (&arguments.kind, &arguments.path) {
        (Some(first), None) if kind_of(first).is_none() && Path::new(first).is_dir() => {
            (None, Path::new(first))
        }
        (kind, path) => (kind.as_deref(), path.as_deref().unwrap_or(here)),
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.word() == word)
}

fn written(schema: &Value) -> String {
    // Plain data always serializes.
    serde_json::to_string_pretty(schema).unwrap_or_default() + "\n"
}

/// One schema.
fn one(compiled: &Compiled, word: &str) -> Result<Output, Failure> {
    let schema = match (kind_of(word), compiled.catalog.find_blueprint(word)) {
        (Some(kind), _) => catalog::of(&compiled.catalog, kind),
        (None, Some((_, blueprint))) => catalog::of_entities(&compiled.catalog, blueprint),
        (None, None) => {
            let mut known = Kind::ALL.map(Kind::word).to_vec();
            known.extend(WRITTEN.map(|(word, ..)| word));
            for blueprint in &compiled.catalog.blueprints {
                known.push(&blueprint.identifier.value);
            }
            return Err(
                Failure::new(format!("`{word}` is no kind of document and no blueprint"))
                    .help(choose(word, &known)),
            );
        }
    };
    Ok(Output::new(written(&schema), Exit::Fine))
}

/// What there is, for people who have not asked for one.
fn listed(compiled: &Compiled) -> String {
    let mut text = String::from("schemas of this catalog\n");
    for kind in Kind::ALL {
        text.push_str(&format!("  {}\n", kind.word()));
    }
    for blueprint in &compiled.catalog.blueprints {
        text.push_str(&format!("  {}\n", file_word(blueprint)));
    }
    text.push_str("schemas of what programs read\n");
    for (word, _, command) in WRITTEN {
        text.push_str(&format!("  {word:8}  {command}\n"));
    }
    text + "next: `catalogc schema --out .catalogc/schemas`, or one of these words: `catalogc schema entity`\n"
}

/// The name of a blueprint's file, in which some characters would lead elsewhere.
fn file_word(blueprint: &Blueprint) -> String {
    let mut word = String::new();
    for byte in blueprint.identifier.value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') {
            word.push(char::from(byte));
        } else {
            word.push_str(&format!("%{byte:02X}"));
        }
    }
    word
}

/// All schemas, as files, and how editors find them.
fn all(compiled: &Compiled, selection: &Selection, folder: &Path) -> Output {
    let file = |name: String, schema: &Value| Written {
        path: folder.join(name),
        bytes: written(schema).into_bytes(),
    };
    let mut files = Vec::new();
    for kind in Kind::ALL {
        let schema = catalog::of(&compiled.catalog, kind);
        files.push(file(format!("{}.json", kind.word()), &schema));
    }
    for blueprint in &compiled.catalog.blueprints {
        let schema = catalog::of_entities(&compiled.catalog, blueprint);
        files.push(file(
            format!("entity.{}.json", file_word(blueprint)),
            &schema,
        ));
    }
    let mut mapping: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (kind, documents) in [
        (Kind::Action, DocumentKind::Actions),
        (Kind::Blueprint, DocumentKind::Blueprints),
        (Kind::Connector, DocumentKind::Connectors),
        (Kind::Entity, DocumentKind::Entities),
        (Kind::Request, DocumentKind::Requests),
        (Kind::Scorecard, DocumentKind::Scorecards),
        (Kind::Test, DocumentKind::Tests),
    ] {
        let path = folder.join(format!("{}.json", kind.word()));
        let globs = mapping.entry(path.display().to_string()).or_default();
        globs.extend(globs_of(compiled, selection, documents));
    }
    let settings = folder.join("settings.json").display().to_string();
    mapping.insert(settings, vec!["catalogc.yaml".to_owned()]);
    let baseline = folder.join("baseline.json").display().to_string();
    mapping.insert(
        baseline,
        vec![compiled.catalog.settings.baseline.to_string()],
    );
    let text = format!(
        "{} schemas; for VS Code with the YAML extension, in .vscode/settings.json:\n{}\
         for any other editor with yaml-language-server, as the first line of an entity's file:\n\
         # yaml-language-server: $schema={}\n\
         next: add one of the two; run this again when blueprints, actions or names change\n",
        files.len(),
        written(&json!({"yaml.schemas": mapping})),
        from_entities(selection, &folder.join("entity.json")),
    );
    let mut output = Output::new(text, Exit::Fine);
    output.files = files;
    output
}

/// The path of a schema as a file of `entities/` has to write it.
fn from_entities(selection: &Selection, schema: &Path) -> String {
    let parts = selection.root().split('/').filter(|part| !part.is_empty());
    let up = "../".repeat(parts.count() + 1);
    if schema.is_absolute() {
        schema.display().to_string()
    } else {
        format!("{up}{}", schema.display())
    }
}

/// The files of a kind: those of its folder, and those that the settings add.
fn globs_of(compiled: &Compiled, selection: &Selection, documents: DocumentKind) -> Vec<String> {
    let folder = match selection.root() {
        "" => documents.word().to_owned(),
        root => format!("{root}/{}", documents.word()),
    };
    let own = ["yaml", "yml"].map(|ending| format!("{folder}/**/*.{ending}"));
    let sources = compiled.catalog.settings.sources.iter();
    // The schemas are of the catalog's own language.
    let added = sources
        .filter(|source| source.documents == Some(documents) && source.reader == Reader::Native);
    own.into_iter()
        .chain(added.map(|source| source.glob.value.to_string()))
        .collect()
}
