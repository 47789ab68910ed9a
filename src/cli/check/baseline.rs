//! `catalogc check --write-baseline`: the findings of today as a file, so that only new ones fail.
//!
//! In: the arguments. Out: the file, and the catalog compiled as it will be with it. Entries that
//! still fit keep their reason and their day; entries that fit nothing are gone.

use std::path::{Component, PathBuf};

use crate::cli::check::Arguments;
use crate::cli::{Failure, Written, open};
use crate::compile::{Compiled, compile};
use crate::finding::Severity;
use crate::finding::fingerprint::of_marked;
use crate::model::baseline::is_excusable;
use crate::model::day::Day;
use crate::source::limit::FILE_BYTES;
use crate::source::{Snapshot, SourceFile};
use crate::text::{Span, is_hidden};

const HEAD: &str = "\
# Findings that `catalogc check` lets pass. New ones fail; an entry that fits none any more is told.
# `catalogc check --write-baseline` writes this file again: entries keep their reason and their day.
version: 1
";

/// What writing a baseline comes to.
pub(super) struct Baseline {
    /// The catalog as it is with the file.
    pub(super) after: Compiled,
    /// The file, where there is anything to write.
    pub(super) file: Option<Written>,
    /// Whether there was none before.
    pub(super) is_new: bool,
}

/// The baseline of the catalog in a directory.
pub(super) fn write(arguments: &Arguments) -> Result<Baseline, Failure> {
    let path = &arguments.directory.path;
    let opened =
        open::at_directory(path)?.ok_or_else(|| open::no_catalog(&path.display().to_string()))?;
    if opened.selection.settings().is_none() {
        return Err(Failure::new(
            "a baseline stands beside the settings, and this is the catalog's folder",
        )
        .help("name the folder above it, in which `catalogc.yaml` is or would be"));
    }
    let mut compiled = compile(opened.snapshot.clone(), &opened.selection);
    let file = compiled.catalog.settings.baseline.to_string();
    refuse_unreadable(&compiled, &file)?;
    if let Some(today) = &arguments.now {
        compiled.expire(today);
    }
    let entries = entries(&compiled, arguments)?;
    let is_new = compiled.catalog.baseline.is_none();
    if entries.is_empty() && is_new {
        return Ok(Baseline {
            after: compiled,
            file: None,
            is_new,
        });
    }
    let text = if entries.is_empty() {
        format!("{HEAD}findings: []\n")
    } else {
        format!("{HEAD}findings:\n{}", entries.concat())
    };
    if text.len() as u64 > FILE_BYTES {
        return Err(Failure::new(format!(
            "the baseline of {} findings would have more than {} MiB",
            entries.len(),
            FILE_BYTES >> 20
        ))
        .help("repair the commonest first, or switch it off in `severity` of catalogc.yaml"));
    }
    let mut files = opened.snapshot.as_slice().to_vec();
    files.retain(|other| other.path != file);
    files.push(SourceFile {
        path: file.clone(),
        text: Ok(text.as_str().into()),
        merged: false,
    });
    let written = Written {
        path: path
            .components()
            .skip_while(|part| *part == Component::CurDir)
            .collect::<PathBuf>()
            .join(file),
        bytes: text.into_bytes(),
    };
    Ok(Baseline {
        after: compile(Snapshot::new(files), &opened.selection),
        file: Some(written),
        is_new,
    })
}

/// A file that cannot be read whole is not written over: what it says would be lost.
fn refuse_unreadable(compiled: &Compiled, file: &str) -> Result<(), Failure> {
    let is_about = |span: Span| compiled.snapshot.path(span.file) == file;
    let mut wrong = compiled.findings.iter();
    let wrong = wrong.find(|f| f.severity == Severity::Error && is_about(f.span));
    match wrong {
        Some(finding) => Err(Failure::new(format!(
            "the baseline that is there has an error: {}",
            finding.message
        ))
        .help(format!(
            "repair `{file}` first, or delete it; `catalogc check` shows the place"
        ))),
        None => Ok(()),
    }
}

/// The lines of the entries, in order: those that still fit, and those that are new.
fn entries(compiled: &Compiled, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut add = |code: &str, path: &str, message: &str, print: Option<&str>, rest: &str| {
        let print = print.map(|print| format!(", fingerprint: {}", quoted(print)));
        let line = format!(
            "  - {{code: {code}, path: {}, message: {}{}, {rest}}}\n",
            quoted(path),
            quoted(message),
            print.unwrap_or_default()
        );
        lines.push((path.to_owned(), line));
    };
    let rest = |reason: &str, expires: Option<&Day>| {
        let expires = expires.map(|day| format!(", expires: {day}"));
        format!("reason: {}{}", quoted(reason), expires.unwrap_or_default())
    };
    for excused in &compiled.excused {
        let entry = &excused.entry;
        add(
            entry.code.id,
            &entry.path,
            &entry.message,
            entry.fingerprint.as_deref(),
            &rest(&entry.reason, entry.expires.as_ref()),
        );
    }
    let new = compiled.findings.iter();
    let new: Vec<_> = new.filter(|f| is_excusable(f.code)).collect();
    let reason = arguments.reason.as_deref().map(str::trim);
    let reason = reason.filter(|reason| !reason.is_empty());
    if reason.is_none() && !new.is_empty() {
        return Err(
            Failure::new("a baseline needs a reason for what is new in it").help(
                "add `--reason \"from before the checks\"`, and `--expires DAY` where it must end",
            ),
        );
    }
    for finding in new {
        add(
            finding.code.id,
            compiled.path(finding.span.file),
            &finding.message,
            Some(&of_marked(finding, compiled.snapshot.slice(finding.span))),
            &rest(reason.unwrap_or_default(), arguments.expires.as_ref()),
        );
    }
    lines.sort();
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// A text as YAML writes it in double quotes, with hidden characters escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let code = u32::from(c);
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            _ if is_hidden(c) && code <= 0xff => out.push_str(&format!("\\x{code:02x}")),
            _ if is_hidden(c) && code <= 0xffff => out.push_str(&format!("\\u{code:04x}")),
            _ if is_hidden(c) => out.push_str(&format!("\\U{code:08x}")),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
