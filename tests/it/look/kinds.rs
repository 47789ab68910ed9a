//! `ls KIND`: the entities of a kind, and what is said of a name that is none.

use super::{ask, catalog};

#[test]
fn a_kind_is_listed_as_get_does() {
    let git = catalog();
    let (listed, got) = (
        ask(&git, &["ls", "Service"]),
        ask(&git, &["get", "Service"]),
    );
    let entities = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(entities(listed.exits(0)), entities(got.exits(0)));
    let chosen = ["Service", "--where", ".identifier == \"front\""];
    ask(&git, &[&["ls"], &chosen[..]].concat())
        .says("front")
        .says("1 of 3 Service")
        .exits(0);
    ask(&git, &["ls", "--where", "true"])
        .says("<KIND>")
        .exits(2);
    ask(&git, &["ls", "Servcie"])
        .says("no blueprint is called `Servcie`")
        .says("did you mean `Service`?")
        .exits(2);
    ask(&git, &["ls", "front"])
        .says("`front` is an entity and no kind")
        .says("`catalogc get front` shows it")
        .exits(2);
}
