//! A blueprint: a typed kind of entity, as Port's data model has it.

use crate::finding::Finding;
use crate::finding::codes::{E0202, E0209};
use crate::model::fields::{Fields, text_of, texts_of, wrong_type};
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::text::{Located, Text};

/// A kind of entity.
#[derive(Debug, Clone)]
pub struct Blueprint {
    /// Its name.
    pub identifier: Located<Text>,
    /// What people call it.
    pub title: Option<Located<Text>>,
    /// The properties in the order of the file.
    pub properties: Vec<Property>,
    /// The names that an entity must have, from `schema.required`.
    pub required: Vec<Located<Text>>,
    /// The relations in the order of the file.
    pub relations: Vec<Relation>,
    /// Properties of related entities, shown here.
    pub mirrors: Vec<Mirror>,
    /// Properties computed from the entity's own.
    pub calculations: Vec<Calculation>,
    /// Properties computed from related entities.
    pub aggregations: Vec<Aggregation>,
    /// How the owner is found.
    pub ownership: Option<Ownership>,
    /// The timer property that ends an entity's life.
    pub expiry: Option<Located<Text>>,
    /// What happens to entities that point at a deleted one.
    pub on_delete: OnDelete,
    /// Property paths whose values must differ between entities.
    pub unique: Vec<Located<Text>>,
    /// The key `schema`, where a whole-schema mistake is shown.
    pub schema: Option<Entry>,
    /// All of the document, for digests and diffs.
    pub root: Node,
    /// Whether it contradicts itself: what depends on it is not checked.
    pub broken: bool,
}

/// A property of a blueprint.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: Located<Text>,
    /// Its JSON Schema with Port's annotations.
    pub schema: Node,
}

impl Property {
    /// The JSON Schema type, where it is one word.
    pub fn type_word(&self) -> Option<&str> {
        self.schema.get("type").and_then(Node::as_str)
    }

    /// The format, where there is one.
    pub fn format(&self) -> Option<&str> {
        self.schema.get("format").and_then(Node::as_str)
    }

    /// The strings of an `enum` in which all values are strings.
    pub fn choices(&self) -> Option<Vec<&str>> {
        self.schema
            .get("enum")?
            .as_sequence()?
            .iter()
            .map(Node::as_str)
            .collect()
    }
}

/// A typed link to entities of a blueprint.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key that users write, and any combination is meant"
)]
pub struct Relation {
    /// Its name.
    pub name: Located<Text>,
    /// The blueprint of what it points at.
    pub target: Located<Text>,
    /// Whether an entity must have it; with `many` at least one.
    pub required: bool,
    /// Whether it is a set of entities.
    pub many: bool,
    /// Whether it must not lead back to where it began.
    pub acyclic: bool,
    /// Whether the source is a member of the target: teams, roles.
    pub member_of: bool,
    /// Whether a name that no entity has to the letter is looked for in any case.
    pub ignore_case: bool,
}

/// A property of a related entity, shown here.
#[derive(Debug, Clone)]
pub struct Mirror {
    /// Its name.
    pub name: Located<Text>,
    /// Relations, then a property or a meta-property: `system.domain.$title`.
    pub path: Located<Text>,
}

/// A property computed by jq from the entity's own.
#[derive(Debug, Clone)]
pub struct Calculation {
    /// Its name.
    pub name: Located<Text>,
    /// The jq expression over the entity.
    pub expression: Located<Text>,
    /// The JSON Schema type of the result.
    pub type_word: Located<Text>,
    /// The whole definition.
    pub definition: Node,
}

/// A property computed from the entities that are related to this one.
#[derive(Debug, Clone)]
pub struct Aggregation {
    /// Its name.
    pub name: Located<Text>,
    /// The blueprint of the entities that are counted or summed.
    pub target: Located<Text>,
    /// `count`, `sum`, `min`, `max`, `median` or `average`.
    pub func: Located<Text>,
    /// The property that is summed; absent when entities are counted.
    pub property: Option<Located<Text>>,
    /// The whole definition.
    pub definition: Node,
}

/// Where the owner of an entity is found.
#[derive(Debug, Clone)]
pub enum Ownership {
    /// The entity's `team`.
    Direct,
    /// Relations that lead to the owner.
    Path(Located<Text>),
    /// The owner of the entity that these relations lead to.
    Inherited(Located<Text>),
}

/// What a deletion does to entities that point at what is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The deletion is refused.
    Restrict,
    /// They are deleted too.
    Cascade,
    /// Their relation is emptied.
    Nullify,
}

impl Blueprint {
    /// The property of a name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.name.value == name)
    }

    /// The relation of a name, with its number.
    pub fn relation(&self, name: &str) -> Option<(usize, &Relation)> {
        self.relations
            .iter()
            .enumerate()
            .find(|(_, relation)| relation.name.value == name)
    }

    /// The names of the derived properties and where they stand.
    pub fn derived(&self) -> impl Iterator<Item = &Located<Text>> {
        let mirrors = self.mirrors.iter().map(|mirror| &mirror.name);
        let calculations = self
            .calculations
            .iter()
            .map(|calculation| &calculation.name);
        let aggregations = self
            .aggregations
            .iter()
            .map(|aggregation| &aggregation.name);
        mirrors.chain(calculations).chain(aggregations)
    }
}

/// Reads a blueprint; `None` when it has no name to be known by.
pub(super) fn read(document: &Document, findings: &mut Vec<Finding>) -> Option<Blueprint> {
    let before = findings.len();
    let root = &document.root;
    let mut fields = Fields::of("a blueprint", root, root.span, findings)?;
    let identifier = fields.required_text("identifier");
    let title = fields.text("title");
    for key in ["icon", "description"] {
        fields.text(key);
    }
    fields.node("changelogDestination");
    let schema = fields.entry("schema").cloned();
    let mut blueprint = Blueprint {
        identifier: Located::new(Text::default(), root.span),
        title,
        properties: Vec::new(),
        required: Vec::new(),
        relations: read_relations(fields.mapping("relations"), fields.findings),
        mirrors: read_mirrors(fields.mapping("mirrorProperties"), fields.findings),
        calculations: read_calculations(fields.mapping("calculationProperties"), fields.findings),
        aggregations: read_aggregations(fields.mapping("aggregationProperties"), fields.findings),
        ownership: None,
        expiry: None,
        on_delete: OnDelete::Restrict,
        unique: fields.texts("unique"),
        schema: schema.clone(),
        root: root.clone(),
        broken: !document.complete,
    };
    fields.mapping("formulaProperties");
    let inheritance = fields.node("teamInheritance");
    let ownership = fields.node("ownership");
    blueprint.ownership = read_ownership(ownership, inheritance, fields.findings);
    let expiry = fields.entry("expiry");
    blueprint.on_delete = fields
        .one_of(
            "onDelete",
            &[
                ("restrict", OnDelete::Restrict),
                ("cascade", OnDelete::Cascade),
                ("nullify", OnDelete::Nullify),
            ],
        )
        .map_or(OnDelete::Restrict, |on_delete| on_delete.value);
    fields.text("movedFrom");
    fields.done();
    if let Some(expiry) = expiry
        && let Some(mut fields) = Fields::of("`expiry`", &expiry.node, expiry.key.span, findings)
    {
        blueprint.expiry = fields.required_text("property");
        fields.done();
    }
    match &schema {
        Some(schema) => read_schema(schema, &mut blueprint, findings),
        None if document.complete => findings.push(
            Finding::new(&E0202, root.span.part(0, 0), "a blueprint needs `schema`")
                .help("add `schema: {properties: {}}`"),
        ),
        None => {}
    }
    // Whatever is wrong inside a blueprint, what depends on it is silent: it is said here, once.
    blueprint.broken |= findings.len() > before;
    blueprint.identifier = identifier?;
    names_differ(&mut blueprint, findings);
    Some(blueprint)
}

fn read_schema(schema: &Entry, blueprint: &mut Blueprint, findings: &mut Vec<Finding>) {
    let Some(mut fields) = Fields::of("`schema`", &schema.node, schema.key.span, findings) else {
        return;
    };
    if fields.entry("properties").is_none() {
        fields.missing("properties");
    }
    let properties = fields.mapping("properties");
    let required = fields.node("required");
    fields.done();
    for entry in properties {
        if entry.node.as_mapping().is_none() {
            findings.push(wrong_type(
                &entry.node,
                "a JSON Schema",
                &format!("property `{}` is", entry.key.value),
            ));
            continue;
        }
        blueprint.properties.push(Property {
            name: entry.key.clone(),
            schema: entry.node.clone(),
        });
    }
    if let Some(required) = required {
        if required.as_sequence().is_some() {
            blueprint.required = texts_of(required, "required", findings);
        } else {
            findings.push(wrong_type(
                required,
                "a list of property names",
                "`required` is",
            ));
        }
    }
    for name in &blueprint.required {
        if blueprint.property(&name.value).is_none() {
            let names: Vec<&str> = blueprint
                .properties
                .iter()
                .map(|p| p.name.value.as_str())
                .collect();
            findings.push(
                Finding::new(
                    &E0209,
                    name.span,
                    format!("`{}` is required but is no property", name.value),
                )
                .label("not in `properties`")
                .help(crate::text::choose(&name.value, &names)),
            );
        }
    }
}

fn read_relations(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Relation> {
    let mut relations = Vec::new();
    for entry in entries {
        let Some(mut fields) = Fields::of("a relation", &entry.node, entry.key.span, findings)
        else {
            continue;
        };
        let target = fields.required_text("target");
        let mut flag = |key| fields.bool(key).is_some_and(|flag| flag.value);
        let (required, many) = (flag("required"), flag("many"));
        let (acyclic, member_of) = (flag("acyclic"), flag("memberOf"));
        let ignore_case = flag("ignoreCase");
        for key in ["title", "description", "inverseTitle", "type"] {
            fields.text(key);
        }
        fields.done();
        if let Some(target) = target {
            relations.push(Relation {
                name: entry.key.clone(),
                target,
                required,
                many,
                acyclic,
                member_of,
                ignore_case,
            });
        }
    }
    relations
}

fn read_mirrors(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Mirror> {
    let mut mirrors = Vec::new();
    for entry in entries {
        let Some(mut fields) =
            Fields::of("a mirror property", &entry.node, entry.key.span, findings)
        else {
            continue;
        };
        let path = fields.required_text("path");
        fields.text("title");
        fields.done();
        if let Some(path) = path {
            mirrors.push(Mirror {
                name: entry.key.clone(),
                path,
            });
        }
    }
    mirrors
}

fn read_calculations(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Calculation> {
    let mut calculations = Vec::new();
    for entry in entries {
        let Some(mut fields) = Fields::of(
            "a calculation property",
            &entry.node,
            entry.key.span,
            findings,
        ) else {
            continue;
        };
        let expression = fields.required_text("calculation");
        let type_word = fields.required_text("type");
        for key in ["title", "description", "icon", "format", "spec"] {
            fields.text(key);
        }
        fields.bool("colorized");
        for key in ["colors", "items", "specAuthentication"] {
            fields.node(key);
        }
        fields.done();
        if let (Some(expression), Some(type_word)) = (expression, type_word) {
            calculations.push(Calculation {
                name: entry.key.clone(),
                expression,
                type_word,
                definition: entry.node.clone(),
            });
        }
    }
    calculations
}

fn read_aggregations(entries: &[Entry], findings: &mut Vec<Finding>) -> Vec<Aggregation> {
    let mut aggregations = Vec::new();
    for entry in entries {
        let Some(mut fields) = Fields::of(
            "an aggregation property",
            &entry.node,
            entry.key.span,
            findings,
        ) else {
            continue;
        };
        let target = fields.required_text("target");
        for key in ["title", "description", "icon", "type"] {
            fields.text(key);
        }
        for key in ["query", "pathFilter"] {
            fields.node(key);
        }
        let spec = fields.entry("calculationSpec");
        if spec.is_none() {
            fields.missing("calculationSpec");
        }
        fields.done();
        let Some(spec) = spec else { continue };
        let Some(mut fields) = Fields::of("`calculationSpec`", &spec.node, spec.key.span, findings)
        else {
            continue;
        };
        let func = fields.required_text("func");
        fields.required_text("calculationBy");
        let property = fields.text("property");
        for key in ["averageOf", "measureTimeBy"] {
            fields.text(key);
        }
        fields.done();
        if let (Some(target), Some(func)) = (target, func) {
            aggregations.push(Aggregation {
                name: entry.key.clone(),
                target,
                func,
                property,
                definition: entry.node.clone(),
            });
        }
    }
    aggregations
}

/// `ownership: {path: owner}`, Port's `{type: Direct}` and `{type: Inherited, path: system}`, and
/// the legacy `teamInheritance: {path: system}`.
fn read_ownership(
    ownership: Option<&Node>,
    inheritance: Option<&Node>,
    findings: &mut Vec<Finding>,
) -> Option<Ownership> {
    if let Some(node) = inheritance
        && ownership.is_none()
    {
        let path = node
            .get("path")
            .and_then(|path| text_of(path, "path", findings));
        return path.map(Ownership::Inherited);
    }
    let node = ownership?;
    let mut fields = Fields::of("`ownership`", node, node.span, findings)?;
    let kind = fields.one_of("type", &[("Direct", true), ("Inherited", false)]);
    let path = fields.text("path");
    fields.text("title");
    let read = match (kind, path) {
        (None, Some(path)) => Some(Ownership::Path(path)),
        (Some(Located { value: true, .. }), _) => Some(Ownership::Direct),
        (Some(_), Some(path)) => Some(Ownership::Inherited(path)),
        (_, None) => {
            fields.missing("path");
            None
        }
    };
    fields.done();
    read
}

/// One name for two things would leave the reader of a rule guessing which is meant.
fn names_differ(blueprint: &mut Blueprint, findings: &mut Vec<Finding>) {
    let mut seen: Vec<(&Located<Text>, &'static str)> = Vec::new();
    let properties = blueprint.properties.iter().map(|p| (&p.name, "property"));
    let relations = blueprint.relations.iter().map(|r| (&r.name, "relation"));
    let derived = blueprint.derived().map(|name| (name, "derived property"));
    let mut clash = false;
    for (name, kind) in properties.chain(relations).chain(derived) {
        if let Some((first, first_kind)) = seen.iter().find(|(first, _)| first.value == name.value)
        {
            clash = true;
            findings.push(
                Finding::new(
                    &E0209,
                    name.span,
                    format!("`{}` is a {first_kind} and a {kind}", name.value),
                )
                .label(kind)
                .related(first.span, *first_kind)
                .help("give one of the two another name"),
            );
        }
        seen.push((name, kind));
    }
    blueprint.broken |= clash;
}
