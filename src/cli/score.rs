//! `catalogc score`: how entities do on scorecards, and which rules are not met.

use crate::cli::ask::hide::Hider;
use crate::cli::ask::{Format, Source, name};
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::compile::Compiled;
use crate::derive;
use crate::derive::Derived;
use crate::model::scorecard::{self, Rule};
use crate::model::{EntityId, Scorecard};
use crate::render::score::{Condition, Detail, Ruled, Scored, Scores, Standing};
use crate::render::{score_json, score_text};
use crate::score::{Card, Ground, Score, reads_now};
use crate::text::{choose, visible};

/// Scorecards as a table, and the rules that are not met
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc score\n    catalogc score CartService\n    catalogc score --scorecard readiness --full"
)]
pub(super) struct Arguments {
    /// An entity: its identifier, or BLUEPRINT/IDENTIFIER; every rule and what it saw
    #[arg(value_name = "ENTITY")]
    entity: Option<String>,
    /// One scorecard alone
    #[arg(long, value_name = "NAME")]
    scorecard: Option<String>,
    /// Every entity, also those on the highest level
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    source: Source,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let asked = arguments.source.open()?;
    let scores = scores(&asked.compiled, arguments)?;
    let detail = if arguments.full {
        Detail::Full
    } else {
        Detail::Concise
    };
    let text = match arguments.format {
        Format::Table => score_text(&scores, detail, terminal.color),
        Format::Json => score_json(&scores),
    };
    Ok(Output::new(text, Exit::Fine))
}

fn scores(compiled: &Compiled, arguments: &Arguments) -> Result<Scores, Failure> {
    let catalog = &compiled.catalog;
    let chosen = chosen(&catalog.scorecards, arguments.scorecard.as_deref())?;
    if let (Some(name), None) = (derive::reads_now(catalog), arguments.source.now()) {
        let message = format!("`{name}` counts from the present moment");
        return Err(Failure::new(message).help("give the moment: `--now 2026-11-22T14:00:00Z`"));
    }
    if let Some(scorecard) = reads_now(chosen.iter().copied())
        && arguments.source.now().is_none()
    {
        let message = format!(
            "the scorecard `{}` counts from the present moment",
            visible(&scorecard.identifier.value)
        );
        return Err(Failure::new(message).help("give the moment: `--now 2026-11-22T14:00:00Z`"));
    }
    let ground = Ground {
        catalog,
        graph: &compiled.graph,
        now: arguments.source.now(),
    };
    let one = match &arguments.entity {
        None => None,
        Some(written) => Some(name::entity(catalog, written)?),
    };
    let teller = Teller {
        compiled,
        ground,
        derived: Derived::new(catalog, &compiled.graph).at(arguments.source.now()),
        hider: Hider::of(compiled),
    };
    let cards = ground.cards(chosen, one);
    let scored: Vec<Scored> = cards
        .iter()
        .map(|card| teller.scored(card, one))
        .filter(|scored| one.is_none() || !scored.entities.is_empty())
        .collect();
    if let (Some(written), true) = (&arguments.entity, scored.is_empty()) {
        let message = format!("no scorecard is for `{}`", visible(written));
        return Err(Failure::new(message).help("`catalogc score` lists what there is"));
    }
    Ok(Scores {
        version: 1,
        next: next(&scored, one.is_some()),
        scorecards: scored,
    })
}

/// The scorecards that are asked for.
fn chosen<'c>(all: &'c [Scorecard], name: Option<&str>) -> Result<Vec<&'c Scorecard>, Failure> {
    let Some(name) = name else {
        return Ok(all.iter().collect());
    };
    let is_meant = |scorecard: &&Scorecard| scorecard.identifier.value == name;
    let chosen: Vec<&Scorecard> = all.iter().filter(is_meant).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = all.iter().map(|it| it.identifier.value.as_str()).collect();
        let message = format!("no scorecard is called `{}`", visible(name));
        return Err(Failure::new(message).help(choose(name, &names)));
    }
    Ok(chosen)
}

fn next(scored: &[Scored], is_one: bool) -> String {
    let is_below = |standing: &&Standing| standing.rules.iter().any(|rule| !rule.met);
    let mut entities = scored.iter().flat_map(|scored| &scored.entities);
    match entities.find(is_below) {
        _ if scored.is_empty() => {
            "write a scorecard, `catalogc explain E0701` shows one".to_owned()
        }
        Some(standing) if !is_one => format!(
            "`catalogc score {}` shows what each rule saw",
            standing.entity
        ),
        Some(_) => "change what is not met in the entity's file; the level follows".to_owned(),
        None => "nothing is missing".to_owned(),
    }
}

/// Puts scores into words.
struct Teller<'c> {
    compiled: &'c Compiled,
    ground: Ground<'c>,
    derived: Derived<'c>,
    hider: Hider<'c>,
}

impl Teller<'_> {
    /// A scorecard and its entities, or `one` of them with all that its rules saw.
    fn scored(&self, card: &Card<'_>, one: Option<EntityId>) -> Scored {
        let scorecard = card.scorecard;
        let scores = card.scores.iter();
        Scored {
            scorecard: scorecard.identifier.value.to_string(),
            blueprint: scorecard.blueprint.value.to_string(),
            broken: scorecard.broken,
            levels: scorecard
                .level_names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            entities: scores
                .filter(|score| one.is_none_or(|one| one == score.entity))
                .map(|score| self.standing(scorecard, score, one.is_some()))
                .collect(),
        }
    }

    fn standing(&self, scorecard: &Scorecard, score: &Score, is_told: bool) -> Standing {
        let entity = self.compiled.catalog.entity(score.entity);
        let level = scorecard.level_names().get(score.level).copied();
        let text = |text: Option<&crate::text::Located<crate::text::Text>>| {
            text.map_or_else(String::new, |text| text.value.to_string())
        };
        let rules = scorecard.rules.iter().zip(&score.met);
        Standing {
            entity: text(entity.map(|entity| &entity.identifier)),
            level: level.unwrap_or_default().to_owned(),
            rules: rules
                .map(|(rule, met)| Ruled {
                    rule: text(rule.identifier.as_ref()),
                    level: text(rule.level.as_ref()),
                    met: *met,
                    conditions: if is_told {
                        self.conditions((&scorecard.blueprint.value, rule), score.entity)
                    } else {
                        Vec::new()
                    },
                })
                .collect(),
        }
    }

    fn conditions(&self, (blueprint, rule): (&str, &Rule), entity: EntityId) -> Vec<Condition> {
        let conditions = rule.query.iter().flat_map(|query| &query.conditions);
        conditions
            .map(|condition| {
                let asked = self.ground.ask(condition, entity, &self.derived);
                let name = condition.name.value.as_str();
                let is_marked = !condition.is_relation && self.hider.marks(blueprint, name);
                let shown = |value| {
                    if is_marked {
                        self.hider.property(blueprint, name, &value)
                    } else {
                        self.hider.value(&value)
                    }
                };
                // What it is compared with says what it is, or is not.
                let compared = if is_marked {
                    Compared::Hidden
                } else {
                    Compared::Shown
                };
                Condition {
                    asks: self.hider.text(&words(condition, compared)),
                    is: asked.value.map(shown),
                    holds: asked.holds,
                }
            })
            .collect()
    }
}

/// Whether a condition is shown with what it compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Shown,
    Hidden,
}

/// A condition in few words: `replicas >= 2`.
fn words(condition: &scorecard::Condition, compared: Compared) -> String {
    let not = if condition.not { "not " } else { "" };
    let value = condition.value.as_ref();
    let value = value.map_or_else(String::new, |value| match compared {
        Compared::Shown => format!(" {}", value.to_json()),
        Compared::Hidden => " ***".to_owned(),
    });
    let name = &condition.name.value;
    format!("{not}{name} {}{value}", condition.operator.value.word())
}
