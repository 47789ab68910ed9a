//! A hostile string in every field of a page, and in what only a page and a comment tell.

use std::collections::BTreeSet;

use serde_json::json;

use crate::plan::file::Covered;
use crate::plan::file::graph::{Edge, Graph, Node, There, Touched};
use crate::plan::file::since::{Changed, Earlier, Since, Voided};
use crate::plan::file::{FlippedRule, LevelMove, LevelTurn, MoreEffects, PlanFile};
use crate::text::is_hidden;

use super::super::cast::{coverage, pr_412};
use super::super::making::change;
use super::super::story::PLAIN;
use super::super::{Detail, View, plan_html, plan_text};
use super::{HOSTILE, Keys, infected, plans};

fn earlier() -> Earlier {
    Earlier {
        number: 1,
        action: "deploy".to_owned(),
        blueprint: "Service".to_owned(),
        entity: "A".to_owned(),
    }
}

pub(super) fn graph() -> Graph {
    let node = |touched| Node {
        blueprint: "Service".to_owned(),
        entity: "A".to_owned(),
        touched,
        steps: vec![1],
    };
    Graph {
        nodes: [Touched::Steps, Touched::Values, Touched::Neighbour]
            .map(node)
            .to_vec(),
        edges: vec![Edge {
            from: 0,
            to: 2,
            relation: "owner".to_owned(),
            there: There::New,
        }],
        left_out: 1,
    }
}

/// A level that falls and one that is new.
pub(super) fn levels() -> Vec<LevelMove> {
    let level = |before: Option<&str>, turn| LevelMove {
        scorecard: "readiness".to_owned(),
        blueprint: "Service".to_owned(),
        entity: "A".to_owned(),
        before: before.map(str::to_owned),
        after: Some("bronze".to_owned()),
        turn,
        rules: vec![FlippedRule {
            rule: "has_runbook".to_owned(),
            met: false,
        }],
        by: vec![1],
        paths: Vec::new(),
    };
    vec![
        level(Some("gold"), LevelTurn::Falls),
        level(None, LevelTurn::Other),
    ]
}

/// What a definition moves beyond the effects.
pub(super) fn more_effects() -> Vec<MoreEffects> {
    vec![MoreEffects {
        blueprint: "Service".to_owned(),
        path: "cost".to_owned(),
        through: "definition Service.cost".to_owned(),
        count: 1_182,
    }]
}

/// What changed since an earlier plan, with something of every kind.
pub(super) fn since(plan: &PlanFile) -> Since {
    Since {
        plan: "p".to_owned(),
        head: plan.head.clone(),
        new: vec![1],
        gone: vec![earlier()],
        changed: vec![Changed {
            number: 2,
            before: 1,
            what: vec!["its inputs".to_owned()],
        }],
        same: 3,
        voided: vec![Voided {
            login: "ada".to_owned(),
            commit: "c".to_owned(),
            of: earlier(),
            why: "the step is gone".to_owned(),
        }],
    }
}

/// The names of the tags of a page, in order.
fn tags(page: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
    let tags = page.split('<').skip(1);
    tags.map(|tag| {
        tag.trim_start_matches('/')
            .split(ends)
            .next()
            .unwrap_or_default()
    })
    .collect()
}

#[test]
fn no_text_of_a_plan_is_markup_or_an_address_in_a_page() {
    for plan in plans() {
        let plain = infected(&plan, "x", Keys::Infected);
        let expected = plan_html(&plain);
        for with in HOSTILE {
            let page = plan_html(&infected(&plan, with, Keys::Infected));
            assert_eq!(tags(&page).len(), tags(&expected).len(), "{with}");
            let ours: BTreeSet<&str> = tags(&expected).into_iter().collect();
            let other = tags(&page).into_iter().find(|tag| !ours.contains(tag));
            assert_eq!(other, None, "{with}");
            assert!(!page.contains(|c| is_hidden(c) && c != '\n'), "{with}");
            for (at, _) in page.match_indices("href=\"") {
                assert_eq!(page.get(at + 6..at + 7), Some("#"), "{with}");
            }
        }
    }
}

/// A plan with more of everything besides its steps than the comment and the terminal list.
fn long() -> PlanFile {
    let mut plan = pr_412();
    plan.more_effects = more_effects();
    plan.unscored = plan.steps[1].because.clone();
    let value = "v".repeat(200);
    plan.levels = (0..60)
        .map(|n| LevelMove {
            entity: format!("level-{n}-of"),
            ..levels().remove(0)
        })
        .collect();
    let defined = coverage().remove(1);
    plan.coverage = (0..12)
        .map(|n| Covered {
            path: format!("catalog/blueprints/kind-{n}-of.yaml"),
            changes: (0..12)
                .map(|path| {
                    change(
                        &format!("path-{n}-{path}-of"),
                        json!(value),
                        json!(n),
                        "f:1:1",
                    )
                })
                .collect(),
            ..defined.clone()
        })
        .collect();
    plan
}

#[test]
fn a_page_has_everything_besides_the_steps() {
    let page = plan_html(&long());
    for n in 0..60 {
        assert!(page.contains(&format!("<td>level-{n}-of</td>")), "{n}");
    }
    for (n, path) in (0..12).flat_map(|n| (0..12).map(move |path| (n, path))) {
        assert!(page.contains(&format!("define  catalog/blueprints/kind-{n}-of.yaml")));
        assert!(page.contains(&format!("<code>path-{n}-{path}-of</code>")));
    }
    assert_eq!(page.matches(&"v".repeat(200)).count(), 144);
    for words in [
        "<summary>what definitions say otherwise: 144 paths</summary>",
        "<summary>also changes: 1,188 values</summary>",
        "<li>Service cost of 1,182 more entities, by definition Service.cost</li>",
        "<summary>levels: 60 levels fall, 2 scorecards are not computed</summary>",
        "<td>by 1, has_runbook is not met</td>",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn all_of_a_plan_is_in_its_full_text_and_counted_in_the_other() {
    let plan = long();
    let normal = plan_text(&plan, &PLAIN);
    assert!(normal.contains("~ 10 levels more move, all are in plan.json and plan.html"));
    assert!(normal.contains("~ 4 more paths of catalog/blueprints/kind-0-of.yaml, all are in"));
    let detail = Detail::Full;
    let full = plan_text(&plan, &View { detail, ..PLAIN });
    assert_eq!(
        full.matches("  readiness  gold -> bronze  by 1, ").count(),
        60
    );
    assert_eq!(full.matches("~ path-").count(), 144);
    assert!(!full.contains("plan.html"), "{full}");
}
