//! The merge of three texts.
//!
//! In: a text as it was and as two sides made it. Out: the text with both changes, or nothing
//! where that cannot be foreseen. Knows no git: no attribute, driver or setting has a say.

use rustc_hash::FxHashSet;
use similar::Algorithm;
use similar::MergeResolution;
use similar::TextMerge;
use similar::TextMergeConfig;

/// Lines, of two texts together, whose comparison ends within a second at worst.
const LINES: usize = 100_000;

/// `base` with the changes of `ours` and of `theirs`, where these do not meet.
///
/// What a forge will make of the same three texts is its own business, so this is a
/// prediction, and it is made only where three algorithms agree.
pub(crate) fn merge_texts(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    if ![base, ours, theirs].into_iter().all(is_text)
        || differing_lines(base, ours) > LINES
        || differing_lines(base, theirs) > LINES
    {
        return None;
    }
    let merge = |algorithm| {
        let merge = TextMergeConfig::new()
            .algorithm(algorithm)
            .merge_lines(base, ours, theirs);
        written(&merge)
    };
    let merged = merge(Algorithm::Patience)?;
    let agrees = |algorithm| merge(algorithm).as_ref() == Some(&merged);
    (agrees(Algorithm::Myers) && agrees(Algorithm::Histogram)).then_some(merged)
}

/// The text of a merge without conflicts, not even ones that another comparison could find.
///
/// One of three equal lines was removed: which one is a matter of taste, and git's may touch
/// what the other side did. So between changes of different sides there must be an anchor, a
/// line that each text has once.
fn written(merge: &TextMerge<'_, '_, '_, [u8]>) -> Option<Vec<u8>> {
    let anchors = anchors(merge);
    let mut merged = Vec::new();
    let mut last = MergeResolution::Unchanged;
    let mut is_anchored = true;
    for region in merge.regions() {
        let resolution = region.resolution();
        let is_theirs = match resolution {
            MergeResolution::Theirs => true,
            MergeResolution::Unchanged | MergeResolution::Ours | MergeResolution::Both => false,
            _ => return None,
        };
        let lines = if is_theirs {
            region.theirs_range()
        } else {
            region.ours_range()
        };
        for at in lines {
            let line = if is_theirs {
                merge.theirs_line(at)?
            } else {
                merge.ours_line(at)?
            };
            merged.extend_from_slice(line);
            is_anchored |= resolution == MergeResolution::Unchanged && anchors.contains(line);
        }
        if resolution != MergeResolution::Unchanged {
            if last != resolution && !is_anchored {
                return None;
            }
            (last, is_anchored) = (resolution, false);
        }
    }
    Some(merged)
}

/// The lines that each of the three texts has once.
fn anchors<'a>(merge: &'a TextMerge<'_, '_, '_, [u8]>) -> FxHashSet<&'a [u8]> {
    let base = once((0..merge.base_len()).filter_map(|at| merge.base_line(at)));
    let ours = once((0..merge.ours_len()).filter_map(|at| merge.ours_line(at)));
    let theirs = once((0..merge.theirs_len()).filter_map(|at| merge.theirs_line(at)));
    let both = |line: &&[u8]| ours.contains(*line) && theirs.contains(*line);
    base.into_iter().filter(both).collect()
}

fn once<'a>(lines: impl Iterator<Item = &'a [u8]>) -> FxHashSet<&'a [u8]> {
    let (mut once, mut seen) = (FxHashSet::default(), FxHashSet::default());
    for line in lines {
        if seen.insert(line) {
            once.insert(line);
        } else {
            once.remove(line);
        }
    }
    once
}

/// Whether git and the library see the same lines in `bytes`: for git a carriage return alone
/// ends none.
fn is_text(bytes: &[u8]) -> bool {
    let mut returns = bytes.split(|byte| *byte == b'\r').skip(1);
    !bytes.contains(&0) && returns.all(|after| after.first() == Some(&b'\n'))
}

/// How many lines both texts have, those left aside that both begin and end with.
fn differing_lines(one: &[u8], other: &[u8]) -> usize {
    let mut one: Vec<&[u8]> = one.split(|byte| *byte == b'\n').collect();
    let mut other: Vec<&[u8]> = other.split(|byte| *byte == b'\n').collect();
    while one.last().is_some_and(|line| other.last() == Some(line)) {
        one.pop();
        other.pop();
    }
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    one.len() + other.len() - 2 * same
}

#[cfg(test)]
mod tests {
    use super::merge_texts;

    fn merged(base: &str, ours: &str, theirs: &str) -> Option<String> {
        merge_texts(base.as_bytes(), ours.as_bytes(), theirs.as_bytes())
            .map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn changes_of_different_lines_meet_in_one_text() {
        let merged = merged(
            "a: 1\nb: 2\nc: 3\n",
            "a: 9\nb: 2\nc: 3\n",
            "a: 1\nb: 2\nc: 7\n",
        );
        assert_eq!(merged.as_deref(), Some("a: 9\nb: 2\nc: 7\n"));
    }

    #[test]
    fn changes_of_one_line_are_a_conflict() {
        assert_eq!(merged("a: 1\n", "a: 2\n", "a: 3\n"), None);
    }

    #[test]
    fn the_same_change_on_both_sides_is_none() {
        assert_eq!(
            merged("a: 1\n", "a: 2\n", "a: 2\n").as_deref(),
            Some("a: 2\n")
        );
    }

    #[test]
    fn a_change_that_could_stand_beside_the_other_one_is_a_conflict() {
        let base = "a\nb\nx\nx\nx\nc\nd\n";
        assert_eq!(
            merged(base, "a\nb\nx\nx\nc\nd\n", "a\nb\nx\nx\nx\nC\nd\n"),
            None
        );
        assert_eq!(
            merged(base, "a\nb\nx\nx\nc\nd\n", "A\nb\nx\nx\nx\nc\nd\n").as_deref(),
            Some("A\nb\nx\nx\nc\nd\n")
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_never_merged() {
        assert_eq!(merged("a\0\nb\nc\n", "x\0\nb\nc\n", "a\0\nb\nz\n"), None);
    }

    #[test]
    fn a_carriage_return_alone_ends_no_line() {
        assert_eq!(merged("a\rb\rc\n", "x\rb\rc\n", "a\rb\rz\n"), None);
        let crlf = merged("a\r\nb\r\nc\r\n", "x\r\nb\r\nc\r\n", "a\r\nb\r\nz\r\n");
        assert_eq!(crlf.as_deref(), Some("x\r\nb\r\nz\r\n"));
    }

    #[test]
    fn texts_that_would_take_too_long_are_never_merged() {
        let numbers = |from: usize| -> String {
            (from..from + 60_000).fold(String::new(), |text, n| text + &n.to_string() + "\n")
        };
        assert_eq!(merged(&numbers(0), &numbers(70_000), &numbers(0)), None);
    }
}
