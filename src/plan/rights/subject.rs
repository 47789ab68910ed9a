//! What is asked about: an action on the entities of one kind, or on the catalog itself, as both
//! sides have it.
//!
//! In: the rules of both sides. Out: [`Subject`]s, each with what its rules say on both sides and
//! the inputs to ask with.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::model::action::Operation;
use crate::model::{Action, BlueprintId};
use crate::plan::diff::Side;
use crate::plan::rights::changing::is_elsewhere;
use crate::plan::rights::pair::{Both, KindPair, Pairs};
use crate::plan::rights::sample::{Sampled, Samples};
use crate::policy::{ActionName, BuiltIn, Falls, Form, Looks, Rules};

/// An action and its kind.
pub(super) struct Subject<'a> {
    pub(super) what: What<'a>,
    /// The number of the kind; none for the catalog itself.
    pub(super) kind: Option<usize>,
    pub(super) forms: Both<Form>,
    pub(super) looks: Both<Looks>,
    /// What falls to it of the kind, where it is a built-in action.
    falls: Option<Both<Falls<'a>>>,
    /// Whether the action's own words about who may do it are the same.
    is_written_alike: bool,
    /// Whether it asks both owners in the same cases.
    is_handed_alike: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    /// An action of the catalog; none on a side that has it not, or for another kind.
    Catalog(&'a str, Both<Option<&'a Action>>),
    /// A built-in one.
    BuiltIn(BuiltIn),
}

impl<'a> What<'a> {
    pub(super) const fn name(&self) -> ActionName<'a> {
        match self {
            Self::Catalog(name, _) => ActionName::Catalog(name),
            Self::BuiltIn(built_in) => ActionName::BuiltIn(*built_in),
        }
    }

    pub(super) const fn word(&self) -> &'a str {
        match self {
            Self::Catalog(name, _) => name,
            Self::BuiltIn(built_in) => built_in.word(),
        }
    }

    pub(super) const fn action(&self, side: Side) -> Option<&'a Action> {
        match self {
            Self::Catalog(_, actions) => *actions.on(side),
            Self::BuiltIn(_) => None,
        }
    }

    /// Whether a side has it at all.
    pub(super) const fn is_on(&self, side: Side) -> bool {
        matches!(self, Self::BuiltIn(_)) || self.action(side).is_some()
    }

    /// What it does to an entity on a side.
    pub(super) fn operation(&self, side: Side) -> Operation {
        match self {
            Self::BuiltIn(BuiltIn::Create) => Operation::Create,
            Self::BuiltIn(BuiltIn::Delete) => Operation::Delete,
            Self::BuiltIn(_) => Operation::Day2,
            Self::Catalog(..) => self
                .action(side)
                .map_or(Operation::Day2, |action| action.operation.value),
        }
    }

    /// Whether others may have to agree on a side.
    pub(super) fn has_approval(&self, side: Side) -> bool {
        let action = self.action(side);
        action.is_some_and(|action| action.root.get("approval").is_some())
    }

    /// Whether it may be asked about a change of this path on a side.
    fn may_change(&self, side: Side, path: &str) -> bool {
        let is_of = |action: &Action| {
            let mut changed = action.trigger.changed.iter();
            changed.any(|it| it.value == path)
        };
        matches!(self, Self::BuiltIn(_)) || self.action(side).is_some_and(is_of)
    }
}

impl<'a> Subject<'a> {
    /// All of them, in the order of kinds and names.
    pub(super) fn all(rules: &Both<&Rules<'a>>, pairs: &Pairs) -> Vec<Self> {
        let mut all = Vec::new();
        for (n, kind) in pairs.kinds.iter().enumerate() {
            let catalog = actions(rules, kind).into_iter();
            let own = catalog.map(|what| Self::new(rules, what, Some((n, kind)), None));
            all.extend(own);
            let falls = Both::of(rules, |rules| Falls::of(rules.catalog(), &kind.name));
            let is_asked = |built_in: &BuiltIn| {
                let is_on = |falls: &Falls<'_>| falls.whole(*built_in).is_none();
                !built_in.is_on_root() && (is_on(&falls.before) || is_on(&falls.after))
            };
            for built_in in BuiltIn::ALL.into_iter().filter(is_asked) {
                let what = What::BuiltIn(built_in);
                all.push(Self::new(rules, what, Some((n, kind)), Some(falls.clone())));
            }
        }
        let root = BuiltIn::ALL.into_iter().filter(|it| it.is_on_root());
        all.extend(root.map(|it| Self::new(rules, What::BuiltIn(it), None, None)));
        all
    }

    fn new(
        rules: &Both<&Rules<'a>>,
        what: What<'a>,
        kind: Option<(usize, &KindPair)>,
        falls: Option<Both<Falls<'a>>>,
    ) -> Self {
        let id = |side: Side| kind.map(|(_, kind)| *kind.id.on(side));
        let looks = |side: Side| {
            let id = id(side).unwrap_or(BlueprintId(u32::MAX));
            rules.on(side).looks(what.name(), id)
        };
        let form = |side: Side| rules.on(side).form(what.name(), id(side));
        let hands = |side: Side| {
            let (path, _) = rules.on(side).owned_by(id(side)?)?;
            what.may_change(side, &path).then_some(path)
        };
        let forms = Both {
            before: form(Side::Before),
            after: form(Side::After),
        };
        let looks = |side: Side| {
            let mut looks = looks(side);
            let blueprint = kind.and_then(|(_, kind)| {
                let catalog = rules.on(side).catalog();
                catalog.blueprint(*kind.id.on(side))
            });
            if let Some(blueprint) = blueprint {
                let own = (what.name(), what.action(side));
                looks.becomes = forms.before.becomes(&forms.after, own, blueprint);
            }
            looks
        };
        Self {
            looks: Both {
                before: looks(Side::Before),
                after: looks(Side::After),
            },
            forms,
            is_written_alike: written(what.action(Side::Before))
                == written(what.action(Side::After)),
            is_handed_alike: hands(Side::Before) == hands(Side::After),
            kind: kind.map(|(n, _)| n),
            falls,
            what,
        }
    }

    /// Whether it makes entities on any side.
    pub(super) fn creates(&self) -> bool {
        let creates = |side| self.what.operation(side) == Operation::Create;
        creates(Side::Before) || creates(Side::After)
    }

    /// Whether both sides have the same rules about it.
    pub(super) fn is_ruled_alike(&self) -> bool {
        self.is_written_alike
            && self.is_handed_alike
            && self.forms.before.says_the_same(&self.forms.after)
    }

    /// Whether the same of it is left to it on both sides.
    pub(super) fn is_left_alike(&self, rules: &Both<&Rules<'_>>, pairs: &Pairs) -> bool {
        let (What::BuiltIn(built_in), Some(falls)) = (self.what, &self.falls) else {
            return true;
        };
        let is_whole = |falls: &Falls<'_>| falls.whole(built_in).is_none();
        is_whole(&falls.before) == is_whole(&falls.after)
            && !is_elsewhere(&self.sampled(rules, pairs))
    }

    /// Of the paths that change, those with which a side asks for it; `None` where the side asks
    /// for something else.
    pub(super) fn left<'p>(&self, side: Side, changed: &'p [String]) -> Option<Cow<'p, [String]>> {
        let (What::BuiltIn(built_in), Some(falls)) = (self.what, &self.falls) else {
            return Some(Cow::Borrowed(changed));
        };
        let falls = falls.on(side);
        let is_elsewhere = |path: &String| falls.path(built_in, path).is_some();
        if falls.whole(built_in).is_some() {
            return None;
        }
        if !changed.iter().any(is_elsewhere) {
            return Some(Cow::Borrowed(changed));
        }
        let left = changed.iter().filter(|path| !is_elsewhere(path));
        let left: Vec<String> = left.cloned().collect();
        (!left.is_empty()).then_some(Cow::Owned(left))
    }

    /// The inputs to ask with: those that the rules of any side tell apart.
    pub(super) fn samples(&self, rules: &Both<&Rules<'_>>, pairs: &Pairs) -> Samples {
        Samples::new(&self.sampled(rules, pairs))
    }

    fn sampled<'s>(&'s self, rules: &'s Both<&Rules<'_>>, pairs: &Pairs) -> [Sampled<'s>; 2] {
        let kind = self.kind.and_then(|n| pairs.kinds.get(n));
        let side = |side: Side| Sampled {
            falls: match self.what {
                What::BuiltIn(built_in) => {
                    let falls = self.falls.as_ref();
                    falls.map(|falls| (built_in, falls.on(side)))
                }
                What::Catalog(..) => None,
            },
            action: self.what.action(side),
            blueprint: kind.and_then(|kind| {
                let catalog = rules.on(side).catalog();
                catalog.blueprint(*kind.id.on(side))
            }),
            looks: self.looks.on(side),
        };
        [side(Side::Before), side(Side::After)]
    }

    /// The definitions and files that it can be done to, by kind and path: where no rule reads
    /// the path, one of each kind.
    pub(super) fn roots(&self, files: &BTreeSet<(&'static str, String)>) -> Vec<(String, String)> {
        let reads_kind = self.forms.before.may_read("kind") || self.forms.after.may_read("kind");
        let kinds = match self.what {
            // Who may override may also settle a call, where no rule tells the two apart.
            What::BuiltIn(BuiltIn::Override) if reads_kind => &["call", "guard"],
            What::BuiltIn(built_in) => built_in.roots(),
            What::Catalog(..) => &[],
        };
        // What a rule names may be there one day.
        let mut named_paths = self.forms.before.paths();
        named_paths.extend(self.forms.after.paths());
        let reads_path = self.forms.before.may_read("path") || self.forms.after.may_read("path");
        let named = |kind: &&str| {
            let own = files.iter().filter(|(of, _)| of == kind);
            let own = own.map(|(_, path)| path.clone());
            let new = named_paths.iter().filter(|path| may_be(files, kind, path));
            let all: BTreeSet<String> = own.chain(new.cloned()).collect();
            let all = all.into_iter().map(|path| ((*kind).to_owned(), path));
            all.collect::<Vec<_>>()
        };
        let one = |kind: &&str| vec![((*kind).to_owned(), String::new())];
        let kinds = kinds.iter();
        kinds
            .flat_map(|kind| {
                let own = named(kind);
                let has_files = files.iter().any(|(of, _)| of == kind);
                match (reads_path, has_files) {
                    (true, true) => own,
                    // What is not in files yet may be anywhere.
                    (true, false) => [one(kind), own].concat(),
                    (false, _) => one(kind),
                }
            })
            .collect()
    }
}

/// Whether a path may be that of a definition of a kind: as its neighbours are, where it has some.
fn may_be(files: &BTreeSet<(&'static str, String)>, kind: &str, path: &str) -> bool {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let is_neighbour = |it: &&(&str, String)| folder(&it.1) == folder(path);
    let mut neighbours = files
        .iter()
        .filter(|it| it.0 != "file")
        .filter(is_neighbour)
        .peekable();
    let is_known = neighbours.peek().is_some();
    !is_known || kind == "file" || neighbours.any(|it| it.0 == kind)
}

/// The actions of a kind that any side has.
fn actions<'a>(rules: &Both<&Rules<'a>>, kind: &KindPair) -> Vec<What<'a>> {
    let catalogs = Both::of(rules, |rules| rules.catalog());
    let is_of = |action: &&Action| action.blueprint.value == kind.name;
    let both = [catalogs.before, catalogs.after];
    let all = both.iter().flat_map(|catalog| &catalog.actions);
    let names: BTreeSet<&str> = all
        .filter(is_of)
        .map(|action| action.identifier.value.as_str())
        .collect();
    let what = |name| {
        let actions = Both::of(&catalogs, |catalog| {
            catalog.find_action(name).filter(|action| is_of(action))
        });
        What::Catalog(name, actions)
    };
    names.into_iter().map(what).collect()
}

/// What an action says of who may do it and with what.
pub(super) fn written(action: Option<&Action>) -> Option<Vec<Json>> {
    const KEYS: [&str; 9] = [
        "operation",
        "blueprint",
        "trigger",
        "inputs",
        "permissions",
        "approval",
        "precondition",
        "conflicts",
        "causedBy",
    ];
    let root = &action?.root;
    let values = KEYS.iter().map(|key| root.get(key));
    Some(
        values
            .map(|node| node.map_or(Json::Null, crate::syntax::Node::to_json))
            .collect(),
    )
}
