//! What the commands share that write into the files of a catalog.
//!
//! In: new texts of files. Out: they are written, or shown as a difference, once the catalog was
//! compiled with them and nothing is wrong that was not; what merging them would do. Files that
//! somebody changed in the meantime, that are links or that may not be written stay as they are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::check::summary;
use crate::cli::fix::below;
use crate::cli::merge::working::{Against, Judge, foreseen, usual};
use crate::cli::offer::{self, Message};
use crate::cli::{Exit, Failure, Output, Terminal, open};
use crate::compile::{Compiled, compile};
use crate::edit::tried::Texts;
use crate::edit::{Outcome, Refused, tried};
use crate::finding::codes::E0616;
use crate::finding::{Finding, Severity};
use crate::model::{EntityId, Moment};
use crate::plan::file::PlanFile;
use crate::render::{self, Detail, View, patch, removal};
use crate::source::Selection;
use crate::text::{FileId, visible};

mod alone;
mod said;
mod written;

use said::first_of;

/// Where it is written, and whether.
#[derive(Debug, clap::Args)]
pub(super) struct Ends {
    /// Print the change as a patch, and leave the files as they are
    #[arg(long)]
    dry_run: bool,
    /// The repository or catalog folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The moment at which rules are asked, where they read it
    #[arg(long, value_name = "RFC3339", value_parser = crate::cli::merge::moment)]
    now: Option<Moment>,
    #[command(flatten)]
    offer: offer::Options,
}

impl Ends {
    /// The repository or catalog folder.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The moment at which rules are asked.
    pub(super) const fn now(&self) -> Option<Moment> {
        self.now
    }
}

/// What may be found after a change that was not before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bar {
    /// Nothing.
    Nothing,
    /// What is no error: something new is not used by anything yet.
    Warnings,
}

/// What is said of a merge.
enum Told {
    Plan(Box<PlanFile>),
    /// What is to be put right first.
    Next(String),
    /// Why nothing is.
    Nothing(String),
}

/// A catalog that is written into.
pub(super) struct Desk<'a> {
    pub(super) before: Compiled,
    selection: Selection,
    ends: &'a Ends,
    terminal: Terminal,
    judge: Judge,
    /// The revision that judges, where one was named or found.
    base: Option<String>,
    /// Why somebody wants it, for who reads the commit.
    reason: Option<String>,
    /// What is said where it is denied and so not written; nothing where it is written all the same.
    denied: Option<&'static str>,
    /// What is said below the plan.
    note: String,
}

impl<'a> Desk<'a> {
    /// Reads the catalog.
    pub(super) fn open(ends: &'a Ends, terminal: Terminal) -> Result<Self, Failure> {
        let place = || open::no_catalog(&ends.dir.display().to_string());
        let opened = open::at_directory(&ends.dir)?.ok_or_else(place)?;
        Ok(Self {
            before: compile(opened.snapshot, &opened.selection),
            selection: opened.selection,
            ends,
            terminal,
            judge: Judge {
                against: Against::Head,
                actors: Vec::new(),
                now: ends.now,
            },
            base: None,
            reason: None,
            denied: None,
            note: String::new(),
        })
    }

    /// The same, which says something below the plan.
    pub(super) fn noting(self, note: String) -> Self {
        Self { note, ..self }
    }

    /// The same, which writes nothing that is denied and says so.
    pub(super) fn refusing(self, denied: Option<&'static str>) -> Self {
        Self { denied, ..self }
    }

    /// The same, for a pull request to the branch of a revision.
    pub(super) fn toward(self, base: Option<String>) -> Self {
        Self { base, ..self }
    }

    /// The same, judged by a commit and for somebody, who says why.
    pub(super) fn judged(
        self,
        against: Against,
        actors: Vec<String>,
        reason: Option<String>,
    ) -> Self {
        let now = self.judge.now;
        let judge = Judge {
            against,
            actors,
            now,
        };
        Self {
            judge,
            reason,
            ..self
        }
    }

    /// The folder that it is read from.
    pub(super) fn folder(&self) -> &'a Path {
        &self.ends.dir
    }

    /// The path and text of a file.
    pub(super) fn file(&self, file: FileId) -> (String, &str) {
        let snapshot = &self.before.snapshot;
        (snapshot.path(file).to_owned(), snapshot.text(file))
    }

    /// The entity of a name; files that cannot be read may have it.
    pub(super) fn entity(&self, written: &str) -> Result<EntityId, Failure> {
        let catalog = &self.before.catalog;
        super::ask::name::entity(catalog, written).map_err(|told| match catalog.unread.first() {
            Some(file) if told.message.starts_with("no ") => told.help(format!(
                "it may stand in `{}`, which cannot be read: `catalogc check` says why",
                visible(self.before.snapshot.path(*file))
            )),
            _ => told,
        })
    }

    /// The catalog as it is after these texts.
    pub(super) fn tried(&self, texts: &Texts) -> Result<Outcome, Failure> {
        self.tried_as(texts, &str::to_owned)
    }

    /// The same, where what was wrong before is known by the words that `said` gives.
    pub(super) fn tried_as(
        &self,
        texts: &Texts,
        said: &dyn Fn(&str) -> String,
    ) -> Result<Outcome, Failure> {
        let outcome = tried(&self.before, texts, said, &|snapshot| {
            // The settings say which files the catalog is made of, and only those were read.
            let now = open::in_texts(&snapshot, self.selection.prefix()).ok()??;
            now.is_same_as(&self.selection)
                .then(|| compile(snapshot, &self.selection))
        });
        let outcome = outcome.map(|mut outcome| {
            // What is merged asks no more.
            if outcome.compiled.asks_for_nothing()
                && let Some(target) = usual(&self.ends.dir)
            {
                outcome.compiled.let_merged_be(&target);
                let found = &outcome.compiled;
                found.without_merged(&target, &mut outcome.new);
            }
            outcome
        });
        outcome.ok_or_else(|| {
            Failure::new("the change would read other files than those of the catalog")
                .help("change the settings by hand, then run `catalogc check`")
        })
    }

    /// Whether the catalog reads a file at this path.
    pub(super) fn takes(&self, path: &str) -> bool {
        crate::source::is_path(path) && self.selection.takes_file(path)
    }

    /// Compiles any snapshot as this catalog is.
    pub(super) fn compiled(&self, snapshot: crate::source::Snapshot) -> Compiled {
        compile(snapshot, &self.selection)
    }

    /// Says why something is not changed, at its place.
    pub(super) fn refused(&self, refused: &Refused) -> Output {
        let finding =
            Finding::new(&E0616, refused.at, refused.why.clone()).help(refused.help.clone());
        self.stopped(&self.before, vec![finding])
    }

    /// Findings because of which nothing is written.
    pub(super) fn stopped(&self, compiled: &Compiled, mut findings: Vec<Finding>) -> Output {
        crate::finding::sort(&mut findings);
        self.terminal.say("nothing is written");
        let summary = summary(compiled);
        let color = self.terminal.color;
        let text = render::findings(&compiled.snapshot, &findings, color, &summary);
        Output::new(text, Exit::Found)
    }

    /// Writes the texts, or shows them, where nothing gets worse.
    pub(super) fn end(self, texts: &Texts, bar: Bar) -> Result<Output, Failure> {
        let outcome = self.tried(texts)?;
        self.end_with(texts, outcome, bar)
    }

    /// The same with what they give, and of it only what really is new.
    pub(super) fn end_with(
        self,
        texts: &Texts,
        outcome: Outcome,
        bar: Bar,
    ) -> Result<Output, Failure> {
        let is_stopped = match bar {
            Bar::Nothing => !outcome.new.is_empty(),
            Bar::Warnings => outcome.has_errors(),
        };
        if is_stopped {
            return Ok(self.stopped(&outcome.compiled, outcome.new));
        }
        let told = match self.foreseen(&outcome) {
            Ok(told) => told,
            Err(broken) => {
                let is_written = |finding: &Finding| {
                    let path = broken.snapshot.path(finding.span.file);
                    finding.severity == Severity::Error && texts.contains_key(path)
                };
                let mut findings = broken.findings.clone();
                findings.retain(is_written);
                if !findings.is_empty() {
                    return Ok(self.stopped(&broken, findings));
                }
                Told::Next(first_of(&broken))
            }
        };
        if let (Some(words), Told::Plan(plan)) = (self.denied, &told)
            && self.is_denied(plan, &outcome)
        {
            self.terminal.say(words);
            return Ok(Output::new(short(plan, self.terminal), Exit::Found));
        }
        if self.ends.dry_run {
            return Ok(Output::new(self.difference(texts, &outcome), Exit::Fine));
        }
        let paths: Vec<&str> = texts.keys().map(String::as_str).collect();
        let offer = self
            .ends
            .offer
            .ready(&self.ends.dir, &paths, self.base.as_deref())?;
        let message = offer.as_ref().map(|_| self.message(&paths, &outcome));
        self.write(texts)?;
        self.tell(texts, &outcome);
        let mut text = String::new();
        if !outcome.new.is_empty() {
            let summary = summary(&outcome.compiled);
            let color = self.terminal.color;
            let snapshot = &outcome.compiled.snapshot;
            text = render::findings(snapshot, &outcome.new, color, &summary);
        }
        if let Told::Plan(plan) = &told {
            text.push_str(&short(plan, self.terminal));
            text.push_str(&self.note);
        }
        if let (Some(offer), Some(message)) = (offer, message) {
            text.push_str(&offer.commit(&paths, &message, self.terminal)?);
            return Ok(Output::new(text, Exit::Fine));
        }
        text.push_str(&match told {
            Told::Plan(_) => {
                "next: commit, open a pull request; `catalogc plan` shows what will happen\n".to_owned()
            }
            Told::Next(first) => format!(
                "next: put right what `catalogc check` finds ({first}), then `catalogc plan` shows what will happen\n"
            ),
            Told::Nothing(why) => {
                let why = format!("what merging would do is not told: {why}");
                self.terminal.say(&why);
                "next: commit, open a pull request\n".to_owned()
            }
        });
        Ok(Output::new(text, Exit::Fine))
    }

    /// What merging the catalog with its changes would do; or that it could not be merged, although
    /// nothing in it is wrong by itself.
    fn foreseen(&self, outcome: &Outcome) -> Result<Told, Box<Compiled>> {
        let findings = &outcome.compiled.findings;
        if crate::check::has_errors(findings) {
            return Ok(Told::Next(first_of(&outcome.compiled)));
        }
        let after = self.compiled(outcome.compiled.snapshot.clone());
        let folder = &self.ends.dir;
        match foreseen(folder, &self.before, after, &self.selection, &self.judge) {
            Ok(Ok(plan)) => Ok(Told::Plan(Box::new(plan))),
            Ok(Err(broken)) => Err(broken),
            Err(why) => Ok(Told::Nothing(why.message)),
        }
    }

    /// What a commit says of the change, and of nothing that was changed before it.
    fn message(&self, paths: &[&str], outcome: &Outcome) -> Message {
        Message::of(
            self.alone(outcome).as_ref(),
            paths,
            self.reason.as_deref(),
            &self.secrets(outcome),
        )
    }

    /// The texts that no output shows.
    fn secrets(&self, outcome: &Outcome) -> BTreeSet<String> {
        let mut secrets = self.before.secrets();
        secrets.extend(outcome.compiled.secrets());
        secrets
    }

    /// What would change, as a patch.
    fn difference(&self, texts: &Texts, outcome: &Outcome) -> String {
        let secrets = self.secrets(outcome);
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let mut out = String::new();
        for (path, after) in texts {
            let name = format!("{}{path}", below(&self.ends.dir));
            let before = self.text(path).unwrap_or_default();
            out.push_str(&match after {
                Some(after) => patch(&name, before, after, &secrets),
                None => removal(&name, before, &secrets),
            });
        }
        out
    }

    /// The text of the file at a path, where there is one.
    fn text(&self, path: &str) -> Option<&str> {
        let snapshot = &self.before.snapshot;
        snapshot.file(snapshot.find(path)?)?.text.as_deref().ok()
    }
}

/// What merging would do, in one line a step.
fn short(plan: &PlanFile, terminal: Terminal) -> String {
    let view = View {
        detail: Detail::Short,
        color: terminal.color,
        stale: None,
    };
    render::plan_text(plan, &view)
}
