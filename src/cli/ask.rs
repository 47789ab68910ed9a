//! What `can` and `who-can` share: the catalog that is asked, and what the question is about.
//!
//! In: arguments. Out: an [`Asking`], from which questions to the rules are made. Every name
//! that is not known is told with the nearest one that is.

use std::path::PathBuf;

use crate::cli::plan::{Time, timed};
use crate::cli::{Exit, Failure, failure, open};
use crate::compile::Compiled;
use crate::derive::Derived;
use crate::finding::Severity;
use crate::model::{Catalog, Moment};
use crate::plan::broken_definition;
use crate::policy::{self, Principal, Question, Rules};
use crate::render::asked::{At, Verdict};
use crate::source::git::Repository;
use crate::text::{choose, visible};

pub(super) mod ahead;
mod along;
mod beside;
mod claim;
pub(super) mod fill;
pub(super) mod frozen;
pub(super) mod hide;
pub(super) mod matter;
pub(super) mod name;
pub(super) mod note;
pub(super) mod subject;
pub(super) mod value;
pub(super) mod words;

pub(super) use claim::{Claim, blank, unknown};
pub(super) use matter::{Matter, Wish};

/// The options that share a line of help.
const PLACE: &str = "--rev REV, --dir DIR";

/// Which catalog is asked, and when.
#[derive(Debug, clap::Args)]
pub(super) struct Source {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    time: Time,
}

/// Which catalog is asked.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// Ask a commit instead of the files on disk; another folder than this one
    #[arg(long, value_name = "REV", help_heading = PLACE)]
    rev: Option<String>,
    // Shares the line of help above.
    #[arg(long, value_name = "DIR", default_value = ".", help_heading = PLACE, value_parser = open::folder)]
    dir: PathBuf,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// For programs, versioned
    Json,
}

/// A catalog that is asked.
pub(super) struct Asked {
    pub(super) compiled: Compiled,
    /// The commit, where the files are those of one.
    pub(super) at: Option<At>,
    /// The options that lead to it again.
    repeat: String,
    /// The moment at which its rules are asked.
    now: Option<Moment>,
}

impl Asked {
    /// A catalog of a commit, or of none, and the options that lead to it.
    pub(super) const fn new(
        compiled: Compiled,
        at: Option<At>,
        repeat: String,
        now: Option<Moment>,
    ) -> Self {
        Self {
            compiled,
            at,
            repeat,
            now,
        }
    }

    /// A catalog that is nowhere.
    #[cfg(test)]
    pub(super) const fn of(compiled: Compiled) -> Self {
        Self {
            compiled,
            at: None,
            repeat: String::new(),
            now: None,
        }
    }
}

impl Place {
    /// The catalog alone, for who need not say which commit it is.
    pub(super) fn compiled(&self) -> Result<Compiled, Failure> {
        let Some(rev) = &self.rev else {
            return open::directory(&self.dir);
        };
        let repository = Repository::discover(&self.dir).map_err(failure)?;
        let commit = repository.resolve(rev).map_err(failure)?;
        open::commit(&repository, &commit, rev)
    }
}

impl Source {
    /// The moment of the question, where it is said.
    pub(super) const fn now(&self) -> Option<Moment> {
        self.time.now
    }

    /// The folder that the catalog is in.
    pub(super) fn dir(&self) -> &std::path::Path {
        &self.place.dir
    }

    /// Opens the catalog. Files on disk that are those of `HEAD` are told by its branch.
    pub(super) fn open(&self) -> Result<Asked, Failure> {
        let mut repeat = String::new();
        if let Some(rev) = &self.place.rev {
            repeat.push_str(&format!(" --rev {}", visible(rev)));
        }
        if self.place.dir.as_os_str() != "." {
            repeat.push_str(&format!(" --dir {}", self.place.dir.display()));
        }
        let now = self.time.now;
        if let Some(now) = now {
            repeat.push_str(&format!(" --now {now}"));
        }
        if let Some(rev) = &self.place.rev {
            let repository = Repository::discover(&self.place.dir).map_err(failure)?;
            let commit = repository.resolve(rev).map_err(failure)?;
            let compiled = open::commit(&repository, &commit, rev)?;
            let at = At {
                rev: (!commit.as_str().starts_with(rev.as_str())).then(|| rev.clone()),
                commit: commit.short().to_owned(),
            };
            return Ok(Asked::new(compiled, Some(at), repeat, now));
        }
        let compiled = open::directory(&self.place.dir)?;
        let at = self.head(&compiled);
        Ok(Asked::new(compiled, at, repeat, now))
    }

    /// The branch and commit whose files these are.
    fn head(&self, compiled: &Compiled) -> Option<At> {
        let repository = Repository::discover(&self.place.dir).ok()?;
        let commit = repository.resolve("HEAD").ok()?;
        let opened = open::at_commit(&repository, &commit).ok()??;
        (opened.snapshot == compiled.snapshot).then(|| At {
            rev: repository.branch(),
            commit: commit.short().to_owned(),
        })
    }
}

/// A catalog with its rules, to be asked.
pub(super) struct Asking<'c> {
    pub(super) compiled: &'c Compiled,
    pub(super) rules: Rules<'c>,
    /// What is computed of its entities.
    pub(super) derived: Derived<'c>,
    /// The options that lead to the same catalog again.
    pub(super) repeat: String,
}

impl<'c> Asking<'c> {
    /// Errors: a rule reads the moment of the question, and nobody said when it is.
    pub(super) fn new(asked: &'c Asked) -> Result<Self, Failure> {
        let compiled = &asked.compiled;
        let (rules, _) = policy::compile(&compiled.catalog, &compiled.graph, &compiled.snapshot);
        Ok(Self {
            compiled,
            rules: timed(rules, asked.now)?,
            derived: Derived::new(&compiled.catalog, &compiled.graph).at(asked.now),
            repeat: asked.repeat.clone(),
        })
    }

    /// The person of a login or an identifier.
    pub(super) fn actor(&self, written: &str) -> Result<Principal, Failure> {
        person(&self.rules, &self.compiled.catalog, written)
    }

    /// Yes, yes if others agree, or no.
    pub(super) fn verdict(&self, question: &Question<'_>) -> Verdict {
        if !self.rules.judge(question).is_allowed() {
            Verdict::Denied
        } else if self.rules.approvals(question).is_empty() {
            Verdict::Allowed
        } else {
            Verdict::NeedsApproval
        }
    }

    /// The same of all that a change is: all of it must be allowed.
    pub(super) fn verdict_of(&self, matters: &[Matter<'_>], actor: &Principal) -> Verdict {
        let catalog = &self.compiled.catalog;
        let may = |matter: &Matter<'_>| {
            let question = matter.question(catalog, actor);
            matter.unmet.is_none() && self.rules.judge(&question).is_allowed()
        };
        let verdicts = matters.iter().map(|matter| match may(matter) {
            false => Verdict::Denied,
            true if matter.needs(self, actor).is_empty() => Verdict::Allowed,
            true => Verdict::NeedsApproval,
        });
        verdicts.max().unwrap_or(Verdict::Denied)
    }

    /// The logins of the people who may do all that a change is, sorted.
    pub(super) fn who_may(&self, matters: &[Matter<'_>]) -> Vec<String> {
        self.who(|actor| {
            matters.iter().all(|matter| {
                let question = matter.question(&self.compiled.catalog, actor);
                matter.unmet.is_none() && self.rules.judge(&question).is_allowed()
            })
        })
    }

    /// Who may do something when the glass is broken, of those who may not otherwise.
    pub(super) fn who_breaks(&self, matter: &Matter<'_>) -> Vec<String> {
        self.who(|actor| {
            let question = matter.question(&self.compiled.catalog, actor);
            matter.unmet.is_none()
                && !self.rules.judge(&question).is_allowed()
                && !self.rules.break_glass(&question).is_empty()
        })
    }

    /// The logins of the people of the catalog of whom something is true.
    pub(super) fn who(&self, may: impl Fn(&Principal) -> bool) -> Vec<String> {
        let people = self.rules.people().into_iter();
        let own = people.filter(|(_, id)| may(&Principal::Person(*id)));
        own.map(|(login, _)| login.to_string()).collect()
    }

    /// How many errors the catalog has: an answer may then not be the last word.
    pub(super) fn errors(&self) -> usize {
        let findings = self.compiled.findings.iter();
        findings
            .filter(|finding| finding.severity == Severity::Error)
            .count()
    }

    /// Whether a yes can be said at all.
    ///
    /// Errors: definitions are broken, so that what they forbid is not known.
    pub(super) fn is_certain(&self) -> Result<(), Failure> {
        broken_definition(self.compiled).map_or(Ok(()), |broken| {
            let path = visible(self.compiled.snapshot.path(broken.span.file));
            let why = &broken.message;
            Err(Failure::new(format!(
                "who may do what cannot be told, the definitions are broken: {why} ({path})"
            ))
            .help("`catalogc check` shows the place to repair"))
        })
    }

    /// `FILE:LINE` of a place.
    pub(super) fn place(&self, span: crate::text::Span) -> String {
        let snapshot = &self.compiled.snapshot;
        let at = crate::text::position(snapshot.text(span.file), span.start);
        format!("{}:{}", visible(snapshot.path(span.file)), at.line)
    }
}

/// How a run ends by its verdict, as that of `gate` does.
pub(super) const fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Allowed => Exit::Fine,
        Verdict::NeedsApproval | Verdict::Denied => Exit::Found,
    }
}

/// The person of a login or an identifier.
pub(super) fn person(
    rules: &Rules<'_>,
    catalog: &Catalog,
    written: &str,
) -> Result<Principal, Failure> {
    if let found @ Principal::Person(_) = rules.person(written, None) {
        return Ok(found);
    }
    let people = rules.people();
    if let Some((_, person)) = people.iter().find(|(_, person)| {
        let entity = catalog.entity(*person);
        entity.is_some_and(|entity| entity.identifier.value == written)
    }) {
        return Ok(Principal::Person(*person));
    }
    let failure = Failure::new(format!("nobody has the login `{}`", visible(written)));
    if people.is_empty() {
        return Err(
            failure.help("say in catalogc.yaml who people are: `people: {blueprint: User}`")
        );
    }
    let names: Vec<&str> = people.iter().map(|(login, _)| login.as_str()).collect();
    Err(failure.help(choose(written, &names)))
}
