//! The texts of a catalog with another name of an entity.
//!
//! In: the places of the name in the texts as they are. Out: the texts with the new one in all of
//! them, made at once, and then with `movedFrom`; and what was replaced for that.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::cli::mv::places::Places;
use crate::cli::mv::{Before, Rename};
use crate::edit::tried::Texts;
use crate::edit::{Change, Form, Refused, change, of_entity, renamed};
use crate::text::{FileId, Span, Splice, spliced};

/// New texts.
pub(super) struct Made {
    pub(super) texts: Texts,
    /// What was replaced in a file, one turn after the other.
    pub(super) splices: BTreeMap<FileId, Vec<Vec<Splice>>>,
}

impl Rename<'_> {
    /// The texts with the new name in these places.
    pub(super) fn made(&self, places: &Places) -> Result<Made, Refused> {
        let mut made = Made {
            texts: Texts::new(),
            splices: BTreeMap::new(),
        };
        for (file, names) in places {
            let (path, before) = self.desk.file(*file);
            let splices = if has_trees(&path) {
                renamed(Form::of(&path), *file, before, names)?
            } else {
                in_quotes(before, names)
            };
            let text = spliced(before, &splices).ok_or_else(|| Refused {
                why: "two names meet here".to_owned(),
                at: names.keys().next().copied().unwrap_or(self.entity.span),
                help: "write the new name by hand, then run `catalogc check`".to_owned(),
            })?;
            let mut turns = vec![splices];
            let text = if *file == self.entity.span.file {
                let whole = self.with_origin(&path, &text)?;
                turns.push(vec![Splice::between(&text, &whole)]);
                whole
            } else {
                text
            };
            made.splices.insert(*file, turns);
            made.texts.insert(path, Some(text));
        }
        Ok(made)
    }

    /// The text of its own file, which says that it is the same one as before.
    fn with_origin(&self, path: &str, text: &str) -> Result<String, Refused> {
        let place = of_entity(&self.desk.before, self.id)?.key("movedFrom");
        let made = match self.before() {
            Before::Keeps => return Ok(text.to_owned()),
            Before::Is(old) => Change::Set(Json::from(old)),
            Before::Goes => Change::Unset,
        };
        change(Form::of(path), self.entity.span.file, text, &place, &made)
    }
}

/// Whether a file is YAML or JSON.
pub(super) fn has_trees(path: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// What is replaced in a text of rules, in the quotes that stand there.
fn in_quotes(text: &str, names: &BTreeMap<Span, String>) -> Vec<Splice> {
    let splices = names.iter().filter_map(|(span, name)| {
        let (start, end) = (span.start as usize, span.end as usize);
        let written = text.get(start..end)?;
        let quoted = if written.starts_with('"') {
            format!("{name:?}")
        } else {
            name.clone()
        };
        Some(Splice::new(start, end, quoted))
    });
    splices.collect()
}
