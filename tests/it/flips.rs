//! What voids an approval and what keeps it: every field of a step is in one of two lists, and
//! real changes of target and pull request flip them one by one; `kept` has those that it survives.

use catalogc::plan::file::Step;
use serde_json::{Value, json};

use crate::shop::{self, CART, PAY, Shop};

mod kept;

/// The fields that an approval is of.
const COVERED: [&str; 11] = [
    "action",
    "definition",
    "does",
    "blueprint",
    "entity",
    "requests.0.id",
    "changes",
    "hidden",
    "inputs",
    "approvals",
    "calls",
];

/// The fields that it is not of.
const LEFT_OUT: [&str; 17] = [
    "number",
    "stage",
    "title",
    "built_in",
    "owners",
    "requests.0.file",
    "lost",
    "because",
    "with",
    "expiry",
    "outcome",
    "decisions",
    "after",
    "undo",
    "reads",
    "writes",
    "digest",
];

const SCALE: &str = "catalog/actions/scale.yaml";
const RESTART: &str = "catalog/actions/restart.yaml";
const ASKED: &str = "catalog/requests/restart.yaml";
const REQUEST: &str = "id: restart-1\naction: restart\nentity: cart\n";

/// A pull request whose step somebody of platform has approved.
struct Approved {
    shop: Shop,
    approval: String,
}

impl Approved {
    /// lin scales `cart` beyond 20.
    fn scaled() -> Self {
        Self::of(Shop::new(), |shop| {
            shop.git.write(CART, shop::service("cart", "checkout", 30));
        })
    }

    /// lin asks for a restart of `cart`.
    fn requested() -> Self {
        let shop = Shop::new();
        let text = shop.git.read(RESTART);
        let needs = "approval:\n  - by: {teams: [platform]}\ncall:";
        let text = text.replace("call:", needs).replace(
            "trigger: {request: true}",
            "trigger: {request: true}\ninputs: {properties: {why: {type: string}}}",
        );
        shop.git
            .write(RESTART, text)
            .commit("restarts need platform");
        Self::of(shop, |shop| {
            shop.git.write(ASKED, REQUEST);
        })
    }

    fn of(shop: Shop, change: impl Fn(&Shop)) -> Self {
        shop.pull_request();
        change(&shop);
        shop.git.commit("what is asked for");
        let approval = format!("sam@{}", shop.git.id("pr"));
        let approved = Self { shop, approval };
        approved.is_kept();
        approved
    }

    /// Changes a file of the pull request.
    fn push(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.shop.git.switch("pr").write(path, text).commit("more");
        self
    }

    fn target(self, path: &str, change: impl Fn(String) -> String) -> Self {
        let git = &self.shop.git;
        git.switch("main");
        let old = git.read(path);
        let new = change(old.clone());
        assert_ne!(old, new, "{path}");
        git.write(path, new).commit("the target moves");
        self
    }

    fn gate(&self, actor: &str) -> crate::program::Ran {
        self.shop.gate(actor, &["--approval", &self.approval])
    }

    fn is_kept(&self) {
        let gate = self.gate("lin");
        gate.says("1 of 1 approval given").exits(0);
    }

    fn is_void(&self) {
        self.gate("lin")
            .says(" missing")
            .says("not counted: sam at")
            .says("what was seen there is none of what needs it here")
            .exits(1);
    }

    /// The step of `cart`, as the plan has it now.
    fn step(&self) -> Value {
        let ran = self.shop.run(&[
            "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", "json",
        ]);
        let plan: Value = serde_json::from_str(ran.exits(0)).unwrap();
        let steps = plan["steps"].as_array().unwrap();
        let is_meant = |step: &&Value| {
            step["entity"] == "cart" && !step["approvals"].as_array().unwrap().is_empty()
        };
        steps.iter().find(is_meant).unwrap().clone()
    }
}

#[test]
fn every_field_of_a_step_is_in_one_of_the_lists() {
    let step: Step = serde_json::from_value(Approved::requested().step()).unwrap();
    let Step {
        number: _,
        stage: _,
        digest: _,
        action: _,
        title: _,
        built_in: _,
        definition: _,
        does: _,
        blueprint: _,
        entity: _,
        hidden: _,
        owners: _,
        requests: _,
        changes: _,
        lost: _,
        because: _,
        with: _,
        expiry: _,
        inputs: _,
        outcome: _,
        decisions: _,
        approvals: _,
        calls: _,
        after: _,
        undo: _,
        reads: _,
        writes: _,
    } = &step;
    let fields = serde_json::to_value(&step).unwrap();
    for field in fields.as_object().unwrap().keys() {
        let lists = COVERED.iter().chain(&LEFT_OUT);
        let is_listed = |listed: &&str| listed.split('.').next() == Some(field.as_str());
        assert!(lists.into_iter().any(is_listed), "{field}");
    }
}

#[test]
fn the_digest_is_of_the_covered_fields_and_of_no_other() {
    let step = Approved::requested().step();
    let step_of = |value: &Value| serde_json::from_value::<Step>(value.clone()).unwrap();
    let of = |value: &Value| step_of(value).digest_of();
    let digest = of(&step);
    assert_eq!(step["digest"], digest);
    for field in COVERED.iter().chain(&LEFT_OUT) {
        let mut flipped = step.clone();
        let value = flipped
            .pointer_mut(&format!("/{}", field.replace('.', "/")))
            .unwrap();
        *value = match *field {
            "does" => json!("delete"),
            "outcome" => json!("denied"),
            "changes" | "lost" => json!([{"path": "title", "after": "x", "place": "f:1:1"}]),
            "inputs" => json!([{"name": "why", "value": "x", "from": null, "secret": false}]),
            "approvals" | "because" | "decisions" | "calls" | "reads" | "writes" => json!([]),
            "after" => json!([7]),
            "with" => json!([{"blueprint": "Service", "entity": "pay"}]),
            "expiry" => json!({"at": "x"}),
            "owners" => json!(["Service/pay"]),
            _ => match value {
                Value::Number(_) => json!(9),
                Value::Bool(old) => json!(!*old),
                _ => json!("flipped"),
            },
        };
        assert_ne!(flipped, step, "{field} is flipped");
        assert_eq!(of(&flipped) != digest, COVERED.contains(field), "{field}");
    }
}

/// What stands below a covered field and says nothing of what is done is not covered.
#[test]
fn below_the_covered_fields_places_and_people_are_left_out() {
    let step = Approved::scaled().step();
    let step_of = |value: &Value| serde_json::from_value::<Step>(value.clone()).unwrap();
    let of = |value: &Value| step_of(value).digest_of();
    let excluded = json!([{"login": "x", "part": "asked"}]);
    let given = json!([{"login": "x", "commit": "c"}]);
    for (pointer, value, is_covered) in [
        ("/changes/0/path", json!("properties.other"), true),
        ("/changes/0/before", json!(4), true),
        ("/changes/0/after", json!(31), true),
        ("/changes/0/place", json!("f:9:9"), false),
        ("/inputs/0/name", json!("other"), true),
        ("/inputs/0/value", json!(31), true),
        ("/inputs/0/from", json!("other"), false),
        ("/approvals/0/by", json!("admins"), true),
        ("/approvals/0/count", json!(2), true),
        ("/approvals/0/candidates", json!(["kim"]), false),
        ("/approvals/0/excluded", excluded, false),
        ("/approvals/0/given", given, false),
        ("/approvals/0/waived", json!(1), false),
        ("/approvals/0/undecided", json!("why"), false),
        ("/approvals/0/place", json!("f:9:9"), false),
        ("/calls/0/id", json!("other"), true),
        ("/calls/0/retries", json!(3), true),
        ("/calls/0/timeout_seconds", json!(7), true),
        ("/calls/0/contract", json!("blind"), true),
    ] {
        let mut flipped = step.clone();
        *flipped.pointer_mut(pointer).unwrap() = value;
        assert_ne!(flipped, step, "{pointer} is flipped");
        assert_eq!(of(&flipped) != step["digest"], is_covered, "{pointer}");
    }
}

#[test]
fn action_another_name_on_the_target_voids() {
    Approved::scaled()
        .target(SCALE, |text| {
            text.replace("identifier: scale\n", "identifier: resize\n")
                .replace("undo: scale", "undo: resize")
        })
        .target(RESTART, |text| text.replace("[scale]", "[resize]"))
        .is_void();
}

#[test]
fn definition_another_title_voids() {
    Approved::scaled()
        .target(SCALE, |text| text.replace("title: Scale", "title: Resize"))
        .is_void();
}

#[test]
fn definition_another_condition_of_the_approval_voids() {
    Approved::scaled()
        .target(SCALE, |text| text.replace("> 20", "> 25"))
        .is_void();
}

#[test]
fn definition_another_permission_voids() {
    Approved::scaled()
        .target(SCALE, |text| {
            text.replace("[checkout, platform]}\na", "[checkout]}\na")
        })
        .is_void();
}

#[test]
fn blueprint_and_entity_another_service_voids() {
    Approved::scaled()
        .push(CART, shop::service("cart", "checkout", 3))
        .push(PAY, shop::service("pay", "platform", 30))
        .is_void();
}

#[test]
fn does_a_deletion_in_place_of_a_change_is_not_approved() {
    let approved = Approved::scaled();
    approved.shop.git.switch("pr").remove(CART).commit("gone");
    let gate = approved.gate("lin");
    gate.says("delete").does_not_say("1 of 1 approval given");
}

#[test]
fn request_another_id_voids() {
    Approved::requested()
        .push(ASKED, REQUEST.replace("restart-1", "restart-2"))
        .is_void();
}

#[test]
fn changes_another_value_after_voids() {
    Approved::scaled()
        .push(CART, shop::service("cart", "checkout", 31))
        .is_void();
}

#[test]
fn changes_another_value_before_voids() {
    Approved::scaled()
        .push(CART, shop::service("cart", "checkout", 31))
        .push(CART, shop::service("cart", "checkout", 30))
        .is_kept();
    let approved = Approved::scaled();
    let git = &approved.shop.git;
    git.switch("main")
        .write(CART, shop::service("cart", "checkout", 4))
        .commit("somebody scales it before");
    git.switch("pr");
    git.run(&["merge", "--quiet", "-X", "ours", "--no-edit", "main"]);
    approved.is_void();
}

#[test]
fn changes_another_path_of_the_same_action_voids() {
    let shop = Shop::new();
    let text = shop.git.read(SCALE);
    let text = text.replace(
        "[properties.replicas]",
        "[properties.replicas, properties.note]",
    );
    shop.git.write(SCALE, text).commit("notes too");
    let cart = shop::service("cart", "checkout", 30);
    Approved::of(shop, |shop| {
        shop.git.write(CART, &cart);
    })
    .push(CART, cart.replace("relations", "  note: x\nrelations"))
    .is_void();
}

#[test]
fn inputs_another_value_of_a_request_voids() {
    Approved::requested()
        .push(ASKED, format!("{REQUEST}inputs: {{why: because}}\n"))
        .is_void();
}

#[test]
fn approvals_another_count_voids() {
    Approved::scaled()
        .target(SCALE, |text| text.replace("count: 1", "count: 2"))
        .is_void();
}

#[test]
fn approvals_from_other_people_void() {
    Approved::scaled()
        .target(SCALE, |text| {
            text.replace("by: {teams: [platform]}", "by: {teams: [platform, admins]}")
        })
        .is_void();
}

#[test]
fn calls_another_template_voids() {
    Approved::scaled()
        .target(SCALE, |text| {
            text.replace("deploy.example/scale", "deploy.example/resize")
        })
        .is_void();
}

#[test]
fn calls_another_value_that_a_template_reads_voids() {
    let shop = Shop::new();
    let text = shop.git.read(SCALE);
    let text = text.replace(
        "replicas: \"{{ .inputs.replicas }}\"",
        "note: \"{{ .entity.properties.note }}\"",
    );
    let noted = |replicas: u32, note: &str| {
        let cart = shop::service("cart", "checkout", replicas);
        cart.replace("relations", &format!("  note: {note}\nrelations"))
    };
    shop.git
        .write(SCALE, text)
        .write(CART, noted(3, "a"))
        .commit("calls read the note");
    Approved::of(shop, |shop| {
        shop.git.write(CART, noted(30, "a"));
    })
    .push(CART, noted(30, "b"))
    .is_void();
}
