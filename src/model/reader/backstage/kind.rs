//! The kinds of Backstage's own model: which versions they have, what their `spec` refers to.
//!
//! In: a name. Out: a [`Kind`]. The properties of each are in its blueprint; this knows only
//! what no blueprint of the catalog can say.

/// A kind of descriptor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// Its name, which is that of its blueprint.
    pub(super) name: &'static str,
    /// The versions in which it is written.
    versions: &'static [&'static str],
    /// The keys of `spec` that are references.
    pub(super) references: &'static [Reference],
    /// Those of them that must be there.
    pub(super) needs: &'static [&'static str],
    /// The properties that must be there, which is for its blueprint to say.
    pub(super) needs_value: &'static [&'static str],
    /// The keys of `spec` that are properties; the others are kept together.
    pub(super) properties: &'static [&'static str],
}

/// A key of `spec` that refers to other entities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference {
    /// The key.
    pub(super) key: &'static str,
    /// The kind that a reference without one has.
    pub(super) default: Option<&'static str>,
    /// By the kind of what is referred to, the relation that holds it: a relation leads to
    /// entities of one blueprint.
    pub(super) relations: &'static [(&'static str, &'static str)],
}

/// A reference to one kind, held by a relation of the same name.
const fn to(key: &'static str, relations: &'static [(&'static str, &'static str)]) -> Reference {
    Reference {
        key,
        default: match relations {
            [(kind, _), ..] => Some(kind),
            [] => None,
        },
        relations,
    }
}

/// Who owns it: a group, or one person.
const OWNER: Reference = to("owner", &[("Group", "owner"), ("User", "ownerUser")]);

/// The system it is a part of.
const SYSTEM: Reference = to("system", &[("System", "system")]);

/// What it needs; a kind must be written.
const DEPENDS_ON: Reference = Reference {
    key: "dependsOn",
    default: None,
    relations: &[
        ("Component", "dependsOnComponents"),
        ("Resource", "dependsOnResources"),
        ("API", "dependsOnApis"),
        ("System", "dependsOnSystems"),
    ],
};

/// What needs it; a kind must be written.
const DEPENDENCY_OF: Reference = Reference {
    key: "dependencyOf",
    default: None,
    relations: &[
        ("Component", "dependencyOfComponents"),
        ("Resource", "dependencyOfResources"),
        ("API", "dependencyOfApis"),
        ("System", "dependencyOfSystems"),
    ],
};

/// The versions of most kinds.
const VERSIONS: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];

/// The kinds, in order of their names.
pub(super) const KINDS: [Kind; 9] = [
    Kind {
        name: "API",
        versions: VERSIONS,
        references: &[OWNER, SYSTEM],
        needs: &["owner"],
        needs_value: &["type", "lifecycle", "definition"],
        properties: &["type", "lifecycle", "definition"],
    },
    Kind {
        name: "Component",
        versions: VERSIONS,
        references: &[
            OWNER,
            SYSTEM,
            to("subcomponentOf", &[("Component", "subcomponentOf")]),
            to("providesApis", &[("API", "providesApis")]),
            to("consumesApis", &[("API", "consumesApis")]),
            DEPENDS_ON,
            DEPENDENCY_OF,
        ],
        needs: &["owner"],
        needs_value: &["type", "lifecycle"],
        properties: &["type", "lifecycle"],
    },
    Kind {
        name: "Domain",
        versions: VERSIONS,
        references: &[OWNER, to("subdomainOf", &[("Domain", "subdomainOf")])],
        needs: &["owner"],
        needs_value: &[],
        properties: &["type"],
    },
    Kind {
        name: "Group",
        versions: VERSIONS,
        references: &[
            to("parent", &[("Group", "parent")]),
            to("children", &[("Group", "children")]),
            to("members", &[("User", "members")]),
        ],
        needs: &["children"],
        needs_value: &["type"],
        properties: &["type", "profile"],
    },
    Kind {
        name: "Location",
        versions: VERSIONS,
        references: &[],
        needs: &[],
        needs_value: &[],
        properties: &["type", "target", "targets", "presence"],
    },
    Kind {
        name: "Resource",
        versions: VERSIONS,
        references: &[OWNER, SYSTEM, DEPENDS_ON, DEPENDENCY_OF],
        needs: &["owner"],
        needs_value: &["type"],
        properties: &["type"],
    },
    Kind {
        name: "System",
        versions: VERSIONS,
        references: &[OWNER, to("domain", &[("Domain", "domain")])],
        needs: &["owner"],
        needs_value: &[],
        properties: &["type"],
    },
    Kind {
        name: "Template",
        versions: &[
            "scaffolder.backstage.io/v1beta3",
            "backstage.io/v1beta2",
            "backstage.io/v1alpha1",
        ],
        references: &[OWNER],
        needs: &[],
        needs_value: &["type"],
        properties: &[
            "type",
            "lifecycle",
            "parameters",
            "steps",
            "output",
            "presentation",
        ],
    },
    Kind {
        name: "User",
        versions: VERSIONS,
        references: &[to("memberOf", &[("Group", "memberOf")])],
        needs: &[],
        needs_value: &[],
        properties: &["profile"],
    },
];

/// What kinds of a company's own refer to, as most of Backstage's do.
pub(super) const OF_ANY: [Reference; 3] = [OWNER, SYSTEM, to("domain", &[("Domain", "domain")])];

impl Kind {
    /// The keys of its `spec` that Backstage knows.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        let references = self.references.iter().map(|reference| reference.key);
        self.properties.iter().copied().chain(references)
    }

    /// Its name as one of many.
    pub(super) fn with_article(&self) -> String {
        let article = if self.name == "API" { "an" } else { "a" };
        format!("{article} {}", self.name)
    }

    /// The kind of a name, which is written to the letter.
    pub(super) fn of(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The kind of a name in a reference, which is written in any case.
    pub(super) fn in_any_case(name: &str) -> Option<&'static Self> {
        KINDS
            .iter()
            .find(|kind| kind.name.eq_ignore_ascii_case(name))
    }

    /// The version that is written today, where `version` is none that Backstage's validator of
    /// the kind accepts.
    pub(super) fn wrong_version(&self, version: &str) -> Option<&'static str> {
        let today = self.versions.first().copied().unwrap_or_default();
        (!self.versions.contains(&version)).then_some(today)
    }
}
