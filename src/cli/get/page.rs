//! Gathers all that is known of one entity.

use std::collections::BTreeMap;

use crate::cli::ask::{Asking, Source};
use crate::cli::can::on_entity;
use crate::cli::look::Look;
use crate::cli::records::Records;
use crate::cli::retry::place;
use crate::cli::unsettled::{Standing, unsettled};
use crate::model::{Blueprint, EntityId, Request};
use crate::policy::Principal;
use crate::render::asked::At;
use crate::render::entity::{
    Asked, Dependents, Entity, Followed, Level, Made, May, Right, Target, Unsettled,
};
use crate::score::{Ground, reads_now};
use crate::source::git::Repository;

/// Of what is related to an entity, how many are named.
const FIRST: usize = 5;

/// What a page is made of.
pub(super) struct Page<'p, 'c> {
    pub(super) look: &'p Look<'c>,
    pub(super) source: &'p Source,
    pub(super) at: Option<At>,
}

/// What the ledger of this clone says.
enum Told {
    /// There is none.
    Nothing,
    Records(Box<Records>),
    Unread(String),
}

impl Page<'_, '_> {
    /// All of an entity; with what a person may do on it.
    pub(super) fn fill(&self, id: EntityId, may: Option<(&Asking<'_>, &Principal)>) -> Entity {
        let look = self.look;
        let whole = look.whole(id);
        let properties = whole.get("properties").and_then(|it| it.as_object());
        let told = self.ledger();
        let (scorecards, unscored) = self.levels(id);
        let unsettled = self.unsettled(id, &told);
        let next = self.next(id, &unsettled);
        let span = look.compiled.catalog.entity(id);
        let span = span.map(|entity| entity.identifier.span);
        let blank = crate::text::Span::whole_file(crate::text::FileId(0));
        Entity {
            version: 1,
            blueprint: look.kind(id),
            identifier: look.name(id),
            title: look.title(id),
            at: self.at.clone(),
            place: look.place(span.unwrap_or(blank)),
            owner: look.owners(id),
            owner_by: self.owner_by(id),
            properties: properties.cloned().unwrap_or_default(),
            derived: self.derived(id),
            relations: self.relations(id),
            dependents: self.dependents(id),
            scorecards,
            unscored,
            requests: self.requests(id, &told),
            unsettled,
            ledger: match told {
                Told::Unread(why) => Some(why),
                _ => None,
            },
            may: may.map(|(asking, actor)| self.may(asking, actor, id)),
            errors: look.errors(),
            next,
        }
    }

    fn owner_by(&self, id: EntityId) -> Vec<Followed> {
        let look = self.look;
        let catalog = &look.compiled.catalog;
        let road = look.derived.owner_road(id);
        let edges = road.into_iter().flat_map(|(_, _, edges)| edges);
        edges
            .map(|edge| {
                let relation = catalog.relation_of(edge.from, edge.relation);
                Followed {
                    entity: look.name(edge.from),
                    relation: relation.map_or_else(String::new, |it| it.name.value.to_string()),
                    to: look.name(edge.to),
                }
            })
            .collect()
    }

    fn derived(&self, id: EntityId) -> BTreeMap<String, Made> {
        let blueprint = self.look.blueprint(id);
        let names = blueprint.into_iter().flat_map(Blueprint::derived);
        names
            .filter_map(|name| {
                let (how, problem) = self.look.made(id, &name.value)?;
                let how = how.to_owned();
                Some((name.value.to_string(), Made { how, problem }))
            })
            .collect()
    }

    fn relations(&self, id: EntityId) -> BTreeMap<String, Vec<Target>> {
        let look = self.look;
        let Some(entity) = look.compiled.catalog.entity(id) else {
            return BTreeMap::new();
        };
        let edges = look.compiled.graph.outgoing(id);
        let is_found = |span| edges.iter().any(|edge| edge.span == span);
        entity
            .relations
            .iter()
            .map(|related| {
                let targets = related.targets.iter().map(|target| Target {
                    identifier: look.hider.text(&target.value),
                    found: is_found(target.span),
                });
                (related.name.value.to_string(), targets.collect())
            })
            .collect()
    }

    fn dependents(&self, id: EntityId) -> Vec<Dependents> {
        let look = self.look;
        let catalog = &look.compiled.catalog;
        let mut groups: BTreeMap<(String, String), Vec<EntityId>> = BTreeMap::new();
        for edge in look.compiled.graph.incoming(id) {
            let relation = catalog.relation_of(edge.from, edge.relation);
            let relation = relation.map_or_else(String::new, |it| it.name.value.to_string());
            let group = groups.entry((look.kind(edge.from), relation)).or_default();
            group.push(edge.from);
        }
        groups
            .into_iter()
            .map(|((blueprint, relation), mut all)| {
                all.sort_unstable();
                all.dedup();
                Dependents {
                    blueprint,
                    relation,
                    count: all.len(),
                    first: all.iter().take(FIRST).map(|id| look.name(*id)).collect(),
                }
            })
            .collect()
    }

    /// The levels, and the scorecards that nobody can tell without the present moment.
    fn levels(&self, id: EntityId) -> (Vec<Level>, Vec<String>) {
        let (catalog, graph) = (&self.look.compiled.catalog, &self.look.compiled.graph);
        let now = self.source.now();
        let is_timed = |card: &&_| now.is_none() && reads_now([*card]).is_some();
        let (timed, all): (Vec<_>, Vec<_>) = catalog.scorecards.iter().partition(is_timed);
        let ground = Ground {
            catalog,
            graph,
            now,
        };
        let mut levels = Vec::new();
        for card in ground.cards(all, Some(id)) {
            let names = card.scorecard.level_names();
            let name = |at: usize| names.get(at).copied().unwrap_or_default().to_owned();
            for score in &card.scores {
                let rules = card.scorecard.rules.iter().zip(&score.met);
                let not_met = rules.filter(|(_, met)| !**met).filter_map(|(rule, _)| {
                    let identifier = rule.identifier.as_ref()?;
                    Some(identifier.value.to_string())
                });
                levels.push(Level {
                    scorecard: card.scorecard.identifier.value.to_string(),
                    level: name(score.level),
                    highest: name(names.len().saturating_sub(1)),
                    not_met: not_met.collect(),
                });
            }
        }
        let kind = self.look.kind(id);
        let timed = timed.into_iter().filter(|it| it.blueprint.value == kind);
        let timed = timed.map(|it| it.identifier.value.to_string());
        (levels, timed.collect())
    }

    /// The ledger as this clone has it: to look is no reason to ask a remote.
    fn ledger(&self) -> Told {
        let Ok(repository) = Repository::discover(self.source.dir()) else {
            return Told::Nothing;
        };
        match Records::here(&repository, &place(self.look.compiled)) {
            Ok(records) if records.entries.is_empty() => Told::Nothing,
            Ok(records) => Told::Records(Box::new(records)),
            Err(failure) => Told::Unread(failure.message),
        }
    }

    fn requests(&self, id: EntityId, told: &Told) -> Vec<Asked> {
        let catalog = &self.look.compiled.catalog;
        let (kind, Some(entity)) = (self.look.kind(id), catalog.entity(id)) else {
            return Vec::new();
        };
        let is_on = |request: &&Request| {
            let action = catalog.find_action(&request.action.value);
            let of = request.blueprint.as_ref().map(|it| &it.value);
            let of = of.or_else(|| action.map(|action| &action.blueprint.value));
            let named = request.entity.as_ref().map(|it| &it.value);
            named == Some(&entity.identifier.value) && of.is_none_or(|of| *of == kind)
        };
        let is_open = |request: &&Request| match told {
            Told::Records(records) => records.state.request(&request.id.value).is_none(),
            Told::Nothing | Told::Unread(_) => true,
        };
        let requests = catalog.requests.iter().filter(is_on).filter(is_open);
        requests
            .map(|request| Asked {
                id: self.look.hider.text(&request.id.value),
                action: request.action.value.to_string(),
                place: self.look.place(request.action.span),
            })
            .collect()
    }

    fn unsettled(&self, id: EntityId, told: &Told) -> Vec<Unsettled> {
        let Told::Records(records) = told else {
            return Vec::new();
        };
        let entity = self.look.compiled.catalog.entity(id);
        let (kind, name) = (self.look.kind(id), entity.map(|it| &it.identifier.value));
        let is_on = |standing: &Standing| {
            standing.blueprint == kind && Some(standing.entity.as_str()) == name.map(|it| &**it)
        };
        let all = unsettled(records).into_iter().filter(is_on);
        all.map(|standing| Unsettled {
            step: standing.step,
            action: standing.action,
            state: standing.state.word().to_owned(),
            since: standing.since,
        })
        .collect()
    }

    fn may(&self, asking: &Asking<'_>, actor: &Principal, id: EntityId) -> May {
        let rights = on_entity(asking, actor, id);
        May {
            actor: asking.rules.login(actor).to_owned(),
            actions: rights
                .into_iter()
                .map(|right| Right {
                    action: right.action,
                    verdict: right.verdict,
                    only: self.look.hider.text(&right.only),
                    but: self.look.hider.text(&right.but),
                })
                .collect(),
        }
    }

    fn next(&self, id: EntityId, unsettled: &[Unsettled]) -> String {
        if unsettled.is_empty() {
            let name = self.look.name(id);
            return format!("`catalogc impact {name}` shows what depends on it");
        }
        "`catalogc status` says what to do about what is unsettled".to_owned()
    }
}
