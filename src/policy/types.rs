//! The types of the rules, as Cedar's validator checks them.
//!
//! In: rules that can be read. Out: what is wrong with each, and how far it looks into entities.
//! The validator goes through every rule for every action of its schema: so the short forms of
//! actions, each of which is about its own action, are checked in batches, with the actions of
//! the batch alone. What is wrong with one of them is then told as all actions would have it.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{PolicyId, PolicySet, ValidationError, ValidationMode, Validator};

use crate::finding::Finding;
use crate::finding::codes::E0105;
use crate::model::Catalog;
use crate::policy::fault;
use crate::policy::read::Book;
use crate::policy::rule::{Rule, Scope};
use crate::policy::schema::Schemas;
use crate::policy::tokens::tokens;
use crate::policy::unlike;
use crate::policy::vocabulary::Vocabulary;

/// How many times a rule may look into entities, one after the other.
const LEVELS: u32 = 8;

/// How many actions a batch is about.
const BATCH: usize = 24;

/// How many rules with something wrong are told as all actions would have it; beyond these the
/// names that a help could propose are those of their batch.
const TOLD: usize = 256;

/// A rule and its number.
type Numbered<'r> = (usize, &'r Rule);

/// What was found of several rules.
#[derive(Default)]
struct Found {
    findings: BTreeMap<usize, Vec<Finding>>,
    levels: BTreeMap<usize, u32>,
}

/// The errors and warnings of the validator, by the number of the rule.
pub(super) fn check_types(
    book: &mut Book,
    schemas: &Schemas,
    of: (&Catalog, &Vocabulary),
) -> BTreeMap<usize, Vec<Finding>> {
    let mut found = Found::default();
    let rules = book.permissions.iter().chain(&book.approvals).enumerate();
    let conditions = rules.filter(|(_, rule)| rule.has_condition());
    let (short, long): (Vec<Numbered<'_>>, Vec<Numbered<'_>>) =
        conditions.partition(|(_, rule)| rule.origin.action().is_some());
    levelled(&Validator::new(schemas.all.clone()), long, of, &mut found);
    let mut wrong = Vec::new();
    for batch in batches(short) {
        let mut own = Found::default();
        let validator = of.1.schema_of(schemas, &names(&batch));
        let Some(validator) = validator.map(Validator::new) else {
            wrong.extend(batch);
            continue;
        };
        levelled(&validator, batch.clone(), of, &mut own);
        let again = batch.into_iter();
        wrong.extend(again.filter(|(number, _)| own.findings.contains_key(number)));
        found.findings.extend(own.findings);
        found.levels.extend(own.levels);
    }
    // A batch has rules of both kinds, and rules are looked up by their number.
    wrong.sort_by_key(|(number, _)| *number);
    wrong.truncate(TOLD);
    if !wrong.is_empty()
        && let Some(all) = of.1.schema_of_all(schemas)
    {
        for (number, _) in &wrong {
            found.findings.remove(number);
            found.levels.remove(number);
        }
        levelled(&Validator::new(all), wrong, of, &mut found);
    }
    let all = book.permissions.iter_mut().chain(&mut book.approvals);
    for (number, rule) in all.enumerate() {
        // Behind a question for the clock types are not followed, and so neither is the depth.
        rule.level = if rule.text.contains("System") {
            LEVELS
        } else {
            found.levels.get(&number).copied().unwrap_or(1)
        };
    }
    found.findings
}

/// The short forms of a few actions each.
fn batches(short: Vec<Numbered<'_>>) -> Vec<Vec<Numbered<'_>>> {
    let mut batches: BTreeMap<usize, Vec<Numbered<'_>>> = BTreeMap::new();
    for (number, rule) in short {
        if let Some(action) = rule.origin.action() {
            let batch: &mut Vec<Numbered<'_>> = batches.entry(action / BATCH).or_default();
            batch.push((number, rule));
        }
    }
    batches.into_values().collect()
}

/// All words of some rules and what they are about: the actions and types that they may name are
/// among them.
fn names(rules: &[Numbered<'_>]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, rule) in rules {
        let words = tokens(&rule.text);
        names.extend(
            words
                .iter()
                .map(|it| it.plain().unwrap_or(it.text).to_owned()),
        );
        if let Scope::In(actions) = &rule.scope {
            names.extend(actions.iter().map(|uid| uid.id().unescaped().to_owned()));
        }
    }
    names
}

/// Checks rules, sorted by their number, each at the least level that is enough for it. Most rules
/// look once; those that look further are tried again, alone, so that few are checked twice.
fn levelled(
    validator: &Validator,
    mut open: Vec<Numbered<'_>>,
    of: (&Catalog, &Vocabulary),
    found: &mut Found,
) {
    for level in 1..=LEVELS {
        let checked = checked(validator, &open, level, of);
        let is_last = level == LEVELS;
        open.retain(|(number, _)| !is_last && checked.too_deep.contains(number));
        for (number, findings) in checked.found {
            if is_last || !checked.too_deep.contains(&number) {
                found.findings.insert(number, findings);
            }
        }
        let deeper = open.iter().map(|(number, _)| (*number, level + 1));
        found.levels.extend(deeper);
        if open.is_empty() {
            return;
        }
    }
}

/// What the validator says of rules at one level.
struct Checked {
    found: BTreeMap<usize, Vec<Finding>>,
    /// The rules that look further into entities.
    too_deep: BTreeSet<usize>,
}

fn checked(
    validator: &Validator,
    rules: &[Numbered<'_>],
    level: u32,
    of: (&Catalog, &Vocabulary),
) -> Checked {
    let mut checked = Checked {
        found: BTreeMap::new(),
        too_deep: BTreeSet::new(),
    };
    let mut set = PolicySet::new();
    for (number, rule) in rules {
        if let Some(policy) = &rule.policy {
            // Numbers are unique, so adding cannot fail.
            let _ = set.add(policy.new_id(PolicyId::new(number.to_string())));
        }
    }
    if set.is_empty() {
        return checked;
    }
    let rule_of = |id: &PolicyId| {
        let number = AsRef::<str>::as_ref(id).parse::<usize>().ok()?;
        let at = rules.binary_search_by_key(&number, |(of, _)| *of).ok()?;
        rules.get(at).copied()
    };
    let found = &mut checked.found;
    let result = validator.validate_with_level(&set, ValidationMode::Strict, level);
    for error in result.validation_errors() {
        if let Some((number, rule)) = rule_of(error.policy_id()) {
            if matches!(error, ValidationError::EntityDerefLevelViolation(_)) {
                checked.too_deep.insert(number);
            }
            let finding = fault::error(error, rule, of);
            found.entry(number).or_default().push(finding);
        }
    }
    for warning in result.validation_warnings() {
        if let Some((number, rule)) = rule_of(warning.policy_id())
            // A rule for the clock alone is never about a person.
            && !rule.text.contains("System::\"expiry\"")
        {
            let finding = unlike::warning(warning, rule, of.1);
            // A rule with a mistake applies to nobody: the mistake is what is wrong.
            let is_broken = rule.broken || found.contains_key(&number);
            if !is_broken || finding.code == &E0105 {
                found.entry(number).or_default().push(finding);
            }
        }
    }
    checked
}
