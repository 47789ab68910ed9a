//! The catalog by which a landing is decided once more: what it found, with what was made of the
//! definitions and the people since.
//!
//! In: the catalog before the landing, behind it, and at the present tip. Out: the files of all
//! three, mixed. Most files are taken whole; one in which people stand beside other entities is put
//! together from its documents, so that who edits it later does not undo what landed.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::cli::open::Opened;
use crate::compile::{Compiled, compile};
use crate::model::{Catalog, Entity};
use crate::plan::definitions_by_file;
use crate::source::{Selection, Snapshot, SourceFile};

/// The three moments of a landing's files.
pub(super) struct Moments<'o> {
    /// Before it.
    pub(super) then: &'o Opened,
    /// Behind it.
    pub(super) landed: &'o Opened,
    /// At the present tip.
    pub(super) now: &'o Opened,
}

/// The kind and the name of an entity.
type Key = (String, String);

/// The texts of the documents of a file, by the entity that each is.
type Documents<'t> = BTreeMap<Key, &'t str>;

impl Moments<'_> {
    /// What the mixed files are read with: that the catalog stands where the landing put it is
    /// not what was made of it since.
    pub(super) fn selection(&self) -> &Selection {
        let is_as_landed = self.landed.selection.is_same_as(&self.now.selection);
        let of = if is_as_landed { self.then } else { self.now };
        &of.selection
    }

    /// What the landing found, with what was made of the definitions and the people since.
    ///
    /// What the landing itself did is not in it, for it would then be judged by itself: a file
    /// that is now as the landing left it counts as the landing found it. What changed since
    /// counts as it is now. Other entities and requests are those of `then`.
    ///
    /// Errors: why it cannot be put together. An export that has entities and definitions in one
    /// file is taken whole, so that other definitions in it would not count.
    pub(super) fn mix(&self) -> Result<Snapshot, String> {
        let both = [self.then, self.now].map(compiled);
        let kinds = kinds_of_people(&both);
        let (others, people) = holding(&both, &kinds);
        let [then, landed, now] = [self.then, self.landed, self.now].map(files);
        let paths: BTreeSet<&str> = then.keys().chain(now.keys()).copied().collect();
        let [before, present] = both.each_ref().map(definitions_by_file);
        let defines = |path| before.contains_key(path) || present.contains_key(path);
        // Few files have entities and definitions, and without them no third catalog is needed.
        let left = LazyCell::new(|| definitions_by_file(&compiled(self.landed)));
        let is_other = |path| defines(path) && left.get(path) != present.get(path);
        let mut chosen: Vec<SourceFile> = Vec::new();
        for path in paths {
            let is_as_landed = landed.get(path) == now.get(path);
            let is_of_then = others.contains(path) && !people.contains(path);
            if !is_as_landed && is_of_then && is_other(path) {
                return Err(format!(
                    "{path} has definitions beside entities, and its definitions are others by now: ask for it once more"
                ));
            }
            if is_as_landed || is_of_then {
                chosen.extend(then.get(path).map(|file| (*file).clone()));
                continue;
            }
            let is_shared = others.contains(path) && people.contains(path);
            let mixed = is_shared.then(|| self.documents(&both, &kinds, path));
            let file = now.get(path).map(|file| (*file).clone());
            chosen.extend(mixed.flatten().or(file));
        }
        Ok(Snapshot::new(chosen))
    }

    /// A file in which people stand beside other entities: of people the documents of now, of
    /// others those that the landing found. `None` where it is not made of documents.
    fn documents(
        &self,
        [then, now]: &[Compiled; 2],
        kinds: &BTreeSet<String>,
        path: &str,
    ) -> Option<SourceFile> {
        let landed = compiled(self.landed);
        let [then, landed, now] = [then, &landed, now].map(|side| documents(side, path));
        let (then, landed, now) = (then?, landed?, now?);
        let keys: BTreeSet<&Key> = then.keys().chain(now.keys()).collect();
        let chosen = keys.into_iter().filter_map(|key| {
            let is_as_landed = landed.get(key) == now.get(key);
            if is_as_landed || !kinds.contains(&key.0) {
                then.get(key)
            } else {
                now.get(key)
            }
        });
        let texts: Vec<&str> = chosen.copied().collect();
        Some(SourceFile {
            path: path.to_owned(),
            text: Ok(texts.join("\n---\n").into()),
            merged: true,
        })
    }
}

fn compiled(opened: &Opened) -> Compiled {
    compile(opened.snapshot.clone(), &opened.selection)
}

fn files(opened: &Opened) -> BTreeMap<&str, &SourceFile> {
    let files = opened.snapshot.as_slice().iter();
    files.map(|file| (file.path.as_str(), file)).collect()
}

/// The blueprints of people, of what they are members of, and of what makes them members, then or
/// now: who is who is asked at the present tip.
fn kinds_of_people(both: &[Compiled; 2]) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for Compiled { catalog, .. } in both {
        let people = catalog.settings.people.iter();
        kinds.extend(people.map(|people| people.blueprint.value.to_string()));
        for blueprint in &catalog.blueprints {
            let relations = blueprint.relations.iter();
            let groups = relations.filter(|relation| relation.member_of);
            kinds.extend(groups.map(|relation| relation.target.value.to_string()));
            if blueprint.membership.is_some() {
                kinds.insert(blueprint.identifier.value.to_string());
            }
        }
    }
    kinds
}

/// The files of requests and of entities that are no people, then or now, and those of people.
fn holding(both: &[Compiled; 2], kinds: &BTreeSet<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut others, mut people) = (BTreeSet::new(), BTreeSet::new());
    for compiled in both {
        let catalog = &compiled.catalog;
        let path = |file| compiled.snapshot.path(file).to_owned();
        let requests = catalog.requests.iter();
        others.extend(requests.map(|request| path(request.span.file)));
        for entity in &catalog.entities {
            let kind = kind_of(catalog, entity);
            let is_person = kind.is_none_or(|kind| kinds.contains(kind));
            let files = if is_person { &mut people } else { &mut others };
            files.insert(path(entity.span.file));
        }
    }
    (others, people)
}

fn kind_of<'c>(catalog: &'c Catalog, entity: &Entity) -> Option<&'c str> {
    let blueprint = catalog.blueprint(entity.blueprint);
    blueprint.map(|blueprint| blueprint.identifier.value.as_str())
}

/// The documents of a file; nothing where there is no such file, and `None` where an entity is no
/// document of its own, or a document no entity that was read.
fn documents<'c>(compiled: &'c Compiled, path: &str) -> Option<Documents<'c>> {
    let Some(file) = compiled.snapshot.find(path) else {
        return Some(Documents::new());
    };
    let text = compiled.snapshot.readable(file)?;
    if !matches!(path.rsplit_once('.'), Some((_, "yaml" | "yml"))) {
        return None;
    }
    let (catalog, mut found) = (&compiled.catalog, Documents::new());
    let mut at: Vec<Range<usize>> = Vec::new();
    for entity in &catalog.entities {
        if entity.span.file != file {
            continue;
        }
        if entity.broken || !entity.also.is_empty() {
            return None;
        }
        let kind = kind_of(catalog, entity)?.to_owned();
        let name = entity.identifier.value.to_string();
        at.push(entity.span.start as usize..entity.span.end as usize);
        found.insert((kind, name), compiled.snapshot.slice(entity.span));
    }
    at.sort_by_key(|range| range.start);
    let ends = std::iter::once(0).chain(at.iter().map(|range| range.end));
    let starts = at.iter().map(|range| range.start).chain([text.len()]);
    let mut gaps = ends.zip(starts).map(|(end, start)| text.get(end..start));
    // Without its indentation a document is another one.
    let mut lines = at.iter().map(|range| text.get(..range.start));
    let is_whole = lines.all(|before| before.is_some_and(|it| it.is_empty() || it.ends_with('\n')));
    let is_all = gaps.all(|gap| gap.is_some_and(says_nothing)) && found.len() == at.len();
    (is_all && is_whole).then_some(found)
}

/// Whether a text between two documents has nothing but their separator and comments.
fn says_nothing(gap: &str) -> bool {
    let mut lines = gap.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines.all(|line| line.is_empty() || line == "---" || line == "..." || line.starts_with('#'))
}
