//! Repositories of others: small pieces among the fixtures, and the whole where it is there.
//!
//! `CATALOGC_CORPORA` names the folder of the whole ones.
#![expect(
    clippy::disallowed_methods,
    reason = "reads folders of files, and where they are"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use catalogc::compile::{Compiled, compile};
use catalogc::source::memory::snapshot;

use crate::support::{Folder, selection};

/// The folder of a corpus among the fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/corpora")
        .join(name)
}

/// The folder of the whole corpus, where it is there.
pub(crate) fn whole(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CATALOGC_CORPORA")?;
    Some(PathBuf::from(folder).join(name))
}

/// All files below a folder, by their paths within it.
pub(crate) fn files(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(root).unwrap().to_str().unwrap();
            if let Ok(text) = fs::read_to_string(&path) {
                files.insert(below.to_owned(), text);
            }
        }
    }
    files
}

/// What is ours of a corpus: the settings and the catalog's folder.
pub(crate) fn ours(name: &str) -> BTreeMap<String, String> {
    let mut files = files(&fixture(name));
    files.retain(|path, _| path == "catalogc.yaml" || path.starts_with("catalog/"));
    files
}

/// The whole corpus with our settings, where it is there.
pub(crate) fn compile_whole(name: &str) -> Option<Compiled> {
    let corpus = whole(name)?;
    let mut all = files(&corpus);
    all.extend(ours(name));
    let selection = selection(&Folder(&fixture(name)));
    let taken = all
        .into_iter()
        .filter(|(path, _)| selection.takes_file(path));
    Some(compile(snapshot(taken), &selection))
}
