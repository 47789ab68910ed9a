//! Which decisions a pull request moves, by asking every question of both sides.
//!
//! The product asks only what can have moved, and one of what looks alike. Here everyone is asked
//! for, with every action, on every entity and with every input; what differs must be what the
//! product tells, and nothing else.

use std::collections::BTreeSet;

use catalogc::compile::Compiled;
use catalogc::model::{Blueprint, BlueprintId, Catalog, Entity};
use catalogc::plan::file::PlanFile;
use catalogc::plan::file::rights::{RightsMove, Turn, Way};
use catalogc::plan::rights::sample::{Sampled, Samples};
use catalogc::plan::rights::{self, Limits};
use catalogc::policy::{self, ActionName, BuiltIn, Falls, Rules};

use super::history::history;
use super::run::{Side, Target};
use super::world::Dice;

mod asked;
mod elsewhere;
mod members;
mod pulled;

use asked::{KINDS, Said, What, is_on_root, of_kind, on_root, said};
use members::members;
use pulled::{edited, pulled};

/// Who, what happens, in which way, the action, the kind, the entity.
type Moved = (String, Turn, Way, String, String, String);

/// Compares what the product tells of a pull request of chance with what all questions show; `None` where the
/// target or the result has errors. Gives how many moved. Errors: in what the two differ.
pub(crate) fn compared(seed: u64) -> Option<Result<usize, String>> {
    let history = history(seed);
    let tip = Side::new(history.fork.clone());
    let result = Side::new(pulled(&tip.world, &mut Dice(seed ^ 0x5eed)));
    if tip.is_unread() || result.is_unread() {
        return None;
    }
    let target = Target::new(&tip);
    let ask = history.asks.first()?;
    let plan = target.plan(&result, ask, &[])?;
    let (before, after) = (&tip.compiled, &result.compiled);
    let limits = Limits {
        examples: usize::MAX,
        named: usize::MAX,
        ..Limits::USUAL
    };
    let told = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        let mut plan = plan.clone();
        let mut tell = || rights::tell(before, after, &compiled_rules(before), limits, &mut plan);
        // A worker that waits for another pool takes on more histories, until its stack is full.
        std::thread::scope(|all| all.spawn(|| pool.install(&mut tell)).join().unwrap());
        plan
    };
    let (one, three) = (told(1), told(3));
    if one != three {
        return Some(Err("the number of threads changes what is told".to_owned()));
    }
    let (before, after) = (compiled_rules(before), compiled_rules(after));
    let both = Both {
        before: &before,
        after: &after,
    };
    let (found, told) = (both.all(&plan.actors), both.expanded(&one));
    if found == told {
        return Some(Ok(found.len()));
    }
    let lines = |some: &BTreeSet<Moved>, other: &BTreeSet<Moved>| {
        let lines = some.difference(other).map(|one| format!("  {one:?}\n"));
        lines.collect::<String>()
    };
    Some(Err(format!(
        "not told:\n{}not so:\n{}all that is told:\n{:?}\n",
        lines(&found, &told),
        lines(&told, &found),
        one.rights
    ) + &edited(&tip.world, &result.world)))
}

fn compiled_rules(compiled: &Compiled) -> Rules<'_> {
    policy::compile(&compiled.catalog, &compiled.graph, &compiled.snapshot).0
}

/// The rules of both sides.
struct Both<'r, 'b, 'a> {
    before: &'r Rules<'b>,
    after: &'r Rules<'a>,
}

impl Both<'_, '_, '_> {
    fn catalogs(&self) -> (&Catalog, &Catalog) {
        (self.before.catalog(), self.after.catalog())
    }

    fn logins(&self, actors: &[String]) -> BTreeSet<String> {
        let known = [self.before.people(), self.after.people()].concat();
        // A forge knows no case of letters.
        let fold = |login: &str| login.to_ascii_lowercase();
        let known = known.into_iter().map(|(login, _)| fold(&login));
        let others = actors
            .iter()
            .map(|login| fold(login))
            .chain([String::new()]);
        known.chain(others).collect()
    }

    /// The name that an entity of the result had on the target.
    fn old<'e>(entity: &'e Entity, before: &Catalog, after: &Catalog, id: BlueprintId) -> &'e str {
        let own = entity.identifier.value.as_str();
        let moved = entity.moved_from.as_ref().map(|it| it.value.as_str());
        moved
            .filter(|from| {
                before.find_entity(id, own).is_none()
                    && before.find_entity(id, from).is_some()
                    && after.find_entity(entity.blueprint, from).is_none()
            })
            .unwrap_or(own)
    }

    /// All that moves.
    fn all(&self, actors: &[String]) -> BTreeSet<Moved> {
        let (before, after) = self.catalogs();
        let mut found = BTreeSet::new();
        let names: BTreeSet<&str> = [before, after]
            .iter()
            .flat_map(|catalog| &catalog.actions)
            .map(|action| action.identifier.value.as_str())
            .collect();
        let own = names.into_iter().map(|name| What {
            name: ActionName::Catalog(name),
            word: name,
        });
        let built_in = BuiltIn::ALL.into_iter().map(|it| What {
            name: ActionName::BuiltIn(it),
            word: it.word(),
        });
        let whats: Vec<What<'_>> = own.chain(built_in).collect();
        for (n, blueprint) in after.blueprints.iter().enumerate() {
            let id = BlueprintId(u32::try_from(n).unwrap());
            let Some((old, _)) = before.find_blueprint(&blueprint.identifier.value) else {
                continue;
            };
            for what in whats.iter().filter(|it| !is_on_root(it.name)) {
                let samples = self.samples(*what, (old, id));
                for (now, entity) in after.numbered(id) {
                    let name = Self::old(entity, before, after, old);
                    let Some(was) = before.find_entity(old, name) else {
                        continue;
                    };
                    let place = (
                        blueprint.identifier.value.as_str(),
                        &entity.identifier.value,
                    );
                    let both = [before.entity(was).unwrap(), entity];
                    for login in self.logins(actors) {
                        for sample in &samples.all {
                            let made = |side| sample.made(both, side);
                            let (old, new) = (made(0), made(1));
                            let said = (
                                said(self.before, &login, *what, was, (sample, 0), old.as_ref()),
                                said(self.after, &login, *what, now, (sample, 1), new.as_ref()),
                            );
                            let of = (what.word, place.0, place.1.as_str());
                            Self::note(&login, of, said, &mut found);
                        }
                    }
                }
            }
        }
        self.all_on_root(&whats, actors, &mut found);
        found
    }

    /// All that moves of what is of the catalog itself.
    fn all_on_root(&self, whats: &[What<'_>], actors: &[String], found: &mut BTreeSet<Moved>) {
        for what in whats.iter().filter(|it| is_on_root(it.name)) {
            let kinds: &[&str] = match what.name {
                ActionName::BuiltIn(BuiltIn::Define) => &KINDS,
                ActionName::BuiltIn(BuiltIn::Meta) => &["file"],
                _ if self.reads_kind(what.name) => &["call", "guard"],
                _ => &["guard"],
            };
            let paths = self.paths(what.name);
            for (kind, login) in kinds
                .iter()
                .flat_map(|kind| self.logins(actors).into_iter().map(move |it| (kind, it)))
            {
                for path in &paths {
                    let root = (*kind, path.as_str());
                    let said = (
                        on_root(self.before, &login, *what, root),
                        on_root(self.after, &login, *what, root),
                    );
                    let place = format!("{kind} {path}");
                    Self::note(&login, (what.word, "", place.trim_end()), said, found);
                }
            }
        }
    }

    /// A path that no rule names, and each that a rule of a side names.
    fn paths(&self, name: ActionName<'_>) -> BTreeSet<String> {
        let named = |rules: &Rules<'_>| rules.form(name, None).paths();
        let both = named(self.before).into_iter().chain(named(self.after));
        both.chain([String::new()]).collect()
    }

    /// Whether the rules of a side tell kinds of files apart.
    fn reads_kind(&self, name: ActionName<'_>) -> bool {
        let form = |rules: &Rules<'_>| rules.form(name, None).may_read("kind");
        form(self.before) || form(self.after)
    }

    fn note(
        login: &str,
        (action, kind, entity): (&str, &str, &str),
        (before, after): (Said, Said),
        found: &mut BTreeSet<Moved>,
    ) {
        let mut add = |turn, way| {
            let text = |text: &str| text.to_owned();
            found.insert((
                text(login),
                turn,
                way,
                text(action),
                text(kind),
                text(entity),
            ));
        };
        let (low, high) = (before.level.min(after.level), before.level.max(after.level));
        let way = match (low, high) {
            (2 | 3, 4) => Way::WithoutApproval,
            (2, 3) => Way::WithoutApprovalInEmergency,
            (_, 2 | 3) => Way::WithApproval,
            (_, 1) => Way::InEmergency,
            _ => Way::Alone,
        };
        match before.level.cmp(&after.level) {
            std::cmp::Ordering::Less => add(Turn::Gains, way),
            std::cmp::Ordering::Greater => add(Turn::Loses, way),
            std::cmp::Ordering::Equal if matches!(low, 2 | 3) && before.needs != after.needs => {
                add(Turn::Changes, Way::Approvals);
            }
            std::cmp::Ordering::Equal => {}
        }
        match (before.agrees, after.agrees) {
            (false, true) => add(Turn::Gains, Way::Approving),
            (true, false) => add(Turn::Loses, Way::Approving),
            _ => {}
        }
    }

    fn samples(&self, what: What<'_>, ids: (BlueprintId, BlueprintId)) -> Samples {
        let mut looks = (
            self.before.looks(what.name, ids.0),
            self.after.looks(what.name, ids.1),
        );
        let forms = (
            self.before.form(what.name, Some(ids.0)),
            self.after.form(what.name, Some(ids.1)),
        );
        let (before, after) = self.catalogs();
        let own = |catalog: &'_ Catalog, id: BlueprintId| {
            let kind = catalog.blueprint(id).unwrap().identifier.value.to_string();
            (what.word.to_owned(), kind)
        };
        let (was, now) = (own(before, ids.0), own(after, ids.1));
        let find = |catalog, (name, kind): &(String, String)| of_kind(catalog, name, kind);
        let becomes = |action, kind: Option<&Blueprint>| {
            let own = (what.name, action);
            forms.0.becomes(&forms.1, own, kind.unwrap())
        };
        looks.0.becomes = becomes(find(before, &was), before.blueprint(ids.0));
        looks.1.becomes = becomes(find(after, &now), after.blueprint(ids.1));
        let falls = (Falls::of(before, &was.1), Falls::of(after, &now.1));
        let own = |falls| match what.name {
            ActionName::BuiltIn(built_in) => Some((built_in, falls)),
            ActionName::Catalog(_) => None,
        };
        Samples::new(&[
            Sampled {
                falls: own(&falls.0),
                action: find(before, &was),
                blueprint: before.blueprint(ids.0),
                looks: &looks.0,
            },
            Sampled {
                falls: own(&falls.1),
                action: find(after, &now),
                blueprint: after.blueprint(ids.1),
                looks: &looks.1,
            },
        ])
    }

    /// What a plan tells, one by one.
    fn expanded(&self, plan: &PlanFile) -> BTreeSet<Moved> {
        let rights = plan.rights.as_ref().unwrap();
        assert_eq!((rights.left_out, rights.sampled), (0, None));
        let mut all = BTreeSet::new();
        for one in &rights.moves {
            assert_eq!(one.others, 0);
            // A kind without entities has an example that no question here is about.
            for on in one.on.iter().filter(|on| on.of > 0) {
                assert_eq!(on.count, on.examples.len() as u64, "the worlds are small");
                for (login, action, entity) in self
                    .people(one)
                    .iter()
                    .flat_map(|who| one.actions.iter().map(move |action| (who, action)))
                    .flat_map(|(who, action)| on.examples.iter().map(move |it| (who, action, it)))
                {
                    let kind = on.blueprint.clone().unwrap_or_default();
                    let (action, entity) = (action.clone(), self.place(action, entity));
                    all.insert((
                        login.to_ascii_lowercase(),
                        one.turn,
                        one.way,
                        action,
                        kind,
                        entity,
                    ));
                }
            }
        }
        all
    }

    /// What an example is of: where a rule looks at the path each file is told, and all are alike
    /// whose paths no rule names.
    fn place(&self, action: &str, example: &str) -> String {
        let is_of = |it: &BuiltIn| it.word() == action && it.is_on_root();
        let Some(built_in) = BuiltIn::ALL.into_iter().find(is_of) else {
            return example.to_owned();
        };
        let paths = self.paths(ActionName::BuiltIn(built_in));
        let (kind, path) = example.split_once(' ').unwrap_or((example, ""));
        let place = paths.get(path).map_or("", String::as_str);
        format!("{kind} {place}").trim_end().to_owned()
    }

    /// The people of a move.
    fn people(&self, one: &RightsMove) -> BTreeSet<String> {
        if one.turn == Turn::Loses {
            members(self.before, one)
        } else {
            members(self.after, one)
        }
    }
}
