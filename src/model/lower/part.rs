//! What some files hold, put together with what others hold.
//!
//! In: parts that were made side by side. Out: a catalog that is not sorted yet.

use std::collections::BTreeSet;

use super::NamedFile;
use super::form;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0101, E0103, E0104, E0106, E0237, E0243};
use crate::model::entity::{self, Draft};
use crate::model::lost::LostEntity;
use crate::model::reader::{self, Foreign, TextTakenIn};
use crate::model::settings::DocumentKind;
use crate::model::{Action, Blueprint, Catalog, Connector, PolicyFile, Request, Scorecard, Trial};
use crate::syntax::Alias;
use crate::syntax::Document;
use crate::syntax::json_fault;
use crate::text::{FileId, Span};

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
    pub(super) unread_kinds: BTreeSet<DocumentKind>,
    pub(super) lost: Vec<(FileId, LostEntity)>,
    pub(super) left_out: Vec<Span>,
    pub(super) aliases: Vec<Alias>,
    pub(super) findings: Vec<Finding>,
    /// The bytes of memory that the values take which were read.
    pub(super) weight: usize,
    /// How many bytes of other files were taken in.
    pub(super) taken_in: usize,
    pub(super) texts: Vec<TextTakenIn>,
    /// Where values stand that are only thought to be what an expression gave.
    pub(super) guessed: Vec<Span>,
}

impl Part {
    /// The documents of a file that was parsed, and note of what is wrong with them. What is no
    /// JSON in a file that ends in `.json` is not whole, though it may be YAML.
    pub(super) fn take(
        &mut self,
        (file, source): NamedFile<'_>,
        (mut documents, mut found): (Vec<Document>, Vec<Finding>),
    ) -> Taken {
        let text = source.text.as_deref().unwrap_or_default();
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        let is_json = form::is_json(&source.path);
        // A mistake before the first value leaves no document that could say it.
        let is_cut = |finding: &Finding| [&E0101, &E0103].contains(&finding.code);
        if is_json && let Some(fault) = json_fault(file, text) {
            let is_fixed = |finding: &Finding| finding.fix.is_some() && *finding.code != E0106;
            // What reads like YAML is told in its words, but not what only JSON has not.
            let is_ours = fault.is_plain || found.iter().all(|it| !is_error(it));
            if is_ours && !found.iter().any(is_fixed) {
                let is_syntax =
                    |finding: &Finding| [&E0101, &E0104, &E0106].contains(&finding.code);
                if fault.is_one {
                    documents.truncate(1);
                }
                found.retain(|finding| !is_syntax(finding) || !is_error(finding));
                found.push(fault.finding);
            }
            for document in &mut documents {
                document.complete = false;
            }
        }
        let is_whole =
            documents.iter().all(|document| document.complete) && !found.iter().any(is_cut);
        self.findings.extend(found);
        for document in &documents {
            self.weight += document.root.weight() + size_of_val(&*document.aliases);
            self.aliases.extend(&document.aliases);
        }
        Taken {
            documents,
            is_whole,
        }
    }

    /// Reads an entity; where its name or blueprint is missing, those that name it are not to blame.
    pub(super) fn take_entity(&mut self, document: &mut Document, blueprint: Option<&str>) {
        let draft = entity::read(document, blueprint, &mut self.findings);
        let lost = entity::unnamed(document, blueprint).filter(|_| draft.is_none());
        if let Some(lost) = lost {
            self.leave(document.file, &[DocumentKind::Entities], || vec![lost]);
        }
        self.drafts.extend(draft);
    }

    /// Notes that a part of a file could not be read, which may hold documents of `kinds`, and
    /// among them the entities of `lost`.
    pub(super) fn leave(
        &mut self,
        file: FileId,
        kinds: &[DocumentKind],
        lost: impl FnOnce() -> Vec<LostEntity>,
    ) {
        self.unread.push(file);
        self.unread_kinds.extend(kinds);
        if kinds.contains(&DocumentKind::Entities) {
            let lost = lost().into_iter().map(|entity| (file, entity));
            self.lost.extend(lost);
        }
    }

    /// The native documents of a file in another language, with note of what it takes in.
    pub(super) fn read(
        &mut self,
        foreign: &Foreign<'_>,
        documents: Vec<Document>,
    ) -> Vec<reader::Native> {
        let found = self.findings.len();
        let natives = reader::read(foreign, documents, &mut self.findings);
        self.note_left_out(found);
        self.taken_in += foreign.intake.used();
        self.texts.extend(foreign.intake.texts());
        natives
    }

    /// Notes what of a file makes no entity by the findings from a number on: before they are
    /// thinned.
    pub(super) fn note_left_out(&mut self, from: usize) {
        let found = self.findings.iter().skip(from);
        let left = found.filter(|it| [&E0237, &E0243].contains(&it.code));
        self.left_out.extend(left.map(|finding| finding.span));
    }
}

/// The documents of a file, and whether all of it could be read.
pub(super) struct Taken {
    pub(super) documents: Vec<Document>,
    pub(super) is_whole: bool,
}

/// Puts together what was found in parts of the files.
pub(super) fn gather(parts: Vec<Part>, catalog: &mut Catalog, drafts: &mut Vec<Draft>) {
    for part in parts {
        catalog.blueprints.extend(part.blueprints);
        catalog.actions.extend(part.actions);
        catalog.connectors.extend(part.connectors);
        catalog.requests.extend(part.requests);
        catalog.scorecards.extend(part.scorecards);
        catalog.trials.extend(part.trials);
        catalog.policies.extend(part.policies);
        catalog.unread.extend(part.unread);
        catalog.unread_kinds.extend(part.unread_kinds);
        for (file, entity) in part.lost {
            catalog.lost.note(file, entity);
        }
        catalog.texts.extend(part.texts);
        catalog.guessed.extend(part.guessed);
        catalog.left_out.extend(part.left_out);
        catalog.aliases.extend(part.aliases);
        drafts.extend(part.drafts);
    }
    catalog.guessed.sort_unstable();
}
