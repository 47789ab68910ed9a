//! What is read from a commit, whatever lies around it.

use std::path::Path;

use catalogc::source::git::{GitError, Repository};
use catalogc::source::{Refusal, Selection, Snapshot};

use crate::repository::Git;

fn catalog() -> Selection {
    Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap()
}

fn read(at: &Path, revision: &str) -> Result<Snapshot, GitError> {
    let repository = Repository::discover(at)?;
    repository.read(&repository.resolve(revision)?, &catalog())
}

fn texts(snapshot: &Snapshot) -> Vec<(&str, &str)> {
    let files = snapshot.as_slice().iter();
    files
        .map(|file| (file.path.as_str(), file.text.as_deref().unwrap()))
        .collect()
}

fn refusals(snapshot: &Snapshot) -> Vec<(&str, &Refusal)> {
    let files = snapshot.as_slice().iter();
    files
        .filter_map(|file| Some((file.path.as_str(), file.text.as_ref().err()?)))
        .collect()
}

fn small() -> Git {
    let git = Git::new();
    git.write("catalogc.yaml", "version: 1\n")
        .write("catalog/entities/a.yaml", "a: 1\n")
        .write("catalog/entities.yaml", "e: 1\n")
        .write("src/main.rs", "fn main() {}\n")
        .commit("a catalog");
    git
}

const SMALL: [(&str, &str); 3] = [
    ("catalog/entities.yaml", "e: 1\n"),
    ("catalog/entities/a.yaml", "a: 1\n"),
    ("catalogc.yaml", "version: 1\n"),
];

/// The id of a blob of these bytes.
fn blob(git: &Git, bytes: &[u8]) -> String {
    let said = git.feed_bytes(&["hash-object", "-w", "--stdin"], bytes);
    String::from_utf8(said).unwrap().trim().to_owned()
}

/// A commit whose `catalog` has these entries.
fn catalog_of(git: &Git, entries: &str) -> String {
    let tree = git.feed(&["mktree", "--missing"], entries);
    git.commit_of_entries(&format!("040000 tree {}\tcatalog\n", tree.trim()))
}

#[test]
fn the_working_tree_and_the_index_have_no_say() {
    let git = small();
    git.write("catalog/entities/a.yaml", "a: 2\n")
        .write("catalog/new.yaml", "n: 1\n");
    git.run(&["add", "--all"]);
    git.remove("catalog/entities.yaml");
    assert_eq!(texts(&read(git.root(), "HEAD").unwrap()), SMALL);
}

#[test]
fn every_layout_of_a_repository_gives_the_same_files() {
    let git = small();
    let id = git.id("HEAD");
    let bare = git.clone_with(&["--bare"]);
    let shallow = git.clone_with(&["--depth=1"]);
    git.run(&["worktree", "add", "--quiet", "--detach", "linked", "HEAD"]);
    for at in [bare.root(), shallow.root(), &git.root().join("linked")] {
        assert_eq!(texts(&read(at, &id).unwrap()), SMALL, "{}", at.display());
    }
    git.run(&["switch", "--quiet", "--detach"]);
    let repository = Repository::discover(git.root()).unwrap();
    assert_eq!(repository.head_name(), Ok(None));
    assert_eq!(repository.resolve("HEAD").unwrap().as_str(), id);
}

#[test]
fn a_folder_inside_knows_where_it_is() {
    let git = small();
    let repository = Repository::discover(&git.root().join("catalog/entities")).unwrap();
    assert_eq!(repository.prefix(), "catalog/entities");
    assert_eq!(Repository::discover(git.root()).unwrap().prefix(), "");
    assert_eq!(
        Repository::discover(&git.root().join(".git"))
            .unwrap()
            .prefix(),
        ""
    );
}

#[test]
fn a_bare_repository_among_the_files_does_not_answer_for_the_true_one() {
    let git = small();
    git.run(&["init", "--quiet", "--bare", "catalog/planted"]);
    let repository = Repository::discover(&git.root().join("catalog/planted")).unwrap();
    assert_eq!(repository.prefix(), "catalog/planted");
    assert_eq!(repository.resolve("HEAD").unwrap().as_str(), git.id("HEAD"));
}

#[test]
fn a_folder_in_no_repository_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = Repository::discover(folder.path()).err().unwrap();
    assert!(matches!(error, GitError::NotARepository(_)), "{error}");
}

#[test]
fn repositories_of_another_format_are_refused_by_name() {
    for (format, name) in [
        ("--object-format=sha256", "sha256"),
        ("--ref-format=reftable", "reftable"),
    ] {
        let git = Git::init(&[format]);
        let error = Repository::discover(git.root()).err().unwrap();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn replaced_objects_are_not_read() {
    let git = small();
    let (tip, old) = (git.id("HEAD"), git.id("HEAD:catalog/entities/a.yaml"));
    let new = blob(&git, b"a: replaced\n");
    git.run(&["replace", &old, &new]);
    git.branch("other", "main");
    let other = git.commit_file("catalog/entities/a.yaml", "a: other\n");
    git.run(&["replace", &tip, &other]);
    assert_eq!(git.run(&["show", &old]), "a: replaced");
    assert_eq!(texts(&read(git.root(), &tip).unwrap()), SMALL);
}

#[test]
fn settings_that_run_programs_run_nothing() {
    let git = small();
    let program = format!("touch {}/ran; cat", git.root().display());
    git.write(".gitattributes", "* filter=evil diff=evil merge=evil\n")
        .commit("attributes");
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.hooksPath",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "diff.external",
        "merge.evil.driver",
        "credential.helper",
        "alias.show",
    ] {
        git.run(&["config", key, &program]);
    }
    git.run(&["config", "include.path", "/nowhere/at/all"]);
    git.run(&["config", "core.autocrlf", "true"]);
    assert_eq!(texts(&read(git.root(), "HEAD").unwrap()), SMALL);
    assert!(!git.has("ran"));
}

#[test]
fn a_worktree_setting_that_leads_elsewhere_changes_nothing() {
    let git = small();
    let elsewhere = tempfile::tempdir().unwrap();
    git.run(&[
        "config",
        "core.worktree",
        elsewhere.path().to_str().unwrap(),
    ]);
    let repository = Repository::discover(&git.root().join("catalog")).unwrap();
    assert_eq!(repository.prefix(), "catalog");
    assert_eq!(texts(&read(git.root(), "main").unwrap()), SMALL);
}

#[test]
fn what_is_not_a_text_says_what_it_is() {
    let git = small();
    let text = blob(&git, b"a: 1\n");
    let large = blob(&git, &vec![b'#'; (1 << 20) + 1]);
    let lfs = blob(
        &git,
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    );
    let latin = blob(&git, b"a: \xe4\n");
    let commit = git.id("HEAD");
    let entries = format!(
        "100644 blob {text}\ta\u{202e}b.yaml\n100644 blob {text}\tback\\slash.yaml\n\
         100644 blob {large}\tlarge.yaml\n100644 blob {latin}\tlatin.yaml\n\
         100644 blob {lfs}\tlfs.yaml\n120000 blob {text}\tlink.yaml\n\
         100644 blob {}\tmissing.yaml\n160000 commit {commit}\tsub\n100755 blob {text}\tz.yaml\n",
        "0123456789".repeat(4),
    );
    let id = catalog_of(&git, &entries);
    let snapshot = read(git.root(), &id).unwrap();
    assert_eq!(
        refusals(&snapshot),
        [
            ("catalog/a\\u{202e}b.yaml", &Refusal::Path),
            ("catalog/back\\slash.yaml", &Refusal::Path),
            (
                "catalog/large.yaml",
                &Refusal::TooLarge {
                    bytes: (1 << 20) + 1,
                    most: 1 << 20
                }
            ),
            (
                "catalog/latin.yaml",
                &Refusal::NotUtf8 {
                    at: 3,
                    text: "a: \u{fffd}\n".into()
                }
            ),
            ("catalog/lfs.yaml", &Refusal::LfsPointer),
            ("catalog/link.yaml", &Refusal::Link),
            ("catalog/missing.yaml", &Refusal::MissingObject),
            ("catalog/sub", &Refusal::Submodule),
        ]
    );
    assert_eq!(
        snapshot.text(snapshot.find("catalog/z.yaml").unwrap()),
        "a: 1\n"
    );
}

#[test]
fn a_catalog_that_is_a_link_or_a_submodule_is_not_an_empty_one() {
    let git = small();
    let (text, commit) = (blob(&git, b"elsewhere"), git.id("HEAD"));
    for (entry, refusal) in [
        (format!("120000 blob {text}\tcatalog\n"), Refusal::Link),
        (
            format!("160000 commit {commit}\tcatalog\n"),
            Refusal::Submodule,
        ),
    ] {
        let id = git.commit_of_entries(&entry);
        let snapshot = read(git.root(), &id).unwrap();
        assert_eq!(refusals(&snapshot), [("catalog", &refusal)]);
    }
}

#[test]
fn a_blob_that_was_not_fetched_is_missing_and_nothing_is_fetched() {
    let git = small();
    git.run(&["config", "uploadpack.allowFilter", "true"]);
    let partial = git.clone_with(&["--filter=blob:none", "--no-checkout"]);
    let snapshot = read(partial.root(), "HEAD").unwrap();
    let missing: Vec<_> = SMALL
        .iter()
        .map(|(path, _)| (*path, &Refusal::MissingObject))
        .collect();
    assert_eq!(refusals(&snapshot), missing);
    let without_trees = git.clone_with(&["--filter=tree:0", "--no-checkout"]);
    let error = read(without_trees.root(), "HEAD").unwrap_err();
    assert!(matches!(error, GitError::MissingFolder(_)), "{error}");
}

#[test]
fn a_tree_that_git_would_not_write_is_an_error() {
    let git = small();
    let id = blob(&git, b"a: 1\n");
    let raw: Vec<u8> = (0..20)
        .map(|at| u8::from_str_radix(&id[at * 2..at * 2 + 2], 16).unwrap())
        .collect();
    for (names, reason) in [
        (["a.yaml", "a.yaml"], "two entries of one name"),
        (["b.yaml", "a.yaml"], "out of order"),
        (["..", "a.yaml"], "no file can have"),
        ([".git", "a.yaml"], "no file can have"),
        (["a/b", "b.yaml"], "no file can have"),
    ] {
        let entry = |name: &str| [format!("100644 {name}\0").as_bytes(), &raw].concat();
        let bytes = names.map(entry).concat();
        let arguments = ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"];
        let tree = String::from_utf8(git.feed_bytes(&arguments, &bytes)).unwrap();
        let id = git.commit_of_entries(&format!("040000 tree {}\tcatalog\n", tree.trim()));
        let error = read(git.root(), &id).unwrap_err().to_string();
        assert!(
            error.contains("`catalog`") && error.contains(reason),
            "{names:?}: {error}"
        );
    }
}

#[test]
fn a_folder_without_end_ends() {
    let git = small();
    let text = blob(&git, b"a: 1\n");
    let mut tree = git.feed(&["mktree"], format!("100644 blob {text}\ta.yaml\n"));
    for _ in 0..400 {
        tree = git.feed(&["mktree"], format!("040000 tree {}\td\n", tree.trim()));
    }
    let id = git.commit_of_entries(&format!("040000 tree {}\tcatalog\n", tree.trim()));
    let snapshot = read(git.root(), &id).unwrap();
    let [file] = snapshot.as_slice() else {
        panic!("one refusal stands for all below")
    };
    assert_eq!(file.text, Err(Refusal::Path));
    let repository = Repository::discover(git.root()).unwrap();
    let (deep, main) = (
        repository.resolve(&id).unwrap(),
        repository.resolve("main").unwrap(),
    );
    assert_eq!(
        repository.changed_paths(&main, &deep),
        Err(GitError::TooDeep)
    );
}

#[test]
fn single_files_and_folders_are_asked_for() {
    let git = small();
    let repository = Repository::discover(git.root()).unwrap();
    let head = repository.resolve("HEAD").unwrap();
    let file = repository
        .read_one(&head, "catalogc.yaml")
        .unwrap()
        .unwrap();
    assert_eq!(file.text.as_deref(), Ok("version: 1\n"));
    for path in ["catalog", "catalog/none.yaml", "catalogc.yaml/below"] {
        assert_eq!(repository.read_one(&head, path), Ok(None), "{path}");
    }
    assert_eq!(repository.has_folder(&head, "catalog/entities"), Ok(true));
    assert_eq!(repository.has_folder(&head, "catalogc.yaml"), Ok(false));
    assert_eq!(repository.has_folder(&head, "blueprints"), Ok(false));
}

#[test]
fn changed_paths_are_those_of_git() {
    let git = small();
    git.remove("catalog/entities")
        .write("catalog/entities", "now a file\n");
    git.write("catalogc.yaml", "version: 1\n# more\n")
        .commit("changes");
    let repository = Repository::discover(git.root()).unwrap();
    let commit = |revision| repository.resolve(revision).unwrap();
    let changed = repository
        .changed_paths(&commit("HEAD~1"), &commit("HEAD"))
        .unwrap();
    assert_eq!(
        changed,
        [
            "catalog/entities",
            "catalog/entities/a.yaml",
            "catalogc.yaml"
        ]
    );
    let named = git.run(&["diff", "--name-only", "--no-renames", "HEAD~1", "HEAD"]);
    assert_eq!(changed, named.lines().collect::<Vec<_>>());
}
