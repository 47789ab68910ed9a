//! What some files hold, put together with what others hold.
//!
//! In: parts that were made side by side. Out: a catalog that is not sorted yet.

use super::{NamedFile, wave};
use crate::finding::Finding;
use crate::finding::Severity;
use crate::model::entity::Draft;
use crate::model::{Action, Blueprint, Catalog, Connector, PolicyFile, Request, Scorecard, Trial};
use crate::syntax::Alias;
use crate::syntax::Document;
use crate::syntax::json_fault;
use crate::text::{FileId, Text};

/// What some files hold.
#[derive(Default)]
pub(super) struct Part {
    pub(super) blueprints: Vec<Blueprint>,
    pub(super) drafts: Vec<Draft>,
    pub(super) actions: Vec<Action>,
    pub(super) connectors: Vec<Connector>,
    pub(super) requests: Vec<Request>,
    pub(super) scorecards: Vec<Scorecard>,
    pub(super) trials: Vec<Trial>,
    pub(super) policies: Vec<PolicyFile>,
    pub(super) unread: Vec<FileId>,
    pub(super) half_read_exports: bool,
    pub(super) half_read_names: Vec<Text>,
    pub(super) aliases: Vec<Alias>,
    pub(super) findings: Vec<Finding>,
    /// How many values were read.
    pub(super) values: usize,
    /// How many bytes of other files were taken in.
    pub(super) taken_in: usize,
}

impl Part {
    /// The documents of a file that was parsed, and note of what is wrong with them. What is no
    /// JSON in a file that ends in `.json` is not whole, though it may be YAML.
    pub(super) fn take(
        &mut self,
        (file, source): NamedFile<'_>,
        (mut documents, mut found): (Vec<Document>, Vec<Finding>),
    ) -> Vec<Document> {
        let text = source.text.as_deref().unwrap_or_default();
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        let is_json = source
            .path
            .rsplit_once('.')
            .is_some_and(|(_, it)| it == "json");
        if is_json && !found.iter().any(is_error) {
            let fault = json_fault(file, text);
            for document in documents.iter_mut().filter(|_| fault.is_some()) {
                document.complete = false;
            }
            if fault.is_some() && documents.is_empty() {
                self.unread.push(file);
            }
            found.extend(fault);
        }
        self.findings.extend(found);
        self.values += wave::values(text, &documents);
        for document in &documents {
            self.aliases.extend(&document.aliases);
        }
        documents
    }
}

/// Puts together what was found in parts of the files.
pub(super) fn gather(
    parts: Vec<Part>,
    catalog: &mut Catalog,
    drafts: &mut Vec<Draft>,
    findings: &mut Vec<Finding>,
) {
    for part in parts {
        catalog.blueprints.extend(part.blueprints);
        catalog.actions.extend(part.actions);
        catalog.connectors.extend(part.connectors);
        catalog.requests.extend(part.requests);
        catalog.scorecards.extend(part.scorecards);
        catalog.trials.extend(part.trials);
        catalog.policies.extend(part.policies);
        catalog.unread.extend(part.unread);
        catalog.half_read_exports |= part.half_read_exports;
        catalog.half_read_names.extend(part.half_read_names);
        catalog.aliases.extend(part.aliases);
        drafts.extend(part.drafts);
        findings.extend(part.findings);
    }
}
