//! Files outside the catalog that a pull request changes too: no rule here decides about them.
//!
//! In: their paths. Out: what a plan keeps of them, and what it says to whoever reviews it.
//! Files that CI runs come first: they run with its rights, and may read what it may read; and
//! those that say who must review.

use crate::plan::file::ChangedOutside;
use crate::text::few;

/// How many of each sort a plan names.
const NAMED: (usize, usize) = (20, 5);

/// Files and folders that CI services run from a repository.
const CI: [&str; 19] = [
    ".github/workflows/",
    ".github/actions/",
    ".gitea/workflows/",
    ".forgejo/workflows/",
    ".gitlab-ci.yml",
    ".gitlab-ci.yaml",
    ".gitlab/ci/",
    ".circleci/",
    ".buildkite/",
    ".drone.yml",
    ".travis.yml",
    ".woodpecker/",
    ".woodpecker.yml",
    "Jenkinsfile",
    "azure-pipelines.yml",
    "azure-pipelines.yaml",
    ".azure-pipelines/",
    "appveyor.yml",
    "bitbucket-pipelines.yml",
];

/// Files in which hosts of git read who must review.
const REVIEW: [&str; 6] = [
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".github/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    ".forgejo/CODEOWNERS",
];

fn is_review(path: &str) -> bool {
    REVIEW.contains(&path)
}

fn is_run(path: &str) -> bool {
    CI.iter().any(|known| match known.strip_suffix('/') {
        Some(_) => path.starts_with(known),
        None => path == *known,
    })
}

/// What a plan keeps of them.
pub(super) fn outside(paths: &[String]) -> ChangedOutside {
    let (ci, others): (Vec<_>, Vec<_>) = paths
        .iter()
        .partition(|path| is_run(path) || is_review(path));
    let some = |all: Vec<&String>, most| all.into_iter().take(most).cloned().collect();
    ChangedOutside {
        count: paths.len() as u64,
        ci: some(ci, NAMED.0),
        others: some(others, NAMED.1),
    }
}

/// What a reviewer must know of them.
pub(super) fn notices(paths: &[String]) -> Vec<String> {
    let (ci, others): (Vec<_>, Vec<_>) = paths.iter().partition(|path| is_run(path));
    let (review, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|path| is_review(path));
    let files = |n: usize| {
        if n == 1 {
            "1 file".to_owned()
        } else {
            format!("{n} files")
        }
    };
    let mut notices = Vec::new();
    if !ci.is_empty() {
        notices.push(format!(
            "changes what CI runs, with the rights of CI, and no rule here decides about it: {}",
            few(&ci, NAMED.0)
        ));
    }
    if !review.is_empty() {
        notices.push(format!(
            "changes who must review, and no rule here decides about it: {}",
            few(&review, NAMED.0)
        ));
    }
    if !others.is_empty() {
        let number = files(others.len());
        let also = if notices.is_empty() { "also " } else { "" };
        notices.push(format!(
            "{also}changes {number} outside the catalog: {}",
            few(&others, NAMED.1)
        ));
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::{notices, outside};

    #[test]
    fn what_ci_runs_is_told_apart_and_never_lost_among_many() {
        let mut paths: Vec<String> = (0..300).map(|n| format!("src/{n}.rs")).collect();
        paths.push(".github/workflows/deploy.yml".to_owned());
        paths.push(".github/workflows.md".to_owned());
        let kept = outside(&paths);
        assert_eq!(kept.count, 302);
        assert_eq!(kept.ci, [".github/workflows/deploy.yml"]);
        assert_eq!(kept.others.len(), 5);
        let told = notices(&paths);
        assert_eq!(told.len(), 2);
        assert!(
            told[0].ends_with(": .github/workflows/deploy.yml"),
            "{told:?}"
        );
        assert!(told[1].ends_with("src/4.rs and 296 more"), "{told:?}");
    }

    #[test]
    fn each_service_and_who_must_review_are_known() {
        let some = |paths: &[&str]| paths.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let run = some(&[
            ".azure-pipelines/build.yml",
            ".forgejo/workflows/a.yml",
            ".gitea/workflows/a.yml",
            "appveyor.yml",
            "azure-pipelines.yaml",
        ]);
        assert_eq!(outside(&run).ci, run);
        let told = notices(&run);
        assert!(told[0].starts_with("changes what CI runs"), "{told:?}");
        assert_eq!(told.len(), 1);
        let review = some(&[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]);
        assert_eq!(outside(&review).ci, review);
        let told = notices(&review);
        let words = "changes who must review, and no rule here decides about it: \
                     .github/CODEOWNERS, CODEOWNERS and docs/CODEOWNERS";
        assert_eq!(told, [words]);
    }

    #[test]
    fn nothing_outside_is_not_spoken_of() {
        assert!(notices(&[]).is_empty());
        let one = notices(&["README.md".to_owned()]);
        assert_eq!(one, ["also changes 1 file outside the catalog: README.md"]);
    }
}
