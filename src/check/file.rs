//! Files that cannot be read: never a silent gap, for a gap would be planned as a deletion.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::{E0001, E0004, E0005};
use crate::source::Refusal;
use crate::text::Span;

/// One finding for each file without text.
pub(super) fn unreadable(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (file, source) in subject.snapshot.files() {
        if let Err(refusal) = &source.text {
            // Of what a wide glob takes with the rest nothing is read, and nothing is lost.
            if refusal.guess().is_some() && subject.catalog.files.passes_over(&source.path) {
                continue;
            }
            findings.push(words(refusal, Span::whole_file(file)));
        }
    }
}

fn words(refusal: &Refusal, span: Span) -> Finding {
    let unreadable = |message: &str, help: &str| Finding::new(&E0001, span, message).help(help);
    match refusal {
        Refusal::Link => unreadable(
            "a symbolic link stands here, links are not followed",
            "put the file itself here",
        ),
        Refusal::Submodule => {
            unreadable("a submodule stands here", "put the files themselves here")
        }
        Refusal::LfsPointer => unreadable(
            "a pointer of Git LFS stands here, not the file",
            "take the file out of LFS: `git lfs untrack`, then add it again",
        ),
        Refusal::TooLarge { bytes, most } => Finding::new(
            &E0005,
            span,
            format!("the file has {bytes} bytes, {most} are allowed"),
        )
        .help("split the file"),
        Refusal::Encoding { name, .. } => unreadable(
            &format!("the file is {name}, and only UTF-8 is read"),
            &format!("save it as UTF-8: `iconv -f {name} -t UTF-8`"),
        ),
        Refusal::Binary => unreadable(
            "the file is binary, no text",
            "leave it out with `exclude` of its source in catalogc.yaml, or move it out of the catalog",
        ),
        Refusal::Encrypted => unreadable(
            "the file is encrypted by git-crypt",
            "unlock the clone before: `git-crypt unlock`; or leave the file out with `exclude`",
        ),
        Refusal::NotUtf8 { at, .. } => {
            let at = *at;
            let here = Span::new(span.file, at, at);
            let message = format!("the file is not UTF-8, from byte {at} on");
            Finding::new(&E0001, here, message)
                .label("this byte is no character")
                .help("save it as UTF-8")
        }
        Refusal::Path => unreadable(
            "the path has characters or parts that are refused",
            "rename the file: no control or invisible characters, no backslash, no `..`",
        ),
        Refusal::MissingObject => unreadable(
            "the file's content is not in this clone",
            "clone without `--filter`, or fetch the missing objects",
        ),
        Refusal::NotAFile => unreadable(
            "neither a file nor a folder stands here",
            "put a regular file here",
        ),
        Refusal::MergeConflict(why) => {
            Finding::new(&E0004, span, format!("the merge cannot be foreseen: {why}"))
                .help("merge the target into your branch")
        }
        Refusal::Unreadable(why) => unreadable(
            &format!("the file cannot be read: {why}"),
            "make it readable",
        ),
    }
}
