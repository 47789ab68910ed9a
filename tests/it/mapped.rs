//! Catalogs that other repositories are, read by a mapping without a line of them changed.
//!
//! Small pieces stand in `fixtures/corpora`. Where the whole repositories are there, they are
//! read too, and their known figures must come out.
#![expect(
    clippy::disallowed_methods,
    reason = "a test writes the small repository that is read"
)]

use std::collections::BTreeSet;
use std::path::Path;

use catalogc::compile::Compiled;
use catalogc::finding::Severity;
use catalogc::model::Entity;

use crate::corpora::{compile_whole, fixture};
use crate::support::{compile_folder, places};

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
    let files = compiled.snapshot.as_slice().iter();
    let readings = files.filter_map(|file| compiled.catalog.files.reading(&file.path));
    let mapped = readings.filter(|reading| reading.mapping().is_some());
    assert_eq!(mapped.count(), 73);
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
    // Two blanks of no width stand before that address.
    assert_eq!(places(&compiled), ["sigs.yaml:1027:18 E0107"]);
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

#[test]
fn a_label_says_made_only_where_the_name_itself_does_not_stand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check/mapping-places");
    let compiled = compile_folder(&folder);
    let labels: Vec<(&str, &str)> = compiled
        .findings
        .iter()
        .filter(|finding| finding.code.id == "E0301")
        .map(|finding| {
            let written = compiled.snapshot.slice(finding.span);
            (written, finding.label.as_str())
        })
        .collect();
    let stands = labels.iter().filter(|(_, label)| *label == "not found");
    assert_eq!(stands.count(), 6, "{labels:?}");
    assert!(
        labels.contains(&("x", "made of this element")),
        "{labels:?}"
    );
}

/// A blueprint, a mapping that gives `owner` by an expression, and three elements.
fn with_owner(schema: &str, expression: &str, elements: &str) -> Compiled {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "catalogc.yaml",
        "sources: [{glob: 'all/*.yaml', reader: mapping, mapping: rules.yaml}]\n",
    );
    write(
        "catalog/blueprints/service.yaml",
        &format!("identifier: Service\nschema: {{properties: {{owner: {schema}}}}}\n"),
    );
    write(
        "rules.yaml",
        &format!(
            "resources:
  - port:
      itemsToParse: .services
      entity:
        mappings:
          identifier: .item.name
          blueprint: '\"Service\"'
          properties: {{owner: '{expression}'}}
"
        ),
    );
    write("all/a.yaml", elements);
    compile_folder(folder.path())
}

#[test]
fn a_path_that_may_lead_to_nothing_is_not_told_where_it_does() {
    let elements = "services: [{name: a}, {name: b}, {name: c}]\n";
    for (schema, expression, times) in [
        ("{type: string}", ".item.owner", 1),
        ("{type: string}", ".item.owner?", 0),
        ("{type: string}", ".item.owner // null", 0),
        ("{type: string}", ".item.owner // .item.team", 0),
        ("{type: string, default: lin}", ".item.owner", 0),
    ] {
        let compiled = with_owner(schema, expression, elements);
        assert_eq!(found(&compiled, "E0316"), times, "{schema} {expression}");
    }
}

#[test]
fn of_two_equal_texts_the_one_that_as_names_is_the_place() {
    let elements = "services:\n- {name: lin, title: lin, owner: lin}\n";
    for (expression, column) in [
        (".item.owner as $it | $it", 34),
        (".item.title as $it | .item.owner as $other | $it", 22),
        (".item as $it | $it.owner", 34),
    ] {
        let compiled = with_owner("{type: string, maxLength: 2}", expression, elements);
        let places = places(&compiled);
        let place = format!("all/a.yaml:2:{column}");
        assert!(
            places.iter().any(|found| found.contains(&place)),
            "{expression}: {places:?}"
        );
    }
}
