//! What the rules about an action say, so that the rules of two catalogs can be compared.
//!
//! In: rules and the name of an action. Out: a [`Form`]: two that say the same decide alike what
//! looks alike. Comments, the layout, the order of rules and the files that they stand in are no
//! part of it.

use std::collections::BTreeSet;

use cedar_policy::Effect;

use crate::graph::Graph;
use crate::model::{BlueprintId, Catalog, EntityId};
use crate::policy::owner::{self, Claims};
use crate::policy::reads::Reads;
use crate::policy::rule::{Origin, Rule};
use crate::policy::tokens::tokens;
use crate::policy::{ActionName, Rules};
use crate::source::Snapshot;

/// The name by which rules read who owns an entity.
pub const OWNERS: &str = "owners";

/// What the rules about an action say.
#[derive(Debug, Default)]
pub struct Form {
    /// Each rule, sorted.
    said: Vec<String>,
    /// What they name.
    reads: Reads,
    /// How many times they look into entities, one after the other.
    level: u32,
    /// Whether one of them is for emergencies alone.
    glass: bool,
}

impl Form {
    /// Whether the rules of both say the same.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.said == other.said
    }

    /// Each rule without its layout, sorted.
    pub fn said(&self) -> &[String] {
        &self.said
    }

    /// Whether a rule that one of two has and the other has not may read something of this name.
    pub fn differs_in(&self, other: &Self, name: &str) -> bool {
        let mut rules = self.differing(other);
        rules.any(|rule| Reads::of_text(rule, "").is_named(name))
    }

    /// The rules that one of two has and the other has not.
    pub(super) fn differing<'f>(&'f self, other: &'f Self) -> impl Iterator<Item = &'f str> {
        let only = |one: &'f Self, other: &'f Self| {
            let own = one.said.iter().filter(|rule| !other.said.contains(rule));
            own.map(String::as_str)
        };
        only(self, other).chain(only(other, self))
    }

    /// Paths of files that rules name, of which there may be none yet: what a `context.path` is
    /// compared with, and of a pattern one path that fits it.
    pub fn paths(&self) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for rule in &self.said {
            let all = tokens(rule);
            for words in all.windows(3) {
                let [left, sign, right] = words else { continue };
                let is_sign = ["==", "!=", "like"].iter().any(|it| sign.is(it));
                let (path, text) = if left.is("path") {
                    (left, right)
                } else {
                    (right, left)
                };
                // In `"x" == context.path` the name stands behind the two.
                let is_path = path.is("path") || path.is("context");
                if let Some(text) = text.plain().filter(|_| is_sign && is_path) {
                    paths.insert(text.replace('*', "new"));
                }
            }
        }
        paths
    }

    /// Whether a rule may read something of this name.
    pub fn may_read(&self, name: &str) -> bool {
        self.reads.is_named(name)
    }

    /// How many times they look into entities, one after the other; at least once.
    pub fn level(&self) -> u32 {
        self.level.max(1)
    }

    /// Whether one of them is for emergencies alone.
    pub const fn has_glass(&self) -> bool {
        self.glass
    }

    /// The first of them, as `FILE:LINE`, that reads `context.now`.
    pub fn reads_now(&self) -> Option<&str> {
        self.reads.now.as_deref()
    }
}

impl<'c> Rules<'c> {
    /// What the rules about an action say, those of its approvals too. Without a blueprint it is
    /// one on the catalog itself.
    pub fn form(&self, action: ActionName<'_>, blueprint: Option<BlueprintId>) -> Form {
        let uids = self.uids(action, blueprint);
        let vocabulary = self.vocabulary.as_ref();
        let kind = blueprint.and_then(|id| vocabulary?.kind(id));
        let is_about = |rule: &&Rule| {
            rule.scope.covers(&uids) && kind.is_none_or(|kind| rule.is_about(&kind.name))
        };
        let permissions = self.book.permissions.iter().filter(is_about);
        let approvals = self.book.approvals.iter().filter(is_about);
        let mut form = form_of(permissions, approvals);
        // Whom an approval by owners is of is read from no rule.
        if let ActionName::Catalog(name) = action
            && let Some(action) = self.catalog.find_action(name)
            && action
                .approvals
                .iter()
                .any(|entry| !entry.owners.is_empty())
        {
            form.reads.add(OWNERS);
        }
        form
    }

    /// What all rules say.
    pub fn whole(&self) -> Form {
        let mut form = form_of(self.book.permissions.iter(), self.book.approvals.iter());
        form.reads.add(OWNERS);
        form
    }

    /// The rules of another catalog, asked at the same moment as these.
    pub fn beside<'o>(
        &self,
        catalog: &'o Catalog,
        graph: &'o Graph,
        snapshot: &Snapshot,
    ) -> Rules<'o> {
        super::compile(catalog, graph, snapshot).0.at(self.now)
    }

    /// Whether nobody said at which moment they are asked.
    pub const fn is_timeless(&self) -> bool {
        self.now.is_none()
    }

    /// The computed properties that a rule may read, by name.
    pub fn computed_reads(&self) -> BTreeSet<&str> {
        let kinds = self.vocabulary.iter().flat_map(|it| it.kinds.iter());
        let computed = kinds.flatten().flat_map(|kind| kind.attributes.computed());
        computed.filter(|name| self.reads.is_named(name)).collect()
    }

    /// The owners of an entity.
    pub fn owners_of(&self, id: EntityId) -> BTreeSet<EntityId> {
        let entity = self.catalog.entity(id);
        let found = entity.and_then(|entity| {
            let blueprint = self.catalog.blueprint(entity.blueprint)?;
            Some(owner::owners(
                self.catalog,
                blueprint,
                entity,
                Claims::Count,
            ))
        });
        found.unwrap_or_default()
    }

    /// The owners that an entity of a result would have on the target, as rules see them.
    pub fn owners_claimed(&self, result: &Catalog, id: EntityId) -> BTreeSet<EntityId> {
        let found = result.entity(id).and_then(|entity| {
            let kind = &result.blueprint(entity.blueprint)?.identifier.value;
            let (_, blueprint) = self.catalog.find_blueprint(kind)?;
            let claims = Claims::Count;
            Some(owner::owners(self.catalog, blueprint, entity, claims))
        });
        found.unwrap_or_default()
    }

    /// The catalog whose rules these are.
    pub const fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// How its entities are related.
    pub const fn graph(&self) -> &'c Graph {
        self.graph
    }
}

/// A rule without its layout. A block of an action says by itself which action it is about, so
/// its number in the catalog is no part of it.
fn said(rule: &Rule, sort: &str) -> String {
    let words: Vec<&str> = tokens(&rule.text).iter().map(|token| token.text).collect();
    let effect = match rule.effect {
        Effect::Permit => "permit",
        Effect::Forbid => "forbid",
    };
    let origin = match rule.origin {
        Origin::Policy { .. } => "policy",
        Origin::Block { .. } | Origin::Approval { .. } => "block",
    };
    format!(
        "{sort} {origin} {effect} broken={} glass={} {}",
        rule.broken,
        rule.glass.is_some(),
        words.join(" ")
    )
}

fn form_of<'r>(
    permissions: impl Iterator<Item = &'r Rule> + Clone,
    approvals: impl Iterator<Item = &'r Rule> + Clone,
) -> Form {
    let mut form = Form {
        reads: Reads::of(permissions.clone().chain(approvals.clone())),
        ..Form::default()
    };
    for (rule, sort) in permissions
        .map(|rule| (rule, "permission"))
        .chain(approvals.map(|rule| (rule, "approval")))
    {
        form.level = form.level.max(rule.level);
        form.glass |= rule.glass.is_some();
        form.said.push(said(rule, sort));
    }
    form.said.sort_unstable();
    form
}
