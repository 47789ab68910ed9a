//! Guards and freezes that name what does not exist: they would keep nothing, and nobody would
//! see it.

use crate::check::Subject;
use crate::check::action::unknown_action;
use crate::finding::Finding;
use crate::finding::codes::E0216;
use crate::finding::codes::E0506;
use crate::model::DocumentKind;
use crate::policy::BuiltIn;
use crate::syntax::{Entry, Node};
use crate::text::{Located, Text};

/// The built-in actions that a freeze may be of; the others run nothing.
const FROZEN: [BuiltIn; 5] = [
    BuiltIn::Create,
    BuiltIn::Update,
    BuiltIn::Delete,
    BuiltIn::Rename,
    BuiltIn::Grant,
];

/// The names of blueprints, teams and actions in `guards` and `freezes`.
pub(super) fn names(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let settings = &subject.catalog.settings;
    let keys = |key: &str| {
        let guards = settings.root.as_ref().and_then(|root| root.get("guards"));
        let entries = guards.and_then(|guards| guards.get(key));
        let entries = entries.and_then(Node::as_mapping).unwrap_or_default();
        entries.iter().map(|entry: &Entry| &entry.key)
    };
    let freezes = &settings.freezes;
    let kinds = freezes.iter().flat_map(|freeze| &freeze.blueprints);
    blueprints(subject, keys("per_blueprint").chain(kinds), findings);
    let owners = freezes.iter().flat_map(|freeze| &freeze.teams);
    teams(subject, keys("per_team").chain(owners), findings);
    actions(subject, findings);
}

fn blueprints<'n>(
    subject: &Subject<'_>,
    names: impl Iterator<Item = &'n Located<Text>>,
    findings: &mut Vec<Finding>,
) {
    let catalog = subject.catalog;
    if subject.is_half_read(DocumentKind::Blueprints) {
        return;
    }
    for name in names {
        if catalog.find_blueprint(&name.value).is_none() {
            findings.push(catalog.unknown_blueprint(name));
        }
    }
}

fn teams<'n>(
    subject: &Subject<'_>,
    names: impl Iterator<Item = &'n Located<Text>>,
    findings: &mut Vec<Finding>,
) {
    let catalog = subject.catalog;
    if subject.is_half_read(DocumentKind::Entities) {
        return;
    }
    for name in names {
        let mut entities = catalog.entities.iter();
        if entities.any(|entity| entity.identifier.value == name.value) {
            continue;
        }
        findings.push(
            Finding::new(
                &E0216,
                name.span,
                format!("no entity is called `{}`, so it owns nothing", name.value),
            )
            .label("not found")
            .help("write the identifier of a team that owns entities"),
        );
    }
}

fn actions(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    if subject.is_half_read(DocumentKind::Actions) {
        return;
    }
    let own = catalog.actions.iter();
    let known: Vec<&str> = own
        .map(|action| action.identifier.value.as_str())
        .chain(FROZEN.map(BuiltIn::word))
        .collect();
    let freezes = catalog.settings.freezes.iter();
    for name in freezes.flat_map(|freeze| &freeze.actions) {
        if !known.contains(&name.value.as_str()) {
            findings.push(never_frozen(name).unwrap_or_else(|| unknown_action(name, &known)));
        }
    }
}

/// A built-in action that no freeze is of.
fn never_frozen(name: &Located<Text>) -> Option<Finding> {
    let mut all = BuiltIn::ALL.into_iter();
    all.find(|it| it.word() == name.value)?;
    let text = format!("`{}` is never frozen", name.value);
    let words = FROZEN.map(|it| format!("`{}`", it.word())).join(", ");
    let finding = Finding::new(&E0506, name.span, text).label("runs nothing");
    Some(finding.help(format!("name an action of the catalog, or one of {words}")))
}
