//! Names, keys and values of 100 kB: findings about them stay sentences that can be read.

use catalogc::compile::compile;
use catalogc::source::Selection;
use catalogc::source::memory::snapshot;

/// The longest sentence of a finding, in characters.
const MOST: usize = 400;

#[test]
fn no_sentence_repeats_a_name_or_value_of_a_hundred_kilobytes() {
    let long = "x".repeat(100_000);
    let umlauts = "\u{e4}".repeat(50_000);
    let token = "y".repeat(100_000);
    let files = [
        (
            "catalog/blueprints/a.yaml",
            format!(
                "identifier: A\nschema:\n  properties:\n    e: {{type: string, enum: [{long}]}}\n    \
                 p: {{type: string, pattern: '^{long}$'}}\n    n: {{type: number}}\n    \
                 bad: {{type: {long}}}\n    key: {{{long}: 1}}\n  required: [n]\n\
                 relations: {{r: {{target: A}}, {long}: {{target: {umlauts}}}}}\n\
                 calculationProperties: {{c: {{calculation: .properties.{long}, type: {long}}}}}\n"
            ),
        ),
        (
            "catalog/blueprints/b.yaml",
            format!(
                "identifier: B\nschema: {{properties: {{e: {{enum: [{long}]}}, {long}: {{type: number}}}}}}\n\
                 relations: {{r: {{target: B}}, q: {{target: A, required: true}}}}\nunique: [properties.e]\n"
            ),
        ),
        (
            "catalog/entities/a.yaml",
            format!(
                "identifier: {long}\nblueprint: B\nproperties: {{e: {umlauts}, {umlauts}: 1, {long}: no}}\n\
                 relations: {{r: {long}y, {umlauts}: z}}\n---\nidentifier: {long}\nblueprint: B\n\
                 {long}: {{}}\n---\nidentifier: b\nblueprint: {long}\n---\nidentifier: {umlauts}\nblueprint: B\n\
                 properties: {{e: {umlauts}}}\nrelations: {{r: [{umlauts}], q: {long}}}\n---\n? [{long}]\n: 1\n"
            ),
        ),
        (
            "catalog/actions/a.yaml",
            format!(
                "identifier: {long}\noperation: {long}\nblueprint: B\n\
                 trigger: {{changed: [properties.{token}], condition: '.before.{long} == \"{long}\"'}}\n\
                 inputs: {{properties: {{i: {{type: {umlauts}}}}}, from: {{{token}: .after.{long}}}}}\n\
                 permissions: {{execute: {{users: [{long}], when: 'context.{long}'}}}}\n\
                 calls: [{{id: {long}, connector: {token}, needs: [{umlauts}], with: {{u: '{{{{ .{long} }}}}'}}}}]\n"
            ),
        ),
        (
            "catalog/scorecards/s.yaml",
            format!(
                "identifier: s\nblueprint: B\nrules: [{{identifier: r, level: {long}, query: {{combinator: {long}, \
                 conditions: [{{property: {umlauts}, operator: {long}, value: 1}}]}}}}]\n"
            ),
        ),
        (
            "catalog/requests/r.yaml",
            format!("action: {long}\nentity: {long}\n"),
        ),
        (
            "catalog/entities/broken.yaml",
            format!("{long}: [\"{long}\" {long}"),
        ),
    ];
    let selection = Selection::new(Some("catalogc.yaml"), "catalog", &[]).expect("no globs");
    let compiled = compile(snapshot(files), &selection);
    assert!(compiled.findings.len() > 20, "{}", compiled.findings.len());
    for finding in &compiled.findings {
        let related = finding.related.iter().map(|related| &related.label);
        let own = [&finding.message, &finding.label].into_iter();
        for sentence in own.chain(&finding.help).chain(related) {
            let length = sentence.chars().count();
            assert!(length <= MOST, "{}: {length}: {sentence}", finding.code.id);
        }
    }
}
