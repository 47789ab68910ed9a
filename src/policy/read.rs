//! All rules of a catalog, parsed and type-checked.
//!
//! In: the policies' files and the short forms of actions. Out: [`Book`], the rules in the
//! order of files and actions, and everything that is wrong with them. A rule in which an
//! error was found stays in the book: it denies what it is about.

use cedar_policy::{ActionConstraint, Effect, Policy, PolicyId};

use crate::finding::codes::{E0005, E0209, E0401, E0404, E0405};
use crate::finding::{Finding, Part, Severity};
use crate::model::Catalog;
use crate::policy::absent;
use crate::policy::cover;
use crate::policy::fault;
use crate::policy::glass;
use crate::policy::kind_named;
use crate::policy::lint;
use crate::policy::mixed;
use crate::policy::reads::Reads;
use crate::policy::rule::{Map, Origin, Rule, Scope, TITLE};
use crate::policy::short::{self, Reader};
use crate::policy::tokens::{Sort, statements, tokens, too_complex};
use crate::policy::types::check_types;
use crate::text::{FileId, Span};

/// Policies of one catalog.
const RULES: usize = 1_000;

/// The rules of a catalog.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Who may, and who may not.
    pub(super) permissions: Vec<Rule>,
    /// When an approval is needed; by the numbers of action and entry.
    pub(super) approvals: Vec<Rule>,
}

/// Reads and checks all rules.
pub(super) fn book(reader: &Reader<'_>, findings: &mut Vec<Finding>) -> Book {
    let catalog = reader.catalog;
    let mut book = Book::default();
    for file in &catalog.policies {
        read_file(file.file, reader, &mut book.permissions, findings);
    }
    for (number, action) in catalog.actions.iter().enumerate() {
        let blocks = action.permissions.iter().flatten().enumerate();
        for block in blocks {
            let from = findings.len();
            let rule = reader.block((number, action), block, findings);
            book.permissions.push(rule.wrong_by(findings.get(from)));
        }
        for approval in action.approvals.iter().enumerate() {
            let from = findings.len();
            let rule = reader.approval((number, action), approval, findings);
            book.approvals.push(rule.wrong_by(findings.get(from)));
        }
    }
    check(&mut book, reader, findings);
    book
}

fn read_file(
    file: FileId,
    reader: &Reader<'_>,
    rules: &mut Vec<Rule>,
    findings: &mut Vec<Finding>,
) {
    let snapshot = reader.snapshot;
    let text = snapshot.text(file);
    for range in statements(text) {
        if rules.len() > RULES {
            // What is left is unread, and what is unread denies: the last one stands for it.
            return;
        }
        let is_last = rules.len() == RULES;
        let from = findings.len();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let place = Span::new(file, number(range.start), number(range.end));
        let map = Map::Whole(place);
        let text = text.get(range).unwrap_or_default();
        let policy = if is_last {
            findings.push(
                Finding::new(
                    &E0005,
                    place,
                    format!("there are more than {RULES} policies"),
                )
                .label("not read, nor what follows"),
            );
            None
        } else {
            parse(text, &map, reader.catalog, findings)
        };
        let title = policy.as_ref().and_then(|policy| policy.annotation(TITLE));
        let glass = policy.as_ref().and_then(glass::annotated);
        let scope = match policy.as_ref().map(Policy::action_constraint) {
            None | Some(ActionConstraint::Any) => Scope::All,
            Some(ActionConstraint::In(actions)) => Scope::In(actions),
            Some(ActionConstraint::Eq(action)) => Scope::In(vec![action]),
        };
        let name = reader.places.name(snapshot, place);
        let rule = Rule {
            place,
            reads: Reads::of_text(text, &name),
            name,
            lines: short::line_ends(snapshot, place),
            origin: Origin::Policy {
                title: title
                    .map(|title| title.trim().to_owned())
                    .filter(|title| !title.is_empty()),
            },
            text: text.to_owned(),
            map,
            effect: match &policy {
                Some(policy) => policy.effect(),
                None if is_last => Effect::Forbid,
                None => effect(text),
            },
            scope,
            level: 1,
            glass,
            broken: policy.is_none(),
            wrong: None,
            policy,
        };
        rules.push(rule.wrong_by(findings.get(from)));
    }
}

fn parse(text: &str, map: &Map, catalog: &Catalog, findings: &mut Vec<Finding>) -> Option<Policy> {
    if let Some(range) = too_complex(text) {
        findings.push(fault::too_complex(&range, map));
        return None;
    }
    match Policy::parse(Some(PolicyId::new("0")), text) {
        Ok(policy) => Some(policy),
        // The rest of a rule that a `;` in the midst of it cut off.
        Err(_) if is_rest(text) && findings.last().is_some_and(|it| *it.code == E0401) => None,
        Err(error) => {
            fault::syntax(&error, 0, (text, map, catalog), findings);
            None
        }
    }
}

fn is_rest(text: &str) -> bool {
    tokens(text).first().is_some_and(|token| token.is("}"))
}

/// What a statement that cannot be read does, by its first word behind the annotations.
fn effect(text: &str) -> Effect {
    let tokens = tokens(text);
    let mut depth = 0_usize;
    let mut previous_is_at = false;
    for token in &tokens {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.sort == Sort::Name && !previous_is_at {
            return if token.text == "permit" {
                Effect::Permit
            } else {
                Effect::Forbid
            };
        }
        previous_is_at = token.is("@");
    }
    Effect::Forbid
}

/// Checks the names and types of the rules; what is wrong breaks them.
fn check(book: &mut Book, reader: &Reader<'_>, findings: &mut Vec<Finding>) {
    let vocabulary = reader.vocabulary;
    let Some(first) = book.permissions.iter().chain(&book.approvals).next() else {
        return;
    };
    let schemas = match &vocabulary.schemas {
        Ok(schemas) => schemas,
        Err(why) => {
            let place = reader.catalog.blueprints.first();
            let place = place.map_or(first.place, |blueprint| blueprint.identifier.span);
            findings.push(
                Finding::new(&E0209, place, format!("rules cannot be checked: {why}"))
                    .label("a blueprint like this has no type in rules"),
            );
            return;
        }
    };
    if vocabulary.person.is_none() {
        let settings = &reader.catalog.settings;
        if settings.people.is_none() && !settings.half_read {
            findings.push(
                Finding::new(&E0405, first.place, "no setting says who a person is")
                    .label("a rule for people")
                    .misses(Part::Key, "people")
                    .help("add `people: {blueprint: User}` to catalogc.yaml"),
            );
        }
        // A rule that was not checked denies what it is about.
        for rule in book.permissions.iter_mut().chain(&mut book.approvals) {
            rule.broken = true;
            let why = || "the rule is not checked: nobody knows who a person is".to_owned();
            rule.wrong.get_or_insert_with(why);
        }
        return;
    }
    for rule in book.permissions.iter_mut().chain(&mut book.approvals) {
        if rule.policy.is_some() {
            let mut found = lint::check(rule, reader.catalog, vocabulary);
            found.extend(kind_named::check(rule));
            found.extend(mixed::check(rule, vocabulary));
            found.extend(glass::check(rule, reader.catalog));
            rule.broken |= !found.is_empty();
            rule.wrong = rule
                .wrong
                .take()
                .or(found.first().map(|it| it.message.clone()));
            findings.extend(found);
        }
    }
    let mut found = check_types(book, schemas, (reader.catalog, vocabulary));
    let rules = book.permissions.iter_mut().chain(&mut book.approvals);
    for (number, rule) in rules.enumerate() {
        let own = found.remove(&number).unwrap_or_default();
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        let error = own.iter().find(|finding| is_error(finding));
        rule.broken |= error.is_some();
        rule.wrong = rule.wrong.take().or(error.map(|it| it.message.clone()));
        // That a rule with an error never applies is only what follows from it.
        let broken = rule.broken;
        let own = unique(own).into_iter();
        findings.extend(own.filter(|finding| !broken || finding.code != &E0404));
    }
    findings.extend(cover::check(book, reader.catalog, vocabulary));
    findings.extend(glass::needless(&book.permissions, reader.catalog));
}

/// One finding for each place: a rule about several kinds fails in the same way for each. What is
/// below something that may be absent is named with it.
fn unique(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.span, f.code.id);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup_by(|later, first| {
        let is_same = later.span == first.span && later.code == first.code;
        is_same || absent::is_taken_in(later, first)
    });
    findings
}

/// Whether the catalog has any rule.
pub(super) fn has_rules(catalog: &Catalog, book: &Book) -> bool {
    !book.permissions.is_empty() || catalog.actions.iter().any(|a| a.permissions.is_some())
}
