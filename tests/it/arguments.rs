//! What a name may say in an argument of a program: nothing that leaves its place.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;

use crate::drawings::shipped;
use crate::program::{Ran, run};
use crate::repository::Git;
use crate::support::compile_folder;

const ACTION: &str = "catalog/actions/grant_temporary_access.yaml";
/// A name that would end the literal and the condition with it, were it taken as it is.
const HOSTILE: &str = r#"x") || true || resource.name.endsWith(""#;

/// Asks for access to a resource of any name, in the name of lin.
fn asked(git: &Git, grant: &str, resource: &str) {
    let text = |text: &str| Json::from(text).to_string();
    git.branch("pr", "main")
        .write(
            "catalog/entities/access/hostile.yaml",
            format!(
                "identifier: {}\nblueprint: AccessGrant\nproperties: {{level: read, reason: count what was lost, expires_at: \"2026-11-28T17:00:00Z\"}}\nrelations: {{person: lin, resource: {}}}\n",
                text(grant),
                text(resource)
            ),
        )
        .commit("access");
}

/// A database that somebody gave such a name.
fn named(git: &Git, resource: &str) {
    let text = Json::from(resource).to_string();
    git.commit_file(
        "catalog/entities/orders/hostile.yaml",
        &format!(
            "identifier: {text}\nblueprint: Resource\ntitle: A database\nproperties: {{type: postgres, project: acme-prod, region: europe-west1}}\nrelations: {{owner: platform}}\n"
        ),
    );
}

fn plan(git: &Git) -> Ran {
    let plan = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
    run(git.root(), &[&plan[..], &["--format", "json"]].concat())
}

#[test]
fn a_name_that_would_leave_its_argument_stops_the_plan() {
    for (grant, resource, input) in [
        ("mine", HOSTILE, "resource"),
        ("mine", "a,expression=true", "resource"),
        ("mine,expression=true", "cart-sql-sb", "grant"),
        ("--format=json", "cart-sql-sb", "grant"),
    ] {
        let git = shipped();
        if resource != "cart-sql-sb" {
            named(&git, resource);
        }
        asked(&git, grant, resource);
        plan(&git)
            .says("error[E0207]: `grant_temporary_access` does not take ")
            .says(&format!("`{input}`\n"))
            .exits(1);
    }
}

#[test]
fn a_quote_in_a_name_stays_within_the_literal_of_a_condition() {
    let git = shipped();
    let action = git.read(ACTION);
    let pattern = r#", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$""#;
    assert_eq!(action.matches(pattern).count(), 3);
    git.commit_file(ACTION, &action.replace(pattern, ""));
    named(&git, HOSTILE);
    asked(&git, "mine", HOSTILE);
    let condition = r#"--condition=title=mine,expression=resource.name.endsWith("/x\") || true || resource.name.endsWith(\"") && request.time < timestamp("2026-11-28T17:00:00Z")"#;
    plan(&git).says(&Json::from(condition).to_string()).exits(0);
}

#[test]
fn what_is_written_into_an_argument_is_an_input_that_is_held_to_a_form() {
    let compiled = compile_folder(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut seen = BTreeSet::new();
    for action in &compiled.catalog.actions {
        let name = action.identifier.value.as_str();
        let programs = action.calls.iter();
        let programs = programs.filter(|call| call.connector.value == "command");
        let args = programs.flat_map(|call| {
            let with = call.with.to_json();
            with["args"].as_array().cloned().unwrap_or_default()
        });
        for arg in args {
            let arg = arg.as_str().unwrap_or_default().to_owned();
            for hole in arg.split("{{").skip(1) {
                let hole = hole.split("}}").next().unwrap_or_default();
                for read in hole.split('.').skip(1).step_by(2) {
                    assert_eq!(read, "inputs", "{name}: `{arg}`");
                }
                let input = hole.split(".inputs.").nth(1).unwrap_or_default();
                let input = input.trim().split([' ', '|']).next().unwrap_or_default();
                let schema = action
                    .inputs
                    .schema(input)
                    .unwrap_or_else(|| panic!("{name}: {arg}"));
                let schema = schema.to_json();
                let is_held = ["pattern", "enum", "format"];
                assert!(
                    is_held.iter().any(|key| schema.get(key).is_some()),
                    "{name}: {input}"
                );
                seen.insert((name.to_owned(), input.to_owned()));
            }
        }
    }
    assert_eq!(seen.len(), 12, "{seen:?}");
}
