//! What a plan says of who may do what: one file a case.
//!
//! `fixtures/rights/base` is the target. A file of `fixtures/rights/cases` has what it is about,
//! who asks, the edits, and below a line of dashes the plan as it is printed.
//! `BLESS=1 cargo test --test it moved` writes these again.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]

use std::fs;
use std::path::Path;

use catalogc::compile::{Compiled, compile};
use catalogc::plan::file::PlanFile;
use catalogc::plan::file::rights::RightsMove;
use catalogc::plan::rights::{self, Limits};
use catalogc::render::{self, Color, Detail, View};
use catalogc::source::{Snapshot, SourceFile, disk};

use crate::actions::planned;
use crate::bless;
use crate::support::{Folder, selection};

const LINE: &str = "--------\n";

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rights")
}

/// A case as it is written.
struct Case {
    name: String,
    written: String,
}

fn cases() -> Vec<Case> {
    let files = fs::read_dir(folder().join("cases")).unwrap();
    let mut cases: Vec<Case> = files
        .map(|file| {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            Case {
                name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
                written: text.split(LINE).next().unwrap().to_owned(),
            }
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn compiled(files: Vec<SourceFile>) -> Compiled {
    compile(
        Snapshot::new(files),
        &selection(&Folder(&folder().join("base"))),
    )
}

fn base() -> Vec<SourceFile> {
    let root = folder().join("base");
    let snapshot = disk::read(&root, &selection(&Folder(&root))).unwrap();
    snapshot.as_slice().to_vec()
}

impl Case {
    fn actor(&self) -> &str {
        let actor = self
            .written
            .lines()
            .find_map(|it| it.strip_prefix("actor: "));
        actor.unwrap()
    }

    /// The files after the edits.
    fn edited(&self) -> Vec<SourceFile> {
        let mut files = base();
        let mut path = "";
        let mut old = "";
        for line in self.written.lines() {
            let text = |line: &str| line.replace("\\n", "\n");
            if let Some(named) = line.strip_prefix("file ") {
                path = named;
            } else if let Some(named) = line.strip_prefix("move ") {
                let (from, to) = named.split_once(' ').unwrap();
                let file = files.iter_mut().find(|file| file.path == from).unwrap();
                file.path = to.to_owned();
            } else if let Some(removed) = line.strip_prefix("- ") {
                if !old.is_empty() {
                    self.replace(&mut files, path, &text(old), "");
                }
                old = removed;
            } else if let Some(added) = line.strip_prefix('+') {
                assert!(!old.is_empty(), "{}: added to nothing", self.name);
                let more = text(added.trim_start());
                self.replace(&mut files, path, &text(old), &more);
                old = "";
            }
        }
        if !old.is_empty() {
            self.replace(&mut files, path, &old.replace("\\n", "\n"), "");
        }
        files
    }

    fn replace(&self, files: &mut [SourceFile], path: &str, old: &str, new: &str) {
        let file = files.iter_mut().find(|file| file.path == path).unwrap();
        let text = file.text.as_deref().unwrap();
        let count = text.matches(old).count();
        assert_eq!(count, 1, "{}: `{old}` in {path}", self.name);
        file.text = Ok(text.replace(old, new).as_str().into());
    }

    fn plan(&self, limits: Limits) -> PlanFile {
        let (before, after) = (compiled(base()), compiled(self.edited()));
        let mut plan = planned(&before, &after, self.actor());
        let (rules, _) =
            catalogc::policy::compile(&before.catalog, &before.graph, &before.snapshot);
        rights::tell(&before, &after, &rules, limits, &mut plan);
        plan
    }
}

fn at_most(questions: u64) -> Limits {
    Limits {
        questions,
        ..Limits::USUAL
    }
}

fn find(name: &str) -> Case {
    let mut cases = cases().into_iter();
    cases.find(|case| case.name == name).unwrap()
}

#[test]
fn each_case_is_told_as_it_is_written() {
    let view = View {
        detail: Detail::Full,
        color: Color::Off,
        stale: None,
    };
    let mut differences = Vec::new();
    for case in cases() {
        let plan = case.plan(Limits::USUAL);
        let text = render::plan_text(&plan, &view);
        let told = format!("{}{LINE}{text}", case.written);
        differences.extend(bless::differs(
            &format!("rights/cases/{}.txt", case.name),
            &told,
        ));
    }
    bless::none_differ(&differences, "moved");
}

#[test]
fn what_means_the_same_is_not_even_asked() {
    for name in [
        "comment-a-policy",
        "move-a-policy",
        "reformat-a-policy",
        "change-what-no-rule-reads",
    ] {
        let rights = find(name).plan(Limits::USUAL).rights.unwrap();
        assert_eq!((rights.asked, rights.moves.len()), (0, 0), "{name}");
    }
    let rights = find("say-it-otherwise").plan(Limits::USUAL).rights.unwrap();
    assert!(rights.asked > 0 && rights.moves.is_empty(), "{rights:?}");
    let rights = find("rename-a-team").plan(Limits::USUAL).rights.unwrap();
    assert!(rights.asked > 0 && rights.moves.is_empty(), "{rights:?}");
}

#[test]
fn too_many_questions_are_asked_of_a_part_and_that_is_said() {
    let case = find("enforced-to-open");
    let all = case.plan(Limits::USUAL).rights.unwrap();
    let few = case.plan(at_most(all.asked / 2));
    let rights = few.rights.as_ref().unwrap();
    assert!(
        rights.asked <= all.asked / 2,
        "{} of {}",
        rights.asked,
        all.asked
    );
    assert!(rights.sampled.is_some_and(|it| it.entities > 1));
    let view = View {
        detail: Detail::Normal,
        color: Color::Off,
        stale: None,
    };
    let text = render::plan_text(&few, &view);
    assert!(text.contains("asked of 1 in "), "{text}");
    // Who asks is asked for in any case.
    let none = case.plan(at_most(1)).rights.unwrap();
    assert!(none.sampled.is_some_and(|it| it.people > 1), "{none:?}");
    assert!(none.moves.iter().any(RightsMove::is_of_actor));
}

#[test]
fn rights_are_in_no_digest() {
    let case = find("add-a-member");
    let (before, after) = (compiled(base()), compiled(case.edited()));
    let untold = planned(&before, &after, case.actor());
    let told = case.plan(Limits::USUAL);
    assert!(untold.rights.is_none() && told.rights.is_some());
    assert_eq!(untold.id, told.id);
    assert_eq!(untold.steps, told.steps);
}
