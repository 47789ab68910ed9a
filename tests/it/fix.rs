//! `check --fix`: what is misspelt in known ways comes back byte for byte, what is a guess
//! stays, and nothing gets worse.

use std::collections::BTreeMap;
use std::path::Path;

use catalogc::compile::{Compiled, compile};
use catalogc::fix::{Fixed, fix};
use catalogc::source::{Selection, Snapshot, disk, memory};
use catalogc::text::Span;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest};

use crate::support::{Folder, places, selection};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn shipped() -> (Snapshot, Selection) {
    let selection = selection(&Folder(root()));
    (disk::read(root(), &selection).unwrap(), selection)
}

fn fixed(snapshot: Snapshot, selection: &Selection) -> Fixed {
    let compiled = compile(snapshot, selection);
    fix(compiled, &|snapshot| Some(compile(snapshot, selection)))
}

/// A snapshot with other characters at some places.
fn mangled(snapshot: &Snapshot, edits: &[(Span, String)]) -> Snapshot {
    let mut edits = edits.to_vec();
    edits.sort();
    edits.dedup();
    memory::snapshot(snapshot.files().map(|(id, file)| {
        let mut text = file.text.as_deref().unwrap().to_owned();
        for (span, new) in edits.iter().rev().filter(|(span, _)| span.file == id) {
            text.replace_range(span.start as usize..span.end as usize, new);
        }
        (file.path.clone(), text)
    }))
}

pub(crate) fn texts(snapshot: &Snapshot) -> Vec<(&str, &str)> {
    let files = snapshot.as_slice().iter();
    files
        .map(|file| (file.path.as_str(), file.text.as_deref().unwrap()))
        .collect()
}

fn assert_same(one: &Snapshot, other: &Snapshot) {
    for (one, other) in texts(one).iter().zip(texts(other)) {
        assert_eq!(*one, other);
    }
}

/// Mangles the shipped catalog in one way, also with other line ends, and sees it restored.
fn assert_restored(mangle: impl Fn(&Compiled) -> Vec<(Span, String)>, at_least: usize) {
    let (snapshot, selection) = shipped();
    let crlf = memory::snapshot(snapshot.as_slice().iter().map(|file| {
        let text = file.text.as_deref().unwrap();
        (
            file.path.clone(),
            format!("\u{feff}{}", text.replace('\n', "\r\n")),
        )
    }));
    for snapshot in [snapshot, crlf] {
        let compiled = compile(snapshot, &selection);
        assert_eq!(places(&compiled), [""; 0]);
        let edits = mangle(&compiled);
        assert!(edits.len() >= at_least, "{}", edits.len());
        let broken = mangled(&compiled.snapshot, &edits);
        assert_ne!(broken, compiled.snapshot);
        let fixed = fixed(broken, &selection);
        assert_eq!(places(&fixed.compiled), [""; 0]);
        assert_same(&fixed.compiled.snapshot, &compiled.snapshot);
        assert!(fixed.fixed >= at_least);
    }
}

/// A name with its letters in the other case.
fn other_case(name: &str) -> String {
    let other = |c: char| {
        if c.is_ascii_uppercase() {
            c.to_ascii_lowercase()
        } else {
            c.to_ascii_uppercase()
        }
    };
    name.chars().map(other).collect()
}

/// A name with its second and third letter the other way round, where that is another name.
fn swapped(name: &str) -> Option<String> {
    let letters: Vec<char> = name.chars().collect();
    let (one, other) = (*letters.get(1)?, *letters.get(2)?);
    let fits = one != other && one.is_alphabetic() && other.is_alphabetic() && letters.len() > 5;
    let rest: String = letters[3..].iter().collect();
    fits.then(|| format!("{}{other}{one}{rest}", letters[0]))
}

fn is_word(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// Of edits with the names that they replace at most half for each name: a name that most agree
/// on against its definition is not what is misspelt.
fn half(edits: Vec<(Span, String, String)>) -> Vec<(Span, String)> {
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    for (_, name, _) in &edits {
        *all.entry(name.clone()).or_default() += 1;
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut is_taken = |name: &String| {
        let taken = taken.entry(name.clone()).or_default();
        *taken += 1;
        *taken <= (all[name] / 2).max(1)
    };
    edits
        .into_iter()
        .filter(|(_, name, _)| is_taken(name))
        .map(|(span, _, new)| (span, new))
        .collect()
}

#[test]
fn what_most_agree_on_is_not_rewritten_to_follow_a_misspelt_definition() {
    let (snapshot, selection) = shipped();
    for (path, from, to) in [
        (
            "catalog/blueprints/component.yaml",
            "identifier: Component\n",
            "identifier: Componnt\n",
        ),
        (
            "catalog/blueprints/component.yaml",
            "    replicas:",
            "    repliacs:",
        ),
        (
            "catalog/entities/people/teams.yaml",
            "identifier: checkout\n",
            "identifier: chekcout\n",
        ),
        (
            "catalog/actions/deploy.yaml",
            "identifier: deploy\n",
            "identifier: depoly\n",
        ),
    ] {
        let file = snapshot.find(path).unwrap();
        let text = snapshot.text(file).replacen(from, to, 1);
        assert_ne!(text, snapshot.text(file), "{path}");
        let broken = snapshot.clone().with_text(file, text);
        let fixed = fixed(broken.clone(), &selection);
        assert_eq!(fixed.fixed, 0, "{path}");
        assert_same(&fixed.compiled.snapshot, &broken);
        let found = places(&fixed.compiled);
        assert!(
            found.len() == 1 && found[0].starts_with(path) && found[0].ends_with("E0229"),
            "{found:?}"
        );
    }
}

#[test]
fn references_in_the_wrong_case_are_restored() {
    let mangle = |compiled: &Compiled| {
        let entities = compiled.catalog.entities.iter();
        let targets = entities
            .flat_map(|entity| entity.relations.iter())
            .flat_map(|related| related.targets.iter());
        let targets = targets
            .filter(|target| is_word(compiled.snapshot.slice(target.span)))
            .map(|target| {
                let name = target.value.to_string();
                (target.span, name, other_case(&target.value))
            })
            .collect();
        half(targets)
    };
    assert_restored(mangle, 60);
}

#[test]
fn misspelt_keys_are_restored() {
    let mangle = |compiled: &Compiled| {
        let entities = compiled.catalog.entities.iter();
        let keys = entities.flat_map(|entity| entity.properties.iter().map(|entry| &entry.key));
        let keys =
            keys.filter_map(|key| Some((key.span, key.value.to_string(), swapped(&key.value)?)));
        half(keys.collect())
    };
    assert_restored(mangle, 40);
}

#[test]
fn numbers_in_quotes_and_lists_of_one_are_restored() {
    let mangle = |compiled: &Compiled| {
        let mut edits = Vec::new();
        for entity in &compiled.catalog.entities {
            for entry in entity.properties.iter() {
                let written = compiled.snapshot.slice(entry.node.span);
                if written.parse::<u32>().is_ok() || matches!(written, "true" | "false") {
                    edits.push((entry.node.span, format!("\"{written}\"")));
                }
            }
            for related in entity.relations.iter().filter(|related| !related.is_list) {
                let written = compiled.snapshot.slice(related.span);
                edits.push((related.span, format!("[{written}]")));
            }
        }
        edits
    };
    assert_restored(mangle, 60);
}

#[test]
fn misspelt_blueprints_uncover_what_is_put_right_with_them() {
    let mangle = |compiled: &Compiled| {
        let blueprints = compiled.catalog.blueprints.iter();
        let relations = blueprints.flat_map(|blueprint| blueprint.relations.iter());
        relations
            .filter_map(|relation| Some((relation.target.span, swapped(&relation.target.value)?)))
            .collect()
    };
    assert_restored(mangle, 5);
}

/// The file in which the small catalog has its entity.
pub(crate) const ENTITY: &str = "catalog/entities/x.yaml";

/// A small catalog with an entity of this text, beside two teams.
pub(crate) fn small(text: &str) -> (Snapshot, Selection) {
    let blueprint = "identifier: Service\nschema:\n  properties:\n    version: {type: string}\n    size: {type: integer}\n    live: {type: boolean}\n    tags: {type: array, items: {type: string}}\nrelations:\n  owner: {target: Team}\n  uses: {target: Team, many: true}\n";
    let team = "identifier: Team\nschema: {properties: {}}\n";
    let teams = "identifier: checkout\nblueprint: Team\n---\nidentifier: team-1\nblueprint: Team\n";
    let snapshot = memory::snapshot([
        ("catalog/blueprints/service.yaml", blueprint),
        ("catalog/blueprints/team.yaml", team),
        ("catalog/entities/teams.yaml", teams),
        (ENTITY, text),
    ]);
    (snapshot, Selection::new(None, "catalog", &[]).unwrap())
}

fn entity_of(snapshot: &Snapshot) -> &str {
    snapshot.text(snapshot.find(ENTITY).unwrap())
}

/// The text of an entity's file after `fix`.
fn entity_fixed(text: &str) -> String {
    let (snapshot, selection) = small(text);
    let fixed = fixed(snapshot, &selection);
    entity_of(&fixed.compiled.snapshot).to_owned()
}

#[test]
fn texts_that_are_put_right_are_not_changed_again() {
    let words = prop_oneof![
        Just("Checkout"),
        Just("chekcout"),
        Just("[checkuot]"),
        Just("\"Checkout\""),
        Just("{version: 1.20}"),
        Just("{size: '3', live: yes}"),
        Just("{owner: &x chekcout, uses: *x}"),
        Just("{uses: TEAM-1, owner: [checkout]}"),
        Just("*x"),
        Just("1.20"),
        Just("yes"),
        Just("A"),
        Just("\u{201c}checkout\u{201d}"),
    ];
    let keys = prop_oneof![
        Just("properties"),
        Just("propreties"),
        Just("relations"),
        Just("Relations"),
        Just("owner"),
        Just("movedFrom"),
        Just("tilte"),
        Just("title"),
        Just("identifier"),
        Just("1"),
    ];
    let lines = proptest::collection::vec((keys, words, 0..2_usize), 1..6);
    let config = ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(lines in lines.prop_map(|lines| lines))| {
        let mut text = "identifier: A\nblueprint: Service\n".to_owned();
        for (key, word, deep) in &lines {
            text += &format!("{}{key}: {word} # kept\n", "  ".repeat(*deep));
        }
        let (broken, selection) = small(&text);
        let before = compile(broken.clone(), &selection);
        let once = fixed(broken, &selection);
        let kept = entity_of(&once.compiled.snapshot).matches("# kept").count();
        // A line that stands twice goes with the comment that stands twice.
        let mut different = lines.clone();
        different.sort_unstable();
        different.dedup();
        assert!(kept >= different.len() && kept <= lines.len());
        assert!(once.compiled.findings.len() <= before.findings.len());
        let twice = fixed(once.compiled.snapshot.clone(), &selection);
        assert_eq!(twice.fixed, 0);
        assert_eq!(&twice.compiled.snapshot, &once.compiled.snapshot);
    });
}

#[test]
fn what_is_certain_is_written() {
    for (wrong, right) in [
        (
            "properties: {version: 1.20}\n",
            "properties: {version: \"1.20\"}\n",
        ),
        (
            "properties: {size: '3'} # three\n",
            "properties: {size: 3} # three\n",
        ),
        ("properties: {live: yes}\n", "properties: {live: true}\n"),
        ("properties: {tags: one}\n", "properties: {tags: [one]}\n"),
        (
            "relations: {uses: checkout}\n",
            "relations: {uses: [checkout]}\n",
        ),
        (
            "relations:\n  owner:\n    - checkout # theirs\n",
            "relations:\n  owner: checkout # theirs\n",
        ),
        (
            "relations: {owner: chekcout}\n",
            "relations: {owner: checkout}\n",
        ),
        (
            "relatoins: {owner: checkout}\n",
            "relations: {owner: checkout}\n",
        ),
        ("title: A\ntitle: A\n", "title: A\n"),
        (
            "identifier: B\nblueprint: Service\n",
            "---\nidentifier: B\nblueprint: Service\n",
        ),
    ] {
        let head = "# a service\nidentifier: A\nblueprint: Service\n";
        assert_eq!(
            entity_fixed(&format!("{head}{wrong}")),
            format!("{head}{right}")
        );
    }
    let typographic = "{\u{201c}identifier\u{201d}: \u{201c}A\u{201d}, \u{201c}blueprint\u{201d}: \u{201c}Service\u{201d}}";
    let straight = "{\"identifier\": \"A\", \"blueprint\": \"Service\"}";
    assert_eq!(entity_fixed(typographic), straight);
    let moved =
        "identifier: A\nblueprint: Service\nmovedFrom: B\n---\nidentifier: B\nblueprint: Service\n";
    assert_eq!(entity_fixed(moved), moved.replace("movedFrom: B\n", ""));
    let stale = "identifier: A\nblueprint: Team\nmovedFrom: Long\n---\nidentifier: C\nblueprint: Service\nrelations: {owner: Long} # kept\n";
    assert_eq!(
        entity_fixed(stale),
        stale.replace("owner: Long", "owner: A")
    );
}

#[test]
fn what_is_a_guess_stays() {
    for text in [
        // What looks like a list in quotes may be meant as one, or as the list.
        "properties: {tags: \"[x]\"}\n",
        "relations: {uses: \"[checkout]\"}\n",
        // Other digits are another team, and so is another beginning.
        "relations: {owner: recheckout}\n",
        "relations: {owner: team-2}\n",
        "properties: {size: three}\n",
        "properties: {tags: \"one, two\"}\n",
        "relations: {owner: [checkout, team-1]}\n",
        "title: A\ntitle: B\n",
        // The alias stands for a title too, which would change with it.
        "title: &t chekcout\nrelations: {owner: *t}\n",
        "properties: &p {version: 1.20}\nrelations: *p\n",
        // It would be there twice.
        "relations: {owner: checkout}\nrelatoins: {owner: team-1}\n",
        "relations: {owner: checkout}\nRelations: {owner: checkout}\n",
        "relations:\n  owner: |\n    chekcout\n",
    ] {
        let text = format!("identifier: A\nblueprint: Service\n{text}");
        assert_eq!(entity_fixed(&text), text);
    }
}
