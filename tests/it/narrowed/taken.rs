//! Texts of other files that stand in the place of values: who changes one changes the entity,
//! whatever definition changes beside it.

use super::left::compiled;
use super::told;
use crate::actions::planned;

const API: &str = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: cart}\nspec: {type: openapi, lifecycle: production, owner: a, definition: {$WORD: ./api.yaml}}\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\nspec: {type: team, children: []}\n";
const ACTION: &str = "identifier: publish\noperation: day-2\nblueprint: API\ntrigger: {changed: [properties.definition]}\n";
const BLUEPRINT: &str = "identifier: API\nschema: {properties: {type: {type: string}, lifecycle: {type: string}, definition: {}}}\nrelations: {owner: {target: Group}}\n";

/// What a plan says where the settings, the blueprint and the text are others.
fn plan(word: &str, settings: &str, blueprint: &str, text: &str) -> Vec<String> {
    let api = API.replace("$WORD", word);
    let compiled = |settings: &str, blueprint: &str, text: &str| {
        let source = format!(
            "permissions: open\nsources: [{{glob: \"**/catalog-info.yaml\", reader: backstage, files: [\"**/api.yaml\"]{settings}}}]\n"
        );
        let blueprint = format!("{BLUEPRINT}{blueprint}");
        compiled(&[
            ("catalogc.yaml", &source),
            ("catalog/actions/publish.yaml", ACTION),
            ("catalog/blueprints/api.yaml", &blueprint),
            ("cart/catalog-info.yaml", &api),
            ("cart/api.yaml", text),
        ])
    };
    let before = compiled("", "", "version: 1\n");
    let after = compiled(settings, blueprint, text);
    told(&planned(&before, &after, "lin"))
}

#[test]
fn a_text_that_is_taken_in_fires_what_its_value_fires() {
    for word in ["$text", "$yaml"] {
        let told = plan(word, "", "", "version: 2\n");
        assert_eq!(told, ["publish API/cart"], "{word}");
    }
}

#[test]
fn a_text_that_changes_with_its_blueprint_fires_still() {
    for word in ["$text", "$yaml"] {
        let told = plan(word, "", "title: Interface\n", "version: 2\n");
        assert_eq!(
            told,
            ["publish API/cart", "define catalog/blueprints/api.yaml"],
            "{word}"
        );
    }
}

#[test]
fn a_text_that_changes_with_the_settings_fires_still() {
    for word in ["$text", "$yaml"] {
        let told = plan(word, ", exclude: [x]", "", "version: 2\n");
        assert_eq!(told, ["publish API/cart", "define catalogc.yaml"], "{word}");
    }
}

#[test]
fn what_a_tree_that_is_taken_in_does_not_say_is_a_change_beside() {
    let comment = "version: 2 # two\n";
    assert_eq!(plan("$text", "", "", comment), ["publish API/cart"]);
    assert_eq!(
        plan("$yaml", "", "", comment),
        ["publish API/cart", "meta cart/api.yaml"]
    );
    assert_eq!(
        plan("$text", "", "", "\u{feff}version: 2\n"),
        ["publish API/cart", "meta cart/api.yaml"]
    );
}

const TEAMS: &str =
    "permissions: open\nsources: [{glob: \"teams/*\", reader: mapping, mapping: teams.yaml}]\n";
const RULES: &str = "resources:\n  - port:\n      itemsToParse: .teams\n      entity: {mappings: {identifier: .item.name, blueprint: '\"Team\"', properties: {size: .item.size}}}\n";

/// What a plan says where a file of teams is another.
fn teams(path: &str, before: &str, after: &str) -> Vec<String> {
    let compiled = |text: &str| {
        compiled(&[
            ("catalogc.yaml", TEAMS),
            ("teams.yaml", RULES),
            (
                "catalog/blueprints/t.yaml",
                "identifier: Team\nschema: {properties: {size: {type: integer}}}\n",
            ),
            (path, text),
        ])
    };
    told(&planned(&compiled(before), &compiled(after), "lin"))
}

#[test]
fn a_step_in_a_document_hides_nothing_else_in_it() {
    let before = r#"{"about": 1, "teams": [{"name": "a", "size": 1, "note": "x"}, {"name": "b", "size": 2}]}"#;
    let changed = before.replace("\"size\": 1", "\"size\": 3");
    let path = "teams/all.json";
    assert_eq!(teams(path, before, &changed), ["update Team/a"]);
    let gone = r#"{"about": 1, "teams": [{"name": "b", "size": 2}]}"#;
    assert_eq!(teams(path, before, gone), ["delete Team/a"]);
    assert_eq!(teams(path, gone, before), ["create Team/a"]);
    for (from, to) in [
        ("\"about\": 1", "\"about\": 2"),
        ("\"x\"", "\"y\""),
        ("\"size\": 2", "\"size\": 2.0"),
        (", \"note\": \"x\"", ""),
    ] {
        let told = teams(path, before, &changed.replace(from, to));
        assert_eq!(told, ["update Team/a", "meta teams/all.json"], "{from}");
    }
}
