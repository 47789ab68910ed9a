//! A blueprint as a document writes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::schema::common::OneOrMany;
use crate::schema::property::PropertySchema;

/// A typed kind of entity: its properties, relations and derived properties.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Blueprint {
    /// Its name, which entities say in `blueprint`.
    #[schemars(length(min = 1, max = 1000))]
    pub identifier: String,
    /// What people call it.
    pub title: Option<String>,
    /// A picture's name.
    pub icon: Option<String>,
    /// What it is, for people.
    pub description: Option<String>,
    /// Where a portal tells of changes.
    pub changelog_destination: Option<Value>,
    /// The properties that its entities have.
    pub schema: Properties,
    /// Typed links to entities, by name.
    pub relations: Option<BTreeMap<String, Relation>>,
    /// Values of related entities, shown here, by name.
    pub mirror_properties: Option<BTreeMap<String, Mirror>>,
    /// Values computed from the entity's own, by name.
    pub calculation_properties: Option<BTreeMap<String, Calculation>>,
    /// Values computed from the entities that are related to this one, by name.
    pub aggregation_properties: Option<BTreeMap<String, Aggregation>>,
    /// The legacy spelling of `calculationProperties`.
    pub formula_properties: Option<BTreeMap<String, Formula>>,
    /// The legacy spelling of `ownership`.
    pub team_inheritance: Option<Value>,
    /// How the owner of an entity is found.
    pub ownership: Option<Ownership>,
    /// Which of its relations make somebody a member of a group, and for how long.
    pub membership: Option<Membership>,
    /// When an entity's life ends.
    pub expiry: Option<Expiry>,
    /// What a deletion does to entities that point at what is deleted.
    #[schemars(extend("default" = "restrict"))]
    pub on_delete: Option<OnDelete>,
    /// Paths whose values differ between the entities: `properties.url`.
    #[schemars(extend("examples" = [["properties.url"]]))]
    pub unique: Option<OneOrMany>,
    /// The name that it had before.
    pub moved_from: Option<String>,
}

/// The properties of a kind.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Properties {
    /// JSON Schemas by name.
    pub properties: BTreeMap<String, PropertySchema>,
    /// The names that an entity must have.
    pub required: Option<Vec<String>>,
}

/// A typed link to entities of a blueprint.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Relation {
    /// The blueprint of what it points at.
    pub target: String,
    /// Whether an entity must have it; with `many` at least one.
    #[schemars(extend("default" = false))]
    pub required: Option<bool>,
    /// Whether it is a set of entities.
    #[schemars(extend("default" = false))]
    pub many: Option<bool>,
    /// Whether it must not lead back to where it began.
    #[schemars(extend("default" = false))]
    pub acyclic: Option<bool>,
    /// Whether the source is a member of the target: teams, roles.
    #[schemars(extend("default" = false))]
    pub member_of: Option<bool>,
    /// Whether an identifier in another case names the entity too.
    #[schemars(extend("default" = false))]
    pub ignore_case: Option<bool>,
    /// What people call it.
    pub title: Option<String>,
    /// What it is, for people.
    pub description: Option<String>,
    /// What people call the way back.
    pub inverse_title: Option<String>,
    /// What a portal makes of it.
    #[schemars(rename = "type")]
    pub type_word: Option<String>,
}

/// A value of a related entity, shown here.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mirror {
    /// Relations, then a property or one of `$title`, `$identifier`, `$team`.
    #[schemars(extend("examples" = ["system.domain.$title"]))]
    pub path: String,
    /// What people call it.
    pub title: Option<String>,
}

/// A text with values of the entity in it: the older spelling of a calculation.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Formula {
    /// The text; a name between `{{` and `}}` stands for its value.
    #[schemars(extend("examples" = ["https://grafana.example/d/{{$identifier}}"]))]
    pub formula: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// A picture's name.
    pub icon: Option<String>,
    /// The format of the text: `url`.
    pub format: Option<String>,
}

/// A value computed by jq from the entity's own.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Calculation {
    /// jq over the entity.
    #[schemars(extend("examples" = [".properties.replicas * 12"]))]
    pub calculation: String,
    /// The JSON Schema type of the result.
    #[schemars(rename = "type")]
    pub type_word: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it is, for people.
    pub description: Option<String>,
    /// A picture's name.
    pub icon: Option<String>,
    /// What a text is.
    pub format: Option<String>,
    /// What a portal makes of the value.
    pub spec: Option<String>,
    /// Whether a portal colours the value.
    pub colorized: Option<bool>,
    /// Colours by value.
    pub colors: Option<BTreeMap<String, String>>,
    /// What the elements of a list are.
    pub items: Option<Value>,
    /// How a portal signs in to show the value.
    pub spec_authentication: Option<Value>,
}

/// A value computed from the entities that are related to this one.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Aggregation {
    /// The blueprint of the entities that are counted or summed.
    pub target: String,
    /// What is computed.
    pub calculation_spec: CalculationSpec,
    /// What people call it.
    pub title: Option<String>,
    /// What it is, for people.
    pub description: Option<String>,
    /// A picture's name.
    pub icon: Option<String>,
    /// The JSON Schema type of the result.
    #[schemars(rename = "type")]
    pub type_word: Option<String>,
    /// Which of the entities count.
    pub query: Option<Value>,
    /// The way to the entities.
    pub path_filter: Option<Value>,
}

/// What an aggregation computes.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalculationSpec {
    /// How.
    pub func: Function,
    /// From what: `entities` or `property`.
    #[schemars(extend("examples" = ["entities", "property"]))]
    pub calculation_by: String,
    /// The property that is summed.
    pub property: Option<String>,
    /// The time that an average is over.
    pub average_of: Option<String>,
    /// The property that says when.
    pub measure_time_by: Option<String>,
}

/// A way to aggregate.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(
    missing_docs,
    reason = "each word says itself, and one enumeration completes best"
)]
pub enum Function {
    Count,
    Sum,
    Min,
    Max,
    Median,
    Average,
}

/// How the owner of an entity is found.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ownership {
    /// `Direct`: the entity's `team`. `Inherited`: the owner of what `path` leads to.
    #[schemars(rename = "type")]
    pub type_word: Option<OwnershipWord>,
    /// Relations that lead to the owner; with `Inherited` to an entity that has it.
    pub path: Option<String>,
    /// What people call it.
    pub title: Option<String>,
}

/// Port's words for ownership.
#[derive(Debug, JsonSchema)]
#[expect(missing_docs, reason = "`ownership` says what they mean")]
pub enum OwnershipWord {
    Direct,
    Inherited,
}

/// Who is a member of what by an entity of the kind.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Membership {
    /// The relation to who is a member.
    pub member: String,
    /// The relation to the group.
    pub group: String,
    /// The property of the format `date-time`, `timer` or `date` from which on it holds.
    pub from: Option<String>,
    /// The property of the format `date-time`, `timer` or `date` that ends it.
    pub until: Option<String>,
}

/// When an entity's life ends.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expiry {
    /// The property of the format `timer` that has the moment.
    pub property: String,
}

/// What a deletion does to entities that point at what is deleted.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(
    missing_docs,
    reason = "each word says itself, and one enumeration completes best"
)]
pub enum OnDelete {
    Restrict,
    Cascade,
    Nullify,
}
