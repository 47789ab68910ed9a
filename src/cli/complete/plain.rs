//! Entities by the lines of their files alone: of very many, reading each would keep a shell waiting.
//!
//! In: the files of a catalog. Out: what their entities are called, and of which kind; nothing where
//! one of them is not as plain as that, or where the settings name other files too.

use crate::cli::open::Opened;
use crate::model::settings;

/// An entity by its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) identifier: String,
    pub(super) kind: String,
    pub(super) title: String,
    /// The file.
    pub(super) path: String,
}

/// The folder of entities, with a slash at its end.
pub(super) fn folder(opened: &Opened) -> String {
    match opened.selection.root() {
        "" => "entities/".to_owned(),
        root => format!("{root}/entities/"),
    }
}

/// All entities; none where their lines do not tell them.
pub(super) fn entities(opened: &Opened) -> Option<Vec<Plain>> {
    let folder = folder(opened);
    let mut found = Vec::new();
    for file in opened.snapshot.as_slice() {
        let Ok(text) = file.text.as_deref() else {
            continue;
        };
        let is_settings = file.path.ends_with(settings::FILE);
        if is_settings && text.contains("sources") {
            return None;
        }
        if file.path.starts_with(&folder) {
            of_file(&file.path, text, &mut found)?;
        }
    }
    Some(found)
}

/// The entities of a file.
fn of_file(path: &str, text: &str, found: &mut Vec<Plain>) -> Option<()> {
    let mut documents = text.split("\n---\n").peekable();
    while let Some(document) = documents.next() {
        let mut own = Plain {
            path: path.to_owned(),
            ..Plain::default()
        };
        let lines = document.lines();
        let mut said =
            lines.filter(|line| !line.trim().is_empty() && !line.starts_with(['#', '-']));
        let mut is_empty = true;
        for line in &mut said {
            is_empty = false;
            let Some((key, value)) = line.split_once(": ") else {
                continue;
            };
            match key {
                // Two documents that are not told apart.
                "identifier" if !own.identifier.is_empty() => return None,
                "identifier" => own.identifier = word(value)?,
                "blueprint" => own.kind = word(value)?,
                "title" => own.title = word(value).unwrap_or_default(),
                _ => {}
            }
        }
        if is_empty && documents.peek().is_none() {
            return Some(());
        }
        if own.identifier.is_empty() || own.kind.is_empty() {
            return None;
        }
        found.push(own);
    }
    Some(())
}

/// A value that means itself.
fn word(written: &str) -> Option<String> {
    let written = written.split(" #").next().unwrap_or(written).trim();
    let is_plain = |c: char| c.is_alphanumeric() || " -_./@,".contains(c);
    let is_begun = written.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (is_begun && written.chars().all(is_plain)).then(|| written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::of_file;

    fn names(text: &str) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        of_file("a.yaml", text, &mut found)?;
        Some(
            found
                .into_iter()
                .map(|it| (it.identifier, it.kind))
                .collect(),
        )
    }

    #[test]
    fn plain_entities_are_told_by_their_lines() {
        let text = "# all\nidentifier: a    # first\nblueprint: X\nproperties:\n  identifier: no\n---\nblueprint: Y\nidentifier: b\n---\n";
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(names(text), Some(vec![pair("a", "X"), pair("b", "Y")]));
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_reader() {
        for text in [
            "{identifier: a, blueprint: X}\n",
            "identifier: \"a\"\nblueprint: X\n",
            "identifier: *a\nblueprint: X\n",
            "identifier: a\n",
            "identifier: a\nblueprint: X\n---\n{identifier: b}\n",
            "identifier: a\r\nblueprint: X\r\n---\r\nidentifier: b\r\nblueprint: X\r\n",
        ] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
