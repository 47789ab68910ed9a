//! `catalogc init`: a working catalog with its workflows.
//!
//! In: a folder and the logins of administrators. Out: the library of actions that is shipped,
//! a few entities to begin with, and workflows; nothing that exists is touched.

use std::path::{Path, PathBuf};

use crate::cli::init::forge::Forge;
use crate::cli::init::people::Person;
use crate::cli::shipped::shipped;
use crate::cli::{Exit, Failure, Output, Terminal, Written, check, open};
use crate::compile::Compiled;
use crate::render;
use crate::render::Summary;
use crate::source::memory;

mod descriptors;
mod forge;
mod from;
mod native;
mod people;
mod remarks;

/// Files to be written: paths and texts.
type Files = Vec<(String, String)>;

/// A working catalog with CI
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc init --admin kim --admin theo\ncatalogc init --admin kim --admin theo --ci gitlab\ncatalogc init --from port export.json\ncatalogc init --from backstage ../descriptors"
)]
pub(super) struct Arguments {
    /// The top of the repository
    #[arg(value_name = "DIR", default_value = ".")]
    path: PathBuf,
    /// Who may change the rules, by their login; repeat: two people at least
    #[arg(long, value_name = "LOGIN")]
    admin: Vec<String>,
    /// Whose CI asks on each change
    #[arg(long, value_name = "FORGE", default_value = "github")]
    ci: Forge,
    /// Carry over another catalog instead: its language (port or backstage), and its files, one or a folder
    #[arg(long, num_args = 2, value_names = ["LANGUAGE", "EXPORT"], conflicts_with = "admin")]
    from: Vec<PathBuf>,
}

/// The folders of the shipped catalog that are the library of actions; its entities are not.
const LIBRARY: [&str; 3] = [
    "catalog/actions/",
    "catalog/blueprints/",
    "catalog/policies/",
];

/// What a repository may have already only if it is a catalog.
const CATALOG: [&str; 2] = ["catalogc.yaml", "catalog"];

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let branch = forge::branch(&arguments.path);
    let pipeline = arguments.ci.files(&arguments.path, &branch);
    let taken = in_the_way(&arguments.path, arguments.ci, &pipeline);
    if !taken.is_empty() {
        return Err(
            Failure::new(format!("nothing is written: {} in the way", are(&taken)))
                .help("move them, or name an empty folder: `catalogc init DIR`"),
        );
    }
    if let [language, export] = arguments.from.as_slice() {
        return imported(
            from::Language::named(language)?,
            export,
            &arguments.path,
            pipeline,
            terminal,
        );
    }
    let people = people::people(&arguments.admin)?;
    let mut files = files(&people);
    let compiled = open::memory(memory::snapshot(files.iter().cloned()))
        .filter(|compiled| compiled.findings.is_empty())
        .ok_or_else(|| Failure::new("nothing is written: the starter catalog is broken"))?;
    let text = told(&compiled, &people, arguments, &branch);
    files.extend(pipeline);
    files.sort();
    Ok(Output {
        created: created(&arguments.path, files),
        ..Output::new(text, Exit::Fine)
    })
}

/// Carries over an export, and says what is wrong with it and with what is written.
fn imported(
    language: from::Language,
    export: &Path,
    path: &Path,
    pipeline: Files,
    terminal: Terminal,
) -> Result<Output, Failure> {
    let imported = from::import(language, export)?;
    let compiled = open::memory(memory::snapshot(imported.files.iter().cloned()))
        .ok_or_else(|| Failure::new("nothing is written: the export has no document"))?;
    let mut text = String::new();
    if !imported.findings.is_empty() {
        text.push_str("in the export:\n\n");
        let summary = Summary {
            files: imported.snapshot.as_slice().len() as u64,
            ..check::summary(&compiled)
        };
        text.push_str(&render::findings(
            &imported.snapshot,
            &imported.findings,
            terminal.color,
            &summary,
        ));
        text.push_str("\nin what is written:\n\n");
    }
    text.push_str(&render::findings(
        &compiled.snapshot,
        &compiled.findings,
        terminal.color,
        &check::summary(&compiled),
    ));
    text.push_str(IMPORTED);
    text.push_str(&imported.told);
    let is_wrong = [&imported.findings, &compiled.findings]
        .iter()
        .any(|findings| crate::check::has_errors(findings));
    let files = imported.files.into_iter().chain(pipeline).collect();
    Ok(Output {
        created: created(path, files),
        ..Output::new(text, if is_wrong { Exit::Found } else { Exit::Fine })
    })
}

/// Files to be written below a folder.
fn created(root: &Path, files: Files) -> Vec<Written> {
    files
        .into_iter()
        .map(|(path, text)| Written {
            path: place(root, &path),
            bytes: text.into_bytes(),
        })
        .collect()
}

/// A path below a folder, without a dot for the working directory.
fn place(root: &Path, path: &str) -> PathBuf {
    let root = root.strip_prefix(".").unwrap_or(root);
    root.join(path)
}

/// The catalog that is written, by path.
fn files(people: &[Person]) -> Vec<(String, String)> {
    let leader = people.first().map_or("", |person| &person.identifier);
    let starter = |path: &str, text: &str| {
        let leader = format!("\"{leader}\"");
        (path.to_owned(), text.replace("@LEADER@", &leader))
    };
    let library = shipped().iter().filter(|(path, _)| {
        *path == "catalogc.yaml" || LIBRARY.iter().any(|folder| path.starts_with(folder))
    });
    let mut files: Vec<(String, String)> = library
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    files.push(starter(
        "catalog/entities/environments/env-first.yaml",
        include_str!("init/starter/env-first.yaml"),
    ));
    files.push(starter(
        "catalog/entities/orders/cart.yaml",
        include_str!("init/starter/orders.yaml"),
    ));
    files.push(starter(
        "catalog/entities/people/teams.yaml",
        include_str!("init/starter/teams.yaml"),
    ));
    files.push(starter(
        "catalog/tests/rules.yaml",
        include_str!("init/starter/tests.yaml"),
    ));
    files.extend(
        people
            .iter()
            .map(|person| (file(person), person.text.clone())),
    );
    files
}

/// The file of a person; no other of that folder ends so, whatever the login is.
fn file(person: &Person) -> String {
    format!("catalog/entities/people/{}.user.yaml", person.identifier)
}

/// What exists already, in order.
fn in_the_way(root: &Path, forge: Forge, pipeline: &Files) -> Vec<String> {
    let exists = |path: &&str| root.join(path).symlink_metadata().is_ok();
    let is_no_folder = |path: &&str| {
        root.join(path)
            .symlink_metadata()
            .is_ok_and(|found| !found.is_dir())
    };
    let pipeline = pipeline.iter().map(|(path, _)| path.as_str());
    let mut taken: Vec<String> = CATALOG
        .into_iter()
        .chain(pipeline)
        .filter(exists)
        .chain(forge.folders().iter().copied().filter(is_no_folder))
        .map(ToOwned::to_owned)
        .collect();
    taken.sort();
    taken
}

fn are(paths: &[String]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    let verb = if paths.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", quoted.join(", "))
}

/// The verdict, and what is left to people.
fn told(compiled: &Compiled, people: &[Person], arguments: &Arguments, branch: &str) -> String {
    let catalog = &compiled.catalog;
    let mut text = format!(
        "ok: {} entities of {} blueprints, {} actions, {} policies{}, nothing found\n",
        catalog.entities.len(),
        catalog.blueprints.len(),
        catalog.actions.len(),
        catalog.policies.len(),
        arguments.ci.counted()
    );
    if arguments.ci != Forge::None && is_inside(&arguments.path) {
        text.push_str(INSIDE);
    }
    for person in people {
        let wanted = if person.is_placeholder {
            "a real login in place of the placeholder"
        } else {
            "the number of the account, in place of github_id"
        };
        text.push_str(&format!("! {}: {wanted}\n", file(person)));
    }
    text.push_str(STAND_INS);
    text.push_str(&arguments.ci.by_hand(branch));
    text.push_str(&NEXT.replace("@BRANCH@", branch));
    text
}

/// Whether a folder lies below the top of a repository.
fn is_inside(path: &Path) -> bool {
    let is_top = |folder: &Path| folder.join(".git").symlink_metadata().is_ok();
    let Ok(path) = std::path::absolute(path) else {
        return false;
    };
    !is_top(&path) && path.ancestors().skip(1).any(is_top)
}

/// What is said where the forge will not find the workflows.
const INSIDE: &str = "\
! the files of CI: a forge reads them at the top of the repository alone, and this is below it
";

/// What comes after an import.
const IMPORTED: &str = "\
! catalogc.yaml: `permissions: open` until `people` says who a person is and actions say who may
next: `catalogc check`, mend what it finds, and commit
";

/// What of the catalog is an example.
const STAND_INS: &str = "\
! catalog/actions, catalogc.yaml: `acme` and `deploy.example` stand for your own backends
";

const NEXT: &str = "\
next: `catalogc check`, commit to `@BRANCH@`, then raise `replicas` of CartService in a pull request
";
