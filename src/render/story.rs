//! The drawings of the product's surface, compared character by character.

use super::cast::{approved, pr_412, without_deployment};
use super::{Color, Detail, View, findings, gate_text, plan_markdown, plan_text};

use crate::finding::Finding;
use crate::finding::codes::{E0204, E0301, E0302, E0403};
use crate::source::Snapshot;
use crate::source::memory::snapshot;
use crate::text::Span;

use super::{Summary, Unshown};

pub(super) const PLAIN: View<'static> = View {
    detail: Detail::Normal,
    color: Color::Off,
    stale: None,
};

fn lines(numbered: &[(usize, &str)]) -> String {
    let last = numbered.iter().map(|(n, _)| *n).max().unwrap();
    let mut all = vec![""; last];
    for (n, text) in numbered {
        all[n - 1] = text;
    }
    all.join("\n") + "\n"
}

fn catalog() -> Snapshot {
    snapshot([
        (
            "catalog/actions/change_replicas.yaml",
            lines(&[
                (
                    8,
                    "  properties: {replicas: {type: integer, minimum: 1, maximum: 50}}",
                ),
                (14, "    when: context.inputs.replicas <= \"20\""),
            ]),
        ),
        (
            "catalog/entities/orders/cart-service.yaml",
            lines(&[(5, "  type: microservice")]),
        ),
        (
            "catalog/blueprints/component.yaml",
            lines(&[(6, "    type: {type: string, enum: [service, library]}")]),
        ),
        (
            "catalog/entities/orders/products-service.yaml",
            lines(&[(8, "  consumesApi: [CartApi]")]),
        ),
        (
            "catalog/entities/orders/cart-api.yaml",
            "identifier: CartAPI\n".to_owned(),
        ),
        (
            "catalog/entities/payments/core-payment.yaml",
            "identifier: CorePaymentLibrary\n".to_owned(),
        ),
        (
            "catalog/entities/orders/libraries.yaml",
            lines(&[(7, "identifier: CorePaymentLibrary")]),
        ),
    ])
}

fn at(files: &Snapshot, path: &str, text: &str) -> Span {
    let file = files.find(path).unwrap();
    let start = files.text(file).find(text).unwrap();
    let start = u32::try_from(start).unwrap();
    Span::new(file, start, start + u32::try_from(text.len()).unwrap())
}

fn four(files: &Snapshot) -> Vec<Finding> {
    let replicas = "catalog/actions/change_replicas.yaml";
    let service = "catalog/entities/orders/cart-service.yaml";
    let products = "catalog/entities/orders/products-service.yaml";
    let payment = "catalog/entities/payments/core-payment.yaml";
    let [enumeration, api, libraries] = [
        ("catalog/blueprints/component.yaml", "[service"),
        ("catalog/entities/orders/cart-api.yaml", "CartAPI"),
        (
            "catalog/entities/orders/libraries.yaml",
            "CorePaymentLibrary",
        ),
    ]
    .map(|(path, text)| at(files, path, text));
    vec![
        Finding::new(
            &E0403,
            at(files, replicas, "\"20\""),
            "an integer is compared with a string",
        )
        .label("a string")
        .related(at(files, replicas, "integer"), "`replicas` is an integer")
        .help("write 20 without quotes"),
        Finding::new(
            &E0204,
            at(files, service, "microservice"),
            "`microservice` is not a `type` of Component",
        )
        .label_see("not in the list of", enumeration)
        .help("write `service` or `library`"),
        Finding::new(
            &E0301,
            at(files, products, "CartApi"),
            "no API is called `CartApi`",
        )
        .label("not found")
        .related(api, "the nearest name")
        .help("did you mean `CartAPI`? `catalogc check --fix` writes it"),
        Finding::new(
            &E0302,
            at(files, payment, "CorePaymentLibrary"),
            "Component `CorePaymentLibrary` is defined twice",
        )
        .label("second")
        .related(libraries, "first")
        .help("delete one of the two, or give one another identifier"),
    ]
}

/// Two texts, or the first line in which they differ.
fn same(drawn: &str, expected: &str) {
    for (n, (a, b)) in drawn.lines().zip(expected.lines()).enumerate() {
        assert_eq!(a, b, "line {}", n + 1);
    }
    assert_eq!(drawn, expected);
}

pub(super) const SUMMARY: Summary = Summary {
    files: 41,
    entities: 38,
    blueprints: 8,
    relations: 60,
    actions: 14,
    policies: 6,
    unshown: Unshown {
        baselined: 0,
        baseline: String::new(),
        expiring: 0,
        first_day: String::new(),
        off: 0,
        off_by: Vec::new(),
        older: 0,
        since: String::new(),
        counted: 0,
        secrets: Vec::new(),
    },
};

#[test]
fn findings_look_as_they_were_drawn() {
    let files = catalog();
    let drawn = findings(&files, &four(&files), Color::Off, &SUMMARY);
    same(&drawn, include_str!("../../fixtures/render/check.txt"));
    same(
        &findings(&files, &[], Color::Off, &SUMMARY),
        "ok: 38 entities of 8 blueprints, 14 actions and 6 policies in 41 files, nothing found\n",
    );
}

#[test]
fn a_plan_looks_as_it_was_drawn() {
    same(
        &plan_text(&pr_412(), &PLAIN),
        include_str!("../../fixtures/render/plan.txt"),
    );
}

#[test]
fn a_full_step_looks_as_it_was_drawn() {
    let view = View {
        detail: Detail::Full,
        ..PLAIN
    };
    let drawn = plan_text(&pr_412(), &view);
    let from = drawn.find("~ 2 change_replicas").unwrap();
    let to = drawn.find("> 4 restart_service").unwrap();
    same(
        &drawn[from..to],
        include_str!("../../fixtures/render/full.txt"),
    );
    assert!(
        drawn.ends_with(
            "next: take step 5 out, or let somebody ask who may; then sam and ada approve\n"
        ),
        "{drawn}"
    );
}

#[test]
fn a_short_plan_looks_as_it_was_drawn() {
    let view = View {
        detail: Detail::Short,
        ..PLAIN
    };
    same(
        &plan_text(&without_deployment(), &view),
        include_str!("../../fixtures/render/short.txt"),
    );
}

#[test]
fn a_gate_looks_as_it_was_drawn() {
    same(
        &gate_text(&approved(&[("ada", "c2d9a10")]), Color::Off),
        include_str!("../../fixtures/render/gate-needs.txt"),
    );
    same(
        &gate_text(
            &approved(&[("ada", "c2d9a10"), ("sam", "77ab3c0")]),
            Color::Off,
        ),
        include_str!("../../fixtures/render/gate-allowed.txt"),
    );
}

#[test]
fn a_comment_looks_as_it_was_drawn() {
    same(
        &plan_markdown(&pr_412()),
        include_str!("../../fixtures/render/comment.md"),
    );
}
