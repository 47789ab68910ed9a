//! What rules can read of an entity: its attributes, and where each comes from.
//!
//! In: a blueprint and the types of all. Out: attributes for what has a [`Shape`], and a [`Gap`]
//! for what has none. Values are read elsewhere.

use cedar_policy::EntityTypeName;

use crate::model::{Blueprint, BlueprintId, Catalog};
use crate::policy::gap::Gap;
use crate::policy::owner;
use crate::policy::shape::{self, Choice, Enumerate, Field, Shape};
use crate::policy::vocabulary::Words;
use crate::text::Text;

/// Mirrors of mirrors that are followed.
const MIRRORS: u32 = 8;

/// Where the value of an attribute is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The entity's name.
    Identifier,
    /// The entity's title.
    Title,
    /// A property that is written.
    Property,
    /// A property that is computed.
    Derived,
    /// A relation.
    Relation,
    /// Who owns it, where nothing of the blueprint is called so.
    Owner,
}

/// What rules can read of an entity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attribute {
    /// Its name and type.
    pub(super) field: Field,
    /// Where its value is found.
    pub(super) of: Of,
}

/// The attributes of a kind, and what has none.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes {
    /// In the order of the blueprint.
    pub(super) all: Vec<Attribute>,
    /// The names that have no type, and why.
    pub(super) gaps: Vec<(Text, Gap)>,
}

impl Attributes {
    fn add(&mut self, name: &str, shape: Shape, required: bool, of: Of) {
        self.all.push(Attribute {
            field: field(name, shape, required),
            of,
        });
    }

    /// The attribute of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.all.iter().find(|one| one.field.name == name)
    }

    /// Those that are no computed values.
    pub(super) fn own(&self) -> impl Iterator<Item = &Attribute> {
        self.all.iter().filter(|one| one.of != Of::Derived)
    }

    /// The names of those that are.
    pub(super) fn computed(&self) -> impl Iterator<Item = &str> {
        let computed = self.all.iter().filter(|one| one.of == Of::Derived);
        computed.map(|one| one.field.name.as_str())
    }

    /// All of them as parts of a record.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.all.iter().map(|one| &one.field)
    }
}

/// A named part of a record.
pub(super) fn field(name: &str, shape: Shape, required: bool) -> Field {
    Field {
        name: Text::from(name),
        shape,
        required,
    }
}

/// One entity of a kind, or a set of them.
pub(super) fn entity_shape(target: EntityTypeName, many: bool) -> Shape {
    if many {
        Shape::Set(Box::new(Shape::Entity(target)))
    } else {
        Shape::Entity(target)
    }
}

/// Properties of something named, while their types are made.
pub(super) struct Typed<'w, 'v> {
    /// Whose they are.
    pub(super) owner: &'w str,
    /// The enumerated types.
    pub(super) words: &'w mut Words<'v>,
    /// Parts that have no type.
    pub(super) gaps: &'w mut Vec<(Text, Gap)>,
}

impl Enumerate for Typed<'_, '_> {
    fn choice(&mut self, path: &str, words: &[&str]) -> Option<Choice> {
        self.words.add(self.owner, path, words)
    }

    fn gap(&mut self, name: &Text, gap: Gap) {
        self.gaps.push((name.clone(), gap));
    }
}

/// What is written of the entities of a blueprint; `types` are those of all blueprints.
pub(super) fn written(
    catalog: &Catalog,
    blueprint: &Blueprint,
    name: &EntityTypeName,
    types: &[Option<EntityTypeName>],
    words: &mut Words<'_>,
) -> Attributes {
    let mut found = Attributes::default();
    found.add("identifier", Shape::Text, true, Of::Identifier);
    found.add("title", Shape::Text, false, Of::Title);
    let name = name.to_string();
    for property in &blueprint.properties {
        let own = &property.name.value;
        if found.get(own).is_some() {
            found.gaps.push((own.clone(), Gap::Taken));
            continue;
        }
        let mut parts = Typed {
            owner: &name,
            words,
            gaps: &mut found.gaps,
        };
        match shape::of_schema(&property.schema, own, &mut parts) {
            Ok(shape) => {
                let required = blueprint.required.iter().any(|name| name.value == *own);
                found.add(own, shape, required, Of::Property);
            }
            Err(gap) => found.gaps.push((own.clone(), gap)),
        }
    }
    for relation in &blueprint.relations {
        let own = &relation.name.value;
        let target = catalog.find_blueprint(&relation.target.value);
        if let Some(target) = target.and_then(|(id, _)| types.get(id.0 as usize)?.clone())
            && found.get(own).is_none()
        {
            let shape = entity_shape(target, relation.many);
            found.add(own, shape, relation.required, Of::Relation);
        }
    }
    let is_named = blueprint.property("owner").is_some()
        || blueprint.relation("owner").is_some()
        || blueprint.derived().any(|name| name.value == "owner");
    if let Some((id, many)) = owner::kind(catalog, blueprint)
        && let Some(Some(target)) = types.get(id.0 as usize)
        && !is_named
    {
        let shape = entity_shape(target.clone(), many);
        found.add("owner", shape, false, Of::Owner);
    }
    found
}

/// The types of what is computed for the entities of a blueprint, from those of what is written.
pub(super) fn derived(
    catalog: &Catalog,
    id: BlueprintId,
    written: &[Option<Attributes>],
) -> Vec<(Text, Result<Shape, Gap>)> {
    let Some(blueprint) = catalog.blueprint(id) else {
        return Vec::new();
    };
    let names = blueprint.derived().map(|name| &name.value);
    names
        .filter(|name| blueprint.property(name).is_none() && blueprint.relation(name).is_none())
        .map(|name| {
            let shape = match name.as_str() {
                "identifier" | "title" => Err(Gap::Taken),
                _ => computed(catalog, id, name, written, MIRRORS),
            };
            (name.clone(), shape)
        })
        .collect()
}

fn computed(
    catalog: &Catalog,
    id: BlueprintId,
    name: &str,
    written: &[Option<Attributes>],
    deep: u32,
) -> Result<Shape, Gap> {
    let blueprint = catalog.blueprint(id).ok_or(Gap::Mirror)?;
    if let Some(calculation) = blueprint
        .calculations
        .iter()
        .find(|it| it.name.value == name)
    {
        return match calculation.type_word.value.as_str() {
            "string" => Ok(Shape::Text),
            "boolean" => Ok(Shape::Bool),
            "integer" => Ok(Shape::Long),
            _ => Err(Gap::Calculation),
        };
    }
    if blueprint.formulas.iter().any(|it| it.name.value == name) {
        return Ok(Shape::Text);
    }
    if let Some(aggregation) = blueprint
        .aggregations
        .iter()
        .find(|it| it.name.value == name)
    {
        let summed = aggregation.property.as_ref().and_then(|property| {
            let (target, _) = catalog.find_blueprint(&aggregation.target.value)?;
            part(catalog, target, &property.value, written, deep).ok()
        });
        return match (aggregation.func.value.as_str(), summed) {
            ("count", _) | ("sum" | "min" | "max", Some(Shape::Long)) => Ok(Shape::Long),
            // A sum of decimals is made of fractions that are not exact.
            ("min" | "max", Some(Shape::Decimal)) => Ok(Shape::Decimal),
            _ => Err(Gap::Mean),
        };
    }
    let mirror = blueprint.mirrors.iter().find(|it| it.name.value == name);
    let path = &mirror.ok_or(Gap::Mirror)?.path.value;
    let (relations, last) = path.rsplit_once('.').unwrap_or(("", path.as_str()));
    let (mut here, mut many) = ((id, blueprint), false);
    for name in relations.split('.').filter(|name| !name.is_empty()) {
        let (_, relation) = here.1.relation(name).ok_or(Gap::Mirror)?;
        many |= relation.many;
        let target = catalog.find_blueprint(&relation.target.value);
        here = target.ok_or(Gap::Mirror)?;
    }
    let shape = part(catalog, here.0, last, written, deep)?;
    Ok(if many {
        Shape::Set(Box::new(shape))
    } else {
        shape
    })
}

/// The type of what a path names at its end.
fn part(
    catalog: &Catalog,
    id: BlueprintId,
    name: &str,
    written: &[Option<Attributes>],
    deep: u32,
) -> Result<Shape, Gap> {
    let blueprint = catalog.blueprint(id).ok_or(Gap::Mirror)?;
    let own = written.get(id.0 as usize).and_then(Option::as_ref);
    if blueprint.property(name).is_some() {
        let own = own.and_then(|own| own.get(name));
        let own = own.filter(|own| own.of == Of::Property);
        return own.map(|own| own.field.shape.clone()).ok_or(Gap::Mirror);
    }
    if blueprint.derived().any(|it| it.value == name) {
        let deep = deep.checked_sub(1).ok_or(Gap::Mirror)?;
        return computed(catalog, id, name, written, deep);
    }
    match name {
        "$identifier" | "$title" | "$icon" | "$blueprint" => Ok(Shape::Text),
        "$team" => Ok(Shape::Set(Box::new(Shape::Text))),
        _ => Err(Gap::Mirror),
    }
}
