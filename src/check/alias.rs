//! Findings about values that aliases name: told once, where the value is written, with the place
//! where it is used.
//!
//! In: the aliases of the catalog and sorted findings. Out: the findings, each with the first
//! alias of the innermost anchored value that it stands in.

use std::cmp::Reverse;

use crate::finding::Finding;
use crate::syntax::Alias;
use crate::text::Span;

/// Names the alias of each finding that stands in a value with an anchor.
pub(super) fn name(aliases: &[Alias], findings: &mut [Finding]) {
    if aliases.is_empty() {
        return;
    }
    let mut used: Vec<&Alias> = aliases.iter().collect();
    used.sort_by_key(|alias| {
        (
            alias.node.file,
            alias.node.start,
            Reverse(alias.node.end),
            alias.span,
        )
    });
    let mut next = used.into_iter().peekable();
    // The anchored values that are open at the finding, the innermost last.
    let mut open: Vec<(Span, Span, u32)> = Vec::new();
    for finding in findings {
        let here = finding.span;
        while let Some(alias) =
            next.next_if(|alias| (alias.node.file, alias.node.start) <= (here.file, here.start))
        {
            match open.last_mut() {
                Some((node, _, count)) if *node == alias.node => *count += alias.times,
                _ => {
                    open.retain(|(node, ..)| node.covers(alias.node));
                    open.push((alias.node, alias.span, alias.times));
                }
            }
        }
        open.retain(|(node, ..)| node.file == here.file && node.end > here.start);
        let Some((_, span, count)) = open.last().filter(|(node, ..)| node.covers(here)) else {
            continue;
        };
        let label = match count {
            1 => "used here through an alias".to_owned(),
            2 => "used here through an alias, and once more".to_owned(),
            n => format!("used here through an alias, and {} times more", n - 1),
        };
        finding
            .related
            .push(crate::finding::Related { span: *span, label });
    }
}

#[cfg(test)]
mod tests {
    use super::name;
    use crate::finding::Finding;
    use crate::finding::codes::E0203;
    use crate::syntax::Alias;
    use crate::text::{FileId, Span};

    fn span(start: u32, end: u32) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn the_innermost_anchored_value_names_its_first_alias() {
        let alias = |at, node| Alias {
            span: span(at, at + 2),
            node,
            times: 1,
        };
        let (outer, inner) = (span(10, 40), span(20, 30));
        let aliases = [
            alias(60, outer),
            alias(70, inner),
            alias(50, inner),
            alias(80, span(41, 45)),
        ];
        let mut findings: Vec<Finding> = [5, 12, 22, 32, 42, 50]
            .into_iter()
            .map(|at| Finding::new(&E0203, span(at, at + 1), "x"))
            .collect();
        name(&aliases, &mut findings);
        let told: Vec<Option<(u32, &str)>> = findings
            .iter()
            .map(|f| f.related.first().map(|r| (r.span.start, r.label.as_str())))
            .collect();
        assert_eq!(
            told,
            [
                None,
                Some((60, "used here through an alias")),
                Some((50, "used here through an alias, and once more")),
                Some((60, "used here through an alias")),
                Some((80, "used here through an alias")),
                None,
            ]
        );
    }
}
