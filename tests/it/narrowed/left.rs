//! Descriptors that are not understood any more beside others that never were, and findings of
//! which not all are told.

use std::convert::Infallible;

use catalogc::compile::{Compiled, compile};
use catalogc::source::layout::Place;
use catalogc::source::{Snapshot, SourceFile};

use super::told;
use crate::actions::planned;
use crate::support::selection;

const SETTINGS: &str =
    "permissions: open\nsources: [{glob: \"**/catalog-info.yaml\", reader: backstage}]\n";
const GROUP: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\nspec: {type: team, children: []}\n---\n";
const CART: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: cart}\nspec: {type: team, children: []}\n---\n";
const OTHER: &str = "apiVersion: x/v1\nkind: Groop\nmetadata: {name: other}\n---\n";

/// Files as a place.
struct Files(Vec<SourceFile>);

impl Place for Files {
    type Error = Infallible;

    fn file(&self, path: &str) -> Result<Option<SourceFile>, Infallible> {
        Ok(self.0.iter().find(|file| file.path == path).cloned())
    }

    fn has_folder(&self, path: &str) -> Result<bool, Infallible> {
        Ok(self.0.iter().any(|file| file.path.starts_with(path)))
    }
}

pub(crate) fn compiled(files: &[(&str, &str)]) -> Compiled {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        text: Ok((*text).into()),
        merged: false,
    };
    let files = Files(files.iter().map(file).collect());
    let selection = selection(&files);
    compile(Snapshot::new(files.0), &selection)
}

fn descriptors(text: &str) -> Compiled {
    compiled(&[
        ("catalogc.yaml", SETTINGS),
        ("catalog/notes.txt", ""),
        ("cart/catalog-info.yaml", text),
    ])
}

fn of(before: &str, mut after: Compiled) -> Vec<String> {
    // What is told of very many findings is not what there is.
    after.findings.clear();
    told(&planned(&descriptors(before), &after, "lin"))
}

#[test]
fn one_more_descriptor_that_is_not_understood_beside_others_is_no_deletion() {
    let wrong = CART.replace("kind: Group", "kind: Groop");
    let before = format!("{GROUP}{CART}{OTHER}{OTHER}");
    for after in [
        format!("{GROUP}{wrong}{OTHER}{OTHER}"),
        format!("{OTHER}{GROUP}{wrong}{OTHER}"),
        // Not more than there were, but another.
        format!("{GROUP}{wrong}{OTHER}"),
        format!("{GROUP}{wrong}"),
        format!("{GROUP}{OTHER}{OTHER}{OTHER}"),
    ] {
        let told = of(&before, descriptors(&after));
        let refused = "refused: cart is not read any more, which is no deletion";
        assert!(
            told.iter().any(|it| it.starts_with(refused)),
            "{told:?}: {after}"
        );
    }
    for after in [
        format!("{GROUP}{OTHER}{OTHER}"),
        format!("{OTHER}{GROUP}"),
        GROUP.to_owned(),
    ] {
        let told = of(&before, descriptors(&after));
        assert!(
            told.iter().all(|it| !it.starts_with("refused")),
            "{told:?}: {after}"
        );
        assert!(
            told.contains(&"delete Group/cart".to_owned()),
            "{told:?}: {after}"
        );
    }
}

#[test]
fn a_template_beside_another_takes_nobody_out() {
    let template = |name: &str| CART.replace("name: cart", &format!("name: '{{{{ {name} }}}}'"));
    let before = format!("{CART}{}", template("a"));
    let told = of(
        &before,
        descriptors(&format!("{}{}", template("a"), template("a"))),
    );
    assert!(
        told.iter()
            .any(|it| it.starts_with("refused: cart is not read")),
        "{told:?}"
    );
}
