//! Members of groups, which either side may say.

use super::{ORG, descriptors, plan};

#[test]
fn a_change_of_a_groups_members_is_a_grant_to_the_person() {
    let git = descriptors();
    git.commit_file(
        "org/catalog-info.yaml",
        &ORG.replacen(", members: [sam]", "", 1),
    );
    plan(&git, "sam", &["--full"])
        .says("relations.memberOf")
        .says("grant");
}
