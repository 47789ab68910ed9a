//! Takes names out of the relations of an entity, as they are written.
//!
//! In: the text of a file, an entity in it and the places of the names. Out: the bytes that go:
//! a key with its value, or elements of a list. Comments stay; where the text is not written as
//! expected, nothing goes.

use std::collections::BTreeSet;

use crate::model::Entity;
use crate::model::entity::Related;
use crate::plan::gone::edit::Cut;
use crate::text::Span;

/// A key with its value, or an element of a list, and whether it goes.
#[derive(Debug, Clone, Copy)]
struct Item {
    start: usize,
    end: usize,
    goes: bool,
}

/// What goes of an entity's text.
pub(super) fn cuts(text: &str, entity: &Entity, spans: &BTreeSet<Span>) -> Option<Vec<Cut>> {
    let at = entity.relations_place.end as usize;
    let mut items = Vec::new();
    let mut cuts = Vec::new();
    let mut whole: Vec<&Related> = Vec::new();
    for related in &entity.relations {
        let all = related.targets.iter();
        let gone = all.clone().filter(|it| spans.contains(&it.span)).count();
        let goes = gone > 0 && gone == related.targets.len();
        let (key, value) = (related.name.span, related.span);
        // What an alias or a merge brings stands elsewhere, and others may mean it.
        let is_here = |span: &Span| span.start >= key.end && span.end <= entity.span.end;
        if gone > 0 && (related.broken || !all.clone().all(|it| is_here(&it.span))) {
            return None;
        }
        if goes {
            whole.push(related);
        } else if gone > 0 {
            cuts.extend(elements(text, related, spans)?);
        }
        items.push(item(key.start, value.end, goes));
    }
    for entry in &entity.null_relations {
        let end = entry.node.span.end.max(entry.key.span.end);
        items.push(item(entry.key.span.start, end, false));
    }
    if whole.is_empty() {
        return Some(cuts);
    }
    items.sort_by_key(|item| item.start);
    let first = items.first()?.start;
    let between = text.get(at..first)?.trim_start();
    let inner = uncommented(between.strip_prefix(':')?);
    if inner.starts_with('{') {
        cuts.extend(of_flow(text, &items)?);
        return Some(cuts);
    }
    if !inner.trim().is_empty() {
        return None;
    }
    for related in whole {
        cuts.extend(of_block(text, related, spans)?);
    }
    Some(cuts)
}

fn item(start: u32, end: u32, goes: bool) -> Item {
    Item {
        start: start as usize,
        end: end as usize,
        goes,
    }
}

/// What stands behind blanks, line ends and comments.
fn uncommented(text: &str) -> &str {
    let text = text.trim_start();
    match text.strip_prefix('#') {
        Some(comment) => uncommented(comment.split_once('\n').map_or("", |(_, rest)| rest)),
        None => text,
    }
}

/// Some elements of a list.
fn elements(text: &str, related: &Related, spans: &BTreeSet<Span>) -> Option<Vec<Cut>> {
    let list = text.get(related.span.start as usize..)?;
    if list.starts_with('[') {
        let item = |span: Span| item(span.start, span.end, spans.contains(&span));
        let items: Vec<Item> = related.targets.iter().map(|it| item(it.span)).collect();
        return of_flow(text, &items);
    }
    let gone = related.targets.iter().map(|target| target.span);
    let gone = gone.filter(|span| spans.contains(span));
    gone.map(|span| element_line(text, span)).collect()
}

/// The key of a block mapping with all of its value.
fn of_block(text: &str, related: &Related, spans: &BTreeSet<Span>) -> Option<Vec<Cut>> {
    let key = related.name.span;
    let (start, end) = (key.start as usize, related.span.end as usize);
    let behind = text.get(key.end as usize..)?;
    let colon = key.end as usize + behind.find(':')?;
    if !text.get(key.end as usize..colon)?.trim().is_empty() {
        return None;
    }
    let value = text.get(related.span.start as usize..end)?;
    if related.is_list && value.starts_with('-') {
        let mut cuts = vec![line(text, start, colon + 1)?];
        for target in related.targets.iter().filter(|it| spans.contains(&it.span)) {
            cuts.push(element_line(text, target.span)?);
        }
        return Some(cuts);
    }
    let inside = text.get(colon + 1..end)?;
    if inside.contains('\n') && (inside.contains('#') || !value.starts_with('[')) {
        return None;
    }
    Some(vec![line(text, start, end)?])
}

/// An element of a block list, with its dash.
fn element_line(text: &str, span: Span) -> Option<Cut> {
    let (start, end) = (span.start as usize, span.end as usize);
    if text.get(start..end)?.contains('\n') {
        return None;
    }
    let before = text.get(..start)?;
    let dash = before.trim_end_matches(' ').strip_suffix('-')?.len();
    line(text, dash, end)
}

/// All of the line in which `from..to` stands alone, or only that where a comment is behind it.
fn line(text: &str, from: usize, to: usize) -> Option<Cut> {
    let start = text.get(..from)?.rfind('\n').map_or(0, |end| end + 1);
    let rest = text.get(to..)?;
    let end = rest.find('\n').map_or(text.len(), |end| to + end + 1);
    let rest = text.get(to..end)?;
    let is_alone = text.get(start..from)?.chars().all(|c| c == ' ');
    if !is_alone {
        return None;
    }
    match rest.trim() {
        "" => Some(start..end),
        comment if comment.starts_with('#') => Some(from..to + rest.find('#')?),
        _ => None,
    }
}

/// Some of what stands between braces or brackets, in the order of the text.
fn of_flow(text: &str, items: &[Item]) -> Option<Vec<Cut>> {
    let separator = |from: usize, to: usize| -> Option<&str> {
        let between = text.get(from..to)?;
        let comma = uncommented(between).strip_prefix(',')?;
        uncommented(comma).is_empty().then_some(between)
    };
    let last_kept = items.iter().rposition(|item| !item.goes);
    let (kept, tail) = items.split_at(last_kept.map_or(0, |last| last + 1));
    let mut cuts = Vec::new();
    for pair in kept.windows(2) {
        let [item, next] = pair else { continue };
        let between = separator(item.end, next.start)?;
        if !item.goes {
            continue;
        }
        let end = if between.contains('#') {
            item.end + between.split('#').next()?.find(',')? + 1
        } else {
            next.start
        };
        cuts.push(item.start..end);
    }
    let (Some(first), Some(last)) = (tail.first(), tail.last()) else {
        return Some(cuts);
    };
    let starts = kept.last().into_iter().chain(tail);
    for (item, next) in starts.zip(tail.iter().skip(usize::from(kept.is_empty()))) {
        if separator(item.end, next.start)?.contains('#') {
            return None;
        }
    }
    let behind = text.get(last.end..)?;
    let comma = behind
        .trim_start()
        .strip_prefix(',')
        .map(|rest| text.len() - rest.len());
    cuts.push(match kept.last() {
        Some(kept) => kept.end..last.end,
        // A comma may stand behind the last, and none where there is no element.
        None => first.start..comma.unwrap_or(last.end),
    });
    Some(cuts)
}
