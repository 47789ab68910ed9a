//! Tests of rules that fail tell why, and nothing of what a rule compares a secret with.

use crate::program::run;
use crate::repository::Git;

#[test]
fn a_test_that_fails_says_nothing_of_a_marked_secret() {
    let git = Git::new();
    git.write(
        "catalogc.yaml",
        "version: 1\npermissions: enforced\npeople: {blueprint: User}\n",
    )
    .write(
        "catalog/blueprints/all.yaml",
        "identifier: User\nschema: {properties: {}}\n---\nidentifier: Service\nschema:\n  properties:\n    pin: {type: integer, secret: true}\n",
    )
    .write(
        "catalog/entities/all.yaml",
        "{identifier: lin, blueprint: User}\n---\n{identifier: ada, blueprint: User}\n---\n{identifier: a, blueprint: Service, properties: {pin: 1}}\n",
    )
    .write(
        "catalog/policies/all.cedar",
        "permit (principal, action == Action::\"define\", resource);\n",
    )
    .write(
        "catalog/actions/pinned.yaml",
        "identifier: pinned\noperation: day-2\nblueprint: Service\ntrigger: {request: true}\ninputs: {properties: {x: {type: integer}}}\npermissions:\n  execute: {when: resource has pin && resource.pin == 777333}\n",
    )
    .write(
        "catalog/tests/all.yaml",
        "- {name: pinned, actor: lin, action: pinned, entity: a, inputs: {x: 1}, expect: allowed}\n",
    );
    for format in ["human", "json", "junit"] {
        let ran = run(git.root(), &["test", "--format", format]);
        ran.exits(1);
        ran.does_not_say("777333").says("***");
    }
}
