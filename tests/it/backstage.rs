//! Repositories with Backstage's descriptors: read as they are, planned, and carried over.
#![expect(
    clippy::disallowed_methods,
    reason = "tests copy a corpus, and the environment says where it is"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use catalogc::compile::Compiled;
use catalogc::finding::Severity;
use walkdir::WalkDir;

use crate::program::run;
use crate::repository::Git;
use crate::support::{compile_folder, places};

mod members;
/// The corpus as it was copied, with settings.
fn copy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpora/backstage-portefaix")
}

/// The corpus itself, where the environment says that it is there.
fn whole() -> Option<PathBuf> {
    let corpora = std::env::var_os("CATALOGC_CORPORA")?;
    Some(Path::new(&corpora).join("backstage-portefaix"))
}

#[test]
fn the_corpus_has_the_figures_of_its_source() {
    figures(&compile_folder(&copy()));
}

#[test]
fn the_whole_corpus_has_the_figures_of_its_source() {
    let Some(corpus) = whole() else { return };
    let git = Git::new();
    for entry in WalkDir::new(corpus.join("catalog")) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&corpus).unwrap();
            git.write(path.to_str().unwrap(), fs::read(entry.path()).unwrap());
        }
    }
    let settings = fs::read(copy().join("catalogc.yaml")).unwrap();
    git.write("catalogc.yaml", settings);
    figures(&compile_folder(git.root()));
}

fn figures(compiled: &Compiled) {
    let catalog = &compiled.catalog;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut references = 0;
    for entity in &catalog.entities {
        let kind = catalog.blueprint(entity.blueprint).unwrap();
        *kinds.entry(&kind.identifier.value).or_default() += 1;
        let related = entity.relations.iter();
        references += related.map(|related| related.targets.len()).sum::<usize>();
    }
    let expected = [("Domain", 3), ("Group", 4), ("Location", 5), ("System", 3)];
    assert_eq!(kinds, BTreeMap::from(expected));
    assert_eq!(references, 15);
    assert_eq!(
        places(compiled),
        [
            "catalog/catalog-info.yaml:32:5 E0235",
            "catalog/groups/bu-groups.yaml:31:26 E0301",
            "catalog/groups/team-groups.yaml:44:11 E0301",
            "catalog/templates.yaml:26:5 E0234",
        ]
    );
    let errors: Vec<&str> = compiled
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .filter_map(|finding| finding.help.as_deref())
        .map(|help| help.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        errors,
        [
            "write `group:default/team-dev`",
            "write `group:portefaix/bu-engineering`",
        ]
    );
}

const SETTINGS: &str = "\
version: 1
permissions: enforced
people: {blueprint: User}
sources:
  - {glob: \"**/catalog-info.yaml\", reader: backstage, files: [\"**/openapi.yaml\"]}
";

const RULES: &str = "\
@id(\"definitions\")
permit (principal, action == Action::\"define\", resource) when { principal in Group::\"admins\" };
@id(\"owners\")
permit (principal, action in Action::\"update\", resource)
when { resource is Component && resource has owner && principal in resource.owner
  || resource is API && resource has owner && principal in resource.owner };
";

const CHANGE_OWNER: &str = "\
identifier: change_owner
operation: day-2
blueprint: Component
trigger: {changed: [relations.owner]}
permissions: {execute: {users: [lin]}}
";

const ORG: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: admins}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: Checkout}
spec: {type: team, children: [], members: [sam]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: lin}
spec: {memberOf: [checkout, admins]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: sam}
spec: {memberOf: [ADMINS]}
";

const CART: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec:
  type: service
  lifecycle: production
  owner: checkout
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: cart}
spec: {type: openapi, lifecycle: production, owner: checkout, definition: {$text: openapi.yaml}}
";

/// Where the descriptors of `CART` are.
const CART_FILE: &str = "services/cart/catalog-info.yaml";

/// A repository of descriptors, and a branch to change it on.
fn descriptors() -> Git {
    let git = Git::new();
    git.write("catalogc.yaml", SETTINGS)
        .write("catalog/policies/rules.cedar", RULES)
        .write("catalog/actions/change-owner.yaml", CHANGE_OWNER)
        .write("org/catalog-info.yaml", ORG)
        .write("services/cart/openapi.yaml", "openapi: 3.0.3\n")
        .commit_file(CART_FILE, CART);
    run(git.root(), &["check"]).exits(0);
    git.branch("pr", "main");
    git
}

fn plan(git: &Git, actor: &str, more: &[&str]) -> crate::program::Ran {
    let arguments = ["plan", "--base", "main", "--head", "pr", "--actor", actor];
    run(git.root(), &[&arguments, more].concat())
}

#[test]
fn a_changed_owner_is_a_change_of_the_component_at_its_place() {
    let git = descriptors();
    git.commit_file(
        CART_FILE,
        &CART.replacen("owner: checkout", "owner: ADMINS", 1),
    );
    let planned = plan(&git, "lin", &["--full"]);
    planned
        .says("change_owner")
        .says("owner Checkout -> admins")
        .says(&format!("{CART_FILE}:7"))
        .does_not_say("created")
        .exits(0);
}

#[test]
fn an_update_of_a_built_in_blueprint_needs_a_rule() {
    let git = descriptors();
    git.commit_file(CART_FILE, &CART.replacen("production", "deprecated", 1));
    plan(&git, "lin", &[])
        .says("allowed: 1 step")
        .says("lifecycle production -> deprecated");
    plan(&git, "sam", &[]).says("allowed: 1 step");
}

#[test]
fn a_comment_and_the_case_of_a_reference_are_without_meaning() {
    let git = descriptors();
    git.commit_file(
        CART_FILE,
        &CART.replacen("owner: checkout", "owner: group:default/CHECKOUT # ours", 1),
    );
    plan(&git, "sam", &[])
        .says("allowed: 0 steps")
        .says(&format!("meta  {CART_FILE}"));
}

#[test]
fn a_changed_text_that_is_taken_in_is_a_change_of_the_entity() {
    let git = descriptors();
    git.commit_file("services/cart/openapi.yaml", "openapi: 3.1.0\n");
    plan(&git, "lin", &[])
        .says("allowed: 1 step")
        .says("definition");
}

#[test]
fn a_descriptor_that_cannot_be_read_is_no_deletion_and_can_be_repaired() {
    let git = descriptors();
    git.commit_file(CART_FILE, &CART.replacen("spec:", "spec: [", 1));
    plan(&git, "lin", &[])
        .says("error[E0101]")
        .does_not_say("deleted")
        .exits(1);
    // On the target, only its repair may be merged, and it fires nothing.
    git.switch("main");
    git.merge("pr");
    git.switch("pr");
    git.commit_file(CART_FILE, CART);
    plan(&git, "lin", &[]).does_not_say("definitions are broken");
}

#[test]
fn a_descriptor_of_an_unknown_kind_is_left_out_and_is_no_deletion() {
    let git = descriptors();
    git.commit_file(
        CART_FILE,
        &CART.replacen("kind: Component", "kind: Gadget", 1),
    );
    plan(&git, "lin", &[])
        .says("is not read any more, which is no deletion")
        .says("denied");
}

#[test]
fn a_descriptor_that_becomes_a_template_is_no_deletion() {
    let git = descriptors();
    git.commit_file(
        CART_FILE,
        &CART.replacen("name: cart", "name: \"{{ values.name }}\"", 1),
    );
    plan(&git, "lin", &[])
        .says("cart is not read any more, which is no deletion")
        .says("filled in by a template")
        .says("denied");
}

#[test]
fn a_descriptor_whose_finding_is_off_is_no_deletion_either() {
    let git = descriptors();
    git.switch("main");
    let settings = git.read("catalogc.yaml");
    git.commit_file(
        "catalogc.yaml",
        &format!("severity: {{descriptor-kind-unknown: off}}\n{settings}"),
    );
    git.switch("pr").merge("main");
    git.commit_file(
        CART_FILE,
        &CART.replacen("kind: Component", "kind: Gadget", 1),
    );
    plan(&git, "lin", &[])
        .says("is not read any more, which is no deletion")
        .says("denied");
}

#[test]
fn a_descriptor_that_goes_from_beside_one_that_was_never_read_is_a_deletion() {
    let git = descriptors();
    let other = "---\napiVersion: backstage.io/v1alpha1\nkind: Gadget\nmetadata: {name: other}\n";
    git.switch("main");
    git.commit_file(CART_FILE, &format!("{CART}{other}"));
    git.switch("pr").merge("main");
    let api = CART.split("---\n").next().unwrap();
    git.commit_file(CART_FILE, &format!("{api}{other}"));
    plan(&git, "lin", &[])
        .says("delete")
        .does_not_say("is not read any more");
    // One whose kind is another now has gone from the file too, and which of the two is not
    // known.
    git.commit_file(CART_FILE, &api.replacen("Component", "Gadget", 1));
    plan(&git, "lin", &[]).says("is not read any more, which is no deletion");
}

#[test]
fn a_repository_that_begins_to_read_descriptors_defines_their_blueprints_by_its_settings() {
    let git = descriptors();
    git.switch("main");
    let settings = SETTINGS.split("sources:").next().unwrap();
    git.write("catalogc.yaml", settings);
    git.write(
        "catalog/blueprints/user.yaml",
        "identifier: Group\nschema: {properties: {}}\n---\nidentifier: User\nschema: {properties: {}}\nrelations: {memberOf: {target: Group, many: true, memberOf: true}}\n---\nidentifier: Component\nschema: {properties: {}}\nrelations: {owner: {target: Group}}\n---\nidentifier: API\nschema: {properties: {}}\nrelations: {owner: {target: Group}}\n",
    );
    git.write(
        "catalog/entities/people.yaml",
        "{identifier: admins, blueprint: Group}\n---\n{identifier: lin, blueprint: User, relations: {memberOf: [admins]}}\n---\n{identifier: sam, blueprint: User, relations: {memberOf: [admins]}}\n",
    );
    git.commit("without descriptors");
    run(git.root(), &["check"]).exits(0);
    git.run(&["switch", "--quiet", "--force-create", "pr", "main"]);
    git.remove("catalog/blueprints/user.yaml");
    git.remove("catalog/entities/people.yaml");
    git.commit_file("catalogc.yaml", SETTINGS);
    run(git.root(), &["check"]).exits(0);
    plan(&git, "lin", &["--full"]).says("define").exits(0);
}

#[test]
fn init_carries_descriptors_over_and_touches_nothing() {
    let git = descriptors();
    git.write(
        "all.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [\"./**/catalog-info.yaml\"]}\n",
    );
    let new = Git::new();
    let from = git.root().to_str().unwrap();
    let ran = run(new.root(), &["init", "--from", "backstage", from]);
    ran.says("ok: 6 entities of 7 blueprints")
        .says("- {glob: \"**/catalog-info.yaml\", reader: backstage}")
        .exits(0);
    run(new.root(), &["check"]).says("nothing found").exits(0);
    let user = new.read("catalog/entities/User/sam.yaml");
    assert!(user.contains("- ADMINS"), "{user}");
    run(new.root(), &["init", "--from", "backstage", from])
        .says("nothing is written")
        .exits(2);
    // A file that leads to descriptors will do.
    let other = Git::new();
    let all = format!("{from}/all.yaml");
    run(other.root(), &["init", "--from", "backstage", &all])
        .says("! 1 Location is not carried over")
        .says("- {glob: \"all.yaml\", reader: backstage}")
        .exits(0);
    run(other.root(), &["init", "--from", "backstage", "none"]).exits(2);
}

#[test]
fn init_names_kinds_without_a_blueprint_and_keeps_that_an_owner_is_required() {
    let old = Git::new();
    old.write(
        "catalog-info.yaml",
        "\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: orders}
spec: {owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: sales}
spec: {owner: 'user:ada'}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [shop]}
---
apiVersion: acme.example/v1
kind: Dataset
metadata: {name: clicks}
spec: {owner: shop}
",
    );
    let new = Git::new();
    let from = old.root().to_str().unwrap();
    let ran = run(new.root(), &["init", "--from", "backstage", from]);
    assert!(
        ran.said()
            .contains("! 1 descriptor of the kind `Dataset`, which has no blueprint"),
        "{}",
        ran.said()
    );
    assert_eq!(ran.said().matches("which has no blueprint").count(), 1);
    let requires = |name: &str| {
        let text = new.read(&format!("catalog/blueprints/{name}.yaml"));
        text.contains("owner: {target: Group, required: true, ignoreCase: true}")
    };
    assert!(requires("system"), "every system has one");
    assert!(!requires("domain"), "a person owns a domain");
}
