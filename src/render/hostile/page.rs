//! A hostile string in every field of a page, and in what only a page and a comment tell.

use std::collections::BTreeSet;

use crate::plan::file::PlanFile;
use crate::plan::file::graph::{Edge, Graph, Node, There, Touched};
use crate::plan::file::since::{Changed, Earlier, Since, Voided};
use crate::text::is_hidden;

use super::super::plan_html;
use super::{HOSTILE, Keys, infected, plans};

fn earlier() -> Earlier {
    Earlier {
        number: 1,
        action: "deploy".to_owned(),
        blueprint: "Service".to_owned(),
        entity: "A".to_owned(),
    }
}

pub(super) fn graph() -> Graph {
    let node = |touched| Node {
        blueprint: "Service".to_owned(),
        entity: "A".to_owned(),
        touched,
        steps: vec![1],
    };
    Graph {
        nodes: [Touched::Steps, Touched::Values, Touched::Neighbour]
            .map(node)
            .to_vec(),
        edges: vec![Edge {
            from: 0,
            to: 2,
            relation: "owner".to_owned(),
            there: There::New,
        }],
        left_out: 1,
    }
}

/// What changed since an earlier plan, with something of every kind.
pub(super) fn since(plan: &PlanFile) -> Since {
    Since {
        plan: "p".to_owned(),
        head: plan.head.clone(),
        new: vec![1],
        gone: vec![earlier()],
        changed: vec![Changed {
            number: 2,
            before: 1,
            what: vec!["its inputs".to_owned()],
        }],
        same: 3,
        voided: vec![Voided {
            login: "ada".to_owned(),
            commit: "c".to_owned(),
            of: earlier(),
            why: "the step is gone".to_owned(),
        }],
    }
}

/// The names of the tags of a page, in order.
fn tags(page: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
    let tags = page.split('<').skip(1);
    tags.map(|tag| {
        tag.trim_start_matches('/')
            .split(ends)
            .next()
            .unwrap_or_default()
    })
    .collect()
}

#[test]
fn no_text_of_a_plan_is_markup_or_an_address_in_a_page() {
    for plan in plans() {
        let plain = infected(&plan, "x", Keys::Infected);
        let expected = plan_html(&plain);
        for with in HOSTILE {
            let page = plan_html(&infected(&plan, with, Keys::Infected));
            assert_eq!(tags(&page).len(), tags(&expected).len(), "{with}");
            let ours: BTreeSet<&str> = tags(&expected).into_iter().collect();
            let other = tags(&page).into_iter().find(|tag| !ours.contains(tag));
            assert_eq!(other, None, "{with}");
            assert!(!page.contains(|c| is_hidden(c) && c != '\n'), "{with}");
            for (at, _) in page.match_indices("href=\"") {
                assert_eq!(page.get(at + 6..at + 7), Some("#"), "{with}");
            }
        }
    }
}
