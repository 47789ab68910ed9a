//! Clones that are configured to run something: nothing is run.

use std::path::Path;

use super::remote::{append, script, shared};
use super::{Place, commits, git, local, opened, try_git};
use crate::ledger::{Ledger, LedgerError};

/// Configures everything that git is known to run something for.
fn make_hostile(clone: &Path, canary: &Path) {
    let touch = format!("touch {}", canary.display());
    let hooks = clone.join("evil");
    for hook in [
        "pre-push",
        "reference-transaction",
        "post-checkout",
        "fsmonitor",
    ] {
        script(&hooks.join(hook), &touch);
        script(&clone.join(".git/hooks").join(hook), &touch);
    }
    let server = git(clone, &["config", "remote.origin.url"]);
    let ext = format!(
        "url.ext::sh -c {}% ;exit% 1% .insteadOf",
        touch.replace(' ', "% ")
    );
    let shell = format!("!{touch}");
    let pack = format!("{touch};git-receive-pack");
    for (key, value) in [
        ("core.hooksPath", hooks.to_str().unwrap()),
        ("core.fsmonitor", &touch),
        ("core.sshCommand", &touch),
        ("core.askPass", &touch),
        ("core.gitProxy", &touch),
        ("core.pager", &touch),
        ("core.alternateRefsCommand", &touch),
        ("credential.helper", &shell),
        ("gpg.program", &touch),
        ("push.gpgSign", "if-asked"),
        ("alias.push", &shell),
        ("alias.init", &shell),
        ("remote.origin.receivepack", &pack),
        (
            "remote.origin.uploadpack",
            &format!("{touch};git-upload-pack"),
        ),
        ("uploadpack.packObjectsHook", &touch),
        ("protocol.ext.allow", "always"),
        ("protocol.allow", "always"),
        (&ext, &server),
    ] {
        git(clone, &["config", key, value]);
    }
}

#[test]
fn a_hostile_clone_runs_nothing() {
    let place = Place::new();
    place.server();
    let (one, canary) = (place.clone("one"), place.at("canary"));
    append(&mut opened(&place.clone("two"), &shared()).0, "a").unwrap();
    make_hostile(&one, &canary);
    // Plain git does run something in this clone, else the test would show nothing.
    let _ = try_git(&one, &["push", "origin", "main:other"]);
    assert!(canary.exists());
    std::fs::remove_file(&canary).unwrap();
    let (mut ledger, entries) = opened(&one, &shared());
    assert_eq!(commits(&entries), ["a"]);
    append(&mut ledger, "b").unwrap();
    append(&mut opened(&place.at("two"), &shared()).0, "c").unwrap();
    assert!(matches!(append(&mut ledger, "d"), Err(LedgerError::Moved)));
    assert_eq!(commits(&ledger.read().unwrap()), ["a", "b", "c"]);
    drop(ledger);
    append(&mut opened(&one, &local()).0, "d").unwrap();
    assert!(!canary.exists());
}

#[test]
fn a_hostile_clone_does_not_choose_the_program_that_speaks_ssh() {
    let place = Place::new();
    place.server();
    let (one, canary) = (place.clone("one"), place.at("canary"));
    let touch = place.at("touch");
    script(&touch, &format!("touch {}", canary.display()));
    // Nobody listens there, so the look fails whatever speaks.
    git(
        &one,
        &["config", "remote.origin.url", "ssh://127.0.0.1:1/x"],
    );
    git(
        &one,
        &["config", "core.sshCommand", touch.to_str().unwrap()],
    );
    let _ = try_git(&one, &["ls-remote", "origin"]);
    assert!(canary.exists());
    std::fs::remove_file(&canary).unwrap();
    let refused = Ledger::open(&one, &shared());
    assert!(matches!(refused, Err(LedgerError::Unreachable { .. })));
    assert!(!canary.exists());
}
