//! Catalogs that other repositories are, read by a mapping without a line of them changed.
//!
//! Small pieces stand in `fixtures/corpora`. Where `CATALOGC_CORPORA` names the folder of the
//! whole repositories, these are read too, and their known figures must come out.
#![expect(
    clippy::disallowed_methods,
    reason = "reads folders of files, and where they are"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use catalogc::compile::{Compiled, compile};
use catalogc::finding::Severity;
use catalogc::model::Entity;
use catalogc::plan::file::{Effectuation, PlanFile};
use catalogc::source::memory::snapshot;
use serde_json::Value as Json;

use crate::program::{Ran, run};
use crate::support::{Folder, compile_folder, places, selection};

/// The folder of a corpus among the fixtures.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/corpora")
        .join(name)
}

/// The folder of the whole corpus, where it is there.
fn whole(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CATALOGC_CORPORA")?;
    Some(PathBuf::from(folder).join(name))
}

/// All files below a folder, by their paths within it.
fn files(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(root).unwrap().to_str().unwrap();
            if let Ok(text) = fs::read_to_string(&path) {
                files.insert(below.to_owned(), text);
            }
        }
    }
    files
}

/// What is ours of a corpus: the settings and the catalog's folder.
fn ours(name: &str) -> BTreeMap<String, String> {
    let mut files = files(&fixture(name));
    files.retain(|path, _| path == "catalogc.yaml" || path.starts_with("catalog/"));
    files
}

/// The whole corpus with our settings, where it is there.
fn compile_whole(name: &str) -> Option<Compiled> {
    let corpus = whole(name)?;
    let mut all = files(&corpus);
    all.extend(ours(name));
    let selection = selection(&Folder(&fixture(name)));
    let taken = all
        .into_iter()
        .filter(|(path, _)| selection.takes_file(path));
    Some(compile(snapshot(taken), &selection))
}

fn entities<'c>(compiled: &'c Compiled, blueprint: &str) -> &'c [Entity] {
    let (id, _) = compiled.catalog.find_blueprint(blueprint).unwrap();
    compiled.catalog.entities_of(id)
}

fn entity<'c>(compiled: &'c Compiled, blueprint: &str, name: &str) -> &'c Entity {
    let (id, _) = compiled.catalog.find_blueprint(blueprint).unwrap();
    let id = compiled.catalog.find_entity(id, name).unwrap();
    compiled.catalog.entity(id).unwrap()
}

fn targets(entity: &Entity, relation: &str) -> Vec<String> {
    let related = entity.relation(relation);
    let targets = related.map(|related| &related.targets).into_iter();
    targets
        .flatten()
        .map(|target| target.value.to_string())
        .collect()
}

/// The names of a relation as the files spell them.
fn spelled<'c>(compiled: &'c Compiled, entity: &Entity, relation: &str) -> Vec<&'c str> {
    let related = entity.relation(relation);
    let targets = related.map(|related| &related.targets).into_iter();
    targets
        .flatten()
        .map(|target| compiled.snapshot.slice(target.span).trim_matches('"'))
        .collect()
}

fn count(entities: &[Entity], relation: &str) -> usize {
    let targets = |entity: &Entity| targets(entity, relation).len();
    entities.iter().map(targets).sum()
}

fn texts(entity: &Entity, property: &str) -> Vec<String> {
    let entry = entity.property(property);
    let items = entry.and_then(|entry| entry.node.as_sequence());
    let texts = items
        .unwrap_or_default()
        .iter()
        .filter_map(|it| it.as_str());
    texts.map(str::to_owned).collect()
}

/// Findings of a code.
fn found(compiled: &Compiled, code: &str) -> usize {
    let findings = compiled.findings.iter();
    findings.filter(|finding| finding.code.id == code).count()
}

#[test]
fn teams_of_github_organisations_are_read_with_those_within_them() {
    let compiled = compile_folder(&fixture("kubernetes-org"));
    assert_eq!(places(&compiled), Vec::<String>::new());
    assert_eq!(entities(&compiled, "org").len(), 2);
    let team = entity(&compiled, "team", "etcd-io/maintainers-etcd");
    assert_eq!(targets(team, "org"), ["etcd-io"]);
    let nested = entities(&compiled, "team")
        .iter()
        .filter(|team| team.relation("parent").is_some());
    assert_eq!(nested.count(), 1);
    // A path gives the value itself: the first member of the list, at its own characters.
    let first = team.relation("members").unwrap().targets.first().unwrap();
    assert_eq!(compiled.snapshot.slice(first.span), first.value);
    let path = compiled.snapshot.path(first.span.file);
    assert_eq!(path, "config/etcd-io/sig-etcd/teams.yaml");
    // Who is a member of both organisations is one person.
    let people = entities(&compiled, "user").len();
    let entries: usize = ["admins", "members"]
        .iter()
        .map(|relation| count(entities(&compiled, "org"), relation))
        .sum();
    assert!(people < entries, "{people} of {entries}");
}

#[test]
fn all_of_kubernetes_org_has_its_known_figures() {
    let Some(compiled) = compile_whole("kubernetes-org") else {
        return;
    };
    assert_eq!(places(&compiled), Vec::<String>::new());
    assert_eq!(compiled.catalog.mapped.len(), 73);
    let (orgs, teams) = (entities(&compiled, "org"), entities(&compiled, "team"));
    assert_eq!((orgs.len(), teams.len()), (8, 766));
    let nested = teams
        .iter()
        .filter(|team| team.relation("parent").is_some());
    assert_eq!(nested.count(), 56);
    let repos = |team: &Entity| {
        let repos = team.property("repos");
        repos
            .and_then(|entry| entry.node.as_mapping())
            .map_or(0, <[_]>::len)
    };
    assert_eq!(teams.iter().map(repos).sum::<usize>(), 631);
    assert_eq!(entities(&compiled, "user").len(), 1_509);
    let references = count(teams, "members") + count(teams, "maintainers");
    assert_eq!(references, 3_615);
    // How often a team spells a login in another case than its organisation does.
    let mut differing = 0;
    for team in teams {
        let org = entity(&compiled, "org", &targets(team, "org").concat());
        let of_org: BTreeSet<&str> = ["admins", "members"]
            .iter()
            .flat_map(|relation| spelled(&compiled, org, relation))
            .collect();
        let all = ["members", "maintainers"]
            .iter()
            .flat_map(|relation| spelled(&compiled, team, relation));
        differing += all.filter(|name| !of_org.contains(name)).count();
    }
    assert_eq!(differing, 48);
    let digits = entity(&compiled, "user", "249043822");
    assert_eq!(
        compiled.snapshot.slice(digits.identifier.span),
        "\"249043822\""
    );
}

#[test]
fn accounts_of_a_platform_are_read_with_their_grants() {
    let compiled = compile_folder(&fixture("moj-modernisation-platform"));
    assert_eq!(
        places(&compiled),
        [
            "environments/analytical-platform-next-poc-hub.json:3:18 E0301",
            "environments/ccms-ebs-ai.json:3:17 E0301",
            "environments/ccms-ebs-ai.json:3:17 E0304",
        ]
    );
    assert_eq!(entities(&compiled, "application").len(), 4);
    let account = entity(&compiled, "account", "ccms-ebs-ai-development");
    assert_eq!(targets(account, "application"), ["ccms-ebs-ai"]);
    assert!(texts(account, "access").iter().all(|it| it.contains('=')));
}

#[test]
fn all_of_the_modernisation_platform_has_its_known_figures() {
    let Some(compiled) = compile_whole("moj-modernisation-platform") else {
        return;
    };
    let errors = compiled
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.count(), 0);
    let applications = entities(&compiled, "application");
    let accounts = entities(&compiled, "account");
    assert_eq!((applications.len(), accounts.len()), (114, 300));
    assert!(compiled.catalog.shadowed.is_empty());
    let grants: Vec<String> = accounts
        .iter()
        .flat_map(|account| texts(account, "access"))
        .collect();
    let pairs = || grants.iter().filter_map(|grant| grant.split_once('='));
    let groups: BTreeSet<&str> = pairs().map(|(group, _)| group).collect();
    let levels: BTreeSet<&str> = pairs().map(|(_, level)| level).collect();
    assert_eq!((grants.len(), groups.len(), levels.len()), (1_045, 151, 21));
    let owners = |application: &&Entity| application.relation("codeowners").is_some();
    assert_eq!(applications.iter().filter(owners).count(), 114 - 73);
    // 27 applications have lists, of 47 names together, and 14 one text. The known figure of 409
    // counts each character of a text as a name.
    let (lists, single): (Vec<&Entity>, Vec<&Entity>) = applications
        .iter()
        .filter(owners)
        .partition(|it| it.relation("codeowners").is_some_and(|it| it.is_list));
    let in_lists: usize = lists.iter().map(|it| targets(it, "codeowners").len()).sum();
    let characters: usize = single
        .iter()
        .map(|it| targets(it, "codeowners").concat().len())
        .sum();
    assert_eq!((lists.len(), in_lists, single.len()), (27, 47, 14));
    assert_eq!(in_lists + characters, 409);
    assert_eq!(
        (found(&compiled, "E0301"), found(&compiled, "E0304")),
        (61, 14)
    );
    // `true` and `"true"`: both are read as what they mean.
    let reviewers = |account: &Entity| texts(account, "reviewers").len();
    assert_eq!(accounts.iter().map(reviewers).sum::<usize>(), 174);
}

#[test]
fn groups_of_a_community_name_each_other_by_display_name() {
    let compiled = compile_folder(&fixture("kubernetes-community"));
    assert_eq!(places(&compiled), Vec::<String>::new());
    let group = entity(&compiled, "group", "AI Gateway");
    assert_eq!(
        targets(group, "stakeholder_sigs"),
        ["Multicluster", "Network"]
    );
    let chair = targets(group, "chairs");
    assert!(
        entity(&compiled, "person", chair.first().unwrap())
            .title
            .is_some()
    );
}

#[test]
fn all_of_kubernetes_community_has_its_known_figures() {
    let Some(compiled) = compile_whole("kubernetes-community") else {
        return;
    };
    assert_eq!(places(&compiled), Vec::<String>::new());
    let groups = entities(&compiled, "group");
    let of_kind = |kind: &str| {
        let is_of = |group: &&Entity| {
            let entry = group.property("kind");
            entry.and_then(|entry| entry.node.as_str()) == Some(kind)
        };
        groups.iter().filter(is_of).count()
    };
    assert_eq!(
        ["sig", "working-group", "committee"].map(of_kind),
        [24, 8, 3]
    );
    let leads: usize = ["chairs", "tech_leads", "emeritus_leads"]
        .iter()
        .map(|relation| count(groups, relation))
        .sum();
    assert_eq!((leads, entities(&compiled, "person").len()), (286, 224));
    assert_eq!(count(groups, "stakeholder_sigs"), 31);
    let subprojects = entities(&compiled, "subproject");
    let owners = |subproject: &Entity| texts(subproject, "owners").len();
    assert_eq!(subprojects.len(), 234);
    assert_eq!(subprojects.iter().map(owners).sum::<usize>(), 524);
}

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
