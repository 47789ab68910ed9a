//! Every finding's page: the failing example gives exactly that finding, the repaired one none.

use std::collections::BTreeMap;
use std::convert::Infallible;

use catalogc::compile::{Compiled, compile};
use catalogc::finding::Code;
use catalogc::finding::codes;
use catalogc::finding::explain::{Example, Page, page};
use catalogc::source::Snapshot;
use catalogc::source::SourceFile;
use catalogc::source::layout::Place;
use catalogc::source::memory;

use crate::support::{places, selection};

/// Codes whose example cannot be a few texts in memory, and why.
const IN_WORDS: &[(&str, &str)] = &[
    ("E0004", "two branches are merged"),
    ("E0005", "the file would have more than 1 MiB"),
    (
        "E0314",
        "the file that cannot be read is an error of its own",
    ),
    (
        "E0508",
        "the target branch has the request as it was merged",
    ),
    ("E0516", "the plan of a merge is too large"),
    ("E0517", "the target has the deleted entity"),
    ("E0518", "the target branch has the settings"),
    ("E0521", "the target has the deleted entity"),
    ("E0522", "the target has the deleted entity"),
    ("E0601", "a saved plan is compared with git"),
    ("E0602", "the ledger is a branch"),
    ("E0616", "a command is asked to change a value"),
    ("E0617", "a command is asked to rename an entity"),
];

fn compiled_codes() -> impl Iterator<Item = (&'static Code, Page<'static>)> {
    codes::ALL
        .iter()
        .filter(|code| IN_WORDS.iter().all(|(id, _)| *id != code.id))
        .map(|code| (*code, page(code.page)))
}

/// The places of the findings of a page's files, the later ones in place of the earlier.
fn compiled<'p>(files: impl IntoIterator<Item = &'p Example<'p>>) -> Vec<String> {
    let files: BTreeMap<&str, &str> = files
        .into_iter()
        .map(|file| (file.path, file.text))
        .collect();
    places(&compile_texts(files))
}

/// Compiles the catalog that these paths and texts are.
fn compile_texts<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Compiled {
    let all = memory::snapshot(files);
    let selection = selection(&Texts(&all));
    let taken = all
        .as_slice()
        .iter()
        .filter(|file| selection.takes_file(&file.path))
        .cloned()
        .collect();
    compile(Snapshot::new(taken), &selection)
}

/// Texts in memory as a place.
struct Texts<'s>(&'s Snapshot);

impl Place for Texts<'_> {
    type Error = Infallible;

    fn file(&self, path: &str) -> Result<Option<SourceFile>, Infallible> {
        Ok(self.0.find(path).and_then(|id| self.0.file(id)).cloned())
    }

    fn has_folder(&self, path: &str) -> Result<bool, Infallible> {
        let inside = format!("{path}/");
        Ok(self
            .0
            .as_slice()
            .iter()
            .any(|file| file.path.starts_with(&inside)))
    }
}

#[test]
fn every_page_says_why() {
    for code in codes::ALL {
        let why = page(code.page).why;
        assert!(why.len() > code.title.len(), "{}: no reason", code.id);
        assert!(why.ends_with('.'), "{}: {why:?}", code.id);
        let longest = code.page.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(180), "{}: a line is too long", code.id);
    }
}

#[test]
fn every_failing_example_gives_exactly_its_finding_in_its_first_file() {
    for (code, page) in compiled_codes() {
        let first = page.fails.first().map_or("", |file| file.path);
        assert!(!first.is_empty(), "{}: no failing example", code.id);
        let found = compiled(&page.fails);
        let [one] = found.as_slice() else {
            panic!("{}: not one finding: {found:?}", code.id);
        };
        assert!(one.ends_with(code.id), "{}: {one}", code.id);
        assert!(
            one.starts_with(&format!("{first}:")),
            "{}: not in the first file: {one}",
            code.id
        );
    }
}

#[test]
fn every_repaired_example_gives_nothing_and_repairs_a_file() {
    for (code, page) in compiled_codes() {
        assert!(!page.fixed.is_empty(), "{}: no repaired example", code.id);
        for file in &page.fixed {
            assert!(
                !page.fails.contains(file),
                "{}: {} is the same in both",
                code.id,
                file.path
            );
        }
        let found = compiled(page.fails.iter().chain(&page.fixed));
        assert!(found.is_empty(), "{}: {found:?}", code.id);
    }
}

#[test]
fn a_page_in_words_shows_the_situation_and_the_way_out() {
    for (id, _) in IN_WORDS {
        let code = codes::ALL.iter().find(|code| code.id == *id);
        let code = code.expect("the list names codes");
        let page = page(code.page);
        assert!(page.fails.is_empty() && page.fixed.is_empty(), "{id}");
        for heading in ["\n## Fails\n", "\n## Fixed\n", "\n```text\n"] {
            assert!(code.page.contains(heading), "{id}: no {heading:?}");
        }
    }
}
