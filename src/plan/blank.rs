//! What a plan says of its two sides before anything is known of its steps.

use std::collections::BTreeMap;

use crate::compile::Compiled;
use crate::model::settings::{Permissions, Settings};
use crate::plan::file::{self, LedgerPlace, PlanFile};
use crate::plan::{Asked, outside};

/// A plan without steps.
pub(super) fn blank(before: &Compiled, after: &Compiled, asked: &Asked<'_>) -> PlanFile {
    let settings = &before.catalog.settings;
    PlanFile {
        version: file::VERSION,
        id: String::new(),
        catalog: asked.root.to_owned(),
        target: asked.target.clone(),
        head: asked.head.clone(),
        actors: asked.actors.to_vec(),
        open: settings.permissions == Permissions::Open,
        refusals: Vec::new(),
        notices: Vec::new(),
        renames: Vec::new(),
        steps: Vec::new(),
        effects: Vec::new(),
        more_effects: Vec::new(),
        levels: Vec::new(),
        unscored: Vec::new(),
        coverage: Vec::new(),
        rights: None,
        graph: None,
        now: None,
        expired: None,
        since: None,
        break_glass: Vec::new(),
        overrides: Vec::new(),
        adopted: file::Adopted::default(),
        uncounted: Vec::new(),
        footprint: file::Footprint::default(),
        merged: asked.merged.clone(),
        outside: outside::outside(asked.outside),
        entities: after.catalog.entities.len() as u64,
        hosts: hosts(settings),
        ledger: ledger(settings),
    }
}

/// Where the ledger is.
fn ledger(settings: &Settings) -> LedgerPlace {
    LedgerPlace {
        branch: settings.ledger.branch.to_string(),
        remote: settings.ledger.remote.to_string(),
    }
}

/// Where connectors may connect.
fn hosts(settings: &Settings) -> BTreeMap<String, Option<String>> {
    let hosts = settings.hosts.allowed.iter();
    hosts
        .map(|(host, address)| {
            let address = address.as_ref().map(|address| address.value.to_string());
            (host.to_string(), address)
        })
        .collect()
}
