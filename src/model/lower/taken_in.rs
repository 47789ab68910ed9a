//! The files whose text the documents of a source may take in.
//!
//! In: the globs of a source's `files`. Out: whether a path is one of them. Opens no file.

use globset::GlobMatcher;

/// The files whose text the documents of a source may take in.
#[derive(Debug, Clone, Copy)]
pub(in crate::model) struct TakenIn<'m> {
    /// What stands before the globs of the settings.
    pub(super) prefix: &'m str,
    /// Absent: every file is one.
    pub(super) globs: Option<&'m [GlobMatcher]>,
}

impl<'m> TakenIn<'m> {
    /// The globs as they are written.
    pub(super) fn written(&self) -> Vec<&'m str> {
        let globs = self.globs.unwrap_or_default().iter();
        globs.map(|glob| glob.glob().glob()).collect()
    }

    /// Every file there is.
    pub(in crate::model) const fn everything() -> Self {
        Self {
            prefix: "",
            globs: None,
        }
    }

    /// None.
    pub(super) const fn nothing() -> Self {
        Self {
            prefix: "",
            globs: Some(&[]),
        }
    }

    /// Whether there may be one.
    pub(super) fn is_some(&self) -> bool {
        self.globs.is_none_or(|globs| !globs.is_empty())
    }

    /// Whether the file at `path` is one.
    pub(in crate::model) fn takes(&self, path: &str) -> bool {
        let below = path.strip_prefix(self.prefix);
        below.is_some_and(|below| match self.globs {
            Some(globs) => globs.iter().any(|glob| glob.is_match(below)),
            None => true,
        })
    }

    /// A path as a glob of the settings has it.
    pub(in crate::model) fn as_written<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(self.prefix).unwrap_or(path)
    }
}
