//! A change as a branch and a commit, ready for a pull request: `--branch`, `--commit`, `--open`.
//!
//! In: the files that a command is about to write, and what that does. Out: a commit that holds
//! these files and nothing else, the command that pushes it and the link that opens the pull
//! request. What else is changed in the working tree stays as it is. All that can stop it is looked
//! for before a file is written.

use std::path::Path;

use crate::cli::git::Git;
use crate::cli::{Failure, Terminal};
use crate::source::git::Repository;
use crate::text::{shell_word, visible};

mod link;
mod message;

pub(super) use message::Message;

/// The options that share a line of help.
const OFFER: &str = "--branch NAME, --commit, --open";

/// Whether it is committed, and where.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Commit what is written, on a new branch or the present one; open the pull request with `gh`
    /// or `glab`
    #[arg(long, value_name = "NAME", help_heading = OFFER, conflicts_with = "dry_run")]
    branch: Option<String>,
    // Shares the line of help above.
    #[arg(long, help_heading = OFFER, conflicts_with = "dry_run")]
    commit: bool,
    // Shares the line of help above.
    #[arg(long, help_heading = OFFER, conflicts_with = "dry_run")]
    open: bool,
}

/// A commit that can be made.
pub(super) struct Offer<'a> {
    git: Git<'a>,
    folder: &'a Path,
    /// The branch to make.
    new: Option<&'a str>,
    /// The branch that is committed to.
    branch: String,
    /// The branch that pull requests go to, where it is known.
    target: Option<String>,
    open: bool,
}

impl Options {
    /// Whether a commit is wanted.
    pub(super) const fn is_wanted(&self) -> bool {
        self.branch.is_some() || self.commit || self.open
    }

    /// Looks for all that would stop a commit of these files; nothing where none is wanted. A base
    /// is the revision that judges, where it was named or found.
    pub(super) fn ready<'a>(
        &'a self,
        folder: &'a Path,
        paths: &[&str],
        base: Option<&str>,
    ) -> Result<Option<Offer<'a>>, Failure> {
        let new = self.branch.as_deref();
        if !self.is_wanted() {
            return Ok(None);
        }
        let git = Git::at(folder);
        git.run(&["rev-parse", "--is-inside-work-tree"])
            .ok()
            .filter(|said| said == "true")
            .ok_or_else(|| {
                let folder = visible(&folder.display().to_string()).into_owned();
                Failure::new(format!("`{folder}` is in no working tree of git"))
                    .help("leave out `--branch`, `--commit` and `--open`")
            })?;
        if !git.holds(&["rev-parse", "--verify", "--quiet", "HEAD"]) {
            return Err(Failure::new("the repository has no commit yet")
                .help("commit the catalog once, then ask again"));
        }
        is_at_rest(git)?;
        let present = git
            .run(&["symbolic-ref", "--quiet", "--short", "HEAD"])
            .ok();
        let branch = match (new, present) {
            (Some(new), _) => is_free(git, new).map(|()| new.to_owned())?,
            (None, Some(present)) => present,
            (None, None) => {
                return Err(
                    Failure::new("the working tree is on no branch: HEAD is a commit")
                        .help("make one for the change: `--branch NAME`"),
                );
            }
        };
        let target = target(folder, base);
        if target.as_ref() == Some(&branch) {
            let shown = visible(&branch);
            return Err(Failure::new(format!(
                "`{shown}` is the branch that changes are merged into"
            ))
            .help("make another one for the change: `--branch NAME`"));
        }
        is_clean(git, paths)?;
        is_known(git)?;
        Ok(Some(Offer {
            git,
            folder,
            new,
            branch,
            target,
            open: self.open,
        }))
    }
}

/// The branch that pull requests go to: that of the base, where it is a branch; else the usual one.
fn target(folder: &Path, base: Option<&str>) -> Option<String> {
    let repository = Repository::discover(folder).ok()?;
    let usual = repository.target().map(|(_, name)| name);
    let remote = repository.remote().map(|remote| format!("{remote}/"));
    let git = Git::at(folder);
    let is_there = |kind: &str, name: &str| {
        let full = format!("refs/{kind}/{name}");
        git.holds(&["show-ref", "--verify", "--quiet", &full])
    };
    let named = base.and_then(|base| {
        let below = remote.and_then(|remote| base.strip_prefix(&remote).map(str::to_owned));
        match below {
            Some(name) if is_there("remotes", base) => Some(name),
            _ => is_there("heads", base).then(|| base.to_owned()),
        }
    });
    named.or(usual)
}

/// That no merge or the like is going on.
fn is_at_rest(git: Git<'_>) -> Result<(), Failure> {
    let kinds = [
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
        ("REBASE_HEAD", "rebase"),
    ];
    for (name, word) in kinds {
        if git.holds(&["rev-parse", "--verify", "--quiet", name]) {
            let message = format!("a {word} is going on in the working tree");
            let help = format!("end it: `git {word} --continue` or `git {word} --abort`");
            return Err(Failure::new(message).help(help));
        }
    }
    Ok(())
}

/// That a branch of the name can be made.
fn is_free(git: Git<'_>, name: &str) -> Result<(), Failure> {
    let shown = visible(name);
    if !git.holds(&["check-ref-format", "--branch", name]) || name.starts_with(['-', '@']) {
        return Err(Failure::new(format!("`{shown}` is no name of a branch"))
            .help("write letters, digits, `-` and `/`"));
    }
    let full = format!("refs/heads/{name}");
    let has = |full: &str| git.holds(&["show-ref", "--verify", "--quiet", full]);
    if has(&full) {
        return Err(
            Failure::new(format!("the branch `{shown}` is there already")).help(format!(
                "name another one, or `git switch {}` and write `--commit`",
                shell_word(&shown)
            )),
        );
    }
    let above = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
    let below = git.run(&[
        "for-each-ref",
        "--count=1",
        "--format=%(refname:short)",
        &full,
    ]);
    let taken = above
        .map(str::to_owned)
        .find(|above| has(&format!("refs/heads/{above}")))
        .or_else(|| below.ok().filter(|below| !below.is_empty()));
    match taken {
        None => Ok(()),
        Some(taken) => {
            let message = format!(
                "`{shown}` cannot be a branch beside the branch `{}`",
                visible(&taken)
            );
            Err(Failure::new(message).help("name another one"))
        }
    }
}

/// That the files are as they were committed.
fn is_clean(git: Git<'_>, paths: &[&str]) -> Result<(), Failure> {
    let status = ["status", "--porcelain=v1", "--untracked-files=all"];
    let said = git.run_on(&status, paths).map_err(Failure::new)?;
    if let Some(first) = said.lines().next() {
        let path = first.get(3..).unwrap_or(first);
        return Err(Failure::new(format!(
            "`{}` has changes that are not committed",
            visible(path)
        ))
        .help("commit or stash them first; or leave out `--branch` and `--commit`"));
    }
    for path in paths {
        if git.run_on(&["check-ignore", "--quiet"], &[path]).is_ok() {
            return Err(Failure::new(format!("git ignores `{}`", visible(path)))
                .help("take it out of `.gitignore`"));
        }
    }
    Ok(())
}

/// That git knows who commits.
fn is_known(git: Git<'_>) -> Result<(), Failure> {
    for who in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
        if !git.holds(&["-c", "user.useConfigOnly=true", "var", who]) {
            return Err(Failure::new("git does not know who you are").help(
                "`git config --global user.name NAME` and `git config --global user.email ADDRESS`",
            ));
        }
    }
    Ok(())
}

impl Offer<'_> {
    /// Commits the files, which are written; gives what can be done next.
    pub(super) fn commit(
        &self,
        paths: &[&str],
        message: &Message,
        terminal: Terminal,
    ) -> Result<String, Failure> {
        let git = self.git;
        let told = |words: String| {
            Failure::new(format!("the files are written and not committed: {words}"))
                .help("commit them yourself, or take them back: `git diff`, `git restore`")
        };
        if let Some(new) = self.new {
            git.run(&["switch", "--quiet", "--create", new])
                .map_err(told)?;
        }
        let text = message.text();
        let commit = [
            "commit",
            "--quiet",
            "--no-verify",
            "--only",
            "--message",
            &text,
        ];
        let made = git
            .run_on(&["add", "--all"], paths)
            .and_then(|_| git.run_on(&commit, paths));
        if let Err(words) = made {
            // All but the files is as it was.
            let _ = git.run_on(&["reset", "--quiet"], paths);
            if let Some(new) = self.new {
                let _ = git.run(&["checkout", "--quiet", "-"]);
                let _ = git.run(&["branch", "--quiet", "--delete", "--force", new]);
            }
            return Err(told(words));
        }
        let id = git
            .run(&["rev-parse", "--short", "HEAD"])
            .unwrap_or_default();
        terminal.say(&format!(
            "committed {id} on {}: {}",
            self.branch, message.title
        ));
        self.next(message, terminal)
    }

    /// The push and the pull request.
    fn next(&self, message: &Message, terminal: Terminal) -> Result<String, Failure> {
        let git = self.git;
        let repository = Repository::discover(self.folder).ok();
        let Some(remote) = repository.as_ref().and_then(Repository::remote) else {
            let branch = visible(&self.branch);
            if self.open {
                terminal.say("no pull request is opened: the repository has no remote");
            }
            return Ok(format!(
                "next: add a remote, push `{branch}`, open a pull request\n"
            ));
        };
        let target = self.target.as_deref().unwrap_or("main");
        let push = format!(
            "git push -u {} {}",
            shell_word(&visible(&remote)),
            shell_word(&visible(&self.branch))
        );
        let url = git.run(&["remote", "get-url", "--push", &remote]);
        let place = url.ok().and_then(|url| link::Place::of(&url));
        let Some(place) = place else {
            if self.open {
                terminal.say("no pull request is opened: GitHub and GitLab are known by the host of the remote, and this is neither");
            }
            return Ok(format!(
                "next: `{push}`, then open a pull request to `{}` there; its link is not known\n",
                visible(target)
            ));
        };
        let link = place.link(target, &self.branch, message);
        if self.open {
            let (program, arguments) = place.program(target, &self.branch, message);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            if git.other(program, &["--version"]).is_none() {
                terminal.say(&format!("`{program}` is not installed: the link does it"));
            } else {
                git.run(&["push", "--quiet", "-u", &remote, &self.branch])
                    .map_err(|words| {
                        Failure::new(format!("committed and not pushed: {words}"))
                            .help(format!("`{push}`, then open {link}"))
                    })?;
                return match git.other(program, &arguments) {
                    Some(Ok(said)) => Ok(format!("{}\n", visible(said.trim()))),
                    Some(Err(words)) => Err(Failure::new(format!(
                        "pushed, and `{program}` opened no pull request: {words}"
                    ))
                    .help(format!("open {link}"))),
                    None => Ok(format!("next: open {link}\n")),
                };
            }
        }
        Ok(format!("next: `{push}`, then open\n{link}\n"))
    }
}
