//! A blueprint: a typed kind of entity, as Port's data model has it.
//!
//! In: a document. Out: the blueprint, and what it has wrong by itself. What it names elsewhere is
//! for `check`; its derived properties are read in a file of their own.

use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::codes::{E0202, E0209};
use crate::model::fields::{Fields, texts_of, wrong_type};
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::{FileId, Located, Span, Text};

mod derived;
mod membership;
mod ownership;

pub use derived::{Aggregation, Calculation, Formula, Mirror};
pub use membership::{Membership, Term};
pub use ownership::Ownership;

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
    /// Texts with the entity's own values in them.
    pub formulas: Vec<Formula>,
    /// Properties computed from related entities.
    pub aggregations: Vec<Aggregation>,
    /// How the owner is found.
    pub ownership: Option<Ownership>,
    /// What its entities say of who is a member of what.
    pub membership: Option<Membership>,
    /// The timer property that ends an entity's life.
    pub expiry: Option<Located<Text>>,
    /// What happens to entities that point at a deleted one.
    pub on_delete: OnDelete,
    /// Where that is written.
    pub on_delete_span: Option<Span>,
    /// Property paths whose values must differ between entities.
    pub unique: Vec<Located<Text>>,
    /// The key `schema`, where a whole-schema mistake is shown.
    pub schema: Option<Entry>,
    /// All of the document, for digests and diffs.
    pub root: Node,
    /// Whether it contradicts itself: what depends on it is not checked, but for the values of
    /// properties whose schemas are whole.
    pub broken: bool,
    /// Whether a mistake in the file ended its reading.
    pub cut: bool,
}

/// A property of a blueprint.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: Located<Text>,
    /// Its JSON Schema with Port's annotations; what is no mapping was told.
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

/// What a deletion does to entities that point at what is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The deletion is refused.
    Restrict,
    /// They are deleted too; a list of which something is left loses the one element.
    Cascade,
    /// Their relation is emptied.
    Nullify,
}

impl Blueprint {
    /// Whether it needs no file.
    pub fn is_built_in(&self) -> bool {
        self.identifier.span.file == FileId::BUILT_IN
    }

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
        let formulas = self.formulas.iter().map(|formula| &formula.name);
        mirrors
            .chain(calculations)
            .chain(formulas)
            .chain(aggregations)
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
    let cut = !document.complete;
    let mut blueprint = Blueprint {
        identifier: Located::new(Text::default(), root.span),
        title,
        properties: Vec::new(),
        required: Vec::new(),
        relations: read_relations(fields.mapping("relations"), fields.findings),
        mirrors: derived::mirrors(fields.mapping("mirrorProperties"), fields.findings),
        calculations: derived::calculations(
            fields.mapping("calculationProperties"),
            fields.findings,
        ),
        formulas: derived::formulas(fields.mapping("formulaProperties"), fields.findings),
        aggregations: derived::aggregations(
            fields.mapping("aggregationProperties"),
            fields.findings,
        ),
        ownership: ownership::read(&mut fields),
        membership: membership::read(&mut fields),
        expiry: None,
        on_delete: OnDelete::Restrict,
        on_delete_span: None,
        unique: fields.texts("unique"),
        schema: schema.clone(),
        root: root.clone(),
        broken: cut,
        cut,
    };
    let expiry = fields.entry("expiry");
    let words = [
        ("restrict", OnDelete::Restrict),
        ("cascade", OnDelete::Cascade),
        ("nullify", OnDelete::Nullify),
    ];
    if let Some(on_delete) = fields.one_of("onDelete", &words) {
        blueprint.on_delete = on_delete.value;
        blueprint.on_delete_span = Some(on_delete.span);
    }
    if let Some(entry) = fields.entry("movedFrom") {
        fields.findings.push(never_moves(entry));
    }
    fields.done();
    if let Some(expiry) = expiry
        && let Some(mut fields) = Fields::of("`expiry`", &expiry.node, expiry.key.span, findings)
    {
        blueprint.expiry = fields.required_text("property");
        fields.done();
    }
    // What is wrong with one property alone leaves the others and all names known.
    let mut of_properties = Vec::new();
    match &schema {
        Some(schema) => read_schema(schema, &mut blueprint, &mut of_properties, findings),
        None if cut => {}
        None => findings.push(needs_schema(root)),
    }
    // Whatever is wrong inside a blueprint, what depends on it is silent: it is said here, once.
    blueprint.broken |= findings.len() > before;
    findings.append(&mut of_properties);
    blueprint.identifier = identifier?;
    names_differ(&mut blueprint, findings);
    Some(blueprint)
}

fn needs_schema(root: &Node) -> Finding {
    Finding::new(&E0202, root.span.part(0, 0), "a blueprint needs `schema`")
        .misses(Part::Key, "schema")
        .help("add `schema: {properties: {}}`")
}

fn read_schema(
    schema: &Entry,
    blueprint: &mut Blueprint,
    of_properties: &mut Vec<Finding>,
    findings: &mut Vec<Finding>,
) {
    let Some(mut fields) = Fields::of("`schema`", &schema.node, schema.key.span, findings) else {
        return;
    };
    let has_properties = fields.entry("properties").is_some();
    if !has_properties {
        fields.missing("properties");
    }
    let properties = fields.mapping("properties");
    let required = fields.node("required");
    fields.done();
    for entry in properties {
        if entry.node.as_mapping().is_none() {
            of_properties.push(wrong_type(
                &entry.node,
                "a JSON Schema",
                &format!("property `{}` must be", entry.key.value),
            ));
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
                "`required` must be",
            ));
        }
    }
    // Of properties that are not there, nobody knows which were meant to be.
    let required = blueprint.required.iter().filter(|_| has_properties);
    for name in required {
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
                .choose_or(
                    &name.value,
                    &names,
                    &format!("add `{}` to `properties`", name.value),
                ),
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

/// That a blueprint is renamed cannot be said: its name stands in each of its entities.
fn never_moves(entry: &Entry) -> Finding {
    Finding::new(
        &E0209,
        entry.key.span,
        "`movedFrom` is for entities, a blueprint has none",
    )
    .label("has no effect here")
    .help("delete it: a blueprint of a new name is another blueprint")
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

/// Whether the values of a schema are secrets.
pub fn is_secret(schema: &Node) -> bool {
    let secret = schema.get("secret");
    secret.is_some_and(|secret| secret.value == Value::Bool(true))
}
