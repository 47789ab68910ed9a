//! What `graph` and `impact` draw: circles, what is around, what is left out.

use serde_json::Value as Json;

use super::{ask, catalog, json};

#[test]
fn a_circle_ends() {
    let git = catalog();
    let text = git.read("catalog/entities/all.yaml");
    git.write(
        "catalog/entities/all.yaml",
        text.replace(
            "replicas: 1}, relations: {system: shop}",
            "replicas: 1}, relations: {system: shop, uses: [front, back]}",
        ),
    );
    ask(&git, &["impact", "front"])
        .says("back  relation  uses front")
        .exits(0);
    for format in ["table", "json", "dot", "mermaid", "svg"] {
        ask(
            &git,
            &["graph", "front", "--depth", "99", "--format", format],
        )
        .exits(0);
        ask(&git, &["impact", "front", "--format", format]).exits(0);
    }
}

#[test]
fn a_picture_has_what_is_around_and_says_what_is_left_out() {
    let git = catalog();
    let near = json(&ask(&git, &["graph", "front", "--format", "json"]));
    let names = |picture: &Json| -> Vec<String> {
        let nodes = picture["nodes"].as_array().unwrap().iter();
        nodes
            .map(|node| node["identifier"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&near), ["front", "back", "shop"]);
    let far = json(&ask(
        &git,
        &[
            "graph", "front", "--depth", "2", "--kind", "System", "--kind", "Team", "--format",
            "json",
        ],
    ));
    assert_eq!(names(&far), ["front", "shop", "cart"]);
    let uses = json(&ask(
        &git,
        &["graph", "--relation", "uses", "--format", "json"],
    ));
    assert_eq!(names(&uses), ["back", "front"]);
    assert_eq!(uses["edges"].as_array().unwrap().len(), 1);
    for file in 0..7 {
        let many: String = (0..100)
            .map(|n| format!("---\n{{identifier: s{file}-{n}, blueprint: Service, properties: {{tier: low}}, relations: {{system: shop}}}}\n"))
            .collect();
        git.write(&format!("catalog/entities/many-{file}.yaml"), many);
    }
    for (format, words) in [
        ("table", "204 entities more are left out"),
        ("mermaid", "504 entities more are left out"),
        ("svg", "404 entities more are left out"),
    ] {
        ask(&git, &["graph", "System/shop", "--format", format])
            .says(words)
            .exits(0);
    }
    ask(&git, &["graph", "System/shop", "--format", "dot"]).does_not_say("left out");
    let again = |format: &str| ask(&git, &["graph", "--format", format]).stdout;
    for format in ["table", "json", "dot", "mermaid", "svg"] {
        assert_eq!(again(format), again(format), "{format}");
    }
}
