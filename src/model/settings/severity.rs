//! How bad findings are here: the settings' `severity`.
//!
//! In: its entries. Out: the severities. What always is an error stays one, and what shows secrets
//! and characters that hide something is never off.

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0201, E0204};
use crate::model::fields::text_of;
use crate::model::settings::Settings;
use crate::syntax::Entry;
use crate::text::Located;

/// Reads the severities; a code that is always an error stays one.
pub(super) fn read(entries: &[Entry], settings: &mut Settings, findings: &mut Vec<Finding>) {
    let words = [
        ("error", Some(Severity::Error)),
        ("warning", Some(Severity::Warning)),
        ("off", None),
    ];
    for entry in entries {
        let name = entry.key.value.as_str();
        let Some(code) = Code::named(name) else {
            findings.push(
                Finding::new(
                    &E0201,
                    entry.key.span,
                    format!("no finding is called `{name}`"),
                )
                .label("not known")
                .help(Code::instead_of(name)),
            );
            continue;
        };
        let Some(word) = text_of(&entry.node, name, findings) else {
            continue;
        };
        match words.iter().find(|(text, _)| word.value == *text) {
            Some(_) if code.fixed => findings.push(
                Finding::new(
                    &E0204,
                    word.span,
                    format!("`{}` is always an error", code.name),
                )
                .label("cannot be changed")
                .help("delete the line"),
            ),
            Some((_, None)) if !code.may_be_off() => findings.push(
                Finding::new(&E0204, word.span, format!("`{}` is never off", code.name))
                    .label("cannot be switched off")
                    .help(format!(
                        "delete the line, or write `error` or `warning`: {}",
                        held(code)
                    )),
            ),
            Some((_, severity)) => {
                let severity = Located::new(*severity, entry.key.span);
                match settings.severity.get(code.id) {
                    Some(first) => findings.push(twice(code, &severity, first)),
                    None => {
                        settings.severity.insert(code.id, severity);
                    }
                }
            }
            None => findings.push(
                Finding::new(
                    &E0204,
                    word.span,
                    format!("`{}` is not a severity", word.value),
                )
                .label("not one of the words")
                .help("write `error`, `warning` or `off`"),
            ),
        }
    }
}

/// Why a code is never off, and that others are not either.
fn held(code: &Code) -> String {
    let others = Code::HELD.iter().filter(|other| **other != code);
    let others: Vec<&str> = others.map(|other| other.id).collect();
    format!(
        "what a reviewer does not see must be told; the same holds of {}",
        others.join(", ")
    )
}

/// A code that is given by its number and by its name: the first counts.
fn twice(
    code: &Code,
    second: &Located<Option<Severity>>,
    first: &Located<Option<Severity>>,
) -> Finding {
    let message = format!("`{}` and `{}` are one finding", code.id, code.name);
    Finding::new(&E0204, second.span, message)
        .label("second")
        .related(first.span, "first")
        .help("keep one of the two lines")
}
