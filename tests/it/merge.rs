//! Merges that have a story.

use catalogc::source::git::{GitError, Merged, Repository};
use catalogc::source::{Refusal, Selection};

use crate::repository::Git;

const TEXT: &str = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n";

/// The merge of the branch `head` into `main`.
fn merge(git: &Git) -> Result<Merged, GitError> {
    let repository = Repository::discover(git.root())?;
    let selection = Selection::new(None, "catalog", &[]).unwrap();
    repository.merge(
        &repository.resolve("main")?,
        &repository.resolve("head")?,
        &selection,
    )
}

fn text<'a>(merged: &'a Merged, path: &str) -> &'a str {
    merged.snapshot.text(merged.snapshot.find(path).unwrap())
}

/// A base, and the branch `head` checked out on it.
fn forked() -> Git {
    let git = Git::new();
    git.write("catalog/a.yaml", TEXT)
        .write("catalog/b.yaml", "b: 1\n")
        .write("src/x", TEXT);
    git.commit("base");
    git.branch("head", "main");
    git
}

#[test]
fn both_sides_stand_in_the_result() {
    let git = forked();
    git.write("catalog/a.yaml", TEXT.replace("a: 1", "a: 9"))
        .write("catalog/new.yaml", "n: 1\n")
        .write("docs/new", "n\n")
        .commit("head");
    git.switch("main").remove("catalog/b.yaml");
    let base = git.id("main");
    git.write("catalog/a.yaml", TEXT.replace("e: 5", "e: 7"))
        .commit("main");
    let merged = merge(&git).unwrap();
    assert_eq!(merged.base.as_str(), base);
    assert_eq!(
        text(&merged, "catalog/a.yaml"),
        "a: 9\nb: 2\nc: 3\nd: 4\ne: 7\n"
    );
    assert_eq!(text(&merged, "catalog/new.yaml"), "n: 1\n");
    assert_eq!(merged.snapshot.find("catalog/b.yaml"), None);
    assert_eq!(merged.merged_files, ["catalog/a.yaml"]);
    let marked = merged.snapshot.as_slice().iter().filter(|file| file.merged);
    assert_eq!(
        marked.map(|file| file.path.as_str()).collect::<Vec<_>>(),
        ["catalog/a.yaml"]
    );
    assert_eq!(merged.changed, ["catalog/a.yaml", "catalog/new.yaml"]);
    assert_eq!(merged.changed_outside, ["docs/new"]);
    assert_eq!(merged.conflicts, []);
}

#[test]
fn a_head_on_the_targets_tip_is_the_result() {
    let git = forked();
    git.write("catalog/a.yaml", "a: 2\n")
        .remove("catalog/b.yaml")
        .commit("head");
    let merged = merge(&git).unwrap();
    assert_eq!(text(&merged, "catalog/a.yaml"), "a: 2\n");
    assert_eq!(merged.changed, ["catalog/a.yaml", "catalog/b.yaml"]);
    assert_eq!((merged.merged_files, merged.conflicts), (vec![], vec![]));
}

#[test]
fn a_head_that_the_target_has_changes_nothing() {
    let git = forked();
    git.switch("main").commit_file("catalog/a.yaml", "a: 2\n");
    let merged = merge(&git).unwrap();
    assert_eq!(text(&merged, "catalog/a.yaml"), "a: 2\n");
    assert_eq!((merged.changed, merged.changed_outside), (vec![], vec![]));
}

#[test]
fn a_conflict_is_a_file_that_cannot_be_read() {
    let git = forked();
    git.write("catalog/a.yaml", TEXT.replace("a: 1", "a: 9"))
        .remove("catalog/b.yaml")
        .write("src/x", TEXT.replace("a: 1", "a: 9"))
        .commit("head");
    git.switch("main")
        .write("catalog/a.yaml", TEXT.replace("a: 1", "a: 8"));
    git.write("catalog/b.yaml", "b: 2\n")
        .write("src/x", "x\n")
        .commit("main");
    let merged = merge(&git).unwrap();
    let paths: Vec<&str> = merged
        .conflicts
        .iter()
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(paths, ["catalog/a.yaml", "catalog/b.yaml", "src/x"]);
    let files = merged.snapshot.as_slice();
    assert_eq!(files.len(), 2);
    for (file, (path, why)) in files.iter().zip(&merged.conflicts) {
        assert_eq!(
            (&file.path, &file.text),
            (path, &Err(Refusal::MergeConflict(why)))
        );
    }
    assert_eq!((merged.changed, merged.changed_outside), (vec![], vec![]));
}

#[test]
fn attributes_and_drivers_neither_run_nor_decide() {
    let git = forked();
    git.write(".gitattributes", "*.yaml merge=union filter=evil\n");
    git.write("catalog/a.yaml", TEXT.replace("a: 1", "a: 9"))
        .commit("head");
    git.switch("main")
        .write(".gitattributes", "*.yaml merge=evil filter=evil\n");
    git.write("catalog/a.yaml", TEXT.replace("a: 1", "a: 8"))
        .commit("main");
    let program = format!("touch {}/ran; true", git.root().display());
    for key in [
        "merge.evil.driver",
        "merge.union.driver",
        "filter.evil.smudge",
        "filter.evil.clean",
    ] {
        git.run(&["config", key, &program]);
    }
    git.run(&["config", "merge.renormalize", "true"]);
    git.run(&["config", "merge.default", "evil"]);
    let merged = merge(&git).unwrap();
    let paths: Vec<&str> = merged
        .conflicts
        .iter()
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(paths, [".gitattributes", "catalog/a.yaml"]);
    assert!(!git.has("ran"));
}

#[test]
fn a_file_moved_on_one_side_and_edited_on_the_other_is_refused() {
    let git = forked();
    git.remove("catalog/a.yaml")
        .write("catalog/moved.yaml", TEXT)
        .commit("head");
    git.switch("main")
        .commit_file("catalog/a.yaml", &TEXT.replace("a: 1", "a: 2"));
    let merged = merge(&git).unwrap();
    let why = "changed on the target, deleted or moved in the head";
    assert_eq!(merged.conflicts, [("catalog/a.yaml".to_owned(), why)]);
}

#[test]
fn a_file_moved_on_one_side_and_deleted_on_the_other_is_refused() {
    let git = forked();
    git.remove("catalog/a.yaml")
        .write("catalog/moved.yaml", TEXT.replace("a: 1", "a: 2"));
    git.commit("head");
    git.switch("main").remove("catalog/a.yaml").commit("main");
    let merged = merge(&git).unwrap();
    assert_eq!(
        merged.conflicts,
        [("catalog/a.yaml".to_owned(), "moved on one side")]
    );
}

#[test]
fn a_file_added_to_a_folder_that_the_other_side_moved_is_refused() {
    let git = Git::new();
    git.write("catalog/old/a.yaml", TEXT)
        .write("catalog/x", "x\n")
        .commit("base");
    git.branch("head", "main").remove("catalog/old");
    git.write("catalog/new/a.yaml", TEXT).commit("head");
    git.switch("main")
        .commit_file("catalog/old/b.yaml", "b: 1\n");
    let merged = merge(&git).unwrap();
    assert_eq!(
        merged.conflicts,
        [("catalog/old/b.yaml".to_owned(), "moved on one side")]
    );
}

#[test]
fn a_folder_that_both_sides_moved_takes_no_new_files() {
    let git = Git::new();
    git.write("catalog/old/a.yaml", TEXT)
        .write("catalog/x", "x\n")
        .commit("base");
    for side in ["head", "main"] {
        if side == "head" {
            git.branch("head", "main");
        } else {
            git.switch("main");
        }
        git.remove("catalog/old").write("catalog/new/a.yaml", TEXT);
        git.commit(side);
    }
    assert_eq!(merge(&git).unwrap().conflicts, []);
    git.commit_file("catalog/old/b.yaml", "b: 1\n");
    let merged = merge(&git).unwrap();
    assert_eq!(
        merged.conflicts,
        [("catalog/old/b.yaml".to_owned(), "moved on one side")]
    );
}

#[test]
fn a_file_deleted_on_both_sides_is_no_conflict() {
    let git = forked();
    git.remove("catalog/a.yaml")
        .write("catalog/n.yaml", "unlike: all\n")
        .commit("head");
    git.switch("main").remove("catalog/a.yaml").commit("main");
    let merged = merge(&git).unwrap();
    assert_eq!(merged.conflicts, []);
    assert_eq!(merged.changed, ["catalog/n.yaml"]);
}

#[test]
fn a_shallow_clone_says_fetch_depth() {
    let git = forked();
    for n in 0..3 {
        git.commit_file("catalog/a.yaml", &format!("a: {n}\n"));
    }
    git.switch("main");
    for n in 0..3 {
        git.commit_file("catalog/b.yaml", &format!("b: {n}{n}\n"));
    }
    for depth in ["--depth=1", "--depth=2", "--depth=3"] {
        let clone = git.clone_with(&[depth, "--no-single-branch"]);
        clone.run(&["branch", "head", "origin/head"]);
        let error = merge(&clone).unwrap_err();
        assert_eq!(error, GitError::Shallow, "{depth}");
        assert!(error.to_string().contains("`fetch-depth: 0`"));
    }
    let deep = git.clone_with(&["--depth=4", "--no-single-branch"]);
    deep.run(&["branch", "head", "origin/head"]);
    assert_eq!(merge(&deep).unwrap(), merge(&git).unwrap());
}

#[test]
fn a_merge_base_is_not_believed_where_the_cut_may_hide_a_later_one() {
    let git = Git::new();
    let old = git.commit_file("catalog/a.yaml", "a: 0\n");
    let common = git
        .branch("common", "main")
        .commit_file("catalog/b.yaml", "b: 0\n");
    git.branch("head", &old);
    for (branch, side) in [("main", "left"), ("head", "right")] {
        git.branch(side, "common");
        for n in 0..3 {
            git.commit_file(&format!("catalog/{side}.yaml"), &format!("n: {n}\n"));
        }
        git.switch(branch).merge(side);
    }
    git.run(&["branch", "-D", "common", "left", "right"]);
    assert_eq!(merge(&git).unwrap().base.as_str(), common);
    let clone = git.clone_with(&["--depth=2", "--no-single-branch"]);
    clone.run(&["switch", "--quiet", "--create", "main", "origin/main"]);
    assert_eq!(clone.run(&["merge-base", "main", "head"]), old);
    assert_eq!(merge(&clone).unwrap_err(), GitError::Shallow);
}

#[test]
fn unrelated_histories_are_refused() {
    let git = forked();
    git.run(&["switch", "--quiet", "--orphan", "other"]);
    git.commit_file("catalog/a.yaml", "a: 1\n");
    git.run(&["branch", "--force", "head", "other"]);
    let error = merge(&git).unwrap_err();
    assert_eq!(error, GitError::NoMergeBase);
    assert!(
        error
            .to_string()
            .contains("merge the target into your branch")
    );
}

#[test]
fn histories_that_cross_are_refused() {
    let git = forked();
    git.commit_file("catalog/h.yaml", "h: 1\n");
    git.run(&["branch", "h1"]);
    git.switch("main").commit_file("catalog/m.yaml", "m: 1\n");
    git.run(&["branch", "m1"]);
    git.merge("h1");
    git.switch("head").merge("m1");
    assert_eq!(merge(&git).unwrap_err(), GitError::SeveralMergeBases(2));
}

#[test]
fn replaced_objects_do_not_change_a_merge() {
    let git = forked();
    git.commit_file("catalog/a.yaml", &TEXT.replace("a: 1", "a: 9"));
    git.switch("main").commit_file("catalog/b.yaml", "b: 2\n");
    let before = merge(&git).unwrap();
    let graft = git.id("head");
    git.run(&["replace", "--graft", &graft]);
    assert_eq!(merge(&git).unwrap(), before);
}

#[test]
fn a_link_that_both_sides_changed_is_a_conflict() {
    let git = Git::new();
    let link = |to: &str| {
        let id = git.feed(&["hash-object", "-w", "--stdin"], to);
        let entry = format!("120000,{},catalog/link", id.trim());
        git.run(&["update-index", "--add", "--cacheinfo", &entry]);
        git.run(&["commit", "--quiet", "--message", to]);
    };
    link("one");
    git.run(&["checkout", "--quiet", "-b", "head"]);
    link("two");
    git.run(&["checkout", "--quiet", "--force", "main"]);
    link("three");
    let merged = merge(&git).unwrap();
    let why = "a link or a submodule that both sides changed";
    assert_eq!(merged.conflicts, [("catalog/link".to_owned(), why)]);
}

#[test]
fn a_path_with_hidden_characters_is_shown_escaped_wherever_it_is_named() {
    let git = forked();
    git.write("catalog/\u{202e}a.yaml", "a: 1\n")
        .write("docs/\u{202e}a", "a\n")
        .commit("head");
    let merged = merge(&git).unwrap();
    assert_eq!(merged.changed, ["catalog/\\u{202e}a.yaml"]);
    assert_eq!(merged.changed_outside, ["docs/\\u{202e}a"]);
    let file = merged.snapshot.find("catalog/\\u{202e}a.yaml").unwrap();
    assert_eq!(merged.snapshot.file(file).unwrap().text, Err(Refusal::Path));
}
