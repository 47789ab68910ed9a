//! The baseline of a catalog: findings that were there when it began to be checked, each with a
//! reason, so that only new ones fail.
//!
//! In: the snapshot and the settings. Out: the entries of the file, and what is wrong with them.
//! Which findings they fit is not known here.

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::codes::{E0006, E0007, E0008, E0202, E0204, E0207, E0510, E0515};
use crate::model::day::Day;
use crate::model::fields::{Fields, take_back_missing};
use crate::model::settings::Settings;
use crate::source::Selection;
use crate::source::Snapshot;
use crate::syntax::MergeKeys;
use crate::syntax::Node;
use crate::text::{FileId, Located, Span, Text};

/// The name of the file where the settings give no other, beside the settings file.
pub const FILE: &str = "catalogc-baseline.yaml";

/// The file, read.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// The file.
    pub file: FileId,
    /// What it lets pass, in its order.
    pub entries: Vec<Excuse>,
    /// All that is written, for differences.
    pub roots: Vec<Node>,
}

/// One finding that passes.
#[derive(Debug, Clone)]
pub struct Excuse {
    /// Its kind.
    pub code: &'static Code,
    /// Its file, as the settings would name it.
    pub path: Text,
    /// What it says.
    pub message: Text,
    /// The digest of the characters that it marks; absent: any.
    pub fingerprint: Option<Text>,
    /// Why it passes.
    pub reason: Text,
    /// The first day on which it passes no more.
    pub expires: Option<Day>,
    /// Where the entry begins.
    pub span: Span,
}

/// Whether findings of a code can pass: not those that make a file unreadable or a rule wrong,
/// nor those that are about a baseline, nor secrets. What stands in git is known to all who can
/// read it, and a reason does not make it unknown again. Where the form of a value is no sign of
/// a secret, a catalog may say so for all of it, by `severity`.
pub fn is_excusable(code: &Code) -> bool {
    !code.fixed && ![&E0006, &E0008, &E0510, &E0515].contains(&code)
}

/// The baseline that stands beside the settings, or where they say.
pub(super) fn find(
    snapshot: &Snapshot,
    selection: &Selection,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Option<Baseline> {
    // A catalog's folder by itself has no settings, and nothing beside them.
    selection.settings()?;
    let path = format!("{}{}", selection.prefix(), settings.baseline);
    let Some(file) = snapshot.find(&path) else {
        if let Some(named) = settings.root.as_ref().and_then(|root| root.get("baseline")) {
            findings.push(
                Finding::new(&E0008, named.span, format!("there is no baseline `{path}`"))
                    .label("not found")
                    .help("name a file that is there, or delete the line"),
            );
        }
        return None;
    };
    let (documents, found) = crate::syntax::parse(file, snapshot.text(file), MergeKeys::Refused);
    findings.extend(found);
    let mut baseline = Baseline {
        file,
        entries: Vec::new(),
        roots: Vec::new(),
    };
    for document in documents {
        if document.root.is_null() {
            continue;
        }
        let before = findings.len();
        read(&document.root, &mut baseline.entries, findings);
        if !document.complete {
            take_back_missing(findings, before);
        }
        baseline.roots.push(document.root);
    }
    Some(baseline)
}

fn read(root: &Node, entries: &mut Vec<Excuse>, findings: &mut Vec<Finding>) {
    let Some(mut fields) = Fields::of("a baseline", root, root.span.part(0, 0), findings) else {
        return;
    };
    fields.integer("version", 1, 1);
    let listed = fields.list("findings");
    fields.done();
    entries.extend(listed.iter().filter_map(|node| excuse(node, findings)));
}

fn excuse(node: &Node, findings: &mut Vec<Finding>) -> Option<Excuse> {
    let span = node.first_key();
    let mut fields = Fields::of("an entry of a baseline", node, span, findings)?;
    let code = fields.required_text("code");
    let path = fields.required_text("path");
    let message = fields.required_text("message");
    let fingerprint = fields.text("fingerprint");
    let reason = fields.required_text("reason");
    let expires = fields.text("expires");
    fields.done();
    if let Some(empty) = reason
        .as_ref()
        .filter(|reason| reason.value.trim().is_empty())
    {
        findings.push(
            Finding::new(&E0202, empty.span, "an entry of a baseline needs a reason")
                .label("says nothing")
                .help("write why this finding may stay for now"),
        );
        return None;
    }
    let code = known(&code?, findings)?;
    let expires = match expires {
        None => None,
        Some(text) => Some(day(&text, findings)?),
    };
    Some(Excuse {
        code,
        path: path?.value,
        message: message?.value,
        fingerprint: fingerprint.map(|text| text.value),
        reason: reason?.value,
        expires,
        span,
    })
}

/// The code that an entry names, if its findings can pass at all.
fn known(name: &Located<Text>, findings: &mut Vec<Finding>) -> Option<&'static Code> {
    let Some(code) = Code::named(&name.value) else {
        findings.push(
            Finding::new(
                &E0204,
                name.span,
                format!("no finding is called `{}`", name.value),
            )
            .label("not known")
            .help(Code::instead_of(&name.value)),
        );
        return None;
    };
    if is_excusable(code) {
        return Some(code);
    }
    findings.push(
        Finding::new(
            &E0007,
            name.span,
            format!("`{}` cannot be in a baseline", code.name),
        )
        .label("always shown")
        .help(format!(
            "delete the entry and repair the finding: `catalogc explain {}`",
            code.id
        )),
    );
    None
}

/// A day that cannot be read must not be one that never comes.
fn day(text: &Located<Text>, findings: &mut Vec<Finding>) -> Option<Day> {
    let day = Day::parse(&text.value);
    if day.is_none() {
        findings.push(
            Finding::new(&E0207, text.span, format!("`{}` is no day", text.value))
                .label("not a day of the calendar")
                .help("write it like `2027-01-31`"),
        );
    }
    day
}
