//! The story of pull request 412, as values: what the tests of renderers draw.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::json;

use crate::plan::file::*;
use crate::plan::rendered::Rendered;

use super::making::*;

/// pr-412 at c2d9a10: replicas, owner, a restart, a deployment that is denied, an environment
/// that goes.
pub(super) fn pr_412() -> PlanFile {
    PlanFile {
        version: VERSION,
        id: format!("a31f8c2{}", "0".repeat(57)),
        catalog: "catalog".to_owned(),
        target: revision("main", "4be1f02"),
        head: revision("pr-412", "c2d9a10"),
        actors: vec!["lin".to_owned()],
        open: false,
        refusals: Vec::new(),
        notices: Vec::new(),
        renames: Vec::new(),
        steps: vec![
            delete_environment(),
            change_replicas(),
            change_owner(),
            restart_service(),
            deploy(),
        ],
        effects: effects(),
        more_effects: Vec::new(),
        levels: Vec::new(),
        unscored: Vec::new(),
        coverage: Vec::new(),
        rights: None,
        graph: None,
        now: None,
        expired: None,
        since: None,
        break_glass: Vec::new(),
        overrides: Vec::new(),
        adopted: Adopted::default(),
        uncounted: Vec::new(),
        footprint: Footprint::default(),
        merged: Vec::new(),
        outside: ChangedOutside::default(),
        entities: 38,
        hosts: BTreeMap::new(),
        ledger: LedgerPlace {
            branch: "catalogc-ledger".to_owned(),
            remote: "origin".to_owned(),
        },
    }
}

/// pr-412 at 77ab3c0: the deployment is taken out.
pub(super) fn without_deployment() -> PlanFile {
    let mut plan = pr_412();
    plan.id = format!("7c41e09{}", "0".repeat(57));
    plan.head = revision("pr-412", "77ab3c0");
    plan.steps.pop();
    plan
}

/// ... and ada, and perhaps sam, agreed.
pub(super) fn approved(by: &[(&str, &str)]) -> PlanFile {
    let mut plan = without_deployment();
    let step = &mut plan.steps[2];
    for (login, commit) in by {
        let need = step
            .approvals
            .iter_mut()
            .find(|need| need.candidates.iter().any(|one| one == login))
            .unwrap();
        need.given.push(Given {
            login: (*login).to_owned(),
            commit: full(commit),
        });
    }
    if step.approvals.iter().all(|need| need.missing() == 0) {
        step.outcome = Outcome::Allowed;
    }
    plan
}

fn delete_environment() -> Step {
    let mut step = step(1, "delete_environment", Effectuation::Delete, "env-lin-7");
    step.blueprint = "Environment".to_owned();
    let place = "catalog/actions/delete_environment.yaml:9:7";
    step.decisions = vec![allowed("lin is its owner", place)];
    step.calls = vec![workflow(
        "teardown",
        "teardown.yml",
        10,
        &json!({"name": "env-lin-7"}),
    )];
    step
}

fn change_replicas() -> Step {
    let mut step = step(2, "change_replicas", Effectuation::Change, "CartService");
    let file = "catalog/actions/change_replicas.yaml";
    step.changes = vec![change(
        "properties.replicas",
        json!(3),
        json!(5),
        "catalog/entities/orders/cart-service.yaml:6:13",
    )];
    step.because = vec![
        notice("changed: [properties.replicas]", &format!("{file}:6:12")),
        Notice {
            text: "condition .before.properties.type == \"service\" is true".to_owned(),
            place: None,
        },
    ];
    step.inputs = vec![input(
        "replicas",
        json!(5),
        Some(".after.properties.replicas"),
    )];
    step.decisions = vec![allowed("lin is in checkout", &format!("{file}:13:7"))];
    let mut scale = workflow(
        "scale",
        "scale.yml",
        15,
        &json!({"service": "CartService", "replicas": 5}),
    );
    scale.retries = 2;
    let with = mapping([
        ("method", Rendered::Known(json!("POST"))),
        (
            "url",
            Rendered::Known(json!("https://deploy.example/verify")),
        ),
        (
            "headers",
            mapping([("authorization", secret("DEPLOY_TOKEN"))]),
        ),
        (
            "body",
            mapping([("run", later(".calls.scale.outputs.url"))]),
        ),
    ]);
    let mut verify = call("verify", "webhook", with, 30);
    verify.needs = vec!["scale".to_owned()];
    step.calls = vec![scale, verify];
    step.undo = Some("change_replicas with replicas 3".to_owned());
    step.reads = [
        "Component/CartService",
        "Team/checkout",
        "User/lin",
        "action/change_replicas",
    ]
    .map(|what| Fact {
        what: what.to_owned(),
        digest: "d".to_owned(),
    })
    .to_vec();
    step
}

fn change_owner() -> Step {
    let mut step = step(3, "change_owner", Effectuation::Change, "CartService");
    step.outcome = Outcome::NeedsApproval;
    step.changes = vec![change(
        "relations.owner",
        json!("platform"),
        json!("checkout"),
        "catalog/entities/orders/cart-service.yaml:9:10",
    )];
    step.decisions = vec![allowed(
        "lin is in checkout",
        "catalog/actions/change_owner.yaml:11:7",
    )];
    step.approvals = vec![
        need("platform, the owner before", &["sam"], &[]),
        need("checkout, the owner after", &["ada"], &["lin"]),
    ];
    let with = json!({"method": "PUT", "url": "https://oncall.example/services"});
    step.calls = vec![call("rota", "webhook", Rendered::Known(with), 30)];
    step
}

fn restart_service() -> Step {
    let mut step = step(4, "restart_service", Effectuation::Run, "CartService");
    step.stage = 2;
    step.requests = vec![request("restart_service-CartService-4be1f02")];
    step.inputs = vec![input(
        "reason",
        json!("memory leak, see incident 4711"),
        None,
    )];
    step.decisions = vec![allowed(
        "lin is in checkout",
        "catalog/actions/restart_service.yaml:12:7",
    )];
    step.calls = vec![workflow("restart", "restart.yml", 5, &json!({}))];
    step.after = vec![2];
    step
}

fn deploy() -> Step {
    let mut step = step(5, "deploy", Effectuation::Run, "CartService");
    step.stage = 3;
    step.outcome = Outcome::Denied;
    step.requests = vec![request("deploy-cart")];
    step.inputs = vec![input("environment", json!("production"), None)];
    step.decisions = vec![Decision {
        actor: Some("lin".to_owned()),
        allowed: false,
        reasons: vec![notice(
            "lin does not lead platform, the owner in main",
            "catalog/policies/deploy.cedar:3:1",
        )],
        whoever: false,
        could: vec!["sam".to_owned()],
        break_glass: None,
    }];
    step.calls = vec![workflow("deploy", "deploy.yml", 30, &json!({}))];
    step
}

fn effects() -> Vec<Effect> {
    let effect = |of: [&str; 3], before: Json, after: Json, by: u32, through: &str| Effect {
        blueprint: of[0].to_owned(),
        entity: of[1].to_owned(),
        path: of[2].to_owned(),
        before: Some(before),
        after: Some(after),
        by: vec![by],
        through: through.to_owned(),
        via: Vec::new(),
    };
    vec![
        effect(
            ["API", "CartAPI", "owner"],
            json!("platform"),
            json!("checkout"),
            3,
            "CartService.owner",
        ),
        effect(
            ["Component", "CartService", "cost"],
            json!(36),
            json!(60),
            2,
            "CartService.replicas",
        ),
        effect(
            ["Component", "CartService", "readiness"],
            json!("silver"),
            json!("bronze"),
            3,
            "checkout has no `on_call`",
        ),
        effect(
            ["Domain", "Orders", "cost"],
            json!(84),
            json!(108),
            2,
            "CartService.cost",
        ),
        effect(
            ["System", "Cart", "cost"],
            json!(36),
            json!(60),
            2,
            "CartService.cost",
        ),
        effect(
            ["User", "lin", "environments"],
            json!(2),
            json!(1),
            1,
            "env-lin-7 is deleted",
        ),
    ]
}

/// A definition that lin may not change, one that lin may, and comments.
pub(super) fn coverage() -> Vec<Covered> {
    let covered = |action: &str, path: &str, text: &str, outcome: Outcome| Covered {
        action: action.to_owned(),
        path: path.to_owned(),
        text: text.to_owned(),
        digest: (action == "define").then(|| "5".repeat(64)),
        changes: Vec::new(),
        outcome,
        decisions: vec![Decision {
            actor: Some("lin".to_owned()),
            allowed: outcome == Outcome::Allowed,
            reasons: vec![notice(
                "lin is not in platform",
                "catalog/policies/define.cedar:2:1",
            )],
            whoever: false,
            could: vec!["sam".to_owned()],
            break_glass: None,
        }],
    };
    vec![
        covered(
            "define",
            "catalog/actions/deploy.yaml",
            "the action deploy",
            Outcome::Denied,
        ),
        covered(
            "define",
            "catalog/blueprints/component.yaml",
            "the blueprint",
            Outcome::Allowed,
        ),
        covered(
            "meta",
            "catalog/entities/a.yaml",
            "bytes without meaning",
            Outcome::Allowed,
        ),
    ]
}
