//! What whoever asks may not have meant: lists that lose elements, and changes to what is so.

use serde_json::Value as Json;

use crate::cli::ask::Asking;
use crate::cli::ask::along::owned_along;
use crate::cli::ask::claim::{Claim, NEW_NAME};
use crate::cli::ask::fill::filled;
use crate::cli::ask::matter::Wish;
use crate::cli::ask::subject::Subject;
use crate::derive::has_secret;
use crate::model::Blueprint;
use crate::model::path::claims;
use crate::plan::asked::{self, is_removal};
use crate::plan::diff::{self, PathChange};
use crate::plan::file::show;
use crate::policy::BuiltIn;
use crate::policy::What;

impl Wish<'_> {
    /// What whoever asks may not have meant, and what a plan decides beside it.
    pub(in crate::cli) fn notes(&self, asking: &Asking<'_>) -> Vec<String> {
        let mut notes = self.unmeant(asking);
        let changes = self.changes(asking);
        let set = changes.into_iter().map(|change| change.path);
        let told = set.chain(self.changed.iter().cloned());
        notes.extend(self.beside(asking, &asked::paths(self.what, told)));
        notes
    }

    /// What is set to another value than an entity that is there has.
    fn changes(&self, asking: &Asking<'_>) -> Vec<PathChange> {
        let catalog = &asking.compiled.catalog;
        let (Subject::Entity(_), Some(base)) = (&self.subject, self.base(catalog)) else {
            return Vec::new();
        };
        let Some(blueprint) = self.blueprint(catalog).filter(|_| !is_removal(self.what)) else {
            return Vec::new();
        };
        let mut edited = base.clone();
        for claim in self.claimed() {
            claim.write(&mut edited);
        }
        diff::changes([Some(blueprint); 2], &base, &edited)
    }

    /// What whoever asks may not have meant: elements that a list loses, and a change that nobody
    /// said what it is.
    fn unmeant(&self, asking: &Asking<'_>) -> Vec<String> {
        let catalog = &asking.compiled.catalog;
        let (Subject::Entity(_), Some(base)) = (&self.subject, self.base(catalog)) else {
            return Vec::new();
        };
        let is_rename = matches!(self.what, What::BuiltIn(BuiltIn::Rename));
        if is_rename
            && asking.rules.reads_sides()
            && self.claims.iter().all(|it| it.path != NEW_NAME)
        {
            return vec![
                "a rule may look at the new name: say it, `--set identifier=...`".to_owned(),
            ];
        }
        let Some(blueprint) = self.blueprint(catalog).filter(|_| !is_removal(self.what)) else {
            return Vec::new();
        };
        let changes = self.changes(asking);
        let mut notes: Vec<String> = changes
            .iter()
            .filter(|change| !is_secret_path(blueprint, &change.path))
            .filter_map(lost)
            .collect();
        let paths = changes.iter().map(|change| change.path.as_str());
        let mut along: Vec<&str> = paths
            .chain(self.changed.iter().map(String::as_str))
            .flat_map(|path| owned_along(catalog, blueprint, path))
            .map(|kind| kind.identifier.value.as_str())
            .collect();
        along.sort_unstable();
        along.dedup();
        if !along.is_empty() {
            notes.push(format!(
                "{} may be owned by way of it: `catalogc plan` says what changes hands and who must agree",
                along.join(", ")
            ));
        }
        if changes.is_empty() && self.changed.is_empty() {
            let filled = self.what.action().into_iter().flat_map(filled);
            let own = filled.filter_map(|(input, path)| {
                let action = self.what.action()?;
                let is_own = claims(action, path) && !is_secret_path(blueprint, path);
                let value = Claim::of(blueprint, &base, path).filter(|_| is_own)?;
                let value = show(Some(&value));
                Some(format!(
                    "{input} is {value} already: `--set {input}=...` asks for a change"
                ))
            });
            notes.extend(own);
        }
        notes
    }
}

/// Whether a path leads to a property that is secret or has a secret in it.
pub(in crate::cli) fn is_secret_path(blueprint: &Blueprint, path: &str) -> bool {
    let name = path.strip_prefix("properties");
    let name = name.and_then(|rest| rest.strip_prefix('.').or(rest.strip_prefix("[\"")));
    let name = name.and_then(|rest| rest.split(['.', '[', '"']).next());
    let property = name.and_then(|name| blueprint.property(name));
    property.is_some_and(|property| has_secret(&property.schema))
}

/// `teams loses checkout`: the whole list is set.
fn lost(change: &PathChange) -> Option<String> {
    let before = change.before.as_ref()?.as_array()?;
    let after = change.after.as_ref().and_then(Json::as_array);
    let lost = before
        .iter()
        .filter(|item| after.is_none_or(|after| !after.contains(item)));
    let lost: Vec<String> = lost.map(|item| show(Some(item))).collect();
    (!lost.is_empty()).then(|| format!("{} loses {}", change.path, lost.join(", ")))
}
