//! What a plan says of values: one test for each sentence of the design about what a difference
//! is, and what is none.
#![expect(clippy::disallowed_methods, reason = "the two sides are folders")]

use std::fmt::Write as _;

use catalogc::plan::file::{PlanFile, Step};
use serde_json::{Value as Json, json};

use crate::program::{Ran, run};

mod definition;
mod effect;
mod keyed;
mod levels;
mod likeness;
mod rename;
mod value;

const SERVICE: &str = "catalog/blueprints/service.yaml";
const CART: &str = "catalog/entities/cart.yaml";

/// A target and a result, as folders.
struct Pair {
    folder: tempfile::TempDir,
}

impl Pair {
    /// Both sides with the same files.
    fn new(files: &[(&str, &str)]) -> Self {
        let pair = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for (path, text) in files {
            pair.on("base", path, text).on("head", path, text);
        }
        pair
    }

    /// A service called `cart` with these properties, before and after.
    fn service(schema: &str, before: &str, after: &str) -> Self {
        let blueprint = format!(
            "identifier: Service\nschema:\n  properties:\n    name: {{type: string}}\n{}relations: {{}}\n",
            indent(schema, 4)
        );
        let entity = |properties: &str| {
            let mut text = "identifier: cart\nblueprint: Service\n".to_owned();
            if !properties.is_empty() {
                let _ = write!(text, "properties:\n{}", indent(properties, 2));
            }
            text
        };
        let pair = Self::new(&[(SERVICE, &blueprint)]);
        pair.on("base", CART, &entity(before))
            .on("head", CART, &entity(after));
        pair
    }

    /// Another file, or another text of it, on one side.
    fn on(&self, side: &str, path: &str, text: &str) -> &Self {
        let at = self.folder.path().join(side).join(path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, text).unwrap();
        self
    }

    fn both(&self, path: &str, text: &str) -> &Self {
        self.on("base", path, text).on("head", path, text)
    }

    fn run(&self, command: &str, more: &[&str]) -> Ran {
        let mut arguments = vec![command, "--base", "./base", "--head", "./head"];
        arguments.extend(more);
        run(self.folder.path(), &arguments)
    }

    fn json(&self) -> Json {
        let ran = self.run("plan", &["--actor", "lin", "--format", "json"]);
        serde_json::from_str(ran.exits(0)).unwrap()
    }

    fn plan(&self) -> PlanFile {
        let plan = self.json().to_string();
        PlanFile::from_bytes(plan.as_bytes()).unwrap()
    }

    /// `path before -> after` of every change, `ACTION ENTITY` in front of those of a step.
    fn changes(&self) -> Vec<String> {
        let plan = self.json();
        let steps = plan["steps"].as_array().unwrap().clone();
        let change = |change: &Json| {
            let side = |side: &str| {
                change
                    .get(side)
                    .map_or("nothing".to_owned(), Json::to_string)
            };
            let path = change["path"].as_str().unwrap();
            format!("{path} {} -> {}", side("before"), side("after"))
        };
        let changes = |step: &Json| -> Vec<String> {
            let changes = step["changes"].as_array().unwrap();
            changes.iter().map(change).collect()
        };
        steps.iter().flat_map(changes).collect()
    }

    /// `ACTION ENTITY` of every step.
    fn steps(&self) -> Vec<String> {
        let step = |step: &Step| format!("{} {}", step.action, step.entity);
        self.plan().steps.iter().map(step).collect()
    }
}

fn indent(text: &str, by: usize) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{:by$}{line}", "");
        all
    })
}

/// A service whose properties go from one text to another changes in these paths.
fn differs(schema: &str, before: &str, after: &str, changes: &[&str]) {
    let pair = Pair::service(schema, before, after);
    assert_eq!(pair.changes(), changes, "{before}\n--\n{after}");
}

/// Nothing is planned, whatever bytes differ.
fn is_same(schema: &str, before: &str, after: &str) {
    let plan = Pair::service(schema, before, after).plan();
    assert_eq!(plan.steps, []);
    assert!(plan.coverage.iter().all(|it| it.action == "meta"));
}

#[test]
fn a_plan_of_nothing_is_empty_byte_for_byte() {
    let pair = Pair::service("n: {type: number}", "n: 1", "n: 1");
    let one = pair.json();
    assert_eq!(one["steps"], json!([]));
    assert_eq!(
        one,
        Pair::service("n: {type: number}", "n: 1", "n: 1").json()
    );
}
