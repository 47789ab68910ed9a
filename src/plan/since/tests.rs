//! What changed since an earlier plan, on plans of a few steps.

use serde_json::json;

use super::since;
use crate::plan::file::{Excluded, Given, Part, PlanFile, Step};

/// A plan of these steps: `[action, entity, digest]`, each approved by ada.
fn plan(steps: &[[&str; 3]]) -> PlanFile {
    let steps: Vec<serde_json::Value> = (1_u32..)
        .zip(steps)
        .map(|(number, [action, entity, digest])| {
            json!({
                "number": number, "stage": 1, "digest": digest, "action": action, "title": action,
                "built_in": false, "definition": "d", "does": "change", "blueprint": "Service",
                "entity": entity, "requests": [], "because": [],
                "changes": [{"path": "properties.a", "before": 1, "after": digest, "place": "f:1"}],
                "inputs": [], "outcome": "allowed", "decisions": [], "calls": [], "after": [],
                "approvals": [{
                    "by": "platform", "count": 1, "candidates": ["ada", "sam"], "excluded": [],
                    "given": [{"login": "ada", "commit": "c1"}], "waived": 0, "undecided": null,
                    "place": "f:1:1",
                }],
                "undo": null, "reads": [], "writes": [],
            })
        })
        .collect();
    let revision = json!({"name": "pr", "commit": null});
    serde_json::from_value(json!({
        "version": 1, "id": "5".repeat(64), "catalog": "catalog", "target": revision,
        "head": revision, "actors": ["lin"], "open": false, "refusals": [], "notices": [],
        "steps": steps, "effects": [], "more_effects": [], "levels": [], "unscored": [], "coverage": [], "rights": null, "break_glass": [], "overrides": [],
        "uncounted": [], "footprint": {"reads": [], "writes": [], "guards": []}, "merged": [], "outside": {"count": 0, "ci": [], "others": []},
        "entities": 3, "hosts": {}, "ledger": {"branch": "l", "remote": "o"},
    }))
    .unwrap()
}

fn step(plan: &mut PlanFile, number: usize) -> &mut Step {
    &mut plan.steps[number - 1]
}

#[test]
fn nothing_changes_between_a_plan_and_itself() {
    let one = plan(&[["deploy", "A", "x"], ["deploy", "A", "y"]]);
    let told = since(&one, &one);
    assert!(told.new.is_empty() && told.gone.is_empty() && told.changed.is_empty());
    assert!(told.voided.is_empty());
    assert_eq!(told.same, 2);
}

#[test]
fn steps_are_new_gone_and_changed() {
    let before = plan(&[
        ["scale", "A", "x"],
        ["scale", "B", "y"],
        ["scale", "C", "z"],
    ]);
    let mut now = plan(&[
        ["scale", "C", "z"],
        ["scale", "A", "xx"],
        ["deploy", "B", "y"],
    ]);
    step(&mut now, 2).approvals[0].given.clear();
    let told = since(&before, &now);
    assert_eq!(told.new, [3]);
    assert_eq!(told.gone[0].entity, "B");
    assert_eq!(told.same, 1);
    let changed = &told.changed[0];
    assert_eq!((changed.number, changed.before), (2, 1));
    assert_eq!(changed.what, ["properties.a"]);
    let voided: Vec<(&str, &str)> = told
        .voided
        .iter()
        .map(|one| (one.of.entity.as_str(), one.why.as_str()))
        .collect();
    assert_eq!(
        voided,
        [
            ("A", "the step is another: properties.a"),
            ("B", "the step is gone")
        ]
    );
}

#[test]
fn an_approval_of_who_takes_part_now_says_so() {
    let before = plan(&[["scale", "A", "x"]]);
    let mut now = before.clone();
    let need = &mut step(&mut now, 1).approvals[0];
    need.given.clear();
    need.excluded = vec![Excluded {
        login: "ada".to_owned(),
        part: Part::Pushed,
    }];
    assert_eq!(since(&before, &now).voided[0].why, "ada pushed");
    let mut nobody = before.clone();
    step(&mut nobody, 1).approvals[0].given = vec![Given {
        login: "sam".to_owned(),
        commit: "c2".to_owned(),
    }];
    assert_eq!(
        since(&before, &nobody).voided[0].why,
        "it is not given to this plan"
    );
}
