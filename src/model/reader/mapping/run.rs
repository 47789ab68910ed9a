//! The rules of a mapping on one document: which elements it has, and what they become.
//!
//! In: rules and a foreign tree. Out: native entities, and whether all of the document could be
//! understood. Of a document that ends in a mistake nothing is said but what stands before it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::Mapped;
use super::Understood;
use super::entity;
use super::failure::Failures;
use super::formula::{Formula, Found};
use super::input::{ITEM, Input, PARENT};
use super::rule::Rule;
use crate::expression::Problem;
use crate::finding::Finding;
use crate::finding::codes::{E0005, E0243};
use crate::model::reader::tree;
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::syntax::Node;
use crate::syntax::Value;
use crate::text::Span;

/// Makes the entities of a document; says how much of it could be understood.
pub(super) fn run(
    rules: &[Rule],
    path: &str,
    (document, documents): (&Document, usize),
    made: &mut Vec<Mapped>,
    findings: &mut Vec<Finding>,
) -> Understood {
    let before = made.len();
    let place = first_key(&document.root);
    let mut run = Run {
        input: Input::new(&document.root, path, documents),
        failures: Failures::default(),
        place,
        made,
        is_complete: document.complete,
        is_missing: false,
        is_lossy: false,
    };
    let mut lossy = BTreeSet::new();
    for (n, rule) in rules.iter().enumerate() {
        run.is_lossy = false;
        run.rule(rule);
        lossy.extend(run.is_lossy.then_some(n));
    }
    let Run {
        input,
        failures,
        is_missing,
        made,
        ..
    } = run;
    if let Some(what) = input.budget.spent() {
        findings.push(
            Finding::new(&E0005, place, format!("the rules of the mapping {what}"))
                .label("this file")
                .help("let the expressions look at less of the file, or split the file"),
        );
        return Understood::Nothing;
    }
    if !document.complete {
        return Understood::Nothing;
    }
    let is_understood = failures.count() == 0;
    if is_understood && is_missing && made.len() == before {
        findings.push(finds_nothing(place));
    }
    findings.extend(failures.finish());
    if is_understood {
        Understood::All
    } else {
        Understood::Without(lossy)
    }
}

/// The finding that a file has nothing for its mapping.
pub(in crate::model) fn finds_nothing(place: Span) -> Finding {
    Finding::new(&E0243, place, "no rule of the mapping finds anything here")
        .label("nothing that the rules look for")
        .help("name fewer files in `glob`, or say in `selector` which files a rule is for")
}

/// The first key or element of a value, which stands for all of it.
fn first_key(node: &Node) -> Span {
    match &node.value {
        Value::Mapping(entries) => entries.first().map_or(node.span, |entry| entry.key.span),
        Value::Sequence(nodes) => nodes.first().map_or(node.span, first_key),
        _ => node.span,
    }
}

/// An element before it is looked at.
struct Element {
    node: Node,
    place: Span,
}

/// The rules at work on one document.
pub(super) struct Run<'d, 'm> {
    pub(super) input: Input<'d>,
    pub(super) failures: Failures,
    /// What stands for the element that is looked at.
    pub(super) place: Span,
    pub(super) made: &'m mut Vec<Mapped>,
    pub(super) is_complete: bool,
    /// Whether a rule looked for elements where there is nothing at all.
    is_missing: bool,
    /// Whether the rule at hand may have made fewer entities than it means.
    is_lossy: bool,
}

impl Run<'_, '_> {
    fn rule(&mut self, rule: &Rule) {
        if rule.is_void || self.input.budget.spent().is_some() {
            return;
        }
        self.input.begin(rule.levels());
        let selector = rule.selector.as_ref();
        let is_of_file = |formula: &&Formula| !formula.reads(ITEM) && !formula.reads(PARENT);
        // What asks nothing of the elements is asked once, before they are looked for.
        let (first, each) = match selector {
            Some(formula) if rule.items.is_empty() || is_of_file(&formula) => (selector, None),
            _ => (None, selector),
        };
        if first.is_none_or(|formula| self.selects(formula)) {
            self.level(rule, &rule.items, each);
        }
    }

    /// Goes down the lists that are left; below the last stand the elements.
    fn level(&mut self, rule: &Rule, items: &[Formula], selector: Option<&Formula>) {
        self.input.budget.step();
        if self.input.budget.spent().is_some() {
            return;
        }
        if let Some((formula, rest)) = items.split_first() {
            let is_first = rest.len() + 1 == rule.items.len();
            let elements = self.elements(formula);
            self.is_missing |= is_first && elements.is_none();
            self.descend(rule, elements, rest, selector);
            return;
        }
        if selector.is_none_or(|formula| self.selects(formula)) {
            self.is_lossy |= !entity::make(self, rule);
        }
        if let Some(formula) = &rule.recurse {
            let elements = self.elements(formula);
            self.descend(rule, elements, items, selector);
        }
    }

    fn descend(
        &mut self,
        rule: &Rule,
        elements: Option<Vec<Element>>,
        rest: &[Formula],
        selector: Option<&Formula>,
    ) {
        let elements = elements.unwrap_or_default();
        if elements.is_empty() {
            return;
        }
        let (outer, place) = (self.input.down(), self.place);
        for element in elements {
            self.input.set_item(element.node);
            self.place = element.place;
            self.level(rule, rest, selector);
        }
        self.place = place;
        self.input.up(outer);
    }

    /// The elements that an expression leads to; `None` where nothing is there.
    fn elements(&mut self, formula: &Formula) -> Option<Vec<Element>> {
        let failures = self.failures.count();
        let elements = self.list(formula);
        self.is_lossy |= self.failures.count() > failures;
        elements
    }

    fn list(&mut self, formula: &Formula) -> Option<Vec<Element>> {
        let element = |node: Node| Element {
            place: first_key(&node),
            node,
        };
        match self.value(formula, "itemsToParse")? {
            Found::Nothing => None,
            Found::Entries(entries) => Some(entries.into_iter().map(of_entry).collect()),
            Found::Written(node) => match node.value {
                Value::Sequence(nodes) => Some(nodes.iter().cloned().map(element).collect()),
                Value::Mapping(_) => {
                    let help = "write `| to_entries` behind it: `.item.key` and `.item.value`";
                    self.refuse(
                        formula,
                        "gives a mapping, not a list",
                        Some(help.to_owned()),
                    );
                    Some(Vec::new())
                }
                _ => {
                    let message = format!("gives {}, not a list", node.type_words());
                    self.refuse(formula, &message, None);
                    Some(Vec::new())
                }
            },
            Found::Made(Json::Array(items)) => {
                let place = self.place;
                let element = |item: &Json| Element {
                    node: tree::value(item, place),
                    place,
                };
                Some(items.iter().map(element).collect())
            }
            Found::Made(_) => {
                self.refuse(formula, "gives something that is not a list", None);
                Some(Vec::new())
            }
        }
    }

    fn selects(&mut self, formula: &Formula) -> bool {
        let answer = match self.value(formula, "query") {
            Some(Found::Made(Json::Bool(answer))) => Some(answer),
            Some(Found::Written(node)) => match node.value {
                Value::Bool(answer) => Some(answer),
                _ => None,
            },
            Some(_) => None,
            None => {
                self.is_lossy = true;
                return false;
            }
        };
        if answer.is_none() {
            self.is_lossy = true;
            let help = "let it give true or false for every element, as `.kind == \"service\"`";
            self.refuse(formula, "is neither true nor false", Some(help.to_owned()));
        }
        answer.unwrap_or(false)
    }

    /// What an expression gives for the element; `None` where it fails, which is said.
    pub(super) fn value(&mut self, formula: &Formula, what: &str) -> Option<Found> {
        match formula.value(&mut self.input, self.place) {
            Ok(found) => Some(found),
            Err(Problem { message, help, .. }) => {
                self.fail(
                    formula,
                    format!("`{what}` fails: {message}"),
                    help.map(String::from),
                );
                None
            }
        }
    }

    /// Says that what an expression gives is of no use.
    pub(super) fn refuse(&mut self, formula: &Formula, why: &str, help: Option<String>) {
        let source = formula.written.value.trim();
        let short: String = source.chars().take(60).collect();
        let dots = if short.len() < source.len() { ".." } else { "" };
        self.fail(formula, format!("`{short}{dots}` {why}"), help);
    }

    fn fail(&mut self, formula: &Formula, message: String, help: Option<String>) {
        if self.is_complete {
            self.failures
                .add(self.place, formula.written.span, message, help);
        }
    }
}

/// The entry of a mapping as jq has it: `{key, value}`.
fn of_entry(entry: Entry) -> Element {
    let place = entry.key.span;
    let end = entry.node.span.end.max(place.end);
    let key = tree::entry("key", place, tree::text(&entry.key.value, place));
    let value = tree::entry("value", place, entry.node);
    Element {
        node: tree::mapping(Span::new(place.file, place.start, end), vec![key, value]),
        place,
    }
}
