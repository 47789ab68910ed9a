//! Texts of files in the place of `file://README.md`.
//!
//! In: the properties of an entity and the files of the source's `files`. Out: the same with the
//! texts, each standing where its file is named. A name that leads out of the repository, to no
//! file that the source takes in, or to one without text is a finding and stays as it is.

use std::sync::Arc;

use super::Reading;
use crate::finding::Finding;
use crate::finding::codes::{E0103, E0222};
use crate::model::reader::TextTakenIn;
use crate::model::reader::intake;
use crate::source::path::{folder_of, resolve};
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{Span, Text};

/// What stands before the name of a file.
pub(super) const SCHEME: &str = "file://";

/// Takes in the files that the values of `properties` name.
pub(super) fn take_in(properties: &mut Node, reading: &mut Reading<'_>) {
    let Value::Mapping(entries) = &mut properties.value else {
        return;
    };
    for entry in Arc::make_mut(entries) {
        let Some(name) = entry
            .node
            .as_str()
            .and_then(|text| text.strip_prefix(SCHEME))
        else {
            continue;
        };
        match text_of(name, entry.node.span, reading) {
            Ok(text) => entry.node.value = Value::String(text),
            Err(finding) => reading.findings.push(*finding),
        }
    }
}

/// The text of the file that is named at `span`.
fn text_of(name: &str, span: Span, reading: &Reading<'_>) -> Result<Text, Box<Finding>> {
    let foreign = reading.foreign;
    let refused = |message: String, label: &str, help: String| {
        Box::new(Finding::new(&E0222, span, message).label(label).help(help))
    };
    let Some(path) = path_of(name, foreign.snapshot.path(foreign.file)) else {
        return Err(refused(
            format!("`{SCHEME}{name}` leads out of the repository"),
            "no file of this repository",
            "name a file of the repository: `file://README.md`".to_owned(),
        ));
    };
    let found = foreign.snapshot.find(&path);
    let Some(file) = found.filter(|_| foreign.files.takes(&path)) else {
        let glob = foreign.files.as_written(&path);
        return Err(refused(
            format!("there is no file `{path}` that this source takes in"),
            "cannot be taken in",
            format!("write the file, and name it in the source's `files`: `files: [\"{glob}\"]`"),
        ));
    };
    match foreign.snapshot.file(file).map(|file| &file.text) {
        Some(Ok(text)) if foreign.intake.takes(text) => {
            foreign.intake.note(TextTakenIn {
                place: span,
                file,
                part: None,
            });
            Ok(Text::from(text.trim_start_matches('\u{feff}')))
        }
        Some(Ok(_)) => Err(Box::new(too_much(name, span))),
        _ => Err(refused(
            format!("the text of `{path}` cannot be read"),
            "cannot be taken in",
            "name a file of UTF-8 text".to_owned(),
        )),
    }
}

/// The finding that a file takes in more than it may.
fn too_much(name: &str, span: Span) -> Finding {
    Finding::new(
        &E0103,
        span,
        format!(
            "with `{SCHEME}{name}` this file takes in more than {} bytes",
            intake::MOST
        ),
    )
    .label("not taken in")
    .help("divide the entities into several files")
}

/// The path in the repository: `./x` and `../x` begin at the folder of the file that names it,
/// any other at the top. `None` where it leads out.
fn path_of(name: &str, from: &str) -> Option<String> {
    let is_relative = name.starts_with("./") || name.starts_with("../");
    resolve(if is_relative { folder_of(from) } else { "" }, name)
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn names_begin_at_the_top_or_at_their_folder() {
        let from = "services/cart/port.yml";
        for (name, path) in [
            ("README.md", Some("README.md")),
            ("./README.md", Some("services/cart/README.md")),
            ("../README.md", Some("services/README.md")),
            ("a/../../README.md", None),
        ] {
            assert_eq!(path_of(name, from).as_deref(), path, "{name}");
        }
    }
}
