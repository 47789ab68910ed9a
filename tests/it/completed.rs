//! What a terminal helps with: names by the Tab key, in a real shell, and questions line by line.

use std::path::Path;

use crate::drawings::shipped;
use crate::program::{Ran, run};
use crate::repository::Git;
use crate::requesting::is_untouched;

/// What bash offers for a line.
#[expect(clippy::disallowed_methods, reason = "the script is for a shell")]
fn in_bash(git: &Git, line: &str) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_catalogc"));
    let folder = program.parent().unwrap().display();
    let script = "source <(catalogc completions bash); COMP_LINE=$1 COMP_POINT=${#1}; _catalogc; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let output = std::process::Command::new("bash")
        .args(["--norc", "-c", script, "bash", line])
        .current_dir(git.root())
        .env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is created is said by inputs and by what its kind has.
#[test]
fn what_an_action_creates_is_completed_by_its_kind() {
    let git = shipped();
    let scaffold = |rest: &str| in_bash(&git, &format!("catalogc request scaffold_service {rest}"));
    assert_eq!(scaffold("Cart"), Vec::<String>::new());
    assert_eq!(scaffold("x --set lan"), ["language="]);
    assert_eq!(scaffold("x --set sys"), ["system="]);
    assert_eq!(scaffold("x --set system=Car"), ["Cart"]);
    assert_eq!(scaffold("x --set owner=check"), ["checkout"]);
}

#[test]
fn bash_completes_commands_options_and_the_catalogs_names() {
    let git = shipped();
    let complete = |line: &str| in_bash(&git, line);
    assert_eq!(complete("catalogc req"), ["request"]);
    assert_eq!(complete("catalogc request rest"), ["restart_service"]);
    assert_eq!(
        complete("catalogc request restart_service CartS"),
        ["CartService"]
    );
    assert_eq!(complete("catalogc get CartS"), ["CartService"]);
    assert_eq!(complete("catalogc rm env-lin-"), ["env-lin-7", "env-lin-9"]);
    assert_eq!(
        complete("catalogc request deploy CartService --set env"),
        ["environment="]
    );
    assert_eq!(
        complete("catalogc request deploy CartService --set environment="),
        ["production", "staging"]
    );
    assert_eq!(
        complete("catalogc request toggle_feature_flag saved-cart --set enabled="),
        ["false", "true"]
    );
    assert_eq!(
        complete("catalogc request change_owner CartService --set owner=check"),
        ["checkout"]
    );
    assert_eq!(complete("catalogc set CartService repl"), ["replicas="]);
    assert_eq!(
        complete("catalogc set CartService owner=check"),
        ["checkout"]
    );
    assert_eq!(complete("catalogc request deploy --actor li"), ["lin"]);
    assert_eq!(complete("catalogc plan --ba"), ["--base"]);
    assert_eq!(complete("catalogc plan --base ma"), ["main"]);
    assert_eq!(complete("catalogc plan --format js"), ["json"]);
    assert_eq!(complete("catalogc plan --format=js"), ["json"]);
    assert_eq!(complete("catalogc new Envir"), ["Environment"]);
    assert_eq!(complete("catalogc explain E0301"), ["E0301"]);
    for odd in [
        "catalogc zzz ",
        "catalogc set Nothing x",
        "catalogc get 'a b",
        "catalogc --",
    ] {
        complete(odd);
    }
    // What a shell would run is quoted.
    git.write(
        "catalog/entities/orders/odd.yaml",
        "identifier: zz$(touch${IFS}x)\nblueprint: Domain\n",
    );
    let found = complete("catalogc get zz");
    assert!(found.iter().all(|it| !it.contains("z$(")), "{found:?}");
}

/// fish tells what it would offer.
#[test]
#[expect(clippy::disallowed_methods, reason = "the script is for a shell")]
fn fish_completes_the_same() {
    use std::process::Command;
    let git = shipped();
    let program = Path::new(env!("CARGO_BIN_EXE_catalogc"));
    let folder = program.parent().unwrap().display();
    let complete = |line: &str| {
        let script = format!("catalogc completions fish | source; complete -C '{line}'");
        let ran = Command::new("fish")
            .args(["--no-config", "-c", &script])
            .current_dir(git.root())
            .env("HOME", git.root())
            .env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"))
            .output();
        ran.map(Ran::of)
    };
    // Where there is none, there is nothing to try.
    if complete("catalogc ").is_err() {
        return;
    }
    for (line, expected) in [
        ("catalogc request rest", "restart_service\t"),
        ("catalogc get CartS", "CartService\t"),
        (
            "catalogc request deploy CartService --set environment=p",
            "environment=production",
        ),
        (
            "catalogc request change_owner CartService --set owner=ch",
            "owner=checkout",
        ),
    ] {
        complete(line).unwrap().says(expected).exits(0);
    }
}

/// zsh completes on a terminal alone: one is made by its own module.
#[test]
#[expect(clippy::disallowed_methods, reason = "the script is for a shell")]
fn zsh_completes_the_same() {
    use std::process::Command;
    let git = shipped();
    let program = Path::new(env!("CARGO_BIN_EXE_catalogc"));
    let folder = program.parent().unwrap().display();
    let script = r#"
        zmodload zsh/zpty || exit 9
        zpty shell zsh -f -i
        zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; source <(catalogc completions zsh)"
        zpty -n -w shell "$1"$'\t\t'
        zpty -w shell $'\x05 # END'
        while zpty -r shell said '*# END*'; do print -rn -- "$said"; break; done
        zpty -d shell
    "#;
    for (line, expected) in [
        ("catalogc request rest", "restart_service"),
        (
            "catalogc request deploy CartService --set environment=p",
            "environment=production",
        ),
        (
            "catalogc request change_owner CartService --set owner=ch",
            "owner=checkout",
        ),
    ] {
        let ran = Command::new("zsh")
            .args(["-f", "-c", script, "zsh", line])
            .current_dir(git.root())
            .env("HOME", git.root())
            .env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"))
            .output();
        // Where there is none, there is nothing to try.
        let Ok(ran) = ran else { return };
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(said.contains(expected), "{line}: {said}");
    }
}

#[test]
fn names_are_completed_where_there_is_no_catalog_or_a_broken_one() {
    let git = Git::new();
    let ask = ["complete", "--", "get", ""];
    assert_eq!(run(git.root(), &ask).exits(0), "");
    git.write("catalogc.yaml", "version: [\n");
    git.write("catalog/entities/a.yaml", "identifier: a\nblueprint: X\n");
    let ran = run(git.root(), &ask);
    assert_eq!(ran.stderr, "");
    ran.exits(0);
}

/// What it says on a terminal to who types these lines and then the end of input; none where no
/// terminal can be made.
#[expect(clippy::disallowed_methods, reason = "a terminal is made by `script`")]
pub(crate) fn talk(git: &Git, arguments: &str, lines: &str) -> Option<Ran> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let has_script = Command::new("script").arg("--version").output().is_ok();
    if !has_script || !cfg!(target_os = "linux") {
        return None;
    }
    let program = format!("{} {arguments}", env!("CARGO_BIN_EXE_catalogc"));
    let mut child = Command::new("script")
        .args([
            "--quiet",
            "--return",
            "--echo",
            "never",
            "--command",
            &program,
            "/dev/null",
        ])
        .current_dir(git.root())
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(lines.as_bytes()).unwrap();
    // The end of a line's input, as the key of a terminal gives it.
    stdin.write_all(b"\x04").unwrap();
    let ended = child.wait_with_output().unwrap();
    drop(stdin);
    Some(Ran::of(ended))
}

#[test]
fn on_a_terminal_it_asks_for_what_is_missing() {
    let git = shipped();
    let restart = |lines: &str| talk(&git, "request restart_service", lines);
    let Some(ran) = restart("car\n1\nshort\nmemory leak, see incident 4711\nwhat\n\n") else {
        return;
    };
    ran.says("restart_service: Restart running service, on a Component")
        .says("entity, type to search: ")
        .says("1 CartService")
        .says("Cart Service, owner platform")
        .says("entity [")
        .says("reason, text, at least 10 characters, required: ")
        .says("> 1 restart_service  CartService")
        .says("write it? [Y/n]: ")
        .says("  yes or no")
        .says("wrote catalog/requests/restart_service-CartService-")
        .exits(0);
    git.run(&["clean", "-qfd"]);
    let said = |lines: &str| restart(lines).unwrap();
    said("car\n").says("nothing is written").exits(2);
    let asked = "car\n1\nmemory leak, see incident 4711\n";
    said(asked).says("nothing is written").exits(2);
    said(&format!("{asked}n\n"))
        .says("nothing is written")
        .exits(1);
    is_untouched(&git);
}
