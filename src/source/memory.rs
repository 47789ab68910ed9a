//! Snapshots of texts in memory: tests and the pages of `explain`.

use super::{Snapshot, SourceFile, text_of};

/// The snapshot of these paths and texts.
pub fn snapshot<P: Into<String>, T: Into<String>>(
    files: impl IntoIterator<Item = (P, T)>,
) -> Snapshot {
    Snapshot::new(
        files
            .into_iter()
            .map(|(path, text)| SourceFile {
                path: path.into(),
                text: text_of(text.into().into_bytes()),
                merged: false,
            })
            .collect(),
    )
}
