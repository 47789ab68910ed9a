//! `catalogc check --fix`: writes what is certain, and says what is left.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Component;
use std::path::Path;

use crate::cli::check::{Earlier, secrets_of};
use crate::cli::{Failure, Terminal, failure, open};
use crate::compile::Compiled;
use crate::compile::compile;
use crate::fix::fix;
use crate::render::covered::covered;
use crate::render::{patch, removal};
use crate::source::Snapshot;
use crate::source::difference::{Side, changed_lines};
use crate::source::disk::rewrite;
use crate::text::{FileId, Span, shell_word, visible};

/// What becomes of the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// They are written.
    Written,
    /// They are shown, and the files stay as they are.
    Shown,
}

/// A catalog after what is certain was put right.
pub(super) struct Done {
    /// The catalog as it is then.
    pub(super) compiled: Compiled,
    /// The changes in the form of `patch`, where they are only shown.
    pub(super) patch: String,
}

/// Puts right what is certain in the catalog of a directory, and takes out what goes with
/// entities that are deleted since `earlier`.
pub(super) fn run(
    path: &Path,
    ends: Ends,
    earlier: Option<&Earlier>,
    terminal: Terminal,
) -> Result<Done, Failure> {
    let opened =
        open::at_directory(path)?.ok_or_else(|| open::no_catalog(&path.display().to_string()))?;
    let before = opened.snapshot.clone();
    let selection = opened.selection;
    let found = compile(opened.snapshot, &selection);
    let hidden = covers(&found);
    let mut compiled = fix(found, &|snapshot| {
        // The settings say which files the catalog is made of, and only those were read.
        let now = open::in_texts(&snapshot, "").ok()??;
        now.is_same_as(&selection)
            .then(|| compile(snapshot, &selection))
    })
    .compiled;
    // What is taken out has its secrets with it.
    let mut secrets = secrets(&compiled);
    if let Some(earlier) = earlier {
        match earlier.whole(&compiled, &|snapshot| compile(snapshot, &selection)) {
            Ok(Some(whole)) => compiled = whole,
            Ok(None) => {}
            Err(why) => terminal.say(&why),
        }
    }
    secrets.extend(self::secrets(&compiled));
    let difference = written(
        path,
        ((&before, &hidden), (&compiled.snapshot, &covers(&compiled))),
        ends,
        &|line| {
            terminal.say(line);
        },
        &secrets,
    )?;
    if let (Ends::Shown, false, Some(words)) = (ends, difference.is_empty(), elsewhere(path)) {
        terminal.say(&words);
    }
    Ok(Done {
        compiled,
        patch: difference,
    })
}

/// The places of secrets in files.
pub(super) struct Covers(BTreeMap<FileId, Vec<Span>>);

impl Covers {
    /// The text of a file as it may be shown.
    pub(super) fn shown<'t>(&self, file: FileId, text: &'t str) -> Cow<'t, str> {
        self.0
            .get(&file)
            .map_or(Cow::Borrowed(text), |spans| covered(text, spans).into())
    }
}

/// Where secrets stand in the files of a catalog.
pub(super) fn covers(compiled: &Compiled) -> Covers {
    let mut all: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for span in secrets_of(compiled, &|_| true) {
        all.entry(span.file).or_default().push(span);
    }
    Covers(all)
}

/// The fewest bytes of a secret that is looked for where it is repeated.
const LEAST: usize = 6;

/// What findings hide, as it is written.
fn secrets(compiled: &Compiled) -> Vec<String> {
    let hiding = compiled.findings.iter().chain(&compiled.off);
    let hiding = hiding.chain(compiled.excused.iter().map(|excused| &excused.finding));
    hiding
        .filter(|finding| finding.hides)
        .map(|finding| compiled.snapshot.slice(finding.span).to_owned())
        .filter(|secret| secret.len() >= LEAST)
        .collect()
}

/// What is between two catalogs, in the form of `patch`.
pub(super) fn shown(before: &Compiled, after: &Compiled) -> Result<String, Failure> {
    let mut secrets = secrets(before);
    secrets.extend(self::secrets(after));
    let (old, new) = (covers(before), covers(after));
    let sides = ((&before.snapshot, &old), (&after.snapshot, &new));
    written(Path::new("."), sides, Ends::Shown, &|_| {}, &secrets)
}

/// Writes the texts that differ, or shows them.
fn written(
    path: &Path,
    ((before, old_covers), (after, new_covers)): ((&Snapshot, &Covers), (&Snapshot, &Covers)),
    ends: Ends,
    say: &dyn Fn(&str),
    secrets: &[String],
) -> Result<String, Failure> {
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let mut patches = String::new();
    for (old_file, old) in before.files() {
        let Ok(old_text) = &old.text else { continue };
        let name = format!("{}{}", below(path), old.path);
        let new = after.find(&old.path);
        let Some((new_file, new)) = new.and_then(|id| Some((id, after.file(id)?))) else {
            if ends == Ends::Shown {
                patches.push_str(&removal(
                    &name,
                    &old_covers.shown(old_file, old_text),
                    &secrets,
                ));
                say(&format!("would remove {}", old.path));
            } else {
                rewrite::remove(path, &old.path, old_text).map_err(failure)?;
                say(&format!("removed {}", old.path));
            }
            continue;
        };
        let Ok(new_text) = &new.text else { continue };
        if old_text == new_text {
            continue;
        }
        let word = if ends == Ends::Shown {
            let shown = old_covers.shown(old_file, old_text);
            let new_shown = new_covers.shown(new_file, new_text);
            let sides = (Side::new(old_text, &shown), Side::new(new_text, &new_shown));
            patches.push_str(&patch(&name, sides.0, sides.1, &secrets));
            "would change"
        } else {
            rewrite::rewrite(path, &old.path, old_text, new_text).map_err(failure)?;
            "changed"
        };
        for line in changed_lines(old_text, new_text) {
            say(&format!("{word} {}:{line}", old.path));
        }
    }
    Ok(patches)
}

/// What stands before the paths of a directory, so that they begin at the folder in which the
/// command is run: where `git apply` looks for them.
pub(super) fn below(path: &Path) -> String {
    let parts = path.components().map(|part| match part {
        Component::CurDir => Some(String::new()),
        Component::Normal(part) => Some(format!("{}/", part.to_string_lossy())),
        _ => None,
    });
    parts.collect::<Option<String>>().unwrap_or_default()
}

/// Where `git apply` takes the patch of a directory that is not below this one.
pub(super) fn elsewhere(path: &Path) -> Option<String> {
    let is_below = |part: Component<'_>| matches!(part, Component::CurDir | Component::Normal(_));
    if path.components().all(is_below) {
        return None;
    }
    let shown = path.display().to_string();
    let shown = visible(&shown);
    Some(format!(
        "the patch has its paths from `{shown}` on: `git -C {} apply`",
        shell_word(&shown)
    ))
}
