//! `set`, `mv`, `rm` and `new`: what they write, to the byte, and what they leave alone.

use std::path::Path;

use crate::program::run;
use crate::repository::Git;

/// The shipped catalog in a repository.
fn shipped() -> Git {
    let git = Git::new();
    let (snapshot, _) = crate::fix::shipped();
    for (path, text) in crate::fix::texts(&snapshot) {
        git.write(path, text);
    }
    git.commit("the catalog");
    git
}

pub(crate) const BLUEPRINTS: &str = "\
identifier: Team
schema: {properties: {}}
---
identifier: Service
schema:
  properties:
    replicas: {type: integer, minimum: 0, maximum: 50}
    tier: {type: string, enum: [high, low]}
    note: {type: string}
    labels: {type: object}
    tags: {type: array, items: {type: string}}
    env:
      type: array
      listKey: name
      items: {type: object, properties: {name: {type: string}, value: {type: string}}}
relations:
  owner: {target: Team, required: true}
  uses: {target: Service, many: true}
onDelete: nullify
";

/// A catalog whose entities stand in one file.
pub(crate) fn small(entities: &str) -> Git {
    let git = Git::new();
    git.write("catalog/blueprints/all.yaml", BLUEPRINTS);
    git.write(
        "catalog/entities/teams.yaml",
        "identifier: red\nblueprint: Team\n---\nidentifier: blue\nblueprint: Team\n",
    );
    git.write("catalog/entities/all.yaml", entities);
    git.commit("the catalog");
    git
}

/// The file after a command that ends well.
#[track_caller]
fn after(entities: &str, arguments: &[&str]) -> String {
    let git = small(entities);
    run(git.root(), arguments).exits(0);
    git.read("catalog/entities/all.yaml")
}

#[test]
fn a_value_of_any_file_is_changed_and_nothing_else() {
    let set = |entities: &str, change: &str| after(entities, &["set", "cart", change]);
    let text = "\u{feff}# the cart\r\nidentifier: cart\r\nblueprint: Service\r\nproperties:\r\n  replicas: 3\t#\tsized\r\nrelations: {owner: red}";
    assert_eq!(set(text, "replicas=4"), text.replace("3\t#", "4\t#"));
    assert_eq!(
        set(text, "tier=low"),
        text.replace("sized\r\n", "sized\r\n  tier: low\r\n")
    );
    assert_eq!(
        set(text, "uses+=cart"),
        text.replace("red}", "red, uses: [cart]}")
    );
    assert_eq!(set(text, "title=5"), format!("{text}\r\ntitle: \"5\""));
    let flow = "{identifier: cart, blueprint: Service, properties: {env: [{name: A, value: '1'}]}, relations: {owner: 'red'}} # c\n";
    assert_eq!(set(flow, "env[name=A].value=2"), flow.replace("'1'", "'2'"));
    assert_eq!(set(flow, "owner=blue"), flow.replace("'red'", "'blue'"));
    assert_eq!(
        set(flow, "note=# no comment"),
        flow.replace("}]}", "}], note: \"# no comment\"}")
    );
    let several = "identifier: other\nblueprint: Service\nrelations: {owner: red}\n---\n# mine\nidentifier: cart\nblueprint: Service\nrelations:\n  owner: red # for now\n...\n";
    assert_eq!(
        set(several, "owner=blue"),
        several.replace("red # for", "blue # for")
    );
    let list = "- identifier: cart\n  blueprint: Service\n  relations: {owner: red}\n- identifier: other\n  blueprint: Service\n  relations: {owner: red}\n";
    assert_eq!(
        set(list, "replicas=2"),
        list.replacen("red}\n", "red}\n  properties:\n    replicas: 2\n", 1)
    );
}

#[test]
fn a_value_of_json_is_changed_in_json() {
    let git = small("");
    let text = "{\n  \"identifier\": \"cart\",\n  \"blueprint\": \"Service\",\n  \"properties\": {\n    \"replicas\": 3\n  },\n  \"relations\": {\"owner\": \"red\"}\n}\n";
    git.write("catalog/entities/cart.json", text);
    run(git.root(), &["set", "cart", "replicas=4", "note=a \"b\""]).exits(0);
    assert_eq!(
        git.read("catalog/entities/cart.json"),
        text.replace("3\n", "4,\n    \"note\": \"a \\\"b\\\"\"\n")
    );
}

const CART: &str = "identifier: cart\nblueprint: Service\nproperties:\n  tags: [a, b] # c\n  labels: {x: 1}\nrelations:\n  owner: red\n";

#[test]
fn lists_grow_and_shrink_and_values_go() {
    assert_eq!(
        after(CART, &["set", "cart", "tags+=no,d", "tags-=a"]),
        CART.replace("[a, b]", "[\"no\", d]")
            .replace("\"no\", d", "b, \"no\", \"d\"")
    );
    assert_eq!(
        after(CART, &["set", "cart", "--unset", "tags"]),
        CART.replace("  tags: [a, b] # c\n", "")
    );
    assert_eq!(
        after(CART, &["set", "cart", "labels.w=2", "--unset", "labels.x"]),
        CART.replace("{x: 1}", "{w: 2}")
    );
    let git = small(CART);
    for (arguments, words) in [
        (&["set", "cart", "tags-=z"][..], "`tags` of cart has no `z`"),
        (
            &["set", "cart", "owner+=blue"],
            "`owner` of Service is no list",
        ),
        (
            &["set", "cart", "--unset", "tier"],
            "cart has no `tier` to take out",
        ),
        (&["set", "cart", "teir=low"], "did you mean `tier`?"),
        (&["set", "cart", "tier=lo"], "write `high` or `low`"),
        (&["set", "cart", "owner=rde"], "no Team is called `rde`"),
        (&["set", "cart", "replicas=many"], "does not take `many`"),
        (&["set", "cart", "identifier=x"], "catalogc mv"),
        (
            &["set", "cart", "env[name=A].value=1"],
            "no element whose `name` is `A`",
        ),
        (&["set", "crat", "tier=low"], "no entity is called `crat`"),
        (&["set", "cart", "tier"], "`tier` says no value"),
        (&["set", "cart", "a\u{202e}b=1"], "\\u{202e}"),
    ] {
        run(git.root(), arguments).says(words).exits(2);
    }
    assert_eq!(git.read("catalog/entities/all.yaml"), CART);
}

#[test]
fn what_would_be_wrong_is_shown_and_not_written() {
    let git = small(CART);
    let ran = run(git.root(), &["set", "cart", "--unset", "owner"]);
    ran.says("E0305").says("nothing is written").exits(1);
    let ran = run(git.root(), &["set", "cart", "title=a\u{202e}b"]);
    ran.says("changed").exits(0);
    let written = git.read("catalog/entities/all.yaml");
    assert!(written.contains("title: \"a\\u202eb\""), "{written}");
}

#[test]
fn errors_elsewhere_are_named_and_stop_nothing() {
    let git = small(CART);
    git.write(
        "catalog/entities/bad.yaml",
        "identifier: bad\nblueprint: Service\nrelations: {owner: nobody}\n",
    );
    let ran = run(git.root(), &["set", "cart", "replicas=2"]);
    ran.says("nothing new found; 1 error elsewhere as before, the first E0301 at catalog/entities/bad.yaml:3");
    ran.says("put right what `catalogc check` finds").exits(0);
    let ran = run(git.root(), &["set", "bad", "owner=red"]);
    ran.says("nothing found").exits(0);
}

#[test]
fn what_an_alias_or_a_merge_brings_is_refused_with_its_place() {
    let text = "- identifier: base\n  blueprint: Service\n  properties: &p\n    replicas: 3\n  relations: &r {owner: red}\n- identifier: cart\n  blueprint: Service\n  properties: *p\n  relations:\n    <<: *r\n";
    let git = small(text);
    for entity in ["base", "cart"] {
        let ran = run(git.root(), &["set", entity, "replicas=2"]);
        ran.says("E0616").says("all.yaml:").exits(1);
    }
    assert_eq!(git.read("catalog/entities/all.yaml"), text);
    run(git.root(), &["set", "cart", "owner=blue"]).exits(0);
    assert_eq!(
        git.read("catalog/entities/all.yaml"),
        format!("{text}    owner: blue\n")
    );
}

#[cfg(unix)]
#[test]
fn a_read_only_file_and_a_link_stay_as_they_are() {
    let git = small(CART);
    let path = git.root().join("catalog/entities/all.yaml");
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    set_permissions(&path, permissions);
    let ran = run(git.root(), &["set", "cart", "replicas=2"]);
    ran.says("`catalog/entities/all.yaml` is not written: it is read-only")
        .exits(2);
    assert_eq!(git.read("catalog/entities/all.yaml"), CART);
    run(git.root(), &["set", "cart", "replicas=2", "--dry-run"])
        .says("+  replicas: 2")
        .exits(0);
    let git = small("");
    git.write("elsewhere.yaml", CART);
    let link = git.root().join("catalog/entities/cart.yaml");
    std::os::unix::fs::symlink("../../elsewhere.yaml", link).unwrap();
    run(git.root(), &["set", "cart", "replicas=2"])
        .says("it may stand in `catalog/entities/cart.yaml`, which cannot be read")
        .exits(2);
}

#[cfg(unix)]
fn set_permissions(path: &Path, permissions: std::fs::Permissions) {
    std::fs::set_permissions(path, permissions).unwrap();
}

#[test]
fn a_rename_follows_the_name_wherever_it_stands() {
    let git = shipped();
    // Also in a request that a rule test brings as a text.
    run(git.root(), &["mv", "CartService", "cart-service"])
        .says("catalog/tests/services.yaml:188")
        .exits(0);
    let left: Vec<String> = crate::corpora::files(&git.root().join("catalog"))
        .into_iter()
        .flat_map(|(path, text)| {
            let lines: Vec<String> = text
                .lines()
                .filter(|line| line.contains("CartService"))
                .map(|line| format!("{path}: {line}"))
                .collect();
            lines
        })
        .collect();
    let is_told = |line: &&String| line.contains("movedFrom") || line.contains('#');
    assert!(left.iter().all(|line| is_told(&line)), "{left:#?}");
    let ran = run(git.root(), &["check"]);
    ran.does_not_say("error").exits(0);
    run(git.root(), &["test"]).says("0 failed").exits(0);
    // Back again: nothing is left of it.
    run(git.root(), &["mv", "cart-service", "CartService"]).exits(0);
    assert_eq!(git.run(&["diff", "--stat"]), "");
}

#[test]
fn an_access_is_taken_back_although_rule_tests_name_it() {
    let git = shipped();
    let ran = run(git.root(), &["rm", "jonas-ledger-read"]);
    // The tests are surely about it, and it is said that they ask for nothing now.
    ran.says("E0415")
        .says("catalog/tests/environments.yaml:108")
        .says("the test is about what goes: take it out")
        .says("revoke_temporary_access")
        .does_not_say("E0617")
        .exits(0);
}

#[test]
fn texts_that_name_it_stop_a_rename() {
    let git = small(CART);
    git.write(
        "catalog/policies/a.cedar",
        "permit(principal, action, resource is Service) when { resource.owner == Team::\"red\" };\nforbid(principal, action, resource is Service) when { resource has note && resource.note == \"red\" };\n",
    );
    git.commit("rules");
    let ran = run(git.root(), &["mv", "red", "crimson"]);
    ran.says("E0617").says("a.cedar:").exits(1);
    assert_eq!(git.run(&["status", "--short"]), "");
}

#[test]
fn what_goes_takes_along_what_its_blueprint_says() {
    let text = "identifier: cart\nblueprint: Service\nrelations: {owner: red}\n---\n# uses it\nidentifier: shop\nblueprint: Service\nrelations:\n  owner: red\n  uses: [cart]\n";
    let git = small(text);
    let ran = run(git.root(), &["rm", "cart"]);
    ran.says("uses of shop").says("--cascade").exits(1);
    assert_eq!(git.read("catalog/entities/all.yaml"), text);
    run(git.root(), &["rm", "cart", "--cascade"]).exits(0);
    assert_eq!(
        git.read("catalog/entities/all.yaml"),
        "---\n# uses it\nidentifier: shop\nblueprint: Service\nrelations:\n  owner: red\n"
    );
    run(git.root(), &["rm", "red", "--cascade"])
        .says("owner of shop")
        .exits(1);
}

#[test]
fn what_is_new_passes_a_check_or_says_what_it_needs() {
    let git = small(CART);
    let ran = run(git.root(), &["new", "Service", "shop"]);
    ran.says("Service needs `owner`")
        .says("--set owner=...")
        .exits(2);
    let arguments = [
        "new",
        "Service",
        "TheShop",
        "--set",
        "owner=red",
        "--set",
        "note=no",
    ];
    run(git.root(), &arguments).exits(0);
    assert_eq!(
        git.read("catalog/entities/the-shop.yaml"),
        "identifier: TheShop\nblueprint: Service\nproperties:\n  note: \"no\"\n  # replicas: integer, 0 to 50\n  # tier: one of high, low\n  # labels: object\n  # tags: array\n  # env: array\nrelations:\n  owner: red\n  # uses: list of Service\n"
    );
    run(git.root(), &arguments)
        .says("is there already")
        .exits(2);
    for kind in ["blueprint", "connector"] {
        run(git.root(), &["new", kind, "Thing"]).exits(0);
    }
    for kind in ["action", "scorecard"] {
        run(git.root(), &["new", kind, "thing"])
            .says("needs `blueprint`")
            .exits(2);
        run(
            git.root(),
            &["new", kind, "thing", "--set", "blueprint=Service"],
        )
        .exits(0);
    }
    run(git.root(), &["check"]).does_not_say("error[").exits(0);
    for name in ["a\u{202e}b", "", "../../x", "a\nb"] {
        let ran = run(git.root(), &["new", "Service", name, "--set", "owner=red"]);
        assert_ne!(ran.code, None);
        assert!(!ran.said().contains('\u{202e}'), "{ran}");
    }
    assert!(!git.has("../x.yaml"));
}

/// Words between blanks, those between single quotes together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in command.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the page is read, and written by BLESS=1"
)]
fn the_page_shows_what_happens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/changing.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let git = shipped();
    let mut written = String::new();
    for (n, block) in page.split("```text\n").enumerate() {
        if n == 0 {
            written.push_str(block);
            continue;
        }
        let (shown, behind) = block.split_once("```").unwrap();
        git.run(&["checkout", "--quiet", "."]);
        git.run(&["clean", "--quiet", "-fd"]);
        written.push_str("```text\n");
        for command in shown.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let words = words(command);
            let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
            let said = if words[0] == "git" {
                git.run(&arguments)
            } else {
                let ran = run(git.root(), &arguments);
                format!("{}{}", ran.stderr, ran.stdout)
            };
            written.push_str(&format!("$ {command}\n{}\n", said.trim_end()));
        }
        written.push_str("```");
        written.push_str(behind);
    }
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, &written).unwrap();
    } else {
        assert_eq!(written, page, "if this is what is wanted: BLESS=1");
    }
}
