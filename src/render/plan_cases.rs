//! What the drawings of plans do not show: no steps, no actors, refusals, too much of all.

use serde_json::Value as Json;
use serde_json::json;

use crate::finding::Finding;
use crate::finding::codes::E0301;
use crate::plan::file::since::{Earlier, Since, Voided};
use crate::plan::file::{Effectuation, Input, PlanFile};
use crate::source::memory;
use crate::text::Span;

use super::cast::{approved, coverage, pr_412};
use super::making::{change, input, notice, request};
use super::story::{PLAIN, SUMMARY};
use super::{Checked, findings_markdown};
use super::{Color, Detail, View};
use super::{gate_text, plan_github, plan_json, plan_markdown, plan_text};

#[test]
fn nothing_to_do_is_said_in_one_line() {
    let mut plan = pr_412();
    plan.steps.clear();
    plan.effects.clear();
    assert_eq!(
        plan_text(&plan, &PLAIN),
        "ok: nothing to do, 38 entities are the same\n"
    );
    plan.open = true;
    assert_eq!(
        plan_text(&plan, &PLAIN),
        "ok: nothing to do, 38 entities are the same\n\
         ! open catalog: no rule exists, everyone may do everything\n"
    );
}

#[test]
fn a_stale_plan_says_why_first_and_stays_as_it_was() {
    let why = "step 3 relied on CartService, changed in main since";
    let text = plan_text(
        &pr_412(),
        &View {
            stale: Some(why),
            ..PLAIN
        },
    );
    let (first, rest) = text.split_once('\n').unwrap();
    assert_eq!(first, format!("stale: {why}"));
    assert_eq!(rest, plan_text(&pr_412(), &PLAIN));
}

#[test]
fn without_actors_each_step_says_who_may() {
    let mut plan = approved(&[]);
    plan.actors.clear();
    for step in &mut plan.steps {
        step.decisions[0].actor = None;
        step.decisions[0].could = vec!["checkout".to_owned(), "platform".to_owned()];
    }
    plan.coverage = coverage();
    plan.coverage.remove(0);
    plan.coverage[0].decisions[0].actor = None;
    let text = plan_text(&plan, &PLAIN);
    assert!(
        text.starts_with(
            "4 steps, each says who may, 2 approvals are missing, 1 entity is deleted\n\
             plan 7c41e09: pr-412 at 77ab3c0 into main at 4be1f02\n\n"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "    may      checkout, platform (catalog/actions/change_replicas.yaml:13)\n"
        )
    );
    assert!(
        text.contains("\n  define  catalog/blueprints/component.yaml  the blueprint  may  sam\n"),
        "{text}"
    );
    assert!(!text.contains("allowed"), "{text}");
}

#[test]
fn definitions_are_loud_where_denied_and_quiet_where_allowed() {
    let mut plan = pr_412();
    plan.coverage = coverage();
    let text = plan_text(&plan, &PLAIN);
    assert!(text.starts_with(
        "denied: 1 of 5 steps is not allowed, 1 other change is not allowed, 2 approvals"
    ));
    assert!(
        text.contains(
            "! define  catalog/actions/deploy.yaml  the action deploy\n    \
             denied   lin is not in platform (catalog/policies/define.cedar:2)\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("\n  define  catalog/blueprints/component.yaml  the blueprint  allowed\n"),
        "{text}"
    );
    assert!(
        text.contains(
            "next: take step 5 and 1 denied change out, or let somebody ask who may; then sam"
        ),
        "{text}"
    );
}

#[test]
fn the_page_finds_each_step_by_the_team_that_owns_its_entity() {
    let mut plan = approved(&[]);
    plan.steps.truncate(2);
    for (step, team) in plan.steps.iter_mut().zip(["aaa", "bbb"]) {
        step.approvals.clear();
        step.owners = vec![team.to_owned()];
    }
    let page = super::plan_html::plan_html(&plan);
    assert!(page.contains(">aaa</option>"), "{page}");
    for place in ["data-teams=\"0\"", "data-teams=\"1\""] {
        assert_eq!(page.matches(place).count(), 1, "{place}");
    }
}

#[test]
fn a_team_without_members_is_said_to_have_none() {
    let mut plan = approved(&[]);
    for need in plan.steps.iter_mut().flat_map(|step| &mut step.approvals) {
        need.by = "platform, the owner before".to_owned();
        need.candidates.clear();
        need.excluded.clear();
    }
    let gate = gate_text(&plan, Color::Off);
    assert!(gate.contains("platform has no members"), "{gate}");
    assert!(!gate.contains("nobody else"), "{gate}");
}

#[test]
fn refusals_deny_and_stand_first() {
    let mut plan = approved(&[("ada", "c2d9a10"), ("sam", "77ab3c0")]);
    plan.refusals = vec![notice("14 deletes, the guard is 10", "catalogc.yaml:9:3")];
    let text = plan_text(&plan, &PLAIN);
    assert!(
        text.starts_with(
            "denied: the plan as a whole is refused, 2 of 2 approvals given, 1 entity is deleted\n\
             ! 14 deletes, the guard is 10 (catalogc.yaml:9)\n\
             plan "
        ),
        "{text}"
    );
    assert!(gate_text(&plan, Color::Off).contains("\nnext: repair what refuses the plan\n"));
    assert!(plan_markdown(&plan).contains("\n! 14 deletes, the guard is 10 (catalogc.yaml:9)\n"));
}

#[test]
fn a_secret_input_is_shown_nowhere() {
    let mut plan = pr_412();
    plan.steps[3].inputs[0] = Input {
        secret: true,
        ..input("key", json!("ENVELOPE"), None)
    };
    for detail in [Detail::Short, Detail::Normal, Detail::Full] {
        let text = plan_text(&plan, &View { detail, ..PLAIN });
        assert!(
            text.contains("key (hidden)") && !text.contains("ENVELOPE"),
            "{text}"
        );
    }
    assert!(!plan_markdown(&plan).contains("ENVELOPE"));
}

#[test]
fn long_values_are_cut_except_in_full() {
    let long = "word ".repeat(60);
    let mut plan = pr_412();
    plan.steps[1].changes = (0..9)
        .map(|n| change(&format!("properties.p{n}"), json!(long), json!(n), "f:1:1"))
        .collect();
    let text = plan_text(&plan, &PLAIN);
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
    assert!(text.contains(" more\n"), "{text}");
    let full = plan_text(
        &plan,
        &View {
            detail: Detail::Full,
            ..PLAIN
        },
    );
    assert!(
        full.lines().all(|line| line.chars().count() <= 100),
        "{full}"
    );
    assert_eq!(full.matches("word").count(), 2 * 9 * 60);
}

#[test]
fn outputs_of_a_workflow_are_plain_lines() {
    let plan = pr_412();
    assert_eq!(
        plan_github(&plan).outputs,
        format!(
            "verdict=denied\nplan={}\nsteps=5\nmissing=2\ndeletes=1\nbreak_glass=0\n",
            plan.id
        )
    );
    let read: Json = serde_json::from_str(&plan_json(&plan)).unwrap();
    assert_eq!(read["steps"][4]["action"], "deploy");
}

#[test]
fn a_command_to_repeat_is_quoted_for_a_shell() {
    let mut plan = approved(&[("ada", "c2d9a10")]);
    plan.actors = vec!["x'; rm -rf / #".to_owned(), "-v".to_owned()];
    let comment = plan_markdown(&plan);
    assert!(
        comment.ends_with(
            "Repeat: `catalogc plan --base 4be1f02 --head 77ab3c0 --actor 'x'\\''; rm -rf / #' \
             --actor=-v --approval ada@c2d9a10 --full`\n"
        ),
        "{comment}"
    );
}

#[test]
fn what_changed_since_an_earlier_plan_is_told_in_text_and_comment() {
    let before = pr_412();
    let mut plan = approved(&[]);
    let told = Since {
        plan: before.id.clone(),
        head: before.head.clone(),
        new: vec![2],
        gone: vec![Earlier {
            number: 5,
            action: "deploy".to_owned(),
            blueprint: "Component".to_owned(),
            entity: "CartService".to_owned(),
        }],
        changed: Vec::new(),
        same: 3,
        voided: vec![Voided {
            login: "ada".to_owned(),
            commit: "c2d9a10".to_owned(),
            of: Earlier {
                number: 3,
                action: "change_owner".to_owned(),
                blueprint: "Component".to_owned(),
                entity: "CartService".to_owned(),
            },
            why: "ada pushed".to_owned(),
        }],
    };
    plan.since = Some(told);
    let lines = "since plan a31f8c2 of c2d9a10: 1 new, 1 gone, 3 steps are the same, 1 approval counts no more\n\
        ! approval by ada at c2d9a10 counts no more for change_owner  CartService: ada pushed\n\
        - gone     deploy  CartService\n\
        + new      2 change_replicas  CartService\n";
    let text = plan_text(&plan, &PLAIN);
    assert!(text.contains(lines), "{text}");
    let comment = plan_markdown(&plan);
    assert!(
        comment.contains(&format!("```diff\n{lines}```\n")),
        "{comment}"
    );
}

#[test]
fn errors_take_the_place_of_the_plan_before() {
    let snapshot = memory::snapshot([("a.yaml", "identifier: a\n".to_owned())]);
    let file = snapshot.find("a.yaml").unwrap();
    let all: Vec<Finding> = (0..4_000)
        .map(|n| {
            Finding::new(
                &E0301,
                Span::new(file, 0, 10),
                format!("no API is called `{n}`"),
            )
        })
        .collect();
    let checked = Checked {
        snapshot: &snapshot,
        findings: &all,
        baselined: &[],
        summary: &SUMMARY,
        root: "",
    };
    let comment = findings_markdown(&checked, "catalog", ("pr-412", "main"));
    let plan = plan_markdown(&pr_412());
    assert_eq!(comment.lines().next(), plan.lines().next());
    assert!(
        comment.contains("\n### no plan: 4,000 errors\nNothing is allowed"),
        "{comment}"
    );
    assert!(comment.contains(" of 4,000 errors are listed here, "));
    assert!(comment.chars().count() < 60_000);
}

#[test]
fn everything_that_asks_for_a_denied_step_is_named() {
    let mut plan = pr_412();
    let step = &mut plan.steps[4];
    step.requests = ["deploy-cart", "deploy-cart-again"].map(request).to_vec();
    let next = |plan: &PlanFile| plan_text(plan, &PLAIN).replace("\n             ", " ");
    let files = "take catalog/requests/deploy-cart.yaml and \
                 catalog/requests/deploy-cart-again.yaml out";
    let text = next(&plan);
    assert!(text.contains(&format!("{files}; sam")), "{text}");
    plan.steps[4].does = Effectuation::Change;
    plan.steps[4].changes = plan.steps[1].changes.clone();
    let text = next(&plan);
    let undo = format!("{files}, and undo the change of CartService; sam");
    assert!(text.contains(&undo), "{text}");
    let comment = plan_markdown(&plan);
    assert!(
        comment.contains(
            "  Take `catalog/requests/deploy-cart.yaml` and \
             `catalog/requests/deploy-cart-again.yaml` out, and undo the change of `CartService`; "
        ),
        "{comment}"
    );
}
