//! `set` and `new`: several changes of one list, keys that stand twice, files that are none of the
//! catalog's, and that all files are written or none.

use crate::changing::small;
use crate::program::run;
use crate::repository::Git;

#[test]
fn both_of_two_additions_to_a_foreign_list_are_made() {
    let git = Git::new();
    git.write(
        "catalogc.yaml",
        "version: 1\nsources:\n  - {glob: \"services/*.yaml\", reader: backstage}\n",
    );
    git.write(
        "services/a.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n  tags: [one]\nspec:\n  type: service\n  lifecycle: production\n  owner: me\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: me}\nspec: {type: team, children: []}\n",
    );
    git.commit("descriptors");
    let ran = run(
        git.root(),
        &["set", "Component/a", "tags+=two", "tags+=three"],
    );
    ran.exits(0);
    let text = git.read("services/a.yaml");
    assert!(text.contains("tags: [one, two, three]"), "{text}");
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let text = "identifier: cart\nblueprint: Service\nproperties: {replicas: 1, replicas: 2}\nrelations: {owner: red}\n";
    let git = small(text);
    let ran = run(git.root(), &["set", "cart", "replicas=3"]);
    ran.says("stands twice").exits(1);
    assert_eq!(git.read("catalog/entities/all.yaml"), text);
}

#[test]
fn what_is_new_is_read_where_it_is_written() {
    let git = small("identifier: cart\nblueprint: Service\nrelations: {owner: red}\n");
    let new = |file: &str| {
        let arguments = [
            "new",
            "Service",
            "shop",
            "--set",
            "owner=red",
            "--file",
            file,
        ];
        run(git.root(), &arguments)
    };
    for file in [
        "catalog/entities/x.txt",
        "x.yaml",
        "../x.yaml",
        "/tmp/x.yaml",
        "catalog/../x.yaml",
        "catalog/blueprints/x.yaml",
        "catalog/entities/",
    ] {
        let ran = new(file);
        assert_ne!(ran.code, Some(0), "{file}");
        assert_eq!(git.run(&["status", "--short"]), "", "{file}");
    }
    new("catalog/entities/x.yaml").exits(0);
}

#[test]
fn a_folder_in_the_place_of_a_new_file_stays() {
    let git = small("identifier: cart\nblueprint: Service\nrelations: {owner: red}\n");
    git.write("catalog/entities/shop.yaml/keep.txt", "");
    let arguments = ["new", "Service", "shop", "--set", "owner=red"];
    let ran = run(git.root(), &arguments);
    ran.says("nothing is changed").exits(2);
    assert!(git.root().join("catalog/entities/shop.yaml").is_dir());
}

#[test]
fn a_new_line_ends_as_its_neighbours_do() {
    let text = "identifier: cart\r\nblueprint: Service\r\nrelations: {owner: red}\r\nproperties:\n  # how many\n  replicas: 1\n";
    let git = small(text);
    run(git.root(), &["set", "cart", "tier=high"]).exits(0);
    let wanted = format!("{text}  tier: high\n");
    assert_eq!(git.read("catalog/entities/all.yaml"), wanted);
}

#[test]
fn words_that_older_readers_take_for_more_are_quoted() {
    let text =
        "identifier: cart\nblueprint: Service\nrelations: {owner: red}\nproperties:\n  note: x\n";
    for word in ["=", "<<", "2024-01-01", "0b1", "0x1_0", "\u{a0}x"] {
        let git = small(text);
        run(git.root(), &["set", "cart", &format!("note={word}")]).exits(0);
        let after = git.read("catalog/entities/all.yaml");
        assert!(after.contains("  note: \""), "{word}: {after}");
    }
}

#[test]
fn a_name_with_letters_of_any_language_has_a_file() {
    let git = small("identifier: cart\nblueprint: Service\nrelations: {owner: red}\n");
    let arguments = ["new", "Service", "StraßenKüche", "--set", "owner=red"];
    run(git.root(), &arguments).exits(0);
    assert!(
        git.root()
            .join("catalog/entities/straßen-küche.yaml")
            .exists()
    );
}

#[test]
fn a_large_file_on_one_line_is_changed_at_once() {
    use std::fmt::Write as _;
    let mut text = String::from("[");
    for number in 0..1500 {
        let comma = if number == 0 { "" } else { "," };
        write!(text, "{comma}{{\"identifier\":\"s{number}\",\"blueprint\":\"Service\",\"relations\":{{\"owner\":\"red\",\"uses\":[\"cart\"]}},\"properties\":{{\"replicas\":1,\"tags\":[\"a\",\"b\"]}}}}").unwrap();
    }
    text.push_str("]\n");
    let git = small("identifier: cart\nblueprint: Service\nrelations: {owner: red}\n");
    git.write("catalog/entities/more.json", &text);
    git.commit("more");
    run(git.root(), &["set", "s700", "replicas=2"]).exits(0);
    run(git.root(), &["mv", "cart", "trolley"]).exits(0);
    let after = git.read("catalog/entities/more.json");
    assert_eq!(after.matches("\"trolley\"").count(), 1500);
    assert_eq!(after.matches("\"replicas\":2").count(), 1);
}
