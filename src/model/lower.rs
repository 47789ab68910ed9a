//! A snapshot's files become a catalog: each file by itself and in parallel, then all together.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use export::each_document;
pub use file_map::FileMap;
use file_map::Mapped;
use identifier::check_identifier;
use part::Part;
pub use reading::Reading;
use salvage::{Keys, lost};
pub(in crate::model) use taken_in::TakenIn;
use wave::Budget;

use crate::finding::codes::E0302;
use crate::finding::{Finding, bound};
use crate::model::entity::{Draft, Naming};
use crate::model::fields::take_back_missing;
use crate::model::reader::mapping::Mappings;
use crate::model::reader::natives::ending;
use crate::model::reader::{Exports, Foreign, Intake};
use crate::model::settings::{DocumentKind, Reader};
use crate::model::{BlueprintId, Catalog, Entity, EntityId, PolicyFile, Scorecard};
use crate::model::{
    action, baseline, blueprint, connector, is_document, request, scorecard, trial,
};
use crate::source::{Selection, Snapshot, SourceFile};
use crate::syntax::Document;
use crate::syntax::MergeKeys;
use crate::text::{FileId, Located, Text};

mod built_in;
mod export;
mod file_map;
mod form;
mod identifier;
mod looks;
mod mapped;
mod members;
mod naming;
mod order;
mod part;
mod reading;
mod salvage;
mod setting;
mod taken_in;
mod union;
mod unreadable;
mod wave;

/// Compiles the documents of a snapshot, and says what is wrong with each of them.
///
/// `selection` is what the snapshot was read with: it knows the catalog's folder.
pub fn lower(snapshot: &Snapshot, selection: &Selection) -> (Catalog, Vec<Finding>) {
    let mut findings = Vec::new();
    let (mut settings_files, settings) = setting::read(snapshot, selection, &mut findings);
    let baseline = baseline::find(snapshot, selection, &settings, &mut findings);
    settings_files.extend(baseline.as_ref().map(|baseline| baseline.file));
    let apart = settings_files.iter();
    let apart = apart.map(|file| snapshot.path(*file).to_owned()).collect();
    let mut mappings = Mappings::read(&settings, selection, snapshot, &mut findings);
    let map = FileMap::new(&settings, selection, apart);
    let map = map.with_paths_read_by(mappings.reading_paths());
    let (foreign, files): (Vec<NamedFile>, Vec<NamedFile>) = snapshot
        .files()
        .filter(|(file, _)| !settings_files.contains(file))
        .partition(|(_, source)| map.mapping_of(&source.path).is_some());
    findings.extend(map.idle(snapshot));
    let mut budget = Budget::new(snapshot, &map);
    let exports = Exports::of(snapshot, &settings, &mut findings);
    let parts = budget.lower(&files, &mut findings, |file, part| {
        lower_file(file, &map, (snapshot, &exports), part);
    });
    let mut catalog = Catalog {
        settings: settings.clone(),
        baseline,
        ..Catalog::default()
    };
    let mut drafts = Vec::with_capacity(parts.len());
    part::gather(parts, &mut catalog, &mut drafts);
    catalog.connectors.extend(connector::built_in());
    built_in::add(&mut catalog, &map, snapshot);
    sort_definitions(&mut catalog, snapshot, &mut findings);
    // What a mapping names is looked up in the blueprints before it is used.
    let is_half_read = catalog.is_half_read(DocumentKind::Blueprints);
    mappings.check(&catalog, is_half_read, &mut findings);
    let parts = budget.lower(&foreign, &mut findings, |file, part| {
        mapped::lower(file, &map, &mappings, part);
    });
    mappings.nowhere(snapshot, &mut findings);
    part::gather(parts, &mut catalog, &mut drafts);
    catalog.trials.sort_by_key(|trial| trial.span);
    catalog.unread.sort_unstable();
    catalog.unread.dedup();
    union::unite(&mut drafts, &mut findings);
    place_entities(&mut catalog, drafts, &mut findings);
    order::settle(&mut catalog);
    catalog.left_out.sort_unstable();
    catalog.texts.sort_unstable();
    catalog.files = map;
    (catalog, findings)
}

/// A file and its number.
type NamedFile<'s> = (FileId, &'s SourceFile);

/// Files that are lowered one after the other on one thread.
const FILES_PER_PART: usize = 256;

fn lower_file(
    (file, source): NamedFile<'_>,
    map: &FileMap,
    (snapshot, exports): (&Snapshot, &Exports),
    part: &mut Part,
) {
    let Ok(text) = &source.text else {
        return unreadable::leave((file, source), map, part);
    };
    let Some(mapped) = map.of(&source.path) else {
        if is_document(&source.path) {
            part.findings.extend(map.unmapped(file, &source.path));
        }
        return;
    };
    if !mapped.reads(&source.path) && mapped.kind != Some(DocumentKind::Policies) {
        let kind = mapped.kind.unwrap_or(DocumentKind::Entities);
        part.findings
            .extend(form::ending_wrong(file, &source.path, kind));
        return;
    }
    let Mapped {
        kind: Some(kind),
        blueprint: default_blueprint,
        reader: Reader::Native,
        ..
    } = mapped
    else {
        let foreign = Foreign {
            file,
            reader: mapped.reader,
            kind: mapped.kind,
            blueprint: mapped.blueprint,
            files: mapped.files,
            snapshot,
            exports,
            intake: Intake::default(),
        };
        return lower_foreign(text, source, &foreign, part);
    };
    if kind == DocumentKind::Policies {
        if ending(&source.path) == "cedar" {
            part.policies.push(PolicyFile { file });
        } else {
            part.findings
                .extend(form::ending_wrong(file, &source.path, kind));
        }
        return;
    }
    let merge_keys = match kind {
        DocumentKind::Entities => MergeKeys::Resolved,
        _ => MergeKeys::Refused,
    };
    let taken = part.take((file, source), crate::syntax::parse(file, text, merge_keys));
    if !taken.is_whole {
        let keys = Keys::of(&Reader::Native, default_blueprint);
        part.leave(file, &[kind], || lost(text, &taken.documents, &keys));
    }
    let mut documents = each_document(taken.documents, &mut part.findings);
    let name = source.path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    for document in &mut documents {
        if let Some(finding) = looks::other(document, kind) {
            part.findings.push(finding);
        } else if !document.root.is_null() || !document.complete {
            lower_document(document, kind, default_blueprint, stem, part);
        }
    }
}

/// A file in another language: its reader makes native documents of it.
fn lower_foreign(text: &str, source: &SourceFile, foreign: &Foreign<'_>, part: &mut Part) {
    let file = foreign.file;
    let taken = part.take(
        (file, source),
        crate::syntax::parse_large(file, text, MergeKeys::Resolved),
    );
    if !taken.is_whole {
        let keys = Keys::of(foreign.reader, foreign.blueprint);
        let kinds = file_map::holds(foreign.kind, foreign.reader);
        part.leave(file, &kinds, || lost(text, &taken.documents, &keys));
    }
    let before = part.drafts.len();
    let weight: usize = taken.documents.iter().map(|it| it.root.weight()).sum();
    let mut made = 0;
    for mut native in part.read(foreign, taken.documents) {
        lower_document(
            &mut native.document,
            native.kind,
            foreign.blueprint,
            "",
            part,
        );
        bound(&mut part.findings);
        made += native.document.root.weight();
    }
    // What stands in other files was taken in beside.
    part.weight += made.saturating_sub(weight);
    let is_export = foreign.is_export();
    for draft in part.drafts.iter_mut().skip(before) {
        draft.drops_derived = is_export;
        if *foreign.reader == Reader::Backstage {
            draft.entity.naming = Naming::Backstage;
        }
    }
}

fn lower_document(
    document: &mut Document,
    kind: DocumentKind,
    default_blueprint: Option<&str>,
    stem: &str,
    part: &mut Part,
) {
    fn keep<T>(items: &mut Vec<T>, item: Option<T>) -> bool {
        let is_there = item.is_some();
        items.extend(item);
        is_there
    }
    let findings = &mut part.findings;
    let before = findings.len();
    let is_known = match kind {
        DocumentKind::Blueprints => keep(&mut part.blueprints, blueprint::read(document, findings)),
        DocumentKind::Actions => keep(&mut part.actions, action::read(document, findings)),
        DocumentKind::Connectors => keep(&mut part.connectors, connector::read(document, findings)),
        DocumentKind::Scorecards => keep(&mut part.scorecards, scorecard::read(document, findings)),
        DocumentKind::Entities => {
            part.take_entity(document, default_blueprint);
            true
        }
        DocumentKind::Requests => {
            part.requests
                .extend(request::read(document, stem, findings));
            true
        }
        DocumentKind::Tests => keep(&mut part.trials, trial::read(document, findings)),
        DocumentKind::Policies => true,
    };
    if !is_known {
        part.leave(document.file, &[kind], Vec::new);
    }
    if !document.complete {
        take_back_missing(&mut part.findings, before);
    }
}

/// Sorts the definitions by name; of two with one name the first in order of paths stands.
fn sort_definitions(catalog: &mut Catalog, snapshot: &Snapshot, findings: &mut Vec<Finding>) {
    fn unique<T>(
        items: &mut Vec<T>,
        name: fn(&T) -> &Located<Text>,
        what: &str,
        findings: &mut Vec<Finding>,
    ) {
        // A stable sort: equal names keep the order of files.
        items.sort_by(|a, b| name(a).value.cmp(&name(b).value));
        let mut first: Option<Located<Text>> = None;
        items.retain(|item| {
            let this = name(item);
            check_identifier(this, what, findings);
            if let Some(first) = first.as_ref().filter(|first| first.value == this.value) {
                findings.push(duplicate(first, this, &format!("{what} `{}`", this.value)));
                return false;
            }
            first = Some(this.clone());
            true
        });
    }
    unique(
        &mut catalog.blueprints,
        |item| &item.identifier,
        "blueprint",
        findings,
    );
    unique(
        &mut catalog.actions,
        |item| &item.identifier,
        "action",
        findings,
    );
    unique(
        &mut catalog.connectors,
        |item| &item.identifier,
        "connector",
        findings,
    );
    unique(&mut catalog.requests, |item| &item.id, "request", findings);
    scorecards(&mut catalog.scorecards, findings);
    catalog
        .policies
        .sort_by(|a, b| snapshot.path(a.file).cmp(snapshot.path(b.file)));
}

/// Sorts the scorecards by blueprint and name, which is how they are told apart.
fn scorecards(items: &mut Vec<Scorecard>, findings: &mut Vec<Finding>) {
    fn key(item: &Scorecard) -> (&Text, &Text) {
        (&item.blueprint.value, &item.identifier.value)
    }
    items.sort_by(|a, b| key(a).cmp(&key(b)));
    for item in &*items {
        check_identifier(&item.identifier, "scorecard", findings);
    }
    items.dedup_by(|second, first| {
        let is_twice = key(first) == key(second);
        if is_twice {
            let (kind, name) = key(first);
            let what = format!("scorecard `{name}` of {kind}");
            findings.push(duplicate(&first.identifier, &second.identifier, &what));
        }
        is_twice
    });
}

fn duplicate(first: &Located<Text>, second: &Located<Text>, what: &str) -> Finding {
    Finding::new(&E0302, second.span, format!("{what} is defined twice"))
        .label("second")
        .related(first.span, "first")
        .help(if what.starts_with("request ") {
            "delete one of the two, or give each an `id` of its own"
        } else {
            "delete one of the two, or give one another identifier"
        })
}

/// Gives entities their blueprints and numbers; of two with one identity the first path stands.
fn place_entities(catalog: &mut Catalog, drafts: Vec<Draft>, findings: &mut Vec<Finding>) {
    let mut by_name: FxHashMap<Text, BlueprintId> = FxHashMap::default();
    for (id, blueprint) in catalog.kinds() {
        by_name.insert(blueprint.identifier.value.clone(), id);
    }
    catalog.entities.reserve(drafts.len());
    let is_half_read = catalog.is_half_read(DocumentKind::Blueprints);
    for source in &catalog.settings.sources {
        let unknown = source
            .blueprint
            .as_ref()
            .filter(|name| !is_half_read && !by_name.contains_key(&name.value));
        findings.extend(unknown.map(|name| catalog.unknown_blueprint(name)));
    }
    let mut entities: Vec<Entity> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut entity = draft.entity;
        check_identifier(&entity.identifier, "entity", findings);
        if let Some(id) = by_name.get(&draft.blueprint.value) {
            entity.blueprint = *id;
            if draft.drops_derived
                && let Some(blueprint) = catalog.blueprint(*id)
            {
                entity.drop_derived(blueprint);
            }
            entities.push(entity);
        } else if !is_half_read && !draft.is_default {
            catalog.left_out.push(draft.blueprint.span);
            naming::note_lost(catalog, &entity, &draft.blueprint.value);
            findings.push(naming::unknown(catalog, entity.naming, &draft.blueprint));
            bound(findings);
        }
    }
    entities.par_sort_by(|a, b| {
        (a.blueprint, &a.identifier.value, a.span).cmp(&(b.blueprint, &b.identifier.value, b.span))
    });
    for entity in entities {
        let first = catalog.entities.last().filter(|first| {
            first.blueprint == entity.blueprint && first.identifier.value == entity.identifier.value
        });
        let Some(first) = first else {
            catalog.entities.push(entity);
            continue;
        };
        let kind = catalog
            .blueprint(first.blueprint)
            .map_or("", |b| b.identifier.value.as_str());
        let what = format!("{kind} `{}`", first.identifier.value);
        findings.push(duplicate(&first.identifier, &entity.identifier, &what));
        bound(findings);
        catalog.shadowed.push(entity);
    }
    naming::set_twins_aside(catalog, findings);
    catalog.index = catalog
        .entities
        .iter()
        .enumerate()
        .map(|(n, entity)| {
            let key = (entity.blueprint, entity.identifier.value.clone());
            (key, EntityId(u32::try_from(n).unwrap_or(u32::MAX)))
        })
        .collect();
    naming::spell(catalog, findings);
    members::join(catalog);
}
