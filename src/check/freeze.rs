//! Freezes of changes that nobody asks for: of `delete` where an action claims what is deleted, of
//! an action of another kind, of what teams own where nothing is owned.
//!
//! In: the settings and what falls to the built-in actions. Out: a finding at each action, kind or
//! team that freezes nothing.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::E0218;
use crate::model::settings::Freeze;
use crate::model::{Blueprint, Catalog, DocumentKind};
use crate::policy::{BuiltIn, Falls, Instead, What};
use crate::text::{Located, Text};

/// The findings of all freezes.
pub(super) fn idle(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let kinds = [DocumentKind::Blueprints, DocumentKind::Actions];
    if kinds.into_iter().any(|kind| subject.is_half_read(kind)) {
        return;
    }
    for freeze in &subject.catalog.settings.freezes {
        let of = Of {
            catalog: subject.catalog,
            freeze,
        };
        let before = findings.len();
        findings.extend(freeze.actions.iter().filter_map(|name| of.action(name)));
        if findings.len() == before {
            let kinds = freeze.blueprints.iter();
            findings.extend(kinds.filter_map(|kind| of.blueprint(kind)));
            findings.extend(of.teams());
        }
    }
}

/// A freeze and the catalog that it is of.
struct Of<'a> {
    catalog: &'a Catalog,
    freeze: &'a Freeze,
}

impl<'a> Of<'a> {
    /// The kinds that it is of.
    fn kinds(&self) -> impl Iterator<Item = &'a Blueprint> {
        let named = &self.freeze.blueprints;
        let all = self.catalog.blueprints.iter();
        all.filter(move |kind| {
            let mut named = named.iter();
            named.len() == 0 || named.any(|name| name.value == kind.identifier.value)
        })
    }

    /// Whether an action of it is asked for where something of a kind changes, and what is asked
    /// for in its place.
    fn asked(&self, name: &Text, kind: &Blueprint) -> Result<(), Option<Instead<'a>>> {
        match What::named(self.catalog, name) {
            Some(What::BuiltIn(built_in)) => {
                let falls = Falls::of(self.catalog, &kind.identifier.value);
                falls.whole(built_in).map_or(Ok(()), |it| Err(Some(it)))
            }
            Some(What::Catalog(action)) => {
                let is_of_kind = action.blueprint.value == kind.identifier.value;
                is_of_kind.then_some(()).ok_or(None)
            }
            // That there is none is found by others.
            None => Ok(()),
        }
    }

    /// An action that is asked for of none of its kinds.
    fn action(&self, name: &Located<Text>) -> Option<Finding> {
        let mut instead = None;
        for kind in self.kinds() {
            instead = instead.or(Some((kind, self.asked(&name.value, kind).err()?)));
        }
        let (kind, instead) = instead?;
        let other = match instead {
            Some(Instead::Action(action)) => action.identifier.value.as_str(),
            Some(Instead::BuiltIn(built_in)) => built_in.word(),
            _ => "",
        };
        if self.freeze.actions.iter().any(|name| name.value == other) {
            return None;
        }
        let kind = &kind.identifier.value;
        let message = format!("nobody asks for `{}` of a {kind}", name.value);
        let finding = Finding::new(&E0218, name.span, message).label("freezes nothing");
        let own = What::named(self.catalog, &name.value).and_then(What::action);
        Some(match instead {
            Some(Instead::Action(action)) => {
                let action = &action.identifier;
                let claims = format!("`{}` claims it", action.value);
                finding
                    .related(action.span, claims)
                    .help(format!("write `{}`", action.value))
            }
            Some(Instead::BuiltIn(other)) => {
                finding.help(format!("such a change is a `{}`", other.word()))
            }
            Some(Instead::Nothing) => finding.help(format!(
                "nothing of a {kind} says who is who: other changes are an `{}`",
                BuiltIn::Update.word()
            )),
            None => finding.maybe_help(
                own.map(|action| format!("`{}` is of a {}", name.value, action.blueprint.value)),
            ),
        })
    }

    /// A kind of which none of its actions is asked for.
    fn blueprint(&self, name: &Located<Text>) -> Option<Finding> {
        let (_, kind) = self.catalog.find_blueprint(&name.value)?;
        let mut actions = self.freeze.actions.iter();
        if actions.len() == 0 || actions.any(|action| self.asked(&action.value, kind).is_ok()) {
            return None;
        }
        let message = format!("no action of this freeze is of a {}", name.value);
        let finding = Finding::new(&E0218, name.span, message).label("freezes nothing");
        Some(finding.help("add an action of it to `actions`, or remove the kind"))
    }

    /// Teams that own nothing of its kinds.
    fn teams(&self) -> Option<Finding> {
        let team = self.freeze.teams.first()?;
        let actions = &self.freeze.actions;
        let is_frozen = |kind: &&Blueprint| {
            let mut actions = actions.iter();
            actions.len() == 0 || actions.any(|action| self.asked(&action.value, kind).is_ok())
        };
        let kinds: Vec<&Blueprint> = self.kinds().filter(is_frozen).collect();
        if kinds.iter().any(|kind| kind.ownership.is_some()) {
            return None;
        }
        let message = match kinds.as_slice() {
            [] => return None,
            [kind] => format!("a {} has no owner", kind.identifier.value),
            _ => "nothing of what is frozen has an owner".to_owned(),
        };
        let finding = Finding::new(&E0218, team.span, message).label("owns none of them");
        Some(finding.help("write `ownership` in the blueprint, or leave `teams` out"))
    }
}
