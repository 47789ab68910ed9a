//! What a changed file of policies says otherwise: the lines that differ.
//!
//! In: a file of policies on both sides, and which values are secret. Out: a change for each line.
//! Of a condition that names what is marked as secret the form stays and the literals go; a line
//! of which only a part of such a piece stands is hidden whole.

use std::ops::Range;

use serde_json::Value as Json;

use crate::compile::Compiled;
use crate::plan::definition::marked::is_policy_of_secrets;
use crate::plan::diff::Side;
use crate::plan::file::Change;
use crate::plan::mask::Masks;
use crate::plan::value::States;
use crate::policy::telling;
use crate::source::difference::replaced;
use crate::text::{FileId, Span};

/// The lines of a file of policies that differ, each a change of its own.
pub(super) fn lines(states: &States<'_>, masks: &Masks<'_>, path: &str) -> Vec<Change> {
    let sides = [states.before, states.after].map(|side| file(side, path));
    let [Some((_, old)), Some((file, new))] = sides else {
        return Vec::new();
    };
    let [before, after] = [old, new].map(|text| shown(states, masks, text));
    // Where each line of the result begins.
    let starts = new.split_inclusive('\n').scan(0_u32, |at, line| {
        let start = *at;
        *at = at.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
        Some(start)
    });
    let starts: Vec<u32> = starts.collect();
    let mut changes = Vec::new();
    for (was, is) in replaced(old, new) {
        for n in 0..was.len().max(is.len()) {
            let line = |all: &[String], lines: &Range<usize>| {
                let at = lines.start + n;
                let line = all.get(at).filter(|_| lines.contains(&at));
                line.map(|line| Json::from(line.as_str()))
            };
            let number = is.start + n.min(is.len().saturating_sub(1));
            let start = starts.get(number).or(starts.last()).copied().unwrap_or(0);
            changes.push(Change {
                path: format!("line {}", number + 1),
                before: line(&before, &was),
                after: line(&after, &is),
                place: states.place(Side::After, Span::new(file, start, start)),
            });
        }
    }
    changes
}

/// Whether a file of policies says on either side what is hidden.
pub(super) fn has_hidden(states: &States<'_>, path: &str) -> bool {
    let sides = [states.before, states.after].into_iter();
    let mut files = sides.filter_map(|side| file(side, path));
    files.any(|(_, text)| !told(states, text).is_empty())
}

fn file<'c>(compiled: &'c Compiled, path: &str) -> Option<(FileId, &'c str)> {
    let file = compiled.snapshot.find(path)?;
    Some((file, compiled.snapshot.text(file)))
}

/// The bytes of a text that are hidden.
fn told(states: &States<'_>, text: &str) -> Vec<Range<usize>> {
    telling(text, &|piece| is_policy_of_secrets(states.secrecy(), piece))
}

/// The lines of a text as they are shown.
fn shown(states: &States<'_>, masks: &Masks<'_>, text: &str) -> Vec<String> {
    let told = told(states, text);
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let from = told.partition_point(|it| it.end <= start);
        let parts = told.get(from..).unwrap_or_default().iter();
        let parts: Vec<&Range<usize>> = parts.take_while(|it| it.start < end).collect();
        let line = line.trim_end();
        // The rest of what goes on in another line could not be told from what may be shown.
        let goes_on = |it: &&&Range<usize>| it.start < start || it.end > start + line.len();
        if parts.iter().any(|it| goes_on(&it)) {
            lines.push(masks.text(line));
        } else {
            let mut line = line.to_owned();
            for part in parts.into_iter().rev() {
                let own = part.start - start..part.end - start;
                let mask = line.get(own.clone()).map(|it| masks.text(it));
                line.replace_range(own, mask.as_deref().unwrap_or("***"));
            }
            lines.push(line);
        }
        start = end;
    }
    lines
}
