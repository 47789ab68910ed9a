//! One shape of a finding: something wrong in the catalog, at its exact place.
//!
//! Findings are values, never errors. A stage words its own findings where it meets them;
//! `render` turns them into the form of an output. Codes are declared in [`codes`].

use crate::text::Advice;
use crate::text::choose;
use crate::text::choose_or;
use crate::text::did_you_mean;
use crate::text::near;
use crate::text::nearest;
use crate::text::{FileId, Span};

pub mod codes;
pub mod explain;
pub mod fingerprint;
pub mod fix;
mod many;
mod missing;
mod short;
pub mod subject;

pub use fix::Fix;
pub use many::{Many, bound, say_untold};
pub use missing::{Missing, Part};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The catalog is not right; `check` exits 1.
    Error,
    /// Worth a look; alone it does not fail a check.
    Warning,
}

impl Severity {
    /// The word that people and machines read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A kind of finding. Declared once in [`codes`]; compared by `id`.
#[derive(Debug)]
pub struct Code {
    /// `E0301`; stable for ever.
    pub id: &'static str,
    /// `relation-target-missing`; reads well after "allow".
    pub name: &'static str,
    /// What it says of a catalog, in one line.
    pub title: &'static str,
    /// How bad it is unless the settings say otherwise.
    pub severity: Severity,
    /// Whether it is always an error, whatever `severity` in the settings says.
    pub fixed: bool,
    /// The Markdown page that `explain` prints.
    pub page: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl Code {
    /// Those that settings may make worse or milder and never switch off: secrets in plain text,
    /// and characters that a reviewer does not see, or takes for others.
    pub const HELD: [&'static Self; 4] =
        [&codes::E0107, &codes::E0311, &codes::E0510, &codes::E0515];

    /// Whether `severity` may switch it off.
    pub fn may_be_off(&self) -> bool {
        !self.fixed && !Self::HELD.contains(&self)
    }

    /// The code of a number or a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        let is_meant = |code: &&&'static Self| code.id == name || code.name == name;
        codes::ALL.iter().find(is_meant).copied()
    }

    /// What to write in place of a word that is no number and no name.
    pub fn instead_of(word: &str) -> Advice {
        let names = codes::ALL.iter().flat_map(|code| [code.id, code.name]);
        match nearest(word, names) {
            Some(near) => did_you_mean(near),
            None => "`catalogc explain` lists all codes".into(),
        }
    }
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What this place is in the story: three to six words.
    pub label: String,
}

/// What a value should have been, where the way it is written may tell why it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A number, whole or not.
    Number,
    /// A whole number.
    Whole,
    /// A string that is a day.
    Date,
    /// A string that is a moment.
    DateTime,
}

/// Something wrong in the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub code: &'static Code,
    /// The severity of the code, or what the settings made of it.
    pub severity: Severity,
    /// The offending key or value; `Span::whole_file` where it is about all of a file.
    pub span: Span,
    /// A fact in one line: lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// What the marked characters are; may be empty.
    pub label: String,
    /// A place that is only named, behind the label: `not in the list of FILE:6:32`.
    pub see: Option<Span>,
    /// What to do about it, now.
    pub help: Option<String>,
    /// Other places, shown below with their own source.
    pub related: Vec<Related>,
    /// Whether the characters of `span` are a secret: no output shows them.
    pub hides: bool,
    /// What would put it right, where that is certain.
    pub fix: Option<Fix>,
    /// The name that its help proposes for the one that is written.
    pub near: Option<String>,
    /// What must be there and is not.
    pub missing: Option<Missing>,
    /// The name it is about, where an expression made that: it may stand nowhere.
    pub made: Option<String>,
    /// What the value should have been, where that is one of these.
    pub wanted: Option<Wanted>,
    /// How many more of its code were found and are not told one by one.
    pub untold: usize,
}

impl Finding {
    /// A finding of `code` about the characters of `span`.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            span,
            message: message.into(),
            label: String::new(),
            see: None,
            help: None,
            related: Vec::new(),
            hides: false,
            fix: None,
            near: None,
            missing: None,
            made: None,
            wanted: None,
            untold: 0,
        }
    }

    /// The characters of its place are shown nowhere, not even by other findings.
    pub fn hides(mut self) -> Self {
        self.hides = true;
        self
    }

    /// What the marked characters are.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// A label that ends by naming another place.
    pub fn label_see(mut self, label: impl Into<String>, place: Span) -> Self {
        self.label = label.into();
        self.see = Some(place);
        self
    }

    /// What to do about it.
    pub fn help(mut self, help: impl Into<Advice>) -> Self {
        let Advice { words, near } = help.into();
        self.help = Some(words);
        self.near = near;
        self
    }

    /// What to do about it, where something is known.
    pub fn maybe_help(self, help: Option<impl Into<Advice>>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// What to write in place of the wrong name that stands here: the nearest of `names`, or
    /// some of them.
    pub fn choose(self, wrong: &str, names: &[&str]) -> Self {
        let near = near(wrong, names.iter().copied()).filter(|near| near.certain);
        let fix = near.map(|near| Fix::name(self.span, wrong, near.name));
        self.help(choose(wrong, names)).maybe_fix(fix)
    }

    /// The same where the name may also be right, and what it names is to be added.
    pub fn choose_or(self, wrong: &str, names: &[&str], add: &str) -> Self {
        self.choose(wrong, names).help(choose_or(wrong, names, add))
    }

    /// What would put it right.
    pub fn fix(self, fix: Fix) -> Self {
        self.maybe_fix(Some(fix))
    }

    /// What would put it right, where that is certain.
    pub fn maybe_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// What must be there and is not.
    pub fn misses(mut self, part: Part, name: impl Into<String>) -> Self {
        let name = name.into();
        self.missing = Some(Missing { part, name });
        self
    }

    /// The name it is about, where an expression made that.
    pub fn made_of(mut self, name: Option<&str>) -> Self {
        self.made = name.map(str::to_owned);
        self
    }

    /// What the value at the place should have been.
    pub fn wants(mut self, wanted: impl Into<Option<Wanted>>) -> Self {
        self.wanted = wanted.into();
        self
    }

    /// Another place that belongs to the story; what is built in has no place to show.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        if span.file != FileId::BUILT_IN {
            self.related.push(Related {
                span,
                label: label.into(),
            });
        }
        self
    }
}

/// Puts findings in the order in which everyone sees them (file, line, column, code) and drops
/// exact repetitions. Files are numbered in path order, so spans give the first three.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.span.file, f.span.start, f.code.id);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup();
}
