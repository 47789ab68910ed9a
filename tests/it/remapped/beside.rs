//! What no step shows of a foreign file, whatever it is called and at whichever key a value stands.

use super::{A, RULES, SETTINGS, covered, repository, steps};

#[test]
fn what_no_step_shows_is_asked_for_whatever_a_foreign_file_is_called() {
    for path in ["teams/c.yaml", "OWNERS", "own/c.json.tmpl"] {
        let git = repository();
        let source = |glob| {
            format!("  - {{glob: {glob}, reader: mapping, mapping: rules/teams.yaml}}\nguards")
        };
        let sources = SETTINGS
            .replace("guards", &source("OWNERS"))
            .replace("guards", &source("own/*.tmpl"));
        let text = |size: u32, rest: &str| {
            format!(
                "{{\"teams\": [{{\"name\": \"ops\", \"size\": {size}, \"members\": []}}], \"rest\": {rest}}}\n"
            )
        };
        git.switch("main");
        git.write("catalogc.yaml", sources)
            .write("OWNERS", text(1, "0").replace("ops", "owners"))
            .write("own/c.json.tmpl", text(1, "0").replace("ops", "template"))
            .write(path, text(1, "0"))
            .commit("a file");
        git.run(&["branch", "--quiet", "--force", "pr", "main"]);
        git.switch("pr").commit_file(path, &text(2, "0"));
        let (steps_made, plan) = steps(&git);
        assert_eq!(steps_made.len(), 1, "{path}: {steps_made:?}");
        assert_eq!(covered(&plan), Vec::<String>::new(), "{path}");
        git.commit_file(path, &text(2, "[666]"));
        let (steps_made, plan) = steps(&git);
        assert_eq!(steps_made.len(), 1, "{path}: {steps_made:?}");
        assert_eq!(covered(&plan), [format!("meta {path}")]);
    }
}

#[test]
fn a_step_does_not_show_at_which_key_its_value_stands() {
    let git = repository();
    git.switch("main").commit_file(
        "rules/teams.yaml",
        &RULES.replace(".item.size", ".item.size // .item.people"),
    );
    git.run(&["branch", "--quiet", "--force", "pr", "main"]);
    git.switch("pr")
        .commit_file("teams/a.yaml", &A.replace("size: 3", "size: 4"));
    let (steps_made, plan) = steps(&git);
    assert_eq!(steps_made.len(), 1, "{steps_made:?}");
    assert_eq!(covered(&plan), Vec::<String>::new());
    git.commit_file("teams/a.yaml", &A.replace("size: 3", "people: 4"));
    let (steps_made, plan) = steps(&git);
    assert_eq!(steps_made.len(), 1, "{steps_made:?}");
    assert_eq!(covered(&plan), ["meta teams/a.yaml"]);
}
