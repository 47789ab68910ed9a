//! What a path means for an entity, and the value that an argument is there.
//!
//! In: a wish, and the entity with its blueprint. Out: the place below the entity, and the change
//! with values of the blueprint's types. Every name that is not known is told with the nearest.

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::value::{typed, yaml};
use crate::cli::ask::{Claim, unknown};
use crate::cli::set::path::{How, Part, Wish};
use crate::cli::set::step::{step, unknown_name};
use crate::cli::set::{is_unset, nothing_there, without};
use crate::edit::{Change, Place, Step};
use crate::model::{Blueprint, Catalog, Entity};
use crate::syntax::Node;
use crate::text::{Span, Text, visible};

/// What a path of an entity leads to.
pub(in crate::cli) struct Target<'c> {
    blueprint: &'c Blueprint,
    entity: &'c Entity,
    head: Head<'c>,
    /// The steps inside the value of that.
    rest: Vec<Step>,
    /// The schema of the value, where it is known.
    schema: Option<&'c Node>,
}

/// What an entity has by name.
enum Head<'c> {
    Property(&'c str),
    Relation(&'c str, Many),
    /// `title`, `icon`, `team`.
    Own(&'c str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Many {
    One,
    Some,
}

impl<'c> Target<'c> {
    /// What a wish is about.
    pub(in crate::cli) fn find(
        blueprint: &'c Blueprint,
        entity: &'c Entity,
        wish: &'c Wish,
    ) -> Result<Self, Failure> {
        let (head, rest) = head(blueprint, wish)?;
        let mut target = Self {
            blueprint,
            entity,
            schema: match head {
                Head::Property(name) => blueprint.property(name).map(|it| &it.schema),
                _ => None,
            },
            head,
            rest: Vec::new(),
        };
        let mut current = target.current();
        for part in rest {
            let step = step(part, current.as_ref()).ok_or_else(|| target.no_part(wish, part))?;
            (target.schema, current) = match &step {
                Step::Key(key) => (
                    target.schema.and_then(|it| it.get("properties")?.get(key)),
                    current.and_then(|it| it.get(key.as_str()).cloned()),
                ),
                Step::Element(at) => (
                    target.schema.and_then(|it| it.get("items")),
                    current.and_then(|it| it.get(*at).cloned()),
                ),
            };
            target.rest.push(step);
        }
        if is_unset(&wish.how) && target.value().is_none() && !target.is_null() {
            return Err(nothing_there(entity, &wish.path));
        }
        Ok(target)
    }

    /// The name of what it begins with.
    pub(in crate::cli) fn name(&self) -> String {
        match self.head {
            Head::Property(name) | Head::Relation(name, _) | Head::Own(name) => name.to_owned(),
        }
    }

    /// Whether it is all of a property or relation, and no part of one.
    pub(in crate::cli) const fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }

    /// Its place, below that of the entity.
    pub(super) fn place(&self, entity: &Place) -> Place {
        let place = match self.head {
            Head::Property(name) => entity.key("properties").key(name),
            Head::Relation(name, _) => entity.key("relations").key(name),
            Head::Own(name) => entity.key(name),
        };
        self.inside(&place)
    }

    /// Its place, below that of what it begins with.
    pub(super) fn inside(&self, place: &Place) -> Place {
        let steps = self.rest.iter().cloned();
        steps.fold(place.clone(), |place, step| place.with(step))
    }

    /// Where the value of what it begins with is written, and what it is.
    pub(super) fn written(&self) -> Option<(Span, Json)> {
        match self.head {
            Head::Property(name) => {
                let node = &self.entity.property(name)?.node;
                Some((node.span, node.to_json()))
            }
            Head::Relation(name, _) => {
                let related = self.entity.relation(name)?;
                match &*related.targets {
                    [one] => Some((one.span, Json::from(one.value.as_str()))),
                    _ => None,
                }
            }
            Head::Own("title") => {
                let title = self.entity.title.as_ref()?;
                Some((title.span, Json::from(title.value.as_str())))
            }
            Head::Own(_) => None,
        }
    }

    /// What the entity has by the name.
    fn current(&self) -> Option<Json> {
        let text = |text: &Option<crate::text::Located<Text>>| {
            text.as_ref().map(|it| Json::from(it.value.as_str()))
        };
        match self.head {
            Head::Property(name) => Some(self.entity.property(name)?.node.to_json()),
            Head::Relation(name, _) => {
                let related = self.entity.relation(name)?;
                let names = related.targets.iter().map(|it| it.value.as_str());
                Some(names.collect())
            }
            Head::Own("title") => text(&self.entity.title),
            Head::Own("icon") => text(&self.entity.icon),
            Head::Own(_) => {
                let names = self.entity.team.iter().map(|it| it.value.as_str());
                (names.len() > 0).then(|| names.collect())
            }
        }
    }

    /// The value that the whole path leads to.
    fn value(&self) -> Option<Json> {
        let mut steps = self.rest.iter();
        steps.try_fold(self.current()?, |here, step| match step {
            Step::Key(key) => here.get(key.as_str()).cloned(),
            Step::Element(at) => here.get(*at).cloned(),
        })
    }

    /// Whether it is written as null, which is to say absent.
    fn is_null(&self) -> bool {
        let all = match self.head {
            Head::Property(_) => &self.entity.null_properties,
            _ => &self.entity.null_relations,
        };
        let name = self.name();
        self.rest.is_empty() && all.iter().any(|entry| entry.key.value == name.as_str())
    }

    /// What becomes of it.
    pub(in crate::cli) fn change(&self, catalog: &Catalog, wish: &Wish) -> Result<Change, Failure> {
        Ok(match &wish.how {
            How::Unset => Change::Unset,
            How::Set(written) => Change::Set(self.whole(catalog, wish, written)?),
            How::Add(written) => {
                let parts = self.parts(catalog, wish, written)?;
                let mut list = self.list(wish)?;
                let is_set =
                    !matches!(self.head, Head::Property(_)) || self.schema.is_some_and(is_unique);
                for part in parts {
                    if !is_set || !list.contains(&part) {
                        list.push(part);
                    }
                }
                Change::Set(Json::from(list))
            }
            How::TakeOut(written) => {
                let parts = self.parts(catalog, wish, written)?;
                let name = (self.entity, wish.path.as_str());
                Change::Set(without(name, self.list(wish)?, &parts)?)
            }
        })
    }

    /// The whole value of an argument.
    fn whole(&self, catalog: &Catalog, wish: &Wish, written: &str) -> Result<Json, Failure> {
        let claim = |path: &str| Claim::read(catalog, self.blueprint, path, written);
        Ok(match self.head {
            _ if !self.rest.is_empty() => self.part(wish, self.schema, written)?,
            Head::Property(name) => claim(&format!("properties.{name}"))?.value,
            Head::Relation(name, _) => claim(&format!("relations.{name}"))?.value,
            Head::Own("team") => match claim("team")?.value {
                // One name stands without brackets, unless there is a list already.
                Json::Array(mut names) if names.len() == 1 && self.entity.team.len() < 2 => {
                    names.pop().unwrap_or_default()
                }
                names => names,
            },
            Head::Own(_) => Json::from(written),
        })
    }

    /// A value for a schema inside that of a property.
    fn part(&self, wish: &Wish, schema: Option<&Node>, written: &str) -> Result<Json, Failure> {
        let kind = &self.blueprint.identifier.value;
        match schema {
            Some(schema) => typed(kind, &wish.path, schema, written),
            None => Ok(yaml(written).unwrap_or_else(|| Json::from(written))),
        }
    }

    /// The elements that an argument names.
    fn parts(&self, catalog: &Catalog, wish: &Wish, written: &str) -> Result<Vec<Json>, Failure> {
        let names = || {
            written
                .split(',')
                .map(str::trim)
                .filter(|it| !it.is_empty())
        };
        if let Head::Property(_) = self.head {
            let items = self.schema.and_then(|it| it.get("items"));
            let is_one = written.starts_with(['[', '{']);
            let parts: Vec<&str> = if is_one {
                vec![written]
            } else {
                names().collect()
            };
            let parts = parts.into_iter();
            return parts.map(|it| self.part(wish, items, it)).collect();
        }
        // What goes need not be there any more.
        if let (Head::Relation(name, _), How::Add(_)) = (&self.head, &wish.how) {
            Claim::read(
                catalog,
                self.blueprint,
                &format!("relations.{name}"),
                written,
            )?;
        }
        Ok(names().map(Json::from).collect())
    }

    /// The list that it is now.
    fn list(&self, wish: &Wish) -> Result<Vec<Json>, Failure> {
        let is_list = match self.head {
            Head::Relation(_, many) => many == Many::Some,
            Head::Own(name) => name == "team",
            Head::Property(_) => {
                let word = self.schema.and_then(|it| it.get("type")?.as_str());
                word.is_none_or(|word| word == "array")
            }
        };
        match self.value() {
            None if is_list => Ok(Vec::new()),
            Some(Json::Array(list)) if is_list => Ok(list),
            _ => Err(Failure::new(format!(
                "`{}` of {} is no list",
                visible(&wish.path),
                visible(&self.blueprint.identifier.value)
            ))
            .help(format!("write `{}=VALUE`", visible(&wish.path)))),
        }
    }

    fn no_part(&self, wish: &Wish, part: &Part) -> Failure {
        let what = match part {
            Part::Name(name) => format!("no `{}`", visible(name)),
            Part::Number(at) => format!("no element {at}"),
            Part::Where(key, value) => {
                format!(
                    "no element whose `{}` is `{}`",
                    visible(key),
                    visible(value)
                )
            }
        };
        Failure::new(format!(
            "`{}` of {} has {what}",
            visible(&wish.path),
            visible(&self.entity.identifier.value)
        ))
        .help(format!(
            "`catalogc get {}` shows what it has",
            visible(&self.entity.identifier.value)
        ))
    }
}

/// Whether a list is a set.
fn is_unique(schema: &Node) -> bool {
    let unique = schema.get("uniqueItems");
    unique.is_some_and(|it| it.to_json() == Json::Bool(true))
}

/// What a path begins with, and the rest of it.
fn head<'c>(blueprint: &'c Blueprint, wish: &'c Wish) -> Result<(Head<'c>, &'c [Part]), Failure> {
    let name_of = |part: &'c Part| match part {
        Part::Name(name) => Some(name.as_str()),
        _ => None,
    };
    let property = |name: &str| blueprint.property(name).map(|it| it.name.value.as_str());
    let relation = |name: &str| {
        let (_, relation) = blueprint.relation(name)?;
        let many = if relation.many { Many::Some } else { Many::One };
        Some(Head::Relation(&relation.name.value, many))
    };
    // A name may have dots of its own.
    let whole = wish.path.strip_prefix("properties.").unwrap_or(&wish.path);
    if let Some(name) = property(whole) {
        return Ok((Head::Property(name), &[]));
    }
    let parts = wish.parts.as_slice();
    let (section, rest) = match parts {
        [Part::Name(section), rest @ ..]
            if matches!(section.as_str(), "properties" | "relations") && !rest.is_empty() =>
        {
            (Some(section.as_str()), rest)
        }
        _ => (None, parts),
    };
    let Some((name, rest)) = rest
        .split_first()
        .and_then(|(first, rest)| Some((name_of(first)?, rest)))
    else {
        return Err(unknown(blueprint, &wish.path));
    };
    let found = match section {
        Some("properties") => property(name).map(Head::Property),
        Some(_) => relation(name),
        None => property(name)
            .map(Head::Property)
            .or_else(|| relation(name))
            .or(match name {
                "title" | "icon" | "team" => Some(Head::Own(name)),
                _ => None,
            }),
    };
    if let (None, None, "identifier" | "blueprint") = (&found, section, name) {
        return Err(match name {
            "identifier" => Failure::new("an identifier is not set")
                .help("`catalogc mv ENTITY NEW` renames the entity everywhere"),
            _ => Failure::new("an entity stays of its blueprint")
                .help("`catalogc new` makes one of another"),
        });
    }
    match found {
        Some(Head::Property(name)) => Ok((Head::Property(name), rest)),
        Some(head) if rest.is_empty() => Ok((head, rest)),
        _ => Err(unknown_name(blueprint, section, name, &wish.path)),
    }
}
