//! Every byte of a catalog that changes is covered by a decision.

use catalogc::plan::file::PlanFile;

use crate::shop::{CART, PAY, Shop, person, service};

/// A rule that forbids what has no meaning, so that whatever is not covered by it stands out.
const NOTHING: &str = "forbid (principal, action == Action::\"meta\", resource);\n";

/// A shop where lin may do everything but what has no meaning.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.git
        .write("catalog/policies/meta.cedar", NOTHING)
        .write(
            "catalog/policies/lin.cedar",
            "permit (principal == User::\"lin\", action, resource);\n",
        )
        .write("catalog/notes.txt", "a note\n")
        .write(
            "catalog/requests/done.yaml",
            "action: restart\nentity: cart\n",
        )
        .write("catalog/entities/services/two.yaml", two("one", 1))
        .commit("the rules");
    shop
}

fn two(comment: &str, replicas: u32) -> String {
    let a = service("two", "checkout", replicas);
    let b = service("three", "checkout", 1);
    format!("# {comment}\n{a}---\n{b}")
}

/// A file and its new text; none where it goes.
type Edit<'a> = (&'a str, Option<String>);

#[test]
fn ps14_every_changed_byte_is_covered_by_a_decision() {
    let cart = service("cart", "checkout", 3);
    let moved = "catalog/entities/services/moved.yaml";
    let cases: Vec<(&str, Vec<Edit<'_>>)> = vec![
        ("a comment", vec![(CART, Some(format!("# sized\n{cart}")))]),
        ("a comment behind", vec![(CART, Some(cart.replace("3\n", "3 # many\n")))]),
        ("a blank line", vec![(CART, Some(format!("{cart}\n")))]),
        ("line ends", vec![(CART, Some(cart.replace('\n', "\r\n")))]),
        ("quotes", vec![(CART, Some(cart.replace("cart", "\"cart\"")))]),
        ("a mark at the beginning", vec![(CART, Some(format!("\u{feff}{cart}")))]),
        ("a number written otherwise", vec![(CART, Some(cart.replace("3\n", "3.0\n")))]),
        ("the order of keys", vec![(CART, Some("blueprint: Service\nidentifier: cart\nproperties:\n  replicas: 3\nrelations: {owner: checkout}\n".to_owned()))]),
        ("another name of the file", vec![(CART, None), (moved, Some(cart.clone()))]),
        ("the order of documents", vec![("catalog/entities/teams.yaml", None), ("catalog/entities/t.yaml", Some("identifier: admins\nblueprint: Team\n---\nidentifier: platform\nblueprint: Team\n---\nidentifier: checkout\nblueprint: Team\n".to_owned()))]),
        ("a file that is no document", vec![("catalog/notes.txt", Some("another note\n".to_owned()))]),
        ("a new file that is no document", vec![("catalog/README.md", Some("# catalog\n".to_owned()))]),
        ("a file that goes", vec![("catalog/notes.txt", None)]),
        ("a file without a folder of its own", vec![("catalog/other/x.yaml", Some("x: 1\n".to_owned()))]),
        ("an ignore file", vec![("catalog/.gitignore", Some("*.yaml\n".to_owned()))]),
        ("a request that goes", vec![("catalog/requests/done.yaml", None)]),
        ("a comment of a request", vec![("catalog/requests/done.yaml", Some("# please\naction: restart\nentity: cart\n".to_owned()))]),
        ("a request that records nothing", vec![("catalog/requests/true.yaml", Some("action: record\nentity: cart\n".to_owned()))]),
        ("a request that goes beside a new one", vec![("catalog/requests/done.yaml", Some("id: again\naction: restart\nentity: pay\n".to_owned()))]),
        ("a comment of a definition", vec![("catalog/blueprints/kinds.yaml", None)]),
        ("an empty file", vec![("catalog/entities/empty.yaml", Some(String::new()))]),
        ("a comment beside a change", vec![("catalog/entities/services/two.yaml", Some(two("two", 2)))]),
        ("a document beside a change", vec![("catalog/entities/services/two.yaml", Some(two("one", 2).replace("replicas: 1", "replicas: 1.0")))]),
    ];
    let shop = shop();
    for (what, files) in cases {
        let branch = what.replace(' ', "-");
        let git = shop.git.branch(&branch, "main");
        for (path, text) in files {
            match text {
                _ if what == "a comment of a definition" => {
                    let text = git.read(path);
                    git.write(path, format!("# kinds\n{text}"));
                }
                Some(text) => {
                    git.write(path, text);
                }
                None => {
                    git.remove(path);
                }
            }
        }
        git.commit(what);
        let ran = shop.run(&[
            "gate", "--base", "main", "--head", &branch, "--actor", "lin",
        ]);
        assert_eq!(ran.code, Some(1), "{what}: {ran}");
        assert!(ran.said().contains("forbidden"), "{what}: {ran}");
        assert!(ran.said().contains("meta"), "{what}: {ran}");
    }
}

#[test]
fn ps14_a_change_that_is_shown_whole_needs_nothing_more() {
    let shop = shop();
    let git = shop.pull_request();
    git.write(CART, service("cart", "checkout", 4))
        .write("catalog/entities/services/two.yaml", two("one", 2))
        .write(
            "catalog/entities/services/new.yaml",
            service("new", "checkout", 1),
        )
        .remove(PAY)
        .commit("steps alone");
    shop.gate("lin", &[]).does_not_say("meta").exits(0);
}

#[test]
fn ps14_links_and_modules_are_no_files() {
    let shop = Shop::new();
    let git = shop.pull_request();
    let link = git.feed(&["hash-object", "-w", "--stdin"], "../../catalogc.yaml");
    let entry = format!("120000,{},catalog/entities/link.yaml", link.trim());
    git.run(&["update-index", "--add", "--cacheinfo", &entry]);
    git.run(&["commit", "--quiet", "--message", "a link"]);
    shop.gate("kim", &[]).says("symbolic link").exits(1);
}

#[test]
fn who_makes_a_person_known_grants() {
    let shop = Shop::new();
    let rule = "permit (principal == User::\"lin\", action in [Action::\"create\", Action::\"rename\", Action::\"update\", Action::\"delete\"], resource);\n";
    shop.git.commit_file("catalog/policies/lin.cedar", rule);
    shop.pull_request().commit_file(
        &person("new"),
        "identifier: new\nblueprint: User\nrelations: {teams: []}\n",
    );
    shop.gate("lin", &[]).says("grant").exits(1);
    // A person, or a group, that takes the name of another takes what it may.
    let git = shop.git.switch("main");
    git.branch("pr2", "main")
        .remove(&person("sam"))
        .commit_file(
            &person("mia"),
            "identifier: sam\nblueprint: User\nmovedFrom: mia\nrelations: {teams: [checkout]}\n",
        );
    shop.run(&["gate", "--base", "main", "--head", "pr2", "--actor", "lin"])
        .says("grant")
        .exits(1);
}

#[test]
fn ps14_scorecards_of_two_blueprints_are_two_definitions() {
    let shop = shop();
    let of = |blueprint: &str, name: &str, level: &str| {
        format!(
            "identifier: {name}\nblueprint: {blueprint}\nlevels: [{{title: Basic}}, {{title: {level}}}]\n\
             rules:\n  - identifier: r\n    level: {level}\n    query: {{combinator: and, conditions: [{{property: $title, operator: isNotEmpty}}]}}\n"
        )
    };
    let kind = |name: &str| format!("identifier: {name}\nschema: {{properties: {{}}}}\n");
    let (one, two) = ("catalog/scorecards/one.yaml", "catalog/scorecards/two.yaml");
    let git = shop.git.switch("main");
    git.write(
        "catalog/blueprints/a.yaml",
        kind("a") + "---\n" + &kind("a.b"),
    )
    .write(one, of("a", "b.c", "Good"))
    .write(two, of("a.b", "c", "Good"))
    .commit("their names meet");
    shop.run(&["check"]).exits(0);
    for (path, text, told) in [
        (one, of("a", "b.c", "Best"), "scorecard a.b.c changes"),
        (two, of("a.b", "c", "Best"), "scorecard \"a.b\".c changes"),
    ] {
        shop.git.branch("pr", "main").commit_file(path, &text);
        shop.gate("mia", &[]).says(told).says("denied").exits(1);
        shop.git.switch("main").run(&["branch", "-qD", "pr"]);
    }
}

#[test]
fn ps15_files_outside_the_catalog_are_told() {
    let shop = super::scaled(5);
    let git = &shop.git;
    git.commit_file("src/main.rs", "fn main() {}\n");
    shop.plan("lin")
        .says("also changes 1 file outside the catalog: src/main.rs")
        .does_not_say("CI runs")
        .exits(0);
    for n in 0..9 {
        git.write(&format!("src/{n}.rs"), "");
    }
    git.write(".github/workflows/deploy.yml", "on: push\n")
        .commit("a workflow");
    for format in ["text", "markdown", "json"] {
        let arguments = [
            "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", format,
        ];
        let ran = shop.run(&arguments);
        for told in [
            ".github/workflows/deploy.yml",
            "with the rights of CI",
            "and 5 more",
        ] {
            assert!(ran.stdout.contains(told), "{format}: no {told} in {ran}");
        }
    }
    let outside = |shop: &Shop| {
        let arguments = [
            "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", "json",
        ];
        let plan: PlanFile = serde_json::from_str(shop.run(&arguments).exits(0)).unwrap();
        plan.outside
    };
    assert_eq!(outside(&shop).count, 11);
    assert_eq!(outside(&shop).ci, [".github/workflows/deploy.yml"]);
    shop.gate("lin", &[]).says(".github/workflows/deploy.yml");
    // What is in the catalog is no file outside, and what main gained is none of the request's.
    super::on_main(&shop, &[(".github/workflows/other.yml", "on: push\n")]);
    assert_eq!(outside(&shop).count, 11);
}
