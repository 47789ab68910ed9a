//! The text of a new definition: the smallest one that is whole, with what it may have in comments.

use crate::cli::Failure;
use crate::cli::new::blueprint_of;
use crate::cli::set::path::Wish;
use crate::edit::lines;
use crate::model::Catalog;
use crate::text::visible;

/// A kind of definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Blueprint,
    Action,
    Connector,
    Scorecard,
    Test,
}

impl Word {
    pub(super) const ALL: [Self; 5] = [
        Self::Blueprint,
        Self::Action,
        Self::Connector,
        Self::Scorecard,
        Self::Test,
    ];

    /// The word that people write.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Blueprint => "blueprint",
            Self::Action => "action",
            Self::Connector => "connector",
            Self::Scorecard => "scorecard",
            Self::Test => "test",
        }
    }

    /// The folder of the catalog that such documents stand in.
    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Blueprint => "blueprints",
            Self::Action => "actions",
            Self::Connector => "connectors",
            Self::Scorecard => "scorecards",
            Self::Test => "tests",
        }
    }

    pub(super) fn of(written: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == written)
    }
}

const BLUEPRINT: &str = "\
schema:
  properties: {}
  # replicas: {type: integer, minimum: 0}
  # required: [replicas]
# relations:
#   owner: {target: Team, required: true}
# ownership: {path: owner}
# onDelete: restrict                       # or cascade, nullify: those who point at what is deleted
";

const ACTION: &str = "\
operation: day-2                           # or create, delete; must agree with the trigger
trigger: {request: true}                   # or changed: [properties.replicas], created: true
inputs:
  properties:
    reason: {type: string, minLength: 10}
  required: [reason]
PERMISSIONS# approval:
#   - by: owners
#     count: 1
# calls:                                   # what it does outside; `catalogc explain E0503` lists connectors
#   - id: run
#     connector: webhook
#     with: {method: POST, url: \"https://deploy.example/run\"}
";

const CONNECTOR: &str = "\
contract: blind                            # or keyed, lookup: what may be sent again
with:
  properties:
    url: {type: string, format: uri}
  required: [url]
request:
  method: POST
  url: \"{{ .with.url }}\"
accepted: .status >= 200 and .status < 300
";

const SCORECARD: &str = "\
levels:
  - {title: Basic, color: paleBlue}
  - {title: Good, color: green}
rules:
  - identifier: has_title
    title: It says what it is
    level: Good
    query: {combinator: and, conditions: [{property: $title, operator: isNotEmpty}]}
";

const OWNED: &str = "\
permissions:
  execute:
    ownedByTeam: true                      # or users, teams, roles; `when` narrows them
";

/// Where nothing says who owns what, or who a person is.
const NOBODY: &str = "\
# permissions:                             # until then nobody may
#   execute: {teams: [platform]}
";

/// The text of a definition.
pub(super) fn text(
    catalog: &Catalog,
    word: Word,
    name: &str,
    wishes: &[Wish],
) -> Result<String, Failure> {
    let needs = matches!(word, Word::Action | Word::Scorecard);
    for wish in wishes {
        if !(needs && wish.path == "blueprint") {
            let message = format!("a new {} takes no `{}`", word.word(), visible(&wish.path));
            return Err(Failure::new(message).help("write it into the file once it is there"));
        }
    }
    let is_there = match word {
        Word::Blueprint => catalog.find_blueprint(name).is_some(),
        Word::Action => catalog.find_action(name).is_some(),
        Word::Connector => catalog.find_connector(name).is_some(),
        Word::Scorecard | Word::Test => false,
    };
    if is_there {
        let message = format!("{} `{}` is there already", word.word(), visible(name));
        return Err(Failure::new(message).help("take another name"));
    }
    if word == Word::Test {
        return test(catalog, name);
    }
    let mut text = format!("{}\n", pair("identifier", name));
    text.push_str(&format!("{}\n", pair("title", name)));
    if needs {
        let article = if word == Word::Action {
            "an action"
        } else {
            "a scorecard"
        };
        let kind = blueprint_of(catalog, article, wishes)?;
        text.push_str(&format!("{}\n", pair("blueprint", kind)));
    }
    match word {
        Word::Blueprint => text.push_str(BLUEPRINT),
        Word::Action => {
            let kind = blueprint_of(catalog, "an action", wishes)?;
            let kind = catalog.find_blueprint(kind);
            let is_owned = kind.is_some_and(|(_, it)| it.ownership.is_some());
            let is_known = is_owned && catalog.settings.people.is_some();
            let permissions = if is_known { OWNED } else { NOBODY };
            text.push_str(&ACTION.replace("PERMISSIONS", permissions));
        }
        Word::Connector => text.push_str(CONNECTOR),
        Word::Scorecard | Word::Test => text.push_str(SCORECARD),
    }
    Ok(text)
}

/// A key and a text on one line.
fn pair(key: &str, value: &str) -> String {
    let one = [(key.to_owned(), serde_json::Value::from(value))];
    lines(&serde_json::Value::Object(one.into_iter().collect()), "").join("\n")
}

/// A test of the rules about the first person and entity that there are: it says that nobody who is
/// no owner deletes it.
fn test(catalog: &Catalog, name: &str) -> Result<String, Failure> {
    let people = catalog.settings.people.as_ref();
    let people = people.and_then(|it| catalog.find_blueprint(&it.blueprint.value));
    let person = people.and_then(|(id, _)| catalog.entities_of(id).first());
    let kind = people.map(|(id, _)| id);
    let entity = catalog
        .entities
        .iter()
        .find(|it| Some(it.blueprint) != kind);
    let (Some(person), Some(entity)) = (person, entity) else {
        return Err(
            Failure::new("a test is about a person and an entity, and there are none")
                .help("add them first: `catalogc new KIND NAME`"),
        );
    };
    let blueprint = catalog.blueprint(entity.blueprint);
    let blueprint = blueprint.map_or("", |it| it.identifier.value.as_str());
    let full = format!("{blueprint}/{}", entity.identifier.value);
    Ok(format!(
        "{}\n{}\naction: delete\n{}\nexpect: denied                             # or allowed, needs approval; `catalogc test` runs it\n",
        pair("name", name),
        pair("actor", &person.identifier.value),
        pair("entity", &full),
    ))
}
