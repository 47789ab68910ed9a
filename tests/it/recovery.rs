//! Runs that are killed again while they make good what a killed one left, and a server that
//! does not take what must be in the ledger.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a run is sent a signal")]

use std::os::unix::fs::PermissionsExt as _;

use catalogc::apply::POINTS;

use crate::program::{Ran, end};

use crate::apply::{ANNOUNCE, Asks, KILL_AT, LATER, RESTART, SCALE, World, is_proven, is_whole};

#[test]
fn a_run_that_is_killed_while_it_recovers_is_finished_by_the_next() {
    let all = [SCALE, RESTART, ANNOUNCE].concat();
    for (n, first) in POINTS.iter().enumerate() {
        // Another second point for each first one, so that every point is both once.
        let second = POINTS[(n * 3 + 1) % POINTS.len()];
        let world = World::new(Asks::All);
        for at in [format!("{first}:1"), format!("{second}:1")] {
            let run = world.apply(&[LATER, (KILL_AT, &at)]);
            // The second run may have nothing left to do at its point.
            assert!(run.code.is_none() || at.starts_with(second), "{at}: {run}");
        }
        let last = world.apply(&[LATER]);
        is_whole(&world, &last, &all);
    }
}

/// What CI sends when a job is cancelled, once the services have heard of the run.
#[test]
fn a_run_that_is_asked_to_stop_says_so_and_the_next_goes_on() {
    let world = World::new(Asks::Scale);
    let job = world.job();
    let run = world.command(job.root(), &[]).spawn().unwrap();
    while world.backend.received().is_empty() {
        std::thread::yield_now();
    }
    let asked = std::process::Command::new("kill")
        .args(["-TERM", &run.id().to_string()])
        .status();
    assert!(asked.unwrap().success());
    let ran = Ran::of(run.wait_with_output().unwrap());
    ran.exits(5);
    ran.says("the run was stopped");
    let last = world.apply(&[LATER]);
    is_whole(&world, &last, SCALE);
    is_proven(&world);
}

/// Lets the server refuse every push from the nth on.
fn refuse_pushes_from(world: &World, n: u32) {
    let hook = format!(
        "#!/bin/sh\necho push >> pushes\ntest \"$(wc -l < pushes)\" -lt {n} || {{ echo no more room >&2; exit 1; }}\n"
    );
    world.server.write("hooks/pre-receive", hook);
    let path = world.server.root().join("hooks/pre-receive");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn nothing_is_sent_that_the_ledger_does_not_take() {
    let all = [SCALE, RESTART, ANNOUNCE].concat();
    let mut sent = Vec::new();
    for n in [1, 2, 3, 4, 6, 8] {
        let world = World::new(Asks::All);
        refuse_pushes_from(&world, n);
        let run = world.apply(&[LATER]);
        let code = if n == 1 { 2 } else { 5 };
        assert_eq!(run.code, Some(code), "{n}: {run}");
        run.says("refuses the push");
        sent.push(world.backend.received().len());
        world.server.remove("hooks/pre-receive");
        let last = world.apply(&[LATER]);
        is_whole(&world, &last, &all);
        is_proven(&world);
    }
    // Neither without a landing nor without an intent, and ever more with more records.
    assert_eq!(sent[..2], [0, 0], "{sent:?}");
    assert!(sent.is_sorted() && sent[5] > 0, "{sent:?}");
}

#[test]
fn a_server_that_is_away_is_no_empty_ledger() {
    let world = World::new(Asks::All);
    world.apply(&[LATER]).exits(0);
    let received = world.backend.received().len();
    let job = world.job();
    job.run(&["remote", "set-url", "origin", "file:///nowhere/at/all"]);
    world.apply_in(job.root(), &[LATER]).exits(2);
    // Nor is a clone that calls the server otherwise one without a ledger.
    job.run(&["remote", "rename", "origin", "upstream"]);
    world
        .apply_in(job.root(), &[LATER])
        .says("git remote rename upstream origin")
        .exits(2);
    assert_eq!(world.backend.received().len(), received);
}

#[test]
fn a_run_goes_on_to_its_end_where_nobody_listens_any_more() {
    let world = World::new(Asks::All);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let job = world.job();
    let mut command = world.command(job.root(), &[LATER]);
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    end(command).exits(0);
    crate::program::run(job.root(), &["status"])
        .says("nothing is open")
        .exits(0);
    assert_eq!(crate::shop::lines(&world.shop.announced), 1);
}
