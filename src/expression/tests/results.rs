//! Which types the result of an expression can be of.

use std::collections::BTreeMap;

use super::parsed;
use crate::expression::{Shape, result_types};

fn shape() -> Shape {
    let properties = [
        ("size", Shape::Scalar("number")),
        ("name", Shape::Scalar("string")),
        ("on", Shape::Scalar("boolean")),
        ("tags", Shape::Array(Box::new(Shape::Scalar("string")))),
        ("any", Shape::Any),
    ];
    let properties: BTreeMap<String, Shape> = properties
        .into_iter()
        .map(|(name, shape)| (name.to_owned(), shape))
        .collect();
    Shape::Object(BTreeMap::from([(
        "properties".to_owned(),
        Shape::Object(properties),
    )]))
}

#[test]
fn what_is_known_of_a_result_is_said() {
    for (source, words) in [
        (".properties.size * 12", "a number"),
        (".properties.size / 2 - 1", "a number"),
        ("\"x \\(.properties.size)\"", "a string"),
        (".properties.name + \"x\"", "a string"),
        (".properties.tags", "a list"),
        (".properties.tags[0]", "a string"),
        (".properties | .size", "a number"),
        ("[.properties.size]", "a list"),
        ("{a: 1}", "a mapping"),
        (".properties.size > 3 and .properties.on", "a boolean"),
        (".properties.size // \"none\"", "a number or a string"),
        (
            "if .properties.on then 1 else \"x\" end",
            "a number or a string",
        ),
        ("null", "nothing"),
    ] {
        assert_eq!(
            result_types(&parsed(source), &shape()).words(),
            words,
            "{source}"
        );
    }
}

#[test]
fn where_little_is_known_every_type_may_be() {
    for source in [
        ".properties.any",
        ".properties.name | length",
        ".properties.any * 2",
        ".properties.tags | map(length) | add",
        ".properties.size as $x | $x",
    ] {
        let types = result_types(&parsed(source), &shape());
        for word in ["string", "number", "integer", "boolean", "array", "object"] {
            assert!(types.may_be(word), "{source}: {word}");
        }
    }
}
