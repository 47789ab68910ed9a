//! The blueprints of Backstage's kinds, in the catalog's own language.
//!
//! A catalog that reads Backstage has them unless it defines its own of the name.

use crate::model::blueprint::{self, Blueprint};
use crate::syntax::MergeKeys;
use crate::text::FileId;

/// The blueprints and the names of their files.
pub(crate) const FILES: [(&str, &str); 9] = [
    ("api.yaml", include_str!("api.yaml")),
    ("component.yaml", include_str!("component.yaml")),
    ("domain.yaml", include_str!("domain.yaml")),
    ("group.yaml", include_str!("group.yaml")),
    ("location.yaml", include_str!("location.yaml")),
    ("resource.yaml", include_str!("resource.yaml")),
    ("system.yaml", include_str!("system.yaml")),
    ("template.yaml", include_str!("template.yaml")),
    ("user.yaml", include_str!("user.yaml")),
];

/// The blueprints. What is wrong with them is found by a test, not by users.
pub(in crate::model) fn blueprints() -> Vec<Blueprint> {
    FILES
        .iter()
        .flat_map(|(_, text)| crate::syntax::parse(FileId::BUILT_IN, text, MergeKeys::Refused).0)
        .filter_map(|document| blueprint::read(&document, &mut Vec::new()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::kind::KINDS;
    use super::{FILES, blueprints};
    use crate::model::blueprint;
    use crate::syntax::MergeKeys;
    use crate::text::FileId;

    #[test]
    fn the_built_in_blueprints_are_without_findings() {
        for (name, text) in FILES {
            let (documents, mut findings) =
                crate::syntax::parse(FileId::BUILT_IN, text, MergeKeys::Refused);
            assert_eq!(documents.len(), 1, "{name}");
            let blueprint = blueprint::read(&documents[0], &mut findings).unwrap();
            assert!(findings.is_empty() && !blueprint.broken, "{findings:?}");
        }
    }

    #[test]
    fn each_kind_has_a_blueprint_with_its_relations_and_properties() {
        let blueprints = blueprints();
        assert_eq!(blueprints.len(), KINDS.len());
        for kind in KINDS {
            let blueprint = blueprints
                .iter()
                .find(|blueprint| blueprint.identifier.value == kind.name)
                .unwrap();
            for name in kind.properties {
                assert!(blueprint.property(name).is_some(), "{}: {name}", kind.name);
            }
            for (target, name) in kind.references.iter().flat_map(|one| one.relations) {
                let (_, relation) = blueprint.relation(name).unwrap();
                assert_eq!(relation.target.value, *target, "{}: {name}", kind.name);
                assert!(relation.ignore_case, "{}: {name}", kind.name);
            }
        }
    }
}
