//! Real programs, and what they get to see.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::{Go, run};
use crate::apply::attempt::{Answer, Attempt};

const LONG: Duration = Duration::from_secs(60);

fn attempt(value: &Json) -> Attempt {
    run(value, "key-1", LONG, &mut || Go::On)
}

fn answer(value: &Json) -> Answer {
    match attempt(value) {
        Attempt::Answer(answer) => answer,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn shell_payloads_arrive_as_they_are() {
    let payloads = [
        "; rm -rf /",
        "$(id)",
        "`id`",
        "a b",
        "a\tb\nc",
        "'",
        "\"",
        "\\",
        "*",
        "~",
        "${HOME}",
        "| cat /etc/passwd",
        "&& true",
        "> /tmp/x",
        "-rf",
        "--help",
        "%s%n",
        "!!",
        "\u{202e}",
        "",
    ];
    let args: Vec<&str> = ["%s\\0"].into_iter().chain(payloads).collect();
    let found = answer(&json!({"program": "/usr/bin/printf", "args": args}));
    let text = found.fields["stdout"].as_str().unwrap().to_owned();
    let printed: Vec<&str> = text.split_terminator('\0').collect();
    assert_eq!(printed, payloads);
}

#[test]
fn the_environment_is_clean() {
    let found = answer(&json!({"program": "env", "env": {"GIVEN": "x=y", "NONE": null}}));
    let text = found.fields["stdout"].as_str().unwrap().to_owned();
    let mut names: Vec<&str> = text
        .lines()
        .map(|line| line.split('=').next().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["CATALOGC_KEY", "GIVEN", "HOME", "LANG", "PATH"]);
    assert!(text.contains("CATALOGC_KEY=key-1\n"));
    assert!(text.contains("GIVEN=x=y\n"));
    assert!(text.contains("PATH=/usr/local/bin:/usr/bin:/bin\n"));
}

#[test]
fn the_key_cannot_be_replaced() {
    let found = answer(&json!({"program": "env", "env": {"CATALOGC_KEY": "mine"}}));
    let text = found.fields["stdout"].as_str().unwrap().to_owned();
    assert!(text.contains("CATALOGC_KEY=key-1\n"));
}

#[test]
fn the_folder_is_empty_and_gone_afterwards() {
    let script = "pwd; ls -A | wc -l; cat; touch left; mkdir -p a/b; [ \"$HOME\" = \"$PWD\" ]";
    let found = answer(&json!({"program": "sh", "args": ["-c", script]}));
    assert_eq!(found.fields["status"], 0);
    let text = found.fields["stdout"].as_str().unwrap().to_owned();
    let (folder, rest) = text.split_once('\n').unwrap();
    assert_eq!(rest.trim(), "0");
    assert!(!std::path::Path::new(folder).exists());
}

#[test]
fn the_exit_code_and_both_streams_are_the_answer() {
    let found = answer(&json!({"program": "sh", "args": ["-c", "echo out; echo err >&2; exit 3"]}));
    assert_eq!(found.fields["status"], 3);
    assert_eq!(found.fields["stdout"], "out\n");
    assert_eq!(found.fields["stderr"], "err\n");
    assert_eq!(found.words, "exit code 3");
    assert!(!found.is_success);
    let killed = answer(&json!({"program": "sh", "args": ["-c", "kill -9 $$"]}));
    assert_eq!(killed.fields["status"], 137);
    assert_eq!(killed.words, "killed by signal 9");
}

#[test]
fn what_is_no_program_is_refused() {
    for value in [
        json!({"program": "no-such-program-here"}),
        json!({"program": "/no/such/program"}),
        json!({"program": "./env"}),
        json!({"program": "../bin/env"}),
        json!({"program": ""}),
        json!({"program": "env\0"}),
        json!({"program": "env", "args": ["a\0b"]}),
        json!({"program": "env", "args": [["a"]]}),
        json!({"program": "env", "args": "a b"}),
        json!({"program": "env", "env": {"A=B": "x"}}),
        json!({"program": "env", "shell": true}),
        json!("env"),
    ] {
        assert!(matches!(attempt(&value), Attempt::Refused(_)), "{value}");
    }
}

#[test]
fn what_runs_too_long_is_killed_with_what_it_started() {
    let started = Instant::now();
    let value = json!({"program": "sh", "args": ["-c", "sleep 300 & sleep 300"]});
    let attempt = run(&value, "k", Duration::from_millis(100), &mut || Go::On);
    let why = "timed out after 0s, killed";
    assert_eq!(attempt, Attempt::Spoiled(why.to_owned()));
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_program_left_in_the_background_holds_nothing_up() {
    let started = Instant::now();
    let found = answer(&json!({"program": "sh", "args": ["-c", "sleep 300 & echo done"]}));
    assert_eq!(found.fields["stdout"], "done\n");
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn what_prints_without_end_is_killed() {
    let attempt = attempt(&json!({"program": "yes"}));
    let why = "it printed more than 1048576 bytes";
    assert_eq!(attempt, Attempt::Spoiled(why.to_owned()));
}

#[test]
fn a_run_that_is_stopped_stops_its_program() {
    let value = json!({"program": "sleep", "args": [300]});
    let attempt = run(&value, "k", LONG, &mut || Go::Stop);
    assert_eq!(
        attempt,
        Attempt::MaybeSent("the run was stopped".to_owned())
    );
}
