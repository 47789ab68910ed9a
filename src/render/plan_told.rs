//! What a reviewer who sees a plan for the first time must not miss.

use serde_json::json;

use crate::plan::file::{AdoptedEntity, Change, Effectuation, LevelMove, LevelTurn};
use crate::plan::file::{Outcome, PlanFile, Step};

use super::cast::pr_412;
use super::making::{allowed, change, need, step};
use super::story::PLAIN;
use super::{plan_html, plan_markdown, plan_text};

fn plan(steps: Vec<Step>) -> PlanFile {
    let mut plan = pr_412();
    plan.effects.clear();
    plan.levels.clear();
    plan.rights = None;
    plan.steps = steps;
    plan
}

fn new(path: &str, after: serde_json::Value) -> Change {
    Change {
        before: None,
        ..change(path, json!(null), after, "f:1:1")
    }
}

/// A person who appears in these teams.
fn grant(number: u32, teams: &[&str]) -> Step {
    let name = format!("bob-{number}");
    let mut grant = step(number, "grant", Effectuation::Create, &name);
    grant.built_in = true;
    grant.blueprint = "User".to_owned();
    grant.changes = vec![
        new("properties.login", json!(name)),
        new("relations.teams", json!(teams)),
    ];
    grant.decisions = vec![allowed("lin is in admins", "f:1:1")];
    grant
}

#[test]
fn a_grant_says_to_what_somebody_will_belong() {
    let one = plan(vec![grant(1, &["admins"])]);
    for page in [
        plan_text(&one, &PLAIN),
        plan_markdown(&one),
        plan_html(&one),
    ] {
        assert!(
            page.contains("created, teams + admins, login bob-1"),
            "{page}"
        );
    }
}

#[test]
fn an_administrator_does_not_hide_among_new_people() {
    let mut steps: Vec<Step> = (1..=14).map(|n| grant(n, &["checkout"])).collect();
    steps.push(grant(15, &["checkout", "admins"]));
    let all = plan(steps);
    for page in [plan_text(&all, &PLAIN), plan_markdown(&all)] {
        assert!(
            page.contains("14 Users  created, teams + checkout"),
            "{page}"
        );
        assert!(
            page.contains("created, teams + checkout, admins, login bob-15"),
            "{page}"
        );
    }
}

#[test]
fn no_name_of_a_membership_is_cut() {
    let teams: Vec<String> = (0..60).map(|n| format!("team-{n:02}")).collect();
    let teams: Vec<&str> = teams.iter().map(String::as_str).collect();
    let one = plan(vec![grant(1, &teams)]);
    for page in [plan_text(&one, &PLAIN), plan_markdown(&one)] {
        for team in &teams {
            assert!(page.contains(team), "{team}: {page}");
        }
    }
}

#[test]
fn whoever_leaves_with_their_teams_is_said_to_leave_them() {
    let mut gone = grant(1, &[]);
    gone.does = Effectuation::Delete;
    gone.changes = vec![Change {
        after: None,
        ..change("relations.teams", json!(["admins"]), json!(null), "f:1:1")
    }];
    let text = plan_text(&plan(vec![gone]), &PLAIN);
    assert!(text.contains("deleted, teams - admins"), "{text}");
}

/// A step that needs an approval of a team.
fn needing(number: u32, team: &str, who: &[&str]) -> Step {
    let mut step = step(number, "deploy", Effectuation::Run, &format!("s{number}"));
    step.outcome = Outcome::NeedsApproval;
    step.decisions = vec![allowed("lin is in checkout", "f:1:1")];
    step.approvals = vec![need(&format!("{team}, the owner before"), who, &[])];
    step
}

#[test]
fn approvals_that_nobody_can_give_are_said_to_be_so() {
    let steps = (1..=6).map(|n| match n {
        1..=3 => needing(n, "checkout", &["kim"]),
        _ => needing(n, "platform", &[]),
    });
    let stuck = plan(steps.collect());
    let text = plan_text(&stuck, &PLAIN);
    assert!(
        text.starts_with("needs approval: 6 approvals are missing, nobody can give 3 of them\n"),
        "{text}"
    );
    let last = text
        .split_once("\nnext: ")
        .unwrap()
        .1
        .replace("\n      ", " ");
    assert!(
        last.starts_with(
            "nobody can give 3 of the 6 approvals: merge a new member of platform, or another \
             rule of who approves first, in a pull request of its own; kim approves the rest"
        ),
        "{last}"
    );
    let comment = plan_markdown(&stuck);
    assert!(
        comment
            .contains("- **nobody can give 3 of the 6 approvals: merge a new member of `platform`"),
        "{comment}"
    );
}

#[test]
fn one_person_who_gives_many_approvals_is_one_person() {
    let plan = plan((1..=6).map(|n| needing(n, "checkout", &["kim"])).collect());
    let text = plan_text(&plan, &PLAIN);
    assert!(
        text.starts_with("needs approval: 6 approvals are missing, 1 person can give them all\n"),
        "{text}"
    );
    assert!(text.contains("\nnext: kim approves at "), "{text}");
}

#[test]
fn who_adopts_a_catalog_sees_what_it_takes_over() {
    let mut plan = plan(Vec::new());
    plan.coverage.clear();
    plan.entities = 11;
    plan.adopted.count = 11;
    plan.adopted.entities = (0..11)
        .map(|n| AdoptedEntity {
            blueprint: "Service".to_owned(),
            entity: format!("svc-{n}"),
        })
        .collect();
    let text = plan_text(&plan, &PLAIN);
    assert!(
        text.starts_with("ok: nothing to do, 11 entities are adopted\n"),
        "{text}"
    );
    assert!(
        text.contains("\n! 11 entities are adopted: Service svc-0, "),
        "{text}"
    );
    assert!(
        text.replace("\n  ", " ")
            .contains("Service svc-4 and 6 more\n"),
        "{text}"
    );
    let comment = plan_markdown(&plan);
    assert!(
        comment.contains("\n### ok: nothing to do, 11 entities are adopted\n"),
        "{comment}"
    );
    for page in [comment, plan_html(&plan)] {
        assert!(page.contains("adopted: 11 entities"), "{page}");
        assert!(page.contains("Service svc-10"), "{page}");
    }
}

#[test]
fn of_a_thousand_causes_the_first_are_named() {
    let mut plan = pr_412();
    let mut effect = plan.effects[1].clone();
    effect.by = (1..=1_001).collect();
    let causes: Vec<String> = (0..1_001)
        .map(|n| format!("Svc{n:04} is created"))
        .collect();
    effect.through = causes.join(", ");
    effect.via = vec![vec![causes[0].clone()]];
    plan.effects = vec![effect];
    let told = "Svc0000 is created, Svc0001 is created, Svc0002 is created and 998 more";
    let text = plan_text(&plan, &PLAIN);
    assert!(
        text.contains(&format!("by 1,001 steps, {told}\n")),
        "{text}"
    );
    let comment = plan_markdown(&plan);
    assert!(!comment.contains("Svc0003"), "{comment}");
    assert!(plan_html(&plan).contains("Svc1000 is created"));
}

#[test]
fn what_a_deletion_takes_away_is_shown_in_full() {
    let mut gone = step(1, "delete", Effectuation::Delete, "OldService");
    gone.decisions = vec![allowed("lin is in admins", "f:1:1")];
    gone.lost = vec![Change {
        after: None,
        ..change(
            "properties.url",
            json!("https://old.test"),
            json!(null),
            "f:3:1",
        )
    }];
    let plan = plan(vec![gone]);
    let full = super::View {
        detail: super::Detail::Full,
        ..PLAIN
    };
    let text = plan_text(&plan, &full);
    assert!(
        text.contains("lost       properties.url https://old.test (f:3:1)"),
        "{text}"
    );
    assert!(plan_markdown(&plan).contains("lost       properties.url https://old.test"));
    assert!(plan_html(&plan).contains("https://old.test"));
}

#[test]
fn entities_of_one_name_are_told_apart_by_their_kinds() {
    let gone = |number, kind: &str| {
        let mut gone = step(number, "delete", Effectuation::Delete, "dup");
        gone.blueprint = kind.to_owned();
        gone
    };
    let both = plan(vec![gone(1, "Service"), gone(2, "Team")]);
    for page in [plan_text(&both, &PLAIN), plan_markdown(&both)] {
        assert!(page.contains("- 1 delete  Service  dup  deleted"), "{page}");
        assert!(page.contains("- 2 delete  Team     dup  deleted"), "{page}");
    }
    let one = plan(vec![gone(1, "Service")]);
    assert!(plan_text(&one, &PLAIN).contains("- 1 delete  dup  deleted"));
    assert!(plan_markdown(&one).contains("entity     Service dup"));
    assert!(plan_html(&one).contains("<span class=\"dim\">Service</span>"));
}

#[test]
fn what_lets_a_level_fall_is_told_first_and_the_fall_is_seen() {
    let mut update = step(1, "update", Effectuation::Change, "CartService");
    update.changes = (0..9)
        .map(|n| {
            change(
                &format!("properties.note{n}"),
                json!("hello"),
                json!("none"),
                "f:1:1",
            )
        })
        .collect();
    update
        .changes
        .push(change("properties.replicas", json!(3), json!(1), "f:1:1"));
    let mut plan = plan(vec![update]);
    plan.levels = vec![LevelMove {
        scorecard: "ready".to_owned(),
        blueprint: "Component".to_owned(),
        entity: "CartService".to_owned(),
        before: Some("Gold".to_owned()),
        after: Some("Basic".to_owned()),
        turn: LevelTurn::Falls,
        rules: Vec::new(),
        by: vec![1],
        paths: vec!["properties.replicas".to_owned()],
    }];
    let comment = plan_markdown(&plan);
    let fence = comment.split("```").nth(1).unwrap();
    assert!(
        fence.contains("1 update  CartService  replicas 3 -> 1, "),
        "{comment}"
    );
    assert!(fence.contains("\n~     note1 hello"), "{comment}");
    assert!(
        fence.contains("! Component  CartService  ready  Gold -> Basic  by 1\n"),
        "{comment}"
    );
    assert!(comment.contains("\n1 level falls. "), "{comment}");
}
