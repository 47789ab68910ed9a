//! `catalogc test`, by running the program: what the tests of a catalog say of its rules.

use catalogc::compile::compile;
use catalogc::source::{Selection, memory};
use catalogc::trial;

use crate::bless;
use crate::program::{Ran, catalogc, end, run};
use crate::repository::Git;

const REPLICAS: &str = "catalog/actions/change_replicas.yaml";
const RETIRED: &str = "catalog/policies/retired.cedar";
const TESTS: &str = "catalog/tests/own.yaml";

/// The shipped catalog.
fn shipped() -> Git {
    let git = Git::new();
    for (path, text) in catalogc::cli::shipped::shipped() {
        git.write(path, text);
    }
    git
}

/// The shipped catalog with these tests and no others.
fn with(tests: &str) -> Ran {
    let git = shipped();
    for file in ["catalog", "environments", "services"] {
        git.remove(&format!("catalog/tests/{file}.yaml"));
    }
    git.write(TESTS, tests);
    run(git.root(), &["test"])
}

#[test]
fn every_rule_of_the_shipped_catalog_is_decided_by_a_test() {
    let ran = run(shipped().root(), &["test", "--min-coverage", "100"]);
    assert!(ran.exits(0).starts_with("ok: "), "{ran}");
    assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
}

/// Each policy is taken out of the shipped catalog, and a test fails.
#[test]
fn a_policy_that_is_gone_fails_a_test() {
    let files = catalogc::cli::shipped::shipped();
    let mut count = 0;
    for (path, text) in files
        .iter()
        .filter(|(path, _)| path.starts_with("catalog/policies/"))
    {
        for statement in text.split_inclusive(";\n") {
            let (_, without) = text.split_once(statement).unwrap();
            let rest = text.replacen(statement, "", 1);
            assert!(rest.ends_with(without));
            let changed = files.iter().map(|(other, text)| {
                let text = if other == path { rest.as_str() } else { text };
                (*other, text)
            });
            let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
            let compiled = compile(memory::snapshot(changed), &selection);
            let report = trial::run(&compiled, &selection, None);
            assert!(report.failed() > 0, "{path} without {statement}");
            count += 1;
        }
    }
    assert_eq!(count, 14);
}

#[test]
fn a_failed_test_says_what_was_expected_and_why_it_is_not_so() {
    let ran = with(
        "- {name: lin to production, actor: lin, action: deploy, entity: CartService, inputs: {environment: production}, expect: allowed}\n",
    );
    let text = ran.exits(1);
    assert!(
        text.starts_with(
            "! lin to production  catalog/tests/own.yaml:1\n    expected  allowed, but denied\n    no        lin does not lead platform, the owner (catalog/policies/deploy.cedar:3)\n"
        ),
        "{text}"
    );
    assert!(text.contains("    could     sam\n"), "{text}");
    assert!(
        text.contains("failed: 1 test, 1 failed; 0 of 36 rules decided"),
        "{text}"
    );
}

#[test]
fn a_test_without_an_answer_lacks_it() {
    let test = "- {name: a, actor: sam, action: deploy, entity: CartService}\n";
    with(test)
        .says("wrong  a rule test needs `expect`")
        .exits(1);
}

#[test]
fn only_a_test_that_passes_covers_a_rule() {
    let test = |expect: &str| {
        format!(
            "- {{name: a, actor: sam, action: deploy, entity: CartService, inputs: {{environment: production}}, expect: {expect}}}\n"
        )
    };
    with(&test("allowed")).says("; 1 of 36 rules decided");
    with(&test("denied")).says("; 0 of 36 rules decided");
    with(&test("allowed"))
        .says("catalog/policies/deploy.cedar:9                  permit    asked, never applied");
}

#[test]
fn the_rule_that_is_expected_must_be_the_one_that_decides() {
    let test = |by: &str| {
        format!(
            "- {{name: a, actor: lin, action: deploy, entity: CartService, inputs: {{environment: staging}}, expect: allowed, by: \"{by}\"}}\n"
        )
    };
    for by in [
        "an environment that is not production",
        "deploy.cedar:10",
        "deploy.cedar",
        "catalog/policies/deploy.cedar:9",
    ] {
        with(&test(by)).exits(0);
    }
    for by in ["who leads the owner", "deploy.cedar:4", "owners.cedar"] {
        with(&test(by))
            .says("but by catalog/policies/deploy.cedar:9")
            .exits(1);
    }
}

#[test]
fn approvals_are_these_and_no_others() {
    let test = |approvals: &str| {
        format!(
            "- {{name: a, actor: lin, action: change_owner, entity: CartService, changed: {{relations.owner: checkout}}, expect: needs approval, approvals: {approvals}}}\n"
        )
    };
    with(&test("[{from: checkout}, {from: platform}]")).exits(0);
    with(&test("[{from: platform}]")).says("1 from checkout, the owner after was not expected");
    with(&test(
        "[{from: checkout}, {from: platform}, {from: admins}]",
    ))
    .says("1 from admins, which is not asked for");
    with(&test("[{from: checkout, count: 2}, {from: platform}]")).exits(1);
    with(&test("[{from: [checkout, admins]}, {from: platform}]")).exits(1);
}

#[test]
fn a_patch_is_planned_against_the_catalog_as_target() {
    // What a pull request gives itself does not count for it.
    with(
        "- {name: a, actor: jonas, patch: {User/jonas: {relations.teams: [platform]}, CartService: {properties.replicas: 5}}, expect: denied, steps: [{action: change_replicas, outcome: denied}, {action: grant, entity: jonas, outcome: denied}]}\n",
    )
    .exits(0);
    // A comment beside a value, another document of the file: nothing else is decided.
    with(
        "- name: a\n  actor: lin\n  patch:\n    CartService: {properties.replicas: 5}\n    catalog/entities/orders/flags.yaml: [{entity: saved-cart, path: properties.rollout, to: 30}]\n    env-lin-9: {remove: true}\n  expect: allowed\n  steps:\n  - {action: change_replicas, by: change_replicas.yaml}\n  - {action: toggle_feature_flag, entity: FeatureFlag/saved-cart}\n  - {action: delete_environment, outcome: allowed}\n",
    )
    .exits(0);
    with(
        "- {name: a, actor: lin, patch: {CartService: {properties.replicas: 5}}, expect: allowed, steps: {action: deploy}}\n",
    )
    .says("expected  a step deploy, the plan has none");
    with(
        "- {name: a, actor: lin, patch: {CartService: {properties.replicas: 3}}, expect: allowed}\n",
    )
    .says("the patch changes nothing");
    with(
        "- {name: a, actor: lin, patch: {CartService: {properties.type: robot}}, expect: denied}\n",
    )
    .says("`robot` is not a `type` of Component");
    with(
        "- {name: a, actor: kim, patch: {catalog/entities/orders/systems.yaml: {path: title, to: x}}, expect: denied}\n",
    )
    .says("has 2 documents");
}

#[test]
fn what_cannot_be_run_fails_and_hides_nothing() {
    let git = shipped();
    git.write(TESTS, "- name: a\n  actor: [lin\n");
    git.write(
        "catalog/tests/other.yaml",
        "name: b\nactor: lni\naction: delete\nentity: CartService\nexpect: denied\n",
    );
    let ran = run(git.root(), &["test"]);
    ran.exits(1);
    ran.says("! not a test that can be run  catalog/tests/own.yaml:")
        .says("nobody has the login `lni`")
        .says("36 of 36 rules decided");
    let checked = run(git.root(), &["check"]);
    checked
        .says("E0101")
        .says("warning[E0415]: nobody has the login `lni`")
        .exits(1);
}

#[test]
fn a_filter_runs_some_and_a_wrong_one_is_told() {
    let git = shipped();
    let ran = run(git.root(), &["test", "--filter", "retired service"]);
    assert_eq!(
        ran.exits(0),
        "ok: 2 tests of 65 with `retired service` in the name, 0 failed\n"
    );
    let wrong = run(git.root(), &["test", "--filter", "unheard of"]);
    wrong.says("no test has `unheard of` in its name").exits(2);
}

#[test]
fn too_little_coverage_fails() {
    let git = shipped();
    git.remove("catalog/tests/environments.yaml");
    run(git.root(), &["test"]).exits(0);
    let ran = run(git.root(), &["test", "--min-coverage", "90"]);
    ran.says("percent of the rules are decided, --min-coverage asks for 90")
        .exits(1);
    run(git.root(), &["test", "--min-coverage", "101"]).exits(2);
}

#[test]
fn the_report_is_the_same_with_any_number_of_threads() {
    let git = shipped();
    git.remove(RETIRED);
    for format in ["human", "json", "junit"] {
        let with = |threads: &str| {
            let mut command = catalogc(git.root(), &["test", "--format", format]);
            command.env("RAYON_NUM_THREADS", threads);
            end(command).exits(1).to_owned()
        };
        assert_eq!(with("1"), with("4"));
    }
}

#[test]
fn programs_read_the_same_numbers() {
    let git = shipped();
    git.remove(RETIRED);
    let json = run(git.root(), &["test", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(json.exits(1)).unwrap();
    let cases = json["cases"].as_array().unwrap();
    let failed = cases.iter().filter(|case| case["passed"] == false).count();
    assert_eq!((json["version"].as_u64(), failed), (Some(1), 2));
    let junit = run(git.root(), &["test", "--format", "junit"]);
    let junit = junit.exits(1);
    assert_eq!(junit.matches("<failure ").count(), 2, "{junit}");
    let all = cases.len() + json["rules"].as_array().unwrap().len();
    assert_eq!(junit.matches("<testcase ").count(), all);
    assert!(junit.contains(&format!("tests=\"{all}\" failures=\"2\"")));
}

#[test]
fn a_test_is_a_definition() {
    let git = shipped();
    git.commit("the catalog");
    let path = "catalog/tests/services.yaml";
    let text = git.read(path).replacen("restarts a service", "restarts", 1);
    git.commit_file(path, &text);
    let plan = |actor| {
        run(
            git.root(),
            &["plan", "--base", "HEAD~1", "--actor", actor, "--short"],
        )
    };
    assert!(
        plan("sam").exits(0).starts_with("denied"),
        "{}",
        plan("sam")
    );
    plan("kim").says("allowed");
}

#[test]
fn a_text_of_a_name_is_no_command_of_a_terminal() {
    let ran = with(
        "- {name: \"\\u001b[2J::error::x ##[add]\", actor: lin, action: delete, entity: CartService, expect: allowed}\n",
    );
    ran.exits(1);
    assert!(!ran.said().contains('\u{1b}') && !ran.said().contains("##["));
}

/// What the page shows is what the program prints: in the shipped catalog, and from its part
/// about failures on with two rules changed.
#[test]
fn the_page_about_tests_is_true() {
    let git = shipped();
    let page = include_str!("../../docs/testing-rules.md");
    let mut blocks = page.split("```text\n$ catalogc test\n");
    let mut printed = blocks.next().unwrap().to_owned();
    let mut count = 0;
    for block in blocks {
        let (_, rest) = block.split_once("```").unwrap();
        let ran = run(git.root(), &["test"]);
        printed.push_str(&format!(
            "```text\n$ catalogc test\n{}```{rest}",
            ran.said()
        ));
        if count == 0 {
            git.remove(RETIRED);
            let text = git.read(REPLICAS);
            git.write(
                REPLICAS,
                text.replace("[checkout, platform]   #", "[platform]   #"),
            );
        }
        count += 1;
    }
    assert_eq!(count, 2);
    let differs = bless::differs("../docs/testing-rules.md", &printed);
    bless::none_differ(&differs.into_iter().collect::<Vec<_>>(), "ruletests");
}

#[test]
fn two_blocks_on_one_line_are_two_rules() {
    let text = |tests: &str| {
        [
            ("catalogc.yaml", "people: {blueprint: User}\npermissions: enforced\n".to_owned()),
            (
                "catalog/blueprints/kinds.yaml",
                "identifier: Team\nschema: {properties: {}}\n---\nidentifier: User\nschema: {properties: {}}\nrelations: {teams: {target: Team, many: true, memberOf: true}}\n---\nidentifier: Service\nschema: {properties: {n: {type: integer}}}\n".to_owned(),
            ),
            (
                "catalog/entities/all.yaml",
                "{identifier: sre, blueprint: Team}\n---\n{identifier: ops, blueprint: Team}\n---\n{identifier: lin, blueprint: User, relations: {teams: [sre]}}\n---\n{identifier: ada, blueprint: User, relations: {teams: [ops]}}\n---\nidentifier: shop\nblueprint: Service\nproperties: {n: 1}\n".to_owned(),
            ),
            (
                "catalog/actions/scale.yaml",
                "identifier: scale\noperation: day-2\nblueprint: Service\ntrigger: {changed: [properties.n]}\npermissions: {execute: [{teams: [sre]}, {teams: [ops]}]}\n".to_owned(),
            ),
            (
                "catalog/policies/admins.cedar",
                "permit (principal, action == Action::\"define\", resource);\n".to_owned(),
            ),
            ("catalog/tests/own.yaml", tests.to_owned()),
        ]
    };
    let by = |actor: &str| {
        format!(
            "- {{name: {actor} scales, actor: {actor}, patch: {{shop: {{properties.n: 2}}}}, expect: allowed}}\n"
        )
    };
    let decided = |tests: &str| -> Vec<String> {
        let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).unwrap();
        let compiled = compile(memory::snapshot(text(tests)), &selection);
        let report = trial::run(&compiled, &selection, None);
        assert_eq!(report.failed(), 0, "{report:?}");
        let rules = report.rules.iter();
        let decided = rules.filter(|rule| rule.reach == trial::report::Reach::Decided);
        decided.map(|rule| rule.place.clone()).collect()
    };
    let (first, second) = (
        "catalog/actions/scale.yaml:5:26",
        "catalog/actions/scale.yaml:5:42",
    );
    assert_eq!(decided(&by("lin")), [first]);
    assert_eq!(decided(&by("ada")), [second]);
    assert_eq!(decided(&(by("lin") + &by("ada"))), [first, second]);
}

#[test]
fn patched_settings_say_what_is_read() {
    let files = |tests: &str| {
        [
            ("catalogc.yaml", "sources:\n  - {glob: \"more/*.yaml\", documents: entities}\nguards: {deletes: 10, deletes_percent: 100}\n".to_owned()),
            ("more/team.yaml", "identifier: ops\nblueprint: Team\n".to_owned()),
            ("catalog/entities/team.yaml", "identifier: sre\nblueprint: Team\n".to_owned()),
            (
                "catalog/blueprints/kinds.yaml",
                "identifier: Team\nschema: {properties: {}}\n".to_owned(),
            ),
            ("catalog/tests/own.yaml", tests.to_owned()),
        ]
    };
    let report = |tests: &str| {
        let selection = Selection::new(Some("catalogc.yaml"), "catalog", &["more/*.yaml"]).unwrap();
        let compiled = compile(memory::snapshot(files(tests)), &selection);
        trial::run(&compiled, &selection, None)
    };
    // Without its source the team of the other folder is gone.
    let gone = report(
        "- {name: a source goes, actor: lin, outsider: true, patch: {catalogc.yaml: {sources: null}}, expect: allowed, steps: [{action: delete, entity: ops}]}\n",
    );
    assert_eq!(gone.failed(), 0, "{gone:?}");
    let stays = report(
        "- {name: it stays, actor: lin, outsider: true, patch: {catalogc.yaml: {guards.deletes: 5}}, expect: allowed, steps: [{action: delete, entity: ops}]}\n",
    );
    assert_eq!(stays.failed(), 1, "{stays:?}");
}
