//! Plans that meet where it is easily overlooked, each pair of them by itself.

use catalogc::check::has_errors;
use catalogc::plan::commute::{Reason, clashes};
use catalogc::plan::file::PlanFile;

use super::{compiled, planned, rules, with};
use crate::commuting::world::Files;

fn files(files: &[(&str, &str)]) -> Files {
    let files = files.iter();
    files
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

/// The plan of a catalog to which some files are added, asked for by kim.
fn plan(base: &Files, more: &[(&str, &str)]) -> PlanFile {
    let edits = files(more).into_iter();
    let edits = edits.map(|(path, text)| (path, Some(text))).collect();
    let (before, after) = (compiled(base), compiled(&with(base, &edits)));
    for side in [&before, &after] {
        assert!(!has_errors(&side.findings), "{:?}", side.findings);
    }
    let rules = rules(&before);
    planned((&before, &rules), &after, "kim", &[]).expect("a plan")
}

/// Why two changes of a catalog do not commute, each with its fact.
fn met(base: &Files, one: &[(&str, &str)], other: &[(&str, &str)]) -> Vec<(Reason, String)> {
    let (one, other) = (plan(base, one), plan(base, other));
    let found = clashes(&one, &other).into_iter();
    found.map(|clash| (clash.why, clash.fact)).collect()
}

/// What looks like a secret, and is none.
fn lookalike() -> String {
    format!("{}{}", "ghp_", "Ab3dE6gH9jKlMn0pQr2tUv4xYz7aBc5dEf8g")
}

#[test]
fn a_unique_value_that_looks_like_a_secret_has_one_name_in_all_plans() {
    let base = files(&[
        ("catalogc.yaml", "version: 1\nseverity: {E0510: warning}\n"),
        (
            "catalog/blueprints/host.yaml",
            "identifier: Host\nschema: {properties: {code: {type: string}}}\nunique: [properties.code]\n",
        ),
    ]);
    let secret = lookalike();
    let host = |name: &str| {
        format!("identifier: {name}\nblueprint: Host\nproperties: {{code: {secret}}}\n")
    };
    let one = [("catalog/entities/a.yaml", &*host("a"))];
    let other = [("catalog/entities/b.yaml", &*host("b"))];
    let (first, second) = (plan(&base, &one), plan(&base, &other));
    for plan in [&first, &second] {
        let text = serde_json::to_string(plan).unwrap();
        assert!(!text.contains(&secret), "{text}");
    }
    let found = met(&base, &one, &other);
    let same = (Reason::SameValue, "unique Host.code \"***\"".to_owned());
    assert!(found.contains(&same), "{found:?}");
}

#[test]
fn a_name_that_looks_like_a_secret_is_hidden_in_small_letters_too() {
    let base = files(&[
        ("catalogc.yaml", "version: 1\nseverity: {E0510: warning}\n"),
        (
            "catalog/blueprints/host.yaml",
            "identifier: Host\nschema: {properties: {}}\n",
        ),
    ]);
    let secret = lookalike();
    let host = format!("identifier: {secret}\nblueprint: Host\n");
    let one = [("catalog/entities/a.yaml", host.as_str())];
    let plan = plan(&base, &one);
    let facts = plan
        .steps
        .iter()
        .flat_map(|it| it.reads.iter().chain(&it.writes));
    for fact in facts {
        let what = fact.what.to_lowercase();
        assert!(!what.contains(&secret.to_lowercase()), "{what}");
    }
    let other = [("catalog/entities/b.yaml", host.as_str())];
    let same = (Reason::SameIdentifier, "name Host ***".to_owned());
    let found = met(&base, &one, &other);
    assert!(found.contains(&same), "{found:?}");
}

/// Whoever leads the team of a system may create its parts, and move them to another system.
fn led() -> Files {
    files(&[
        (
            "catalogc.yaml",
            "version: 1\npermissions: enforced\npeople: {blueprint: User}\n",
        ),
        (
            "catalog/blueprints/all.yaml",
            "identifier: User
schema: {properties: {}}
relations: {teams: {target: Team, many: true, memberOf: true}}
---
identifier: Team
schema: {properties: {}}
relations: {leader: {target: User}}
---
identifier: System
schema: {properties: {}}
relations: {belongs: {target: Team}}
---
identifier: Part
schema: {properties: {}}
relations: {system: {target: System}}
ownership: {path: system.belongs}
",
        ),
        (
            "catalog/policies/rules.cedar",
            "permit (principal, action in Action::\"create\", resource is Part)
when { resource has owner && resource.owner has leader && resource.owner.leader == principal };
permit (principal, action in Action::\"update\", resource is Part)
when { context has after && context.after has owner && context.after.owner has leader && context.after.owner.leader == principal };
permit (principal, action in Action::\"define\", resource);
permit (principal == User::\"kim\", action in [Action::\"update\", Action::\"grant\"], resource is Team);
",
        ),
        (
            "catalog/entities/all.yaml",
            "identifier: kim
blueprint: User
---
identifier: lin
blueprint: User
---
identifier: others
blueprint: Team
---
identifier: shop
blueprint: System
relations: {belongs: checkout}
---
identifier: far
blueprint: System
relations: {belongs: others}
",
        ),
        ("catalog/entities/team.yaml", &team("kim")),
        ("catalog/entities/old.yaml", &part("old", "far")),
    ])
}

fn team(leader: &str) -> String {
    format!("identifier: checkout\nblueprint: Team\nrelations: {{leader: {leader}}}\n")
}

fn part(name: &str, system: &str) -> String {
    format!("identifier: {name}\nblueprint: Part\nrelations: {{system: {system}}}\n")
}

#[test]
fn what_rules_see_of_the_owner_of_something_new_is_read() {
    let part = part("new", "shop");
    let one = [("catalog/entities/new.yaml", part.as_str())];
    let allowed = plan(&led(), &one);
    assert_eq!(allowed.verdict().words(), "allowed");
    let team = team("lin");
    let found = met(&led(), &one, &[("catalog/entities/team.yaml", &team)]);
    assert!(
        found.iter().any(|(why, _)| *why == Reason::ReadsWritten),
        "{found:?}"
    );
}

#[test]
fn what_rules_see_of_the_owner_that_it_gets_is_read() {
    let part = part("old", "shop");
    let one = [("catalog/entities/old.yaml", part.as_str())];
    let allowed = plan(&led(), &one);
    assert!(allowed.steps[0].decisions[0].allowed);
    let team = team("lin");
    let found = met(&led(), &one, &[("catalog/entities/team.yaml", &team)]);
    assert!(
        found.iter().any(|(why, _)| *why == Reason::ReadsWritten),
        "{found:?}"
    );
}

/// A catalog of a kind whose name has a slash.
fn nodes(most: usize) -> Files {
    let mut base = files(&[
        ("catalogc.yaml", "version: 1\nguards: {deletes: 9000}\n"),
        (
            "catalog/blueprints/node.yaml",
            "identifier: A/B
schema: {properties: {note: {type: string}}}
relations: {next: {target: A/B, acyclic: true}}
",
        ),
    ]);
    for n in 0..most {
        let text = format!("identifier: n{n}\nblueprint: A/B\n");
        base.insert(format!("catalog/entities/n{n}.yaml"), text);
    }
    base
}

#[test]
fn all_of_a_kind_whose_name_has_a_slash_is_met_by_one_of_it() {
    let mut base = nodes(520);
    let to = |n: usize, to: &str| {
        format!("identifier: n{n}\nblueprint: A/B\nrelations: {{next: {to}}}\n")
    };
    let path = |n: usize| format!("catalog/entities/n{n}.yaml");
    base.extend((1..520).map(|n| (path(n), to(n, "n0"))));
    let mut renamed: Vec<(String, String)> = (1..520).map(|n| (path(n), to(n, "first"))).collect();
    let first = "identifier: first\nblueprint: A/B\nmovedFrom: n0\n";
    renamed.push((path(0), first.to_owned()));
    let renamed: Vec<(&str, &str)> = renamed.iter().map(|(a, b)| (&**a, &**b)).collect();
    let note = format!("{}properties: {{note: x}}\n", to(7, "n0"));
    let (path, note) = (path(7), note);
    let other = [(path.as_str(), note.as_str())];
    let (one, other) = (plan(&base, &renamed), plan(&base, &other));
    let writes = |it: &catalogc::plan::file::Fact| it.what == "A/B/*";
    assert!(one.steps[0].writes.iter().any(writes));
    let found = clashes(&one, &other);
    let read = found.iter().filter(|it| it.why == Reason::ReadsWritten);
    assert!(
        read.clone().any(|it| it.fact.starts_with("A/B/n7")),
        "{found:?}"
    );
    assert_eq!(found.len(), clashes(&other, &one).len());
}

/// New nodes, each before the last.
fn chain(base: &Files, count: usize) -> PlanFile {
    let link = |n: usize| {
        let next = format!("relations: {{next: c{}}}\n", n.saturating_sub(1));
        let next = if n == 0 { "" } else { &next };
        format!("identifier: c{n}\nblueprint: A/B\n{next}")
    };
    let links: Vec<(String, String)> = (0..count)
        .map(|n| (format!("catalog/entities/c{n}.yaml"), link(n)))
        .collect();
    let links: Vec<(&str, &str)> = links.iter().map(|(a, b)| (&**a, &**b)).collect();
    plan(base, &links)
}

#[test]
fn a_long_chain_is_read_as_a_whole_and_a_link_far_below_is_met() {
    let mut base = nodes(400);
    for n in 1..400 {
        let text = format!(
            "identifier: n{n}\nblueprint: A/B\nrelations: {{next: n{}}}\n",
            n - 1
        );
        base.insert(format!("catalog/entities/n{n}.yaml"), text);
    }
    let top = "identifier: top\nblueprint: A/B\nrelations: {next: n399}\n";
    let one = plan(&base, &[("catalog/entities/top.yaml", top)]);
    let is_cyclic = |fact: &&catalogc::plan::file::Fact| fact.what.starts_with("acyclic ");
    let read = one.steps[0].reads.iter().filter(is_cyclic).count();
    assert!(read < 60, "{read}");
    let new = "identifier: new\nblueprint: A/B\n---\nidentifier: n0\nblueprint: A/B\nrelations: {next: new}\n";
    let other = plan(&base, &[("catalog/entities/n0.yaml", new)]);
    for found in [clashes(&one, &other), clashes(&other, &one)] {
        let is_cycle = found.iter().any(|it| it.why == Reason::Cycle);
        assert!(is_cycle, "{found:?}");
    }
    let size = |count| {
        serde_json::to_string(&chain(&nodes(1), count))
            .unwrap()
            .len()
    };
    assert!(size(400) < 5 * size(100), "{} {}", size(100), size(400));
}
