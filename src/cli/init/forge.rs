//! What asks `catalogc` on each change: the files of a forge's CI.
//!
//! In: a forge, and the branch that is protected. Out: its files, and what no file can do there.

use std::path::Path;

use crate::cli::init::Files;
use crate::source::git::Repository;

/// Whose CI asks on each change
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Forge {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// No files for a CI
    None,
}

/// The workflows of GitHub, by the path that it reads them at.
const GITHUB: [(&str, &str); 4] = [
    (
        ".github/workflows/catalogc-apply.yml",
        include_str!("workflows/catalogc-apply.yml"),
    ),
    (
        ".github/workflows/catalogc-expire.yml",
        include_str!("workflows/catalogc-expire.yml"),
    ),
    (
        ".github/workflows/catalogc-gate.yml",
        include_str!("workflows/catalogc-gate.yml"),
    ),
    (
        ".github/workflows/catalogc-plan.yml",
        include_str!("workflows/catalogc-plan.yml"),
    ),
];

/// The pipeline of GitLab, and the file that takes it in.
const GITLAB: [(&str, &str); 2] = [
    (
        ".gitlab/catalogc.yml",
        include_str!("pipelines/catalogc.yml"),
    ),
    (GITLAB_CI, include_str!("pipelines/.gitlab-ci.yml")),
];

/// The one file that GitLab begins with; one that exists is left as it is.
const GITLAB_CI: &str = ".gitlab-ci.yml";

/// How the workflows of GitHub write the branch that they answer for.
const MAIN: [&str; 5] = [
    "== 'main'",
    "'refs/heads/main'",
    "[main]",
    "queue/main/",
    "`main`",
];

impl Forge {
    /// All that is written below `root`, by path.
    pub(super) fn files(self, root: &Path, branch: &str) -> Files {
        let files: &[(&str, &str)] = match self {
            Self::Github => &GITHUB,
            Self::Gitlab if root.join(GITLAB_CI).symlink_metadata().is_ok() => &GITLAB[..1],
            Self::Gitlab => &GITLAB,
            Self::None => &[],
        };
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), on(text, branch)))
            .collect()
    }

    /// Folders that may be there, if they are no links.
    pub(super) fn folders(self) -> &'static [&'static str] {
        match self {
            Self::Github => &[".github", ".github/workflows"],
            Self::Gitlab => &[".gitlab"],
            Self::None => &[],
        }
    }

    /// What no file of a repository can do, a line each.
    pub(super) fn by_hand(self, branch: &str) -> String {
        let lines = match self {
            Self::Github => GITHUB_BY_HAND,
            Self::Gitlab => GITLAB_BY_HAND,
            Self::None => NONE_BY_HAND,
        };
        lines.replace("@BRANCH@", branch)
    }

    /// The words for how many files of a CI are written.
    pub(super) fn counted(self) -> &'static str {
        match self {
            Self::Github => " and 4 workflows",
            Self::Gitlab => " and 1 pipeline",
            Self::None => "",
        }
    }
}

/// A workflow that answers for `branch`.
fn on(text: &str, branch: &str) -> String {
    MAIN.iter().fold(text.to_owned(), |text, main| {
        text.replace(main, &main.replace("main", branch))
    })
}

/// The branch that is checked out below `root`, if its name can stand in a workflow as it is.
pub(super) fn branch(root: &Path) -> String {
    let plain = |name: &String| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'))
    };
    Repository::discover(root)
        .ok()
        .and_then(|repository| repository.branch())
        .filter(plain)
        .unwrap_or_else(|| "main".to_owned())
}

const GITHUB_BY_HAND: &str = "\
! branch rule for `@BRANCH@`: pull requests only, up to date, status `catalogc/gate`, no force push
! branch rule for `catalogc-ledger`: only the workflow's token may push; no force push, no deletion
! environment `production`: the secrets of the backends, for branch `@BRANCH@` alone
";

const GITLAB_BY_HAND: &str = "\
! .gitlab-ci.yml: it takes `.gitlab/catalogc.yml` in; the variables to set are named at its top
! `@BRANCH@`: protected, the default branch, merge requests only, \"Pipelines must succeed\"
! `catalogc-ledger`: protected, only the account of CATALOGC_PUSH_TOKEN may push, no force push
! environment `production`: the variables of the backends, protected
";

const NONE_BY_HAND: &str = "\
! CI: `catalogc gate` before a merge and `catalogc apply` after it, by rules of `@BRANCH@` alone
";
