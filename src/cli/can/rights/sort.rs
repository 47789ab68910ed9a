//! The entities of a blueprint, sorted by the ways in which somebody may act on them.
//!
//! In: a person, an action, and what rules of it look at. Out: [`Sorted`]. Entities that rules
//! cannot tell apart are asked about once.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::cli::can::rights::granted::besides;
use crate::cli::can::rights::held::Held;
use crate::cli::can::rights::{Asker, Key, either, new};
use crate::model::BlueprintId;
use crate::plan::rights::sample::Samples;
use crate::policy::{Authority, Looks, Resource};

/// What is asked about each entity of a blueprint.
pub(super) struct Sorting<'a> {
    pub(super) kind: BlueprintId,
    pub(super) looks: &'a Looks,
    pub(super) samples: &'a Samples,
    /// What is a grant beside what the action is called.
    pub(super) grants: &'a Authority,
}

/// The answers about a blueprint.
#[derive(Default)]
pub(super) struct Sorted {
    /// The names of the entities of each row.
    pub(super) rows: BTreeMap<Key, Vec<String>>,
    /// How many entities were looked at.
    pub(super) of: usize,
    /// What rules allow and something else prevents now: why, and of which entities.
    pub(super) stopped: BTreeMap<String, Vec<String>>,
}

impl Asker<'_, '_> {
    pub(super) fn sort_present(&self, asked: &Sorting<'_>, held: Option<&Held<'_, '_>>) -> Sorted {
        let mut sorted = Sorted::default();
        // Where something is wrong, one entity may fail where another like it does not.
        let is_sound = self.asking.errors() == 0;
        let mut known = BTreeMap::new();
        for (id, entity) in self.asking.compiled.catalog.numbered(asked.kind) {
            if self.one.is_some_and(|one| one != id) {
                continue;
            }
            sorted.of += 1;
            if !self.may_follow(asked.kind, Some(id)) {
                continue;
            }
            let ask = || {
                let granted = OnceCell::new();
                let granted = || *granted.get_or_init(|| self.granted_on(asked.grants, id, entity));
                Self::ways(asked.samples, |it| {
                    besides(self.verdict_on(id, it), granted)
                })
            };
            // What is a grant too is told apart by what else rules look at.
            let is_told_by_looks = is_sound && asked.grants.is_empty();
            let likeness = self.asking.rules.likeness(asked.looks, id);
            let ways = match likeness.filter(|_| is_told_by_looks) {
                Some(likeness) => known.entry(likeness).or_insert_with(ask).clone(),
                None => ask(),
            };
            let name = entity.identifier.value.to_string();
            let is_any = !ways.is_empty();
            let why = held.filter(|_| is_any).and_then(|it| it.on(id));
            if let Some(why) = why {
                sorted.stopped.entry(why).or_default().push(name);
                continue;
            }
            for key in ways {
                let row: &mut Vec<String> = sorted.rows.entry(key).or_default();
                row.push(name.clone());
            }
        }
        sorted
    }

    /// New entities: as their examples are, or with what makes them the person's own. One way
    /// for all is better than a way for each; ways that are alike are one.
    pub(super) fn sort_new(&self, asked: &Sorting<'_>) -> Sorted {
        let templates = new::templates(self.asking, self.actor, asked.kind);
        let variants = templates.first().map_or(0, |it| it.variants.len());
        let mut best: BTreeMap<Key, Vec<String>> = BTreeMap::new();
        let mut claims: Vec<String> = Vec::new();
        let mut most = 0;
        for variant in 0..variants {
            let mut rows: BTreeMap<Key, Vec<String>> = BTreeMap::new();
            let mut hits = 0;
            let mut claimed = String::new();
            for template in &templates {
                let Some((claim, entity)) = template.variants.get(variant) else {
                    continue;
                };
                claimed.clone_from(claim);
                let new = Resource::Proposed(&self.asking.compiled.catalog, entity);
                let granted = self.granted(asked.grants, new, entity);
                let ways = Self::ways(asked.samples, |sample| {
                    self.verdict_new(entity, sample).max(granted)
                });
                hits += usize::from(!ways.is_empty());
                for key in ways {
                    let row: &mut Vec<String> = rows.entry(key).or_default();
                    row.push(template.name.clone());
                }
            }
            if hits > most {
                (best, most) = (rows, hits);
                claims = vec![claimed];
                if variant == 0 && most == templates.len() {
                    break;
                }
            } else if hits == most && rows == best {
                claims.push(claimed);
            }
        }
        let claims: Vec<String> = claims.into_iter().filter(|it| !it.is_empty()).collect();
        let claim = either(&claims);
        let claimed = |((verdict, mut narrowed), names): (Key, Vec<String>)| {
            let both = [claim.as_str(), narrowed.only.as_str()];
            let both: Vec<&str> = both.into_iter().filter(|it| !it.is_empty()).collect();
            narrowed.only = both.join(", ");
            ((verdict, narrowed), names)
        };
        Sorted {
            rows: best.into_iter().map(claimed).collect(),
            of: templates.len(),
            ..Sorted::default()
        }
    }
}
