//! The settings file as it is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::{Schema, SchemaGenerator, json_schema};

use crate::finding::codes;
use crate::model::DocumentKind;
use crate::schema::common::{ListOrOne, OneOrMany};

/// The settings of a catalog, `catalogc.yaml`. All are optional.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Settings {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1))]
    pub version: Option<u32>,
    /// The folder compiled, relative to this file; `none` where `sources` are all.
    #[schemars(extend("default" = "catalog"))]
    pub catalog: Option<String>,
    /// Whether what no rule permits is permitted. `open`: it is, and every plan says so first.
    #[schemars(extend("default" = "open"))]
    pub permissions: Option<PermissionsWord>,
    /// Who an `--actor` is.
    pub people: Option<People>,
    /// Files beyond the default folders.
    pub sources: Option<Vec<Source>>,
    /// How much one plan may do at once.
    pub guards: Option<Guards>,
    /// How large a plan may be.
    pub limits: Option<Limits>,
    /// When some of what a plan does is not done.
    pub freezes: Option<Vec<Freeze>>,
    /// How bad findings are here, by name or code.
    pub severity: Option<Severities>,
    /// The file of findings that pass, from this file on.
    #[schemars(extend("default" = "catalogc-baseline.yaml"))]
    pub baseline: Option<String>,
    /// Where connectors may connect.
    pub hosts: Option<Hosts>,
    /// Where the ledger is.
    pub ledger: Option<Ledger>,
}

/// Whether what no rule permits is permitted.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "`permissions` says what they mean")]
pub enum PermissionsWord {
    Open,
    Enforced,
}

/// Who a person is in the catalog.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct People {
    /// The blueprint of people.
    pub blueprint: String,
    /// The property that has the login; absent: the identifier is the login.
    #[schemars(extend("examples" = ["properties.login"], "pattern" = "^properties\\."))]
    pub login: Option<String>,
    /// The property that has the forge's unchangeable number.
    #[schemars(extend("examples" = ["properties.github_id"], "pattern" = "^properties\\."))]
    pub id: Option<String>,
}

/// Files beyond the default folders.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Source {
    /// Which files: `*` within a folder, `**` across folders.
    #[schemars(extend("examples" = ["export/domains/*.json"]))]
    pub glob: String,
    /// Which of these files are left out.
    pub exclude: Option<OneOrMany>,
    /// The language that they are written in; without it the catalog's own.
    pub reader: Option<Reader>,
    /// What their documents are; needed without `reader`.
    pub documents: Option<Documents>,
    /// The file of rules for the reader `mapping`, from this file on.
    pub mapping: Option<String>,
    /// Globs of files whose text a document may take in, as `file://README.md`; for the readers
    /// `port` and `backstage`.
    pub files: Option<OneOrMany>,
    /// The blueprint of entities that do not name theirs.
    pub blueprint: Option<String>,
}

/// How much one plan may do; beyond it is denied without an `override` request of exactly as much.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Guards {
    /// Entities deleted by one plan.
    #[schemars(range(min = 0, max = 1_000_000), extend("default" = 10))]
    pub deletes: Option<u32>,
    /// Entities created by one plan.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub creates: Option<u32>,
    /// Entities changed by one plan.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub updates: Option<u32>,
    /// Entities of which one plan changes who is what: members, logins.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub authority: Option<u32>,
    /// Percent of a blueprint's entities deleted by one plan.
    #[schemars(range(min = 0, max = 100), extend("default" = 25))]
    pub deletes_percent: Option<u32>,
    /// Numbers for the entities of single blueprints.
    pub per_blueprint: Option<BTreeMap<String, Guard>>,
    /// Numbers for the entities that single teams own.
    pub per_team: Option<BTreeMap<String, Guard>>,
}

/// How much one plan may do to some entities.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Guard {
    /// Entities deleted.
    Deletes(#[schemars(range(min = 0, max = 1_000_000))] u32),
    /// Numbers for more than deletions.
    Numbers(GuardNumbers),
}

/// How much of each one plan may do.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct GuardNumbers {
    /// Entities deleted.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub deletes: Option<u32>,
    /// Entities created.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub creates: Option<u32>,
    /// Entities changed.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub updates: Option<u32>,
    /// Entities of which it changes who is what.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub authority: Option<u32>,
}

/// How large a plan may be.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Limits {
    /// Its steps.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 5000))]
    pub plan_steps: Option<u32>,
    /// The bytes of its file.
    #[schemars(range(min = 1, max = 1_073_741_824), extend("default" = 67_108_864))]
    pub plan_bytes: Option<u32>,
}

/// What is not done, and when; `plan` and `gate` then need `--now`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Freeze {
    /// What people call it, and requests `override` that lift it.
    pub name: String,
    /// When it is.
    pub windows: ListOrOne<AnyWindow>,
    /// Why.
    pub reason: Option<String>,
    /// The kinds of entities that it is for; absent: all.
    pub blueprints: Option<OneOrMany>,
    /// The actions that it is for, also `create`, `update` and the like; absent: all.
    pub actions: Option<OneOrMany>,
    /// The teams for whose entities it is; absent: all.
    pub teams: Option<OneOrMany>,
}

/// A time.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum AnyWindow {
    /// Once.
    Once(Window),
    /// Each week.
    Weekly(WeeklyWindow),
}

/// Hours of some days of each week.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WeeklyWindow {
    /// On which days: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`.
    #[schemars(extend("examples" = [["fri"]]))]
    pub days: OneOrMany,
    /// When it begins.
    #[schemars(regex(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"), extend("examples" = ["16:00"]))]
    pub from: String,
    /// When it is over; the end of the day is `24:00`.
    #[schemars(regex(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"), extend("examples" = ["24:00"]))]
    pub until: String,
    /// Whose clocks, by the name of the time zone database.
    #[schemars(extend("examples" = ["Europe/Berlin", "UTC"]))]
    pub zone: String,
}

/// A time.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Window {
    /// Its first moment.
    #[schemars(extend("examples" = ["2026-12-20T00:00:00Z"]))]
    pub from: String,
    /// The first moment behind it.
    #[schemars(extend("examples" = ["2027-01-04T08:00:00Z"]))]
    pub until: String,
}

/// Host names, with a port where it is not the usual one.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Hosts {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
    /// Names that are sent to another address.
    Elsewhere(BTreeMap<String, Option<String>>),
}

/// Where the ledger is.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ledger {
    /// The branch.
    #[schemars(extend("default" = "catalogc-ledger"))]
    pub branch: Option<String>,
    /// The remote that it is pushed to, where the repository has it.
    #[schemars(extend("default" = "origin"))]
    pub remote: Option<String>,
}

/// The language of a file that is not the catalog's own.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(missing_docs, reason = "`reader` says what they mean")]
pub enum Reader {
    Port,
    Backstage,
    Mapping,
}

/// What documents are.
#[derive(Debug)]
pub struct Documents(pub String);

impl JsonSchema for Documents {
    fn schema_name() -> Cow<'static, str> {
        "Documents".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"enum": DocumentKind::WORDS.map(|(word, _)| word)})
    }
}

/// The words by finding; what is always an error is not proposed, nor `off` for what is never off.
#[derive(Debug)]
pub struct Severities(pub BTreeMap<String, String>);

impl JsonSchema for Severities {
    fn schema_name() -> Cow<'static, str> {
        "Severities".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut findings = serde_json::Map::new();
        for code in codes::ALL.iter().filter(|code| !code.fixed) {
            let words: &[&str] = if code.may_be_off() {
                &["error", "warning", "off"]
            } else {
                &["error", "warning"]
            };
            let words = serde_json::json!({
                "description": format!("{}: {}", code.id, code.title),
                "enum": words,
            });
            findings.insert(code.name.to_owned(), words.clone());
            findings.insert(code.id.to_owned(), words);
        }
        json_schema!({
            "type": "object",
            "properties": findings,
            "additionalProperties": false,
        })
    }
}
