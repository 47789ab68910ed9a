//! What can be said of a file whose reading ended early.
//!
//! In: a text of which a part could not be read, and the keys that make identifiers in its
//! language. Out: the entities that may stand in that part, so that one mistake is not reported
//! again by everyone who names them, and nothing else is silenced.

use crate::model::lost::{LostEntity, LostName};
use crate::model::settings::Reader;
use crate::syntax::Document;
use crate::syntax::salvage;
use crate::text::Text;

/// How a language says who an entity is.
pub(super) struct Keys<'k> {
    /// The key of its name; absent: the name is made of more than one value.
    pub(super) name: Option<&'k str>,
    /// What the value of this key is in references.
    pub(super) form: fn(Text) -> LostName,
    /// Where its blueprint is said.
    pub(super) blueprint: Kind<'k>,
}

/// Where the blueprint of an entity is said.
pub(super) enum Kind<'k> {
    /// Behind a key; where that is missing it is this one, or any.
    Key(&'k str, Option<&'k str>),
    /// Nowhere in the file: it is this one, or any.
    Known(Option<&'k str>),
}

impl<'k> Keys<'k> {
    /// The keys of a language that has its own; documents that name no blueprint have `default`.
    pub(super) fn of(reader: &Reader, default: Option<&'k str>) -> Self {
        match reader {
            Reader::Backstage => Self {
                name: Some("name"),
                form: |name| LostName::Folded(Text::from(name.to_lowercase())),
                blueprint: Kind::Key("kind", default),
            },
            _ => Self {
                name: Some("identifier"),
                form: LostName::Exact,
                blueprint: Kind::Key("blueprint", default),
            },
        }
    }
}

/// The entities that may stand in what could not be read of a text: in the pieces that have no
/// whole document. A piece without a name may hold any.
pub(super) fn lost(text: &str, documents: &[Document], keys: &Keys<'_>) -> Vec<LostEntity> {
    let mut lost = Vec::new();
    let start_of = |document: &&Document| document.root.span.start as usize;
    let mut in_order: Vec<&Document> = documents.iter().filter(|it| !it.root.is_null()).collect();
    in_order.sort_by_key(start_of);
    for (start, piece) in salvage::pieces(text) {
        let from = in_order.partition_point(|it| start_of(it) < start);
        let to = in_order.partition_point(|it| start_of(it) < start + piece.len());
        let here = in_order.get(from..to).unwrap_or_default();
        let is_whole = !here.is_empty() && here.iter().all(|document| document.complete);
        if is_whole || salvage::is_blank(piece) {
            continue;
        }
        let names: Vec<Text> = keys.name.map_or_else(Vec::new, |key| texts(piece, key));
        for blueprint in blueprints(piece, &keys.blueprint) {
            let of = |name| LostEntity {
                blueprint: blueprint.clone(),
                name,
            };
            if names.is_empty() {
                lost.push(of(None));
            }
            lost.extend(names.iter().map(|name| {
                let is_known = !name.contains(char::REPLACEMENT_CHARACTER);
                of(is_known.then(|| (keys.form)(name.clone())))
            }));
        }
    }
    lost.sort_unstable();
    lost.dedup();
    lost
}

/// The blueprints that the entities of a piece may have; none known: any.
fn blueprints(piece: &str, kind: &Kind<'_>) -> Vec<Option<Text>> {
    let (written, default) = match kind {
        Kind::Key(key, default) => (texts(piece, key), default),
        Kind::Known(known) => (Vec::new(), known),
    };
    if written.is_empty() {
        return vec![default.map(Text::from)];
    }
    let is_known = |name: &Text| !name.contains(char::REPLACEMENT_CHARACTER);
    let known = |name: Text| is_known(&name).then_some(name);
    written.into_iter().map(known).collect()
}

/// What stands behind a key, each text once.
fn texts(piece: &str, key: &str) -> Vec<Text> {
    let mut found = salvage::values(piece, key);
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(Text::from).collect()
}

#[cfg(test)]
mod tests {
    use super::{Keys, lost};
    use crate::model::settings::Reader;
    use crate::syntax::MergeKeys;
    use crate::syntax::parse;
    use crate::text::FileId;

    /// Blueprint and name of what is lost, `*` for any.
    fn names(text: &str, reader: &Reader, default: Option<&str>) -> Vec<String> {
        let (documents, _) = parse(FileId(0), text, MergeKeys::Resolved);
        let any = || "*".to_owned();
        lost(text, &documents, &Keys::of(reader, default))
            .into_iter()
            .map(|entity| {
                let name = entity.name.map_or_else(any, |name| format!("{name:?}"));
                format!(
                    "{} {name}",
                    entity.blueprint.map_or_else(any, |it| it.to_string())
                )
            })
            .collect()
    }

    #[test]
    fn only_pieces_with_a_mistake_have_lost_anything() {
        let whole = "identifier: a\nblueprint: A\n---\nidentifier: b\nblueprint: A\n";
        assert!(names(whole, &Reader::Native, None).is_empty());
        let text =
            format!("{whole}---\n# Cart\nidentifier: c\nblueprint: B\nx: [1\n---\nidentifier: d\n");
        assert_eq!(names(&text, &Reader::Native, None), ["B Exact(\"c\")"]);
        assert_eq!(names("title: [a", &Reader::Native, None), ["* *"]);
        assert_eq!(names("title: [a", &Reader::Native, Some("B")), ["B *"]);
        assert_eq!(names("# [\n", &Reader::Native, None), Vec::<String>::new());
        let text = "kind: Group\nmetadata:\n  name: My-Team\n  namespace: [ops\n";
        assert_eq!(
            names(text, &Reader::Backstage, None),
            ["Group Folded(\"my-team\")"]
        );
    }
}
