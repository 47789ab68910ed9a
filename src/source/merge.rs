//! The merge of three texts.
//!
//! In: a text as it was and as two sides made it. Out: the text with both changes, or nothing
//! where that cannot be foreseen. Knows no git: no attribute, driver or setting has a say.

use std::ops::Range;

use similar::Algorithm;
use similar::MergeRegion;
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

/// The text of a merge without conflicts, not even ones that a change's place could hide.
fn written(merge: &TextMerge<'_, '_, '_, [u8]>) -> Option<Vec<u8>> {
    let mut merged = Vec::new();
    let mut last: Option<(MergeResolution, usize)> = None;
    for region in merge.regions() {
        let resolution = region.resolution();
        match resolution {
            MergeResolution::Theirs => {
                for at in region.theirs_range() {
                    merged.extend_from_slice(merge.theirs_line(at)?);
                }
            }
            MergeResolution::Unchanged | MergeResolution::Ours | MergeResolution::Both => {
                for at in region.ours_range() {
                    merged.extend_from_slice(merge.ours_line(at)?);
                }
            }
            _ => return None,
        }
        if resolution == MergeResolution::Unchanged {
            continue;
        }
        let reach = reach(merge, region);
        if last.is_some_and(|(other, end)| other != resolution && end >= reach.start) {
            return None;
        }
        last = Some((resolution, reach.end));
    }
    Some(merged)
}

/// The lines of the base over which a change may be said to stand. One of three equal lines
/// was removed: which one is a matter of taste, and git's may touch what the other side did.
fn reach(merge: &TextMerge<'_, '_, '_, [u8]>, region: &MergeRegion) -> Range<usize> {
    let base = slides(region.base_range(), merge.base_len(), |at| {
        merge.base_line(at)
    });
    let ours = slides(region.ours_range(), merge.ours_len(), |at| {
        merge.ours_line(at)
    });
    let theirs = slides(region.theirs_range(), merge.theirs_len(), |at| {
        merge.theirs_line(at)
    });
    let (up, down) = match region.resolution() {
        MergeResolution::Ours => (base.0.max(ours.0), base.1.max(ours.1)),
        MergeResolution::Theirs => (base.0.max(theirs.0), base.1.max(theirs.1)),
        _ => (
            base.0.max(ours.0).max(theirs.0),
            base.1.max(ours.1).max(theirs.1),
        ),
    };
    let Range { start, end } = region.base_range();
    start.saturating_sub(up)..end + down
}

/// How many lines up and down a range can move and still leave the same text around it.
fn slides<'a>(
    range: Range<usize>,
    lines: usize,
    line: impl Fn(usize) -> Option<&'a [u8]>,
) -> (usize, usize) {
    if range.is_empty() {
        return (0, 0);
    }
    let up = (1..=range.start)
        .take_while(|by| line(range.start - by) == line(range.end - by))
        .count();
    let down = (range.end..lines)
        .take_while(|at| line(at - range.len()) == line(*at))
        .count();
    (up, down)
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
