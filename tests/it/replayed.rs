//! Real commits to repositories that a mapping reads, planned as pull requests.
#![expect(
    clippy::disallowed_methods,
    reason = "reads and writes folders of files"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use catalogc::plan::file::{Effectuation, PlanFile};
use serde_json::Value as Json;

use crate::corpora::{files, fixture, ours, whole};
use crate::program::{Ran, run};

/// The expected plan of a pair: operation and identity, with what each path loses and gains.
type Expected = BTreeMap<(String, String), BTreeMap<String, [BTreeSet<String>; 2]>>;

fn strings(value: &Json) -> BTreeSet<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(Json::as_str)
        .map(|text| text.rsplit_once(':').map_or(text, |(_, name)| name))
        .map(str::to_owned)
        .collect()
}

fn expected(pair: &Path) -> Expected {
    let text = fs::read_to_string(pair.join("expected-plan.json")).unwrap();
    let json: Json = serde_json::from_str(&text).unwrap();
    let steps = json.get("plan").and_then(Json::as_array).unwrap();
    let step = |step: &Json| {
        let text = |key: &str| step.get(key).and_then(Json::as_str).unwrap().to_owned();
        let changes = step.get("changes").and_then(Json::as_array);
        let changes = changes.into_iter().flatten().map(|change| {
            let path = change.get("path").and_then(Json::as_str).unwrap();
            let part = |key: &str| strings(change.get(key).unwrap());
            (path.to_owned(), [part("removed"), part("added")])
        });
        ((text("op"), text("id")), changes.collect())
    };
    steps.iter().map(step).collect()
}

fn planned(plan: &PlanFile) -> Expected {
    let step = |step: &catalogc::plan::file::Step| {
        let does = match step.does {
            Effectuation::Create => "create",
            Effectuation::Delete => "delete",
            _ => "update",
        };
        let changes = step.changes.iter().map(|change| {
            let [before, after] = [&change.before, &change.after]
                .map(|value| value.as_ref().map(strings).unwrap_or_default());
            let parts = [&before - &after, &after - &before];
            (change.path.clone(), parts)
        });
        let id = format!("{}:{}", step.blueprint, step.entity);
        ((does.to_owned(), id), changes.collect())
    };
    plan.steps.iter().map(step).collect()
}

/// Plans a pair of folders, each with our settings.
fn plan_of(pair: &Path, name: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    for side in ["base", "head"] {
        let mut all = files(&pair.join(side));
        all.extend(ours(name));
        for (path, text) in all {
            let at = folder.path().join(side).join(path);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, text).unwrap();
        }
    }
    let arguments = "plan --base ./base --head ./head --actor lin --format json";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    run(folder.path(), &arguments)
}

#[test]
fn real_commits_give_exactly_the_plans_that_they_mean() {
    let mut folders = vec![fixture("day2-pairs").join("pairs")];
    folders.extend(whole("day2-pairs"));
    for folder in folders {
        let mut pairs: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        pairs.sort();
        assert!(pairs.len() >= 6, "{pairs:?}");
        for pair in pairs {
            let name = pair.file_name().unwrap().to_str().unwrap().to_owned();
            let ran = plan_of(&pair, "day2-pairs");
            if name.contains("broken-head") {
                assert_eq!(ran.code, Some(1), "{name} {ran}");
                ran.says("octo-engineering-ai-enablement.json:5:3");
                ran.says("E0101").does_not_say("\"delete\"");
                continue;
            }
            let plan: PlanFile = serde_json::from_str(ran.exits(0)).unwrap();
            if name.contains("broken-base") {
                // The repair brings its entities back: adopted, nothing fires, `define` decides.
                assert_eq!(plan.steps.len(), 0, "{name} {ran}");
                let defined = plan.coverage.iter().any(|covered| {
                    covered.action == "define" && covered.path.starts_with("environments/")
                });
                assert!(defined && plan.refusals.is_empty(), "{name} {ran}");
                continue;
            }
            assert_eq!(planned(&plan), expected(&pair), "{name}");
        }
    }
}

#[test]
fn a_bundle_of_everything_is_compared_entity_by_entity() {
    let name = "suite-qontract-server-bundles";
    let ran = plan_of(&fixture(name).join("pair"), name);
    let plan: PlanFile = serde_json::from_str(ran.exits(0)).unwrap();
    let steps: Vec<String> = plan
        .steps
        .iter()
        .flat_map(|step| {
            let line = |change: &catalogc::plan::file::Change| {
                let (before, after) = (change.before.as_ref(), change.after.as_ref());
                let [before, after] = [before, after].map(|it| it.and_then(Json::as_str).unwrap());
                format!("{} {}: {before} -> {after}", step.entity, change.path)
            };
            step.changes.iter().map(line).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        steps,
        [
            "/cluster.yml properties.data.automationToken.path: secret-old -> secret-new",
            "/services/app-interface/app.yml properties.data.name: app-old -> app-new",
            "/services/app-interface/app.yml title: app-old -> app-new",
            "/changed_resource.yml properties.sha256sum: old_sha -> new_sha",
        ]
    );
}
