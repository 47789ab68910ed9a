//! What a revision is called, and how commits follow one another.

use catalogc::source::git::{GitError, Repository};

use crate::repository::Git;

fn resolve(git: &Git, revision: &str) -> Result<String, GitError> {
    let repository = Repository::discover(git.root())?;
    Ok(repository.resolve(revision)?.as_str().to_owned())
}

#[test]
fn a_commit_goes_by_many_names() {
    let git = Git::new();
    let first = git.commit_file("a", "1");
    let second = git.commit_file("a", "2");
    git.run(&["tag", "--annotate", "v1", "--message", "first", &first]);
    git.branch("feature/x", &first);
    let side = git.commit_file("b", "1");
    git.switch("main");
    let merge = git.merge("feature/x");
    let clone = git.clone_with(&[]);
    for (revision, id) in [
        ("HEAD", &merge),
        ("@", &merge),
        ("main", &merge),
        ("refs/heads/main", &merge),
        ("main~1", &second),
        ("main^", &second),
        ("main^2", &side),
        ("main^2~1", &first),
        ("main~2", &first),
        ("main~0", &merge),
        ("v1", &first),
        ("feature/x", &side),
        (&merge, &merge),
        (&merge[..9], &merge),
        (&merge.to_uppercase(), &merge),
    ] {
        assert_eq!(resolve(&git, revision).as_ref(), Ok(id), "{revision}");
    }
    assert_eq!(resolve(&clone, "origin/feature/x"), Ok(side));
    assert_eq!(resolve(&clone, "origin"), Ok(merge));
}

#[test]
fn what_names_no_commit_says_so() {
    let git = Git::new();
    assert_eq!(resolve(&git, "HEAD"), Err(GitError::Unborn("HEAD".into())));
    git.commit_file("a", "1");
    let blob = git.id("HEAD:a");
    assert_eq!(resolve(&git, &blob), Err(GitError::NotACommit(blob)));
    for revision in [
        "none",
        "main~5",
        "main^2",
        "refs/heads/none",
        "deadbeef",
        "FETCH_HEAD",
        "../x",
    ] {
        let error = resolve(&git, revision);
        assert!(
            matches!(error, Err(GitError::NoRevision(_))),
            "{revision}: {error:?}"
        );
    }
    for revision in [
        "",
        "-x",
        "--output=x",
        "^main",
        "main^{/fix}",
        "main@{1}",
        "main~x",
        "main~9999999",
    ] {
        let error = resolve(&git, revision);
        assert!(
            matches!(error, Err(GitError::BadRevision(_))),
            "{revision}: {error:?}"
        );
    }
}

#[test]
fn a_branch_named_like_a_commit_is_not_guessed_at() {
    let git = Git::new();
    let first = git.commit_file("a", "1");
    let second = git.commit_file("a", "2");
    let short = &first[..7];
    git.run(&["branch", short, &second]);
    let error = resolve(&git, short).unwrap_err().to_string();
    assert!(
        error.contains(&format!("refs/heads/{short}")) && error.contains(&first),
        "{error}"
    );
    assert_eq!(resolve(&git, &format!("refs/heads/{short}")), Ok(second));
    assert_eq!(resolve(&git, &first), Ok(first));
}

#[test]
fn a_tag_named_like_a_branch_is_not_guessed_at() {
    let git = Git::new();
    let first = git.commit_file("a", "1");
    git.commit_file("a", "2");
    git.run(&["tag", "main", &first]);
    let error = resolve(&git, "main");
    assert!(
        matches!(error, Err(GitError::Ambiguous { .. })),
        "{error:?}"
    );
}

#[test]
fn a_line_of_first_parents_is_walked_from_the_oldest() {
    let git = Git::new();
    let first = git.commit_file("a", "1");
    git.branch("side", "main").commit_file("b", "1");
    git.switch("main");
    let second = git.commit_file("a", "2");
    let third = git.merge("side");
    let repository = Repository::discover(git.root()).unwrap();
    let commit = |revision: &str| repository.resolve(revision).unwrap();
    let line = repository
        .first_parents(&commit("main"), &commit(&first))
        .unwrap();
    assert_eq!(line, [commit(&second), commit(&third)]);
    assert_eq!(
        repository.first_parents(&commit("main"), &commit("main")),
        Ok(vec![])
    );
    let error = repository.first_parents(&commit("main"), &commit("side"));
    assert!(
        matches!(error, Err(GitError::NotOnTheLine { .. })),
        "{error:?}"
    );
    assert_eq!(
        repository.parents(&commit("main")),
        Ok(vec![commit(&second), commit("side")])
    );
}

#[test]
fn ancestry_is_known_or_refused() {
    let git = Git::new();
    let first = git.commit_file("a", "1");
    git.branch("side", "main").commit_file("b", "1");
    git.switch("main").commit_file("a", "2");
    let repository = Repository::discover(git.root()).unwrap();
    let is_ancestor = |a: &str, b: &str| {
        repository.is_ancestor(
            &repository.resolve(a).unwrap(),
            &repository.resolve(b).unwrap(),
        )
    };
    assert_eq!(is_ancestor(&first, "main"), Ok(true));
    assert_eq!(is_ancestor("main", "main"), Ok(true));
    assert_eq!(is_ancestor("main", &first), Ok(false));
    assert_eq!(is_ancestor("side", "main"), Ok(false));
    let shallow = git.clone_with(&["--depth=1", "--no-single-branch"]);
    let repository = Repository::discover(shallow.root()).unwrap();
    let commit = |revision| repository.resolve(revision).unwrap();
    let answer = repository.is_ancestor(&commit("origin/side"), &commit("main"));
    assert_eq!(answer, Err(GitError::Shallow));
    assert_eq!(repository.resolve("main~1"), Err(GitError::Shallow));
}

#[test]
fn the_people_of_a_commit_are_named_once() {
    let git = Git::new();
    git.commit_file("a", "1");
    git.write("a", "2").run(&[
        "commit",
        "--all",
        "--quiet",
        "--message=x",
        "--author=B <b@x>",
    ]);
    let repository = Repository::discover(git.root()).unwrap();
    let people = |revision| {
        let commit = repository.resolve(revision).unwrap();
        let people = repository.people(&commit).unwrap();
        people
            .into_iter()
            .map(|who| format!("{} <{}>", who.name, who.email))
            .collect::<Vec<_>>()
    };
    assert_eq!(people("main~1"), ["Ada <ada@example.com>"]);
    assert_eq!(people("main"), ["B <b@x>", "Ada <ada@example.com>"]);
    assert_eq!(
        repository.head_name(),
        Ok(Some("refs/heads/main".to_owned()))
    );
}
