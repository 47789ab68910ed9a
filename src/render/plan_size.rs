//! Plans of thousands of steps: what their comments say, and that forges accept them.

use std::collections::BTreeMap;

use serde_json::json;

use crate::plan::file::{Decision, Effectuation, Outcome, PlanFile, Step};

use super::cast::{approved, coverage, pr_412, without_deployment};
use super::making::{allowed, change, need, notice, step};
use super::story::PLAIN;
use super::{plan_markdown, plan_text};

/// What forges are given at most.
const CHARACTERS: usize = 60_000;

fn many(n: u32, make: impl Fn(u32, &mut Step)) -> PlanFile {
    let mut plan = pr_412();
    plan.effects.clear();
    plan.steps = (1..=n)
        .map(|number| {
            let name = format!("Service-{number}-\u{1f6f6}");
            let mut step = step(number, "change_replicas", Effectuation::Change, &name);
            step.changes = vec![change("properties.replicas", json!(3), json!(5), "f:1:1")];
            step.decisions = vec![allowed("lin is in checkout", "f:1:1")];
            make(number, &mut step);
            step
        })
        .collect();
    plan
}

fn deny(step: &mut Step, why: &str) {
    step.outcome = Outcome::Denied;
    step.decisions = vec![Decision {
        actor: Some("lin".to_owned()),
        allowed: false,
        reasons: vec![notice(why, "catalog/policies/all.cedar:3:1")],
        whoever: false,
        could: Vec::new(),
        break_glass: None,
    }];
}

/// A thousand new services that are denied, another denial, and one environment that goes.
fn thousand() -> PlanFile {
    many(1_002, |number, step| match number {
        1_001 => deny(step, "lin does not lead platform, the owner"),
        1_002 => {
            step.does = Effectuation::Delete;
            step.action = "delete".to_owned();
            step.entity = "the-one".to_owned();
            step.changes.clear();
        }
        _ => {
            step.does = Effectuation::Create;
            step.action = "create".to_owned();
            deny(step, "no rule permits it");
        }
    })
}

/// The comment of a plan, which every forge accepts.
fn comment(plan: &PlanFile) -> String {
    let comment = plan_markdown(plan);
    let characters = comment.chars().count();
    assert!(characters <= CHARACTERS, "{characters}");
    comment
}

#[test]
fn a_thousand_denials_hide_no_deletion() {
    let plan = thousand();
    let comment = comment(&plan);
    let at = |text: &str| comment.lines().position(|line| line.contains(text));
    assert_eq!(at("Deleted: `Component` `the-one`"), Some(3), "{comment}");
    let fence = at("- 1002 delete           the-one").unwrap();
    assert!(fence < 12, "{fence}");
    assert_eq!(comment.matches("no rule permits it").count(), 1);
    assert!(
        comment.contains("- `create 1,000 Components` `no rule permits it`")
            || comment.contains("- `create 1,000 Components` no rule permits it"),
        "{comment}"
    );
    assert!(comment.contains("  Leave them out; nobody may ask for it\n"));
    assert!(comment.contains("\n!     Service-1-"), "{comment}");
    let text = plan_text(&plan, &PLAIN);
    let line = text.lines().position(|line| line.contains("the-one"));
    assert!(line.unwrap() < 20, "{text}");
    assert_eq!(text.matches("no rule permits it").count(), 1, "{text}");
}

#[test]
fn each_of_many_denials_is_told_or_counted() {
    let plan = many(1_001, |number, step| {
        deny(step, &format!("lin is not in team{number}, the owner"));
    });
    let comment = comment(&plan);
    let bullets = comment.matches("\n- `").count();
    let cut = comment.lines().find(|line| line.starts_with("Not listed"));
    let cut = cut.unwrap();
    let left = format!("{} of 1,001 steps", 1_001 - bullets);
    assert!(bullets > 100 && cut.contains(&left), "{bullets}: {cut}");
    assert!(
        comment.contains(&format!("\n- {} more lines\n", 1_001 - bullets)),
        "{bullets}"
    );
}

#[test]
fn all_that_is_deleted_is_named_as_far_as_a_comment_goes() {
    let plan = many(3_000, |number, step| {
        step.does = Effectuation::Delete;
        step.changes.clear();
        step.entity = format!("svc-{number}");
    });
    let all = comment(&plan);
    assert!(all.contains("3,000 entities are deleted"), "{all}");
    for number in [1, 1_500, 3_000] {
        assert!(all.contains(&format!("svc-{number}")), "{number}");
    }
    let long = many(3_000, |number, step| {
        step.does = Effectuation::Delete;
        step.entity = format!("{number}-{}", "long-name-".repeat(6));
    });
    let cut = comment(&long);
    let named = (1..=3_000)
        .filter(|n| cut.contains(&format!("     {n}-long")))
        .count();
    assert!(named > 500, "{named} {}", cut.get(..3000).unwrap());
    let left = super::words::number(3_000 - named);
    assert!(
        cut.contains(&format!(": {left} of 3,000 steps")),
        "{named}: {}",
        cut.lines().nth(4).unwrap()
    );
}

#[test]
fn five_thousand_long_and_hostile_names_fit() {
    for name in [
        "``` ` ````` @acme/everyone ".repeat(9),
        "\u{202e}|<img>\u{1f6f6}".repeat(25),
        "x".repeat(400),
    ] {
        let plan = many(5_000, |number, step| {
            step.entity = format!("{number}{name}");
            step.action = format!("{}{name}", number % 40);
            step.blueprint = format!("{}{name}", number % 3);
            match number % 5 {
                0 => step.does = Effectuation::Delete,
                1 => deny(step, &format!("{name} is not in {name}")),
                2 => {
                    step.outcome = Outcome::NeedsApproval;
                    step.approvals = vec![need(&name, &[&name, "sam"], &["lin"])];
                }
                _ => {}
            }
        });
        let comment = comment(&plan);
        assert!(
            comment.contains("\n### denied: 1,000 of 5,000 steps"),
            "{name}"
        );
        assert!(comment.contains("\nNot listed here, all in plan.json"));
    }
}

#[test]
fn what_matters_least_is_left_out_first() {
    let mut plan = many(5_000, |number, step| {
        if number % 50 == 0 {
            step.does = Effectuation::Delete;
        }
        if number % 50 == 1 {
            deny(step, "lin is not in platform");
        }
        if number % 50 == 2 {
            step.outcome = Outcome::NeedsApproval;
            step.approvals = vec![need("platform, the owner before", &["sam"], &[])];
        }
    });
    plan.coverage = coverage();
    plan.coverage[1].changes = vec![change("a", json!(1), json!(2), "f:1:1"); 3];
    plan.coverage[0].outcome = Outcome::Allowed;
    let comment = comment(&plan);
    let cut = comment.lines().find(|line| line.starts_with("Not listed"));
    let cut = cut.unwrap();
    assert!(cut.contains("3 changed paths of definitions"), "{cut}");
    assert!(!comment.contains("what definitions say otherwise"));
    assert!(comment.chars().count() > 55_000);
    assert!(comment.contains("\n### denied: 100 of 5,000 steps are not allowed\n"));
    assert!(comment.contains("100 entities are deleted"));
    assert!(comment.contains("need 1 approval each from `platform`, the owner before: `sam`"));
    let deleted = (1..=100).filter(|n| comment.contains(&format!("Service-{}-", n * 50)));
    assert_eq!(deleted.count(), 100);
    let listed = comment
        .lines()
        .find(|line| line.starts_with("<details><summary>the first "))
        .unwrap();
    assert!(listed.contains(" of 5,000 steps, a line each"), "{listed}");
}

#[test]
fn effects_of_one_kind_are_one_row_with_their_count() {
    let mut plan = pr_412();
    let one = plan.effects[1].clone();
    plan.effects.extend((0..1_200).map(|n| {
        let mut effect = one.clone();
        effect.entity = format!("Service-{n}");
        effect.path = "properties.team_name".to_owned();
        effect.before = Some(json!("red"));
        effect.after = Some(json!(format!("crimson-{}", n % 2)));
        effect.through = "red.name".to_owned();
        effect
    }));
    let comment = comment(&plan);
    assert!(comment.contains("<summary>also changes: 1,206 values</summary>"));
    let row = comment.lines().find(|line| line.contains("`team_name`"));
    assert_eq!(
        row.unwrap(),
        "| `~` | `Component` | `1,200 Components (Service-0, Service-1, ...)` | `team_name` \
         | `red` | `various` | 2, `red.name` |"
    );
    let text = plan_text(&plan, &PLAIN);
    assert!(
        text.contains("~ Component  1,200 Components (Service-0, Service-1, ...)  team_name"),
        "{text}"
    );
    assert!(text.lines().count() < 60, "{text}");
}

#[test]
fn each_of_many_people_is_asked_or_counted() {
    let plan = many(600, |number, step| {
        step.outcome = Outcome::NeedsApproval;
        let who = format!("person-{number}");
        step.approvals = vec![need(
            &format!("team-{number}, the owner before"),
            &[&who],
            &[],
        )];
    });
    let comment = comment(&plan);
    assert!(comment.contains("600 approvals are missing"), "{comment}");
    assert!(comment.contains(" of what is in the way"), "{comment}");
}

/// What a script reads from a comment.
#[derive(Debug, PartialEq)]
struct Answers {
    verdict: String,
    steps: String,
    deleted: String,
    missing: BTreeMap<String, String>,
}

/// The answers to the four questions of a reviewer, from the Markdown alone.
fn answers(comment: &str) -> Answers {
    let line = |start: &str| comment.lines().find_map(|line| line.strip_prefix(start));
    let heading = line("### ").unwrap();
    let made = comment.lines().nth(2).unwrap();
    let steps = made.rsplit_once(" with ").unwrap().1;
    let missing = comment.lines().filter_map(|line| {
        let rest = line.strip_prefix("- `")?;
        let (what, need) = rest
            .split_once(" needs ")
            .or_else(|| rest.split_once(" need "))?;
        let (from, who) = need.split_once(": ")?;
        Some((format!("{what} {from}"), who.to_owned()))
    });
    Answers {
        verdict: heading.split(": ").next().unwrap().to_owned(),
        steps: steps.to_owned(),
        deleted: line("Deleted: ").unwrap_or_default().to_owned(),
        missing: missing.collect(),
    }
}

#[test]
fn a_script_answers_from_the_markdown_alone() {
    let needs = |before: bool| {
        let mut missing = BTreeMap::from([(
            "3 change_owner` 1 approval from `platform`, the owner before".to_owned(),
            "`sam`".to_owned(),
        )]);
        if before {
            missing.insert(
                "3 change_owner` 1 approval from `checkout`, the owner after".to_owned(),
                "`ada`; `lin` asked, so `lin` does not count".to_owned(),
            );
        }
        missing
    };
    let environment = "`Environment` `env-lin-7`";
    for (plan, verdict, steps, deleted, missing) in [
        (pr_412(), "denied", "5 steps", environment, needs(true)),
        (
            without_deployment(),
            "needs approval",
            "4 steps",
            environment,
            needs(true),
        ),
        (
            approved(&[("ada", "c2d9a10")]),
            "needs approval",
            "4 steps",
            environment,
            needs(false),
        ),
        (
            approved(&[("ada", "c2d9a10"), ("sam", "77ab3c0")]),
            "allowed",
            "4 steps",
            environment,
            BTreeMap::new(),
        ),
        (
            thousand(),
            "denied",
            "1,002 steps",
            "`Component` `the-one`",
            BTreeMap::new(),
        ),
    ] {
        let expected = Answers {
            verdict: verdict.to_owned(),
            steps: steps.to_owned(),
            deleted: deleted.to_owned(),
            missing,
        };
        assert_eq!(answers(&plan_markdown(&plan)), expected);
    }
}
