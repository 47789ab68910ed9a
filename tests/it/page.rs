//! The page of a plan as a browser opens it; where there is none, what stands in it.
#![expect(
    clippy::disallowed_methods,
    reason = "the program and a browser are run"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use crate::drawings::{asked, shipped};

/// The page of the story of pr-412.
fn page() -> String {
    let git = shipped();
    asked(&git);
    let arguments = "plan --base main --head pr-412 --actor lin --format html";
    let output = Command::new(env!("CARGO_BIN_EXE_catalogc"))
        .args(arguments.split(' '))
        .current_dir(git.root())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

/// A Chromium on this machine.
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file())
}

#[test]
fn a_page_needs_nothing_else() {
    let page = page();
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
    for outside in [" src=", "@import", "url(", "<link", "<img", "<iframe"] {
        assert!(!page.contains(outside), "{outside}");
    }
    for (at, _) in page.match_indices("href=\"") {
        assert_eq!(page.get(at + 6..at + 7), Some("#"));
    }
    // Every step that a picture leads to is there, each id once.
    for number in 1..=5 {
        assert_eq!(page.matches(&format!("id=\"s{number}\"")).count(), 1);
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("Deleted:</strong> Environment <code>env-lin-7</code>"));
    assert!(
        page.contains("<td class=\"old\"><pre>3</pre></td><td class=\"new\"><pre>5</pre></td>")
    );
}

#[test]
fn a_browser_runs_its_script_and_finds_every_step() {
    let Some(chromium) = chromium() else {
        // The structure is looked at above.
        let needed = std::env::var("CATALOGC_NEEDS_CHROMIUM");
        assert_ne!(needed.as_deref(), Ok("1"), "no Chromium is on the PATH");
        let told = "the page is opened in no browser: no Chromium is on the PATH";
        writeln!(std::io::stderr(), "{told}").unwrap();
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.html");
    std::fs::write(&file, page()).unwrap();
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg("--virtual-time-budget=2000")
        .arg(format!("--user-data-dir={}", folder.path().display()))
        .arg(format!("file://{}#s3", file.display()))
        .output()
        .unwrap();
    let seen = String::from_utf8_lossy(&output.stdout);
    // The policy lets the script run: it shows the filters, counts and opens the step.
    assert!(seen.contains("<html lang=\"en\" class=\"js\">"), "{seen}");
    assert!(seen.contains(">5 of 5 shown</output>"));
    let step = seen.find("id=\"s3\"").unwrap();
    let tag = seen[step..].split('>').next().unwrap();
    assert!(tag.contains(" open"), "{tag}");
}
