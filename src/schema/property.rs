//! The JSON Schema of a property or an input, as documents may write it: draft 2020-12 with
//! Port's annotations.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::check::FORMATS;

/// The JSON Schema of a value, with annotations for people.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct PropertySchema {
    /// A name by which `$ref` can lead here: `#NAME`.
    #[schemars(rename = "$anchor")]
    pub anchor: Option<String>,
    /// A note for the authors of the schema.
    #[schemars(rename = "$comment")]
    pub comment: Option<String>,
    /// Schemas that `$ref` names: `#/$defs/NAME`.
    #[schemars(rename = "$defs")]
    pub defs: Option<BTreeMap<String, Branch>>,
    /// A name by which `$dynamicRef` can lead here.
    #[schemars(rename = "$dynamicAnchor")]
    pub dynamic_anchor: Option<String>,
    /// Another schema of this one, by its dynamic name.
    #[schemars(rename = "$dynamicRef")]
    pub dynamic_reference: Option<String>,
    /// The name of the schema as a whole.
    #[schemars(rename = "$id")]
    pub id: Option<String>,
    /// Another schema of this one: `#/$defs/NAME`. Nothing is ever fetched.
    #[schemars(rename = "$ref", extend("pattern" = "^#"))]
    pub reference: Option<String>,
    /// The draft that the schema is written in.
    #[schemars(rename = "$schema")]
    pub schema: Option<String>,
    /// What may stand under keys that `properties` does not name; `false` is nothing.
    pub additional_properties: Option<Box<Branch>>,
    /// The value fits all of these.
    pub all_of: Option<Vec<Branch>>,
    /// The value fits one or more of these.
    pub any_of: Option<Vec<Branch>>,
    /// The blueprint whose entities a value of the format `entity` names.
    pub blueprint: Option<String>,
    /// Whether a portal colours the value.
    pub colorized: Option<bool>,
    /// Colours by value.
    pub colors: Option<BTreeMap<String, String>>,
    /// The only value.
    #[schemars(rename = "const")]
    pub constant: Option<Value>,
    /// An element of the list fits this.
    pub contains: Option<Box<Branch>>,
    /// How the text encodes bytes.
    pub content_encoding: Option<String>,
    /// What the text holds.
    pub content_media_type: Option<String>,
    /// What the decoded text fits.
    pub content_schema: Option<Box<Branch>>,
    /// The value that editors propose; reading never adds it.
    pub default: Option<Value>,
    /// Keys that are needed where another one is.
    pub dependent_required: Option<BTreeMap<String, Vec<String>>>,
    /// Schemas that hold where a key is.
    pub dependent_schemas: Option<BTreeMap<String, Branch>>,
    /// Whether it should not be used any more.
    pub deprecated: Option<bool>,
    /// What it is, for people.
    pub description: Option<String>,
    /// What holds where `if` does not.
    #[schemars(rename = "else")]
    pub otherwise: Option<Box<Branch>>,
    /// The values that are allowed.
    #[schemars(rename = "enum")]
    pub choices: Option<Vec<Value>>,
    /// Colours of the values of `enum`.
    pub enum_colors: Option<BTreeMap<String, String>>,
    /// Values that fit.
    pub examples: Option<Vec<Value>>,
    /// The value is less than this.
    pub exclusive_maximum: Option<f64>,
    /// The value is more than this.
    pub exclusive_minimum: Option<f64>,
    /// What the text is.
    pub format: Option<Format>,
    /// A picture's name.
    pub icon: Option<String>,
    /// Decides between `then` and `else`.
    #[schemars(rename = "if")]
    pub condition: Option<Box<Branch>>,
    /// What each element of the list is.
    pub items: Option<Box<Branch>>,
    /// The key by which elements of a list of mappings are known in paths.
    pub list_key: Option<String>,
    /// How many elements fit `contains` at most.
    pub max_contains: Option<u32>,
    /// How long the list is at most.
    pub max_items: Option<u32>,
    /// How many characters the text has at most.
    pub max_length: Option<u32>,
    /// How many keys the mapping has at most.
    pub max_properties: Option<u32>,
    /// The largest value.
    pub maximum: Option<f64>,
    /// How many elements fit `contains` at least.
    pub min_contains: Option<u32>,
    /// How long the list is at least.
    pub min_items: Option<u32>,
    /// How many characters the text has at least.
    pub min_length: Option<u32>,
    /// How many keys the mapping has at least.
    pub min_properties: Option<u32>,
    /// The smallest value.
    pub minimum: Option<f64>,
    /// The value is a multiple of this.
    pub multiple_of: Option<f64>,
    /// The value does not fit this.
    pub not: Option<Box<Branch>>,
    /// The value fits exactly one of these.
    pub one_of: Option<Vec<Branch>>,
    /// A regular expression that the text matches somewhere.
    pub pattern: Option<String>,
    /// What stands under keys that match a regular expression.
    pub pattern_properties: Option<BTreeMap<String, Branch>>,
    /// What the first elements of the list are, one by one.
    pub prefix_items: Option<Vec<Branch>>,
    /// What stands under each key.
    pub properties: Option<BTreeMap<String, Branch>>,
    /// What each key is.
    pub property_names: Option<Box<Branch>>,
    /// Whether people only read it.
    pub read_only: Option<bool>,
    /// Keys that are needed.
    pub required: Option<Vec<String>>,
    /// Whether an input takes an encrypted envelope of `age` only.
    pub secret: Option<bool>,
    /// What a portal makes of the value: `markdown`, `open-api`, `embedded-url`.
    pub spec: Option<String>,
    /// How a portal signs in to show the value.
    pub spec_authentication: Option<Value>,
    /// What holds where `if` does.
    pub then: Option<Box<Branch>>,
    /// What people call it.
    pub title: Option<String>,
    /// The type of the value, or several.
    #[schemars(rename = "type")]
    pub type_word: Option<Types>,
    /// What the elements are that nothing else says something of.
    pub unevaluated_items: Option<Box<Branch>>,
    /// What the keys are that nothing else says something of.
    pub unevaluated_properties: Option<Box<Branch>>,
    /// Whether no element stands twice: the list is a set.
    pub unique_items: Option<bool>,
    /// Whether a portal shows it.
    pub visible: Option<Value>,
    /// Whether people only write it.
    pub write_only: Option<bool>,
}

/// A schema inside a schema; `true` fits everything and `false` nothing.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Branch {
    /// Everything or nothing.
    Flag(bool),
    /// What fits.
    Schema(Box<PropertySchema>),
}

/// One type or several.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Types {
    /// One.
    One(TypeWord),
    /// Several.
    Many(Vec<TypeWord>),
}

/// A type of a value.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(
    missing_docs,
    reason = "each word says itself, and one enumeration completes best"
)]
pub enum TypeWord {
    Array,
    Boolean,
    Integer,
    Null,
    Number,
    Object,
    String,
}

/// Any text, for one that is not known is only warned of; the known ones are proposed.
#[derive(Debug)]
pub struct Format(pub String);

impl JsonSchema for Format {
    fn schema_name() -> Cow<'static, str> {
        "Format".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"enum": FORMATS}, {"type": "string"}]})
    }
}
