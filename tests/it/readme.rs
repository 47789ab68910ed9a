//! The pages that people read first: what they show is what the program prints, and what they
//! point at is there.
#![expect(clippy::disallowed_methods, reason = "the pages are read as files")]

use std::path::Path;

use crate::bless;
use crate::program::run;
use crate::repository::Git;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// lin scales a service, hands it over, asks for its restart and drops an environment.
fn pr_412() -> Git {
    let git = Git::new().by("lin", "lin@acme.example");
    for (path, text) in catalogc::cli::shipped::shipped() {
        git.write(path, text);
    }
    git.commit("the catalog");
    git.run(&["switch", "--quiet", "--create", "pr-412"]);
    let service = "catalog/entities/orders/cart-service.yaml";
    let edited = git
        .read(service)
        .replace("replicas: 3 ", "replicas: 5 ")
        .replace("owner: platform", "owner: checkout");
    git.write(service, edited)
        .write(
            "catalog/requests/restart-cart.yaml",
            "action: restart_service\nentity: CartService\ninputs: {reason: \"memory leak, see incident 4711\"}\n",
        )
        .remove("catalog/entities/environments/env-lin-7.yaml")
        .commit("pr-412");
    git
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = page("README.md");
    let block = readme.split("```text\n$ catalogc ").nth(1).unwrap();
    let (shown, _) = block.split_once("\n```").unwrap();
    let (command, shown) = shown.split_once('\n').unwrap();
    let git = pr_412();
    let arguments: Vec<&str> = command.split(' ').collect();
    let ran = run(git.root(), &arguments);
    assert_eq!(ran.exits(0).trim_end(), shown);
}

/// `.ci/picture` draws the picture from this text.
#[test]
fn the_picture_of_the_readme_is_of_what_the_program_writes() {
    assert!(page("README.md").contains("docs/pictures/plan-comment.png"));
    let arguments = "plan --base main --head pr-412 --actor lin --format markdown";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let ran = run(pr_412().root(), &arguments);
    let differences: Vec<String> = bless::differs("readme/comment.md", ran.exits(0))
        .into_iter()
        .collect();
    bless::none_differ(&differences, "readme::the_picture");
}

#[test]
fn the_commands_of_the_readme_are_commands() {
    let readme = page("README.md");
    let lines = readme
        .lines()
        .filter_map(|line| line.strip_prefix("    catalogc "));
    let mut count = 0;
    for command in lines.filter_map(|line| line.split(' ').next()) {
        run(root(), &[command, "--help"]).exits(0);
        count += 1;
    }
    assert!(count >= 5);
}

#[test]
fn files_that_the_pages_name_are_there() {
    let folders = [
        "src/",
        "tests/",
        "fixtures/",
        "catalog/",
        "schemas/",
        "docs/",
        ".ci/",
        ".github/",
    ];
    let mut count = 0;
    for name in [
        "README.md",
        "docs/approvals.md",
        "docs/asking.md",
        "docs/backstage.md",
        "docs/ci.md",
        "docs/requesting.md",
        "docs/testing-rules.md",
        "docs/writing.md",
        ".github/CONTRIBUTING.md",
        ".github/SECURITY.md",
    ] {
        for path in page(name).split('`').skip(1).step_by(2) {
            if folders.iter().any(|folder| path.starts_with(folder)) {
                assert!(root().join(path).exists(), "{name} names `{path}`");
                count += 1;
            }
        }
    }
    assert!(count >= 8);
}

/// A page with one commit for all: which one it is says nothing.
fn with_one_commit(text: &str) -> String {
    let mut parts = text.split(" at ");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let is_commit = part.len() >= 7 && part.chars().take(7).all(|c| c.is_ascii_hexdigit());
        out.push_str(" at ");
        match part.get(7..).filter(|_| is_commit) {
            Some(rest) => out.push_str(&format!("4be1f02{rest}")),
            None => out.push_str(part),
        }
    }
    out
}

/// What the page about asking shows is what the program prints for the shipped catalog.
#[test]
fn the_page_about_asking_is_true() {
    let git = Git::new().by("lin", "lin@acme.example");
    for (path, text) in catalogc::cli::shipped::shipped() {
        git.write(path, text);
    }
    git.commit("the catalog");
    let small = Git::new().by("lin", "lin@acme.example");
    let init = ["init", "--admin", "kim", "--admin", "theo"];
    run(small.root(), &init).exits(0);
    small.commit("what init writes");
    let asking = page("docs/asking.md");
    let of_init = format!("<!-- catalogc {} -->", init.join(" "));
    let mut git_of = &git;
    let mut count = 0;
    let mut blocks = asking.split("```text\n");
    let mut printed = blocks.next().unwrap().to_owned();
    for block in blocks {
        if printed.trim_end().ends_with(&of_init) {
            git_of = &small;
        } else if printed.contains("<!-- the full example -->") {
            git_of = &git;
        }
        let (block, rest) = block.split_once("```").unwrap();
        let shown = block
            .lines()
            .filter_map(|line| line.strip_prefix("$ catalogc "));
        let shown = shown.map(|line| {
            count += 1;
            format!(
                "$ catalogc {line}\n{}",
                with_one_commit(&run(git_of.root(), &line.split(' ').collect::<Vec<_>>()).said())
            )
        });
        printed.push_str(&format!(
            "```text\n{}```{rest}",
            shown.collect::<Vec<_>>().join("\n")
        ));
    }
    assert!(count >= 8, "{count} examples");
    let differs = bless::differs("../docs/asking.md", &printed);
    bless::none_differ(&differs.into_iter().collect::<Vec<_>>(), "readme");
}

/// The words that the page about editors draws are those that the schemas propose, and both lists
/// of settings name every kind of document.
#[test]
fn the_page_about_editors_is_true() {
    let git = Git::new();
    for (path, text) in catalogc::cli::shipped::shipped() {
        git.write(path, text);
    }
    let schema = |name: &str| -> serde_json::Value {
        serde_json::from_str(run(git.root(), &["schema", name]).exits(0)).unwrap()
    };
    let component = schema("Component");
    let properties = &component["properties"]["properties"]["properties"];
    let lifecycle = properties["lifecycle"]["enum"].as_array().unwrap();
    assert_eq!(properties["replicas"]["maximum"], 50);
    let owner = &component["properties"]["relations"]["properties"]["owner"];
    assert_eq!(owner["description"], "one entity of Team");
    let teams = component["definitions"]["names.Team"].to_string();

    let page = page("docs/editors.md");
    let drawn: Vec<&str> = page
        .lines()
        .map(|line| line.split('│').collect::<Vec<_>>())
        .filter(|parts| parts.len() == 4)
        .filter_map(|parts| parts.get(2).map(|word| word.trim()))
        .collect();
    let (words, names) = drawn.split_at(4);
    let proposed: Vec<_> = lifecycle.iter().filter_map(|word| word.as_str()).collect();
    assert_eq!(words, proposed);
    assert_eq!(names, ["checkout"]);
    assert!(teams.contains("\"checkout\""), "{teams}");

    run(git.root(), &["schema", "--out", "schemas"]).exits(0);
    let folder = git.root().join("schemas").read_dir().unwrap();
    let mut count = 0;
    for entry in folder {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("entity.") || name == "entity.json" {
            for quote in ['"', '\''] {
                let key = format!("{quote}.catalogc/schemas/{name}{quote}");
                assert!(page.contains(&key), "{key}");
            }
            count += 1;
        }
    }
    assert!(count >= 9, "{count}");
}
