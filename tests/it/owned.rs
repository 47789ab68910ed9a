//! The change types of app-sre/qontract-reconcile as rules, and what they say of changes to its
//! datafiles.
//!
//! The repository has no decisions written down: what is expected follows from what each of its
//! change types covers. What has no counterpart here:
//! - `secret-promoter` covers `openshiftResources[?(@.provider=="vault-secret")].version`: a list
//!   is changed as a whole here, so that a rule sees that it changed and not which element did;
//! - the paths of `saas-file-self-service` below `resourceTemplates[*]`, for the same reason:
//!   what its owners may not change by themselves falls to `update`, which is denied;
//! - `resourcefile` and `implicitOwnership`: texts of no kind, and owners that a file names of
//!   itself.

use serde_json::Value as Json;

use crate::corpora::{files, fixture, ours, whole};
use crate::program::run;
use crate::repository::Git;

const NAME: &str = "suite-qontract-change-owners";
const FOLDER: &str = "reconcile/test/fixtures/change_owners";

/// A change of a datafile, who makes it, the steps of its plan and how each is decided.
struct Case {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    expected: &'static [(&'static str, &'static [(&'static str, bool)])],
}

const CASES: &[Case] = &[
    // saas-file-self-service: `parameters` is covered for who has it, and for nobody else.
    Case {
        file: "datafile_saas_file.yaml",
        from: "GITHUB_USERS: app-sre-bot",
        to: "GITHUB_USERS: other-bot",
        expected: &[
            ("user", &[("saas_file_self_service", true)]),
            ("nora", &[("saas_file_self_service", false)]),
        ],
    },
    // What it does not cover needs somebody else.
    Case {
        file: "datafile_saas_file.yaml",
        from: "description: SaaS tracking file",
        to: "description: a tracking file",
        expected: &[
            ("user", &[("update", false)]),
            ("adam", &[("update", true)]),
        ],
    },
    // Both in one merge: what is covered does not cover the rest.
    Case {
        file: "datafile_saas_file.yaml",
        from: "description: SaaS tracking file for GitHub Mirror",
        to: "description: x\n  deployResources: {cpu: 1}",
        expected: &[(
            "user",
            &[("saas_file_self_service", true), ("update", false)],
        )],
    },
    // No counterpart for a path within a list: denied, and never covered by chance.
    Case {
        file: "datafile_saas_file.yaml",
        from: "ref: master",
        to: "ref: main",
        expected: &[("user", &[("update", false)])],
    },
    // secret-promoter has none either.
    Case {
        file: "datafile_namespace.yaml",
        from: "version: 1",
        to: "version: 2",
        expected: &[
            ("user", &[("update", false)]),
            // cluster-owner: all of a namespace, for who owns its cluster.
            ("carla", &[("update", true)]),
        ],
    },
    // change-role-member: who has the role that is added.
    Case {
        file: "datafile_user.yaml",
        from: "  - $ref: /roles/a-role.yaml",
        to: "  - $ref: /roles/a-role.yaml\n  - $ref: /roles/another-role.yaml",
        expected: &[
            ("nora", &[("grant", true)]),
            ("carla", &[("grant", false)]),
            // Nobody takes a role by themselves.
            ("user", &[("grant", false)]),
        ],
    },
    // Of two roles each is covered by its own.
    Case {
        file: "datafile_user.yaml",
        from: "  - $ref: /roles/a-role.yaml",
        to: "  - $ref: /roles/a-role.yaml\n  - $ref: /roles/another-role.yaml\n  - $ref: /roles/cluster-owners.yaml",
        expected: &[
            ("nora", &[("grant", false)]),
            ("carla", &[("grant", false)]),
            ("adam", &[("grant", true)]),
        ],
    },
    // `when: added` does not cover what is removed.
    Case {
        file: "datafile_user.yaml",
        from: "  - $ref: /roles/a-role.yaml",
        to: "  - $ref: /roles/another-role.yaml",
        expected: &[("nora", &[("grant", false)])],
    },
    // change-type-restrictive: whoever else may, those that it names must.
    Case {
        file: "datafile_user.yaml",
        from: "org_username: user",
        to: "org_username: other",
        expected: &[
            ("adam", &[("update", false)]),
            ("carla", &[("update", false)]),
        ],
    },
];

/// The steps of a plan with whether each is allowed, by action.
fn steps(base: &Git, head: &Git, actor: &str) -> Vec<(String, bool)> {
    let (base, head) = (base.root().to_str().unwrap(), head.root());
    let line = ["plan", "--base", base, "--head", head.to_str().unwrap()];
    let rest = ["--actor", actor, "--format", "json"];
    let ran = run(head, &[&line[..], &rest].concat());
    let plan: Json = serde_json::from_str(ran.exits(0)).unwrap();
    let steps = plan["steps"].as_array().unwrap().iter();
    let mut steps: Vec<(String, bool)> = steps
        .map(|step| {
            let action = step["action"].as_str().unwrap().to_owned();
            (action, step["outcome"] == "allowed")
        })
        .collect();
    steps.sort();
    steps
}

fn decides(datafiles: &[(String, String)]) {
    let ours = ours(NAME);
    let catalog = |edited: Option<&Case>| {
        let git = Git::new();
        for (path, text) in &ours {
            git.write(path, text);
        }
        for (path, text) in datafiles {
            match edited.filter(|case| path.ends_with(case.file)) {
                Some(case) => {
                    assert!(text.contains(case.from), "{path}");
                    git.write(path, text.replacen(case.from, case.to, 1))
                }
                None => git.write(path, text),
            };
        }
        git
    };
    let base = catalog(None);
    run(base.root(), &["check"]).exits(0);
    for case in CASES {
        let head = catalog(Some(case));
        for (actor, expected) in case.expected {
            let expected: Vec<(String, bool)> = expected
                .iter()
                .map(|(action, allowed)| ((*action).to_owned(), *allowed))
                .collect();
            let found = steps(&base, &head, actor);
            assert_eq!(found, expected, "{actor}: {} -> {}", case.from, case.to);
        }
    }
}

/// The datafiles below a folder.
fn datafiles(root: &std::path::Path) -> Vec<(String, String)> {
    let begins = format!("{FOLDER}/datafile_");
    let all = files(root).into_iter();
    all.filter(|(path, _)| path.starts_with(&begins)).collect()
}

#[test]
fn change_types_of_another_engine_decide_as_rules_here() {
    decides(&datafiles(&fixture(NAME)));
}

#[test]
fn the_whole_suite_has_the_datafiles_that_were_copied() {
    let Some(root) = whole(NAME) else { return };
    let whole = datafiles(&root);
    assert_eq!(whole, datafiles(&fixture(NAME)));
    let types = files(&root).into_keys();
    let types = types.filter(|path| path.contains("/changetype_")).count();
    assert_eq!(types, 5);
}
