//! Where in a folder the catalog is: a repository has `catalogc.yaml` or `catalog/`, a catalog
//! folder itself has `blueprints/`.

use crate::source::{Selection, SourceFile};

/// A place that can be asked for single files before all of it is read.
pub trait Place {
    /// Why it cannot be asked.
    type Error;

    /// The file at `path`, if there is one.
    fn file(&self, path: &str) -> Result<Option<SourceFile>, Self::Error>;

    /// Whether there is a folder at `path`.
    fn has_folder(&self, path: &str) -> Result<bool, Self::Error>;
}

/// What was found where a catalog should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The settings file with its text, where there is one.
    pub settings: Option<SourceFile>,
    /// What the settings file is called.
    pub settings_name: &'static str,
    /// A file that was meant to be the settings file and has another name.
    pub misnamed: Option<String>,
    /// What is in front of every path, with a slash at its end, or nothing.
    pub prefix: String,
    /// Whether the folder asked for is the catalog's own.
    pub is_catalog: bool,
}

impl Layout {
    /// Looks for a catalog below `prefix` (empty, or ending in a slash); `None`: there is none.
    pub fn find<P: Place>(
        place: &P,
        prefix: &str,
        settings_name: &'static str,
    ) -> Result<Option<Self>, P::Error> {
        let settings = place.file(&format!("{prefix}{settings_name}"))?;
        let misnamed = match settings {
            Some(_) => None,
            None => misnamed(place, prefix)?,
        };
        let layout = |settings, is_catalog| {
            Ok(Some(Self {
                settings,
                settings_name,
                misnamed: misnamed.clone(),
                prefix: prefix.to_owned(),
                is_catalog,
            }))
        };
        if settings.is_some()
            || misnamed.is_some()
            || place.has_folder(&format!("{prefix}catalog"))?
        {
            return layout(settings, false);
        }
        if place.has_folder(&format!("{prefix}blueprints"))? {
            return layout(None, true);
        }
        Ok(None)
    }

    /// The files to read, where the settings name the folder `catalog` and these globs.
    ///
    /// Errors: the glob that cannot be read, with the reason.
    pub fn selection(&self, catalog: &str, globs: &[&str]) -> Result<Selection, String> {
        let root = if self.is_catalog {
            self.prefix.clone()
        } else {
            format!("{}{catalog}", self.prefix)
        };
        let globs: Vec<String> = globs
            .iter()
            .map(|glob| format!("{}{glob}", self.prefix))
            .collect();
        let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
        // Named also where there is none: a merge may bring it.
        let settings = format!("{}{}", self.prefix, self.settings_name);
        let settings = (!self.is_catalog).then_some(settings.as_str());
        Ok(Selection {
            prefix: self.prefix.clone(),
            ..Selection::new(settings, &root, &globs)?
        })
    }
}

/// Names that people give the settings file by mistake. What such a file says would be silently
/// absent: `permissions: enforced` in it would enforce nothing.
const MISNAMED: [&str; 5] = [
    "catalogc.yml",
    "catalogc.json",
    "Catalogc.yaml",
    "catalogc.YAML",
    ".catalogc.yaml",
];

fn misnamed<P: Place>(place: &P, prefix: &str) -> Result<Option<String>, P::Error> {
    for name in MISNAMED {
        let path = format!("{prefix}{name}");
        if place.file(&path)?.is_some() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}
