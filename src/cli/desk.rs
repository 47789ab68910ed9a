//! What the commands share that write into the files of a catalog.
//!
//! In: new texts of files. Out: they are written, or shown as a difference, once the catalog was
//! compiled with them and nothing is wrong that was not; what merging them would do. Files that
//! somebody changed in the meantime, that are links or that may not be written stay as they are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::ask::person;
use crate::cli::check::summary;
use crate::cli::merge::working::{Against, Judge, usual};
use crate::cli::offer::{self, Message};
use crate::cli::{Exit, Failure, Output, Terminal, open};
use crate::compile::{Compiled, compile};
use crate::edit::tried::Texts;
use crate::edit::{Outcome, Refused, tried};
use crate::finding::codes::{E0006, E0616};
use crate::finding::{Finding, Severity};
use crate::model::{EntityId, Moment};
use crate::policy;
use crate::render;
use crate::source::{Selection, Snapshot};
use crate::text::{FileId, visible};

mod alone;
mod committed;
mod consent;
mod foretold;
mod kept;
mod said;
mod shown;
mod written;

pub(super) use consent::Consent;
use foretold::{Foretold, Told};
use kept::KEPT;

/// Where it is written, and whether.
#[derive(Debug, clap::Args)]
pub(super) struct Ends {
    /// Print the change as a patch, and leave the files as they are
    #[arg(long)]
    dry_run: bool,
    /// The repository or catalog folder
    #[arg(long, value_name = "DIR", default_value = ".", value_parser = open::folder)]
    dir: PathBuf,
    /// Who asks: the plan says whether they may; without it `request` goes by the e-mail of git
    #[arg(long, value_name = "LOGIN")]
    actor: Option<String>,
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

    /// Whether a commit is made.
    pub(super) const fn commits(&self) -> bool {
        self.offer.is_wanted()
    }

    /// Who asks, where that is said.
    pub(super) fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
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

/// A catalog that is written into.
pub(super) struct Desk<'a> {
    pub(super) before: Compiled,
    /// The files on disk, of which a commit may not have all.
    on_disk: Snapshot,
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
    consent: Consent,
}

impl<'a> Desk<'a> {
    /// Reads the catalog.
    pub(super) fn open(ends: &'a Ends, terminal: Terminal) -> Result<Self, Failure> {
        let place = || open::no_catalog(&ends.dir.display().to_string());
        let opened = open::at_directory(&ends.dir)?.ok_or_else(place)?;
        let on_disk = opened.snapshot.clone();
        let opened = if ends.offer.is_wanted() {
            committed::view(&ends.dir, opened, terminal)?
        } else {
            opened
        };
        Ok(Self {
            before: compile(opened.snapshot, &opened.selection),
            on_disk,
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
            consent: Consent::Given,
        })
    }

    /// The same, judged for who is named.
    ///
    /// Errors: nobody has that login.
    pub(super) fn for_actor(mut self) -> Result<Self, Failure> {
        if let Some(written) = self.ends.actor() {
            let Compiled {
                catalog,
                graph,
                snapshot,
                ..
            } = &self.before;
            let (rules, _) = policy::compile(catalog, graph, snapshot);
            let person = person(&rules, catalog, written)?;
            self.judge.actors = vec![rules.login(&person).to_owned()];
        }
        Ok(self)
    }

    /// The same, which asks before it writes.
    pub(super) fn asking(self, consent: Consent) -> Self {
        Self { consent, ..self }
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

    /// The entity of a name; files that cannot be read, or are not committed, may have it.
    pub(super) fn entity(&self, written: &str) -> Result<EntityId, Failure> {
        let catalog = &self.before.catalog;
        let told = match super::ask::name::entity(catalog, written) {
            Ok(id) => return Ok(id),
            Err(told) => told,
        };
        if let Some(path) = self.uncommitted(written) {
            let path = visible(&path).into_owned();
            let message = format!("`{}` is not committed yet", visible(written));
            return Err(Failure::new(message).help(format!(
                "commit `{path}` first, or leave out `--branch`, `--commit` and `--open`"
            )));
        }
        Err(match catalog.unread.first() {
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
            Bar::Nothing => {
                // What is put right leaves its entry in a baseline: that is told, and no harm. What
                // loses its entry is an error again.
                let is_more = errors(&outcome.compiled) > errors(&self.before);
                let mut new = outcome.new.iter();
                new.any(|it| *it.code != E0006 || is_more)
            }
            Bar::Warnings => outcome.has_errors(),
        };
        if is_stopped {
            let lost = self.lost(&outcome.compiled);
            if !lost.is_empty() && !outcome.has_errors() {
                self.terminal.say(KEPT);
                return Ok(self.stopped(&outcome.compiled, lost));
            }
            return Ok(self.stopped(&outcome.compiled, outcome.new));
        }
        let told = match self.foretold(&outcome, texts) {
            Foretold::Broken(broken, findings) => return Ok(self.stopped(&broken, findings)),
            Foretold::Told(told) => told,
        };
        if let (Some(words), Ok(plan)) = (self.denied, &told.plan)
            && self.is_denied(plan, &outcome, texts)
        {
            self.terminal.say(words);
            return Ok(Output::new(self.short(plan), Exit::Found));
        }
        let mut text = self.seen(&outcome, &told);
        if self.ends.dry_run {
            text.push_str(&self.difference(texts, &outcome));
            return Ok(Output::new(text, Exit::Fine));
        }
        let paths: Vec<&str> = texts.keys().map(String::as_str).collect();
        let offer = self
            .ends
            .offer
            .ready(&self.ends.dir, &paths, self.base.as_deref())?;
        let message = offer.as_ref().map(|_| self.message(texts, &outcome, &told));
        self.ready(texts)?;
        if self.consent == Consent::Asked {
            if !consent::is_given(&text)? {
                self.terminal.say("nothing is written");
                return Ok(Output::new(String::new(), Exit::Found));
            }
            text.clear();
        }
        self.write(texts)?;
        self.tell(texts, &outcome);
        text.push_str(&match (offer, message) {
            (Some(offer), Some(message)) => offer.commit(&paths, &message, self.terminal)?,
            _ => told.next(),
        });
        Ok(Output::new(text, Exit::Fine))
    }

    /// What a commit says of the change, and of nothing that was changed before it.
    fn message(&self, texts: &Texts, outcome: &Outcome, told: &Told) -> Message {
        let paths: Vec<&str> = texts.keys().map(String::as_str).collect();
        let (reason, secrets) = (self.reason.as_deref(), self.secrets(outcome));
        let alone = self.alone(outcome, texts);
        let message = Message::of(alone.as_ref(), &paths, reason, &secrets);
        match &told.plan {
            Ok(plan) => message.showing(&shown::plain(plan), reason, &secrets),
            Err(_) => message,
        }
    }

    /// The texts that no output shows.
    fn secrets(&self, outcome: &Outcome) -> BTreeSet<String> {
        let mut secrets = self.before.secrets();
        secrets.extend(outcome.compiled.secrets());
        secrets
    }

    /// The text of the file at a path, where there is one.
    fn text(&self, path: &str) -> Option<&str> {
        let snapshot = &self.before.snapshot;
        snapshot.file(snapshot.find(path)?)?.text.as_deref().ok()
    }
}

/// How many errors a catalog has.
fn errors(compiled: &Compiled) -> usize {
    let findings = compiled.findings.iter();
    findings.filter(|it| it.severity == Severity::Error).count()
}
