//! `catalogc mv`: an entity gets another name, wherever it is named.
//!
//! What names it is found by the compiler: the relations that lead to it, and whatever is found
//! wrong once it is called something else. What stands in texts that nothing resolves is told.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::cli::desk::{Bar, Desk, Ends};
use crate::cli::merge::working::checked_out;
use crate::cli::{Exit, Failure, Output, Terminal};
use crate::edit::tried::Texts;
use crate::edit::{Change, Form, Outcome, Place, Refused, change, of_entity, renamed};
use crate::finding::Finding;
use crate::model::{Catalog, Entity, EntityId};
use crate::text::{FileId, Span, visible};

mod told;

/// How often what is found may uncover more.
const ROUNDS: usize = 60;

/// Rename an entity everywhere
#[derive(Debug, clap::Args)]
#[command(after_help = "catalogc mv CartService cart-service\n\
    catalogc mv Team/checkout orders --dry-run")]
pub(super) struct Arguments {
    /// The entity: its identifier, or BLUEPRINT/IDENTIFIER
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// Its new identifier
    #[arg(value_name = "NEW")]
    new: String,
    /// Rename although texts name it of which nobody can tell whether they mean it
    #[arg(long)]
    leave_texts: bool,
    #[command(flatten)]
    ends: Ends,
}

/// An entity and its names.
struct Rename<'d> {
    desk: &'d Desk<'d>,
    id: EntityId,
    kind: String,
    old: String,
    new: String,
    texts: Texts,
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let desk = Desk::open(&arguments.ends, terminal)?;
    let id = desk.entity(&arguments.entity)?;
    let mut rename = Rename::of(&desk, id, &arguments.new)?;
    if rename.old == rename.new {
        let text = "ok: nothing to change, it has this name already\n";
        return Ok(Output::new(text.to_owned(), Exit::Fine));
    }
    let made = rename.own().and_then(|()| rename.relations());
    if let Err(refused) = made {
        return Ok(desk.refused(&refused));
    }
    let mut outcome = match rename.others()? {
        Ok(outcome) => outcome,
        Err(refused) => return Ok(desk.refused(&refused)),
    };
    let left = told::left(&outcome.compiled, (&rename.kind, &rename.old), &rename.new);
    if !left.is_empty() && !arguments.leave_texts {
        return Ok(desk.stopped(&outcome.compiled, left));
    }
    outcome
        .new
        .retain(|finding| !rename.was_there(&outcome.compiled.snapshot, finding));
    let texts = std::mem::take(&mut rename.texts);
    desk.end_with(&texts, outcome, Bar::Nothing)
}

impl<'d> Rename<'d> {
    fn of(desk: &'d Desk<'d>, id: EntityId, written: &str) -> Result<Self, Failure> {
        let catalog = &desk.before.catalog;
        let entity = catalog.entity(id);
        let entity = entity.ok_or_else(|| Failure::new("the entity is not there"))?;
        let kind = catalog.blueprint(entity.blueprint);
        let kind = kind.map_or("", |it| it.identifier.value.as_str());
        let own = written
            .strip_prefix(kind)
            .and_then(|it| it.strip_prefix('/'));
        let new = own.unwrap_or(written);
        let old = entity.identifier.value.as_str();
        if let Some(other) = catalog
            .find_entity(entity.blueprint, new)
            .filter(|it| *it != id)
        {
            let place = catalog.entity(other).map(|it| it.span.file);
            let path = place.map_or("", |file| desk.before.snapshot.path(file));
            let message = format!("{} `{}` is there already", visible(kind), visible(new));
            return Err(Failure::new(message).help(format!(
                "take another name; that one stands in {}",
                visible(path)
            )));
        }
        Ok(Self {
            desk,
            id,
            kind: kind.to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
            texts: Texts::new(),
        })
    }

    fn catalog(&self) -> &'d Catalog {
        &self.desk.before.catalog
    }

    /// The text of a file as it is by now.
    fn text(&self, file: FileId) -> (String, String) {
        let (path, before) = self.desk.file(file);
        let now = self.texts.get(&path).cloned().flatten();
        let text = now.unwrap_or_else(|| before.to_owned());
        (path, text)
    }

    /// Its own identifier, and that it is the same one as before.
    fn own(&mut self) -> Result<(), Refused> {
        let place = of_entity(&self.desk.before, self.id)?;
        let Some(entity) = self.catalog().entity(self.id) else {
            return Ok(());
        };
        let file = entity.span.file;
        let (path, mut text) = self.text(file);
        let form = Form::of(&path);
        let mut set = |place: &Place, made: &Change| -> Result<(), Refused> {
            text = change(form, file, &text, place, made)?;
            Ok(())
        };
        let name = Json::from(self.new.as_str());
        set(&place.key("identifier"), &Change::Set(name))?;
        match self.before(entity) {
            Before::Keeps => {}
            Before::Is(old) => set(&place.key("movedFrom"), &Change::Set(Json::from(old)))?,
            Before::Goes => set(&place.key("movedFrom"), &Change::Unset)?,
        }
        self.texts.insert(path, Some(text));
        Ok(())
    }

    /// What `movedFrom` says then: of several renames before a merge it is the first name.
    fn before(&self, entity: &Entity) -> Before {
        let Some(moved) = &entity.moved_from else {
            return Before::Is(self.old.clone());
        };
        let folder = self.desk.folder();
        let is_on_target = checked_out(folder).is_some_and(|(_, _, target)| {
            let kind = target.catalog.find_blueprint(&self.kind);
            kind.is_some_and(|(kind, _)| target.catalog.find_entity(kind, &self.old).is_some())
        });
        if is_on_target {
            Before::Is(self.old.clone())
        } else if moved.value == self.new.as_str() {
            Before::Goes
        } else {
            Before::Keeps
        }
    }

    /// The relations that lead to it.
    fn relations(&mut self) -> Result<(), Refused> {
        let catalog = self.catalog();
        let mut places: BTreeMap<FileId, BTreeMap<Span, String>> = BTreeMap::new();
        let edges = self.desk.before.graph.edges().iter();
        for edge in edges.filter(|edge| edge.to == self.id) {
            let user = catalog.entity(edge.from);
            let mut targets = user
                .into_iter()
                .flat_map(|it| &it.relations)
                .flat_map(|it| &it.targets);
            let name = targets.find(|it| it.span == edge.span);
            if name.is_none_or(|name| name.value != self.old.as_str()) {
                return Err(Refused {
                    why: format!(
                        "`{}` is meant here, and is not written so",
                        visible(&self.old)
                    ),
                    at: edge.span,
                    help: "rename it here by hand, in the same change".to_owned(),
                });
            }
            let file = places.entry(edge.span.file).or_default();
            file.insert(edge.span, self.new.clone());
        }
        for (file, spans) in places {
            // Its own file has another text by now; places in it are those of that text.
            let (path, text) = self.text(file);
            let before = self.desk.before.snapshot.text(file);
            let spans = if text == before {
                spans
            } else {
                moved(file, before, &text, spans)
            };
            let text = renamed(Form::of(&path), file, &text, &spans)?;
            self.texts.insert(path, Some(text));
        }
        Ok(())
    }

    /// Whatever is found wrong because of the new name, where the old one stands.
    fn others(&mut self) -> Result<Result<Outcome, Refused>, Failure> {
        for _ in 0..ROUNDS {
            let outcome = self.desk.tried(&self.texts)?;
            let mut places: BTreeMap<FileId, BTreeMap<Span, String>> = BTreeMap::new();
            for finding in &outcome.new {
                let written = outcome.compiled.snapshot.slice(finding.span);
                if let Some(name) = self.named(written) {
                    let file = places.entry(finding.span.file).or_default();
                    file.insert(finding.span, name);
                }
            }
            let names = (self.kind.as_str(), self.old.as_str());
            for (file, spans) in told::sure(&outcome.compiled, names) {
                let file = places.entry(file).or_default();
                file.extend(spans.into_iter().map(|span| (span, self.new.clone())));
            }
            if places.is_empty() {
                return Ok(Ok(outcome));
            }
            for (file, spans) in places {
                let path = outcome.compiled.snapshot.path(file).to_owned();
                let text = outcome.compiled.snapshot.text(file);
                let is_cedar = !has_trees(&path);
                let new = if is_cedar {
                    Ok(spliced(text, &spans))
                } else {
                    renamed(Form::of(&path), file, text, &spans)
                };
                match new {
                    Ok(new) if new != text => self.texts.insert(path, Some(new)),
                    Ok(_) => return Ok(Ok(outcome)),
                    Err(refused) => return Ok(Err(refused)),
                };
            }
        }
        self.desk.tried(&self.texts).map(Ok)
    }

    /// What is written in the place of the old name; nothing where it does not stand there alone.
    fn named(&self, written: &str) -> Option<String> {
        let bare = written.trim_matches(['"', '\'']);
        if bare == self.old {
            return Some(self.new.clone());
        }
        if bare == format!("{}/{}", self.kind, self.old) {
            return Some(format!("{}/{}", self.kind, self.new));
        }
        let literal = format!("{}::{:?}", self.kind, self.old);
        (written == literal).then(|| format!("{}::{:?}", self.kind, self.new))
    }

    /// Whether a finding was there under the old name.
    fn was_there(&self, snapshot: &crate::source::Snapshot, finding: &Finding) -> bool {
        let before = &self.desk.before;
        let path = snapshot.path(finding.span.file);
        let mut old = before.findings.iter();
        old.any(|old| {
            old.code == finding.code
                && before.snapshot.path(old.span.file) == path
                && old.message.replace(&self.old, &self.new)
                    == finding.message.replace(&self.old, &self.new)
        })
    }
}

/// Places of a text in a later one, where each name still stands with what is before it in its
/// line.
fn moved(
    file: FileId,
    before: &str,
    after: &str,
    spans: BTreeMap<Span, String>,
) -> BTreeMap<Span, String> {
    let changes = crate::source::difference::replaced(before, after);
    let starts = |text: &str| -> Vec<usize> {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        starts
    };
    let (old, new) = (starts(before), starts(after));
    let place = |span: Span| -> Option<Span> {
        let at = span.start as usize;
        let line = old.partition_point(|start| *start <= at) - 1;
        let mut line_now = line;
        for (was, now) in &changes {
            if was.end <= line {
                line_now = now.end + (line - was.end);
            }
        }
        let column = at - old.get(line)?;
        let start = u32::try_from(new.get(line_now)? + column).ok()?;
        Some(Span::new(file, start, start + (span.end - span.start)))
    };
    let moved = spans.into_iter();
    moved
        .filter_map(|(span, name)| Some((place(span)?, name)))
        .collect()
}

/// What `movedFrom` becomes.
enum Before {
    Keeps,
    Is(String),
    Goes,
}

/// Whether a file is YAML or JSON.
fn has_trees(path: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// A text with others at these places, in the quotes that stand there.
fn spliced(text: &str, spans: &BTreeMap<Span, String>) -> String {
    let mut new = text.to_owned();
    for (span, name) in spans.iter().rev() {
        let range = span.start as usize..span.end as usize;
        let quoted = match text.get(range.clone()) {
            Some(written) if written.starts_with('"') => format!("{name:?}"),
            Some(_) => name.clone(),
            None => continue,
        };
        new.replace_range(range, &quoted);
    }
    new
}
