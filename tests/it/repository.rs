//! A git repository in a folder that goes away with it.
//!
//! The `git` program runs without the settings of whoever runs the tests, and with people and
//! dates that never change, so that ids never do.
#![expect(
    clippy::disallowed_methods,
    reason = "repositories are made by the `git` program and by writing files"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A repository to write to.
pub(crate) struct Git {
    root: PathBuf,
    /// Who writes its commits: a name and an address.
    author: (&'static str, &'static str),
    /// Removes the folder when the last test of it ends.
    _folder: TempDir,
}

impl Git {
    /// An empty repository whose branch is `main`.
    pub(crate) fn new() -> Self {
        Self::init(&[])
    }

    /// One made by `git init` with further arguments.
    pub(crate) fn init(arguments: &[&str]) -> Self {
        let git = Self::folder();
        git.run(&[&["init", "--quiet", "--initial-branch=main"], arguments].concat());
        git
    }

    /// A clone of this one, over the protocol, with further arguments.
    pub(crate) fn clone_with(&self, arguments: &[&str]) -> Self {
        let git = Self::folder();
        let url = format!("file://{}", self.root.display());
        git.run(&[&["clone", "--quiet"], arguments, &[&url, "."]].concat());
        git
    }

    fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            root: folder.path().canonicalize().unwrap(),
            author: ("Ada", "ada@example.com"),
            _folder: folder,
        }
    }

    /// Another repository inside this one.
    pub(crate) fn within(&self, path: &str) -> PathBuf {
        self.run(&["init", "--quiet", path]);
        self.root.join(path)
    }

    /// The same with commits by somebody else.
    pub(crate) fn by(self, name: &'static str, email: &'static str) -> Self {
        Self {
            author: (name, email),
            ..self
        }
    }

    /// The top of the working tree.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let at = self.root.join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, bytes).unwrap();
        self
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Removes a file or a folder.
    pub(crate) fn remove(&self, path: &str) -> &Self {
        let at = self.root.join(path);
        if at.is_dir() {
            fs::remove_dir_all(at).unwrap();
        } else {
            fs::remove_file(at).unwrap();
        }
        self
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// Commits all that the working tree holds; gives the id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.run(&["add", "--all"]);
        self.run(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.id("HEAD")
    }

    /// Writes the last commit again, with further arguments; gives the id.
    pub(crate) fn amend(&self, arguments: &[&str]) -> String {
        let amend = ["commit", "--quiet", "--amend", "--no-edit"];
        self.run(&[&amend[..], arguments].concat());
        self.id("HEAD")
    }

    /// Writes one file and commits it.
    pub(crate) fn commit_file(&self, path: &str, text: &str) -> String {
        self.write(path, text).commit(path)
    }

    /// Makes a branch at `from` and checks it out.
    pub(crate) fn branch(&self, name: &str, from: &str) -> &Self {
        self.run(&["switch", "--quiet", "--create", name, from]);
        self
    }

    /// Checks a branch out.
    pub(crate) fn switch(&self, name: &str) -> &Self {
        self.run(&["switch", "--quiet", name]);
        self
    }

    /// Merges into what is checked out; gives the id.
    pub(crate) fn merge(&self, revision: &str) -> String {
        self.run(&["merge", "--quiet", "--no-ff", "--no-edit", revision]);
        self.id("HEAD")
    }

    /// The full id of a revision.
    pub(crate) fn id(&self, revision: &str) -> String {
        self.run(&["rev-parse", "--verify", revision])
    }

    /// Makes a tree of `entries` as `git mktree` reads them, and a commit of it on no branch.
    pub(crate) fn commit_of_entries(&self, entries: &str) -> String {
        let tree = self.feed(&["mktree", "--missing"], entries);
        self.run(&["commit-tree", "-m", "made of entries", tree.trim()])
    }

    /// What a git command says. It must succeed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.feed(arguments, "").trim_end().to_owned()
    }

    /// What a git command says about `input`. It must succeed.
    pub(crate) fn feed(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> String {
        String::from_utf8(self.feed_bytes(arguments, input.as_ref())).unwrap()
    }

    /// As [`Git::feed`], for what is not text.
    pub(crate) fn feed_bytes(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = self
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A command that reads no input closes it; its exit code says whether it failed.
                let _ = stdin.write_all(input);
            });
            child.wait_with_output().unwrap()
        });
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        output.stdout
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.root);
        for variable in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
        ] {
            command.env_remove(variable);
        }
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), self.author.0)
                .env(format!("GIT_{who}_EMAIL"), self.author.1)
                .env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
        }
        command
    }
}
