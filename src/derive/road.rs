//! Which relations lead from one blueprint to another.
//!
//! In: the blueprints. Out: steps, of a path that is written or of all paths there are. Knows no
//! entities.

use std::collections::BTreeSet;

use crate::model::BlueprintId;
use crate::model::Catalog;

/// A relation of a blueprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    /// Whose relation it is.
    pub(super) blueprint: BlueprintId,
    /// Its number there.
    pub(super) relation: u16,
}

/// The relations between blueprints, to be followed both ways.
pub(super) struct Roads {
    /// By blueprint: where its relations lead, by their numbers.
    ahead: Vec<Vec<(Step, BlueprintId)>>,
    /// By blueprint: whose relations lead to it.
    behind: Vec<Vec<BlueprintId>>,
}

impl Roads {
    /// The relations of all blueprints.
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut behind = vec![Vec::new(); catalog.blueprints.len()];
        let mut ahead = Vec::with_capacity(catalog.blueprints.len());
        for (here, blueprint) in catalog.kinds() {
            let mut leads = Vec::new();
            for (relation, to) in (0..).zip(&blueprint.relations) {
                let Some((to, _)) = catalog.find_blueprint(&to.target.value) else {
                    continue;
                };
                let step = Step {
                    blueprint: here,
                    relation,
                };
                leads.push((step, to));
                if let Some(behind) = behind.get_mut(to.0 as usize) {
                    behind.push(here);
                }
            }
            ahead.push(leads);
        }
        Self { ahead, behind }
    }

    /// The steps of a written path, and where it ends.
    pub(super) fn path<'p>(
        &self,
        catalog: &Catalog,
        from: BlueprintId,
        relations: impl IntoIterator<Item = &'p str>,
    ) -> Option<(Vec<Step>, BlueprintId)> {
        let mut here = from;
        let mut steps = Vec::new();
        for name in relations {
            let (number, _) = catalog.blueprint(here)?.relation(name)?;
            let (step, to) = self
                .ahead(here)
                .iter()
                .find(|(step, _)| usize::from(step.relation) == number)?;
            steps.push(*step);
            here = *to;
        }
        Some((steps, here))
    }

    /// The steps of all paths from one blueprint to another that pass through neither between;
    /// sorted.
    pub(super) fn all(&self, from: BlueprintId, to: BlueprintId) -> Vec<Step> {
        let ends = [from, to];
        let reachable = closure(from, &ends, |here| {
            self.ahead(here).iter().map(|(_, to)| *to).collect()
        });
        if !reachable.contains(&to) {
            return Vec::new();
        }
        let reaching = closure(to, &ends, |here| {
            let behind = self.behind.get(here.0 as usize);
            behind.cloned().unwrap_or_default()
        });
        let between: BTreeSet<BlueprintId> = reachable
            .intersection(&reaching)
            .filter(|here| !ends.contains(here))
            .copied()
            .collect();
        let starts = std::iter::once(&from).chain(&between);
        let mut steps: Vec<Step> = starts
            .flat_map(|here| self.ahead(*here))
            .filter(|(_, next)| *next == to || between.contains(next))
            .map(|(step, _)| *step)
            .collect();
        steps.sort_unstable();
        steps
    }

    fn ahead(&self, blueprint: BlueprintId) -> &[(Step, BlueprintId)] {
        self.ahead
            .get(blueprint.0 as usize)
            .map_or(&[], Vec::as_slice)
    }
}

/// All that can be come to from `start` without going on from one of `ends`.
fn closure(
    start: BlueprintId,
    ends: &[BlueprintId],
    next: impl Fn(BlueprintId) -> Vec<BlueprintId>,
) -> BTreeSet<BlueprintId> {
    let mut found = BTreeSet::new();
    let mut open = vec![start];
    while let Some(here) = open.pop() {
        for other in next(here) {
            if found.insert(other) && !ends.contains(&other) {
                open.push(other);
            }
        }
    }
    found
}
