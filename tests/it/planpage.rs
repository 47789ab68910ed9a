//! `docs/plan-json.md`: its tables are those of the schema, its example is what the program writes.
//!
//! `BLESS=1 cargo nextest run -E 'test(planpage::)'` writes both again.
#![expect(clippy::disallowed_methods, reason = "the page is read as a file")]

use std::path::Path;

use catalogc::plan::file::{PlanFile, canonical};
use catalogc::plan::schema::plan_schema;
use serde_json::Value as Json;

use crate::bless;
use crate::program::run;
use crate::repository::Git;

const BLUEPRINTS: &str = "\
identifier: User
schema: {properties: {}}
relations: {team: {target: Team, memberOf: true}}
---
identifier: Team
schema: {properties: {}}
---
identifier: Service
schema: {properties: {replicas: {type: integer}}}
relations: {owner: {target: Team, required: true}}
ownership: {path: owner}
";

const ENTITIES: &str = "\
{identifier: checkout, blueprint: Team}
---
{identifier: lin, blueprint: User, relations: {team: checkout}}
---
{identifier: ada, blueprint: User, relations: {team: checkout}}
---
identifier: CartService
blueprint: Service
properties: {replicas: 3}
relations: {owner: checkout}
";

const ACTION: &str = "\
identifier: change_replicas
title: Change replicas count
operation: day-2
blueprint: Service
trigger: {changed: [properties.replicas]}
inputs:
  properties: {replicas: {type: integer, minimum: 1, maximum: 50}}
  required: [replicas]
  from: {replicas: .after.properties.replicas}
permissions: {execute: {ownedByTeam: true}}
approval:
  - by: {teams: [checkout]}
    count: 1
call:
  id: scale
  connector: webhook
  with: {url: \"https://deploy.example/scale\", body: {replicas: \"{{ .inputs.replicas }}\"}}
";

/// What the program writes for one changed value.
fn example() -> String {
    let git = Git::new().by("lin", "lin@acme.example");
    git.write(
        "catalogc.yaml",
        "permissions: enforced\npeople: {blueprint: User}\nhosts: [deploy.example]\n",
    )
    .write("catalog/blueprints/all.yaml", BLUEPRINTS)
    .write("catalog/entities/all.yaml", ENTITIES)
    .write("catalog/actions/change_replicas.yaml", ACTION)
    .write(
        "catalog/policies/rules.cedar",
        "permit (principal, action == Action::\"define\", resource);\n",
    )
    .commit("the catalog");
    git.branch("pr-412", "main").commit_file(
        "catalog/entities/all.yaml",
        &ENTITIES.replace("replicas: 3", "replicas: 5"),
    );
    let plan = "plan --base main --head pr-412 --actor lin --format json";
    let ran = run(git.root(), &plan.split(' ').collect::<Vec<_>>());
    let text = ran.exits(0).to_owned();
    let plan: Json = serde_json::from_str(&text).unwrap();
    assert!(PlanFile::from_bytes(text.as_bytes()).is_ok());
    assert_eq!(canonical(&plan) + "\n", text, "its bytes are canonical");
    format!(
        "One step, asked for by lin; here with line breaks, and without the values of `rights` and `graph`.\n\n```json\n{}\n```\n",
        serde_json::to_string_pretty(&without(plan)).unwrap()
    )
}

/// Without what is long and decides nothing.
fn without(mut plan: Json) -> Json {
    for key in ["rights", "graph"] {
        plan[key] = Json::Null;
    }
    plan
}

/// A table for the plan, and one for each type that it is made of, in the order in which they are
/// named.
fn fields() -> String {
    let schema = plan_schema();
    let mut out = String::new();
    table(&schema, "The file", &mut out);
    for (name, of) in schema["$defs"].as_object().unwrap() {
        table(of, name, &mut out);
    }
    out
}

fn table(of: &Json, name: &str, out: &mut String) {
    let words = |of: &Json| {
        let text = of["description"].as_str().unwrap_or_default();
        text.replace('\n', " ").replace('|', "\\|")
    };
    out.push_str(&format!("### {name}\n\n{}\n\n", words(of)));
    if let Some(fields) = of["properties"].as_object() {
        out.push_str("| field | type | what it is |\n|---|---|---|\n");
        for (field, of) in fields {
            assert!(!words(of).is_empty(), "{name}.{field} says nothing");
            out.push_str(&format!("| `{field}` | {} | {} |\n", kind(of), words(of)));
        }
    } else if let Some(choices) = of["oneOf"].as_array() {
        out.push_str("| value | what it is |\n|---|---|\n");
        for choice in choices {
            let value = choice["const"]
                .as_str()
                .map_or_else(|| kind(choice), |it| format!("`\"{it}\"`"));
            out.push_str(&format!("| {value} | {} |\n", words(choice)));
        }
    } else {
        out.push_str(&format!("It is {}.\n", kind(of)));
    }
    out.push('\n');
}

/// The type of a value in few words: `list of Step`, `text or null`.
fn kind(of: &Json) -> String {
    if let Some(name) = of["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(all) = of[several].as_array() {
            let all: Vec<String> = all.iter().map(kind).collect();
            return all.join(" or ");
        }
    }
    if let Some(all) = of["enum"].as_array() {
        let all: Vec<String> = all.iter().map(|it| format!("`{it}`")).collect();
        return all.join(" or ");
    }
    let word = |word: &str| match word {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "null" => "null".to_owned(),
        "array" => match of.get("items").or_else(|| of.get("prefixItems")) {
            Some(Json::Array(items)) => {
                let items: Vec<String> = items.iter().map(kind).collect();
                format!("list of {}", items.join(", then "))
            }
            Some(items) => format!("list of {}", kind(items)),
            None => "list".to_owned(),
        },
        "object" => match of.get("additionalProperties") {
            Some(values) if values.is_object() => format!("map of texts to {}", kind(values)),
            _ if of["properties"].is_object() => {
                let fields = of["properties"].as_object().unwrap().iter();
                let fields: Vec<String> = fields
                    .map(|(name, of)| format!("`{name}`: {}", kind(of)))
                    .collect();
                format!("object with {}", fields.join(", "))
            }
            _ => "object".to_owned(),
        },
        other => other.to_owned(),
    };
    match &of["type"] {
        Json::String(name) => word(name),
        Json::Array(names) => {
            let names: Vec<String> = names.iter().filter_map(Json::as_str).map(word).collect();
            names.join(" or ")
        }
        _ => match of.get("const") {
            Some(value) => format!("`{value}`"),
            None => "any value".to_owned(),
        },
    }
}

/// A page with something else between two of its marks.
fn with(page: &str, mark: &str, text: &str) -> String {
    let (before, rest) = page
        .split_once(mark)
        .unwrap_or_else(|| panic!("no `{mark}`"));
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    format!("{before}{mark}\n{text}<!-- end -->{after}")
}

#[test]
fn the_page_of_plan_json_is_that_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan-json.md");
    let page = std::fs::read_to_string(path).unwrap();
    let page = with(&page, "<!-- example: made by a test -->", &example());
    let mark = "<!-- fields: made from schemas/plan.schema.json -->";
    let page = with(&page, mark, &fields());
    let differences: Vec<String> = bless::differs("../docs/plan-json.md", &page)
        .into_iter()
        .collect();
    bless::none_differ(&differences, "planpage");
}

#[test]
fn the_page_says_what_is_digested_of_what_is_hidden() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan-json.md");
    let page = std::fs::read_to_string(path).unwrap();
    let row = |of: &str| {
        let start = format!("| `{of}` |");
        page.lines().find(|line| line.starts_with(&start)).unwrap()
    };
    assert!(row("steps[].digest").contains("`hidden`"));
    assert!(row("coverage[].digest").contains("keyed as masks are"));
    assert!(!page.contains("a part of its digest"));
}

/// The digest of the schema of version 1, without the words for people. It is frozen: whatever
/// makes it another is the next version of the format.
const FROZEN: &str = "7a11d16aca2f93fbb3e7c00dcaef6430f249a82cba0075920e52f2ed3e617d6d";

/// A schema without what only people read.
fn wordless(schema: &Json) -> Json {
    match schema {
        Json::Object(keys) => {
            let words = |key: &str, value: &Json| {
                matches!(key, "description" | "title") && value.is_string()
            };
            let keys = keys.iter().filter(|(key, value)| !words(key, value));
            keys.map(|(key, value)| (key.clone(), wordless(value)))
                .collect()
        }
        Json::Array(items) => items.iter().map(wordless).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_schema_of_version_1_is_frozen() {
    let digest = catalogc::plan::file::digest(&wordless(&plan_schema()));
    assert_eq!(
        digest, FROZEN,
        "the format of plan.json is another: that is version 2, see docs/plan-json.md"
    );
}

#[test]
fn a_plan_of_version_1_is_read_for_ever() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plan/version-1.json");
    let bytes = std::fs::read(path).unwrap();
    let plan = PlanFile::from_bytes(&bytes).unwrap();
    assert!(plan.to_bytes() == bytes, "it is written as it was read");
    // It has every key of the format, so that each is read.
    let schema = plan_schema();
    let text = String::from_utf8(bytes).unwrap();
    let kinds = schema["$defs"].as_object().unwrap().values();
    for kind in kinds.chain([&schema]) {
        let variants = kind["oneOf"].as_array().cloned().unwrap_or_default();
        for form in variants.iter().chain([kind]) {
            for key in form["properties"]
                .as_object()
                .into_iter()
                .flat_map(|it| it.keys())
            {
                assert!(text.contains(&format!("\"{key}\":")), "no {key}");
            }
            if let Some(word) = form["const"].as_str() {
                assert!(text.contains(&format!("\"{word}\"")), "no {word}");
            }
        }
    }
}
